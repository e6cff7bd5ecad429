import type { Parsed } from "../../src/monitor/parse/index.ts";
import { toInstantMs } from "../../src/monitor/parse/instant.ts";
import type { TarFile } from "../support/tar.ts";
import { type Claim, readLines, type Tallies, told } from "./agreement.ts";
import { ENVELOPE_NAMES, OWN_NAMES, ourName } from "./crowdsec-names.ts";

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
        .add(lines[at] ?? "", event, claimsOf(parser, result, { event, tallies }));
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

function claimsOf(parser: string, result: Result, { event, tallies }: { event: Parsed; tallies: Tallies }): Claim[] {
  const isEnvelope = parser.startsWith("s00-raw");
  const claims: Claim[] = [];
  for (const [name, expected] of result) {
    if (expected === "" || expected === "-") continue;
    const ours = ourName(parser, name);
    const isOwn = OWN_NAMES.has(name) && !(isEnvelope && ours !== undefined);
    if (isOwn)
      tallies.leave("crowdsec: fields that are CrowdSec's own labels, pieces of a time, or copies of the line");
    else if (!isEnvelope && ENVELOPE_NAMES.has(name) && result.has("logsource"))
      tallies.leave("crowdsec: fields of syslog's envelope that a parser repeats");
    else claims.push(claim(name, expected, { ours, event }));
  }
  return claims;
}

function claim(name: string, expected: string, { ours, event }: { ours: string | undefined; event: Parsed }): Claim {
  if (ours === undefined) return { name, expected, ours: undefined, agrees: false };
  if (ours === "@time") {
    const isSame = isTime(expected, event.timeMs);
    return { name, expected, ours: String(event.timeMs), agrees: isSame };
  }
  const hot: Readonly<Record<string, string | number>> = event.hot;
  const value = ours.startsWith("@") ? String(hot[ours.slice(1)] ?? "") : (told(event.fields[ours]) ?? "");
  const agrees =
    value === expected ||
    (ours === "cs-version" && value === `HTTP/${expected}`) ||
    (ours === "@network_transport" && value === expected.toLowerCase());
  return { name, expected, ours: value, agrees };
}

/** A time without a year is judged by the rest. */
function isTime(text: string, ms: number): boolean {
  if (Number.isNaN(ms)) return false;
  if (toInstantMs(text, "") === ms) return true;
  const year = new Date(ms).getUTCFullYear();
  return [year, year - 1].some((one) => toInstantMs(text.replace(/^(\w{3}\s+\d+) /, `$1 ${one} `), "") === ms);
}
