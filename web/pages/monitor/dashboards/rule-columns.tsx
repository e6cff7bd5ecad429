import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { RuleBoard, RuleFigures } from "../../../api/dashboards.ts";
import { currentLanguage } from "../../../app/i18n.ts";
import { Severity } from "../../../parts/severity.tsx";
import { formatAgo } from "../../../ui/ago.ts";
import { formatInstant } from "../../../ui/clock.ts";
import type { Column } from "../../../ui/data-table.tsx";
import { formatCount } from "../../../ui/figures.ts";
import { Sparkline } from "../../../ui/sparkline.tsx";
import { useClock } from "../../../ui/use-clock.tsx";
import classes from "./dashboards.module.css";

const percent = (share: number): string => `${Math.round(share * 100)}%`;
const ALL = "open,in-progress,closed";

/** A rule's figures; what has a list leads to it. */
export function useRuleColumns({ range }: RuleBoard): readonly Column<RuleFigures>[] {
  const { t, i18n } = useTranslation("live");
  const { zone } = useClock();
  const { from, to } = range;
  const known = (count: number | null): ReactNode =>
    count === null ? <span className={classes.minor}>{t("board.unknown")}</span> : formatCount(count);
  const alerts = (count: number, search: Record<string, string>): ReactNode =>
    count === 0 ? (
      "0"
    ) : (
      <Link to="/alerts" search={search}>
        {formatCount(count)}
      </Link>
    );
  // Verdicts count acts of closing, of which one may have closed many alerts: no list counts the same, so they lead to none.
  const judged = (id: "truePositive" | "falsePositive" | "benign", sort?: string) => ({
    id,
    title: t(`board.column.${id}`),
    ...(sort && { sort }),
    isNumber: true,
    cell: ({ found }: RuleFigures) => formatCount(found[id]),
  });
  return [
    {
      id: "rule",
      title: t("board.column.rule"),
      cell: (row) => (
        <div className={classes.rule}>
          <Link to="/rules/$id" params={{ id: row.id }}>
            {currentLanguage() === "ja" && row.titleJa !== "" ? row.titleJa : row.title}
          </Link>
          <span className={classes.under}>
            <Severity level={row.level} isQuiet />
            {row.isEnabled ? null : <span className={classes.minor}>{t("board.off")}</span>}
          </span>
        </div>
      ),
    },
    {
      id: "trend",
      title: t("board.column.trend"),
      width: 132,
      cell: ({ trend, fires }) =>
        trend === null ? (
          <span className={classes.minor}>{t("board.unknown")}</span>
        ) : (
          <Sparkline
            values={trend}
            label={t("board.trendLabel", {
              count: fires ?? 0,
              text: formatCount(fires ?? 0),
              most: formatCount(Math.max(0, ...trend)),
            })}
          />
        ),
    },
    { id: "fires", title: t("board.column.fires"), sort: "fires", isNumber: true, cell: ({ fires }) => known(fires) },
    {
      id: "alerts",
      title: t("board.column.seen"),
      sort: "alerts",
      isNumber: true,
      cell: ({ id, alerts: count }) => alerts(count, { rule: id, status: ALL, from, to }),
    },
    {
      id: "open",
      title: t("board.column.open"),
      sort: "open",
      isNumber: true,
      cell: ({ id, found }) => alerts(found.open, { rule: id }),
    },
    judged("truePositive"),
    judged("falsePositive", "false"),
    judged("benign"),
    {
      id: "precision",
      title: t("board.column.precision"),
      sort: "precision",
      isNumber: true,
      cell: ({ precision }) =>
        precision === null
          ? "–"
          : t("board.precision", {
              share: percent(precision.share),
              low: percent(precision.low),
              high: percent(precision.high),
            }),
    },
    {
      id: "suppressed",
      title: t("board.column.suppressed"),
      sort: "suppressed",
      isNumber: true,
      cell: ({ suppressed }) => known(suppressed),
    },
    {
      id: "cost",
      title: t("board.column.cost"),
      sort: "cost",
      isNumber: true,
      cell: ({ cost }) => (cost === null ? "–" : cost.toLocaleString("en", { maximumSignificantDigits: 2 })),
    },
    {
      id: "last",
      title: t("board.column.last"),
      sort: "last",
      width: 104,
      cell: ({ lastFiredAt }) =>
        lastFiredAt === null ? (
          "–"
        ) : (
          <time dateTime={lastFiredAt} title={formatInstant(lastFiredAt, zone)}>
            {formatAgo(lastFiredAt, i18n.language)}
          </time>
        ),
    },
  ];
}
