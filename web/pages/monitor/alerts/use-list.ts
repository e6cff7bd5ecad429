import { useQuery } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { type AlertRow, selectAlerts } from "../../../api/alerts.ts";
import { meQuery } from "../../../api/session.ts";
import { useRuleTitle } from "../../../parts/use-rule-title.ts";
import { useProblemText } from "../../../ui/problem-note.tsx";
import { toastProblem } from "../../../ui/toast.tsx";
import type { Chosen } from "./bulk-bar.tsx";
import { useAlertColumns } from "./columns.tsx";
import type { AlertsState } from "./use-alerts-state.ts";

export const idOf = ({ id }: AlertRow): string => id;

/** What is chosen, what the keyboard stands on, what is open. */
export function useList(rows: readonly AlertRow[], state: AlertsState) {
  const { t } = useTranslation("alerts");
  const { data: me } = useQuery(meQuery);
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [all, setAll] = useState<readonly Chosen[]>();
  const [isChoosing, setChoosing] = useState(false);
  const [marked, setMarked] = useState<string>();
  /** Where a range begins: the row that was chosen or left last. */
  const anchor = useRef<string>(undefined);
  const columns = useAlertColumns();
  const titleOf = useRuleTitle();
  const problemText = useProblemText();
  const activeId = state.openId ?? marked;
  const at = rows.findIndex(({ id }) => id === activeId);
  const open = ({ id }: AlertRow) => {
    setMarked(id);
    state.change({ alert: id }, false);
  };
  const step = (by: 1 | -1) => {
    const next = rows[Math.min(rows.length - 1, Math.max(0, at + by))];
    if (!next) return;
    setMarked(next.id);
    if (state.openId) state.change({ alert: next.id }, false);
  };
  const toggle = (id: string) => {
    anchor.current = id;
    setAll(undefined);
    setChosen((now) => (now.has(id) ? new Set([...now].filter((kept) => kept !== id)) : new Set([...now, id])));
  };
  const chooseTo = (id: string) => {
    const ids = rows.map(idOf);
    const ends = [ids.indexOf(anchor.current ?? id), ids.indexOf(id)].sort((a, b) => a - b);
    const [from = -1, to = -1] = ends;
    if (from < 0) return toggle(id);
    setAll(undefined);
    setChosen((now) => new Set([...now, ...ids.slice(from, to + 1)]));
  };
  const clear = () => {
    setAll(undefined);
    setChosen(new Set());
  };
  const chooseAll = async () => {
    setChoosing(true);
    try {
      const { alerts } = await selectAlerts({ ...state.filter, sort: state.sort, order: state.order });
      setAll(alerts);
    } catch (error) {
      const { title, advice } = problemText(error);
      toastProblem(title, advice);
    }
    setChoosing(false);
  };
  const canWrite = me?.permissions.includes("alert:write") === true;
  const sorting = {
    by: state.sort,
    order: state.order,
    onSort: (by: string) =>
      state.change({ sort: by, order: by === state.sort && state.order === "desc" ? "asc" : undefined }),
  };
  const selection = canWrite
    ? {
        ids: chosen,
        onToggle: toggle,
        onToggleAll: () => {
          setAll(undefined);
          setChosen(rows.every(({ id }) => chosen.has(id)) ? new Set() : new Set(rows.map(idOf)));
        },
        allLabel: t("select.all"),
        rowLabel: (id: string) => {
          const row = rows.find((one) => one.id === id);
          return t("select.row", { title: row ? titleOf(row.rule) : "" });
        },
      }
    : undefined;
  const active = rows[at];
  return {
    columns,
    me,
    active,
    activeId,
    open,
    step,
    toggle,
    chooseTo,
    chosen,
    all,
    isChoosing,
    chooseAll: () => void chooseAll(),
    clear,
    sorting,
    selection,
    canWrite,
  };
}
export type AlertList = ReturnType<typeof useList>;
