import { describe, expect, test } from "vitest";
import { encodeText } from "../../../kernel/encoding/testing.ts";
import { headFor, LineHead } from "./line-head.ts";

const headOf = (...lines: readonly string[]) => {
  const head = new LineHead();
  for (const line of lines) head.add(Buffer.from(line));
  return head.head;
};

describe("What a record carries of the lines above it", () => {
  test.each([
    ["a CSV header, for a source of CSV", "csv", ["ip,user", "192.0.2.1,ann"], "ip,user\n"],
    ["no first line, for another source", "auto", ["ip,user", "192.0.2.1,ann"], undefined],
    ["W3C's columns", "auto", ["#Fields: date time", "2026-11-20 10:00:00"], "\n#Fields: date time"],
    ["nothing that its meta has no room for", "auto", [`#Fields: ${"\u0001".repeat(15_000)}`], undefined],
  ])("is %s", (_, format, lines, carried) => expect(headFor(format, headOf(...lines))).toBe(carried));

  test("is the text of a CSV header in Shift_JIS", () => {
    const head = new LineHead();
    head.add(encodeText("日時,利用者,一覧表", "shift_jis"));
    expect(headFor("csv", head.head)).toBe("日時,利用者,一覧表\n");
  });
});
