import { and, asc, count, eq, inArray, isNotNull, or, sql } from "drizzle-orm";
import { AppError } from "../../kernel/errors.ts";
import { newId } from "../../kernel/ids.ts";
import { type Ctx, isInScope } from "../../organization/access/index.ts";
import type { StateDb } from "../../platform/state/index.ts";
import type { SavedSearch, SavedSearchInput } from "./contract.ts";
import type { SearchDeps } from "./deps.ts";
import { parseQuery } from "./language/parse.ts";
import { savedSearch } from "./schema.ts";

const MAX_PER_OWNER = 200;
const MAX_LISTED = 1_000;

type Stored = typeof savedSearch.$inferSelect;

/**
 * Own searches, then those shared with a unit at or above one whose events the person may read; each by name. Cut in the
 * database: a search that the person does not see must not take up a place in the list.
 */
export async function listSavedSearches(deps: SearchDeps, ctx: Ctx): Promise<{ items: SavedSearch[] }> {
  const isOwn = eq(savedSearch.ownerId, ctx.actor.id);
  const stored = await ctx.state
    .select()
    .from(savedSearch)
    .where(or(isOwn, inArray(savedSearch.sharedWithUnitId, await unitsSeenBy(deps, ctx))))
    .orderBy(sql`${isOwn} DESC`, asc(savedSearch.name), asc(savedSearch.id))
    .limit(MAX_LISTED);
  return { items: stored.map((row) => viewOf(row, ctx)) };
}

/** The units with which something is shared that the person may see. */
async function unitsSeenBy(deps: SearchDeps, ctx: Ctx): Promise<string[]> {
  const shared = await ctx.state
    .selectDistinct({ unitId: savedSearch.sharedWithUnitId })
    .from(savedSearch)
    .where(isNotNull(savedSearch.sharedWithUnitId));
  const reaches = await reachOf(deps, ctx);
  return shared.flatMap(({ unitId }) => (unitId !== null && reaches(unitId) ? unitId : []));
}

/** Whether what is shared with a unit is shared with the person. */
async function reachOf(deps: SearchDeps, ctx: Ctx): Promise<(unitId: string) => boolean> {
  const tree = await deps.tree.current();
  const units = ctx.units("event:read");
  return (shared) => units.all || units.ids.some((id) => tree.covers(shared, id));
}

/** Notes that somebody opened a search. Errors: `not_found` for one that the person does not see. */
export async function noteUse(deps: SearchDeps, ctx: Ctx, id: string): Promise<void> {
  const reaches = await reachOf(deps, ctx);
  await ctx.change({ action: "saved_search.use", target: { kind: "saved_search", id } }, async (tx) => {
    const [row] = await tx.select().from(savedSearch).where(eq(savedSearch.id, id));
    const isSeen = row?.ownerId === ctx.actor.id || (row?.sharedWithUnitId && reaches(row.sharedWithUnitId));
    if (!isSeen) throw notFound(id);
    await tx.update(savedSearch).set({ lastUsedAt: ctx.now() }).where(eq(savedSearch.id, id));
  });
}

/** Errors: `invalid` when the query does not parse, `forbidden` for a unit one may not read, `over_limit` past 200. */
export async function saveSearch(ctx: Ctx, input: SavedSearchInput): Promise<SavedSearch> {
  check(ctx, input);
  const at = ctx.now();
  const { actor } = ctx;
  const row: Stored = {
    id: newId("search", at.getTime()),
    ownerId: actor.id,
    ownerName: actor.name,
    ...partsOf(input),
    createdAt: at,
    updatedAt: at,
    lastUsedAt: null,
  };
  await ctx.change(entryOf("create", row), async (tx) => {
    if ((await countOf(tx, actor.id)) >= MAX_PER_OWNER) {
      throw new AppError("over_limit", `You can keep ${MAX_PER_OWNER} searches. Delete one first.`);
    }
    await tx.insert(savedSearch).values(row);
  });
  return viewOf(row, ctx);
}

