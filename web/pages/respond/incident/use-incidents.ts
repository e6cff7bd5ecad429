import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useMemo } from "react";
import { type IncidentRow, type IncidentSort, listIncidents } from "../../../api/incidents.ts";
import { useUnit } from "../../../app/shell/use-unit.ts";
import { useLiveStatus } from "../../../live/status.ts";

const UNDER_WAY = "open,contained,resolved";

export const NO_FILTER = {
  q: undefined,
  status: undefined,
  severity: undefined,
  owner: undefined,
  openedFrom: undefined,
  openedTo: undefined,
  withdrawn: undefined,
};

/** The filters live in the address. Without a status the list shows what is under way. */
export function useListState() {
  const search = useSearch({ from: "/frame/incidents" });
  const navigate = useNavigate({ from: "/incidents" });
  const { subtree } = useUnit();
  const { q, severity, owner, openedFrom, openedTo, withdrawn } = search;
  const status = search.status ?? UNDER_WAY;
  const by: IncidentSort =
    (["updated", "opened", "severity"] as const).find((sort) => sort === search.sort) ?? "updated";
  const order = search.order === "asc" ? ("asc" as const) : ("desc" as const);
  const change = (next: Partial<Record<keyof typeof search, string | undefined>>) =>
    void navigate({ search: (now) => ({ ...now, ...next }) });
  const sorting = {
    by,
    order,
    onSort: (sort: string) => change({ sort, order: sort === by && order === "desc" ? "asc" : undefined }),
  };
  const filters = { q, severity, owner, openedFrom, openedTo, withdrawn };
  const isFiltered = [search.status, ...Object.values(filters)].some((value) => value !== undefined);
  return {
    search,
    query: { ...filters, status, unit: subtree, sort: by, order },
    change,
    sorting,
    isFiltered,
  };
}
export type ListState = ReturnType<typeof useListState>;

const NONE: readonly IncidentRow[] = [];

export function useIncidents({ query }: ListState) {
  const isLive = useLiveStatus() === "live";
  const incidents = useInfiniteQuery({
    queryKey: ["incidents", "list", query],
    initialPageParam: "",
    queryFn: ({ pageParam, signal }) => listIncidents({ ...query, cursor: pageParam, limit: 100 }, signal),
    getNextPageParam: ({ nextCursor }) => nextCursor,
    placeholderData: keepPreviousData,
    staleTime: 10_000,
    refetchInterval: isLive ? false : 60_000,
  });
  const pages = incidents.data?.pages;
  const rows = useMemo(() => pages?.flatMap(({ items }) => items) ?? NONE, [pages]);
  return { ...incidents, rows, total: pages?.[0]?.total ?? 0 };
}
