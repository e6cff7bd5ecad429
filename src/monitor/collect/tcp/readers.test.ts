import { deflateSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { forwardEvent, splitEntry } from "../forward/event.ts";
import { pack, readValue } from "../forward/msgpack.ts";
import { readLumberjackFrame } from "../lumberjack/frame.ts";
import { readRelpFrame } from "../relp/frame.ts";
import { ByteReader } from "./byte-reader.ts";
import { ProtocolError, StreamCut } from "./protocol-error.ts";

const MAX_BYTES = 1_000;

type Read = (reader: ByteReader) => Promise<unknown>;
/** What a reader makes of a stream that comes in these pieces: frames until the end, or until an error of the sender's. */
async function story(pieces: readonly Buffer[], read: Read): Promise<string[]> {
  const reader = new ByteReader(
    (async function* () {
      yield* pieces;
    })(),
  );
  const told: string[] = [];
  try {
    while (!(await reader.isAtEnd())) told.push(JSON.stringify(await read(reader)));
    told.push("end");
  } catch (error) {
    if (!(error instanceof ProtocolError) && !(error instanceof StreamCut)) throw error;
    told.push(error.message);
  }
  return told;
}

function cut(bytes: Buffer, places: readonly number[]): Buffer[] {
  const at = [0, ...places.map((place) => place % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
  return at.slice(1).map((to, i) => Buffer.from(bytes.subarray(at[i], to)));
}

const u32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
};
const sized = (text: string): Buffer => Buffer.concat([u32(Buffer.byteLength(text)), Buffer.from(text)]);
const text = fc.string({ unit: "binary", maxLength: 30 }).map((one) => one.toWellFormed());
const number = fc.nat({ max: 2 ** 31 - 1 });

const relpFrame = fc
  .tuple(fc.nat({ max: 999_999_999 }), fc.constantFrom("open", "syslog", "close"), text)
  .map(([txnr, command, data]) =>
    Buffer.from(`${txnr} ${command} ${Buffer.byteLength(data)}${data === "" ? "" : ` ${data}`}\n`),
  );
const lumberjackFrame = fc.oneof(
  number.map((size) => Buffer.concat([Buffer.from("2W"), u32(size)])),
  fc.tuple(number, text).map(([seq, json]) => Buffer.concat([Buffer.from("2J"), u32(seq), sized(json)])),
  fc
    .tuple(number, fc.array(fc.tuple(text, text), { maxLength: 3 }))
    .map(([seq, pairs]) => Buffer.concat([Buffer.from("2D"), u32(seq), u32(pairs.length), ...pairs.flat().map(sized)])),
);
const { packed } = fc.letrec<{ packed: Buffer }>((tie) => ({
  packed: fc.oneof(
    { maxDepth: 3 },
    text.map((one) => pack(one)),
    fc
      .constantFrom("c0", "c2", "01", "ff", "cb7ff8000000000000", "cf00000000ffffffff", "d3ffffffffffffffff")
      .map((one) => Buffer.from(one, "hex")),
    fc.uint8Array({ minLength: 8, maxLength: 8 }).map((one) => Buffer.concat([Buffer.from("d700", "hex"), one])),
    fc.array(tie("packed"), { maxLength: 4 }).map((all) => Buffer.concat([Buffer.from([0x90 + all.length]), ...all])),
    fc
      .array(fc.tuple(tie("packed"), tie("packed")), { maxLength: 3 })
      .map((all) => Buffer.concat([Buffer.from([0x80 + all.length]), ...all.flat()])),
  ),
}));
const entry = fc.tuple(packed, packed).map((parts) => Buffer.concat([Buffer.from([0x92]), ...parts]));

const TAG = Buffer.from("app");
const readEntry: Read = async (reader) => {
  const value = await readValue(reader, MAX_BYTES);
  const parts = value && splitEntry(value);
  const event = parts && forwardEvent(parts, TAG);
  // What is stored as an event is an object that the parser can read.
  if (event?.ok) expect(JSON.parse(event.value.toString("utf8"))).toBeTypeOf("object");
  return event?.ok ? event.value.toString("latin1") : (event?.error ?? value?.length);
};

describe.each([
  ["RELP", relpFrame, (reader: ByteReader) => readRelpFrame(reader, MAX_BYTES)],
  ["Lumberjack", lumberjackFrame, (reader: ByteReader) => readLumberjackFrame(reader, MAX_BYTES)],
  ["Forward", entry, readEntry],
] as const)("A reader of %s", (_, frame, read) => {
  const streams = fc.array(frame, { minLength: 1, maxLength: 6 }).map((frames) => Buffer.concat(frames));
  const places = fc.array(fc.nat(), { maxLength: 8 });

  it("reads the same frames however the network cuts the stream", async () => {
    const property = fc.asyncProperty(streams, places, async (bytes, at) => {
      const whole = await story([bytes], read);
      expect(await story(cut(bytes, at), read)).toEqual(whole);
      expect(whole.at(-1)).toBe("end");
    });
    await fc.assert(property, { numRuns: 150 });
  });

  it("ends any other stream with an error that is the sender's, and the same one", async () => {
    const change = fc.tuple(fc.nat(), fc.nat({ max: 255 }));
    const property = fc.asyncProperty(
      streams,
      fc.array(change, { maxLength: 4 }),
      places,
      async (sound, changes, at) => {
        const bytes = Buffer.from(sound);
        for (const [place, byte] of changes) bytes[place % bytes.length] = byte;
        expect(await story(cut(bytes, at), read)).toEqual(await story([bytes], read));
      },
    );
    await fc.assert(property, { numRuns: 400 });
    const noise = fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), places, async (bytes, at) => {
      await story(cut(Buffer.from(bytes), at), read);
      await story([deflateSync(bytes)], read);
    });
    await fc.assert(noise, { numRuns: 300 });
  });
});
