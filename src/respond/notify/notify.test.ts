import { sql } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, it, test } from "vitest";
import { recordDetectionGroups } from "../../monitor/alert/index.ts";
import { groupOf } from "../../monitor/alert/testing.ts";
import { addPerson, type Credentials } from "../../organization/testing.ts";
import { MAX_SENDS } from "./bundle.ts";
import type { ChannelMade, Inbox, MyPreferences, RuleList, TestAnswer, Unread } from "./contract.ts";
import { type NotifyHouse, openNotifyHouse } from "./testing.ts";

let here: NotifyHouse;
beforeAll(async () => {
  here = await openNotifyHouse();
});
afterAll(() => here?.close());

const inboxOf = async (headers: Credentials): Promise<Inbox["items"]> =>
  ((await here.call("GET", "/api/v1/notifications?limit=100", undefined, headers)).body as Inbox).items;
const about = async (headers: Credentials, word: string) =>
  (await inboxOf(headers)).filter(({ title }) => title.en.includes(word));
const mailsTo = (email: string, word = "") =>
  here.mail.mails.filter(({ to, raw }) => to === email && raw.includes(word));

describe("A serious incident", () => {
  it("is told once to everybody whom the rules name there, in the inbox and by mail, and not to whoever opened it", async () => {
    const { number } = await here.incident("Ransomware");
    await here.round();
    await here.round();
    for (const { headers, email } of [here.analyst, here.colleague]) {
      const told = await about(headers, `INC-${number}`);
      expect(told).toHaveLength(1);
      expect(told[0]).toMatchObject({ kind: "incident-opened", severity: "high", path: `/incidents/INC-${number}` });
      expect(mailsTo(email, `INC-${number}`)).toHaveLength(1);
    }
    expect(await about(here.cast.admin, `INC-${number}`)).toEqual([]);
  });

  it("that formed by itself is told by its rule's name in either language, until somebody names it", async () => {
    const { id, number } = await here.incident("Suspicious run – ws1");
    await here.round();
    const told = async () => (await about(here.analyst.headers, `INC-${number} `))[0]?.title.ja;
    expect(await told()).toContain("Suspicious run – ws1");
    await here.house.state.db.execute(sql`UPDATE incident SET title_ja = '不審な実行 – ws1' WHERE id = ${id}`);
    expect(await told()).toContain("不審な実行 – ws1");
    expect((await about(here.analyst.headers, `INC-${number} `))[0]?.title.en).toContain("Suspicious run – ws1");
    await here.house.state.db.execute(sql`UPDATE incident SET title = 'A drill', title_ja = NULL WHERE id = ${id}`);
    expect(await told()).toContain("Suspicious run – ws1");
  });

  it("of another unit is told to nobody who may not read it", async () => {
    const { number } = await here.incident("Elsewhere", "critical", here.cast.units.sibling);
    await here.round();
    expect(await about(here.analyst.headers, `INC-${number}`)).toEqual([]);
    expect(await about(here.cast.roles.analyst, `INC-${number}`)).toEqual([]);
  });

  it("that was not opened after all is not told: the outbox is part of the transaction", async () => {
    const count = async () => (await here.house.state.db.execute(sql`SELECT FROM notify_matter`)).rows.length;
    const before = await count();
    await expect(
      here.house.state.transaction(async (tx) => {
        await tx.execute(sql`UPDATE incident SET severity = 'low'`);
        await tx.execute(sql`INSERT INTO incident_entry (id, incident_id, at, actor_kind, actor_id, actor_name, kind)
          SELECT 'entry_undone', id, now(), 'person', 'p', 'p', 'opened' FROM incident LIMIT 1`);
        throw new Error("undone");
      }),
    ).rejects.toThrow("undone");
    expect(await count()).toBe(before);
  });

  it("is told again when it gets worse and when somebody is given it, to that person whatever they muted", async () => {
    const { id, number, version } = await here.incident("Grows", "low");
    await here.round();
    const muted = ["incident-opened", "incident-raised", "crisis-phase"];
    const mine = { mail: true, mailFrom: "critical", muted, zone: "Asia/Tokyo", quiet: null, digestAt: "09:00" };
    const saved = await here.call("PUT", "/api/v1/notifications/preferences", mine, here.colleague.headers);
    expect((saved.body as MyPreferences).preferences.muted).toEqual(muted);
    const change = { severity: "critical", ownerId: here.colleague.id };
    expect((await here.call("PATCH", `/api/v1/incidents/${id}`, { version, change })).status).toBe(200);
    await here.round();
    const kinds = async (headers: Credentials) =>
      (await about(headers, `INC-${number}`)).map(({ kind }) => kind).toSorted();
    expect(await kinds(here.analyst.headers)).toEqual(["incident-opened", "incident-raised"]);
    expect(await kinds(here.colleague.headers)).toEqual(["incident-assigned", "incident-opened"]);
    expect(mailsTo(here.colleague.email, `INC-${number}`)).toHaveLength(1);
  });
});

