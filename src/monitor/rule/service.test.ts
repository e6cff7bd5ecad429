import { sql } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { AppError } from "../../kernel/errors.ts";
import type { Ctx } from "../../organization/access/index.ts";
import type { State } from "../../platform/state/index.ts";
import { openTestState } from "../../platform/state/testing.ts";
import { alertFiguresByRule, recordDetectionGroups } from "../alert/index.ts";
import { groupOf } from "../alert/testing.ts";
import { lintRules } from "../detect/index.ts";
import { createParser } from "../parse/index.ts";
import { compileReport } from "../pipeline/compile-report.ts";
import { tryRule } from "../pipeline/try-rule.ts";
import { type TestContexts, testContexts } from "../source/testing.ts";
import { openRuleCatalog, type RuleCatalog } from "./catalog.ts";
import { RuleCreate, RuleListQuery } from "./contract.ts";
import { seenIn } from "./figures/log-sources.ts";
import type { RuleHits } from "./listing.ts";
import { correlationText, idOf } from "./pack/testing/rules.ts";
import {
  listFilters,
  listRejected,
  listRules,
  type RuleDeps,
  readRule,
  readRuleFacets,
  readRuleVersion,
} from "./service.ts";
import { readRuleState } from "./store.ts";
import { withoutTrials } from "./trial.ts";
import { checkRule, createRule, deleteRule, switchRule, updateRule } from "./upkeep.ts";

const T0 = new Date("2026-11-22T12:00:00.000Z");
const A = "00000000-0000-4000-8000-00000000000a";
const B = "00000000-0000-4000-8000-00000000000b";
const OWN = "00000000-0000-4000-8000-00000000000c";

const rule = (
  id: string,
  wanted: { title?: string; level?: string; product?: string } = {},
): string => `title: ${wanted.title ?? "Whoami"}
id: ${id}
status: test
description: Somebody asks who they are.
references:
    - https://attack.mitre.org/techniques/T1033/
author: 山田 太郎
tags:
    - attack.discovery
    - attack.t1033
logsource:
    category: process_creation
    product: ${wanted.product ?? "windows"}
detection:
    selection:
        Image|endswith: '\\whoami.exe'
    condition: selection
falsepositives:
    - Administrators
level: ${wanted.level ?? "low"}
`;
const DIRECTORIES = [
  { origin: "rules/a.yml", text: rule(A) },
  { origin: "rules/b.yml", text: rule(B, { title: "Whoami on Linux", level: "high", product: "linux" }) },
  { origin: "rules/broken.yml", text: "title: Broken\nid: x\nlogsource:\n    product: windows\ndetection: nothing\n" },
];

const COST = { microsecondsPerEvent: 12.5, triedShare: 0.25, events: 4_000 };
const FILTERS = [
  {
    id: "f",
    title: "Known",
    origin: "rules/f.yml",
    line: 3,
    appliesTo: [A, "not-in-the-catalog"],
    narrowed: 250,
    warnings: [{ code: "filter-unknown-rules", values: { rules: "gone" } }],
  },
] as const;

let state: State;
let contexts: TestContexts;
let taro: Ctx;
let catalog: RuleCatalog;
let reloads: number;
let hits: Map<string, RuleHits> | AppError;
beforeAll(async () => {
  state = await openTestState();
  contexts = testContexts(state, T0);
  taro = await contexts.as();
});
afterAll(() => state?.close());
beforeEach(async () => {
  await state.db.execute(sql`TRUNCATE rule_document, rule_version, rule_sample, rule_override, alert`);
  catalog = await openRuleCatalog({
    directories: DIRECTORIES,
    compile: compileReport,
    readState: () => readRuleState(state.db),
  });
  reloads = 0;
  hits = new Map([[A, { count: 7, excepted: 0, lastAt: T0.toISOString() }]]);
});

