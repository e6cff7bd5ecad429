import { hostname } from "node:os";
import { AppError } from "../kernel/errors.ts";
import { alertDeps, markSourceRecovered } from "../monitor/alert/index.ts";
import { type Counters, encodeFrames, encodeMeta } from "../monitor/collect/index.ts";
import {
  openSilenceKeeper,
  type SilenceKeeper,
  type SilenceNotice,
  type SourceResolver,
  silenceEvent,
  silentEntity,
} from "../monitor/source/index.ts";
import type { Organization } from "../organization/index.ts";
import type { Logger } from "../platform/log/index.ts";
import type { WalStats } from "../platform/wal/index.ts";
import type { Engines } from "./engines.ts";

type SilenceParts = { readonly engines: Engines; readonly organization: Organization; readonly log: Logger };

/** Listens to what becomes durable and to what is refused. */
export const heardBy = (silence: SilenceKeeper, counters: Counters, now: () => number): Counters => ({
  ...counters,
  accepted: (sourceId, events, bytes, atMs) => {
    counters.accepted(sourceId, events, bytes, atMs);
    silence.arrived(sourceId, atMs);
  },
  rejected: (sourceId, reason, events) => {
    counters.rejected(sourceId, reason, events);
    silence.refused(sourceId, now());
  },
});

/** The source of Yagura's own events. It is not registered, so that no sender can be it. */
export const OWN_SOURCE = "yagura";

/** Tells of sources that fall silent, as events of Yagura's own that go the way of all others. */
export async function openSilence(
  { engines, organization, log }: SilenceParts,
  sources: SourceResolver,
): Promise<SilenceKeeper> {
  const system = () => organization.contexts.system("Yagura");
  const keeper = await openSilenceKeeper({
    system,
    sources: () => sources.sources(),
    self: async () => {
      const { rootId } = await organization.tree.current();
      if (rootId === undefined) throw new AppError("unavailable", "The group is not set up yet.");
      return { name: hostname(), unitId: rootId };
    },
    now: () => Date.now(),
    isDeaf: deafness(() => engines.wal.stats()),
    tell: async (notice) => {
      const { unitId } = notice.source;
      const meta = encodeMeta({ sourceId: OWN_SOURCE, unitId, transport: "internal", peer: "", format: "auto" });
      const payload = encodeFrames([Buffer.from(silenceEvent(notice))]);
      await engines.wal.append({ receivedAtMs: Date.now(), meta, payload });
    },
    markRecovered: async (notice: SilenceNotice) =>
      await markSourceRecovered(await system(), { ...notice, entity: silentEntity(notice) }, alertDeps),
  });
  const look = (): Promise<void> =>
    keeper.look().catch((err: unknown) => log.warn({ err }, "the silence of sources could not be looked at"));
  return { ...keeper, look };
}

/**
 * Whether nobody can be heard: the log is full, or the disk refused since the last look. That one sender is turned away says nothing of
 * the others: whoever floods one input must not hide their silence.
 */
export function deafness(stats: () => Pick<WalStats, "writeErrors" | "isFull">): () => boolean {
  let before = stats().writeErrors;
  return () => {
    const { writeErrors, isFull } = stats();
    const hasFailed = writeErrors > before;
    before = writeErrors;
    return hasFailed || isFull;
  };
}
