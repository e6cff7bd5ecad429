import { sql } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { addPerson, type Credentials } from "../../../organization/testing.ts";
import { MAX_SENDS } from "../bundle.ts";
import type { ChannelMade, Inbox, Rule, RuleList, SendLog } from "../contract.ts";
import { type NotifyHouse, openNotifyHouse, openReceiver, type Receiver } from "../testing.ts";
import type { PageList, PolicyList, RotaList } from "./contract.ts";

let here: NotifyHouse;
let receiver: Receiver;
let unitId: string;
beforeAll(async () => {
  [here, receiver] = await Promise.all([openNotifyHouse(), openReceiver()]);
  unitId = here.cast.units.own;
});
afterAll(async () => {
  await here?.close();
  await receiver?.close();
});
/** Each begins with no rules, no open calls and an hour later. */
beforeEach(async () => {
  const { db } = here.house.state;
  await db.execute(sql`DELETE FROM notify_rule`);
  await db.execute(sql`UPDATE on_call_page SET state = 'unanswered', next_at = NULL WHERE state = 'open'`);
  here.pass(60);
  await here.round();
  here.mail.mails.length = 0;
  receiver.received.length = 0;
});

async function ask<T>(method: "GET" | "POST" | "PUT" | "DELETE", url: string, payload?: object): Promise<T> {
  const { status, body } = await here.call(method, `/api/v1/${url}`, payload);
  if (status !== 200) throw new Error(`${status} ${JSON.stringify(body)}`);
  return body as T;
}
const callPerson = (personId: string, afterMinutes = 5) => ({ targets: [{ kind: "person", personId }], afterMinutes });
let serial = 0;

/** A policy, and a rule of the unit that calls by it. Gives back the policy's id. */
async function policyOf(
  steps: readonly object[],
  { from = "high", others = [] as readonly object[], repeats = 0 } = {},
): Promise<string> {
  serial += 1;
  const name = `policy ${serial}`;
  const { items } = await ask<PolicyList>("POST", "on-call/policies", { unitId, content: { name, steps, repeats } });
  const policyId = items.find(({ content }) => content.name === name)?.id ?? "";
  const targets = [{ kind: "policy", policyId }, ...others];
  const content = { name, kinds: ["incident-opened"], from, timing: "now", targets };
  await ask<RuleList>("POST", "notify/rules", { unitId, content });
  return policyId;
}
const inboxOf = async (headers: Credentials): Promise<Inbox["items"]> =>
  ((await here.call("GET", "/api/v1/notifications?limit=100", undefined, headers)).body as Inbox).items;
/** What came into an inbox since this test began. */
const newIn = async (headers: Credentials, since: Date) =>
  (await inboxOf(headers)).filter(({ at }) => Date.parse(at) >= since.getTime());
const kindsIn = async (headers: Credentials, since: Date) =>
  (await newIn(headers, since)).map(({ kind }) => kind).toSorted();
const callMails = (email: string) => here.mail.mails.filter(({ to, raw }) => to === email && raw.includes("/on-call"));
const pages = () => ask<PageList>("GET", "on-call/pages");

describe("A call in the middle of a storm", () => {
  it("is a message of its own that waits for nothing and drowns in nothing", async () => {
    const { db } = here.house.state;
    const told = { kind: "person", personId: here.analyst.id };
    await policyOf([callPerson(here.analyst.id)], { from: "critical" });
    const content = { name: "all", kinds: ["incident-opened"], from: "low", timing: "now", targets: [told] };
    await ask<RuleList>("POST", "notify/rules", { unitId, content });
    for (let i = 0; i < MAX_SENDS; i += 1)
      await db.execute(sql`INSERT INTO notify_send (id, to_kind, to_id, via, unit_id, matters, state, created_at, next_at)
        VALUES (${`send_storm_${i}`}, 'person', ${here.analyst.id}, 'email', ${unitId}, 1, 'sent', ${here.clock.at.toISOString()}, now())`);
    for (let i = 0; i < 5; i += 1) await here.incident(`Storm ${i}`, "high");
    await here.incident("The one that matters", "critical");
    await here.round();
    const mails = () => here.mail.mails.filter(({ to }) => to === here.analyst.email);
    expect(mails()).toHaveLength(1);
    expect(callMails(here.analyst.email)).toHaveLength(1);
    here.pass(11);
    await here.round();
    expect(mails()).toHaveLength(2);
    const recent = await db.execute<{ n: string }>(sql`
      SELECT count(*) AS n FROM notify_send WHERE to_id = ${here.analyst.id} AND is_call`);
    expect(Number(recent.rows[0]?.n)).toBe(1);
  });
});

