import type { HotColumns } from "../../event/index.ts";
import { toCount, toIp } from "../address.ts";
import { addFirewallNames } from "../cef.ts";
import { addField, bounded, classify, endpoint, type Reading } from "../reading.ts";
import { fillUrl } from "../web/squid.ts";
import {
  accountOf,
  answer,
  DENIED,
  type Deed,
  ENDED,
  LOGGED_ON,
  LOGON_FAILED,
  OPENED,
  setMessage,
  UNTOLD,
} from "./answer.ts";
import { asaMessage, type Ends } from "./asa-messages.ts";
import { type Endpoint, readEndpoints } from "./endpoints.ts";

/**
 * Cisco ASA, FTD, PIX and FWSM by message number.
 *
 * | question   | column     | from                                                                              |
 * |------------|------------|-----------------------------------------------------------------------------------|
 * | who        | who        | the user that the text names, in parentheses behind an address too                |
 * | where from | where_from | the initiator: the first end, of an outbound connection the second; else the device |
 * | with what  | with_what  | the protocol or service, the VPN's session type, else the product                 |
 * | what       | what       | the other end, the translated address, the command, the URL, else the text        |
 * | did what   | did_what   | by number (asa-messages.ts), else by the text's verb                              |
 *
 * Fields: src_ip … and action (Sigma's firewall names), src_zone, dst_zone, src_mapped_ip, acl, connection, duration, bytes, direction,
 * reason, group, icmp_type, icmp_code, threat_list. Sigma: product `cisco`, service `asa`, category `firewall` for connections.
 * Severity: the number in the tag. Time: the envelope's, which an ASA writes in its own zone.
 */
export function readAsa(event: Reading, tag: { facility: string; code: string }, message: string): void {
  const { hot } = event;
  const text = message.slice(0, MAX_TEXT);
  const known = asaMessage(tag.code);
  const deed = deedOf(known?.deed, text);
  classify(hot, "cisco.asa", { product: "cisco", category: "", service: "asa" });
  hot.observer_product = tag.facility;
  setMessage(hot, message);
  fillEnds(event, { ends: known?.ends ?? "flow", isLogin: deed === LOGGED_ON || deed === LOGON_FAILED }, text);
  fillDetails(event, text);
  if (deed[0].startsWith("http-")) fillRequest(event, text);
  if (hot.source_ip !== "" && hot.destination_ip !== "" && isConnection(deed)) hot.category = "firewall";
  addFirewallNames(event, deed === DENIED ? "deny" : deed === OPENED ? "built" : deed === ENDED ? "teardown" : "");
  const command = /executed (?:the |cmd: ?)?'?([^']{1,512})/.exec(text)?.[1]?.replace(/' command\.$/, "") ?? "";
  const isCommand = deed[0] === "command-run";
  if (isCommand) hot.process_command_line = command.trim();
  const mapped = known?.ends === "translation" ? String(event.fields.src_mapped_ip ?? "") : "";
  answer(hot, deed, {
    using: usingOf(text),
    about: isCommand ? command.trim() : mapped || hot.url_full || hot.url_path,
  });
}

const MAX_TEXT = 2_048;

const isConnection = ([action]: Deed): boolean => action.startsWith("connection-") || action.startsWith("attack-");

/** 106100 says permitted or denied itself; other numbers that the table lacks are read by their verb. */
function deedOf(known: Deed | undefined, text: string): Deed {
  if (known?.[0] === "configuration-changed" && text.includes("FAILED")) return [known[0], "failure"];
  if (known !== undefined && known[0] !== "connection-allowed") return known;
  if (/^(?:Deny|Denied)|denied|dropped|discard/i.test(text)) return DENIED;
  if (known !== undefined) return known;
  if (text.startsWith("Built")) return OPENED;
  if (text.startsWith("Teardown")) return ENDED;
  if (/authentication (?:failed|rejected)|rejected/i.test(text)) return LOGON_FAILED;
  if (/Login permitted|authentication successful|succeeded/i.test(text)) return LOGGED_ON;
  if (/executed /.test(text)) return ["command-run", "success"];
  if (/changed state to up/.test(text)) return OPENED;
  if (/changed state to|unreachable|went down/.test(text)) return ENDED;
  return /\b(?:fail|failed|failure|[Ll]ost|[Ee]rror|[Uu]nable|exhausted|exceeded)\b/.test(text)
    ? ["service-failed", "failure"]
    : UNTOLD;
}

