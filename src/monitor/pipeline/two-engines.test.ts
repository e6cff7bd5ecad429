import { createHash } from "node:crypto";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { EventsDb } from "../../platform/events/index.ts";
import { openTestEvents } from "../../platform/events/testing.ts";
import { compileRules } from "../detect/index.ts";
import { readRules } from "../detect/read-rules.ts";
import { foldCase } from "../detect/rule/fold-case.ts";
import { everyCharacter, unicodeProofSql } from "../detect/sql/fold.ts";
import { naiveMatch, naiveRule } from "../detect/tests/naive.ts";
import { type Fields, type FieldValue, type LogSource, windowsLogSource } from "../event/index.ts";
import { askDatabase, type Judged, storeEvents } from "./testing/two-engines.ts";

let db: EventsDb;
beforeAll(async () => {
  db = await openTestEvents();
});
afterAll(() => db.close());

/** Pieces with a trap each: letters that fold oddly or change their length, signs of every syntax on the way, line ends. */
const PIECES = [
  ..."aAbBkKsSiI10-/ .,:;%$^()[]{}+|\"'`~#&=<>!\\",
  ...["ı", "İ", "ſ", "\u212a", "ß", "ẞ", "Σ", "σ", "ς", "é", "É", "e\u0301", "Å", "\u212b", "日本", "😀", "\u{10400}"],
  ...["\n", "\r\n", "\t", "\u00a0", "\u2028", "\ufeff", "\0", "\u0001", "\ufffd", "–", "—", "―"],
  ...["cmd.exe", "C:\\Windows\\", " -enc", "null", "true", "[1]", '["a"]', "{}", "0x1F", "1e3"],
];
const NAMES = ["f", "g", "Ab", "aB", "x y", "xy", "kK", "Σf", "1"];

const text = fc.array(fc.constantFrom(...PIECES), { maxLength: 6 }).map((pieces) => pieces.join(""));
const long = fc.tuple(text, fc.integer({ min: 50, max: 300 })).map(([one, times]) => one.repeat(times).slice(0, 800));
const number = fc.oneof(
  fc.integer({ min: -3, max: 12 }),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.constantFrom(1e21, -0, 5e-324, 2 ** 53, 1e-7),
);
const numeral = fc.oneof(
  fc.tuple(fc.constantFrom("", " ", "\u00a0"), number, fc.constantFrom("", "\t", "x")).map((parts) => parts.join("")),
  fc.constantFrom(
    "0x1F",
    "0X0a",
    `0x${"f".repeat(20)}`,
    "0x1fffffffffffff8",
    "+5.",
    ".5",
    "-.5e1",
    "5.e0",
    "007",
    "1e999",
    "-1e999",
  ),
  fc.constantFrom("1e-999", `0.${"0".repeat(400)}1e401`, "1_0", "Infinity", "NaN", "1e+2", "0e999", "--1", "0b1", "１"),
);
const address = fc.oneof(
  fc.ipV4(),
  fc.ipV6(),
  fc.constantFrom(
    "10.0.0.1",
    " 10.1.2.3 ",
    "010.0.0.1",
    "10.0.0.256",
    "10.0.0",
    "::",
    "::1",
    "::ffff:10.0.0.1",
    "fe80::1%eth0",
  ),
  fc.constantFrom(
    "1.2.3.4::",
    ":::",
    "1::2::3",
    "::10.0.0.1",
    "FE80::A",
    "1:2:3:4:5:6:7:8",
    "1:2:3:4:5:6:7::",
    "g::",
    "%:",
    "::%日本",
  ),
);
const instant = fc.oneof(
  fc
    .date({ min: new Date("0100-01-02"), max: new Date("9999-12-30"), noInvalidDate: true })
    .map((at) => at.toISOString()),
  fc.constantFrom(
    "2024-02-29",
    "2024-12-30 23:59:59",
    "2021-01-03T23:59:59+09:00",
    "2020-12-31T15:30:00-0930",
    "2024-01-01t00:00z",
  ),
  fc.constantFrom(
    "1700000000",
    "1700000000123",
    "1700000000.999",
    "99999999999",
    "100000000000",
    "2024-13-01",
    "2024-02-31",
    "0050-01-01",
  ),
);
const scalar: fc.Arbitrary<string | number | boolean | null> = fc.oneof(
  { weight: 8, arbitrary: text },
  { weight: 1, arbitrary: long },
  { weight: 2, arbitrary: number },
  { weight: 2, arbitrary: numeral },
  { weight: 2, arbitrary: address },
  { weight: 2, arbitrary: instant },
  { weight: 2, arbitrary: fc.constantFrom(true, false, null, null, "") },
);
const value: fc.Arbitrary<FieldValue> = fc.oneof(
  { weight: 6, arbitrary: scalar },
  { weight: 2, arbitrary: fc.array(scalar, { maxLength: 3 }) },
);

