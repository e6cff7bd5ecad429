import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { appendFile, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  createCertificates,
  removeCertificates,
  type TestCertificates,
} from "../../src/monitor/collect/testing/tcp.ts";
import { openEmbeddedEvents } from "../../src/platform/events/index.ts";
import { freePort, type Installation, metric, newInstallation, until } from "../support/yagura-process.ts";

const RSYSLOGD = ["/usr/sbin/rsyslogd", "/sbin/rsyslogd"].find((path) => existsSync(path)) ?? "";
const MODULES = ["/usr/lib/x86_64-linux-gnu/rsyslog", "/usr/lib/aarch64-linux-gnu/rsyslog", "/usr/lib/rsyslog"];
const hasModule = (name: string): boolean =>
  RSYSLOGD !== "" && MODULES.some((directory) => existsSync(join(directory, `${name}.so`)));

type Way = {
  readonly name: string;
  readonly module: string;
  readonly protocol: "relp" | "syslog";
  readonly isMutualTls: boolean;
  isAcknowledged: boolean;
};
const WAYS: readonly Way[] = [
  { name: "RELP", module: "omrelp", protocol: "relp", isMutualTls: false, isAcknowledged: true },
  { name: "RELP over mutual TLS", module: "omrelp", protocol: "relp", isMutualTls: true, isAcknowledged: true },
  { name: "mutual TLS by OpenSSL", module: "lmnsd_ossl", protocol: "syslog", isMutualTls: true, isAcknowledged: false },
  { name: "mutual TLS by GnuTLS", module: "lmnsd_gtls", protocol: "syslog", isMutualTls: true, isAcknowledged: false },
];
const absent = WAYS.filter(({ module }) => !hasModule(module));
if (absent.length > 0) console.warn(`rsyslog's ${absent.map(({ module }) => module)} absent: ${absent.length} skipped`);

const LINES = 1_000;
let certificates: TestCertificates;
beforeAll(() => {
  certificates = createCertificates();
});
afterAll(() => removeCertificates(certificates));

/** What an administrator writes: a queue on disk, endless retries. */
function senderSettings({ protocol, isMutualTls, module }: Way, place: string, port: number): string {
  const queue = `queue.type="LinkedList" queue.filename="yagura" queue.saveOnShutdown="on" action.resumeRetryCount="-1" action.resumeInterval="1"`;
  const common = `target="127.0.0.1" port="${port}" template="RSYSLOG_SyslogProtocol23Format" ${queue}`;
  const driver = module === "lmnsd_ossl" ? "ossl" : "gtls";
  const tls = `StreamDriver="${driver}" StreamDriverMode="1" StreamDriverAuthMode="x509/name" StreamDriverPermittedPeers="localhost"`;
  const files = `DefaultNetstreamDriverCAFile="${certificates.at("ca.pem")}" DefaultNetstreamDriverCertFile="${certificates.at("client.pem")}" DefaultNetstreamDriverKeyFile="${certificates.at("client.key")}"`;
  const isRelp = protocol === "relp";
  // omrelp has its own TLS and its own words for it.
  const relpTls = `tls="on" tls.caCert="${certificates.at("ca.pem")}" tls.myCert="${certificates.at("client.pem")}" tls.myPrivKey="${certificates.at("client.key")}" tls.authMode="name" tls.permittedPeer=["localhost"]`;
  return `module(load="imfile" PollingInterval="1")
${isRelp ? `module(load="omrelp")` : ""}
global(workDirectory="${place}/spool" preserveFQDN="on" localHostname="web01.example.jp" ${isRelp ? "" : files})
input(type="imfile" File="${place}/app.log" Tag="app:" Severity="info" Facility="local3" readMode="0")
action(${isRelp ? `type="omrelp" ${isMutualTls ? relpTls : ""} ${common}` : `type="omfwd" protocol="tcp" TCP_Framing="octet-counted" ${tls} ${common}`})
`;
}

async function receiverSettings({ protocol, isMutualTls }: Way, place: string, port: number): Promise<string> {
  const tls = {
    certificate: certificates.at("server.pem"),
    key: certificates.at("server.key"),
    clientCa: certificates.at("ca.pem"),
    clientNames: ["*.example.jp"],
  };
  const listener = { enabled: true, port, ...(isMutualTls && { tls }) };
  const settings = protocol === "relp" ? { relp: listener } : { syslog: { tls: listener } };
  const path = join(place, "yagura.yaml");
  await writeFile(path, JSON.stringify(settings));
  return path;
}

