import { AppError } from "../../kernel/errors.ts";
import {
  type Ctx,
  isInScope,
  type UnitScope,
  type UnitTree,
  type UnitTreeSource,
} from "../../organization/access/index.ts";
import type {
  Deletion,
  DeletionQuery,
  Deletions,
  PolicyDraft,
  PolicySave,
  PolicySaved,
  RetentionOverview,
  RetentionPreview,
  ScopeKind,
} from "./contract.ts";
import { dayText, expiredUnder, type KnownSource, overviewOf, policyView, ratioOf, type Tiers } from "./overview.ts";
import { endOfDay, isExpired, leastDays, unitIn } from "./policy.ts";
import type { StoredDeletion, StoredPolicy } from "./schema.ts";
import { countUnderWay, insertPolicy, listDeletions, lockRetention, policiesInForce } from "./store.ts";
import type { VolumeMeter } from "./volumes.ts";

export type RetentionDeps = {
  readonly meter: VolumeMeter;
  readonly tree: UnitTreeSource;
  readonly sources: (ctx: Ctx) => Promise<readonly KnownSource[]>;
  readonly tiers: Tiers;
  /** Called after a policy has changed. */
  readonly onChanged: () => void;
};

/** A page is shown with what is measured by then. */
const PATIENCE_MS = 8_000;
const MAX_NAMED = 20;
const EXPORT_PAGE = 500;

/** Errors: `unavailable` when the events engine is away. */
export async function retentionOverview(ctx: Ctx, deps: RetentionDeps): Promise<RetentionOverview> {
  const scope = ctx.units("source:read");
  const [policies, sources, tree, volumes] = await Promise.all([
    policiesInForce(ctx.state),
    deps.sources(ctx),
    deps.tree.current(),
    deps.meter.read(PATIENCE_MS),
  ]);
  const visible = scope.all ? undefined : new Set(scope.ids);
  const writable = ctx.units("retention:write");
  const mayWrite = (unitId: string): boolean => isInScope(writable, unitId);
  const nowMs = ctx.now().getTime();
  return overviewOf({ volumes, policies, sources, tree, visible, mayWrite, tiers: deps.tiers, nowMs });
}

export type PolicyScope = { readonly kind: ScopeKind; readonly id: string };
type Place = PolicyScope & { readonly unitId: string; readonly tree: UnitTree };

/** Errors: `not_found` when it is not theirs to see, `forbidden` without retention:write at the unit for whose events it is said. */
async function placeOf(
  ctx: Ctx,
  { kind, id }: PolicyScope,
  askedUnitId: string | undefined,
  deps: RetentionDeps,
): Promise<Place> {
  const tree = await deps.tree.current();
  const unitId = kind === "source" ? await unitOfSource(ctx, id, askedUnitId, deps) : tree.has(id) ? id : undefined;
  if (unitId === undefined || !isInScope(ctx.units("source:read"), unitId))
    throw new AppError("not_found", "There is no such unit or source, or it is not yours to see.");
  ctx.require("retention:write", unitId);
  return { kind, id, unitId, tree };
}

/** The unit that the source is in, or the one asked for when a policy of the source was set there; undefined = neither. */
async function unitOfSource(
  ctx: Ctx,
  id: string,
  asked: string | undefined,
  deps: RetentionDeps,
): Promise<string | undefined> {
  const unitId = (await deps.sources(ctx)).find((one) => one.id === id)?.unitId;
  if (asked === undefined || asked === unitId) return unitId;
  const isSaid = (await policiesInForce(ctx.state)).some((row) => isOf(row, { kind: "source", id, unitId: asked }));
  return isSaid ? asked : undefined;
}

/** What saving the policy would delete. Errors: as `setPolicy`; `unavailable`. */
export async function previewPolicy(
  ctx: Ctx,
  scope: PolicyScope,
  draft: PolicyDraft,
  deps: RetentionDeps,
): Promise<RetentionPreview> {
  const place = await placeOf(ctx, scope, draft.unitId, deps);
  const inForce = await policiesInForce(ctx.state);
  const policies = [...inForce.filter((row) => !isOf(row, place)), rowOf(ctx, place, draft, 1)];
  const nowMs = ctx.now().getTime();
  const mayGo = draft.holdReason === "" ? leastDays(policies) : undefined;
  const volumes = await deps.meter.read(PATIENCE_MS, (day) => isExpired(day, mayGo, nowMs));
  const found = expiredUnder(volumes, { policies, tree: place.tree, nowMs }, (pair) =>
    place.kind === "source" ? pair.sourceId === place.id : place.tree.covers(place.id, unitIn(place.tree, pair.unitId)),
  );
  const names = new Map((await deps.sources(ctx)).map(({ id, name }) => [id, name]));
  const bySource = [...Map.groupBy(found, ({ volume }) => volume.sourceId)]
    .map(([id, rows]) => ({
      id,
      name: names.get(id) ?? id,
      events: rows.reduce((sum, { volume }) => sum + volume.events, 0),
    }))
    .sort((one, two) => two.events - one.events);
  const rawBytes = found.reduce((sum, { volume }) => sum + volume.rawBytes, 0);
  return {
    events: bySource.reduce((sum, { events }) => sum + events, 0),
    rawBytes,
    diskBytes: Math.round(rawBytes * (ratioOf(volumes) ?? 0)),
    olderThan:
      found.length === 0 ? null : new Date(Math.max(...found.map(({ day }) => endOfDay(day.day)))).toISOString(),
    sources: bySource.slice(0, MAX_NAMED),
    isComplete: volumes.isComplete,
  };
}

