import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { type FormationGroups, groupsQuery } from "../../../api/formation.ts";
import { FormationStalled } from "../../../parts/formation-stalled.tsx";
import { Severity } from "../../../parts/severity.tsx";
import { type Column, DataTable } from "../../../ui/data-table.tsx";
import { Empty } from "../../../ui/empty.tsx";
import { formatCount } from "../../../ui/figures.ts";
import page from "../../../ui/list-page.module.css";
import { ProblemNote } from "../../../ui/problem-note.tsx";
import { RowsSkeleton } from "../../../ui/skeletons.tsx";
import { Instant } from "../../../ui/use-clock.tsx";
import classes from "../incident/incident.module.css";

type Group = FormationGroups["items"][number];

/** Alerts that belong together and are not enough for an incident: how far they are from one, and by what. */
export function GroupsPage() {
  const { t } = useTranslation("formation");
  const { data, error, refetch } = useQuery(groupsQuery);
  const columns = useColumns();
  return (
    <div className={page.page}>
      <header className={page.head}>
        <h1 className={page.title}>{t("groups.title")}</h1>
        <p className={page.total} aria-live="polite">
          {data ? t("groups.total", { count: data.total, text: formatCount(data.total) }) : ""}
        </p>
        <Link to="/alerts">{t("groups.toAlerts")}</Link>
        <Link to="/incidents/grouping">{t("grouping.title")}</Link>
      </header>
      <div className={page.middle}>
        <FormationStalled />
        {error ? <ProblemNote error={error} onRetry={() => void refetch()} /> : null}
        {!data && !error ? <RowsSkeleton rows={8} /> : null}
        {data?.items.length === 0 ? <Empty title={t("groups.empty")}>{t("groups.emptyHint")}</Empty> : null}
        {data && data.items.length > 0 ? (
          <DataTable label={t("groups.title")} rows={data.items} columns={columns} idOf={({ id }) => id} />
        ) : null}
      </div>
    </div>
  );
}

function useColumns(): readonly Column<Group>[] {
  const { t } = useTranslation("formation");
  return useMemo(
    (): readonly Column<Group>[] => [
      {
        id: "score",
        title: t("groups.score"),
        width: 110,
        isNumber: true,
        cell: ({ score, threshold }) => (
          <>
            {score}
            <span className={page.minor}>
              {t("groups.missing", { points: Math.max(0, Math.round((threshold - score) * 10) / 10) })}
            </span>
          </>
        ),
      },
      {
        id: "alerts",
        title: t("groups.alerts"),
        cell: ({ top, alerts, hiddenAlerts, closedAlerts }) => (
          <>
            <ul className={classes.plain}>
              {top.map(({ id, ruleTitle, entity, severity }) => (
                <li key={id}>
                  <Severity level={severity} isQuiet />{" "}
                  <Link to="/alerts" search={{ alert: id }}>
                    {ruleTitle}
                  </Link>{" "}
                  <bdi className={classes.small}>{entity}</bdi>
                </li>
              ))}
            </ul>
            {alerts > top.length ? (
              <span className={page.minor}>{t("groups.ofAll", { count: alerts, hidden: hiddenAlerts })}</span>
            ) : null}
            {closedAlerts > 0 ? (
              <span className={page.minor}>{t("groups.closed", { count: closedAlerts })}</span>
            ) : null}
          </>
        ),
      },
      {
        id: "parts",
        title: t("groups.parts"),
        isMinor: true,
        cell: ({ parts }) =>
          parts
            .filter(({ points }) => points > 0)
            .map(({ kind, points }) => `${t(`part.${kind}`)} ${points}`)
            .join(" · "),
      },
      { id: "last", title: t("groups.last"), width: 140, isMinor: true, cell: ({ lastAt }) => <Instant at={lastAt} /> },
    ],
    [t],
  );
}
