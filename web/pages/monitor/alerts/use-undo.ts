import { useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { myChangesQuery, undoAlerts } from "../../../api/alerts.ts";
import { formatCount } from "../../../ui/figures.ts";
import { toastDone } from "../../../ui/toast.tsx";
import { useToastProblem } from "../../../ui/use-toast-problem.ts";
import { useConflicts } from "./use-conflicts.ts";

/** Takes changes back: one by its id, or the latest that still can be. What someone changed since is shown, not overwritten. */
export function useUndo() {
  const { t } = useTranslation(["alerts"]);
  const queryClient = useQueryClient();
  const toastProblem = useToastProblem();
  const { show } = useConflicts();
  const undo = async (changeId: string) => {
    try {
      const { restored, conflicts, conflictAlerts } = await undoAlerts(changeId);
      toastDone(
        restored > 0
          ? t("alerts:toast.undone", { count: restored, text: formatCount(restored) })
          : t("alerts:toast.notUndone"),
      );
      if (conflicts > 0) show({ count: conflicts, alerts: conflictAlerts });
    } catch (error) {
      toastProblem(error);
    }
    void queryClient.invalidateQueries({ queryKey: ["alerts"] });
  };
  const undoLast = async () => {
    const { items } = await queryClient.fetchQuery({ ...myChangesQuery, staleTime: 0 });
    const last = items.find(({ undoUntil }) => undoUntil !== null);
    if (last) await undo(last.id);
    else toastDone(t("alerts:changes.nothing"));
  };
  return { undo, undoLast };
}
