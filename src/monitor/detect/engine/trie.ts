import { ASCII, FOLDED } from "./fold.ts";
import type { NumberSet } from "./number-set.ts";

/**
 * A compact trie over texts. Nodes are numbered breadth first, so the children of a node are neighbors and a node is three
 * numbers in typed arrays: a hundred thousand nodes take one megabyte and stay in the processor's cache.
 */
export type Trie = {
  /** Children of node n are `childStart[n]` up to, not including, `childStart[n + 1]`. */
  readonly childStart: Int32Array;
  /** The character code on the edge into a node. */
  readonly label: Uint16Array;
  /** Number of the text that ends in a node, or -1. */
  readonly textAt: Int32Array;
  /** How many nodes lie at each depth; depth 0 is the root, node 0. */
  readonly widths: readonly number[];
};

/** A text to look for and the number it is known by. */
export type NumberedText = { readonly text: string; readonly number: number };

/** Builds the trie of distinct texts. */
export function buildTrie(texts: readonly NumberedText[]): Trie {
  const order = [...texts].sort((a, b) => compareUnits(a.text, b.text));
  const sorted = order.map(({ text }) => text);
  const nodes = new Nodes(sorted.reduce((sum, text) => sum + text.length, 1));
  const widths: number[] = [];
  nodes.add(0, 0, sorted.length);
  for (let node = 0, depth = 0, levelEnd = 1; node < nodes.count; node++) {
    if (node === levelEnd) {
      levelEnd = nodes.count;
      depth++;
    }
    widths[depth] = (widths[depth] ?? 0) + 1;
    nodes.expand(node, depth, sorted);
  }
  return nodes.finish(order, widths);
}

/** Order by UTF-16 units, which is the order that `charCodeAt` sees. */
const compareUnits = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

class Nodes {
  count = 0;
  readonly from: Int32Array;
  readonly to: Int32Array;
  readonly label: Uint16Array;
  readonly childStart: Int32Array;
  readonly textAt: Int32Array;

  constructor(most: number) {
    this.from = new Int32Array(most);
    this.to = new Int32Array(most);
    this.label = new Uint16Array(most);
    this.childStart = new Int32Array(most + 1);
    this.textAt = new Int32Array(most).fill(-1);
  }

  /** A node stands for the sorted texts `from`..`to` that share its path. */
  add(code: number, from: number, to: number): void {
    const node = this.count++;
    this.label[node] = code;
    this.from[node] = from;
    this.to[node] = to;
  }

  expand(node: number, depth: number, sorted: readonly string[]): void {
    this.childStart[node] = this.count;
    let at = this.from[node] ?? 0;
    const to = this.to[node] ?? 0;
    for (; at < to && sorted[at]?.length === depth; at++) this.textAt[node] = at;
    while (at < to) {
      const code = sorted[at]?.charCodeAt(depth) ?? 0;
      const from = at;
      while (at < to && sorted[at]?.charCodeAt(depth) === code) at++;
      this.add(code, from, at);
    }
    this.childStart[node + 1] = this.count;
  }

  finish(order: readonly NumberedText[], widths: readonly number[]): Trie {
    const textAt = this.textAt.slice(0, this.count).map((at) => (at < 0 ? -1 : (order[at]?.number ?? -1)));
    return {
      childStart: this.childStart.slice(0, this.count + 1),
      label: this.label.slice(0, this.count),
      textAt,
      widths,
    };
  }
}

/** The child of a node along a character code, or -1. Children are sorted: few are tried in turn, many are halved. */
export function childOf(trie: Trie, node: number, code: number): number {
  let low = trie.childStart[node] ?? 0;
  let high = trie.childStart[node + 1] ?? 0;
  while (high - low > 6) {
    const middle = (low + high) >> 1;
    if ((trie.label[middle] ?? 0) <= code) low = middle;
    else high = middle;
  }
  for (; low < high; low++) if (trie.label[low] === code) return low;
  return -1;
}

/**
 * Adds every text that the value starts with, ignoring case. False when it met a character beyond ASCII in a value that is not
 * lower-cased yet: the caller then asks again with the lower-cased value.
 */
export function scanStart(trie: Trie, value: string, isLowered: boolean, found: NumberSet): boolean {
  let node = 0;
  for (let i = 0; node >= 0; i++) {
    const text = trie.textAt[node] ?? -1;
    if (text >= 0) found.add(text);
    if (i === value.length) return true;
    const code = value.charCodeAt(i);
    if (code >= ASCII && !isLowered) return false;
    node = childOf(trie, node, FOLDED[code] ?? code);
  }
  return true;
}

/** The same for what the value ends with, from a trie of reversed texts. */
export function scanEnd(trie: Trie, value: string, isLowered: boolean, found: NumberSet): boolean {
  let node = 0;
  for (let i = value.length - 1; node >= 0; i--) {
    const text = trie.textAt[node] ?? -1;
    if (text >= 0) found.add(text);
    if (i < 0) return true;
    const code = value.charCodeAt(i);
    if (code >= ASCII && !isLowered) return false;
    node = childOf(trie, node, FOLDED[code] ?? code);
  }
  return true;
}

/** UTF-16 units in reverse: the counterpart of `scanEnd`. */
export const reversed = (text: string): string => text.split("").reverse().join("");
