import { RE2JS } from "re2js";
import { parse } from "yaml";
import { type FieldScalar, type Fields, type LogSource, windowsRoutes } from "../../event/index.ts";
import { candidateNames } from "../alias/candidates.ts";

/**
 * A second opinion for tests: interprets a rule's YAML anew for every event, with nothing compiled, indexed or shared. It has
 * no code in common with the engine but the alias tables and the Windows log sources, and favors the plainest way of saying it.
 */
type Doc = Record<string, unknown>;
type Event = { readonly fields: Fields; readonly logsource: LogSource };

const doc = (value: unknown): Doc => value as Doc;
const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : [value]);
const text = (value: unknown): string => (value === undefined || value === null ? "" : String(value));

export type NaiveRule = { readonly logsource: LogSource; readonly detection: Doc };

/** A character of the private use area that stands for any dash. */
const DASH = "\ue000";

export function naiveRule(yaml: string): NaiveRule {
  const rule = doc(parse(yaml));
  const from = doc(rule.logsource);
  const part = (key: string) => text(from[key]).trim().toLowerCase().replaceAll(" ", "_");
  const logsource = { product: part("product"), category: part("category"), service: part("service") };
  return { logsource, detection: doc(rule.detection) };
}

/** Whether the rule fires on the event; log sources count. */
export function naiveMatch(rule: NaiveRule, event: Event, lists: Record<string, string[]> = {}): boolean {
  const seek = (field: string) => naiveLookUp(rule, event, field);
  return naiveFits(rule, event) && naiveHolds(rule, { seek, everything: () => naiveValues(event), lists });
}

/** Whether the rule's log source is one of the event's. */
export function naiveFits({ logsource }: NaiveRule, event: Event): boolean {
  const { Channel, EventID, EventType } = event.fields;
  const isWindows = event.logsource.product === "windows" && Channel !== undefined && EventID !== undefined;
  const type = Array.isArray(EventType) ? "" : text(EventType);
  const routes = isWindows ? windowsRoutes(text(Channel), text(EventID), type) : [];
  const fits = (route: LogSource) =>
    (["product", "category", "service"] as const).every((part) => ["", route[part]].includes(logsource[part]));
  return [event.logsource, ...routes].some(fits);
}

/** What an event has for a field as the rule names it. */
export const naiveLookUp = ({ logsource }: NaiveRule, event: Event, field: string): FieldScalar[] | undefined =>
  lookUp(event.fields, candidateNames(field.replaceAll(" ", ""), logsource));

export const naiveValues = (event: Event): FieldScalar[] =>
  Object.values(event.fields).flatMap((value) => list(value) as FieldScalar[]);

/** Whether the rule's condition holds in a world that answers for an event. */
export const naiveHolds = ({ detection }: NaiveRule, world: World): boolean =>
  list(detection.condition).some((condition) => new Condition(text(condition), detection, world).holds());

/** All that a condition may ask of an event. */
export type World = {
  readonly seek: (field: string) => FieldScalar[] | undefined;
  readonly everything: () => FieldScalar[];
  readonly lists: Record<string, string[]>;
};

/** Values of the first name that has any; a null counts only when no name has more. */
function lookUp(fields: Fields, names: readonly string[]): FieldScalar[] | undefined {
  const strip = (name: string) =>
    remembered(stripped, name, () => name.replaceAll(" ", "").toLowerCase().replace(/ς/g, "σ"));
  const keys = names.flatMap((name) => [
    ...Object.keys(fields).filter((key) => key === name),
    ...Object.keys(fields).filter((key) => key !== name && strip(key) === strip(name)),
  ]);
  const values = keys.map((key) => fields[key]).filter((value) => value !== undefined);
  const best = values.find((value) => value !== null) ?? values[0];
  return best === undefined ? undefined : (list(best) as FieldScalar[]);
}

/** Reads the condition by splitting it at its loosest operator outside parentheses, again and again. */
class Condition {
  readonly #words: string[];
  readonly #detection: Doc;
  readonly #world: World;

  constructor(condition: string, detection: Doc, world: World) {
    const words = condition.replace(/[()]/g, " $& ").trim().split(/\s+/);
    this.#words = words.map((word) => (/^(and|or|not|of|all|any|them)$/i.test(word) ? word.toLowerCase() : word));
    this.#detection = detection;
    this.#world = world;
  }

