import type { Registry } from "prom-client";
import type { Turn } from "../kernel/turn.ts";
import { isInHand } from "../monitor/reread/index.ts";
import {
  createVolumeMeter,
  type RetentionDeps,
  type RetentionKeeper,
  retentionRoutes,
  startRetentionKeeper,
  type VolumeMeter,
} from "../monitor/retention/index.ts";
import { readSources } from "../monitor/source/index.ts";
import { buildUnitTree } from "../organization/access/index.ts";
import type { Organization } from "../organization/index.ts";
import { selectUnits } from "../organization/unit/index.ts";
import { applyTiers, COLD_POLICY, COLD_VOLUME, type Tiers } from "../platform/events/index.ts";
import type { HttpServer } from "../platform/http/index.ts";
import type { Logger } from "../platform/log/index.ts";
import type { Config } from "./config.ts";
import type { Engines } from "./engines.ts";
import { addRetentionMetrics } from "./retention-metrics.ts";
import { settled } from "./settled.ts";

type RetentionParts = {
  readonly config: Config;
  readonly engines: Engines;
  readonly organization: Organization;
  readonly log: Logger;
  readonly registry: Registry;
  readonly turn: Turn;
};
export type Retention = {
  readonly meter: VolumeMeter;
  routes(app: HttpServer): Promise<void>;
  close(): Promise<void>;
};

/** Deletes what is kept long enough, moves what is old, and answers for both. */
export function openRetention({ config, engines, organization, log, registry, turn }: RetentionParts): Retention {
  const now = (): number => Date.now();
  const { events, state, wal } = engines;
  const tiers = tiersOf(config);
  const meter = createVolumeMeter(events, now);
  let keeper: RetentionKeeper | undefined;
  addRetentionMetrics(registry, () => keeper?.snapshot());
  let isClosing = false;
  const starting = engines.eventsReady
    .then(async () => {
      if (isClosing) return;
      await applyTiers(events, tiers).catch((err: unknown) =>
        log.error({ err }, "the tiers of the settings could not be applied: events stay where they are"),
      );
      keeper = startRetentionKeeper({
        events,
        meter,
        state,
        tree: async (tx) => buildUnitTree(await selectUnits(tx, { includeArchived: true })),
        system: () => organization.contexts.system("retention"),
        names: async () => new Map((await readSources(state.db)).map(({ id, name }) => [id, name])),
        settled: (signal) => settled(wal, signal),
        turn,
        isInHand: (day) => isInHand(state.db, day),
        now,
        log,
      });
    })
    .catch(() => undefined);
  const deps: RetentionDeps = {
    meter,
    tree: organization.tree,
    sources: (ctx) => readSources(ctx.state),
    tiers: { recompressAfterDays: tiers.recompressAfterDays ?? null, coldAfterDays: tiers.coldAfterDays ?? null },
    onChanged: () => {
      // A failure is told by the keeper's own next round.
      keeper
        ?.round()
        .catch((err: unknown) => log.warn({ err }, "expired events could not be deleted; it is tried again"));
    },
  };
  return {
    meter,
    routes: async (app) => {
      await app.register(retentionRoutes(deps));
    },
    close: async () => {
      isClosing = true;
      await starting;
      await keeper?.close();
    },
  };
}

function tiersOf({ engines: { events, tiers } }: Config): Tiers {
  const isEmbeddedCold = events === undefined && tiers.coldDirectory !== undefined;
  return {
    recompressAfterDays: tiers.recompressAfterDays || undefined,
    coldAfterDays: tiers.coldAfterDays,
    storagePolicy: isEmbeddedCold ? COLD_POLICY : tiers.storagePolicy,
    coldVolume: isEmbeddedCold ? COLD_VOLUME : tiers.coldVolume,
  };
}
