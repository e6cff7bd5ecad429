import type { InfiniteData } from "@tanstack/react-query";
import type { AlertChange, AlertPage, AlertRow } from "../../../api/alerts.ts";

/** An alert and the version that was seen of it: a change to it collides where someone else was faster. */
export type Chosen = { readonly id: string; readonly version: number };

type Pages = InfiniteData<AlertPage>;

/** Each loaded row as `become` has it; undefined takes it out, and out of the total. */
export function withRows(data: Pages, become: (row: AlertRow) => AlertRow | undefined): Pages {
  let gone = 0;
  const pages = data.pages.map((page) => ({
    ...page,
    items: page.items.flatMap((row) => {
      const next = become(row);
      if (!next) gone += 1;
      return next ?? [];
    }),
  }));
  return { ...data, pages: pages.map((page) => ({ ...page, total: Math.max(0, page.total - gone) })) };
}

type Drawn = AlertChange & { readonly assignee?: AlertRow["assignee"] | undefined };

/** A row as a change will leave it. Of many, closed ones stay as they are: the server keeps them. */
export function redrawn(row: AlertRow, change: Drawn, isOneOfMany: boolean): AlertRow {
  const isKept = isOneOfMany && (change.status === "in-progress" || change.disposition !== undefined);
  if (row.status === "closed" && isKept) return row;
  return {
    ...row,
    ...(change.status ? { status: change.status } : {}),
    ...(change.disposition ? { status: "closed" as const, disposition: change.disposition } : {}),
    ...(change.expertSeverity === undefined
      ? {}
      : { expertSeverity: change.expertSeverity, severity: change.expertSeverity ?? row.level }),
    ...(change.assigneeId === null ? { assignee: null } : {}),
    ...(change.assignee ? { assignee: change.assignee } : {}),
  };
}
