import { createHmac } from "node:crypto";
import { sql } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, describe, expect, it, test } from "vitest";
import { checkedUrl, createPoster } from "../../platform/outbound/index.ts";
import { MAX_ATTEMPTS } from "./backoff.ts";
import type { ChannelKind, ChannelList, ChannelMade, Replayed, RuleList, SendLog, TestAnswer } from "./contract.ts";
import { runNotifier } from "./index.ts";
import { type NotifyHouse, openNotifyHouse, openReceiver, type Receiver } from "./testing.ts";

let here: NotifyHouse;
let receiver: Receiver;
let webhook: ChannelMade;
beforeAll(async () => {
  [here, receiver] = await Promise.all([openNotifyHouse(), openReceiver()]);
  // Only channels are looked at: the rules of a new installation would tell people too.
  await here.house.state.db.execute(sql`DELETE FROM notify_rule`);
  webhook = await addChannel("webhook");
  await ruleTo(webhook.channel.id);
});
afterAll(async () => {
  await here?.close();
  await receiver?.close();
});
beforeEach(() => {
  receiver.received.length = 0;
  receiver.answer = () => ({ status: 200, text: "ok" });
  here.pass(20);
});

async function addChannel(
  kind: ChannelKind,
  address = receiver.url,
  unitId = here.cast.units.own,
): Promise<ChannelMade> {
  const input = { unitId, name: `to ${kind}`, kind, locale: "ja", address };
  const { status, body } = await here.call("POST", "/api/v1/notify/channels", input);
  if (status !== 200) throw new Error(JSON.stringify(body));
  return body as ChannelMade;
}

async function ruleTo(channelId: string): Promise<void> {
  const content = {
    name: "to a channel",
    kinds: ["incident-opened"],
    from: "informational",
    timing: "now",
    targets: [{ kind: "channel", channelId }],
  };
  const { status, body } = await here.call("POST", "/api/v1/notify/rules", { unitId: here.cast.units.own, content });
  if (status !== 200) throw new Error(JSON.stringify(body));
}

const log = async (query = ""): Promise<SendLog["items"]> =>
  ((await here.call("GET", `/api/v1/notify/log?via=webhook&${query}`)).body as SendLog).items;
/** As the specification of Standard Webhooks has receivers check it. */
function isSigned({ headers, body }: Receiver["received"][number], secret: string): boolean {
  const key = Buffer.from(secret.replace("whsec_", ""), "base64");
  const text = `${headers["webhook-id"]}.${headers["webhook-timestamp"]}.${body}`;
  const right = `v1,${createHmac("sha256", key).update(text).digest("base64")}`;
  return String(headers["webhook-signature"]).split(" ").includes(right);
}

