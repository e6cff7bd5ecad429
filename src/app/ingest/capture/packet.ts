/** What tshark is asked for of each packet. Names as in Wireshark's display filter reference. */
export const FIELDS = [
  ...["frame.number", "frame.time_epoch", "ip.src", "ip.dst", "ipv6.src", "ipv6.dst", "ip.proto", "ipv6.nxt"],
  ...["tcp.stream", "tcp.srcport", "tcp.dstport", "tcp.len", "tcp.flags", "udp.stream", "udp.srcport", "udp.dstport"],
  ...["udp.length", "icmp.type", "icmpv6.type", "frame.len"],
  ...[
    "dns.id",
    "dns.flags.response",
    "dns.flags.rcode",
    "dns.qry.name",
    "dns.qry.type",
    "dns.a",
    "dns.aaaa",
    "dns.cname",
  ],
  ...["http.request.method", "http.request.uri", "http.host", "http.user_agent", "http.referer", "http.request_in"],
  ...["http.response.code", "http.response.phrase", "http.content_type"],
  ...[
    "tls.handshake.type",
    "tls.handshake.extensions_server_name",
    "tls.handshake.version",
    "tls.handshake.ciphersuite",
  ],
  ...["tls.handshake.extensions.supported_version", "tls.handshake.extensions_alpn_str"],
  ...["kerberos.msg_type", "kerberos.CNameString", "kerberos.SNameString", "kerberos.realm", "kerberos.crealm"],
  ...["kerberos.error_code", "kerberos.etype", "ntlmssp.auth.username", "ntlmssp.auth.domain", "ntlmssp.auth.hostname"],
  ...["smb2.cmd", "smb2.flags.response", "smb2.filename", "smb2.tree", "ssh.protocol", "rdp.rt_cookie"],
] as const;
/** Fields that not every version has. */
export const NEWER_FIELDS = ["tls.handshake.ja3", "tls.handshake.ja3s", "tls.handshake.ja4"] as const;
export type Field = (typeof FIELDS)[number] | (typeof NEWER_FIELDS)[number];

/** Between the values of a field that a packet has several times: no text of a protocol has it, tshark writes it escaped. */
export const AGGREGATOR = "\u001f";

export type Endpoints = {
  readonly fromIp: string;
  readonly fromPort: number;
  readonly toIp: string;
  readonly toPort: number;
};
/** One packet of an IP conversation. */
export type Packet = Endpoints & {
  readonly number: string;
  /** Seconds since 1970. */
  readonly ts: number;
  readonly proto: "tcp" | "udp" | "icmp" | "other";
  /** Of the conversation, within the capture. */
  readonly stream: string;
  readonly payloadBytes: number;
  readonly bytes: number;
  readonly tcpFlags: number;
  /** A field's first value; "" when it has none. */
  first(field: Field): string;
  all(field: Field): readonly string[];
};

/** A line of tshark's → the packet; undefined when it is none that went over IP. */
export function readPacket(line: string, fields: readonly Field[]): Packet | undefined {
  const values = line.split("\t");
  const places = placesOf(fields);
  const text = (field: Field): string => values[places.get(field) ?? -1] ?? "";
  const first = (field: Field): string => text(field).split(AGGREGATOR, 1)[0] ?? "";
  const all = (field: Field): readonly string[] =>
    text(field)
      .split(AGGREGATOR)
      .filter((value) => value !== "");
  const ts = Number(first("frame.time_epoch"));
  const fromIp = first("ip.src") || first("ipv6.src");
  const toIp = first("ip.dst") || first("ipv6.dst");
  if (fromIp === "" || toIp === "" || !Number.isFinite(ts) || ts < 0) return undefined;
  const proto = protoOf(first);
  const isTcp = proto === "tcp";
  const number = (field: Field): number => Number(first(field)) || 0;
  const ends = {
    fromIp,
    fromPort: isTcp ? number("tcp.srcport") : number("udp.srcport"),
    toIp,
    toPort: isTcp ? number("tcp.dstport") : number("udp.dstport"),
  };
  const stream = isTcp ? first("tcp.stream") : proto === "udp" ? first("udp.stream") : [fromIp, toIp].sort().join(" ");
  return {
    ...ends,
    number: first("frame.number"),
    ...{ ts, proto, first, all },
    stream: `${proto} ${stream}`,
    payloadBytes: isTcp ? number("tcp.len") : Math.max(0, number("udp.length") - 8),
    bytes: number("frame.len"),
    tcpFlags: number("tcp.flags"),
  };
}

const known = new WeakMap<readonly Field[], ReadonlyMap<Field, number>>();

function placesOf(fields: readonly Field[]): ReadonlyMap<Field, number> {
  const before = known.get(fields);
  if (before !== undefined) return before;
  const places = new Map(fields.map((field, at) => [field, at]));
  known.set(fields, places);
  return places;
}

function protoOf(first: (field: Field) => string): Packet["proto"] {
  if (first("tcp.stream") !== "") return "tcp";
  if (first("udp.stream") !== "") return "udp";
  return first("icmp.type") !== "" || first("icmpv6.type") !== "" ? "icmp" : "other";
}
