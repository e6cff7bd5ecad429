import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { MEASURES, type ResponseTimes, responseTimesQuery } from "../../../api/crisis.ts";
import { useUnit } from "../../../app/shell/use-unit.ts";
import { type Column, DataTable } from "../../../ui/data-table.tsx";
import { Empty } from "../../../ui/empty.tsx";
import { Page, Section } from "../../../ui/page.tsx";
import { ProblemNote } from "../../../ui/problem-note.tsx";
import { Segments } from "../../../ui/segments.tsx";
import { RowsSkeleton } from "../../../ui/skeletons.tsx";
import classes from "../crisis/crisis.module.css";
import { formatDuration } from "../crisis/duration.ts";
import times from "./response-times.module.css";
import { Trend } from "./trend.tsx";

const RANGES = ["3", "6", "12", "36"] as const;

/** So many whole months back from the end of today (UTC), so that the address asks the same all day. */
function rangeOf(months: number): { from: string; to: string } {
  const now = new Date();
  const to = Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate() + 1);
  const from = Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - months + 1, 1);
  return { from: new Date(from).toISOString(), to: new Date(to).toISOString() };
}

/** How long detection, acknowledgment, containment and recovery take. The range lives in the address, and so does the unit of the header. */
export function ResponseTimesPage() {
  const { t } = useTranslation("crisis");
  const { months = "12" } = useSearch({ strict: false });
  const { subtree } = useUnit();
  const navigate = useNavigate();
  const shown = RANGES.find((one) => one === months) ?? "12";
  const range = useMemo(() => rangeOf(Number(shown)), [shown]);
  const { data, error, refetch } = useQuery(responseTimesQuery({ ...range, unit: subtree }));
  return (
    <Page title={t("times.title")} lead={t("times.lead")}>
      <div className={times.filters}>
        <Segments
          aria-label={t("times.range")}
          value={shown}
          onChange={(value) => void navigate({ to: "/response-times", search: { months: value } })}
          data={RANGES.map((value) => ({ value, label: t(`times.rangeOf.${value}`) }))}
        />
      </div>
      {error && !data ? <ProblemNote error={error} onRetry={() => void refetch()} /> : null}
      {!data && !error ? <RowsSkeleton rows={6} /> : null}
      {data ? <Found data={data} /> : null}
    </Page>
  );
}

function Found({ data }: { readonly data: ResponseTimes }) {
  const { t } = useTranslation("crisis");
  const { nameOf } = useUnit();
  const columns = useColumns();
  const left =
    data.undeclared > 0 ? <p className={classes.small}>{t("times.undeclared", { count: data.undeclared })}</p> : null;
  if (data.incidents === 0)
    return (
      <>
        <Empty title={t("times.none")}>{t("times.noneHint")}</Empty>
        {left}
      </>
    );
  return (
    <>
      <dl className={classes.tiles}>
        {MEASURES.map((name) => (
          <div key={name} className={classes.tile}>
            <dt>{t(`measure.${name}`)}</dt>
            <dd>
              {formatDuration(data.total[name].medianMs, t)}
              <small>
                {t("times.p90")}: {formatDuration(data.total[name].p90Ms, t)} ·{" "}
                {t("times.of", { count: data.total[name].count })}
              </small>
            </dd>
          </div>
        ))}
      </dl>
      <div>
        <p className={classes.small}>{t("times.incidents", { count: data.incidents })}</p>
        {left}
        {data.returned > 0 ? <p className={classes.small}>{t("times.returned", { count: data.returned })}</p> : null}
      </div>
      <Trend months={data.months} />
      <Section title={t("times.byUnit")}>
        <DataTable
          label={t("times.byUnit")}
          rows={data.units.map((row) => ({ ...row, name: nameOf(row.unitId) }))}
          columns={columns}
          idOf={({ unitId }) => unitId}
        />
      </Section>
    </>
  );
}

type UnitRow = ResponseTimes["units"][number] & { readonly name: string };

function useColumns(): readonly Column<UnitRow>[] {
  const { t } = useTranslation("crisis");
  return [
    { id: "unit", title: t("column.unit"), cell: ({ name }) => name },
    { id: "incidents", title: t("column.incidents"), isNumber: true, width: 90, cell: ({ incidents }) => incidents },
    ...MEASURES.map(
      (name): Column<UnitRow> => ({
        id: name,
        title: t(`measure.${name}`),
        isNumber: true,
        cell: (row) => (
          <>
            {formatDuration(row[name].medianMs, t)}
            <span className={classes.minor}>
              {t("times.p90")}: {formatDuration(row[name].p90Ms, t)} · {t("times.of", { count: row[name].count })}
            </span>
          </>
        ),
      }),
    ),
  ];
}
