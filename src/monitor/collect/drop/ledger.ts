import { createHash } from "node:crypto";
import type { Batch } from "../lines/batches.ts";
import { decodeMeta } from "../record.ts";
import { Journal, type Line } from "./journal.ts";
import { compareKeys, type Item } from "./shelf.ts";

/** So many objects of a place are remembered. */
export const MAX_DONE = 100_000;
/** Of a place whose keys sort by date: what comes later with an earlier key than these is not seen. */
export const MAX_DONE_SORTED = 10_000;
const SPARE_LINES = 10_000;
const SAVE_EVERY_RECORDS = 64;
const STEP = { maxRecords: 64, maxBytes: 32 * 1024 * 1024 } as const;

/** The part of the write-ahead log that remembers by itself which events of an object it has. */
export type BatchLog = {
  stats(): { readonly firstSeq: number; readonly lastSeq: number };
  read(fromSeq: number, limits: typeof STEP): Promise<{ readonly seq: number; readonly meta: Uint8Array }[]>;
};

type Range = [number, number];
type Reading = { seq: number | null; ranges: Range[] };
type LedgerOptions = {
  readonly path: string;
  /** Tells this place's objects from another's with the same key. */
  readonly placeId: string;
  readonly log: BatchLog;
  readonly isSorted: boolean;
  readonly maxDone?: number;
};

/** What of a place is dealt with, and how far what is being read is in the log. Exact over a kill. */
export class Ledger {
  readonly #options: LedgerOptions;
  readonly #journal: Journal;
  readonly #done = new Map<string, { version: string; aside: boolean }>();
  readonly #readings = new Map<string, Reading>();
  startAfter = "";
  /** Records of the log were freed that may have held events of what was being read: those may come twice. */
  unseenRecords = 0;

  private constructor(options: LedgerOptions) {
    this.#options = options;
    this.#journal = new Journal(options.path);
  }

