import { type Ctx, isInScope } from "../../organization/access/index.ts";
import type { StateDb } from "../../platform/state/index.ts";
import { readableIncident } from "../incident/index.ts";
import { type CaseEvent, type EntryRef, firstFilings, type Standing, standingOf } from "./case.ts";
import { readEvents } from "./case-store.ts";
import { type ClockTime, clocksOf, type Kept } from "./clocks.ts";
import { bindingOn, ownUnits } from "./reach.ts";
import { currentEntries, entriesAt, profilesOf, unitPlaces } from "./register-store.ts";
import type { StoredEntry } from "./schema.ts";

export type CaseIncident = { readonly id: string; readonly number: number; readonly unitId: string };
/** A case with what the register says now. */
export type LoadedCase = {
  readonly incident: CaseIncident;
  readonly events: readonly CaseEvent[];
  readonly standing: Standing;
  /** Entries that bind the unit now, in their newest versions. */
  readonly bound: readonly StoredEntry[];
  /** Days off of the unit now. */
  readonly daysOff: readonly string[];
};

/** Errors: `not_found`, also when it is not yours to see; `forbidden` without incident:write, when that is asked for. */
export async function findCase(ctx: Ctx, ref: string, need: "read" | "write"): Promise<CaseIncident> {
  const found = await readableIncident(ctx, ref);
  if (need === "write") ctx.require("incident:write", found.unitId);
  return { id: found.id, number: found.number, unitId: found.unitId };
}

export async function loadCase(db: StateDb, incident: CaseIncident): Promise<LoadedCase> {
  const events = await readEvents(db, incident.id);
  const units = await unitPlaces(db);
  const isBinding = bindingOn(units, [incident.unitId]);
  const entries = await currentEntries(db);
  const profiles = await profilesOf(db, ownUnits(units, incident.unitId));
  return {
    incident,
    events,
    standing: standingOf(events),
    bound: entries.filter((row) => row.retiredReason === "" && isBinding(row)),
    daysOff: [...new Set(profiles.flatMap(({ content }) => content.daysOff))],
  };
}

export const keptOf = ({ id, version, content }: StoredEntry): Kept => ({ id, version, content });
export const refOf = ({ id, version }: StoredEntry): EntryRef => ({ id, version });

/** The clocks under a standing: of the versions the case keeps, or of the register as it is before anything was declared. */
export async function clocksUnder(
  db: StateDb,
  loaded: LoadedCase,
  { standing, nowMs }: { readonly standing: Standing; readonly nowMs: number },
): Promise<ClockTime[]> {
  const isStarted = standing.knownAt !== null;
  const kept = isStarted ? await entriesAt(db, refsOf(standing)) : loaded.bound;
  return clocksOf(kept.map(keptOf), {
    knownAtMs: standing.knownAt === null ? null : Date.parse(standing.knownAt),
    nowMs,
    answers: standing.answers,
    daysOff: isStarted ? standing.daysOff : loaded.daysOff,
    filedAtMs: firstFilings(loaded.events),
  });
}

export const refsOf = ({ entries }: Standing): EntryRef[] => [...entries].map(([id, version]) => ({ id, version }));

export const mayWrite = (ctx: Ctx, unitId: string): boolean =>
  ctx.actor.kind === "person" && isInScope(ctx.units("incident:write"), unitId);