describe("One person whose time zone is unusual, or cannot be read at all", () => {
  test.each(["Asia/Kolkata", "Asia/Ho_Chi_Minh", "Etc/UTC"])("may live in %s as their unit does", async (zone) => {
    const mine = { mail: true, mailFrom: "medium", muted: [], zone, quiet: null, digestAt: "09:00" };
    const { status } = await here.call("PUT", "/api/v1/notifications/preferences", mine, here.cast.roles.analyst);
    expect(status).toBe(200);
  });

  it("holds up nobody: others are told, and so is that person", async () => {
    const { db } = here.house.state;
    const odd = await addPerson(here.house.organization, here.house.app, {
      name: "odd-clock",
      unitId: here.cast.units.own,
      grants: [{ role: "analyst", unitId: here.cast.units.own }],
    });
    await db.execute(sql`INSERT INTO notify_preference (person_id, content, changed_at)
      VALUES (${odd.id}, '{"zone": "Mars/Olympus"}', now())`);
    await db.execute(sql`UPDATE unit SET time_zone = 'Mars/Olympus' WHERE id = ${here.cast.units.own}`);
    const { number } = await here.incident("Odd clocks");
    await here.round();
    expect(await about(here.analyst.headers, `INC-${number}`)).toHaveLength(1);
    expect(await about(odd.headers, `INC-${number}`)).toHaveLength(1);
    const settings = await here.call("GET", "/api/v1/notifications/preferences", undefined, odd.headers);
    expect((settings.body as MyPreferences).preferences.zone).toBe("UTC");
    await db.execute(sql`UPDATE unit SET time_zone = 'Asia/Tokyo' WHERE id = ${here.cast.units.own}`);
  });
});

