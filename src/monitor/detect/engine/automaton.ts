import { ASCII, FOLDED } from "./fold.ts";
import type { NumberSet } from "./number-set.ts";
import { buildTrie, type NumberedText, type Trie } from "./trie.ts";

/** Rows of the shallow, busy nodes are complete tables; together they stay within this many cells (256 KB). */
const MAX_CELLS = 65_536;

/**
 * Aho–Corasick: finds every one of many texts inside a value in one pass. The nodes nearest the root, where a search spends
 * nearly all its time, have a table row each; deeper ones keep their few edges and a failure link, which keeps memory small.
 * Source: Aho & Corasick 1975.
 */
export class Automaton {
  readonly #trie: Trie;
  /** The node of the longest proper suffix that is itself in the trie. */
  readonly #fail: Int32Array;
  /** The nearest node along failure links, itself included, that ends a text; 0 when there is none. */
  readonly #output: Int32Array;
  /** Characters that occur in the texts are numbered from 1; all others are 0 and lead back to the root. */
  readonly #classOf: Uint16Array;
  readonly #otherClasses = new Map<number, number>();
  #classCount = 1;
  /** Nodes below this number have a row in `#rows`: the next node for each class. */
  readonly #rowNodes: number;
  readonly #rows: Int32Array;

  /** texts: distinct, lower-cased and not empty. */
  constructor(texts: readonly NumberedText[]) {
    this.#trie = buildTrie(texts);
    this.#classOf = new Uint16Array(ASCII);
    this.#numberClasses();
    const count = this.#trie.label.length;
    this.#fail = new Int32Array(count);
    this.#output = new Int32Array(count);
    this.#rowNodes = this.#countShallow();
    this.#rows = new Int32Array(this.#rowNodes * this.#classCount);
    for (let node = 0; node < count; node++) this.#link(node);
  }

  /**
   * Adds the number of each text that occurs in the value, ignoring case. False when it met a character beyond ASCII in a value
   * that is not lower-cased yet: the caller then asks again with the lower-cased value.
   */
  scan(value: string, isLowered: boolean, found: NumberSet): boolean {
    const rows = this.#rows;
    const classOf = this.#classOf;
    const classCount = this.#classCount;
    const rowNodes = this.#rowNodes;
    const output = this.#output;
    let node = 0;
    for (let i = 0; i < value.length; i++) {
      const code = value.charCodeAt(i);
      if (code >= ASCII && !isLowered) return false;
      const kind = code < ASCII ? (classOf[code] ?? 0) : this.#kindOf(code);
      if (kind === 0) node = 0;
      else if (node < rowNodes) node = rows[node * classCount + kind] ?? 0;
      else node = this.#step(node, FOLDED[code] ?? code, kind);
      if (output[node] !== 0) this.#report(output[node] ?? 0, found);
    }
    return true;
  }

  #step(from: number, code: number, kind: number): number {
    const { childStart, label } = this.#trie;
    let node = from;
    while (node >= this.#rowNodes) {
      const end = childStart[node + 1] ?? 0;
      for (let child = childStart[node] ?? 0; child < end; child++) if (label[child] === code) return child;
      node = this.#fail[node] ?? 0;
    }
    return this.#rows[node * this.#classCount + kind] ?? 0;
  }

  #report(from: number, found: NumberSet): void {
    for (let node = from; node !== 0; node = this.#output[this.#fail[node] ?? 0] ?? 0) {
      found.add(this.#trie.textAt[node] ?? 0);
    }
  }

  #kindOf(code: number): number {
    return code < ASCII ? (this.#classOf[code] ?? 0) : (this.#otherClasses.get(code) ?? 0);
  }

  #numberClasses(): void {
    for (let node = 1; node < this.#trie.label.length; node++) {
      const code = this.#trie.label[node] ?? 0;
      if (this.#kindOf(code) !== 0) continue;
      const kind = this.#classCount++;
      if (code < ASCII) {
        this.#classOf[code] = kind;
        this.#classOf[String.fromCharCode(code).toUpperCase().charCodeAt(0)] = kind;
      } else this.#otherClasses.set(code, kind);
    }
  }

  /** Whole levels from the root down, as many as fit; the root always does. */
  #countShallow(): number {
    let nodes = 1;
    for (const width of this.#trie.widths.slice(1)) {
      if ((nodes + width) * this.#classCount > MAX_CELLS) break;
      nodes += width;
    }
    return nodes;
  }

  /** Breadth first: what a node needs of shallower nodes is already there. Links its children and fills its row. */
  #link(node: number): void {
    const { childStart, label, textAt } = this.#trie;
    const fail = this.#fail[node] ?? 0;
    this.#output[node] = node !== 0 && (textAt[node] ?? -1) >= 0 ? node : node === 0 ? 0 : (this.#output[fail] ?? 0);
    const row = node < this.#rowNodes ? node * this.#classCount : -1;
    if (row > 0) this.#rows.copyWithin(row, fail * this.#classCount, (fail + 1) * this.#classCount);
    for (let child = childStart[node] ?? 0; child < (childStart[node + 1] ?? 0); child++) {
      const code = label[child] ?? 0;
      const kind = this.#kindOf(code);
      this.#fail[child] = node === 0 ? 0 : this.#step(fail, code, kind);
      if (row >= 0) this.#rows[row + kind] = child;
    }
  }
}
