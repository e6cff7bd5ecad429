import { decodeText, type Encoding } from "../../../kernel/encoding/index.ts";
import { AppError, type ErrorCode } from "../../../kernel/errors.ts";
import { type IngestAnswer, MAX_NAMED_REJECTIONS } from "../contract.ts";
import type { RejectReason } from "../counters.ts";
import type { Intake } from "../intake.ts";
import { jsonObjectProblem } from "../json-object.ts";
import type { Origin } from "../origin.ts";
import type { Batch } from "./batches.ts";
import { createJsonSplitter } from "./json-splitter.ts";
import { type Head, LineHead } from "./line-head.ts";
import { createLineSplitter, type Splitter } from "./splitter.ts";

/** `lines`: every line is an event. `ndjson`: every line must be a JSON object. `json`: objects, or arrays of objects. */
export type BodyKind = "lines" | "ndjson" | "json";

/** Handed over but not yet durable, per request. */
const WINDOW_BYTES = 2 * 1024 * 1024;

export type Delivery = {
  readonly intake: Intake;
  readonly origin: Origin;
  readonly kind: BodyKind;
  readonly batch?: Batch;
  /** Of a file in several parts: what came of those before, which this part adds to. */
  readonly soFar?: SoFar;
  /** The part's name, said of what is refused. */
  readonly part?: string;
};

/** `position`: of the next event in the whole upload, which an Idempotency-Key remembers it by. */
export type SoFar = { readonly answer: IngestAnswer; position: number };

export const emptyAnswer = (): IngestAnswer => ({ accepted: 0, repeated: 0, rejectedCount: 0, rejected: [] });

/**
 * Streams a body's events into the intake and answers when all of them are durable. Errors carry the answer so far as detail:
 * `over_limit`, `unavailable`, `forbidden` (nothing was read after the refusal), and what the body itself throws.
 */
export async function receiveEvents(body: AsyncIterable<Buffer>, delivery: Delivery): Promise<IngestAnswer> {
  const sink = new Sink(delivery);
  const splitter = splitterFor(delivery, sink);
  try {
    for await (const chunk of body) {
      splitter.push(chunk);
      await sink.room();
      if (sink.failure !== undefined) break;
    }
    if (sink.failure === undefined) splitter.end();
  } catch (error) {
    await sink.finish();
    // What was refused meanwhile weighs more than a broken end: who sends again must know that events are missing.
    if (sink.failure !== undefined) throw refusalError(sink.failure, sink.answer);
    if (!(error instanceof AppError)) throw error;
    throw new AppError(error.code, `${error.message} ${kept(sink.answer)}`, { ...sink.answer }, error);
  }
  await sink.finish();
  if (sink.failure !== undefined) throw refusalError(sink.failure, sink.answer);
  return sink.answer;
}

const kept = ({ accepted }: IngestAnswer): string =>
  `Events before that are kept (${accepted}); send again only the rest, or repeat with the same Idempotency-Key.`;

const REFUSALS: Readonly<Partial<Record<RejectReason, readonly [ErrorCode, string]>>> = {
  over_limit: ["over_limit", "There is no room for more events now; try again in a moment."],
  unknown_source: ["forbidden", "This sender may not send events."],
};

function refusalError(reason: RejectReason, answer: IngestAnswer): AppError {
  const [code, message] = REFUSALS[reason] ?? ["unavailable", "Events cannot be stored now; try again in a moment."];
  return new AppError(code, `${message} ${kept(answer)}`, { ...answer });
}

