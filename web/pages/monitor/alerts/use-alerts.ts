import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { type AlertRow, listAlerts } from "../../../api/alerts.ts";
import { useLiveStatus } from "../../../live/status.ts";
import { useMore } from "../../../ui/use-more.ts";
import type { AlertsState } from "./use-alerts-state.ts";

export const PAGE = 100;
/** A list of more pages than these is not fetched anew by itself. */
export const FRESH_PAGES = 5;
const NONE: readonly AlertRow[] = [];
export const LIST = ["alerts", "list"] as const;

export function useAlerts({ filter, sort, order }: AlertsState) {
  const isLive = useLiveStatus() === "live";
  const query = useInfiniteQuery({
    queryKey: [...LIST, filter, sort, order],
    initialPageParam: "",
    queryFn: ({ pageParam, signal }) => listAlerts({ ...filter, sort, order, cursor: pageParam, limit: PAGE }, signal),
    getNextPageParam: (page) => page.nextCursor,
    placeholderData: keepPreviousData,
    staleTime: 10_000,
    // Live, `LiveAlerts` keeps it true. Whoever scrolled far down is not disturbed: asking again would fetch every page anew.
    refetchInterval: ({ state }) => (isLive || (state.data?.pages.length ?? 0) > FRESH_PAGES ? false : 60_000),
  });
  const pages = query.data?.pages;
  const rows = useMemo(() => pages?.flatMap(({ items }) => items) ?? NONE, [pages]);
  return {
    ...query,
    rows,
    total: pages?.[0]?.total ?? 0,
    isTotalCapped: pages?.[0]?.isTotalCapped === true,
    more: useMore(query),
  };
}
