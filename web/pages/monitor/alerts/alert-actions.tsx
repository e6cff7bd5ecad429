import { Button, NativeSelect } from "@mantine/core";
import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { type AlertDetail, LEVELS } from "../../../api/alerts.ts";
import { useIncidentOf } from "../../../parts/incident-chip.tsx";
import { isLevel } from "../../../parts/severity.tsx";
import { ArrowBackUpIcon, CircleCheckIcon, PlayerPlayIcon } from "../../../ui/icons.ts";
import { IncidentMenu } from "../../respond/incident/incident-menu.tsx";
import classes from "./alert-panel.module.css";
import { AssignMenu } from "./assign-menu.tsx";
import { CloseDialog } from "./close-dialog.tsx";
import type { Chosen } from "./rows.ts";
import { useChangeAlerts } from "./use-change-alerts.ts";

export function Actions({ alert }: { readonly alert: AlertDetail }) {
  const { t } = useTranslation(["alerts", "monitor"]);
  const [closing, setClosing] = useState<readonly Chosen[]>();
  const act = useChangeAlerts();
  const incident = useIncidentOf(alert.id);
  const alerts = [{ id: alert.id, version: alert.version }];
  /** As it was when the menu opened. */
  const held = useRef(alerts);
  return (
    <div className={classes.actions}>
      {alert.status === "open" ? (
        <Button
          size="xs"
          leftSection={<PlayerPlayIcon size={14} />}
          onClick={() =>
            act.mutate({
              alerts,
              change: { status: "in-progress", ...(alert.assignee ? {} : { assigneeId: "me" }) },
              said: () => t("alerts:toast.started", { count: 1 }),
            })
          }
        >
          {t("alerts:bulk.start")}
        </Button>
      ) : null}
      {alert.status === "closed" ? (
        <Button
          size="xs"
          variant="default"
          leftSection={<ArrowBackUpIcon size={14} />}
          onClick={() => act.mutate({ alerts, change: { status: "open" }, said: () => t("alerts:toast.reopened") })}
        >
          {t("alerts:panel.reopen")}
        </Button>
      ) : (
        <Button
          size="xs"
          variant={alert.status === "in-progress" ? "filled" : "default"}
          leftSection={<CircleCheckIcon size={14} />}
          onClick={() => setClosing(alerts)}
        >
          {t("alerts:bulk.close")}
        </Button>
      )}
      <AssignMenu
        unitIds={[alert.unitId]}
        onOpen={() => {
          held.current = alerts;
        }}
        onAssign={(assigneeId, name) =>
          act.mutate({
            alerts: held.current,
            change: { assigneeId },
            said: () =>
              assigneeId === null
                ? t("alerts:toast.unassigned", { count: 1 })
                : t("alerts:toast.assigned", { count: 1, name }),
          })
        }
      />
      <NativeSelect
        size="xs"
        aria-label={t("alerts:panel.judge")}
        value={alert.expertSeverity ?? ""}
        onChange={(event) => {
          const value = event.currentTarget.value;
          act.mutate({
            alerts,
            change: { expertSeverity: isLevel(value) ? value : null },
            said: () => t("alerts:toast.judged", { count: 1 }),
          });
        }}
        data={[
          { value: "", label: t("alerts:panel.judge") },
          ...LEVELS.map((level) => ({ value: level, label: t(`monitor:severity.${level}`) })),
        ]}
      />
      {incident === null ? <IncidentMenu alerts={[alert]} /> : null}
      {closing ? (
        <CloseDialog
          count={1}
          onCancel={() => setClosing(undefined)}
          onClose={(change) => {
            setClosing(undefined);
            act.mutate({ alerts: closing, change, said: () => t("alerts:toast.closed", { count: 1 }) });
          }}
        />
      ) : null}
    </div>
  );
}
