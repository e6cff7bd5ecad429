import { AppError } from "../../kernel/errors.ts";
import { newId } from "../../kernel/ids.ts";
import { type Ctx, isInScope, type UnitScope } from "../../organization/access/index.ts";
import { requirePerson } from "../incident/index.ts";
import { templates } from "./catalog.ts";
import type { DutyRegister, EntryInput, EntrySave, Profile, ProfileContent, RegisterEntry } from "./contract.ts";
import { bindingOn, type Owned } from "./reach.ts";
import {
  currentEntries,
  insertEntry,
  insertProfile,
  lockRegister,
  MAX_ENTRIES,
  profilesOf,
  unitPlaces,
  versionsOf,
} from "./register-store.ts";
import type { StoredEntry, StoredProfile } from "./schema.ts";

/** The register as the reader may see it: their units' own entries, and of those above what the group shares. */
export async function readRegister(ctx: Ctx): Promise<DutyRegister> {
  const scope = ctx.units("incident:read");
  const [entries, profiles, isVisible] = await Promise.all([
    currentEntries(ctx.state),
    profilesOf(ctx.state),
    visibility(ctx, scope),
  ]);
  return {
    entries: entries.filter(isVisible).map((row) => entryView(ctx, row)),
    templates: templates(),
    profiles: profiles.filter(({ unitId }) => isInScope(scope, unitId)).map(profileView),
  };
}

async function visibility(ctx: Ctx, scope: UnitScope): Promise<(entry: Owned) => boolean> {
  if (scope.all) return () => true;
  return bindingOn(await unitPlaces(ctx.state), scope.ids);
}

/** Every version of an entry, newest first. Errors: `not_found`, also when it is not yours to see. */
export async function readVersions(ctx: Ctx, id: string): Promise<RegisterEntry[]> {
  const rows = await versionsOf(ctx.state, id);
  const [newest] = rows;
  const isVisible = await visibility(ctx, ctx.units("incident:read"));
  if (!newest || !isVisible(newest)) throw noSuchEntry();
  return rows.map((row) => entryView(ctx, row));
}

/** Errors: `forbidden` in a foreign unit; `over_limit`. */
export async function addEntry(ctx: Ctx, { unitId, content }: EntryInput): Promise<RegisterEntry> {
  ctx.require("incident:write", unitId);
  requirePerson(ctx);
  const id = newId("duty", ctx.now().getTime());
  const row = rowOf(ctx, { id, version: 1, unitId, content, retiredReason: "" });
  const target = { kind: "duty-entry", id };
  await ctx.change({ action: "duty.add", target, unitId, detail: { name: content.name.ja } }, async (tx) => {
    await lockRegister(tx);
    if ((await currentEntries(tx)).length >= MAX_ENTRIES)
      throw new AppError("over_limit", `There are ${MAX_ENTRIES} entries already.`);
    await insertEntry(tx, row);
  });
  return entryView(ctx, row);
}

/** A new version. Errors: `not_found`, `forbidden`; `conflict` with the version that somebody else wrote meanwhile. */
export async function saveEntry(ctx: Ctx, input: EntrySave & { readonly id: string }): Promise<RegisterEntry> {
  const [newest] = await readVersions(ctx, input.id);
  if (!newest) throw noSuchEntry();
  ctx.require("incident:write", newest.unitId);
  requirePerson(ctx);
  if (newest.version !== input.version) throw overtaken(newest);
  const { id, content, retiredReason } = input;
  const row = rowOf(ctx, { id, version: input.version + 1, unitId: newest.unitId, content, retiredReason });
  const action = retiredReason === "" ? "duty.edit" : "duty.retire";
  const detail = { name: content.name.ja, version: row.version, ...(retiredReason !== "" && { retiredReason }) };
  await ctx.change({ action, target: { kind: "duty-entry", id }, unitId: row.unitId, detail }, async (tx) => {
    if (await insertEntry(tx, row)) return;
    throw new AppError("conflict", "Somebody else saved this entry at the same moment. Load it again.");
  });
  return entryView(ctx, row);
}

/** Standing answers and days off of a unit. Errors: as `saveEntry`. */
export async function saveProfile(
  ctx: Ctx,
  input: { readonly unitId: string; readonly version: number; readonly content: ProfileContent },
): Promise<Profile> {
  const { unitId, version, content } = input;
  if (!isInScope(ctx.units("incident:read"), unitId)) throw new AppError("not_found", "There is no such unit.");
  ctx.require("incident:write", unitId);
  requirePerson(ctx);
  const [newest] = await profilesOf(ctx.state, [unitId]);
  if ((newest?.version ?? 0) !== version && newest)
    throw new AppError("conflict", `${newest.setByName} changed these answers meanwhile.`, { theirs: newest.content });
  const at = ctx.now();
  const row = { unitId, version: version + 1, content, setById: ctx.actor.id, setByName: ctx.actor.name, setAt: at };
  const entry = {
    action: "duty.profile",
    target: { kind: "unit", id: unitId },
    unitId,
    detail: { version: row.version },
  };
  await ctx.change(entry, async (tx) => {
    if (await insertProfile(tx, row)) return;
    throw new AppError("conflict", "Somebody else saved these answers at the same moment. Load them again.");
  });
  return profileView(row);
}

function rowOf(
  ctx: Ctx,
  wanted: Pick<StoredEntry, "id" | "version" | "unitId" | "content" | "retiredReason">,
): StoredEntry {
  const { id: setById, name: setByName } = ctx.actor;
  return { ...wanted, category: wanted.content.category, setById, setByName, setAt: ctx.now() };
}

function entryView(ctx: Ctx, row: StoredEntry): RegisterEntry {
  return {
    id: row.id,
    version: row.version,
    unitId: row.unitId,
    content: row.content,
    retiredReason: row.retiredReason,
    setBy: row.setByName,
    setAt: row.setAt.toISOString(),
    mayChange: ctx.actor.kind === "person" && isInScope(ctx.units("incident:write"), row.unitId),
  };
}

const profileView = (row: StoredProfile): Profile => ({
  unitId: row.unitId,
  version: row.version,
  content: row.content,
  setBy: row.setByName,
  setAt: row.setAt.toISOString(),
});

const noSuchEntry = (): AppError => new AppError("not_found", "There is no such entry, or it is not yours to see.");
const overtaken = (theirs: RegisterEntry): AppError =>
  new AppError("conflict", `${theirs.setBy} saved version ${theirs.version} meanwhile. What you typed is still here.`, {
    theirs: theirs.content,
    version: theirs.version,
  });
