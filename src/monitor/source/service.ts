import { AppError } from "../../kernel/errors.ts";
import { newId } from "../../kernel/ids.ts";
import type { Ctx } from "../../organization/access/index.ts";
import {
  MAX_AUTOMATIC_SOURCES,
  MAX_SOURCES,
  type ParseFailures,
  type SourceCreate,
  type SourceCreated,
  type SourceDetail,
  type SourceFigures,
  type SourceListQuery,
  type SourceMatch,
  type SourcePage,
  type SourceUpdate,
} from "./contract.ts";
import { filterSources, pageOf, type RejectionCount, sortRejections, sortSources, sourceRow } from "./listing.ts";
import { parseNetwork } from "./match.ts";
import type { SourceResolver } from "./resolver.ts";
import type { StoredSource } from "./schema.ts";
import type { SilenceView } from "./silence/shapes.ts";
import { type Endpoints, shipperSnippets } from "./snippets.ts";
import type { Scope, SourceStatistics } from "./statistics.ts";
import { countRegistered, findSource, insertSource, readSources, updateSource } from "./store.ts";

/** Tokens that may only send events for their source; made and ended with it, under source:write. */
type IngestTokens = {
  create(
    ctx: Ctx,
    wanted: { name: string; unitId: string; sourceId: string },
  ): Promise<{ tokenId: string; secret: string }>;
  revoke(ctx: Ctx, token: { tokenId: string; sourceId: string; unitId: string }): Promise<void>;
};

export type SourceDeps = {
  readonly resolver: Pick<SourceResolver, "refresh" | "automaticCount">;
  readonly statistics: SourceStatistics;
  /** What the collectors refused since the start of the process. */
  readonly rejections: () => readonly RejectionCount[];
  /** Whether a source is silent beyond its cadence. */
  readonly silence: (row: StoredSource) => SilenceView;
  /** Since when no source can be heard, in UTC milliseconds; undefined while they can. */
  readonly deafSinceMs: () => number | undefined;
  readonly tokens: IngestTokens;
  readonly endpoints: Endpoints;
  /** Ids of the parsers that a source may be pinned to. */
  readonly formats: () => readonly string[];
};

export async function listSources(ctx: Ctx, query: SourceListQuery, deps: SourceDeps): Promise<SourcePage> {
  const all = await readSources(ctx.state);
  const stored = filterSources(all.filter(visibleIn(ctx.units("source:read"))), query);
  const { figures, figuresProblem } = await readFigures(stored, deps);
  const { bySource, unattributed } = sortRejections(deps.rejections(), new Set(all.map(({ id }) => id)));
  const nowMs = ctx.now().getTime();
  const deafSinceMs = deps.deafSinceMs();
  const rows = stored.map((row) => sourceRow(row, { figures, rejections: bySource, silence: deps.silence, nowMs }));
  return {
    ...pageOf(sortSources(rows, query), query),
    total: rows.length,
    ...(figuresProblem !== undefined && { figuresProblem }),
    unattributedRejections: unattributed,
    deafSince: deafSinceMs === undefined ? null : new Date(deafSinceMs).toISOString(),
    automatic: { used: deps.resolver.automaticCount(), max: MAX_AUTOMATIC_SOURCES },
  };
}

const visibleIn =
  (scope: Scope) =>
  ({ unitId }: Pick<StoredSource, "unitId">): boolean =>
    scope.all || scope.ids.includes(unitId);

/** The engine being away is said, not hidden: figures are then absent, never zero. */
async function readFigures(rows: readonly StoredSource[], { statistics }: SourceDeps) {
  try {
    return { figures: await statistics.figures(rows.map(({ id }) => id)) };
  } catch (error) {
    if (error instanceof AppError && error.code !== "invalid") return { figuresProblem: error.code };
    throw error;
  }
}

/** Errors: `not_found`, also when it is not yours to see. */
export async function readSource(ctx: Ctx, id: string, deps: SourceDeps): Promise<SourceDetail> {
  return await detailOf(ctx, await visibleSource(ctx, id), deps);
}

async function visibleSource(ctx: Ctx, id: string): Promise<StoredSource> {
  const row = await findSource(ctx.state, id);
  if (!row || !visibleIn(ctx.units("source:read"))(row)) throw sourceNotFound();
  return row;
}

