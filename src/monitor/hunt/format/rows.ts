import { csvRecord } from "../../../kernel/csv.ts";
import type { CorrelationHit } from "../correlation/file-correlation.ts";
import { type Hit, tagsOf, timeText } from "../found.ts";

/** One hit as one line of JSON. `author` must stay with it: the Detection Rule License asks for it. */
export const jsonLine = (hit: Hit): string =>
  `${JSON.stringify({ ...aboutHit(hit), ...hit.found.facts, ...(hit.found.fields && { fields: hit.found.fields }) })}\n`;

/** One firing of a correlation, told as its last event's hit is, with what the events have in common and where they are. */
export function correlationJsonLine(hit: CorrelationHit): string {
  const { found, firstMs, group, count, value, events } = hit;
  return `${JSON.stringify({
    ...aboutHit(hit),
    host: found.facts.host,
    what: found.facts.what,
    first_time: timeText(firstMs),
    group_by: Object.fromEntries(group.map((one) => [one.field, one.value])),
    count,
    value,
    events: events.map(({ file, record, timeMs }) => ({ file, record, time: timeText(timeMs) })),
  })}\n`;
}

const aboutHit = ({ rule, found: { file, record, timeMs } }: Hit) => ({
  time: Number.isNaN(timeMs) ? null : timeText(timeMs),
  level: rule.level,
  rule_title: rule.title,
  rule_id: rule.id,
  author: rule.author,
  tags: tagsOf(rule),
  file,
  record,
});

const COLUMNS = [
  "time",
  "level",
  "rule_title",
  "rule_id",
  "author",
  "tags",
  "file",
  "record",
  "host",
  "user",
  "event_id",
  "dataset",
  "who",
  "where_from",
  "with_what",
  "what",
  "did_what",
  "first_time",
  "group_by",
  "count",
  "value",
  "events",
] as const;

export const csvHeader = (): string => csvRecord(COLUMNS);

/** One hit as one CSV record; no cell can become a formula of a spreadsheet. Only correlations fill the last columns. */
export const csvLine = (hit: Hit): string => csvRecord([...commonCells(hit), "", "", "", "", ""]);

/** `group_by` as `field=value`, `events` as `file:record`, both parted by a space. */
export function correlationCsvLine(hit: CorrelationHit): string {
  const { firstMs, group, count, value, events } = hit;
  const common = group.map((one) => `${one.field}=${one.value}`).join(" ");
  const places = events.map(({ file, record }) => `${file}:${record}`).join(" ");
  return csvRecord([...commonCells(hit), timeText(firstMs), common, count, value, places]);
}

function commonCells({ rule, found }: Hit): readonly (string | number)[] {
  const { file, record, timeMs, facts } = found;
  const { host, user, event_id, dataset, who, where_from, with_what, what, did_what } = facts;
  const about = [timeText(timeMs), rule.level, rule.title, rule.id, rule.author, tagsOf(rule).join(" "), file, record];
  return [...about, host, user, event_id, dataset, who, where_from, with_what, what, did_what];
}
