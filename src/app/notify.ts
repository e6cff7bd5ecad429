import type { Registry } from "prom-client";
import type { Organization } from "../organization/index.ts";
import { createAttemptLimiter, type HttpServer } from "../platform/http/index.ts";
import type { Logger } from "../platform/log/index.ts";
import { createPoster } from "../platform/outbound/index.ts";
import { createSealer } from "../platform/secret/index.ts";
import type { State } from "../platform/state/index.ts";
import { incidentDeps } from "../respond/incident/index.ts";
import {
  createMailer,
  createNotifier,
  ensureDefaults,
  type NotifyDeps,
  notifyRoutes,
  runNotifier,
} from "../respond/notify/index.ts";
import type { Config } from "./config.ts";
import { addNotifyMetrics } from "./notify-metrics.ts";

const TIMEOUT_MS = 10_000;
const MAX_ANSWER_BYTES = 16 * 1024;
/** Tests of channels per person. */
const TESTS = { maxAttempts: 20, windowMs: 10 * 60_000 };

type NotifyParts = {
  readonly config: Config;
  readonly state: State;
  readonly organization: Organization;
  /** The installation's key. */
  readonly key: string;
  /** Where people open the app. */
  readonly url: string;
  readonly log: Logger;
  readonly registry: Registry;
};
export type Notifying = { routes(app: HttpServer): Promise<void>; close(): Promise<void> };

/** Tells people and channels what they must know, until it is closed. */
export async function openNotify(parts: NotifyParts): Promise<Notifying> {
  const { config, state, organization, key, url, log, registry } = parts;
  const { internalHosts } = config.notify;
  const mailer = config.mail && createMailer({ ...mailSettings(config.mail), domain: new URL(url).hostname });
  const post = createPoster({ internalHosts, timeoutMs: TIMEOUT_MS, maxAnswerBytes: MAX_ANSWER_BYTES });
  const deps: NotifyDeps = {
    ...incidentDeps,
    sealer: createSealer(key, "notification channels"),
    ways: { post, mailer, now: () => new Date() },
    internalHosts,
    link: (path) => new URL(path, url).href,
    tests: createAttemptLimiter(TESTS),
  };
  const system = await organization.contexts.system("Yagura");
  const { rootId } = await organization.tree.current();
  if (rootId !== undefined) await ensureDefaults(system, rootId);
  const notifier = createNotifier({ ...deps, state, tree: organization.tree, log });
  addNotifyMetrics(registry, notifier);
  const running = runNotifier(notifier, log);
  return {
    routes: async (app) => {
      await app.register(notifyRoutes(deps));
    },
    close: async () => {
      await running.close();
      mailer?.close();
    },
  };
}

function mailSettings({ user, password, ...rest }: NonNullable<Config["mail"]>) {
  return { ...rest, login: user === undefined || password === undefined ? undefined : { user, password } };
}
