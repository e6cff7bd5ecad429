import { describe, expect, it, test } from "vitest";
import { compileRules, RuleCompiler } from "../../index.ts";
import { base, correlation, firingTimes, type Line, MINUTE, ruleSet, run } from "./try-correlation.ts";

const at = (minute: number, rest: object = {}, kind = "a"): Line => ({ at: minute * MINUTE, kind, ...rest });
const minutes = (times: readonly number[]) => times.map((time) => time / MINUTE);
const fired = (body: object, lines: readonly Line[], kinds: readonly string[] = ["a"]) =>
  minutes(firingTimes([...kinds.map((kind) => base(kind)), correlation({ rules: kinds, ...body })], lines));

describe("event_count counts events of a group in a window that slides", () => {
  const body = { type: "event_count", "group-by": ["user"], condition: { gte: 3 } };
  test.each([
    ["three within ten minutes fire at the third", [0, 4, 9], [9]],
    ["both ends of the window count", [0, 5, 10], [10]],
    ["a moment longer is too long", [0, 5, 10.001], []],
    ["a window is not bound to fixed hours", [58, 61, 63], [63]],
    ["more of the same is one firing", [0, 1, 2, 3, 4, 5], [2]],
    ["after a pause it fires again", [0, 1, 2, 60, 61, 62], [2, 62]],
    ["what goes on fires once a timespan", [0, 1, 2, 5, 8, 11, 12, 13, 15], [2, 12]],
    ["falling below and rising again is a new firing", [0, 1, 2, 10.5, 11.5, 12.2], [2, 12.2]],
  ])("%s", (_, times, expected) => {
    expect(
      fired(
        body,
        times.map((time) => at(time, { user: "eve" })),
      ),
    ).toEqual(expected);
  });

  it("keeps groups apart, and knows a name however it is written", () => {
    const lines = [at(0, { user: "eve" }), at(1, { user: "bob" }), at(2, { user: "EVE" }), at(3, { user: "Eve" })];
    expect(fired(body, lines)).toEqual([3]);
  });

  it("puts an event without the field into no group", () => {
    expect(fired(body, [at(0), at(1), at(2)])).toEqual([]);
  });

  it("counts over everything without group-by", () => {
    const lines = [at(0, { user: "eve" }), at(1, { user: "bob" }), at(2)];
    expect(fired({ type: "event_count", condition: { gte: 3 } }, lines)).toEqual([2]);
  });

  test.each([
    [{ gt: 2 }, [2]],
    [{ gte: 2, lte: 3 }, [1]],
    [{ gt: 1, lt: 3 }, [1]],
    [{ eq: 2 }, [1]],
    [{ neq: 1 }, [1]],
    [{ lt: 2 }, [0]],
    [{ gte: 2.5 }, [2]],
    [{ gte: "3" }, [2]],
  ])("compares: %j", (condition, expected) => {
    expect(fired({ type: "event_count", condition }, [at(0), at(1), at(2), at(3)])).toEqual(expected);
  });
});

describe("value_count counts distinct values", () => {
  it("does not count a value again, whatever its case", () => {
    const body = { type: "value_count", "group-by": ["ip"], condition: { field: "user", gte: 3 } };
    const lines = ["a", "A", "b", "b", "c", "d"].map((user, minute) => at(minute, { ip: "1", user }));
    expect(fired(body, lines)).toEqual([4]);
  });

  it("forgets a value when its last event leaves the window", () => {
    const body = { type: "value_count", condition: { field: "user", gte: 3 } };
    const lines = [at(0, { user: "a" }), at(1, { user: "b" }), at(5, { user: "a" }), at(10.5, { user: "c" })];
    expect(fired(body, lines)).toEqual([10.5]);
    expect(fired(body, [...lines.slice(0, 2), at(10.5, { user: "c" })])).toEqual([]);
  });

  it("takes several fields as one tuple", () => {
    const body = { type: "value_count", condition: { field: ["user", "host"], gte: 3 } };
    const lines = [at(0, { user: "a", host: "x" }), at(1, { user: "a", host: "y" }), at(2, { user: "b", host: "x" })];
    expect(fired(body, lines)).toEqual([2]);
    expect(fired(body, [...lines.slice(0, 2), at(2, { user: "a", host: "x" })])).toEqual([]);
  });
});

