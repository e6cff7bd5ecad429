import { Checkbox } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { LEVELS } from "../../../api/alerts.ts";
import { type RuleBoard, ruleBoardQuery } from "../../../api/dashboards.ts";
import { useUnit } from "../../../app/shell/use-unit.ts";
import { Severity } from "../../../parts/severity.tsx";
import { DataTable } from "../../../ui/data-table.tsx";
import { DayBars } from "../../../ui/day-bars.tsx";
import { Empty } from "../../../ui/empty.tsx";
import { joinList, splitList } from "../../../ui/facets.tsx";
import { Figure } from "../../../ui/figure.tsx";
import { formatCount } from "../../../ui/figures.ts";
import { Section } from "../../../ui/page.tsx";
import { ProblemNote } from "../../../ui/problem-note.tsx";
import { QueryField } from "../../../ui/query-field.tsx";
import { Segments } from "../../../ui/segments.tsx";
import { RowsSkeleton } from "../../../ui/skeletons.tsx";
import classes from "./dashboards.module.css";
import { BoardFrame, daysOf } from "./frame.tsx";
import { useRuleColumns } from "./rule-columns.tsx";

const SHOWS = ["fired", "all"] as const;
const LIMITS = ["50", "200"] as const;

/** Detection rules by what they did. Every filter lives in the address; the unit is the one of the header. */
export function RuleBoardPage() {
  const search = useSearch({ from: "/frame/dashboards" });
  const navigate = useNavigate({ from: "/dashboards" });
  const { unit } = useUnit();
  const days = daysOf(search.days);
  const sort = search.sort ?? "fires";
  const order = search.order === "asc" ? "asc" : "desc";
  const { q, level } = search;
  const show = SHOWS.find((one) => one === search.show) ?? "fired";
  const query = { days, under: unit, q, level, show, sort, order };
  const limit = LIMITS.find((one) => one === search.limit) ?? "50";
  const { data, error, refetch } = useQuery(ruleBoardQuery({ ...query, limit }));
  const change = (next: Partial<Record<keyof typeof search, string | undefined>>) =>
    void navigate({ search: (now) => ({ ...now, ...next }) });
  const sorting = {
    by: sort,
    order,
    onSort: (by: string) => change({ sort: by, order: by === sort && order === "desc" ? "asc" : undefined }),
  } as const;
  return (
    <BoardFrame
      board="rules"
      query={query}
      days={days}
      onDays={(next) => change({ days: next })}
      filters={<Filters q={q} level={level} show={show} onChange={change} />}
      at={data?.at}
    >
      {error ? <ProblemNote error={error} onRetry={() => void refetch()} /> : null}
      {!data && !error ? <RowsSkeleton rows={12} /> : null}
      {data ? <Trend board={data} /> : null}
      {data ? <Rules board={data} sorting={sorting} limit={limit} onLimit={(next) => change({ limit: next })} /> : null}
    </BoardFrame>
  );
}

type FiltersProps = {
  readonly q: string | undefined;
  readonly level: string | undefined;
  readonly show: (typeof SHOWS)[number];
  readonly onChange: (next: { q?: string | undefined; level?: string | undefined; show?: string }) => void;
};

function Filters({ q, level, show, onChange }: FiltersProps) {
  const { t } = useTranslation("live");
  const chosen = splitList(level);
  const toggle = (one: string) =>
    onChange({ level: joinList(chosen.includes(one) ? chosen.filter((kept) => kept !== one) : [...chosen, one]) });
  return (
    <>
      <Segments
        aria-label={t("board.show.label")}
        value={show}
        onChange={(next) => onChange({ show: next })}
        data={SHOWS.map((value) => ({ value, label: t(`board.show.${value}`) }))}
      />
      <fieldset className={classes.levels}>
        <legend>{t("board.levels")}</legend>
        {LEVELS.map((one) => (
          <Checkbox
            key={one}
            size="xs"
            checked={chosen.includes(one)}
            onChange={() => toggle(one)}
            label={<Severity level={one} isQuiet />}
          />
        ))}
      </fieldset>
      <QueryField label={t("board.query")} value={q ?? ""} onChange={(next) => onChange({ q: next })} />
    </>
  );
}

function Trend({ board: { byDay } }: { readonly board: RuleBoard }) {
  const { t } = useTranslation("live");
  if (byDay === null) return <p className={classes.note}>{t("board.noEvents")}</p>;
  return (
    <Figure
      title={t("board.perDay")}
      note={t("board.perDayNote")}
      chart={
        <DayBars
          days={byDay}
          label={t("board.perDayLabel", { from: byDay[0]?.day ?? "", to: byDay.at(-1)?.day ?? "" })}
        />
      }
      table={
        <table className={classes.twin}>
          <thead>
            <tr>
              <th scope="col">{t("board.column.day")}</th>
              <th scope="col">{t("board.column.fires")}</th>
            </tr>
          </thead>
          <tbody>
            {byDay.map(({ day, count }) => (
              <tr key={day}>
                <th scope="row">{day}</th>
                <td>{formatCount(count)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      }
    />
  );
}

type RulesProps = {
  readonly board: RuleBoard;
  readonly sorting: { readonly by: string; readonly order: "asc" | "desc"; readonly onSort: (by: string) => void };
  readonly limit: (typeof LIMITS)[number];
  readonly onLimit: (limit: string) => void;
};

function Rules({ board, sorting, limit, onLimit }: RulesProps) {
  const { t } = useTranslation("live");
  const columns = useRuleColumns(board);
  if (board.rows.length === 0) return <Empty title={t("board.emptyRules")}>{t("board.emptyRulesHint")}</Empty>;
  return (
    <Section
      title={t("board.rulesShown", {
        shown: formatCount(board.rows.length),
        count: board.total,
        text: formatCount(board.total),
      })}
      aside={
        board.total > Number(LIMITS[0]) ? (
          <Segments
            aria-label={t("board.limit")}
            value={limit}
            onChange={onLimit}
            data={LIMITS.map((value) => ({ value, label: t("board.first", { count: Number(value) }) }))}
          />
        ) : null
      }
    >
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard */}
      <section className={classes.scroll} aria-label={t("board.title.rules")} tabIndex={0}>
        <DataTable
          label={t("board.title.rules")}
          rows={board.rows}
          columns={columns}
          idOf={({ id }) => id}
          sorting={sorting}
        />
      </section>
      <p className={classes.note}>{t("board.note.rules")}</p>
    </Section>
  );
}
