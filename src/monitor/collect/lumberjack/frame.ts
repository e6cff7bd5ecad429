import { JsonWriter } from "../json-writer.ts";
import type { ByteReader } from "../tcp/byte-reader.ts";
import { ProtocolError } from "../tcp/protocol-error.ts";

/** As its frames say it. Logstash's output mixes both; Beats speak 2. */
export type LumberjackVersion = "1" | "2";

/** Every frame is its version, a letter for its kind, then what the kind says; numbers are u32, big-endian. */
export type LumberjackFrame =
  | { readonly kind: "window"; readonly version: LumberjackVersion; readonly size: number }
  /** `event` undefined: larger than `maxEventBytes`, thrown away. */
  | { readonly kind: "event"; readonly seq: number; readonly event: Buffer | undefined }
  | { readonly kind: "compressed"; readonly size: number };

const MAX_PAIRS = 10_000;
const writer = new JsonWriter();

/** The next frame; the bytes of a compressed one are left to the caller. Errors: `ProtocolError`, `StreamCut`. */
export async function readLumberjackFrame(reader: ByteReader, maxEventBytes: number): Promise<LumberjackFrame> {
  const [version, letter] = (await reader.exactly(2)).toString("latin1");
  if (version !== "1" && version !== "2") throw new ProtocolError("This is no Lumberjack frame.");
  switch (letter) {
    case "W":
      return { kind: "window", version, size: await u32(reader) };
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

/** Names and values as a JSON object; undefined when it is too large. All stay with the reader, who pays for them, till the end. */
async function readPairs(reader: ByteReader, maxBytes: number): Promise<Buffer | undefined> {
  const count = await u32(reader);
  if (count > MAX_PAIRS) throw new ProtocolError(`A Lumberjack event of ${count} fields.`);
  const sizes: number[] = [];
  let at = 0;
  let isDropped = false;
  for (let i = 0; i < 2 * count; i += 1) {
    const size = (await reader.peek(at + 4)).readUInt32BE(at);
    sizes.push(size);
    at += 4 + size;
    isDropped ||= at > maxBytes;
    if (!isDropped) continue;
    await reader.skip(at);
    at = 0;
  }
  if (isDropped) return undefined;
  const object = objectOf(await reader.exactly(at), sizes);
  return object.length > maxBytes ? undefined : object;
}

function objectOf(bytes: Buffer, sizes: readonly number[]): Buffer {
  let at = 0;
  writer.ascii("{");
  for (const [i, size] of sizes.entries()) {
    if (i > 0) writer.ascii(i % 2 === 0 ? "," : ":");
    writer.string(bytes.subarray(at + 4, at + 4 + size));
    at += 4 + size;
  }
  writer.ascii("}");
  return writer.take();
}

const u32 = async (reader: ByteReader): Promise<number> => (await reader.exactly(4)).readUInt32BE(0);

export function lumberjackAck(version: LumberjackVersion, seq: number): Buffer {
  const frame = Buffer.from(`${version}A\0\0\0\0`, "latin1");
  frame.writeUInt32BE(seq, 2);
  return frame;
}
