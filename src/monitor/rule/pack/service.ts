import { AppError } from "../../../kernel/errors.ts";
import type { Ctx } from "../../../organization/access/index.ts";
import type { StateTx } from "../../../platform/state/index.ts";
import type { RuleCatalog } from "../catalog.ts";
import type { CompileRules } from "../compiled.ts";
import { type ReloadDeps, reload } from "../reload.ts";
import { requireGroupWide } from "../upkeep.ts";
import {
  MAX_PACKS,
  type PackDetail,
  type PackDifference,
  type PackList,
  type PackPreview,
  type PackRemoved,
  type PackSource,
} from "./contract.ts";
import { contentHashOf, type Gathered } from "./gather.ts";
import { differenceOf } from "./inventory.ts";
import { lookInto } from "./preview.ts";
import {
  amountInForce,
  documentsOf,
  packOrNotFound,
  rowOf,
  versionOf,
  versionOrNotFound,
  versionRow,
} from "./reading.ts";
import type { GitSettings } from "./source/git-run.ts";
import type { Staged, Staging } from "./staging.ts";
import {
  changePack,
  deletePack,
  lockPacks,
  pruneVersions,
  readFiles,
  readPack,
  readPacks,
  readVersions,
  storedBytes,
  writeVersion,
} from "./store.ts";

export type PackDeps = ReloadDeps & {
  readonly catalog: RuleCatalog;
  readonly compile: CompileRules;
  readonly staging: Staging;
  readonly git: GitSettings;
  readonly hasGit: () => Promise<boolean>;
};

/** Of all versions of all packs, each text counted once. */
const MAX_STORED_BYTES = 1 << 30;
/** Of the packs that are switched on: they are compiled and held by every thread. */
const MAX_FILES_IN_FORCE = 50_000;
const MAX_BYTES_IN_FORCE = 128 << 20;
const MAX_LICENSES = 20;

export async function listPacks(ctx: Ctx, { hasGit }: Pick<PackDeps, "hasGit">): Promise<PackList> {
  const packs = await readPacks(ctx.state);
  const versions = await readVersions(
    ctx.state,
    packs.map(({ name }) => name),
  );
  return { items: packs.map((one) => rowOf(one, versions)), hasGit: await hasGit() };
}

/** Errors: `not_found`. */
export async function readPackDetail(ctx: Ctx, name: string): Promise<PackDetail> {
  const stored = await packOrNotFound(ctx.state, name);
  const versions = await readVersions(ctx.state, [name]);
  const licenses = await readFiles(ctx.state, { name, version: stored.version, kind: "license", most: MAX_LICENSES });
  return { ...rowOf(stored, versions), versions: versions.map(versionRow), licenses: [...licenses] };
}

/** What going from the version in force to another would change. Errors: `not_found`. */
export async function readDifference(ctx: Ctx, input: { name: string; version: number }): Promise<PackDifference> {
  const stored = await packOrNotFound(ctx.state, input.name);
  await versionOrNotFound(ctx.state, input);
  const before = await documentsOf(ctx.state, input.name, stored.version);
  return differenceOf(before, await documentsOf(ctx.state, input.name, input.version), stored.version);
}

/** Looks into what was gathered and keeps it for its owner's word. Nothing is stored. */
export async function previewPack(
  ctx: Ctx,
  { name, source, gathered }: { name: string; source: PackSource; gathered: Gathered },
  deps: PackDeps,
): Promise<PackPreview> {
  requireGroupWide(ctx);
  const stored = await readPack(ctx.state, name);
  const { documents, ...looked } = await lookInto(name, gathered, deps);
  const before = stored ? await documentsOf(ctx.state, name, stored.version) : [];
  const current = stored && (await versionOf(ctx.state, stored));
  const contentHash = contentHashOf(gathered.files);
  const preview: PackPreview = {
    previewId: deps.staging.newId(),
    name,
    source,
    contentHash,
    ...looked,
    difference: differenceOf(before, documents, stored?.version ?? null),
    isSame: current?.contentHash === contentHash,
  };
  deps.staging.keep(ctx.actor.id, { preview, gathered, base: stored?.version ?? null }, ctx.now().getTime());
  return preview;
}

/** Stores what was shown as a new version and puts it in force. Errors: `not_found`, `conflict`, `over_limit`, `invalid`. */
export async function importPack(
  ctx: Ctx,
  { previewId, comment }: { previewId: string; comment: string },
  deps: PackDeps,
): Promise<PackDetail> {
  requireGroupWide(ctx);
  const staged = deps.staging.of(ctx.actor.id, previewId, ctx.now().getTime());
  const { name, source, contentHash, counts, difference } = staged.preview;
  if (staged.preview.isSame) throw new AppError("conflict", "The version in force has exactly this content.");
  const { added, changed, removed } = difference;
  const detail = { source, contentHash, counts, added, changed, removed, comment };
  const entry = { action: "rule-pack.import", target: { kind: "rule-pack", id: name }, detail };
  await ctx.change(entry, async (tx) => {
    await lockPacks(tx);
    await storeVersion(ctx, tx, { staged, comment });
  });
  deps.staging.forget(previewId);
  return await reloaded(ctx, name, deps);
}

