import { useCallback } from "react";
import type { More } from "./virtual-table.tsx";

type Pages = {
  readonly hasNextPage: boolean;
  readonly isFetchingNextPage: boolean;
  readonly isFetchNextPageError: boolean;
  fetchNextPage(): Promise<unknown>;
};

/** How a list that is fetched in pages goes on, for `VirtualTable`. */
export function useMore({ hasNextPage, isFetchingNextPage, isFetchNextPageError, fetchNextPage }: Pages): More {
  const load = useCallback(() => void fetchNextPage(), [fetchNextPage]);
  return { has: hasNextPage, isLoading: isFetchingNextPage, isFailed: isFetchNextPageError, load };
}
