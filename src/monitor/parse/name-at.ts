import { MAX_NAME_CHARS } from "./bounds.ts";

const SLOTS = 4_096;
const known: (string | undefined)[] = new Array(SLOTS).fill(undefined);

/** Hash of a name's characters, one after another from 0. */
export const nextHash = (hash: number, c: number): number => (Math.imul(hash, 31) + c) | 0;

/**
 * The name that stands at from–to, as the one string that stands for all its like: V8 need not look it up among its names for every field
 * of every line. Bounded: a slot holds the last name that fell into it.
 */
export function nameAt(text: string, { from, to, hash }: { from: number; to: number; hash: number }): string {
  if (to - from > MAX_NAME_CHARS) return text.slice(from, to);
  const slot = (hash ^ (hash >>> 12)) & (SLOTS - 1);
  const before = known[slot];
  if (before !== undefined && before.length === to - from && text.startsWith(before, from)) return before;
  const [name = ""] = Object.keys({ [text.slice(from, to)]: 0 });
  known[slot] = name;
  return name;
}
