import { ANY, DASH, DASHES, type Part, type Pattern } from "./pattern.ts";

type Segment = readonly Part[];

/**
 * Whether a whole value fits a pattern with wildcards in its middle. The caller lower-cases both, or neither.
 * Needs no backtracking: the first fit of each piece between two `*` is as good as any later one.
 */
export function wildcardMatcher(pattern: Pattern): (value: string) => boolean {
  const segments = splitOnAny(pattern);
  const first = segments[0] ?? [];
  const last = segments.at(-1) ?? [];
  const middle = segments.slice(1, -1);
  if (segments.length === 1) return (value) => endOfFit(first, value, 0) === value.length;
  return (value) => {
    let at = endOfFit(first, value, 0);
    for (const segment of middle) {
      if (at < 0) return false;
      at = endOfFirstFit(segment, value, at);
    }
    return at >= 0 && fitsAtEnd(last, value, at);
  };
}

function splitOnAny(pattern: Pattern): readonly Segment[] {
  const segments: Part[][] = [[]];
  for (const part of pattern) {
    if (part === ANY) segments.push([]);
    else segments.at(-1)?.push(part);
  }
  return segments;
}

/** Index after the segment when it fits at `at`, else -1. */
function endOfFit(segment: Segment, value: string, at: number): number {
  for (const part of segment) {
    if (typeof part === "string") {
      if (!value.startsWith(part, at)) return -1;
      at += part.length;
    } else {
      if (at >= value.length) return -1;
      if (part === DASH && !DASHES.some((dash) => dash === value.charAt(at))) return -1;
      at += widthAt(value, at);
    }
  }
  return at;
}

/** One character is one code point: a surrogate pair counts once. */
function widthAt(value: string, at: number): number {
  return (value.codePointAt(at) ?? 0) > 0xffff ? 2 : 1;
}

function endOfFirstFit(segment: Segment, value: string, from: number): number {
  const head = segment[0];
  for (let at = from; at <= value.length; at++) {
    if (typeof head === "string") {
      at = value.indexOf(head, at);
      if (at < 0) return -1;
    }
    const end = endOfFit(segment, value, at);
    if (end >= 0) return end;
  }
  return -1;
}

function fitsAtEnd(segment: Segment, value: string, from: number): boolean {
  const least = segment.reduce((sum: number, part) => sum + (typeof part === "string" ? part.length : 1), 0);
  const slack = segment.filter((part) => typeof part !== "string").length;
  const latest = value.length - least;
  for (let at = latest; at >= Math.max(from, latest - slack); at--) {
    if (endOfFit(segment, value, at) === value.length) return true;
  }
  return false;
}