const deps = (): RuleDeps => ({
  catalog,
  compile: compileReport,
  hits: {
    byRule: async () => {
      if (hits instanceof AppError) throw hits;
      return hits;
    },
    byDay: async () => {
      if (hits instanceof AppError) throw hits;
      return [{ day: "2026-11-22", count: 7 }];
    },
  },
  logSources: async () => seenIn([{ product: "linux", category: "process_creation", service: "", code: "" }]),
  lint: async (text) => lintRules({ text, origin: "own" }),
  tryRule: async (input) => tryRule(input, createParser()),
  findEvents: async () => [],
  filters: () => FILTERS,
  costs: {
    of: (origin, id) => (`${origin} ${id}` === `rules/a.yml ${A}` ? { ...COST } : undefined),
    budget: 200,
  },
  alertFigures: (ctx, scope) => alertFiguresByRule(ctx.state, scope),
  onRulesChanged: () => {
    reloads += 1;
  },
});
const list = (query: Record<string, unknown> = {}) => listRules(taro, RuleListQuery.parse(query), deps());
const titles = async (query: Record<string, unknown> = {}) => (await list(query)).items.map(({ title }) => title);
const create = (text: string, ctx = taro) => createRule(ctx, RuleCreate.parse({ text, comment: "first" }), deps());
/** Closes so many alerts of a rule with each finding. */
async function judge(ruleId: string, findings: Record<string, number>): Promise<void> {
  for (const [finding, count] of Object.entries(findings)) {
    for (let i = 0; i < count; i += 1) {
      const group = groupOf({ rule: { id: ruleId }, entity: { kind: "host", value: `${finding}-${i}` } });
      await state.transaction((tx) => recordDetectionGroups(tx, [group], T0));
    }
    await state.db.execute(sql`UPDATE alert SET status = 'closed', disposition = ${finding} WHERE status <> 'closed'`);
  }
}
const activeText = () =>
  catalog
    .activeRules()
    .map(({ text }) => text)
    .join("\n---\n");

describe("A correlation rule", () => {
  it("names the rules that it is built on, and they name it", async () => {
    await create(correlationText(3, A));
    const [a, many] = await Promise.all([readRule(taro, A, deps()), readRule(taro, idOf(3), deps())]);
    expect(many).toMatchObject({ builtOn: [{ id: A, title: "Whoami", titleJa: "" }], serves: [] });
    expect(a).toMatchObject({ builtOn: [], serves: [{ id: idOf(3), title: "Many 3" }] });
  });
});

describe("What a rule costs", () => {
  it("stands beside it and sorts the list, rules that were not measured last", async () => {
    const page = await list({ sort: "cost", order: "asc" });
    expect(page.items.map(({ id, cost }) => [id, cost])).toEqual([
      [A, COST],
      [B, null],
    ]);
    expect((await list({ sort: "cost", order: "desc" })).items[0]?.id).toBe(A);
    expect(await readRule(taro, A, deps())).toMatchObject({ cost: COST, costBudget: 200 });
  });

  it("is nothing once it is switched off", async () => {
    await switchRule(taro, { id: A, isEnabled: false, reason: "noisy" }, deps());
    expect((await readRule(taro, A, deps())).cost).toBeNull();
  });
});

describe("Sigma filters", () => {
  it("are listed with the rules that they narrow, by title, and what is odd about them in words", () => {
    expect(listFilters(deps())).toMatchObject({
      total: 1,
      items: [
        {
          title: "Known",
          origin: "rules/f.yml",
          line: 3,
          narrowed: 250,
          rules: [
            { id: A, title: "Whoami" },
            { id: "not-in-the-catalog", title: "not-in-the-catalog" },
          ],
          warnings: [{ code: "filter-unknown-rules", message: "the filter names rules that are not there: gone" }],
        },
      ],
    });
  });
});

