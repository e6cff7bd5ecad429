import { alertDeps, markSourceRecovered } from "../monitor/alert/index.ts";
import { type Counters, type CountersSnapshot, encodeFrames, encodeMeta } from "../monitor/collect/index.ts";
import {
  openSilenceKeeper,
  type SilenceKeeper,
  type SilenceNotice,
  type SourceResolver,
  silenceEvent,
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
  counters: Counters,
): Promise<SilenceKeeper> {
  const system = () => organization.contexts.system("Yagura");
  let before = strainOf(engines.wal.stats(), counters.snapshot());
  const keeper = await openSilenceKeeper({
    system,
    sources: () => sources.sources(),
    now: () => Date.now(),
    isDeaf: () => {
      const stats = engines.wal.stats();
      const after = strainOf(stats, counters.snapshot());
      const isStrained = after > before || stats.isFull;
      before = after;
      return isStrained;
    },
    tell: async (notice) => {
      const { unitId } = notice.source;
      const meta = encodeMeta({ sourceId: OWN_SOURCE, unitId, transport: "internal", peer: "", format: "auto" });
      const payload = encodeFrames([Buffer.from(silenceEvent(notice))]);
      await engines.wal.append({ receivedAtMs: Date.now(), meta, payload });
    },
    markRecovered: async (notice: SilenceNotice) =>
      await markSourceRecovered(await system(), { ...notice, sourceId: notice.source.id }, alertDeps),
  });
  const look = (): Promise<void> =>
    keeper.look().catch((err: unknown) => log.warn({ err }, "the silence of sources could not be looked at"));
  return { ...keeper, look };
}

/** How often senders were turned away by no fault of theirs: it grows, and so their silence says nothing. */
const strainOf = ({ writeErrors }: WalStats, { sources }: CountersSnapshot): number =>
  sources.reduce((sum, { rejected }) => sum + (rejected.over_limit ?? 0) + (rejected.unavailable ?? 0), writeErrors);
