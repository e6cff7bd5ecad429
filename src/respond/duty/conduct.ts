import { AppError } from "../../kernel/errors.ts";
import type { Ctx } from "../../organization/access/index.ts";
import type { StateTx } from "../../platform/state/index.ts";
import { pastMsOf, requirePerson, touch } from "../incident/index.ts";
import { tellWarRoom, type WorkKind } from "../warroom/index.ts";
import {
  type CaseEvent,
  type Change,
  type EventKind,
  firstFilings,
  isSuperseded,
  type NewEvent,
  pendingOf,
  standingOf,
  withChange,
} from "./case.ts";
import { clocksUnder, findCase, type LoadedCase, loadCase, refOf } from "./case-load.ts";
import { addEvent, replaceClocks } from "./case-store.ts";
import { laterBy } from "./clocks.ts";
import type {
  AddEntryInput,
  Answer,
  DecideInput,
  DutyCase,
  FactsInput,
  KnownInput,
  RemoveEntryInput,
} from "./contract.ts";
import { readCase } from "./read-case.ts";

type Recording = {
  readonly ref: string;
  readonly detail?: Record<string, unknown>;
  /** Refuses when one of these kinds was recorded after what the person had in front of them. */
  readonly seen?: { readonly version: number; readonly kinds: readonly EventKind[] };
  readonly event: (loaded: LoadedCase, tx: StateTx) => Made | Promise<Made>;
  /** What the war room hears of it. */
  readonly tell?: { readonly kind: WorkKind; readonly subject: string; readonly text?: string };
};
/** A bound on what is read each minute. What was decided, approved and sent is recorded past it too. */
const MAX_EVENTS = 5_000;
const ALWAYS: readonly Word[] = ["confirm", "withdraw", "approve", "file", "void-filing"];
type Made = NewEvent | readonly NewEvent[];
type Word = Parameters<typeof record>[1];

/** Records something and brings the clocks up to it. Errors: `not_found`, `forbidden`, `invalid` for a token, `conflict`. */
export async function record(
  ctx: Ctx,
  word:
    | "known"
    | "facts"
    | "entries"
    | "confirm"
    | "withdraw"
    | "draft"
    | "document"
    | "approve"
    | "file"
    | "void-filing",
  { ref, detail, seen, event, tell }: Recording,
): Promise<DutyCase> {
  const incident = await findCase(ctx, ref, "write");
  requirePerson(ctx);
  const entry = {
    action: `duty.${word}`,
    target: { kind: "incident", id: incident.id },
    unitId: incident.unitId,
    detail: { number: incident.number, ...detail },
  };
  await ctx.change(entry, async (tx) => {
    // Holds the incident, so that what is recorded in one case goes one after another, and asks for the unit once more.
    await touch(tx, ctx, incident.id);
    const loaded = await loadCase(tx, incident);
    if (seen) refuseOvertaken(loaded.events, seen);
    if (loaded.events.length >= MAX_EVENTS && !ALWAYS.includes(word))
      throw new AppError("over_limit", `A case holds ${MAX_EVENTS} entries at most.`);
    const events = [...loaded.events];
    for (const made of [await event(loaded, tx)].flat())
      events.push(await addEvent(tx, ctx, { incidentId: incident.id, seq: events.length + 1, event: made }));
    if (tell) await tellWarRoom(tx, ctx, { incidentId: incident.id, ...tell });
    const now = { ...loaded, events, standing: standingOf(events) };
    const clocks =
      now.standing.knownAt === null
        ? []
        : await clocksUnder(tx, now, { standing: now.standing, nowMs: ctx.now().getTime() });
    const isOpen = (state: string) => state === "running" || state === "overdue";
    await replaceClocks(
      tx,
      incident.id,
      clocks.filter(({ state }) => isOpen(state)),
    );
  });
  return await readCase(ctx, incident.id);
}

function refuseOvertaken(events: readonly CaseEvent[], { version, kinds }: NonNullable<Recording["seen"]>): void {
  const newer = events.findLast(({ seq, kind }) => seq > version && kinds.includes(kind));
  if (!newer) return;
  throw new AppError("conflict", `${newer.actorName} changed this meanwhile. What you typed is still here.`, {
    theirs: newer.body,
    by: newer.actorName,
  });
}

/** A change that makes a deadline later waits for a second person; one that makes it earlier holds at once. */
async function isLater(ctx: Ctx, tx: StateTx, loaded: LoadedCase, body: Change["body"]): Promise<boolean> {
  if (loaded.standing.knownAt === null) return false;
  const nowMs = ctx.now().getTime();
  const before = await clocksUnder(tx, loaded, { standing: loaded.standing, nowMs });
  const after = await clocksUnder(tx, loaded, { standing: withChange(loaded.standing, { body }), nowMs });
  return laterBy(before, after).length > 0;
}

/** Declares since when it is known, which starts the clocks, or corrects that. */
export function declareKnown(ctx: Ctx, ref: string, input: KnownInput): Promise<DutyCase> {
  const { version, place, evidence, reason } = input;
  const knownAt = new Date(pastMsOf(input.knownAt, ctx)).toISOString();
  return record(ctx, "known", {
    ref,
    detail: { knownAt },
    tell: { kind: "duty-known", subject: knownAt, text: place },
    seen: { version, kinds: ["known", "confirmed"] },
    event: async (loaded, tx) => {
      const isFirst = loaded.standing.knownAt === null;
      if (!isFirst && reason === "") throw new AppError("invalid", "Say why the time is corrected.");
      const entries = isFirst ? loaded.bound.map(refOf) : [];
      const body = { knownAt, place, evidence, reason, entries, daysOff: isFirst ? loaded.daysOff : null };
      const pending = await isLater(ctx, tx, loaded, { ...body, pending: false });
      return { kind: "known", body: { ...body, pending } };
    },
  });
}

