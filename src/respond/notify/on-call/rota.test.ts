import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { advance } from "./escalation.ts";
import { handoverMs, onCallAt, type StandIn, shiftsBetween, turnAfter, turnsAt } from "./rota.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const person = (id: string) => ({ id, name: id });
const plan = (change = {}) => ({
  zone: "Asia/Tokyo",
  rotation: "weekly" as const,
  handoverAt: "09:00",
  startsOn: "2026-11-02",
  people: ["a", "b", "c"].map(person),
  turn: 0,
  ...change,
});
const at = (text: string) => Date.parse(text);
const who = (
  wanted: ReturnType<typeof plan>,
  text: string,
  standIns: readonly StandIn<{ id: string; name: string }>[] = [],
) => onCallAt(wanted, standIns, at(text))?.id;

describe("A weekly rota that hands over on Mondays at nine in Japan", () => {
  test.each([
    ["2026-11-01T23:59:59Z", undefined],
    ["2026-11-02T00:00:00Z", "a"],
    ["2026-11-08T23:59:59.999Z", "a"],
    ["2026-11-09T00:00:00Z", "b"],
    ["2026-11-16T00:00:00Z", "c"],
    ["2026-11-23T00:00:00Z", "a"],
  ])("at %s has %s on call", (text, expected) => expect(who(plan(), text)).toBe(expected));

  it("lets somebody stand in for a while, and the one arranged later wins", () => {
    const from = at("2026-11-03T00:00:00Z");
    const first = { id: "o1", startsMs: from, endsMs: from + 2 * DAY, person: person("x") };
    const second = { id: "o2", startsMs: from + DAY, endsMs: from + 3 * DAY, person: person("y") };
    expect(who(plan(), "2026-11-03T01:00:00Z", [first, second])).toBe("x");
    expect(who(plan(), "2026-11-04T01:00:00Z", [first, second])).toBe("y");
    expect(who(plan(), "2026-11-06T01:00:00Z", [first, second])).toBe("a");
  });
});

describe("Where clocks change", () => {
  it("a daily rota hands over at the same time on the wall: the shift is 23 or 25 hours long", () => {
    const brussels = plan({ zone: "Europe/Brussels", rotation: "daily", startsOn: "2026-03-27" });
    const hours = [0, 1, 2, 3].map((n) => (handoverMs(brussels, n + 1) - handoverMs(brussels, n)) / HOUR);
    expect(hours).toEqual([24, 23, 24, 24]);
    const autumn = plan({ zone: "Europe/Brussels", rotation: "daily", startsOn: "2026-10-23" });
    expect([0, 1, 2].map((n) => (handoverMs(autumn, n + 1) - handoverMs(autumn, n)) / HOUR)).toEqual([24, 25, 24]);
  });

  it("a handover in the hour that is skipped comes right after it, and nobody is left out", () => {
    const skipped = plan({ zone: "Europe/Brussels", rotation: "daily", startsOn: "2026-03-28", handoverAt: "02:30" });
    expect(new Date(handoverMs(skipped, 1)).toISOString()).toBe("2026-03-29T01:30:00.000Z");
  });
});

const plans = fc.record({
  zone: fc.constantFrom(
    "Asia/Tokyo",
    "Europe/Brussels",
    "America/Sao_Paulo",
    "Australia/Lord_Howe",
    "America/New_York",
    "Pacific/Apia",
  ),
  rotation: fc.constantFrom("daily" as const, "weekly" as const),
  handoverAt: fc
    .tuple(fc.nat(23), fc.nat(59))
    .map(([h, m]) => `${String(h).padStart(2, "0")}:${String(m).padStart(2, "0")}`),
  startsOn: fc.integer({ min: 20_000, max: 20_700 }).map((day) => new Date(day * DAY).toISOString().slice(0, 10)),
  turn: fc.nat(6),
  people: fc.integer({ min: 1, max: 7 }).map((count) => Array.from({ length: count }, (_, i) => person(`p${i}`))),
});

describe("Any rota", () => {
  const standIns = fc.array(
    fc.tuple(fc.nat(60), fc.integer({ min: 1, max: 400 })).map(([start, hours]) => ({ start, hours })),
    { maxLength: 5 },
  );

  it("has exactly one person on call at every moment after it began: no gap, no overlap, everybody's turn in order", () => {
    fc.assert(
      fc.property(plans, fc.nat(300), standIns, (wanted, day, instead) => {
        const fromMs = handoverMs(wanted, 0) + day * DAY;
        const overrides = instead.map(({ start, hours }, i) => ({
          id: `o${i}`,
          startsMs: fromMs + start * 5 * HOUR,
          endsMs: fromMs + (start * 5 + hours) * HOUR,
          person: person(`x${i}`),
        }));
        const toMs = fromMs + 14 * DAY;
        const spans = shiftsBetween(wanted, overrides, { fromMs, toMs });
        expect(spans[0]?.startsMs).toBe(fromMs);
        expect(spans.at(-1)?.endsMs).toBe(toMs);
        for (const [i, span] of spans.entries()) {
          expect(span.startsMs).toBeLessThan(span.endsMs);
          if (i > 0) expect(span.startsMs).toBe(spans[i - 1]?.endsMs);
          for (const moment of [span.startsMs, span.endsMs - 1])
            expect(onCallAt(wanted, overrides, moment)?.id).toBe(span.person.id);
        }
        const plain = shiftsBetween(wanted, [], { fromMs, toMs });
        for (const [i, span] of plain.entries()) {
          const former = plain[i - 1];
          if (!former) continue;
          const place = wanted.people.findIndex(({ id }) => id === former.person.id);
          expect(span.person.id).toBe(wanted.people[(place + 1) % wanted.people.length]?.id);
        }
      }),
    );
  });
});