describe("What else people must know", () => {
  it("is a task given to them, and its deadline, once each", async () => {
    const { id, number } = await here.incident("Tasks", "low");
    const dueAt = new Date(here.clock.at.getTime() + 50 * 60_000).toISOString();
    const task = { title: "Disconnect the server", ownerId: here.analyst.id, dueAt };
    expect((await here.call("POST", `/api/v1/incidents/${id}/tasks`, task)).status).toBe(200);
    await here.round();
    await here.round();
    const told = await about(here.analyst.headers, `INC-${number}`);
    expect(told.map(({ kind }) => kind).toSorted()).toEqual(
      ["incident-opened", "task-assigned", "task-due"].toSorted(),
    );
    const own = { title: "Mine", ownerId: here.colleague.id, dueAt: null };
    await here.call("POST", `/api/v1/incidents/${id}/tasks`, own, here.colleague.headers);
    await here.round();
    expect((await about(here.colleague.headers, "Mine")).map(({ kind }) => kind)).toEqual([]);
  });

  it("is a phase of a crisis, for those who lead", async () => {
    const { id, number } = await here.incident("Crisis");
    const at = here.clock.at.toISOString();
    const declared = await here.call("POST", `/api/v1/incidents/${id}/crisis/declarations`, {
      phase: "discovered",
      kind: "declared",
      at,
      note: "",
      after: 0,
    });
    expect(declared.status, JSON.stringify(declared.body)).toBe(200);
    await here.round();
    expect((await about(here.cast.roles.executive, `INC-${number}`)).map(({ kind }) => kind)).toEqual(["crisis-phase"]);
  });

  it("is a critical alert, and a log source that fell silent, each time anew", async () => {
    const { state } = here.house;
    const unitId = here.cast.units.own;
    const at = (count: number) => new Date(here.clock.at.getTime() + count);
    const critical = groupOf({
      unitId,
      host: "dc-critical",
      rule: { id: "rule-c", title: "Mimikatz", level: "critical" },
    });
    const silentRule = {
      id: "0b0f2a5e-5d1c-4d53-8f0e-6c5a1e7b9d24",
      title: "Log source silent",
      level: "medium",
    } as const;
    const silent = groupOf({ unitId, entity: { kind: "source", value: "source_x" }, rule: silentRule });
    for (const round of [1, 2]) {
      await state.transaction((tx) => recordDetectionGroups(tx, [critical, silent], at(round)));
      await here.round();
    }
    expect(await about(here.analyst.headers, "Mimikatz")).toHaveLength(1);
    expect(
      (await inboxOf(here.cast.roles["system-administrator"])).filter(({ kind }) => kind === "source-silent"),
    ).toHaveLength(2);
  });

  it("is that somebody judged alerts critical: one matter for one act, for everybody but whoever judged, and not of what is closed", async () => {
    const { state } = here.house;
    const unitId = here.cast.units.own;
    here.pass(20);
    const hosts = Array.from({ length: 6 }, (_, i) => `judged-${i}`);
    const groups = hosts.map((host) =>
      groupOf({ unitId, host, rule: { id: `rule-${host}`, title: `Rule ${host}`, level: "low" } }),
    );
    await state.transaction((tx) => recordDetectionGroups(tx, groups, here.clock.at));
    const { rows } = await state.db.execute<{ id: string }>(
      sql`SELECT id FROM alert WHERE entity LIKE 'judged-%' ORDER BY entity`,
    );
    const judge = (alerts: readonly { id: string }[], expertSeverity = "critical") =>
      here.call(
        "POST",
        "/api/v1/alerts/bulk",
        { target: { alerts: alerts.map(({ id }) => ({ id })) }, change: { expertSeverity } },
        here.analyst.headers,
      );
    const told = async (headers: Credentials) =>
      (await inboxOf(headers))
        .filter(({ kind, title }) => kind === "alert-critical" && /judged/.test(title.en))
        .map(({ title, path }) => [title.en, title.ja, path]);
    await state.db.execute(
      sql`UPDATE alert SET status = 'closed', disposition = 'false-positive' WHERE id = ${rows[5]?.id ?? ""}`,
    );
    expect((await judge(rows.slice(1))).status).toBe(200);
    await here.round();
    const many = [
      "4 alerts were judged critical by analyst-a",
      "analyst-a が 4 件のアラートの重大度を「緊急」と判定しました",
      "/alerts?severity=critical",
    ];
    expect(await told(here.colleague.headers)).toEqual([many]);
    expect(await told(here.analyst.headers)).toEqual([]);
    here.pass(1);
    expect((await judge(rows.slice(0, 1))).status).toBe(200);
    await here.round();
    expect((await told(here.colleague.headers)).map(([title]) => title)).toEqual([
      "Critical alert: Rule judged-0 (judged-0)",
      many[0],
    ]);
    await judge(rows.slice(0, 1), "low");
    await judge(rows.slice(0, 1));
    await here.round();
    expect(await told(here.colleague.headers)).toHaveLength(2);
    expect(await told(here.analyst.headers)).toEqual([]);
  });

  it("is a clock of a duty that passed half of its time", async () => {
    const { id, number } = await here.incident("Duty", "low");
    await here.house.state.db.execute(sql`
      INSERT INTO duty_clock (incident_id, clock, entry_name_ja, entry_name_en, stage_name_ja, stage_name_en, zone, applies, starts_at, due_at)
      VALUES (${id}, 'ppc:quick', '個人情報保護委員会', 'PPC', '速報', 'Preliminary', 'Asia/Tokyo', 'yes', now(), now() + interval '1 day')`);
    await here.house.state.db.execute(sql`
      INSERT INTO duty_warning (incident_id, clock, due_at, percent, at) SELECT ${id}, clock, due_at, 80, now() FROM duty_clock WHERE incident_id = ${id}`);
    await here.round();
    const [told] = (await about(here.colleague.headers, `INC-${number}`)).filter(({ kind }) => kind === "duty-clock");
    expect(told).toMatchObject({ severity: "high", path: `/incidents/INC-${number}/duties` });
    expect(told?.title.ja).toContain("80%");
  });
});