/** Only the owner may change a search; for everyone else it is `not_found`. */
export async function changeSavedSearch(ctx: Ctx, id: string, input: SavedSearchInput): Promise<SavedSearch> {
  check(ctx, input);
  const parts = { ...partsOf(input), updatedAt: ctx.now() };
  return ctx.change(entryOf("update", { id, ...parts }), async (tx) => {
    const [row] = await tx.update(savedSearch).set(parts).where(ownedBy(ctx, id)).returning();
    if (row === undefined) throw notFound(id);
    return viewOf(row, ctx);
  });
}

/**
 * The owner deletes a search, and whoever keeps the unit that it is shared with: its owner may have left. For everyone else it is
 * `not_found`. The record says whose it was and what it asked.
 */
export async function deleteSavedSearch(ctx: Ctx, id: string): Promise<void> {
  const [row] = await ctx.state.select().from(savedSearch).where(eq(savedSearch.id, id));
  if (row === undefined || !mayDelete(ctx, row)) throw notFound(id);
  await ctx.change(entryOf("delete", row), async (tx) => {
    // It may have been taken back from the unit since it was read.
    const asRead = sql`${savedSearch.sharedWithUnitId} IS NOT DISTINCT FROM ${row.sharedWithUnitId}`;
    const still = row.ownerId === ctx.actor.id ? undefined : asRead;
    const gone = await tx
      .delete(savedSearch)
      .where(and(eq(savedSearch.id, id), still))
      .returning({ id: savedSearch.id });
    if (gone.length === 0) throw notFound(id);
  });
}

const mayDelete = (ctx: Ctx, { ownerId, sharedWithUnitId: shared }: Stored): boolean =>
  ownerId === ctx.actor.id || (shared !== null && isInScope(ctx.units("unit:write"), shared));

const ownedBy = (ctx: Ctx, id: string) => and(eq(savedSearch.id, id), eq(savedSearch.ownerId, ctx.actor.id));

function check(ctx: Ctx, input: SavedSearchInput): void {
  const query = parseQuery(input.q);
  if (!query.ok) {
    const { message, ...detail } = query.error;
    throw new AppError("invalid", message, detail);
  }
  if (input.sharedWithUnitId !== null) ctx.require("event:read", input.sharedWithUnitId);
}

const partsOf = ({ name, q, columns, from, sharedWithUnitId }: SavedSearchInput) => ({
  name,
  q,
  columns,
  from: from ?? null,
  sharedWithUnitId,
});

function entryOf(
  verb: "create" | "update" | "delete",
  row: { id: string; name: string; q: string; sharedWithUnitId: string | null; ownerName?: string },
) {
  return {
    action: `saved_search.${verb}`,
    target: { kind: "saved_search", id: row.id },
    ...(row.sharedWithUnitId !== null && { unitId: row.sharedWithUnitId }),
    detail: { name: row.name, q: row.q, ...(verb === "delete" && { owner: row.ownerName }) },
  };
}

async function countOf(tx: StateDb, ownerId: string): Promise<number> {
  const [row] = await tx.select({ rows: count() }).from(savedSearch).where(eq(savedSearch.ownerId, ownerId));
  return row?.rows ?? 0;
}

const viewOf = (row: Stored, ctx: Ctx): SavedSearch => ({
  id: row.id,
  name: row.name,
  q: row.q,
  columns: row.columns,
  ...(row.from !== null && { from: row.from }),
  sharedWithUnitId: row.sharedWithUnitId,
  owner: { id: row.ownerId, name: row.ownerName },
  isOwn: row.ownerId === ctx.actor.id,
  mayDelete: mayDelete(ctx, row),
  createdAt: row.createdAt.toISOString(),
  updatedAt: row.updatedAt.toISOString(),
  lastUsedAt: row.lastUsedAt?.toISOString() ?? null,
});

const notFound = (id: string): AppError => new AppError("not_found", "There is no such search of yours.", { id });
