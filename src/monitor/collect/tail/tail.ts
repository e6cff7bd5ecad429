import { setTimeout as sleep } from "node:timers/promises";
import type { Intake } from "../intake.ts";
import { MAX_PLACES, type Place, readCheckpoint, writeCheckpoint } from "./checkpoint.ts";
import { idAt, matching, renamedBeside } from "./files.ts";
import { type Followed, fingerprintOf, isSameContent, type Opened, openRegular } from "./followed.ts";
import { readOn } from "./read-on.ts";

/** `path` may have `*`, `?` and `[…]`. `name`: the source of all its files; absent = each has one under its path. */
export type TailSetting = { readonly path: string; readonly name?: string | undefined; readonly from: "start" | "end" };

export type TailOptions = {
  readonly intake: Intake;
  readonly files: readonly TailSetting[];
  /** Where the places are kept. */
  readonly checkpointPath: string;
  readonly now: () => number;
  readonly warn: (facts: object, message: string) => void;
  readonly onBug: (error: unknown) => void;
  readonly pollMs?: number;
  readonly maxFiles?: number;
};

export type TailStats = {
  readonly files: number;
  readonly bytesBehind: number;
  readonly rotations: number;
  readonly truncations: number;
  readonly longLines: number;
  readonly errors: number;
};

export type Tail = { stats(): TailStats; close(): Promise<void> };

const POLL_MS = 1_000;
const MAX_FILES = 1_000;
/** Chunks of one file before the others have their turn. */
const CHUNKS_A_TURN = 16;

/** Follows files until it is closed. Rejects when the saved places cannot be read. */
export async function followFiles(options: TailOptions): Promise<Tail> {
  const { patterns, places } = await readCheckpoint(options.checkpointPath);
  const follower = new Follower(options, patterns, places);
  const stop = new AbortController();
  const running = follower.run(stop.signal).catch(options.onBug);
  return {
    stats: () => follower.stats(),
    async close() {
      stop.abort();
      await running;
    },
  };
}

type Seen = { readonly path: string; readonly sourceName: string; readonly isFromEnd: boolean };
/** What logrotate makes of a file that was read already: not read a second time, and no lines. */
const COMPRESSED = /\.(gz|bz2|xz|zst|lz4|Z|zip)$/;

class Follower {
  readonly #options: TailOptions;
  readonly #followed = new Map<string, Followed>();
  /** Places of files that are not there now: they may come back under another name, or with their disk. */
  readonly #resting: Map<string, Place>;
  readonly #knownPatterns: Set<string>;
  readonly #told = new Set<string>();
  readonly #counts = { rotations: 0, truncations: 0, longLines: 0, errors: 0 };
  #saved = "";
  #isFirstScan = true;

  constructor(options: TailOptions, patterns: readonly string[], places: readonly Place[]) {
    this.#options = options;
    this.#knownPatterns = new Set(patterns);
    this.#resting = new Map(places.map((place) => [place.id, place]));
  }

