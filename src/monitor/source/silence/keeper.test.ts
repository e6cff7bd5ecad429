import { readFileSync } from "node:fs";
import { sql } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { AppError } from "../../../kernel/errors.ts";
import type { Ctx } from "../../../organization/access/index.ts";
import type { State } from "../../../platform/state/index.ts";
import { openTestState } from "../../../platform/state/testing.ts";
import { alertDeps, markSourceRecovered, recordDetectionGroups } from "../../alert/index.ts";
import { encodeFrames, encodeMeta } from "../../collect/index.ts";
import { compileRules, NO_EXCEPTIONS } from "../../detect/index.ts";
import { createParser } from "../../parse/index.ts";
import { BatchProcessor } from "../../pipeline/process-batch.ts";
import type { StoredSource } from "../schema.ts";
import { type TestContexts, testContexts } from "../testing.ts";
import { silenceEvent, silentEntity } from "./event.ts";
import { LOOK_EVERY_MS, openSilenceKeeper, type SilenceKeeper, type SilenceNotice } from "./keeper.ts";

const MINUTE = 60_000;
const DAY = 24 * 3_600_000;
const T0 = Date.UTC(2026, 10, 16);
const ruleText = (name: string) =>
  readFileSync(new URL(`../../../../content/rules/yagura/${name}.yml`, import.meta.url), "utf8");

let state: State;
let contexts: TestContexts;
let nowMs: number;
let isDeaf: boolean;
let isWalAway: boolean;
let isStateAway: boolean;
let sources: Map<string, StoredSource>;
let seq = 0;
beforeAll(async () => {
  state = await openTestState();
});
afterAll(() => state?.close());
beforeEach(async () => {
  await state.db.execute(sql`TRUNCATE source, source_cadence, alert, alert_change, alert_history`);
  contexts = testContexts(state, new Date(T0));
  [nowMs, isDeaf, isWalAway, isStateAway] = [T0, false, false, false];
  sources = new Map([["fw", FIREWALL]]);
});

const FIREWALL: StoredSource = {
  id: "fw",
  version: 1,
  name: "本社ファイアウォール",
  kind: "syslog",
  tokenId: null,
  matchTransport: null,
  matchPeer: "10.0.0.1",
  matchHostName: null,
  unitId: "unit_osaka",
  format: "auto",
  timeZone: "",
  encoding: "auto",
  isEnabled: true,
  isAutomatic: false,
  silenceMinutes: null,
  createdById: null,
  createdByName: null,
  createdAt: new Date(T0),
  updatedAt: new Date(T0),
  archivedAt: null,
};

const rules = compileRules(
  ["log-source-silent", "log-collection-silent"].map((name) => ({ text: ruleText(name), origin: `${name}.yml` })),
);
const parser = createParser();
const processor = new BatchProcessor();
const engines = {
  parse: parser.parse,
  match: (event: Parameters<typeof rules.match>[0]) => rules.match(event).flatMap((at) => rules.rules[at]?.facts ?? []),
  ...NO_EXCEPTIONS,
};

/** The event's way through the log, the parser, the rules and the alert store, all of them the real ones but the log. */
async function tell(notice: SilenceNotice): Promise<void> {
  if (isWalAway) throw new AppError("unavailable", "The disk is full.");
  const { unitId } = notice.source;
  seq += 1;
  const meta = encodeMeta({ sourceId: "yagura", unitId, transport: "internal", peer: "", format: "auto" });
  const record = { seq, receivedAtMs: nowMs, meta, payload: encodeFrames([Buffer.from(silenceEvent(notice))]) };
  const batch = { stream: 1, records: [record], alreadyStored: { events: [], detections: [] } };
  const { groups } = processor.process(batch, engines);
  await state.transaction((tx) => recordDetectionGroups(tx, groups, new Date(nowMs)));
}

