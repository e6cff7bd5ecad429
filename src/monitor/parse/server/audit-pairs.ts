import { MAX_FIELDS } from "../bounds.ts";
import { note, type Reading, setField } from "../reading.ts";

/** What auditd writes as hex when it holds a space, a quote or a control character (audit: untrusted strings); a0… in EXECVE only. */
const ENCODED = new Set(
  "acct cmd comm cwd data dir exe file grp key name new-chardev new-disk new-fs new-net new-rng ocomm old-disk path proctitle root_dir vm vm-ctx watch".split(
    " ",
  ),
);
const ARGUMENT = /^a\d{1,4}$/;
/** What log_format = ENRICHED adds after 0x1d, which some shippers lose, so that it touches the value before it. */
const ENRICHED = /(?:ARCH|SYSCALL|[AEFSO]?UID|[EFSO]?GID|FSUID|FSGID|SADDR|OAUID|ID)$/;
const HEX = /^(?:[0-9A-F]{2})+$/;

/** Reads the pairs of one audit record, those within `msg='…'` and `SADDR={ … }` too, and returns how many; hex becomes text. */
export function readAuditPairs(event: Reading, text: string, how: { at: number; isExecve: boolean }): number {
  let count = 0;
  let at = how.at;
  while (at < text.length && count < MAX_FIELDS) {
    const pair = nextPair(text, at);
    if (pair === undefined) return count;
    at = pair.end;
    count += 1;
    keep(event, pair, how.isExecve);
    if (pair.quote === "'" || pair.quote === "{") count += readAuditPairs(event, pair.value, { ...how, at: 0 });
  }
  if (count >= MAX_FIELDS) note(event, "too_many_fields");
  return count;
}

type Pair = { readonly name: string; readonly value: string; readonly quote: string; readonly end: number };

const isName = (c: number): boolean =>
  (c >= 97 && c <= 122) || (c >= 65 && c <= 90) || (c >= 48 && c <= 57) || c === 95 || c === 45 || c === 91 || c === 93;

function nextPair(text: string, at: number): Pair | undefined {
  const equals = text.indexOf("=", at);
  if (equals < 0) return undefined;
  let start = equals;
  while (start > at && isName(text.charCodeAt(start - 1))) start -= 1;
  return { name: text.slice(start, equals), ...valueAt(text, equals + 1) };
}

function valueAt(text: string, at: number): Omit<Pair, "name"> {
  const quote = text[at] ?? "";
  const close = quote === '"' ? '"' : quote === "'" ? "'" : quote === "{" ? "}" : "";
  const end = close === "" ? -1 : close === "'" ? closingQuote(text, at) : text.indexOf(close, at + 1);
  if (end > 0) return { value: text.slice(at + 1, end), quote, end: end + 1 };
  let stop = at;
  let equals = -1;
  for (; stop < text.length; stop += 1) {
    const c = text.charCodeAt(stop);
    if (c === 32 || c === 29 || c === 44) break;
    if (c === 61 && equals < 0) equals = stop;
  }
  const touching = equals < 0 ? null : ENRICHED.exec(text.slice(Math.max(at, equals - 8), equals));
  if (touching !== null) stop = equals - touching[0].length;
  return { value: text.slice(at, stop), quote: "", end: stop };
}

/** The user's part ends at the last quote, or at the one before what enriching adds. */
function closingQuote(text: string, at: number): number {
  const enriched = text.indexOf("'\u001d", at + 1);
  return enriched > 0 ? enriched : text.lastIndexOf("'") > at ? text.lastIndexOf("'") : -1;
}

function keep(event: Reading, { name, value, quote }: Pair, isExecve: boolean): void {
  if (name === "") return;
  const piece = isExecve ? /^(a\d{1,4})\[\d{1,4}\]$/.exec(name)?.[1] : undefined;
  const isText = ENCODED.has(name) || (isExecve && (ARGUMENT.test(name) || piece !== undefined));
  const text = isText && quote === "" ? fromAuditHex(value) : value;
  if (piece !== undefined) setField(event, piece, `${event.fields[piece] ?? ""}${text}`);
  else if (name === "key" && text.includes("\u0001")) setField(event, name, text.split("\u0001"));
  else setField(event, name, name === "proctitle" ? text.replaceAll("\0", " ") : text);
}

/** Text that auditd wrote as hex, as it was; any other text as it is. */
export const fromAuditHex = (text: string): string =>
  text.length > 1 && text.length % 2 === 0 && HEX.test(text) ? Buffer.from(text, "hex").toString("utf8") : text;

/** `saddr` of a SOCKADDR record (struct sockaddr in hex): where a connect or bind goes to. */
export function readSocketAddress(hex: string): { family: string; ip: string; port: number; path: string } | undefined {
  if (hex.length < 4 || hex.length > 512 || !HEX.test(hex)) return undefined;
  const bytes = Buffer.from(hex, "hex");
  const family = bytes.readUInt16LE(0);
  if (family === 1) {
    const end = bytes.indexOf(0, 3);
    return { family: "local", ip: "", port: 0, path: bytes.toString("utf8", 2, end < 0 ? bytes.length : end) };
  }
  if (family === 2 && bytes.length >= 8)
    return { family: "inet", ip: [...bytes.subarray(4, 8)].join("."), port: bytes.readUInt16BE(2), path: "" };
  if (family !== 10 || bytes.length < 24) return undefined;
  const groups = Array.from({ length: 8 }, (_, i) => bytes.readUInt16BE(8 + 2 * i).toString(16));
  return { family: "inet6", ip: groups.join(":"), port: bytes.readUInt16BE(2), path: "" };
}
