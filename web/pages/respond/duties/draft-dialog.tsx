import { Button, Checkbox, Textarea } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import {
  addDocument,
  type Clock,
  type Draft,
  type DutyCase,
  draftFileUrl,
  draftQuery,
  type Language,
  saveDraft,
} from "../../../api/duties.ts";
import { currentLanguage } from "../../../app/i18n.ts";
import { Dialog } from "../../../ui/dialog.tsx";
import { ProblemNote } from "../../../ui/problem-note.tsx";
import { Segments } from "../../../ui/segments.tsx";
import { RowsSkeleton } from "../../../ui/skeletons.tsx";
import { toastDone } from "../../../ui/toast.tsx";
import classes from "./duties.module.css";
import { Collision } from "./theirs.tsx";
import { useRecord } from "./use-duty-case.ts";

type Props = { readonly clock: Clock; readonly duties: DutyCase; readonly onClose: () => void };

/** The report of a clock, filled in from the case, in Japanese or English. */
export function DraftDialog({ clock, duties, onClose }: Props) {
  const { t } = useTranslation("duties");
  const [language, setLanguage] = useState<Language>(currentLanguage());
  const { data, error } = useQuery(draftQuery(duties.incidentId, clock.clock, language));
  return (
    <Dialog title={t("draft.title")} onClose={onClose} size={780}>
      <div className={classes.form}>
        <Segments
          aria-label={t("draft.language")}
          value={language}
          onChange={setLanguage}
          data={[
            { value: "ja", label: t("draft.ja") },
            { value: "en", label: t("draft.en") },
          ]}
        />
        {clock.state === "not-started" ? <p className={classes.note}>{t("time.notStarted")}</p> : null}
        {error ? <ProblemNote error={error} /> : null}
        {!data && !error ? <RowsSkeleton rows={8} /> : null}
        {data ? <DraftForm key={language} draft={data} duties={duties} onDone={onClose} /> : null}
      </div>
    </Dialog>
  );
}

type FormProps = { readonly draft: Draft; readonly duties: DutyCase; readonly onDone: () => void };

function DraftForm({ draft, duties, onDone }: FormProps) {
  const { t } = useTranslation("duties");
  const queryClient = useQueryClient();
  // What the form opened with: the server compares with it, and typing is never replaced by what comes later.
  const [base, setBase] = useState(draft);
  const [texts, setTexts] = useState<Record<string, string>>({});
  const { clock, language } = base;
  const [isInternal, setInternal] = useState(false);
  const internal = isInternal ? "yes" : "no";
  const key = draftQuery(duties.incidentId, clock, language).queryKey;
  const save = useMutation({
    mutationFn: (ground: Draft) => {
      const kept = ground.fields.filter(({ isEdited }) => isEdited).map((field) => [field.key, field.text] as const);
      const fields = { ...Object.fromEntries(kept), ...texts };
      return saveDraft(duties.incidentId, { clock, language, version: ground.version, fields });
    },
    onSuccess: (saved) => {
      setBase(saved);
      setTexts({});
      queryClient.setQueryData(key, saved);
      void queryClient.invalidateQueries({ queryKey: ["duties", "case"] });
      toastDone(t("saved"));
    },
    onError: () => void queryClient.invalidateQueries({ queryKey: key }),
  });
  const fix = useRecord(
    duties.incidentId,
    (format: "pdf" | "md") =>
      addDocument(duties.incidentId, { clock, from: { kind: "draft", language, format, internal } }),
    onDone,
  );
  const isChanged = Object.keys(texts).length > 0;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    // After a collision the other person's words are the ground, with what was typed here on top.
    if (isChanged) save.mutate(save.error ? draft : base);
  };
  return (
    <form onSubmit={submit} className={classes.form}>
      <p className={classes.small}>
        {base.wordsOf
          ? t("draft.wordsOf", { stage: base.wordsOf[currentLanguage()], by: base.editedBy ?? "" })
          : base.editedBy
            ? t("draft.editedBy", { by: base.editedBy })
            : t("draft.prefilled")}
      </p>
      <Collision error={save.error ?? fix.error} />
      {base.fields.map((field) => (
        <Textarea
          key={field.key}
          label={field.label}
          autosize
          minRows={2}
          maxRows={14}
          maxLength={8000}
          readOnly={!duties.mayWrite}
          value={texts[field.key] ?? field.text}
          onChange={(event) => {
            const text = event.currentTarget.value;
            setTexts((now) => ({ ...now, [field.key]: text }));
          }}
        />
      ))}
      <div className={classes.row}>
        {duties.mayWrite ? (
          <Button type="submit" loading={save.isPending} disabled={!isChanged}>
            {t("draft.save")}
          </Button>
        ) : null}
        <a href={draftFileUrl(duties.incidentId, { clock, language, internal, format: "pdf" })}>{t("draft.pdf")}</a>
        <a href={draftFileUrl(duties.incidentId, { clock, language, internal, format: "md" })}>{t("draft.md")}</a>
      </div>
      <Checkbox
        label={t("draft.internal")}
        description={t("draft.internalHint")}
        checked={isInternal}
        onChange={(event) => setInternal(event.currentTarget.checked)}
      />
      {duties.mayWrite ? (
        <div className={classes.note}>
          <p>{isChanged ? t("draft.saveFirst") : t("draft.fixHint")}</p>
          <div className={classes.row}>
            <Button
              size="xs"
              variant="default"
              disabled={isChanged}
              loading={fix.isPending}
              onClick={() => fix.mutate("pdf")}
            >
              {t("draft.fixPdf")}
            </Button>
            <Button
              size="xs"
              variant="default"
              disabled={isChanged}
              loading={fix.isPending}
              onClick={() => fix.mutate("md")}
            >
              {t("draft.fixMd")}
            </Button>
          </div>
        </div>
      ) : null}
    </form>
  );
}
