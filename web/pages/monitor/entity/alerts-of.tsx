import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { visible } from "../../../../src/kernel/visible.ts";
import { type EntityAlerts, type EntityRef, entityAlertsQuery } from "../../../api/entities.ts";
import { useUnit } from "../../../app/shell/use-unit.ts";
import { incidentTitle } from "../../../parts/incident-title.ts";
import { Severity } from "../../../parts/severity.tsx";
import { useRuleTitle } from "../../../parts/use-rule-title.ts";
import { type Column, DataTable } from "../../../ui/data-table.tsx";
import { formatCount } from "../../../ui/figures.ts";
import { Section } from "../../../ui/page.tsx";
import { ProblemNote } from "../../../ui/problem-note.tsx";
import { RowsSkeleton } from "../../../ui/skeletons.tsx";
import { Instant } from "../../../ui/use-clock.tsx";
import classes from "./entity.module.css";

type Alert = EntityAlerts["items"][number];

/** Alerts that it is in, whenever they were, and the incidents that they became. */
export function AlertsOf({ entity }: { readonly entity: EntityRef }) {
  const { t } = useTranslation(["entities", "incident"]);
  const { data, error, refetch } = useQuery(entityAlertsQuery(entity));
  const columns = useAlertColumns();
  return (
    <Section
      title={t("entities:alerts.title")}
      aside={data ? t("entities:alerts.count", { text: formatCount(data.total), open: formatCount(data.open) }) : null}
    >
      {error ? <ProblemNote error={error} onRetry={() => void refetch()} /> : null}
      {!data && !error ? <RowsSkeleton rows={3} /> : null}
      {data?.incidents.length ? (
        <ul className={classes.list} aria-label={t("entities:alerts.incidents")}>
          {data.incidents.map(({ id, number, title, titleJa, status, alerts }) => (
            <li key={id} className={classes.row}>
              <span>
                <Link to="/incidents/$id" params={{ id: `INC-${number}` }}>
                  INC-{number} <bdi>{visible(incidentTitle({ title, titleJa }), 200)}</bdi>
                </Link>
              </span>
              <span className={classes.small}>{t(`incident:status.${status}`)}</span>
              <span className={classes.small}>
                {t("entities:alerts.within", { count: alerts, text: formatCount(alerts) })}
              </span>
            </li>
          ))}
        </ul>
      ) : null}
      {data && data.items.length === 0 ? <p className={classes.small}>{t("entities:alerts.none")}</p> : null}
      {data?.items.length ? (
        <DataTable label={t("entities:alerts.title")} rows={data.items} columns={columns} idOf={({ id }) => id} />
      ) : null}
      {data && data.total > data.items.length ? (
        <p className={classes.small}>{t("entities:alerts.cut", { text: formatCount(data.items.length) })}</p>
      ) : null}
    </Section>
  );
}

function useAlertColumns(): readonly Column<Alert>[] {
  const { t } = useTranslation(["entities", "monitor"]);
  const { nameOf } = useUnit();
  const titleOf = useRuleTitle();
  return useMemo(
    () => [
      {
        id: "severity",
        title: t("entities:alerts.severity"),
        width: 96,
        cell: ({ severity }) => <Severity level={severity} />,
      },
      {
        id: "rule",
        title: t("entities:alerts.rule"),
        cell: ({ id, rule }) => (
          <Link to="/alerts" search={{ alert: id }}>
            {titleOf(rule)}
          </Link>
        ),
      },
      {
        id: "status",
        title: t("entities:alerts.status"),
        width: 110,
        cell: ({ status }) => t(`monitor:status.${status}`),
      },
      { id: "unit", title: t("entities:alerts.unit"), isMinor: true, cell: ({ unitId }) => nameOf(unitId) },
      { id: "count", title: t("entities:alerts.detections"), isNumber: true, cell: ({ count }) => formatCount(count) },
      { id: "last", title: t("entities:alerts.last"), width: 190, cell: ({ lastAt }) => <Instant at={lastAt} /> },
    ],
    [t, nameOf, titleOf],
  );
}