async function system(): Promise<Ctx> {
  const ctx = await contexts.as({ person: "silence", now: new Date(nowMs) });
  const change: Ctx["change"] = async (entry, work) => {
    if (isStateAway) throw new AppError("unavailable", "The state database does not answer.");
    return await ctx.change(entry, work);
  };
  return { ...ctx, change };
}
const open = (): Promise<SilenceKeeper> =>
  openSilenceKeeper({
    system,
    sources: () => sources,
    self: async () => ({ name: "Yagura-1", unitId: "unit_root" }),
    now: () => nowMs,
    isDeaf: () => isDeaf,
    tell,
    markRecovered: async (notice) =>
      await markSourceRecovered(await system(), { ...notice, entity: silentEntity(notice) }, alertDeps),
  });

/** Time goes on, with an event of the source each minute or none. */
async function pass(keeper: SilenceKeeper, forMs: number, sends: boolean): Promise<void> {
  for (const untilMs = nowMs + forMs; nowMs < untilMs; nowMs += LOOK_EVERY_MS) {
    if (sends && (nowMs - T0) % MINUTE === 0) keeper.arrived("fw", nowMs);
    await keeper.look();
  }
}
async function learned(): Promise<SilenceKeeper> {
  const keeper = await open();
  for (; nowMs < T0 + 2 * DAY; nowMs += MINUTE) keeper.arrived("fw", nowMs);
  await keeper.look();
  return keeper;
}
const alerts = async () =>
  (
    await state.db.execute(
      sql`SELECT rule_title, level, techniques, entity_kind, entity, unit_id, source_id, status, count::int AS count, note_count
        FROM alert ORDER BY id`,
    )
  ).rows;
const ALERT = {
  rule_title: "Log Source Gone Silent",
  level: "medium",
  techniques: ["T1562"],
  entity_kind: "source",
  entity: "fw",
  unit_id: "unit_osaka",
  source_id: "fw",
  status: "open",
  count: 1,
  note_count: 0,
};

describe("A log source that goes silent", () => {
  it("raises one alert about itself, in its own unit, and is in the audit record", async () => {
    const keeper = await learned();
    await pass(keeper, 60 * MINUTE, false);
    expect(await alerts()).toEqual([ALERT]);
    expect(contexts.audits).toMatchObject([
      { action: "source.silent", target: { kind: "source", id: "fw" }, unitId: "unit_osaka" },
    ]);
    expect(keeper.of(FIREWALL).state).toBe("silent");
  });

  it("has its alert marked when it speaks again, and the alert stays for people to judge", async () => {
    const keeper = await learned();
    await pass(keeper, 60 * MINUTE, false);
    await pass(keeper, 5 * MINUTE, true);
    expect(await alerts()).toEqual([{ ...ALERT, note_count: 1 }]);
    const { rows } = await state.db.execute(sql`SELECT note FROM alert_change`);
    expect(rows).toEqual([{ note: `source-recovered:${T0 + 2 * DAY - MINUTE}:${T0 + 2 * DAY + 60 * MINUTE}` }]);
    expect(contexts.audits.map(({ action }) => action)).toEqual(["source.silent", "source.recover", "alert.note"]);
    expect(keeper.of(FIREWALL).state).toBe("sending");
  });

  it("counts in the same alert when it happens again", async () => {
    const keeper = await learned();
    await pass(keeper, 30 * MINUTE, false);
    await pass(keeper, 30 * MINUTE, true);
    await pass(keeper, 30 * MINUTE, false);
    expect(await alerts()).toEqual([{ ...ALERT, count: 2, note_count: 1 }]);
  });

  it("is not forgotten over a restart, and not told twice", async () => {
    const keeper = await learned();
    await pass(keeper, 30 * MINUTE, false);
    await keeper.close();
    nowMs += DAY;
    const again = await open();
    expect(again.of(FIREWALL).state).toBe("silent");
    await pass(again, 30 * MINUTE, false);
    expect(await alerts()).toEqual([ALERT]);
    await pass(again, 5 * MINUTE, true);
    expect(await alerts()).toEqual([{ ...ALERT, note_count: 1 }]);
  });

  it("is told later when it could not be told at once", async () => {
    const keeper = await learned();
    isWalAway = true;
    await pass(keeper, 30 * MINUTE, false);
    expect(await alerts()).toEqual([]);
    isWalAway = false;
    await pass(keeper, 2 * MINUTE, false);
    expect(await alerts()).toEqual([ALERT]);
  });
});