const LINUX: LogSource = { product: "linux", category: "", service: "" };
const fields = fc.dictionary(fc.constantFrom(...NAMES, "Image", "process.executable", "EventType"), value, {
  maxKeys: 7,
});
const event: fc.Arbitrary<Judged> = fc
  .tuple(
    fields,
    fc.integer({ min: 0, max: 2 }),
    fc.constantFrom(
      "Microsoft-Windows-Sysmon/Operational",
      "MICROSOFT-WINDOWS-SYSMON/OPERATIONAL",
      "Security",
      "\u212aernel",
      "",
    ),
    fc.constantFrom(1, 12, 13, 4688),
    fc.constantFrom("CreateKey", "DeleteKey", "deletevalue", "", null, ["DeleteKey"], 3),
  )
  .map(([own, kind, Channel, EventID, EventType]) => {
    const windows = kind === 0 ? {} : { Channel, EventID, EventType };
    const logsource = kind === 0 ? LINUX : windowsLogSource(Channel, EventID);
    return { fields: Object.assign(Object.create(null), own, windows) as Fields, logsource };
  });

const pattern = fc
  .array(fc.constantFrom(...PIECES, "*", "?", "\\*", "\\?", "\\\\", "*"), { maxLength: 5 })
  .map((all) => all.join(""));
const listOf = <T>(one: fc.Arbitrary<T>) => fc.oneof(one, fc.array(one, { minLength: 1, maxLength: 7 }));
const name = fc.constantFrom(...NAMES, "Image", "EventID");
const keyed = (modifiers: readonly string[], wanted: fc.Arbitrary<unknown>) =>
  fc.tuple(
    fc.tuple(name, fc.constantFrom(...modifiers)).map((parts) => parts.join("")),
    wanted,
  );

const item = fc.oneof(
  {
    weight: 1,
    arbitrary: fc.tuple(fc.constantFrom("EventID", "EventID|neq"), fc.constantFrom<unknown>(1, 12, [13, 4688], "1*")),
  },
  {
    weight: 8,
    arbitrary: keyed(
      [
        ...[
          "",
          "|contains",
          "|startswith",
          "|endswith",
          "|cased",
          "|contains|cased",
          "|startswith|cased",
          "|windash|contains",
        ],
        ...["|neq", "|contains|neq", "|contains|all", "|windash", "|startswith|all"],
      ],
      listOf(pattern),
    ),
  },
  { weight: 1, arbitrary: keyed(["", "|neq"], listOf(fc.oneof(number, fc.constantFrom(true, null, "", "*", "?")))) },
  { weight: 1, arbitrary: keyed(["|exists"], fc.boolean()) },
  {
    weight: 2,
    arbitrary: keyed(
      ["|lt", "|lte", "|gt", "|gte"],
      fc.oneof(fc.integer({ min: -2, max: 40 }), fc.double({ noNaN: true, noDefaultInfinity: true })),
    ),
  },
  {
    weight: 1,
    arbitrary: keyed(
      ["|minute", "|hour|gte", "|day", "|week", "|week|lt", "|month", "|year|lt", "|year"],
      fc.integer({ min: 1, max: 59 }),
    ),
  },
  { weight: 1, arbitrary: keyed(["|year|gt", "|year|lte"], fc.integer({ min: 1950, max: 2100 })) },
  {
    weight: 1,
    arbitrary: keyed(
      ["|cidr"],
      listOf(
        fc.constantFrom(
          "10.0.0.0/8",
          "10.0.0.0/9",
          "10.0.0.1",
          "::/0",
          "fe80::/10",
          "::ffff:0:0/96",
          "0.0.0.0/0",
          "1:2::/31",
        ),
      ),
    ),
  },
  {
    weight: 2,
    arbitrary: keyed(
      ["|re", "|re|i", "|re|s", "|re|m", "|re|i|s|m"],
      fc.constantFrom(
        ...[
          "a+b",
          "^cmd",
          "(ab|cmd\\.exe)$",
          "[aA]",
          ".é",
          "x?a{2}",
          "é|😀",
          "^.$",
          "a.b",
          "\\bk\\b",
          "\\s$",
          "^\\S+$",
          "[^k]",
        ],
        ...[
          "\\p{L}\\P{L}",
          "[\\pN-]",
          "(?i)ſ",
          "(?i:σ)",
          "k|K",
          "^\\d+$",
          "\\.{2,}",
          ".{20,}",
          "(.){40,}",
          "\\x{e9}",
          "\\Q.^\\E",
          "^$",
          "\\Aa|b\\z",
        ],
      ),
    ),
  },
  {
    weight: 1,
    arbitrary: keyed(
      ["|base64", "|base64offset|contains", "|wide|base64offset|contains", "|utf16|base64"],
      fc.constantFrom("ab", "cmd", "é"),
    ),
  },
  {
    weight: 1,
    arbitrary: keyed(
      [
        "|fieldref",
        "|fieldref|contains",
        "|fieldref|startswith",
        "|fieldref|endswith",
        "|fieldref|neq",
        "|fieldref|cased",
      ],
      name,
    ),
  },
);
const map = fc.array(item, { minLength: 1, maxLength: 3 }).map((items) => Object.fromEntries(items));
const keywords = fc.array(
  pattern.filter((one) => one !== ""),
  { minLength: 1, maxLength: 4 },
);
const search = fc.oneof(
  { weight: 6, arbitrary: map },
  { weight: 2, arbitrary: fc.array(map, { minLength: 1, maxLength: 3 }) },
  { weight: 1, arbitrary: keywords },
  { weight: 1, arbitrary: keywords.map((texts) => ({ "|all": texts })) },
  { weight: 1, arbitrary: fc.record({ "|re": fc.constantFrom("^a", "k$", "日.") }) },
);
const CONDITIONS = [
  "a",
  "not a",
  "a and b",
  "a or b",
  "a and not b",
  "not (a and b)",
  "1 of them",
  "all of them",
  "not 1 of them",
];
const rule = fc
  .tuple(
    fc.record({ a: search, b: search, condition: fc.constantFrom(...CONDITIONS) }),
    fc.constantFrom<object>(
      { product: "linux" },
      { product: "windows" },
      { category: "process_creation" },
      { product: "windows", category: "registry_delete" },
      { product: "windows", category: "registry_add" },
      { product: "windows", category: "registry_set", service: "sysmon" },
      { product: "windows", service: "security" },
    ),
  )
  .map(([detection, logsource]) => ({ title: "A rule", logsource, detection }));

