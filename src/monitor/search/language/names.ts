import { ADDED_NAMES, COLUMNS, type ColumnKind, type ColumnSpec } from "../../event/index.ts";

/** What a name in a query stands for. `sql` is an expression over `events` made of our own column names only. */
export type FieldTarget =
  | { readonly kind: "text"; readonly sql: string }
  | { readonly kind: "number"; readonly sql: string; readonly isZeroAbsent: boolean }
  | { readonly kind: "ip"; readonly sql: string }
  | { readonly kind: "instant"; readonly sql: string }
  | { readonly kind: "raw" | "rules" | "detected" | "id" }
  /** A column of `detections`: true for an event when one of its detections has it. */
  | { readonly kind: "detection"; readonly column: string; readonly isList: boolean; readonly isLevel: boolean }
  | { readonly kind: "vendor"; readonly name: string };

export type KnownName = {
  readonly name: string;
  readonly column: string;
  readonly kind: ColumnKind | "time" | "list" | "boolean" | "raw";
  readonly aliases: readonly string[];
  readonly target: FieldTarget;
};

/** The six questions in the words of the people who ask them. */
const JAPANESE: Readonly<Record<string, readonly string[]>> = {
  who: ["誰が"],
  where_from: ["どこから"],
  with_what: ["何で"],
  what: ["何を"],
  did_what: ["どうした"],
};

const text = (sql: string): FieldTarget => ({ kind: "text", sql });
const ofDetection = (column: string, form?: "list" | "level"): FieldTarget => ({
  kind: "detection",
  column,
  isList: form === "list",
  isLevel: form === "level",
});
const named = (
  name: string,
  column: string,
  kind: KnownName["kind"],
  target: FieldTarget,
  aliases: readonly string[] = [],
): KnownName => ({ name, column, kind, aliases, target });

/** Names beside the hot columns. */
const OWN_NAMES: readonly KnownName[] = [
  named("time", "time", "time", { kind: "instant", sql: "time" }, ["@timestamp", "when", "いつ"]),
  named("received", "received", "time", { kind: "instant", sql: "received" }, ["event.ingested"]),
  named("id", "", "text", { kind: "id" }, ["_id"]),
  named("raw", "", "raw", { kind: "raw" }, ["event.original"]),
  named("source", "source_id", "word", text("source_id"), ["source_id"]),
  named("unit", "unit_id", "word", text("unit_id"), ["unit_id"]),
  named("encoding", "encoding", "word", text("encoding")),
  named("problem", "problem", "word", text("problem")),
  named("answered", "answered", "count", { kind: "number", sql: "answered", isZeroAbsent: false }),
  named("detected", "", "boolean", { kind: "detected" }),
  named("rule", "rule_ids", "list", { kind: "rules" }, ["rule_ids", "rule.id"]),
  named("level", "", "word", ofDetection("rule_level", "level"), ["rule.level"]),
  named("rule.title", "", "text", ofDetection("rule_title")),
  named("tactic", "", "list", ofDetection("tactics", "list"), ["threat.tactic.name"]),
  named("technique", "", "list", ofDetection("techniques", "list"), ["threat.technique.id"]),
  named("entity", "", "text", ofDetection("entity")),
  named("exception", "", "word", ofDetection("exception_id")),
];

export const KNOWN_NAMES: readonly KnownName[] = [
  ...OWN_NAMES,
  ...COLUMNS.map((spec) =>
    named(spec.ecs, spec.column, spec.kind, targetOf(spec), [
      ...((spec.ecs as string) === spec.column ? [] : [spec.column]),
      ...(JAPANESE[spec.column] ?? []),
    ]),
  ),
  ...ADDED_NAMES.map((name) => named(name, "", "word", text(saidOrAdded(name)))),
];

/** The sender's own field, else what was added to the event. The names are ours and have no quotes. */
function saidOrAdded(name: string): string {
  return `if(fields['${name}'] != '', fields['${name}'], added['${name}'])`;
}

function targetOf({ column, kind }: ColumnSpec): FieldTarget {
  if (kind === "text" || kind === "word") return text(column);
  return kind === "ip" ? { kind: "ip", sql: column } : { kind: "number", sql: column, isZeroAbsent: true };
}

const BY_NAME = new Map(KNOWN_NAMES.flatMap((known) => [known.name, ...known.aliases].map((name) => [name, known])));

const VENDOR_PREFIX = "fields.";

/** Known names are exact; every other name, or any behind `fields.`, is the vendor's own field. */
export function resolveField(name: string): FieldTarget {
  return BY_NAME.get(name)?.target ?? { kind: "vendor", name: vendorName(name) };
}

export const knownName = (name: string): KnownName | undefined => BY_NAME.get(name);

const vendorName = (name: string): string =>
  name.startsWith(VENDOR_PREFIX) && name.length > VENDOR_PREFIX.length ? name.slice(VENDOR_PREFIX.length) : name;
