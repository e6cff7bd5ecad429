import { ENVELOPE_TRANSPORTS, type LineTransport, type SimulatedEvent, SYSLOG_TRANSPORTS } from "../event.ts";
import { rfc5424 } from "../formats/syslog.ts";
import { Random } from "../random.ts";
import { DEVICES, type DeviceFormat } from "./catalog.ts";
import type { Made } from "./made.ts";

export type DeviceStream = {
  /** In turn; at least one. */
  readonly formats: readonly DeviceFormat[];
  readonly seed: string;
  readonly startMs: number;
  readonly durationMs: number;
  /** 0: nothing. */
  readonly eventsPerSecond: number;
  /** Without it syslog for what devices send by it, `_bulk` for files and documents. */
  readonly protocol?: LineTransport;
};

/** Lines of the named formats at an even rate, in order of time, without an intrusion. The same options give the same bytes. */
export function* deviceEvents(stream: DeviceStream): Generator<SimulatedEvent, void, undefined> {
  const { formats, seed, startMs, durationMs, eventsPerSecond, protocol } = stream;
  const turns = formats.map((format) => ({ format, random: new Random(`${format} ${seed}`) }));
  for (let n = 0; eventsPerSecond > 0; n += 1) {
    const atMs = Math.floor(startMs + (n * 1000) / eventsPerSecond);
    const turn = turns[n % turns.length];
    if (turn === undefined || atMs >= startMs + durationMs) return;
    const made = DEVICES[turn.format]({ atMs, random: turn.random });
    const transport = protocol ?? (made.carry === "syslog" ? "syslog-tcp" : "bulk");
    const bytes = carried(made, turn.format, atMs, transport);
    yield { atMs, unit: made.host.unit, source: made.host.name, transport, bytes };
  }
}

const isSyslog = (transport: LineTransport): boolean => SYSLOG_TRANSPORTS.some((name) => name === transport);
const isEnvelope = (transport: LineTransport): boolean => ENVELOPE_TRANSPORTS.some((name) => name === transport);

/** A line as a shipper hands it on: in a document, as it is in an envelope of the sender's, behind a header for syslog. */
export function carried(made: Made, format: DeviceFormat, atMs: number, transport: LineTransport): Buffer {
  if (isEnvelope(transport)) return made.bytes;
  if (isSyslog(transport)) {
    if (made.carry === "syslog") return made.bytes;
    const app = format === "auditd" ? "audispd" : format;
    const header = { atMs, host: made.host.name, facility: "local6", severity: "info", utcOffsetMinutes: 0 } as const;
    return rfc5424({ ...header, app }, made.bytes.toString("utf8"));
  }
  if (made.carry === "json") return made.bytes;
  const by = { agent: { type: "filebeat", version: "8.17.0" }, log: { file: { path: `/var/log/${format}.log` } } };
  return Buffer.from(
    JSON.stringify({
      "@timestamp": new Date(atMs).toISOString(),
      ...by,
      host: { name: made.host.name },
      message: made.bytes.toString("utf8"),
    }),
  );
}
