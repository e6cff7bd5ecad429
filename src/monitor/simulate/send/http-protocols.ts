import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { countText } from "../../../kernel/count.ts";
import type { HttpProtocol, Settled } from "./http.ts";
import { strange } from "./peer.ts";
import type { Line } from "./sender.ts";

const NEWLINE = Buffer.from("\n");
const ACTION = Buffer.from('{"create":{}}\n');

const BulkAnswer = z.object({ items: z.array(z.record(z.string(), z.object({ status: z.number() }))) });

/** Elasticsearch's `_bulk`, as Winlogbeat and Filebeat send documents. */
export const BULK: HttpProtocol = {
  name: "bulk",
  headers: (token) => ({ authorization: `Bearer ${token}`, "content-type": "application/x-ndjson" }),
  body: (lines) => Buffer.concat(lines.flatMap(({ bytes }) => [ACTION, bytes, NEWLINE])),
  settle: (lines, answer) => settleBulk(lines, read(answer, BulkAnswer)),
};

/** Elasticsearch's rule: 2xx and 409 (already there) are done, 429 and 5xx come again, other 4xx never will. */
function settleBulk(lines: readonly Line[], { items }: z.infer<typeof BulkAnswer>): Settled {
  const again: Line[] = [];
  let [accepted, rejected] = [0, 0];
  for (const [index, line] of lines.entries()) {
    const status = Object.values(items[index] ?? {})[0]?.status ?? 500;
    if (status < 300 || status === 409) accepted += 1;
    else if (status === 429 || status >= 500) again.push(line);
    else rejected += 1;
  }
  return { accepted, rejected, again };
}

const LinesAnswer = z.object({ accepted: z.int().min(0), rejectedCount: z.int().min(0) });

/** Yagura's own `/api/v1/ingest`: a batch that comes twice under its key is stored once. */
export const NDJSON: HttpProtocol = {
  name: "NDJSON",
  headers: (token, key) => ({
    authorization: `Bearer ${token}`,
    "content-type": "application/x-ndjson",
    "idempotency-key": key,
  }),
  body: (lines) => Buffer.concat(lines.flatMap(({ bytes }) => [bytes, NEWLINE])),
  settle: (lines, answer) => {
    const { accepted, rejectedCount } = read(answer, LinesAnswer);
    if (accepted + rejectedCount !== lines.length)
      throw strange(`of ${countText(lines.length, "line")} ${accepted} taken and ${rejectedCount} refused`);
    return { accepted, rejected: rejectedCount, again: [] };
  },
};

const HecAnswer = z.object({ code: z.number(), ackId: z.int().min(0).optional() });
const HecAcks = z.object({ acks: z.record(z.string(), z.boolean()).default({}) });
const ACK_PAUSES_MS = [0, 100, 500, 1_000, 2_000, 5_000, 10_000];

/** Splunk's HTTP Event Collector with indexer acknowledgement: a batch is done when its ackId is true. */
export const HEC: HttpProtocol = {
  name: "HEC",
  headers: (token, key) => ({
    authorization: `Splunk ${token}`,
    "content-type": "application/json",
    "x-splunk-request-channel": key,
  }),
  body: (lines) => Buffer.concat(lines.flatMap(hecEvent)),
  settle: (lines, answer) => {
    const { code } = read(answer, HecAnswer);
    if (code !== 0) throw strange(`HEC answered 200 with code ${code}`);
    return { accepted: lines.length, rejected: 0, again: [] };
  },
  confirm: async (answer, post) => {
    const { ackId } = read(answer, HecAnswer);
    // Without an ackId the receiver has acknowledgement switched off.
    if (ackId === undefined) return true;
    for (const pauseMs of ACK_PAUSES_MS) {
      await sleep(pauseMs);
      const { acks } = read(await post("/ack", { acks: [ackId] }), HecAcks);
      if (acks[String(ackId)] === true) return true;
    }
    return false;
  },
};

/** A document goes as the object that it is, a line as text. */
function hecEvent({ atMs, host, bytes }: Line): Buffer[] {
  const event = bytes[0] === 0x7b ? bytes : Buffer.from(JSON.stringify(bytes.toString("utf8")));
  const head = JSON.stringify({ time: atMs / 1000, host, source: "yagura-simulate" });
  return [Buffer.from(`${head.slice(0, -1)},"event":`), event, Buffer.from("}\n")];
}

/** Errors: AppError `upstream` for what is no JSON, or JSON of another shape. */
export function read<T>(answer: Buffer, shape: z.ZodType<T>): T {
  try {
    return shape.parse(JSON.parse(answer.toString("utf8")));
  } catch {
    throw strange("its answer cannot be read");
  }
}
