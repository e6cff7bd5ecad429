import { Button } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { isProblem } from "../../../api/client.ts";
import { type KillChain, killChainQuery, resetKillChain, saveKillChain } from "../../../api/story.ts";
import { confirm } from "../../../ui/confirm.tsx";
import { LinkButton } from "../../../ui/link-button.tsx";
import { Page } from "../../../ui/page.tsx";
import { ProblemNote } from "../../../ui/problem-note.tsx";
import { RowsSkeleton } from "../../../ui/skeletons.tsx";
import { toastDone } from "../../../ui/toast.tsx";
import { Instant } from "../../../ui/use-clock.tsx";
import { type Draft, differencesOf, draftOf } from "./draft.ts";
import classes from "./kill-chain.module.css";
import { TacticTable } from "./tactic-table.tsx";
import { TechniqueTable } from "./technique-table.tsx";

/** What of ATT&CK counts as which step. */
export function KillChainPage() {
  const { t } = useTranslation("story");
  const { data, error, refetch } = useQuery(killChainQuery);
  return (
    <Page
      title={t("chain.title")}
      lead={t("chain.lead")}
      actions={
        <LinkButton to="/incidents" variant="default">
          {t("chain.toList")}
        </LinkButton>
      }
    >
      {error ? <ProblemNote error={error} onRetry={() => void refetch()} /> : null}
      {!data && !error ? <RowsSkeleton rows={14} /> : null}
      {data ? <Editor stored={data} /> : null}
    </Page>
  );
}

type Editing = { readonly draft: Draft; readonly version: number };

/** The version is the one that the form was opened with: what others save meanwhile is told, not overwritten. */
function Editor({ stored }: { readonly stored: KillChain }) {
  const { t } = useTranslation("story");
  const queryClient = useQueryClient();
  const [editing, setEditing] = useState<Editing>();
  const { draft, version } = editing ?? { draft: draftOf(stored), version: stored.version };
  const isChanged = differencesOf(draft, draftOf(stored)).length > 0 || version !== stored.version;
  const done = (saved: KillChain) => {
    queryClient.setQueryData(killChainQuery.queryKey, saved);
    void queryClient.invalidateQueries({ queryKey: ["incidents"] });
    setEditing(undefined);
  };
  const onError = (error: unknown) => {
    if (isProblem(error, "conflict")) void queryClient.invalidateQueries({ queryKey: killChainQuery.queryKey });
  };
  const save = useMutation({
    mutationFn: (at: number) => saveKillChain({ ...draft, version: at }),
    onSuccess: (saved) => {
      done(saved);
      toastDone(t("chain.saved"));
    },
    onError,
  });
  const reset = useMutation({
    mutationFn: () => resetKillChain(stored.version),
    onSuccess: (saved) => {
      done(saved);
      toastDone(t("chain.resetDone"));
    },
    onError,
  });
  const askReset = async () => {
    const question = { title: t("chain.resetTitle"), body: t("chain.resetBody"), action: t("chain.reset") };
    if ((await confirm(question)) !== undefined) reset.mutate();
  };
  const change = (next: Partial<Draft>) => setEditing({ draft: { ...draft, ...next }, version });
  const problem = save.error ?? reset.error;
  const isConflict = isProblem(save.error, "conflict") && version !== stored.version;
  return (
    <div className={classes.page}>
      <Standing stored={stored} />
      <TacticTable draft={draft} isReadOnly={!stored.mayChange} onChange={(tactics) => change({ tactics })} />
      <TechniqueTable draft={draft} isReadOnly={!stored.mayChange} onChange={(techniques) => change({ techniques })} />
      {isConflict ? (
        <div className={classes.conflict} role="alert">
          <p>{t("chain.conflict")}</p>
          <p>{t("chain.difference", { text: differencesOf(draft, draftOf(stored)).slice(0, 30).join(", ") || "–" })}</p>
          <div className={classes.buttons}>
            <Button
              size="xs"
              variant="default"
              onClick={() => {
                setEditing(undefined);
                save.reset();
              }}
            >
              {t("chain.theirs", { name: stored.changed?.by.name ?? "" })}
            </Button>
            <Button size="xs" onClick={() => save.mutate(stored.version)} loading={save.isPending}>
              {t("chain.mine")}
            </Button>
          </div>
        </div>
      ) : problem ? (
        <ProblemNote error={problem} />
      ) : null}
      {stored.mayChange ? (
        <div className={classes.buttons}>
          <Button onClick={() => save.mutate(version)} loading={save.isPending} disabled={!isChanged || isConflict}>
            {t("chain.save")}
          </Button>
          <Button
            variant="default"
            onClick={() => void askReset()}
            loading={reset.isPending}
            disabled={stored.isDefault}
          >
            {t("chain.reset")}
          </Button>
        </div>
      ) : null}
    </div>
  );
}

function Standing({ stored }: { readonly stored: KillChain }) {
  const { t } = useTranslation("story");
  return (
    <p className={classes.small}>
      {stored.isDefault ? t("chain.isDefault") : null}{" "}
      {stored.changed ? (
        <>
          {t("chain.changed", { name: stored.changed.by.name })}
          <Instant at={stored.changed.at} />{" "}
        </>
      ) : null}
      {stored.mayChange ? null : t("chain.readOnly")}
    </p>
  );
}
