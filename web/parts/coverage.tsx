import { useTranslation } from "react-i18next";
import type { SourceCoverage } from "../api/sources.ts";
import { formatShare } from "../ui/figures.ts";
import classes from "./coverage.module.css";

const QUESTIONS = ["when", "who", "whereFrom", "withWhat", "what", "didWhat"] as const;

/** Six small columns, one per question: how often the logs of a source answer it. */
export function CoverageMeter({ coverage }: { readonly coverage: SourceCoverage }) {
  const { t } = useTranslation("monitor");
  const label = QUESTIONS.map((question) => `${t(`six.${question}`)} ${formatShare(coverage[question])}`).join(", ");
  return (
    <span className={classes.meter} role="img" aria-label={label} title={label}>
      {QUESTIONS.map((question) => (
        <span key={question} className={classes.cell}>
          <span
            style={{ height: `${Math.round(coverage[question] * 100)}%` }}
            data-low={coverage[question] < 0.5 || undefined}
          />
        </span>
      ))}
      <span className={classes.average}>{coverage.average.toFixed(1)}</span>
    </span>
  );
}

/** The same in full, as a table with bars. */
export function CoverageTable({ coverage }: { readonly coverage: SourceCoverage }) {
  const { t } = useTranslation("monitor");
  return (
    <table className={classes.table}>
      <tbody>
        {QUESTIONS.map((question) => (
          <tr key={question}>
            <th scope="row">{t(`six.${question}`)}</th>
            <td className={classes.track}>
              <span
                style={{ width: `${coverage[question] * 100}%` }}
                data-low={coverage[question] < 0.5 || undefined}
              />
            </td>
            <td className={classes.share}>{formatShare(coverage[question])}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
