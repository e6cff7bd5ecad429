type Node = {
  readonly value: number;
  readonly priority: number;
  /** How often the value occurs, and how many values are below this node, its own included. */
  count: number;
  size: number;
  left: Node | undefined;
  right: Node | undefined;
};

/** Numbers in order: insert, remove and "which is the k-th" in O(log n) expected. A treap (Seidel and Aragon, 1996). */
export class OrderedValues {
  #root: Node | undefined;
  #seed = 0x9e3779b9;

  get size(): number {
    return this.#root?.size ?? 0;
  }

  add(value: number): void {
    if (this.#count(value, 1)) return;
    this.#count(value, -1);
    const [less, more] = split(this.#root, value);
    const node = { value, priority: this.#random(), count: 1, size: 1, left: undefined, right: undefined };
    this.#root = merge(merge(less, node), more);
  }

  /** One of the values that were added. */
  remove(value: number): void {
    if (this.#count(value, -1)?.count === 0) this.#root = withoutEmpty(this.#root, value);
  }

  /** The value at percentile 0–100, interpolated between neighbors; NaN of nothing. Source: Hyndman and Fan 1996, definition 7. */
  percentile(percentile: number): number {
    if (this.size === 0) return Number.NaN;
    const place = ((this.size - 1) * percentile) / 100;
    const low = Math.floor(place);
    const one = this.#at(low);
    const rest = place - low;
    return rest === 0 ? one : one + (this.#at(low + 1) - one) * rest;
  }

  /** Changes the count of a value, and all sizes on the way to it; undefined when it is not there, which calls for the way back. */
  #count(value: number, by: 1 | -1): Node | undefined {
    for (let node = this.#root; node; node = value < node.value ? node.left : node.right) {
      node.size += by;
      if (node.value !== value) continue;
      node.count += by;
      return node;
    }
    return undefined;
  }

  #at(place: number): number {
    let left = place;
    for (let node = this.#root; node; ) {
      const before = node.left?.size ?? 0;
      if (left < before) node = node.left;
      else if (left < before + node.count) return node.value;
      else {
        left -= before + node.count;
        node = node.right;
      }
    }
    return Number.NaN;
  }

  /** xorshift32: the same values in the same order make the same tree. */
  #random(): number {
    let x = this.#seed;
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    this.#seed = x;
    return x >>> 0;
  }
}

const measure = (node: Node): Node => {
  node.size = node.count + (node.left?.size ?? 0) + (node.right?.size ?? 0);
  return node;
};

function split(node: Node | undefined, value: number): [Node | undefined, Node | undefined] {
  if (!node) return [undefined, undefined];
  if (node.value < value) {
    const [less, more] = split(node.right, value);
    node.right = less;
    return [measure(node), more];
  }
  const [less, more] = split(node.left, value);
  node.left = more;
  return [less, measure(node)];
}

function merge(less: Node | undefined, more: Node | undefined): Node | undefined {
  if (!less || !more) return less ?? more;
  if (less.priority > more.priority) {
    less.right = merge(less.right, more);
    return measure(less);
  }
  more.left = merge(less, more.left);
  return measure(more);
}

/** Takes out the node of a value whose count has fallen to nothing. */
function withoutEmpty(node: Node | undefined, value: number): Node | undefined {
  if (!node) return undefined;
  if (node.value === value) return merge(node.left, node.right);
  if (value < node.value) node.left = withoutEmpty(node.left, value);
  else node.right = withoutEmpty(node.right, value);
  return node;
}