describe("What cannot be said at once", () => {
  const recovery = `source-recovered:${T0 + 2 * DAY - MINUTE}:${T0 + 2 * DAY + 30 * MINUTE}`;
  const notes = async () => (await state.db.execute(sql`SELECT note FROM alert_change ORDER BY id`)).rows;

  it("is told once though its record fails, and recorded later", async () => {
    const keeper = await learned();
    isStateAway = true;
    await pass(keeper, 60 * MINUTE, false);
    expect(await alerts()).toEqual([ALERT]);
    expect(contexts.audits).toEqual([]);
    isStateAway = false;
    await pass(keeper, 2 * MINUTE, false);
    expect(await alerts()).toEqual([ALERT]);
    expect(contexts.audits.map(({ action }) => action)).toEqual(["source.silent"]);
  });

  it("of a recovery is said when it can be, with the time at which it happened", async () => {
    const keeper = await learned();
    await pass(keeper, 30 * MINUTE, false);
    isWalAway = true;
    await pass(keeper, 10 * MINUTE, true);
    isWalAway = false;
    await pass(keeper, 2 * MINUTE, true);
    expect(await notes()).toEqual([{ note: recovery }]);
    expect(contexts.audits.map(({ action }) => action)).toEqual(["source.silent", "source.recover", "alert.note"]);
  });

  it.each([
    ["heard and not told", { wal: true, state: false }],
    ["told and not marked at its alert", { wal: false, state: true }],
  ])("of a recovery that was %s outlives a restart", async (_, away) => {
    const keeper = await learned();
    await pass(keeper, 30 * MINUTE, false);
    [isWalAway, isStateAway] = [away.wal, away.state];
    await pass(keeper, 2 * MINUTE, true);
    await keeper.close();
    [isWalAway, isStateAway] = [false, false];
    nowMs += DAY;
    await pass(await open(), 2 * MINUTE, false);
    expect(await notes()).toEqual([{ note: recovery }]);
  });
});

describe("Most sources that go silent at once", () => {
  const ids = Array.from({ length: 8 }, (_, i) => `s${i}`);
  const CUT = { ...ALERT, rule_title: "Most Log Sources Silent at Once", level: "high", source_id: "yagura" };
  const CUT_ALERT = { ...CUT, entity_kind: "host", entity: "yagura-1", unit_id: "unit_root" };
  /** Each sends every minute, one after the other. */
  async function sending(keeper: SilenceKeeper, forMs: number, senders: readonly string[]): Promise<void> {
    for (const untilMs = nowMs + forMs; nowMs < untilMs; nowMs += LOOK_EVERY_MS) {
      for (const [at, id] of senders.entries())
        if ((nowMs - T0) % MINUTE === (at % 2) * LOOK_EVERY_MS) keeper.arrived(id, nowMs);
      await keeper.look();
    }
  }
  async function learnedAll(): Promise<SilenceKeeper> {
    sources = new Map(ids.map((id) => [id, { ...FIREWALL, id }]));
    const keeper = await open();
    for (; nowMs < T0 + 2 * DAY; nowMs += MINUTE) for (const id of ids) keeper.arrived(id, nowMs);
    await sending(keeper, 5 * MINUTE, ids);
    return keeper;
  }

  it("raise one alert, about the host of Yagura, which is marked when they are heard again", async () => {
    const keeper = await learnedAll();
    await sending(keeper, 30 * MINUTE, []);
    expect(await alerts()).toEqual([CUT_ALERT]);
    await sending(keeper, 30 * MINUTE, ids);
    expect(await alerts()).toEqual([{ ...CUT_ALERT, note_count: 1 }]);
    expect(contexts.audits.map(({ action }) => action)).toEqual([
      "source.all_silent",
      "source.all_recover",
      "alert.note",
    ]);
  });

  it("over a restart too; one that stays silent when the others are back is told by itself", async () => {
    const before = await learnedAll();
    await sending(before, 30 * MINUTE, []);
    await before.close();
    const keeper = await open();
    await sending(keeper, 30 * MINUTE, ids.slice(1));
    expect(await alerts()).toEqual([
      { ...CUT_ALERT, note_count: 1 },
      { ...ALERT, entity: "s0", source_id: "s0" },
    ]);
  });

  it("are told again as one when that could not be told", async () => {
    const keeper = await learnedAll();
    isWalAway = true;
    await sending(keeper, 30 * MINUTE, []);
    isWalAway = false;
    await sending(keeper, 2 * MINUTE, []);
    expect(await alerts()).toEqual([CUT_ALERT]);
  });

  it("are told each by itself when they are not most of them", async () => {
    const keeper = await learnedAll();
    await sending(keeper, 30 * MINUTE, ids.slice(4));
    const told = (await alerts()).map(({ entity_kind, entity }) => `${entity_kind} ${entity}`);
    expect(told.toSorted()).toEqual(["source s0", "source s1", "source s2", "source s3"]);
  });

  it("do not hide another that was heard after that and then falls silent", async () => {
    const keeper = await learnedAll();
    await sending(keeper, 30 * MINUTE, ids.slice(6));
    await sending(keeper, 30 * MINUTE, ids.slice(7));
    expect(await alerts()).toEqual([CUT_ALERT, { ...ALERT, entity: "s6", source_id: "s6" }]);
  });
});