describe("Numbers", () => {
  const numbers = (values: readonly unknown[]) => values.map((n, minute) => at(minute, { n: n as number }));
  test.each([
    ["a sum", { type: "value_sum", condition: { field: "n", gt: 10 } }, [4, 4, 2, 1], [3]],
    [
      "a sum of decimals, exactly",
      { type: "value_sum", condition: { field: "n", eq: 0.30000000000000004 } },
      [0.1, 0.2],
      [1],
    ],
    ["an average", { type: "value_avg", condition: { field: "n", gte: 2.5 } }, [1, 2, 4.5], [2]],
    ["an average below", { type: "value_avg", condition: { field: "n", lt: 2 } }, [3, 2, 0.5], [2]],
    ["a median of an even count", { type: "value_median", condition: { field: "n", eq: 2.5 } }, [1, 4, 2, 3], [1, 3]],
    [
      "a percentile",
      { type: "value_percentile", condition: { field: "n", percentile: 90, gt: 8 } },
      [1, 2, 3, 9, 9],
      [4],
    ],
    ["numbers written as text", { type: "value_sum", condition: { field: "n", gt: 10 } }, ["6", " 5 "], [1]],
    ["nothing that is no number", { type: "value_sum", condition: { field: "n", gt: 10 } }, [6, "many", 5], [2]],
  ])("%s", (_, body, values, expected) => expect(fired(body, numbers(values))).toEqual(expected));

  it("reads a percentile without a number as how rare the event's own value is", () => {
    const body = {
      type: "value_percentile",
      "group-by": ["host"],
      timespan: "1d",
      condition: { field: "image", lte: 1 },
    };
    const common = Array.from({ length: 99 }, (_, minute) => at(minute, { host: "x", image: "cmd" }));
    expect(fired(body, [...common, at(100, { host: "x", image: "odd" })])).toEqual([100]);
    expect(fired(body, [...common.slice(1), at(100, { host: "x", image: "odd" })])).toEqual([]);
  });

  it("keeps a sum exact however long it slides", () => {
    const body = { type: "value_sum", timespan: "1m", condition: { field: "n", eq: 0.1 } };
    const lines = Array.from({ length: 500 }, (_, n) => at(n * 2, { n: n === 499 ? 0.1 : 1e15 + n / 7 }));
    expect(fired(body, lines)).toEqual([998]);
  });
});

describe("temporal: several rules in one window", () => {
  const kinds = ["a", "b", "c"];
  const lines = (text: string, rest: object = {}) => [...text].map((kind, minute) => at(minute, rest, kind));
  test.each([
    ["all of them, in any order", undefined, "cab", [2]],
    ["not while one is missing", undefined, "aab", []],
    ["a number of them", { gte: 2 }, "aab", [2]],
    ["a condition", "a and b and not c", "ab", [1]],
    ["a condition that a third rule breaks", "a and b and not c", "cab", []],
    ["one or the other", "a and (b or c)", "ac", [1]],
    ["two of them", "2 of them", "aac", [2]],
    ["any of them", "any of them", "c", [0]],
    ["in capitals", "a AND NOT b", "a", [0]],
  ])("%s", (_, condition, text, expected) => {
    expect(fired({ type: "temporal", ...(condition !== undefined && { condition }) }, lines(text), kinds)).toEqual(
      expected,
    );
  });

  it("needs them in one group", () => {
    const body = { type: "temporal", "group-by": ["host"] };
    expect(fired(body, [at(0, { host: "x" }, "a"), at(1, { host: "y" }, "b")], ["a", "b"])).toEqual([]);
    expect(fired(body, [at(0, { host: "x" }, "a"), at(1, { host: "x" }, "b")], ["a", "b"])).toEqual([1]);
  });

  test.each([
    ["in their order", undefined, "abc", [2]],
    ["not in another", undefined, "acb", []],
    ["with others in between", undefined, "aabbabc", [6]],
    ["and not the unwanted", "a and b and not c", "ab", [1]],
    ["not with the unwanted", "a and b and not c", "acb", []],
    ["all, said as a number", { gte: 3 }, "abc", [2]],
  ])("temporal_ordered: %s", (_, condition, text, expected) => {
    const body = { type: "temporal_ordered", ...(condition !== undefined && { condition }) };
    expect(fired(body, lines(text), kinds)).toEqual(expected);
  });

  it("measures an order from its latest possible start", () => {
    const body = { type: "temporal_ordered" };
    expect(fired(body, [at(0, {}, "a"), at(9, {}, "a"), at(12, {}, "b")], ["a", "b"])).toEqual([12]);
    expect(fired(body, [at(0, {}, "a"), at(12, {}, "b")], ["a", "b"])).toEqual([]);
  });
});