/**
 * Answers questions of fact. Left out = as it was. Answers that make nothing later hold at once; those that do wait for a second
 * person, without holding back the others.
 */
export function answerFacts(ctx: Ctx, ref: string, { version, answers }: FactsInput): Promise<DutyCase> {
  if (Object.keys(answers).length === 0) throw new AppError("invalid", "Answer at least one question.");
  return record(ctx, "facts", {
    ref,
    detail: { answers },
    seen: { version, kinds: ["facts", "confirmed"] },
    event: async (loaded, tx) => {
      const { now, later } = await splitAnswers(ctx, tx, loaded, answers);
      const events: NewEvent[] = [];
      if (Object.keys(now).length > 0) events.push({ kind: "facts", body: { answers: now, pending: false } });
      if (Object.keys(later).length > 0) events.push({ kind: "facts", body: { answers: later, pending: true } });
      return events;
    },
  });
}

/** One answer after another, each judged on top of those that hold: two that are harmless apart may be later together. */
async function splitAnswers(ctx: Ctx, tx: StateTx, loaded: LoadedCase, answers: FactsInput["answers"]) {
  const now: Record<string, Answer> = {};
  const later: Record<string, Answer> = {};
  for (const [key, answer] of Object.entries(answers)) {
    const standing = withChange(loaded.standing, { body: { answers: now, pending: false } });
    const waits = await isLater(ctx, tx, { ...loaded, standing }, { answers: { [key]: answer }, pending: false });
    (waits ? later : now)[key] = answer;
  }
  return { now, later };
}

/** Takes an entry of the register into the case, or its newer version. */
export function addToCase(ctx: Ctx, ref: string, input: AddEntryInput): Promise<DutyCase> {
  const { version, entryId, entryVersion } = input;
  return record(ctx, "entries", {
    ref,
    detail: { entryId, entryVersion },
    seen: { version, kinds: ["entries", "confirmed"] },
    event: async (loaded, tx) => {
      if (loaded.standing.knownAt === null) throw followsRegister();
      const row = loaded.bound.find(({ id }) => id === entryId);
      if (!row) throw new AppError("not_found", "There is no such entry, or it does not bind this unit.");
      if (row.version !== entryVersion)
        throw new AppError("conflict", `${row.setByName} saved version ${row.version} of this entry meanwhile.`);
      const body = { entries: [refOf(row)], daysOff: loaded.daysOff };
      return {
        kind: "entries",
        body: { ...body, pending: await isLater(ctx, tx, loaded, { ...body, pending: false }) },
      };
    },
  });
}

const followsRegister = (): AppError =>
  new AppError("conflict", "Before something is declared as known, the case follows the register by itself.");

/** Takes an entry out of the case that was put into it by mistake. Errors: as `addToCase`; `conflict` when something was sent for it. */
export function removeFromCase(ctx: Ctx, ref: string, input: RemoveEntryInput): Promise<DutyCase> {
  const { version, entryId, reason } = input;
  return record(ctx, "entries", {
    ref,
    detail: { entryId, reason },
    seen: { version, kinds: ["entries", "confirmed"] },
    event: async (loaded, tx) => {
      if (loaded.standing.knownAt === null) throw followsRegister();
      if (!loaded.standing.entries.has(entryId)) throw new AppError("not_found", "This entry is not in the case.");
      if ([...firstFilings(loaded.events).keys()].some((clock) => clock.startsWith(`${entryId}:`)))
        throw new AppError("conflict", "Something was sent for this entry: it stays in the case.");
      const body = { entries: [], removed: [entryId], reason, daysOff: null };
      return {
        kind: "entries",
        body: { ...body, pending: await isLater(ctx, tx, loaded, { ...body, pending: false }) },
      };
    },
  });
}

/**
 * Confirms what makes a deadline later, as a second person, or takes it back. Errors: `conflict` when something was recorded
 * after what the person had in front of them, and when something newer holds already.
 */
export function decideChange(ctx: Ctx, ref: string, { version, seq, decision }: DecideInput): Promise<DutyCase> {
  const word = decision === "confirm" ? "confirm" : "withdraw";
  return record(ctx, word, {
    ref,
    detail: { change: seq },
    seen: { version, kinds: ["known", "facts", "entries", "confirmed", "withdrawn"] },
    event: ({ events }) => {
      const change = pendingOf(events).find((one) => one.seq === seq);
      if (!change) throw new AppError("conflict", "This change does not wait any more.");
      if (decision === "withdraw") return { kind: "withdrawn", body: { change: seq } };
      if (change.actorId === ctx.actor.id)
        throw new AppError("conflict", "A second person confirms what makes a deadline later.");
      if (isSuperseded(events, change))
        throw new AppError("conflict", "Something newer holds already. Withdraw this change and ask for it anew.");
      return { kind: "confirmed", body: { change: seq } };
    },
  });
}
