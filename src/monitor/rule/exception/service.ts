import { AppError } from "../../../kernel/errors.ts";
import { newId } from "../../../kernel/ids.ts";
import type { Ctx, UnitTreeSource } from "../../../organization/access/index.ts";
import type { CheckedMatch, ExceptionMatch } from "../../detect/index.ts";
import type { RuleCatalog } from "../catalog.ts";
import {
  type ExceptionEnd,
  type ExceptionInput,
  type ExceptionList,
  type ExceptionListQuery,
  type ExceptionUpdate,
  MAX_DAYS,
  type RuleException,
} from "./contract.ts";
import type { Excepted, ExceptedCounter } from "./excepted.ts";
import {
  countOpenExceptions,
  insertException,
  MAX_OPEN,
  readException,
  readExceptions,
  type StoredException,
  updateException,
} from "./store.ts";
import { stateOf, viewOf } from "./view.ts";

export type ExceptionDeps = {
  readonly catalog: Pick<RuleCatalog, "entries">;
  readonly tree: UnitTreeSource;
  readonly readMatch: (match: ExceptionMatch) => CheckedMatch;
  readonly excepted: ExceptedCounter;
  /** Hands what is in force now to the detector. */
  readonly onChanged: () => Promise<void>;
};

const DAY_MS = 86_400_000;
const FIGURE_DAYS = 30;

/** Exceptions of the units that the person reads rules in, and of units above: those count there too. */
export async function listExceptions(ctx: Ctx, query: ExceptionListQuery, deps: ExceptionDeps): Promise<ExceptionList> {
  const visible = await visibleTo(ctx, deps);
  const stored = (await readExceptions(ctx.state)).filter(visible);
  const now = ctx.now();
  const found = stored.filter(
    (row) =>
      (query.state === undefined || stateOf(row, now) === query.state) &&
      (query.ruleId === undefined || row.ruleIds.includes(query.ruleId)),
  );
  const figures = await figuresOf(ctx, deps);
  const items = found.map((row) => viewOf(row, { ctx, entries: deps.catalog.entries(), figures }));
  return { items, total: items.length };
}

/** Errors: `invalid` with `reason` and `line`, or for unknown rules, correlation rules and unknown units; `over_limit`; `forbidden` for the unit. */
export async function addException(ctx: Ctx, input: ExceptionInput, deps: ExceptionDeps): Promise<RuleException> {
  ctx.require("rule:write", input.unitId);
  const scope = await checked(ctx, input, deps, []);
  const now = ctx.now();
  const row: StoredException = {
    id: newId("exception", now.getTime()),
    version: 1,
    ...scope,
    ownerId: ctx.actor.id,
    ownerName: ctx.actor.name,
    createdAt: now,
    updatedAt: now,
    expiredAt: null,
    endedAt: null,
    endedById: null,
    endedByName: null,
    endedReason: null,
  };
  await ctx.change(entryOf("add", row), async (tx) => {
    if ((await countOpenExceptions(tx, now)) >= MAX_OPEN)
      throw new AppError("over_limit", `There are already ${MAX_OPEN} exceptions in force. End some first.`);
    await insertException(tx, row);
  });
  return await changed(ctx, row, deps);
}

/** Also extends an expired one. Errors: as `addException`; `not_found`; `conflict` when it was ended or changed meanwhile. */
export async function changeException(
  ctx: Ctx,
  id: string,
  { version, takeOver, ...input }: ExceptionUpdate,
  deps: ExceptionDeps,
): Promise<RuleException> {
  const known = await found(ctx, id, deps);
  ctx.require("rule:write", known.unitId);
  ctx.require("rule:write", input.unitId);
  const scope = await checked(
    ctx,
    { ...input, startsAt: input.startsAt ?? known.startsAt.toISOString() },
    deps,
    known.ruleIds,
  );
  const owner = takeOver ? { ownerId: ctx.actor.id, ownerName: ctx.actor.name } : {};
  const changes = { ...scope, ...owner, updatedAt: ctx.now(), expiredAt: null };
  const row = await ctx.change(entryOf("change", { ...known, ...changes }), async (tx) =>
    orConflict(await updateException(tx, { id, version }, changes)),
  );
  return await changed(ctx, row, deps);
}

