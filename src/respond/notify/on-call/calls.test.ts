import { sql } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Credentials } from "../../../organization/testing.ts";
import type { Inbox } from "../contract.ts";
import { type NotifyHouse, openNotifyHouse } from "../testing.ts";
import type { PageList, PolicyList, RotaList } from "./contract.ts";

let here: NotifyHouse;
let rotaId: string;
let policyId: string;
beforeAll(async () => {
  here = await openNotifyHouse();
  await here.house.state.db.execute(sql`DELETE FROM notify_rule`);
  const unitId = here.cast.units.own;
  const people = [here.analyst, here.colleague].map(({ id }) => ({ id, name: "as the client says" }));
  const content = {
    name: "当直",
    zone: "Asia/Tokyo",
    rotation: "daily",
    handoverAt: "09:00",
    startsOn: "2026-11-27",
    people,
  };
  const rotas = await ask<RotaList>("POST", "rotas", { unitId, content });
  rotaId = rotas.items[0]?.id ?? "";
  const steps = [
    { targets: [{ kind: "rota", rotaId }], afterMinutes: 5 },
    { targets: [{ kind: "person", personId: here.colleague.id }], afterMinutes: 10 },
  ];
  const policies = await ask<PolicyList>("POST", "policies", { unitId, content: { name: "夜間", steps, repeats: 1 } });
  policyId = policies.items[0]?.id ?? "";
  const rule = {
    name: "call",
    kinds: ["incident-opened"],
    from: "critical",
    timing: "now",
    targets: [{ kind: "policy", policyId }],
  };
  expect((await here.call("POST", "/api/v1/notify/rules", { unitId, content: rule })).status).toBe(200);
});
afterAll(() => here?.close());

async function ask<T>(
  method: "GET" | "POST" | "PUT" | "DELETE",
  path: string,
  payload?: object,
  headers?: Credentials,
): Promise<T> {
  const { status, body } = await here.call(method, `/api/v1/on-call/${path}`, payload, headers);
  if (status !== 200) throw new Error(`${status} ${JSON.stringify(body)}`);
  return body as T;
}
const callsOf = async (headers: Credentials): Promise<number> => {
  const { items } = (await here.call("GET", "/api/v1/notifications?limit=100", undefined, headers)).body as Inbox;
  return items.filter(({ kind }) => kind === "on-call").length;
};
const both = async () => [await callsOf(here.analyst.headers), await callsOf(here.colleague.headers)];

describe("A rota", () => {
  it("says who is on call now and for the next two weeks, by the names that the register has", async () => {
    const { items } = await ask<RotaList>("GET", "rotas");
    expect(items[0]?.now).toEqual({ id: here.analyst.id, name: "analyst-a" });
    expect(items[0]?.shifts.length).toBe(15);
    expect(items[0]?.shifts[0]?.startsAt).toBe(here.clock.at.toISOString());
  });

  it("lets colleagues stand in for each other, and goes back when that is taken away", async () => {
    const startsAt = here.clock.at.toISOString();
    const endsAt = new Date(here.clock.at.getTime() + 3_600_000).toISOString();
    const input = { personId: here.colleague.id, startsAt, endsAt, reason: "病院" };
    const after = await ask<RotaList>("POST", `rotas/${rotaId}/overrides`, input, here.analyst.headers);
    expect(after.items[0]?.now?.id).toBe(here.colleague.id);
    const override = after.items[0]?.overrides[0]?.id;
    const back = await ask<RotaList>(
      "DELETE",
      `rotas/${rotaId}/overrides/${override}`,
      undefined,
      here.analyst.headers,
    );
    expect(back.items[0]?.now?.id).toBe(here.analyst.id);
    const tooLong = { ...input, endsAt: new Date(here.clock.at.getTime() + 61 * 86_400_000).toISOString() };
    expect((await here.call("POST", `/api/v1/on-call/rotas/${rotaId}/overrides`, tooLong)).status).toBe(400);
  });

  it("that a policy counts on, and a policy that a rule counts on, cannot be removed", async () => {
    expect((await here.call("DELETE", `/api/v1/on-call/rotas/${rotaId}`)).status).toBe(409);
    expect((await here.call("DELETE", `/api/v1/on-call/policies/${policyId}`)).status).toBe(409);
  });
});