describe("A webhook", () => {
  it("gets each matter once, signed, in both languages, and the log says what it answered", async () => {
    const { number } = await here.incident("To the webhook");
    await here.round();
    await here.round();
    expect(receiver.received).toHaveLength(1);
    const [got] = receiver.received;
    if (!got) throw new Error("nothing came");
    expect(isSigned(got, webhook.secret ?? "")).toBe(true);
    expect(isSigned({ ...got, body: `${got.body} ` }, webhook.secret ?? "")).toBe(false);
    const body = JSON.parse(got.body);
    expect(body).toMatchObject({ type: "yagura.notification", total: 1, id: got.headers["webhook-id"] });
    expect(body.items[0]).toMatchObject({ kind: "incident-opened", severity: "high", facts: { number } });
    expect((await log())[0]).toMatchObject({
      state: "sent",
      attemptCount: 1,
      attempts: [{ isOk: true, answer: "HTTP 200 ok" }],
    });
  });

  it("that fails is tried again, later each time, under the same id, and given up in the end; by hand it goes again", async () => {
    receiver.answer = () => ({ status: 503, text: "busy \u001b[31m" });
    await here.incident("Busy");
    for (let attempt = 0; attempt < MAX_ATTEMPTS + 2; attempt += 1) {
      await here.round();
      await here.round();
      here.pass(12 * 60);
    }
    expect(receiver.received).toHaveLength(MAX_ATTEMPTS);
    expect(new Set(receiver.received.map(({ headers }) => headers["webhook-id"])).size).toBe(1);
    const [dead] = await log("state=dead");
    expect(dead).toMatchObject({
      attemptCount: MAX_ATTEMPTS,
      attempts: expect.arrayContaining([expect.objectContaining({ isOk: false })]),
    });
    expect(dead?.attempts[0]?.answer).toBe("HTTP 503 busy \uFFFD[31m");
    receiver.answer = () => ({ status: 204 });
    const url = `/api/v1/notify/log/${dead?.id}/replay`;
    expect((await here.call("POST", url, {})).status).toBe(200);
    await here.round();
    expect(receiver.received).toHaveLength(MAX_ATTEMPTS + 1);
    expect((await log("state=sent")).some(({ id }) => id === dead?.id)).toBe(true);
    expect((await here.call("POST", url, {})).status).toBe(409);
  });

  it("that was given up has as many attempts as a new one when it is sent again, one by one or all of them", async () => {
    receiver.answer = () => ({ status: 410 });
    await here.incident("Gone for now");
    await here.round();
    const [dead] = await log("state=dead");
    receiver.answer = () => ({ status: 503 });
    await here.house.state.db.execute(
      sql`UPDATE notify_send SET attempts = ${MAX_ATTEMPTS} WHERE id = ${dead?.id ?? ""}`,
    );
    const replayable = async () =>
      ((await here.call("GET", "/api/v1/notify/log/replayable?via=webhook")).body as Replayed).count;
    const expected = await replayable();
    expect(expected).toBeGreaterThan(0);
    await here.house.state.db.execute(sql`
      INSERT INTO notify_send (id, to_kind, to_id, via, unit_id, matters, state, created_at, next_at)
      VALUES ('send_old', 'channel', 'channel_gone', 'webhook', ${here.cast.units.own}, 1, 'dead',
        ${new Date(here.clock.at.getTime() - 8 * 86_400_000).toISOString()}, now())`);
    expect(await replayable()).toBe(expected);
    const counted = await here.call("POST", "/api/v1/notify/log/replay", { via: "webhook" });
    expect((counted.body as Replayed).count).toBe(expected);
    const told = here.house.audited.filter(({ action }) => action === "notification.replay-all");
    expect(told).toMatchObject([{ unitId: here.cast.units.own, detail: { count: expected, withinDays: 7 } }]);
    await here.house.state.db.execute(sql`DELETE FROM notify_send WHERE id = 'send_old'`);
    await here.round();
    const again = (await log()).find(({ id }) => id === dead?.id);
    expect(again).toMatchObject({ state: "waiting", attemptCount: MAX_ATTEMPTS + 1 });
    expect(again && Date.parse(again.nextAt) - here.clock.at.getTime()).toBe(5_000);
    expect((await here.call("POST", "/api/v1/notify/log/replay", { via: "email" })).body).toEqual({ count: 0 });
    receiver.answer = () => ({ status: 200 });
    here.pass(1);
    await here.round();
    expect((await log("state=dead")).length).toBe(0);
  });

  it("that refuses for good is not asked again, and a redirect is not followed", async () => {
    receiver.answer = () => ({ status: 302, headers: { location: `${receiver.url}/elsewhere` } });
    await here.incident("Moved");
    await here.round();
    here.pass(60);
    await here.round();
    expect(receiver.received).toHaveLength(1);
    expect((await log("state=dead"))[0]).toMatchObject({ attemptCount: 1 });
  });

  it("survives a stop in the middle: what was not acknowledged goes again under the same id, what was sent does not", async () => {
    await here.incident("Before the stop");
    await here.notifier.plan();
    // The receiver had it, and this process ended before it could write that down.
    const halted = here.restarted({
      post: async (...args) => {
        await here.deps.ways.post(...args);
        return await new Promise<never>(() => undefined);
      },
    });
    void halted.send();
    await expect.poll(() => receiver.received.length).toBe(1);
    const next = here.restarted();
    expect(await next.send()).toBe(0);
    here.pass(4);
    expect(await next.send()).toBe(1);
    expect(new Set(receiver.received.map(({ headers }) => headers["webhook-id"])).size).toBe(1);
    here.pass(60);
    await next.plan();
    expect(await next.send()).toBe(0);
    expect(receiver.received).toHaveLength(2);
  });

  it("of two senders on one state each message is sent by one alone", async () => {
    for (let i = 0; i < 3; i += 1) await here.incident(`Twice ${i}`);
    await here.notifier.plan();
    await Promise.all([here.restarted().send(), here.restarted().send()]);
    expect(receiver.received).toHaveLength(3);
    expect(new Set(receiver.received.map(({ headers }) => headers["webhook-id"])).size).toBe(3);
  });

  it("is bounded in a storm: many matters are one message that names twenty and counts the rest", async () => {
    for (let i = 0; i < 25; i += 1) await here.incident(`Many ${i}`);
    await here.round();
    expect(receiver.received).toHaveLength(1);
    const body = JSON.parse(receiver.received[0]?.body ?? "");
    expect(body.total).toBe(25);
    expect(body.items).toHaveLength(20);
  });
});

