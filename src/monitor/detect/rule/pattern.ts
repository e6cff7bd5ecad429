import type { Literal, Place } from "./expression.ts";
import { foldCase } from "./fold-case.ts";

/** Wildcards of a pattern: any run of characters, exactly one character, any of the five dashes of `windash`. */
export const ANY = 0;
export const ONE = 1;
export const DASH = 2;
export type Part = string | typeof ANY | typeof ONE | typeof DASH;
/** A Sigma string: literal texts and wildcards in turn. An empty pattern is the empty string. */
export type Pattern = readonly Part[];

/** The characters that Windows tools take for one another before an option's name (Sigma 2.1, `windash`). */
export const DASHES = ["-", "/", "–", "—", "―"] as const;

/**
 * Reads wildcards and backslash escapes. A backslash escapes `*`, `?` and itself; before anything else, and at the end, it
 * is a plain character. Source: Sigma rules specification 2.0, "Escaping".
 */
export function readPattern(text: string): Pattern {
  const first = text.search(SPECIAL);
  if (first < 0) return text === "" ? [] : [text];
  const parts: Part[] = [];
  let literal = "";
  let from = 0;
  for (let at = first; at < text.length; at++) {
    const char = text.charAt(at);
    if (char === "*" || char === "?") {
      append(parts, literal + text.slice(from, at));
      append(parts, char === "*" ? ANY : ONE);
      literal = "";
      from = at + 1;
    } else if (char === "\\" && ESCAPABLE.has(text.charAt(at + 1))) {
      literal += text.slice(from, at);
      from = ++at;
    }
  }
  append(parts, literal + text.slice(from));
  return parts;
}

/** Where a wildcard or an escape is. */
const SPECIAL = /[*?]|\\[*?\\]/;
const ESCAPABLE: ReadonlySet<string> = new Set(["*", "?", "\\"]);

function append(parts: Part[], part: Part): void {
  if (part === "" || (part === ANY && parts.at(-1) === ANY)) return;
  parts.push(part);
}

/** The pattern with room around it, as `contains`, `startswith` and `endswith` ask. */
export function placed(pattern: Pattern, place: Place): Pattern {
  const parts: Part[] = [];
  if (place === "contains" || place === "ends") append(parts, ANY);
  for (const part of pattern) append(parts, part);
  if (place === "contains" || place === "starts") append(parts, ANY);
  return parts;
}

/** Dashes that begin an option (after a non-word character, before a word character) become `DASH`. */
export function withDashes(pattern: Pattern): Pattern {
  return pattern.flatMap((part): Pattern => {
    if (typeof part !== "string") return [part];
    const parts: Part[] = [];
    let from = 0;
    for (const match of part.matchAll(/(?<![\p{L}\p{N}_])[-/–—―](?=[\p{L}\p{N}_])/gu)) {
      append(parts, part.slice(from, match.index));
      parts.push(DASH);
      from = match.index + 1;
    }
    append(parts, part.slice(from));
    return parts;
  });
}

/** Every writing of a pattern with dashes, or undefined when there would be more than `limit`. */
export function spellDashes(pattern: Pattern, limit: number): readonly Pattern[] | undefined {
  const dashes = pattern.filter((part) => part === DASH).length;
  if (dashes === 0) return [pattern];
  if (DASHES.length ** dashes > limit) return undefined;
  let spelled: Pattern[] = [[]];
  for (const part of pattern) {
    const choices: readonly Part[] = part === DASH ? DASHES : [part];
    spelled = spelled.flatMap((head) => choices.map((choice) => joined(head, choice)));
  }
  return spelled;
}

function joined(head: Pattern, part: Part): Pattern {
  const last = head.at(-1);
  return typeof last === "string" && typeof part === "string" ? [...head.slice(0, -1), last + part] : [...head, part];
}

/** The pattern as one literal, when wildcards stand at its ends only. */
export function literalOf(pattern: Pattern): Literal | undefined {
  const starts = pattern[0] !== ANY;
  const ends = pattern.length === 0 || pattern.at(-1) !== ANY;
  const inner = pattern.slice(starts ? 0 : 1, ends ? undefined : -1);
  const text = inner[0] ?? "";
  if (inner.length > 1 || typeof text !== "string") return undefined;
  if (text === "" && !(starts && ends)) return { place: "starts", text };
  return { place: starts ? (ends ? "equals" : "starts") : ends ? "ends" : "contains", text: foldCase(text) };
}

/** Literals that every match must contain, the most telling first. */
export function requiredLiterals(pattern: Pattern, most: number): readonly Literal[] {
  const last = pattern.length - 1;
  const found: Literal[] = [];
  pattern.forEach((part, index) => {
    if (typeof part !== "string") return;
    const place: Place = index === 0 ? "starts" : index === last ? "ends" : "contains";
    found.push({ place, text: foldCase(part) });
  });
  return found.sort((a, b) => b.text.length - a.text.length).slice(0, most);
}
