import type { Entry } from "./flows.ts";
import type { Packet } from "./packet.ts";

/** What is common to the entries of a conversation. */
export type Conversation = { readonly uid: string; readonly id: Entry; readonly proto: string };

/** Something that a packet says. `key`: what question and answer share; an answer without a question stands alone. */
export type Said = {
  readonly service: string;
  readonly key: string;
  readonly kind: "question" | "answer" | "alone";
  readonly entry: Entry;
};

/** What a packet says in the protocols that are read: at most one thing of each. */
export const saidBy = (packet: Packet): readonly Said[] =>
  [dns, http, tls, kerberos, ntlm, smb, ssh, rdp].flatMap((read) => read(packet) ?? []);

const QTYPES: Readonly<Record<string, string>> = {
  ...{ 1: "A", 2: "NS", 5: "CNAME", 6: "SOA", 12: "PTR", 15: "MX", 16: "TXT", 28: "AAAA", 33: "SRV", 64: "SVCB" },
  ...{ 65: "HTTPS", 251: "IXFR", 252: "AXFR", 255: "*", 10: "NULL", 43: "DS", 48: "DNSKEY" },
};
const RCODES = ["NOERROR", "FORMERR", "SERVFAIL", "NXDOMAIN", "NOTIMP", "REFUSED"] as const;

function dns({ first, all, stream, proto }: Packet): Said | undefined {
  const id = first("dns.id");
  const query = first("dns.qry.name");
  if (id === "" || query === "") return undefined;
  const type = first("dns.qry.type");
  const asked = { _path: "dns", proto, trans_id: Number(id) || 0, query, qtype: Number(type) || 0 };
  const entry = { ...asked, qtype_name: QTYPES[type] ?? `query-${type}` };
  const common = { service: "dns", key: `dns ${stream} ${id} ${query}` };
  if (!isSet(first("dns.flags.response"))) return { ...common, kind: "question", entry };
  const rcode = Number(first("dns.flags.rcode")) || 0;
  const answers = [...all("dns.cname"), ...all("dns.a"), ...all("dns.aaaa")].slice(0, 100);
  const answer = { rcode, rcode_name: RCODES[rcode] ?? `unknown-${rcode}`, ...(answers.length > 0 && { answers }) };
  return { ...common, kind: "answer", entry: { ...entry, ...answer } };
}

/** A response names the packet of its request. */
function http({ first, number }: Packet): Said | undefined {
  const method = first("http.request.method");
  if (method !== "") {
    const entry = {
      ...{ _path: "http", method },
      ...some("host", first("http.host")),
      uri: first("http.request.uri"),
      ...some("user_agent", first("http.user_agent")),
      ...some("referrer", first("http.referer")),
    };
    return { service: "http", key: `http ${number}`, kind: "question", entry };
  }
  const code = Number(first("http.response.code"));
  if (!(code >= 100 && code < 1_000)) return undefined;
  const type = first("http.content_type");
  const entry = {
    ...{ _path: "http", status_code: code },
    ...some("status_msg", first("http.response.phrase")),
    ...(type !== "" && { resp_mime_types: [type] }),
  };
  return { service: "http", key: `http ${first("http.request_in")}`, kind: "answer", entry };
}

const VERSIONS: Readonly<Record<string, string>> = {
  ...{ "0x0300": "SSLv3", "0x0301": "TLSv10", "0x0302": "TLSv11", "0x0303": "TLSv12", "0x0304": "TLSv13" },
};

