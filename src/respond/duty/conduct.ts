import { AppError } from "../../kernel/errors.ts";
import type { Ctx } from "../../organization/access/index.ts";
import type { StateTx } from "../../platform/state/index.ts";
import {
  type CaseEvent,
  type Change,
  type EventKind,
  type NewEvent,
  pendingOf,
  standingOf,
  withChange,
} from "./case.ts";
import { clocksUnder, findCase, type LoadedCase, loadCase, refOf } from "./case-load.ts";
import { addEvent, lockCase, replaceClocks } from "./case-store.ts";
import { laterBy } from "./clocks.ts";
import type { AddEntryInput, DecideInput, DutyCase, FactsInput, KnownInput } from "./contract.ts";
import { readCase } from "./read-case.ts";
import { requirePerson } from "./register.ts";

type Recording = {
  readonly ref: string;
  readonly detail?: Record<string, unknown>;
  /** Refuses when one of these kinds was recorded after what the person had in front of them. */
  readonly seen?: { readonly version: number; readonly kinds: readonly EventKind[] };
  readonly event: (loaded: LoadedCase, tx: StateTx) => NewEvent | Promise<NewEvent>;
};

/** Records one thing and brings the clocks up to it. Errors: `not_found`, `forbidden`, `invalid` for a token, `conflict`. */
export async function record(
  ctx: Ctx,
  word: "known" | "facts" | "entries" | "confirm" | "withdraw" | "draft" | "document" | "approve" | "file",
  { ref, detail, seen, event }: Recording,
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
    await lockCase(tx, incident.id);
    const loaded = await loadCase(tx, incident);
    if (seen) refuseOvertaken(loaded.events, seen);
    const made = await event(loaded, tx);
    const written = await addEvent(tx, ctx, { incidentId: incident.id, seq: loaded.events.length + 1, event: made });
    const events = [...loaded.events, written];
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
  const { version, knownAt, place, evidence, reason } = input;
  if (Date.parse(knownAt) > ctx.now().getTime())
    throw new AppError("invalid", "What became known lies in the past: this time is still to come.");
  return record(ctx, "known", {
    ref,
    detail: { knownAt },
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

/** Answers questions of fact. Left out = as it was. */
export function answerFacts(ctx: Ctx, ref: string, { version, answers }: FactsInput): Promise<DutyCase> {
  if (Object.keys(answers).length === 0) throw new AppError("invalid", "Answer at least one question.");
  return record(ctx, "facts", {
    ref,
    detail: { answers },
    seen: { version, kinds: ["facts", "confirmed"] },
    event: async (loaded, tx) => {
      const pending = await isLater(ctx, tx, loaded, { answers, pending: false });
      return { kind: "facts", body: { answers, pending } };
    },
  });
}

/** Takes an entry of the register into the case, or its newer version. */
export function addToCase(ctx: Ctx, ref: string, input: AddEntryInput): Promise<DutyCase> {
  const { version, entryId, entryVersion } = input;
  return record(ctx, "entries", {
    ref,
    detail: { entryId, entryVersion },
    seen: { version, kinds: ["entries", "confirmed"] },
    event: async (loaded, tx) => {
      if (loaded.standing.knownAt === null)
        throw new AppError(
          "conflict",
          "Before something is declared as known, the case follows the register by itself.",
        );
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

/** Confirms what makes a deadline later, as a second person, or takes it back. */
export function decideChange(ctx: Ctx, ref: string, { seq, decision }: DecideInput): Promise<DutyCase> {
  const word = decision === "confirm" ? "confirm" : "withdraw";
  return record(ctx, word, {
    ref,
    detail: { change: seq },
    event: ({ events }) => {
      const change = pendingOf(events).find((one) => one.seq === seq);
      if (!change) throw new AppError("conflict", "This change does not wait any more.");
      if (decision === "withdraw") return { kind: "withdrawn", body: { change: seq } };
      if (change.actorId === ctx.actor.id)
        throw new AppError("conflict", "A second person confirms what makes a deadline later.");
      return { kind: "confirmed", body: { change: seq } };
    },
  });
}
