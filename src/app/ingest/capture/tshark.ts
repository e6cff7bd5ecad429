import { type ChildProcessByStdio, spawn } from "node:child_process";
import { once } from "node:events";
import { accessSync, constants } from "node:fs";
import type { Readable, Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { AppError } from "../../../kernel/errors.ts";
import { createLineSplitter } from "../../../monitor/collect/index.ts";
import { reasonOf } from "../files.ts";
import { Entries } from "./entries.ts";
import type { Entry } from "./flows.ts";
import { AGGREGATOR, FIELDS, type Field, NEWER_FIELDS, readPacket } from "./packet.ts";

/** A packet capture → lines of JSON, one an event. `onLoss`: what could not be read, in words. */
export type CaptureReader = (bytes: AsyncIterable<Buffer>, onLoss: (loss: string) => void) => AsyncGenerator<Buffer>;

/** Virtual memory, and seconds of a processor. Both are set before tshark runs: a capture is a stranger's. */
const MEMORY_KIB = 3 * 1024 * 1024;
const CPU_SECONDS = 900;
/** A reading ends after so long by the clock, and a wait for another reading after so long. */
const WALL_MS = 30 * 60_000;
const WAIT_MS = 60_000;
const LINE_BYTES = 1024 * 1024;
const READERS = 2;
const NOBODY = 65_534;
const MAX_SAID = 2_000;

type Tshark = ChildProcessByStdio<Writable, Readable, Readable>;

/** The first of these places where a program is; undefined = nowhere. */
function findProgram(places: readonly string[]): string | undefined {
  return places.find((place) => {
    try {
      accessSync(place, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/** A reader by the first tshark that is at one of these places; undefined when none is. */
export function capturesBy(places: readonly string[]): CaptureReader | undefined {
  const program = findProgram(places);
  return program === undefined ? undefined : captureReader(program);
}

/** Reads captures through tshark, a few at a time. */
function captureReader(program: string): CaptureReader {
  let running = 0;
  const waiting: (() => void)[] = [];
  let fields: Promise<readonly Field[]> | undefined;
  return async function* (bytes, onLoss) {
    if (running >= READERS) await turnIn(waiting);
    running += 1;
    try {
      fields ??= fieldsOf(program);
      // A start that failed for want of memory or processes must not be remembered.
      fields.catch(() => (fields = undefined));
      yield* read(await fields, { program, bytes, onLoss });
    } finally {
      running -= 1;
      waiting.shift()?.();
    }
  };
}

/** Waits for somebody to be done. Errors: `over_limit` when nobody is within a minute. */
async function turnIn(waiting: (() => void)[]): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const call = (): void => {
      clearTimeout(timer);
      resolve();
    };
    const timer = setTimeout(() => {
      waiting.splice(waiting.indexOf(call), 1);
      reject(new AppError("over_limit", "Other packet captures are being read. Send this one again later."));
    }, WAIT_MS);
    waiting.push(call);
  });
}

type Reading = {
  readonly program: string;
  readonly bytes: AsyncIterable<Buffer>;
  readonly onLoss: (loss: string) => void;
};

async function* read(fields: readonly Field[], { program, bytes, onLoss }: Reading): AsyncGenerator<Buffer> {
  const child = start(program, ["-r", "-", ...optionsFor(fields)]);
  const exited = once(child, "close");
  // Told where it is awaited; a start that fails must not end the process before.
  exited.catch(() => undefined);
  if (child.pid === undefined) throw new AppError("unavailable", "tshark cannot be started now.");
  const tooLong = setTimeout(() => endGroup(child), WALL_MS);
  let said = "";
  child.stderr.on("data", (chunk: Buffer) => (said = (said + chunk).slice(-MAX_SAID)));
  // tshark ends early when it has had enough; a source that breaks off ends tshark's input, and is told when its output is read.
  let broken: unknown;
  const feeding = pipeline(
    watched(bytes, (error) => (broken = error)),
    child.stdin,
  ).catch(() => undefined);
  const entries = new Entries();
  let lines: string[] = [];
  const add = (some: Iterable<Entry>): void => {
    for (const entry of some) lines.push(`${JSON.stringify(entry)}\n`);
  };
  const splitter = createLineSplitter({
    maxBytes: LINE_BYTES,
    encoding: "utf-8",
    onEvent: (line) => {
      const packet = readPacket(line.toString("utf8"), fields);
      if (packet !== undefined) add(entries.see(packet));
    },
    onTooLarge: () => onLoss("a packet says more than 1 MiB"),
  });
  const taken = (): Buffer => Buffer.from(lines.splice(0).join(""));
  try {
    for await (const chunk of child.stdout) {
      splitter.push(chunk as Buffer);
      if (lines.length > 0) yield taken();
    }
    splitter.end();
    const [code, signal] = await exited;
    await feeding;
    add(entries.end());
    yield taken();
    if (code !== 0 && broken === undefined) onLoss(lossOf(said, code, signal));
    if (broken !== undefined) throw broken;
  } finally {
    lines = [];
    clearTimeout(tooLong);
    endGroup(child);
  }
}

function endGroup({ pid, exitCode, signalCode }: Tshark): void {
  if (pid === undefined || exitCode !== null || signalCode !== null) return;
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // It ended in between.
  }
}

async function* watched(bytes: AsyncIterable<Buffer>, onBroken: (error: unknown) => void): AsyncGenerator<Buffer> {
  try {
    yield* bytes;
  } catch (error) {
    onBroken(error);
  }
}

function lossOf(said: string, code: unknown, signal: unknown): string {
  if (signal === "SIGXCPU" || signal === "SIGKILL" || code === 137 || code === 152)
    return "tshark was stopped: it took too long or too much memory; what it had read is kept";
  const words = said
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("Running as user"))
    .join(" ");
  return `tshark: ${words.replace(/[^\x20-\x7e]+/g, " ").slice(0, 300) || `ended with ${String(code ?? signal)}`}`;
}

/**
 * Between us and tshark stands cat: Node's own pipes are sockets, which tshark does not read. One resource a call, since dash knows no more;
 * where a limit cannot be set nothing is run.
 */
export const SCRIPT = `ulimit -v ${MEMORY_KIB} && ulimit -t ${CPU_SECONDS} && { cat | "$0" "$@"; }`;

/** As nobody if it may choose, without our environment, under limits of memory and time; no names are looked up (-n). */
function start(program: string, args: readonly string[]): Tshark {
  const limited = ["-c", SCRIPT, program, ...args];
  const isRoot = process.getuid?.() === 0;
  return spawn("/bin/sh", limited, {
    stdio: ["pipe", "pipe", "pipe"],
    env: { PATH: "/usr/bin:/bin", LANG: "C.UTF-8", HOME: "/nonexistent", TMPDIR: "/tmp" },
    cwd: "/",
    // A group of its own, so that all of it can be ended.
    detached: true,
    ...(isRoot && { uid: NOBODY, gid: NOBODY }),
  });
}

const optionsFor = (fields: readonly Field[]): string[] => [
  ...["-n", "-l", "-Q", "-T", "fields", "-E", "occurrence=a", "-E", `aggregator=${AGGREGATOR}`],
  ...fields.flatMap((field) => ["-e", field]),
];

/** The fields that this version knows: it names those that it does not before it reads anything. */
async function fieldsOf(program: string): Promise<readonly Field[]> {
  const all: readonly Field[] = [...FIELDS, ...NEWER_FIELDS];
  const child = start(program, ["-r", "/dev/null", ...optionsFor(all)]);
  let said = "";
  child.stdin.end();
  child.stdout.resume();
  child.stderr.on("data", (chunk: Buffer) => (said = (said + chunk).slice(-MAX_SAID)));
  await once(child, "close").catch((error: unknown) => {
    throw new AppError("unavailable", `tshark cannot be started: ${reasonOf(error)}`, {}, error);
  });
  const words = new Set(said.split(/\s+/));
  return all.filter((field) => !words.has(field));
}