describe("A rota that is changed while it runs", () => {
  const noon = at("2026-11-11T03:00:00Z");
  const changed = (before: ReturnType<typeof plan>, change: object) => {
    const after = { ...before, ...change };
    return { ...after, turn: turnAfter(before, after, noon) };
  };
  const next = (wanted: ReturnType<typeof plan>, shifts: number) =>
    shiftsBetween(wanted, [], { fromMs: noon, toMs: noon + 40 * DAY })
      .slice(0, shifts)
      .map((span) => span.person.id);

  it.each([
    ["somebody joins", { people: ["a", "b", "c", "d"].map(person) }, ["b", "c", "d", "a"]],
    ["somebody joins at the front", { people: ["x", "a", "b", "c"].map(person) }, ["b", "c", "x", "a"]],
    ["another leaves", { people: ["b", "c"].map(person) }, ["b", "c", "b", "c"]],
    ["whoever is on call leaves", { people: ["a", "c"].map(person) }, ["c", "a", "c", "a"]],
    ["the time of the handover moves", { handoverAt: "18:00" }, ["b", "c", "a", "b"]],
    ["it hands over every day", { rotation: "daily" as const }, ["b", "c", "a", "b"]],
    ["it is said to have begun earlier", { startsOn: "2026-10-05" }, ["b", "c", "a", "b"]],
  ])("leaves the shift to whoever has it when %s, and goes on in order", (_, change, expected) => {
    expect(next(plan(), 1)).toEqual(["b"]);
    expect(next(changed(plan(), change), 4)).toEqual(expected);
  });

  it("begins with the first when it is put off", () => {
    const later = changed(plan(), { startsOn: "2026-12-07" });
    expect(shiftsBetween(later, [], { fromMs: noon, toMs: noon + 40 * DAY })[0]?.person.id).toBe("a");
  });

  it("keeps whoever is on call, whatever it was and becomes, as long as that person is in it", () => {
    fc.assert(
      fc.property(plans, plans, fc.nat(300), (before, after, day) => {
        const nowMs = Math.max(handoverMs(before, 0), handoverMs({ ...after, turn: 0 }, 0)) + day * DAY;
        const current = onCallAt(before, [], nowMs);
        const turn = turnAfter(before, after, nowMs);
        const isIn = after.people.some(({ id }) => id === current?.id);
        if (isIn) expect(onCallAt({ ...after, turn }, [], nowMs)?.id).toBe(current?.id);
        expect(after.people[turn]).toBeDefined();
      }),
    );
  });
});

describe("Who would be called", () => {
  it("is who has the shift, then whose turns come next, each once; whoever stands in is first", () => {
    const turns = (text: string, standIns: readonly StandIn<{ id: string; name: string }>[] = []) =>
      turnsAt(plan(), standIns, at(text)).map(({ id }) => id);
    expect(turns("2026-11-10T00:00:00Z")).toEqual(["b", "c", "a"]);
    const from = at("2026-11-09T00:00:00Z");
    const standIn = { id: "o", startsMs: from, endsMs: from + 2 * DAY, person: person("x") };
    expect(turns("2026-11-10T00:00:00Z", [standIn])).toEqual(["x", "b", "c", "a"]);
    expect(turns("2026-11-01T00:00:00Z")).toEqual([]);
  });
});

describe("Escalation", () => {
  it("fires each step of each round once, in order, and then is over", () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 6 }),
        fc.nat(3),
        (waits, repeats) => {
          const steps = waits.map((afterMinutes) => ({ afterMinutes }));
          const fired: number[] = [];
          let now = 0;
          for (;;) {
            const { step, nextMs } = advance(steps, repeats, fired.length, now);
            if (step === undefined || nextMs === undefined) break;
            expect(nextMs - now).toBe((waits[step] ?? 0) * 60_000);
            fired.push(step);
            now = nextMs;
          }
          expect(fired).toEqual(Array.from({ length: repeats + 1 }, () => waits.map((_, i) => i)).flat());
        },
      ),
    );
  });
});
