import { AppError } from "../../../kernel/errors.ts";
import type { Ctx } from "../../../organization/access/index.ts";
import type { StoredSource } from "../schema.ts";
import { readWatched, writeWatched } from "./store.ts";
import { type SilenceView, SilenceWatch, type Watched, type WatchedSource } from "./watch.ts";

/** What is told of a source, as an event of Yagura's own. Instants are UTC milliseconds. */
export type SilenceNotice = {
  readonly action: "log-source-silent" | "log-source-recovered";
  readonly source: Pick<StoredSource, "id" | "name" | "kind" | "unitId">;
  readonly sinceMs: number;
  readonly untilMs: number;
  readonly usualPauseMs: number | undefined;
};

export type SilenceDeps = {
  readonly system: () => Promise<Ctx>;
  readonly sources: () => ReadonlyMap<string, StoredSource>;
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

/** Notices when a source that used to send falls silent, and when it speaks again. */
export async function openSilenceKeeper(deps: SilenceDeps): Promise<SilenceKeeper> {
  const known = await readWatched((await deps.system()).state);
  const watch = new SilenceWatch(deps.now(), known);
  const unmarked = new Map<string, SilenceNotice>();
  let lookedMs = deps.now();
  let writtenMs = lookedMs;
  let deafSinceMs: number | undefined;
  let running: Promise<void> = Promise.resolve();

  const noticeOf = (
    action: SilenceNotice["action"],
    { sourceId, sinceMs, untilMs }: Span,
  ): SilenceNotice | undefined => {
    const source = deps.sources().get(sourceId);
    return source && { action, source, sinceMs, untilMs, usualPauseMs: watch.of(source).usualPauseMs };
  };

  async function look(): Promise<void> {
    const nowMs = deps.now();
    const isLate = nowMs - lookedMs > LATE_MS || nowMs < lookedMs;
    lookedMs = nowMs;
    const isDeaf = deps.isDeaf();
    deafSinceMs = isDeaf ? (deafSinceMs ?? nowMs) : undefined;
    if (isDeaf || isLate) watch.wasDeaf(nowMs);
    const { silent, recovered } = watch.look(deps.sources().values(), nowMs);
    for (const one of silent) await tell(noticeOf("log-source-silent", { ...one, untilMs: one.atMs }));
    for (const one of recovered) await tell(noticeOf("log-source-recovered", one));
    await mark(nowMs);
    if (silent.length + recovered.length > 0 || nowMs - writtenMs >= WRITE_EVERY_MS) await write(nowMs);
  }

  async function tell(notice: SilenceNotice | undefined): Promise<void> {
    if (notice === undefined) return;
    const { source, action, sinceMs, untilMs } = notice;
    const isSilent = action === "log-source-silent";
    try {
      await deps.tell(notice);
      if (!isSilent) unmarked.set(source.id, notice);
      const detail = { name: source.name, since: iso(sinceMs), ...(!isSilent && { until: iso(untilMs) }) };
      const entry = {
        action: isSilent ? "source.silent" : "source.recover",
        target: { kind: "source", id: source.id },
        unitId: source.unitId,
        detail,
      };
      await (await deps.system()).change(entry, (tx) => writeWatched(tx, pick(source.id)));
    } catch (err) {
      if (isSilent) watch.forget({ sourceId: source.id });
      (await deps.system()).log.warn({ err, source: source.id, action }, "the silence of a source could not be told");
    }
  }

  const pick = (sourceId: string): Watched[] => [...watch.entries()].filter((one) => one.sourceId === sourceId);

  async function mark(nowMs: number): Promise<void> {
    for (const [sourceId, notice] of unmarked) {
      const isDone = await deps.markRecovered(notice).catch((error: unknown) => isRefusal(error));
      if (isDone || nowMs - notice.untilMs > MARK_FOR_MS) unmarked.delete(sourceId);
    }
  }

  async function write(nowMs: number): Promise<void> {
    writtenMs = nowMs;
    await writeWatched((await deps.system()).state, [...watch.entries()]);
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
      await write(deps.now());
    },
  };
}

type Span = { readonly sourceId: string; readonly sinceMs: number; readonly untilMs: number };

const iso = (ms: number): string => new Date(ms).toISOString();

/** What the state engine cannot do now is tried again; what it refuses is not. */
const isRefusal = (error: unknown): boolean => !(error instanceof AppError && error.code === "unavailable");
