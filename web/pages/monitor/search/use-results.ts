import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { useMemo, useRef } from "react";
import { type EventRow, MAX_ROWS, PAGE_ROWS, type SearchPage, searchEvents } from "../../../api/search.ts";
import { joinColumns, type SearchState } from "./use-search-state.ts";

const NO_ROWS: readonly EventRow[] = [];

/**
 * The matching events in pages of PAGE_ROWS. The range that the first answer resolved is kept until the next run, so that
 * adding a column never changes which rows are shown.
 */
export function useResults({ scope, columns, sort, isLive, isValid }: SearchState, run: number) {
  const resolved = useRef<{ key: string; from: string; to: string } | undefined>(undefined);
  const key = JSON.stringify([scope, sort, run]);
  const query = useInfiniteQuery({
    queryKey: ["search", "events", key, columns],
    initialPageParam: "",
    queryFn: async ({ pageParam, signal }): Promise<SearchPage> => {
      const pinned = resolved.current?.key === key ? resolved.current : undefined;
      const page = await searchEvents(
        {
          ...scope,
          ...(pinned ? { from: pinned.from, to: pinned.to } : {}),
          columns: joinColumns(columns),
          sort,
          cursor: pageParam,
          limit: PAGE_ROWS,
        },
        signal,
      );
      if (!pinned) resolved.current = { key, ...page.range };
      return page;
    },
    getNextPageParam: (page, pages) => (pages.length * PAGE_ROWS >= MAX_ROWS ? undefined : page.nextCursor),
    placeholderData: keepPreviousData,
    staleTime: Number.POSITIVE_INFINITY,
    enabled: !isLive && isValid,
  });
  const pages = query.data?.pages;
  const rows = useMemo(() => pages?.flatMap(({ items }) => items) ?? NO_ROWS, [pages]);
  return { ...query, rows, notes: pages?.[0]?.notes ?? [], range: pages?.[0]?.range, isCapped: pages?.at(-1)?.capped };
}
export type Results = ReturnType<typeof useResults>;
