import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { createJsonSplitter } from "./json-splitter.ts";
import { createLineSplitter, type SplitOptions, type Splitter } from "./splitter.ts";

type Found = { events: [string, number][]; tooLarge: number[]; stray: number[] };

function split(
  create: (options: SplitOptions & { onStray: (line: number) => void }) => Splitter,
  chunks: readonly Buffer[],
  maxBytes = 1_000,
): Found {
  const found: Found = { events: [], tooLarge: [], stray: [] };
  const splitter = create({
    maxBytes,
    onEvent: (bytes, line) => found.events.push([bytes.toString("latin1"), line]),
    onTooLarge: (line) => found.tooLarge.push(line),
    onStray: (line) => found.stray.push(line),
  });
  for (const chunk of chunks) splitter.push(chunk);
  splitter.end();
  return found;
}

/** The same bytes, cut at arbitrary places. */
const cutAt = (bytes: Buffer, places: readonly number[]): Buffer[] => {
  const cuts = [0, ...places.map((place) => place % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
  return cuts.slice(1).map((end, i) => bytes.subarray(cuts[i], end));
};

describe("Lines", () => {
  test.each([
    [
      "a last line without an end",
      "a\nb",
      [
        ["a", 1],
        ["b", 2],
      ],
    ],
    [
      "Windows line ends",
      "a\r\nb\r\n",
      [
        ["a", 1],
        ["b", 2],
      ],
    ],
    [
      "blank lines, which count as lines but are no events",
      "\n\na\r\n\r\nb",
      [
        ["a", 3],
        ["b", 5],
      ],
    ],
    [
      "a byte order mark",
      "\xef\xbb\xbfa\nb",
      [
        ["a", 1],
        ["b", 2],
      ],
    ],
    [
      "NULs and bytes that are no UTF-8",
      "a\0\xff\nb",
      [
        ["a\0\xff", 1],
        ["b", 2],
      ],
    ],
    ["a carriage return within a line", "a\rb\n", [["a\rb", 1]]],
    ["nothing", "", []],
  ])("are events: %s", (_, text, events) => {
    expect(split(createLineSplitter, [Buffer.from(text, "latin1")]).events).toEqual(events);
  });

  it("come out the same wherever the stream is cut", () =>
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom("a", "\n", "\r", "\0", "bc", "\xef\xbb\xbf", "xxxxxxx"), { maxLength: 40 }),
        fc.array(fc.nat(), { maxLength: 10 }),
        (pieces, places) => {
          const bytes = Buffer.from(pieces.join(""), "latin1");
          expect(split(createLineSplitter, cutAt(bytes, places), 9)).toEqual(split(createLineSplitter, [bytes], 9));
        },
      ),
    ));

  it("above the limit are skipped and named, and the next line is whole", () => {
    const bytes = Buffer.from(`ok\n${"x".repeat(5_000)}\n${"y".repeat(1_000)}\r\nlast`);
    const found = split(createLineSplitter, cutAt(bytes, [100, 900, 3_000, 5_500]));
    expect(found.tooLarge).toEqual([2]);
    expect(found.events.map(([text, line]) => [text.length, line])).toEqual([
      [2, 1],
      [1_000, 3],
      [4, 4],
    ]);
  });
});

describe("JSON objects", () => {
  test.each([
    [
      "one after the other",
      '{"a":1}{"b":2}\n{"c":3}',
      [
        ['{"a":1}', 1],
        ['{"b":2}', 1],
        ['{"c":3}', 2],
      ],
    ],
    [
      "in an array",
      '[{"a":1},\n {"b":[1,{}]}]',
      [
        ['{"a":1}', 1],
        ['{"b":[1,{}]}', 2],
      ],
    ],
    [
      "pretty-printed",
      '{\n "a": 1\n}\n{\n "b": 2\n}\n',
      [
        ['{\n "a": 1\n}', 1],
        ['{\n "b": 2\n}', 4],
      ],
    ],
    [
      "with braces and quotes in strings",
      '{"a":"}\\"{"}{"b":"\\\\"}',
      [
        ['{"a":"}\\"{"}', 1],
        ['{"b":"\\\\"}', 1],
      ],
    ],
    ["with bytes that are no UTF-8", '{"a":"\xff\0"}', [['{"a":"\xff\0"}', 1]]],
    ["after a byte order mark", '\xef\xbb\xbf{"a":1}', [['{"a":1}', 1]]],
    [
      "the last one cut short",
      '{"a":1}{"b":',
      [
        ['{"a":1}', 1],
        ['{"b":', 1],
      ],
    ],
    [
      "with a string that never ends",
      '{"a":"x\n{"b":1}',
      [
        ['{"a":"x\n', 1],
        ['{"b":1}', 2],
      ],
    ],
  ])("are events: %s", (_, text, events) => {
    expect(split(createJsonSplitter, [Buffer.from(text, "latin1")])).toEqual({ events, tooLarge: [], stray: [] });
  });

  it("are found between things that are no objects, which are named once each", () => {
    const found = split(createJsonSplitter, [Buffer.from('[1, "two"\n,{"a":1}, null]\n]x\n{"b":2}')]);
    expect(found.events.map(([text]) => text)).toEqual(['{"a":1}', '{"b":2}']);
    expect(found.stray).toEqual([1, 1, 2, 3]);
  });

  it("come out byte for byte, however they are written and wherever the stream is cut", () =>
    fc.assert(
      fc.property(
        fc.array(fc.dictionary(fc.string({ unit: "binary" }), fc.jsonValue()), { maxLength: 8 }),
        fc.constantFrom(0, 1, 4),
        fc.constantFrom("", "\n", " ,\r\n"),
        fc.array(fc.nat(), { maxLength: 10 }),
        (objects, indent, separator, places) => {
          const texts = objects.map((object) => JSON.stringify(object, null, indent));
          const bytes = Buffer.from(texts.join(separator));
          const found = split(createJsonSplitter, cutAt(bytes, places), 100_000);
          expect(found.events.map(([text]) => Buffer.from(text, "latin1").toString())).toEqual(texts);
        },
      ),
    ));

  it("are cut the same way wherever hostile bytes are cut", () =>
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom("{", "}", "[", "]", '"', "\\", "\n", ",", "x", "\0"), { maxLength: 60 }),
        fc.array(fc.nat(), { maxLength: 10 }),
        (pieces, places) => {
          const bytes = Buffer.from(pieces.join(""));
          expect(split(createJsonSplitter, cutAt(bytes, places), 7)).toEqual(split(createJsonSplitter, [bytes], 7));
        },
      ),
    ));

  it("nested 100,000 deep cost no stack, and above the limit they are skipped and named", () => {
    const deep = `{"a":${"[".repeat(100_000)}${"]".repeat(100_000)}}`;
    const found = split(createJsonSplitter, [Buffer.from(`${deep}\n{"b":1}`)]);
    expect(found).toEqual({ events: [['{"b":1}', 2]], tooLarge: [1], stray: [] });
  });
});
