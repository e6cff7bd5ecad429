import { useNavigate, useSearch } from "@tanstack/react-router";
import { useMemo } from "react";
import { parseQuery } from "../../../../src/monitor/search/language/parse.ts";
import type { HistogramSplit, Scope } from "../../../api/search.ts";
import { useUnit } from "../../../app/shell/use-unit.ts";
import { zoneName } from "../../../ui/clock.ts";
import { useClock } from "../../../ui/use-clock.tsx";

export const DEFAULT_FROM = "now-24h";
export const DEFAULT_SORT = "time:desc";
export const DEFAULT_COLUMNS: readonly string[] = ["who", "where_from", "did_what", "what", "host.name"];
const SPLITS: readonly HistogramSplit[] = ["none", "outcome", "level", "dataset", "unit"];

export type SearchChange = Partial<
  Record<"q" | "from" | "to" | "columns" | "sort" | "event" | "at" | "view" | "split" | "live", string | undefined>
>;

/** Everything the page shows is in its address; this reads it and changes it. */
export function useSearchState() {
  const search = useSearch({ from: "/frame/search" });
  const navigate = useNavigate({ from: "/search" });
  const { unit } = useUnit();
  const { zone } = useClock();
  const scope = useMemo<Scope>(
    () => ({
      q: search.q ?? "",
      from: search.from ?? DEFAULT_FROM,
      to: search.to ?? "now",
      unit,
      tz: zoneName(zone),
    }),
    [search.q, search.from, search.to, unit, zone],
  );
  const columns = useMemo(() => (search.columns ? splitColumns(search.columns) : DEFAULT_COLUMNS), [search.columns]);
  /** `push` makes a step that Back returns from; opening rows only replaces. */
  const change = (next: SearchChange, isStep = true) =>
    void navigate({ search: (now) => ({ ...now, ...next }), replace: !isStep });
  return {
    scope,
    columns,
    sort: search.sort ?? DEFAULT_SORT,
    view: search.view === "sentence" ? ("sentence" as const) : ("table" as const),
    split: SPLITS.find((split) => split === search.split) ?? "none",
    openEvent: search.event,
    openAt: search.at,
    isLive: search.live === "on",
    /** A query that does not parse is not sent: the bar shows where it stops making sense. */
    isValid: useMemo(() => parseQuery(search.q ?? "").ok, [search.q]),
    change,
    setColumns: (next: readonly string[]) =>
      change({ columns: next.length === 0 || same(next, DEFAULT_COLUMNS) ? undefined : joinColumns(next) }, false),
  };
}
export type SearchState = ReturnType<typeof useSearchState>;

const same = (a: readonly string[], b: readonly string[]) => a.length === b.length && a.every((x, i) => x === b[i]);

/** Names separated by commas; `\,` is a comma inside a name. */
export const joinColumns = (names: readonly string[]): string =>
  names.map((name) => name.replaceAll("\\", "\\\\").replaceAll(",", "\\,")).join(",");

export const splitColumns = (text: string): readonly string[] =>
  [...text.matchAll(/((?:\\.|[^,\\])+)/g)].map(([, name]) => (name ?? "").replaceAll(/\\(.)/g, "$1"));