describe("A chain of correlations", () => {
  const failures = correlation(
    { type: "event_count", rules: ["fail"], "group-by": ["host"], timespan: "5m", condition: { gte: 3 } },
    { name: "many_failures", title: "Many" },
  );
  const chain = correlation({
    type: "temporal_ordered",
    rules: ["many_failures", "success"],
    "group-by": ["user"],
    timespan: "1h",
  });
  const documents = [base("fail"), base("success"), failures, chain];
  const fail = (minute: number) => at(minute, { host: "dc", user: "eve" }, "fail");
  const success = (minute: number, user = "eve") => at(minute, { host: "dc", user }, "success");

  it("groups by its own fields, and raises no alerts for what it is built on", () => {
    const rules = ruleSet(...documents);
    const [firing, ...others] = run(rules).feed(fail(0), fail(1), fail(2), success(30));
    expect(others).toEqual([]);
    expect(rules.correlations[firing?.correlation ?? -1]?.facts.title).toBe("A correlation");
    expect(firing).toMatchObject({ timeMs: 30 * MINUTE, group: [{ field: "user", value: "eve" }], count: 2 });
    expect(minutes(firingTimes(documents, [fail(0), fail(1), fail(2), success(30, "bob")]))).toEqual([]);
  });

  it("hears of a burst for as long as it lasts", () => {
    const long = Array.from({ length: 90 }, (_, minute) => fail(minute));
    expect(minutes(firingTimes(documents, [...long, success(95)]))).toEqual([95]);
  });
});

describe("Aliases", () => {
  it("bring together fields that are called differently", () => {
    const body = {
      type: "temporal",
      rules: ["internal_error", "new_connection"],
      "group-by": ["internal_ip", "remote_ip"],
      timespan: "10s",
      aliases: {
        internal_ip: { internal_error: "destination.ip", new_connection: "source.ip" },
        remote_ip: { internal_error: "source.ip", new_connection: "destination.ip" },
      },
    };
    const documents = [base("internal_error"), base("new_connection"), correlation(body)];
    const error: Line = { at: 0, kind: "internal_error", "source.ip": "1.1.1.1", "destination.ip": "10.0.0.1" };
    const back: Line = { at: 5000, kind: "new_connection", "source.ip": "10.0.0.1", "destination.ip": "1.1.1.1" };
    expect(firingTimes(documents, [error, back])).toEqual([5000]);
    expect(firingTimes(documents, [error, { ...back, "source.ip": "10.0.0.2" }])).toEqual([]);
  });

  it("reach through a chain", () => {
    const inner = correlation(
      {
        type: "event_count",
        rules: ["fail"],
        "group-by": ["who"],
        condition: { gte: 2 },
        aliases: { who: { fail: "target" } },
      },
      { name: "many", title: "Many" },
    );
    const outer = correlation({
      type: "temporal_ordered",
      rules: ["many", "success"],
      "group-by": ["who"],
      aliases: { who: { success: "user" } },
    });
    const lines = [
      at(0, { target: "eve" }, "fail"),
      at(1, { target: "eve" }, "fail"),
      at(2, { user: "eve" }, "success"),
    ];
    expect(minutes(firingTimes([base("fail"), base("success"), inner, outer], lines))).toEqual([2]);
  });

  it("read fields under the names that detection knows, too", () => {
    const rule = base("a", { logsource: { category: "firewall" } });
    const rules = ruleSet(
      rule,
      correlation({ type: "event_count", rules: ["a"], "group-by": ["src_ip"], condition: { gte: 2 } }),
    );
    const values = rules.capture(0, { "Source.IP": "10.0.0.9" });
    expect(values).toEqual(["10.0.0.9"]);
  });
});

