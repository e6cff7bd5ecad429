import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable, Writable } from "node:stream";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { encodeFrames, encodeMeta } from "../../monitor/collect/index.ts";
import { compileRules } from "../../monitor/detect/index.ts";
import { type BaseHit, FileCorrelation } from "../../monitor/hunt/index.ts";
import { Correlation } from "../../monitor/pipeline/correlation.ts";
import { startWorkerPool } from "../../monitor/pipeline/index.ts";
import { EXIT_OK, type HuntOptions, runHunt } from "./run.ts";

const BASES = `
title: Failed logon
name: failed
logsource: { product: windows, service: security }
detection: { s: { EventID: 4625 }, condition: s }
---
title: Logon
name: logon
logsource: { product: windows, service: security }
detection: { s: { EventID: 4624 }, condition: s }
---
title: Transfer
name: transfer
logsource: { product: windows, service: security }
detection: { s: { EventID: 5156 }, condition: s }
`;
const correlation = (title: string, level: string, body: string): string =>
  `title: ${title}\nid: ${title.toLowerCase().replaceAll(" ", "-")}\nlevel: ${level}\ncorrelation: ${body}\n`;
const RULES = [
  BASES,
  correlation(
    "Brute force",
    "high",
    "{ type: event_count, rules: [failed], group-by: [TargetUserName], timespan: 5m, condition: { gte: 4 } }",
  ),
  correlation(
    "Spray",
    "medium",
    "{ type: value_count, rules: [failed], group-by: [Computer], timespan: 10m, condition: { gte: 3, field: TargetUserName } }",
  ),
  correlation("Guessing", "low", "{ type: event_count, rules: [failed], timespan: 5m, condition: { gte: 6 } }"),
  correlation("Broken in", "critical", "{ type: temporal_ordered, rules: [guessing, logon], timespan: 10m }"),
  correlation(
    "Much sent",
    "low",
    "{ type: value_sum, rules: [transfer], group-by: [Computer], timespan: 1h, condition: { gt: 1000, field: Bytes } }",
  ),
].join("---\n");
const START_MS = Date.UTC(2026, 10, 20, 9);

type LogEvent = { readonly atMs: number; readonly [name: string]: unknown };
const text = ({ atMs, ...event }: LogEvent): string =>
  JSON.stringify({ Channel: "Security", "@timestamp": new Date(START_MS + atMs).toISOString(), ...event });

/** A morning on two hosts: guesses, a hit, a spray, and large transfers, with seeded times. */
function recording(): readonly LogEvent[] {
  const users = ["alice", "bob", "carol", "Dave"];
  let seed = 7;
  const random = (below: number): number => {
    seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0;
    return Math.floor((seed / 2 ** 32) * below);
  };
  return Array.from({ length: 400 }, (_, n) => ({
    atMs: random(4 * 3_600_000),
    EventID: [4625, 4625, 4624, 5156, 1][random(5)],
    Hostname: `dc0${random(2)}`,
    TargetUserName: users[random(4)],
    Bytes: 50 + n,
  }));
}

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "yagura-hunt-correlation-"));
  await writeFile(join(folder, "rules.yml"), RULES);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function file(name: string, events: readonly LogEvent[]): Promise<string> {
  const path = join(folder, name);
  const content = events.map((event) => `${text(event)}\n`).join("");
  await writeFile(path, name.endsWith(".gz") ? gzipSync(content) : content);
  return path;
}

class Text extends Writable {
  text = "";
  override _write(chunk: Buffer, _: string, done: () => void): void {
    this.text += chunk.toString();
    done();
  }
}

async function hunt(paths: readonly string[], options: Partial<HuntOptions> = {}) {
  const [stdout, stderr] = [new Text(), new Text()];
  const base = { paths, rules: [join(folder, "rules.yml")], nowMs: START_MS, workers: 1, format: "jsonl" as const };
  const code = await runHunt({ ...base, ...options }, { stdin: Readable.from([]), stdout, stderr, isColored: false });
  const rows = () =>
    stdout.text
      .trim()
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => JSON.parse(line));
  return { code, out: stdout.text, err: stderr.text, rows };
}

