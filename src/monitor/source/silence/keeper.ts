import { AppError } from "../../../kernel/errors.ts";
import type { Ctx } from "../../../organization/access/index.ts";
import type { StoredSource } from "../schema.ts";
import type { Recovery, SilenceView, WatchedSource } from "./shapes.ts";
import { deleteWatched, readWatched, writeWatched } from "./store.ts";
import { COLLECTION } from "./together.ts";
import { SilenceWatch } from "./watch.ts";

/** What is told of a source, as an event of Yagura's own. Instants are UTC milliseconds. */
export type SilenceNotice = {
  /** `collection`: most sources together, which is a failure of Yagura's own hearing. */
  readonly action: `log-${"source" | "collection"}-${"silent" | "recovered"}`;
  /** The source; of the collection, the machine that Yagura runs on. */
  readonly source: Pick<StoredSource, "id" | "name" | "unitId"> & { readonly kind: StoredSource["kind"] | "host" };
  /** How many are silent together. */
  readonly sources?: number | undefined;
  readonly sinceMs: number;
  readonly untilMs: number;
  readonly usualPauseMs: number | undefined;
};

export type SilenceDeps = {
  readonly system: () => Promise<Ctx>;
  readonly sources: () => ReadonlyMap<string, StoredSource>;
  /** The machine that Yagura runs on and the unit that hears of its failures. Errors: `unavailable` before the group is set up. */
  readonly self: () => Promise<{ readonly name: string; readonly unitId: string }>;
  readonly now: () => number;
  /** Whether senders cannot be heard right now: the log is full, or the disk refuses. */
  readonly isDeaf: () => boolean;
  /** Makes the notice durable as an event. Errors: any, and it is told again with the next look. */
  readonly tell: (notice: SilenceNotice) => Promise<void>;
  /** Marks the source's open alerts as recovered. False = there is none (yet). */
  readonly markRecovered: (notice: SilenceNotice) => Promise<boolean>;
};

export type SilenceKeeper = {
  arrived(sourceId: string, atMs: number): void;
  refused(sourceId: string, atMs: number): void;
  /** To be called every `LOOK_EVERY_MS`; says what is to be said and keeps what was learned. */
  look(): Promise<void>;
  of(source: WatchedSource): SilenceView;
  /** Since when nobody can be heard; undefined while they can. */
  deafSinceMs(): number | undefined;
  close(): Promise<void>;
};

export const LOOK_EVERY_MS = 30_000;
/** A look that comes this late means that the machine slept or was held up: nobody was heard meanwhile. */
const LATE_MS = 4 * LOOK_EVERY_MS;
const WRITE_EVERY_MS = 5 * 60_000;
/** The alert comes behind its event, through the log: its recovery is tried again until it is there. */
const MARK_FOR_MS = 3_600_000;
/** Records that wait for the state engine; past it the oldest of a look are only in the log of the process. */
const MAX_UNRECORDED = 1_000;

