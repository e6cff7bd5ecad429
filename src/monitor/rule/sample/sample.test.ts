import { sql } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, describe, expect, it, test } from "vitest";
import { AppError } from "../../../kernel/errors.ts";
import type { Ctx } from "../../../organization/access/index.ts";
import type { State } from "../../../platform/state/index.ts";
import { openTestState } from "../../../platform/state/testing.ts";
import { compileRules, lintRules } from "../../detect/index.ts";
import { createParser } from "../../parse/index.ts";
import { tryRule } from "../../pipeline/try-rule.ts";
import { type TestContexts, testContexts } from "../../source/testing.ts";
import { openRuleCatalog } from "../catalog.ts";
import type { RuleDeps } from "../service.ts";
import { readRuleState } from "../store.ts";
import { createRule, updateRule } from "../upkeep.ts";
import { MAX_LINE_CHARS } from "./contract.ts";
import { createSample, deleteSample, listSamples } from "./service.ts";
import type { StoredLine } from "./tried.ts";
import { splitEvents, tryOnEvents } from "./try.ts";

const T0 = new Date("2026-11-22T12:00:00.000Z");
const ID = "00000000-0000-4000-8000-00000000000c";
const rule = (tool: string): string => `title: Tool
id: ${ID}
logsource:
    product: windows
    category: process_creation
detection:
    selection:
        Image|endswith: '\\${tool}'
    condition: selection
level: low
`;
const created = (image: string): string =>
  JSON.stringify({
    EventID: 1,
    Channel: "Microsoft-Windows-Sysmon/Operational",
    UtcTime: "2026-11-22 11:00:00.000",
    Image: image,
  });
const WHOAMI = created("C:\\whoami.exe");
const NOTEPAD = created("C:\\notepad.exe");

let state: State;
let contexts: TestContexts;
let taro: Ctx;
let deps: RuleDeps;
beforeAll(async () => {
  state = await openTestState();
  contexts = testContexts(state, T0);
  taro = await contexts.as();
});
afterAll(() => state.close());
beforeEach(async () => {
  contexts.audits.length = 0;
  await state.db.execute(sql`TRUNCATE rule_document, rule_version, rule_sample, rule_override`);
  deps = {
    catalog: await openRuleCatalog({
      directories: [],
      compile: compileRules,
      readState: () => readRuleState(state.db),
    }),
    compile: compileRules,
    hits: { byRule: async () => new Map(), byDay: async () => [] },
    logSources: async () => () => true,
    lint: async (text) => lintRules({ text, origin: "own" }),
    tryRule: async (input) => tryRule(input, createParser()),
    findEvents: async () => [],
    filters: () => [],
    costs: { of: () => undefined, budget: 200 },
    alertFigures: async () => new Map(),
    onRulesChanged: () => undefined,
  };
  await createRule(taro, { text: rule("whoami.exe"), comment: "" }, deps);
});

describe("Trying a rule on events", () => {
  test.each([
    ["lines", `${WHOAMI}\n\n${NOTEPAD}\n`, [WHOAMI, NOTEPAD]],
    ["a JSON array", `[\n${WHOAMI},\n${NOTEPAD}]`, [WHOAMI, NOTEPAD]],
    ["one JSON object over lines", JSON.stringify(JSON.parse(WHOAMI), null, 2), [WHOAMI]],
    ["log lines that are no JSON", "<13>a b\r\nc", ["<13>a b", "c"]],
    ["a number", "5", ["5"]],
  ])("takes %s", (_, text, events) => {
    expect(splitEvents(text)).toEqual(events);
  });

  it("goes through the real parser, and says what each selection saw", async () => {
    const events = `${WHOAMI}\n${NOTEPAD}\n<13>Nov 22 12:00:00 web1 sshd[7]: hello`;
    expect(await tryOnEvents(taro, { text: rule("whoami.exe"), events }, deps)).toMatchObject({
      ok: true,
      leftOut: 0,
      events: [
        { fires: true, fits: true, selections: [{ name: "selection", holds: true, parts: [{ holds: true }] }] },
        {
          fires: false,
          fits: true,
          logsource: { product: "windows", category: "process_creation", service: "sysmon" },
          selections: [
            { holds: false, parts: [{ key: "Image|endswith", found: { name: "Image", value: "C:\\notepad.exe" } }] },
          ],
        },
        { fires: false, fits: false, selections: [] },
      ],
    });
  });

  it("of a broken rule gives the line and reason, and past 200 events says how many were left out", async () => {
    const broken = rule("x").replace("endswith", "nosuch");
    expect(await tryOnEvents(taro, { text: broken, events: WHOAMI }, deps)).toMatchObject({ ok: false, line: 8 });
    const events = Array.from({ length: 203 }, () => "x").join("\n");
    expect(await tryOnEvents(taro, { text: rule("x"), events }, deps)).toMatchObject({ leftOut: 3 });
    const swelling = `[${Array.from({ length: 100 }, () => `[${"1e20,".repeat(200)}0]`).join(",")}]`;
    const outcome = await tryOnEvents(taro, { text: rule("x"), events: swelling }, deps);
    expect(outcome).toMatchObject({ ok: true, leftOut: 55 });
  });
});

