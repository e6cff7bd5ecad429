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
