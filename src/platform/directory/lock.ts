import { createHash, randomUUID } from "node:crypto";
import { chmodSync, lstatSync, mkdirSync } from "node:fs";
import { readFile, rm, writeFile } from "node:fs/promises";
import { createConnection, createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { AppError } from "../../kernel/errors.ts";

/** Unix socket paths are cut at about 104 bytes; a longer directory gets its sockets in a private one elsewhere. */
const MAX_SOCKET_PATH = 100;
/** Long enough for a rival that started in the same instant to have written its name over ours. */
const SETTLE_MS = 20;

export type Lock = { readonly controlSocket: string; release(): Promise<void> };

/** Where the process that owns `directory` listens for commands. Errors: AppError `conflict`, see `privateDirectory`. */
export function controlSocketOf(directory: string): string {
  const inside = join(directory, "control.sock");
  if (Buffer.byteLength(inside) <= MAX_SOCKET_PATH) return inside;
  return join(privateDirectory(), `${createHash("sha256").update(directory).digest("hex").slice(0, 24)}.sock`);
}

/**
 * A directory of this user alone, for sockets. Anybody may have made the name before us in the shared temporary
 * directory, so what stands there is believed only when it is a directory, ours, and closed to others.
 */
function privateDirectory(): string {
  const owner = process.getuid?.();
  const path = join(tmpdir(), `yagura-${owner ?? "sockets"}`);
  mkdirSync(path, { recursive: true, mode: 0o700 });
  const found = lstatSync(path);
  if (!found.isDirectory() || (owner !== undefined && found.uid !== owner)) {
    throw new AppError(
      "conflict",
      `${path} is not this user's. Remove it, or choose a shorter path with --data, so that no directory there is needed.`,
    );
  }
  if ((found.mode & 0o077) !== 0) chmodSync(path, 0o700);
  return path;
}

/**
 * A listening socket is the lock: the kernel drops it with the process, even after `kill -9`, so nothing stale can
 * keep us out and no process id can be mistaken for ours.
 */
export async function takeLock(directory: string): Promise<Lock> {
  const path =
    join(directory, "lock.sock").length <= MAX_SOCKET_PATH
      ? join(directory, "lock.sock")
      : `${controlSocketOf(directory)}.lock`;
  if (await isAnswered(path)) throw lockedError(directory);
  await rm(path, { force: true });
  const server = await listen(path, directory);
  const owner = join(directory, "lock.owner");
  const name = randomUUID();
  await writeFile(owner, name);
  await sleep(SETTLE_MS);
  if ((await readFile(owner, "utf8")) !== name) {
    server.close();
    throw lockedError(directory);
  }
  return {
    controlSocket: controlSocketOf(directory),
    release: async () => {
      await new Promise<void>((closed) => server.close(() => closed()));
      await rm(path, { force: true });
    },
  };
}

const lockedError = (directory: string): AppError =>
  new AppError(
    "conflict",
    `${directory} is in use by another Yagura. Stop it first, or choose another directory with --data.`,
  );

function listen(path: string, directory: string): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => socket.destroy());
    server.unref();
    server.once("error", (error: NodeJS.ErrnoException) =>
      reject(error.code === "EADDRINUSE" ? lockedError(directory) : error),
    );
    server.listen(path, () => resolve(server));
  });
}

/** Does a living process listen there? A socket file whose process has died refuses connections. */
export function isAnswered(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection(path);
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => resolve(false));
  });
}
