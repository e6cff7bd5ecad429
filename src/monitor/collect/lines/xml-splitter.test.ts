import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { createXmlSplitter, isEventXml } from "./xml-splitter.ts";

function split(text: string, { cuts = [], maxBytes = 1_000 }: { cuts?: readonly number[]; maxBytes?: number } = {}) {
  const found = { events: [] as [string, number][], tooLarge: [] as number[], stray: [] as number[] };
  const splitter = createXmlSplitter({
    maxBytes,
    onEvent: (bytes, line) => found.events.push([String(bytes), line]),
    onTooLarge: (line) => found.tooLarge.push(line),
    onStray: (line) => found.stray.push(line),
  });
  const bytes = Buffer.from(text);
  const ends = [...cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
  for (const [i, end] of ends.entries()) splitter.push(bytes.subarray(ends[i - 1] ?? 0, end));
  splitter.end();
  return found;
}

const A =
  "<Event xmlns='http://x'><System><EventID>1</EventID></System><EventData><Data Name='a'>&lt;Event&gt;</Data></EventData></Event>";
const B = "<Event>\r\n  <EventData\r\n Name='日本'>\r\n</EventData>\r\n</Event>";

describe("Events of Windows in XML", () => {
  test.each<[string, string, [string, number][]]>([
    [
      "all on one line",
      `<?xml version="1.0"?><Events>${A}${A}</Events>`,
      [
        [A, 1],
        [A, 1],
      ],
    ],
    [
      "over lines",
      `\ufeff<Events>\n${B}\n${A}\n</Events>\n`,
      [
        [B, 2],
        [A, 7],
      ],
    ],
    [
      "without a cover, under a comment",
      `<!-- security -->\n${A}\r\n${A}`,
      [
        [A, 2],
        [A, 3],
      ],
    ],
    [
      "that are empty",
      "<Events><Event/><Event a='/'></Event></Events>",
      [
        ["<Event/>", 1],
        ["<Event a='/'></Event>", 1],
      ],
    ],
    [
      "of which one does not close",
      `<Event><System>\n${A}`,
      [
        ["<Event><System>\n", 1],
        [A, 2],
      ],
    ],
    [
      "that are cut off",
      `${A}<Event><Sys`,
      [
        [A, 1],
        ["<Event><Sys", 1],
      ],
    ],
  ])("are cut %s", (_, text, events) => {
    const found = split(text);
    expect(found).toEqual({ events, tooLarge: [], stray: [] });
    fc.assert(
      fc.property(fc.array(fc.nat()), (cuts) => {
        expect(split(text, { cuts })).toEqual(found);
      }),
      { numRuns: 50 },
    );
  });

  it("are told apart from what is none, which is told once a run", () => {
    const found = split(`<Events>\nsome text\n<Other/>${A}more\n${A}</Events>`);
    expect([found.events.length, found.stray]).toEqual([2, [2, 3]]);
  });

  it("are bounded each", () => {
    const found = split(`<Events>${A}<Event>${"x".repeat(2_000)}</Event>\n${A}`, { cuts: [500, 1_500] });
    expect([found.events.length, found.tooLarge]).toEqual([2, [1]]);
  });
});

test.each([
  ["<Event xmlns='x'>", true],
  ['\ufeff<?xml version="1.0" encoding="utf-8"?>\r\n<Events>', true],
  ["<EventData>", false],
  ["Nov 23 <Event>", false],
])("%j begins an export: %s", (text, isOne) => expect(isEventXml(text)).toBe(isOne));
