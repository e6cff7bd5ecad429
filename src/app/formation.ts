import type { Organization } from "../organization/index.ts";
import type { HttpServer } from "../platform/http/index.ts";
import type { Logger } from "../platform/log/index.ts";
import { createFormation, FORM_SETTINGS, formationRoutes } from "../respond/formation/index.ts";
import type { Config } from "./config.ts";
import type { Engines } from "./engines.ts";

/** How soon new alerts are joined, at the least. */
const LOOK_EVERY_MS = 2_000;
/** Of the time at most a fifth is spent on joining: taking in comes first. */
const REST_PER_WORK = 4;

type FormationParts = {
  readonly config: Config;
  readonly engines: Engines;
  readonly organization: Organization;
  readonly log: Logger;
};
export type Forming = { routes(app: HttpServer): Promise<void>; close(): Promise<void> };

/** Joins alerts to incidents as they come, until it is closed. */
export function openFormation({ config, engines, organization, log }: FormationParts): Forming {
  const settings = { ...FORM_SETTINGS, threshold: config.formation.threshold };
  const tree = () => organization.tree.current();
  const system = () => organization.contexts.system("formation");
  const formation = createFormation({ state: engines.state, system, tree, settings });
  let isClosing = false;
  let timer: NodeJS.Timeout | undefined;
  let working = Promise.resolve();
  const work = async (): Promise<void> => {
    const startedAt = performance.now();
    try {
      while (!isClosing && (await formation.pass())?.done === false);
    } catch (err) {
      if (!isClosing) log.warn({ err }, "alerts could not be joined; they are joined later");
    }
    if (isClosing) return;
    const restMs = Math.max(LOOK_EVERY_MS, REST_PER_WORK * (performance.now() - startedAt));
    timer = setTimeout(start, restMs);
  };
  const start = (): void => {
    working = work();
  };
  start();
  return {
    routes: async (app) => {
      await app.register(formationRoutes({ tree, settings, alerts: formation.alerts }));
    },
    close: async () => {
      isClosing = true;
      clearTimeout(timer);
      await working;
    },
  };
}
