/** Instants are shown in a zone the viewer chose; the zone is always printed, because logs are read across borders. */
export type Zone = "Asia/Tokyo" | "UTC" | "local";

export const browserZone = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone;
export const zoneName = (zone: Zone): string => (zone === "local" ? browserZone() : zone);

const formats = new Map<string, Intl.DateTimeFormat>();

function formatFor(timeZone: string): Intl.DateTimeFormat {
  let format = formats.get(timeZone);
  if (!format) {
    format = new Intl.DateTimeFormat("en-GB", {
      timeZone,
      year: "numeric",
      month: "2-digit",
      day: "2-digit",
      hour: "2-digit",
      minute: "2-digit",
      second: "2-digit",
      fractionalSecondDigits: 3,
      hourCycle: "h23",
    });
    formats.set(timeZone, format);
  }
  return format;
}

export type ClockParts = Record<"year" | "month" | "day" | "hour" | "minute" | "second" | "ms", string>;

export function partsOf(instant: string | number, zone: Zone): ClockParts {
  const parts: ClockParts = { year: "", month: "", day: "", hour: "", minute: "", second: "", ms: "" };
  const date = new Date(instant);
  if (Number.isNaN(date.getTime())) return parts;
  for (const { type, value } of formatFor(zoneName(zone)).formatToParts(date)) {
    if (type === "fractionalSecond") parts.ms = value;
    else if (type in parts) parts[type as keyof ClockParts] = value;
  }
  return parts;
}

/** `JST`, `UTC`, or `GMT+9`-like text for other zones. */
export function zoneLabel(zone: Zone, at: string | number = Date.now()): string {
  const name = zoneName(zone);
  if (name === "Asia/Tokyo") return "JST";
  if (name === "UTC" || name === "Etc/UTC") return "UTC";
  const part = new Intl.DateTimeFormat("en-GB", { timeZone: name, timeZoneName: "short" })
    .formatToParts(new Date(at))
    .find(({ type }) => type === "timeZoneName");
  return part?.value ?? name;
}

/** `2026/11/22 21:10:05 JST`. */
export function formatInstant(instant: string | number, zone: Zone): string {
  const p = partsOf(instant, zone);
  return p.year === ""
    ? ""
    : `${p.year}/${p.month}/${p.day} ${p.hour}:${p.minute}:${p.second} ${zoneLabel(zone, instant)}`;
}

/** `2026/11/22 21:10:05.123`, for columns whose head names the zone. */
export function formatRowInstant(instant: string | number, zone: Zone): string {
  const p = partsOf(instant, zone);
  return p.year === "" ? "" : `${p.year}/${p.month}/${p.day} ${p.hour}:${p.minute}:${p.second}.${p.ms}`;
}

/** `2026/11/22 21:10`. */
export function formatMinute(instant: string | number, zone: Zone): string {
  const p = partsOf(instant, zone);
  return p.year === "" ? "" : `${p.year}/${p.month}/${p.day} ${p.hour}:${p.minute}`;
}

/** The UTC milliseconds of a wall clock reading in a zone, as `datetime-local` inputs give it; NaN when unreadable. */
export function instantOfWallClock(text: string, zone: Zone): number {
  const asUtc = Date.parse(`${text.length === 16 ? `${text}:00` : text}Z`);
  if (Number.isNaN(asUtc)) return Number.NaN;
  // Two rounds settle readings near a change of the clock.
  let guess = asUtc;
  for (let round = 0; round < 2; round += 1) guess = asUtc - offsetMs(guess, zone);
  return guess;
}

/** `2026-11-22T21:10:05`, what a `datetime-local` input wants. */
export function wallClockOf(instant: string | number, zone: Zone): string {
  const p = partsOf(instant, zone);
  return p.year === "" ? "" : `${p.year}-${p.month}-${p.day}T${p.hour}:${p.minute}:${p.second}`;
}

function offsetMs(instantMs: number, zone: Zone): number {
  const p = partsOf(instantMs, zone);
  return Date.UTC(+p.year, +p.month - 1, +p.day, +p.hour, +p.minute, +p.second) - Math.floor(instantMs / 1000) * 1000;
}
