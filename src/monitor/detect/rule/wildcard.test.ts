import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readPattern } from "./pattern.ts";
import { wildcardMatcher } from "./wildcard.ts";

describe("The wildcard matcher", () => {
  it("agrees with a regular expression of the same meaning", () => {
    const part = fc.constantFrom("a", "b", "ab", "*", "?", "*", "😀");
    const pattern = fc.array(part, { maxLength: 7 }).map((parts) => parts.join(""));
    const value = fc.array(fc.constantFrom("a", "b", "😀", "\n"), { maxLength: 10 }).map((units) => units.join(""));
    fc.assert(
      fc.property(pattern, value, (text, actual) => {
        const regex = new RegExp(`^${text.replaceAll("*", ".*").replaceAll("?", ".")}$`, "su");
        expect(wildcardMatcher(readPattern(text))(actual)).toBe(regex.test(actual));
      }),
      { numRuns: 3000 },
    );
  });

  it("does not slow down on many stars", () => {
    const matches = wildcardMatcher(readPattern(`${"*a".repeat(200)}*b`));
    expect(matches("a".repeat(100_000))).toBe(false);
  });
});
