import { describe, expect, it, test } from "vitest";
import { emptyHotColumns, type Fields, type HotColumns } from "../../event/index.ts";
import { compileRules } from "../index.ts";
import { fieldsOf, LINUX, ruleText, select } from "../tests/try-rule.ts";
import { compileExceptions, type ExceptionSpec } from "./exceptions.ts";
import { type ExceptionMatch, readMatch } from "./match.ts";

const START = Date.UTC(2026, 10, 1);
const END = Date.UTC(2026, 11, 1);
const rules = compileRules(
  ["one", "two"].map((id) => ({ text: ruleText(select({ a: 1 }), { id, title: id }), origin: id })),
).rules;
const fields = (pairs: Record<string, string>): ExceptionMatch => ({
  kind: "fields",
  fields: Object.entries(pairs).map(([name, value]) => ({ name, value })),
});
const spec = (more: Partial<ExceptionSpec> = {}): ExceptionSpec => ({
  id: "exception_1",
  ruleIds: ["one"],
  unitIds: "any",
  startsAtMs: START,
  expiresAtMs: END,
  match: fields({ user: "backup" }),
  ...more,
});

type Event = {
  readonly fields?: Fields;
  readonly hot?: Partial<HotColumns>;
  readonly unitId?: string;
  readonly receivedMs?: number;
};
function excepted(specs: readonly ExceptionSpec[], event: Event = {}, ruleIds = ["one", "two"]) {
  const found = compileExceptions(specs, rules, { Backup: ["backup", "restore"] }).exceptedBy(
    {
      fields: fieldsOf(event.fields ?? { user: "backup" }),
      logsource: LINUX,
      hot: { ...emptyHotColumns(), ...event.hot },
      unitId: event.unitId ?? "unit_osaka",
      receivedMs: event.receivedMs ?? START,
    },
    ruleIds,
  );
  return Object.fromEntries(found);
}

describe("An exception", () => {
  it("counts for its own rules", () => {
    expect(excepted([spec()])).toEqual({ one: "exception_1" });
    expect(excepted([spec({ ruleIds: ["one", "two", "gone"] })])).toEqual({ one: "exception_1", two: "exception_1" });
  });

  test.each([
    ["from its start", START, true],
    ["not before", START - 1, false],
    ["until just before its expiry", END - 1, true],
    ["and no longer", END, false],
  ])("by the time we received the event: %s", (_, receivedMs, isExcepted) => {
    expect("one" in excepted([spec()], { receivedMs })).toBe(isExcepted);
  });

  test.each([
    ["every unit", "any", true],
    ["the event's unit among others", ["unit_kyoto", "unit_osaka"], true],
    ["another unit", ["unit_kyoto"], false],
  ] as const)("in %s", (_, unitIds, isExcepted) => {
    expect("one" in excepted([spec({ unitIds })])).toBe(isExcepted);
  });

  it("of several that fit, the first counts", () => {
    const other = spec({ id: "exception_2", match: fields({ user: "BACKUP" }) });
    expect(excepted([spec({ match: fields({ user: "x" }) }), other, spec({ id: "exception_3" })])).toEqual({
      one: "exception_2",
    });
  });

  it("that cannot be read excepts nothing, and no other is held up", () => {
    const broken = spec({ id: "exception_0", match: { kind: "sigma", text: "selection: [" } });
    expect(excepted([broken, spec()])).toEqual({ one: "exception_1" });
  });
});

describe("What an excepted event looks like", () => {
  const sigma = (text: string): ExceptionMatch => ({ kind: "sigma", text });
  test.each<[string, ExceptionMatch, Event, boolean]>([
    ["a field's value", fields({ user: "Backup" }), { fields: { user: "backup" } }, true],
    ["every field", fields({ user: "backup", host: "x" }), { fields: { user: "backup" } }, false],
    ["a value with stars is plain", fields({ user: "b*" }), { fields: { user: "backup" } }, false],
    ["a value with stars is itself", fields({ user: "b*?\\*" }), { fields: { user: "B*?\\*" } }, true],
    ["a path", fields({ p: "C:\\x\\" }), { fields: { p: "c:\\x\\" } }, true],
    ["one field with two values", fields({ user: "backup", User: "x" }), { fields: { user: "backup" } }, false],
    ["a column under its ECS name", fields({ "host.name": "PC1" }), { hot: { host_name: "pc1" } }, true],
    [
      "the vendor's field before a column",
      fields({ "host.name": "pc1" }),
      { fields: { "host.name": "x" }, hot: { host_name: "pc1" } },
      false,
    ],
    ["a Sigma selection", sigma("s:\n  user|startswith: back\ncondition: s\n"), {}, true],
    ["a Sigma selection that does not match", sigma("s: { user: x }\ncondition: s\n"), {}, false],
    ["two selections", sigma("s: { user: backup }\nt: { a: 1 }\ncondition: s and not t\n"), {}, true],
    ["a placeholder", sigma("s: { user|expand: '%Backup%' }\ncondition: s\n"), {}, true],
  ])("%s", (_, match, event, isExcepted) => {
    expect("one" in excepted([spec({ match })], event)).toBe(isExcepted);
  });

  test.each([
    ["broken YAML", "s: [", 1, "the YAML cannot be read"],
    ["no map", "- a\n", 1, "must be a map"],
    ["no condition", "s: { a: 1 }\n", 1, "has no condition"],
    ["an unknown modifier", "s:\n  a|sounds: 1\ncondition: s\n", 2, '"sounds" does not exist'],
    ["a bare not", "s: { a: 1 }\ncondition: not s\n", 2, "must say what is excepted"],
    ["a whole filter document", "title: x\nfilter: { s: { a: 1 }, condition: s }\n", 1, 'without "title"'],
    ["two documents", "s: { a: 1 }\ncondition: s\n---\nx: 1\n", undefined, "one selection and one condition"],
    ["nothing", "", undefined, "one selection and one condition"],
    ["an unknown placeholder", "s: { a|expand: '%x%' }\ncondition: s\n", 1, "%x%"],
  ])("%s is refused with its line", (_, text, line, reason) => {
    const read = readMatch({ kind: "sigma", text }, {});
    expect(read).toMatchObject({ ok: false, problem: { reason: expect.stringContaining(reason) } });
    expect(!read.ok && read.problem.line).toBe(line);
  });
});
