import type { Comparison, RegexFlags } from "./check.ts";
import { ENCODINGS, type Encoding } from "./encode.ts";
import type { Place } from "./expression.ts";
import { RuleProblem } from "./problem.ts";
import { TIME_PARTS, type TimePart } from "./time-part.ts";

/** What is done to a text before it is looked for, in the order written. */
export type Rewrite = Encoding | "base64" | "base64offset" | "windash";
/** How a value is read. Everything but `text` takes the value as written. */
export type Reading =
  | { readonly kind: "text"; readonly rewrites: readonly Rewrite[]; readonly place: Place; readonly isCased: boolean }
  | { readonly kind: "regex"; readonly flags: RegexFlags }
  | { readonly kind: "cidr" }
  | { readonly kind: "exists" }
  | { readonly kind: "fieldref"; readonly place: Place; readonly isCased: boolean }
  | { readonly kind: "number"; readonly comparison: Comparison | "eq"; readonly part: TimePart | undefined };

export type Modifiers = {
  readonly reading: Reading;
  readonly isAll: boolean;
  readonly isNegated: boolean;
  readonly isExpanded: boolean;
};

const PLACES: ReadonlyMap<string, Place> = new Map([
  ["contains", "contains"],
  ["startswith", "starts"],
  ["endswith", "ends"],
]);
const FLAGS: ReadonlyMap<string, keyof RegexFlags> = new Map([
  ["i", "i"],
  ["ignorecase", "i"],
  ["m", "m"],
  ["multiline", "m"],
  ["s", "s"],
  ["dotall", "s"],
]);
const COMPARISONS = ["lt", "lte", "gt", "gte"] as const;
const REWRITES = [...ENCODINGS, "base64", "base64offset", "windash"] as const;
const KINDS = ["re", "cidr", "exists", "fieldref"] as const;
const GENERAL = ["all", "neq", "expand", "cased"] as const;

const within = <T extends string>(list: readonly T[], names: readonly string[]): readonly T[] =>
  names.flatMap((name) => list.filter((item) => item === name));

const KNOWN: ReadonlySet<string> = new Set([
  ...PLACES.keys(),
  ...FLAGS.keys(),
  ...COMPARISONS,
  ...REWRITES,
  ...KINDS,
  ...GENERAL,
  ...TIME_PARTS,
]);

/** Thousands of rules share a few dozen combinations. */
const MAX_REMEMBERED = 1_000;
const remembered = new Map<string, Modifiers>();

/** Reads the modifiers after a field's name. Source: Sigma modifiers appendix 2.1. */
export function readModifiers(names: readonly string[]): Modifiers {
  const key = ["", ...names].join("|");
  const known = remembered.get(key);
  if (known !== undefined) return known;
  for (const [index, name] of names.entries()) {
    if (!KNOWN.has(name)) throw new RuleProblem(`the modifier "${name}" does not exist in Sigma 2.1`);
    if (names.indexOf(name) !== index) throw new RuleProblem(`the modifier "${name}" is given twice`);
  }
  const modifiers = {
    reading: readReading(names),
    isAll: names.includes("all"),
    isNegated: names.includes("neq"),
    isExpanded: names.includes("expand"),
  };
  if (remembered.size < MAX_REMEMBERED) remembered.set(key, modifiers);
  return modifiers;
}

function readReading(names: readonly string[]): Reading {
  const places = names.flatMap((name) => PLACES.get(name) ?? []);
  if (places.length > 1) throw new RuleProblem(`"${names.join("|")}" asks for two places at once`);
  const place = places[0] ?? "equals";
  const isCased = names.includes("cased");
  if (within(ENCODINGS, names).length > 1) throw new RuleProblem(`"${names.join("|")}" encodes as UTF-16 twice`);
  const kind = oneKind(names);
  if (kind === undefined) return { kind: "text", rewrites: within(REWRITES, names), place, isCased };
  forbid(names, kind);
  if (kind === "re") return { kind: "regex", flags: readFlags(names) };
  if (kind === "cidr" || kind === "exists") return { kind };
  if (kind === "fieldref") return { kind, place, isCased };
  return { kind: "number", comparison: within(COMPARISONS, names)[0] ?? "eq", part: within(TIME_PARTS, names)[0] };
}

/** The one modifier that decides how the value is read; comparisons and parts of a time may stand together. */
function oneKind(names: readonly string[]): (typeof KINDS)[number] | "number" | undefined {
  const special = within(KINDS, names);
  const comparisons = within(COMPARISONS, names);
  const parts = within(TIME_PARTS, names);
  const isNumber = comparisons.length + parts.length > 0;
  if (special.length + (isNumber ? 1 : 0) > 1 || comparisons.length > 1 || parts.length > 1)
    throw new RuleProblem(`the modifiers "${names.join("|")}" exclude one another`);
  if (special[0] !== "re" && names.some((name) => FLAGS.has(name)))
    throw new RuleProblem(`"${names.filter((name) => FLAGS.has(name)).join("|")}" only goes with "re"`);
  return isNumber ? "number" : special[0];
}

/** What may stand beside each kind; anything else would be ignored, and a rule must not mean less than it says. */
const COMPANIONS: Readonly<Record<string, readonly string[]>> = {
  re: ["re", ...FLAGS.keys(), "all", "neq", "expand", "contains"],
  cidr: ["cidr", "all", "neq", "expand"],
  exists: ["exists", "neq"],
  fieldref: ["fieldref", ...PLACES.keys(), "all", "neq", "cased"],
  number: [...COMPARISONS, ...TIME_PARTS, "all", "neq", "expand"],
};

function forbid(names: readonly string[], kind: string): void {
  const odd = names.find((name) => !COMPANIONS[kind]?.includes(name));
  if (odd !== undefined)
    throw new RuleProblem(`the modifiers "${names.join("|")}" cannot be combined: "${odd}" has no meaning here`);
}

function readFlags(names: readonly string[]): RegexFlags {
  const flags = names.map((name) => FLAGS.get(name));
  return { i: flags.includes("i"), m: flags.includes("m"), s: flags.includes("s") };
}
