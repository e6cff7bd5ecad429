import { localIso, rfc3164, rfc5424, zoneText } from "./syslog.ts";

export type Connection = {
  readonly atMs: number;
  readonly host: string;
  readonly utcOffsetMinutes: number;
  readonly isAllowed: boolean;
  readonly fromIp: string;
  readonly fromPort: number;
  readonly toIp: string;
  readonly toPort: number;
  readonly protocol: "tcp" | "udp";
  readonly isOutbound: boolean;
  readonly sentBytes: number;
  readonly receivedBytes: number;
  readonly durationSeconds: number;
  readonly policy: number;
  readonly session: number;
  readonly user: string | undefined;
};

const SERVICES: Readonly<Record<number, string>> = {
  22: "SSH",
  23: "TELNET",
  53: "DNS",
  80: "HTTP",
  123: "NTP",
  443: "HTTPS",
  445: "SMB",
  3389: "RDP",
};

const protocolNumber = (protocol: Connection["protocol"]): number => (protocol === "tcp" ? 6 : 17);
const serviceOf = (c: Connection): string => SERVICES[c.toPort] ?? `${c.protocol}/${c.toPort}`;

/** FortiOS 7 traffic log (key=value), relayed as RFC 5424. */
export function fortigateTraffic(c: Connection): Buffer {
  const local = localIso(c.atMs, c.utcOffsetMinutes);
  const inside = c.isOutbound ? "internal" : "wan1";
  const outside = c.isOutbound ? "wan1" : "dmz";
  const user = c.user === undefined ? "" : ` user="${c.user}" authserver="MINATO-AD"`;
  const message =
    `date=${local.slice(0, 10)} time=${local.slice(11, 19)} devname="${c.host}" devid="FG100FTK20000001" ` +
    `eventtime=${c.atMs}000000 tz="${zoneText(c.utcOffsetMinutes, "")}" logid="0000000013" type="traffic" ` +
    `subtype="forward" level="notice" vd="root" srcip=${c.fromIp} srcport=${c.fromPort} srcintf="${inside}" ` +
    `srcintfrole="${c.isOutbound ? "lan" : "wan"}" dstip=${c.toIp} dstport=${c.toPort} dstintf="${outside}" ` +
    `dstintfrole="${c.isOutbound ? "wan" : "dmz"}" sessionid=${c.session} proto=${protocolNumber(c.protocol)} ` +
    `action="${c.isAllowed ? "accept" : "deny"}" policyid=${c.policy} policytype="policy"${user} ` +
    `service="${serviceOf(c)}" trandisp="${c.isOutbound ? "snat" : "noop"}" duration=${c.durationSeconds} ` +
    `sentbyte=${c.sentBytes} rcvdbyte=${c.receivedBytes} sentpkt=${packets(c.sentBytes)} ` +
    `rcvdpkt=${packets(c.receivedBytes)} appcat="unscanned"`;
  return rfc5424({ ...c, facility: "local7", severity: "notice", app: "fortigate" }, message);
}

/** ArcSight CEF revision 26 over RFC 3164, as PAN-OS sends it with a CEF log format. */
export function cefTraffic(c: Connection): Buffer {
  const action = c.isAllowed ? "allow" : "deny";
  const extension = [
    `rt=${c.atMs}`,
    `src=${c.fromIp}`,
    `dst=${c.toIp}`,
    `spt=${c.fromPort}`,
    `dpt=${c.toPort}`,
    `proto=${c.protocol}`,
    `act=${action}`,
    `app=${serviceOf(c).toLowerCase()}`,
    ...(c.user === undefined ? [] : [`suser=MINATO\\\\${c.user}`]),
    `in=${c.receivedBytes}`,
    `out=${c.sentBytes}`,
    `deviceInboundInterface=${c.isOutbound ? "ethernet1/2" : "ethernet1/1"}`,
    `deviceOutboundInterface=${c.isOutbound ? "ethernet1/1" : "ethernet1/3"}`,
    `cs1Label=Rule cs1=${c.isOutbound ? "inside-out" : "outside-in"}-${c.policy}`,
    `cs4Label=Source Zone cs4=${c.isOutbound ? "trust" : "untrust"}`,
    `cn1Label=SessionID cn1=${c.session}`,
    `dvchost=${c.host}`,
  ].join(" ");
  const head = `CEF:0|Palo Alto Networks|PAN-OS|11.1.4|${c.isAllowed ? "end" : "deny"}|TRAFFIC|${c.isAllowed ? 1 : 4}|`;
  return rfc3164({ ...c, facility: "local4", severity: "info" }, `${head}${extension}`);
}

const packets = (bytes: number): number => Math.ceil(bytes / 900);
