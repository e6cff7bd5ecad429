import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { encodeFrames, encodeMeta } from "../collect/index.ts";
import type { RecordInput } from "./job.ts";
import { startWorkerPool, type WorkerPool } from "./worker-pool.ts";

let pool: WorkerPool;
const warnings: string[] = [];
beforeAll(() => {
  pool = startWorkerPool(2, (message) => warnings.push(message));
});
afterAll(() => pool?.close());

const rule = (id: string, word: string): string => `
title: Finds ${word}
id: ${id}
status: test
author: Test
level: high
logsource: { product: windows, service: security }
detection: { selection: { EventID: 4688, CommandLine|contains: ${word} }, condition: selection }
`;
const RULE_A = { text: rule("7b1f2c1e-0b5f-4a87-9a55-0d6a0f0a0001", "mimikatz"), origin: "a.yml" };
const FILTER = `
title: Backups
id: 7b1f2c1e-0b5f-4a87-9a55-0d6a0f0a00ff
logsource: { product: windows, service: security }
filter: { rules: any, backup: { CommandLine|contains: backup }, condition: not backup }
`;
const BROKEN = { text: "title: [", origin: "broken.yml" };

function record(seq: number, docs: readonly object[]): RecordInput {
  const meta = encodeMeta({ sourceId: "s", unitId: "u", transport: "ndjson", peer: "127.0.0.1", format: "auto" });
  return {
    seq,
    receivedAtMs: 1_700_000_000_000,
    meta,
    payload: encodeFrames(docs.map((doc) => Buffer.from(JSON.stringify(doc)))),
  };
}
const process4688 = (commandLine: string): object => ({
  EventID: 4688,
  Channel: "Security",
  Hostname: "pc1",
  CommandLine: commandLine,
});
const run = (records: RecordInput[]) => pool.run({ stream: 1, records, alreadyStored: { events: [], detections: [] } });