describe("What a firing tells", () => {
  it("names the events it rests on, the newest fifty, and the figure", () => {
    const rules = ruleSet(
      base("a"),
      correlation({ type: "event_count", rules: ["a"], "group-by": ["user"], condition: { gte: 60 } }),
    );
    const lines = Array.from({ length: 60 }, (_, second) => ({ at: second * 1000, kind: "a", user: "Eve" }));
    const [firing] = run(rules).feed(...lines);
    expect(firing).toMatchObject({ id: 60n, scope: "unit", count: 60, figure: 60, firstMs: 0, timeMs: 59_000 });
    expect(firing?.group).toEqual([{ field: "user", value: "Eve" }]);
    expect(firing?.events.map(({ id }) => id)).toEqual(Array.from({ length: 50 }, (_, n) => BigInt(n + 11)));
  });
});

describe("generate", () => {
  const alerting = (...documents: readonly string[]) => ruleSet(...documents).rules.map(({ alerts }) => alerts);
  const count = (more: object = {}, title = "One") =>
    correlation({ type: "event_count", rules: ["a"], condition: { gte: 2 } }, { title, ...more });

  it("keeps rules silent that a correlation lists, unless it says otherwise", () => {
    expect(alerting(base("a"), base("b"), count())).toEqual([false, true]);
    expect(alerting(base("a"), count({ generate: true }))).toEqual([true]);
    expect(alerting(base("a"), count(), count({ generate: true }, "Two"))).toEqual([true]);
  });

  it("keeps the other rules of a correlation silent that waits for a missing one, and of no other that cannot run", () => {
    const body = { type: "event_count", rules: ["a", "missing"], condition: { gte: 2 } };
    expect(alerting(base("a"), base("b"), correlation(body))).toEqual([false, true]);
    expect(alerting(base("a"), correlation(body, { generate: true }))).toEqual([true]);
    expect(alerting(base("a"), correlation({ ...body, rules: ["a", "a"] }))).toEqual([true]);
  });

  it("does not let a correlation on trial silence anything", () => {
    const text = [base("a"), count({ id: "tried" })].join("\n---\n");
    const compiler = new RuleCompiler();
    const alertsOf = (more: object) => compiler.compile([{ text, origin: "test", ...more }]).rules[0]?.alerts;
    expect([alertsOf({ trial: ["tried"] }), alertsOf({})]).toEqual([true, false]);
  });

  it("keeps a rule silent that is switched off, while it serves a correlation that is on", () => {
    const text = [base("a", { id: "off" }), base("b"), count({ generate: true })].join("\n---\n");
    const rules = compileRules([{ text, origin: "test", muted: ["off"] }]);
    expect(rules.rules.map(({ alerts }) => alerts)).toEqual([false, true]);
    expect(rules.correlations.map(({ alerts }) => alerts)).toEqual([true]);
    expect(rules.capture(0, {})).toBeDefined();
  });

  it("keeps rules silent whose correlation is switched off", () => {
    const text = [base("a"), base("b"), count({ id: "off" })].join("\n---\n");
    const rules = compileRules([{ text, origin: "test", muted: ["off"] }]);
    expect(rules.rules.map(({ alerts }) => alerts)).toEqual([false, true]);
    expect(rules.correlations.map(({ alerts }) => alerts)).toEqual([false]);
    expect(rules.capture(0, {})).toBeUndefined();
  });
});
