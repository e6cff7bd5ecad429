import type { FieldScalar, FieldValue } from "../../event/index.ts";
import type { Place } from "../rule/expression.ts";
import { foldCase } from "../rule/fold-case.ts";

export const isList = (value: FieldValue | undefined): value is readonly FieldScalar[] => Array.isArray(value);

/** A single value as text, which is all that rules compare; undefined when the field is absent, null or a list. */
export const scalarText = (value: FieldValue | undefined): string | undefined =>
  value === undefined || value === null || isList(value) ? undefined : String(value);

/** Nothing to compare with: the field is absent, null, or a list without a value. The empty text is a value. */
export function isMissing(value: FieldValue | undefined): boolean {
  return isList(value) ? value.every((item) => item === null) : value === undefined || value === null;
}

/** Whether any of a field's values, as text, is accepted. */
export function someText(value: FieldValue | undefined, accepts: (text: string) => boolean): boolean {
  if (isList(value)) return value.some((item) => item !== null && accepts(String(item)));
  return value !== undefined && value !== null && accepts(String(value));
}

type Comparison = { readonly place: Place; readonly isCased: boolean };

/** `fieldref`: whether any value of one field stands in the asked relation to any value of the other. */
export function isSame(one: FieldValue | undefined, other: FieldValue | undefined, how: Comparison): boolean {
  const fold = (text: string) => (how.isCased ? text : foldCase(text));
  return someText(other, (wanted) => someText(one, (text) => standsAt(how.place, fold(text), fold(wanted))));
}

function standsAt(place: Place, text: string, wanted: string): boolean {
  if (place === "equals") return text === wanted;
  if (place === "starts") return text.startsWith(wanted);
  return place === "ends" ? text.endsWith(wanted) : text.includes(wanted);
}