describe("Trying a rule on stored events", () => {
  const AT = Date.UTC(2026, 10, 22, 11);
  const hints = { format: "auto", transport: "try", receivedAtMs: AT };
  const stored = { q: "host.name:pc1", from: "now-1h", to: "now", tz: "UTC", limit: 2 };
  const lines = (...texts: string[]): StoredLine[] =>
    texts.map((text, at) => ({ id: `1-${at}`, timeMs: AT + at, text, hints }));
  const onStored = (found: readonly StoredLine[], text = rule("whoami.exe")) =>
    tryOnEvents(taro, { text, stored }, { ...deps, findEvents: async () => found });

  it("says of each event of the search which it is, whether the rule fires, and why", async () => {
    expect(await onStored(lines(WHOAMI, NOTEPAD))).toMatchObject({
      ok: true,
      leftOut: 0,
      events: [
        { stored: { id: "1-0", time: "2026-11-22T11:00:00.000Z", text: WHOAMI }, fires: true },
        { stored: { id: "1-1" }, fires: false, selections: [{ name: "selection", holds: false }] },
      ],
    });
  });

  it("reads each as its source's events are read, not by its look", async () => {
    const pinned = lines(WHOAMI).map((line) => ({ ...line, hints: { ...hints, format: "raw" } }));
    expect(await onStored(pinned)).toMatchObject({ events: [{ fires: false, fits: false }] });
  });

  it("asks for the search as it was asked, and hands on its refusal", async () => {
    const refused = { ...deps, findEvents: async () => Promise.reject(new AppError("forbidden", "not yours")) };
    await expect(tryOnEvents(taro, { text: rule("x"), stored }, refused)).rejects.toMatchObject({ code: "forbidden" });
    const asked: unknown[] = [];
    const findEvents: RuleDeps["findEvents"] = async (_, search) => {
      asked.push(search);
      return [];
    };
    expect(await tryOnEvents(taro, { text: rule("x"), stored }, { ...deps, findEvents })).toMatchObject({ events: [] });
    expect(asked).toEqual([stored]);
  });

  it("reads a long one whole, shows its head, and counts those that there was no room for", async () => {
    const long = JSON.stringify({ ...JSON.parse(WHOAMI), padding: "x".repeat(400_000) });
    const outcome = await onStored([...lines(long, WHOAMI), { id: "1-2", timeMs: AT, text: undefined, hints }]);
    expect(outcome).toMatchObject({
      ok: true,
      leftOut: 1,
      events: [
        { fires: true, problem: "", stored: { isCut: true } },
        { fires: true, stored: { isCut: false, text: WHOAMI } },
      ],
    });
    expect(outcome.ok && outcome.events[0]?.stored?.text.length).toBe(MAX_LINE_CHARS);
  });
});

describe("Samples of an own rule", () => {
  const sample = (expected: "hit" | "miss", text: string, ctx = taro) =>
    createSample(ctx, { ruleId: ID, expected, text, note: "" }, deps);

  it("are kept with who and when, and shown with what the rule makes of them", async () => {
    await sample("hit", WHOAMI);
    const { items } = await sample("miss", NOTEPAD);
    expect(items.toSorted((one, two) => (one.expected < two.expected ? -1 : 1))).toMatchObject([
      { expected: "hit", fires: true, by: { name: taro.actor.name }, at: T0.toISOString() },
      { expected: "miss", fires: false },
    ]);
    expect(contexts.audits.filter(({ action }) => action === "rule.sample.add")).toHaveLength(2);
  });

  it("refuse a change that gets them wrong, until it is confirmed", async () => {
    const { items } = await sample("hit", WHOAMI);
    const change = { id: ID, text: rule("notepad.exe"), comment: "", version: 1 };
    await expect(updateRule(taro, change, deps)).rejects.toMatchObject({
      code: "conflict",
      detail: { broken: [items[0]?.id] },
    });
    expect(await updateRule(taro, { ...change, acceptBroken: true }, deps)).toMatchObject({ version: 2 });
    expect((await listSamples(taro, ID, deps)).items).toMatchObject([{ expected: "hit", fires: false }]);
  });

  it("have a bounded length together, as all of them are tried at once", async () => {
    for (let i = 0; i < 3; i += 1) await sample("miss", "x".repeat(65_000));
    await expect(sample("miss", "x".repeat(5_001))).rejects.toMatchObject({ code: "over_limit" });
    expect((await sample("miss", "x".repeat(5_000))).items).toHaveLength(4);
  });

  it("can be deleted, need an own rule, and are read and written with the permission for the whole group", async () => {
    const { items } = await sample("hit", WHOAMI);
    const id = items[0]?.id ?? "";
    const limited = await contexts.as({ units: ["unit_osaka"] });
    await expect(listSamples(limited, ID, deps)).rejects.toMatchObject({ code: "forbidden" });
    await expect(sample("hit", WHOAMI, limited)).rejects.toMatchObject({ code: "forbidden" });
    await expect(deleteSample(limited, { ruleId: ID, sampleId: id }, deps)).rejects.toMatchObject({
      code: "forbidden",
    });
    expect(await deleteSample(taro, { ruleId: ID, sampleId: id }, deps)).toEqual({ items: [] });
    await expect(deleteSample(taro, { ruleId: ID, sampleId: id }, deps)).rejects.toMatchObject({ code: "not_found" });
    await expect(
      createSample(taro, { ruleId: "nobody", expected: "hit", text: "x", note: "" }, deps),
    ).rejects.toMatchObject({ code: "not_found" });
  });
});
