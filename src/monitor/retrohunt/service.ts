import { createHash } from "node:crypto";
import { AppError } from "../../kernel/errors.ts";
import { newId } from "../../kernel/ids.ts";
import type { Ctx, UnitScope } from "../../organization/access/index.ts";
import type { EventsDb } from "../../platform/events/index.ts";
import type { State } from "../../platform/state/index.ts";
import { everyCharacter, foldCase, type Hunt, unicodeProofSql } from "../detect/index.ts";
import { type SearchDeps, unitsOf } from "../search/index.ts";
import { MAX_DAYS, type RetroHunt, type RetroHuntStart } from "./contract.ts";
import { runHunt } from "./run.ts";
import type { StoredHunt } from "./schema.ts";
import { endInterrupted, insertHunt, listHunts, moveHunt, readHunt } from "./store.ts";
import { alertsPerDay } from "./tally.ts";

const DAY_MS = 86_400_000;
/** Hunts at a time in this process: each may keep the engine busy. */
const MAX_RUNNING = 2;
/** A hunt that takes longer is ended with what it has. */
const MAX_RUN_MS = 60 * 60_000;

export type RetroHuntDeps = SearchDeps & {
  readonly state: State;
  /** The text of a loaded rule. */
  readonly ruleText: (id: string) => string | undefined;
  /** The one rule of a text as SQL, or the rule with the id, compiled apart from the process as the stream's rules are. */
  readonly compileHunt: (text: string, ruleId?: string) => Promise<Hunt>;
  readonly log: { warn(detail: object, message: string): void };
};

export type RetroHunts = {
  start(ctx: Ctx, input: RetroHuntStart): Promise<RetroHunt>;
  list(ctx: Ctx, ruleId: string | undefined): Promise<{ items: RetroHunt[] }>;
  read(ctx: Ctx, id: string): Promise<RetroHunt>;
  cancel(ctx: Ctx, id: string): Promise<RetroHunt>;
  /** Marks hunts of a former process as interrupted. */
  recover(now: Date): Promise<void>;
  close(): Promise<void>;
};

/** Runs rules over stored events in the background; the state engine keeps what was asked and found. */
export function createRetroHunts(deps: RetroHuntDeps): RetroHunts {
  const running = new Map<string, { readonly stop: AbortController; readonly ended: Promise<void> }>();
  /** Places taken by hunts that run or are about to. */
  let taken = 0;
  let proof: Promise<void> | undefined;
  /** Gives the place back when the hunt has ended; a failure to begin leaves that to the caller. */
  async function begin(ctx: Ctx, input: RetroHuntStart, { range, units }: Pick<Wanted, "range" | "units">) {
    const { hunt, text } = await huntOf(deps, input);
    proof ??= provesSameLetters(deps.events).catch((error: unknown) => {
      proof = undefined;
      throw error;
    });
    await proof;
    const row = newRow(ctx, { hunt, text, range, units });
    const target = { kind: "retro_hunt", id: row.id };
    const detail = { ruleId: row.ruleId, from: input.from, to: input.to };
    await ctx.change({ action: "retro_hunt.start", target, detail }, (tx) => insertHunt(tx, row));
    const stop = new AbortController();
    const ended = follow(deps, { row, hunt, range, units, stop }).finally(() => {
      running.delete(row.id);
      taken -= 1;
    });
    running.set(row.id, { stop, ended });
    return viewOf(row);
  }
  return {
    async start(ctx, input) {
      const range = rangeOf(input);
      const units = await unitsOf(deps, ctx, input.unit);
      // Checked and taken in one step: what is awaited in between would let in more than there is room for.
      if (taken >= MAX_RUNNING)
        throw new AppError("over_limit", `At most ${MAX_RUNNING} retro-hunts run at a time. Wait for one to end.`);
      taken += 1;
      try {
        return await begin(ctx, input, { range, units });
      } catch (error) {
        taken -= 1;
        throw error;
      }
    },
    async list(ctx, ruleId) {
      const rows = await listHunts(ctx.state, ctx.actor.id, ruleId);
      return { items: rows.filter((row) => maySee(ctx, row)).map(viewOf) };
    },
    async read(ctx, id) {
      return viewOf(await own(ctx, id));
    },
    async cancel(ctx, id) {
      await own(ctx, id);
      await ctx.change({ action: "retro_hunt.cancel", target: { kind: "retro_hunt", id } }, (tx) =>
        moveHunt(tx, id, { status: "cancelled", finishedAt: ctx.now() }),
      );
      const run = running.get(id);
      run?.stop.abort();
      // Its place is free when the answer arrives: who cancels one hunt wants to start another.
      await run?.ended;
      return viewOf(await own(ctx, id));
    },
    recover: (now) => deps.state.transaction((tx) => endInterrupted(tx, now)),
    async close() {
      for (const { stop } of running.values()) stop.abort();
      await Promise.all([...running.values()].map(({ ended }) => ended));
    },
  };
}

type Found = Extract<Hunt, { ok: true }>;