describe("The inbox", () => {
  it("counts what is unread and marks what its owner says, nobody else's", async () => {
    const unread = async (headers: Credentials) =>
      ((await here.call("GET", "/api/v1/notifications/unread", undefined, headers)).body as Unread).unread;
    const [first] = await inboxOf(here.analyst.headers);
    const before = await unread(here.analyst.headers);
    expect(before).toBeGreaterThan(2);
    await here.call("POST", "/api/v1/notifications/read", { ids: [first?.id] }, here.colleague.headers);
    expect(await unread(here.analyst.headers)).toBe(before);
    await here.call("POST", "/api/v1/notifications/read", { ids: [first?.id] }, here.analyst.headers);
    expect(await unread(here.analyst.headers)).toBe(before - 1);
    await here.call("POST", "/api/v1/notifications/read", { allUpTo: first?.id }, here.analyst.headers);
    expect(await unread(here.analyst.headers)).toBe(0);
  });

  it("can be asked for a test mail, which says what the mail server answered", async () => {
    const ask = async () =>
      (await here.call("POST", "/api/v1/notifications/test-mail", {}, here.analyst.headers)).body as TestAnswer;
    expect(await ask()).toMatchObject({ isOk: true, answer: expect.stringContaining("250") });
    here.mail.refusal = 554;
    expect(await ask()).toMatchObject({ isOk: false, answer: expect.stringContaining("554") });
    here.mail.refusal = undefined;
  });
});

describe("Somebody who lost the right to read", () => {
  it("gets no mail that was owed before, and finds nothing of it in the inbox; what they may read stays", async () => {
    const { db } = here.house.state;
    const mover = await addPerson(here.house.organization, here.house.app, {
      name: "mover",
      unitId: here.cast.units.own,
      grants: [
        { role: "analyst", unitId: here.cast.units.own },
        { role: "executive", unitId: here.cast.units.sibling },
      ],
    });
    const unread = async () =>
      ((await here.call("GET", "/api/v1/notifications/unread", undefined, mover.headers)).body as Unread).unread;
    const { number } = await here.incident("Not theirs any more");
    const moved = await here.incident("Moves to where they read");
    await here.round();
    expect(await unread()).toBe(2);
    here.pass(20);
    const later = await here.incident("Told too late");
    await here.notifier.plan();
    await db.execute(sql`DELETE FROM role_grant WHERE person_id = ${mover.id} AND role = 'analyst'`);
    await db.execute(sql`UPDATE incident SET unit_id = ${here.cast.units.sibling} WHERE id = ${moved.id}`);
    await here.round();
    expect(mailsTo(mover.email, `INC-${later.number}`)).toHaveLength(0);
    expect(await about(mover.headers, `INC-${number}`)).toEqual([]);
    expect(await about(mover.headers, `INC-${moved.number}`)).toHaveLength(1);
    expect(await unread()).toBe(1);
    // The matter moved away from here, and with it what was told of it.
    expect(await about(here.analyst.headers, `INC-${moved.number}`)).toEqual([]);
  });
});

