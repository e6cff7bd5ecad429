import { sql } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { TaskInput } from "../casework/contract.ts";
import { addTask } from "../casework/tasks.ts";
import { minute, openRespondHouse, type RespondHouse } from "../testing.ts";
import { FeedQuery } from "../warroom/contract.ts";
import { readWarRoom } from "../warroom/service.ts";
import { HandoverQuery } from "./contract.ts";
import { acknowledge, handOver, listHandovers, shiftSummary, withdraw } from "./service.ts";

let house: RespondHouse;
beforeAll(async () => {
  house = await openRespondHouse();
});
afterAll(() => house?.close());

const give = { unitId: "unit_root", receiverId: "person_花子", note: "INC-1 を最優先で" };

describe("Handing over a shift", () => {
  it("lists what is open with its tasks, is acknowledged by its receiver once, and cannot be rewritten", async () => {
    const taro = await house.at(30);
    const deps = { ...house.deps };
    const { id } = await house.incident("unit_kyoto");
    await house.incident("unit_osaka");
    await addTask(taro, { id, ...TaskInput.parse({ title: "遮断", dueAt: minute(10) }) }, deps);
    expect((await shiftSummary(taro)).items).toHaveLength(2);
    const handover = await handOver(taro, give, deps);
    expect(handover.items.find(({ incidentId }) => incidentId === id)).toMatchObject({ openTasks: 1, overdueTasks: 1 });
    expect(handover).toMatchObject({ hidden: 0, acknowledgedAt: null, isMine: false });
    await expect(acknowledge(taro, { id: handover.id, answer: "" })).rejects.toMatchObject({ code: "conflict" });
    const hanako = await house.at(40, { person: "花子" });
    expect((await listHandovers(hanako, HandoverQuery.parse({}))).items[0]?.isMine).toBe(true);
    const done = await acknowledge(hanako, { id: handover.id, answer: "了解" });
    expect(done).toMatchObject({ acknowledgedAt: minute(40), answer: "了解", isMine: false });
    await expect(acknowledge(hanako, { id: handover.id, answer: "" })).rejects.toMatchObject({ code: "conflict" });
    await expect(house.state.db.execute(sql`UPDATE case_handover SET note = 'x'`)).rejects.toThrow();
    await expect(house.state.db.execute(sql`DELETE FROM case_handover`)).rejects.toThrow();
  });

  it("hides incidents of units that a reader may not see, and tells their war rooms nothing of the note", async () => {
    const taro = await house.at(30);
    const { id } = await house.incident("unit_kyoto");
    await house.incident("unit_osaka");
    const { id: handoverId, items } = await handOver(taro, give, house.deps);
    const osaka = await house.at(50, { units: ["unit_osaka"] });
    await house.state.db.execute(sql`ALTER TABLE case_handover DISABLE TRIGGER case_handover_acknowledged`);
    await house.state.db.execute(sql`UPDATE case_handover SET unit_id = 'unit_osaka' WHERE id = ${handoverId}`);
    await house.state.db.execute(sql`ALTER TABLE case_handover ENABLE TRIGGER case_handover_acknowledged`);
    const page = await listHandovers(osaka, HandoverQuery.parse({}));
    const seen = page.items.find((one) => one.id === handoverId);
    expect(seen?.items.length).toBeGreaterThan(0);
    expect(seen?.items.every(({ unitId }) => unitId === "unit_osaka")).toBe(true);
    expect(seen?.hidden).toBe(items.length - (seen?.items.length ?? 0));
    const feed = await readWarRoom(taro, { id, ...FeedQuery.parse({}) });
    expect(feed.items[0]).toMatchObject({ kind: "shift-handed-over", subject: "花子", text: "" });
  });

  it("of a unit is of that unit and what stands below it: other war rooms hear nothing", async () => {
    const taro = await house.at(30);
    const kyoto = await house.incident("unit_kyoto");
    const osaka = await house.incident("unit_osaka");
    const summary = await shiftSummary(taro, "unit_osaka");
    const { items } = await handOver(taro, { ...give, unitId: "unit_osaka" }, house.deps);
    for (const list of [summary.items, items]) {
      expect(list.map(({ incidentId }) => incidentId)).toContain(osaka.id);
      expect(list.every(({ unitId }) => unitId === "unit_osaka")).toBe(true);
    }
    const { items: said } = await readWarRoom(taro, { id: kyoto.id, ...FeedQuery.parse({}) });
    expect(said.map(({ kind }) => kind)).not.toContain("shift-handed-over");
    const foreign = shiftSummary(await house.at(30, { units: ["unit_kyoto"] }), "unit_osaka");
    await expect(foreign).rejects.toMatchObject({ code: "forbidden" });
  });

  it("is given to those alone who can acknowledge it, and taken back by its giver while nobody has", async () => {
    const taro = await house.at(30);
    const { id: incidentId } = await house.incident("unit_kyoto");
    const barred = { ...house.deps, mayWork: async () => false };
    await expect(handOver(taro, give, barred)).rejects.toMatchObject({ code: "invalid" });
    const { id, mayWithdraw } = await handOver(taro, give, house.deps);
    expect(mayWithdraw).toBe(true);
    const hanako = await house.at(40, { person: "花子" });
    await expect(withdraw(hanako, id)).rejects.toMatchObject({ code: "conflict" });
    expect(await withdraw(taro, id)).toMatchObject({ withdrawnAt: minute(30), mayWithdraw: false });
    const { items } = await readWarRoom(taro, { id: incidentId, ...FeedQuery.parse({}) });
    expect(items.filter(({ kind }) => kind === "shift-taken-back")).toMatchObject([{ subject: "花子" }]);
    await expect(acknowledge(hanako, { id, answer: "" })).rejects.toMatchObject({ code: "conflict" });
    await expect(withdraw(taro, id)).rejects.toMatchObject({ code: "conflict" });
    const given = await handOver(taro, give, house.deps);
    await acknowledge(hanako, { id: given.id, answer: "" });
    await expect(withdraw(taro, given.id)).rejects.toMatchObject({ code: "conflict" });
  });

  it("needs another person, and the right to write where it is given", async () => {
    const kyoto = await house.at(30, { units: ["unit_kyoto"] });
    await expect(handOver(kyoto, { ...give, unitId: "unit_osaka" }, house.deps)).rejects.toMatchObject({
      code: "forbidden",
    });
    for (const receiverId of ["me", "person_nobody"]) {
      const input = { ...give, unitId: "unit_kyoto", receiverId };
      await expect(handOver(kyoto, input, house.deps)).rejects.toMatchObject({ code: "invalid" });
    }
  });
});