describe("What was learned", () => {
  const rows = async () => (await state.db.execute(sql`SELECT source_id FROM source_cadence`)).rows;

  it("is stored while the source is in use, and goes with it", async () => {
    const keeper = await learned();
    await pass(keeper, 10 * MINUTE, true);
    expect(await rows()).toEqual([{ source_id: "fw" }]);
    sources.set("fw", { ...FIREWALL, archivedAt: new Date(nowMs) });
    await pass(keeper, 10 * MINUTE, false);
    expect(await rows()).toEqual([]);
  });
});

describe("No alert is raised", () => {
  it("while the source sends", async () => {
    await pass(await learned(), 30 * MINUTE, true);
    expect(await alerts()).toEqual([]);
  });

  it("for the time that the server was down, though it had learned the source's cadence before", async () => {
    const keeper = await learned();
    await keeper.close();
    nowMs += 3 * DAY;
    const again = await open();
    await pass(again, 4 * MINUTE, false);
    await pass(again, 30 * MINUTE, true);
    expect(await alerts()).toEqual([]);
    expect(again.of(FIREWALL).usualPauseMs).toBeLessThan(2 * MINUTE);
  });

  it("while senders are held back", async () => {
    const keeper = await learned();
    isDeaf = true;
    await pass(keeper, 60 * MINUTE, false);
    expect(keeper.deafSinceMs()).toBe(T0 + 2 * DAY);
    isDeaf = false;
    await pass(keeper, 4 * MINUTE, false);
    expect(keeper.deafSinceMs()).toBeUndefined();
    expect(await alerts()).toEqual([]);
  });

  it("for a machine that slept: a look that comes hours late has heard nobody", async () => {
    const keeper = await learned();
    nowMs += 8 * 60 * MINUTE;
    await pass(keeper, 4 * MINUTE, false);
    expect(await alerts()).toEqual([]);
  });

  it("for a source that is switched off, and for one that nobody wants watched", async () => {
    const keeper = await learned();
    for (const more of [{ isEnabled: false }, { silenceMinutes: 0 }]) {
      sources.set("fw", { ...FIREWALL, ...more });
      await pass(keeper, 30 * MINUTE, false);
    }
    expect(await alerts()).toEqual([]);
  });

  it("by a sender that only says that a source is silent", async () => {
    const notice = {
      action: "log-source-silent",
      source: FIREWALL,
      sinceMs: T0,
      untilMs: T0,
      usualPauseMs: MINUTE,
    } as const;
    const meta = encodeMeta({ sourceId: "x", unitId: "unit_osaka", transport: "ndjson", peer: "", format: "auto" });
    const record = { seq: 1, receivedAtMs: T0, meta, payload: encodeFrames([Buffer.from(silenceEvent(notice))]) };
    const batch = { stream: 1, records: [record], alreadyStored: { events: [], detections: [] } };
    expect(processor.process(batch, engines)).toMatchObject({ events: { rows: 1 }, groups: [] });
  });
});
