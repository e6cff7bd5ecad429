import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { type AlertMatrix, alertMatrixQuery } from "../../../api/alerts.ts";
import { useUnit } from "../../../app/shell/use-unit.ts";
import { Empty } from "../../../ui/empty.tsx";
import { formatCount } from "../../../ui/figures.ts";
import { Page } from "../../../ui/page.tsx";
import { ProblemNote } from "../../../ui/problem-note.tsx";
import { RowsSkeleton } from "../../../ui/skeletons.tsx";
import { instantOf, TimeRange } from "../../../ui/time-range.tsx";
import classes from "./matrix.module.css";
import { agreementOf } from "./matrix.ts";
import { MatrixTable } from "./matrix-table.tsx";
import { MisratedRules } from "./misrated-rules.tsx";
import { percent } from "./points.ts";

const HOUR_MS = 3_600_000;

/** The rule's severity against the analyst's, and the rules on which the two keep differing. The unit is the header's. */
export function AlertMatrixPage() {
  const { t } = useTranslation("alerts");
  const { from = "now-30d", to = "now" } = useSearch({ from: "/frame/alerts/matrix" });
  const navigate = useNavigate({ from: "/alerts/matrix" });
  const { unit } = useUnit();
  // Whole hours, so that the question stays the same for a while and its answer with it.
  const period = useMemo(() => {
    const nowMs = Math.ceil(Date.now() / HOUR_MS) * HOUR_MS;
    const iso = (text: string, fallback: string) => {
      const ms = instantOf(text, nowMs);
      return new Date(Number.isFinite(ms) ? ms : instantOf(fallback, nowMs)).toISOString();
    };
    return { from: iso(from, "now-30d"), to: iso(to, "now") };
  }, [from, to]);
  const { data, error, refetch } = useQuery(alertMatrixQuery({ ...period, under: unit }));
  return (
    <Page
      title={t("severityMatrix.title")}
      lead={t("severityMatrix.lead")}
      actions={<Link to="/alerts">{t("title")}</Link>}
    >
      <div className={classes.controls}>
        <TimeRange
          from={from}
          to={to}
          onChange={(range) => void navigate({ search: (now) => ({ ...now, ...range }) })}
        />
      </div>
      {error ? <ProblemNote error={error} onRetry={() => void refetch()} /> : null}
      {!data && !error ? <RowsSkeleton rows={8} /> : null}
      {data ? (
        <div className={classes.columns}>
          {data.cells.length === 0 ? (
            <Empty title={t("severityMatrix.empty")}>{t("severityMatrix.emptyHint")}</Empty>
          ) : (
            <div>
              <MatrixTable matrix={data} />
              <Agreement matrix={data} />
            </div>
          )}
          <MisratedRules matrix={data} />
        </div>
      ) : null}
    </Page>
  );
}

function Agreement({ matrix }: { readonly matrix: AlertMatrix }) {
  const { t } = useTranslation("alerts");
  const { judged, same, above, below } = agreementOf(matrix.cells);
  if (judged === 0) return <p className={classes.told}>{t("severityMatrix.noneJudged")}</p>;
  return (
    <p className={classes.told}>
      {t("severityMatrix.agreed", {
        count: judged,
        text: formatCount(judged),
        share: percent(same / judged),
        above: formatCount(above),
        below: formatCount(below),
      })}
    </p>
  );
}
