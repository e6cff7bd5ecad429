import type { FlowTransport, SimulatedEvent } from "../event.ts";
import { Random } from "../random.ts";
import { type Session, sessionOf } from "./made.ts";

/** Element and length in octets of each field of a flow record (IANA IPFIX elements; NetFlow v9 has the same numbers). */
export const FLOW_FIELDS: readonly (readonly [element: number, octets: number])[] = [
  ...([8, 12] as const).map((address) => [address, 4] as const),
  ...([7, 11] as const).map((port) => [port, 2] as const),
  ...([4, 6, 61] as const).map((octet) => [octet, 1] as const),
  ...([1, 2, 152, 153] as const).map((counter) => [counter, 8] as const),
];
const RECORD_BYTES = FLOW_FIELDS.reduce((sum, [, octets]) => sum + octets, 0);
const TCP = 6;
const SYN = 0x02;
const FIN_SYN_PSH_ACK = 0x1b;
const MEAN_PACKET_BYTES = 700;

export type FlowStream = {
  readonly seed: string;
  readonly startMs: number;
  readonly durationMs: number;
  /** Flow records per second; 0: nothing. */
  readonly eventsPerSecond: number;
  readonly protocol: FlowTransport;
};

/** Flow records of the company's connections, there and back, in order of their end. The same options give the same bytes. */
export function* flowEvents(stream: FlowStream): Generator<SimulatedEvent, void, undefined> {
  const { seed, startMs, durationMs, eventsPerSecond, protocol } = stream;
  const random = new Random(`flows ${seed}`);
  for (let n = 0; eventsPerSecond > 0; n += 2) {
    const times = [n, n + 1].map((at) => Math.floor(startMs + (at * 1000) / eventsPerSecond));
    const [atMs = startMs] = times;
    const session = sessionOf({ atMs, random });
    const records = [flowRecord(session, atMs, "out"), flowRecord(session, atMs, "back")];
    for (const [i, bytes] of records.entries()) {
      const dueMs = times[i] ?? atMs;
      if (dueMs >= startMs + durationMs) return;
      // A connection that was stopped at the edge has no way back, and its turn stays empty.
      if (i === 1 && !session.isAllowed) continue;
      const { unit, name } = session.firewall;
      yield { atMs: dueMs, unit, source: name, transport: protocol, bytes };
    }
  }
}

function flowRecord(session: Session, endMs: number, way: "out" | "back"): Buffer {
  const [inside, outside] = [octetsOf(session.person.ip), octetsOf(session.toIp)];
  const isOut = way === "out";
  const bytes = isOut ? session.sentBytes : session.receivedBytes;
  const record = Buffer.alloc(RECORD_BYTES);
  record.set([...(isOut ? inside : outside), ...(isOut ? outside : inside)]);
  record.writeUInt16BE(isOut ? session.fromPort : session.toPort, 8);
  record.writeUInt16BE(isOut ? session.toPort : session.fromPort, 10);
  record.set([TCP, session.isAllowed ? FIN_SYN_PSH_ACK : SYN, isOut ? 1 : 0], 12);
  const numbers = [bytes, Math.ceil(bytes / MEAN_PACKET_BYTES), endMs - session.seconds * 1000, endMs];
  for (const [i, number] of numbers.entries()) record.writeBigUInt64BE(BigInt(number), 15 + 8 * i);
  return record;
}

const octetsOf = (address: string): number[] => address.split(".").map(Number);
