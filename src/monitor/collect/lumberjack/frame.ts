import { JsonWriter } from "../json-writer.ts";
import type { ByteReader } from "../tcp/byte-reader.ts";
import { ProtocolError } from "../tcp/protocol-error.ts";

/** Lumberjack 2: every frame is `2`, a letter for its kind, then what the kind says; numbers are u32, big-endian. */
export type LumberjackFrame =
  | { readonly kind: "window"; readonly size: number }
  /** `event` undefined: larger than `maxEventBytes`, thrown away. */
  | { readonly kind: "event"; readonly seq: number; readonly event: Buffer | undefined }
  | { readonly kind: "compressed"; readonly size: number };

const VERSION = 0x32;
const MAX_PAIRS = 10_000;
const writer = new JsonWriter();

/** The next frame; the bytes of a compressed one are left to the caller. Errors: `ProtocolError`, `StreamCut`. */
export async function readLumberjackFrame(reader: ByteReader, maxEventBytes: number): Promise<LumberjackFrame> {
  const head = await reader.exactly(2);
  if (head[0] !== VERSION) throw new ProtocolError("This is no Lumberjack 2 frame.");
  switch (head.toString("latin1", 1)) {
    case "W":
      return { kind: "window", size: await u32(reader) };
    case "C":
      return { kind: "compressed", size: await u32(reader) };
    case "J": {
      const seq = await u32(reader);
      const size = await u32(reader);
      if (size <= maxEventBytes) return { kind: "event", seq, event: await reader.exactly(size) };
      await reader.skip(size);
      return { kind: "event", seq, event: undefined };
    }
    case "D":
      return { kind: "event", seq: await u32(reader), event: await readPairs(reader, maxEventBytes) };
    default:
      throw new ProtocolError("A Lumberjack frame of unknown kind.");
  }
}

/** Names and values as a JSON object. */
async function readPairs(reader: ByteReader, maxBytes: number): Promise<Buffer> {
  const count = await u32(reader);
  if (count > MAX_PAIRS) throw new ProtocolError(`A Lumberjack event of ${count} fields.`);
  const texts: Buffer[] = [];
  for (let left = maxBytes, i = 0; i < 2 * count; i += 1) {
    const size = await u32(reader);
    left -= size;
    if (left < 0) throw new ProtocolError("A Lumberjack event is larger than what is taken.");
    texts.push(Buffer.from(await reader.exactly(size)));
  }
  texts.forEach((text, i) => {
    writer.ascii(i === 0 ? "{" : i % 2 === 0 ? "," : ":");
    writer.string(text);
  });
  writer.ascii(count === 0 ? "{}" : "}");
  return writer.take();
}

const u32 = async (reader: ByteReader): Promise<number> => (await reader.exactly(4)).readUInt32BE(0);

export function lumberjackAck(seq: number): Buffer {
  const frame = Buffer.from([VERSION, 0x41, 0, 0, 0, 0]);
  frame.writeUInt32BE(seq, 2);
  return frame;
}
