import type { Fields, FieldValue } from "../../event/index.ts";
import { canonicalName } from "../engine/group.ts";

/** Values by place; undefined where the event has none. */
export type Captured = readonly (string | undefined)[];

/**
 * Takes from an event what a rule's correlations read. As in detection, the best name wins, exactly written before merely alike;
 * null is no value, '' is one, and a list is its values side by side.
 */
export function capture(fields: Fields, wanted: readonly (readonly string[])[]): Captured {
  let alike: ReadonlyMap<string, FieldValue> | undefined;
  return wanted.map((names) => {
    for (const name of names) {
      const exact = textOf(fields[name]);
      if (exact !== undefined) return exact;
      alike ??= canonicalFields(fields);
      const similar = textOf(alike.get(canonicalName(name)));
      if (similar !== undefined) return similar;
    }
    return undefined;
  });
}

function canonicalFields(fields: Fields): ReadonlyMap<string, FieldValue> {
  const map = new Map<string, FieldValue>();
  for (const name in fields) {
    const value = fields[name];
    if (value !== undefined && value !== null) map.set(canonicalName(name), value);
  }
  return map;
}

function textOf(value: FieldValue | undefined): string | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value === "string") return value;
  if (typeof value !== "object") return String(value);
  const texts = value.filter((item) => item !== null).map(String);
  return texts.length === 0 ? undefined : texts.join(", ");
}