async function detailOf(ctx: Ctx, row: StoredSource, deps: SourceDeps, secret?: string): Promise<SourceDetail> {
  const measured: { figures?: ReadonlyMap<string, SourceFigures>; figuresProblem?: string } = await readFigures(
    [row],
    deps,
  );
  const { bySource } = sortRejections(deps.rejections(), new Set([row.id]));
  const beside = { figures: measured.figures, rejections: bySource, silence: deps.silence, nowMs: ctx.now().getTime() };
  return {
    ...sourceRow(row, beside),
    ...(measured.figuresProblem !== undefined && { figuresProblem: measured.figuresProblem }),
    snippets: shipperSnippets(row.kind, deps.endpoints, secret),
  };
}

/** What the parser did not understand in the last 24 hours. Raw examples only where the person may read events. */
export async function readParseFailures(
  ctx: Ctx,
  input: { id: string; limit: number },
  deps: SourceDeps,
): Promise<ParseFailures> {
  const row = await visibleSource(ctx, input.id);
  return await deps.statistics.failures({
    sourceId: row.id,
    rawScope: ctx.units("event:read"),
    limit: input.limit,
  });
}

/** Registers a source. For kind `token` the answer holds the secret, this once. Errors: `invalid`, `forbidden`, `over_limit`. */
export async function createSource(ctx: Ctx, input: SourceCreate, deps: SourceDeps): Promise<SourceCreated> {
  ctx.require("source:write", input.unitId);
  if (input.kind === "syslog") requireGroupWide(ctx);
  checkReading(input, deps);
  checkMatch(input.kind, input.match);
  const at = ctx.now();
  const id = newId("source", at.getTime());
  const token =
    input.kind === "token"
      ? await deps.tokens.create(ctx, { name: input.name, unitId: input.unitId, sourceId: id })
      : undefined;
  const row: StoredSource = {
    id,
    version: 1,
    name: input.name,
    kind: input.kind,
    tokenId: token?.tokenId ?? null,
    ...matchColumns(input.match),
    unitId: input.unitId,
    format: input.format,
    timeZone: input.timeZone,
    encoding: input.encoding,
    isEnabled: true,
    isAutomatic: false,
    createdById: ctx.actor.id,
    createdByName: ctx.actor.name,
    createdAt: at,
    updatedAt: at,
    archivedAt: null,
    silenceMinutes: null,
  };
  await orRevoke(ctx, row, deps, () => storeNew(ctx, row));
  await deps.resolver.refresh();
  return { source: await detailOf(ctx, row, deps, token?.secret), secret: token?.secret ?? null };
}

async function storeNew(ctx: Ctx, row: StoredSource): Promise<void> {
  const entry = {
    action: "source.create",
    target: { kind: "source", id: row.id },
    unitId: row.unitId,
    detail: { name: row.name, kind: row.kind, match: row.matchPeer ?? row.matchHostName ?? null },
  };
  await ctx.change(entry, async (tx) => {
    if ((await countRegistered(tx)) >= MAX_SOURCES) {
      throw new AppError("over_limit", `There are already ${MAX_SOURCES} sources. Archive some, or match by network.`);
    }
    await insertSource(tx, row);
  });
}

/** A token without its source would still be able to send: it goes with it. */
async function orRevoke(
  ctx: Ctx,
  { id: sourceId, tokenId, unitId }: StoredSource,
  deps: SourceDeps,
  work: () => Promise<void>,
): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (tokenId !== null) await deps.tokens.revoke(ctx, { tokenId, sourceId, unitId });
    throw error;
  }
}

/** Changes a source. Errors: `not_found`, `forbidden`, `invalid`; `conflict` when someone changed it meanwhile. */
export async function changeSource(
  ctx: Ctx,
  { id, version, match, ...wanted }: SourceUpdate & { id: string },
  deps: SourceDeps,
): Promise<SourceDetail> {
  const row = await writableSource(ctx, id);
  if (wanted.unitId !== undefined) ctx.require("source:write", wanted.unitId);
  if (row.kind === "syslog" && movesSenders(row, { ...wanted, match })) requireGroupWide(ctx);
  checkReading(wanted, deps);
  if (match) checkMatch(row.kind, match);
  const values = { ...withoutUndefined(wanted), ...(match && matchColumns(match)), updatedAt: ctx.now() };
  const entry = {
    action: "source.change",
    target: { kind: "source", id },
    unitId: row.unitId,
    detail: { ...withoutUndefined(wanted), ...(match && { match }) },
  };
  await ctx.change(entry, async (tx) => {
    if (!(await updateSource(tx, { id, version }, values))) throw changedMeanwhile();
  });
  await deps.resolver.refresh();
  return await readSource(ctx, id, deps);
}