describe("What joins a call", () => {
  it("is listed with the way to it, and stands in the inbox of everybody who was called", async () => {
    const since = here.clock.at;
    await policyOf([callPerson(here.analyst.id), callPerson(here.colleague.id)]);
    const first = await here.incident("First", "high");
    await here.round();
    const joined = [await here.incident("Joins", "high"), await here.incident("Joins too", "high")];
    await here.round();
    const [page] = (await pages()).open;
    expect(page).toMatchObject({ joined: 2, path: `/incidents/INC-${first.number}` });
    expect(page?.matters.map(({ path }) => path)).toEqual(joined.map(({ number }) => `/incidents/INC-${number}`));
    expect(await kindsIn(here.analyst.headers, since)).toEqual(["incident-opened", "incident-opened", "on-call"]);
    here.pass(5);
    await here.round();
    expect(await kindsIn(here.colleague.headers, since)).toEqual(["incident-opened", "incident-opened", "on-call"]);
  });

  it("and is worse raises the call and calls the step again that waits for an answer, once", async () => {
    await policyOf([callPerson(here.analyst.id, 30), callPerson(here.colleague.id, 30)]);
    await here.incident("High", "high");
    await here.round();
    here.pass(10);
    const worse = await here.incident("Critical", "critical");
    await here.round();
    await here.round();
    expect(callMails(here.analyst.email)).toHaveLength(2);
    expect(callMails(here.colleague.email)).toHaveLength(0);
    const [page] = (await pages()).open;
    expect(page).toMatchObject({ severity: "critical", joined: 1, fired: 1, path: `/incidents/INC-${worse.number}` });
    expect(page?.matters).toMatchObject([{ severity: "high" }]);
    here.pass(30);
    await here.round();
    expect(callMails(here.colleague.email)).toHaveLength(1);
  });
});

describe("A call whose reason is gone", () => {
  it("ends when all that it is about is closed, and not before", async () => {
    const { db } = here.house.state;
    const close = (id: string) =>
      db.execute(
        sql`UPDATE incident SET status = 'closed', closing_reason = 'done', closed_at = now() WHERE id = ${id}`,
      );
    await policyOf([callPerson(here.analyst.id), callPerson(here.colleague.id)]);
    const one = await here.incident("Closed first", "high");
    await here.round();
    const two = await here.incident("Closed second", "high");
    await here.round();
    await close(one.id);
    here.pass(5);
    await here.round();
    expect(callMails(here.colleague.email)).toHaveLength(1);
    await close(two.id);
    await here.round();
    const { open, over } = await pages();
    expect(open).toEqual([]);
    expect(over[0]?.state).toBe("resolved");
  });

  it("in part goes on about the gravest of what is open, and counts no more than that", async () => {
    const { db } = here.house.state;
    await policyOf([callPerson(here.analyst.id), callPerson(here.colleague.id)]);
    const gravest = await here.incident("Closed and gravest", "critical");
    await here.round();
    const [open] = [await here.incident("Open still", "high"), await here.incident("Open and lower", "high")];
    await here.round();
    await db.execute(
      sql`UPDATE incident SET status = 'closed', closing_reason = 'done', closed_at = now() WHERE id = ${gravest.id}`,
    );
    here.pass(5);
    const since = here.clock.at;
    await here.round();
    const told = (await newIn(here.colleague.headers, since)).find(({ kind }) => kind === "on-call");
    expect(told).toMatchObject({ severity: "high", title: { en: expect.stringContaining("Open still and 1 more") } });
    const [page] = (await pages()).open;
    expect(page).toMatchObject({ severity: "high", joined: 1, path: `/incidents/INC-${open.number}` });
  });

  it("is not sent any more once somebody answered", async () => {
    await policyOf([callPerson(here.analyst.id)]);
    await here.incident("Answered before the mail", "high");
    await here.notifier.plan();
    const [page] = (await pages()).open;
    await here.call("POST", `/api/v1/on-call/pages/${page?.id}/acknowledge`, {}, here.analyst.headers);
    await here.round();
    expect(callMails(here.analyst.email)).toHaveLength(0);
    const { items } = await ask<SendLog>("GET", "notify/log?via=email&state=moot");
    expect(items[0]?.attempts[0]?.answer).toContain("the call is over");
    await here.notifier.plan();
    expect(here.notifier.figures().dead).toBe(0);
    expect(here.notifier.figures().failed).toEqual({});
    const { status } = await here.call("POST", `/api/v1/notify/log/${items[0]?.id}/replay`, {});
    expect(status).toBe(409);
  });
});

