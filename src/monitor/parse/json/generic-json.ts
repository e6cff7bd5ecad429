import { clip, MAX_FIELDS, MAX_MESSAGE_CHARS } from "../bounds.ts";
import { flattenInto, type JsonObject } from "../flatten.ts";
import { answerGeneric, fillColumns, setTimeFrom } from "../generic.ts";
import { classify, note, type ParseHints, type Reading, textOf, zoneOf } from "../reading.ts";
import { recognize } from "./recognize.ts";

/**
 * Any other JSON object: flattened to dotted names; ECS and the usual vendor names go into hot columns (names.ts), known products
 * are recognized by the fields that only they have (recognize.ts).
 *
 * | question   | column     | from                                                           |
 * |------------|------------|----------------------------------------------------------------|
 * | who        | who        | user.name and its usual spellings                              |
 * | where from | where_from | source address or domain, else host                            |
 * | with what  | with_what  | program, user agent, service or protocol                       |
 * | what       | what       | URL, command line, file, query, `address:port`, rule, message  |
 * | did what   | did_what   | by product, else by what the columns describe; "" when unclear |
 */
export function readGenericJson(event: Reading, object: JsonObject, hints: ParseHints): void {
  let count = 0;
  for (const key in object) {
    count += 1;
    if (count > MAX_FIELDS) {
      note(event, "too_many_fields");
      break;
    }
    flattenInto(event, key, object[key]);
  }
  const { fields, hot } = event;
  if (hints.isForMatching !== true) setTimeFrom(event, TIME_NAMES, zoneOf(hints));
  classify(hot, "json", { product: "", category: "", service: "" });
  if (recognize(event, object) || hints.isForMatching === true) return;
  fillColumns(event);
  hot.message = clip(hot.message, MAX_MESSAGE_CHARS);
  answerGeneric(event, textOf(fields, "action") || textOf(fields, "event.outcome"));
}

/** Where JSON logs put the event's own time, the most telling name first. */
export const TIME_NAMES = [
  "eventTime",
  "event_time",
  "@timestamp",
  "timestamp",
  "ts",
  "time",
  "EventTime",
  "TimeGenerated",
  "datetime",
  "date",
  "_time",
  "createdDateTime",
  "ISODATE",
  "activityDateTime",
  "CreationTime",
  "published",
  "requestReceivedTimestamp",
  "stageTimestamp",
  "created_at",
  "t.$date",
  "__REALTIME_TIMESTAMP",
];
