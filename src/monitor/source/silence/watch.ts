import { fade, learnPause, newCadence, usualPauseMs } from "./cadence.ts";
import type {
  Changes,
  Found,
  Recovery,
  Silence,
  SilenceState,
  SilenceView,
  Span,
  Watched,
  WatchedSource,
} from "./shapes.ts";
import { COLLECTION, isCut, isOver, type Waiting } from "./together.ts";

type Entry = Watched & {
  /** Before this we may not have heard the source: it was off, or we were. */
  heardFromMs: number;
  /** Before this nobody had set a time, and none was learned. */
  expectedFromMs: number;
  /** Until when its cadence has faded: with its arrivals, so that a source that says nothing changes nothing. */
  fadedMs: number;
};

type WaitingEntry = Waiting & { readonly entry: Entry };

export const MIN_SILENCE_MS = 5 * 60_000;
const CADENCES = 2;
const FADE_EVERY_MS = 3_600_000;
const UNREGISTERED_MS = 24 * 3_600_000;
/** Registered and automatic sources together; what comes past it is not watched. */
const MAX_WATCHED = 20_000;

/** Knows when each source last spoke and how long it usually pauses. Pure: the clock comes in. */
export class SilenceWatch {
  readonly #entries = new Map<string, Entry>();
  /** Differ from what is stored. */
  readonly #changed = new Set<string>();
  readonly #gone = new Set<string>();
  #deafUntilMs: number;

  /** `known`: from before the restart; what happened between is unknown, and no silence. */
  constructor(nowMs: number, known: readonly Watched[] = []) {
    this.#deafUntilMs = nowMs;
    for (const one of known) {
      this.#entries.set(one.sourceId, { ...one, heardFromMs: nowMs, expectedFromMs: 0, fadedMs: one.lastMs });
    }
  }

  /** Something of the source became durable. Called for every chunk that comes in. */
  arrived(sourceId: string, atMs: number): void {
    const entry = this.#entries.get(sourceId);
    if (entry === undefined) {
      this.#begin(sourceId, atMs, this.#deafUntilMs);
      return;
    }
    this.#changed.add(sourceId);
    if (atMs - entry.fadedMs >= FADE_EVERY_MS) {
      fade(entry.cadence, atMs - entry.fadedMs);
      entry.fadedMs = atMs;
    }
    const pauseMs = atMs - entry.lastMs;
    const wasTold = entry.silentSinceMs !== undefined && entry.spokeMs === undefined;
    const isOurs = entry.isTogether && wasTold;
    if (pauseMs >= 0 && entry.lastMs >= entry.heardFromMs && !isOurs) learnPause(entry.cadence, pauseMs, wasTold);
    if (pauseMs > 0) entry.lastMs = atMs;
    if (entry.silentSinceMs !== undefined) entry.spokeMs ??= atMs;
  }

  /** The source speaks and we refuse it: no silence, and nothing to learn from. */
  refused(sourceId: string, atMs: number): void {
    const entry = this.#entries.get(sourceId);
    if (entry) entry.heardFromMs = Math.max(entry.heardFromMs, atMs);
  }

