import { createHash } from "node:crypto";
import type { Endpoints, Packet } from "./packet.ts";

/** A line for the log, in the shape of one of Zeek's logs. */
export type Entry = { readonly [name: string]: string | number | boolean | readonly string[] };

const MAX_FLOWS = 100_000;
const [FIN, SYN, RST, ACK] = [1, 2, 4, 16];

type Side = { packets: number; bytes: number; payloadBytes: number; hasFin: boolean; hasRst: boolean };
type Flow = {
  readonly uid: string;
  readonly ends: Endpoints;
  readonly proto: Packet["proto"];
  readonly ts: number;
  lastTs: number;
  readonly orig: Side;
  readonly resp: Side;
  hasSyn: boolean;
  hasSynAck: boolean;
  service: string;
};

/** The conversations of a capture: who began, how much each side sent, how it ended. Bounded: the oldest are told and begin anew. */
export class Flows {
  readonly #flows = new Map<string, Flow>();

  /** Counts a packet. `over`: conversations that had to make room. */
  see(packet: Packet): { readonly uid: string; readonly ends: Endpoints; readonly over: readonly Entry[] } {
    const over: Entry[] = [];
    let flow = this.#flows.get(packet.stream);
    if (flow === undefined) {
      flow = newFlow(packet);
      this.#flows.set(packet.stream, flow);
      const [oldest] = this.#flows.size > MAX_FLOWS ? this.#flows : [];
      if (oldest !== undefined) {
        this.#flows.delete(oldest[0]);
        over.push(entryOf(oldest[1]));
      }
    }
    count(flow, packet);
    return { uid: flow.uid, ends: flow.ends, over };
  }

  /** What is spoken in it. */
  name(stream: string, service: string): void {
    const flow = this.#flows.get(stream);
    if (flow !== undefined && flow.service === "") flow.service = service;
  }

  *end(): Generator<Entry> {
    for (const flow of this.#flows.values()) yield entryOf(flow);
    this.#flows.clear();
  }
}

const newSide = (): Side => ({ packets: 0, bytes: 0, payloadBytes: 0, hasFin: false, hasRst: false });

function newFlow(packet: Packet): Flow {
  const { fromIp, fromPort, toIp, toPort, ts, proto, stream, tcpFlags } = packet;
  // A capture that begins with the answer knows by its flags who asked.
  const isAnswer = proto === "tcp" && (tcpFlags & (SYN | ACK)) === (SYN | ACK);
  const ends = isAnswer
    ? { fromIp: toIp, fromPort: toPort, toIp: fromIp, toPort: fromPort }
    : { fromIp, fromPort, toIp, toPort };
  const hash = createHash("sha256").update(`${ts} ${stream} ${fromIp} ${fromPort} ${toIp} ${toPort}`);
  return {
    uid: `C${hash.digest("base64url").replace(/[-_]/g, "").slice(0, 17)}`,
    ...{ ends, proto, ts, lastTs: ts },
    orig: newSide(),
    resp: newSide(),
    hasSyn: false,
    hasSynAck: false,
    service: "",
  };
}

function count(flow: Flow, { fromIp, fromPort, ts, bytes, payloadBytes, tcpFlags, proto }: Packet): void {
  const isOrig = fromIp === flow.ends.fromIp && fromPort === flow.ends.fromPort;
  const side = isOrig ? flow.orig : flow.resp;
  side.packets += 1;
  side.bytes += bytes;
  side.payloadBytes += payloadBytes;
  flow.lastTs = Math.max(flow.lastTs, ts);
  if (proto !== "tcp") return;
  side.hasFin ||= (tcpFlags & FIN) !== 0;
  side.hasRst ||= (tcpFlags & RST) !== 0;
  const isSyn = (tcpFlags & SYN) !== 0;
  flow.hasSyn ||= isSyn && isOrig;
  flow.hasSynAck ||= isSyn && !isOrig;
}

export const idOf = ({ fromIp, fromPort, toIp, toPort }: Endpoints): Entry => ({
  ...{ "id.orig_h": fromIp, "id.orig_p": fromPort, "id.resp_h": toIp, "id.resp_p": toPort },
});

function entryOf(flow: Flow): Entry {
  const { uid, ends, proto, ts, lastTs, orig, resp, service } = flow;
  return {
    _path: "conn",
    ...{ ts, uid, ...idOf(ends), proto: proto === "other" ? "unknown_transport" : proto },
    ...(service !== "" && { service }),
    duration: Math.round((lastTs - ts) * 1e6) / 1e6,
    ...{ orig_bytes: orig.payloadBytes, resp_bytes: resp.payloadBytes, conn_state: stateOf(flow) },
    ...{ orig_pkts: orig.packets, orig_ip_bytes: orig.bytes, resp_pkts: resp.packets, resp_ip_bytes: resp.bytes },
  };
}

/** Zeek's words for how a connection went (base/protocols/conn). */
function stateOf({ proto, orig, resp, hasSyn, hasSynAck }: Flow): string {
  if (proto !== "tcp") return resp.packets > 0 ? "SF" : "S0";
  if (hasSyn && !hasSynAck) return resp.hasRst ? "REJ" : orig.hasRst ? "RSTOS0" : orig.hasFin ? "SH" : "S0";
  if (!hasSyn) return "OTH";
  if (orig.hasRst) return "RSTO";
  if (resp.hasRst) return "RSTR";
  if (orig.hasFin && resp.hasFin) return "SF";
  return orig.hasFin ? "S2" : resp.hasFin ? "S3" : "S1";
}