/** Ends a source: its token stops working, its sender is no longer recognized; its events stay. */
export async function archiveSource(
  ctx: Ctx,
  { id, version }: { id: string; version: number },
  deps: SourceDeps,
): Promise<SourceDetail> {
  const row = await writableSource(ctx, id);
  if (row.kind === "syslog") requireGroupWide(ctx);
  if (row.archivedAt !== null) throw new AppError("conflict", "This source is archived already.");
  const entry = { action: "source.archive", target: { kind: "source", id }, unitId: row.unitId };
  await ctx.change(entry, async (tx) => {
    const values = { archivedAt: ctx.now(), updatedAt: ctx.now() };
    if (!(await updateSource(tx, { id, version }, values))) throw changedMeanwhile();
  });
  if (row.tokenId !== null) await deps.tokens.revoke(ctx, { tokenId: row.tokenId, sourceId: id, unitId: row.unitId });
  await deps.resolver.refresh();
  return await readSource(ctx, id, deps);
}

async function writableSource(ctx: Ctx, id: string): Promise<StoredSource> {
  const row = await visibleSource(ctx, id);
  ctx.require("source:write", row.unitId);
  return row;
}

/** A match takes senders from the whole group, whatever unit the source is of; so does ending one. */
function requireGroupWide(ctx: Ctx): void {
  if (ctx.units("source:write").all) return;
  throw new AppError(
    "forbidden",
    "Syslog senders are recognized across the whole group: saying whose they are needs source:write at its root.",
    { permission: "source:write" },
  );
}

/** Forms send every field, so what counts is what differs. */
function movesSenders(row: StoredSource, { match, unitId, isEnabled }: Partial<SourceUpdate>): boolean {
  const values = {
    ...(match && matchColumns(match)),
    ...(unitId !== undefined && { unitId }),
    ...(isEnabled !== undefined && { isEnabled }),
  };
  return Object.entries(values).some(([name, value]) => Reflect.get(row, name) !== value);
}

function checkReading(
  { format, timeZone }: { format?: string | undefined; timeZone?: string | undefined },
  { formats }: SourceDeps,
): void {
  if (format !== undefined && format !== "auto" && !formats().includes(format)) {
    throw new AppError("invalid", `There is no parser named ${format}.`, { formats: ["auto", ...formats()] });
  }
  if (timeZone && !isTimeZone(timeZone)) {
    throw new AppError("invalid", "The time zone must be an IANA name, such as Asia/Tokyo.", { timeZone });
  }
}

function checkMatch(kind: StoredSource["kind"], { peer, hostName }: SourceMatch): void {
  if (kind === "syslog" && peer === undefined && hostName === undefined) {
    throw new AppError("invalid", "A syslog source is recognized by address, network or host name: give one.");
  }
  if (kind !== "syslog" && (peer !== undefined || hostName !== undefined)) {
    throw new AppError("invalid", "Only syslog sources are recognized by address or host name.");
  }
  if (peer !== undefined && !parseNetwork(peer).ok) {
    throw new AppError("invalid", "The sender must be an IP address or a network such as 10.1.0.0/16.", { peer });
  }
  if (hostName !== undefined && hostName.replaceAll("*", "") === "") {
    throw new AppError("invalid", "A host name of asterisks alone would take every sender: name a part of it.");
  }
}

const matchColumns = (match: SourceMatch) => ({
  matchTransport: match.transport ?? null,
  matchPeer: match.peer ?? null,
  matchHostName: match.hostName ?? null,
});

/** Only what was asked for: an absent part of an update keeps the column. */
function withoutUndefined({
  name,
  unitId,
  format,
  timeZone,
  encoding,
  isEnabled,
  silenceMinutes,
}: Omit<SourceUpdate, "version" | "match">) {
  return {
    ...(name !== undefined && { name }),
    ...(unitId !== undefined && { unitId }),
    ...(format !== undefined && { format }),
    ...(timeZone !== undefined && { timeZone }),
    ...(encoding !== undefined && { encoding }),
    ...(isEnabled !== undefined && { isEnabled }),
    ...(silenceMinutes !== undefined && { silenceMinutes }),
  };
}

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat("en", { timeZone: name }).resolvedOptions().timeZone !== "";
  } catch {
    return false;
  }
}

const sourceNotFound = (): AppError => new AppError("not_found", "There is no such source, or it is not yours to see.");
const changedMeanwhile = (): AppError =>
  new AppError("conflict", "Someone changed this source meanwhile. Load it again and repeat.");
