import { describe, expect, it } from "vitest";
import { emptyFields, emptyHotColumns, type RuleFacts } from "../event/index.ts";
import { DetectionGroups } from "./detection-groups.ts";

const NOON = Date.UTC(2026, 10, 22, 12);
const HOUR_MS = 3_600_000;
const rule: RuleFacts = { id: "r", title: "R", level: "low", author: "A", tactics: [], techniques: [] };
const entity = { kind: "host", value: "ws1" } as const;

function groupsOf(events: readonly { readonly hours: number; readonly dataset?: string }[]) {
  const groups = new DetectionGroups();
  events.forEach(({ hours, dataset = "linux.syslog" }, place) => {
    const hot = { ...emptyHotColumns(), dataset };
    const timeMs = NOON + hours * HOUR_MS;
    const event = { timeMs, problem: "", fields: emptyFields(), hot } as const;
    const stored = {
      receivedMs: NOON,
      sourceId: "s",
      unitId: "u",
      raw: new Uint8Array(),
      ruleIds: [],
      seq: BigInt(place),
    };
    groups.add({ ...stored, event }, { rule, entity }, 1);
  });
  return groups.all();
}

describe("A batch's detections of one rule on one thing", () => {
  it("are one group, whose sample is the latest event", () => {
    const [group, ...others] = groupsOf([{ hours: 2 }, { hours: 5 }, { hours: -1 }]);
    expect(others).toEqual([]);
    expect(group).toMatchObject({ count: 3, firstAtMs: NOON - HOUR_MS, lastAtMs: NOON + 5 * HOUR_MS });
    expect(group?.sample).toMatchObject({ seq: "1", timeMs: NOON + 5 * HOUR_MS });
  });

  it("are a group for each day, so that quiet days in between are not lost", () => {
    expect(groupsOf([{ hours: 0 }, { hours: 1 }, { hours: 96 }]).map(({ count }) => count)).toEqual([2, 1]);
  });

  it("have the same sample when two kinds of log tell of one moment, whichever is first", () => {
    const kinds = [
      { hours: 0, dataset: "windows.sysmon" },
      { hours: 0, dataset: "windows.security" },
    ];
    for (const events of [kinds, kinds.toReversed()])
      expect(groupsOf(events)[0]?.sample.dataset).toBe("windows.sysmon");
  });
});
