import { sql } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { AppError } from "../../../kernel/errors.ts";
import { buildUnitTree, type Ctx } from "../../../organization/access/index.ts";
import type { EventsDb } from "../../../platform/events/index.ts";
import { openTestEvents } from "../../../platform/events/testing.ts";
import type { State } from "../../../platform/state/index.ts";
import { openTestState } from "../../../platform/state/testing.ts";
import { type ExceptionSpec, readMatch } from "../../detect/index.ts";
import { compileReport } from "../../pipeline/compile-report.ts";
import { type TestContexts, testContexts } from "../../source/testing.ts";
import { openRuleCatalog, type RuleCatalog } from "../catalog.ts";
import { readRuleState } from "../store.ts";
import { type ExceptionInput, ExceptionInput as ExceptionInputShape } from "./contract.ts";
import { createExceptedCounter } from "./excepted.ts";
import { type ExceptionsInForce, keepExceptionsInForce } from "./in-force.ts";
import { addException, changeException, type ExceptionDeps, endException, listExceptions } from "./service.ts";

const T0 = new Date("2026-11-22T12:00:00.000Z");
const DAY = 86_400_000;
const RULE = "title: Whoami\nid: rule-1\nlogsource:\n  product: linux\ndetection:\n  s:\n    a: 1\n  condition: s\n";
const CORRELATION =
  "title: Often\nid: often\ncorrelation:\n  type: event_count\n  rules: [rule-1]\n  timespan: 5m\n  condition: { gte: 5 }\n";
const TREE = buildUnitTree([
  { id: "unit_root", parentId: null },
  { id: "unit_osaka", parentId: "unit_root" },
  { id: "unit_kyoto", parentId: "unit_root" },
]);
const later = (days: number): Date => new Date(T0.getTime() + days * DAY);

let state: State;
let events: EventsDb;
let contexts: TestContexts;
let catalog: RuleCatalog;
let taro: Ctx;
let now: Date;
let applied: (readonly ExceptionSpec[])[];
let inForce: ExceptionsInForce;

beforeAll(async () => {
  state = await openTestState();
  events = await openTestEvents();
  catalog = await openRuleCatalog({
    directories: [{ text: `${RULE}---\n${CORRELATION}`, origin: "a.yml" }],
    compile: async (texts) => compileReport(texts),
    readState: () => readRuleState(state.db),
  });
});
afterAll(async () => {
  await events.close();
  await state.close();
});
beforeEach(async () => {
  await state.db.execute(sql`TRUNCATE rule_exception`);
  contexts = testContexts(state, T0);
  taro = await contexts.as();
  now = T0;
  applied = [];
  inForce = keepExceptionsInForce({
    state: state.db,
    tree: { current: async () => TREE, invalidate: () => undefined },
    now: () => now,
    system: () => contexts.as({ person: "job", now }),
    apply: (specs) => applied.push(specs),
  });
});

const deps = (): ExceptionDeps => ({
  catalog,
  tree: { current: async () => TREE, invalidate: () => undefined },
  readMatch: (match) => readMatch(match, {}),
  excepted: createExceptedCounter(events),
  onChanged: () => inForce.refresh(),
});
const input = (more: Partial<ExceptionInput> = {}): ExceptionInput => ({
  ruleIds: ["rule-1"],
  unitId: "unit_osaka",
  match: { kind: "fields", fields: [{ name: "host.name", value: "backup-1" }] },
  reason: "The backup server asks every night.",
  expiresAt: later(30).toISOString(),
  ...more,
});
const refusal = async (work: Promise<unknown>): Promise<AppError> => {
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (error instanceof AppError) return error;
  throw new Error(`expected a refusal, not ${String(error)}`);
};

