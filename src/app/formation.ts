import type { Registry } from "prom-client";
import type { Organization } from "../organization/index.ts";
import type { HttpServer } from "../platform/http/index.ts";
import type { Logger } from "../platform/log/index.ts";
import {
  createFormation,
  createThreadedFormer,
  FORM_SETTINGS,
  type FormationState,
  formationRoutes,
} from "../respond/formation/index.ts";
import type { Config } from "./config.ts";
import type { Engines } from "./engines.ts";
import { scrapedGauge, scrapedTotal } from "./scraped.ts";

/** How soon new alerts are joined, at the least. */
const LOOK_EVERY_MS = 2_000;
/** Of the time at most a fifth is spent on joining: taking in comes first. */
const REST_PER_WORK = 4;
/** So long nothing has gone well: people are told. Long enough for a pass over everything that there may be. */
const STALLED_AFTER_MS = 5 * 60_000;

type FormationParts = {
  readonly config: Config;
  readonly engines: Engines;
  readonly organization: Organization;
  readonly log: Logger;
  readonly registry: Registry;
  /** What a rule is called in Japanese. */
  readonly titleJaOf: (ruleId: string) => string | undefined;
};
export type Forming = { routes(app: HttpServer): Promise<void>; close(): Promise<void> };

/** Joins alerts to incidents as they come, until it is closed. */
export function openFormation({ config, engines, organization, log, registry, titleJaOf }: FormationParts): Forming {
  const settings = { ...FORM_SETTINGS, threshold: config.formation.threshold };
  const tree = () => organization.tree.current();
  const system = () => organization.contexts.system("formation");
  const former = createThreadedFormer();
  const formation = createFormation({ state: engines.state, system, tree, settings, former, titleJaOf });
  const counts = { failures: 0, skipped: 0 };
  let goodMs = Date.now();
  let isClosing = false;
  let timer: NodeJS.Timeout | undefined;
  let working = Promise.resolve();
  addFormationMetrics(registry, () => ({ ...counts, goodMs }));
  const work = async (): Promise<void> => {
    const startedAt = performance.now();
    try {
      counts.skipped += (await formation.pass())?.skipped ?? 0;
      goodMs = Date.now();
    } catch (err) {
      if (isClosing) return;
      counts.failures += 1;
      log.warn({ err }, "alerts could not be joined; they are joined later");
    }
    if (isClosing) return;
    const restMs = Math.max(LOOK_EVERY_MS, REST_PER_WORK * (performance.now() - startedAt));
    timer = setTimeout(start, restMs);
  };
  const start = (): void => {
    working = work();
  };
  const state = (): FormationState => ({
    passedAt: new Date(goodMs).toISOString(),
    isStalled: Date.now() - goodMs > STALLED_AFTER_MS,
  });
  start();
  return {
    routes: async (app) => {
      await app.register(formationRoutes({ tree, settings, former, state }));
    },
    close: async () => {
      isClosing = true;
      clearTimeout(timer);
      await former.close();
      await working;
    },
  };
}

function addFormationMetrics(
  registry: Registry,
  read: () => { readonly failures: number; readonly skipped: number; readonly goodMs: number },
): void {
  scrapedGauge(
    registry,
    "yagura_formation_last_pass_timestamp_seconds",
    "When alerts were last joined to incidents, or looked at with nothing to do; the start before the first time",
    () => read().goodMs / 1000,
  );
  scrapedTotal(registry, "yagura_formation_failures_total", "Passes that failed as a whole", () => read().failures);
  scrapedTotal(
    registry,
    "yagura_formation_refused_steps_total",
    "Changes of single incidents that were left out because the incident refused them",
    () => read().skipped,
  );
}
