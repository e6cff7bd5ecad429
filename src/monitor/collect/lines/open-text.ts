import { type Encoding, sniffUtf16 } from "../../../kernel/encoding/index.ts";
import { peek } from "../../../kernel/peek.ts";

/** Enough to see zero bytes beside the ASCII characters of UTF-16. */
const HEAD_BYTES = 256;

export type OpenedText = { readonly bytes: AsyncIterable<Buffer>; readonly encoding: Encoding | undefined };

/**
 * Finds a stream's encoding before it is cut into events. Its own byte order mark counts most, then what is pinned, then the
 * look of UTF-16. Undefined = UTF-8 or anything in which a line end is one byte: each line is then looked at by itself.
 */
export async function openText(
  source: AsyncIterable<Buffer>,
  pinned: () => Promise<Encoding | "auto" | undefined>,
): Promise<OpenedText> {
  const { head, bytes } = await peek(source, HEAD_BYTES);
  return { bytes, encoding: await encodingOfHead(head, pinned) };
}

async function encodingOfHead(
  head: Buffer,
  pinned: () => Promise<Encoding | "auto" | undefined>,
): Promise<Encoding | undefined> {
  const seen = sniffUtf16(head);
  if (seen !== undefined && hasMark(head)) return seen;
  const told = await pinned();
  return told === undefined || told === "auto" ? seen : told;
}

const hasMark = ([first, second]: Buffer): boolean =>
  (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff);