describe("A call about what moved to another unit", () => {
  it("goes on to those who may read it there, and is neither shown nor answered by those who may not", async () => {
    const { db } = here.house.state;
    const since = here.clock.at;
    const unitOf = here.cast.units.sibling;
    const there = await addPerson(here.house.organization, here.house.app, {
      name: "reads-there",
      unitId: unitOf,
      grants: [{ role: "analyst", unitId: unitOf }],
    });
    await policyOf([callPerson(here.analyst.id), callPerson(here.colleague.id), callPerson(there.id)], {
      others: [{ kind: "person", personId: here.colleague.id }],
    });
    const { id } = await here.incident("Secret by now", "high");
    await here.round();
    const seenBy = async (headers: Credentials) =>
      ((await here.call("GET", "/api/v1/on-call/pages", undefined, headers)).body as PageList).open;
    const [page] = await seenBy(here.analyst.headers);
    expect(page?.title.en).toContain("Secret by now");
    await db.execute(sql`UPDATE incident SET unit_id = ${unitOf} WHERE id = ${id}`);
    here.pass(5);
    await here.round();
    expect(callMails(here.colleague.email)).toHaveLength(0);
    await here.round();
    expect(callMails(there.email)).toHaveLength(1);
    for (const { headers } of [here.analyst, here.colleague]) {
      expect(await seenBy(headers)).toEqual([]);
      expect(await kindsIn(headers, since)).toEqual([]);
      const { status } = await here.call("POST", `/api/v1/on-call/pages/${page?.id}/acknowledge`, {}, headers);
      expect(status).toBe(404);
    }
    expect(await seenBy(there.headers)).toMatchObject([{ id: page?.id, unitId: unitOf, mayAnswer: true }]);
    const url = `/api/v1/on-call/pages/${page?.id}/acknowledge`;
    expect((await here.call("POST", url, {}, there.headers)).status).toBe(200);
    await here.round();
    expect(await kindsIn(here.analyst.headers, since)).toEqual([]);
  });
});

