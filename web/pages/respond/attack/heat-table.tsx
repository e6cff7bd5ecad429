import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { CoveredTechnique } from "../../../api/rules.ts";
import { formatCount } from "../../../ui/figures.ts";
import classes from "./heat.module.css";
import { type HeatRow, heatOf, heatRows } from "./heat.ts";

type TableProps = {
  readonly coverage: { readonly tactics: readonly string[]; readonly techniques: readonly CoveredTechnique[] };
};

/** A table, because it is one: a row per tactic, a cell per technique, both figures in words. */
export function HeatTable({ coverage }: TableProps) {
  const { t } = useTranslation("story");
  const rows = heatRows(coverage);
  const widest = Math.max(1, ...rows.map(({ cells }) => cells.length));
  return (
    <>
      <p className={classes.small}>{t("heat.key")}</p>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard (WCAG 2.1.1) */}
      <section className={classes.scroll} tabIndex={0} aria-label={t("heat.title")}>
        <table className={classes.table}>
          <caption className={classes.caption}>{t("heat.caption")}</caption>
          <tbody>
            {rows.map((row) => (
              <Row key={row.tactic} row={row} widest={widest} />
            ))}
          </tbody>
        </table>
      </section>
    </>
  );
}

function Row({ row, widest }: { readonly row: HeatRow; readonly widest: number }) {
  const { t } = useTranslation(["story", "monitor"]);
  const { tactic, cells, covered, detections } = row;
  return (
    <tr>
      <th scope="row">
        {t(`monitor:tactic.${tactic}`, { defaultValue: tactic })}
        <span className={classes.small}>{t("story:heat.covered", { covered, count: cells.length })}</span>
        <span className={classes.small}>
          {detections === null
            ? t("story:heat.noCount")
            : t("story:heat.detections", { count: detections, text: formatCount(detections) })}
        </span>
      </th>
      {cells.map((cell) => (
        <td key={cell.id}>
          <Cell technique={cell} />
        </td>
      ))}
      {cells.length < widest ? <td colSpan={widest - cells.length} /> : null}
    </tr>
  );
}

function Cell({ technique }: { readonly technique: CoveredTechnique }) {
  const { t } = useTranslation("story");
  const { id, detections, enabled, canFire } = technique;
  const detected = t("heat.detections", {
    count: detections ?? 0,
    text: detections === null ? "–" : formatCount(detections),
  });
  const title = t("heat.cell", {
    id,
    detections: detected,
    enabled: t("heat.enabled", { count: enabled, text: formatCount(enabled) }),
    canFire: canFire ?? "–",
  });
  return (
    <Link
      to="/alerts"
      search={{ technique: id, status: "open,in-progress,closed" }}
      className={classes.cell}
      data-heat={heatOf(detections)}
      data-blind={enabled === 0 || undefined}
      title={title}
    >
      <span>{id}</span>
      <strong>{detections === 0 ? t("heat.silent") : detected}</strong>
      <span>{enabled === 0 ? t("heat.noRule") : t("heat.rules", { text: formatCount(enabled) })}</span>
    </Link>
  );
}
