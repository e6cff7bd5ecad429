import { describe, expect, it, test } from "vitest";
import { letGo, packingOf, peek } from "./peek.ts";

/** Pieces of a stream that says how many of them were read and whether it was ended. */
function streamOf(pieces: readonly string[]) {
  const seen = { read: 0, hasEnded: false };
  async function* stream(): AsyncGenerator<Buffer> {
    try {
      for (const piece of pieces) {
        seen.read += 1;
        yield Buffer.from(piece);
      }
    } finally {
      seen.hasEnded = true;
    }
  }
  return { seen, stream: stream() };
}

const textOf = async (bytes: AsyncIterable<Buffer>): Promise<string> => {
  let text = "";
  for await (const piece of bytes) text += piece;
  return text;
};

describe("A stream that was peeked into", () => {
  it("gives all of it, and its first bytes were read alone", async () => {
    const { seen, stream } = streamOf(["ab", "cd", "ef"]);
    const { head, bytes } = await peek(stream, 3);
    expect([String(head), seen.read]).toEqual(["abcd", 2]);
    expect(await textOf(bytes)).toBe("abcdef");
  });

  it("may be shorter than its head", async () => {
    const { head, bytes } = await peek(streamOf(["a"]).stream, 3);
    expect([String(head), await textOf(bytes)]).toEqual(["a", "a"]);
  });

  it("is ended with its source when nobody reads it on, however often it was wrapped", async () => {
    const { seen, stream } = streamOf(["ab", "cd", "ef"]);
    await letGo((await peek((await peek(stream, 1)).bytes, 1)).bytes);
    expect(seen).toEqual({ read: 1, hasEnded: true });
  });
});

test.each([
  ["1f8b0800", "gzip"],
  ["28b52ffd00", "zstd"],
  ["28b52f", undefined],
  ["", undefined],
])("What begins with %s is packed in %s", (hex, packing) => {
  expect(packingOf(Buffer.from(hex, "hex"))).toBe(packing);
});
