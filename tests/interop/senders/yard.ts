import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { chmod, chown, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import {
  createCertificates,
  removeCertificates,
  type TestCertificates,
} from "../../../src/monitor/collect/testing/tcp.ts";
import { freePort, newInstallation, until } from "../../support/yagura-process.ts";

/** A sender that a broken test leaves behind ends by itself after so long. */
const SENDER_SECONDS = "240";
const NOBODY = 65_534;
export const IS_ROOT = process.getuid?.() === 0;

/** What a test says of one event. Values are columns by their ECS name; what the event does not have is absent. */
export type Seen = {
  readonly dataset: string;
  readonly problem: string;
  readonly six: { who: string; whereFrom: string; withWhat: string; what: string; didWhat: string };
  readonly values: Readonly<Record<string, string | number>>;
};

/** One Yagura with every way in open, a folder whose `<sender>/*.log` it follows, and the senders that were started. */
export type Yard = {
  readonly ports: {
    readonly udp: number;
    readonly tcp: number;
    readonly tls: number;
    readonly flows: number;
    readonly bulk: number;
  };
  readonly token: string;
  readonly certificates: TestCertificates;
  /** A folder of one sender: private to it, and readable by the account that the sender runs as. */
  folder(sender: string, isUnprivileged?: boolean): Promise<string>;
  start(program: string, args: readonly string[], options?: StartOptions): ChildProcess;
  stop(sender: ChildProcess): Promise<void>;
  /** What `q` finds now, from an hour ago on. */
  find(q: string): Promise<readonly Seen[]>;
  close(): Promise<void>;
};

type StartOptions = {
  readonly isUnprivileged?: boolean;
  readonly env?: NodeJS.ProcessEnv;
  readonly input?: ChildProcess;
};

/** nfcapd reads a time before the exporter's start as one after the wrap of its 32-bit clock: 49.7 days later. */
const CLOCKS_AHEAD_MS = 50 * 86_400_000;

const COLUMNS =
  "event.outcome,host.name,http.response.status_code,log.level,process.pid,rule.name,source.port,destination.port,network.transport,source.bytes";

export async function openYard(): Promise<Yard> {
  const installation = await newInstallation();
  const place = await mkdtemp(join(tmpdir(), "yagura-senders-"));
  await chmod(place, 0o711);
  const certificates = createCertificates();
  const [tls, flows, bulk] = await Promise.all([freePort(), freePort(), freePort()]);
  const config = join(place, "yagura.yaml");
  const settings = {
    tail: [{ path: join(place, "*", "*.log"), name: "followed files" }],
    flows: { enabled: true, port: flows },
    elasticsearch: { enabled: true, port: bulk },
    syslog: { tls: { enabled: true, port: tls, tls: mutualTls(certificates) } },
  };
  await writeFile(config, JSON.stringify(settings));
  const yagura = await installation.start({}, ["--config", config]);
  const [token, reader] = await Promise.all([installation.token("bulk"), installation.token("reader", "api")]);
  const running: ChildProcess[] = [];
  const find = async (q: string): Promise<readonly Seen[]> => {
    const query = new URLSearchParams({ q, columns: COLUMNS, sort: "time:asc", from: "now-1h", limit: "500" });
    query.set("to", new Date(Date.now() + CLOCKS_AHEAD_MS).toISOString());
    const answer = await fetch(`${yagura.url}/api/v1/search/events?${query}`, {
      headers: { authorization: `Bearer ${reader}` },
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`search said ${answer.status}: ${text}`);
    return JSON.parse(text).items;
  };
  return {
    ports: { udp: yagura.syslogUdpPort, tcp: yagura.syslogTcpPort, tls, flows, bulk },
    token,
    certificates,
    folder: async (sender, isUnprivileged = false) => {
      const path = join(place, sender);
      await mkdir(path, { recursive: true });
      if (isUnprivileged && IS_ROOT) await chown(path, NOBODY, NOBODY);
      return path;
    },
    start: (program, args, options = {}) => {
      const child = startSender(program, args, options);
      running.push(child);
      return child;
    },
    stop,
    find,
    close: async () => {
      await Promise.all(running.map(stop));
      await installation.remove();
      removeCertificates(certificates);
      await rm(place, { recursive: true, force: true });
    },
  };
}

const mutualTls = ({ at }: TestCertificates): Record<string, unknown> => ({
  certificate: at("server.pem"),
  key: at("server.key"),
  clientCa: at("ca.pem"),
  clientNames: ["*.example.jp"],
});

/** `timeout` gives the sender and its children a process group that ends as one, even when nobody stops it. */
function startSender(
  program: string,
  args: readonly string[],
  { isUnprivileged, env, input }: StartOptions,
): ChildProcess {
  const child = spawn("timeout", ["-k", "2", SENDER_SECONDS, program, ...args], {
    stdio: [input ? "pipe" : "ignore", "pipe", "pipe"],
    env: { ...process.env, ...env },
    ...(isUnprivileged && IS_ROOT && { uid: NOBODY, gid: NOBODY }),
  });
  // Both are stopped together: whoever writes to one that has gone first is not at fault.
  child.stdin?.on("error", () => {});
  if (child.stdin) input?.stderr?.pipe(child.stdin);
  return child;
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill("SIGTERM");
  await once(child, "exit");
}

/** Where Debian has a program; undefined when it is not installed. */
export const programAt = (...paths: string[]): string | undefined => paths.find((path) => existsSync(path));

/** Resolves when something listens; fails with what the sender said when it ended instead. */
export async function listens(child: ChildProcess, port: number): Promise<void> {
  let said = "";
  child.stdout?.on("data", (chunk: Buffer) => (said += chunk));
  child.stderr?.on("data", (chunk: Buffer) => (said += chunk));
  await until(`port ${port}`, async () => {
    if (child.exitCode !== null) throw new Error(`${child.spawnargs.join(" ")} ended:\n${said}`);
    return new Promise<boolean>((answer) => {
      const socket = connect(port, "127.0.0.1", () => answer(true)).on("error", () => answer(false));
      socket.on("connect", () => socket.destroy());
    });
  });
}

/** Runs a command to its end, whatever its exit status. Its standard output, and its errors behind it. */
export async function run(program: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<string> {
  const options = { timeout: 30_000, env: { ...process.env, ...env } };
  return promisify(execFile)(program, args, options).then(
    ({ stdout, stderr }) => stdout + stderr,
    (error: { stdout?: string; stderr?: string }) => `${error.stdout ?? ""}${error.stderr ?? ""}`,
  );
}