describe("Whoever an incident is given to as it is opened", () => {
  it("is told once, others that it was opened", async () => {
    const { db } = here.house.state;
    here.pass(20);
    const id = "incident_given";
    await here.house.state.transaction(async (tx) => {
      await tx.execute(sql`
        INSERT INTO incident (id, number, title, severity, unit_id, owner_id, owner_name, opened_at, updated_at, search_text)
        VALUES (${id}, 70001, 'Given', 'high', ${here.cast.units.own}, ${here.analyst.id}, 'a', now(), now(), '')`);
      await tx.execute(sql`
        INSERT INTO incident_entry (id, incident_id, at, actor_kind, actor_id, actor_name, kind)
        VALUES ('entry_given', ${id}, now(), 'person', 'p', 'p', 'opened')`);
    });
    await here.round();
    const kinds = async (headers: Credentials) => (await about(headers, "INC-70001")).map(({ kind }) => kind);
    expect(await kinds(here.analyst.headers)).toEqual(["incident-assigned"]);
    expect(await kinds(here.cast.roles.ciso)).toEqual(["incident-opened"]);
    const { rows } = await db.execute(sql`SELECT FROM notify_owed o JOIN notify_matter m ON m.position = o.matter
      WHERE m.subject = 'incident:incident_given' AND o.to_id = ${here.analyst.id}`);
    expect(rows).toHaveLength(1);
  });
});

describe("A channel that gets a digest", () => {
  it("hears of what is critical at once, of the rest once a day", async () => {
    const { db } = here.house.state;
    const unitId = here.cast.units.own;
    const input = { unitId, name: "digest", kind: "email", locale: "ja", address: "soc-digest@example.co.jp" };
    const { channel } = (await here.call("POST", "/api/v1/notify/channels", input)).body as ChannelMade;
    const targets = [{ kind: "channel", channelId: channel.id }];
    const content = { name: "digest", kinds: ["incident-opened"], from: "low", timing: "digest", targets };
    const made = (await here.call("POST", "/api/v1/notify/rules", { unitId, content })).body as RuleList;
    const high = await here.incident("Can wait", "high");
    const critical = await here.incident("Cannot wait", "critical");
    await here.round();
    expect(mailsTo("soc-digest@example.co.jp", `INC-${critical.number}`)).toHaveLength(1);
    expect(mailsTo("soc-digest@example.co.jp", `INC-${high.number}`)).toHaveLength(0);
    const mine = made.items.find((rule) => rule.content.name === "digest");
    await db.execute(sql`DELETE FROM notify_rule WHERE id = ${mine?.id ?? ""}`);
  });
});

describe("Pages that are open", () => {
  it("hear that something arrived in their reader's inbox, or was read elsewhere, and nobody else's", async () => {
    const heard: { topic: string; person: string | null }[] = [];
    const stop = await here.house.state.listen("yagura_live", {
      heard: (text) => heard.push(JSON.parse(text)),
      missed: () => undefined,
    });
    const people = () => new Set(heard.filter(({ topic }) => topic === "notifications").map(({ person }) => person));
    await here.incident("Live");
    await here.round();
    await expect.poll(() => [...people()]).toContain(here.analyst.id);
    expect(people()).not.toContain(here.cast.adminId);
    heard.length = 0;
    const [newest] = await inboxOf(here.colleague.headers);
    await here.call("POST", "/api/v1/notifications/read", { ids: [newest?.id] }, here.colleague.headers);
    await expect.poll(() => [...people()]).toEqual([here.colleague.id]);
    await stop();
  });
});

describe("At night", () => {
  it("mail waits for the morning unless it is urgent, and what is no hurry comes as one digest", async () => {
    const person = await addPerson(here.house.organization, here.house.app, {
      name: "night-owl",
      unitId: here.cast.units.own,
      grants: [{ role: "analyst", unitId: here.cast.units.own }],
    });
    const quiet = { from: "22:00", to: "07:00" };
    const mine = { mail: true, mailFrom: "low", muted: [], zone: "Asia/Tokyo", quiet, digestAt: "09:00" };
    await here.call("PUT", "/api/v1/notifications/preferences", mine, person.headers);
    here.clock.at = new Date("2026-11-27T14:00:00Z");
    const one = await here.incident("Night one", "high");
    const two = await here.incident("Night two", "critical");
    const low = [await here.incident("Low one", "low"), await here.incident("Low two", "low")];
    await here.round();
    expect(mailsTo(person.email, `INC-${two.number}`)).toHaveLength(1);
    expect(mailsTo(person.email, `INC-${one.number}`)).toHaveLength(0);
    expect((await about(person.headers, `INC-${one.number}`)).length).toBe(1);
    here.clock.at = new Date("2026-11-27T22:00:00Z");
    await here.round();
    expect(mailsTo(person.email, `INC-${one.number}`)).toHaveLength(1);
    const before = mailsTo(person.email).length;
    here.clock.at = new Date("2026-11-28T00:00:00Z");
    await here.round();
    expect(mailsTo(person.email).length - before).toBe(low.length);
  });
});

