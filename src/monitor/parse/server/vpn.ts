import { toIp, toPort } from "../address.ts";
import { clip, MAX_MESSAGE_CHARS } from "../bounds.ts";
import type { Action, Outcome } from "../contract.ts";
import { readIso } from "../instant.ts";
import { addField, type Reading, setField, setTimeMs } from "../reading.ts";
import { tell } from "./answer.ts";

/**
 * VPN servers: OpenVPN and strongSwan (charon). Who: the account or the certificate's name. Where from: the peer. With what: the server.
 * What: the address given to the peer, else the text. Did what: logons and their failures, connections, TLS and IKE errors.
 * Fields: common_name, virtual_ip, local_ip, reason, connection. Source: OpenVPN 2.6 manual, strongSwan logger reference.
 */
type Verb = readonly [RegExp, Action, Outcome];

const PEER = /^(?:([^\s/[\]]{1,128})\/)?\[?([0-9A-Fa-f.:]{2,45}?)\]?:(\d{1,5}) (.*)$/s;
const OPENVPN: readonly Verb[] = [
  [
    /AUTH_FAILED|TLS Auth Error|authentication failed for|verification failed for peer|PLUGIN_AUTH_USER_PASS_VERIFY.*failed|Invalid credentials|Incorrect password/i,
    "logon-failed",
    "failure",
  ],
  [/VERIFY (?:ERROR|X509NAME ERROR|KU ERROR|EKU ERROR)|certificate verify failed/, "logon-failed", "failure"],
  [/authentication succeeded|Peer Connection Initiated/, "logged-on", "success"],
  [
    /TLS Error|TLS handshake failed|unwrapping failed|OpenSSL: error|packet authentication failed|replay/,
    "connection-failed",
    "failure",
  ],
  [/^MULTI: Learn|^MULTI_sva|primary virtual IP/, "address-leased", "success"],
  [
    /client-instance exiting|Connection reset|Inactivity timeout|client-instance restarting/,
    "connection-ended",
    "success",
  ],
  [/^TLS: Initial packet|^TCP connection established|^UDPv4 READ/, "connection-opened", "success"],
  [/^VERIFY OK|^Validating certificate/, "credentials-checked", "success"],
  [/^Initialization Sequence Completed/, "service-started", "success"],
  [/^SIGTERM|process exiting/, "service-stopped", "success"],
];

export function readOpenVpn(event: Reading, message: string): boolean {
  const [, name = "", ip = "", port = "", text = message] = PEER.exec(message) ?? [];
  const head = text.slice(0, 1024);
  const told = OPENVPN.find(([pattern]) => pattern.test(head));
  const peer = ip === "" ? /\[AF_INET6?\]([0-9A-Fa-f.:]{2,45}):(\d{1,5})\b/.exec(head) : null;
  const common = name || (/\[([^\]]{1,128})\] Peer Connection Initiated/.exec(head)?.[1] ?? commonName(head));
  const account = /for username '([^']{1,256})'/.exec(head)?.[1] ?? "";
  const virtual = /(?:Learn: |IPv4=|virtual IP for \S{1,200}: )([0-9A-Fa-f.:]{2,45})/.exec(head)?.[1] ?? "";
  return tell(event, {
    dataset: "openvpn.server",
    action: told?.[1] ?? "",
    outcome: told?.[2] ?? "",
    user: account || common,
    ip: ip || (peer?.[1] ?? ""),
    port: port || (peer?.[2] ?? ""),
    withWhat: "openvpn",
    what: virtual || text,
    fields: { common_name: common, virtual_ip: toIp(virtual), reason: told?.[2] === "failure" ? text : "" },
  });
}

