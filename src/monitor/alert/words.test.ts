import { describe, expect, test } from "vitest";
import { wordsOf, wordsQuery } from "./words.ts";

describe("The words that an alert is found by", () => {
  test.each([
    ["powershell.exe -enc", ["powershell", "exe", "enc"]],
    ["10.0.0.5", ["10", "0", "5"]],
    ["管理者権限", ["管理", "理者", "者権", "権限", "限"]],
    ["dc1の鍵", ["dc1", "の鍵", "鍵"]],
    ["", []],
    ["%_\\'", []],
  ])("of %j are %j", (text, words) => {
    expect(wordsOf(text)).toEqual(words);
  });

  test.each([
    ["PowerShell", "'powershell':*"],
    ["ＤＣ web", "'dc':* & 'web':*"],
    ["10.0.0.5", "'10' & '0' & '5':*"],
    ["管理者", "'管理' & '理者'"],
    ["鍵", "'鍵':*"],
    ["100%", "'100':*"],
    ["it's", "'it' & 's':*"],
    ["' | '", undefined],
  ])("asked for as %j are looked up as %j", (text, query) => {
    expect(wordsQuery(text)).toBe(query);
  });

  test("are bounded, whatever is thrown at them", () => {
    expect(wordsOf(Array.from({ length: 5_000 }, (_, i) => `w${i}`).join(" "))).toHaveLength(400);
    expect(wordsOf("x".repeat(9_000))[0]).toHaveLength(64);
  });
});
