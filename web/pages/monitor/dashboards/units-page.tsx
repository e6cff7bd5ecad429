import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { type UnitBoard, type UnitRow, unitBoardQuery } from "../../../api/dashboards.ts";
import { useUnit } from "../../../app/shell/use-unit.ts";
import { BarList } from "../../../ui/bar-list.tsx";
import { Figure } from "../../../ui/figure.tsx";
import { Section } from "../../../ui/page.tsx";
import { ProblemNote } from "../../../ui/problem-note.tsx";
import { RowsSkeleton } from "../../../ui/skeletons.tsx";
import classes from "./dashboards.module.css";
import { BoardFrame, daysOf } from "./frame.tsx";
import { MEASURES, type Measure, measured } from "./measures.ts";
import { UnitTable } from "./unit-table.tsx";
import { useMeasureText } from "./use-measure-text.ts";

/** The units of the group side by side. Range and measure live in the address; the unit is the one of the header. */
export function UnitBoardPage() {
  const search = useSearch({ from: "/frame/dashboards" });
  const navigate = useNavigate({ from: "/dashboards" });
  const { unit } = useUnit();
  const days = daysOf(search.days);
  const measure = MEASURES.find((one) => one === search.measure) ?? "seen";
  const query = { days, unit };
  const { data, error, refetch } = useQuery(unitBoardQuery(query));
  const change = (next: { days?: string; measure?: string }) =>
    void navigate({ search: (now) => ({ ...now, ...next }) });
  return (
    <BoardFrame
      board="units"
      query={query}
      days={days}
      onDays={(next) => change({ days: next })}
      filters={<Path />}
      at={data?.at}
    >
      {error ? <ProblemNote error={error} onRetry={() => void refetch()} /> : null}
      {!data && !error ? <RowsSkeleton rows={12} /> : null}
      {data ? <Board board={data} measure={measure} onMeasure={(next) => change({ measure: next })} /> : null}
    </BoardFrame>
  );
}

/** Where in the group this is: each unit above leads there. */
function Path() {
  const { t } = useTranslation("live");
  const { unit, units, nameOf } = useUnit();
  if (unit === "") return null;
  const above: string[] = [];
  for (let next = units.find(({ id }) => id === unit); next; next = units.find(({ id }) => id === next?.parentId))
    above.unshift(next.id);
  return (
    <nav className={classes.path} aria-label={t("board.path")}>
      <Link to="/dashboards" search={(now) => ({ ...now, unit: undefined })}>
        {t("board.top")}
      </Link>
      {above.map((id) => (
        <span key={id}>
          {" › "}
          {id === unit ? (
            <strong aria-current="page">{nameOf(id)}</strong>
          ) : (
            <Link to="/dashboards" search={(now) => ({ ...now, unit: id })}>
              {nameOf(id)}
            </Link>
          )}
        </span>
      ))}
    </nav>
  );
}

type BoardProps = {
  readonly board: UnitBoard;
  readonly measure: Measure;
  readonly onMeasure: (measure: Measure) => void;
};

function Board({ board, measure, onMeasure }: BoardProps) {
  const { t } = useTranslation("live");
  const { nameOf } = useUnit();
  const text = useMeasureText();
  const label = ({ unitId, reach }: UnitRow) =>
    reach === "alone" ? t("board.alone", { name: nameOf(unitId) }) : nameOf(unitId);
  const bars = board.rows.map((row) => {
    const value = measured(measure, row);
    return {
      id: `${row.unitId} ${row.reach}`,
      label: label(row),
      value: typeof value === "number" ? value : value === "none" ? 0 : null,
      text: text(measure, row),
    };
  });
  return (
    <>
      <Figure
        title={t("board.compare")}
        aside={
          <select
            className={classes.select}
            aria-label={t("board.measureLabel")}
            value={measure}
            onChange={({ currentTarget }) => onMeasure(MEASURES.find((one) => one === currentTarget.value) ?? "seen")}
          >
            {MEASURES.map((one) => (
              <option key={one} value={one}>
                {t(`board.measure.${one}`)}
              </option>
            ))}
          </select>
        }
        note={t(`board.about.${measure}`)}
        chart={<BarList label={t(`board.measure.${measure}`)} bars={bars} />}
        table={
          <table className={classes.twin}>
            <thead>
              <tr>
                <th scope="col">{t("board.column.unit")}</th>
                <th scope="col">{t(`board.measure.${measure}`)}</th>
              </tr>
            </thead>
            <tbody>
              {bars.map(({ id, label: name, text: figure }) => (
                <tr key={id}>
                  <th scope="row">{name}</th>
                  <td>{figure}</td>
                </tr>
              ))}
            </tbody>
          </table>
        }
      />
      <Section title={t("board.allFigures")}>
        <UnitTable board={board} />
        {board.left > 0 ? <p className={classes.note}>{t("board.left", { count: board.left })}</p> : null}
        <p className={classes.note}>{t("board.note.units")}</p>
      </Section>
    </>
  );
}
