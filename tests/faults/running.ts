import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { freePort, type Installation, metric, newInstallation, type YaguraProcess } from "../support/yagura-process.ts";
import type { Target } from "./senders.ts";

/** A machine that is kept busy by the load starts slowly, and that is no fault. */
const READY_MS = 600_000;

/** An installation with the ports open that acknowledge, and how its senders reach it. */
export type Victim = {
  readonly installation: Installation;
  start(environment?: NodeJS.ProcessEnv): Promise<YaguraProcess>;
  target(yagura: YaguraProcess): Promise<Target>;
};

/** `settings` is further YAML. */
export async function newVictim(settings = ""): Promise<Victim> {
  const installation = await newInstallation({ readyMs: READY_MS });
  const [relpPort, lumberjackPort] = await Promise.all([freePort(), freePort()]);
  const config = join(installation.data, "..", "yagura.yaml");
  await writeFile(
    config,
    `relp: { enabled: true, port: ${relpPort} }\nlumberjack: { enabled: true, port: ${lumberjackPort} }\n${settings}`,
  );
  let token = "";
  return {
    installation,
    start: (environment = {}) => installation.start({ YAGURA_LOG_LEVEL: "warn", ...environment }, ["--config", config]),
    target: async ({ url, syslogTcpPort }) => {
      token ||= await installation.token("probe");
      return { url, token, syslogTcpPort, relpPort, lumberjackPort };
    },
  };
}

/** Resolves when all that the log holds is stored; rejects when nothing moves for `patienceMs`. */
export async function drained(url: string, patienceMs = 120_000): Promise<void> {
  let [least, since] = [Number.POSITIVE_INFINITY, performance.now()];
  for (;;) {
    const backlog = await metric(url, "yagura_wal_backlog_records");
    if (backlog === 0) return;
    if (backlog < least) [least, since] = [backlog, performance.now()];
    if (performance.now() - since > patienceMs)
      throw new Error(`${backlog} records have waited in the log for too long`);
    await sleep(100);
  }
}
