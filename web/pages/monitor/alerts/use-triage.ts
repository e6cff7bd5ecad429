import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { AlertChange, AlertRow } from "../../../api/alerts.ts";
import { useKeys } from "../../../ui/keys.ts";
import { usePageActions } from "../../../ui/page-actions.ts";
import { useChangeAlerts } from "./use-alerts.ts";
import type { AlertList } from "./use-list.ts";
import { useUndo } from "./use-undo.ts";

/** Triage without the mouse: each key acts on what is chosen, or else on the row that the keyboard stands on. */
export function useTriage(rows: readonly AlertRow[], list: AlertList) {
  const { t } = useTranslation("alerts");
  const [dialog, setDialog] = useState<"close" | "judge">();
  const act = useChangeAlerts();
  const { undoLast } = useUndo();
  const chosen = list.all ?? (list.chosen.size > 0 ? rows.filter(({ id }) => list.chosen.has(id)) : undefined);
  const targets = chosen ?? (list.active ? [list.active] : []);
  const count = targets.length;
  const isReady = list.canWrite && count > 0;

  const run = (change: AlertChange, said: string, assignee?: AlertRow["assignee"]) => {
    const alerts = targets.map(({ id, version }) => ({ id, version }));
    act.mutate({ target: { alerts }, change, said, ...(assignee ? { assignee } : {}) });
    if (chosen) list.clear();
    setDialog(undefined);
  };
  const ask = (wanted: "close" | "judge") => (isReady ? setDialog(wanted) : false);
  const assignToMe = () => {
    if (!isReady || !list.me) return false;
    const { id, name } = list.me;
    return run({ assigneeId: "me" }, t("toast.assigned", { count, name }), { id, name });
  };
  const openActive = (event: KeyboardEvent) => {
    if (event.target instanceof HTMLElement && event.target.closest("button, a")) return false;
    if (list.active) list.open(list.active);
    return list.active !== undefined;
  };
  const choose = ({ shiftKey }: KeyboardEvent) => {
    if (!list.activeId || !list.canWrite) return false;
    return shiftKey ? list.chooseTo(list.activeId) : list.toggle(list.activeId);
  };
  const undo = () => (list.canWrite ? void undoLast() : false);
  useKeys({
    j: () => list.step(1),
    k: () => list.step(-1),
    arrowdown: () => list.step(1),
    arrowup: () => list.step(-1),
    d: openActive,
    o: openActive,
    enter: openActive,
    x: choose,
    e: () => ask("close"),
    s: () => ask("judge"),
    a: assignToMe,
    u: undo,
  });
  const may = (act: () => unknown) => (isReady ? { run: () => void act() } : {});
  usePageActions({
    title: t("title"),
    actions: [
      { keys: "j / k", label: t("keys.move") },
      { keys: "x", label: t("keys.select") },
      { keys: "Shift x", label: t("keys.range") },
      { keys: "o / Enter", label: t("keys.open") },
      { keys: "e", label: t("keys.close"), ...may(() => ask("close")) },
      { keys: "a", label: t("keys.assign"), ...may(assignToMe) },
      { keys: "s", label: t("keys.judge"), ...may(() => ask("judge")) },
      { keys: "u", label: t("keys.undo"), ...(list.canWrite ? { run: () => void undoLast() } : {}) },
      { keys: "/", label: t("keys.query") },
    ],
  });
  return { dialog, count, run, cancel: () => setDialog(undefined) };
}
export type Triage = ReturnType<typeof useTriage>;
