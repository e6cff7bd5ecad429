import { describe, expect, it, test } from "vitest";
import { compileRules } from "../detect/index.ts";
import { compileReport } from "../pipeline/compile-report.ts";
import { openRuleCatalog, type RuleState } from "./catalog.ts";
import type { CompileRules } from "./compiled.ts";
import type { RuleText } from "./documents.ts";
import { idOf, ruleText as rule } from "./pack/testing/rules.ts";

const files = (count: number): RuleText[] =>
  Array.from({ length: count }, (_, n) => ({ origin: `rules/${n}.yml`, text: rule(n) }));
const stateOf = (...own: readonly { n: number; title: string }[]): RuleState => ({
  own: own.map(({ n, title }) => ({ id: idOf(n), text: rule(n, title), version: 1 })),
  switches: new Map(),
});
/** As the threads do: one text that hangs the compiler fails the whole call. */
const failingOn =
  (isBad: (text: string) => boolean, calls: number[] = []): CompileRules =>
  async (texts) => {
    calls.push(texts.length);
    if (texts.some(({ text }) => isBad(text))) throw new Error("the parser thread ended");
    return compileRules(texts);
  };

describe("Compiling the directories", () => {
  test.each([0, 3, 499, 500, 1_100])("leaves out the one file that kills the compiler, at place %i", async (bad) => {
    const directories = files(1_101);
    const compile = failingOn((text) => text.includes(`contains: word${bad}\n`));
    const catalog = await openRuleCatalog({ directories, compile, readState: async () => stateOf() });
    expect(catalog.entries().size).toBe(1_100);
    expect(catalog.rejected()).toEqual([
      { origin: `rules/${bad}.yml`, reason: "the compiler failed on this file: the parser thread ended" },
    ]);
    expect(catalog.activeRules().map(({ origin }) => origin)).not.toContain(`rules/${bad}.yml`);
  });

  it("lets the last rule of an id win, in whatever chunk it is", async () => {
    const directories = [...files(700), { origin: "later.yml", text: rule(3, "Stands in") }];
    const catalog = await openRuleCatalog({
      directories,
      compile: async (texts) => compileRules(texts),
      readState: async () => stateOf(),
    });
    expect(catalog.entries().size).toBe(700);
    expect(catalog.entries().get(idOf(3))).toMatchObject({ origin: "later.yml", facts: { title: "Stands in" } });
  });

  it("gives up when it is not the texts that fail", async () => {
    const calls: number[] = [];
    const opening = openRuleCatalog({
      directories: files(1_000),
      compile: failingOn(() => true, calls),
      readState: async () => stateOf(),
    });
    await expect(opening).rejects.toThrow("the parser thread ended");
    expect(calls.length).toBeLessThan(400);
  });
});

describe("Reading the state again", () => {
  it("keeps an own rule away from the threads once it killed one, and asks about it once", async () => {
    const calls: number[] = [];
    const compile = failingOn((text) => text.includes("Deadly"), calls);
    const readState = async () => stateOf({ n: 1, title: "Deadly" }, { n: 2, title: "Sound" });
    const catalog = await openRuleCatalog({ directories: [], compile, readState });
    const before = calls.length;
    await catalog.refresh();
    expect(calls.slice(before)).toEqual([1]);
    expect(catalog.activeRules().map(({ text }) => text.split("\n", 1)[0])).toEqual(["title: Sound"]);
    expect(catalog.rejected()).toMatchObject([{ origin: `own/${idOf(1)}` }]);
  });

  it("never lets an older reading win over a newer one", async () => {
    const slow = Promise.withResolvers<void>();
    let reads = 0;
    const catalog = await openRuleCatalog({
      directories: [],
      compile: async (texts) => {
        if (texts.some(({ text }) => text.includes("Older"))) await slow.promise;
        return compileRules(texts);
      },
      readState: async () => {
        reads += 1;
        return reads === 1 ? stateOf() : stateOf({ n: 1, title: reads === 2 ? "Older" : "Newer" });
      },
    });
    const older = catalog.refresh();
    await Promise.resolve();
    const newer = catalog.refresh();
    setTimeout(() => slow.resolve(), 20);
    await Promise.all([older, newer]);
    expect(catalog.entries().get(idOf(1))?.facts.title).toBe("Newer");
  });

  it("goes on after one reading failed", async () => {
    let isAway = false;
    const readState = async () => {
      if (isAway) throw new Error("away");
      return stateOf({ n: 1, title: "Own" });
    };
    const catalog = await openRuleCatalog({
      directories: [],
      compile: async (texts) => compileRules(texts),
      readState,
    });
    isAway = true;
    await expect(catalog.refresh()).rejects.toThrow("away");
    expect(catalog.entries().size).toBe(1);
    isAway = false;
    await catalog.refresh();
    expect(catalog.entries().size).toBe(1);
  });
});