function fillEnds(event: Reading, how: { ends: Ends; isLogin: boolean }, text: string): void {
  const { hot } = event;
  const all = readEndpoints(text);
  const ends = all.filter(({ isTranslated }) => !isTranslated);
  let [first, second] = ends;
  if (text.includes(" laddr ")) second = ends[2] ?? second;
  const userIp = toIp(/user IP = (\S{2,64})/.exec(text)?.[1] ?? "");
  if (/server =/.test(text)) {
    second = first;
    first = userIp === "" ? undefined : ends.find(({ ip }) => ip === userIp);
  }
  if (how.ends === "session") second = undefined;
  if (how.ends === "translation") {
    if (second !== undefined) addField(event, "src_mapped_ip", endpoint(second.ip, second.port));
    second = undefined;
  } else addMapped(event, all);
  if (startsOutside(text, first, second)) [first, second] = [second, first];
  setEnd(event, "source", first);
  setEnd(event, "destination", second);
  hot.user_name = accountOf(userOf(text) || accountIn(first) || accountIn(second));
  if (how.isLogin) hot.network_protocol = second?.service ?? "";
}

/**
 * ASA names the end on the less trusted interface first. `outbound` says that the second began the connection; a teardown does not
 * say: an end on a port below 1024 is taken for the server.
 */
function startsOutside(text: string, first: Endpoint | undefined, second: Endpoint | undefined): boolean {
  if (first === undefined || second === undefined) return false;
  if (text.startsWith("Built outbound")) return true;
  return text.startsWith("Teardown") && first.port > 0 && first.port < 1024 && second.port >= 1024;
}

function addMapped(event: Reading, all: readonly Endpoint[]): void {
  let before: Endpoint | undefined;
  for (const end of all) {
    if (end.isTranslated && before !== undefined && end.ip !== before.ip && end.ip !== "")
      addField(event, before === all[0] ? "first_mapped_ip" : "second_mapped_ip", endpoint(end.ip, end.port));
    if (!end.isTranslated) before = end;
  }
}

function setEnd(event: Reading, side: "source" | "destination", end: Endpoint | undefined): void {
  if (end === undefined) return;
  const { hot } = event;
  if (side === "source") {
    hot.source_ip = end.ip;
    hot.source_port = end.port;
    hot.source_domain = bounded(end.host);
  } else {
    hot.destination_ip = end.ip;
    hot.destination_port = end.port;
    hot.destination_domain = bounded(end.host);
  }
  addField(event, side === "source" ? "src_zone" : "dst_zone", end.zone);
}

/** `192.0.2.7/1234(LOCAL\sato)`. */
const accountIn = (end: Endpoint | undefined): string =>
  end === undefined || /^\d/.test(end.note) ? "" : end.note.replace(/^LOCAL\\/, "");