  stats(): TailStats {
    const all = [...this.#followed.values()];
    const bytesBehind = all.reduce((sum, { sizeBytes, place }) => sum + Math.max(0, sizeBytes - place.offset), 0);
    return { files: all.length, bytesBehind, ...this.#counts };
  }

  async run(signal: AbortSignal): Promise<void> {
    const { pollMs = POLL_MS, onBug } = this.#options;
    try {
      while (!signal.aborted) {
        // A full disk under the checkpoint, for one, must not end the following of files.
        const isBusy = await this.#turn(signal).catch((error: unknown) => {
          this.#counts.errors += 1;
          onBug(error);
          return false;
        });
        if (!isBusy) await sleep(pollMs, undefined, { signal }).catch(() => undefined);
      }
    } finally {
      for (const { handle } of this.#followed.values()) await handle.close();
      this.#followed.clear();
    }
  }

  /** Looks for files, reads each a bit, saves the places. True when there is more to read at once. */
  async #turn(signal: AbortSignal): Promise<boolean> {
    await this.#scan();
    let isBusy = false;
    // Those that lost their names come first, and a successor waits for its predecessor: lines stay in order.
    const order = [...this.#followed.values()].sort((a, b) => Number(b.isRotated) - Number(a.isRotated));
    const unfinished = new Set<string>();
    for (const file of order) {
      if (signal.aborted) break;
      if (!file.isRotated && unfinished.has(file.place.path)) continue;
      const hasMore = await this.#readFile(file, signal);
      if (hasMore !== "no") unfinished.add(file.place.path);
      isBusy ||= hasMore === "now";
    }
    await this.#save();
    return isBusy;
  }

  async #readFile(file: Followed, signal: AbortSignal): Promise<"no" | "now" | "later"> {
    const { intake, now } = this.#options;
    try {
      for (let chunks = 0; chunks < CHUNKS_A_TURN && !signal.aborted; chunks++) {
        const step = await readOn(file, { intake, counts: this.#counts, nowMs: now() });
        if (step === "ended") await this.#rest(file);
        if (step === "wait") return "later";
        if (step !== "more") return "no";
      }
      return "now";
    } catch (error) {
      this.#tell(file.place.path, error);
      return "later";
    }
  }

  async #scan(): Promise<void> {
    for (const setting of this.#options.files) {
      const max = this.#options.maxFiles ?? MAX_FILES;
      const { paths, isCut } = await matching(setting.path, max);
      if (isCut) this.#tell(setting.path, new Error(`matches more than ${max} files; the others are not read`));
      await this.#seeNames(setting, paths, max);
    }
    if (this.#isFirstScan) await this.#findRenamed();
    this.#isFirstScan = false;
    for (const { path } of this.#options.files) this.#knownPatterns.add(path);
    for (const [id, file] of this.#followed) {
      const isRotated = (await idAt(file.place.path)) !== id;
      if (isRotated && !file.isRotated) {
        this.#counts.rotations += 1;
        file.grownAtMs = this.#options.now();
      }
      file.isRotated = isRotated;
    }
  }

  async #seeNames(setting: TailSetting, paths: readonly string[], max: number): Promise<void> {
    for (const path of paths) {
      if (COMPRESSED.test(path)) continue;
      const id = await idAt(path);
      const known = id === undefined ? undefined : this.#followed.get(id);
      // A file with a second name keeps its first as long as that leads to it.
      if (known !== undefined && known.place.path !== path && (await idAt(known.place.path)) !== id) {
        this.#counts.rotations += 1;
        known.place.path = path;
      }
      if (known !== undefined) continue;
      if (this.#followed.size >= max) {
        this.#tell(path, new Error(`not followed: there are ${max} files already`));
        continue;
      }
      const isFromEnd = setting.from === "end" && !this.#knownPatterns.has(setting.path);
      await this.#open({ path, sourceName: setting.name ?? path, isFromEnd });
    }
  }

  async #open(seen: Seen): Promise<void> {
    const { path } = seen;
    let opened: Opened | undefined;
    try {
      opened = await openRegular(path);
      if (this.#followed.has(opened.id)) return void (await opened.handle.close());
      const place = await this.#placeOf(seen, opened);
      const { handle, id, sizeBytes } = opened;
      this.#followed.set(id, {
        handle,
        place,
        isRotated: false,
        grownAtMs: this.#options.now(),
        sizeBytes,
        modifiedAtMs: 0,
      });
      this.#resting.delete(id);
      this.#told.delete(path);
    } catch (error) {
      await opened?.handle.close();
      this.#tell(path, error);
    }
  }

  /** Where to read on: where it was left, if it is the same file still; else at its start or its end. */
  async #placeOf({ path, sourceName, isFromEnd }: Seen, { handle, id, sizeBytes }: Opened): Promise<Place> {
    const left = this.#resting.get(id);
    if (left !== undefined && (await isSameContent(handle, left, sizeBytes))) return { ...left, path, sourceName };
    if (left !== undefined) this.#counts.truncations += 1;
    const offset = isFromEnd && left === undefined ? sizeBytes : 0;
    return { id, path, sourceName, offset, fingerprint: await fingerprintOf(handle, offset), isSkipping: false };
  }

  /** After a stop: files that were rotated meanwhile to names which nothing matches are read to their end. */
  async #findRenamed(): Promise<void> {
    for (const [id, path] of await renamedBeside([...this.#resting.values()])) {
      const left = this.#resting.get(id);
      if (left === undefined) continue;
      await this.#open({ path, sourceName: left.sourceName, isFromEnd: false });
      const file = this.#followed.get(id);
      if (file === undefined) continue;
      // Its old name is what makes its successor wait.
      file.place.path = left.path;
      file.isRotated = true;
    }
  }

  async #rest(file: Followed): Promise<void> {
    const { place, handle } = file;
    this.#followed.delete(place.id);
    const oldest = this.#resting.size >= MAX_PLACES ? this.#resting.keys().next().value : undefined;
    if (oldest !== undefined) this.#resting.delete(oldest);
    if ((await handle.stat()).nlink > 0) this.#resting.set(place.id, place);
    await handle.close();
  }

  async #save(): Promise<void> {
    const places = [...this.#resting.values(), ...[...this.#followed.values()].map(({ place }) => place)];
    const patterns = [...this.#knownPatterns];
    const text = JSON.stringify([patterns, places]);
    if (text === this.#saved) return;
    await writeCheckpoint(this.#options.checkpointPath, patterns, places);
    this.#saved = text;
  }

  /** Told once for a path, counted once too, so that a poll a second does not fill the log. */
  #tell(path: string, error: unknown): void {
    if (this.#told.has(path) || this.#told.size >= 10_000) return;
    this.#told.add(path);
    this.#counts.errors += 1;
    this.#options.warn(
      { path, reason: error instanceof Error ? error.message : String(error) },
      "a file cannot be followed",
    );
  }
}
