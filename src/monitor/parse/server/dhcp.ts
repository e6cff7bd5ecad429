import { toIp } from "../address.ts";
import { clip, MAX_MESSAGE_CHARS } from "../bounds.ts";
import type { Action, Outcome } from "../contract.ts";
import { readIso } from "../instant.ts";
import { type Reading, setField, setTimeMs } from "../reading.ts";
import { tell } from "./answer.ts";

/**
 * DHCP servers: ISC dhcpd, dnsmasq, Kea. Who had an address at a time: `address-leased` and `address-released`, with src_ip, mac and
 * client_hostname.
 *
 * | question   | column     | from                                                |
 * |------------|------------|-----------------------------------------------------|
 * | who        | who        | not said (a machine asks, not an account)           |
 * | where from | where_from | the leased address, else the client's name or MAC   |
 * | with what  | with_what  | the server's program                                |
 * | what       | what       | address, name and MAC                               |
 * | did what   | did_what   | leased (asking and offering: unknown), released     |
 *
 * Fields: dhcp_message, src_ip, mac, client_hostname, interface, lease_seconds, reason. Source: RFC 2131, RFC 8415, Kea messages manual.
 */
export function readDhcp(event: Reading, message: string, program: string): boolean {
  const word = /^(?:\d{1,12} )?(DHCP[A-Z]{3,20}|BOOTREPLY|BOOTREQUEST)(?:\(([^)]{1,32})\))? /.exec(
    message.slice(0, 96),
  );
  if (word === null) return false;
  const rest = message.slice(word[0].length, word[0].length + 512);
  return tellLease(event, {
    program,
    message: word[1] ?? "",
    ip:
      /(?:^|\s)(\d{1,3}(?:\.\d{1,3}){3}|[0-9a-f]{0,4}:[0-9a-f:]{1,36}::?[0-9a-f]{0,4})(?=[\s:,]|$)/.exec(
        ` ${rest}`,
      )?.[1] ?? "",
    mac: MAC.exec(rest)?.[1] ?? "",
    name: nameOf(rest, word[2] !== undefined),
    interface: word[2] ?? /\bvia (\S{1,64}?):?(?:\s|$)/.exec(rest)?.[1] ?? "",
    seconds: "",
    reason: /: (.{1,200})$/.exec(rest)?.[1] ?? "",
  });
}

const MAC = /(?:^|[\s(])((?:[0-9A-Fa-f]{1,2}:){5}[0-9A-Fa-f]{1,2})(?=[\s)\],]|$)/;

/** dhcpd: `… (name) via eth0`; dnsmasq: the word after the MAC. */
function nameOf(rest: string, isDnsmasq: boolean): string {
  const end = MAC.exec(rest);
  const after = end === null ? rest : rest.slice(end.index + end[0].length);
  const name = isDnsmasq ? /^ (\S{1,255})$/.exec(after)?.[1] : /^ \(([^)\s]{1,255})\)/.exec(after)?.[1];
  return name ?? "";
}

type Lease = Readonly<
  Record<"program" | "message" | "ip" | "mac" | "name" | "interface" | "seconds" | "reason", string>
>;

const ACTIONS: Readonly<Record<string, readonly [Action, Outcome]>> = {
  DHCPACK: ["address-leased", "success"],
  DHCPREPLY: ["address-leased", "success"],
  BOOTREPLY: ["address-leased", "success"],
  LEASE_ALLOC: ["address-leased", "success"],
  LEASE_RENEW: ["address-leased", "success"],
  LEASE_REUSE: ["address-leased", "success"],
  DHCPNAK: ["address-leased", "failure"],
  DHCPDECLINE: ["address-leased", "failure"],
  DHCPRELEASE: ["address-released", "success"],
  RELEASE: ["address-released", "success"],
  RELEASE_DELETED: ["address-released", "success"],
  RELEASE_EXPIRED: ["address-released", "success"],
  LEASE_ALLOC_FAIL: ["address-leased", "failure"],
  ALLOC_FAIL: ["address-leased", "failure"],
};
/** Asking and offering: an address is spoken of and not yet given. */
const ASKED = ["address-leased", "unknown"] as const;

function tellLease(event: Reading, lease: Lease): true {
  const [action, outcome] = (Object.hasOwn(ACTIONS, lease.message) ? ACTIONS[lease.message] : undefined) ?? ASKED;
  const mac = lease.mac.toLowerCase().replaceAll(/(^|:)(?=[0-9a-f](?::|$))/g, "$10");
  tell(event, {
    dataset: "dhcp.lease",
    action,
    outcome: lease.reason.includes("no free leases") ? "failure" : outcome,
    ip: lease.ip,
    ...(lease.name !== "" && { name: lease.name }),
    withWhat: lease.program,
    what: [toIp(lease.ip), lease.name, mac].filter((part) => part !== "").join(" "),
    fields: {
      dhcp_message: lease.message,
      mac,
      client_hostname: lease.name,
      interface: lease.interface,
      lease_seconds: lease.seconds,
      reason: lease.reason,
    },
  });
  const { hot } = event;
  hot.source_mac = mac;
  if (hot.source_ip === "") hot.where_from = lease.name || mac || hot.host_name;
  hot.network_protocol = "dhcp";
  return true;
}

const KEA = /\bDHCP([46])_([A-Z0-9_]{3,48}) /;

/** `INFO  [kea-dhcp4.leases/7.140] DHCP4_LEASE_ALLOC [hwtype=1 00:…], cid=[…], tid=0x1: lease 192.0.2.10 has been allocated for 3600 seconds` */
export function readKea(event: Reading, message: string, program: string): boolean {
  const id = KEA.exec(message.slice(0, 192));
  if (id === null) return false;
  const name = id[2] ?? "";
  const rest = message.slice(id.index + id[0].length, id.index + id[0].length + 1024);
  if (!/^(?:LEASE_|RELEASE|DECLINE|ALLOC_FAIL)/.test(name))
    return tell(event, {
      dataset: "dhcp.server",
      action: "",
      outcome: "",
      withWhat: program,
      what: `DHCP${id[1]}_${name}`,
    });
  return tellLease(event, {
    program,
    message: name,
    ip: /\b(?:lease|address) (?:for address )?([0-9A-Fa-f.:]{3,45})\b/.exec(rest)?.[1] ?? "",
    mac: /hwtype=\d{1,3} ((?:[0-9A-Fa-f]{2}:){5}[0-9A-Fa-f]{2})/.exec(rest)?.[1] ?? "",
    name: /\bhostname[= ]'?([^\s',]{1,255})/.exec(rest)?.[1] ?? "",
    interface: "",
    seconds: /\bfor (\d{1,10}) seconds/.exec(rest)?.[1] ?? "",
    reason: name.includes("FAIL") ? (/: (.{1,300})$/.exec(rest)?.[1] ?? "") : "",
  });
}

/** Kea's own file: `2026-11-23 10:00:00.125 INFO  [kea-dhcp4.leases/7.140] …`. */
export function readKeaLine(event: Reading, text: string, zone: string): boolean {
  const at = text.slice(19, 64).indexOf("[kea-");
  const time = at < 0 ? undefined : readIso(text, 0, zone);
  if (time === undefined) return false;
  const program = /^[\w-]+/.exec(text.slice(20 + at, 60 + at))?.[0] ?? "kea";
  event.hot.message = clip(text.slice(time.end).trim(), MAX_MESSAGE_CHARS);
  if (!readKea(event, text, program)) return false;
  setTimeMs(event, time.ms);
  event.hot.process_name = program;
  setField(event, "message", event.hot.message);
  return true;
}
