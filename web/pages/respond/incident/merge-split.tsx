import { Button, Group, Textarea, TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { mergeIncident, splitIncident } from "../../../api/formation.ts";
import { type IncidentDetail, keyOf, openIncidentsQuery } from "../../../api/incidents.ts";
import { incidentTitle } from "../../../parts/incident-title.ts";
import { RunningClocks } from "../../../parts/running-clocks.tsx";
import { Dialog } from "../../../ui/dialog.tsx";
import { ProblemNote } from "../../../ui/problem-note.tsx";
import classes from "./incident.module.css";
import { useMove } from "./use-move.ts";

type IncidentProps = { readonly incident: IncidentDetail };
type FormProps = IncidentProps & { readonly onClose: () => void };

/** Two incidents are one, or one is two: what a person says here no later pass undoes. */
export function MergeSplit({ incident }: IncidentProps) {
  const { t } = useTranslation("formation");
  const [asking, setAsking] = useState<"merge" | "split">();
  const close = () => setAsking(undefined);
  if (incident.status === "closed") return null;
  return (
    <Group gap="xs">
      <Button size="compact-xs" variant="default" onClick={() => setAsking("merge")}>
        {t("merge.open")}
      </Button>
      {incident.alerts.length > 1 ? (
        <Button size="compact-xs" variant="default" onClick={() => setAsking("split")}>
          {t("split.open")}
        </Button>
      ) : null}
      {asking === undefined ? null : (
        <Dialog title={t(asking === "merge" ? "merge.title" : "split.title")} onClose={close} size={560}>
          {asking === "merge" ? (
            <MergeForm incident={incident} onClose={close} />
          ) : (
            <SplitForm incident={incident} onClose={close} />
          )}
        </Dialog>
      )}
    </Group>
  );
}

function MergeForm({ incident, onClose }: FormProps) {
  const { t } = useTranslation("formation");
  const [intoId, setIntoId] = useState("");
  const [reason, setReason] = useState("");
  const move = useMove(t("merge.done"));
  const [wanted, setWanted] = useState("");
  const [settled] = useDebouncedValue(wanted, 200);
  const { data, error } = useQuery({ ...openIncidentsQuery(settled.trim()), placeholderData: keepPreviousData });
  const others = data?.items.filter(({ id }) => id !== incident.id) ?? [];
  const submit = (event: FormEvent) => {
    event.preventDefault();
    move.mutate(() => mergeIncident(incident.id, intoId, reason.trim()), { onSuccess: onClose });
  };
  return (
    <form onSubmit={submit} style={{ display: "grid", gap: 12 }}>
      {error ? <ProblemNote error={error} /> : null}
      <RunningClocks of={keyOf(incident)} why="merging" />
      <TextInput
        label={t("merge.into")}
        description={t("merge.hint")}
        placeholder={t("merge.find")}
        value={wanted}
        onChange={(event) => {
          setWanted(event.currentTarget.value);
          setIntoId("");
        }}
        data-autofocus
      />
      {data && others.length === 0 ? <p className={classes.small}>{t("merge.none")}</p> : null}
      <fieldset className={classes.choices}>
        <legend className={classes.unseen}>{t("merge.choose")}</legend>
        {others.map((other) => (
          <label key={other.id} className={classes.choice} data-chosen={other.id === intoId || undefined}>
            <input type="radio" name="into" checked={other.id === intoId} onChange={() => setIntoId(other.id)} />
            <span>
              <strong>{keyOf(other)}</strong> <bdi>{incidentTitle(other)}</bdi>
            </span>
          </label>
        ))}
      </fieldset>
      <Reason reason={reason} onChange={setReason} />
      <Buttons
        isReady={intoId !== "" && reason.trim() !== ""}
        isPending={move.isPending}
        submit={t("merge.submit")}
        onClose={onClose}
      />
    </form>
  );
}

function SplitForm({ incident, onClose }: FormProps) {
  const { t } = useTranslation("formation");
  const [chosen, setChosen] = useState<readonly string[]>([]);
  const [title, setTitle] = useState("");
  const [reason, setReason] = useState("");
  const move = useMove(t("split.done"));
  const toggle = (id: string) =>
    setChosen((now) => (now.includes(id) ? now.filter((one) => one !== id) : [...now, id]));
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const input = { alertIds: [...chosen], title: title.trim(), reason: reason.trim() };
    move.mutate(() => splitIncident(incident.id, input), { onSuccess: onClose });
  };
  const isReady =
    chosen.length > 0 && chosen.length < incident.alertCount && title.trim() !== "" && reason.trim() !== "";
  return (
    <form onSubmit={submit} style={{ display: "grid", gap: 12 }}>
      <fieldset className={classes.choices}>
        <legend>{t("split.which")}</legend>
        {incident.alerts.map(({ id, rule, entity }) => (
          <label key={id} className={classes.choice} data-chosen={chosen.includes(id) || undefined}>
            <input type="checkbox" checked={chosen.includes(id)} onChange={() => toggle(id)} />
            <span>
              {rule.title} <bdi className={classes.small}>{entity.value}</bdi>
            </span>
          </label>
        ))}
      </fieldset>
      <TextInput
        label={t("split.name")}
        maxLength={200}
        value={title}
        onChange={(event) => setTitle(event.currentTarget.value)}
      />
      <Reason reason={reason} onChange={setReason} />
      <Buttons isReady={isReady} isPending={move.isPending} submit={t("split.submit")} onClose={onClose} />
    </form>
  );
}

function Reason({ reason, onChange }: { readonly reason: string; readonly onChange: (reason: string) => void }) {
  const { t } = useTranslation("formation");
  return (
    <Textarea
      label={t("relations.reason")}
      description={t("relations.reasonHint")}
      autosize
      minRows={2}
      maxRows={6}
      maxLength={900}
      value={reason}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  );
}

type ButtonsProps = {
  readonly isReady: boolean;
  readonly isPending: boolean;
  readonly submit: string;
  readonly onClose: () => void;
};

function Buttons({ isReady, isPending, submit, onClose }: ButtonsProps) {
  const { t } = useTranslation("shell");
  return (
    <Group justify="flex-end" gap="xs">
      <Button variant="default" onClick={onClose}>
        {t("action.cancel")}
      </Button>
      <Button type="submit" disabled={!isReady} loading={isPending}>
        {submit}
      </Button>
    </Group>
  );
}
