import { Button, Textarea } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { type FormEvent, type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import { addIncidentNote, type IncidentDetail, type IncidentEntry } from "../../../api/incidents.ts";
import { useUnit } from "../../../app/shell/use-unit.ts";
import { ProblemNote } from "../../../ui/problem-note.tsx";
import { Instant } from "../../../ui/use-clock.tsx";
import classes from "./incident.module.css";
import { useClosingReason } from "./said.ts";
import { useTakeIncident } from "./use-incident.ts";

type HistoryProps = { readonly incident: IncidentDetail; readonly mayWrite: boolean };

/** Who did, found or decided what, newest first. */
export function History({ incident, mayWrite }: HistoryProps) {
  return (
    <>
      {mayWrite ? <NoteForm incident={incident} /> : null}
      <ol className={classes.history}>
        {incident.entries.map((entry) => (
          <li key={entry.id} data-kind={entry.kind}>
            <Entry entry={entry} />
            <p className={classes.small}>
              {entry.actor.name} · <Instant at={entry.at} />
            </p>
          </li>
        ))}
      </ol>
    </>
  );
}

function NoteForm({ incident }: { readonly incident: IncidentDetail }) {
  const { t } = useTranslation("incident");
  const [text, setText] = useState("");
  const take = useTakeIncident();
  const add = useMutation({
    mutationFn: () => addIncidentNote(incident.id, text.trim()),
    onSuccess: (changed) => {
      setText("");
      take(changed);
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (text.trim() !== "") add.mutate();
  };
  return (
    <form onSubmit={submit} className={classes.noteForm}>
      {add.error ? <ProblemNote error={add.error} /> : null}
      <Textarea
        aria-label={t("page.noteField")}
        placeholder={t("page.noteField")}
        autosize
        minRows={2}
        maxRows={10}
        maxLength={4000}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
      />
      <Button type="submit" size="xs" variant="default" loading={add.isPending} disabled={text.trim() === ""}>
        {t("page.addNote")}
      </Button>
    </form>
  );
}

function Entry({ entry }: { readonly entry: IncidentEntry }) {
  const { t } = useTranslation("incident");
  if (entry.kind === "note") return <p className={classes.prose}>{entry.note}</p>;
  if (entry.kind === "changed")
    return (
      <ul className={classes.plain}>
        {entry.changes.map((change) => (
          <li key={change.field}>
            <Change change={change} />
          </li>
        ))}
      </ul>
    );
  const count = entry.alertCount;
  const said: Readonly<Record<typeof entry.kind, string>> = {
    opened: t("entry.opened", { count }),
    "alerts-added": t("entry.added", { count }),
    "alerts-removed": t("entry.removed", { count }),
  };
  return <Moved entry={entry}>{said[entry.kind]}</Moved>;
}

/** At most three alerts are named: the rest is in the table. */
const NAMED = 3;

function Moved({ entry, children }: { readonly entry: IncidentEntry; readonly children: ReactNode }) {
  const { t } = useTranslation("incident");
  const named = entry.alerts.slice(0, NAMED);
  return (
    <>
      <p>{children}</p>
      <ul className={classes.plain}>
        {named.map(({ id, ruleTitle, entity }) => (
          <li key={id} className={classes.small}>
            <Link to="/alerts" search={{ alert: id, status: "open,in-progress,closed" }}>
              {ruleTitle}
            </Link>{" "}
            <bdi>{entity}</bdi>
          </li>
        ))}
        {entry.alertCount > named.length ? (
          <li className={classes.small}>{t("entry.more", { count: entry.alertCount - named.length })}</li>
        ) : null}
      </ul>
    </>
  );
}

function Change({ change: { field, before, after } }: { readonly change: IncidentEntry["changes"][number] }) {
  const { t } = useTranslation(["incident", "monitor"]);
  const { nameOf } = useUnit();
  const told = useClosingReason();
  if (field === "summary") return <>{t("incident:entry.summary")}</>;
  const read = (value: string | null) => {
    if (value === null || value === "") return t("incident:entry.none");
    if (field === "status") return t(`incident:status.${value}`, { defaultValue: value });
    if (field === "severity") return t(`monitor:severity.${value}`, { defaultValue: value });
    if (field === "closingReason") return told(value);
    return field === "unit" ? nameOf(value) : value;
  };
  return (
    <>
      {t(`incident:entry.field.${field}`)}: {before === null ? "" : `${read(before)} → `}
      <strong>
        <bdi>{read(after)}</bdi>
      </strong>
    </>
  );
}
