import { describe, expect, it } from "vitest";
import { OrderedValues } from "../window/ordered-values.ts";
import { PairCounts } from "../window/pair-counts.ts";
import { base, correlation, MINUTE, ruleSet, run } from "./try-correlation.ts";

const rules = ruleSet(
  base("a"),
  correlation({ type: "value_count", rules: ["a"], "group-by": ["host"], condition: { field: "user", gte: 3 } }),
);
const login = (minute: number, host: string, user: string) => ({ at: minute * MINUTE, kind: "a", host, user });

describe("Late events", () => {
  it("take their place within the allowed lateness, and are counted past it", () => {
    const { feed, engine } = run(rules, { latenessMs: 5 * MINUTE });
    expect(feed(login(1, "x", "a"), login(9, "x", "c"), login(6, "x", "b"))).toMatchObject([
      { timeMs: 9 * MINUTE, count: 3 },
    ]);
    expect(feed(login(3, "x", "d"))).toEqual([]);
    expect(engine.figures()).toMatchObject([{ tooLate: 1, outOfOrder: 1, firings: 1 }]);
  });

  it("are late only beside newer events of their own group: an old import still correlates", () => {
    const { feed } = run(rules);
    expect(feed(login(9_000, "x", "a"), login(1, "y", "a"), login(2, "y", "b"), login(3, "y", "c"))).toHaveLength(1);
  });

  describe("make the window go back over so many events and no more, and are counted past that", () => {
    const of = (kinds: readonly string[], body: object) =>
      ruleSet(...kinds.map((kind) => base(kind)), correlation({ rules: kinds, ...body }));
    const counted = of(["a"], { type: "event_count", condition: { gte: 1_000 } });
    const at = (seconds: number, kind = "a") => ({ at: seconds * 1000, kind });
    const burst = (from: number, count: number) => Array.from({ length: count }, (_, n) => at(from + n / 1000));

    it("at its end", () => {
      const { feed, engine } = run(counted, { maxSteps: 20 });
      feed(...burst(1, 30), at(1.0095), at(1.0085));
      expect(engine.figures()).toMatchObject([{ events: 31, outOfOrder: 1, tooLate: 1 }]);
    });

    it("at its start", () => {
      const { feed, engine } = run(counted, { maxSteps: 20 });
      feed(...burst(1, 30), at(700), at(702), at(701), at(699));
      expect(engine.figures()).toMatchObject([{ events: 33, outOfOrder: 1, tooLate: 1 }]);
    });

    it("looking for the order of events", () => {
      const { feed, engine } = run(of(["a", "b"], { type: "temporal_ordered" }), { maxSteps: 20 });
      feed(...burst(1, 10), at(3), at(2), ...burst(4, 30), at(6), at(5));
      expect(engine.figures()).toMatchObject([{ events: 43, outOfOrder: 1, tooLate: 1 }]);
    });
  });

  it("a clock far ahead does not make everything else late", () => {
    const engine = rules.correlate();
    const feed = (id: bigint, timeMs: number, user: string) =>
      engine.feed({ rule: 0, timeMs, receivedMs: Number(id) * 1000, id, scope: "", values: ["x", user] });
    feed(1n, Date.UTC(2099, 0), "a");
    feed(2n, 2000, "b");
    feed(3n, Number.NaN, "c");
    expect(engine.take()).toMatchObject([{ firstMs: 1000, timeMs: 3000 }]);
  });
});

describe("Memory is bounded, and what is given up is counted", () => {
  it("forgets groups that nothing was received for", () => {
    const { feed, engine } = run(rules, { latenessMs: MINUTE });
    for (let n = 0; n < 1000; n++) feed(login(n, `host${n}`, "a"));
    expect(engine.figures()).toMatchObject([{ groups: 12, events: 12, groupsDropped: 0 }]);
  });

  it("gives up the least recently touched groups when there are too many", () => {
    const { feed, engine } = run(rules, { maxGroups: 10 });
    for (let n = 0; n < 25; n++) feed(login(0, `host${n}`, "a"));
    expect(engine.figures()).toMatchObject([{ groups: 10, events: 10, groupsDropped: 15 }]);
  });

  it("gives up the oldest events when there are too many", () => {
    const { feed, engine } = run(rules, { maxEntries: 5 });
    for (let n = 0; n < 8; n++) feed(login(n / 10, "x", "a"));
    expect(engine.figures()).toMatchObject([{ groups: 1, events: 5, eventsDropped: 3 }]);
    expect(feed(login(1, "x", "b"), login(1.1, "x", "c"))).toHaveLength(1);
  });

  it("counts events that have no group or no readable value", () => {
    const { feed, engine } = run(rules);
    feed({ at: 0, kind: "a", user: "x" }, { at: 0, kind: "a", host: "x", user: null });
    expect(engine.figures()).toMatchObject([{ ungrouped: 1, unreadable: 1, groups: 0 }]);
  });
});

