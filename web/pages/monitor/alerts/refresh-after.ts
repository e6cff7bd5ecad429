import type { QueryClient } from "@tanstack/react-query";
import { type AlertRow, listAlerts } from "../../../api/alerts.ts";
import type { QueryValues } from "../../../api/client.ts";
import { idsOf, type Pages, withRows, withRowsBack } from "./rows.ts";
import { FRESH_PAGES, LIST } from "./use-alerts.ts";

/** As many as one request may name. */
const SLICE = 100;
/** Touched rows beyond this are not worth so many requests: the list is fetched anew. */
const MAX_ROWS = 500;

/**
 * Touched rows as the server has them now, in their places; those that no longer pass the filters leave, those that pass them again come
 * back. Nothing else of a list moves, and what lies far down is not fetched again for one row.
 */
export async function refreshAfter(queryClient: QueryClient, touched: ReadonlySet<string>): Promise<void> {
  const lists = queryClient.getQueryCache().findAll({ queryKey: LIST, type: "active" });
  await Promise.all([
    ...lists.map(({ queryKey }) =>
      refreshRows(queryClient, queryKey, touched).catch(() => queryClient.invalidateQueries({ queryKey })),
    ),
    queryClient.invalidateQueries({ queryKey: LIST, type: "inactive", refetchType: "none" }),
    queryClient.invalidateQueries({ queryKey: ["alerts"], predicate: ({ queryKey }) => queryKey[1] !== LIST[1] }),
  ]);
}

/** The same after an undo, which brings back rows that a list fetched meanwhile has no place for: a short one is then fetched anew. */
export async function refreshAfterUndo(queryClient: QueryClient, touched: ReadonlySet<string>): Promise<void> {
  await refreshAfter(queryClient, touched);
  const lists = queryClient.getQueryCache().findAll({ queryKey: LIST, type: "active" });
  await Promise.all(
    lists.map(async ({ queryKey }) => {
      const data = queryClient.getQueryData<Pages>(queryKey);
      const placed = new Set(idsOf(data));
      const others = [...touched].filter((id) => !placed.has(id));
      if (others.length === 0 || (data?.pages.length ?? 0) > FRESH_PAGES) return;
      const back = await readThese(filterOf(queryKey), others).catch(() => undefined);
      if (back?.size !== 0) await queryClient.invalidateQueries({ queryKey, exact: true });
    }),
  );
}

async function refreshRows(
  queryClient: QueryClient,
  queryKey: readonly unknown[],
  touched: ReadonlySet<string>,
): Promise<void> {
  const ids = idsOf(queryClient.getQueryData<Pages>(queryKey)).filter((id) => touched.has(id));
  if (ids.length === 0) return;
  if (ids.length > MAX_ROWS) return await queryClient.invalidateQueries({ queryKey });
  const now = await readThese(filterOf(queryKey), ids);
  const asked = new Set(ids);
  const data = queryClient.setQueryData<Pages>(
    queryKey,
    (pages) =>
      pages &&
      withRowsBack(
        withRows(pages, (row) => (asked.has(row.id) ? now.get(row.id) : row)),
        now,
      ),
  );
  const left = data?.pages.reduce((sum, { items }) => sum + items.length, 0) ?? 0;
  // Of a list that has more, so little is left that the rest would not be called for.
  if (data?.pages.at(-1)?.nextCursor !== undefined && left < SLICE / 2)
    await queryClient.invalidateQueries({ queryKey });
}

/** The third part of the key of a list: see `useAlerts`. */
const filterOf = (queryKey: readonly unknown[]): QueryValues => queryKey[LIST.length] as QueryValues;

/** Those of these alerts that pass a filter. */
async function readThese(filter: QueryValues, ids: readonly string[]): Promise<ReadonlyMap<string, AlertRow>> {
  const slices = Array.from({ length: Math.ceil(ids.length / SLICE) }, (_, i) => ids.slice(i * SLICE, (i + 1) * SLICE));
  const found = await Promise.all(slices.map((slice) => listAlerts({ ...filter, id: slice.join(","), limit: SLICE })));
  return new Map(found.flatMap(({ items }) => items).map((row) => [row.id, row]));
}
