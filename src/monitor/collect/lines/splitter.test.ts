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

describe("A list of events in a cover", () => {
  test.each<[string, string, string[]]>([
    ["CloudTrail", '{"Records":[{"a":{"b":[1]}},{"c":"]}"}]}', ['{"a":{"b":[1]}}', '{"c":"]}"}']],
    ["Azure, over lines", '{\n "records": [\n  {"a":1},\n  {"b":2}\n ]\n}\n', ['{"a":1}', '{"b":2}']],
    ["Graph", '{"@odata.context":"https://x/$[{","value":[{"a":1}],"@odata.nextLink":"https://y"}', ['{"a":1}']],
    [
      "CloudWatch",
      '{"messageType":"DATA_MESSAGE","owner":"1","logGroup":"g\\"","logStream":"s","subscriptionFilters":["f"],"logEvents":[{"id":"1"},{"id":"2"}]}',
      ['{"id":"1"}', '{"id":"2"}'],
    ],
    ["several, one a line", '{"records":[{"a":1}]}\n{"records":[{"b":2}]}\n{"c":3}', ['{"a":1}', '{"b":2}', '{"c":3}']],
    ["cut off", '{"Records":[{"a":1},{"b"', ['{"a":1}', '{"b"']],
  ])("gives one event an element: %s", (_, text, events) => {
    for (const cuts of [[], [1, 5, 14, 20, 30], [...text].map((_char, at) => at)]) {
      const found = split(createJsonSplitter, cutAt(Buffer.from(text), cuts));
      expect(found.events.map(([event]) => event)).toEqual(events);
      expect([found.stray, found.tooLarge]).toEqual([[], []]);
    }
  });

  test.each([
    ["its list is not the first", '{"host":"a","value":[{"b":1}]}'],
    ["its list is empty", '{"host":"a","value":[]}'],
    ["its list holds no objects", '{"value":[1,{"a":2}]}'],
    ["OData does not stand before a value", '{"value":[{"b":1}]}'],
    ["its value is no list", '{"Records":{"a":[{"b":1}]}}'],
    ["the list stands deeper", '{"detail":{"Records":[{"a":1}]}}'],
    ["it is an element itself", '[{"Records":[{"a":1}]}]'],
  ])("is none, but an event of its own, when %s", (_, text) => {
    const whole = text.startsWith("[") ? text.slice(1, -1) : text;
    expect(split(createJsonSplitter, [Buffer.from(text)]).events.map(([event]) => event)).toEqual([whole]);
  });

  it("is not bounded as a whole: only its elements are, and what it says behind them is told", () => {
    const text = `{"Records":[${'{"a":1},\n'.repeat(500)}{"b":"${"x".repeat(2_000)}"},{"c":3}],"more":{"d":4}}\n{"e":5}`;
    const found = split(createJsonSplitter, [Buffer.from(text)]);
    expect([found.events.length, found.events.at(-2), found.events.at(-1)]).toEqual([
      502,
      ['{"c":3}', 501],
      ['{"e":5}', 502],
    ]);
    expect([found.tooLarge, found.stray]).toEqual([[501], [501]]);
  });
});