function splitterFor({ intake, kind, origin }: Delivery, sink: Sink): Splitter {
  const encoding: Encoding | "auto" = origin.encoding ?? "auto";
  const checked = (bytes: Buffer, line: number): void => {
    // As bytes first, which nearly all pass; then as text: in Shift_JIS the second byte of 表 is a backslash.
    const problem = jsonObjectProblem(bytes) && jsonObjectProblem(Buffer.from(decodeText(bytes, encoding).text));
    if (problem === undefined) sink.add(bytes);
    else sink.reject(line, problem);
  };
  const options = {
    maxBytes: intake.limits.frameBytes,
    encoding,
    onEvent: kind === "lines" ? (bytes: Buffer) => sink.add(bytes) : checked,
    onTooLarge: (line: number) => sink.reject(line, "too_large"),
    onStray: (line: number) => sink.reject(line, "not_an_object"),
  };
  return kind === "json" ? createJsonSplitter(options) : createLineSplitter(options);
}

/** Hands events to the intake record by record, one after the other: what is durable is always the first part of the body. */
class Sink {
  readonly answer: IngestAnswer;
  /** Set once events were refused that a retry may bring; nothing is sent after that. */
  failure: RejectReason | undefined;
  readonly #delivery: Delivery;
  #sent: Promise<void> = Promise.resolve();
  #sendingBytes = 0;
  #frames: Buffer[] = [];
  #bytes = 0;
  readonly #soFar: SoFar;
  #firstPosition = 0;
  readonly #lines: LineHead;
  #firstHead: Head | undefined;

  constructor(delivery: Delivery) {
    this.#delivery = delivery;
    this.#soFar = delivery.soFar ?? { answer: emptyAnswer(), position: 0 };
    this.answer = this.#soFar.answer;
    this.#lines = new LineHead(delivery.origin.encoding);
  }

  add(bytes: Buffer): void {
    const { position } = this.#soFar;
    if (this.#delivery.kind === "lines") this.#lines.add(bytes);
    this.#soFar.position += 1;
    if (this.#delivery.batch?.has(position)) {
      this.#flush();
      this.answer.accepted += 1;
      this.answer.repeated += 1;
      return;
    }
    const { recordBytes, framesPerRecord } = this.#delivery.intake.limits;
    if (this.#bytes + 4 + bytes.length > recordBytes || this.#frames.length >= framesPerRecord) this.#flush();
    if (this.#frames.length === 0) {
      this.#firstPosition = position;
      this.#firstHead = this.#delivery.kind === "lines" ? this.#lines.head : undefined;
    }
    this.#frames.push(bytes);
    this.#bytes += 4 + bytes.length;
  }

  reject(line: number, reason: RejectReason): void {
    const { intake, origin, part } = this.#delivery;
    intake.reject(origin, reason, 1);
    this.answer.rejectedCount += 1;
    if (this.answer.rejected.length >= MAX_NAMED_REJECTIONS) return;
    this.answer.rejected.push({ line, reason, ...(part !== undefined && { file: part }) });
  }

  /** Waits while too much is on its way. */
  async room(): Promise<void> {
    if (this.#sendingBytes > WINDOW_BYTES) await this.#sent;
  }

  async finish(): Promise<void> {
    this.#flush();
    await this.#sent;
  }

  #flush(): void {
    if (this.#frames.length === 0) return;
    const [frames, bytes] = [this.#frames, this.#bytes];
    const at = { from: this.#firstPosition, head: this.#firstHead };
    this.#sendingBytes += bytes;
    this.#sent = this.#sent.then(async () => {
      if (this.failure === undefined) await this.#send(frames, at);
      this.#sendingBytes -= bytes;
    });
    // Whoever waits next sees a failure; until then it must not count as unhandled.
    this.#sent.catch(() => {});
    this.#frames = [];
    this.#bytes = 0;
  }

  async #send(frames: readonly Buffer[], { from, head }: { from: number; head: Head | undefined }): Promise<void> {
    const { intake, origin, batch } = this.#delivery;
    const receipt = await intake.accept(origin, frames, {
      ...(batch && { batch: { key: batch.key, from } }),
      ...(head && { head }),
    });
    this.answer.accepted += receipt.accepted;
    this.failure = receipt.refusals[0]?.reason;
    if (this.failure === undefined) batch?.add(from, from + frames.length);
  }
}