  holds(words = this.#words): boolean {
    const ors = splitAt(words, "or");
    if (ors.length > 1) return ors.some((part) => this.holds(part));
    const ands = splitAt(words, "and");
    if (ands.length > 1) return ands.every((part) => this.holds(part));
    if (words[0] === "not") return !this.holds(words.slice(1));
    if (words[0] === "(") return this.holds(words.slice(1, -1));
    if (words[1] !== "of") return search(this.#detection[words[0] ?? ""], this.#world);
    const names = Object.keys(this.#detection).filter((name) => name !== "condition" && !name.startsWith("_"));
    const pattern = new RegExp(`^${(words[2] ?? "").split("*").map(quote).join(".*")}$`);
    const chosen = names.filter((name) => words[2] === "them" || pattern.test(name));
    const holds = (name: string) => search(this.#detection[name], this.#world);
    return words[0] === "all" ? chosen.every(holds) : chosen.some(holds);
  }
}

function splitAt(words: string[], operator: string): string[][] {
  const parts: string[][] = [[]];
  let depth = 0;
  for (const word of words) {
    depth += word === "(" ? 1 : word === ")" ? -1 : 0;
    if (word === operator && depth === 0) parts.push([]);
    else parts.at(-1)?.push(word);
  }
  return parts;
}

function search(selection: unknown, world: World): boolean {
  if (Array.isArray(selection)) return selection.some((item) => search(item, world));
  if (typeof selection !== "object" || selection === null) return field("", selection, world);
  return Object.entries(selection).every(([key, value]) => field(key, value, world));
}

function field(key: string, wanted: unknown, world: World): boolean {
  const [name = "", ...modifiers] = key.split("|");
  const has = (modifier: string) => modifiers.includes(modifier);
  const actual = name === "" ? world.everything() : world.seek(name);
  const expansions = (value: unknown) => (has("expand") ? expand(text(value), world.lists) : [value]);
  const one = (value: unknown) =>
    expansions(value).some((expanded) => compare(expanded, { name, modifiers, actual, world }));
  const holds = has("all") ? list(wanted).every(one) : list(wanted).some(one);
  return has("neq") ? !holds : holds;
}

function expand(value: string, lists: Record<string, string[]>): string[] {
  const match = /(?<!\\)%([^%\s]+)%/.exec(value);
  if (!match) return [value.replaceAll("\\%", "%")];
  return (lists[match[1] ?? ""] ?? []).flatMap((item) =>
    expand(
      value.replace(match[0], () => item),
      lists,
    ),
  );
}

type Question = { name: string; modifiers: string[]; actual: FieldScalar[] | undefined; world: World };

function compare(wanted: unknown, { name, modifiers, actual, world }: Question): boolean {
  const has = (modifier: string) => modifiers.includes(modifier);
  const texts = (actual ?? []).filter((value) => value !== null).map(String);
  if (has("exists")) return (actual !== undefined) === wanted;
  if (wanted === null) return texts.length === 0;
  if (has("fieldref")) {
    const others = (world.seek(text(wanted)) ?? []).filter((value) => value !== null).map(String);
    return others.some((other) => texts.some((value) => fits(value, escapeSigma(other), modifiers, name)));
  }
  if (has("re")) return texts.some((value) => regex(text(wanted), modifiers).test(value));
  if (has("cidr")) return texts.some((value) => inNetwork(value, text(wanted)));
  const part = ["minute", "hour", "day", "week", "month", "year"].find(has);
  const comparison = ["lt", "lte", "gt", "gte"].find(has);
  if (part !== undefined || comparison !== undefined)
    return texts.some((value) => order(part ? partOf(value, part) : numberOf(value), comparison, Number(wanted)));
  return rewrite(text(wanted), modifiers).some((pattern) =>
    texts.some((value) => fits(value, pattern, modifiers, name)),
  );
}

/** A Sigma string as a regular expression over the whole value. */
function fits(value: string, pattern: string, modifiers: string[], name: string): boolean {
  const has = (modifier: string) => modifiers.includes(modifier);
  const fold = (one: string) => (has("cased") ? one : one.toLowerCase().replace(/ς/g, "σ"));
  const isKeyword = name === "" && !has("startswith") && !has("endswith");
  const before = has("contains") || has("endswith") || isKeyword ? ".*" : "";
  const after = has("contains") || has("startswith") || isKeyword ? ".*" : "";
  return remembered(whole, `${before}\0${fold(pattern)}\0${after}`, () => {
    const source = fold(pattern).replace(/\\([\\*?])|\*|\?|[\s\S]/gu, (token, escaped) => {
      if (escaped !== undefined) return quote(escaped);
      return token === "*" ? ".*" : token === "?" ? "." : token === DASH ? "[-/–—―]" : quote(token);
    });
    return new RegExp(`^${before}${source}${after}$`, "su");
  }).test(fold(value));
}

/** Writing the same expression anew for every event took nine tenths of the time. */
const whole = new Map<string, RegExp>();
const stripped = new Map<string, string>();
const MAX_REMEMBERED = 100_000;

function remembered<T>(known: Map<string, T>, key: string, make: () => T): T {
  const before = known.get(key);
  if (before !== undefined) return before;
  if (known.size >= MAX_REMEMBERED) known.clear();
  const value = make();
  known.set(key, value);
  return value;
}

const quote = (literal: string): string => literal.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
const escapeSigma = (literal: string): string => literal.replace(/[\\*?]/g, "\\$&");

function regex(pattern: string, modifiers: string[]): RE2JS {
  const flags = [
    ["i", RE2JS.CASE_INSENSITIVE],
    ["ignorecase", RE2JS.CASE_INSENSITIVE],
    ["m", RE2JS.MULTILINE],
    ["multiline", RE2JS.MULTILINE],
    ["s", RE2JS.DOTALL],
    ["dotall", RE2JS.DOTALL],
  ] as const;
  return RE2JS.compile(
    pattern,
    flags.reduce((bits, [name, bit]) => bits | (modifiers.includes(name) ? bit : 0), 0),
  );
}

/** Rewrites in the order written. Encoded texts come back as Sigma strings, so what is special in them is escaped. */
function rewrite(value: string, modifiers: string[]): string[] {
  let texts = [value];
  let bytes: "utf8" | "latin1" = "utf8";
  const plain = (one: string) => one.replace(/\\([\\*?])/g, "$1");
  for (const modifier of modifiers) {
    if (modifier === "windash")
      texts = texts.map((one) => one.replace(/(?<![\p{L}\p{N}_])[-/–—―](?=[\p{L}\p{N}_])/gu, DASH));
    if (/^(utf16|wide)/.test(modifier)) {
      texts = texts.flatMap(dashes).map((one) =>
        one.replace(/(\\[\\*?])|[*?]|[^\\*?]+|\\/g, (token, escaped, at) => {
          if (token === "*") return "*";
          if (token === "?") return "??";
          const encoding = modifier === "utf16" && at > 0 ? "utf16le" : modifier;
          return escapeSigma(utf16(escaped?.[1] ?? token, encoding).toString("latin1"));
        }),
      );
      bytes = "latin1";
    }
    const encoding = bytes;
    if (modifier === "base64")
      texts = texts.flatMap(dashes).map((one) => Buffer.from(plain(one), encoding).toString("base64"));
    if (modifier === "base64offset")
      texts = texts.flatMap(dashes).flatMap((one) => offsets(Buffer.from(plain(one), encoding)));
  }
  return texts;
}

const dashes = (one: string): string[] =>
  one.includes(DASH) ? ["-", "/", "–", "—", "―"].flatMap((dash) => dashes(one.replace(DASH, dash))) : [one];

function utf16(one: string, modifier: string): Buffer {
  const little = Buffer.from(modifier === "utf16" ? `\ufeff${one}` : one, "utf16le");
  return modifier === "utf16be" ? little.swap16() : little;
}

/** What is common to the Base64 of the bytes after any two different heads and before any two different tails. */
function offsets(bytes: Buffer): string[] {
  return [0, 1, 2]
    .map((shift) => {
      const forms = [0, 255].map((filler) =>
        Buffer.concat([Buffer.alloc(shift, filler), bytes, Buffer.alloc(3, filler)]).toString("base64"),
      );
      const [a = "", b = ""] = forms;
      const same = [...a].map((char, index) => (char === b[index] ? char : " ")).join("");
      return same.trim().split(" ")[0] ?? "";
    })
    .filter((form) => form !== "");
}

function inNetwork(value: string, network: string): boolean {
  const [base = "", bits] = network.split("/");
  const [one, other] = [binary(value.replace(/%.*/, "")), binary(base)];
  const length = bits === undefined ? 128 : Number(bits) + (base.includes(":") ? 0 : 96);
  return one !== undefined && other !== undefined && one.slice(0, length) === other.slice(0, length);
}

/** An address as 128 binary digits, by way of the URL parser's own reading of it, which knows no zones and no leading zeros. */
function binary(written: string): string | undefined {
  const trimmed = written.trim();
  if (trimmed.length > 64) return undefined;
  const bare = trimmed.includes(":") ? trimmed.replace(/%.*$/s, "") : trimmed;
  const address = bare.replace(/(?<=^|[.:])0+(?=\d+\.|\d+$)(?=[\d.]*$)/g, "");
  const v4 = /^\d{1,3}(\.\d{1,3}){3}$/.test(address);
  try {
    const host = new URL(`http://[${v4 ? `::ffff:${address}` : address}]/`).hostname.slice(1, -1);
    const [head = "", tail] = host.split("::");
    const groups = (half: string) => (half === "" ? [] : half.split(":"));
    const fill =
      tail === undefined ? [] : Array.from({ length: 8 - groups(head).length - groups(tail).length }, () => "0");
    const all = [...groups(head), ...fill, ...groups(tail ?? "")];
    return all.map((group) => Number.parseInt(group, 16).toString(2).padStart(16, "0")).join("");
  } catch {
    return undefined;
  }
}

const numberOf = (value: string): number =>
  value.trim() === "" || /infinity|0[bo]/i.test(value) ? Number.NaN : Number(value);

function order(actual: number, comparison: string | undefined, wanted: number): boolean {
  if (comparison === "lt") return actual < wanted;
  if (comparison === "lte") return actual <= wanted;
  if (comparison === "gt") return actual > wanted;
  return comparison === "gte" ? actual >= wanted : actual === wanted;
}

function partOf(value: string, part: string): number {
  const date = dateOf(value.trim());
  const iso = Number.isNaN(date.getTime()) ? "" : date.toISOString();
  const pieces: Record<string, string> = {
    year: iso.slice(0, 4),
    month: iso.slice(5, 7),
    day: iso.slice(8, 10),
    hour: iso.slice(11, 13),
    minute: iso.slice(14, 16),
  };
  return part === "week" && iso !== "" ? weekOf(date) : Number(pieces[part] || Number.NaN);
}

/** Seconds or milliseconds since 1970, or ISO 8601 built up piece by piece; a day past the month's end runs on. */
function dateOf(value: string): Date {
  if (/^\d{9,14}(\.\d+)?$/.test(value)) return new Date(Number(value) * (Number(value) < 1e11 ? 1000 : 1));
  const [whole = "", zone = ""] = /^([^Zz+uU]*?) ?(Z|UTC|[+-]\d\d:?\d\d)?$/i.exec(value)?.slice(1) ?? [];
  const [day = "", time = "00:00", ...rest] = whole.split(/[T ]/i);
  const isDay = /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/.test(day);
  const isTime = /^([01]\d|2[0-3]):[0-5]\d(:\d\d([.,]\d{1,9})?)?$/.test(time);
  if (!isDay || !isTime || rest.length > 0) return new Date(Number.NaN);
  const [year = 0, month = 1, ofMonth = 1] = day.split("-").map(Number);
  const [hour = 0, minute = 0, second = 0] = time
    .replace(/[.,].*/, "")
    .split(":")
    .map(Number);
  const date = new Date(Date.UTC(2000, 0, 1));
  date.setUTCFullYear(year < 100 ? year + 1900 : year, month - 1, ofMonth);
  date.setUTCHours(hour, minute, second);
  const [, sign, hours, minutes] = /^([+-])(\d\d):?(\d\d)$/.exec(zone) ?? ["", "+", "0", "0"];
  const shift = Number(hours) * 60 + Number(minutes);
  date.setUTCMinutes(date.getUTCMinutes() + (sign === "-" ? shift : -shift));
  return date;
}

/** Counts weeks day by day from the Monday of the week that holds January 4. */
function weekOf(date: Date): number {
  const monday = (one: Date) =>
    new Date(Date.UTC(one.getUTCFullYear(), one.getUTCMonth(), one.getUTCDate() - ((one.getUTCDay() + 6) % 7)));
  const here = monday(date);
  const year = new Date(here.getTime() + 3 * 86_400_000).getUTCFullYear();
  let week = 1;
  for (let at = monday(new Date(Date.UTC(year, 0, 4))); at < here; at = new Date(at.getTime() + 7 * 86_400_000))
    week += 1;
  return week;
}