describe("The list of rules", () => {
  it("shows what each rule is, how often it hit and what its alerts were", async () => {
    await state.transaction((tx) => recordDetectionGroups(tx, [groupOf({ rule: { id: A } })], T0));
    const page = await list();
    expect(page).toMatchObject({ total: 2, enabledTotal: 2, rejectedTotal: 1 });
    expect(page.items[0]).toMatchObject({
      id: A,
      title: "Whoami",
      level: "low",
      status: "test",
      author: "山田 太郎",
      logsource: { product: "windows", category: "process_creation", service: "" },
      tags: ["attack.discovery", "attack.t1033"],
      techniques: ["T1033"],
      kind: "directory",
      origin: "rules/a.yml",
      isEnabled: true,
      hits: 7,
      lastHitAt: T0.toISOString(),
      alerts: { open: 1, truePositive: 0, falsePositive: 0, benign: 0 },
    });
    expect(page.items[1]).toMatchObject({ hits: 0, lastHitAt: null });
  });

  it.each([
    [{ q: "ｗｈｏａｍｉ linux" }, ["Whoami on Linux"]],
    [{ level: "low" }, ["Whoami"]],
    [{ product: "linux,macos" }, ["Whoami on Linux"]],
    [{ technique: "T1033" }, ["Whoami", "Whoami on Linux"]],
    [{ hit: "yes" }, ["Whoami"]],
    [{ hit: "no" }, ["Whoami on Linux"]],
    [{ state: "disabled" }, []],
    [{ sort: "level", order: "desc" }, ["Whoami on Linux", "Whoami"]],
    [{ sort: "hits", order: "desc" }, ["Whoami", "Whoami on Linux"]],
    [{ health: "quiet" }, ["Whoami on Linux"]],
    [{ health: "no-logs", days: "30" }, []],
    [{ health: "misjudged,unproven" }, []],
    [{ limit: "1" }, ["Whoami"]],
    [{ limit: "1", cursor: "1" }, ["Whoami on Linux"]],
  ])("with %j shows %j", async (query, expected) => {
    expect(await titles(query)).toEqual(expected);
  });

  it("gives the precision of judged rules, and lists those judged nothing last in either order", async () => {
    await judge(B, { "true-positive": 1, "false-positive": 3 });
    expect((await list({ health: "misjudged" })).items).toMatchObject([
      { id: B, health: "misjudged", precision: { share: 2 / 6, judged: 4 } },
    ]);
    for (const order of ["asc", "desc"])
      expect(await titles({ sort: "precision", order })).toEqual(["Whoami on Linux", "Whoami"]);
  });

  it("tells a rule without hits from one that could not hit", async () => {
    hits = new Map();
    expect(await titles({ health: "quiet" })).toEqual(["Whoami on Linux"]);
    expect(await titles({ health: "no-logs" })).toEqual(["Whoami"]);
    expect(await readRule(taro, A, deps())).toMatchObject({ logs: false, health: "no-logs" });
  });

  it("counts facets under the other filters, and lists what cannot run with its reason", async () => {
    const facets = await readRuleFacets(taro, RuleListQuery.parse({ level: "low" }), deps());
    expect(facets.level).toEqual([
      { value: "high", count: 1 },
      { value: "low", count: 1 },
    ]);
    expect(facets.product).toEqual([{ value: "windows", count: 1 }]);
    expect(listRejected(deps())).toMatchObject({
      total: 1,
      items: [{ origin: "rules/broken.yml", title: "Broken", line: 5, reason: expect.any(String) }],
    });
  });

  it("says that hits could not be counted instead of showing zeros", async () => {
    hits = new AppError("unavailable", "away");
    expect(await list()).toMatchObject({ hitsProblem: "unavailable", items: [{ hits: null }, { hits: null }] });
    expect(await readRule(taro, A, deps())).toMatchObject({ hits: null, hitsByDay: null });
  });

  it("refuses a range that ends before it begins, and a broken cursor", async () => {
    const range = { from: "2026-11-22T00:00:00Z", to: "2026-11-21T00:00:00Z" };
    await expect(list(range)).rejects.toMatchObject({ code: "invalid" });
    await expect(list({ cursor: "-1" })).rejects.toMatchObject({ code: "invalid" });
  });
});