describe("A rule over the stream and over stored events", () => {
  it("finds the same events, and the naive evaluator agrees", async () => {
    let stream = 0;
    let hits = 0;
    const property = fc.asyncProperty(
      fc.array(rule, { minLength: 60, maxLength: 60 }),
      fc.array(event, { minLength: 150, maxLength: 150 }),
      async (rules, events) => {
        stream += 1;
        const sources = rules.map((one, index) => ({
          text: JSON.stringify({ ...one, id: `${index}` }),
          origin: `${index}`,
        }));
        const engine = compileRules(sources);
        const read = readRules(sources, {}).rules;
        await storeEvents(db, stream, events);
        const { hits: found, refused } = await askDatabase(db, stream, { rules: read, events: events.length });
        const unsaid = new Set(refused.map((one) => one.rule));
        const naive = read.map(({ origin }) => naiveRule(sources[Number(origin)]?.text ?? ""));
        const differences = events.flatMap((one, index) => {
          const streamed = new Set(engine.match(one));
          hits += streamed.size;
          return read.flatMap(({ origin }, number) => {
            const verdicts = {
              stream: streamed.has(number),
              sql: unsaid.has(number) ? streamed.has(number) : found[index]?.includes(number),
              naive: naiveMatch(naive[number] ?? naiveRule("{}"), one),
            };
            const isSame = verdicts.stream === verdicts.sql && verdicts.stream === verdicts.naive;
            return isSame ? [] : [{ ...verdicts, rule: rules[Number(origin)], event: one }];
          });
        });
        expect(differences.slice(0, 3)).toEqual([]);
        expect(refused.filter(({ reason }) => !/on which versions of Unicode differ$/.test(reason))).toEqual([]);
      },
    );
    const wanted = process.env.YAGURA_TWO_ENGINES_RUNS;
    // The suite tries the same cases every time; the search for new ones is a run of its own.
    const runs = wanted === undefined ? { numRuns: 2, seed: 1 } : { numRuns: Number(wanted) };
    await fc.assert(property, { ...runs, endOnFailure: true });
    expect(hits).toBeGreaterThan(500);
  }, 900_000);

  it("folds every character to the same letters", async () => {
    const [row] = await db.select<{ folded: string }>(unicodeProofSql());
    expect(row?.folded).toBe(createHash("md5").update(foldCase(everyCharacter())).digest("hex"));
  });
});
