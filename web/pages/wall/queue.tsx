import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { Wall } from "../../api/dashboards.ts";
import { Severity } from "../../parts/severity.tsx";
import { formatCount } from "../../ui/figures.ts";
import { NotYours } from "./not-yours.tsx";
import classes from "./wall.module.css";

/** Repeated here in the contract's order, so that its schemas stay out of the browser. */
const AGES = ["hour", "shift", "day", "week", "older"] as const;

type QueueProps = { readonly kind: "alerts" | "incidents"; readonly queue: Wall["alerts"] | Wall["incidents"] };

/** What is not closed, by severity and by how long it has waited. */
export function Queue({ kind, queue }: QueueProps) {
  const { t } = useTranslation("live");
  if (!queue) return <NotYours />;
  const total = queue.waiting.reduce((sum, { count }) => sum + count, 0);
  return (
    <table className={classes.queue}>
      <thead>
        <tr>
          <th scope="col">{t("wall.severity")}</th>
          <th scope="col">{t("wall.count")}</th>
          {AGES.map((age) => (
            <th key={age} scope="col">
              {t(`wall.age5.${age}`)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {queue.waiting.map(({ severity, count, ages }) => (
          <tr key={severity} data-none={count === 0 || undefined}>
            <th scope="row">
              <Severity level={severity} isQuiet />
            </th>
            <td>
              <Link to={kind === "alerts" ? "/alerts" : "/incidents"} search={{ severity }}>
                <strong>{formatCount(count)}</strong>
              </Link>
            </td>
            {ages.map((n, i) => (
              <td key={AGES[i]} data-none={n === 0 || undefined}>
                {formatCount(n)}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
      <tfoot>
        <tr>
          <th scope="row">{t("wall.total")}</th>
          <td>
            <Link to={kind === "alerts" ? "/alerts" : "/incidents"}>
              <strong>{formatCount(total)}</strong>
            </Link>
          </td>
          {AGES.map((age, i) => (
            <td key={age}>{formatCount(queue.waiting.reduce((sum, { ages }) => sum + (ages[i] ?? 0), 0))}</td>
          ))}
        </tr>
      </tfoot>
    </table>
  );
}
