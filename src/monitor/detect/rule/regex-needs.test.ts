import fc from "fast-check";
import { RE2JS } from "re2js";
import { describe, expect, it, test } from "vitest";
import { needsOf } from "./regex-needs.ts";

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
    ["[ab]cde", ["acde", "bcde"]],
    ["\\w{1,9}\\.[ \"']{1}", [". ", '."', ".'"]],
    ["[]a]bcd", ["bcd"]],
    ["[a-z]bcd", ["bcd"]],
    ["[^a]bcd", ["bcd"]],
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
  ])("of %s are %j", (pattern, texts) => expect(needsOf(pattern).texts).toEqual(texts));

  it("are in every value that it matches, and no such value is shorter than needed", () => {
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
      "[^x]",
      "(ab){2}",
      "[a-c]",
    );
    const pattern = fc.array(piece, { minLength: 1, maxLength: 7 }).map((pieces) => pieces.join(""));
    const value = fc.array(fc.constantFrom("abc", "ABC", "d", "def", "cdef", "x", "y", "zz", "q", ".", "1", "ab"), {
      maxLength: 9,
    });
    let matches = 0;
    fc.assert(
      fc.property(pattern, value, (source, parts) => {
        const text = parts.join("");
        if (!RE2JS.compile(source).test(text)) return;
        matches++;
        const { texts, minLength } = needsOf(source);
        expect(texts?.some((one) => text.toLowerCase().includes(one)) ?? true).toBe(true);
        expect(text.length).toBeGreaterThanOrEqual(minLength);
      }),
      { numRuns: 5000 },
    );
    expect(matches).toBeGreaterThan(500);
  });

  test.each([
    ["a{64}\\s[0-9a-f]{16}", 81],
    ["(.){200,}", 200],
    ["(abc|de)+x?", 2],
    ["^\\bfoo$", 3],
    ["\\p{L}{9}", 0],
  ])("%s matches nothing shorter than %d", (pattern, length) => expect(needsOf(pattern).minLength).toBe(length));
});
