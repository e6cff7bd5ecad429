import { createHash } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { type EventsDb, eventQuery } from "../../../platform/events/index.ts";
import { createGramBuilder, type GramBuilder } from "./builder.ts";
import { readCoverage } from "./coverage.ts";

export type GramUpkeepOptions = {
  readonly events: EventsDb;
  /** The log whose events are covered, and the last seq up to which all its events are stored, for ever. */
  readonly stream: number;
  readonly storedThrough: () => bigint;
  /** While true nothing is built: storing events goes first. */
  readonly isBusy: () => boolean;
  readonly log: { info(detail: object, message: string): void; warn(detail: object, message: string): void };
};

export type GramSnapshot = {
  readonly events: number;
  readonly chunks: number;
  /** Events without grams when last looked, at most a million. */
  readonly pending: number;
  readonly isPaused: boolean;
  readonly failures: number;
};

export type GramUpkeep = {
  snapshot(): GramSnapshot;
  /** Builds all that is missing now, however little. */
  catchUp(): Promise<void>;
  /** Adds grams of rows that were stored anew, as what they are understood as now, among events that are covered already. */
  addAgain(rows: StoredAnew): Promise<void>;
  close(): Promise<void>;
};

/** Decimal numbers of a stream's events, at most some thousands. */
export type StoredAnew = { readonly stream: number; readonly seqs: readonly string[] };

const LOOK_EVERY_MS = 5_000;
/** What is not covered is read by every search for a word: at most this much, unless storing goes first. */
const ENOUGH_BYTES = 16 << 20;
const ENOUGH_EVENTS = 65_536;
const PIECE_BYTES = 32 << 20;
const PIECE_EVENTS = 65_536;
const PLAN_EVENTS = 1_000_000;
const PLAN_SECONDS = 300;

const planOf = eventQuery(import.meta.url, "../queries/gram-plan.sql", {
  params: z.object({
    stream: z.int(),
    from: z.string(),
    through: z.string(),
    pieceBytes: z.int(),
    pieceEvents: z.int(),
    maxEvents: z.int(),
  }),
  row: z.object({ upTo: z.string(), events: z.coerce.number(), bytes: z.coerce.number() }),
});

const ROWS = `SELECT seq, toUnixTimestamp64Milli(time), toString(dataset), concat(raw, decoded) FROM events
  WHERE stream = {stream:UInt32} AND seq >= {from:UInt64} AND seq <= {upTo:UInt64}
  ORDER BY toStartOfMinute(time), dataset, time FORMAT RowBinary`;

const ROWS_ANEW = `SELECT seq, toUnixTimestamp64Milli(time), toString(dataset), concat(raw, decoded) FROM events
  WHERE stream = {stream:UInt32} AND seq BETWEEN {from:UInt64} AND {upTo:UInt64} AND toString(seq) IN {seqs:Array(String)}
    AND problem = '' AND dataset != 'raw'
  ORDER BY toStartOfMinute(time), dataset, time FORMAT RowBinary`;

/**
 * Keeps `raw_grams` a little behind the stored events. Piece by piece in the order of seq, one at a time; how far it got
 * stands in the table itself, in the same block as the grams, so it may be ended at any moment.
 */
export function startGramUpkeep(options: GramUpkeepOptions): GramUpkeep {
  const upkeep = new Upkeep(options);
  const looking = upkeep.run();
  return {
    snapshot: () => upkeep.snapshot(),
    catchUp: () => upkeep.round({ isAll: true }),
    addAgain: (rows) => upkeep.addAgain(rows),
    close: async () => {
      await upkeep.close();
      await looking;
    },
  };
}

class Upkeep {
  readonly #options: GramUpkeepOptions;
  readonly #builder: GramBuilder = createGramBuilder();
  readonly #stop = new AbortController();
  readonly #count = { events: 0, chunks: 0, pending: 0, failures: 0, isPaused: false };
  #covered: bigint | undefined;
  #turn: Promise<void> = Promise.resolve();

  constructor(options: GramUpkeepOptions) {
    this.#options = options;
  }

