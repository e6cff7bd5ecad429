import { toIp, toPort } from "../address.ts";
import { addFirewallNames } from "../cef.ts";
import { classify, type Reading, setField, textOf } from "../reading.ts";
import { judgeTraffic } from "../verdict.ts";
import { answer, setDevice, setMessage, trafficDeed } from "./answer.ts";
import { splitCsv } from "./csv.ts";

const COMMON = "rulenr subrulenr anchorname rid interface reason action dir ipversion".split(" ");
const V4 = "tos ecn ttl id offset ipflags protonum protoname length src dst".split(" ");
const V6 = "class flowlabel hoplimit protoname protonum length src dst".split(" ");
const TCP = "srcport dstport datalen tcpflags seq ack window urg tcpopts".split(" ");
const UDP = "srcport dstport datalen".split(" ");

/**
 * filterlog of pfSense and OPNsense: `4,,,1000000103,igb1,match,block,in,4,0x0,,64,1,0,DF,6,tcp,60,src,dst,1234,23,0,S,…`
 * Who: nobody. Where from: src. With what: the protocol and the interface. What: `dst:dstport`. Did what: action.
 * Fields: the columns' names, and Sigma's firewall names. Sigma: product `pfsense`, category `firewall`, service `filterlog`.
 * Severity and time: the envelope's. Source: pfSense documentation, Raw Filter Log Format; FreeBSD pf.
 */
export function readFilterlog(event: Reading, message: string): boolean {
  const columns = splitCsv(message);
  const version = columns[8];
  if (columns.length < 16 || (version !== "4" && version !== "6")) return false;
  const packet = version === "4" ? V4 : V6;
  nameColumns(event, columns, { names: COMMON, from: 0 });
  nameColumns(event, columns, { names: packet, from: COMMON.length });
  const { fields, hot } = event;
  const protocol = textOf(fields, "protoname").toLowerCase();
  const from = COMMON.length + packet.length;
  if (protocol === "tcp") nameColumns(event, columns, { names: TCP, from });
  else if (protocol === "udp") nameColumns(event, columns, { names: UDP, from });
  hot.source_ip = toIp(fields.src);
  hot.destination_ip = toIp(fields.dst);
  if (hot.source_ip === "" || hot.destination_ip === "") return false;
  hot.source_port = toPort(fields.srcport);
  hot.destination_port = toPort(fields.dstport);
  hot.network_transport = protocol;
  hot.rule_name = textOf(fields, "rid") || textOf(fields, "rulenr");
  const direction = textOf(fields, "dir");
  hot.network_direction = direction === "in" ? "inbound" : direction === "out" ? "outbound" : "";
  classify(hot, "filterlog", { product: "pfsense", category: "firewall", service: "filterlog" });
  setDevice(hot, { vendor: "Netgate", product: "filterlog", name: "" });
  setMessage(hot, message);
  addFirewallNames(event, "");
  const using = `${protocol} ${textOf(fields, "interface")}`.trim();
  answer(hot, trafficDeed(judgeTraffic(textOf(fields, "action"))), { using });
  return true;
}

function nameColumns(
  event: Reading,
  columns: readonly string[],
  how: { names: readonly string[]; from: number },
): void {
  const { names, from } = how;
  for (let i = 0; i < names.length; i += 1) {
    const value = columns[from + i] ?? "";
    if (value !== "") setField(event, names[i] ?? "", value);
  }
}
