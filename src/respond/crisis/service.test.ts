import { sql } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { minute, openRespondHouse, type RespondHouse } from "../testing.ts";
import { FeedQuery } from "../warroom/contract.ts";
import { readWarRoom } from "../warroom/service.ts";
import { DeclarationInput, type Phase, ServiceInput } from "./contract.ts";
import { declarePhase } from "./declare.ts";
import { addService, changeService, declareImpact, removeService } from "./harm.ts";
import { readResponseTimes } from "./response-times.ts";
import { readCrisis } from "./service.ts";
import { setStep } from "./steps.ts";

let house: RespondHouse;
beforeAll(async () => {
  house = await openRespondHouse();
});
afterAll(() => house?.close());

const declare = async (id: string, phase: Phase, minutes: number, more: Record<string, unknown> = {}) => {
  const ctx = await house.at(600);
  const { lastNumber } = await readCrisis(ctx, id);
  const input = DeclarationInput.parse({ phase, kind: "declared", at: minute(minutes), after: lastNumber, ...more });
  return await declarePhase(ctx, { id, ...input });
};
const MINUTE = 60_000;

describe("The course of an incident", () => {
  it("says who declared what for when, and what that comes to", async () => {
    const { id, number } = await house.incident();
    await declare(id, "anomaly", 0.5);
    await declare(`INC-${number}`, "discovered", 5, { note: "社員から通報" });
    const crisis = await declare(id, "contained", 35);
    expect(crisis).toMatchObject({ phase: "contained", period: "crisis", isAfterTheFact: false, lastNumber: 3 });
    expect(crisis.beganAt).toBe(minute(0));
    expect(crisis.declarations[1]).toMatchObject({
      phase: "discovered",
      at: minute(5),
      declaredAt: minute(600),
      note: "社員から通報",
      actor: { name: "太郎" },
    });
    expect(crisis.durations).toEqual({
      detect: 0.5 * MINUTE,
      acknowledge: 0.5 * MINUTE,
      contain: 34.5 * MINUTE,
      restore: null,
    });
    expect(house.contexts.audits.filter(({ action }) => action === "crisis.declare")).toHaveLength(3);
  });

  it("tells the second of two people who declare at once what the first said", async () => {
    const { id } = await house.incident();
    await declare(id, "discovered", 5);
    await expect(declare(id, "contained", 10, { after: 0 })).rejects.toMatchObject({
      code: "conflict",
      detail: { meanwhile: [{ phase: "discovered", by: "太郎", at: minute(5) }] },
    });
  });

  it("refuses a phase before the first event, and one of another unit's incident", async () => {
    const { id } = await house.incident("unit_kyoto");
    await expect(declare(id, "discovered", -1)).rejects.toMatchObject({ code: "invalid" });
    const osaka = await house.at(600, { units: ["unit_osaka"] });
    await expect(readCrisis(osaka, id)).rejects.toMatchObject({ code: "not_found" });
    const input = DeclarationInput.parse({ phase: "discovered", kind: "declared", at: minute(1), after: 0 });
    await expect(declarePhase(osaka, { id, ...input })).rejects.toMatchObject({ code: "not_found" });
  });

  it("cannot be rewritten, not even in the database", async () => {
    const { id } = await house.incident();
    await declare(id, "discovered", 5);
    await expect(house.state.db.execute(sql`UPDATE crisis_declaration SET note = 'x'`)).rejects.toThrow();
    await expect(house.state.db.execute(sql`DELETE FROM crisis_declaration`)).rejects.toThrow();
    await expect(house.state.db.execute(sql`DELETE FROM case_feed`)).rejects.toThrow();
    for (const table of ["crisis_declaration", "case_feed"])
      await expect(house.state.db.execute(sql.raw(`TRUNCATE ${table}`))).rejects.toMatchObject({
        cause: { message: expect.stringContaining("append-only") },
      });
    await expect(house.state.db.execute(sql`TRUNCATE incident CASCADE`)).rejects.toThrow();
  });
});