describe("A call", () => {
  it("goes to whoever is on call, then to the next step, round by round, and ends unanswered", async () => {
    await here.incident("Nobody answers", "critical");
    await here.round();
    await here.round();
    expect(await both()).toEqual([1, 0]);
    expect(here.mail.mails.filter(({ to }) => to === here.analyst.email)).toHaveLength(1);
    here.pass(4);
    await here.round();
    expect(await both()).toEqual([1, 0]);
    here.pass(1);
    await here.round();
    expect(await both()).toEqual([1, 1]);
    here.pass(10);
    await here.round();
    here.pass(5);
    await here.round();
    expect(await both()).toEqual([2, 2]);
    here.pass(10);
    await here.round();
    here.pass(60);
    await here.round();
    expect(await both()).toEqual([2, 2]);
    const { open, over } = await ask<PageList>("GET", "pages");
    expect(open).toEqual([]);
    expect(over[0]).toMatchObject({ state: "unanswered", fired: 4, steps: 2, repeats: 1 });
  });

  it("goes on where it was after a restart, and after a long stop not with all steps at once", async () => {
    await here.incident("Restart", "critical");
    await here.round();
    const before = await both();
    here.pass(600);
    const next = here.restarted();
    await next.plan();
    await next.plan();
    expect(await both()).toEqual([before[0], (before[1] ?? 0) + 1]);
  });

  it("takes what comes meanwhile with it instead of calling again", async () => {
    for (let i = 0; i < 5; i += 1) await here.incident(`Joins ${i}`, "critical");
    await here.notifier.plan();
    const { open } = await ask<PageList>("GET", "pages");
    expect(open).toHaveLength(1);
    expect(open[0]?.joined).toBe(5);
  });

  it("stops when somebody answers, once, and not by whoever was not called and handles no incidents there", async () => {
    const { open } = await ask<PageList>("GET", "pages", undefined, here.colleague.headers);
    const id = open[0]?.id;
    const url = `/api/v1/on-call/pages/${id}/acknowledge`;
    expect(open[0]?.mayAnswer).toBe(true);
    expect((await here.call("POST", url, {}, here.cast.roles.auditor)).status).toBe(404);
    expect((await here.call("POST", url, {}, here.cast.withoutRole)).status).toBe(404);
    const after = await ask<PageList>("POST", `pages/${id}/acknowledge`, {}, here.colleague.headers);
    expect(after.over[0]).toMatchObject({ id, state: "acknowledged", answeredBy: "analyst-b" });
    expect((await here.call("POST", url, {}, here.colleague.headers)).status).toBe(409);
    const calls = await both();
    here.pass(600);
    await here.round();
    expect(await both()).toEqual(calls);
    expect(here.house.audited.map(({ action }) => action)).toContain("call.acknowledge");
  });

  it("is not held up by a step that reaches nobody", async () => {
    const unitId = here.cast.units.own;
    const steps = [
      { targets: [{ kind: "owner" }], afterMinutes: 600 },
      { targets: [{ kind: "person", personId: here.analyst.id }], afterMinutes: 5 },
    ];
    const content = { name: "owner first", steps, repeats: 0 };
    const policies = await ask<PolicyList>("POST", "policies", { unitId, content });
    const ownerFirst = policies.items.find((policy) => policy.content.name === "owner first")?.id;
    const rule = {
      name: "c",
      kinds: ["incident-opened"],
      from: "high",
      timing: "now",
      targets: [{ kind: "policy", policyId: ownerFirst }],
    };
    await here.call("POST", "/api/v1/notify/rules", { unitId, content: rule });
    const [before] = await both();
    await here.incident("No owner", "high");
    await here.notifier.plan();
    await here.notifier.plan();
    expect((await both())[0]).toBe((before ?? 0) + 1);
  });
});
