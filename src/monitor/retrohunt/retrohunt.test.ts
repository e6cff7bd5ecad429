import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { EventsDb } from "../../platform/events/index.ts";
import { openTestEvents } from "../../platform/events/testing.ts";
import type { State } from "../../platform/state/index.ts";
import { openTestState } from "../../platform/state/testing.ts";
import { compileHunt } from "../detect/index.ts";
import { storeEvents } from "../search/testing.ts";
import { type TestContexts, testContexts } from "../source/testing.ts";
import type { RetroHunt } from "./contract.ts";
import { createRetroHunts, type RetroHunts } from "./index.ts";

const NOW = new Date("2026-11-22T12:00:00.000Z");
const RULE = `title: Whoami
id: whoami
level: low
logsource:
    product: linux
detection:
    selection:
        Image|endswith: /whoami
    condition: selection
`;
const RANGE = { from: "2026-10-01T00:00:00.000Z", to: "2026-11-22T12:00:00.000Z", unit: "" };

let events: EventsDb;
let state: State;
let contexts: TestContexts;
let hunts: RetroHunts;
let newHunts: () => RetroHunts;

beforeAll(async () => {
  events = await openTestEvents();
  state = await openTestState();
  contexts = testContexts(state, NOW);
  const tree = {
    current: async () => {
      throw new Error("no unit was named");
    },
    invalidate: () => undefined,
  };
  newHunts = () =>
    createRetroHunts({
      events,
      tree,
      state,
      funnel: { alerts: async () => null, incidents: async () => null },
      isStillSignedIn: async () => true,
      ruleText: (id) => (id === "whoami" ? RULE : undefined),
      compileHunt: async (text, id) => compileHunt(text, id),
      log: { warn: () => undefined },
    });
  hunts = newHunts();
  await storeEvents(events, [
    ran(1n, "2026-10-05T23:59:59.999Z", { host: "Web1", image: "/usr/bin/WHOAMI" }),
    ran(2n, "2026-10-06T00:00:00.000Z", { host: "web1", image: "/bin/whoami" }),
    ran(3n, "2026-10-06T10:00:00.000Z", { host: "WEB1", image: "/bin/whoami" }),
    ran(4n, "2026-10-06T11:00:00.000Z", { host: "db1", image: "/bin/whoami", unit: "unit_kyoto" }),
    ran(5n, "2026-11-01T00:00:00.000Z", { host: "web1", image: "/bin/whoami2" }),
    ran(6n, "2026-09-30T23:59:59.999Z", { host: "web1", image: "/bin/whoami" }),
  ]);
});
afterAll(async () => {
  await hunts.close();
  await events.close();
  await state.close();
});

function ran(
  seq: bigint,
  at: string,
  { host, image, unit = "unit_osaka" }: { host: string; image: string; unit?: string },
) {
  return { seq, timeMs: Date.parse(at), unitId: unit, product: "linux", host_name: host, fields: { Image: image } };
}

async function ended(id: string, ctx: Awaited<ReturnType<TestContexts["as"]>>): Promise<RetroHunt> {
  for (;;) {
    const hunt = await hunts.read(ctx, id);
    if (hunt.status !== "running") return hunt;
    await new Promise((done) => setTimeout(done, 20));
  }
}

describe("A rule run over stored events", () => {
  it("counts its matches by day, the alerts they would be, and keeps the newest as samples", async () => {
    const ctx = await contexts.as();
    const { id, status } = await hunts.start(ctx, { ruleId: "whoami", ...RANGE });
    expect(status).toBe("running");
    const hunt = await ended(id, ctx);
    expect(hunt).toMatchObject({ status: "done", progress: 1, problem: "", searchedFrom: RANGE.from });
    expect(hunt.found).toMatchObject({
      matched: 4,
      byDay: [
        { day: "2026-10-05", events: 1, alerts: 1 },
        { day: "2026-10-06", events: 3, alerts: 2 },
      ],
      entities: [
        { kind: "host", value: "web1", events: 3 },
        { kind: "host", value: "db1", events: 1 },
      ],
      isCapped: false,
    });
    expect(hunt.found.samples.map((sample) => sample.id)).toEqual(["1-4", "1-3", "1-2", "1-1"]);
    expect(hunt.alertsPerDay).toBeCloseTo(3 / 52.5);
    expect(contexts.audits.at(-1)).toMatchObject({
      action: "retro_hunt.start",
      target: { id },
      detail: { ruleId: "whoami" },
    });
  });

  it("looks only where the person may read, and belongs to that person", async () => {
    const kyoto = await contexts.as({ units: ["unit_kyoto"], person: "花子" });
    const { id } = await hunts.start(kyoto, { text: RULE, ...RANGE });
    const hunt = await ended(id, kyoto);
    expect(hunt.found.entities).toEqual([{ kind: "host", value: "db1", events: 1 }]);
    const other = await contexts.as();
    await expect(hunts.read(other, id)).rejects.toMatchObject({ code: "not_found" });
    const moved = await contexts.as({ units: ["unit_osaka"], person: "花子" });
    await expect(hunts.read(moved, id)).rejects.toMatchObject({ code: "not_found" });
    expect((await hunts.list(kyoto, "whoami")).items.map((one) => one.id)).toEqual([id]);
  });

  it("keeps what it found when it is cancelled", async () => {
    const ctx = await contexts.as();
    const { id } = await hunts.start(ctx, { ruleId: "whoami", ...RANGE });
    const hunt = await hunts.cancel(ctx, id);
    expect(["cancelled", "done"]).toContain(hunt.status);
    expect(await hunts.read(ctx, id)).toEqual(hunt);
    expect(contexts.audits.at(-1)).toMatchObject({ action: "retro_hunt.cancel", target: { id } });
  });

  it("lets two run at a time, however closely they are asked for, and gives the place back when one does not begin", async () => {
    const ctx = await contexts.as();
    const fresh = newHunts();
    const nobody = { ruleId: "nobody", ...RANGE };
    for (let i = 0; i < 3; i += 1) await expect(fresh.start(ctx, nobody)).rejects.toMatchObject({ code: "not_found" });
    const wanted = [1, 2, 3, 4].map(() => fresh.start(ctx, { ruleId: "whoami", ...RANGE }));
    const outcomes = await Promise.allSettled(wanted);
    const begun = outcomes.flatMap((one) => (one.status === "fulfilled" ? [one.value.id] : []));
    const refused = outcomes.flatMap((one) => (one.status === "rejected" ? [one.reason.code] : []));
    expect(begun).toHaveLength(2);
    expect(refused).toEqual(["over_limit", "over_limit"]);
    await fresh.close();
    for (const id of begun) expect((await fresh.read(ctx, id)).status).not.toBe("running");
  });

  it.each([
    ["a rule that is not loaded", { ruleId: "nobody" }, "not_found", "no such rule"],
    ["a text that is no rule", { text: "title: x" }, "invalid", "log source"],
    ["a range that ends first", { ruleId: "whoami", from: RANGE.to, to: RANGE.from }, "invalid", "time range"],
    ["ten years", { ruleId: "whoami", from: "2016-01-01T00:00:00Z" }, "invalid", "400 days"],
  ])("refuses %s", async (_, input, code, message) => {
    const ctx = await contexts.as();
    await expect(hunts.start(ctx, { ...RANGE, ...input })).rejects.toMatchObject({
      code,
      message: expect.stringContaining(message),
    });
  });
});
