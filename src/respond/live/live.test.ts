import { sql } from "drizzle-orm";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { recordDetectionGroups } from "../../monitor/alert/index.ts";
import { groupOf, T0 } from "../../monitor/alert/testing.ts";
import {
  addPerson,
  type Cast,
  type Credentials,
  createCast,
  openTestHouse,
  type TestHouse,
} from "../../organization/testing.ts";
import { openState } from "../../platform/state/index.ts";
import { incidentRoutes } from "../incident/index.ts";
import { warRoomRoutes } from "../warroom/index.ts";
import { createLive, LIVE_CHANNEL, type Live } from "./index.ts";
import { type Heard, hear, type Message } from "./testing.ts";

let house: TestHouse;
let cast: Cast;
let live: Live;
let origin: string;
let unlisten: () => Promise<void>;
let analyst: { readonly id: string; readonly headers: Credentials };
const open: Heard[] = [];
beforeAll(async () => {
  live = createLive({
    contextAgain: (request, reply) => house.organization.guard.contextAgain(request, reply),
    limits: { total: 6, perActor: 3 },
    hub: { gatherMs: 5, kept: 4 },
  });
  house = await openTestHouse({ routes: [incidentRoutes(), warRoomRoutes, live.routes] });
  cast = await createCast(house.organization, house.app);
  unlisten = await house.state.listen(LIVE_CHANNEL, live.hearer);
  origin = await house.app.listen({ port: 0 });
  analyst = await person("analyst");
});
afterEach(async () => {
  for (const one of open.splice(0)) one.leave();
  while (live.stats().open > 0) await new Promise((resolve) => setTimeout(resolve, 5));
});
afterAll(async () => {
  await unlisten?.();
  live?.close();
  await house?.close();
});

const person = (name: string) =>
  addPerson(house.organization, house.app, {
    name,
    unitId: cast.units.own,
    grants: [{ role: "analyst", unitId: cast.units.own }],
  });
async function listen(headers: Credentials = analyst.headers, last?: string): Promise<Heard> {
  const heard = await hear(origin, { headers, ...(last !== undefined && { last }) });
  open.push(heard);
  if (heard.status === 200) await heard.until(({ event }) => event === "hello");
  return heard;
}
let serial = 0;
async function newAlert(unitId: string): Promise<string> {
  serial += 1;
  const host = `live-${serial}`;
  await house.state.transaction((tx) => recordDetectionGroups(tx, [groupOf({ unitId, host })], new Date(T0)));
  const { rows } = await house.state.db.execute<{ id: string }>(sql`SELECT id FROM alert WHERE entity = ${host}`);
  return rows[0]?.id ?? "";
}
const changes = ({ data }: Message): { topic: string; ids: string[]; more: boolean }[] =>
  Array.isArray(data.changes) ? data.changes : [];
const tellsOf =
  (topic: string, id: string) =>
  (message: Message): boolean =>
    changes(message).some((change) => change.topic === topic && change.ids.includes(id));

