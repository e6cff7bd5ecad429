import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { translator } from "./sentences.ts";

const translate = translator({
  sentences: {
    "Sign in first.": "先にサインインしてください。",
    "There are already {0} networks.": "ネットワークは {0} 件あります。",
    "{0} of the alerts already belong to {1}.": "アラート {0} 件は {1} にあります。",
    "The archive cannot be read: {0}.": "アーカイブを読めません：{0}",
    "The archive cannot be read: {0} is a link.": "{0} はリンクです。",
    "{0} The {1} events before that are kept.": "{=0} {1} 件は保存しました。",
    "The role {0} is not yours.": "役割「{=0}」はありません。",
    "Ask {0}, then {1}.": "{1} の前に {0}。",
    "{0}.*+?^$|()[]\\ stays": "記号 {0}",
  },
  words: { auditor: "監査人", analyst: "アナリスト" },
});

describe("A sentence of the server in the reader's language", () => {
  test.each([
    ["as a whole", "Sign in first.", "先にサインインしてください。"],
    ["with a number in it", "There are already 500 networks.", "ネットワークは 500 件あります。"],
    ["with two values", "3 of the alerts already belong to INC-7.", "アラート 3 件は INC-7 にあります。"],
    ["with the values in another order", "Ask Aoki, then Baba.", "Baba の前に Aoki。"],
    ["with an empty value", "There are already  networks.", "ネットワークは  件あります。"],
    ["by the pattern with the most words", "The archive cannot be read: a.yml is a link.", "a.yml はリンクです。"],
    ["with a known word", "The role auditor is not yours.", "役割「監査人」はありません。"],
    ["with an unknown word as it is", "The role pilot is not yours.", "役割「pilot」はありません。"],
    [
      "with a list of known words",
      "The role auditor, analyst is not yours.",
      "役割「監査人、アナリスト」はありません。",
    ],
    [
      "with a sentence within",
      "The archive cannot be read: cut. The 4 events before that are kept.",
      "アーカイブを読めません：cut 4 件は保存しました。",
    ],
    ["with signs that a pattern would obey", "x.*+?^$|()[]\\ stays", "記号 x"],
  ])("is found %s", (_, english, japanese) => expect(translate(english)).toBe(japanese));

  test.each([
    ["another sentence", "Sign in later."],
    ["more before it", "Please: There are already 500 networks."],
    ["more behind it", "There are already 500 networks. Or so."],
    ["its two ends overlapping", "There are already networks."],
    ["too long a value", `There are already ${"9".repeat(5_000)} networks.`],
    ["too long a message", "x".repeat(10_000)],
    ["the name of something every object has", "constructor"],
  ])("is not found for %s", (_, english) => expect(translate(english)).toBeUndefined());

  it("takes values as they are, whatever they hold", () =>
    fc.assert(
      fc.property(fc.string({ maxLength: 200 }), fc.string({ maxLength: 200 }), (who, next) => {
        fc.pre(!who.includes(", then "));
        expect(translate(`Ask ${who}, then ${next}.`)).toBe(`${next} の前に ${who}。`);
      }),
    ));

  it("is looked for in time that grows with the message alone, also when all of it nearly fits", () => {
    const nearly = `Ask ${", then, the".repeat(700)}`;
    const start = performance.now();
    for (let i = 0; i < 100; i += 1) translate(nearly);
    expect(performance.now() - start).toBeLessThan(500);
  });
});
