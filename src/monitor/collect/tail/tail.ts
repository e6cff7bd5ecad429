import { setTimeout as sleep } from "node:timers/promises";
import type { Intake } from "../intake.ts";
import { type Place, readCheckpoint, writeCheckpoint } from "./checkpoint.ts";
import { idAt, matching, renamedBeside } from "./files.ts";
import { type Opened, openRegular } from "./followed.ts";
import { isExcluded, settingFor, soughtPlaces } from "./identity.ts";
import { fixedPart } from "./links.ts";
import { compileMultiline, type Multiline, type MultilineSetting } from "./multiline.ts";
import { placeOf } from "./place-of.ts";
import { Places } from "./places.ts";
import { readTurn, type TurnDeps } from "./turn.ts";

export type TailSetting = {
  /** May have `*`, `?` and `[…]`, and `**` for any directories. */
  readonly path: string;
  /** The source of all its files; absent = each has one under its path. */
  readonly name?: string | undefined;
  /** The id of the unit that the events belong to; absent = the whole group. */
  readonly unit?: string | undefined;
  readonly from: "start" | "end";
  /** Patterns of files that are left out: of names, or of whole paths when they have a slash. */
  readonly exclude?: readonly string[] | undefined;
  readonly multiline?: MultilineSetting | undefined;
};

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
/** Looking for what `**` matches takes at most one part in this many of the time: it may lead through large trees. */
const LOOK_SHARE = 10;

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

type Entry = TailSetting & {
  readonly lines: Multiline | undefined;
  /** By the monotonic clock. */
  notBeforeMs: number;
};
type Seen = { readonly path: string; readonly entry: Entry; readonly isFromEnd: boolean };
/** What logrotate makes of a file that was read already: not read a second time, and no lines. */
const COMPRESSED = /\.(gz|bz2|xz|zst|lz4|Z|zip)$/;

class Follower {
  readonly #options: TailOptions;
  readonly #entries: readonly Entry[];
  readonly #maxFiles: number;
  readonly #places: Places;
  readonly #knownPatterns: Set<string>;
  readonly #told = new Set<string>();
  readonly #counts = { rotations: 0, truncations: 0, longLines: 0, errors: 0 };
  readonly #turnDeps: TurnDeps;
  /** At the first look after a start: places whose file is nowhere beside where it was. */
  #lost: readonly Place[] = [];
  #saved = "";
  #isFirstScan = true;

