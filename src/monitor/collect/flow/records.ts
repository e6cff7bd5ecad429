import { type Export, type Flow, fromUpTime, newFlow } from "./flow.ts";
import { type Template, VARIABLE } from "./templates.ts";
import { type FlowValue, readValue } from "./value.ts";

/** Reads the records of [0, bytes.length) until fewer bytes are left than one takes up: padding. `isWhole`: none broke off. */
export function readRecords(bytes: Buffer, template: Template, each: (record: Flow) => boolean): boolean {
  let at = 0;
  while (bytes.length - at >= template.minBytes) {
    const record: Flow = {};
    for (const { name, type, length } of template.fields) {
      let size = length;
      if (length === VARIABLE) {
        if (at >= bytes.length) return false;
        size = bytes.readUInt8(at);
        at += 1;
        if (size === 255) {
          // RFC 7011 §7: 255 says that the length follows in two octets.
          if (bytes.length - at < 2) return false;
          size = bytes.readUInt16BE(at);
          at += 2;
        }
      }
      if (size > bytes.length - at) return false;
      const value = readValue(bytes, at, size, type);
      if (value !== undefined) record[name] = value;
      at += size;
    }
    if (!each(record)) return true;
  }
  return true;
}

const numberOf = (value: FlowValue | undefined): number | undefined => (typeof value === "number" ? value : undefined);

/** What the exporter's options said of all its flows. */
type Told = { readonly rates: ReadonlyMap<number, number>; readonly bootMs: number | undefined };
type Clock = Pick<Export, "exportMs" | "sysUpTimeMs"> & Pick<Told, "bootMs">;
const UPTIME_RANGE = 2 ** 32;

/** Adds the datagram's facts, the flow's instants as UTC milliseconds, and the sampling rate when it is known. */
export function finishFlow(record: Flow, from: Export, { rates, bootMs }: Told): Flow {
  const flow: Flow = newFlow(from);
  const clock = { ...from, bootMs: numberOf(record.systemInitTimeMilliseconds) ?? bootMs };
  const start = instantOf(record, "Start", clock);
  const end = instantOf(record, "End", clock);
  if (start !== undefined) flow.flowStartMilliseconds = start;
  if (end !== undefined) flow.flowEndMilliseconds = end;
  const rate = rateOf(record) ?? rates.get(samplerOf(record)) ?? rates.get(0);
  if (rate !== undefined && rate > 1) flow.samplingRate = rate;
  for (const [name, value] of Object.entries(record)) flow[name] ??= value;
  return flow;
}

/** From the most exact element that the record has, down to the exporter's uptime. */
function instantOf(record: Flow, which: "Start" | "End", { exportMs, sysUpTimeMs, bootMs }: Clock): number | undefined {
  const of = (unit: string): number | undefined => numberOf(record[`flow${which}${unit}`]);
  const exact = of("Milliseconds") ?? of("Microseconds") ?? of("Nanoseconds");
  if (exact !== undefined) return exact;
  const delta = of("DeltaMicroseconds");
  if (delta !== undefined) return exportMs - Math.ceil(delta / 1000);
  const upTime = of("SysUpTime");
  const now = bootMs === undefined ? sysUpTimeMs : (exportMs - bootMs) % UPTIME_RANGE;
  if (upTime !== undefined && now !== undefined) return fromUpTime(exportMs, now, upTime);
  const seconds = of("Seconds");
  return seconds === undefined ? undefined : seconds * 1000;
}

/** The sampler that a record, or an options record, names; 0 when it names none. */
export const samplerOf = (record: Flow): number => numberOf(record.samplerId) ?? numberOf(record.selectorId) ?? 0;

/** Packets seen per packet told, as either generation of elements says it (RFC 5477 §8.2); undefined when none does. */
export function rateOf(record: Flow): number | undefined {
  const interval = numberOf(record.samplingPacketInterval);
  const space = numberOf(record.samplingPacketSpace);
  if (interval !== undefined && interval > 0 && space !== undefined) return (interval + space) / interval;
  return numberOf(record.samplerRandomInterval) ?? numberOf(record.samplingInterval);
}
