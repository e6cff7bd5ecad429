import { Button, Textarea } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { type AlertDetail, addAlertNote, alertQuery } from "../../../api/alerts.ts";
import { formatSpan } from "../../../ui/ago.ts";
import { ProblemNote } from "../../../ui/problem-note.tsx";
import { Instant } from "../../../ui/use-clock.tsx";
import classes from "./alert-panel.module.css";

export function Notes({ alert, canWrite }: { readonly alert: AlertDetail; readonly canWrite: boolean }) {
  const { t } = useTranslation("alerts");
  const [text, setText] = useState("");
  const queryClient = useQueryClient();
  const add = useMutation({
    mutationFn: () => addAlertNote(alert.id, text.trim()),
    onSuccess: (detail) => {
      setText("");
      queryClient.setQueryData(alertQuery(alert.id).queryKey, detail);
      void queryClient.invalidateQueries({ queryKey: ["alerts", "list"] });
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (text.trim() !== "") add.mutate();
  };
  if (alert.notes.length === 0 && !canWrite) return null;
  return (
    <section className={classes.section}>
      <h3>{t("panel.notes")}</h3>
      <ul className={classes.plain}>
        {alert.notes.map((note) => (
          <li key={note.id} className={classes.note}>
            <p>
              <NoteText text={note.text} />
            </p>
            <p className={classes.small}>
              {note.author.name} · <Instant at={note.at} />
            </p>
          </li>
        ))}
      </ul>
      {canWrite ? (
        <form onSubmit={submit} className={classes.noteForm}>
          {add.error ? <ProblemNote error={add.error} /> : null}
          <Textarea
            aria-label={t("panel.noteField")}
            placeholder={t("panel.noteField")}
            autosize
            minRows={2}
            maxRows={10}
            maxLength={4000}
            value={text}
            onChange={(event) => setText(event.currentTarget.value)}
          />
          <Button type="submit" size="xs" variant="default" loading={add.isPending} disabled={text.trim() === ""}>
            {t("panel.addNote")}
          </Button>
        </form>
      ) : null}
    </section>
  );
}

/** What a person wrote, or what Yagura noticed, in the reader's language. */
function NoteText({ text }: { readonly text: string }) {
  const { t, i18n } = useTranslation("alerts");
  const [, since, until] = /^source-recovered:(\d{1,15}):(\d{1,15})$/.exec(text) ?? [];
  if (since === undefined || until === undefined) return text;
  return (
    <>
      {t("panel.recovered", { span: formatSpan(Number(until) - Number(since), i18n.language) })}{" "}
      <Instant at={new Date(Number(until)).toISOString()} />
    </>
  );
}