describe("A rule of our own", () => {
  it("runs once stored, is shown with its text and story, and every version is kept", async () => {
    const created = await create(rule(OWN, { title: "Mine" }));
    expect(created).toMatchObject({
      id: OWN,
      kind: "own",
      version: 1,
      description: "Somebody asks who they are.",
      falsePositives: ["Administrators"],
      references: ["https://attack.mitre.org/techniques/T1033/"],
    });
    expect(activeText()).toContain("title: Mine");
    const text = rule(OWN, { title: "Mine, better" });
    const updated = await updateRule(taro, { id: OWN, text, comment: "better", version: 1 }, deps());
    expect(updated.versions).toMatchObject([
      { version: 2, comment: "better", by: { name: "太郎" } },
      { version: 1, comment: "first" },
    ]);
    expect((await readRuleVersion(taro, { id: OWN, version: 1 })).text).toBe(rule(OWN, { title: "Mine" }));
    expect(reloads).toBe(2);
    expect(contexts.audits.slice(-2).map(({ action }) => action)).toEqual(["rule.create", "rule.update"]);
  });

  it("is stored though the rules could not be loaded at once, which the answer says, and they are loaded later", async () => {
    let failures = 2;
    const failing = async () => (failures-- > 0 ? Promise.reject(new Error("the engine is away")) : catalog.refresh());
    const shaky: RuleDeps = { ...deps(), catalog: { ...catalog, refresh: failing }, retryMs: 1 };
    const input = RuleCreate.parse({ text: rule(OWN), comment: "first" });
    const said = { code: "not_loaded", message: expect.stringMatching(/^This is stored/) };
    await expect(createRule(taro, input, shaky)).rejects.toMatchObject(said);
    expect((await readRuleState(state.db)).own).toHaveLength(1);
    await vi.waitFor(() => expect(catalog.entries().get(OWN)).toBeDefined());
    failures = 1;
    await expect(deleteRule(taro, { id: OWN, reason: "not needed" }, shaky)).rejects.toMatchObject(said);
    await vi.waitFor(() => expect(catalog.entries().get(OWN)).toBeUndefined());
    expect(reloads).toBe(2);
  });

  it("stands in for a rule of the same id from a directory until it is deleted", async () => {
    expect(await create(rule(A, { title: "Mine" }))).toMatchObject({ kind: "own", overrides: true });
    expect(activeText().match(new RegExp(A, "g"))).toHaveLength(1);
    await deleteRule(taro, { id: A, reason: "not needed" }, deps());
    expect(await readRule(taro, A, deps())).toMatchObject({ kind: "directory", title: "Whoami", overrides: false });
    expect(await create(rule(A, { title: "Mine again" }))).toMatchObject({ version: 3 });
  });

  it.each([
    ["that is no YAML", "title: [", /./],
    ["without a detection", "title: x\nid: y\nlogsource:\n    product: windows\n", /./],
    ["without an id", rule("").replace(/^id:.*\n/m, ""), /id/],
    ["with two rules in it", `${rule(OWN)}---\n${rule(B)}`, /one rule/],
    ["with one rule twice", `${rule(OWN)}---\n${rule(OWN)}`, /one rule/],
    ["whose id has odd characters", rule('"a b\\u0000"'), /id/],
    ["that is empty", "# nothing", /./],
  ])("%s is refused with the reason and changes nothing", async (_, text, reason) => {
    const checked = await checkRule(text, deps());
    expect(checked).toMatchObject({ ok: false, reason: expect.stringMatching(reason) });
    await expect(create(text)).rejects.toMatchObject({ code: "invalid", detail: { reason: expect.any(String) } });
    expect((await readRuleState(state.db)).own).toEqual([]);
    expect(reloads).toBe(0);
  });

  it("names the line of what is wrong", async () => {
    const text = rule(OWN).replace("condition: selection", "condition: no_such_selection");
    expect(await checkRule(text, deps())).toMatchObject({ ok: false, line: 17 });
  });

  it("cannot be created twice, changed on an old version, or change its id", async () => {
    await create(rule(OWN));
    await expect(create(rule(OWN))).rejects.toMatchObject({ code: "conflict" });
    const change = (id: string, version: number) =>
      updateRule(taro, { id: OWN, text: rule(id), comment: "", version }, deps());
    await expect(change(OWN, 9)).rejects.toMatchObject({ code: "conflict" });
    await expect(change(B, 1)).rejects.toMatchObject({ code: "invalid" });
    await expect(deleteRule(taro, { id: A, reason: "x" }, deps())).rejects.toMatchObject({ code: "not_found" });
  });

  it("needs the permission for the whole group, because rules run everywhere", async () => {
    const osaka = await contexts.as({ units: ["unit_osaka"] });
    await expect(create(rule(OWN), osaka)).rejects.toMatchObject({ code: "forbidden" });
    await expect(switchRule(osaka, { id: A, isEnabled: false, reason: "x" }, deps())).rejects.toMatchObject({
      code: "forbidden",
    });
  });
});

