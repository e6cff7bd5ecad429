import { isEndOfTar, longNameOf, paddedSize, readTarHeader, TAR_BLOCK_BYTES } from "./tar.ts";

export type TarEntry = { readonly name: string; readonly size: number; readonly bytes: AsyncIterable<Buffer> };

const MAX_NAME_BYTES = 64 * 1024;

/** What is told of entries that are no files: links, folders, devices. */
type OnSkipped = (name: string, kind: "link" | "other") => void;

/**
 * The files of a tar archive, one after another. An entry's bytes are to be read before the next entry; what is left of them is
 * skipped. Throws when the archive ends inside an entry or a header is broken.
 */
export async function* entriesOf(source: AsyncIterable<Buffer>, onSkipped?: OnSkipped): AsyncGenerator<TarEntry> {
  const tape = new Tape(source);
  let longName = "";
  for (;;) {
    const block = await tape.take(TAR_BLOCK_BYTES);
    if (block === undefined || isEndOfTar(block)) return;
    const header = readTarHeader(block);
    if (header === undefined) throw new Error("the archive has a broken header");
    const { name, size, kind } = header;
    if (kind === "longName" || kind === "pax") {
      if (size > MAX_NAME_BYTES) throw new Error("the archive has a name that is too long");
      const content = await tape.take(paddedSize(size));
      longName = content === undefined ? "" : longNameOf(kind, content.subarray(0, size)) || longName;
      continue;
    }
    const content = tape.part(size);
    if (kind === "file") yield { name: longName || name, size, bytes: content };
    else onSkipped?.(longName || name, kind);
    longName = "";
    for await (const _ of content);
    await tape.take(paddedSize(size) - size);
  }
}

/** Bytes in the order in which they come, taken by count. */
export class Tape {
  readonly #source: AsyncIterator<Buffer>;
  #held: Buffer = Buffer.alloc(0);

  constructor(source: AsyncIterable<Buffer>) {
    this.#source = source[Symbol.asyncIterator]();
  }

  /** Exactly so many bytes; undefined at the end of the source. */
  async take(count: number): Promise<Buffer | undefined> {
    while (this.#held.length < count) {
      const next = await this.#source.next();
      if (next.done === true) {
        if (this.#held.length === 0) return undefined;
        throw new Error("the archive is cut short");
      }
      this.#held = this.#held.length === 0 ? next.value : Buffer.concat([this.#held, next.value]);
    }
    const bytes = this.#held.subarray(0, count);
    this.#held = this.#held.subarray(count);
    return bytes;
  }

  /** The next so many bytes, as they come. Whoever asks again goes on where the last one stopped. */
  part(size: number): AsyncIterable<Buffer> & { left: number } {
    const part = { left: size, [Symbol.asyncIterator]: () => this.#read(part) };
    return part;
  }

  async *#read(part: { left: number }): AsyncGenerator<Buffer> {
    while (part.left > 0) {
      if (this.#held.length === 0) {
        const next = await this.#source.next();
        if (next.done === true) throw new Error("the archive is cut short");
        this.#held = next.value;
      }
      const bytes = this.#held.subarray(0, part.left);
      this.#held = this.#held.subarray(bytes.length);
      part.left -= bytes.length;
      yield bytes;
    }
  }
}