const commonName = (text: string): string => /\bCN=([^,/"]{1,128})/.exec(text)?.[1] ?? "";

/** OpenVPN's own file: `2026-11-23 10:00:00 [name/]198.51.100.7:4711 text`. */
export function readOpenVpnLine(event: Reading, text: string, zone: string): boolean {
  const at = PEER.exec(text.slice(20, 240));
  if (at === null || toIp(at[2]) === "") return false;
  const time = readIso(text, 0, zone);
  if (time === undefined || time.end !== 19) return false;
  const message = text.slice(20);
  if (!OPENVPN.some(([pattern]) => pattern.test(message.slice(0, 1024)))) return false;
  setTimeMs(event, time.ms);
  event.hot.message = clip(message, MAX_MESSAGE_CHARS);
  event.hot.process_name = "openvpn";
  setField(event, "message", message);
  return readOpenVpn(event, message);
}

const CHARON_HEAD = /^(\d{1,3})?\[([A-Z]{3})\d?\] (?:<([^>]{1,128})> )?/;
const CHARON: readonly Verb[] = [
  [
    /verification failed|authentication of '.{0,256}' with .{1,64} failed|no (?:shared|private|trusted|matching) .{0,64}key found|AUTHENTICATION_FAILED|constraint check failed|(?:EAP|XAuth) .{0,64} failed|expected hash|MIC .{0,32}fail/i,
    "logon-failed",
    "failure",
  ],
  [
    /authentication of '.{0,256}' with .{1,64} successful|EAP method \S+ succeeded|XAuth authentication of '.{0,256}' successful/,
    "logged-on",
    "success",
  ],
  [
    /no (?:matching )?(?:IKE|peer|proposal|acceptable).{0,64} found|NO_PROPOSAL_CHOSEN|INVALID_|TS_UNACCEPTABLE|giving up after|failed/,
    "connection-failed",
    "failure",
  ],
  [/^(?:IKE_SA|CHILD_SA) .{1,128} established/, "connection-opened", "success"],
  [/^assigning virtual IP/, "address-leased", "success"],
  [/^lease .{1,64} went offline/, "address-released", "success"],
  [/^(?:deleting|closing) |received DELETE|^IKE_SA deleted/, "connection-ended", "success"],
  [/ is initiating an IKE_SA/, "connection-opened", "unknown"],
  [/^(?:received|sending) packet: /, "connection-opened", "unknown"],
];
const PACKET =
  /^(received|sending) packet: from ([0-9A-Fa-f.:]{2,45})\[(\d{1,5})\] to ([0-9A-Fa-f.:]{2,45})\[(\d{1,5})\]/;

/** `06[NET] <conn|83> received packet: from 198.51.100.7[4500] to 192.0.2.5[4500] (84 bytes)` */
export function readCharon(event: Reading, message: string): boolean {
  const [all = "", thread = "", group = "", connection = ""] = CHARON_HEAD.exec(message) ?? [];
  const text = message.slice(all.length);
  const head = text.slice(0, 1024);
  const told = CHARON.find(([pattern]) => pattern.test(head));
  const packet = PACKET.exec(head);
  const isOut = packet?.[1] === "sending";
  const between = /between ([0-9A-Fa-f.:]{2,45})\[.{0,256}?\]\.{3}([0-9A-Fa-f.:]{2,45})\[(.{0,256})\]/.exec(head);
  const initiating = /^([0-9A-Fa-f.:]{2,45}) is initiating/.exec(head)?.[1];
  const user =
    /(?:authentication of|EAP identity|to peer|received EAP identity|by) '([^']{1,256})'/.exec(head)?.[1] ??
    between?.[3] ??
    "";
  const virtual = /^(?:assigning virtual IP|lease) ([0-9A-Fa-f.:]{2,45})/.exec(head)?.[1] ?? "";
  tell(event, {
    dataset: "strongswan.charon",
    action: told?.[1] ?? "",
    outcome: told?.[2] ?? "",
    user,
    ip: packet === null ? (between?.[2] ?? initiating ?? "") : ((isOut ? packet[4] : packet[2]) ?? ""),
    port: packet === null ? "" : ((isOut ? packet[5] : packet[3]) ?? ""),
    withWhat: `charon${group === "" ? "" : ` ${group}`}`,
    what: virtual || text,
    fields: { connection, group, thread, virtual_ip: toIp(virtual), reason: told?.[2] === "failure" ? text : "" },
  });
  const { hot } = event;
  hot.destination_ip = toIp(packet === null ? between?.[1] : isOut ? packet[2] : packet[4]);
  hot.destination_port = toPort(packet === null ? 0 : isOut ? packet[3] : packet[5]);
  addField(event, "local_ip", hot.destination_ip);
  return true;
}
