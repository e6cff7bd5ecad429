import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { selectionUses } from "../lint/condition-use.ts";
import { messageOf } from "../lint/finding.ts";
import { lintRules } from "../lint/lint.ts";

const GOOD = `title: Whoami by a service
id: 00000000-0000-4000-8000-00000000000a
description: A service account asks who it is.
tags:
    - attack.discovery
    - attack.t1033
    - cve.2024-12345
logsource:
    product: windows
    category: process_creation
detection:
    selection:
        Image|endswith: '\\whoami.exe'
    filter_main_admins:
        User: admin
    condition: selection and not 1 of filter_main_*
level: low
`;
const lint = (text: string) => lintRules({ text, origin: "a.yml" });
const told = (text: string) => lint(text).map(({ code, line, column }) => `${code} ${line}:${column}`);

describe("What lint says of a rule", () => {
  it("is nothing when it is in order", () => {
    expect(lint(GOOD)).toEqual([]);
  });

  test.each([
    ["a modifier that is not known", ["|endswith", "|endsw"], ["broken 13:9"]],
    ["broken YAML", ["    selection:\n", "    selection\n"], [expect.stringMatching(/^broken \d+:\d+$/)]],
    ["no id", ["id: 00000000-0000-4000-8000-00000000000a\n", ""], ["missing-id 1:1"]],
    ["an id that is no UUID", ["00000000-0000-4000-8000-00000000000a", "whoami"], ["odd-id 2:1"]],
    ["no level", ["level: low\n", ""], ["missing-level 1:1"]],
    ["no description", ["description: A service account asks who it is.\n", ""], ["missing-description 1:1"]],
    ["a title with a period", ["service\n", "service.\n"], ["title-period 1:1"]],
    ["a title that says what every rule does", ["Whoami", "Detects whoami"], ["title-detects 1:1"]],
    ["a title in small letters", ["Whoami", "whoami"], ["title-lower 1:1"]],
    ["a tactic that ATT&CK does not have", ["attack.discovery", "attack.discovering"], ["odd-tag 5:7"]],
    ["a technique of the wrong shape", ["attack.t1033", "attack.t133"], ["odd-tag 6:7"]],
    ["a CVE of the wrong shape", ["cve.2024-12345", "cve.24"], ["odd-tag 7:7"]],
    [
      "a selection that is not used",
      ["condition: selection and not 1 of filter_main_*", "condition: selection"],
      ["unused-selection 14:5"],
    ],
    ["a filter that is not negated", ["and not 1 of", "and 1 of"], ["filter-not-negated 14:5"]],
    [
      "a selection that is only negated",
      ["selection and not 1 of", "not selection and not 1 of"],
      ["selection-negated 12:5", "only-negative 16:5"],
    ],
    ["a field with a slip of the pen", ["Image|", "Imagee|"], ["unknown-field 13:9"]],
    ["all of one value", ["Image|endswith", "Image|endswith|all"], [expect.stringMatching(/13:9$/)]],
  ])("with %s", (_, [from, to], findings) => {
    expect(told(GOOD.replace(from ?? "", to ?? ""))).toEqual(findings);
  });

  it("names the other rule when two of a file have one id", () => {
    expect(told(`${GOOD}---\n${GOOD}`)).toEqual(["duplicate-id 1:1"]);
  });

  it("reads as a sentence, and survives any text", () => {
    expect(lint(GOOD.replace("Image|", "Imagee|")).map(messageOf)).toEqual([
      'no event of this log source is known to have "Imagee"; is "Image" meant?',
    ]);
    fc.assert(fc.property(fc.string(), (text) => lint(text).every((finding) => messageOf(finding) !== "")));
  });
});

describe("Which selections a condition asks for", () => {
  const names = ["a", "b", "filter_x", "filter_y", "_hidden"];
  test.each([
    ["a and not b", "a+ b-"],
    ["not (a or not b)", "a- b+"],
    ["a and not 1 of filter_*", "a+ filter_x- filter_y-"],
    ["1 of them", "a+ b+ filter_x+ filter_y+"],
    ["not not a", "a+"],
    ["a and b) or (", "a+ b+"],
    ["all of filter_*y", "filter_y+"],
  ])("%s", (condition, expected) => {
    const uses = [...selectionUses([condition], names)].flatMap(([name, { plain, negated }]) => [
      ...(plain > 0 ? [`${name}+`] : []),
      ...(negated > 0 ? [`${name}-`] : []),
    ]);
    expect(uses.join(" ")).toBe(expected);
  });
});
