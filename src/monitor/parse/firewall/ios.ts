import { addFirewallNames } from "../cef.ts";
import { addField, bounded, classify, type Reading } from "../reading.ts";
import {
  ALLOWED,
  accountOf,
  answer,
  attackDeed,
  CONFIGURED,
  DENIED,
  type Deed,
  ENDED,
  FAILED,
  LOGGED_ON,
  LOGON_FAILED,
  OPENED,
  setMessage,
  UNTOLD,
} from "./answer.ts";
import { readEndpoints } from "./endpoints.ts";

/**
 * Cisco IOS, IOS XE and NX-OS by facility and mnemonic.
 *
 * | question   | column     | from                                                                    |
 * |------------|------------|-------------------------------------------------------------------------|
 * | who        | who        | `user: x`, `User 'x'`, `by x on vty0`                                   |
 * | where from | where_from | the first address, else the device                                      |
 * | with what  | with_what  | the protocol of a packet, else the facility                             |
 * | what       | what       | the second address, the command, the interface or neighbor, else the text |
 * | did what   | did_what   | by mnemonic, then by the text's verb                                    |
 *
 * Fields: list (access list), interface, command, and Sigma's firewall names. Sigma: product `cisco`, service `aaa`, `bgp`, `ldp` or
 * `syslog`, category `firewall` for access lists. Severity: the number in the tag. Time: the envelope's.
 */
export function readIos(event: Reading, tag: { facility: string; mnemonic: string }, message: string): void {
  const { hot } = event;
  const text = message.slice(0, 2_048);
  const service = serviceOf(tag, text);
  classify(hot, `cisco.${service}`, { product: "cisco", category: "", service });
  setMessage(hot, message);
  const [first, second] = readEndpoints(text);
  hot.source_ip = first?.ip ?? "";
  hot.source_port = first?.port ?? 0;
  hot.destination_ip = second?.ip ?? "";
  hot.destination_port = second?.port ?? 0;
  hot.user_name = accountOf(userOf(text));
  const deed = deedOf(tag, text);
  const isPacket = ACCESS_LIST.test(tag.mnemonic);
  if (isPacket) fillPacket(event, text, deed);
  const place = PLACE.exec(text)?.[1] ?? "";
  addField(event, "interface", place);
  const command = tag.mnemonic === "CFGLOG_LOGGEDCMD" ? (/logged command: ?(.{1,1024})/.exec(text)?.[1] ?? "") : "";
  addField(event, "command", command);
  hot.process_command_line = command;
  const isFlow = isPacket || second !== undefined;
  answer(hot, deed, {
    using: isPacket ? hot.network_transport : tag.facility,
    about: command || (isFlow ? "" : place) || (isFlow ? "" : bounded(message)),
  });
}

const SERVICES = new Map([
  ["AAA", "aaa"],
  ["PARSER", "aaa"],
  ["SEC_LOGIN", "aaa"],
  ["AAAA", "aaa"],
  ["BGP", "bgp"],
  ["LDP", "ldp"],
]);

/**
 * Sigma's services of Cisco. A TCP session without its MD5 digest is the routing protocol's whose port it is; a login to the web pages is
 * what its rules look for in `syslog`.
 */
