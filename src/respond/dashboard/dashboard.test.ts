import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { branchesOf, type Place } from "./branches.ts";
import type { RuleBoard, RuleFigures, UnitBoard, UnitFigures } from "./contract.ts";
import { perGigabyte } from "./format.ts";
import { createKept } from "./kept.ts";
import { sorted } from "./rule-board.ts";
import { ruleSheet } from "./rule-sheet.ts";
import { toCsv, toReport } from "./sheet.ts";
import { rangeOf } from "./span.ts";
import { unitSheet } from "./unit-sheet.ts";

// root ─ osaka ─ sales, root ─ tokyo
const TREE: readonly Place[] = [
  { id: "root", parentId: null },
  { id: "osaka", parentId: "root" },
  { id: "sales", parentId: "osaka" },
  { id: "tokyo", parentId: "root" },
];
const rowsOf = (places: readonly Place[], parent?: string) =>
  branchesOf(places, parent).branches.map(({ unitId, reach, ids }) => `${unitId} ${reach}: ${ids.join(" ")}`);

describe("The units below one", () => {
  it("are its children with all below them, and itself alone", () => {
    expect(rowsOf(TREE)).toEqual(["osaka below: osaka sales", "tokyo below: tokyo", "root alone: root"]);
    expect(rowsOf(TREE, "osaka")).toEqual(["sales below: sales", "osaka alone: osaka"]);
    expect(rowsOf(TREE, "tokyo")).toEqual(["tokyo below: tokyo"]);
  });

  it("begin at the top of what the reader sees", () => {
    expect(rowsOf(TREE.filter(({ id }) => id !== "root" && id !== "tokyo"))).toEqual([
      "sales below: sales",
      "osaka alone: osaka",
    ]);
    expect(rowsOf(TREE.filter(({ id }) => id !== "root"))).toEqual(["osaka below: osaka sales", "tokyo below: tokyo"]);
    expect(branchesOf([], undefined)).toEqual({ parent: null, branches: [] });
  });

  it("count every visible unit once, in whatever tree", () => {
    const tree = fc
      .array(fc.nat({ max: 30 }), { minLength: 1, maxLength: 30 })
      .map((parents) =>
        parents.map((parent, i): Place => ({ id: `u${i}`, parentId: i === 0 ? null : `u${parent % i}` })),
      );
    fc.assert(
      fc.property(tree, fc.array(fc.boolean(), { minLength: 30, maxLength: 30 }), (places, isSeen) => {
        const visible = places.filter((_, i) => isSeen[i]);
        const counted = branchesOf(visible, undefined).branches.flatMap(({ ids }) => ids);
        expect(counted.toSorted()).toEqual(visible.map(({ id }) => id).toSorted());
      }),
    );
  });
});

describe("The range of so many days", () => {
  it("begins at midnight UTC, today included", () => {
    const now = new Date("2026-11-28T09:30:00.000Z");
    expect(rangeOf(now, 1)).toEqual({ from: "2026-11-28T00:00:00.000Z", to: "2026-11-28T09:30:00.000Z" });
    expect(rangeOf(now, 7).from).toBe("2026-11-22T00:00:00.000Z");
  });
});

describe("Alerts per gigabyte", () => {
  test.each([
    [30, 2_000_000_000, 15],
    [30, 0, undefined],
    [30, 999_999, undefined],
  ])("%d in %s bytes: %s", (alerts, bytes, expected) => expect(perGigabyte(alerts, bytes)).toBe(expected));
});

const FIGURES: UnitFigures = {
  alerts: { seen: 12, open: 3, severe: 1 },
  incidents: {
    opened: 2,
    open: 1,
    times: { incidents: 1, acknowledgeMs: 5_400_000, containMs: null, restoreMs: null },
  },
  sources: { total: 4, silent: 0 },
  volume: null,
  coverage: { canFire: 8, enabled: 20 },
};
const BOARD: UnitBoard = {
  at: "2026-11-28T09:30:00.000Z",
  range: rangeOf(new Date("2026-11-28T09:30:00.000Z"), 7),
  parent: "root",
  rows: [
    { ...FIGURES, unitId: "osaka", reach: "below", units: 2, hasBelow: true },
    { ...FIGURES, unitId: "root", reach: "alone", units: 1, hasBelow: false },
  ],
  total: FIGURES,
  left: 0,
};
const NAMES: Readonly<Record<string, string>> = { osaka: "=大阪支店", root: "櫓商事" };
const nameOf = (id: string): string => NAMES[id] ?? id;

