import { useNavigate, useSearch } from "@tanstack/react-router";
import { useMemo } from "react";
import type { AlertSort } from "../../../api/alerts.ts";
import { useUnit } from "../../../app/shell/use-unit.ts";

export const OPEN_STATUSES = "open,in-progress";
export const FACETS = [
  "status",
  "severity",
  "assignee",
  "entityKind",
  "rule",
  "entity",
  "tactic",
  "disposition",
] as const;
export type FacetName = (typeof FACETS)[number];

const SORTS = ["priority", "severity", "count", "last-seen", "first-seen"] as const;

/** The queue's filters live in its address. Without a status the queue shows what still waits. */
export function useAlertsState() {
  const search = useSearch({ from: "/frame/alerts" });
  const navigate = useNavigate({ from: "/alerts" });
  const { unit } = useUnit();
  const filter = useMemo(() => {
    const { alert: _, sort: __, order: ___, unit: ____, ...rest } = search as typeof search & { unit?: string };
    return { ...rest, status: search.status ?? OPEN_STATUSES, ...(unit === "" ? {} : { under: unit }) };
  }, [search, unit]);
  // What is closed has no place in the queue: with it in the list, the newest come first.
  const usual: AlertSort = filter.status.includes("closed") ? "last-seen" : "priority";
  const sort: AlertSort = SORTS.find((by) => by === search.sort) ?? usual;
  const order = search.order === "asc" ? ("asc" as const) : ("desc" as const);
  type Change = Partial<Record<keyof typeof search, string | undefined>>;
  const change = (next: Change, isStep = true) =>
    void navigate({ search: (now) => ({ ...now, ...next }), replace: !isStep });
  // Two lists of the same key are the same list.
  const key = useMemo(() => JSON.stringify([filter, sort, order]), [filter, sort, order]);
  return { search, filter, sort, order, key, openId: search.alert, change };
}
export type AlertsState = ReturnType<typeof useAlertsState>;