function serviceOf({ facility, mnemonic }: { facility: string; mnemonic: string }, text: string): string {
  if (mnemonic === "BADAUTH" || text.includes("MD5")) {
    if (/[:(]179\b/.test(text)) return "bgp";
    if (/[:(]646\b|\bLDP\b/.test(text)) return "ldp";
  }
  return mnemonic.startsWith("WEBLOGIN") ? "syslog" : (SERVICES.get(facility) ?? "syslog");
}

const ACCESS_LIST = /^(?:IP)?ACCESSLOG/;
const PLACE =
  /\b((?:Gigabit|Fast|TenGigabit|TwentyFiveGig|FortyGigabit|HundredGig)?(?:Ethernet|Eth|GigE)\d[\d/.]{0,16}|(?:Vlan|Tunnel|Loopback|Serial|Port-channel|Dialer|Cellular|Virtual-Access)\d[\d/.:]{0,16})/;

function fillPacket(event: Reading, text: string, deed: Deed): void {
  const { hot } = event;
  const read = /^(?:list|access-list) (\S{1,128}) (?:permitted|denied) (\S{1,32})/.exec(text);
  hot.category = "firewall";
  hot.rule_name = bounded(read?.[1] ?? "");
  addField(event, "list", hot.rule_name);
  const protocol = (read?.[2] ?? "").toLowerCase();
  hot.network_transport = /^[a-z][\w-]*$/.test(protocol) ? protocol : "ip";
  addFirewallNames(event, deed === DENIED ? "denied" : "permitted");
}

const USERS: readonly RegExp[] = [
  /\b(?:user|username)\b(?:\s?[:=]\s?|\s)['"[]?([\w.@\\$-]{1,128})/i,
  /\bby (\S{1,128}) on (?:vty|con|tty)/,
];

function userOf(text: string): string {
  for (const pattern of USERS) {
    const user = pattern.exec(text)?.[1] ?? "";
    if (user !== "" && !/^(?:authentication|is|has|was|session)$/i.test(user)) return user;
  }
  return "";
}

const BY_MNEMONIC: ReadonlyMap<string, Deed> = new Map<string, Deed>([
  ["LOGIN_SUCCESS", LOGGED_ON],
  ["WEBLOGIN_SUCCESS", LOGGED_ON],
  ["LOGOUT", ["session-closed", "success"]],
  ["TTY_EXPIRE_TIMER", ["session-closed", "success"]],
  ["SSH2_CLOSE", ["session-closed", "success"]],
  ["SSH_CLOSE", ["session-closed", "success"]],
  ["PRIV_AUTH_PASS", ["user-switched", "success"]],
  ["PRIV_AUTH_FAIL", ["user-switched", "failure"]],
  ["QUIET_MODE_ON", ["attack-detected", "unknown"]],
  ["CFGLOG_LOGGEDCMD", ["command-run", "success"]],
  ["CONFIG_I", CONFIGURED],
  ["CONFIG_P", CONFIGURED],
  ["INSTALL_OPERATION_INFO", ["update-installed", "success"]],
  ["VSHD_SYSLOG_CONFIG_I", CONFIGURED],
  ["CONFIG", CONFIGURED],
  ["CLOCKUPDATE", ["system-time-changed", "success"]],
  ["LOGGINGHOST_STARTSTOP", ["monitoring-changed", "success"]],
  ["PSECURE_VIOLATION", attackDeed("denied")],
  ["DHCP_SNOOPING_DENY", attackDeed("denied")],
  ["INVALID_ARP", attackDeed("denied")],
  ["DHCP_SNOOPING_UNTRUSTED_PORT", attackDeed("denied")],
  ["SIGNATURE", attackDeed("")],
  ["DROP_PKT", DENIED],
  ["SESS_AUDIT_TRAIL_START", OPENED],
  ["SESS_AUDIT_TRAIL", ENDED],
  ["ADDRESS_ASSIGN", ["address-leased", "success"]],
  ["IF_UP", OPENED],
  ["IF_DOWN", ENDED],
]);

function deedOf({ facility, mnemonic }: { facility: string; mnemonic: string }, text: string): Deed {
  const known = BY_MNEMONIC.get(mnemonic);
  if (known !== undefined) return known;
  if (/LOGIN_FAILED|AUTHFAIL|LOGIN_FAIL/.test(mnemonic)) return LOGON_FAILED;
  if (ACCESS_LIST.test(mnemonic)) return /\bdenied\b/.test(text) ? DENIED : ALLOWED;
  if (/RESTART|RELOAD/.test(mnemonic)) return ["system-started", "success"];
  const isFailure =
    /\b(?:fail|failed|failure|denied|invalid|rejected|unauthorized)\b/i.test(text) || mnemonic === "FAIL";
  if (/^(?:SSH|DOT1X|AUTHMGR|MAB|WEBAUTH|AAA|RADIUS|TACACS|AUTHPRIV|DAEMON)/.test(facility))
    return identityDeed(isFailure, text);
  if (/changed state to (?:administratively )?down|\b[Dd]own\b/.test(text)) return ENDED;
  if (/changed state to up|\b[Uu]p\b|FULL|established/.test(text)) return OPENED;
  return isFailure ? FAILED : UNTOLD;
}

function identityDeed(isFailure: boolean, text: string): Deed {
  if (isFailure) return LOGON_FAILED;
  if (/succe|accepted|authorized/i.test(text)) return LOGGED_ON;
  return /session|connection/i.test(text) ? OPENED : UNTOLD;
}
