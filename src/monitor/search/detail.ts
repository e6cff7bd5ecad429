import { z } from "zod";
import { isEncoding, textIn } from "../../kernel/encoding/index.ts";
import { eventQuery } from "../../platform/events/index.ts";
import { COLUMNS } from "../event/index.ts";
import type { EventDetail, EventRow } from "./contract.ts";
import type { Reader, SearchDeps } from "./deps.ts";
import { resolveField } from "./language/names.ts";
import { cellOf, rowView } from "./row.ts";
import { anchorOf, type EventAsk, limits, storedEvent, type WholeRow } from "./stored-event.ts";
import { surroundingsOf } from "./surroundings.ts";

const NEIGHBORS = 5;

const detectionsOf = eventQuery(import.meta.url, "./queries/detections-of-event.sql", {
  params: z.object({ time: z.string(), stream: z.int(), seq: z.string() }),
  row: z.object({
    rule_id: z.string(),
    rule_title: z.string(),
    rule_level: z.string(),
    rule_author: z.string(),
    exception_id: z.string(),
    tactics: z.array(z.string()),
    techniques: z.array(z.string()),
  }),
});

/** Everything about one event. Errors: `not_found`, also for an event of a unit that the person may not read. */
export async function readEvent(deps: SearchDeps, ctx: Reader, ask: EventAsk): Promise<EventDetail> {
  const row = await storedEvent(deps, ctx, ask);
  const event = rowView(row, []);
  const [detections, neighbors] = await Promise.all([
    detectionsOf(deps.events, { time: row.time, stream: row.stream, seq: row.seq }, limits(200, ask.signal)),
    surroundingsOf(deps, ctx, {
      event: anchorOf(row),
      by: "host",
      before: NEIGHBORS,
      after: NEIGHBORS,
      columns: [],
      signal: ask.signal,
    }),
  ]);
  return {
    ...event,
    values: hotValues(row),
    fields: row.fields,
    added: row.added,
    raw: rawView(row),
    detections: detections.map((d) => ({
      ruleId: d.rule_id,
      title: d.rule_title,
      level: d.rule_level,
      author: d.rule_author,
      exceptionId: d.exception_id === "" ? null : d.exception_id,
      tactics: d.tactics,
      techniques: d.techniques,
    })),
    neighbors,
  };
}

function hotValues(row: WholeRow): EventRow["values"] {
  const values: EventRow["values"] = {};
  for (const { column, ecs } of COLUMNS) {
    const cell = cellOf(row[`hot_${column}`], resolveField(column));
    if (cell !== undefined) values[ecs] = cell;
  }
  return values;
}

function rawView(row: WholeRow): EventDetail["raw"] {
  const bytes = Buffer.from(row.raw_base64, "base64");
  const encoding = isEncoding(row.encoding) ? row.encoding : null;
  const text = encoding === null ? bytes.toString("utf8") : textIn(bytes, encoding);
  const isCut = Number(row.raw_bytes) > bytes.length;
  return {
    text,
    ...(!(encoding === null && isWholly(text, bytes, isCut)) && { base64: row.raw_base64 }),
    encoding,
    sha256: row.raw_sha256,
    bytes: Number(row.raw_bytes),
    isCut,
  };
}

/** Whether a text is all that the bytes say. A cut may fall inside a character; only a whole text can prove that it is UTF-8. */
const isWholly = (text: string, bytes: Buffer, isCut: boolean): boolean =>
  isCut ? !text.slice(0, -4).includes("\ufffd") : Buffer.from(text, "utf8").equals(bytes);
