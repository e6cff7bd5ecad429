import { toIp } from "../../src/monitor/parse/address.ts";
import type { Parsed } from "../../src/monitor/parse/index.ts";
import { toInstantMs } from "../../src/monitor/parse/instant.ts";
import type { TarFile } from "../support/tar.ts";
import { type Claim, readLines, type Tallies, told } from "./agreement.ts";
import { ENVELOPE_NAMES, OWN_NAMES, ourName, theirError } from "./crowdsec-names.ts";

const ASSERT = /^results\["(s00-raw|s01-parse)"\]\["([^"]+)"\]\[(\d+)\]\.Evt\.Parsed\["([^"]+)"\] == (".*")$/;
/** The stage that only passes lines on. */
const NO_PARSER = "s00-raw crowdsecurity/non-syslog";

type Result = Map<string, string>;

/** The fields that CrowdSec's hub tests assert for each line, of the stages that parse; enrichment is not parsing. */
export function checkCrowdsec(files: readonly TarFile[], tallies: Tallies): void {
  const texts = new Map(files.map(({ name, bytes }) => [name.replace(/^\.\//, ""), bytes.toString("utf8")]));
  for (const [name, text] of texts) {
    if (!name.endsWith("/parser.assert")) continue;
    const folder = name.slice(0, -"parser.assert".length);
    const logName = /^log_file:\s*"?([^"\s]+)/m.exec(texts.get(`${folder}config.yaml`) ?? "")?.[1] ?? "";
    const log = texts.get(folder + logName);
    if (log === undefined) tallies.leave("crowdsec: tests whose log is not a file of theirs");
    else
      checkTest(
        text,
        log.split(/\r?\n/).filter((line) => line.trim() !== ""),
        tallies,
      );
  }
}

function checkTest(asserts: string, lines: readonly string[], tallies: Tallies): void {
  const events = readLines(lines);
  for (const [parser, results] of resultsOf(asserts)) {
    if (parser === NO_PARSER) continue;
    let from = 0;
    for (const result of results.values()) {
      const at = lineOf(lines, result.get("message") ?? "", from);
      const event = events[at];
      if (event === undefined) {
        tallies.leave("crowdsec: results that no single line of the log holds the message of");
        continue;
      }
      from = at + 1;
      tallies
        .of(`crowdsec ${parser.replace(/^s0\d-\w+ /, "")}`)
        .add(lines[at] ?? "", event, claimsOf(parser, result, { event, tallies, line: lines[at] ?? "" }));
    }
  }
}

function resultsOf(asserts: string): Map<string, Map<number, Result>> {
  const parsers = new Map<string, Map<number, Result>>();
  for (const line of asserts.split("\n")) {
    const [, stage, name, index, key = "", value = '""'] = ASSERT.exec(line) ?? [];
    if (stage === undefined) continue;
    const parser = `${stage} ${name}`;
    const results = parsers.get(parser) ?? new Map<number, Result>();
    parsers.set(parser, results);
    const result = results.get(Number(index)) ?? new Map<string, string>();
    results.set(Number(index), result.set(key, unquoted(value)));
  }
  return parsers;
}

/** Go's quoting is JSON's for all but what does not print. */
function unquoted(text: string): string {
  try {
    return String(JSON.parse(text.replaceAll(/\\x([0-9a-f]{2})/g, "\\u00$1").replaceAll("\\a", "\\u0007")));
  } catch {
    return text.slice(1, -1);
  }
}

/** The first line from `from` on that holds the message; -1 when none does. */
const lineOf = (lines: readonly string[], message: string, from: number): number =>
  message === "" ? -1 : lines.findIndex((line, at) => at >= from && line.includes(message.trim()));

function claimsOf(
  parser: string,
  result: Result,
  { event, tallies, line }: { event: Parsed; tallies: Tallies; line: string },
): Claim[] {
  const isEnvelope = parser.startsWith("s00-raw");
  const claims: Claim[] = [];
  for (const [name, expected] of result) {
    if (expected.trim() === "" || expected === "-") continue;
    const ours = ourName(parser, name);
    const isOwn = OWN_NAMES.has(name) && !(isEnvelope && ours !== undefined);
    const wrong = theirError(parser, name);
    if (wrong !== undefined) tallies.leave(`crowdsec: ${wrong}`);
    else if (isOwn)
      tallies.leave("crowdsec: fields that are CrowdSec's own labels, pieces of a time, or copies of the line");
    else if (!isEnvelope && ENVELOPE_NAMES.has(name) && result.has("logsource"))
      tallies.leave("crowdsec: fields of syslog's envelope that a parser repeats");
    else claims.push(claim(name, expected, { ours, event, line }));
  }
  return claims;
}

/**
 * Ours is a column (`@column`), the event's time (`@time`), its date or clock (`@date`, `@clock`), a piece of the URL (`@url.port`), an item of a
 * list (`tag#2`), a field that keeps the text whole of which theirs is a piece (`~field`), or a field; `a|b` is the first that is there.
 */
function claim(name: string, expected: string, { ours, event, line }: Ours): Claim {
  if (ours === undefined) return { name, expected, ours: undefined, agrees: false };
  if (ours === "@time")
    return {
      name,
      expected,
      ours: String(event.timeMs),
      agrees: isTime(expected, event.timeMs) || isTime(withOffset(expected, line), event.timeMs),
    };
  const found = ours
    .split("|")
    .map((one) => ({ isWhole: !one.startsWith("~"), value: valueUnder(one.replace(/^~/, ""), event) }))
    .find(({ value }) => value !== "") ?? { isWhole: true, value: "" };
  const agrees = found.isWhole
    ? isSame(found.value, expected) || (ours === "cs-version" && found.value === `HTTP/${expected}`)
    : found.value.includes(expected.trim());
  return { name, expected, ours: found.value, agrees };
}

type Ours = { readonly ours: string | undefined; readonly event: Parsed; readonly line: string };

/** The offset that the line has behind the time and theirs leaves off. */
function withOffset(text: string, line: string): string {
  const offset = /^ ?([+-]\d\d:?\d\d)/.exec(line.slice(line.indexOf(text) + text.length))?.[1] ?? "";
  return text + offset;
}

function valueUnder(ours: string, { hot, fields, timeMs }: Parsed): string {
  if (ours === "@date") return Number.isNaN(timeMs) ? "" : new Date(timeMs).toISOString().slice(0, 10);
  if (ours === "@clock") return Number.isNaN(timeMs) ? "" : new Date(timeMs).toISOString().slice(11, 23);
  if (ours.startsWith("@url.")) return pieceOfUrl(hot.url_full, ours.slice(5));
  const columns: Readonly<Record<string, string | number>> = hot;
  if (ours.startsWith("@")) return String(columns[ours.slice(1)] ?? "");
  const [field = "", item] = ours.split("#");
  const value = fields[field];
  return told(item !== undefined && Array.isArray(value) ? value[Number(item)] : value) ?? "";
}

function pieceOfUrl(text: string, piece: string): string {
  const url = URL.parse(text.replaceAll("%", "%25"));
  if (url === null) return "";
  if (piece === "port") return url.port || (url.protocol === "https:" ? "443" : "80");
  if (piece === "protocol") return url.protocol.slice(0, -1);
  return piece === "host" ? url.hostname : (url.pathname + url.search).replaceAll("%25", "%");
}

/**
 * Values are equal in another form: blanks, quotes and angle brackets around them, letter case, numbers by their value, addresses by what they mean
 * (`::ffff:192.0.2.1`), dates and times of day by what they say.
 */
function isSame(ours: string, theirs: string): boolean {
  const [a, b] = [bare(ours), bare(theirs)];
  if (a === b || (a !== "" && a === toIp(b))) return true;
  if (/^-?\d+(?:\.\d+)?$/.test(a) && /^-?\d+(?:\.\d+)?$/.test(b)) return a.length < 16 && Number(a) === Number(b);
  const [, month, day, year] = /^(\d\d)\/(\d\d)\/(\d{4})$/.exec(b) ?? [];
  if (year !== undefined) return a === `${year}-${month}-${day}`;
  const clock = /^(\d{1,2}:\d\d:\d\d)(?:[.,](\d{1,9}))?$/.exec(b);
  return clock !== null && a === `${clock[1]?.padStart(8, "0")}.${(clock[2] ?? "").padEnd(3, "0").slice(0, 3)}`;
}

const bare = (text: string): string =>
  text
    .trim()
    .replace(/^(?:"(.*)"|'(.*)'|<(.*)>)$/, "$1$2$3")
    .toLowerCase();

/** A time without a year is judged by the rest, one without seconds or a fraction by what it says. */
function isTime(text: string, ms: number): boolean {
  if (Number.isNaN(ms)) return false;
  const iso = new Date(ms).toISOString();
  if (/^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d)?$/.test(text) && iso.startsWith(text.replace(" ", "T"))) return true;
  const year = new Date(ms).getUTCFullYear();
  const glog = /^(\d\d)(\d\d) (\d\d:\d\d:\d\d\.\d+)$/.exec(text);
  if (glog !== null) return toInstantMs(`${year}-${glog[1]}-${glog[2]} ${glog[3]}`, "") === ms;
  const texts = [text, ...[year, year - 1].map((one) => text.replace(/^(\w{3}\s+\d+) /, `$1 ${one} `))];
  return texts.some((one) => [toInstantMs(one, ""), byEngine(one)].some((theirs) => sayTheSame(theirs, ms, text)));
}

/** JavaScript's own reader, for what logs write that ours has a reader of its own for. */
const byEngine = (text: string): number =>
  Date.parse(`${text.replace(/([.,]\d{3})\d*/, "$1").replace(",", /\dM$/.test(text) ? "," : ".")} UTC`);

const sayTheSame = (theirs: number, ours: number, text: string): boolean =>
  theirs === ours || (!/[.,]\d/.test(text) && theirs === Math.floor(ours / 1000) * 1000);