describe("A receiver that hangs", () => {
  it("holds up no other way, and no call; closing takes seconds", async () => {
    const unitId = here.cast.units.own;
    const { db } = here.house.state;
    const told = { kind: "person", personId: here.analyst.id };
    const content = { name: "by mail", kinds: ["incident-opened"], from: "low", timing: "now", targets: [told] };
    const { body } = await here.call("POST", "/api/v1/notify/rules", { unitId, content });
    const ruleId = (body as RuleList).items.at(-1)?.id ?? "";
    const hanging: string[] = [];
    const mailer: NonNullable<NotifyHouse["deps"]["ways"]["mailer"]> = {
      send: async (to) => {
        hanging.push(to);
        return await new Promise<never>(() => undefined);
      },
      close: () => undefined,
    };
    for (let i = 0; i < 9; i += 1)
      await db.execute(sql`INSERT INTO notify_send (id, to_kind, to_id, via, unit_id, matters, created_at, next_at)
        VALUES (${`send_hang_${i}`}, 'person', ${here.analyst.id}, 'email', ${unitId}, 1, now(), '2026-01-01')`);
    await db.execute(sql`INSERT INTO notify_owed (matter, to_kind, to_id, via, severity, due_at, send_id)
      SELECT m.position, 'person', ${here.analyst.id}, 'email', 4, now(), 'send_hang_' || row_number() OVER () - 1
      FROM (SELECT position FROM notify_matter WHERE kind = 'incident-opened' ORDER BY position LIMIT 9) m ON CONFLICT DO NOTHING`);
    await db.execute(sql`UPDATE notify_send SET is_call = true, lane = 'mail call' WHERE id = 'send_hang_0'`);
    await here.incident("Beside a mail server that hangs");
    const running = runNotifier(here.restarted({ mailer }), { warn: () => undefined });
    await expect.poll(() => receiver.received.length, { timeout: 10_000 }).toBe(1);
    // Eight of the lane for mail, and the call, which has one of its own.
    await expect.poll(() => hanging.length, { timeout: 10_000 }).toBe(9);
    const started = performance.now();
    await running.close();
    expect(performance.now() - started).toBeLessThan(9_000);
    await db.execute(sql`DELETE FROM notify_rule WHERE id = ${ruleId}`);
    await db.execute(sql`UPDATE notify_send SET state = 'sent' WHERE via = 'email'`);
  }, 40_000);
});

