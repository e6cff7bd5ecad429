import { civilMs, readMonthFirst, toInstantMs } from "../instant.ts";

/** `08/02/2023, 7:32:47 PM`: JavaScript's toLocaleString in the United States. */
const US = /^(\d{1,2})\/(\d{1,2})\/(\d{4}), (\d{1,2}):(\d\d):(\d\d) ([AP])M$/;
/** `07/11/2022-10:29:01.860293`: month first; Snort 2 leaves the year out. */
const FAST = /^(\d\d)\/(\d\d)(?:\/(\d{2,4}))?-(\d\d:\d\d:\d\d(?:\.\d{1,9})?)$/;

/** `0613 10:22:21.684962`: month and day, as Google's glog and klog write it. */
const GLOG = /^(\d\d)(\d\d) (\d\d:\d\d:\d\d(?:\.\d{1,9})?)$/;

/** UTC milliseconds of a time as an application writes it; NaN when unreadable. nearMs: when the line came. */
export function toLineTimeMs(text: string, { zone, nearMs }: { zone: string; nearMs: number }): number {
  const us = US.exec(text);
  if (us !== null) return usMs(us.slice(1, 7).map(Number), us[7] === "P");
  const fast = FAST.exec(text);
  if (fast !== null) return datedMs(fast.slice(1), { zone, nearMs });
  const glog = GLOG.exec(text);
  if (glog !== null) return datedMs([glog[1], glog[2], undefined, glog[3]], { zone, nearMs });
  const ms = toInstantMs(text.replace(/ (?=[+-]\d\d)/, ""), zone);
  return Number.isNaN(ms) ? (readMonthFirst(text, 0, { zone, nearMs })?.ms ?? Number.NaN) : ms;
}

function usMs(
  [month = 0, day = 0, year = 0, hour = 0, minute = 0, second = 0]: number[],
  isAfternoon: boolean,
): number {
  if (hour < 1 || hour > 12) return Number.NaN;
  return civilMs({ year, month, day, hour: (hour % 12) + (isAfternoon ? 12 : 0), minute, second });
}

type Near = { readonly zone: string; readonly nearMs: number };

function datedMs([month, day, year, clock]: readonly (string | undefined)[], { zone, nearMs }: Near): number {
  const at = (full: number): number => toInstantMs(`${full}-${month}-${day} ${clock}`, zone);
  if (year !== undefined) return at(year.length === 2 ? 2000 + Number(year) : Number(year));
  const now = new Date(nearMs).getUTCFullYear();
  return at(now) <= nearMs + WEEK_MS ? at(now) : at(now - 1);
}

/** A device's clock may be ahead by this much. */
const WEEK_MS = 604_800_000;
