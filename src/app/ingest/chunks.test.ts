import { Readable } from "node:stream";
import { gzipSync, zstdCompressSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { decodeText } from "../../kernel/encoding/index.ts";
import { type Chunk, chunksOf, type Rejected } from "./chunks.ts";
import { kindOf, openContent } from "./decode.ts";
import { sizeText } from "./progress.ts";

const streamOf = (...pieces: (string | Buffer)[]): AsyncIterable<Buffer> =>
  Readable.from(pieces.map((piece) => Buffer.from(piece)));

async function cut(text: string, kind: "lines" | "ndjson" | "json", chunkBytes = 1_000_000) {
  const rejected: Rejected[] = [];
  const chunks: Chunk[] = [];
  const options = { kind, chunkBytes, maxEventBytes: 100, onRejected: (one: Rejected) => void rejected.push(one) };
  for await (const chunk of chunksOf(streamOf(text), options)) chunks.push(chunk);
  return { chunks, rejected, bodies: chunks.map(({ body }) => body.toString()) };
}

describe("What a file holds", () => {
  test.each([
    ["<13>Oct 11 22:14:15 web-01 sshd: x", "lines"],
    ["[Wed Oct 11 14:32:52 2000] [error] [client 127.0.0.1] denied", "lines"],
    ["[2026-01-02 03:04:05] started", "lines"],
    ['{"a":1}\n{"b":2}\n', "ndjson"],
    ['{"a":1}', "ndjson"],
    ['{"a":\n{"b":2}\n', "ndjson"],
    ['{\n  "a": 1\n}\n{\n  "b": 2\n}', "json"],
    ['[{"a":1},{"b":2}]', "json"],
    ['\uFEFF [\n  {\n "a": 1 } ]', "json"],
    ["", "lines"],
  ] as const)("%j is read as %s", (head, kind) => {
    expect(kindOf(Buffer.from(head))).toBe(kind);
  });

  const utf16 = Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from('{"名前":"太郎"}\n', "utf16le")]);
  test.each([
    ["plain", Buffer.from('{"a":1}\n'), '{"a":1}\n'],
    ["gzip", gzipSync('{"a":1}\n'), '{"a":1}\n'],
    ["zstd", zstdCompressSync(Buffer.from('{"a":1}\n')), '{"a":1}\n'],
    ["UTF-16, as Windows exports", utf16, '{"名前":"太郎"}\n'],
    ["UTF-16 in gzip", gzipSync(utf16), '{"名前":"太郎"}\n'],
  ])("is unpacked by its first bytes, not by its name: %s", async (_, bytes, text) => {
    const content = await openContent(streamOf(bytes.subarray(0, 3), bytes.subarray(3)));
    if ("problem" in content) throw new Error(content.problem);
    expect(content.kind).toBe("ndjson");
    const chunks: Buffer[] = [];
    for await (const chunk of content.bytes) chunks.push(chunk);
    expect(decodeText(Buffer.concat(chunks), content.encoding).text).toBe(text);
  });

  test.each([
    ["a ZIP archive", "PK\u0003\u0004rest", "unpack"],
    ["a tar archive", `${"n".repeat(257)}ustar`, "unpack"],
  ])("is refused with advice when it is %s", async (_, head, advice) => {
    const content = await openContent(streamOf(head));
    expect("problem" in content && content.problem).toContain(advice);
  });
});

describe("A file in chunks", () => {
  it("has whole events in each, in order, and knows the file's lines", async () => {
    const { chunks, bodies } = await cut("one\n\ntwo\nthree\n\n\nfour", "lines", 8);
    expect(bodies).toEqual(["one\ntwo\n", "three\nfour\n"]);
    expect(chunks.map((chunk) => [chunk.events, chunk.lineInFile(1), chunk.lineInFile(2)])).toEqual([
      [2, 1, 3],
      [2, 4, 7],
    ]);
  });

  it("keeps pretty-printed objects byte for byte, and knows their lines", async () => {
    const { chunks, bodies } = await cut('[\n  {\n "a": 1\n},\n\n  {"b":2}\n]', "json");
    expect(bodies).toEqual(['{\n "a": 1\n}\n{"b":2}\n']);
    expect([1, 2, 3, 4].map((line) => chunks[0]?.lineInFile(line))).toEqual([2, 3, 4, 6]);
    expect(chunks[0]?.contentType).toBe("application/json");
  });

  it("leaves out what is too large or no object, and says where", async () => {
    const { bodies, rejected } = await cut(`[{"a":1}, 5,\n{"b":"${"x".repeat(200)}"},{"c":3}]`, "json");
    expect(bodies).toEqual(['{"a":1}\n{"c":3}\n']);
    expect(rejected).toEqual([
      { line: 1, reason: "not_an_object" },
      { line: 2, reason: "too_large" },
    ]);
  });

  it("sends what came before a file breaks off, then says so", async () => {
    async function* broken(): AsyncGenerator<Buffer> {
      yield Buffer.from("one\ntwo\nthr");
      throw new Error("unexpected end of file");
    }
    const bodies: string[] = [];
    const options = { kind: "lines", chunkBytes: 1_000, maxEventBytes: 100, onRejected: () => {} } as const;
    const reading = async () => {
      for await (const chunk of chunksOf(broken(), options)) bodies.push(chunk.body.toString());
    };
    await expect(reading()).rejects.toThrow("unexpected end of file");
    expect(bodies).toEqual(["one\ntwo\n"]);
  });

  it("loses and adds no event, whatever the size of the chunks", async () => {
    const line = fc.string({ unit: fc.constantFrom("a", "é", "\r", "\0", " "), minLength: 1, maxLength: 20 });
    await fc.assert(
      fc.asyncProperty(
        fc.array(line, { maxLength: 30 }),
        fc.integer({ min: 1, max: 60 }),
        async (lines, chunkBytes) => {
          const { bodies } = await cut(lines.map((text) => `x${text}\r\n`).join(""), "lines", chunkBytes);
          const back = bodies.join("").split("\n").slice(0, -1);
          expect(back.map((text) => (text.endsWith("\r") ? text.slice(0, -1) : text))).toEqual(
            lines.map((text) => `x${text}`),
          );
        },
      ),
    );
  });
});

test.each([
  [0, "0 B"],
  [1_536, "1.5 KiB"],
  [3 * 1024 ** 3, "3.0 GiB"],
])("%d bytes are shown as %s", (bytes, text) => {
  expect(sizeText(bytes)).toBe(text);
});
