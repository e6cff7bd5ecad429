import { Link } from "@tanstack/react-router";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { type IncidentRow, keyOf } from "../../../api/incidents.ts";
import { useUnit } from "../../../app/shell/use-unit.ts";
import { incidentTitle } from "../../../parts/incident-title.ts";
import { Severity } from "../../../parts/severity.tsx";
import { formatAgo } from "../../../ui/ago.ts";
import { formatInstant } from "../../../ui/clock.ts";
import type { Column } from "../../../ui/data-table.tsx";
import { formatCount } from "../../../ui/figures.ts";
import page from "../../../ui/list-page.module.css";
import { useClock } from "../../../ui/use-clock.tsx";
import { KillChainMarks } from "../story/strip.tsx";
import classes from "./incident.module.css";
import { statusKey } from "./said.ts";

export function useIncidentColumns(): readonly Column<IncidentRow>[] {
  const { t, i18n } = useTranslation(["incident", "monitor"]);
  const { nameOf } = useUnit();
  const { zone } = useClock();
  return useMemo((): readonly Column<IncidentRow>[] => {
    const ago = (at: string) => (
      <time dateTime={at} title={formatInstant(at, zone)}>
        {formatAgo(at, i18n.language)}
      </time>
    );
    return [
      {
        id: "severity",
        title: t("monitor:severity.label"),
        sort: "severity",
        width: 92,
        cell: ({ severity }) => <Severity level={severity} />,
      },
      {
        id: "title",
        title: t("incident:column.title"),
        cell: (incident) => (
          <>
            <Link to="/incidents/$id" params={{ id: keyOf(incident) }} className={page.name}>
              <span className={classes.key}>{keyOf(incident)}</span> <bdi>{incidentTitle(incident)}</bdi>
            </Link>
            <span className={page.minor}>{nameOf(incident.unitId)}</span>
          </>
        ),
      },
      {
        id: "status",
        title: t("incident:column.status"),
        width: 150,
        cell: ({ status, owner }) => (
          <>
            <span className={classes.status} data-status={status}>
              {t(`incident:${statusKey({ status, owner })}`)}
            </span>
            <span className={page.minor}>{owner?.name ?? t("incident:unowned")}</span>
          </>
        ),
      },
      {
        id: "steps",
        title: t("incident:column.steps"),
        width: 170,
        isMinor: true,
        cell: ({ id }) => <KillChainMarks incidentId={id} />,
      },
      {
        id: "alerts",
        title: t("incident:column.alerts"),
        width: 88,
        isNumber: true,
        cell: ({ alertCount }) => formatCount(alertCount),
      },
      {
        id: "opened",
        title: t("incident:column.opened"),
        sort: "opened",
        width: 112,
        isMinor: true,
        cell: ({ openedAt }) => ago(openedAt),
      },
      {
        id: "updated",
        title: t("incident:column.updated"),
        sort: "updated",
        width: 112,
        isMinor: true,
        cell: ({ updatedAt }) => ago(updatedAt),
      },
    ];
  }, [t, i18n.language, nameOf, zone]);
}