describe("Rules", () => {
  const rules = async (headers: Credentials) =>
    ((await here.call("GET", "/api/v1/notify/rules", undefined, headers)).body as RuleList).items;

  it("of the whole group are there from the start, and do not come back when they are removed", async () => {
    const all = await rules(here.cast.admin);
    expect(all.map(({ content }) => content.kinds[0])).toEqual([
      "incident-opened",
      "incident-opened",
      "alert-critical",
      "duty-clock",
      "crisis-phase",
      "source-silent",
    ]);
    expect(await rules(here.analyst.headers)).toEqual([]);
    const last = all.at(-1);
    expect((await here.call("DELETE", `/api/v1/notify/rules/${last?.id}`)).status).toBe(200);
    const { ensureDefaults } = await import("./defaults.ts");
    await ensureDefaults(await here.house.organization.contexts.system("test"), here.cast.units.root);
    expect(await rules(here.cast.admin)).toHaveLength(5);
  });

  it("may not name what their author does not see, and are not changed by two at once", async () => {
    const headers = here.cast.roles["system-administrator"];
    const content = { name: "r", kinds: ["incident-opened"], from: "low", timing: "now", targets: [{ kind: "owner" }] };
    const foreign = { ...content, targets: [{ kind: "channel", channelId: "channel_none" }] };
    const unitId = here.cast.units.own;
    expect((await here.call("POST", "/api/v1/notify/rules", { unitId, content: foreign }, headers)).status).toBe(400);
    expect(
      (await here.call("POST", "/api/v1/notify/rules", { unitId: here.cast.units.root, content }, headers)).status,
    ).toBe(403);
    const made = (await here.call("POST", "/api/v1/notify/rules", { unitId, content }, headers)).body as RuleList;
    const [rule] = made.items;
    const save = { version: 1, isEnabled: false, content };
    expect((await here.call("PUT", `/api/v1/notify/rules/${rule?.id}`, save, headers)).status).toBe(200);
    expect((await here.call("PUT", `/api/v1/notify/rules/${rule?.id}`, save, headers)).status).toBe(409);
  });
});

describe("Ten thousand incidents at once", () => {
  it("are each in the inbox, and a handful of mails", async () => {
    const many = 10_000;
    // What was sent before counts against the same limit.
    here.pass(20);
    here.mail.mails.length = 0;
    await here.house.state.transaction(async (tx) => {
      await tx.execute(sql`
        INSERT INTO incident (id, number, title, severity, unit_id, opened_at, updated_at, search_text)
        SELECT 'incident_storm_' || n, 100000 + n, 'Storm ' || n, 'high', ${here.cast.units.own}, now(), now(), ''
        FROM generate_series(1, ${many}::int) n`);
      await tx.execute(sql`
        INSERT INTO incident_entry (id, incident_id, at, actor_kind, actor_id, actor_name, kind)
        SELECT 'entry_storm_' || n, 'incident_storm_' || n, now(), 'system', 'formation', 'formation', 'opened'
        FROM generate_series(1, ${many}::int) n`);
    });
    for (let round = 0; round < 3; round += 1) await here.round();
    const { rows } = await here.house.state.db.execute<{ n: string }>(sql`
      SELECT count(*) AS n FROM notify_message n JOIN notify_matter m ON m.position = n.matter
      WHERE n.person_id = ${here.analyst.id} AND m.subject LIKE 'incident:incident_storm_%'`);
    expect(Number(rows[0]?.n)).toBe(many);
    const mails = mailsTo(here.analyst.email);
    expect(mails.length).toBeGreaterThan(0);
    expect(mails.length).toBeLessThanOrEqual(MAX_SENDS);
    expect(mails.length).toBe(1);
    console.info(
      `${many} incidents at once: ${here.mail.mails.length} mails to ${new Set(here.mail.mails.map(({ to }) => to)).size} people`,
    );
  });
});
