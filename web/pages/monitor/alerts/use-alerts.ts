import {
  type InfiniteData,
  keepPreviousData,
  useInfiniteQuery,
  useMutation,
  useQueryClient,
} from "@tanstack/react-query";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import {
  type AlertChange,
  type AlertPage,
  type AlertRow,
  type BulkTarget,
  changeAlerts,
  listAlerts,
} from "../../../api/alerts.ts";
import { useLiveStatus } from "../../../live/status.ts";
import { useProblemText } from "../../../ui/problem-note.tsx";
import { toastDone, toastProblem } from "../../../ui/toast.tsx";
import { useMore } from "../../../ui/use-more.ts";
import type { AlertsState } from "./use-alerts-state.ts";
import { useConflicts } from "./use-conflicts.ts";
import { useUndo } from "./use-undo.ts";

export const PAGE = 100;
const FRESH_PAGES = 5;
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

type Deed = {
  readonly target: BulkTarget;
  readonly change: AlertChange;
  readonly said: string;
  /** Whom the change assigns, so that rows show it at once. */
  readonly assignee?: AlertRow["assignee"];
};

/** Changes alerts at once on the page, then on the server; what was done can be taken back from the message. */
export function useChangeAlerts() {
  const { t } = useTranslation(["alerts", "shell"]);
  const queryClient = useQueryClient();
  const problemText = useProblemText();
  const refresh = () => queryClient.invalidateQueries({ queryKey: ["alerts"] });
  const { undo } = useUndo();
  const { show } = useConflicts();
  return useMutation({
    mutationFn: ({ target, change }: Deed) => changeAlerts(target, change),
    onMutate: async ({ target, change, assignee }) => {
      await queryClient.cancelQueries({ queryKey: LIST });
      const before = queryClient.getQueriesData<InfiniteData<AlertPage>>({ queryKey: LIST });
      const ids = "alerts" in target ? new Set(target.alerts.map(({ id }) => id)) : undefined;
      queryClient.setQueriesData<InfiniteData<AlertPage>>(
        { queryKey: LIST },
        (data) => data && redraw(data, ids, { ...change, assignee }),
      );
      return before;
    },
    onError: (error, _, before) => {
      for (const [key, data] of before ?? []) queryClient.setQueryData(key, data);
      const { title, advice } = problemText(error);
      toastProblem(title, advice);
    },
    onSuccess: ({ changeId, changed, conflicts, conflictAlerts }, { said }) => {
      if (changed > 0) toastDone(said, { label: t("shell:action.undo"), act: () => void undo(changeId) });
      if (conflicts > 0) show({ count: conflicts, alerts: conflictAlerts });
    },
    onSettled: refresh,
  });
}

type Drawn = AlertChange & { readonly assignee?: AlertRow["assignee"] | undefined };

function redraw(data: InfiniteData<AlertPage>, ids: ReadonlySet<string> | undefined, change: Drawn) {
  const redrawn = (row: AlertRow): AlertRow => ({
    ...row,
    ...(change.status ? { status: change.status } : {}),
    ...(change.disposition ? { status: "closed" as const, disposition: change.disposition } : {}),
    ...(change.expertSeverity === undefined
      ? {}
      : { expertSeverity: change.expertSeverity, severity: change.expertSeverity ?? row.level }),
    ...(change.assigneeId === null ? { assignee: null } : {}),
    ...(change.assignee ? { assignee: change.assignee } : {}),
  });
  return {
    ...data,
    pages: data.pages.map((page) => ({
      ...page,
      items: page.items.map((row) => (!ids || ids.has(row.id) ? redrawn(row) : row)),
    })),
  };
}
