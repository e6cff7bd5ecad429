import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { type AlertMatrix, LEVELS, type Level } from "../../../api/alerts.ts";
import { Severity } from "../../../parts/severity.tsx";
import { formatMinute } from "../../../ui/clock.ts";
import { formatCount } from "../../../ui/figures.ts";
import { useClock } from "../../../ui/use-clock.tsx";
import classes from "./matrix.module.css";
import { countAt, shadeOf } from "./matrix.ts";

/** From the least severe at the left, as an axis grows; what is not judged stands apart. */
const COLUMNS: readonly (Level | null)[] = [...LEVELS.toReversed(), null];

/** Rows are what rules said, columns what analysts said; every number opens its alerts. */
export function MatrixTable({ matrix }: { readonly matrix: AlertMatrix }) {
  const { t } = useTranslation(["alerts", "monitor"]);
  const { zone } = useClock();
  const { cells, from, to } = matrix;
  const largest = Math.max(...cells.map(({ count }) => count));
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard (WCAG 2.1.1)
    <section className={classes.scroll} tabIndex={0} aria-label={t("alerts:severityMatrix.title")}>
      <table className={classes.matrix}>
        <caption>
          {t("alerts:severityMatrix.caption", { from: formatMinute(from, zone), to: formatMinute(to, zone) })}
        </caption>
        <thead>
          <tr>
            <th scope="col">{t("alerts:severityMatrix.corner")}</th>
            {COLUMNS.map((judged) => (
              <th key={judged ?? "none"} scope="col" data-apart={judged === null || undefined}>
                {judged ? <Severity level={judged} isQuiet /> : t("alerts:severityMatrix.notJudged")}
              </th>
            ))}
            <th scope="col">{t("alerts:severityMatrix.sum")}</th>
          </tr>
        </thead>
        <tbody>
          {LEVELS.map((level) => (
            <tr key={level}>
              <th scope="row">
                <Severity level={level} isQuiet />
              </th>
              {COLUMNS.map((judged) => (
                <td
                  key={judged ?? "none"}
                  data-apart={judged === null || undefined}
                  data-same={judged === level || undefined}
                >
                  <Cell matrix={matrix} level={level} judged={judged} largest={largest} />
                </td>
              ))}
              <td>{formatCount(countAt(cells, { level }))}</td>
            </tr>
          ))}
        </tbody>
        <tfoot>
          <tr>
            <th scope="row">{t("alerts:severityMatrix.sum")}</th>
            {COLUMNS.map((judged) => (
              <td key={judged ?? "none"} data-apart={judged === null || undefined}>
                {formatCount(countAt(cells, { expertSeverity: judged }))}
              </td>
            ))}
            <td>{formatCount(countAt(cells, {}))}</td>
          </tr>
        </tfoot>
      </table>
    </section>
  );
}

type CellProps = {
  readonly matrix: AlertMatrix;
  readonly level: Level;
  readonly judged: Level | null;
  readonly largest: number;
};

function Cell({ matrix: { cells, from, to }, level, judged, largest }: CellProps) {
  const { t } = useTranslation(["alerts", "monitor"]);
  const count = countAt(cells, { level, expertSeverity: judged });
  if (count === 0) return <span className={classes.zero}>0</span>;
  const text = formatCount(count);
  return (
    <Link
      to="/alerts"
      search={{
        status: "open,in-progress,closed",
        level,
        judged: judged ?? "none",
        createdFrom: from,
        createdTo: to,
      }}
      className={classes.cell}
      data-shade={shadeOf(count, largest)}
      aria-label={t("alerts:severityMatrix.cell", {
        count,
        text,
        level: t(`monitor:severity.${level}`),
        judged: judged ? t(`monitor:severity.${judged}`) : t("alerts:severityMatrix.notJudged"),
      })}
    >
      {text}
    </Link>
  );
}