async function storeVersion(ctx: Ctx, tx: StateTx, { staged, comment }: { staged: Staged; comment: string }) {
  const { preview, gathered, base } = staged;
  const { name, source, contentHash, counts } = preview;
  const stored = await readPack(tx, name);
  if ((stored?.version ?? null) !== base) {
    throw new AppError(
      "conflict",
      "Someone changed this pack meanwhile. Read it again, and look at the difference anew.",
    );
  }
  const packs = await readPacks(tx);
  if (!stored && packs.length >= MAX_PACKS) throw new AppError("over_limit", `There are already ${MAX_PACKS} packs.`);
  if ((await storedBytes(tx)) + counts.bytes > MAX_STORED_BYTES) {
    throw new AppError(
      "over_limit",
      "The packs' versions take up all the room they may: remove a pack that is not used.",
    );
  }
  const by = { byId: ctx.actor.id, byName: ctx.actor.name };
  const last = stored?.lastVersion ?? 0;
  const row = { pack: name, version: last + 1, at: ctx.now(), ...by, comment, source, contentHash, counts };
  await writeVersion(tx, { ...row, files: gathered.files }, last);
  await pruneVersions(tx, name, row.version);
  await refuseTooMany(tx);
}

/** Puts a former version in force again; it stays the version that it is. Errors: `not_found`, `conflict`. */
export async function rollbackPack(
  ctx: Ctx,
  input: { name: string; version: number; reason: string },
  deps: PackDeps,
): Promise<PackDetail> {
  requireGroupWide(ctx);
  const { name, version, reason } = input;
  const { contentHash } = await versionOrNotFound(ctx.state, input);
  const from = (await packOrNotFound(ctx.state, name)).version;
  const detail = { from, to: version, contentHash, reason };
  const entry = { action: "rule-pack.rollback", target: { kind: "rule-pack", id: name }, detail };
  await ctx.change(entry, async (tx) => {
    await lockPacks(tx);
    const stored = await packOrNotFound(tx, name);
    await versionOrNotFound(tx, input);
    if (stored.version !== from) throw new AppError("conflict", "Someone changed this pack meanwhile. Load it again.");
    if (from === version) throw new AppError("conflict", `Version ${version} is in force already.`);
    await changePack(tx, name, { version, ...told(ctx, reason) });
    await refuseTooMany(tx);
  });
  return await reloaded(ctx, name, deps);
}

/** Takes a pack's rules out of use, or back in; nothing happens, and is recorded, when it is so already. Errors: `not_found`. */
export async function switchPack(
  ctx: Ctx,
  { name, isEnabled, reason }: { name: string; isEnabled: boolean; reason: string },
  deps: PackDeps,
): Promise<PackDetail> {
  requireGroupWide(ctx);
  if ((await packOrNotFound(ctx.state, name)).isEnabled === isEnabled) return await readPackDetail(ctx, name);
  const action = isEnabled ? "rule-pack.enable" : "rule-pack.disable";
  await ctx.change({ action, target: { kind: "rule-pack", id: name }, detail: { reason } }, async (tx) => {
    await lockPacks(tx);
    await packOrNotFound(tx, name);
    await changePack(tx, name, { isEnabled, ...told(ctx, reason) });
    await refuseTooMany(tx);
  });
  return await reloaded(ctx, name, deps);
}

/** Removes a pack with all its versions. What hangs on rule ids (switches, exceptions, judgments) stays. Errors: `not_found`, `conflict`. */
export async function removePack(
  ctx: Ctx,
  { name, reason }: { name: string; reason: string },
  deps: PackDeps,
): Promise<PackRemoved> {
  requireGroupWide(ctx);
  const { version } = await packOrNotFound(ctx.state, name);
  const { contentHash } = await versionOrNotFound(ctx.state, { name, version });
  const detail = { reason, version, contentHash };
  await ctx.change({ action: "rule-pack.remove", target: { kind: "rule-pack", id: name }, detail }, async (tx) => {
    await lockPacks(tx);
    const stored = await packOrNotFound(tx, name);
    // The record names what goes.
    if (stored.version !== version)
      throw new AppError("conflict", "Someone changed this pack meanwhile. Load it again.");
    await deletePack(tx, name);
  });
  return { name, ...(await reload(ctx, deps)) };
}

async function reloaded(ctx: Ctx, name: string, deps: PackDeps): Promise<PackDetail> {
  const noted = await reload(ctx, deps);
  return { ...(await readPackDetail(ctx, name)), ...noted };
}

const told = (ctx: Ctx, reason: string) => ({
  reason,
  updatedAt: ctx.now(),
  byId: ctx.actor.id,
  byName: ctx.actor.name,
});

async function refuseTooMany(tx: StateTx): Promise<void> {
  const { files, bytes } = await amountInForce(tx);
  if (files <= MAX_FILES_IN_FORCE && bytes <= MAX_BYTES_IN_FORCE) return;
  const most = `${MAX_FILES_IN_FORCE.toLocaleString("en")} files and ${MAX_BYTES_IN_FORCE >> 20} MiB`;
  throw new AppError("over_limit", `Packs that are on may have ${most} together: switch another one off first.`);
}