/** What the server's threads and its correlation find in events that it receives in the order of their time. */
async function onServer(events: readonly LogEvent[]) {
  const meta = encodeMeta({ sourceId: "s", unitId: "u", transport: "file", peer: "", format: "auto" });
  const sorted = events.toSorted((one, other) => one.atMs - other.atMs);
  const records = sorted.map((event, seq) => {
    return { seq, receivedAtMs: START_MS + event.atMs, meta, payload: encodeFrames([Buffer.from(text(event))]) };
  });
  const pool = startWorkerPool(1, () => {});
  try {
    await pool.setRules([{ text: RULES, origin: "rules.yml" }]);
    const results = await pool.run({ stream: 1, records, alreadyStored: { events: [], detections: [] } });
    const engine = new Correlation({ directory: folder, program: () => pool.correlations() }, { warn: () => {} });
    await engine.open(1, -1);
    return engine.hear(results, records.length).map(({ rule, firing }) => ({
      rule: rule.facts.id,
      time: new Date(firing.timeMs).toISOString(),
      first: new Date(firing.firstMs).toISOString(),
      group: Object.fromEntries(firing.group.map(({ field, value }) => [field, value])),
      count: firing.count,
      value: firing.figure,
      events: firing.events.map(({ timeMs }) => new Date(timeMs).toISOString()),
    }));
  } finally {
    await pool.close();
  }
}

const ofHunt = (row: Awaited<ReturnType<typeof hunt>>["rows"] extends () => (infer R)[] ? R : never) => ({
  rule: row.rule_id,
  time: row.time,
  first: row.first_time,
  group: row.group_by,
  count: row.count,
  value: row.value,
  events: row.events.map(({ time }: { time: string }) => time),
});

describe("Correlation rules in a hunt", () => {
  it("fire as on the server, though the events lie in several files and in no order", async () => {
    const events = recording();
    const third = Math.ceil(events.length / 3);
    const paths = [
      await file("a.jsonl", events.slice(0, third)),
      await file("b.jsonl.gz", events.slice(third, 2 * third)),
      await file("c.jsonl", events.slice(2 * third)),
    ];
    const { code, rows, err } = await hunt(paths);
    const expected = await onServer(events);
    expect({ code, err }).toEqual({ code: EXIT_OK, err: "" });
    expect(new Set(expected.map(({ rule }) => rule))).toEqual(
      new Set(["brute-force", "spray", "broken-in", "much-sent"]),
    );
    expect(rows().map(ofHunt)).toEqual(expected);
  });

  it("name the events that they rest on, where they lie", async () => {
    const failures = [0, 1, 2, 3].map((n) => ({
      atMs: n * 60_000,
      EventID: 4625,
      Hostname: "dc01",
      TargetUserName: "alice",
    }));
    const [late, early] = [
      await file("late.jsonl", failures.slice(2)),
      await file("early.jsonl", [{ atMs: 0, EventID: 1 }, ...failures.slice(0, 2)]),
    ];
    const { rows } = await hunt([late, early]);
    expect(rows()).toEqual([
      {
        time: "2026-11-20T09:03:00.000Z",
        level: "high",
        rule_title: "Brute force",
        rule_id: "brute-force",
        author: "",
        tags: [],
        file: late,
        record: 2,
        host: "dc01",
        what: "TargetUserName=alice ×4",
        first_time: "2026-11-20T09:00:00.000Z",
        group_by: { TargetUserName: "alice" },
        count: 4,
        value: 4,
        events: [
          { file: early, record: 2, time: "2026-11-20T09:00:00.000Z" },
          { file: early, record: 3, time: "2026-11-20T09:01:00.000Z" },
          { file: late, record: 1, time: "2026-11-20T09:02:00.000Z" },
          { file: late, record: 2, time: "2026-11-20T09:03:00.000Z" },
        ],
      },
    ]);
    const { out } = await hunt([late, early], { format: "csv" });
    const [head = "", line = ""] = out.split("\r\n");
    expect(head.endsWith(",first_time,group_by,count,value,events")).toBe(true);
    expect(
      line.endsWith(`,TargetUserName=alice,4,4,${[`${early}:2`, `${early}:3`, `${late}:1`, `${late}:2`].join(" ")}`),
    ).toBe(true);
    const table = await hunt([late, early], { format: "table", stats: true });
    expect(table.out).toMatch(/high +1 {2}Brute force +2026-11-20 09:03:00 .*dc01/);
    expect(table.err).toContain("3 rules and 5 correlations");
    expect(JSON.parse(table.err.trim().split("\n").at(-1) ?? "")).toMatchObject({ rules_loaded: 3, matches: 1 });
  });

  it("give the same rows whatever the number of threads and the size of the parts", async () => {
    const filler = Array.from({ length: 3_000 }, (_, n) => ({ atMs: n, EventID: 1, pad: "x".repeat(200) }));
    const events = recording();
    const paths = [
      await file("p.jsonl", [...events.slice(0, 300), ...filler, ...events.slice(300)]),
      await file("q.jsonl", events.slice(0, 100)),
    ];
    const one = await hunt(paths, { workers: 1 });
    expect(one.rows().length).toBeGreaterThan(4);
    for (const workers of [2, 3]) expect((await hunt(paths, { workers, partBytes: 90_000 })).out).toBe(one.out);
  });

  it("heed the level and the span of time that are asked for; their base rules need not have the level", async () => {
    const path = await file("level.jsonl", recording());
    const ids = async (options: Partial<HuntOptions>) => [
      ...new Set((await hunt([path], options)).rows().map((row) => row.rule_id)),
    ];
    expect((await ids({ minLevel: "high" })).toSorted()).toEqual(["broken-in", "brute-force"]);
    expect(await ids({ toMs: START_MS })).toEqual([]);
  });

  it("leave out hits without a time, and say so", async () => {
    const path = join(folder, "untimed.jsonl");
    const event = { Channel: "Security", EventID: 4625, TargetUserName: "alice" };
    await writeFile(path, `${JSON.stringify(event)}\n`.repeat(9));
    const { code, out, err } = await hunt([path]);
    expect({ code, out }).toEqual({ code: EXIT_OK, out: "" });
    expect(err).toMatch(
      /note: 9 × a hit without a time, which correlations leave out \(first: .*untimed.jsonl: record 1\)/,
    );
  });
});

