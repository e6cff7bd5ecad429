import type { Fields, FieldValue } from "../../event/index.ts";
import { canonicalName } from "../engine/group.ts";

/** Values by place; undefined where the event has none. */
export type Captured = readonly (string | undefined)[];

/**
 * Takes from an event what a rule's correlations read. As in detection, the best name wins, exactly written before merely alike;
 * null is no value, '' is one, and a list is its values side by side.
 */
export function capture(fields: Fields, wanted: readonly (readonly string[])[]): Captured {
  return wanted.map((names) => {
    for (const name of names) {
      const exact = textOf(fields[name]);
      if (exact !== undefined) return exact;
      const similar = textOf(canonicalFields(fields).get(knownName(name)));
      if (similar !== undefined) return similar;
    }
    return undefined;
  });
}

/** One event sets off several rules, one after the other: what it looks like with plain names is worked out once. */
let latest: { readonly fields: Fields; readonly alike: ReadonlyMap<string, FieldValue> } | undefined;

function canonicalFields(fields: Fields): ReadonlyMap<string, FieldValue> {
  if (latest?.fields === fields) return latest.alike;
  const alike = new Map<string, FieldValue>();
  for (const name in fields) {
    const value = fields[name];
    if (value !== undefined && value !== null) alike.set(knownName(name), value);
  }
  latest = { fields, alike };
  return alike;
}

/** Distinct names remembered; past this, which only made-up names reach, each is worked out anew. */
const MAX_NAMES = 20_000;
const names = new Map<string, string>();

function knownName(name: string): string {
  const known = names.get(name);
  if (known !== undefined) return known;
  const canonical = canonicalName(name);
  if (names.size < MAX_NAMES) names.set(name, canonical);
  return canonical;
}

function textOf(value: FieldValue | undefined): string | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value === "string") return value;
  if (typeof value !== "object") return String(value);
  const texts = value.filter((item) => item !== null).map(String);
  return texts.length === 0 ? undefined : texts.join(", ");
}