  snapshot(): GramSnapshot {
    return { ...this.#count };
  }

  async run(): Promise<void> {
    while (!this.#stop.signal.aborted) {
      await this.round({ isAll: false }).catch((err: unknown) => {
        if (this.#stop.signal.aborted) return;
        this.#count.failures += 1;
        this.#covered = undefined;
        this.#options.log.warn({ err }, "grams for full-text search could not be built; it is tried again");
      });
      await sleep(LOOK_EVERY_MS, undefined, { signal: this.#stop.signal }).catch(() => undefined);
    }
  }

  /** Rounds take turns: two at a time would build the same twice. */
  round(ways: { isAll: boolean }): Promise<void> {
    return this.#inTurn(() => this.#round(ways));
  }

  /** In turn with the rounds: one that has read the rows of before must not cover them after this has looked. */
  addAgain(rows: StoredAnew): Promise<void> {
    return this.#inTurn(() => this.#addAgain(rows));
  }

  #inTurn(work: () => Promise<void>): Promise<void> {
    const mine = this.#turn.then(work);
    this.#turn = mine.catch(() => undefined);
    return mine;
  }

  async close(): Promise<void> {
    this.#stop.abort();
    await this.#builder.close();
    await this.#turn;
  }

  async #round({ isAll }: { isAll: boolean }): Promise<void> {
    const startedAt = performance.now();
    const before = { ...this.#count };
    for (;;) {
      this.#count.isPaused = !isAll && this.#options.isBusy();
      if (this.#count.isPaused) break;
      const pieces = await this.#plan();
      const bytes = pieces.reduce((sum, piece) => sum + piece.bytes, 0);
      if (!isAll && bytes < ENOUGH_BYTES && this.#count.pending < ENOUGH_EVENTS) break;
      for (const piece of pieces) {
        this.#count.isPaused = !isAll && this.#options.isBusy();
        if (this.#count.isPaused || this.#stop.signal.aborted) break;
        await this.#build(BigInt(piece.upTo));
        this.#count.pending -= piece.events;
      }
      if (this.#count.isPaused || this.#stop.signal.aborted || pieces.length === 0) break;
    }
    const events = this.#count.events - before.events;
    if (events === 0) return;
    const detail = {
      events,
      chunks: this.#count.chunks - before.chunks,
      ms: Math.round(performance.now() - startedAt),
    };
    this.#options.log.info({ ...detail, pending: this.#count.pending }, "grams for full-text search built");
  }

  /** What is not covered yet gets its grams in a round, from the rows as they are then. */
  async #addAgain({ stream, seqs }: StoredAnew): Promise<void> {
    const { events } = this.#options;
    const covered = await coveredOf(events, stream);
    const within = seqs.filter((seq) => BigInt(seq) <= covered);
    const [from, upTo] = [within[0], within.at(-1)];
    if (from === undefined || upTo === undefined) return;
    const rows = await events.selectBytes(ROWS_ANEW, { stream, from, upTo, seqs: within });
    if (rows.length === 0) return;
    const block = await this.#builder.build({ rows, stream, coveredTo: covered });
    const name = createHash("sha256").update(block.bytes).digest("hex");
    await events.insertNative("raw_grams", block.columns, block.bytes, `raw_grams-again-${stream}-${name}`);
    this.#count.chunks += block.chunks;
  }

  async #plan() {
    const { events, stream, storedThrough } = this.#options;
    this.#covered ??= await coveredOf(events, stream);
    const through = storedThrough();
    const pieces =
      through <= this.#covered || this.#stop.signal.aborted
        ? []
        : await planOf(
            events,
            {
              stream,
              from: String(this.#covered + 1n),
              through: String(through),
              pieceBytes: PIECE_BYTES,
              pieceEvents: PIECE_EVENTS,
              maxEvents: PLAN_EVENTS,
            },
            { maxSeconds: PLAN_SECONDS },
          );
    this.#count.pending = pieces.reduce((sum, piece) => sum + piece.events, 0);
    return pieces;
  }

  async #build(upTo: bigint): Promise<void> {
    const { events, stream } = this.#options;
    const from = (this.#covered ?? -1n) + 1n;
    const rows = await events.selectBytes(ROWS, { stream, from, upTo });
    if (this.#stop.signal.aborted) return;
    const block = await this.#builder.build({ rows, stream, coveredTo: upTo });
    await events.insertNative("raw_grams", block.columns, block.bytes, `raw_grams-${stream}-${from}-${upTo}`);
    this.#covered = upTo;
    this.#count.events += block.events;
    this.#count.chunks += block.chunks;
  }
}

/** -1 when no event of the stream has grams. */
async function coveredOf(events: EventsDb, stream: number): Promise<bigint> {
  const coverage = await readCoverage(events, {});
  return BigInt(coverage.find((row) => row.stream === stream)?.coveredTo ?? -1);
}
