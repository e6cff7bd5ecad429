import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { UnitBoard, UnitFigures, UnitRow } from "../../../api/dashboards.ts";
import { useUnit } from "../../../app/shell/use-unit.ts";
import { formatCount } from "../../../ui/figures.ts";
import classes from "./dashboards.module.css";
import { measured } from "./measures.ts";
import { useMeasureText } from "./use-measure-text.ts";

const COLUMNS = [
  "seen",
  "open",
  "severe",
  "opened",
  "openIncidents",
  "acknowledge",
  "contain",
  "restore",
  "sources",
  "silent",
  "bytes",
  "perGb",
  "coverage",
] as const;
type ColumnId = (typeof COLUMNS)[number];

/** Every figure of every unit; what has a list leads to it. */
export function UnitTable({ board }: { readonly board: UnitBoard }) {
  const { t } = useTranslation("live");
  const { nameOf } = useUnit();
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard
    <section className={classes.scroll} aria-label={t("board.allFigures")} tabIndex={0}>
      <table className={classes.figures}>
        <thead>
          <tr>
            <th scope="col">{t("board.column.unit")}</th>
            {COLUMNS.map((id) => (
              <th key={id} scope="col">
                {t(`board.column.${id}`)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {board.rows.map((row) => (
            <tr key={`${row.unitId} ${row.reach}`}>
              <th scope="row">
                <UnitName row={row} name={nameOf(row.unitId)} />
              </th>
              {COLUMNS.map((id) => (
                <td key={id}>
                  <Cell id={id} figures={row} unit={row.reach === "below" ? row.unitId : undefined} board={board} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
        {board.rows.length > 1 ? (
          <tfoot>
            <tr>
              <th scope="row">{t("board.total")}</th>
              {COLUMNS.map((id) => (
                <td key={id}>
                  <Cell id={id} figures={board.total} unit={board.parent ?? ""} board={board} />
                </td>
              ))}
            </tr>
          </tfoot>
        ) : null}
      </table>
    </section>
  );
}

function UnitName({ row, name }: { readonly row: UnitRow; readonly name: string }) {
  const { t } = useTranslation("live");
  if (row.reach === "alone") return t("board.alone", { name });
  if (!row.hasBelow) return name;
  return (
    <Link to="/dashboards" search={(now) => ({ ...now, unit: row.unitId })}>
      {name} <span className={classes.minor}>{t("board.unitsBelow", { count: row.units - 1 })}</span>
    </Link>
  );
}

type CellProps = {
  readonly id: ColumnId;
  readonly figures: UnitFigures;
  /** Of which list the figure is the count; undefined = lists cannot be narrowed to a unit without those below it. */
  readonly unit: string | undefined;
  readonly board: UnitBoard;
};

function Cell({ id, figures, unit, board }: CellProps) {
  const { t } = useTranslation("live");
  const text = useMeasureText();
  const { alerts, incidents, sources } = figures;
  const of = { unit: unit || undefined };
  const linked = (count: number | null | undefined, link: (shown: ReactNode) => ReactNode): ReactNode => {
    if (count === null || count === undefined) return <span className={classes.minor}>{t("board.unknown")}</span>;
    return unit === undefined || count === 0 ? formatCount(count) : link(formatCount(count));
  };
  const { from, to } = board.range;
  switch (id) {
    case "seen":
      return linked(alerts.seen, (shown) => (
        <Link to="/alerts" search={{ ...of, status: "open,in-progress,closed", from, to }}>
          {shown}
        </Link>
      ));
    case "open":
      return linked(alerts.open, (shown) => (
        <Link to="/alerts" search={of}>
          {shown}
        </Link>
      ));
    case "severe":
      return linked(alerts.severe, (shown) => (
        <Link to="/alerts" search={{ ...of, severity: "critical,high" }}>
          {shown}
        </Link>
      ));
    case "opened":
      return linked(incidents?.opened, (shown) => (
        <Link
          to="/incidents"
          search={{ ...of, status: "open,contained,resolved,closed", withdrawn: "out", openedFrom: from, openedTo: to }}
        >
          {shown}
        </Link>
      ));
    case "openIncidents":
      return linked(incidents?.open, (shown) => (
        <Link to="/incidents" search={of}>
          {shown}
        </Link>
      ));
    case "sources":
      return linked(sources?.total, (shown) => (
        <Link to="/sources" search={of}>
          {shown}
        </Link>
      ));
    case "silent":
      return linked(sources?.silent, (shown) => (
        <Link to="/sources" search={{ ...of, sort: "last-seen" }}>
          {shown}
        </Link>
      ));
    default:
      return <span className={measured(id, figures) === null ? classes.minor : undefined}>{text(id, figures)}</span>;
  }
}
