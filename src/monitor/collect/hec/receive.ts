import { setImmediate as nextTurn } from "node:timers/promises";
import { putInEnvelope } from "../envelope.ts";
import { refusedForGood } from "../http/refusal.ts";
import type { Intake } from "../intake.ts";
import { createJsonSplitter } from "../lines/json-splitter.ts";
import { createLineSplitter } from "../lines/splitter.ts";
import type { Origin } from "../origin.ts";
import { type HecCode, HecError } from "./answers.ts";
import { type Envelope, encodeEnvelope, readEvent } from "./event.ts";

/** How much is parsed before other connections get a turn. */
const TURN_BYTES = 1024 * 1024;

export type HecRequest = {
  readonly intake: Intake;
  readonly origin: Origin;
  /** What the query says of all events. */
  readonly defaults: Envelope;
};

/**
 * Stores a body of event objects, one after the other or in an array. Resolves when all are durable. A wrong event costs
 * itself: the others are kept, and the error names the first (`invalid-event-number`, from 0). Errors: HecError; `over_limit`
 * and `unavailable` when a retry may bring what is missing.
 */
export async function receiveEvents(body: Buffer, { intake, origin, defaults }: HecRequest): Promise<void> {
  const frames: Buffer[] = [];
  let events = 0;
  let problem: HecError | undefined;
  const wrong = (code: HecCode): void => {
    problem ??= new HecError(code, { "invalid-event-number": events });
    intake.reject(origin, code === 27 ? "too_large" : "malformed_json", 1);
    events += 1;
  };
  const splitter = createJsonSplitter({
    maxBytes: intake.limits.frameBytes,
    onEvent: (bytes) => {
      const read = readEvent(bytes, defaults);
      if (read.code !== undefined) return wrong(read.code);
      events += 1;
      frames.push(read.frame);
    },
    onTooLarge: () => wrong(27),
    onStray: () => wrong(6),
  });
  await inTurns(body, (part) => splitter.push(part));
  splitter.end();
  if (events === 0) throw new HecError(5);
  await store({ intake, origin, frames });
  if (problem !== undefined) throw problem;
}

/** Stores the lines of a raw body. Errors as `receiveEvents`. */
export async function receiveRaw(body: Buffer, { intake, origin, defaults }: HecRequest): Promise<void> {
  const envelope = encodeEnvelope(defaults);
  if (envelope === undefined) throw new HecError(15);
  const frames: Buffer[] = [];
  let tooLarge = 0;
  const splitter = createLineSplitter({
    maxBytes: intake.limits.frameBytes,
    onEvent: (bytes) => frames.push(putInEnvelope(envelope, bytes)),
    onTooLarge: () => {
      tooLarge += 1;
    },
  });
  await inTurns(body, (part) => splitter.push(part));
  splitter.end();
  if (frames.length + tooLarge === 0) throw new HecError(5);
  await store({ intake, origin, frames });
  if (tooLarge === 0) return;
  intake.reject(origin, "too_large", tooLarge);
  throw new HecError(27);
}

async function inTurns(body: Buffer, push: (part: Buffer) => void): Promise<void> {
  for (let from = 0; from < body.length; from += TURN_BYTES) {
    if (from > 0) await nextTurn();
    push(body.subarray(from, from + TURN_BYTES));
  }
}

async function store({ intake, origin, frames }: Pick<HecRequest, "intake" | "origin"> & { frames: Buffer[] }) {
  if (frames.length === 0) return;
  if (refusedForGood(await intake.accept(origin, frames)) > 0) throw new HecError(27);
}
