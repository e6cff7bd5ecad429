import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { visible } from "../../../../src/kernel/visible.ts";
import { type Cell, type CellResult, cellResultQuery } from "../../../api/notebooks.ts";
import { plainAnswer, SixSentence } from "../../../parts/six-sentence.tsx";
import { ValueMenu } from "../../../parts/value-menu.tsx";
import { type Column, DataTable } from "../../../ui/data-table.tsx";
import { formatCount } from "../../../ui/figures.ts";
import { ProblemNote } from "../../../ui/problem-note.tsx";
import { RowsSkeleton } from "../../../ui/skeletons.tsx";
import { useRangeLabel } from "../../../ui/time-range.tsx";
import { Instant } from "../../../ui/use-clock.tsx";
import classes from "./notebooks.module.css";

type Snapshot = NonNullable<CellResult["snapshot"]>;
type Row = Snapshot["rows"][number];

/** A query, and what it found when it was run: frozen, until somebody runs it again. */
export function Found({ bookId, cell }: { readonly bookId: string; readonly cell: Cell }) {
  const { t } = useTranslation("notebooks");
  const rangeLabel = useRangeLabel();
  const { body, settings, ranAt } = cell;
  const { from = "now-24h", to = "now" } = settings ?? {};
  return (
    <>
      <code className={classes.query}>
        <bdi>{visible(body, 2_000) || t("everything")}</bdi>
      </code>
      <p className={classes.small}>
        {rangeLabel({ from, to })} ·{" "}
        <Link to="/search" search={{ q: body, from, to }}>
          {t("openSearch")}
        </Link>
      </p>
      {ranAt === null ? <p className={classes.small}>{t("never")}</p> : <Result bookId={bookId} cell={cell} />}
    </>
  );
}

function Result({ bookId, cell }: { readonly bookId: string; readonly cell: Cell }) {
  const { t } = useTranslation("notebooks");
  const { data, error, refetch } = useQuery(cellResultQuery(bookId, cell));
  if (error) return <ProblemNote error={error} onRetry={() => void refetch()} />;
  if (!data) return <RowsSkeleton rows={3} />;
  const { snapshot, former, isHidden } = data;
  return (
    <>
      {isHidden ? <p className={classes.small}>{t("hidden")}</p> : null}
      {snapshot && snapshot.q !== cell.body ? (
        <p className={classes.small}>
          {t("former")} <code>{visible(snapshot.q, 300) || t("everything")}</code>
        </p>
      ) : null}
      {snapshot ? <Snapshot snapshot={snapshot} former={former} /> : null}
    </>
  );
}

/** What the run before found, beside what this one did. */
function Before({ snapshot, former }: SnapshotProps) {
  const { t } = useTranslation("notebooks");
  if (!former) return null;
  const { events, ranAt, ranBy, range, q } = former;
  const more = snapshot.events - events;
  const difference = more === 0 ? t("same") : `${more > 0 ? "+" : "−"}${formatCount(Math.abs(more))}`;
  return (
    <p className={classes.small}>
      {t("before", { count: events, text: formatCount(events) })} ({difference}) · {t("ranBy", { name: ranBy.name })}{" "}
      <Instant at={ranAt} /> (<Instant at={range.from} /> – <Instant at={range.to} />)
      {q === snapshot.q ? null : (
        <>
          {" "}
          {t("beforeAsked")} <code>{visible(q, 300) || t("everything")}</code>
        </>
      )}
    </p>
  );
}

type SnapshotProps = { readonly snapshot: Snapshot; readonly former: CellResult["former"] };

function Snapshot({ snapshot, former }: SnapshotProps) {
  const { t } = useTranslation("notebooks");
  const { events, rows, ranBy, ranAt, range, columns, isPartial } = snapshot;
  const drawn = useColumns(columns);
  return (
    <>
      <p className={classes.found}>
        <strong>{t("found", { count: events, text: formatCount(events) })}</strong>{" "}
        <span className={classes.small}>
          {t("ranBy", { name: ranBy.name })} <Instant at={ranAt} /> (<Instant at={range.from} /> –{" "}
          <Instant at={range.to} />)
        </span>
      </p>
      <Before snapshot={snapshot} former={former} />
      {isPartial ? <p className={classes.small}>{t("partial")}</p> : null}
      {rows.length > 0 ? (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolled region must be reachable by keyboard
        <section className={classes.wrap} tabIndex={0} aria-label={t("rows")}>
          <DataTable label={t("rows")} rows={rows} columns={drawn} idOf={({ id }) => id} />
        </section>
      ) : null}
      {events > rows.length ? (
        <p className={classes.small}>{t("firstRows", { text: formatCount(rows.length) })}</p>
      ) : null}
    </>
  );
}

/** The columns that were asked for; without any, each event as a sentence. */
function useColumns(names: readonly string[]): readonly Column<Row>[] {
  const { t } = useTranslation("notebooks");
  return useMemo(() => {
    const time: Column<Row> = {
      id: "time",
      title: t("time"),
      width: 200,
      cell: ({ id, time: at }) => (
        <Link to="/search" search={{ event: id, at, from: at, to: new Date(Date.parse(at) + 1).toISOString() }}>
          <Instant at={at} />
        </Link>
      ),
    };
    const said: Column<Row> = {
      id: "said",
      title: t("said"),
      cell: ({ six }) => <SixSentence six={six} draw={plainAnswer} />,
    };
    if (names.length === 0) return [time, said];
    return [
      time,
      ...names.map(
        (name): Column<Row> => ({
          id: name,
          title: name,
          cell: (row) => {
            const value = row.values[name];
            if (value === undefined) return null;
            return (
              <>
                <bdi>{visible(String(value), 200)}</bdi>{" "}
                <ValueMenu field={name} value={value} at={row.time} size={24} />
              </>
            );
          },
        }),
      ),
    ];
  }, [names, t]);
}
