import { randomUUID } from "node:crypto";
import { tmpdir } from "node:os";
import type { Readable, Writable } from "node:stream";
import { countText } from "../../kernel/count.ts";
import { AppError } from "../../kernel/errors.ts";
import { DEFAULT_LIMITS, type FilePart } from "../../monitor/collect/index.ts";
import { type CaptureReader, capturesBy } from "./capture/tshark.ts";
import { type Chunk, chunksOf } from "./chunks.ts";
import { findInputs, type Input, reasonOf } from "./files.ts";
import { openParts, partLimits } from "./parts.ts";
import { openProgress, type Progress, type Screen, sizeText } from "./progress.ts";
import { createSpool } from "./spool.ts";
import { keyOf, type Target, uploadChunk } from "./upload.ts";

export type IngestOptions = Target & {
  /** Files, folders, or `-` for stdin. */
  readonly paths: readonly string[];
  /** Where tshark may be. */
  readonly tshark?: readonly string[];
  readonly chunkBytes?: number;
  readonly patienceMs?: number;
  readonly firstPauseMs?: number;
};

export type IngestIo = {
  readonly stdin: Readable;
  readonly stdout: Writable;
  readonly stderr: Screen;
  /** Ctrl-C. */
  readonly signal?: AbortSignal;
};

export const EXIT_OK = 0;
/** Everything was sent, but some events were refused. */
export const EXIT_REJECTED = 1;
/** Something could not be read or sent. */
export const EXIT_FAILED = 2;

const CHUNK_BYTES = 2 * 1024 * 1024;
const PATIENCE_MS = 5 * 60_000;
/** One chunk is on its way while the next is read and compressed. */
const PARALLEL = 2;
const MAX_SHOWN = 10;

/** Sends files to a Yagura and returns the exit code. Problems go to stderr, the summary to stdout. */
export async function runIngest(options: IngestOptions, io: IngestIo): Promise<number> {
  const { inputs, problems } = await findInputs(options.paths, io.stdin);
  const total = inputs.reduce((sum, input) => sum + (input.sizeBytes ?? 0), 0);
  const startedAtMs = performance.now();
  const tally = new Tally(problems);
  const progress = openProgress(io.stderr, total);
  try {
    const captures = capturesBy(options.tshark ?? []);
    for (const input of inputs) await sendInput(input, { options, io, tally, progress, captures });
  } catch (error) {
    tally.problems.push(io.signal?.aborted ? "stopped" : reasonOf(error));
  } finally {
    progress.stop();
  }
  report(tally, { io, inputs: inputs.length, seconds: (performance.now() - startedAtMs) / 1000 });
  if (tally.problems.length > 0) return EXIT_FAILED;
  return tally.rejected > 0 ? EXIT_REJECTED : EXIT_OK;
}

class Tally {
  readonly problems: string[];
  readonly firstRejected: string[] = [];
  bytes = 0;
  accepted = 0;
  /** Of these, what an earlier run had brought. */
  repeated = 0;
  rejected = 0;
  losses = 0;

  constructor(problems: readonly string[]) {
    this.problems = [...problems];
  }

  /** A file of garbage may be damaged everywhere. */
  lose(name: string, loss: string): void {
    this.losses += 1;
    if (this.losses <= MAX_SHOWN) this.problems.push(`${name}: ${loss}`);
  }

  reject(name: string, { line, reason }: { line: number; reason: string }, count = 1): void {
    this.rejected += count;
    if (this.firstRejected.length < MAX_SHOWN) this.firstRejected.push(`${name}:${line}: ${reason}`);
  }
}

type Work = {
  readonly options: IngestOptions;
  readonly io: IngestIo;
  readonly tally: Tally;
  readonly progress: Progress;
  readonly captures: CaptureReader | undefined;
};

/** Sends one file. What cannot be read of it is a problem and the next one goes on; what the server refuses is thrown. */
async function sendInput(input: Input, work: Work): Promise<void> {
  const { options, tally } = work;
  const sending = new Sending(work, input.id ?? randomUUID());
  const nameOf = (file: string | undefined): string =>
    file === undefined || file === input.name ? input.name : `${input.name}/${file}`;
  try {
    const parts = openParts(counted(input.open(), work), {
      ...partLimits(DEFAULT_LIMITS),
      name: input.name,
      pinned: options.encoding,
      spool: createSpool(tmpdir()),
      local: input.path === undefined ? undefined : { path: input.path, onRead: (bytes) => took(bytes, work) },
      captures: work.captures,
      onProblem: ({ file, detail }) => tally.lose(nameOf(file), detail),
    });
    for await (const part of parts) {
      await sendPart(part, { ...work, name: nameOf(part.member), sending });
      if (sending.isOver()) break;
    }
  } catch (error) {
    tally.problems.push(`${input.name}: ${reasonOf(error)}`);
  }
  await sending.end();
}