describe("An exception", () => {
  it("has an owner, a reason, a scope and an expiry, and is in force at once", async () => {
    const added = await addException(taro, input(), deps());
    expect(added).toMatchObject({
      state: "active",
      rules: [{ id: "rule-1", title: "Whoami" }],
      unitId: "unit_osaka",
      owner: { name: "太郎" },
      isOwn: true,
      mayChange: true,
      startsAt: T0.toISOString(),
      expiresAt: later(30).toISOString(),
      excepted: 0,
    });
    expect(applied.at(-1)).toMatchObject([{ id: added.id, ruleIds: ["rule-1"], unitIds: ["unit_osaka"] }]);
    expect(contexts.audits).toMatchObject([{ action: "exception.add", unitId: "unit_osaka", actor: { name: "太郎" } }]);
  });

  it("at the root counts for every unit, also those that come later", async () => {
    await addException(taro, input({ unitId: "unit_root" }), deps());
    expect(applied.at(-1)?.[0]?.unitIds).toBe("any");
  });

  it("that is not wanted any more is ended, with a reason, and stays in the list", async () => {
    const { id, version } = await addException(taro, input(), deps());
    const hanako = await contexts.as({ person: "花子" });
    const ended = await endException(hanako, id, { version, reason: "The server is gone." }, deps());
    expect(ended).toMatchObject({
      state: "ended",
      mayChange: false,
      ended: { by: { name: "花子" }, reason: "The server is gone." },
    });
    expect(applied.at(-1)).toEqual([]);
    expect((await listExceptions(taro, { state: "ended" }, deps())).total).toBe(1);
    expect((await refusal(endException(hanako, id, { version: 2, reason: "x" }, deps()))).code).toBe("conflict");
  });

  it("is changed by whoever may, keeps its owner, and may be taken over", async () => {
    const { id } = await addException(taro, input(), deps());
    const hanako = await contexts.as({ person: "花子" });
    const extended = { ...input({ expiresAt: later(60).toISOString() }), version: 1, takeOver: false };
    expect(await changeException(hanako, id, extended, deps())).toMatchObject({ owner: { name: "太郎" }, version: 2 });
    const taken = { ...extended, version: 2, takeOver: true };
    expect(await changeException(hanako, id, taken, deps())).toMatchObject({ owner: { name: "花子" }, isOwn: true });
    expect((await refusal(changeException(taro, id, extended, deps()))).code).toBe("conflict");
  });

  it("keeps a rule that has gone since, and says that it has no title", async () => {
    const { id } = await addException(taro, input(), deps());
    const without = { ...deps(), catalog: { entries: () => new Map() } };
    const changed = await changeException(taro, id, { ...input(), version: 1, takeOver: false }, without);
    expect(changed.rules).toEqual([{ id: "rule-1", title: null }]);
  });
});

describe("An exception that expires", () => {
  it("is shown as expired from that moment on, to its owner too, and can be extended", async () => {
    const { id } = await addException(taro, input(), deps());
    const thirtyDaysOn = await contexts.as({ now: later(30) });
    expect((await listExceptions(thirtyDaysOn, {}, deps())).items).toMatchObject([{ state: "expired", isOwn: true }]);
    const extended = { ...input({ expiresAt: later(40).toISOString() }), version: 1, takeOver: false };
    expect(await changeException(thirtyDaysOn, id, extended, deps())).toMatchObject({ state: "active" });
  });

  it("stays with the detector for a week, for events received before, and is written to the record, once", async () => {
    const { id } = await addException(taro, input(), deps());
    now = later(31);
    await inForce.tick();
    await inForce.tick();
    expect(applied.at(-1)).toMatchObject([{ id, expiresAtMs: later(30).getTime() }]);
    now = later(37);
    await inForce.tick();
    expect(applied.at(-1)).toEqual([]);
    const expiries = contexts.audits.filter(({ action }) => action === "exception.expire");
    expect(expiries).toMatchObject([{ target: { id }, detail: { owner: "太郎" } }]);
  });

  it("is handed over before it begins, so that it begins on time", async () => {
    await addException(taro, input({ startsAt: later(1).toISOString() }), deps());
    expect(applied.at(-1)).toMatchObject([{ startsAtMs: later(1).getTime() }]);
    expect((await listExceptions(taro, {}, deps())).items[0]?.state).toBe("scheduled");
  });
});