  /** We could not hear anybody until now. */
  wasDeaf(nowMs: number): void {
    this.#deafUntilMs = nowMs;
    for (const entry of this.#entries.values()) entry.heardFromMs = nowMs;
  }

  /** Which sources are silent now for longer than they should be, and which speak again. Each is told once. */
  look(sources: Iterable<WatchedSource>, nowMs: number): Found {
    const seen = new Set<string>();
    const back: Entry[] = [];
    const waiting: WaitingEntry[] = [];
    for (const source of sources) {
      seen.add(source.id);
      const entry = this.#entries.get(source.id) ?? this.#expect(source, nowMs);
      if (entry === undefined || source.archivedAt !== null) {
        if (entry) this.#drop(entry.sourceId);
        continue;
      }
      const afterMs = afterOf(source, entry);
      if (afterMs === undefined) {
        entry.expectedFromMs = nowMs;
        if (!isWatchable(source)) this.#letGo(entry, nowMs);
        continue;
      }
      const { spokeMs, silentSinceMs } = entry;
      const waitedMs = nowMs - waitedSinceMs(entry);
      if (silentSinceMs === undefined) waiting.push({ entry, lastMs: entry.lastMs, waitedMs, afterMs });
      else if (spokeMs !== undefined) back.push(entry);
    }
    this.#dropOthers(seen, nowMs);
    const recovered = this.#recover(back, nowMs);
    return { silent: this.#fallSilent(waiting, nowMs), recovered };
  }

  #recover(back: readonly Entry[], nowMs: number): Recovery[] {
    const recovered = back.filter(({ isTogether }) => !isTogether).map(recoveryOf);
    for (const { sourceId } of recovered) this.forget(sourceId);
    const all = this.#entries.get(COLLECTION);
    if (all?.silentSinceMs === undefined) return recovered;
    const untilMs = all.spokeMs ?? back.find(({ isTogether }) => isTogether)?.spokeMs;
    if (untilMs === undefined && this.#together().length > 0) return recovered;
    const ended = untilMs === undefined ? [] : [{ sourceId: COLLECTION, sinceMs: all.silentSinceMs, untilMs }];
    // Whoever stays silent now that others are heard again is silent by itself, and has its time from here on.
    for (const entry of this.#together()) this.#set(entry, { ...NOTHING_SAID, heardFromMs: nowMs });
    this.#set(all, NOTHING_SAID);
    return [...recovered, ...ended];
  }

  #fallSilent(waiting: readonly WaitingEntry[], nowMs: number): Silence[] {
    const over = waiting.filter(isOver).map(({ entry }) => entry);
    for (const entry of over) this.#set(entry, { silentSinceMs: entry.lastMs });
    const each = (entries: readonly Entry[]): Silence[] =>
      entries.map(({ sourceId, lastMs: sinceMs }) => ({ sourceId, sinceMs, atMs: nowMs }));
    const all = this.#entries.get(COLLECTION);
    if (all?.silentSinceMs !== undefined) {
      // Unheard since before that was told, it is part of it; heard since, it is silent by itself.
      for (const entry of over) if (entry.lastMs <= all.lastMs) this.#set(entry, { isTogether: true });
      return each(over.filter(({ isTogether }) => !isTogether));
    }
    if (over.length === 0 || !isCut(waiting)) return each(over);
    const own = all ?? this.#begin(COLLECTION, nowMs, nowMs);
    if (own === undefined) return each(over);
    for (const entry of over) this.#set(entry, { isTogether: true });
    const sinceMs = over.reduce((max, { lastMs }) => Math.max(max, lastMs), 0);
    this.#set(own, { lastMs: nowMs, silentSinceMs: sinceMs });
    return [{ sourceId: COLLECTION, sinceMs, atMs: nowMs, sources: over.length }];
  }

  #together(): Entry[] {
    return [...this.#entries.values()].filter(({ isTogether }) => isTogether);
  }

  /** Takes a silence back that could not be told, so that the next look finds it again. */
  forget(sourceId: string): void {
    const entry = this.#entries.get(sourceId);
    const others = sourceId === COLLECTION ? this.#together() : [];
    for (const one of [...others, ...(entry ? [entry] : [])]) this.#set(one, NOTHING_SAID);
  }

  /** Takes a recovery back that could not be told, so that the next look finds it again. */
  giveBack({ sourceId, sinceMs, untilMs }: Recovery): void {
    const entry = this.#entries.get(sourceId);
    if (entry) this.#set(entry, { silentSinceMs: sinceMs, spokeMs: untilMs });
  }

  /** A silence that ended and was told; undefined = its alert is marked, or never will be. */
  setUnmarked(sourceId: string, span: Span | undefined): void {
    const entry = this.#entries.get(sourceId);
    if (entry) this.#set(entry, { unmarked: span });
  }

  of(source: WatchedSource): SilenceView {
    const entry = this.#entries.get(source.id);
    const usual = entry && usualPauseMs(entry.cadence);
    const afterMs = entry && afterOf(source, entry);
    const sinceMs = entry?.spokeMs === undefined ? entry?.silentSinceMs : undefined;
    const isLearned = source.silenceMinutes === null || (entry?.cadence.pauses ?? 0) > 0;
    return { state: stateOf(source, { afterMs, sinceMs, isLearned }), sinceMs, usualPauseMs: usual, afterMs };
  }

  entry(sourceId: string): Watched | undefined {
    return this.#entries.get(sourceId);
  }

  entries(): Iterable<Watched> {
    return this.#entries.values();
  }

  /** What differs from what is stored. Ask `keepChanges` to be told it again when it could not be stored. */
  takeChanges(): Changes {
    const changed = [...this.#changed].flatMap((id) => this.#entries.get(id) ?? []);
    const gone = [...this.#gone];
    this.#changed.clear();
    this.#gone.clear();
    return { changed, gone };
  }

  keepChanges({ changed, gone }: Changes): void {
    for (const { sourceId } of changed) if (this.#entries.has(sourceId)) this.#changed.add(sourceId);
    for (const sourceId of gone) if (!this.#entries.has(sourceId)) this.#gone.add(sourceId);
  }

  #set(entry: Entry, values: Partial<Entry>): void {
    Object.assign(entry, values);
    this.#changed.add(entry.sourceId);
  }

  #letGo(entry: Entry, nowMs: number): void {
    entry.heardFromMs = nowMs;
    if (entry.silentSinceMs !== undefined) this.#set(entry, NOTHING_SAID);
  }

  /** A source that is in no table may only not be written there yet: it goes a day after it was last heard. */
  #dropOthers(seen: ReadonlySet<string>, nowMs: number): void {
    for (const { sourceId, lastMs } of this.#entries.values()) {
      if (sourceId === COLLECTION || seen.has(sourceId) || nowMs - lastMs < UNREGISTERED_MS) continue;
      this.#drop(sourceId);
    }
  }

  #drop(sourceId: string): void {
    this.#entries.delete(sourceId);
    this.#changed.delete(sourceId);
    this.#gone.add(sourceId);
  }

  #begin(sourceId: string, atMs: number, heardFromMs: number): Entry | undefined {
    if (this.#entries.size >= MAX_WATCHED) return undefined;
    const fresh = { ...NOTHING_SAID, unmarked: undefined, cadence: newCadence() };
    const entry = { sourceId, lastMs: atMs, heardFromMs, expectedFromMs: 0, fadedMs: atMs, ...fresh };
    this.#entries.set(sourceId, entry);
    this.#gone.delete(sourceId);
    this.#changed.add(sourceId);
    return entry;
  }

  /** Who set a time wants to know of a source that never sends, too. Nothing was heard yet: the first pause teaches nothing. */
  #expect(source: WatchedSource, nowMs: number): Entry | undefined {
    const isTimed = isWatchable(source) && source.silenceMinutes !== null;
    return isTimed ? this.#begin(source.id, nowMs, nowMs + 1) : undefined;
  }
}

const NOTHING_SAID = {
  silentSinceMs: undefined,
  spokeMs: undefined,
  isTogether: false,
} as const satisfies Partial<Entry>;

const recoveryOf = ({ sourceId, silentSinceMs = 0, spokeMs = 0 }: Entry): Recovery => ({
  sourceId,
  sinceMs: silentSinceMs,
  untilMs: spokeMs,
});

/** Files are brought when somebody brings them; a source that is off is not expected. */
const isWatchable = ({ kind, isEnabled, archivedAt, silenceMinutes }: WatchedSource): boolean =>
  isEnabled && archivedAt === null && silenceMinutes !== 0 && (kind !== "file" || silenceMinutes !== null);

function afterOf(source: WatchedSource, { cadence }: Entry): number | undefined {
  if (!isWatchable(source)) return undefined;
  if (source.silenceMinutes !== null) return source.silenceMinutes * 60_000;
  const usual = usualPauseMs(cadence);
  return usual === undefined ? undefined : Math.max(MIN_SILENCE_MS, CADENCES * usual);
}

const waitedSinceMs = ({ lastMs, heardFromMs, expectedFromMs }: Entry): number =>
  Math.max(lastMs, heardFromMs, expectedFromMs);

type Known = Pick<SilenceView, "afterMs" | "sinceMs"> & { readonly isLearned: boolean };

function stateOf(source: WatchedSource, { afterMs, sinceMs, isLearned }: Known): SilenceState {
  if (!isWatchable(source)) return "off";
  if (afterMs === undefined) return "learning";
  if (sinceMs !== undefined) return "silent";
  return isLearned ? "sending" : "learning";
}