/** A file of an archive that breaks off costs its own rest alone. */
async function sendPart(part: FilePart, work: Work & { name: string; sending: Sending }): Promise<void> {
  const { options, tally, name, sending } = work;
  const chunks = chunksOf(part.bytes, {
    kind: part.kind,
    encoding: part.encoding,
    chunkBytes: options.chunkBytes ?? CHUNK_BYTES,
    maxEventBytes: DEFAULT_LIMITS.frameBytes,
    onRejected: (rejected) => tally.reject(name, rejected),
  });
  try {
    for await (const chunk of chunks) if (!(await sending.add(chunk, name))) break;
  } catch (error) {
    if (part.member === undefined || !(error instanceof AppError) || error.code !== "invalid") throw error;
    tally.lose(name, reasonOf(error));
  }
}

/** The chunks on their way to the server, a few at a time, until it refuses one for good. */
class Sending {
  readonly #work: Work;
  readonly #stop = new AbortController();
  readonly #signal: AbortSignal;
  readonly #jobs = new Set<Promise<void>>();
  /** Of the file whose chunks these are. */
  readonly #file: string;
  #index = 0;
  #refusal: unknown;

  constructor(work: Work, file: string) {
    this.#work = work;
    this.#file = file;
    this.#signal = AbortSignal.any([this.#stop.signal, ...(work.io.signal ? [work.io.signal] : [])]);
  }

  isOver(): boolean {
    return this.#refusal !== undefined || this.#signal.aborted;
  }

  /** Waits for room; false when nothing more is to be sent. */
  async add(chunk: Chunk, name: string): Promise<boolean> {
    while (this.#jobs.size >= PARALLEL) await Promise.race(this.#jobs);
    if (this.isOver()) return false;
    const key = keyOf(chunk, { file: this.#file, index: this.#index }, this.#work.options);
    this.#index += 1;
    const job = sendChunk(chunk, { ...this.#work, name, key, signal: this.#signal })
      .catch((error: unknown) => {
        this.#refusal ??= error;
        this.#stop.abort();
      })
      .finally(() => this.#jobs.delete(job));
    this.#jobs.add(job);
    return true;
  }

  /** Errors: what the server refused, or that the person stopped it. */
  async end(): Promise<void> {
    await Promise.all(this.#jobs);
    if (this.#refusal !== undefined) throw this.#refusal;
    this.#signal.throwIfAborted();
  }
}

async function* counted(source: Readable, work: Work): AsyncGenerator<Buffer> {
  for await (const chunk of source) {
    const bytes = Buffer.isBuffer(chunk) ? chunk : Buffer.from(String(chunk));
    took(bytes.length, work);
    yield bytes;
  }
}

function took(bytes: number, { tally, progress }: Work): void {
  tally.bytes += bytes;
  progress.read(bytes);
}

async function sendChunk(
  chunk: Chunk,
  { options, tally, progress, name, key, signal }: Work & { name: string; key: string; signal: AbortSignal },
): Promise<void> {
  const answer = await uploadChunk(chunk, {
    target: options,
    key,
    patienceMs: options.patienceMs ?? PATIENCE_MS,
    firstPauseMs: options.firstPauseMs ?? 500,
    signal,
    onRetry: (reason) => progress.note(`waiting: ${reason}`),
  });
  tally.accepted += answer.accepted;
  tally.repeated += answer.repeated;
  progress.accepted(answer.accepted);
  for (const { line, reason } of answer.rejected) tally.reject(name, { line: chunk.lineInFile(line), reason });
  tally.rejected += answer.rejectedCount - answer.rejected.length;
}

/** Names in an archive are a stranger's: no terminal codes, line breaks or marks that turn the text around. */
const printable = (text: string): string => text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, "?");

function report(tally: Tally, { io, inputs, seconds }: { io: IngestIo; inputs: number; seconds: number }): void {
  const rate = Math.round(tally.accepted / Math.max(0.001, seconds));
  const rejected = tally.rejected > 0 ? `, ${tally.rejected.toLocaleString("en")} rejected` : "";
  const repeated =
    tally.repeated > 0
      ? ` (${tally.repeated.toLocaleString("en")} ${tally.repeated === 1 ? "was" : "were"} there already)`
      : "";
  io.stdout.write(
    `${countText(tally.accepted, "event")} accepted${repeated}${rejected} from ${countText(inputs, "file")} ` +
      `(${sizeText(tally.bytes)}) in ${seconds.toFixed(1)} s, ${rate.toLocaleString("en")} events/s\n`,
  );
  for (const line of tally.firstRejected) io.stderr.write(`rejected ${printable(line)}\n`);
  const more = tally.rejected - tally.firstRejected.length;
  if (more > 0) io.stderr.write(`… and ${more.toLocaleString("en")} more\n`);
  for (const problem of tally.problems) io.stderr.write(`error: ${printable(problem)}\n`);
  const unsaid = tally.losses - MAX_SHOWN;
  if (unsaid > 0) io.stderr.write(`… and ${countText(unsaid, "more problem")}\n`);
}
