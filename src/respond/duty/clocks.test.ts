import { describe, expect, it } from "vitest";
import { templates } from "./catalog.ts";
import { clocksOf, type Kept } from "./clocks.ts";
import type { Answer } from "./contract.ts";

const MINUTE_MS = 60_000;
const kept = (key: string): Kept => {
  const content = templates().find((each) => each.key === key)?.content;
  if (!content) throw new Error(`there is no template ${key}`);
  return { id: key, version: 1, content };
};
const at = (known: string, more: { readonly now?: number; readonly filed?: ReadonlyMap<string, number> } = {}) => ({
  knownAtMs: Date.parse(known),
  nowMs: more.now ?? Date.parse(known),
  answers: { significantIncident: "yes" } as Readonly<Record<string, Answer>>,
  daysOff: [],
  filedAtMs: more.filed ?? new Map<string, number>(),
});

describe("A clock", () => {
  it("that is over and one filed at that instant are both late", () => {
    const known = "2026-11-27T10:20:00+01:00";
    const due = clocksOf([kept("nis2")], at(known)).find(({ stage }) => stage.key === "early-warning")?.due?.dueMs ?? 0;
    const stateAt = (now: number, filed?: number) =>
      clocksOf([kept("nis2")], at(known, { now, ...(filed && { filed: new Map([["nis2:early-warning", filed]]) }) }))[0]
        ?.state;
    expect(stateAt(due)).toBe("overdue");
    expect(stateAt(due, due)).toBe("filed-late");
    expect(stateAt(due, due - 1)).toBe("filed");
  });

  it("that waits for a report due at the end of a day begins on that day, not on the next", () => {
    const entry = kept("nis2");
    const stages = entry.content.stages.map((stage) =>
      stage.key === "notification"
        ? { ...stage, limit: { kind: "days", count: 3, firstDay: "excluded", lastDay: "as-is" } as const }
        : stage,
    );
    const clocks = clocksOf([{ ...entry, content: { ...entry.content, stages } }], at("2026-11-27T10:20:00+01:00"));
    const [notification, final] = ["notification", "final"].map((key) => clocks.find(({ stage }) => stage.key === key));
    expect(notification?.due?.lastDay).toBe("2026-11-30");
    expect(final?.startsAtMs).toBe((notification?.due?.dueMs ?? 0) - 1);
    expect(final?.due).toMatchObject({ lastDay: "2026-12-30" });
  });

  it("of a report due at a moment begins at that moment", () => {
    const clocks = clocksOf([kept("nis2")], at("2026-11-27T10:20:00+01:00"));
    const [notification, final] = ["notification", "final"].map((key) => clocks.find(({ stage }) => stage.key === key));
    expect(final?.startsAtMs).toBe(notification?.due?.dueMs);
    expect((final?.startsAtMs ?? 1) % MINUTE_MS).toBe(0);
  });
});