describe("Correlations", () => {
  const correlation = (id: string, reference: string): RuleText => ({
    origin: `${id}.yml`,
    text: `title: ${id}
id: ${id}
correlation:
    type: event_count
    rules: [${reference}]
    timespan: 5m
    condition: { gte: 2 }
`,
  });
  const open = async (directories: readonly RuleText[], state: RuleState = stateOf()) =>
    openRuleCatalog({
      directories,
      compile: async (texts) => compileReport(texts),
      readState: async () => state,
    });

  it("may refer to rules that are compiled in another chunk, or are written in the browser", async () => {
    const own: RuleState = { ...stateOf({ n: 9_000, title: "Own" }) };
    const catalog = await open([...files(600), correlation("near", idOf(599)), correlation("far", idOf(9_000))], own);
    expect(catalog.rejected()).toEqual([]);
    expect([...catalog.entries().keys()]).toEqual(expect.arrayContaining(["near", "far"]));
    expect(catalog.knows(idOf(9_000))).toBe(true);
  });

  it("that refer to nothing are rejected, with the place", async () => {
    const catalog = await open([...files(600), correlation("lost", "nobody")]);
    expect(catalog.entries().has("lost")).toBe(false);
    expect(catalog.rejected()).toMatchObject([
      { origin: "lost.yml", line: 5, id: "lost", reason: expect.stringContaining("nobody") },
    ]);
  });

  const off = (n: number, reason: string): RuleState => ({
    own: [],
    switches: new Map([[idOf(n), { isEnabled: false, reason, by: { id: "p", name: "P" }, at: new Date(0) }]]),
  });

  it("keep a rule that a person switched off, silent, as long as they are on and need it", async () => {
    const state = off(1, "Too loud");
    const texts = [...files(3), correlation("inner", idOf(1)), correlation("outer", "inner")];
    const catalog = await open(texts, state);
    expect(catalog.activeRules().filter(({ muted }) => muted)).toMatchObject([{ muted: [idOf(1)] }]);
    expect(catalog.rejected()).toEqual([]);
    const { rules } = compileRules(catalog.activeRules());
    expect(rules.map(({ alerts }) => alerts)).toEqual([true, false, true]);
    const alone = await open(files(3), state);
    expect(alone.activeRules()).toHaveLength(2);
  });

  it("are told not to run when a rule of theirs was over its time budget; its other rules stay silent", async () => {
    const catalog = await open(
      [...files(3), correlation("both", `${idOf(0)}, ${idOf(1)}`)],
      off(1, "over-budget:90:50"),
    );
    expect(catalog.rejected()).toMatchObject([
      { origin: "both.yml", id: "both", reason: expect.stringMatching(/not running.*"Rule 1".*time budget/) },
    ]);
    const { rules } = compileRules(catalog.activeRules());
    expect(rules.map(({ facts, alerts }) => [facts.id, alerts])).toEqual([
      [idOf(0), false],
      [idOf(2), true],
    ]);
  });

  it("on trial are marked as such until the trial ends, by itself too", async () => {
    let nowMs = 0;
    const trial = { until: new Date(1000) };
    const on = { isEnabled: true, trial, reason: "new", by: { id: "p", name: "P" }, at: new Date(0) };
    const catalog = await openRuleCatalog({
      directories: [...files(2), correlation("tried", idOf(1))],
      compile: async (texts) => compileReport(texts),
      readState: async () => ({ own: [], switches: new Map([["tried", on] as const, [idOf(0), on] as const]) }),
      now: () => nowMs,
    });
    const marked = () => catalog.activeRules().flatMap((file) => file.trial ?? []);
    expect(marked()).toEqual(["tried"]);
    nowMs = 1000;
    expect(marked()).toEqual([]);
  });
});