async function huntOf(deps: RetroHuntDeps, { ruleId, text }: RetroHuntStart): Promise<{ hunt: Found; text: string }> {
  const source = text ?? (ruleId === undefined ? undefined : deps.ruleText(ruleId));
  if (source === undefined) throw new AppError("not_found", "There is no such rule among those that compile.");
  const hunt = await deps.compileHunt(source, ruleId);
  if (!hunt.ok) throw new AppError("invalid", hunt.reason, hunt.line === undefined ? {} : { line: hunt.line });
  return { hunt, text: source };
}

type Range = { readonly fromMs: number; readonly toMs: number };

function rangeOf({ from, to }: RetroHuntStart): Range {
  const [fromMs, toMs] = [Date.parse(from), Date.parse(to)];
  if (!(fromMs < toMs) || toMs - fromMs > MAX_DAYS * DAY_MS)
    throw new AppError("invalid", `The time range must end after it begins, within ${MAX_DAYS} days.`);
  return { fromMs, toMs };
}

/** Letters must fold alike in both engines, or a rule would mean something else over stored events than it does live. */
async function provesSameLetters(events: EventsDb): Promise<void> {
  const [row] = await events.select<{ folded: string }>(unicodeProofSql());
  if (row?.folded === createHash("md5").update(foldCase(everyCharacter())).digest("hex")) return;
  throw new AppError(
    "unavailable",
    "This events engine lower-cases letters differently: rules cannot be run over stored events.",
  );
}

type Wanted = { readonly hunt: Found; readonly text: string; readonly range: Range; readonly units: UnitScope };

function newRow(ctx: Ctx, { hunt, text, range, units }: Wanted): StoredHunt {
  const at = ctx.now();
  return {
    id: newId("hunt", at.getTime()),
    ruleId: hunt.facts.id,
    ruleTitle: hunt.facts.title,
    ruleLevel: hunt.facts.level,
    ruleText: text,
    fromAt: new Date(range.fromMs),
    toAt: new Date(range.toMs),
    unitIds: units.all ? null : [...units.ids],
    status: "running",
    searchedFrom: new Date(range.toMs),
    found: { matched: 0, byDay: [], entities: [], samples: [], isCapped: false },
    problem: "",
    ownerId: ctx.actor.id,
    ownerName: ctx.actor.name,
    createdAt: at,
    finishedAt: null,
  };
}

type Following = Omit<Wanted, "text"> & { readonly row: StoredHunt; readonly stop: AbortController };

/** Runs to the end and writes how it went; a failure is the hunt's, never the server's. */
async function follow(deps: RetroHuntDeps, { row, hunt, range, units, stop }: Following): Promise<void> {
  const move = (to: Partial<StoredHunt>) => deps.state.transaction((tx) => moveHunt(tx, row.id, to));
  const signal = AbortSignal.any([stop.signal, AbortSignal.timeout(MAX_RUN_MS)]);
  try {
    await runHunt(deps.events, {
      hunt,
      units,
      range,
      signal,
      nowMs: () => Date.now(),
      onProgress: ({ searchedFromMs, found }) => move({ searchedFrom: new Date(searchedFromMs), found }),
    });
    await move({ status: "done", finishedAt: new Date() });
  } catch (err) {
    if (!stop.signal.aborted) deps.log.warn({ err, hunt: row.id }, "a retro-hunt failed");
    const problem = stop.signal.aborted ? "interrupted" : signal.aborted ? "too_long" : codeOf(err);
    await move({ status: "failed", problem, finishedAt: new Date() }).catch((error: unknown) =>
      deps.log.warn({ err: error, hunt: row.id }, "how a retro-hunt ended could not be kept"),
    );
  }
}

const codeOf = (error: unknown): string => (error instanceof AppError ? error.code : "bug");

async function own(ctx: Ctx, id: string): Promise<StoredHunt> {
  const row = await readHunt(ctx.state, id, ctx.actor.id);
  if (row === undefined || !maySee(ctx, row)) throw new AppError("not_found", "There is no such retro-hunt of yours.");
  return row;
}

/** What was found came from units that the person could read then; it is shown only while that still holds. */
function maySee(ctx: Ctx, { unitIds }: StoredHunt): boolean {
  const units = ctx.units("event:read");
  return units.all || (unitIds?.every((id) => units.ids.includes(id)) ?? false);
}

function viewOf(row: StoredHunt): RetroHunt {
  const [fromMs, toMs, atMs] = [row.fromAt.getTime(), row.toAt.getTime(), row.searchedFrom.getTime()];
  return {
    id: row.id,
    rule: { id: row.ruleId, title: row.ruleTitle, level: row.ruleLevel },
    status: row.status,
    from: row.fromAt.toISOString(),
    to: row.toAt.toISOString(),
    searchedFrom: row.searchedFrom.toISOString(),
    progress: (toMs - atMs) / (toMs - fromMs),
    found: row.found,
    alertsPerDay: alertsPerDay(row.found, toMs - atMs),
    problem: row.problem,
    createdAt: row.createdAt.toISOString(),
    finishedAt: row.finishedAt?.toISOString() ?? null,
  };
}