describe("Scopes", () => {
  it("are never correlated with one another", () => {
    const engine = rules.correlate();
    for (const [n, scope] of ["one", "two", "one"].entries())
      engine.feed({ rule: 0, timeMs: n, receivedMs: n, id: BigInt(n), scope, values: ["x", `user${n}`] });
    expect(engine.take()).toEqual([]);
    engine.feed({ rule: 0, timeMs: 3, receivedMs: 3, id: 3n, scope: "one", values: ["x", "user3"] });
    expect(engine.take()).toMatchObject([{ scope: "one", count: 3 }]);
  });
});

describe("A snapshot", () => {
  it("serves only correlations that are still the same", () => {
    const { feed, engine } = run(rules);
    feed(login(0, "x", "a"), login(1, "x", "b"));
    const changed = ruleSet(
      base("a"),
      correlation({ type: "value_count", rules: ["a"], "group-by": ["host"], condition: { field: "user", gte: 2 } }),
    );
    expect(changed.correlate().restore(engine.snapshot())).toEqual([]);
    expect(rules.correlate().restore(engine.snapshot())).toEqual(["a-correlation"]);
  });

  it("serves no correlation that now rests on another rule, directly or through a correlation", () => {
    const over = (name: string) =>
      ruleSet(
        base(name),
        correlation({ type: "event_count", rules: [name], condition: { gte: 2 } }, { id: "inner" }),
        correlation({ type: "event_count", rules: ["inner"], condition: { gte: 2 } }, { id: "outer" }),
      );
    const before = over("a").correlate().snapshot();
    expect(over("a").correlate().restore(before)).toEqual(["inner", "outer"]);
    expect(over("b").correlate().restore(before)).toEqual([]);
  });

  it("whose arrays do not fit together is refused", () => {
    const { feed, engine } = run(rules);
    feed(login(0, "x", "a"));
    const snapshot = engine.snapshot();
    const [one] = snapshot.correlations;
    const broken = one && { ...one, windows: { ...one.windows, timeMs: new Float64Array(7) } };
    expect(() => rules.correlate().restore({ ...snapshot, correlations: broken ? [broken] : [] })).toThrow(RangeError);
  });
});

describe("Structures hold what a plain map and a sorted list hold", () => {
  it("PairCounts, through growth and shrinkage", () => {
    const pairs = new PairCounts();
    const plain = new Map<string, number>();
    for (let step = 0; step < 40_000; step++) {
      const group = (step * 7919) % 97;
      const value = (step * 104_729) % 53;
      const key = `${group}/${value}`;
      const isRemoval = step % 3 === 2 || step > 30_000;
      const count = (plain.get(key) ?? 0) + (isRemoval ? -1 : 1);
      if (count < 0) continue;
      plain.set(key, count);
      expect(isRemoval ? pairs.remove(group, value) : pairs.add(group, value)).toBe(count);
    }
    for (const [key, count] of plain) {
      const [group, value] = key.split("/").map(Number);
      expect(pairs.get(group ?? 0, value ?? 0)).toBe(count);
    }
  });

  it("OrderedValues, with repeats and removals", () => {
    const values = new OrderedValues();
    const plain: number[] = [];
    for (let step = 0; step < 3000; step++) {
      const value = (step * 7919) % 101;
      if (step % 3 === 2) {
        const gone = plain.splice((step * 31) % plain.length, 1)[0] ?? 0;
        values.remove(gone);
      } else {
        plain.push(value);
        values.add(value);
      }
      if (step % 50 > 0) continue;
      const sorted = plain.toSorted((one, other) => one - other);
      expect(values.size).toBe(plain.length);
      expect(values.percentile(0)).toBe(sorted[0]);
      expect(values.percentile(100)).toBe(sorted.at(-1));
    }
  });
});
