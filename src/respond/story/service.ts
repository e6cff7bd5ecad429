import { AppError } from "../../kernel/errors.ts";
import type { Ctx } from "../../organization/access/index.ts";
import type { EventsDb } from "../../platform/events/index.ts";
import { readIncident } from "../incident/index.ts";
import { readKillChain } from "../killchain/index.ts";
import type { AttackGraph, Basis, Language, Told } from "./contract.ts";
import { graphOf } from "./graph.ts";
import { tell } from "./narrative.ts";
import { type Occurrence, occurrencesOf } from "./occurrence.ts";
import { readBehind } from "./store.ts";

export type StoryDeps = { readonly events: EventsDb };

/** The incident in words. Errors: `not_found`, also when it is not yours to see. */
export async function tellIncident(
  ctx: Ctx,
  { ref, language }: { readonly ref: string; readonly language: Language },
  deps: StoryDeps,
): Promise<Told> {
  const { incident, occurrences, mapping, basis } = await readStory(ctx, ref, deps);
  return { ...tell({ incident, occurrences, mapping, language }), basis };
}

/** The incident as a graph. Errors: as above. */
export async function drawIncident(ctx: Ctx, ref: string, deps: StoryDeps): Promise<AttackGraph> {
  const { incident, occurrences, mapping, basis } = await readStory(ctx, ref, deps);
  const alerts = incident.alerts.map(({ id, rule, severity, firstAt }) => ({ id, rule, severity, firstAt }));
  return { ...graphOf(occurrences, mapping), alerts, basis };
}

async function readStory(ctx: Ctx, ref: string, deps: StoryDeps) {
  const [incident, mapping] = await Promise.all([readIncident(ctx, ref), readKillChain(ctx)]);
  const found = await behind(ctx, incident.alerts, deps);
  const occurrences: readonly Occurrence[] = occurrencesOf(
    incident.alerts,
    found?.detections ?? [],
    found?.events ?? [],
  );
  const basis: Basis = {
    events: occurrences.length,
    isCut: found?.isCut ?? false,
    from: found ? "events" : "alerts",
    hiddenAlerts: incident.hiddenAlerts,
  };
  return { incident, mapping, occurrences, basis };
}

/** Undefined while the events engine is away, or when it would take too long: the alerts know their latest event themselves. */
async function behind(ctx: Ctx, alerts: Parameters<typeof readBehind>[1], { events }: StoryDeps) {
  try {
    return await readBehind(events, alerts, ctx.units("event:read"));
  } catch (error) {
    if (error instanceof AppError && (error.code === "unavailable" || error.code === "over_limit")) return undefined;
    throw error;
  }
}
