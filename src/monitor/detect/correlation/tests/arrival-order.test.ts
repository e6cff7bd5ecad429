import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { CorrelationOptions, Firing, RuleSet } from "../../index.ts";
import { FIRED, HELD } from "../window/entries.ts";
import { CASES, type NaiveEvent, naiveVerdicts } from "./naive.ts";
import { base, correlation, ruleSet } from "./try-correlation.ts";

const LATENESS_MS = 4000;

const eventsOf = (kinds: readonly string[]) =>
  fc
    .array(
      fc.record({
        timeMs: fc.integer({ min: 0, max: 60 }).map((second) => second * 500),
        kind: fc.constantFrom(...kinds),
        group: fc.constantFrom("x", "y"),
        user: fc.constantFrom("u1", "u2", "u3", "u4"),
        n: fc.constantFrom(0.1, 0.2, 1, 2, 2.5, 7.3, -1),
        delayMs: fc.integer({ min: 0, max: LATENESS_MS }),
      }),
      { maxLength: 40 },
    )
    .map((events) => events.map((event, id) => ({ ...event, id })));

type Delayed = NaiveEvent & { readonly delayMs: number };
const inOrder = (events: readonly Delayed[]) => [...events].sort((a, b) => a.timeMs - b.timeMs || a.id - b.id);
const asDelayed = (events: readonly Delayed[]) =>
  [...events].sort((a, b) => a.timeMs + a.delayMs - b.timeMs - b.delayMs);

/** One engine over the events in the given order, all received at one moment. */
function engineOver(rules: RuleSet, kinds: readonly string[], options: CorrelationOptions = {}) {
  const engine = rules.correlate(options);
  return {
    engine,
    feed: (events: readonly NaiveEvent[]): readonly Firing[] => {
      for (const { id, timeMs, kind, group, user, n } of events) {
        const rule = kinds.indexOf(kind);
        const fields = { group, user, n };
        const values = rules.capture(rule, fields) ?? [];
        engine.feed({ rule, timeMs, receivedMs: 1_000_000, id: BigInt(id), scope: "", values });
      }
      return engine.take();
    },
  };
}

const groupNames = ["x", "y"];
const verdictsBy = (events: readonly NaiveEvent[], rule: (typeof CASES)[number]) =>
  groupNames.map((group) =>
    naiveVerdicts(
      rule,
      events.filter((event) => event.group === group),
    ),
  );

describe.each(CASES.map((rule) => [rule.name, rule] as const))("%s", (_, rule) => {
  const { kinds, body, timespanMs } = rule;
  const rules = ruleSet(
    ...kinds.map((kind) => base(kind)),
    correlation({ rules: kinds, "group-by": ["group"], timespan: `${timespanMs / 1000}s`, ...body }),
  );

  it("fires as the naive evaluator does when events come in order", () => {
    fc.assert(
      fc.property(eventsOf(kinds), (events) => {
        const expected = verdictsBy(events, rule)
          .flat()
          .filter(({ fires }) => fires);
        const firings = engineOver(rules, kinds).feed(inOrder(events));
        expect(firings.map(({ id }) => Number(id)).sort()).toEqual(expected.map(({ event }) => event.id).sort());
      }),
      { numRuns: 150 },
    );
  });

  it("sees the same windows whatever the order of arrival, and tells of every burst that later events cannot undo", () => {
    fc.assert(
      fc.property(eventsOf(kinds), (events) => {
        const { engine, feed } = engineOver(rules, kinds, { latenessMs: LATENESS_MS });
        const firings = feed(asDelayed(events));
        expect(engine.figures()[0]?.tooLate).toBe(0);
        for (const [place, verdicts] of verdictsBy(events, rule).entries()) {
          const own = firings.filter(({ group }) => group[0]?.value === groupNames[place]);
          expectKept(engine.snapshot(), verdicts, groupNames[place] ?? "");
          if (rule.isMonotone) expectTold(own, verdicts);
        }
      }),
      { numRuns: 150 },
    );
  });

  it("goes on from a snapshot as if nothing had happened", () => {
    fc.assert(
      fc.property(eventsOf(kinds), fc.nat(40), (events, cut) => {
        const arriving = asDelayed(events);
        const whole = engineOver(rules, kinds, { latenessMs: LATENESS_MS });
        whole.feed(arriving.slice(0, cut));
        const next = engineOver(rules, kinds, { latenessMs: LATENESS_MS });
        expect(next.engine.restore(structuredClone(whole.engine.snapshot()))).toHaveLength(1);
        expect(next.feed(arriving.slice(cut))).toEqual(whole.feed(arriving.slice(cut)));
        expect(next.engine.snapshot()).toEqual(whole.engine.snapshot());
      }),
      { numRuns: 80 },
    );
  });
});

type Verdicts = ReturnType<typeof naiveVerdicts>;

/** What is still kept of a group is judged as the naive evaluator judges it. */
function expectKept(
  { correlations }: ReturnType<ReturnType<RuleSet["correlate"]>["snapshot"]>,
  verdicts: Verdicts,
  group: string,
) {
  const windows = correlations[0]?.windows;
  const place = windows?.keys.indexOf(group) ?? -1;
  if (!windows || place < 0) return;
  const from = windows.kept.slice(0, place).reduce((sum, kept) => sum + kept, 0);
  const byId = new Map(verdicts.map((verdict) => [verdict.event.id, verdict]));
  for (let at = from; at < from + (windows.kept[place] ?? 0); at++) {
    const verdict = byId.get(Number(windows.ids[at]));
    const flags = windows.flags[at] ?? 0;
    expect([(flags & HELD) !== 0, (flags & FIRED) !== 0]).toEqual([verdict?.isHeld, verdict?.fires]);
  }
}

/**
 * Between a firing and the next, something was told, and only of windows that held. An average or a `neq` that a late event
 * turns is judged by what was known when it was judged (docs/correlation.md), so nothing is promised of these.
 */
function expectTold(firings: readonly Firing[], verdicts: Verdicts) {
  const told = new Set(firings.flatMap(({ events }) => Number(events.at(-1)?.id)));
  const starts = verdicts.flatMap(({ fires }, place) => (fires ? [place] : []));
  for (const [n, start] of starts.entries()) {
    const burst = verdicts.slice(start, starts[n + 1]);
    expect(burst.some(({ event }) => told.has(event.id))).toBe(true);
  }
  const held = new Set(verdicts.filter(({ isHeld }) => isHeld).map(({ event }) => event.id));
  expect([...told].filter((id) => !held.has(id))).toEqual([]);
}
