import type { Fields, FieldValue, LogSource } from "../../event/index.ts";
import { toCount } from "../address.ts";
import { MAX_FIELDS, MAX_ITEMS, MAX_NAME_CHARS } from "../bounds.ts";
import { textOf } from "../reading.ts";
import { completionOf } from "./service.ts";
import { sourceOf } from "./windows.ts";

/** The members of a flat JSON object, as detection reads them from its text. Numbers of names stay the same for all objects. */
export type FlatMembers = {
  readonly count: number;
  readonly bytes: Uint8Array;
  readonly table: { readonly names: readonly string[]; numberOf(name: string): number };
  /** By member: the number of its name, and where its value's text begins and ends. */
  readonly names: Int32Array;
  readonly from: Int32Array;
  readonly to: Int32Array;
  positionOf(name: number): number;
  isNull(member: number): boolean;
  valueOf(member: number): FieldValue;
  /** Gives a member's value a second name. */
  add(name: number, member: number): void;
};

const [QUOTE, COMMA, DASH, ZERO, NINE, OPEN, BACKSLASH] = [34, 44, 45, 48, 57, 91, 92];
/** An `e` in either case: what makes a number infinite that is not long. */
const EXPONENT = 101;
/** Whole numbers up to this many digits are what they are written as, and with many more they are still finite. */
const MAX_DIGITS = 15;
const MAX_FINITE_DIGITS = 300;
const [UNKNOWN, PLAIN, OTHER] = [0, 1, 2];

const NAMES = {
  channel: "Channel",
  eventId: "EventID",
  eventType: "EventType",
  computer: "Computer",
  hostname: "Hostname",
  machine: "MachineName",
  provider: "Provider_Name",
  data: "Data",
  message: "Message",
} as const;
const PROVIDERS = ["SourceName", "ProviderName", "EventSourceName"] as const;

/** The log source of a Windows event that `asParsed` has taken. */
export const sourceOfFlat = (kind: Fields): LogSource => sourceOf(textOf(kind, "Channel"), toCount(kind.EventID));

/**
 * Most Windows events are flat JSON whose names and values the parser takes as they are. For these it says so without decoding
 * them, and adds the names that the parser would add; anything else it leaves to the parser. What it takes has the fields that
 * shape.ts and service.ts make of it.
 */
export class FlatWindows {
  readonly #members: FlatMembers;
  readonly #number: Readonly<Record<keyof typeof NAMES, number>>;
  readonly #providers: readonly number[];
  /** By name: whether it can stay as it is. */
  #plain = new Uint8Array(256);

