import { larger, NONE } from "./entries.ts";

const FIRST_CAPACITY = 64;

/**
 * The groups of a correlation by key, least recently touched first. About 50 bytes a group beside its key: numbers stand in typed
 * arrays, and a number freed by one group serves the next.
 */
export class Groups {
  /** Oldest entry kept, oldest in the window, newest. */
  head = new Int32Array(FIRST_CAPACITY);
  left = new Int32Array(FIRST_CAPACITY);
  tail = new Int32Array(FIRST_CAPACITY);
  /** Entries kept, and entries in the window. */
  kept = new Int32Array(FIRST_CAPACITY);
  inWindow = new Int32Array(FIRST_CAPACITY);
  /** Event time of the last firing in time order; -Infinity before the first. */
  firedMs = new Float64Array(FIRST_CAPACITY);
  /** When we received the newest event. */
  touchedMs = new Float64Array(FIRST_CAPACITY);
  readonly keys: string[] = [];
  scope = new Int32Array(FIRST_CAPACITY);
  #older = new Int32Array(FIRST_CAPACITY);
  #newer = new Int32Array(FIRST_CAPACITY);
  #capacity = FIRST_CAPACITY;
  #oldest = NONE;
  #newest = NONE;
  /** By scope, then by key: keys stay what the events carry, whose hashes are known. */
  readonly #byKey: Map<string, number>[] = [];
  #size = 0;
  readonly #free: number[] = [];

  get size(): number {
    return this.#size;
  }
  /** The least recently touched group, or NONE. */
  get oldest(): number {
    return this.#oldest;
  }

  find(scope: number, key: string): number {
    return this.#byKey[scope]?.get(key) ?? NONE;
  }

  add(scope: number, key: string): number {
    const group = this.#free.pop() ?? this.keys.length;
    if (group === this.#capacity) this.#grow();
    this.keys[group] = key;
    this.scope[group] = scope;
    this.#size++;
    this.#keysOf(scope).set(key, group);
    this.head[group] = NONE;
    this.left[group] = NONE;
    this.tail[group] = NONE;
    this.kept[group] = 0;
    this.inWindow[group] = 0;
    this.firedMs[group] = Number.NEGATIVE_INFINITY;
    this.#append(group);
    return group;
  }

  #keysOf(scope: number): Map<string, number> {
    const known = this.#byKey[scope];
    if (known) return known;
    const keys = new Map<string, number>();
    this.#byKey[scope] = keys;
    return keys;
  }

  touch(group: number, atMs: number): void {
    this.touchedMs[group] = atMs;
    if (group === this.#newest) return;
    this.#detach(group);
    this.#append(group);
  }

  drop(group: number): void {
    this.#detach(group);
    this.#size--;
    this.#byKey[this.scope[group] ?? 0]?.delete(this.keys[group] ?? "");
    this.keys[group] = "";
    this.#free.push(group);
  }

  /** Least recently touched first. */
  *all(): Generator<number> {
    for (let group = this.#oldest; group !== NONE; group = this.#newer[group] ?? NONE) yield group;
  }

  #append(group: number): void {
    this.#older[group] = this.#newest;
    this.#newer[group] = NONE;
    if (this.#newest === NONE) this.#oldest = group;
    else this.#newer[this.#newest] = group;
    this.#newest = group;
  }

  #detach(group: number): void {
    const [older, newer] = [this.#older[group] ?? NONE, this.#newer[group] ?? NONE];
    if (older === NONE) this.#oldest = newer;
    else this.#newer[older] = newer;
    if (newer === NONE) this.#newest = older;
    else this.#older[newer] = older;
  }

  #grow(): void {
    const size = Math.ceil(this.#capacity * 1.5);
    this.#capacity = size;
    for (const name of ["head", "left", "tail", "kept", "inWindow", "scope"] as const)
      this[name] = larger(this[name], new Int32Array(size));
    for (const name of ["firedMs", "touchedMs"] as const) this[name] = larger(this[name], new Float64Array(size));
    this.#older = larger(this.#older, new Int32Array(size));
    this.#newer = larger(this.#newer, new Int32Array(size));
  }
}
