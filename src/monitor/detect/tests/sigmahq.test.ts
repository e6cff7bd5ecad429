import { existsSync, readdirSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { gunzipSync } from "node:zlib";
import { beforeAll, describe, expect, it } from "vitest";
import { readTarGz } from "../../../../tests/support/tar.ts";
import { type Fields, type LogSource, windowsLogSource } from "../../event/index.ts";
import { createParser } from "../../parse/index.ts";
import { compileRules, type RuleSet } from "../index.ts";
import { type NaiveRule, naiveMatch, naiveRule } from "./naive.ts";
import { NaiveMemory } from "./naive-memory.ts";

const DATA = resolve("../shared/data");
const RULES = `${DATA}/sigma/rules.tar.gz`;
const CASES = `${DATA}/sigma/regression.jsonl.gz`;
const RECORDINGS = `${DATA}/windows`;
/** All of them take the naive evaluator minutes, even with its memory, so only on demand. */
const WANTED = process.env.YAGURA_TEST_RECORDINGS === "all" ? "all events" : "a sample";
const isHere = [RULES, CASES, RECORDINGS].every(existsSync);

type Event = { readonly fields: Fields; readonly logsource: LogSource };
type Case = { readonly rule_id: string; readonly title: string; readonly events: readonly object[] };

const linesOf = (path: string): string[] =>
  gunzipSync(readFileSync(path))
    .toString("utf8")
    .split("\n")
    .filter((line) => line !== "");
const hints = { format: "auto", transport: "file", peer: "", receivedAtMs: Date.UTC(2026, 7, 21) };
const parser = createParser();
const parsed = (line: string): Event => parser.parse(Buffer.from(line), hints);

describe.skipIf(!isHere)("All rules of SigmaHQ", () => {
  let rules: RuleSet = compileRules([]);
  let naive: readonly NaiveRule[] = [];

  beforeAll(async () => {
    const files = (await readTarGz(RULES)).filter(({ name }) => name.endsWith(".yml"));
    const texts = new Map(files.map(({ name, bytes }) => [name, bytes.toString("utf8")]));
    rules = compileRules([...texts].map(([origin, text]) => ({ origin, text })));
    naive = rules.rules.map((rule) => naiveRule(texts.get(rule.origin) ?? ""));
  });

  it("run, but for those that name a placeholder nobody has filled", () => {
    expect(rules.rules.length + rules.rejected.length).toBeGreaterThan(3700);
    expect(rules.rejected.filter(({ reason }) => !/^the placeholder %.+% has no list of values$/.test(reason))).toEqual(
      [],
    );
    expect(rules.rejected.every(({ line = 0, id }) => line > 1 && id !== undefined)).toBe(true);
    expect(rules.replaced).toEqual([]);
  });

  it("are all run once their placeholders have lists", async () => {
    const files = (await readTarGz(RULES)).filter(({ name }) => rules.rejected.some(({ origin }) => origin === name));
    const names = files.flatMap(({ bytes }) =>
      [...bytes.toString("utf8").matchAll(/%([^%\s]+)%/g)].map(([, name]) => name),
    );
    const placeholders = Object.fromEntries(names.map((name) => [name, ["10.0.0.0/8"]]));
    const sources = files.map(({ name, bytes }) => ({ origin: name, text: bytes.toString("utf8") }));
    expect(compileRules(sources, { placeholders }).rejected).toEqual([]);
  });

  it("fire on the events that SigmaHQ recorded for them", () => {
    const cases = linesOf(CASES).map((line): Case => JSON.parse(line));
    const fired = cases.filter(({ rule_id, events }) =>
      events.some((event) =>
        rules.match(parsed(JSON.stringify(event))).some((index) => rules.rules[index]?.facts.id === rule_id),
      ),
    );
    expect(cases.length).toBe(130);
    expect(cases.filter((one) => !fired.includes(one)).map(({ title }) => title)).toEqual([]);
  });

  it(`fire on recorded attacks exactly where the naive evaluator says (${WANTED})`, () => {
    const events = WANTED === "all events" ? everyEvent() : sampleOf(rules, { quiet: 3, loud: 3 });
    let hits = 0;
    const memory = new NaiveMemory(naive);
    for (const event of events) {
      const found = rules.match(event);
      hits += found.length;
      expect(memory.match(event)).toEqual(found);
    }
    expect(hits).toBeGreaterThan(50);
  });
});

describe.skipIf(!isHere)("The naive evaluator's memory", () => {
  it("says what the evaluator says", async () => {
    const files = (await readTarGz(RULES)).filter(({ name }) => name.endsWith(".yml"));
    const naive = files.map(({ bytes }) => naiveRule(bytes.toString("utf8")));
    const rules = compileRules(files.map(({ name, bytes }) => ({ origin: name, text: bytes.toString("utf8") })));
    const some = naive.filter((_, index) => index % 9 === 0);
    const memory = new NaiveMemory(some);
    // Twice: once it learns, once it remembers.
    const events = sampleOf(rules, { quiet: 2, loud: 2 });
    for (const event of [...events, ...events])
      expect(memory.match(event)).toEqual(some.flatMap((rule, index) => (naiveMatch(rule, event) ? [index] : [])));
  });
});

function* everyEvent(): Iterable<Event> {
  for (const file of readdirSync(RECORDINGS).filter((name) => name.endsWith(".jsonl.gz")))
    for (const line of linesOf(`${RECORDINGS}/${file}`))
      if (line.startsWith("{") && line.endsWith("}")) yield flat(line);
}

/** From each recording, some events at equal distances and the first that fire a rule. */
function sampleOf(rules: RuleSet, most: { quiet: number; loud: number }): readonly Event[] {
  const files = readdirSync(RECORDINGS).filter((name) => name.endsWith(".jsonl.gz"));
  return files.flatMap((file) => {
    const lines = linesOf(`${RECORDINGS}/${file}`).filter((line) => line.startsWith("{") && line.endsWith("}"));
    const step = Math.ceil(lines.length / most.quiet);
    const quiet = lines.filter((_, index) => index % step === 0).map(flat);
    const loud: Event[] = [];
    for (const line of lines.slice(0, 3000)) {
      if (loud.length === most.loud) break;
      const event = flat(line);
      if (rules.match(event).length > 0) loud.push(event);
    }
    return [...quiet, ...loud];
  });
}

/** The recordings are flat already; taking them so keeps what they say apart from what the parser makes of it. */
function flat(line: string): Event {
  const fields: Fields = JSON.parse(line);
  const { Channel: channel, EventID: id } = fields;
  if (typeof channel === "string" && typeof id === "number")
    return { fields, logsource: windowsLogSource(channel, id) };
  return { fields: {}, logsource: { product: "", category: "", service: "" } };
}
