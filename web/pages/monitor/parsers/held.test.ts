import { describe, expect, test } from "vitest";
import type { ParserDetail } from "../../../api/parsers.ts";
import { adopted, isUnsaved } from "./held.ts";

const parser = (revision: number, text: string): ParserDetail => ({
  ...{ id: "one", title: "One", revision, text, publishedVersion: null, isChanged: true, versions: [] },
  updatedAt: "2026-11-27T00:00:00.000Z",
  updatedBy: { id: "1", name: "A" },
});

describe("A document being edited", () => {
  const mine = parser(3, "mine");
  test.each([
    ["nothing is typed and another saved: theirs is shown", "mine", parser(4, "theirs"), "theirs", 4],
    [
      "something is typed and another saved: it keeps its revision, and saving is refused",
      "mine!",
      parser(4, "x"),
      "mine!",
      3,
    ],
    ["the server's answer is from before one's own save", "mine", parser(2, "old"), "mine", 3],
    ["nothing has changed", "mine!", mine, "mine!", 3],
    ["the server has not answered", "mine", undefined, "mine", 3],
  ])("%s", (_, text, known, expected, revision) => {
    const held = adopted({ text, base: mine }, known);
    expect([held.text, held.base?.revision]).toEqual([expected, revision]);
  });

  test("is unsaved while it differs from what is stored", () => {
    expect([isUnsaved({ text: "mine", base: mine }), isUnsaved({ text: "mine!", base: mine })]).toEqual([false, true]);
    expect(isUnsaved({ text: "new", base: undefined })).toBe(true);
  });
});
