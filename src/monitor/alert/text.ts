import { createHash } from "node:crypto";

/** What PostgreSQL's text and jsonb can hold: no NUL, no lone surrogate. Cut at `maxChars` UTF-16 units. */
export function storable(text: string, maxChars: number): string {
  const cut = text.length > maxChars ? `${text.slice(0, maxChars - 1)}…` : text;
  return cut.replaceAll("\0", "\uFFFD").toWellFormed();
}

const KEY_CHARS = 240;

/** Text that is part of a unique index (a B-tree entry holds 2,704 bytes): long values keep their identity by a digest. */
export function storableKey(text: string): string {
  const clean = text.replaceAll("\0", "\uFFFD").toWellFormed();
  if (clean.length <= KEY_CHARS) return clean;
  const digest = createHash("sha256").update(clean).digest("hex").slice(0, 16);
  return `${storable(clean, KEY_CHARS - 20)}#${digest}`;
}

/** Width and case do not matter when people search: ＡＤＭＩＮ and ｱｸｾｽ are found as admin and アクセス. */
export const folded = (text: string): string => text.normalize("NFKC").toLowerCase();

/** Words that must all occur, as LIKE patterns. At most 8. */
export function searchPatterns(text: string): string[] {
  const words = folded(storable(text, 400)).split(/\s+/u);
  const unique = [...new Set(words.filter((word) => word !== ""))].slice(0, 8);
  return unique.map((word) => `%${word.replaceAll(/[\\%_]/g, (special) => `\\${special}`)}%`);
}

const MAX_WORDS = 400;
const WORD_CHARS = 64;

/**
 * What folded text is found by: runs of a–z and 0–9, and in all other scripts each character with its neighbor, since Japanese has no
 * spaces. The last character of such a run stands alone too. At most 400.
 */
export function wordsOf(text: string): string[] {
  const words = new Set<string>();
  for (const [run] of text.matchAll(/[a-z0-9]+|[^\u0001-\u007f]+/gu)) {
    for (const word of isPlain(run) ? [run.slice(0, WORD_CHARS)] : neighbors(run)) {
      if (words.size >= MAX_WORDS) return [...words];
      words.add(word);
    }
  }
  return [...words];
}

const isPlain = (run: string): boolean => /^[a-z0-9]/.test(run);

function neighbors(run: string): string[] {
  const characters = [...run];
  return characters.map((character, i) => character + (characters[i + 1] ?? ""));
}

/**
 * The same as a condition for the index, in the engine's tsquery language: whatever is found by it holds each asked word from the
 * beginning of a word of its own; whether it truly does is for the caller to look. undefined = nothing to look for.
 */
export function wordsQuery(text: string): string | undefined {
  const terms: string[] = [];
  for (const word of folded(storable(text, 400)).split(/\s+/u).slice(0, 8)) {
    const runs = [...word.matchAll(/[a-z0-9]+|[^\u0001-\u007f]+/gu)].map(([run]) => run);
    for (const [i, run] of runs.entries()) {
      const isLast = i === runs.length - 1;
      if (isPlain(run)) terms.push(`'${run.slice(0, WORD_CHARS)}'${isLast || run.length >= WORD_CHARS ? ":*" : ""}`);
      else terms.push(...pairsOf(run));
    }
  }
  return terms.length === 0 ? undefined : [...new Set(terms)].join(" & ");
}

/** A pair is a whole word of the index; a single character begins one. */
function pairsOf(run: string): string[] {
  const pairs = neighbors(run);
  return pairs.length === 1 ? pairs.map((one) => `'${one}':*`) : pairs.slice(0, -1).map((pair) => `'${pair}'`);
}
