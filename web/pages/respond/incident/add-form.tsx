import { Button, Group, TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData, useMutation, useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { addToIncident, type IncidentRow, keyOf, openIncidentsQuery } from "../../../api/incidents.ts";
import { incidentTitle } from "../../../parts/incident-title.ts";
import { Severity } from "../../../parts/severity.tsx";
import { ProblemNote } from "../../../ui/problem-note.tsx";
import { RowsSkeleton } from "../../../ui/skeletons.tsx";
import { toastDone } from "../../../ui/toast.tsx";
import classes from "./incident.module.css";
import type { AlertsFormProps } from "./open-form.tsx";
import { statusKey } from "./said.ts";
import { useTakeIncident } from "./use-incident.ts";

/** Adds these alerts to an incident that is under way. */
export function AddForm({ alerts, onDone, onCancel }: AlertsFormProps) {
  const { t } = useTranslation(["incident", "shell"]);
  const navigate = useNavigate();
  const take = useTakeIncident();
  const [wanted, setWanted] = useState("");
  const [settled] = useDebouncedValue(wanted, 200);
  const [chosen, setChosen] = useState<IncidentRow>();
  const { data, error } = useQuery({ ...openIncidentsQuery(settled.trim()), placeholderData: keepPreviousData });
  const add = useMutation({
    mutationFn: (to: IncidentRow) =>
      addToIncident(
        to.id,
        alerts.map(({ id }) => id),
      ),
    onSuccess: (incident) => {
      take(incident);
      onDone();
      const key = keyOf(incident);
      toastDone(t("incident:toast.added", { key, count: alerts.length }), {
        label: t("incident:toast.show"),
        act: () => void navigate({ to: "/incidents/$id", params: { id: key } }),
      });
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (chosen) add.mutate(chosen);
  };
  return (
    <form onSubmit={submit} style={{ display: "grid", gap: 12 }}>
      {(add.error ?? error) ? <ProblemNote error={add.error ?? error} /> : null}
      <TextInput
        aria-label={t("incident:add.find")}
        placeholder={t("incident:add.find")}
        value={wanted}
        onChange={(event) => setWanted(event.currentTarget.value)}
        data-autofocus
      />
      {!data && !error ? <RowsSkeleton rows={4} /> : null}
      {data?.items.length === 0 ? <p className={classes.small}>{t("incident:add.none")}</p> : null}
      <fieldset className={classes.choices}>
        <legend className={classes.unseen}>{t("incident:add.which")}</legend>
        {data?.items.map((incident) => (
          <label key={incident.id} className={classes.choice} data-chosen={incident.id === chosen?.id || undefined}>
            <input
              type="radio"
              name="incident"
              checked={incident.id === chosen?.id}
              onChange={() => setChosen(incident)}
            />
            <span>
              <strong>{keyOf(incident)}</strong> {incidentTitle(incident)}
              <span className={classes.choiceFacts}>
                <Severity level={incident.severity} isQuiet />
                {t(`incident:${statusKey(incident)}`)} · {incident.owner?.name ?? t("incident:unowned")}
              </span>
            </span>
          </label>
        ))}
      </fieldset>
      <Group justify="flex-end" gap="xs">
        <Button variant="default" onClick={onCancel}>
          {t("shell:action.cancel")}
        </Button>
        <Button type="submit" loading={add.isPending} disabled={!chosen}>
          {t("incident:add.submit")}
        </Button>
      </Group>
    </form>
  );
}
