import { type QueryClient, useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import {
  type AlertChange,
  type AlertDetail,
  type AlertRow,
  alertQuery,
  type BulkResult,
  changeAlerts,
} from "../../../api/alerts.ts";
import { formatCount } from "../../../ui/figures.ts";
import { toastDone } from "../../../ui/toast.tsx";
import { useToastProblem } from "../../../ui/use-toast-problem.ts";
import { refreshAfter } from "./refresh-after.ts";
import { type Chosen, type Pages, redrawn, withRows } from "./rows.ts";
import { LIST } from "./use-alerts.ts";
import { useConflicts } from "./use-conflicts.ts";
import { useUndo } from "./use-undo.ts";

type Deed = {
  readonly alerts: readonly Chosen[];
  readonly change: AlertChange;
  /** What was done to so many: the answer says how many. */
  readonly said: (count: number) => string;
  /** Whom the change assigns, so that rows show it at once. */
  readonly assignee?: AlertRow["assignee"];
};

/** Changes alerts at once on the page, then on the server; what was done can be taken back from the message. */
export function useChangeAlerts() {
  const { t } = useTranslation(["alerts", "shell"]);
  const queryClient = useQueryClient();
  const toastProblem = useToastProblem();
  const { undo } = useUndo();
  const { show } = useConflicts();
  const told = ({ changed, unchanged, missing }: BulkResult, said: Deed["said"]): string =>
    [
      ...(changed > 0 ? [said(changed)] : []),
      ...(unchanged > 0 ? [t("alerts:toast.unchanged", { count: unchanged, text: formatCount(unchanged) })] : []),
      ...(missing > 0 ? [t("alerts:toast.missing", { count: missing, text: formatCount(missing) })] : []),
    ].join(t("alerts:toast.and"));
  return useMutation({
    mutationFn: ({ alerts, change }: Deed) => changeAlerts({ alerts: [...alerts] }, change),
    onMutate: async ({ alerts, change, assignee }) => {
      await queryClient.cancelQueries({ queryKey: LIST });
      const before = queryClient.getQueriesData<Pages>({ queryKey: LIST });
      const ids = new Set(alerts.map(({ id }) => id));
      const drawn = (row: AlertRow) => (ids.has(row.id) ? redrawn(row, { ...change, assignee }, ids.size > 1) : row);
      queryClient.setQueriesData<Pages>({ queryKey: LIST }, (data) => data && withRows(data, drawn));
      return before;
    },
    onError: (error, _, before) => {
      for (const [key, data] of before ?? []) queryClient.setQueryData(key, data);
      toastProblem(error);
    },
    onSuccess: (answer, { said, alerts }) => {
      noteVersions(queryClient, answer, alerts);
      const text = told(answer, said);
      const { changeId, changed, conflicts, conflictAlerts } = answer;
      if (changed > 0) toastDone(text, { label: t("shell:action.undo"), act: () => void undo(changeId) });
      else if (text !== "") toastDone(text);
      if (conflicts > 0) show({ count: conflicts, alerts: conflictAlerts });
    },
    onSettled: (_answer, _error, { alerts }) => refreshAfter(queryClient, new Set(alerts.map(({ id }) => id))),
  });
}

/** What I changed is one version further: without it, my next act would collide with this one. */
function noteVersions(queryClient: QueryClient, { previous }: BulkResult, alerts: readonly Chosen[]): void {
  const changed = new Set(previous.map(({ id }) => id));
  const next = new Map(alerts.filter(({ id }) => changed.has(id)).map(({ id, version }) => [id, version + 1]));
  const newer = <Row extends Chosen>(row: Row): Row => ({
    ...row,
    version: Math.max(row.version, next.get(row.id) ?? 0),
  });
  queryClient.setQueriesData<Pages>({ queryKey: LIST }, (data) => data && withRows(data, newer));
  for (const id of next.keys())
    queryClient.setQueryData<AlertDetail>(alertQuery(id).queryKey, (detail) => detail && newer(detail));
}
