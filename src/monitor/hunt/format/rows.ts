import { csvRecord } from "../../search/csv.ts";
import { type Hit, tagsOf, timeText } from "../found.ts";

/** One hit as one line of JSON. `author` must stay with it: the Detection Rule License asks for it. */
export function jsonLine({ rule, found }: Hit): string {
  const { file, record, timeMs, facts, fields } = found;
  return `${JSON.stringify({
    time: Number.isNaN(timeMs) ? null : timeText(timeMs),
    level: rule.level,
    rule_title: rule.title,
    rule_id: rule.id,
    author: rule.author,
    tags: tagsOf(rule),
    file,
    record,
    ...facts,
    ...(fields !== undefined && { fields }),
  })}\n`;
}

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
] as const;

export const csvHeader = (): string => csvRecord(COLUMNS);

/** One hit as one CSV record; no cell can become a formula of a spreadsheet. */
export function csvLine({ rule, found }: Hit): string {
  const { file, record, timeMs, facts } = found;
  const { host, user, event_id, dataset, who, where_from, with_what, what, did_what } = facts;
  const about = [timeText(timeMs), rule.level, rule.title, rule.id, rule.author, tagsOf(rule).join(" "), file, record];
  return csvRecord([...about, host, user, event_id, dataset, who, where_from, with_what, what, did_what]);
}
