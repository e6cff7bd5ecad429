import { and, asc, count, eq, isNotNull, or } from "drizzle-orm";
import { AppError } from "../../kernel/errors.ts";
import { newId } from "../../kernel/ids.ts";
import type { Ctx } from "../../organization/access/index.ts";
import type { StateDb } from "../../platform/state/index.ts";
import type { SavedSearch, SavedSearchInput } from "./contract.ts";
import type { SearchDeps } from "./deps.ts";
import { parseQuery } from "./language/parse.ts";
import { savedSearch } from "./schema.ts";

const MAX_PER_OWNER = 200;
const MAX_LISTED = 1_000;

type Stored = typeof savedSearch.$inferSelect;

/** Own searches, and those shared with a unit at or above one whose events the person may read; by name. */
export async function listSavedSearches(deps: SearchDeps, ctx: Ctx): Promise<{ items: SavedSearch[] }> {
  const stored = await ctx.state
    .select()
    .from(savedSearch)
    .where(or(eq(savedSearch.ownerId, ctx.actor.id), isNotNull(savedSearch.sharedWithUnitId)))
    .orderBy(asc(savedSearch.name), asc(savedSearch.id))
    .limit(MAX_LISTED);
  const isSeen = await seenBy(deps, ctx);
  return { items: stored.filter(isSeen).map((row) => viewOf(row, ctx)) };
}

async function seenBy(deps: SearchDeps, ctx: Ctx): Promise<(row: Stored) => boolean> {
  const tree = await deps.tree.current();
  const units = ctx.units("event:read");
  return ({ ownerId, sharedWithUnitId: shared }) =>
    ownerId === ctx.actor.id || (shared !== null && (units.all || units.ids.some((id) => tree.covers(shared, id))));
}

/** Notes that somebody opened a search. Errors: `not_found` for one that the person does not see. */
export async function noteUse(deps: SearchDeps, ctx: Ctx, id: string): Promise<void> {
  const isSeen = await seenBy(deps, ctx);
  await ctx.change({ action: "saved_search.use", target: { kind: "saved_search", id } }, async (tx) => {
    const [row] = await tx.select().from(savedSearch).where(eq(savedSearch.id, id));
    if (row === undefined || !isSeen(row)) throw notFound(id);
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

export async function deleteSavedSearch(ctx: Ctx, id: string): Promise<void> {
  await ctx.change({ action: "saved_search.delete", target: { kind: "saved_search", id } }, async (tx) => {
    const gone = await tx.delete(savedSearch).where(ownedBy(ctx, id)).returning({ id: savedSearch.id });
    if (gone.length === 0) throw notFound(id);
  });
}

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
  verb: "create" | "update",
  row: { id: string; name: string; q: string; sharedWithUnitId: string | null },
) {
  return {
    action: `saved_search.${verb}`,
    target: { kind: "saved_search", id: row.id },
    ...(row.sharedWithUnitId !== null && { unitId: row.sharedWithUnitId }),
    detail: { name: row.name, q: row.q },
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
  createdAt: row.createdAt.toISOString(),
  updatedAt: row.updatedAt.toISOString(),
  lastUsedAt: row.lastUsedAt?.toISOString() ?? null,
});

const notFound = (id: string): AppError => new AppError("not_found", "There is no such search of yours.", { id });