  constructor(members: FlatMembers) {
    const number = (name: string): number => members.table.numberOf(name);
    this.#members = members;
    this.#number = {
      channel: number(NAMES.channel),
      eventId: number(NAMES.eventId),
      eventType: number(NAMES.eventType),
      computer: number(NAMES.computer),
      hostname: number(NAMES.hostname),
      machine: number(NAMES.machine),
      provider: number(NAMES.provider),
      data: number(NAMES.data),
      message: number(NAMES.message),
    };
    this.#providers = PROVIDERS.map(number);
  }

  /** The members just read become what the parser would make of them; false when that is for the parser to say. */
  asParsed(): boolean {
    const { count } = this.#members;
    const channel = this.#members.positionOf(this.#number.channel);
    const id = this.#members.positionOf(this.#number.eventId);
    if (id < 0 || channel < 0 || count > MAX_FIELDS || !this.#isWhole(id) || !this.#isSaying(channel)) return false;
    for (let member = 0; member < count; member += 1) if (!this.#staysAsItIs(member)) return false;
    return this.#complete(channel, id) && this.#nameProvider() && this.#nameComputer();
  }

  #staysAsItIs(member: number): boolean {
    const { bytes, from, to, names } = this.#members;
    const [start, end] = [from[member] ?? 0, to[member] ?? 0];
    const first = bytes[start] ?? 0;
    return (first === QUOTE || isPlainBare(bytes, start, end)) && this.#isPlainName(names[member] ?? 0);
  }

  #isPlainName(name: number): boolean {
    if (name >= this.#plain.length) this.#grow(name);
    if (this.#plain[name] === UNKNOWN) {
      const text = this.#members.table.names[name] ?? " ";
      this.#plain[name] = text.includes(" ") || text.length > MAX_NAME_CHARS ? OTHER : PLAIN;
    }
    return this.#plain[name] === PLAIN;
  }

  #grow(name: number): void {
    const larger = new Uint8Array(2 * name);
    larger.set(this.#plain);
    this.#plain = larger;
  }

  /** Digits alone. */
  #isWhole(member: number): boolean {
    const { bytes, from, to } = this.#members;
    const [start, end] = [from[member] ?? 0, to[member] ?? 0];
    for (let at = start; at < end; at += 1) {
      if (!isDigit(bytes[at] ?? 0)) return false;
    }
    return end - start <= MAX_DIGITS;
  }

  /** A text, and neither empty nor the dash that logs write for nothing. */
  #isSaying(member: number): boolean {
    const { bytes, from, to } = this.#members;
    const start = from[member] ?? 0;
    const length = (to[member] ?? 0) - start - 2;
    return bytes[start] === QUOTE && length > 0 && (length > 1 || bytes[start + 1] !== DASH);
  }

  #complete(channel: number, id: number): boolean {
    const members = this.#members;
    const [data, message] = [members.positionOf(this.#number.data), members.positionOf(this.#number.message)];
    const hasType = members.positionOf(this.#number.eventType) >= 0;
    if (hasType && (data >= 0 || message < 0)) return true;
    const eventId = toCount(members.valueOf(id));
    const { service } = sourceOf(String(members.valueOf(channel)), eventId);
    const completion = completionOf(service, eventId);
    if (completion === "Data" && data < 0 && message >= 0) members.add(this.#number.data, message);
    // The type that is missing stands nowhere in the text.
    return hasType || completion === "Data" || completion === "";
  }

  #nameProvider(): boolean {
    const members = this.#members;
    if (members.positionOf(this.#number.provider) >= 0) return true;
    for (const name of this.#providers) {
      const member = members.positionOf(name);
      if (member < 0) continue;
      if (members.bytes[members.from[member] ?? 0] !== QUOTE) return false;
      if (!this.#isSaying(member)) continue;
      members.add(this.#number.provider, member);
      return true;
    }
    return true;
  }

  #nameComputer(): boolean {
    const members = this.#members;
    if (members.positionOf(this.#number.computer) >= 0) return true;
    const host = members.positionOf(this.#number.hostname);
    const computer = host >= 0 && !members.isNull(host) ? host : members.positionOf(this.#number.machine);
    if (computer >= 0) members.add(this.#number.computer, computer);
    return true;
  }
}

/** A word, a number that is not beyond all, or a list of texts that is no longer than what is kept of one. */
function isPlainBare(bytes: Uint8Array, from: number, to: number): boolean {
  const first = bytes[from] ?? 0;
  if (first === OPEN) return isPlainList(bytes, from, to);
  if (first !== DASH && !isDigit(first)) return true;
  if (to - from > MAX_FINITE_DIGITS) return false;
  for (let at = from; at < to; at += 1) if (((bytes[at] ?? 0) | 32) === EXPONENT) return false;
  return true;
}

function isPlainList(bytes: Uint8Array, from: number, to: number): boolean {
  let items = 1;
  let isInside = false;
  for (let at = from; at < to; at += 1) {
    const code = bytes[at] ?? 0;
    if (code === QUOTE) isInside = !isInside;
    else if (code === BACKSLASH) at += 1;
    else if (!isInside && isDigit(code)) return false;
    else if (!isInside && code === COMMA) items += 1;
  }
  return items <= MAX_ITEMS;
}

const isDigit = (code: number): boolean => code >= ZERO && code <= NINE;
