import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { AlertChange, AlertRow } from "../../../api/alerts.ts";
import { formatCount } from "../../../ui/figures.ts";
import { useKeys } from "../../../ui/keys.ts";
import { usePageActions } from "../../../ui/page-actions.ts";
import type { Chosen } from "./rows.ts";
import { useChangeAlerts } from "./use-change-alerts.ts";
import type { AlertList } from "./use-list.ts";
import { useUndo } from "./use-undo.ts";

/** What a dialog asks about, as it was when it opened: what others change meanwhile collides, and is not overwritten. */
type Asked = { readonly kind: "close" | "judge"; readonly alerts: readonly Chosen[]; readonly isChosen: boolean };

/** Triage without the mouse: each key acts on what is chosen, or else on the row that the keyboard stands on. */
export function useTriage(list: AlertList) {
  const { t } = useTranslation("alerts");
  const [asked, setAsked] = useState<Asked>();
  const act = useChangeAlerts();
  const { undoLast } = useUndo();
  const isChosen = list.all !== undefined || list.chosen.size > 0;
  const targets = (): readonly Chosen[] =>
    isChosen ? list.targets() : list.active ? [{ id: list.active.id, version: list.active.version }] : [];
  const isReady = list.canWrite && (isChosen || list.active !== undefined);

  const run = (change: AlertChange, said: (count: number) => string, assignee?: AlertRow["assignee"]) => {
    const deed = asked ?? { alerts: targets(), isChosen };
    act.mutate({ alerts: deed.alerts, change, said, ...(assignee ? { assignee } : {}) });
    if (deed.isChosen) list.clear();
    setAsked(undefined);
  };
  const ask = (kind: Asked["kind"]) => (isReady ? setAsked({ kind, alerts: targets(), isChosen }) : false);
  const assignToMe = () => {
    if (!isReady || !list.me) return false;
    const { id, name } = list.me;
    return run({ assigneeId: "me" }, (count) => t("toast.assigned", { count, text: formatCount(count), name }), {
      id,
      name,
    });
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
  return { dialog: asked?.kind, count: asked?.alerts.length ?? 0, run, cancel: () => setAsked(undefined) };
}
export type Triage = ReturnType<typeof useTriage>;