describe("The threads", () => {
  it("compile rules apart from the process and name what is broken", async () => {
    const report = await pool.compile([RULE_A, BROKEN]);
    expect(report.rules.map((compiled) => compiled.facts.title)).toEqual(["Finds mimikatz"]);
    expect(report.rejected).toMatchObject([{ origin: "broken.yml" }]);
  });

  it("parse and match a batch in one pass with the rules they were given last", async () => {
    await pool.setRules([RULE_A]);
    const [before] = await run([record(1, [process4688("mimikatz.exe"), process4688("notepad.exe")])]);
    await pool.setRules([]);
    const [after] = await run([record(2, [process4688("mimikatz.exe")])]);
    expect(before).toMatchObject({
      events: { rows: 2 },
      detections: { rows: 1 },
      groups: [{ count: 1, entity: { kind: "host", value: "pc1" } }],
    });
    expect(after).toMatchObject({ events: { rows: 1 }, detections: { rows: 0 } });
  });

  it("group a storm of one rule on one entity", async () => {
    await pool.setRules([RULE_A]);
    const [result] = await run([
      record(
        3,
        Array.from({ length: 5000 }, () => process4688("mimikatz")),
      ),
    ]);
    expect(result?.groups.map((group) => group.count)).toEqual([5000]);
  });

  it("keep a detection under an exception out of the groups, and store and count it", async () => {
    const ruleId = "7b1f2c1e-0b5f-4a87-9a55-0d6a0f0a0001";
    const exception = { id: "exception_1", ruleIds: [ruleId], unitIds: "any", startsAtMs: 0 } as const;
    const match = { kind: "fields", fields: [{ name: "host.name", value: "PC1" }] } as const;
    pool.setExceptions([{ ...exception, expiresAtMs: 1_800_000_000_000, match }]);
    const batch = [record(5, [process4688("mimikatz"), { ...process4688("mimikatz"), Hostname: "pc2" }])];
    const [inForce] = await run(batch);
    expect(inForce).toMatchObject({ detections: { rows: 2 }, excepted: 1, groups: [{ entity: { value: "pc2" } }] });
    pool.setExceptions([{ ...exception, expiresAtMs: 1_600_000_000_000, match }]);
    expect((await run(batch))[0]).toMatchObject({ detections: { rows: 2 }, excepted: 0 });
    pool.setExceptions([]);
    expect((await run(batch))[0]?.groups.length).toBe(2);
  });

  it("keep an exception when its rule gets a new text", async () => {
    const match = { kind: "fields", fields: [{ name: "CommandLine", value: "notepad" }] } as const;
    const ruleIds = ["7b1f2c1e-0b5f-4a87-9a55-0d6a0f0a0001"];
    pool.setExceptions([{ id: "x", ruleIds, unitIds: "any", startsAtMs: 0, expiresAtMs: 9e12, match }]);
    await pool.setRules([{ ...RULE_A, text: RULE_A.text.replace("mimikatz }", "notepad }") }]);
    expect((await run([record(6, [process4688("notepad")])]))[0]).toMatchObject({ excepted: 1, groups: [] });
    pool.setExceptions([]);
    await pool.setRules([RULE_A]);
  });

  it("name a rule that is over its time budget", async () => {
    const slow: string[] = [];
    const budget = { microsecondsPerEvent: 0.001, sampleEvery: 1 };
    const measured = startWorkerPool(
      1,
      () => undefined,
      { placeholders: {}, budget },
      (rules) => slow.push(...rules.map(({ ruleId }) => ruleId)),
    );
    await measured.setRules([RULE_A]);
    const batch = record(
      7,
      Array.from({ length: 300 }, () => process4688("mimikatz")),
    );
    const order = { stream: 1, records: [batch], alreadyStored: { events: [], detections: [] } };
    await measured.run(order);
    expect(slow).toEqual([]);
    await measured.run(order);
    expect(slow).toEqual(["7b1f2c1e-0b5f-4a87-9a55-0d6a0f0a0001"]);
    await measured.close();
  });

  it("tell what each rule costs, and never one rule's figure for another's", async () => {
    const budget = { microsecondsPerEvent: 1e6, sampleEvery: 1 };
    const measured = startWorkerPool(1, () => undefined, { placeholders: {}, budget });
    const other = { text: rule("7b1f2c1e-0b5f-4a87-9a55-0d6a0f0a0002", "notepad"), origin: "b.yml" };
    const docs = Array.from({ length: 100 }, (_, n) => process4688(n % 2 ? "mimikatz" : "calc"));
    const order = { stream: 1, records: [record(9, docs)], alreadyStored: { events: [], detections: [] } };
    const idA = "7b1f2c1e-0b5f-4a87-9a55-0d6a0f0a0001";
    await measured.setRules([RULE_A, other]);
    expect(measured.costs.of("a.yml", idA)).toBeUndefined();
    await measured.run(order);
    expect(measured.costs.of("a.yml", idA)).toMatchObject({ events: 100, triedShare: 0.5 });
    expect(measured.costs.of("a.yml", idA)?.microsecondsPerEvent).toBeGreaterThan(0);
    expect(measured.costs.of("b.yml", "7b1f2c1e-0b5f-4a87-9a55-0d6a0f0a0002")).toEqual({
      microsecondsPerEvent: 0,
      triedShare: 0,
      events: 100,
    });
    expect(measured.costs.totalMicroseconds).toBeGreaterThan(0);
    await measured.setRules([other, { ...RULE_A, text: RULE_A.text.replaceAll("mimikatz", "calc") }]);
    expect(measured.costs.of("a.yml", idA)).toBeUndefined();
    await measured.run(order);
    expect(measured.costs.of("a.yml", idA)).toMatchObject({ events: 100, triedShare: 0.5 });
    expect(measured.costs.of("b.yml", "7b1f2c1e-0b5f-4a87-9a55-0d6a0f0a0002")?.events).toBe(200);
    await measured.close();
  });

  it("tell which rules a Sigma filter narrows", async () => {
    await pool.setRules([RULE_A, { text: FILTER, origin: "filter.yml" }]);
    expect(pool.filters()).toEqual([
      {
        id: "7b1f2c1e-0b5f-4a87-9a55-0d6a0f0a00ff",
        title: "Backups",
        origin: "filter.yml",
        line: 5,
        appliesTo: ["7b1f2c1e-0b5f-4a87-9a55-0d6a0f0a0001"],
        narrowed: 1,
        warnings: [],
      },
    ]);
    await pool.setRules([RULE_A]);
    expect(pool.filters()).toEqual([]);
  });

  it("read a rule that is tried or hunted with the placeholders and Sigma filters of the stream", async () => {
    const live = startWorkerPool(1, () => undefined, { placeholders: { tools: ["mimikatz"] } });
    const text = RULE_A.text.replace("CommandLine|contains: mimikatz", "CommandLine|contains|expand: '%tools%'");
    const lines = ["mimikatz", "mimikatz backup"].map((commandLine) => JSON.stringify(process4688(commandLine)));
    const fires = async () => {
      const outcome = await live.tryRule({ rule: text, lines, nowMs: 0 });
      return outcome.ok && outcome.lines.map((line) => line.fires);
    };
    const condition = async () => {
      const hunt = await live.compileHunt(text);
      return hunt.ok ? hunt.condition : hunt.reason;
    };
    await live.setRules([]);
    expect([await fires(), await condition()]).toEqual([[true, true], expect.stringMatching(/mimikatz/)]);
    await live.setRules([{ text: FILTER, origin: "filter.yml" }]);
    expect([await fires(), await condition()]).toEqual([[true, false], expect.stringMatching(/mimikatz.*backup/s)]);
    await live.close();
  });

  it("take two tries, lints and hunts at a time, and the next when one is done", async () => {
    const tried = () => pool.tryRule({ rule: RULE_A.text, lines: ["x"], nowMs: 0 });
    const asked = [tried(), pool.lint(RULE_A.text), tried(), pool.lint(RULE_A.text), pool.compileHunt(RULE_A.text)];
    const outcomes = await Promise.allSettled(asked);
    expect(outcomes.map(({ status }) => status)).toEqual([
      "fulfilled",
      "fulfilled",
      "rejected",
      "rejected",
      "rejected",
    ]);
    expect(outcomes[2]).toMatchObject({ reason: { code: "over_limit" } });
    expect(await tried()).toMatchObject({ ok: true });
  });

  it("stop a try that takes too long, and go on", async () => {
    const hasty = startWorkerPool(1, () => undefined, { placeholders: {}, asideMs: 1 });
    const line = JSON.stringify(process4688("mimikatz"));
    const lines = Array.from({ length: 100_000 }, () => line);
    const refused = hasty.tryRule({ rule: RULE_A.text, lines, nowMs: 0 });
    await expect(refused).rejects.toMatchObject({ code: "invalid", message: expect.stringContaining("was stopped") });
    const order = {
      stream: 1,
      records: [record(8, [process4688("x")])],
      alreadyStored: { events: [], detections: [] },
    };
    expect(await hasty.run(order)).toMatchObject([{ events: { rows: 1 } }]);
    expect(hasty.crashes()).toBe(1);
    await hasty.close();
  });

  it("store a batch whose meta is damaged as raw bytes instead of losing it", async () => {
    const damaged = { ...record(4, [process4688("x")]), meta: Buffer.from("{") };
    const [result] = await run([damaged]);
    expect(result).toMatchObject({ events: { rows: 1 }, sources: [{ sourceId: "unreadable", events: 1 }] });
  });
});
