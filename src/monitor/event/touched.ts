import { readAddress } from "../../kernel/address.ts";
import { bareAccount, shortHost, withoutDot } from "../../kernel/bare-name.ts";
import type { HotColumns } from "./columns.ts";

/** What alerts are joined by. An account stands for the person behind it. */
export const TOUCHED_KINDS = ["host", "account", "address", "hash", "domain"] as const;
/** The part it plays in the event, the most telling first. */
export const TOUCHED_ROLES = ["self", "actor", "source", "target", "destination", "object"] as const;
export type TouchedKind = (typeof TOUCHED_KINDS)[number];
export type TouchedRole = (typeof TOUCHED_ROLES)[number];
/** An entity that an event touches, in the one spelling that is compared. */
export type Touched = { readonly kind: TouchedKind; readonly value: string; readonly role: TouchedRole };

/** What one alert remembers: the first of them in `compareTouched`'s order, so that it does not matter who came first. */
export const MAX_TOUCHED = 24;

type Seen = Partial<HotColumns>;

/** The entities of an event. Accounts of the system, addresses of no one and the hash of nothing say nothing and are left out. */
export function touchedBy(hot: Seen): Touched[] {
  return unique([
    host(hot.host_name, "self"),
    account(hot.user_name, "actor"),
    account(hot.user_target_name, "target"),
    address(hot.source_ip, "source"),
    host(hot.source_owner_host, "source"),
    account(hot.source_owner_user, "source"),
    address(hot.destination_ip, "destination"),
    host(hot.destination_owner_host, "destination"),
    hash(hot.file_hash_sha256 || hot.file_hash_sha1 || hot.file_hash_md5),
    domain(hot.url_registered_domain || hot.url_domain),
    domain(hot.dns_question_registered_domain || hot.dns_question_name),
    domain(hot.destination_registered_domain),
  ]);
}

type Maybe = Touched | undefined;

/**
 * A value of that kind in the spelling that is compared, whoever it names; undefined when it cannot be one: an address that is
 * none, a digest of another length.
 */
export function spelled(kind: TouchedKind, value: string): string | undefined {
  const name = value.trim().toLowerCase();
  switch (kind) {
    case "host":
      return readAddress(name)?.toString() ?? (shortHost(name) || undefined);
    case "account":
      return bareAccount(name) || undefined;
    case "address":
      return readAddress(name)?.toString();
    case "hash":
      return /^([0-9a-f]{32}|[0-9a-f]{40}|[0-9a-f]{64})$/.test(name) ? name : undefined;
    case "domain":
      return withoutDot(name) || undefined;
  }
}

function host(value: string | undefined, role: TouchedRole): Maybe {
  const name = withoutDot((value ?? "").trim().toLowerCase());
  if (readAddress(name)) return address(name, role);
  const short = shortHost(name);
  return short === "" || NOBODY.has(short) || short === "localhost" ? undefined : { kind: "host", value: short, role };
}

/** Whoever is everywhere is no bond between anything. */
const NOBODY = new Set(
  "-|n/a|(null)|unknown|system|localsystem|local service|network service|anonymous logon|nt authority|root|administrator|admin|guest|nobody|daemon|www-data".split(
    "|",
  ),
);
const SERVICE_SESSION = /^(dwm|umfd)-\d+$|^s-1-5-(18|19|20)$/;

/** `WS5$` is a machine. */
function account(value: string | undefined, role: TouchedRole): Maybe {
  const bare = bareAccount((value ?? "").trim().toLowerCase());
  if (bare.endsWith("$")) return host(bare.slice(0, -1), role);
  return bare === "" || NOBODY.has(bare) || SERVICE_SESSION.test(bare)
    ? undefined
    : { kind: "account", value: bare, role };
}

const NO_ONES = new Set(["unspecified", "broadcast", "multicast", "linkLocal", "loopback"]);

function address(value: string | undefined, role: TouchedRole): Maybe {
  const parsed = readAddress(value ?? "");
  if (parsed === undefined) return undefined;
  return NO_ONES.has(parsed.range()) ? undefined : { kind: "address", value: parsed.toString(), role };
}

/** MD5, SHA-1 and SHA-256 of no bytes at all. */
const OF_NOTHING = /^(d41d8cd98f00b204e9800998ecf8427e|da39a3ee5e6b4b0d3255bfef95601890afd80709|e3b0c44298fc1c149afb)/;

function hash(value: string | undefined): Maybe {
  const digest = (value ?? "").toLowerCase();
  const isDigest = /^[0-9a-f]{32,64}$/.test(digest) && !OF_NOTHING.test(digest) && !/^0+$/.test(digest);
  return isDigest ? { kind: "hash", value: digest, role: "object" } : undefined;
}

function domain(value: string | undefined): Maybe {
  const name = withoutDot((value ?? "").trim().toLowerCase());
  if (readAddress(name)) return address(name, "destination");
  return name.includes(".") && !name.endsWith(".arpa")
    ? { kind: "domain", value: name, role: "destination" }
    : undefined;
}

function unique(found: readonly Maybe[]): Touched[] {
  const byKey = new Map<string, Touched>();
  for (const one of found) {
    if (one !== undefined && !byKey.has(`${one.kind} ${one.value}`)) byKey.set(`${one.kind} ${one.value}`, one);
  }
  return [...byKey.values()];
}

const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** By role, then kind and value. */
export const compareTouched = (a: Touched, b: Touched): number =>
  TOUCHED_ROLES.indexOf(a.role) - TOUCHED_ROLES.indexOf(b.role) ||
  compareText(a.kind, b.kind) ||
  compareText(a.value, b.value);

/** Adds to a collection that never holds much more than an alert remembers. */
export function collectTouched(into: Map<string, Touched>, more: readonly Touched[]): void {
  for (const one of more) {
    const key = `${one.kind} ${one.value}`;
    const known = into.get(key);
    if (known === undefined || compareTouched(one, known) < 0) into.set(key, one);
  }
  if (into.size > 2 * MAX_TOUCHED) {
    const kept = keepTouched(into.values());
    into.clear();
    for (const one of kept) into.set(`${one.kind} ${one.value}`, one);
  }
}

export const keepTouched = (all: Iterable<Touched>): Touched[] => [...all].sort(compareTouched).slice(0, MAX_TOUCHED);
