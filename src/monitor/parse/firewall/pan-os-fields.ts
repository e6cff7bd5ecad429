import { adoptFields, type Fields, type FieldValue } from "../../event/index.ts";
import type { Columns } from "./csv.ts";

/** How many columns logs of sessions share; how many a traffic log has had since 8.0. */
export const SESSION_COLUMNS = 31;
export const TRAFFIC_COLUMNS = 54;

/** As one literal: V8 keeps such an object in fast mode, and thirty names added one by one in slow mode. */
export const sessionFields = (c: Columns): Fields =>
  adoptFields({
    receive_time: c[1],
    serial: c[2],
    type: c[3],
    subtype: c[4],
    time_generated: c[6],
    src: c[7],
    dst: c[8],
    natsrc: c[9],
    natdst: c[10],
    rule: c[11],
    srcuser: c[12],
    dstuser: c[13],
    app: c[14],
    vsys: c[15],
    from: c[16],
    to: c[17],
    inbound_if: c[18],
    outbound_if: c[19],
    logset: c[20],
    sessionid: c[22],
    repeatcnt: c[23],
    sport: c[24],
    dport: c[25],
    natsport: c[26],
    natdport: c[27],
    flags: c[28],
    proto: c[29],
    action: c[30],
  });

/**
 * The columns that a traffic log of every version has. A constructor, because this is the log that comes most: V8 makes its objects with
 * room for all names at once, a fifth faster than a literal that loses its prototype afterwards.
 */
export class TrafficFields {
  [name: string]: FieldValue;

  constructor(c: Columns) {
    this.receive_time = c[1] ?? "";
    this.serial = c[2] ?? "";
    this.type = c[3] ?? "";
    this.subtype = c[4] ?? "";
    this.time_generated = c[6] ?? "";
    this.src = c[7] ?? "";
    this.dst = c[8] ?? "";
    this.natsrc = c[9] ?? "";
    this.natdst = c[10] ?? "";
    this.rule = c[11] ?? "";
    this.srcuser = c[12] ?? "";
    this.dstuser = c[13] ?? "";
    this.app = c[14] ?? "";
    this.vsys = c[15] ?? "";
    this.from = c[16] ?? "";
    this.to = c[17] ?? "";
    this.inbound_if = c[18] ?? "";
    this.outbound_if = c[19] ?? "";
    this.logset = c[20] ?? "";
    this.sessionid = c[22] ?? "";
    this.repeatcnt = c[23] ?? "";
    this.sport = c[24] ?? "";
    this.dport = c[25] ?? "";
    this.natsport = c[26] ?? "";
    this.natdport = c[27] ?? "";
    this.flags = c[28] ?? "";
    this.proto = c[29] ?? "";
    this.action = c[30] ?? "";
    this.bytes = c[31] ?? "";
    this.bytes_sent = c[32] ?? "";
    this.bytes_received = c[33] ?? "";
    this.packets = c[34] ?? "";
    this.start = c[35] ?? "";
    this.elapsed = c[36] ?? "";
    this.category = c[37] ?? "";
    this.seqno = c[39] ?? "";
    this.actionflags = c[40] ?? "";
    this.srcloc = c[41] ?? "";
    this.dstloc = c[42] ?? "";
    this.pkts_sent = c[44] ?? "";
    this.pkts_received = c[45] ?? "";
    this.session_end_reason = c[46] ?? "";
    this.dg_hier_level_1 = c[47] ?? "";
    this.dg_hier_level_2 = c[48] ?? "";
    this.dg_hier_level_3 = c[49] ?? "";
    this.dg_hier_level_4 = c[50] ?? "";
    this.vsys_name = c[51] ?? "";
    this.device_name = c[52] ?? "";
    this.action_source = c[53] ?? "";
  }
}

// As fields everywhere, they inherit nothing.
Object.setPrototypeOf(TrafficFields.prototype, null);
Reflect.deleteProperty(TrafficFields.prototype, "constructor");
