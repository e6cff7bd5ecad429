import { skipToken, useQuery, useQueryClient } from "@tanstack/react-query";
import type { ConflictAlert } from "../../../api/alerts.ts";

export type Conflicts = { readonly count: number; readonly alerts: readonly ConflictAlert[] };

const KEY = ["alert-conflicts"] as const;

/** What the last change left alone, until it was looked at: whichever part of the page made the change, the page shows it. */
export function useConflicts() {
  const queryClient = useQueryClient();
  const { data } = useQuery<Conflicts | null>({ queryKey: KEY, queryFn: skipToken, initialData: null, gcTime: 0 });
  return {
    conflicts: data ?? undefined,
    show: (conflicts: Conflicts) => queryClient.setQueryData(KEY, conflicts),
    hide: () => queryClient.setQueryData(KEY, null),
  };
}