  constructor(options: TailOptions, patterns: readonly string[], places: readonly Place[]) {
    const { files, intake, now } = options;
    this.#options = options;
    this.#maxFiles = options.maxFiles ?? MAX_FILES;
    this.#entries = files.map((file) => ({
      ...file,
      lines: file.multiline && compileMultiline(file.multiline),
      notBeforeMs: 0,
    }));
    this.#knownPatterns = new Set(patterns);
    this.#places = new Places(places);
    this.#turnDeps = {
      ...{ intake, now, counts: this.#counts },
      tell: (path, error) => this.#tell(path, error),
      onRead: (path) => this.#told.delete(path),
      onCut: (place) => this.#places.rememberCut(place),
      release: (file) => this.#places.release(file),
    };
  }

  stats(): TailStats {
    const all = [...this.#places.followed.values()];
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
      for (const { handle } of this.#places.followed.values()) await handle.close();
      this.#places.followed.clear();
    }
  }

  /** Looks for files, reads each a bit, saves the places. True when there is more to read at once. */
  async #turn(signal: AbortSignal): Promise<boolean> {
    await this.#scan();
    const isBusy = await readTurn(this.#places.followed.values(), { deps: this.#turnDeps, signal });
    await this.#save();
    return isBusy;
  }

  async #scan(): Promise<void> {
    const moved = this.#isFirstScan ? await this.#lookForMoved() : new Map<string, string>();
    for (const entry of this.#entries) await this.#look(entry);
    if (this.#isFirstScan) await this.#openMoved(moved);
    this.#isFirstScan = false;
    this.#lost = [];
    for (const { path } of this.#entries) this.#knownPatterns.add(path);
    for (const [id, file] of this.#places.followed) {
      const isRotated = (await idAt(file.place.path)) !== id;
      if (isRotated && !file.isRotated) {
        this.#counts.rotations += 1;
        file.grownAtMs = this.#options.now();
      }
      file.isRotated = isRotated;
    }
  }

  async #look(entry: Entry): Promise<void> {
    const startedMs = performance.now();
    if (startedMs < entry.notBeforeMs) return;
    const max = this.#maxFiles;
    const isWanted = (path: string): boolean => !COMPRESSED.test(path) && !isExcluded(path, entry.exclude);
    try {
      const { paths, isCut } = await matching(entry.path, { max, isWanted });
      if (isCut) this.#tell(entry.path, new Error(`matches more than ${max} files; the others are not read`));
      await this.#seeNames(entry, paths);
    } catch (error) {
      this.#tell(entry.path, error);
    }
    // Only where trees are searched: on a busy machine one slow look must not put off the next for all.
    if (entry.path.includes("**")) entry.notBeforeMs = startedMs + LOOK_SHARE * (performance.now() - startedMs);
  }

  async #seeNames(entry: Entry, paths: readonly string[]): Promise<void> {
    for (const path of paths) {
      const id = await idAt(path);
      const known = id === undefined ? undefined : this.#places.followed.get(id);
      // A file with a second name keeps its first as long as that leads to it.
      if (known !== undefined && known.place.path !== path && (await idAt(known.place.path)) !== id) {
        this.#counts.rotations += 1;
        known.place.path = path;
      }
      if (known !== undefined) continue;
      const isFromEnd = entry.from === "end" && !this.#knownPatterns.has(entry.path);
      await this.#open({ path, entry, isFromEnd });
    }
  }

  async #open(seen: Seen): Promise<void> {
    const { path, entry, isFromEnd } = seen;
    const { followed, resting } = this.#places;
    if (followed.size >= this.#maxFiles) {
      return this.#tell(path, new Error(`not followed: there are ${this.#maxFiles} files already`));
    }
    let opened: Opened | undefined;
    try {
      opened = await openRegular(path, fixedPart(entry.path));
      const { handle, id, sizeBytes } = opened;
      const deps = { places: this.#places, lost: this.#lost, counts: this.#counts };
      const { name } = entry;
      const place = followed.has(id) ? undefined : await placeOf({ path, name, isFromEnd }, opened, deps);
      if (place === undefined) return void (await handle.close());
      const grownAtMs = this.#options.now();
      const { lines: multiline, unit: unitId } = entry;
      followed.set(id, { handle, place, isRotated: false, grownAtMs, sizeBytes, modifiedAtMs: 0, multiline, unitId });
      resting.delete(id);
    } catch (error) {
      await opened?.handle.close();
      this.#tell(path, error);
    }
  }

  /** After a stop: where files are now that left their names meanwhile, by id. Those that are nowhere are lost. */
  async #lookForMoved(): Promise<Map<string, string>> {
    const resting = [...this.#places.resting.values()];
    const beside = await renamedBeside(resting);
    this.#lost = resting.filter(({ id }) => !beside.has(id));
    const idNow = new Map<string, string | undefined>();
    for (const { path } of resting) idNow.set(path, await idAt(path));
    const sought = new Set(soughtPlaces(resting, idNow, this.#entries).map(({ id }) => id));
    return new Map([...beside].filter(([id]) => sought.has(id)));
  }

  /** Files that were rotated while nobody looked, to names which nothing matches, are read to their end. */
  async #openMoved(moved: ReadonlyMap<string, string>): Promise<void> {
    for (const [id, path] of moved) {
      const left = this.#places.resting.get(id);
      const entry = left && settingFor(left.path, this.#entries);
      if (left === undefined || entry === undefined) continue;
      await this.#open({ path, entry: { ...entry, name: left.sourceName }, isFromEnd: false });
      const file = this.#places.followed.get(id);
      // Its old name is what makes its successor wait.
      if (file !== undefined) file.place.path = left.path;
    }
  }

  async #save(): Promise<void> {
    const places = this.#places.all();
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
