import { expect, it } from "vitest";
import { unsteered } from "./steering.ts";

it.each([
  ["invoice\u202egpj.exe", "invoice\uFFFDgpj.exe"],
  ["\u001b[31mred\u001b[0m", "\uFFFD[31mred\uFFFD[0m"],
  ["all is well\rrm", "all is well\uFFFDrm"],
  ["a\u2066b\u2069c\u061cd\u200fe", "a\uFFFDb\uFFFDc\uFFFDd\uFFFDe"],
  ["\u009b1A", "\uFFFD1A"],
])("%j reads %j", (text, shown) => {
  expect(unsteered(text)).toBe(shown);
});

it.each(["line\n\tnext", "髙橋 ﾊﾝｺ", "👩‍👩‍👧‍👦", "e\u0301", "مرحبا"])("%j stays as it is", (text) => {
  expect(unsteered(text)).toBe(text);
});
