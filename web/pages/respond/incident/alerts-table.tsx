import { Button } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { type IncidentAlert, type IncidentDetail, keyOf, removeFromIncident } from "../../../api/incidents.ts";
import { useUnit } from "../../../app/shell/use-unit.ts";
import { Severity } from "../../../parts/severity.tsx";
import { useRuleTitle } from "../../../parts/use-rule-title.ts";
import { type Column, DataTable } from "../../../ui/data-table.tsx";
import { formatCount } from "../../../ui/figures.ts";
import page from "../../../ui/list-page.module.css";
import { toastDone } from "../../../ui/toast.tsx";
import { Instant } from "../../../ui/use-clock.tsx";
import { useToastProblem } from "../../../ui/use-toast-problem.ts";
import classes from "./incident.module.css";
import { useTakeIncident } from "./use-incident.ts";

type TableProps = { readonly incident: IncidentDetail; readonly mayWrite: boolean };

/** The alerts of an incident, and the way to take one out. */
export function AlertsTable({ incident, mayWrite }: TableProps) {
  const { t } = useTranslation("incident");
  const columns = useColumns(incident, mayWrite);
  if (incident.alerts.length === 0) return <p className={classes.small}>{t("page.noAlerts")}</p>;
  return (
    <div className={classes.alerts}>
      <DataTable label={t("page.alerts")} rows={incident.alerts} columns={columns} idOf={({ id }) => id} />
    </div>
  );
}

function useColumns(incident: IncidentDetail, mayWrite: boolean): readonly Column<IncidentAlert>[] {
  const { t } = useTranslation(["incident", "monitor", "alerts"]);
  const { nameOf } = useUnit();
  const titleOf = useRuleTitle();
  return useMemo(
    (): readonly Column<IncidentAlert>[] => [
      {
        id: "severity",
        title: t("monitor:severity.label"),
        width: 84,
        cell: ({ severity }) => <Severity level={severity} />,
      },
      {
        id: "what",
        title: t("alerts:column.what"),
        cell: ({ id, rule }) => (
          <>
            <Link to="/alerts" search={{ alert: id, status: "open,in-progress,closed" }} className={page.name}>
              {titleOf(rule)}
            </Link>
            <span className={page.minor}>
              {[...rule.techniques, rule.author && t("incident:page.author", { author: rule.author })]
                .filter(Boolean)
                .join(" · ")}
            </span>
          </>
        ),
      },
      {
        id: "entity",
        title: t("alerts:column.entity"),
        width: 150,
        cell: ({ entity, unitId }) => (
          <>
            <bdi className={classes.value}>{entity.value}</bdi>
            <span className={page.minor}>{nameOf(unitId)}</span>
          </>
        ),
      },
      {
        id: "count",
        title: t("alerts:column.count"),
        width: 60,
        isNumber: true,
        cell: ({ count }) => formatCount(count),
      },
      {
        id: "status",
        title: t("alerts:column.status"),
        width: 150,
        cell: ({ status, disposition, lastAt }) => (
          <>
            {t(`monitor:status.${status}`)}
            {disposition ? ` · ${t(`monitor:disposition.${disposition}`)}` : ""}
            <span className={page.minor}>
              <Instant at={lastAt} />
            </span>
          </>
        ),
      },
      ...(mayWrite
        ? [
            {
              id: "remove",
              title: t("incident:page.remove"),
              width: 64,
              cell: (alert: IncidentAlert) => <RemoveButton incident={incident} alert={alert} />,
            },
          ]
        : []),
    ],
    [t, nameOf, titleOf, incident, mayWrite],
  );
}

function RemoveButton({ incident, alert }: { readonly incident: IncidentDetail; readonly alert: IncidentAlert }) {
  const { t } = useTranslation("incident");
  const toastProblem = useToastProblem();
  const take = useTakeIncident();
  const remove = useMutation({
    mutationFn: () => removeFromIncident(incident.id, alert.id),
    onSuccess: (changed) => {
      take(changed);
      toastDone(t("toast.removed", { key: keyOf(incident) }));
    },
    onError: toastProblem,
  });
  return (
    <Button
      size="compact-xs"
      variant="subtle"
      loading={remove.isPending}
      aria-label={t("page.removeLabel", { title: alert.rule.title })}
      onClick={() => remove.mutate()}
    >
      {t("page.remove")}
    </Button>
  );
}