const USERS: readonly RegExp[] = [
  /\b(?:[Uu]ser(?:name)?|Uname) {0,2}[=:] {0,2}["'<]?([^\s"'<>,]{1,128})/,
  /\b[Uu]ser ["'<]([^"'>]{1,128})["'>]/,
  /\b[Uu]ser(?: authentication)? ([\w.@\\$-]{1,128}) (?:locked|from|has|:|logged|Accessed|executed)/,
  /^([\w.\\-]{1,64})@\d/,
];

function userOf(text: string): string {
  for (const pattern of USERS) {
    const user = pattern.exec(text)?.[1] ?? "";
    if (user !== "") return user.replace(/:$/, "");
  }
  return "";
}

const usingOf = (text: string): string =>
  /Session Type: ([\w-]{1,32})/.exec(text)?.[1] ??
  /\b(SVC|WebVPN|AnyConnect|IKEv[12]|IPSEC|PHASE [12])\b/.exec(text)?.[1] ??
  "";

const PROTOCOL = /\b(TCP|UDP|ICMP6?|GRE|ESP|SCTP|IGMP|protocol \d{1,3})\b/i;

const DETAILS: readonly (readonly [string, RegExp])[] = [
  ["connection", /\bconnection (\d{1,20}) for /],
  ["duration", /\b[dD]uration:? ([\d:hmsd]{1,24})/],
  ["bytes", /\bbytes (\d{1,18})\b/],
  ["reason", /\b[Rr]eason(?: =|:) ?([^:]{1,128}?)(?: :|$)/],
  ["group", /\b[Gg]roup(?: =|:)? ?<?([\w.-]{1,64})/],
  ["icmp_type", /\btype[ =](\d{1,3})/],
  ["icmp_code", /\bcode[ =](\d{1,3})/],
  ["threat_list", /resolved from \w{1,16} list: ([^\s,]{1,253})/],
];

function fillDetails(event: Reading, text: string): void {
  const { hot } = event;
  const protocol = PROTOCOL.exec(text.slice(0, 160))?.[1]?.toLowerCase() ?? "";
  hot.network_transport = protocol.startsWith("protocol") ? transportNumber(protocol.slice(9)) : protocol;
  // What stands where a port would is ICMP's type or identifier.
  if (hot.network_transport.startsWith("icmp")) [hot.source_port, hot.destination_port] = [0, 0];
  const direction = /^(?:Built|Deny|Pre-allocate)?\s?(inbound|outbound)/i.exec(text)?.[1] ?? "";
  hot.network_direction = direction.toLowerCase();
  const acl = /access-group "([^"]{1,128})"|access-list (\S{1,128})/.exec(text);
  hot.rule_name = acl?.[1] ?? acl?.[2] ?? "";
  addField(event, "acl", hot.rule_name);
  for (const [name, pattern] of DETAILS) {
    const value = pattern.exec(text)?.[1];
    if (value !== undefined) addField(event, name, value);
  }
  fillSession(hot, text);
  if (event.fields.connection !== undefined || hot.destination_ip !== "") delete event.fields.group;
}

/** What a session's end says: xmt is what the ASA sent to the user. */
function fillSession(hot: HotColumns, text: string): void {
  hot.destination_bytes = toCount(/Bytes xmt: (\d{1,18})/.exec(text)?.[1] ?? "");
  hot.source_bytes = toCount(/Bytes rcv: (\d{1,18})/.exec(text)?.[1] ?? "");
}

/** 304001 and 304002: a page that was asked for. The address may be a path only. */
function fillRequest(event: Reading, text: string): void {
  const { hot } = event;
  const read = /(?:Accessed|denied)(?: JAVA)? URL (?:[\da-f.:]{3,45}:)?(\S{1,1024})/.exec(text);
  const url = read?.[1] ?? "";
  if (url === "") return;
  const [ip, port] = [
    hot.destination_ip || toIp(/Accessed(?: JAVA)? URL ([\d.]{7,15}):/.exec(text)?.[1]),
    hot.destination_port,
  ];
  hot.category = "proxy";
  if (url.startsWith("/")) hot.url_path = url;
  else fillUrl(event, url);
  hot.destination_ip = ip;
  hot.destination_port = port;
  addField(event, "c-uri", url);
  addField(event, "c-ip", hot.source_ip);
}

const NUMBERS: Readonly<Record<string, string>> = { "1": "icmp", "6": "tcp", "17": "udp", "47": "gre", "50": "esp" };
const transportNumber = (number: string): string => NUMBERS[number] ?? number;