describe("A real rsyslog", () => {
  for (const way of WAYS) {
    it.skipIf(!hasModule(way.module))(
      `ships by ${way.name} while both sides are killed; what was acknowledged is there`,
      { concurrent: true, timeout: 300_000 },
      () => shipAndKill(way),
    );
  }
});

/** Waits until no more has come for three seconds. */
async function quiet(read: () => Promise<number>): Promise<void> {
  for (let last = -1, rounds = 0; rounds < 30; await sleep(100)) {
    const now = await read();
    rounds = now === last ? rounds + 1 : 0;
    last = now;
  }
}

type Probe = { readonly probe: string; readonly host: string };
/** A process opens one embedded engine at a time, and the ways are tried side by side. */
let turn: Promise<unknown> = Promise.resolve();

function storedProbes(data: string): Promise<Probe[]> {
  const read = async (): Promise<Probe[]> => {
    const events = openEmbeddedEvents(data);
    try {
      return await events.select<Probe>(
        "SELECT extract(raw, 'probe=(s[0-9]+n[0-9]+)') AS probe, any(host_name) AS host FROM events WHERE probe != '' GROUP BY probe",
        {},
        { maxRows: 100_000 },
      );
    } finally {
      await events.close();
    }
  };
  const mine = turn.then(read);
  turn = mine.catch(() => undefined);
  return mine;
}

async function shipAndKill(way: Way): Promise<void> {
  const place = await mkdtemp(join(tmpdir(), "yagura-rsyslog-"));
  const installation: Installation = await newInstallation();
  let rsyslog: ChildProcess | undefined;
  const startRsyslog = (): ChildProcess =>
    (rsyslog = spawn(RSYSLOGD, ["-n", "-f", join(place, "rsyslog.conf"), "-i", join(place, "pid")], {
      stdio: "ignore",
    }));
  const write = (step: number): Promise<void> =>
    appendFile(
      join(place, "app.log"),
      Array.from({ length: LINES }, (_, i) => `order accepted probe=s${step}n${i}\n`).join(""),
    );
  try {
    await mkdir(join(place, "spool"));
    const port = await freePort();
    const config = await receiverSettings(way, place, port);
    await writeFile(join(place, "rsyslog.conf"), senderSettings(way, place, port));
    await writeFile(join(place, "app.log"), "");
    const yagura = await installation.start({}, ["--config", config]);
    const taken = (url: string) => metric(url, "yagura_intake_events_total");

    await write(1);
    const first = startRsyslog();
    // All of it: rsyslog's own omrelp forgets what is unanswered when it is told to end in the middle of sending.
    await until("the lines of the first step", async () => (await taken(yagura.url)) >= LINES);
    first.kill("SIGTERM");
    await once(first, "exit");
    await write(2);
    startRsyslog();
    await until("all lines of two steps", async () => (await taken(yagura.url)) >= 2 * LINES);

    // Killed in the middle of the third step: what it had answered must be on disk, the rest comes again.
    await write(3);
    await until("a part of the third step", async () => (await taken(yagura.url)) > 2 * LINES);
    await yagura.kill("SIGKILL");
    const again = await installation.start({}, ["--config", config]);
    // RELP repeats what was not acknowledged. TLS alone may lose what went down with the broken connection.
    await write(4);
    const least = way.isAcknowledged ? LINES : 1;
    await until("the lines of the fourth step", async () => (await taken(again.url)) >= least);
    await quiet(() => taken(again.url));
    await until("everything to be stored", async () => (await metric(again.url, "yagura_wal_backlog_records")) === 0);
    rsyslog?.kill("SIGTERM");
    await again.kill("SIGTERM");

    const rows = await storedProbes(join(installation.data, "events"));
    const probes = new Set(rows.map((row) => row.probe));
    const missing = (way.isAcknowledged ? [1, 2, 3, 4] : [1, 2])
      .flatMap((step) => Array.from({ length: LINES }, (_, i) => `s${step}n${i}`))
      .filter((probe) => !probes.has(probe));
    expect(missing).toEqual([]);
    expect(new Set(rows.map((row) => row.host))).toEqual(new Set(["web01.example.jp"]));
  } finally {
    rsyslog?.kill("SIGKILL");
    await installation.remove();
    await rm(place, { recursive: true, force: true });
  }
}