describe("When too many hits wait", () => {
  const { program } = compileRules([{ text: RULES, origin: "rules.yml" }]);
  const failure = (timeMs: number, record: number): BaseHit => ({
    file: "f",
    record,
    timeMs,
    host: "",
    matches: [{ rule: 0, values: ["alice", "dc01"] }],
  });
  const run = (hits: readonly BaseHit[], maxWaiting: number) => {
    const correlation = new FileCorrelation(program, undefined, { maxWaiting });
    const fired = [];
    for (const hit of hits) {
      correlation.add(hit);
      if (correlation.isFull) fired.push(...correlation.release());
    }
    fired.push(...correlation.finish());
    return { fired, losses: correlation.losses() };
  };
  /** Minutes, each at most four places away from where it belongs. */
  const nearlySorted = fc
    .array(fc.integer({ min: 0, max: 240 }), { minLength: 1, maxLength: 120 })
    .map((gaps) =>
      gaps.map((gap, n) => ({ at: gaps.slice(0, n).reduce((sum, one) => sum + one, 0), jitter: gap % 5, n })),
    )
    .map((places) =>
      places
        .toSorted((one, other) => one.n + one.jitter - (other.n + other.jitter))
        .map(({ at }, record) => failure(START_MS + at * 1_000, record + 1)),
    );

  it("the same fires, as long as hits come no further from their places than half of the room", () =>
    fc.assert(
      fc.property(nearlySorted, (hits) => {
        const bounded = run(hits, 16);
        expect(bounded.losses).toEqual([]);
        expect(bounded.fired).toEqual(run(hits, Number.POSITIVE_INFINITY).fired);
      }),
    ));

  it("hits told too late are counted", () => {
    const hits = Array.from({ length: 40 }, (_, n) => failure(START_MS + n * 60_000, n + 1));
    const { losses } = run([...hits, failure(START_MS, 41), failure(START_MS + 1, 42)], 8);
    expect(losses).toEqual([
      "correlation: 2 hits were read when later ones had been correlated, since too many were waiting",
      'correlation: "Brute force" had no room for 2 hits',
      'correlation: "Spray" had no room for 2 hits',
      'correlation: "Guessing" had no room for 2 hits',
    ]);
  });
});
