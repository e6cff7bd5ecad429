import { Button } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { deleteParser, type ParserDetail, publishParser, saveParser, unpublishParser } from "../../../api/parsers.ts";
import { confirm } from "../../../ui/confirm.tsx";
import { ProblemNote } from "../../../ui/problem-note.tsx";
import { toastDone } from "../../../ui/toast.tsx";
import { idIn } from "./example.ts";
import classes from "./parsers.module.css";

type ActionsProps = {
  /** What the text began from: its revision is the one that is changed. */
  readonly known: ParserDetail | undefined;
  readonly text: string;
  /** Whose lines it is written for. */
  readonly source: string | undefined;
  readonly mayWrite: boolean;
  /** It is stored: the next change begins from this. */
  readonly onStored: (parser: ParserDetail) => void;
  /** It compiles and its tests pass. */
  readonly isReady: boolean;
};

export function ParserActions({ known, text, source, mayWrite, isReady, onStored }: ActionsProps) {
  const { t } = useTranslation("parsers");
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  const id = known?.id ?? idIn(text);
  const isSaved = known !== undefined && known.text === text;
  const isInForce = isSaved && known.publishedVersion !== null && !known.isChanged;
  const settle = async (message: string) => {
    await queryClient.invalidateQueries({ queryKey: ["parsers"] });
    toastDone(message);
  };
  // Told at once: when publishing is refused after it, the draft is stored all the same, under a new revision.
  const save = async (): Promise<ParserDetail> => {
    if (known && isSaved) return known;
    const stored = await saveParser(id, { text, revision: known?.revision ?? 0 });
    onStored(stored);
    return stored;
  };
  const draft = useMutation({
    mutationFn: save,
    onSuccess: async (parser) => {
      await settle(t("done.saved"));
      await navigate({ to: "/sources/parsers/$id", params: { id: parser.id }, search: source ? { source } : {} });
    },
  });
  const publish = useMutation({
    mutationFn: async () => {
      const { revision } = await save();
      return await publishParser(id, { revision, comment: "" });
    },
    onSuccess: async (parser) => {
      onStored(parser);
      await settle(t("done.published", { version: parser.publishedVersion }));
      await navigate({ to: "/sources/parsers/$id", params: { id: parser.id }, search: source ? { source } : {} });
    },
  });
  const end = useMutation({
    mutationFn: async (how: "unpublish" | "delete") => {
      if (!known) return;
      const question = {
        title: t(`${how}.title`),
        body: t(`${how}.body`),
        action: t(`${how}.action`),
        reasonLabel: t("reason"),
        isDestructive: true,
      };
      const reason = await confirm(question);
      if (reason === undefined) return;
      const input = { revision: known.revision, reason };
      if (how === "unpublish") onStored(await unpublishParser(known.id, input));
      else {
        await deleteParser(known.id, input);
        await navigate({ to: "/sources/parsers" });
      }
      await settle(t(`${how}.done`));
    },
  });
  const problem = draft.error ?? publish.error ?? end.error;
  return (
    <div>
      <div className={classes.bar}>
        {mayWrite ? (
          <>
            <Button
              loading={publish.isPending}
              disabled={!isReady || id === "" || isInForce}
              onClick={() => publish.mutate()}
            >
              {t("action.publish")}
            </Button>
            <Button
              variant="default"
              loading={draft.isPending}
              disabled={id === "" || isSaved}
              onClick={() => draft.mutate()}
            >
              {t("action.save")}
            </Button>
          </>
        ) : null}
        <Button variant="default" disabled={text === ""} onClick={() => download(id || "parser", text)}>
          {t("action.export")}
        </Button>
        {mayWrite && known && known.publishedVersion !== null ? (
          <Button variant="default" onClick={() => end.mutate("unpublish")}>
            {t("unpublish.action")}
          </Button>
        ) : null}
        {mayWrite && known ? (
          <Button variant="subtle" color="shu" onClick={() => end.mutate("delete")}>
            {t("delete.action")}
          </Button>
        ) : null}
        <State known={known} />
      </div>
      {mayWrite && id === "" ? <p className={classes.small}>{t("noId")}</p> : null}
      {mayWrite && isInForce ? <ReadAgain source={source} /> : null}
      {problem ? <ProblemNote error={problem} /> : null}
    </div>
  );
}

/** What was stored before stays as it was until somebody has it read again. */
function ReadAgain({ source }: Pick<ActionsProps, "source">) {
  const { t } = useTranslation("parsers");
  return (
    <p className={classes.small}>
      {t("readAgain.text")}{" "}
      {source === undefined ? (
        <Link to="/sources">{t("readAgain.sources")}</Link>
      ) : (
        <Link to="/sources/$id" params={{ id: source }}>
          {t("readAgain.source")}
        </Link>
      )}
    </p>
  );
}

function State({ known }: { readonly known: ParserDetail | undefined }) {
  const { t } = useTranslation("parsers");
  if (!known) return null;
  if (known.publishedVersion === null) return <span className={classes.small}>{t("state.draft")}</span>;
  const key = known.isChanged ? "state.changed" : "state.published";
  return <span className={classes.small}>{t(key, { version: known.publishedVersion })}</span>;
}

function download(id: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: "application/yaml" }));
  const link = Object.assign(document.createElement("a"), { href: url, download: `${id}.parser.yaml` });
  link.click();
  URL.revokeObjectURL(url);
}
