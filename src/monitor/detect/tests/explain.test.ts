import { describe, expect, it, test } from "vitest";
import { explainRule } from "../explain.ts";

const RULE = `title: Whoami by a service
logsource:
    product: windows
    category: process_creation
detection:
    selection:
        Image|endswith: '\\whoami.exe'
        User|contains: [SYSTEM, SERVICE]
    keywords:
        - suspicious
        - odd
    filter_known:
        - ParentImage: C:\\known.exe
        - ParentImage: C:\\other.exe
    condition: (selection or keywords) and not 1 of filter_*
`;
const PROCESS = { product: "windows", category: "process_creation", service: "" };
const explain = (fields: Record<string, string>, logsource = PROCESS, text = RULE) => {
  const explainer = explainRule(text);
  if (!explainer.ok) throw new Error(explainer.reason);
  return explainer.explain({ fields, logsource });
};
const holding = (fields: Record<string, string>) =>
  explain(fields).selections.flatMap(({ name, holds, parts }) => [
    ...(holds ? [name] : []),
    ...parts.filter((part) => part.holds).map(({ key }) => `${name}/${key}`),
  ]);

describe("Why a rule fires or not", () => {
  test.each([
    [
      { Image: "C:\\whoami.exe", User: "NT SYSTEM" },
      true,
      ["selection", "selection/Image|endswith", "selection/User|contains"],
    ],
    [{ Image: "C:\\whoami.exe", User: "taro" }, false, ["selection/Image|endswith"]],
    [{ Message: "something odd" }, true, ["keywords", "keywords/#2"]],
    [
      { Message: "odd", ParentImage: "c:\\KNOWN.exe" },
      false,
      ["keywords", "keywords/#2", "filter_known", "filter_known/#1"],
    ],
    [{}, false, []],
  ])("%j: %s, because of %j", (fields, fires, why) => {
    expect(explain(fields).fires).toBe(fires);
    expect(holding(fields)).toEqual(why);
  });

  it("shows what the event has in the field, under the event's own name", () => {
    const { selections } = explain({ NewProcessName: "C:\\whoami.exe", user: "taro" });
    expect(selections[0]?.parts.map(({ found }) => found)).toEqual([
      { name: "NewProcessName", value: "C:\\whoami.exe" },
      { name: "user", value: "taro" },
    ]);
  });

  it("of another log source says so and nothing else", () => {
    expect(explain({ Image: "C:\\whoami.exe", User: "SYSTEM" }, { ...PROCESS, product: "linux" })).toEqual({
      fires: false,
      fits: false,
      selections: [],
    });
  });

  it.each([
    ["a rule that does not compile", "title: x\nlogsource:\n    product: windows\ndetection: nothing\n", 4],
    ["two rules", `${RULE}---\n${RULE.replace("Whoami", "Another")}`, undefined],
    ["no YAML", "{", 1],
    ["nothing", "", undefined],
  ])("is not said of %s", (_, text, line) => {
    expect(explainRule(text)).toMatchObject({ ok: false, reason: expect.any(String), ...(line && { line }) });
  });

  it("is not disturbed by names such as __proto__", () => {
    const text = RULE.replace("filter_known:", "__proto__:").replace("not 1 of filter_*", "not __proto__");
    const { selections } = explain({ ParentImage: "c:\\known.exe" }, PROCESS, text);
    expect(selections.find(({ name }) => name === "__proto__")).toMatchObject({ holds: true });
  });
});
