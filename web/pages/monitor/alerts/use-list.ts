import { useQuery } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { type AlertRow, selectAlerts } from "../../../api/alerts.ts";
import { meQuery } from "../../../api/session.ts";
import { useRuleTitle } from "../../../parts/use-rule-title.ts";
import { useToastProblem } from "../../../ui/use-toast-problem.ts";
import { useAlertColumns } from "./columns.tsx";
import type { Chosen } from "./rows.ts";
import { stepFrom } from "./step.ts";
import type { AlertsState } from "./use-alerts-state.ts";

export const idOf = ({ id }: AlertRow): string => id;

type Selection = {
  /** The list that it was made in: it is none of another's, whose rows are others. */
  readonly of: string;
  /** By id, as seen when chosen: they stay chosen when they leave the list. */
  readonly chosen: ReadonlyMap<string, AlertRow>;
  /** Chosen as "all that match": exactly those of that moment. */
  readonly all?: readonly Chosen[];
};
const NOTHING: ReadonlyMap<string, AlertRow> = new Map();

/** What is chosen, what the keyboard stands on, what is open. */
export function useList(rows: readonly AlertRow[], state: AlertsState) {
  const { t } = useTranslation("alerts");
  const { data: me } = useQuery(meQuery);
  const [kept, setKept] = useState<Selection>({ of: state.key, chosen: NOTHING });
  const { chosen, all }: Selection = kept.of === state.key ? kept : { of: state.key, chosen: NOTHING };
  const [isChoosing, setChoosing] = useState(false);
  const [marked, setMarked] = useState<string>();
  /** Where a range begins: the row that was chosen or left last. */
  const anchor = useRef<string>(undefined);
  /** Where the keyboard stood when its row was there: what moved up into its place is the next one. */
  const last = useRef({ of: state.key, at: -1 });
  const columns = useAlertColumns();
  const titleOf = useRuleTitle();
  const toastProblem = useToastProblem();
  const activeId = state.openId ?? marked;
  const at = rows.findIndex(({ id }) => id === activeId);
  if (at >= 0 || last.current.of !== state.key) last.current = { of: state.key, at };
  const open = ({ id }: AlertRow) => {
    setMarked(id);
    state.change({ alert: id }, false);
  };
  const step = (by: 1 | -1) => {
    const next = rows[stepFrom({ at, lastAt: last.current.at, by, count: rows.length })];
    if (!next) return;
    setMarked(next.id);
    if (state.openId) state.change({ alert: next.id }, false);
  };
  const choose = (next: (now: Selection["chosen"]) => Selection["chosen"]) =>
    setKept((now) => ({ of: state.key, chosen: next(now.of === state.key ? now.chosen : NOTHING) }));
  const seen = (some: readonly AlertRow[]) => some.map((row) => [row.id, row] as const);
  const toggle = (id: string) => {
    anchor.current = id;
    choose((now) =>
      now.has(id)
        ? new Map([...now].filter(([other]) => other !== id))
        : new Map([...now, ...seen(rows.filter((row) => row.id === id))]),
    );
  };
  const chooseTo = (id: string) => {
    const ids = rows.map(idOf);
    const ends = [ids.indexOf(anchor.current ?? id), ids.indexOf(id)].sort((a, b) => a - b);
    const [from = -1, to = -1] = ends;
    if (from < 0) return toggle(id);
    choose((now) => new Map([...now, ...seen(rows.slice(from, to + 1))]));
  };
  const clear = () => choose(() => NOTHING);
  const chooseAll = async () => {
    setChoosing(true);
    try {
      const { alerts } = await selectAlerts({ ...state.filter, sort: state.sort, order: state.order });
      setKept((now) => (now.of === state.key ? { ...now, all: alerts } : now));
    } catch (error) {
      toastProblem(error);
    }
    setChoosing(false);
  };
  /** The chosen rows as they stand on the page now. One that left the list is as it was seen. */
  const chosenRows = (): readonly AlertRow[] => {
    const now = new Map(seen(rows));
    return [...chosen].map(([id, row]) => now.get(id) ?? row);
  };
  /** What an act is for, with the versions that were seen. */
  const targets = (): readonly Chosen[] => all ?? chosenRows().map(({ id, version }) => ({ id, version }));
  const canWrite = me?.permissions.includes("alert:write") === true;
  const sorting = {
    by: state.sort,
    order: state.order,
    onSort: (by: string) =>
      state.change({ sort: by, order: by === state.sort && state.order === "desc" ? "asc" : undefined }),
  };
  const selection = canWrite
    ? {
        ids: new Set(chosen.keys()),
        onToggle: toggle,
        onToggleAll: () =>
          choose((now) => (rows.every(({ id }) => now.has(id)) ? NOTHING : new Map([...now, ...seen(rows)]))),
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
    chosenRows,
    all,
    targets,
    isChoosing,
    chooseAll: () => void chooseAll(),
    clear,
    sorting,
    selection,
    canWrite,
  };
}
export type AlertList = ReturnType<typeof useList>;