describe("How a call ended", () => {
  it("is told to the others who were called, at any hour", async () => {
    const since = here.clock.at;
    await policyOf([
      {
        targets: [callPerson(here.analyst.id), callPerson(here.colleague.id)].flatMap((s) => s.targets),
        afterMinutes: 5,
      },
    ]);
    await here.incident("Two are called", "high");
    await here.round();
    const [page] = (await pages()).open;
    await here.call("POST", `/api/v1/on-call/pages/${page?.id}/acknowledge`, {}, here.analyst.headers);
    await here.round();
    expect(await kindsIn(here.analyst.headers, since)).toEqual(["on-call"]);
    const told = (await newIn(here.colleague.headers, since)).find(({ kind }) => kind === "call-answered");
    expect(told?.title.en).toContain("analyst-a answered the call");
    expect(told?.path).toBe("/on-call");
    expect(callMails(here.colleague.email)).toHaveLength(2);
  });

  it("without an answer is told to those who keep the system running", async () => {
    const since = here.clock.at;
    await policyOf([callPerson(here.analyst.id)]);
    await here.incident("Nobody is there", "high");
    await here.round();
    here.pass(5);
    await here.round();
    expect((await pages()).over[0]?.state).toBe("unanswered");
    expect(await kindsIn(here.cast.roles["system-administrator"], since)).toEqual(["call-unanswered"]);
  });
});

describe("Whoever is called", () => {
  it("is not also told that the incident was opened; others are", async () => {
    const since = here.clock.at;
    await policyOf([callPerson(here.analyst.id)], { others: [{ kind: "role", role: "analyst" }] });
    await here.incident("One message", "high");
    await here.round();
    expect(await kindsIn(here.analyst.headers, since)).toEqual(["on-call"]);
    expect(here.mail.mails.filter(({ to }) => to === here.analyst.email)).toHaveLength(1);
    expect(await kindsIn(here.colleague.headers, since)).toEqual(["incident-opened"]);
  });
});

describe("A step that calls a channel", () => {
  const channel = async (kind: "webhook" | "email", address: string) => {
    const input = { unitId, name: `call by ${kind}`, kind, locale: "ja", address };
    return (await ask<ChannelMade>("POST", "notify/channels", input)).channel;
  };

  it("is not waited for when the channel was switched off, and a channel that it names is not removed", async () => {
    const { id, name } = await channel("webhook", receiver.url);
    const content = { targets: [{ kind: "channel", channelId: id }], afterMinutes: 600 };
    await policyOf([content, callPerson(here.analyst.id)]);
    expect((await here.call("DELETE", `/api/v1/notify/channels/${id}`)).status).toBe(409);
    await ask("PUT", `notify/channels/${id}`, { version: 1, name, locale: "ja", isEnabled: false });
    await here.incident("By a channel that is off", "high");
    await here.round();
    await here.round();
    expect(callMails(here.analyst.email)).toHaveLength(1);
  });

  it("of the kind mail is not waited for without a mail server", async () => {
    const since = here.clock.at;
    const { id } = await channel("email", "soc@example.co.jp");
    await policyOf([{ targets: [{ kind: "channel", channelId: id }], afterMinutes: 600 }, callPerson(here.analyst.id)]);
    await here.incident("By mail without a server", "high");
    const without = here.restarted({ mailer: undefined });
    await without.plan();
    await without.plan();
    expect(await kindsIn(here.analyst.headers, since)).toEqual(["on-call"]);
  });
});