/** Notices when a source that used to send falls silent, and when it speaks again. */
export async function openSilenceKeeper(deps: SilenceDeps): Promise<SilenceKeeper> {
  const known = await readWatched((await deps.system()).state);
  const watch = new SilenceWatch(deps.now(), known);
  /** Told, and not in the audit record yet. */
  const unrecorded: SilenceNotice[] = [];
  const markingSinceMs = new Map<string, number>();
  let lookedMs = deps.now();
  let writtenMs = lookedMs;
  let deafSinceMs: number | undefined;
  let running: Promise<void> = Promise.resolve();

  async function noticeOf(what: "silent" | "recovered", found: Found): Promise<SilenceNotice | undefined> {
    const { sourceId, ...rest } = found;
    if (sourceId === COLLECTION) {
      const source = { ...(await deps.self()), id: COLLECTION, kind: "host" } as const;
      return { action: `log-collection-${what}`, source, usualPauseMs: undefined, ...rest };
    }
    const source = deps.sources().get(sourceId);
    return source && { action: `log-source-${what}`, source, usualPauseMs: watch.of(source).usualPauseMs, ...rest };
  }

  async function look(): Promise<void> {
    const nowMs = deps.now();
    const isLate = nowMs - lookedMs > LATE_MS || nowMs < lookedMs;
    lookedMs = nowMs;
    const isDeaf = deps.isDeaf();
    deafSinceMs = isDeaf ? (deafSinceMs ?? nowMs) : undefined;
    if (isDeaf || isLate) watch.wasDeaf(nowMs);
    const { silent, recovered } = watch.look(deps.sources().values(), nowMs);
    for (const { atMs, ...one } of silent) {
      if (!(await tell("silent", { ...one, untilMs: atMs }))) watch.forget(one.sourceId);
    }
    for (const one of recovered) {
      if (await tell("recovered", one)) watch.setUnmarked(one.sourceId, one);
      else watch.giveBack(one);
    }
    await record();
    await mark(nowMs);
    if (silent.length + recovered.length > 0 || nowMs - writtenMs >= WRITE_EVERY_MS) await write(nowMs);
  }

  /** False when the notice is not durable. What is durable is not told again: only its record may still be missing. */
  async function tell(what: "silent" | "recovered", found: Found): Promise<boolean> {
    try {
      const notice = await noticeOf(what, found);
      if (notice === undefined) return true;
      await deps.tell(notice);
      unrecorded.push(notice);
      return true;
    } catch (err) {
      await warn({ err, source: found.sourceId, what }, "the silence of a source could not be told");
      return false;
    }
  }

  /** Writes what was told into the audit record, each with its source's state; what cannot be written now waits. */
  async function record(): Promise<void> {
    for (const notice of unrecorded.splice(0)) {
      const entry = watch.entry(notice.source.id);
      try {
        await (await deps.system()).change(auditOf(notice), (tx) => writeWatched(tx, entry ? [entry] : []));
      } catch (err) {
        if (unrecorded.length < MAX_UNRECORDED) unrecorded.push(notice);
        await warn({ err, waiting: unrecorded.length }, "the silence of a source is told but not recorded yet");
      }
    }
  }

  const warn = async (detail: object, message: string): Promise<void> =>
    (await deps.system()).log.warn(detail, message);

  async function mark(nowMs: number): Promise<void> {
    for (const { sourceId, unmarked } of watch.entries()) {
      if (unmarked === undefined) continue;
      const notice = await noticeOf("recovered", { sourceId, ...unmarked });
      const isDone = notice && (await deps.markRecovered(notice).catch((error: unknown) => isRefusal(error)));
      const sinceMs = markingSinceMs.get(sourceId) ?? nowMs;
      markingSinceMs.set(sourceId, sinceMs);
      if (isDone === false && nowMs - sinceMs <= MARK_FOR_MS) continue;
      markingSinceMs.delete(sourceId);
      watch.setUnmarked(sourceId, undefined);
    }
  }

  async function write(nowMs: number): Promise<void> {
    const changes = watch.takeChanges();
    try {
      const { state } = await deps.system();
      await writeWatched(state, changes.changed);
      await deleteWatched(state, changes.gone);
    } catch (error) {
      watch.keepChanges(changes);
      throw error;
    }
    writtenMs = nowMs;
  }

  return {
    arrived: (sourceId, atMs) => watch.arrived(sourceId, atMs),
    refused: (sourceId, atMs) => watch.refused(sourceId, atMs),
    look: () => {
      running = running.then(look);
      const mine = running;
      running = running.catch(() => undefined);
      return mine;
    },
    of: (source) => watch.of(source),
    deafSinceMs: () => deafSinceMs,
    close: async () => {
      await running;
      await record();
      await write(deps.now());
    },
  };
}

function auditOf({ action, source, sinceMs, untilMs }: SilenceNotice) {
  const isSilent = action.endsWith("silent");
  const { unitId } = source;
  const detail = { name: source.name, since: iso(sinceMs), ...(!isSilent && { until: iso(untilMs) }) };
  if (source.kind === "host") {
    const target = { kind: "host", id: source.name };
    return { action: isSilent ? "source.all_silent" : "source.all_recover", target, unitId, detail };
  }
  const target = { kind: "source", id: source.id };
  return { action: isSilent ? "source.silent" : "source.recover", target, unitId, detail };
}

type Found = Recovery & Pick<SilenceNotice, "sources">;

const iso = (ms: number): string => new Date(ms).toISOString();

/** What the state engine cannot do now is tried again; what it refuses is not. */
const isRefusal = (error: unknown): boolean => !(error instanceof AppError && error.code === "unavailable");
