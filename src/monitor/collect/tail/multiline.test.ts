import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compileMultiline, cutEvents } from "./multiline.ts";

const settings = { maxLines: 4, maxBytes: 60, waitSeconds: 5 };
const indent = compileMultiline({ continuation: "indent", ...settings });
const dated = compileMultiline({ startPattern: "^\\d{4}-", ...settings });
const how = { isStart: false, isSkipping: false, isFull: false, isLast: false, isDue: false, isWholeChunk: false };
const cut = (text: string, more: Partial<typeof how> = {}, multiline = indent) => {
  const { lines, ...rest } = cutEvents(Buffer.from(text), { ...how, ...more }, multiline);
  return { ...rest, events: lines.map(String) };
};

describe("Lines of one event", () => {
  it.each([
    ["by indentation", "a\n at x\n\tat y\nb\n", indent, ["a\n at x\n\tat y"], 14],
    ["with empty lines inside, none at the end", "a\n\n at x\n\nb\n", indent, ["a\n\n at x"], 10],
    ["by CR LF, of which the last is left out", "a\r\n x\r\nb\r\n", indent, ["a\r\n x"], 7],
    ["by the pattern of the first", "2026-1 a\nCaused by\n2026-2 b\n", dated, ["2026-1 a\nCaused by"], 19],
    ["none, when nothing has begun a second event", "2026-1 a\nmore\n", dated, [], 0],
    [
      "more than the bound: the rest is an event of its own",
      "a\n 1\n 2\n 3\n 4\nb\n",
      indent,
      ["a\n 1\n 2\n 3", " 4"],
      14,
    ],
    [
      "longer than the bound",
      `a\n ${"x".repeat(50)}\n ${"y".repeat(20)}\nb\n`,
      indent,
      [`a\n ${"x".repeat(50)}`, ` ${"y".repeat(20)}`],
      76,
    ],
  ])("are found %s", (_, text, multiline, events, bytes) => {
    expect(cut(text, {}, multiline)).toEqual({ events, bytes, isSkipping: false, isTooLong: false });
  });

  it.each([
    ["is due, whole lines only", { isDue: true }, ["a\n x"], 5],
    ["ends with its file, without a line end too", { isLast: true }, ["a\n x\n y"], 7],
    ["fills all that is read at once", { isWholeChunk: true }, ["a\n x"], 5],
  ])("are taken without a successor when the event %s", (_, more, events, bytes) => {
    expect(cut("a\n x\n y", more)).toMatchObject({ events, bytes });
  });

  it("do not bring back the rest of a line that was refused, and refuse one that is too long", () => {
    expect(cut("rest\na\n x\n", { isSkipping: true })).toMatchObject({ events: [], bytes: 5, isSkipping: false });
    expect(cut("endless", { isFull: true, isWholeChunk: true })).toMatchObject({
      bytes: 7,
      isSkipping: true,
      isTooLong: true,
    });
  });

  it("lose no byte, however they stand: all events and line ends are the file again", () => {
    const line = fc.constantFrom("a", " x", "\ty", "", "b b", "2026-1", "\r");
    fc.assert(
      fc.property(fc.array(line, { maxLength: 40 }), fc.constantFrom(indent, dated), (lines, multiline) => {
        const file = lines.map((text) => `${text}\n`).join("");
        const { events, bytes } = cut(file, { isLast: true }, multiline);
        expect(bytes).toBe(file.length);
        const words = (text: string) => text.split(/[\r\n]+/).filter((word) => word !== "");
        expect(events.flatMap(words)).toEqual(words(file));
        expect(events.every((event) => event.split("\n").length <= settings.maxLines)).toBe(true);
      }),
    );
  });
});
