import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { EventsDb } from "../../../platform/events/index.ts";
import { openTestEvents } from "../../../platform/events/testing.ts";
import { compileHunt } from "./hunt.ts";
import { numberLiteral, textList, textLiteral } from "./literal.ts";

let db: EventsDb;
beforeAll(async () => {
  db = await openTestEvents();
});
afterAll(() => db.close());

describe("A rule's text in SQL", () => {
  it.each([
    ["a quote", "it's", String.raw`'it\'s'`],
    ["a backslash", "C:\\Windows\\", String.raw`'C:\\Windows\\'`],
    ["an attempt to end the literal", "\\'; DROP TABLE events --", String.raw`'\\\'; DROP TABLE events --'`],
    ["NUL and line ends", "a\0b\r\nc", String.raw`'a\0b\r\nc'`],
    ["what looks like a parameter", "{name:String}", "'{name:String}'"],
  ])("%s is data", (_, text, literal) => expect(textLiteral(text)).toBe(literal));

  it("comes back from the engine as it was, whatever it is", async () => {
    const text = fc.string({ unit: "binary", maxLength: 40 }).map((one) => one.toWellFormed());
    const property = fc.asyncProperty(fc.array(text, { minLength: 1, maxLength: 60 }), async (texts) => {
      const [row] = await db.select<{ back: string[] }>(`SELECT [${textList(texts)}] AS back`);
      expect(row?.back).toEqual(texts);
    });
    await fc.assert(property, { numRuns: 20 });
  });

  it("is a number to the last bit", async () => {
    const numbers = [0, -0, 1, 0.1, 1e21, 5e-324, 2 ** 53 - 1, 2 ** 53, -1.7976931348623157e308];
    const bits = numbers.map((number) => `hex(reverse(reinterpretAsString(${numberLiteral(number)} + 0.)))`);
    const [row] = await db.select<{ bits: string[] }>(`SELECT [${bits.join(", ")}] AS bits`);
    const expected = numbers.map((number) => {
      const bytes = Buffer.alloc(8);
      bytes.writeDoubleBE(number + 0);
      return BigInt(`0x${bytes.toString("hex")}`);
    });
    expect(row?.bits.map((one) => BigInt(`0x${one || 0}`))).toEqual(expected);
  });
});

describe("A rule that SQL cannot say", () => {
  const reasonOf = (selection: unknown): string => {
    const rule = { title: "A rule", logsource: { product: "linux" }, detection: { s: selection, condition: "s" } };
    const hunt = compileHunt(JSON.stringify(rule));
    return hunt.ok ? "" : hunt.reason;
  };
  it.each([
    ["ignoring case in a class by property", { "f|re|i": "\\p{Lu}x" }, "on which versions of Unicode differ"],
    ["a very long pattern", { f: `${"x".repeat(5000)}*${"y".repeat(5000)}` }, "longer than 8192 characters"],
    ["half a surrogate pair", { f: "\ud800" }, "half a surrogate pair"],
  ])("is refused with its reason: %s", (_, selection, reason) => expect(reasonOf(selection)).toContain(reason));

  it("is told from one that can be run", () => expect(reasonOf({ "f|re": "\\p{Lu}x" })).toBe(""));
});
