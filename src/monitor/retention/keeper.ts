import { setTimeout as sleep } from "node:timers/promises";
import { AppError } from "../../kernel/errors.ts";
import { newId } from "../../kernel/ids.ts";
import type { Turn } from "../../kernel/turn.ts";
import type { Ctx, UnitTree } from "../../organization/access/index.ts";
import type { EventsDb } from "../../platform/events/index.ts";
import type { State, StateTx } from "../../platform/state/index.ts";
import { eraseFromDay, eraseGrams, stretchOf, togetherByStream } from "./erase.ts";
import { type Effective, effectivePolicy, isExpired, leastDays } from "./policy.ts";
import type { StoredDeletion, StoredPolicy } from "./schema.ts";
import {
  deletionsOfDay,
  finishDeletions,
  insertPlanned,
  lockRetention,
  openDeletions,
  policiesInForce,
} from "./store.ts";
import { type PairVolume, readDays, type StoredDay, type VolumeMeter } from "./volumes.ts";

export type RetentionKeeperOptions = {
  readonly events: EventsDb;
  readonly meter: Pick<VolumeMeter, "day">;
  readonly state: State;
  /** The group as it is now, read in the transaction: a unit may have been moved while its day was measured. */
  readonly tree: (tx: StateTx) => Promise<UnitTree>;
  /** Who signs the record of a deletion. */
  readonly system: () => Promise<Ctx>;
  /** Names of sources by id. */
  readonly names: () => Promise<ReadonlyMap<string, string>>;
  /**
   * Resolves with true once everything received before the call is stored for good, so that no replay asks for it or stores behind the
   * deletion; with false when that does not come about soon: nothing is deleted then.
   */
  readonly settled: (signal: AbortSignal) => Promise<boolean>;
  /** Taken with whatever else writes into days that are stored: what is planned of a day and then goes is the same. */
  readonly turn?: Turn;
  /** Whether events of a day stand twice for now: it is not measured, and goes with a later round. */
  readonly isInHand?: (day: number) => Promise<boolean>;
  readonly now: () => number;
  readonly log: { info(detail: object, message: string): void; warn(detail: object, message: string): void };
};

export type RetentionSnapshot = {
  readonly deletedEvents: number;
  readonly failures: number;
  readonly isPaused: boolean;
};
export type RetentionKeeper = {
  /** Deletes all that is expired now. */
  round(): Promise<void>;
  snapshot(): RetentionSnapshot;
  close(): Promise<void>;
};

const LOOK_EVERY_MS = 10 * 60_000;
const FIRST_LOOK_MS = 30_000;

/** Deletes what has been kept for as long as its policy says, day by day, the oldest first. */
export function startRetentionKeeper(options: RetentionKeeperOptions): RetentionKeeper {
  const keeper = new Keeper(options);
  const looking = keeper.run();
  return {
    round: () => keeper.round(),
    snapshot: () => keeper.snapshot(),
    close: async () => {
      keeper.stop.abort();
      await looking;
      await keeper.ended();
    },
  };
}

type RowFacts = { readonly policy: Effective; readonly dayRawBytes: number; readonly sourceName: string };

class Keeper {
  readonly stop = new AbortController();
  readonly #options: RetentionKeeperOptions;
  readonly #count = { deletedEvents: 0, failures: 0, isPaused: false };
  #turn: Promise<void> = Promise.resolve();

  constructor(options: RetentionKeeperOptions) {
    this.#options = options;
  }