describe("A board as a file", () => {
  it("has numbers as numbers, what is not known empty, and no formula, as CSV", () => {
    const [head = "", first = "", second = "", total = ""] = toCsv(unitSheet({ board: BOARD, nameOf }, "ja")).split(
      "\r\n",
    );
    expect(head).toContain("着手まで [h]");
    expect(first).toBe("'=大阪支店,osaka,12,3,1,2,1,1.5,,,4,0,,,,0.4");
    expect(second.startsWith("櫓商事（単体）,root,12")).toBe(true);
    expect(total.startsWith("合計,root,12")).toBe(true);
  });

  it("says what it was filtered by, and tells not known from nothing measured, as PDF", () => {
    const report = toReport(unitSheet({ board: BOARD, nameOf }, "en"));
    expect(report.blocks[0]).toEqual({
      kind: "text",
      text: "Filters: Range: 2026/11/22 00:00 – 2026/11/28 09:30 (UTC) ／ Unit: 櫓商事 and what is below it",
    });
    const table = report.blocks.find(({ kind }) => kind === "table");
    const cells = table?.kind === "table" ? table.rows[0] : [];
    expect(cells).not.toContain("osaka");
    expect(cells).toContain("not known");
    expect(cells).toContain("–");
    expect(cells).toContainEqual({ text: "12", share: 1 });
  });
});

const rule = (id: string, change: Partial<RuleFigures> = {}): RuleFigures => ({
  id,
  title: id,
  titleJa: "",
  level: "high",
  isEnabled: true,
  fires: 1,
  suppressed: 0,
  lastFiredAt: null,
  trend: null,
  alerts: 0,
  found: { open: 0, truePositive: 0, falsePositive: 0, benign: 0 },
  precision: null,
  cost: null,
  ...change,
});

describe("Rules side by side", () => {
  const rows = [rule("a", { fires: 3 }), rule("b", { fires: null }), rule("c", { fires: 9 }), rule("d", { fires: 3 })];
  test.each([
    ["desc", "c a d b"],
    ["asc", "a d c b"],
  ] as const)("are sorted %s with what is not known last", (order, expected) =>
    expect(
      sorted(rows, { sort: "fires", order })
        .map(({ id }) => id)
        .join(" "),
    ).toBe(expected),
  );

  it("keep their filters in the file, and say how many were left out", () => {
    const board: RuleBoard = { at: BOARD.at, range: BOARD.range, rows: [rule("a")], total: 900, byDay: null };
    const query = {
      days: 7,
      level: ["high"],
      q: "ｱｸｾｽ",
      show: "all",
      sort: "precision",
      order: "asc",
      limit: 50,
    } as const;
    const sheet = ruleSheet({ board, query: { ...query, level: [...query.level], under: "root" }, nameOf }, "ja");
    expect(sheet.filters.slice(1)).toEqual([
      "すべてのルール",
      "組織: 櫓商事 とその下位",
      "高",
      "言葉: ｱｸｾｽ",
      "並び順: 精度（昇順）",
    ]);
    expect(sheet.notes[0]).toBe("900 件のうち 1 件を載せています。");
  });

  it("are named by id in the file, with the bounds of their precision and what it rests on", () => {
    const precision = { share: 0.75, low: 0.5, high: 0.9, judged: 6 };
    const rows = [rule("r-1", { title: "One", precision }), rule("r-2")];
    const board: RuleBoard = { at: BOARD.at, range: BOARD.range, rows, total: 2, byDay: null };
    const query = { days: 7, show: "all", sort: "fires", order: "desc", limit: 50 } as const;
    const [head = "", first = "", second = ""] = toCsv(ruleSheet({ board, query, nameOf }, "en")).split("\r\n");
    expect(head).toContain("Rule,Rule ID,");
    expect(head).toContain('"Precision, lower bound (95 %)","Precision, upper bound (95 %)",Judgments');
    expect(first).toContain("One,r-1,High,");
    expect(first).toContain(",0.75,0.5,0.9,6,");
    expect(second).toContain(",,,,,0,");
  });
});

describe("An answer that stands for a while", () => {
  it("is worked out once for all who ask meanwhile, then anew; a failure is not kept", async () => {
    let now = 0;
    let made = 0;
    const kept = createKept<number>(100, () => now);
    const work = async (): Promise<number> => {
      made += 1;
      if (made === 3) throw new Error("away");
      return made;
    };
    expect(await Promise.all([kept("a", work), kept("a", work)])).toEqual([1, 1]);
    expect(await kept("b", work)).toBe(2);
    now = 100;
    await expect(kept("a", work)).rejects.toThrow("away");
    expect(await kept("a", work)).toBe(4);
  });
});
