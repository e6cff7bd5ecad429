import fc from "fast-check";
import { RE2JS } from "re2js";
import { describe, expect, it, test } from "vitest";
import { requiredTexts } from "./regex-literals.ts";

describe("The texts that a regular expression needs", () => {
  test.each([
    ["PowerShell", ["powershell"]],
    ["foo.*barbaz", ["barbaz"]],
    ["foo|barr", ["foo", "barr"]],
    ["(foo|barr)x", ["foo", "barr"]],
    ["(?:foo|barr)?quux", ["quux"]],
    ["(?i)Invoke-\\w+", ["invoke-"]],
    ["abcd*", ["abc"]],
    ["abcd+e", ["abcd"]],
    ["(abc){2,}", ["abc"]],
    ["(abc){0,2}", undefined],
    ["C:\\\\Win\\.ini", ["c:\\win.ini"]],
    ["[Pp][Oo][wW]er", ["power"]],
    ["[.]exe", [".exe"]],
    ["[ab]cde", ["cde"]],
    ["[]a]bcd", ["bcd"]],
    ["a`b", ["a`b"]],
    ["\\w+`\\w", ["`"]],
    ["ab", undefined],
    ["abc|.", undefined],
    ["\\d{4}", undefined],
    ["\\Qabc\\E", undefined],
    ["\\x41bcd", undefined],
    ["日本語日本語", undefined],
    ["😀*abc", ["abc"]],
    ["", undefined],
  ])("of %s are %j", (pattern, texts) => expect(requiredTexts(pattern)).toEqual(texts));

  it("are in every value that it matches", () => {
    const piece = fc.constantFrom(
      "abc",
      "d",
      ".",
      "[xy]",
      "(abc|def)",
      "(?:ab|cdef)?",
      "x*",
      "y+",
      "z{2}",
      "(q|)",
      "\\.",
      "\\d",
      "^",
      "$",
      "|",
      "(?i)",
      "[Aa]",
    );
    const pattern = fc.array(piece, { minLength: 1, maxLength: 7 }).map((pieces) => pieces.join(""));
    const value = fc.array(fc.constantFrom("abc", "ABC", "d", "def", "cdef", "x", "y", "zz", "q", ".", "1", "ab"), {
      maxLength: 9,
    });
    fc.assert(
      fc.property(pattern, value, (source, parts) => {
        const text = parts.join("");
        const needed = requiredTexts(source);
        if (needed === undefined || !RE2JS.compile(source).test(text)) return;
        expect(needed.some((one) => text.toLowerCase().includes(one))).toBe(true);
      }),
      { numRuns: 3000 },
    );
  });
});
