/** A stream's first bytes, and all of it. Whoever does not read `bytes` to their end gives them to `letGo`. */
export type Opened = { readonly head: Buffer; readonly bytes: AsyncIterable<Buffer> };

/** Reads so many bytes, fewer at a stream's end, as tell what it is, and gives them back with the rest. */
export async function peek(source: AsyncIterable<Buffer>, headBytes: number): Promise<Opened> {
  const iterator = source[Symbol.asyncIterator]();
  const first: Buffer[] = [];
  for (let bytes = 0; bytes < headBytes; ) {
    const next = await iterator.next();
    if (next.done === true) break;
    first.push(next.value);
    bytes += next.value.length;
  }
  return { head: Buffer.concat(first), bytes: resumed(first, iterator) };
}

/** Ends a stream that nobody reads on, and what stands behind it: a file, an inflater. */
export async function letGo(bytes: AsyncIterable<Buffer>): Promise<void> {
  await bytes[Symbol.asyncIterator]().return?.();
}

/** No generator: one that never ran does nothing when it is told to end, and would leave its source open. */
const resumed = (first: Buffer[], rest: AsyncIterator<Buffer>): AsyncIterableIterator<Buffer> => ({
  [Symbol.asyncIterator]() {
    return this;
  },
  async next() {
    const value = first.shift();
    return value === undefined ? await rest.next() : { done: false, value };
  },
  async return() {
    first.length = 0;
    await rest.return?.();
    return { done: true, value: undefined };
  },
});

/** What bytes are packed in, told by their first four: RFC 1952 and RFC 8878. */
export function packingOf(head: Uint8Array): "gzip" | "zstd" | undefined {
  if (head[0] === 0x1f && head[1] === 0x8b) return "gzip";
  if (head[0] === 0x28 && head[1] === 0xb5 && head[2] === 0x2f && head[3] === 0xfd) return "zstd";
  return undefined;
}