function tls({ first, all, stream, proto }: Packet): Said | undefined {
  const types = all("tls.handshake.type");
  const common = { service: proto === "udp" ? "quic" : "ssl", key: `tls ${stream}` };
  if (types.includes("1")) {
    const entry = {
      _path: "ssl",
      ...some("server_name", first("tls.handshake.extensions_server_name")),
      ...some("ja3", first("tls.handshake.ja3")),
      ...some("ja4", first("tls.handshake.ja4")),
    };
    return { ...common, kind: "question", entry };
  }
  if (!types.includes("2")) return undefined;
  const version = first("tls.handshake.extensions.supported_version") || first("tls.handshake.version");
  const entry = {
    ...{ _path: "ssl", version: VERSIONS[version] ?? version },
    ...some("cipher", first("tls.handshake.ciphersuite")),
    ...some("next_protocol", first("tls.handshake.extensions_alpn_str")),
    ...some("ja3s", first("tls.handshake.ja3s")),
  };
  return { ...common, kind: "answer", entry };
}

const REQUESTS: Readonly<Record<string, string>> = { 10: "AS", 11: "AS", 12: "TGS", 13: "TGS" };

/** RFC 4120: 10 AS-REQ, 11 AS-REP, 12 TGS-REQ, 13 TGS-REP, 30 KRB-ERROR. */
function kerberos({ first, all, stream }: Packet): Said | undefined {
  const type = first("kerberos.msg_type");
  if (!["10", "11", "12", "13", "30"].includes(type)) return undefined;
  const realm = first("kerberos.crealm") || first("kerberos.realm");
  const client = first("kerberos.CNameString");
  const service = all("kerberos.SNameString").join("/");
  const isQuestion = type === "10" || type === "12";
  const entry = {
    _path: "kerberos",
    ...some("request_type", REQUESTS[type] ?? ""),
    ...some("client", client === "" || realm === "" ? client : `${client}/${realm}`),
    ...some("service", service),
    ...(isQuestion ? {} : { success: type !== "30", ...some("cipher", first("kerberos.etype")) }),
    ...some("error_msg", first("kerberos.error_code")),
  };
  return { service: "krb", key: `krb ${stream}`, kind: isQuestion ? "question" : "answer", entry };
}

function ntlm({ first, stream }: Packet): Said | undefined {
  const username = first("ntlmssp.auth.username");
  if (username === "") return undefined;
  const entry = {
    ...{ _path: "ntlm", username },
    ...some("domainname", first("ntlmssp.auth.domain")),
    ...some("hostname", first("ntlmssp.auth.hostname")),
  };
  return { service: "ntlm", key: `ntlm ${stream}`, kind: "alone", entry };
}

const TREE_CONNECT = "3";
const CREATE = "5";

function smb({ first, all, stream }: Packet): Said | undefined {
  if (isSet(first("smb2.flags.response"))) return undefined;
  const commands = all("smb2.cmd");
  const tree = first("smb2.tree");
  const common = { service: "smb", key: `smb ${stream}`, kind: "alone" } as const;
  if (commands.includes(TREE_CONNECT) && tree !== "") return { ...common, entry: { _path: "smb_mapping", path: tree } };
  const name = first("smb2.filename");
  if (!commands.includes(CREATE) || name === "") return undefined;
  return { ...common, entry: { _path: "smb_files", action: "SMB::FILE_OPEN", name, ...some("path", tree) } };
}

/** Each side names its program once; the server often first. */
function ssh({ first, stream, toPort }: Packet): Said | undefined {
  const software = first("ssh.protocol");
  if (software === "") return undefined;
  const isClient = toPort === SSH_PORT;
  const entry = { _path: "ssh", [isClient ? "client" : "server"]: software };
  return { service: "ssh", key: `ssh ${stream}`, kind: "answer", entry };
}
const SSH_PORT = 22;

function rdp({ first, stream }: Packet): Said | undefined {
  const cookie = first("rdp.rt_cookie")
    .replace(/^Cookie: mstshash=/, "")
    .trim();
  return cookie === ""
    ? undefined
    : { service: "rdp", key: `rdp ${stream}`, kind: "alone", entry: { _path: "rdp", cookie } };
}

/** Booleans are "1" in older versions and "True" in newer ones. */
const isSet = (text: string): boolean => text === "1" || text === "True";
const some = (name: string, value: string): Entry => (value === "" ? {} : { [name]: value });
