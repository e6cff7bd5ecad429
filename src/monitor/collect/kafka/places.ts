import { readFile } from "node:fs/promises";
import { z } from "zod";
import { AppError } from "../../../kernel/errors.ts";
import type { ReadPlace } from "../receipt.ts";
import { decodeMeta } from "../record.ts";
import { saveFile } from "../save-file.ts";

const MAX_PLACES = 100_000;
const STEP = { maxRecords: 64, maxBytes: 32 * 1024 * 1024 } as const;

const Saved = z.object({
  version: z.literal(1),
  /** The newest record of the log whose places are all in here. */
  throughSeq: z.int().min(0),
  places: z.record(z.string(), z.int().min(0)),
});

/** The part of the write-ahead log that remembers places by itself. */
export type PlaceLog = {
  stats(): { readonly firstSeq: number; readonly lastSeq: number };
  read(fromSeq: number, limits: typeof STEP): Promise<{ readonly seq: number; readonly meta: Uint8Array }[]>;
};

/** A topic made anew has another id: its offsets begin at 0 again. */
export const placeKeyOf = ({ cluster, group, topic, topicId = "", partition }: PlaceOf): string =>
  JSON.stringify([cluster, group, topic, topicId, partition]);

type PlaceOf = {
  readonly cluster: string;
  readonly group: string;
  readonly topic: string;
  readonly topicId: string | undefined;
  readonly partition: number;
};

/** How far each partition is in the log. Exact over a kill: what the file does not know yet stands in the log's own records. */
export class Places {
  readonly #path: string;
  readonly #log: PlaceLog;
  readonly #next: Map<string, number>;
  /** Of each append on its way: the log's end before it. */
  readonly #marks = new Map<symbol, number>();
  #savedThrough: number;
  #isChanged = false;
  #saving: Promise<void> = Promise.resolve();

  private constructor(path: string, log: PlaceLog, saved: z.infer<typeof Saved>) {
    this.#path = path;
    this.#log = log;
    this.#next = new Map(Object.entries(saved.places));
    this.#savedThrough = saved.throughSeq;
  }

  /** Rejects with AppError `conflict` when the saved places cannot be understood: reading all again must be a person's choice. */
  static async open(path: string, log: PlaceLog): Promise<Places> {
    const places = new Places(path, log, await readSaved(path));
    await places.#recover();
    return places;
  }

  /** Records of the log were freed that nobody looked at: how many. They may have held newer places, and events may come twice. */
  unseenRecords = 0;

  /** The first offset under `key` that is not in the log; 0 = none is known. */
  nextOf(key: string): number {
    return this.#next.get(key) ?? 0;
  }

  /** Stores through `append` and moves the place when that says that the events are in the log. */
  async advance(place: ReadPlace, append: () => Promise<boolean>): Promise<boolean> {
    const mark = Symbol(place.key);
    this.#marks.set(mark, this.#log.stats().lastSeq);
    try {
      if (!(await append())) return false;
      this.#move(place);
      return true;
    } finally {
      this.#marks.delete(mark);
    }
  }

  /** Clusters save on their own timers: one save begins when the one before it has ended, for they write the same file. */
  save(): Promise<void> {
    const saving = this.#saving.then(() => this.#save());
    this.#saving = saving.catch(() => undefined);
    return saving;
  }

  async #save(): Promise<void> {
    if (!this.#isChanged) return;
    this.#isChanged = false;
    const throughSeq = Math.min(this.#log.stats().lastSeq, ...this.#marks.values());
    const places = Object.fromEntries([...this.#next].slice(-MAX_PLACES));
    try {
      await saveFile(this.#path, JSON.stringify({ version: 1, throughSeq, places }));
      this.#savedThrough = throughSeq;
    } catch (error) {
      this.#isChanged = true;
      throw error;
    }
  }

  #move({ key, next }: ReadPlace): void {
    if (next <= this.nextOf(key)) return;
    this.#next.delete(key); // and set again: the oldest are given up first
    this.#next.set(key, next);
    this.#isChanged = true;
  }

  async #recover(): Promise<void> {
    const { firstSeq, lastSeq } = this.#log.stats();
    this.unseenRecords = this.#savedThrough === 0 ? 0 : Math.max(0, firstSeq - this.#savedThrough - 1);
    for (let next = Math.max(firstSeq, this.#savedThrough + 1); next <= lastSeq; ) {
      const records = await this.#log.read(next, STEP);
      const last = records.at(-1);
      if (last === undefined) return;
      next = last.seq + 1;
      for (const { meta } of records) {
        const decoded = decodeMeta(meta);
        if (decoded.ok && decoded.value.place !== undefined) this.#move(decoded.value.place);
      }
    }
  }
}

async function readSaved(path: string): Promise<z.infer<typeof Saved>> {
  const text = await readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw error;
  });
  if (text === undefined) return { version: 1, throughSeq: 0, places: {} };
  try {
    return Saved.parse(JSON.parse(text));
  } catch (cause) {
    const message = `${path} is damaged or of another version. Remove it: the consumer group's own offsets are used then.`;
    throw new AppError("conflict", message, {}, cause);
  }
}