describe("What is refused", () => {
  it.each<[string, Partial<ExceptionInput>, string]>([
    ["an unknown rule", { ruleIds: ["rule-1", "rule-9"] }, "no such rule"],
    ["a correlation rule", { ruleIds: ["rule-1", "often"] }, "correlation rule has no exceptions"],
    ["an expiry in the past", { expiresAt: later(-1).toISOString() }, "expire in the future"],
    ["an expiry before the start", { startsAt: later(3).toISOString(), expiresAt: later(2).toISOString() }, "begins"],
    ["more than a year", { expiresAt: later(400).toISOString() }, "366 days"],
    ["a broken selection", { match: { kind: "sigma", text: "s: [" } }, "cannot be read"],
    ["a filter as it stands", { match: { kind: "sigma", text: "s: { a: 1 }\ncondition: not s" } }, "what is excepted"],
  ])("%s", async (_, more, message) => {
    const error = await refusal(addException(taro, input(more), deps()));
    expect(error.code).toBe("invalid");
    expect(error.message).toContain(message);
  });

  it.each([
    ["no rule", { ruleIds: [] }],
    ["no reason", { reason: "  " }],
    ["no expiry", { expiresAt: undefined }],
    ["no field", { match: { kind: "fields", fields: [] } }],
    ["a modifier in a field's name", { match: { kind: "fields", fields: [{ name: "a|re", value: ".*" }] } }],
  ])("by its shape: %s", (_, more) => {
    expect(ExceptionInputShape.safeParse({ ...input(), ...more }).success).toBe(false);
  });
});

describe("Who may", () => {
  it("add one for a unit: whoever may write rules there", async () => {
    const osaka = await contexts.as({ units: ["unit_osaka"] });
    expect((await addException(osaka, input(), deps())).unitId).toBe("unit_osaka");
    for (const unitId of ["unit_root", "unit_kyoto"])
      expect((await refusal(addException(osaka, input({ unitId }), deps()))).code).toBe("forbidden");
  });

  it("see one: whoever reads rules in its unit or below it; change one: only in its unit", async () => {
    const forAll = await addException(taro, input({ unitId: "unit_root" }), deps());
    await addException(taro, input({ unitId: "unit_kyoto" }), deps());
    const osaka = await contexts.as({ units: ["unit_osaka"] });
    expect((await listExceptions(osaka, {}, deps())).items).toMatchObject([{ id: forAll.id, mayChange: false }]);
    const end = endException(osaka, forAll.id, { version: 1, reason: "x" }, deps());
    expect((await refusal(end)).code).toBe("forbidden");
  });

  it("move one to another unit: only with the permission in both", async () => {
    const osaka = await contexts.as({ units: ["unit_osaka"] });
    const { id } = await addException(osaka, input(), deps());
    const moved = { ...input({ unitId: "unit_root" }), version: 1, takeOver: false };
    expect((await refusal(changeException(osaka, id, moved, deps()))).code).toBe("forbidden");
  });
});

describe("How much an exception takes out", () => {
  it("is counted from the stored detections, and is not known when the events engine is away", async () => {
    const { id } = await addException(taro, input(), deps());
    await events.command(
      `INSERT INTO detections (time, received, unit_id, rule_id, exception_id)
       SELECT {at:DateTime64(3, 'UTC')}, {at:DateTime64(3, 'UTC')}, 'unit_osaka', 'rule-1', {id:String} FROM numbers(3)`,
      { at: "2026-11-20 00:00:00.000", id },
    );
    const [row] = (await listExceptions(taro, { ruleId: "rule-1" }, deps())).items;
    expect(row).toMatchObject({ excepted: 3, lastExceptedAt: "2026-11-20T00:00:00.000Z" });
    const away = { ...deps(), excepted: () => Promise.reject(new AppError("unavailable", "away")) };
    expect((await listExceptions(taro, {}, away)).items[0]?.excepted).toBeNull();
  });
});