describe("A rule on trial", () => {
  const DAY_LATER = "2026-11-23T12:00:00.000Z";
  const recorded: string[] = [];
  const sink = () =>
    withoutTrials(
      {
        checkpoint: async () => 0,
        record: async (_stream, seq, groups) => void recorded.push(`${seq}: ${groups.map(({ rule: { id } }) => id)}`),
      },
      (id) => catalog.isOnTrial(id, T0.getTime()),
    );

  it("runs and raises no alerts, is shown as such, and raises them once switched on", async () => {
    const put = { id: A, isEnabled: true, reason: "new here", trialUntil: DAY_LATER };
    expect(await switchRule(taro, put, deps())).toMatchObject({ isEnabled: true, trial: { until: DAY_LATER } });
    expect(activeText()).toContain(A);
    expect(await titles({ state: "trial" })).toEqual(["Whoami"]);
    await sink().record(7, 1, [groupOf({ rule: { id: A } }), groupOf({ rule: { id: B } })]);
    await switchRule(taro, { id: A, isEnabled: true, reason: "good" }, deps());
    await sink().record(7, 2, [groupOf({ rule: { id: A } })]);
    expect(recorded).toEqual([`1: ${B}`, `2: ${A}`]);
    expect(await readRule(taro, A, deps())).toMatchObject({ trial: null });
  });

  it("is over when its time has passed, and never ends by itself without one", async () => {
    await switchRule(taro, { id: A, isEnabled: true, reason: "x", trialUntil: DAY_LATER }, deps());
    await switchRule(taro, { id: B, isEnabled: true, reason: "x", trialUntil: null }, deps());
    const later = Date.parse(DAY_LATER);
    expect([A, B].map((id) => catalog.isOnTrial(id, later - 1))).toEqual([true, true]);
    expect([A, B].map((id) => catalog.isOnTrial(id, later))).toEqual([false, true]);
  });

  it("may be a new one of our own; a trial in the past is refused; a rule switched off is on no trial", async () => {
    const made = await createRule(taro, RuleCreate.parse({ text: rule(OWN), trialUntil: null }), deps());
    expect(made).toMatchObject({ trial: { until: null } });
    const past = { id: A, isEnabled: true, reason: "x", trialUntil: T0.toISOString() };
    await expect(switchRule(taro, past, deps())).rejects.toMatchObject({ code: "invalid" });
    const off = await switchRule(taro, { id: OWN, isEnabled: false, reason: "x", trialUntil: null }, deps());
    expect(off).toMatchObject({ isEnabled: false, trial: null });
  });
});

describe("A rule that is deleted", () => {
  it("takes its switch with it: created again, it begins switched on", async () => {
    await create(rule(OWN));
    await switchRule(taro, { id: OWN, isEnabled: true, reason: "x", trialUntil: null }, deps());
    await deleteRule(taro, { id: OWN, reason: "x" }, deps());
    const again = await create(rule(OWN));
    expect(again).toMatchObject({ isEnabled: true, trial: null, override: null });
  });
});

describe("Switching a rule", () => {
  it("off takes it out of what runs, with a reason that people see; on brings it back", async () => {
    const off = await switchRule(taro, { id: A, isEnabled: false, reason: "too loud" }, deps());
    expect(off).toMatchObject({ isEnabled: false, override: { reason: "too loud", by: { name: "太郎" } } });
    expect(activeText()).not.toContain(A);
    expect(await list()).toMatchObject({ enabledTotal: 1, total: 2 });
    expect(await titles({ state: "disabled" })).toEqual(["Whoami"]);
    const on = await switchRule(taro, { id: A, isEnabled: true, reason: "tuned" }, deps());
    expect(on).toMatchObject({ isEnabled: true, override: { reason: "tuned" } });
    expect(activeText()).toContain(A);
    expect(reloads).toBe(2);
  });

  it("holds for a rule of our own too, and for no rule that is not there", async () => {
    await create(rule(OWN));
    await switchRule(taro, { id: OWN, isEnabled: false, reason: "x" }, deps());
    expect(activeText()).not.toContain(OWN);
    await expect(switchRule(taro, { id: "none", isEnabled: false, reason: "x" }, deps())).rejects.toMatchObject({
      code: "not_found",
    });
  });
});