describe("What is harmed", () => {
  const service = (more: Record<string, unknown> = {}) =>
    ServiceInput.parse({ name: "受注システム", tolerance: 20, maxMinutes: 60, ...more });

  it("stands against its own tolerance, and is beyond it when it lasts", async () => {
    const ctx = await house.at(300);
    const { id } = await house.incident();
    const added = await addService(ctx, { id, ...service() });
    const serviceId = added.services[0]?.id ?? "";
    await declareImpact(ctx, { id, serviceId, at: minute(10), level: 80, note: "止まった" });
    await declareImpact(ctx, { id, serviceId, at: minute(100), level: 0, note: "" });
    const crisis = await declareImpact(ctx, { id, serviceId, at: minute(10), level: 50, note: "部分停止だった" });
    expect(crisis.services[0]).toMatchObject({ isBeyond: true, over: { area: 45, minutesOver: 90 } });
    expect(crisis.services[0]?.impacts.map(({ level }) => level)).toEqual([50, 0]);
    expect(crisis.curve).toMatchObject({
      worst: [
        { at: minute(10), level: 50 },
        { at: minute(100), level: 0 },
      ],
      over: { area: 45 },
    });
  });

  it("answers an old version with what the other person wrote", async () => {
    const ctx = await house.at(300);
    const { id } = await house.incident();
    const { services } = await addService(ctx, { id, ...service() });
    const serviceId = services[0]?.id ?? "";
    const change = { name: "受注", tolerance: 30, maxMinutes: null };
    await expect(changeService(ctx, { id, serviceId, version: 1, change, note: "" })).rejects.toMatchObject({
      code: "invalid",
    });
    await changeService(ctx, { id, serviceId, version: 1, change, note: "経営判断" });
    const { items } = await readWarRoom(ctx, { id, ...FeedQuery.parse({}) });
    const told = items.find(({ kind }) => kind === "service-changed");
    expect(told).toMatchObject({ text: "20 % / 60 min → 30 %: 経営判断" });
    const detail = house.contexts.audits.findLast(({ action }) => action === "crisis.service")?.detail;
    expect(detail).toMatchObject({
      before: { tolerance: 20, maxMinutes: 60 },
      after: { tolerance: 30 },
      note: "経営判断",
    });
    await expect(changeService(ctx, { id, serviceId, version: 1, change, note: "x" })).rejects.toMatchObject({
      code: "conflict",
      detail: { current: { name: "受注", version: 2, maxMinutes: null } },
    });
  });

  it("leaves the case with a reason when it was named by mistake", async () => {
    const ctx = await house.at(300);
    const { id } = await house.incident();
    const { services } = await addService(ctx, { id, ...service() });
    const serviceId = services[0]?.id ?? "";
    await declareImpact(ctx, { id, serviceId, at: minute(10), level: 80, note: "" });
    const late = removeService(ctx, { id, serviceId, version: 2, reason: "x" });
    await expect(late).rejects.toMatchObject({ code: "conflict" });
    const left = await removeService(ctx, { id, serviceId, version: 1, reason: "別の業務" });
    expect(left).toMatchObject({ services: [], curve: { over: { area: 0 } } });
    const again = removeService(ctx, { id, serviceId, version: 2, reason: "x" });
    await expect(again).rejects.toMatchObject({ code: "not_found" });
    const { items } = await readWarRoom(ctx, { id, ...FeedQuery.parse({}) });
    expect(items.find(({ kind }) => kind === "service-removed")).toMatchObject({ text: "別の業務" });
  });

  it("is refused before the incident began, for a moment to come, and in a foreign unit", async () => {
    const ctx = await house.at(300, { units: ["unit_kyoto"] });
    const { id } = await house.incident("unit_kyoto");
    await expect(addService(ctx, { id, ...service({ unitId: "unit_osaka" }) })).rejects.toMatchObject({
      code: "forbidden",
    });
    const { services } = await addService(ctx, { id, ...service() });
    const serviceId = services[0]?.id ?? "";
    const ahead = { id, serviceId, at: new Date(Date.parse(minute(300)) + 2_000).toISOString(), level: 1, note: "" };
    expect((await declareImpact(ctx, ahead)).services[0]?.impacts[0]?.at).toBe(minute(300));
    for (const minutes of [-1, 303]) {
      const input = { id, serviceId, at: minute(minutes), level: 10, note: "" };
      await expect(declareImpact(ctx, input)).rejects.toMatchObject({ code: "invalid" });
    }
  });
});

