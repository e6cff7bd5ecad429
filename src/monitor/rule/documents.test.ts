import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { blankDocuments, isCorrelation, splitDocuments } from "./documents.ts";
import { mergeRules, ownOrigin } from "./merge.ts";
import { readRuleStory } from "./rule-text.ts";

const rule = (id: string, title = id): string => `title: ${title}\nid: ${id}\nlevel: low\n`;
const idsIn = (texts: readonly { text: string }[]): string[] =>
  texts.flatMap(({ text }) => splitDocuments(text).flatMap(({ id }) => (id === "" ? [] : [id])));

describe("Rule files", () => {
  it.each([
    ["one document", rule("a"), ["a"]],
    ["several documents", `${rule("a")}---\n${rule("b")}--- # c\n${rule("c")}`, ["a", "b", "c"]],
    ["a leading marker", `---\n${rule("a")}`, ["a"]],
    ["quotes and comments", `id: "a" # why\n---\nid: 'b'\n---\nid: c # d\n`, ["a", "b", "c"]],
    ["an id that is nested or in a text", "title: x\nlogsource:\n  id: no\ndescription: |\n  id: no\n", [""]],
    ["Windows line ends", "title: x\r\nid: a\r\n---\r\nid: b\r\n", ["a", "b"]],
    ["nothing", "", [""]],
  ])("with %s are told apart by id", (_, text, ids) => {
    expect(splitDocuments(text).map(({ id }) => id)).toEqual(ids);
  });

  it.each([
    ["a correlation", "b", true],
    ["the detection rule beside it", "a", false],
    ["an id that the text does not name, by the first document", "c", false],
  ])("say whether a rule is a correlation: %s", (_, id, expected) => {
    expect(isCorrelation(`${rule("a")}---\n${rule("b")}correlation:\n  type: event_count\n`, id)).toBe(expected);
  });

  it.each([
    ["tags:\n    - attack.execution\n    - attack.t1059\nlevel: low", ["attack.execution", "attack.t1059"]],
    ["tags:\n- a\n\n- b # c\nid: x", ["a", "b"]],
    ["tags: [a, 'b']", ["a", "b"]],
    ["title: x", []],
  ])("give their tags: %j", (text, tags) => {
    expect(splitDocuments(text)[0]?.tags).toEqual(tags);
  });

  it("give their Japanese title and description where they have them, as Sigma's custom attributes", () => {
    const text = `${rule("a")}title_ja: '監査ログの消去' # ours\ndescription_ja: |\n    記録が消されました。\n`;
    expect(splitDocuments(text)[0]?.titleJa).toBe("監査ログの消去");
    expect(readRuleStory(text).descriptionJa).toBe("記録が消されました。");
    expect([splitDocuments(rule("b"))[0]?.titleJa, readRuleStory(rule("b")).descriptionJa]).toEqual(["", ""]);
  });

  it("keep every other line where it was when a document is taken out", () => {
    const text = `${rule("a")}---\n${rule("b")}---\n${rule("c")}`;
    const parts = splitDocuments(text);
    const without = blankDocuments(
      text,
      parts.filter(({ id }) => id === "b"),
    );
    expect(without.split("\n").length).toBe(text.split("\n").length);
    expect(without.split("\n").indexOf("id: c")).toBe(text.split("\n").indexOf("id: c"));
    expect(splitDocuments(without).map(({ id }) => id)).toEqual(["a", "c"]);
  });
});

describe("What the detector runs", () => {
  const file = (origin: string, ...ids: string[]) => ({ origin, text: ids.map((id) => rule(id)).join("---\n") });
  const none = new Set<string>();

  it("is the directories as they are when nothing is changed", () => {
    const directories = [file("1.yml", "a"), file("2.yml", "b", "c")];
    expect(mergeRules({ directories, own: [], disabled: none })).toEqual(directories);
  });

  it("keeps a correlation that is switched off, muted, so that the rules that serve it stay silent", () => {
    const text = `${rule("c")}correlation:\n  rules: [a]\n---\n${rule("a")}`;
    const merged = mergeRules({ directories: [{ origin: "1.yml", text }], own: [], disabled: new Set(["c"]) });
    expect(merged).toEqual([{ origin: "1.yml", text, muted: ["c"] }]);
  });

  it("keeps a rule that is switched off, muted, when a correlation needs it", () => {
    const merged = mergeRules({
      directories: [file("1.yml", "a", "b")],
      own: [{ id: "d", text: rule("d") }],
      disabled: new Set(["a", "b", "d"]),
      serving: new Set(["a", "d"]),
    });
    expect(idsIn(merged)).toEqual(["a", "d"]);
    expect(merged.map(({ muted }) => muted)).toEqual([["a"], ["d"]]);
  });

  it("has an own rule in the place of a directory's rule of the same id", () => {
    const merged = mergeRules({
      directories: [file("1.yml", "a", "b")],
      own: [{ id: "b", text: rule("b", "mine") }],
      disabled: none,
    });
    expect(idsIn(merged)).toEqual(["a", "b"]);
    expect(merged.at(-1)).toEqual({ origin: ownOrigin("b"), text: rule("b", "mine") });
  });

  it("leaves out what is switched off, own or not", () => {
    const merged = mergeRules({
      directories: [file("1.yml", "a"), file("2.yml", "b", "c")],
      own: [{ id: "d", text: rule("d") }],
      disabled: new Set(["a", "c", "d"]),
    });
    expect(idsIn(merged)).toEqual(["b"]);
  });

  it("takes the later of two files with one id, so that a company's directory stands in for the bundled one", () => {
    const merged = mergeRules({ directories: [file("1.yml", "a"), file("2.yml", "a")], own: [], disabled: none });
    expect(merged.map(({ origin }) => origin)).toEqual(["2.yml"]);
  });

  it("has every enabled id exactly once, whatever the mix", () => {
    const id = fc.constantFrom("a", "b", "c", "d", "e");
    fc.assert(
      fc.property(
        fc.array(fc.array(id, { minLength: 1, maxLength: 4 }), { maxLength: 5 }),
        fc.uniqueArray(id),
        fc.uniqueArray(id),
        (files, own, off) => {
          const directories = files.map((ids, n) => file(`${n}.yml`, ...ids));
          const disabled = new Set(off);
          const merged = mergeRules({ directories, own: own.map((one) => ({ id: one, text: rule(one) })), disabled });
          const expected = new Set([...files.flat(), ...own].filter((one) => !disabled.has(one)));
          expect(idsIn(merged).toSorted()).toEqual([...expected].toSorted());
        },
      ),
    );
  });
});

describe("A rule's story", () => {
  it("has the descriptive parts, as text", () => {
    const text = `title: x
description: |
    Two
    lines
references: [https://example.com/1]
falsepositives:
    - Backups
    - 123
date: 2024-01-02
license: DRL-1.1
`;
    expect(readRuleStory(text)).toEqual({
      description: "Two\nlines",
      descriptionJa: "",
      references: ["https://example.com/1"],
      falsePositives: ["Backups", "123"],
      date: "2024-01-02",
      modified: "",
      license: "DRL-1.1",
    });
  });

  it("is empty for anything else and never throws", () => {
    fc.assert(fc.property(fc.string({ unit: "binary" }), (text) => readRuleStory(text).references.length >= 0));
    expect(readRuleStory("- a\n- b").description).toBe("");
  });
});