describe("Who listens", () => {
  it("hears of an alert of a unit that they may see, by its id alone", async () => {
    const heard = await listen();
    const id = await newAlert(cast.units.child);
    const message = await heard.until(tellsOf("alerts", id));
    expect(message.data).toEqual({ changes: [{ topic: "alerts", ids: [id], more: false }] });
  });

  it("hears nothing at all of what happens elsewhere: no message, no beat, no gap in the ids", async () => {
    const heard = await listen();
    const before = await newAlert(cast.units.own);
    const first = await heard.until(tellsOf("alerts", before));
    for (let i = 0; i < 3; i += 1) {
      await newAlert(cast.units.sibling);
      await newAlert(cast.units.root);
    }
    const after = await newAlert(cast.units.own);
    const second = await heard.until(tellsOf("alerts", after));
    expect(heard.messages.map(({ event }) => event)).toEqual(["hello", "change", "change"]);
    expect(heard.messages.flatMap(changes).flatMap(({ ids }) => ids)).toEqual([before, after]);
    // An id is sixteen bytes of which half are random, not a number that one could subtract.
    expect([first.id, second.id].map((id) => Buffer.from(id, "base64url").length)).toEqual([16, 16]);
    expect(Buffer.from(first.id, "base64url").subarray(8)).not.toEqual(Buffer.from(second.id, "base64url").subarray(8));
  });

  it("hears nothing of what was not committed", async () => {
    const heard = await listen();
    const undone = house.state.transaction(async (tx) => {
      await recordDetectionGroups(tx, [groupOf({ unitId: cast.units.own, host: "undone" })], new Date(T0));
      throw new Error("undone");
    });
    await expect(undone).rejects.toThrow("undone");
    const id = await newAlert(cast.units.own);
    await heard.until(tellsOf("alerts", id));
    expect(heard.messages.flatMap(changes).flatMap(({ ids }) => ids)).toEqual([id]);
  });

  it("hears of an incident, of what is said in it, and of an incident that leaves their units", async () => {
    const heard = await listen();
    const payload = { title: "Live", unitId: cast.units.own, alertIds: [await newAlert(cast.units.own)] };
    const made = await house.app.inject({
      method: "POST",
      url: "/api/v1/incidents",
      headers: analyst.headers,
      payload,
    });
    const { id, version } = made.json();
    await heard.until(tellsOf("incidents", id));
    const noted = heard.messages.length;
    const note = { text: "seen" };
    await house.app.inject({
      method: "POST",
      url: `/api/v1/incidents/${id}/notes`,
      headers: analyst.headers,
      payload: note,
    });
    await heard.until((message) => heard.messages.indexOf(message) >= noted && tellsOf("incident", id)(message));
    const moving = heard.messages.length;
    const change = { version, change: { unitId: cast.units.sibling } };
    const moved = await house.app.inject({
      method: "PATCH",
      url: `/api/v1/incidents/${id}`,
      headers: cast.admin,
      payload: change,
    });
    expect(moved.statusCode).toBe(200);
    await heard.until((message) => heard.messages.indexOf(message) >= moving && tellsOf("incidents", id)(message));
  });

  it("hears of their own notifications and of nobody else's", async () => {
    const heard = await listen();
    const tell = (to: string, id: string) =>
      house.state.db.execute(sql`SELECT live_tell('notifications', NULL, ${to}, ARRAY[${id}])`);
    await tell(cast.adminId, "for-another");
    await tell(analyst.id, "for-me");
    await heard.until(tellsOf("notifications", "for-me"));
    expect(heard.messages.flatMap(changes).flatMap(({ ids }) => ids)).toEqual(["for-me"]);
  });

  it("is told of at most fifty ids, and that there were more", async () => {
    const heard = await listen();
    const groups = Array.from({ length: 70 }, (_, i) => groupOf({ unitId: cast.units.own, host: `many-${i}` }));
    await house.state.transaction((tx) => recordDetectionGroups(tx, groups, new Date(T0)));
    const message = await heard.until(({ event }) => event === "change");
    expect(changes(message)).toEqual([{ topic: "alerts", ids: expect.any(Array), more: true }]);
    expect(changes(message)[0]?.ids).toHaveLength(50);
  });

  it("hears of everything that the table of topics promises", async () => {
    const heard = await listen(cast.admin);
    const { own } = cast.units;
    await house.state.db.execute(sql`INSERT INTO source (id, name, kind, unit_id, format, time_zone, created_at, updated_at)
      VALUES ('live-source', 'x', 'syslog', ${own}, 'auto', '', now(), now())`);
    await heard.until(tellsOf("sources", "live-source"));
    const at = heard.messages.length;
    await house.state.db.execute(sql`INSERT INTO source_cadence (source_id, last_at, watched_ms, pauses, weights)
      VALUES ('live-source', now(), 0, 0, '[]')`);
    await house.state.db.execute(sql`UPDATE source_cadence SET watched_ms = 5`);
    await house.state.db.execute(sql`UPDATE source_cadence SET silent_since = now()`);
    await heard.until((message) => heard.messages.indexOf(message) >= at && tellsOf("sources", "live-source")(message));
    // What was learned of its pauses is no news: one message, of the silence.
    expect(heard.messages.slice(at)).toHaveLength(1);
    const payload = { title: "Duty", unitId: own, alertIds: [await newAlert(own)] };
    const { id } = (
      await house.app.inject({ method: "POST", url: "/api/v1/incidents", headers: cast.admin, payload })
    ).json();
    await house.state.db.execute(sql`INSERT INTO duty_clock (incident_id, clock, entry_name_ja, entry_name_en, stage_name_ja,
      stage_name_en, zone, applies, starts_at, due_at) VALUES (${id}, 'a:b', '', '', '', '', 'Asia/Tokyo', 'yes', now(), now())`);
    await heard.until(tellsOf("duties", id));
  });
});

