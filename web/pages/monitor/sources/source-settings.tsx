import { Button } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { archiveSource, type SourceDetail, sourceQuery, updateSource } from "../../../api/sources.ts";
import { confirm } from "../../../ui/confirm.tsx";
import { Section } from "../../../ui/page.tsx";
import { ProblemNote } from "../../../ui/problem-note.tsx";
import { toastDone } from "../../../ui/toast.tsx";
import { SilenceField } from "./silence.tsx";
import { type SourceDraft, SourceFields } from "./source-fields.tsx";
import classes from "./sources.module.css";

export function Settings({ source }: { readonly source: SourceDetail }) {
  const { t } = useTranslation("sources");
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  const [draft, setDraft] = useState<SourceDraft>({
    name: source.name,
    unitId: source.unitId,
    format: source.format,
    timeZone: source.timeZone,
    encoding: source.encoding,
    match: source.match,
  });
  const [silenceMinutes, setSilenceMinutes] = useState(source.silence.minutes);
  const save = useMutation({
    mutationFn: () => updateSource(source.id, { version: source.version, ...draft, silenceMinutes }),
    onSuccess: (detail) => {
      queryClient.setQueryData(sourceQuery(source.id).queryKey, detail);
      void queryClient.invalidateQueries({ queryKey: ["sources", "list"] });
      toastDone(t("detail.saved"));
    },
  });
  const archive = useMutation({
    mutationFn: () => archiveSource(source.id, source.version),
    onSuccess: async () => {
      await queryClient.invalidateQueries({ queryKey: ["sources"] });
      toastDone(t("detail.archiveDone", { name: source.name }));
      await navigate({ to: "/sources" });
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate();
  };
  const askArchive = async () => {
    const answer = await confirm({
      title: t("detail.archiveTitle", { name: source.name }),
      body: t("detail.archiveBody"),
      action: t("detail.archive"),
    });
    if (answer !== undefined) archive.mutate();
  };
  return (
    <Section title={t("detail.settings")}>
      <form className={classes.form} onSubmit={submit}>
        <SourceFields kind={source.kind} draft={draft} onChange={(part) => setDraft((now) => ({ ...now, ...part }))} />
        <SilenceField minutes={silenceMinutes} onChange={setSilenceMinutes} />
        {save.error ? <ProblemNote error={save.error} /> : null}
        {archive.error ? <ProblemNote error={archive.error} /> : null}
        <div style={{ display: "flex", justifyContent: "space-between" }}>
          <Button type="submit" loading={save.isPending}>
            {t("detail.save")}
          </Button>
          <Button variant="subtle" color="shu" onClick={() => void askArchive()}>
            {t("detail.archive")}
          </Button>
        </div>
      </form>
    </Section>
  );
}
