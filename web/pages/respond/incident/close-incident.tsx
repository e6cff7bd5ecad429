import { Button, Group, Textarea } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { type FormEvent, lazy, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import { DISPOSITIONS, type Disposition } from "../../../api/alerts.ts";
import { type IncidentChange, type IncidentDetail, keyOf } from "../../../api/incidents.ts";
import { meQuery } from "../../../api/session.ts";
import { Dialog } from "../../../ui/dialog.tsx";
import classes from "./incident.module.css";

const RunningClocks = lazy(() =>
  import("../../../parts/running-clocks.tsx").then(({ RunningClocks }) => ({ default: RunningClocks })),
);

type CloseProps = {
  readonly incident: IncidentDetail;
  readonly onCancel: () => void;
  readonly onClose: (change: IncidentChange) => void;
};

/** Closing says why, and what the alerts were: those that are still open are closed with it. */
export function CloseIncident({ incident, onCancel, onClose }: CloseProps) {
  const { t } = useTranslation(["incident", "alerts", "monitor", "shell"]);
  const [reason, setReason] = useState("");
  const [disposition, setDisposition] = useState<Disposition>();
  const { own, left } = useOpenAlerts(incident);
  const isReady = reason.trim() !== "" && (own === 0 || disposition !== undefined);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!isReady) return;
    onClose({ status: "closed", closingReason: reason.trim(), ...(own > 0 && disposition && { disposition }) });
  };
  return (
    <Dialog title={t("incident:close.title")} onClose={onCancel} size={560}>
      <form onSubmit={submit} style={{ display: "grid", gap: 12 }}>
        <Suspense>
          <RunningClocks of={keyOf(incident)} why="closing" />
        </Suspense>
        {own > 0 ? (
          <fieldset className={classes.choices}>
            <legend>{t("incident:close.what", { count: own })}</legend>
            {DISPOSITIONS.map((value) => (
              <label key={value} className={classes.choice} data-chosen={value === disposition || undefined}>
                <input
                  type="radio"
                  name="disposition"
                  value={value}
                  checked={value === disposition}
                  onChange={() => setDisposition(value)}
                />
                <span>
                  <strong>{t(`monitor:disposition.${value}`)}</strong>
                  <span className={classes.choiceFacts}>{t(`alerts:close.${value}`)}</span>
                </span>
              </label>
            ))}
          </fieldset>
        ) : null}
        {left > 0 ? <p className={classes.caution}>{t("incident:close.left", { count: left })}</p> : null}
        <Textarea
          label={t("incident:close.reason")}
          description={t("incident:close.reasonHint")}
          autosize
          minRows={3}
          maxRows={10}
          maxLength={1000}
          value={reason}
          onChange={(event) => setReason(event.currentTarget.value)}
          required
          withAsterisk={false}
          data-autofocus
        />
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onCancel}>
            {t("shell:action.cancel")}
          </Button>
          <Button type="submit" disabled={!isReady}>
            {t("incident:close.submit")}
          </Button>
        </Group>
      </form>
    </Dialog>
  );
}

/** Open alerts that the person may close, and those of units whose alerts others close. */
function useOpenAlerts({ alerts }: IncidentDetail): { readonly own: number; readonly left: number } {
  const { data: me } = useQuery(meQuery);
  const writable = new Set(
    me?.units.filter(({ permissions }) => permissions.includes("alert:write")).map(({ id }) => id),
  );
  const open = alerts.filter(({ status }) => status !== "closed");
  const own = open.filter(({ unitId }) => writable.has(unitId)).length;
  return { own, left: open.length - own };
}
