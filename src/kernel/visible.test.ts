import { describe, expect, it } from "vitest";
import { revealed } from "./visible.ts";

describe("A printed text", () => {
  it.each([
    ["another direction of writing", "a\u202eb", "a[U+202E]b"],
    ["an escape of a terminal", "\u001b[31m", "[U+001B][31m"],
    ["a tag beyond the first plane", "\u{e0041}", "[U+E0041]"],
    ["half a character", "\ud800", "\ufffd"],
    ["lines", "a\nb", "a\nb"],
    ["Japanese", "不正アクセス", "不正アクセス"],
  ])("names what is hidden in it: %s", (_, text, shown) => expect(revealed(text)).toBe(shown));

  it("is cut where it is told to", () => expect(revealed("abcdef", 3)).toBe("abc…"));
});