/** Stops it now; it stays in the list with who ended it and why. */
export async function endException(
  ctx: Ctx,
  id: string,
  { version, reason }: ExceptionEnd,
  deps: ExceptionDeps,
): Promise<RuleException> {
  const known = await found(ctx, id, deps);
  ctx.require("rule:write", known.unitId);
  const now = ctx.now();
  const changes = {
    endedAt: now,
    endedById: ctx.actor.id,
    endedByName: ctx.actor.name,
    endedReason: reason,
    updatedAt: now,
  };
  const entry = { ...entryOf("end", known), detail: { reason } };
  const row = await ctx.change(entry, async (tx) => orConflict(await updateException(tx, { id, version }, changes)));
  return await changed(ctx, row, deps);
}

/** What the person may not see is not there; an ended one no longer changes. */
async function found(ctx: Ctx, id: string, deps: ExceptionDeps): Promise<StoredException> {
  const row = await readException(ctx.state, id);
  if (row === undefined || !(await visibleTo(ctx, deps))(row))
    throw new AppError("not_found", "There is no such exception.", { id });
  if (row.endedAt !== null) throw new AppError("conflict", "This exception has been ended. Add a new one.", { id });
  return row;
}

async function visibleTo(ctx: Ctx, { tree }: ExceptionDeps): Promise<(row: StoredException) => boolean> {
  const scope = ctx.units("rule:read");
  if (scope.all) return () => true;
  const units = await tree.current();
  return ({ unitId }) => scope.ids.includes(unitId) || scope.ids.some((id) => units.covers(unitId, id));
}

async function checked(ctx: Ctx, input: ExceptionInput, deps: ExceptionDeps, knownIds: readonly string[]) {
  const now = ctx.now();
  const startsAt = input.startsAt === undefined ? now : new Date(input.startsAt);
  const expiresAt = new Date(input.expiresAt);
  if (!(expiresAt > startsAt) || !(expiresAt > now))
    throw new AppError("invalid", "The exception must expire in the future, after it begins.");
  if (expiresAt.getTime() - now.getTime() > MAX_DAYS * DAY_MS)
    throw new AppError("invalid", `The exception may run for ${MAX_DAYS} days at most. It can be extended.`);
  if (!(await deps.tree.current()).has(input.unitId)) throw new AppError("invalid", "There is no such unit.");
  const ruleIds = [...new Set(input.ruleIds)];
  const unknown = ruleIds.filter((id) => !deps.catalog.entries().has(id) && !knownIds.includes(id));
  if (unknown.length > 0) throw new AppError("invalid", "There is no such rule.", { unknown });
  const correlations = ruleIds.filter((id) => deps.catalog.entries().get(id)?.parts !== undefined);
  if (correlations.length > 0)
    throw new AppError("invalid", "A correlation rule has no exceptions. Add one to the rules that it lists.", {
      correlations,
    });
  const match = deps.readMatch(input.match);
  if (!match.ok) throw new AppError("invalid", `The exception cannot be read: ${match.problem.reason}`, match.problem);
  return { ruleIds, unitId: input.unitId, match: input.match, reason: input.reason, startsAt, expiresAt };
}

const entryOf = (verb: "add" | "change" | "end", row: StoredException) => ({
  action: `exception.${verb}`,
  target: { kind: "exception", id: row.id },
  unitId: row.unitId,
  detail: { rules: row.ruleIds, reason: row.reason, match: row.match, expiresAt: row.expiresAt.toISOString() },
});

function orConflict(row: StoredException | undefined): StoredException {
  if (row) return row;
  throw new AppError("conflict", "Someone changed this exception meanwhile. Load it again and repeat.");
}

async function changed(ctx: Ctx, row: StoredException, deps: ExceptionDeps): Promise<RuleException> {
  await deps.onChanged();
  return viewOf(row, { ctx, entries: deps.catalog.entries(), figures: await figuresOf(ctx, deps) });
}

/** undefined when the events engine is away: figures are null then, never a made-up 0. */
async function figuresOf(ctx: Ctx, deps: ExceptionDeps): Promise<ReadonlyMap<string, Excepted> | undefined> {
  const toMs = ctx.now().getTime();
  try {
    return await deps.excepted({ scope: ctx.units("rule:read"), fromMs: toMs - FIGURE_DAYS * DAY_MS, toMs });
  } catch (error) {
    if (error instanceof AppError && error.code !== "invalid") return undefined;
    throw error;
  }
}
