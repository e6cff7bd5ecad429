import { readAddress } from "../../../kernel/address.ts";
import type { Fields, HotColumns, ParsedEvent } from "../../event/index.ts";
import { classOf } from "../address/class.ts";
import type { OwnerFact, OwnerKind } from "./fact.ts";

const HOUR_MS = 3_600_000;
/** How long a fact holds that does not say it: offices lease for a day or less, and people work for less than ten hours. */
const LASTS_MS: Readonly<Record<OwnerKind, number>> = {
  lease: 24 * HOUR_MS,
  session: 24 * HOUR_MS,
  logon: 10 * HOUR_MS,
};
const MAX_LEASE_MS = 366 * 24 * HOUR_MS;
const MAX_NAME_CHARS = 255;

/** Where the event was seen: its unit, and its instant, or the received one when it has none of its own. */
export type Seen = { readonly unitId: string; readonly atMs: number };

/** What an event says of who has an address from now on; undefined when it says nothing of that. */
export function ownerFactOf({ hot, fields }: ParsedEvent, seen: Seen): OwnerFact | undefined {
  switch (hot.did_what) {
    case "address-leased":
    case "address-released":
      return leased(hot, fields, seen);
    case "logged-on":
    case "session-opened":
    case "session-reconnected":
    case "connection-opened":
      return hot.event_code === "4624" && hot.product === "windows"
        ? windowsLogon(hot, fields, seen)
        : virtualAddress(hot, fields, seen, false);
    case "logged-off":
    case "session-closed":
    case "session-disconnected":
    case "connection-ended":
      return virtualAddress(hot, fields, seen, true) ?? endOfSession(hot, seen);
    default:
      return undefined;
  }
}

/** Asked and offered addresses have the outcome `unknown`, refused ones `failure`; Zeek names what was assigned, and no outcome. */
function leased(hot: HotColumns, fields: Fields, seen: Seen): OwnerFact | undefined {
  const isEnd = hot.did_what === "address-released";
  const assigned = textOf(fields, "assigned_addr");
  if (hot.event_outcome !== "success" && assigned === "") return undefined;
  const virtual = virtualAddress(hot, fields, seen, isEnd);
  if (virtual !== undefined) return virtual;
  return made("lease", seen, {
    address: assigned || hot.source_ip,
    host: textOf(fields, "client_hostname") || textOf(fields, "client_fqdn") || textOf(fields, "host_name"),
    mac: hot.source_mac,
    lastsMs: 1_000 * Number(textOf(fields, "lease_seconds") || textOf(fields, "lease_time")),
    isEnd,
  });
}

/** OpenVPN and strongSwan (virtual_ip), FortiGate (tunnelip), GlobalProtect (private_ip). */
const VIRTUAL = ["virtual_ip", "tunnelip", "private_ip"];
/** Cisco ASA 722051 and 113019 tell it in a sentence. */
const ASA_ASSIGNED = /IPv4 Address <([\d.]{7,15})> .{0,64}assigned to session/;

function virtualAddress(hot: HotColumns, fields: Fields, seen: Seen, isEnd: boolean): OwnerFact | undefined {
  if (hot.user_name === "") return undefined;
  let address = hot.event_code.endsWith("722051") ? (ASA_ASSIGNED.exec(hot.message.slice(0, 512))?.[1] ?? "") : "";
  for (const name of VIRTUAL) if (address === "" && fields[name] !== undefined) address = textOf(fields, name);
  if (address === "" || address === hot.source_ip) return undefined;
  return made("session", seen, {
    address,
    host: hot.dataset.startsWith("panw") ? hot.source_domain : "",
    user: hot.user_name,
    session: sessionKey(hot),
    isEnd,
  });
}

/** Lines that end a session without saying its address; of all other connections that end, none is a session that we know. */
function endOfSession(hot: HotColumns, seen: Seen): OwnerFact | undefined {
  if (hot.user_name === "" || !(hot.dataset === "openvpn.server" || hot.event_code.endsWith("113019")))
    return undefined;
  return fact("session", seen, { address: "", session: sessionKey(hot), isEnd: true });
}

const sessionKey = (hot: HotColumns): string => `${hot.dataset} ${hot.user_name} ${hot.source_ip} ${hot.source_port}`;

/** Accounts that are nobody: machines, and the system's own. */
const NOBODY = /\$$|^(?:ANONYMOUS LOGON|SYSTEM|LOCAL SERVICE|NETWORK SERVICE|DWM-\d+|UMFD-\d+|-)$/i;

/** A sign-in from an address of the internet says nothing of whose the address is. */
function windowsLogon(hot: HotColumns, fields: Fields, seen: Seen): OwnerFact | undefined {
  const user = textOf(fields, "TargetUserName") || hot.user_target_name || hot.user_name;
  if (hot.source_ip === "" || user === "" || NOBODY.test(user) || !isPrivate(hot.source_ip)) return undefined;
  const workstation = textOf(fields, "WorkstationName");
  return made("logon", seen, { address: hot.source_ip, user, host: workstation === "-" ? "" : workstation });
}

function isPrivate(text: string): boolean {
  const address = readAddress(text);
  return address !== undefined && classOf(address) === "private" && address.range() !== "loopback";
}

type Told = {
  readonly address: string;
  readonly host?: string;
  readonly user?: string;
  readonly mac?: string;
  readonly session?: string;
  readonly lastsMs?: number;
  readonly isEnd?: boolean;
};

/** Nobody's address is nobody's: 0.0.0.0, and facts that name neither machine nor person, are left out, but for ends. */
function made(kind: OwnerKind, seen: Seen, told: Told): OwnerFact | undefined {
  const address = readAddress(told.address);
  if (address === undefined || address.range() === "unspecified" || address.range() === "loopback") return undefined;
  if (told.isEnd !== true && !told.host && !told.user && !told.mac) return undefined;
  return fact(kind, seen, { ...told, address: address.toString() });
}

function fact(kind: OwnerKind, { unitId, atMs }: Seen, told: Told): OwnerFact {
  const { address, host = "", user = "", mac = "", session = "", lastsMs = 0, isEnd = false } = told;
  const lasts = lastsMs > 0 && lastsMs <= MAX_LEASE_MS ? lastsMs : LASTS_MS[kind];
  return {
    ...{ unitId, address, kind, atMs, untilMs: isEnd ? atMs : atMs + lasts },
    ...{ host: name(host), user: name(user), mac: name(mac), session: name(session) },
  };
}

const name = (text: string): string => text.slice(0, MAX_NAME_CHARS);

function textOf(fields: Fields, key: string): string {
  const value = fields[key];
  return typeof value === "string" && value !== "-" ? value : typeof value === "number" ? String(value) : "";
}