describe("Who was away for a moment", () => {
  it("goes on where they were", async () => {
    const heard = await listen();
    const before = await newAlert(cast.units.own);
    const { id: last } = await heard.until(tellsOf("alerts", before));
    heard.leave();
    const missed = await newAlert(cast.units.own);
    const again = await listen(analyst.headers, last);
    await again.until(tellsOf("alerts", missed));
    expect(again.messages[0]).toMatchObject({ event: "hello", data: { isResumed: true } });
    expect(again.messages.flatMap(changes).flatMap(({ ids }) => ids)).toEqual([missed]);
  });

  it("is told when too much happened meanwhile, and when the id is not of this server", async () => {
    const heard = await listen();
    const before = await newAlert(cast.units.own);
    const { id: last } = await heard.until(tellsOf("alerts", before));
    for (let i = 0; i < 9; i += 1) await heard.until(tellsOf("alerts", await newAlert(cast.units.own)));
    for (const name of [last, "nonsense", Buffer.alloc(16, 7).toString("base64url")]) {
      const again = await listen(analyst.headers, name);
      expect(again.messages).toEqual([
        { event: "hello", id: expect.any(String), data: { beatMs: 15_000, isResumed: false } },
      ]);
      again.leave();
      await again.ended;
    }
  });

  it("asks for everything again when the server itself missed something", async () => {
    const heard = await listen();
    live.hearer.missed();
    await heard.until(({ event }) => event === "resync");
  });
});

describe("A stream ends", () => {
  const reasonOf = async (heard: Heard) => {
    await heard.ended;
    return heard.messages.at(-1);
  };

  it("when the person signs out", async () => {
    const { headers } = await person("leaver");
    const heard = await listen(headers);
    const answer = await house.app.inject({
      method: "POST",
      url: "/api/auth/sign-out",
      headers: { ...headers },
      payload: {},
    });
    expect(answer.statusCode).toBe(200);
    expect(await reasonOf(heard)).toMatchObject({ event: "end", data: { reason: "signed_out" } });
  });

  it("when the person may see more or less than before, and not when others may", async () => {
    const one = await person("promoted");
    const [heard, other] = [await listen(one.headers), await listen()];
    const grants = [{ role: "analyst", unitId: cast.units.sibling }];
    const url = `/api/v1/people/${one.id}/grants`;
    const answer = await house.app.inject({ method: "PUT", url, headers: cast.admin, payload: { grants } });
    expect(answer.statusCode).toBe(200);
    expect(await reasonOf(heard)).toMatchObject({ event: "end", data: { reason: "rights" } });
    const id = await newAlert(cast.units.own);
    await other.until(tellsOf("alerts", id));
    expect(other.messages.some(({ event }) => event === "end")).toBe(false);
  });
});

describe("The number of streams", () => {
  it("is bounded per person and in all, and what is refused is counted", async () => {
    const before = live.stats().refused;
    for (let i = 0; i < 3; i += 1) expect((await listen()).status).toBe(200);
    expect((await listen()).status).toBe(429);
    for (let i = 0; i < 3; i += 1) expect((await listen(cast.admin)).status).toBe(200);
    expect((await listen((await person("late")).headers)).status).toBe(429);
    expect(live.stats()).toMatchObject({ open: 6, refused: before + 2 });
  });

  it("is for who is signed in, and not for tokens that may only send", async () => {
    expect((await listen({})).status).toBe(401);
    expect((await listen(cast.ingest)).status).toBe(403);
    expect((await listen(cast.roles.integration)).status).toBe(200);
  });
});

/** Set where the tests run on a server: only there can another process be on the same database. */
const server = process.env.YAGURA_TEST_POSTGRES;

describe.skipIf(!server)("Two server processes on one PostgreSQL", () => {
  it("hear of each other's changes", async () => {
    const { rows } = await house.state.db.execute<{ name: string }>(sql`SELECT current_database() AS name`);
    const url = new URL(server ?? "");
    url.pathname = `/${rows[0]?.name}`;
    const other = await openState({ url: url.href, log: { info: () => undefined, warn: () => undefined } });
    const heard = await listen();
    await other.transaction((tx) =>
      recordDetectionGroups(tx, [groupOf({ unitId: cast.units.own, host: "from-the-other" })], new Date(T0)),
    );
    await heard.until(({ event }) => event === "change");
    await other.close();
  });

  it("ask for everything again when the connection that hears was cut", async () => {
    const heard = await listen();
    await house.state.db.execute(sql`SELECT pg_terminate_backend(pid) FROM pg_stat_activity
      WHERE application_name = 'yagura live' AND datname = current_database()`);
    await heard.until(({ event }) => event === "resync");
    const id = await newAlert(cast.units.own);
    await heard.until(tellsOf("alerts", id));
  });
});

describe("A server that stops", () => {
  it("says so to each browser and does not wait for them", async () => {
    const own = createLive({
      contextAgain: (request, reply) => second.organization.guard.contextAgain(request, reply),
    });
    const second = await openTestHouse({ routes: [own.routes] });
    const people = await createCast(second.organization, second.app);
    const heard = await hear(await second.app.listen({ port: 0 }), { headers: people.admin });
    await heard.until(({ event }) => event === "hello");
    await second.close();
    await heard.ended;
    expect(heard.messages.at(-1)).toMatchObject({ event: "end", data: { reason: "shutdown" } });
  });
});
