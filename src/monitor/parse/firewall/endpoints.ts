import { isIpv4, toIp, toPort } from "../address.ts";
import { bounded } from "../reading.ts";

/** One end as a device's sentence names it. `host` is "" when `ip` is known; `note` is what stands in parentheses behind it. */
export type Endpoint = {
  readonly ip: string;
  readonly host: string;
  readonly port: number;
  /** The interface or zone in front: `outside:192.0.2.1/80`, `outside/192.0.2.1(80)`. */
  readonly zone: string;
  /** The service where the port would be: `inside:192.0.2.1/ssh`. */
  readonly service: string;
  readonly note: string;
  /** In parentheses itself: the translated address of the one before it. */
  readonly isTranslated: boolean;
};

const MAX_TEXT = 2_048;
const MAX_WORD = 256;
const MAX_ENDS = 8;

/**
 * The addresses that a sentence names, in order: `192.0.2.1`, `192.0.2.1/80`, `192.0.2.1(80)`, `192.0.2.1:80`, `zone:192.0.2.1/80`,
 * `zone/192.0.2.1(80)`, `2001:db8::1.80`, each in parentheses or angle brackets too. One pass over the first 2,048 characters.
 */
export function readEndpoints(text: string): Endpoint[] {
  const ends: Endpoint[] = [];
  const limit = Math.min(text.length, MAX_TEXT);
  let at = 0;
  while (at < limit && ends.length < MAX_ENDS) {
    let end = at;
    let dots = 0;
    while (end < limit && text.charCodeAt(end) !== 32) {
      const c = text.charCodeAt(end);
      if (c === 46 || c === 58) dots += 1;
      end += 1;
    }
    if (dots > 0 && end - at > 4 && end - at <= MAX_WORD) {
      const read = readEndpoint(text.slice(at, end));
      if (read !== undefined) ends.push(read);
    }
    at = end + 1;
  }
  return ends;
}

const OPENING = "(<[\"'";
const CLOSING = ",.;:>]\"'";

function readEndpoint(text: string): Endpoint | undefined {
  let from = 0;
  let to = text.length;
  while (from < to && OPENING.includes(text.charAt(from))) from += 1;
  while (to > from && CLOSING.includes(text.charAt(to - 1))) to -= 1;
  if (text.charCodeAt(to - 1) === 41 && !text.includes("(")) to -= 1; // `(from 192.0.2.1)`
  const isTranslated = text.charCodeAt(0) === 40;
  if (isTranslated && text.charCodeAt(to - 1) === 41) to -= 1;
  let word = text.slice(from, to);
  let note = "";
  const parenthesis = word.indexOf("(");
  if (parenthesis > 0) {
    note = word.slice(parenthesis + 1, word.endsWith(")") ? -1 : undefined);
    word = word.slice(0, parenthesis);
  }
  const port = toPort(note);
  const read = splitEnd(word);
  if (read === undefined) return inNote(note);
  return { ...read, port: read.port || port, note: port === 0 ? note : "", isTranslated };
}

/** `session 2(192.0.2.7)`: the address is what stands in parentheses. */
function inNote(note: string): Endpoint | undefined {
  const ip = toIp(note);
  return ip === "" ? undefined : { ip, host: "", port: 0, zone: "", service: "", note: "", isTranslated: false };
}

type End = Omit<Endpoint, "note" | "isTranslated">;

function splitEnd(word: string): End | undefined {
  const whole = toIp(word);
  if (whole !== "") return { ip: whole, host: "", port: 0, zone: "", service: "" };
  const slash = word.lastIndexOf("/");
  if (slash < 0) return splitColon(word);
  const tail = word.slice(slash + 1);
  const ip = toIp(tail);
  if (ip !== "") return { ip, host: "", port: 0, zone: bounded(word.slice(0, slash)), service: "" };
  const head = splitColon(word.slice(0, slash)) ?? namedHost(word.slice(0, slash), tail);
  if (head === undefined) return undefined;
  const port = toPort(tail);
  return { ...head, port, service: port === 0 && /^[a-z][\w-]{1,31}$/.test(tail) ? tail : "" };
}

/** `192.0.2.1:80`, `zone:192.0.2.1`, `2001:db8::1.80`, `zone:2001:db8::1`. */
function splitColon(word: string): End | undefined {
  const none = { host: "", port: 0, zone: "", service: "" };
  const whole = toIp(word);
  if (whole !== "") return { ...none, ip: whole };
  const colon = word.indexOf(":");
  if (colon > 0) {
    const head = word.slice(0, colon);
    const tail = word.slice(colon + 1);
    if (isIpv4(head)) return { ...none, ip: head, port: toPort(tail) };
    const ip = toIp(tail);
    if (ip !== "") return { ...none, ip, zone: head };
    const last = tail.indexOf(":");
    if (last > 0 && isIpv4(tail.slice(0, last)))
      return { ...none, ip: tail.slice(0, last), zone: head, port: toPort(tail.slice(last + 1)) };
  }
  const dot = word.lastIndexOf(".");
  const ip = dot > 0 && colon >= 0 ? toIp(word.slice(0, dot)) : "";
  return ip === "" ? undefined : { ...none, ip, port: toPort(word.slice(dot + 1)) };
}

/** ASA's `name` command writes `inside:mailhost/25`. */
function namedHost(word: string, tail: string): End | undefined {
  const colon = word.indexOf(":");
  if (colon < 1 || toPort(tail) === 0 || !/^[A-Za-z][\w.-]*$/.test(word.slice(colon + 1))) return undefined;
  return { ip: "", host: word.slice(colon + 1), port: 0, zone: word.slice(0, colon), service: "" };
}
