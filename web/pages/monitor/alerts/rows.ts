import type { InfiniteData } from "@tanstack/react-query";
import type { AlertChange, AlertPage, AlertRow } from "../../../api/alerts.ts";

/** An alert and the version that was seen of it: a change to it collides where someone else was faster. */
export type Chosen = { readonly id: string; readonly version: number };

/** What is loaded of a list. A page keeps the places of rows that left it: what is taken back stands again where it stood. */
export type Pages = InfiniteData<AlertPage & { readonly places?: readonly string[] }>;

const placesOf = ({ places, items }: Pages["pages"][number]): readonly string[] => places ?? items.map(({ id }) => id);

/** All ids that have a place in a list, whether their rows are in it now or left it. */
export const idsOf = (data: Pages | undefined): readonly string[] => data?.pages.flatMap(placesOf) ?? [];

/** Each loaded row as `become` has it; undefined takes it out, and out of the total. */
export function withRows(data: Pages, become: (row: AlertRow) => AlertRow | undefined): Pages {
  return counted(data, (page) => page.items.flatMap((row) => become(row) ?? []));
}

/** Rows that left a list, back in the places that they had in it, and in the total. Those without a place are not put in. */
export function withRowsBack(data: Pages, back: ReadonlyMap<string, AlertRow>): Pages {
  return counted(data, (page) => {
    const here = new Map(page.items.map((row) => [row.id, row]));
    return placesOf(page).flatMap((id) => here.get(id) ?? back.get(id) ?? []);
  });
}

function counted(data: Pages, itemsOf: (page: Pages["pages"][number]) => AlertRow[]): Pages {
  const pages = data.pages.map((page) => ({ ...page, items: itemsOf(page), places: placesOf(page) }));
  const sum = (some: Pages["pages"]) => some.reduce((total, { items }) => total + items.length, 0);
  const more = sum(pages) - sum(data.pages);
  return { ...data, pages: pages.map((page) => ({ ...page, total: Math.max(0, page.total + more) })) };
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
