import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { chmod, chown, mkdir, mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { freePort } from "../support/yagura-process.ts";

const run = promisify(execFile);

/** An engine beside Yagura that goes away and comes back with all it had. */
export type OwnServer = {
  /** What Yagura is told, as environment. */
  readonly environment: Readonly<Record<string, string>>;
  /** The directory under which `storedProbes` finds `events`; undefined for an engine that holds none. */
  readonly data: string | undefined;
  start(): Promise<void>;
  /** At once, as when its machine fails. */
  kill(): Promise<void>;
  remove(): Promise<void>;
};

/** ClickHouse's HTTP interface over the same engine that Yagura embeds. */
export async function eventsServer(): Promise<OwnServer> {
  const data = await mkdtemp(join(tmpdir(), "yagura-away-"));
  const port = await freePort();
  const script = new URL("./gateway-process.ts", import.meta.url).pathname;
  let child: ChildProcess | undefined;
  const kill = async (): Promise<void> => {
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    child.kill("SIGKILL");
    await once(child, "exit");
  };
  return {
    environment: { YAGURA_EVENTS_URL: `http://127.0.0.1:${port}` },
    data,
    start: async () => {
      child = spawn(process.execPath, [script, join(data, "events"), String(port)], {
        stdio: ["ignore", "pipe", "inherit"],
      });
      if (child.stdout) await once(child.stdout, "data");
    },
    kill,
    remove: async () => {
      await kill();
      await rm(data, { recursive: true, force: true });
    },
  };
}

const PROGRAMS = "/usr/lib/postgresql/15/bin";

/** PostgreSQL 15 of Debian, synced to disk as in production. Undefined where it is not installed. */
export async function stateServer(): Promise<OwnServer | undefined> {
  if (!existsSync(join(PROGRAMS, "initdb"))) return undefined;
  const root = await mkdtemp(join(tmpdir(), "yagura-away-"));
  const data = join(root, "data");
  const port = await freePort();
  // PostgreSQL refuses to run as root.
  const isRoot = process.getuid?.() === 0;
  const as = (program: string, ...args: string[]): Promise<unknown> => {
    const path = join(PROGRAMS, program);
    return isRoot ? run("runuser", ["-u", "postgres", "--", path, ...args]) : run(path, args);
  };
  await mkdir(data);
  await chmod(root, 0o755);
  if (isRoot) await chown(data, Number((await run("id", ["-u", "postgres"])).stdout), -1);
  await as("initdb", "-D", data, "-U", "yagura", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8");
  const options = `-p ${port} -c listen_addresses=127.0.0.1 -c unix_socket_directories=${data} -c max_connections=100`;
  const stop = (): Promise<unknown> => as("pg_ctl", "-D", data, "-m", "immediate", "-w", "stop");
  return {
    environment: { YAGURA_STATE_URL: `postgres://yagura@127.0.0.1:${port}/postgres` },
    data: undefined,
    start: async () => {
      await as("pg_ctl", "-D", data, "-w", "-t", "300", "-l", join(data, "log"), "-o", options, "start");
    },
    kill: async () => {
      await stop();
    },
    remove: async () => {
      if (await stat(join(data, "postmaster.pid")).catch(() => undefined)) await stop();
      await rm(root, { recursive: true, force: true });
    },
  };
}
