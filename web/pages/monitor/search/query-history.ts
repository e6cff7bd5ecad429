import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback } from "react";
import { historyQuery, rememberQuery } from "../../../api/search.ts";
import type { SearchState } from "./use-search-state.ts";

const NONE: readonly string[] = [];

/** What one asked before, newest first, for the suggestions of an empty bar. */
export function useFormerQueries(isOn: boolean): readonly string[] {
  const { data } = useQuery({ ...historyQuery(""), enabled: isOn, staleTime: 10_000 });
  return data ? data.items.map(({ q }) => q) : NONE;
}

/** Remembers a query of one's own. History is a comfort: a search never waits for it, nor fails with it. */
export function useRemember({ scope, columns }: Pick<SearchState, "scope" | "columns">): (q: string) => void {
  const queryClient = useQueryClient();
  const { from, to } = scope;
  return useCallback(
    (q) => {
      if (q.trim() === "") return;
      rememberQuery({ q, from, to, columns: [...columns] }).then(
        () => queryClient.invalidateQueries({ queryKey: ["query-history"] }),
        () => undefined,
      );
    },
    [queryClient, from, to, columns],
  );
}
