import { Link } from "@tanstack/react-router";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { visible } from "../../../../src/kernel/visible.ts";
import type { Cell } from "../../../api/notebooks.ts";
import { plainAnswer, SixSentence } from "../../../parts/six-sentence.tsx";
import { ValueMenu } from "../../../parts/value-menu.tsx";
import { type Column, DataTable } from "../../../ui/data-table.tsx";
import { formatCount } from "../../../ui/figures.ts";
import { useRangeLabel } from "../../../ui/time-range.tsx";
import { Instant } from "../../../ui/use-clock.tsx";
import classes from "./notebooks.module.css";

type Snapshot = NonNullable<Cell["snapshot"]>;
type Row = Snapshot["rows"][number];

/** A query, and what it found when it was run: frozen, until somebody runs it again. */
export function Found({ cell }: { readonly cell: Cell }) {
  const { t } = useTranslation("notebooks");
  const rangeLabel = useRangeLabel();
  const { body, settings, snapshot } = cell;
  const { from = "now-24h", to = "now" } = settings ?? {};
  const isFormer = snapshot !== null && snapshot.q !== body;
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
      {cell.isHidden ? <p className={classes.small}>{t("hidden")}</p> : null}
      {!snapshot && !cell.isHidden ? <p className={classes.small}>{t("never")}</p> : null}
      {isFormer ? (
        <p className={classes.small}>
          {t("former")} <code>{visible(snapshot.q, 300) || t("everything")}</code>
        </p>
      ) : null}
      {snapshot ? <Snapshot snapshot={snapshot} /> : null}
    </>
  );
}

function Snapshot({ snapshot }: { readonly snapshot: Snapshot }) {
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