describe("The eight steps", () => {
  it("have an owner and times, and a version that notices a colleague", async () => {
    const ctx = await house.at(300);
    const { id } = await house.incident();
    const set = (version: number, more: Record<string, unknown> = {}) =>
      setStep(
        ctx,
        { id, step: "analyze", version, ownerId: "person_花子", startedAt: minute(9), doneAt: null, ...more },
        house.deps,
      );
    const { steps } = await set(0);
    expect(steps).toHaveLength(8);
    expect(steps[2]).toMatchObject({ step: "analyze", version: 1, owner: { name: "花子" }, startedAt: minute(9) });
    await expect(set(0)).rejects.toMatchObject({ code: "conflict", detail: { current: { ownerName: "花子" } } });
    await expect(set(1, { doneAt: minute(8) })).rejects.toMatchObject({ code: "invalid" });
    await expect(set(1, { ownerId: "person_nobody" })).rejects.toMatchObject({ code: "invalid" });
  });
});

describe("Response times", () => {
  it("take an incident that formed by itself for taken up when a person first works on it", async () => {
    const { id } = await house.incident("unit_kyoto");
    // As if it had formed: nobody's.
    await house.state.db.execute(sql`UPDATE incident SET claimed_at = NULL WHERE id = ${id}`);
    const at = DeclarationInput.parse({ phase: "discovered", kind: "declared", at: minute(0), after: 0 });
    await declarePhase(await house.at(45), { id, ...at });
    const kyoto = await house.at(600, { units: ["unit_kyoto"] });
    expect((await readCrisis(kyoto, id)).durations.acknowledge).toBe(45 * MINUTE);
    const times = await readResponseTimes(kyoto, { from: minute(-60), to: minute(600), unit: ["unit_kyoto"] });
    expect(times.total.acknowledge).toEqual({ count: 1, medianMs: 45 * MINUTE, p90Ms: 45 * MINUTE });
  });

  it("are medians of what was declared, by unit and month; after a return the last containment counts", async () => {
    const range = { from: minute(-60), to: minute(600) };
    const fast = await house.incident("unit_osaka");
    const slow = await house.incident("unit_osaka");
    await house.incident("unit_osaka");
    for (const [{ id }, contained] of [
      [fast, 12],
      [slow, 102],
    ] as const) {
      await declare(id, "discovered", 2);
      await declare(id, "contained", contained);
    }
    await declare(slow.id, "contained", 302, { kind: "returned", note: "別の端末が見つかった" });
    const ctx = await house.at(600, { units: ["unit_osaka"] });
    const times = await readResponseTimes(ctx, range);
    expect(times).toMatchObject({ incidents: 2, undeclared: 1, returned: 1 });
    expect(times.total.detect).toEqual({ count: 2, medianMs: 2 * MINUTE, p90Ms: 2 * MINUTE });
    expect(times.total.contain).toEqual({ count: 2, medianMs: 155 * MINUTE, p90Ms: 271 * MINUTE });
    expect(times.total.restore).toEqual({ count: 0, medianMs: null, p90Ms: null });
    expect(times.units).toMatchObject([{ unitId: "unit_osaka", incidents: 2 }]);
    expect(times.months).toMatchObject([{ month: "2026-11", incidents: 2, contain: { count: 2 } }]);
    const kyoto = await house.at(600, { units: ["unit_kyoto"] });
    expect(await readResponseTimes(kyoto, { ...range, unit: ["unit_osaka"] })).toMatchObject({
      incidents: 0,
      units: [],
    });
    expect((await readCrisis(ctx, slow.id)).durations.contain).toBe(300 * MINUTE);
  });
});
