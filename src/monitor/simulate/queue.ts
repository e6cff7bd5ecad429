/** The earliest first; among equals, the one put in first. A binary heap. */
export class TimeQueue<T extends { readonly atMs: number }> {
  readonly #heap: { readonly item: T; readonly order: number }[] = [];
  #order = 0;

  get nextAtMs(): number {
    return this.#heap[0]?.item.atMs ?? Number.POSITIVE_INFINITY;
  }

  put(item: T): void {
    this.#heap.push({ item, order: this.#order });
    this.#order += 1;
    let at = this.#heap.length - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!this.#isBefore(at, parent)) return;
      this.#swap(at, parent);
      at = parent;
    }
  }

  take(): T | undefined {
    const first = this.#heap[0];
    const last = this.#heap.pop();
    if (first === undefined || last === undefined) return undefined;
    if (this.#heap.length > 0) this.#heap[0] = last;
    this.#sink();
    return first.item;
  }

  #sink(): void {
    for (let at = 0; ; ) {
      const left = at * 2 + 1;
      let least = at;
      if (this.#isBefore(left, least)) least = left;
      if (this.#isBefore(left + 1, least)) least = left + 1;
      if (least === at) return;
      this.#swap(at, least);
      at = least;
    }
  }

  #isBefore(a: number, b: number): boolean {
    const [one, two] = [this.#heap[a], this.#heap[b]];
    if (one === undefined || two === undefined) return false;
    return one.item.atMs < two.item.atMs || (one.item.atMs === two.item.atMs && one.order < two.order);
  }

  #swap(a: number, b: number): void {
    const [one, two] = [this.#heap[a], this.#heap[b]];
    if (one === undefined || two === undefined) return;
    this.#heap[a] = two;
    this.#heap[b] = one;
  }
}
