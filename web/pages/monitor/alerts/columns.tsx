import { Link } from "@tanstack/react-router";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { AlertRow } from "../../../api/alerts.ts";
import { useUnit } from "../../../app/shell/use-unit.ts";
import { entityName } from "../../../parts/entity-name.ts";
import { IncidentChip } from "../../../parts/incident-chip.tsx";
import { Severity } from "../../../parts/severity.tsx";
import { plainAnswer, SixSentence } from "../../../parts/six-sentence.tsx";
import { useRuleTitle } from "../../../parts/use-rule-title.ts";
import { formatAgo } from "../../../ui/ago.ts";
import { formatInstant } from "../../../ui/clock.ts";
import type { Column } from "../../../ui/data-table.tsx";
import { formatCount } from "../../../ui/figures.ts";
import { MessageCircleIcon, RefreshIcon } from "../../../ui/icons.ts";
import { useClock } from "../../../ui/use-clock.tsx";
import classes from "./alerts-page.module.css";
import { signed } from "./points.ts";

export function useAlertColumns(): readonly Column<AlertRow>[] {
  const { t, i18n } = useTranslation(["alerts", "monitor"]);
  const { nameOf } = useUnit();
  const { zone } = useClock();
  const titleOf = useRuleTitle();
  return useMemo(
    (): readonly Column<AlertRow>[] => [
      {
        id: "severity",
        title: t("monitor:severity.label"),
        width: 116,
        sort: "severity",
        cell: ({ severity, expertSeverity, level }) => (
          <>
            <Severity level={severity} />
            {expertSeverity && expertSeverity !== level ? (
              <span className={classes.judged}>
                {t("alerts:judgedFrom", { level: t(`monitor:severity.${level}`) })}
              </span>
            ) : null}
          </>
        ),
      },
      {
        id: "priority",
        title: t("alerts:column.priority"),
        width: 88,
        isNumber: true,
        sort: "priority",
        isMinor: true,
        cell: ({ priority }) =>
          priority ? (
            <>
              <strong>{priority.score}</strong>
              <span
                className={classes.minor}
                title={t("alerts:priority.parts", {
                  severity: priority.severity,
                  precision: signed(priority.precision),
                  waiting: signed(priority.waiting),
                })}
              >
                {[
                  priority.severity,
                  ...[priority.precision, priority.waiting].filter((part) => part !== 0).map(signed),
                ].join(" ")}
              </span>
            </>
          ) : (
            "–"
          ),
      },
      {
        id: "what",
        title: t("alerts:column.what"),
        cell: (alert) => (
          <>
            <Link to="/alerts" search={(now) => ({ ...now, alert: alert.id })} className={classes.rule}>
              {titleOf(alert.rule)}
            </Link>
            <p className={classes.sentence}>
              <SixSentence six={alert.sample.six} draw={plainAnswer} />
            </p>
            <p className={classes.phoneEntity}>{entityName(alert)}</p>
            <p className={classes.tags}>
              {alert.rule.tactics.map((tactic) => (
                <span key={tactic}>{t(`monitor:tactic.${tactic}`, { defaultValue: tactic })}</span>
              ))}
              {alert.rule.techniques.map((technique) => (
                <span key={technique}>{technique}</span>
              ))}
            </p>
          </>
        ),
      },
      {
        id: "entity",
        title: t("alerts:column.entity"),
        width: 150,
        isWide: true,
        cell: (alert) => (
          <>
            <span className={classes.entity}>{entityName(alert)}</span>
            <span className={classes.minor}>
              {t(`monitor:entityKind.${alert.entity.kind}`)} · {nameOf(alert.unitId)}
            </span>
          </>
        ),
      },
      {
        id: "count",
        title: t("alerts:column.count"),
        width: 72,
        isNumber: true,
        sort: "count",
        isMinor: true,
        cell: ({ count, recurrence }) => (
          <>
            {formatCount(count)}
            {recurrence > 0 ? (
              <span className={classes.minor} title={t("alerts:recurred", { count: recurrence })}>
                <RefreshIcon size={11} aria-hidden /> {recurrence}
              </span>
            ) : null}
          </>
        ),
      },
      {
        id: "last",
        title: t("alerts:column.lastSeen"),
        width: 108,
        sort: "last-seen",
        isMinor: true,
        cell: ({ lastAt }) => (
          <time dateTime={lastAt} title={formatInstant(lastAt, zone)}>
            {formatAgo(lastAt, i18n.language)}
          </time>
        ),
      },
      {
        id: "status",
        title: t("alerts:column.status"),
        width: 160,
        cell: ({ id, status, disposition, assignee, noteCount }) => (
          <>
            <span className={classes.status} data-status={status}>
              {t(`monitor:status.${status}`)}
              {disposition ? ` · ${t(`monitor:disposition.${disposition}`)}` : ""}
            </span>
            <span className={classes.minor}>
              {assignee?.name ?? t("alerts:unassigned")}
              {noteCount > 0 ? (
                <>
                  {" "}
                  <MessageCircleIcon size={12} aria-label={t("alerts:notes", { count: noteCount })} role="img" />
                </>
              ) : null}
            </span>
            <IncidentChip alertId={id} />
          </>
        ),
      },
    ],
    [t, i18n.language, nameOf, titleOf, zone],
  );
}
