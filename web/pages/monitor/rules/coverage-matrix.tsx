import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { CoveredTechnique } from "../../../api/rules.ts";
import { formatCount } from "../../../ui/figures.ts";
import classes from "./coverage.module.css";

type MatrixProps = {
  readonly coverage: { readonly tactics: readonly string[]; readonly techniques: readonly CoveredTechnique[] };
};

/** Tactics side by side, their techniques below, the strongest first. Sub-techniques are in their technique's figures. */
export function CoverageMatrix({ coverage: { tactics, techniques } }: MatrixProps) {
  const { t } = useTranslation(["rules", "monitor"]);
  const columns = tactics.map((tactic) => ({
    tactic,
    cells: techniques
      .filter(({ id, tactics: served }) => !id.includes(".") && served.includes(tactic))
      .toSorted((one, two) => strengthOf(two) - strengthOf(one) || two.enabled - one.enabled),
  }));
  const height = Math.max(...columns.map(({ cells }) => cells.length));
  return (
    <>
      <p className={classes.small}>{t("rules:coverage.key")}</p>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard (WCAG 2.1.1) */}
      <section className={classes.scroll} tabIndex={0} aria-label={t("rules:coverage.title")}>
        <table className={classes.matrix}>
          <thead>
            <tr>
              {columns.map(({ tactic, cells }) => (
                <th key={tactic} scope="col">
                  {t(`monitor:tactic.${tactic}`, { defaultValue: tactic })}
                  <span className={classes.small}>{cells.length === 0 ? t("rules:coverage.none") : cells.length}</span>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {Array.from({ length: height }, (_, row) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: a row is its place
              <tr key={row}>
                {columns.map(({ tactic, cells }) => (
                  <td key={tactic}>
                    <Cell technique={cells[row]} />
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </>
  );
}

const strengthOf = ({ canFire, enabled }: CoveredTechnique): number => canFire ?? enabled;

/** How dark a cell is: nothing can fire, one rule, a few, many. */
const levelOf = (strength: number): number => (strength === 0 ? 0 : strength < 3 ? 1 : strength < 10 ? 2 : 3);

function Cell({ technique }: { readonly technique: CoveredTechnique | undefined }) {
  const { t } = useTranslation("rules");
  if (!technique) return null;
  const { id, enabled, canFire, detections } = technique;
  const title = t("coverage.cell", {
    id,
    running: t("coverage.running", { count: enabled, text: formatCount(enabled) }),
    canFire: canFire ?? "–",
    detected: t("coverage.detected", {
      count: detections ?? 0,
      text: detections === null ? "–" : formatCount(detections),
    }),
  });
  return (
    <Link
      to="/rules"
      search={{ technique: id }}
      className={classes.cell}
      data-level={levelOf(strengthOf(technique))}
      title={title}
    >
      <span>{id}</span>
      <span>
        <strong>{canFire ?? "–"}</strong> ({enabled}){detections ? ` ▲${formatCount(detections)}` : ""}
      </span>
    </Link>
  );
}