  snapshot(): RetentionSnapshot {
    return { ...this.#count };
  }

  ended(): Promise<void> {
    return this.#turn;
  }

  async run(): Promise<void> {
    const wait = (ms: number) => sleep(ms, undefined, { signal: this.stop.signal, ref: false }).catch(() => undefined);
    await wait(FIRST_LOOK_MS);
    while (!this.stop.signal.aborted) {
      await this.round().catch((err: unknown) => {
        if (this.stop.signal.aborted) return;
        this.#options.log.warn({ err }, "expired events could not be deleted; it is tried again");
      });
      await wait(LOOK_EVERY_MS);
    }
  }

  /** Rounds take turns. */
  round(): Promise<void> {
    const mine = this.#turn.then(() => this.#round());
    this.#turn = mine.catch(() => {
      if (!this.stop.signal.aborted) this.#count.failures += 1;
    });
    return mine;
  }

  async #round(): Promise<void> {
    const { events, state } = this.#options;
    if (!(await this.#maySettle())) return;
    /** Days of which a deletion is not finished: to plan it again would record it twice. */
    const open = new Set<number>();
    for (const [day, rows] of Map.groupBy(await openDeletions(state.db), (row) => row.day))
      if (!(await this.#attempt(day, () => this.#finish(day, rows)))) open.add(day);
    if (!(await this.#mayExpire())) return;
    for (const day of await readDays(events)) {
      if (open.has(day.day)) continue;
      if (this.stop.signal.aborted || !(await this.#maySettle())) return;
      await this.#attempt(day.day, () => this.#expire(day));
    }
  }

  /** A day that cannot be deleted holds up no other; it is tried again in the next round. An engine that is away ends the round. */
  async #attempt(day: number, work: () => Promise<boolean>): Promise<boolean> {
    try {
      return await this.#inTurn(work);
    } catch (err) {
      if (this.stop.signal.aborted || (err instanceof AppError && err.code === "unavailable")) throw err;
      this.#count.failures += 1;
      this.#options.log.warn({ err, day }, "expired events of a day could not be deleted; it is tried again");
      return false;
    }
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const { turn } = this.#options;
    return turn ? turn(work, this.stop.signal) : work();
  }

  /** False when the engine is not done. */
  async #expire(day: StoredDay): Promise<boolean> {
    if (await this.#options.isInHand?.(day.day)) return true;
    return await this.#finish(day.day, await this.#plan(day));
  }

  async #maySettle(): Promise<boolean> {
    const isSettled = await this.#options.settled(this.stop.signal);
    this.#count.isPaused = !isSettled;
    return isSettled && !this.stop.signal.aborted;
  }

  /** While nobody has set a number of days, no day is read for it. */
  async #mayExpire(): Promise<boolean> {
    return (await policiesInForce(this.#options.state.db)).some(({ keep }) => keep === "days");
  }

  /** Writes down what is about to go, under the policies of that moment. */
  async #plan(day: StoredDay): Promise<StoredDeletion[]> {
    const { meter, state, tree, now } = this.#options;
    const nowMs = now();
    const expired = (pairs: readonly PairVolume[], inForce: readonly StoredPolicy[], units: UnitTree) =>
      pairs.flatMap((pair) => {
        const policy = effectivePolicy(pair, inForce, units);
        return policy.rule && isExpired(day.day, policy.days, nowMs) ? [{ pair, policy }] : [];
      });
    if (!isExpired(day.day, leastDays(await policiesInForce(state.db)), nowMs)) return [];
    const pairs = await meter.day(day);
    const rawBytes = pairs.reduce((sum, pair) => sum + pair.rawBytes, 0);
    const names = await this.#options.names();
    return await state.transaction(async (tx) => {
      await lockRetention(tx);
      const rows = expired(pairs, await policiesInForce(tx), await tree(tx)).map(({ pair, policy }) =>
        this.#row(day, pair, { policy, dayRawBytes: rawBytes, sourceName: names.get(pair.sourceId) ?? pair.sourceId }),
      );
      if (rows.length > 0) await insertPlanned(tx, rows);
      return rows;
    });
  }

  #row(day: StoredDay, pair: PairVolume, { policy: { rule }, dayRawBytes, sourceName }: RowFacts): StoredDeletion {
    const { now } = this.#options;
    if (rule?.days == null) throw new Error("only events with a number of days expire");
    return {
      id: newId("deletion", now()),
      day: day.day,
      unitId: pair.unitId,
      sourceId: pair.sourceId,
      sourceName,
      policyKind: rule.kind,
      policyScopeId: rule.scopeId,
      policyVersion: rule.version,
      policyDays: rule.days,
      policySetBy: rule.setByName,
      policySetAt: rule.setAt,
      events: pair.events,
      rawBytes: pair.rawBytes,
      diskBytes: Math.round(dayRawBytes > 0 ? (day.diskBytes * pair.rawBytes) / dayRawBytes : 0),
      receivedFrom: new Date(pair.receivedFromMs),
      receivedTo: new Date(pair.receivedToMs),
      timeFrom: new Date(pair.timeFromMs),
      timeTo: new Date(pair.timeToMs),
      firstEvent: pair.firstEvent,
      lastEvent: pair.lastEvent,
      plannedAt: new Date(now()),
      doneAt: null,
    };
  }

  /** Carries out what was planned for a day, by this process or one before it. False when the engine is not done. */
  async #finish(day: number, rows: readonly StoredDeletion[]): Promise<boolean> {
    if (rows.length === 0) return true;
    if (!(await eraseFromDay(this.#options.events, day, rows, this.stop.signal))) return false;
    for (const [unitId, ofUnit] of Map.groupBy(rows, (row) => row.unitId)) await this.#record(day, unitId, ofUnit);
    await this.#clearIndex(day);
    return true;
  }

  async #record(day: number, unitId: string, rows: readonly StoredDeletion[]): Promise<void> {
    const { system, now, log } = this.#options;
    const sum = (pick: (row: StoredDeletion) => number): number => rows.reduce((total, row) => total + pick(row), 0);
    const deleted = sum(({ events }) => events);
    const detail = {
      day,
      events: deleted,
      rawBytes: sum(({ rawBytes }) => rawBytes),
      deletions: rows.slice(0, 20).map(auditOf),
    };
    const ctx = await system();
    await ctx.change(
      { action: "retention.delete", target: { kind: "retention_day", id: `${day}/${unitId}` }, unitId, detail },
      (tx) =>
        finishDeletions(
          tx,
          rows.map(({ id }) => id),
          new Date(now()),
        ),
    );
    this.#count.deletedEvents += deleted;
    log.info({ day, unitId, events: deleted, sources: rows.length }, "expired events deleted");
  }

  /** What the index still says of deleted events finds nothing; that it could not be cleared is no reason to stop. */
  async #clearIndex(day: number): Promise<void> {
    const { events, state, log } = this.#options;
    try {
      const rows = await deletionsOfDay(state.db, day);
      await eraseGrams(events, togetherByStream(rows.flatMap((row) => stretchOf(row.firstEvent, row.lastEvent) ?? [])));
    } catch (err) {
      log.warn({ err, day }, "the search index of deleted events could not be cleared");
    }
  }
}

const auditOf = (row: StoredDeletion) => ({
  id: row.id,
  source: row.sourceId,
  policy: `${row.policyKind}/${row.policyScopeId} v${row.policyVersion}: ${row.policyDays} d, by ${row.policySetBy}`,
  events: row.events,
  first: row.firstEvent,
  last: row.lastEvent,
});
