import { useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { myChangesQuery, undoAlerts } from "../../../api/alerts.ts";
import { formatCount } from "../../../ui/figures.ts";
import { toastDone } from "../../../ui/toast.tsx";
import { useToastProblem } from "../../../ui/use-toast-problem.ts";
import { refreshAfter, refreshAfterUndo } from "./refresh-after.ts";
import { useConflicts } from "./use-conflicts.ts";

/** Takes changes back: one by its id, or the latest that still can be. What someone changed since is shown, not overwritten. */
export function useUndo() {
  const { t } = useTranslation(["alerts"]);
  const queryClient = useQueryClient();
  const toastProblem = useToastProblem();
  const { show } = useConflicts();
  const takeBack = async (changeId: string) => {
    const { restored, restoredIds, conflicts, conflictAlerts } = await undoAlerts(changeId);
    toastDone(
      restored > 0
        ? t("alerts:toast.undone", { count: restored, text: formatCount(restored) })
        : t("alerts:toast.notUndone"),
    );
    if (conflicts > 0) show({ count: conflicts, alerts: conflictAlerts });
    // The server names the first of very many: a list of those is fetched anew.
    if (restored > restoredIds.length) await queryClient.invalidateQueries({ queryKey: ["alerts"] });
    else await refreshAfterUndo(queryClient, new Set([...restoredIds, ...conflictAlerts.map(({ id }) => id)]));
  };
  const orSay = async (act: () => Promise<void>) => {
    try {
      await act();
    } catch (error) {
      toastProblem(error);
      await refreshAfter(queryClient, new Set());
    }
  };
  const undo = (changeId: string) => orSay(() => takeBack(changeId));
  const undoLast = () =>
    orSay(async () => {
      const { items } = await queryClient.fetchQuery({ ...myChangesQuery, staleTime: 0 });
      const last = items.find(({ undoUntil }) => undoUntil !== null);
      if (last) await takeBack(last.id);
      else toastDone(t("alerts:changes.nothing"));
    });
  return { undo, undoLast };
}
