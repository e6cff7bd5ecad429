import { setImmediate as nextTurn } from "node:timers/promises";
import type { RejectReason } from "../counters.ts";
import { putInEnvelope } from "../envelope.ts";
import type { Intake } from "../intake.ts";
import { createJsonSplitter } from "../lines/json-splitter.ts";
import { createLineSplitter, type Splitter } from "../lines/splitter.ts";
import type { Origin } from "../origin.ts";
import { type HecCode, HecError } from "./answers.ts";
import { Delivery } from "./delivery.ts";
import { type Envelope, encodeEnvelope, readEvent } from "./event.ts";

/** How much is split at once: two bytes may make an event with an envelope of kilobytes. */
const STEP_BYTES = 16 * 1024;
/** How much is split before other connections get a turn. */
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
  const delivery = new Delivery(intake, origin);
  const refused = { too_large: 0, malformed_json: 0 } satisfies Partial<Record<RejectReason, number>>;
  let events = 0;
  let problem: HecError | undefined;
  const wrong = (code: HecCode): void => {
    problem ??= new HecError(code, { "invalid-event-number": events });
    refused[code === 27 ? "too_large" : "malformed_json"] += 1;
    events += 1;
  };
  const splitter = createJsonSplitter({
    maxBytes: intake.limits.frameBytes,
    onEvent: (bytes) => {
      if (delivery.passesOver()) return;
      const read = readEvent(bytes, defaults);
      if (read.code !== undefined) return wrong(read.code);
      events += 1;
      delivery.add(read.frame);
    },
    onTooLarge: () => wrong(27),
    onStray: () => wrong(6),
  });
  await split(body, splitter, delivery);
  await delivery.end(refused);
  if (events === 0) throw new HecError(5);
  if (problem !== undefined) throw problem;
  if (delivery.tooLarge > 0) throw new HecError(27);
}

/** Stores the lines of a raw body. Errors as `receiveEvents`. */
export async function receiveRaw(body: Buffer, { intake, origin, defaults }: HecRequest): Promise<void> {
  const envelope = encodeEnvelope(defaults);
  if (envelope === undefined) throw new HecError(15);
  const delivery = new Delivery(intake, origin);
  let lines = 0;
  let tooLarge = 0;
  const splitter = createLineSplitter({
    maxBytes: intake.limits.frameBytes,
    onEvent: (bytes) => {
      lines += 1;
      if (delivery.passesOver()) return;
      delivery.add(putInEnvelope(envelope, bytes));
    },
    onTooLarge: () => {
      tooLarge += 1;
    },
  });
  await split(body, splitter, delivery);
  await delivery.end({ too_large: tooLarge });
  if (lines + tooLarge === 0) throw new HecError(5);
  if (tooLarge + delivery.tooLarge > 0) throw new HecError(27);
}

async function split(body: Buffer, splitter: Splitter, delivery: Delivery): Promise<void> {
  for (let from = 0; from < body.length; from += STEP_BYTES) {
    splitter.push(body.subarray(from, from + STEP_BYTES));
    if (delivery.isFull()) await delivery.flush();
    else if (from > 0 && from % TURN_BYTES === 0) await nextTurn();
  }
  splitter.end();
}