  /** Rejects with AppError `conflict` as `Journal.read` does. */
  static async open(options: LedgerOptions): Promise<Ledger> {
    const ledger = new Ledger(options);
    for (const line of await ledger.#journal.read()) ledger.#apply(line);
    await ledger.#recover();
    await ledger.#journal.rewrite(ledger.#lines());
    return ledger;
  }

  stateOf({ key, version }: Item): "new" | "done" | "aside" {
    const done = this.#done.get(key);
    if (done?.version !== version) return "new";
    return done.aside ? "aside" : "done";
  }

  get isFull(): boolean {
    return this.#done.size >= this.#max;
  }

  /** The events of an object, to be read into the log. Durable before the first of them is. */
  async begin(item: Item): Promise<Batch & { flush(): Promise<void> }> {
    const key = this.#batchKey(item);
    const reading: Reading = this.#readings.get(key) ?? { seq: null, ranges: [] };
    reading.seq = this.#options.log.stats().lastSeq;
    this.#readings.set(key, reading);
    await this.#save(key, reading);
    let unsaved = 0;
    let saving: Promise<unknown> = Promise.resolve();
    return {
      key,
      has: (position) => reading.ranges.some(([from, to]) => position >= from && position < to),
      add: (from, to) => {
        addRange(reading.ranges, [from, to]);
        // One record goes after the other: none of this object is on its way now.
        reading.seq = this.#options.log.stats().lastSeq;
        unsaved += 1;
        if (unsaved < SAVE_EVERY_RECORDS) return;
        unsaved = 0;
        const snapshot = { seq: reading.seq, ranges: reading.ranges.map(([a, b]): Range => [a, b]) };
        // An older line only makes recovery look at more records of the log.
        saving = saving.then(() => this.#save(key, snapshot)).catch(() => undefined);
      },
      flush: () => saving.then(() => undefined),
      close() {},
    };
  }

  /** Reading broke off and nothing is on its way: it goes on where it was, whenever that is. */
  async pause(item: Item): Promise<void> {
    const key = this.#batchKey(item);
    const reading = this.#readings.get(key);
    if (reading === undefined) return;
    reading.seq = null;
    if (reading.ranges.length === 0) this.#readings.delete(key);
    await this.#save(key, reading);
  }

  async finish(item: Item, aside: boolean): Promise<void> {
    this.#readings.delete(this.#batchKey(item));
    await this.#add({ is: "done", key: item.key, version: item.version, aside });
  }

  /** Forgets an object that was moved or deleted. */
  async forget(keys: readonly string[]): Promise<void> {
    const known = keys.filter((key) => this.#done.has(key));
    if (known.length > 0) await this.#add({ is: "gone", keys: known });
  }

  /** Keys that are forgotten once a whole listing does not have them. None where keys sort by date: those are given up by `advance`. */
  prunable(): Set<string> {
    return new Set(this.#options.isSorted ? [] : this.#done.keys());
  }

  /**
   * Where keys sort by date: forgets the older half of too many, and lists from there on. `firstOpen`: the first key that is listed
   * and not dealt with; nothing from it on is passed over.
   */
  async advance(firstOpen: string | undefined): Promise<void> {
    if (!this.#options.isSorted || !this.isFull) return;
    const keys = [...this.#done.keys()].sort(compareKeys);
    const old = keys.slice(0, Math.ceil(keys.length / 2));
    const last = old.findLast((key) => firstOpen === undefined || compareKeys(key, firstOpen) < 0);
    if (last !== undefined) await this.#add({ is: "after", key: last });
  }

  close(): Promise<void> {
    return this.#journal.close();
  }

  get #max(): number {
    return this.#options.maxDone ?? (this.#options.isSorted ? MAX_DONE_SORTED : MAX_DONE);
  }

  #batchKey({ key, version }: Item): string {
    return createHash("sha256").update(`drop\0${this.#options.placeId}\0${key}\0${version}`).digest("base64url");
  }

  async #add(line: Line): Promise<void> {
    this.#apply(line);
    const isLong = this.#journal.added > this.#done.size + SPARE_LINES;
    if (this.#journal.isOpen && !isLong) await this.#journal.add(line);
    else await this.#journal.rewrite(this.#lines());
  }

  #save(batch: string, { seq, ranges }: Reading): Promise<void> {
    const line: Line = { is: "reading", batch, seq, ranges };
    return this.#journal.isOpen ? this.#journal.add(line) : this.#journal.rewrite(this.#lines());
  }

  #apply(line: Line): void {
    if (line.is === "gone") for (const key of line.keys) this.#done.delete(key);
    else if (line.is === "done") {
      this.#done.set(line.key, { version: line.version, aside: line.aside });
      this.#readings.delete(this.#batchKey({ ...line, sizeBytes: 0, name: "", address: "" }));
    } else if (line.is === "reading") {
      if (line.seq === null && line.ranges.length === 0) this.#readings.delete(line.batch);
      else this.#readings.set(line.batch, { seq: line.seq, ranges: line.ranges });
    } else {
      this.startAfter = line.key;
      for (const key of this.#done.keys()) if (compareKeys(key, line.key) <= 0) this.#done.delete(key);
    }
  }

  #lines(): Line[] {
    return [
      ...(this.startAfter === "" ? [] : [{ is: "after" as const, key: this.startAfter }]),
      ...[...this.#done].map(([key, done]) => ({ is: "done" as const, key, ...done })),
      ...[...this.#readings].map(([batch, reading]) => ({ is: "reading" as const, batch, ...reading })),
    ];
  }

  /** What was being read when the process ended: the log's own records say what of it they hold. */
  async #recover(): Promise<void> {
    const open = [...this.#readings.values()].filter(({ seq }) => seq !== null);
    if (open.length === 0) return;
    const { firstSeq, lastSeq } = this.#options.log.stats();
    const since = Math.min(...open.map(({ seq }) => seq ?? lastSeq));
    this.unseenRecords = Math.max(0, firstSeq - since - 1);
    for (let next = Math.max(firstSeq, since + 1); next <= lastSeq; ) {
      const records = await this.#options.log.read(next, STEP);
      const last = records.at(-1);
      if (last === undefined) break;
      next = last.seq + 1;
      for (const { meta } of records) {
        const decoded = decodeMeta(meta);
        const part = decoded.ok ? decoded.value.batch : undefined;
        const reading = part && this.#readings.get(part.key);
        if (part && reading) addRange(reading.ranges, [part.from, part.to]);
      }
    }
    for (const reading of open) reading.seq = null;
  }
}

/** Neighbors are joined: an object is one range however many records it took. */
function addRange(ranges: Range[], [from, to]: Range): void {
  const last = ranges.find((range) => from >= range[0] && from <= range[1]);
  if (last !== undefined) last[1] = Math.max(last[1], to);
  else ranges.push([from, to]);
}