describe("Chat rooms", () => {
  test.each(["slack", "teams", "mattermost"] as const)(
    "%s gets its own format and the test says what it answered",
    async (kind) => {
      const { channel, secret } = await addChannel(kind);
      expect(secret).toBe(null);
      const test = async () =>
        (await here.call("POST", `/api/v1/notify/channels/${channel.id}/test`, {})).body as TestAnswer;
      expect(await test()).toMatchObject({ isOk: true, answer: "HTTP 200 ok" });
      const body = JSON.parse(receiver.received[0]?.body ?? "");
      const shape = { slack: body.blocks, teams: body.attachments?.[0]?.content?.body, mattermost: body.attachments };
      expect(shape[kind].length).toBeGreaterThan(0);
      receiver.answer = () => ({ status: 404, text: "no_team" });
      expect(await test()).toMatchObject({ isOk: false, answer: "HTTP 404 no_team" });
    },
  );

  it("never give back their address or key, which are not readable in the database either", async () => {
    const { body } = await here.call("GET", "/api/v1/notify/channels");
    expect((body as ChannelList).items.map(({ shown }) => shown)).toContain(new URL(receiver.url).host);
    expect(JSON.stringify(body)).not.toContain("T0SECRET");
    const { rows } = await here.house.state.db.execute(sql`SELECT * FROM notify_channel`);
    expect(JSON.stringify(rows)).not.toContain("T0SECRET");
    expect(JSON.stringify(here.house.audited)).not.toMatch(/T0SECRET|whsec_/);
  });

  it("keep their key when only the name changes, and get another when asked, with a day to bring it to the receiver", async () => {
    const { channel, secret } = await addChannel("webhook");
    const save = { version: 1, name: "renamed", locale: "en", isEnabled: true };
    const url = `/api/v1/notify/channels/${channel.id}`;
    expect((await here.call("PUT", url, save)).body).toMatchObject({
      channel: { name: "renamed", version: 2 },
      secret: null,
    });
    expect((await here.call("PUT", url, save)).status).toBe(409);
    await here.call("POST", `${url}/test`, {});
    expect(isSigned(receiver.received[0] as never, secret ?? "")).toBe(true);
    const renewed = (await here.call("PUT", url, { ...save, version: 2, isNewSecret: true })).body as ChannelMade;
    await here.call("POST", `${url}/test`, {});
    expect(isSigned(receiver.received[1] as never, secret ?? "")).toBe(true);
    expect(isSigned(receiver.received[1] as never, renewed.secret ?? "")).toBe(true);
    here.pass(24 * 60);
    await here.call("POST", `${url}/test`, {});
    expect(isSigned(receiver.received[2] as never, secret ?? "")).toBe(false);
    expect(isSigned(receiver.received[2] as never, renewed.secret ?? "")).toBe(true);
  });

  it("may not be put to addresses inside, written in whatever way", async () => {
    const add = async (address: string) =>
      (
        await here.call("POST", "/api/v1/notify/channels", {
          unitId: here.cast.units.own,
          name: "x",
          kind: "slack",
          locale: "ja",
          address,
        })
      ).status;
    for (const address of [
      "http://example.com/x",
      "https://10.0.0.1/x",
      "https://192.168.1.1/",
      "https://169.254.169.254/latest",
      "https://[::1]/",
      "https://[::ffff:10.0.0.1]/",
      "https://3232235777/",
      "https://user:pass@example.com/",
      "ftp://example.com/",
    ])
      expect(await add(address), address).toBe(400);
    expect(await add("https://hooks.example.com/services/x")).toBe(200);
  });

  it("may be put to hosts inside that the settings list, written in whatever case", async () => {
    expect(checkedUrl("http://chat.corp.example/hooks/x", ["Chat.Corp.Example"]).hostname).toBe("chat.corp.example");
    expect(() => checkedUrl("http://chat.corp.example/hooks/x", ["other.example"])).toThrow();
    const post = createPoster({ internalHosts: ["LOCALHOST"], timeoutMs: 2_000, maxAnswerBytes: 100 });
    const address = receiver.url.replace("127.0.0.1", "LocalHost");
    expect((await post(address, "{}", {})).status).toBe(200);
  });

  it("are looked up where the connection is made: a name that means an address inside reaches nobody", async () => {
    const post = createPoster({ internalHosts: [], timeoutMs: 1_000, maxAnswerBytes: 100 });
    await expect(post("https://localhost:1/x", "{}", {})).rejects.toMatchObject({ code: "invalid" });
  });

  it("that hang are left after a while, and answers are read no further than needed", async () => {
    const post = createPoster({ internalHosts: ["127.0.0.1"], timeoutMs: 300, maxAnswerBytes: 100 });
    receiver.answer = () => "hang";
    await expect(post(receiver.url, "{}", {})).rejects.toMatchObject({ code: "upstream" });
    receiver.answer = () => ({ status: 200, text: "x".repeat(1_000_000) });
    expect((await post(receiver.url, "{}", {})).text).toHaveLength(100);
  });
});

describe("Who sees and changes channels", () => {
  it("is their unit's people alone", async () => {
    const elsewhere = await addChannel("webhook", receiver.url, here.cast.units.sibling);
    const admin = here.cast.roles["system-administrator"];
    const seen = ((await here.call("GET", "/api/v1/notify/channels", undefined, admin)).body as ChannelList).items;
    expect(seen.map(({ id }) => id)).not.toContain(elsewhere.channel.id);
    const url = `/api/v1/notify/channels/${elsewhere.channel.id}`;
    expect((await here.call("DELETE", url, undefined, admin)).status).toBe(404);
    expect((await here.call("DELETE", url)).status).toBe(200);
    await here.house.state.db.execute(sql`UPDATE notify_send SET unit_id = ${here.cast.units.sibling}, state = 'dead'`);
    expect((await here.call("POST", "/api/v1/notify/log/replay", {}, admin)).body).toEqual({ count: 0 });
    expect((await here.call("POST", "/api/v1/notify/log/replay", {}, here.analyst.headers)).status).toBe(403);
    expect(((await here.call("GET", "/api/v1/notify/log", undefined, admin)).body as SendLog).items).toEqual([]);
  });
});