/** Errors: `not_found`, `forbidden`; `conflict` when somebody else has changed it since the person saw it. */
export async function setPolicy(
  ctx: Ctx,
  scope: PolicyScope,
  input: PolicySave,
  deps: RetentionDeps,
): Promise<PolicySaved> {
  const place = await placeOf(ctx, scope, input.unitId, deps);
  const row = rowOf(ctx, place, input, newestVersion(await policiesInForce(ctx.state), place) + 1);
  const { keep, days, holdReason, version } = row;
  const entry = {
    action: "retention.set",
    target: { kind: place.kind, id: place.id },
    unitId: place.unitId,
    detail: { version, keep, days, holdReason },
  };
  const saved = await ctx.change(entry, async (tx) => {
    await lockRetention(tx);
    const now = (await policiesInForce(tx)).find((one) => isOf(one, place));
    if ((now?.version ?? 0) !== input.version || !(await insertPolicy(tx, row)))
      throw new AppError("conflict", "Someone changed this policy meanwhile. Load it again and repeat.");
    const ids = place.kind === "source" ? [place.id] : place.tree.subtree(place.id);
    return { policy: policyView(row), underWay: await countUnderWay(tx, place.kind, ids) };
  });
  deps.onChanged();
  return saved;
}

const isOf = (row: StoredPolicy, { kind, id, unitId }: Omit<Place, "tree">): boolean =>
  row.kind === kind && row.scopeId === id && row.unitId === unitId;

/** Of all units for which something was said of it: a version names one policy. */
const newestVersion = (inForce: readonly StoredPolicy[], { kind, id }: PolicyScope): number =>
  Math.max(0, ...inForce.filter((row) => row.kind === kind && row.scopeId === id).map(({ version }) => version));

const rowOf = (
  ctx: Ctx,
  { kind, id, unitId }: Place,
  { keep, days, holdReason }: PolicyDraft,
  version: number,
): StoredPolicy => ({
  kind,
  scopeId: id,
  version,
  unitId,
  keep,
  days,
  holdReason,
  setById: ctx.actor.id,
  setByName: ctx.actor.name,
  setAt: ctx.now(),
});

/** What was deleted by policy, in the units that the person may see, newest first. */
export async function readDeletions(ctx: Ctx, { cursor, limit }: DeletionQuery): Promise<Deletions> {
  const units: UnitScope = ctx.units("source:read");
  const rows = await listDeletions(ctx.state, { units, cursor, limit: limit + 1 });
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  return { items: shown.map(deletionView), ...(rows.length > limit && last && { nextCursor: last.id }) };
}

/** All of them, a page at a time: a record that is to prove what was deleted is never cut. */
export async function* exportDeletions(ctx: Ctx): AsyncGenerator<readonly Deletion[]> {
  let cursor: string | undefined;
  do {
    const page = await readDeletions(ctx, { cursor, limit: EXPORT_PAGE });
    yield page.items;
    cursor = page.nextCursor;
  } while (cursor !== undefined);
}

const deletionView = (row: StoredDeletion): Deletion => ({
  id: row.id,
  day: dayText(row.day),
  unitId: row.unitId,
  source: { id: row.sourceId, name: row.sourceName },
  policy: {
    kind: row.policyKind,
    id: row.policyScopeId,
    version: row.policyVersion,
    days: row.policyDays,
    setBy: row.policySetBy,
    setAt: row.policySetAt.toISOString(),
  },
  events: row.events,
  rawBytes: row.rawBytes,
  diskBytes: row.diskBytes,
  receivedFrom: row.receivedFrom.toISOString(),
  receivedTo: row.receivedTo.toISOString(),
  timeFrom: row.timeFrom.toISOString(),
  timeTo: row.timeTo.toISOString(),
  firstEvent: row.firstEvent,
  lastEvent: row.lastEvent,
  plannedAt: row.plannedAt.toISOString(),
  doneAt: row.doneAt?.toISOString() ?? null,
});