describe("A rota", () => {
  const rotaOf = async (people: readonly string[]) => {
    serial += 1;
    const content = {
      name: `rota ${serial}`,
      zone: "Asia/Tokyo",
      rotation: "weekly",
      handoverAt: "09:00",
      startsOn: "2026-11-23",
      people: people.map((id) => ({ id, name: "x" })),
    };
    const { items } = await ask<RotaList>("POST", "on-call/rotas", { unitId, content });
    return items.find((rota) => rota.content.name === content.name) ?? items[0];
  };
  const viewOf = async (id: string | undefined) =>
    (await ask<RotaList>("GET", "on-call/rotas")).items.find((rota) => rota.id === id);

  it("whose person was deactivated calls the next in it, and says so", async () => {
    const { db } = here.house.state;
    const leaver = await addPerson(here.house.organization, here.house.app, {
      name: "leaver",
      unitId,
      grants: [{ role: "analyst", unitId }],
    });
    const rota = await rotaOf([leaver.id, here.colleague.id]);
    expect(rota).toMatchObject({ now: { id: leaver.id }, unreachable: [] });
    await policyOf([{ targets: [{ kind: "rota", rotaId: rota?.id }], afterMinutes: 600 }]);
    await db.execute(sql`UPDATE person SET is_active = false WHERE id = ${leaver.id}`);
    await here.incident("The next one", "high");
    await here.round();
    expect(callMails(here.colleague.email)).toHaveLength(1);
    expect(await viewOf(rota?.id)).toMatchObject({ now: { id: here.colleague.id }, unreachable: [leaver.id] });
    const version = 1;
    const renamed = { ...rota?.content, name: "renamed all the same" };
    expect((await here.call("PUT", `/api/v1/on-call/rotas/${rota?.id}`, { version, content: renamed })).status).toBe(
      200,
    );
  });

  it("takes nobody who could not be called about its unit", async () => {
    const stranger = await addPerson(here.house.organization, here.house.app, {
      name: "stranger",
      unitId: here.cast.units.sibling,
      grants: [{ role: "analyst", unitId: here.cast.units.sibling }],
    });
    await expect(rotaOf([stranger.id])).rejects.toThrow(/cannot be called/);
  });

  it("leaves the shift to whoever has it when somebody joins", async () => {
    here.clock.at = new Date("2026-12-09T00:00:00Z");
    const rota = await rotaOf([here.analyst.id, here.colleague.id]);
    expect(rota?.now?.id).toBe(here.analyst.id);
    const admin = { id: here.cast.adminId, name: "x" };
    const content = { ...rota?.content, people: [...(rota?.content.people ?? []), admin] };
    await ask("PUT", `on-call/rotas/${rota?.id}`, { version: 1, content });
    const after = await viewOf(rota?.id);
    expect(after?.now?.id).toBe(here.analyst.id);
    expect(after?.shifts.slice(0, 3).map(({ person }) => person.id)).toEqual([
      here.analyst.id,
      here.colleague.id,
      admin.id,
    ]);
  });
});

describe("A rule or a policy that names what is gone", () => {
  it("says so, and can still be changed and switched off", async () => {
    const { db } = here.house.state;
    const input = { unitId, name: "short-lived", kind: "webhook", locale: "ja", address: receiver.url };
    const { channel } = await ask<ChannelMade>("POST", "notify/channels", input);
    const target = { kind: "channel", channelId: channel.id };
    const content = { name: "names it", kinds: ["incident-opened"], from: "low", timing: "now", targets: [target] };
    await ask<RuleList>("POST", "notify/rules", { unitId, content });
    await ask("DELETE", `notify/channels/${channel.id}`);
    const ruleNow = async (): Promise<Rule | undefined> =>
      (await ask<RuleList>("GET", "notify/rules")).items.find((rule) => rule.content.name === "names it");
    const rule = await ruleNow();
    expect(rule?.gone).toEqual([channel.id]);
    await ask("PUT", `notify/rules/${rule?.id}`, { version: 1, isEnabled: false, content: rule?.content });
    expect((await ruleNow())?.isEnabled).toBe(false);
    const other = { ...rule?.content, targets: [target, { kind: "channel", channelId: "channel_never" }] };
    const refused = await here.call("PUT", `/api/v1/notify/rules/${rule?.id}`, {
      version: 2,
      isEnabled: true,
      content: other,
    });
    expect(refused.status).toBe(400);

    const leaver = await addPerson(here.house.organization, here.house.app, {
      name: "gone",
      unitId,
      grants: [{ role: "analyst", unitId }],
    });
    const policyId = await policyOf([callPerson(leaver.id)]);
    await db.execute(sql`UPDATE person SET is_active = false WHERE id = ${leaver.id}`);
    const policy = (await ask<PolicyList>("GET", "on-call/policies")).items.find(({ id }) => id === policyId);
    expect(policy?.gone).toEqual([leaver.id]);
    await ask("PUT", `on-call/policies/${policyId}`, { version: 1, content: policy?.content });
  });
});
