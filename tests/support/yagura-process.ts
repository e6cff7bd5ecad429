import { type ChildProcess, execFile, spawn } from "node:child_process";
import { randomInt } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { copyUsedData } from "./used-data.ts";

const BIN = new URL("../../bin/yagura", import.meta.url).pathname;
/** Below the limit of a hook, so that what one sees of a start that never ends is its output. */
const READY_MS = 170_000;

export type YaguraProcess = {
  readonly pid: number;
  readonly url: string;
  readonly syslogUdpPort: number;
  readonly syslogTcpPort: number;
  /** The one-time link that the start printed, when there is no administrator yet. */
  readonly setupLink: string | undefined;
  output(): string;
  kill(signal: NodeJS.Signals): Promise<void>;
};

export type Installation = {
  readonly data: string;
  start(environment?: NodeJS.ProcessEnv, extra?: readonly string[]): Promise<YaguraProcess>;
  command(...args: string[]): Promise<string>;
  /** The secret of a new token, made as an administrator of this machine makes it. */
  token(name: string, kind?: "ingest" | "api"): Promise<string>;
  /** Kills with -9 whatever runs, what is still starting too: its `start` rejects. */
  interrupt(): void;
  remove(): Promise<void>;
};

type InstallationOptions = {
  /** Whether the next start is the first ever, with everything that it makes. Otherwise there was one, and nothing happened after it. */
  readonly isNew?: boolean;
  /** How long a start may take. */
  readonly readyMs?: number;
};

/** A data directory of its own with fixed free ports: what a user has, run the way a user runs it. */
export async function newInstallation(options: InstallationOptions = {}): Promise<Installation> {
  const { isNew = false, readyMs = READY_MS } = options;
  const root = await mkdtemp(join(tmpdir(), "yagura-e2e-"));
  const data = join(root, "data");
  const [http, udp, tcp] = await Promise.all([freePort(), freePort(), freePort()]);
  if (!isNew) await copyUsedData(data, (making) => startOnce(making, readyMs));
  const running = new Set<ChildProcess>();
  const base = {
    ...withoutYagura(process.env),
    YAGURA_SYSLOG_UDP_PORT: String(udp),
    YAGURA_SYSLOG_TCP_PORT: String(tcp),
  };
  const command = async (...args: string[]): Promise<string> =>
    (await promisify(execFile)(BIN, args, { cwd: root, env: base, maxBuffer: 1 << 24 })).stdout;
  return {
    data,
    start: async (environment = {}, extra = []) => {
      const child = spawn(BIN, ["start", "--data", data, "--port", String(http), ...extra], {
        cwd: root,
        env: { ...base, ...environment },
        stdio: ["ignore", "pipe", "pipe"],
      });
      running.add(child);
      child.once("exit", () => running.delete(child));
      let output = "";
      child.stdout?.on("data", (chunk: Buffer) => (output += chunk));
      child.stderr?.on("data", (chunk: Buffer) => (output += chunk));
      const url = `http://127.0.0.1:${http}`;
      await ready(url, child, { output: () => output, readyMs });
      return {
        pid: child.pid ?? -1,
        url,
        syslogUdpPort: udp,
        syslogTcpPort: tcp,
        setupLink: /https?:\/\/\S+\/setup\S*/.exec(output)?.[0],
        output: () => output,
        kill: async (signal) => {
          if (child.exitCode !== null || child.signalCode !== null) return;
          child.kill(signal);
          await once(child, "exit");
        },
      };
    },
    command,
    token: async (name, kind = "ingest") =>
      (await command("token", "create", name, "--kind", kind, "--data", data, "--quiet")).trim(),
    interrupt: () => {
      for (const child of running) child.kill("SIGKILL");
    },
    remove: async () => {
      for (const child of running) child.kill("SIGKILL");
      await rm(root, { recursive: true, force: true });
    },
  };
}

async function startOnce(data: string, readyMs: number): Promise<void> {
  const port = await freePort();
  const environment = { ...withoutYagura(process.env), YAGURA_SYSLOG_UDP_PORT: "0", YAGURA_SYSLOG_TCP_PORT: "0" };
  const child = spawn(BIN, ["start", "--data", data, "--port", String(port)], {
    env: environment,
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  child.stdout.on("data", (chunk: Buffer) => (output += chunk));
  child.stderr.on("data", (chunk: Buffer) => (output += chunk));
  await ready(`http://127.0.0.1:${port}`, child, { output: () => output, readyMs });
  child.kill("SIGTERM");
  await once(child, "exit");
}

const WHERE_TO_GO = /\n {2}https?:\/\//;

type Waiting = { readonly output: () => string; readonly readyMs: number };

async function ready(url: string, child: ChildProcess, { output, readyMs }: Waiting): Promise<void> {
  for (const until = Date.now() + readyMs; Date.now() < until; ) {
    if (child.exitCode !== null || child.signalCode !== null) break;
    const answer = await fetch(`${url}/readyz`).catch(() => undefined);
    // It answers before it has said where to go, which is when a user may begin.
    if (answer?.ok && WHERE_TO_GO.test(output())) return;
    await sleep(50);
  }
  child.kill("SIGKILL");
  throw new Error(`Yagura did not become ready:\n${output()}`);
}

/** Below what systems give to outgoing connections: one of those must not take a port between the choice and the start. */
const PORTS = { from: 15_000, to: 32_000 } as const;

/** A port of this machine that nobody listens on, for servers that are to keep it over restarts. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(PORTS.from, PORTS.to);
    if (await isFree(port)) return port;
  }
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer().listen(port, "127.0.0.1");
  try {
    await once(server, "listening");
  } catch {
    return false;
  }
  await new Promise<void>((closed) => server.close(() => closed()));
  return true;
}

const withoutYagura = (environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv =>
  Object.fromEntries(Object.entries(environment).filter(([name]) => !name.startsWith("YAGURA_")));

/** Sums every sample of a Prometheus metric. */
export async function metric(url: string, name: string, label = ""): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  let sum = 0;
  for (const line of text.split("\n")) {
    if ((line.startsWith(`${name}{`) || line.startsWith(`${name} `)) && line.includes(label))
      sum += Number(line.slice(line.lastIndexOf(" ")));
  }
  return sum;
}

/** Resolves when everything acknowledged so far can be searched and has raised its alerts. */
export const settled = (url: string): Promise<unknown> =>
  until("everything taken in to be stored", async () => (await metric(url, "yagura_wal_backlog_records")) === 0);

const PATIENCE_MS = 90_000;

/** Asks again until the answer is neither undefined nor false. Rejects, naming what it waited for. */
export async function until<T>(what: string, ask: () => Promise<T | undefined | false>): Promise<T> {
  for (const end = Date.now() + PATIENCE_MS; Date.now() < end; await sleep(50)) {
    const answer = await ask();
    if (answer !== undefined && answer !== false) return answer;
  }
  throw new Error(`waited ${PATIENCE_MS / 1000} s in vain for ${what}`);
}
