/** RFC 5424 §6.2.1: facility × 8 + severity. */
const FACILITY = { daemon: 3, auth: 4, authpriv: 10, local4: 20, local6: 22, local7: 23 } as const;
const SEVERITY = { warning: 4, notice: 5, info: 6 } as const;

export type SyslogHeader = {
  readonly atMs: number;
  readonly host: string;
  readonly facility: keyof typeof FACILITY;
  readonly severity: keyof typeof SEVERITY;
};

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"] as const;

const priority = ({ facility, severity }: SyslogHeader): number => FACILITY[facility] * 8 + SEVERITY[severity];

/** RFC 3164 §4.1: no year, no zone. Our servers keep UTC, as servers should. */
export function rfc3164(header: SyslogHeader, message: string): Buffer {
  const at = new Date(header.atMs);
  const day = String(at.getUTCDate()).padStart(2, " ");
  const time = at.toISOString().slice(11, 19);
  return Buffer.from(`<${priority(header)}>${MONTHS[at.getUTCMonth()]} ${day} ${time} ${header.host} ${message}`);
}

/** RFC 5424 §6, with the zone of the place. */
export function rfc5424(header: SyslogHeader & { app: string; utcOffsetMinutes: number }, message: string): Buffer {
  const { atMs, host, app, utcOffsetMinutes } = header;
  return Buffer.from(`<${priority(header)}>1 ${zonedInstant(atMs, utcOffsetMinutes)} ${host} ${app} - - - ${message}`);
}

function zonedInstant(atMs: number, utcOffsetMinutes: number): string {
  return `${localIso(atMs, utcOffsetMinutes)}${zoneText(utcOffsetMinutes, ":")}`;
}

/** Wall-clock time of a place: 2026-11-23T09:00:00.000 */
export const localIso = (atMs: number, utcOffsetMinutes: number): string =>
  new Date(atMs + utcOffsetMinutes * 60_000).toISOString().slice(0, 23);

/** +0900 or +09:00 */
export function zoneText(utcOffsetMinutes: number, separator: "" | ":"): string {
  const pad = (value: number) => String(value).padStart(2, "0");
  const sign = utcOffsetMinutes < 0 ? "-" : "+";
  const minutes = Math.abs(utcOffsetMinutes);
  return `${sign}${pad(Math.floor(minutes / 60))}${separator}${pad(minutes % 60)}`;
}
