import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { appendFile, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openEmbeddedEvents } from "../../src/platform/events/index.ts";
import { type Installation, metric, newInstallation } from "../support/yagura-process.ts";

const RSYSLOGD = ["/usr/sbin/rsyslogd", "/sbin/rsyslogd"].find((path) => existsSync(path));
if (RSYSLOGD === undefined) console.warn("rsyslogd is not installed: 1 interop test is skipped");

const LINES_PER_STEP = 2000;
let installation: Installation;
let place: string;
let rsyslog: ChildProcess | undefined;

beforeAll(async () => {
  installation = await newInstallation();
  place = await mkdtemp(join(tmpdir(), "yagura-rsyslog-"));
  await mkdir(join(place, "spool"));
});
afterAll(async () => {
  rsyslog?.kill("SIGKILL");
  await installation?.remove();
  await rm(place, { recursive: true, force: true });
});

/** Follows a file and ships each line by TCP, keeping what cannot be delivered: what the README tells people to do. */
const configuration = (port: number): string => `
module(load="imfile" PollingInterval="1")
global(workDirectory="${place}/spool" preserveFQDN="on" localHostname="web01.example.jp")
input(type="imfile" File="${place}/app.log" Tag="app:" Severity="info" Facility="local3" readMode="0")
action(type="omfwd" target="127.0.0.1" port="${port}" protocol="tcp" TCP_Framing="octet-counted" template="RSYSLOG_SyslogProtocol23Format"
       queue.type="LinkedList" queue.filename="yagura" queue.saveOnShutdown="on" queue.maxDiskSpace="200m" action.resumeRetryCount="-1" action.resumeInterval="1")
`;

function startRsyslog(): ChildProcess {
  const child = spawn(RSYSLOGD ?? "", ["-n", "-f", join(place, "rsyslog.conf"), "-i", join(place, "rsyslog.pid")], {
    stdio: "ignore",
  });
  rsyslog = child;
  return child;
}

/** Waits until something has arrived and no more comes for three seconds. */
async function stopsGrowing(read: () => Promise<number>): Promise<void> {
  for (let last = 0, quietRounds = 0; quietRounds < 30; ) {
    await sleep(100);
    const now = await read();
    quietRounds = now > 0 && now === last ? quietRounds + 1 : 0;
    last = now;
  }
}

const write = (step: number): Promise<void> =>
  appendFile(
    join(place, "app.log"),
    Array.from({ length: LINES_PER_STEP }, (_, i) => `order accepted probe=s${step}n${i}\n`).join(""),
  );

describe.skipIf(RSYSLOGD === undefined)("A real rsyslog", () => {
  it("ships by TCP, is killed and restarted, and nothing that was acknowledged is missing", async () => {
    const yagura = await installation.start();
    await writeFile(join(place, "rsyslog.conf"), configuration(yagura.syslogTcpPort));
    const check = spawnSync(RSYSLOGD ?? "", ["-N1", "-f", join(place, "rsyslog.conf")], { encoding: "utf8" });
    expect(check.status, check.stderr).toBe(0);
    await writeFile(join(place, "app.log"), "");

    const first = startRsyslog();
    await write(1);
    while ((await metric(yagura.url, "yagura_intake_events_total")) < LINES_PER_STEP / 2) await sleep(100);
    // TERM lets rsyslog save its queue and file position; what it had already sent and we had taken must be there.
    first.kill("SIGTERM");
    await once(first, "exit");
    await write(2);
    startRsyslog();
    while ((await metric(yagura.url, "yagura_intake_events_total")) < LINES_PER_STEP * 2) await sleep(100);

    // Now the other side dies without warning: every event that the counter called durable must survive.
    const durable = await metric(yagura.url, "yagura_intake_events_total");
    await yagura.kill("SIGKILL");
    await write(3);
    const again = await installation.start();
    // Plain TCP has no acknowledgement: a few lines of step 3 may go down with the broken connection, and rsyslog cannot know.
    await stopsGrowing(() => metric(again.url, "yagura_intake_events_total"));
    while ((await metric(again.url, "yagura_wal_backlog_records")) > 0) await sleep(100);
    rsyslog?.kill("SIGTERM");
    await again.kill("SIGTERM");

    const events = openEmbeddedEvents(join(installation.data, "events"));
    const rows = await events.select<{ probe: string; host: string }>(
      "SELECT extract(raw, 'probe=(s[0-9]+n[0-9]+)') AS probe, any(host_name) AS host FROM events WHERE probe != '' GROUP BY probe",
      {},
      { maxRows: 100_000 },
    );
    await events.close();
    const probes = new Set(rows.map((row) => row.probe));
    const missing = [1, 2]
      .flatMap((step) => Array.from({ length: LINES_PER_STEP }, (_, i) => `s${step}n${i}`))
      .filter((probe) => !probes.has(probe));
    expect(durable).toBeGreaterThanOrEqual(LINES_PER_STEP * 2);
    expect(missing).toEqual([]);
    expect([...probes].filter((probe) => probe.startsWith("s3")).length).toBeGreaterThan(0);
    expect(new Set(rows.map((row) => row.host))).toEqual(new Set(["web01.example.jp"]));
  }, 300_000);
});
