import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Config } from "../../src/app/config.ts";
import { type RunningServer, startServer } from "../../src/app/server.ts";
import { recordDetectionGroups } from "../../src/monitor/alert/index.ts";
import { groupOf } from "../../src/monitor/alert/testing.ts";
import { type Cast, type Credentials, createCast } from "../../src/organization/testing.ts";
import type { RuleBoard, UnitBoard, UnitRow, Wall } from "../../src/respond/dashboard/contract.ts";
import { until } from "../support/yagura-process.ts";

const LEVELS = ["critical", "high", "medium", "low"] as const;
let directory: string;
let server: RunningServer;
let cast: Cast;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "yagura-dashboards-"));
  const off = { enabled: false };
  const config = Config.parse({
    data: directory,
    http: { port: 0 },
    syslog: { udp: off, tcp: off },
    log: { level: "error" },
    workers: 1,
  });
  server = await startServer(config, undefined);
  cast = await createCast(server.organization, server.app);
  await fill();
});
afterAll(async () => {
  await server?.close();
  await rm(directory, { recursive: true, force: true });
});

async function get<T>(url: string, headers: Credentials = cast.admin): Promise<T> {
  const answer = await server.app.inject({ url, headers: { ...headers } });
  if (answer.statusCode !== 200) throw new Error(`${url}: ${answer.statusCode} ${answer.body}`);
  return answer.json<T>();
}
const total = async (url: string, headers?: Credentials): Promise<number> =>
  (await get<{ total: number }>(url, headers)).total;

/** Alerts of several rules, ages and severities in every unit, some closed; incidents of some; events of one rule of ours. */
async function fill(): Promise<void> {
  const { root, own, child, sibling } = cast.units;
  const rules = await get<{ items: { id: string; title: string }[] }>("/api/v1/rules?limit=3");
  let serial = 0;
  const now = Date.now();
  for (const [unitId, count] of [
    [root, 3],
    [own, 5],
    [child, 7],
    [sibling, 2],
  ] as const)
    for (let i = 0; i < count; i += 1) {
      serial += 1;
      const level = LEVELS[i % LEVELS.length] ?? "low";
      const { id, title } = rules.items[i % rules.items.length] ?? { id: "", title: "" };
      const rule = { id, title, level };
      // The last of each unit is older than any range of a week.
      const atMs = i === count - 1 ? now - 20 * 86_400_000 : now - i * 60_000;
      const group = groupOf({ rule, host: `board-${serial}`, unitId, atMs });
      await server.state.transaction((tx) => recordDetectionGroups(tx, [group], new Date(atMs)));
    }
  const { items } = await get<{ items: { id: string; unitId: string }[] }>("/api/v1/alerts?limit=200");
  const closing = items.filter((_, i) => i % 4 === 0).map(({ id }) => ({ id }));
  await post("/api/v1/alerts/bulk", {
    target: { alerts: closing },
    change: { disposition: "false-positive", reason: "noise" },
  });
  for (const unitId of [own, child, child]) {
    const free = items.filter((one) => one.unitId === unitId).splice(0, 1);
    const alert = free[0];
    if (!alert) throw new Error("an alert was expected");
    items.splice(items.indexOf(alert), 1);
    await post("/api/v1/incidents", { title: "Board", unitId, alertIds: [alert.id] });
  }
  const line = "Nov 28 01:00:00 web01 sshd[830]: Accepted password for root from 203.0.113.9 port 51180 ssh2\n";
  const answer = await server.app.inject({
    method: "POST",
    url: `/api/v1/ingest?unit=${child}`,
    headers: { ...cast.admin, "content-type": "text/plain" },
    payload: line.replace("Nov 28 01:00:00", new Date(now - 60_000).toISOString()),
  });
  expect(answer.statusCode).toBe(200);
  await until(
    "the rule to hit",
    async () => (await get<{ detections: number }>("/api/v1/funnel?from=now-7d&to=now")).detections > 0,
  );
  await formed();
}

/** Incidents also form by themselves, merge and are withdrawn: figures are compared once no pass has changed any for a while. */
async function formed(): Promise<void> {
  let before = "";
  let unchangedSince = Date.now();
  await until("incidents to stay as they are", async () => {
    const { items } = await get<{ items: { id: string; status: string; alertCount: number }[] }>(
      "/api/v1/incidents?status=open,contained,resolved,closed&limit=200",
    );
    const now = JSON.stringify(items.map(({ id, status, alertCount }) => [id, status, alertCount]).toSorted());
    if (now !== before) unchangedSince = Date.now();
    before = now;
    return Date.now() - unchangedSince > 5_000;
  });
}

async function post(url: string, payload: object): Promise<void> {
  const answer = await server.app.inject({ method: "POST", url, headers: { ...cast.admin }, payload });
  if (answer.statusCode !== 200) throw new Error(`${url}: ${answer.statusCode} ${answer.body}`);
}

const below = (unitId: string): string =>
  unitId === cast.units.own ? `${cast.units.own},${cast.units.child}` : unitId;

describe("The board of units", () => {
  it("counts for each unit what the lists count that its figures lead to", async () => {
    const { rows, range } = await get<UnitBoard>("/api/v1/dashboards/units?days=7");
    const span = `from=${range.from}&to=${range.to}`;
    const all = "status=open,in-progress,closed";
    expect(rows.map(({ unitId, reach }) => [unitId, reach])).toEqual(
      expect.arrayContaining([
        [cast.units.own, "below"],
        [cast.units.sibling, "below"],
        [cast.units.root, "alone"],
      ]),
    );
    for (const { unitId, alerts, incidents, sources, coverage } of rows) {
      const unit = `unit=${below(unitId)}`;
      expect(alerts).toEqual({
        seen: await total(`/api/v1/alerts?${unit}&${all}&${span}`),
        open: await total(`/api/v1/alerts?${unit}&status=open,in-progress`),
        severe: await total(`/api/v1/alerts?${unit}&status=open,in-progress&severity=critical,high`),
      });
      expect(incidents?.opened).toBe(
        await total(`/api/v1/incidents?${unit}&openedFrom=${range.from}&openedTo=${range.to}&withdrawn=out`),
      );
      expect(incidents?.open).toBe(await total(`/api/v1/incidents?${unit}&status=open,contained,resolved`));
      expect(sources?.total).toBe(await total(`/api/v1/sources?${unit}`));
      const covered = await get<{ techniques: { id: string; canFire: number | null; enabled: number }[] }>(
        `/api/v1/rules/coverage?days=7&${unit}`,
      );
      const whole = covered.techniques.filter(({ id, enabled }) => !id.includes(".") && enabled > 0);
      expect(coverage).toEqual({
        canFire: whole.filter(({ canFire }) => (canFire ?? 0) > 0).length,
        enabled: whole.length,
      });
    }
    expect(rows.some(({ alerts }) => alerts.seen > alerts.open)).toBe(true);
    expect(rows.some(({ coverage }) => (coverage?.canFire ?? 0) > 0)).toBe(true);
  });

  it("adds up, and the whole is what the funnel says", async () => {
    const { rows, total: whole, range } = await get<UnitBoard>("/api/v1/dashboards/units?days=30");
    const sum = (pick: (row: UnitRow) => number): number => rows.reduce((all, row) => all + pick(row), 0);
    expect(whole.alerts.seen).toBe(sum(({ alerts }) => alerts.seen));
    expect(whole.incidents?.opened).toBe(sum(({ incidents }) => incidents?.opened ?? 0));
    const funnel = await get<{ alerts: number; incidents: number }>(`/api/v1/funnel?from=${range.from}&to=${range.to}`);
    expect([whole.alerts.seen, whole.incidents?.opened]).toEqual([funnel.alerts, funnel.incidents]);
  });

  it("knows how much was received, and where", async () => {
    // Each range is asked for once: an answer stands for ten seconds, measured or not.
    let days = 7;
    const { rows } = await until("the day to be measured", async () => {
      days = (days % 90) + 1;
      const board = await get<UnitBoard>(`/api/v1/dashboards/units?days=${days}`);
      return board.total.volume !== null && board;
    });
    const volumes = new Map(rows.map(({ unitId, volume }) => [unitId, volume]));
    expect(volumes.get(cast.units.own)).toEqual({ events: 1, bytes: expect.any(Number) });
    expect(volumes.get(cast.units.sibling)).toEqual({ events: 0, bytes: 0 });
  });

  it("shows a reader their own units, and no unit of others", async () => {
    const board = await get<UnitBoard>("/api/v1/dashboards/units?days=7", cast.roles.analyst);
    expect(board.parent).toBe(cast.units.own);
    expect(board.rows.map(({ unitId, reach }) => `${unitId} ${reach}`)).toEqual([
      `${cast.units.child} below`,
      `${cast.units.own} alone`,
    ]);
    const executive = await get<UnitBoard>("/api/v1/dashboards/units?days=7", cast.roles.executive);
    // Rules are not theirs to read: not known, and not 0.
    expect(executive.total.coverage).toBeNull();
    const url = `/api/v1/dashboards/units?unit=${cast.units.sibling}`;
    expect((await server.app.inject({ url, headers: { ...cast.roles.analyst } })).statusCode).toBe(403);
  });
});

describe("The board of rules", () => {
  it("counts for each rule what the queue counts", async () => {
    const { rows, range } = await get<RuleBoard>("/api/v1/dashboards/rules?days=7");
    expect(rows.length).toBeGreaterThan(0);
    let most = 0;
    for (const { id, alerts, found } of rows) {
      const rule = `rule=${id}`;
      expect(alerts).toBe(
        await total(`/api/v1/alerts?${rule}&status=open,in-progress,closed&from=${range.from}&to=${range.to}`),
      );
      expect(found.open).toBe(await total(`/api/v1/alerts?${rule}&status=open,in-progress`));
      // One act closed them all: one verdict for each rule that it concerned, however many alerts that were.
      const closed = await total(`/api/v1/alerts?${rule}&status=closed&disposition=false-positive`);
      expect(found.falsePositive).toBe(Math.min(closed, 1));
      most = Math.max(most, closed);
    }
    expect(most).toBeGreaterThan(1);
  });

  it("has detections that add up to the trend and to the whole, under the chosen filters", async () => {
    const board = await get<RuleBoard>(
      "/api/v1/dashboards/rules?days=7&level=high,medium,critical,low&show=all&limit=200",
    );
    const fires = board.rows.reduce((sum, row) => sum + (row.fires ?? 0), 0);
    expect(fires).toBeGreaterThan(0);
    for (const row of board.rows) expect(row.trend?.reduce((sum, n) => sum + n, 0)).toBe(row.fires);
    expect(board.byDay?.reduce((sum, { count }) => sum + count, 0)).toBe(fires);
    const elsewhere = await get<RuleBoard>(`/api/v1/dashboards/rules?days=7&show=all&unit=${cast.units.sibling}`);
    expect(elsewhere.rows.every(({ fires: count }) => count === 0)).toBe(true);
    const named = await get<RuleBoard>("/api/v1/dashboards/rules?days=7&q=root%20ssh%20password");
    expect(named.rows.length).toBeLessThan(board.rows.length);
  });
});

describe("The files of boards", () => {
  it("have the rows of the page, as CSV and as PDF, under the same filters", async () => {
    const board = await get<UnitBoard>(`/api/v1/dashboards/units?days=7&unit=${cast.units.own}`);
    const file = (path: string) => server.app.inject({ url: `/api/v1/dashboards/${path}`, headers: { ...cast.admin } });
    const csv = await file(`units.csv?days=7&unit=${cast.units.own}&language=ja`);
    expect(csv.headers["content-disposition"]).toMatch(
      /^attachment; filename="yagura-units-[\w-]+-\d{8}-\d{8}-made-\w+\.csv"$/,
    );
    const lines = csv.body.trim().split("\r\n");
    expect(lines).toHaveLength(board.rows.length + 2);
    expect(lines[1]).toContain(`大阪支店 営業部,${board.rows[0]?.unitId},${board.rows[0]?.alerts.seen},`);
    for (const path of ["units.pdf?days=7", "rules.pdf?days=7&level=high&language=en"]) {
      const pdf = await file(path);
      expect(pdf.headers["content-type"]).toBe("application/pdf");
      expect(pdf.rawPayload.subarray(0, 5).toString()).toBe("%PDF-");
    }
    expect((await file("rules.csv?days=7")).body.split("\r\n").length).toBeGreaterThan(2);
  });

  it("are in the audit record of each unit whose figures they hold", async () => {
    type Told = { items: { unitId: string | null; target: { id: string }; detail: Record<string, unknown> }[] };
    const { items } = await get<Told>(`/api/v1/audit?action=dashboard.export&unitId=${cast.units.own}`);
    expect(items).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ target: { kind: "dashboard", id: "units" } }),
        expect.objectContaining({ detail: expect.objectContaining({ format: "csv", unit: cast.units.own, days: 7 }) }),
      ]),
    );
  });
});

describe("The wall", () => {
  it("counts what waits as the lists do, and what nobody has taken", async () => {
    const wall = await get<Wall>("/api/v1/dashboards/wall");
    for (const { severity, count, ages } of wall.alerts?.waiting ?? []) {
      expect(count).toBe(await total(`/api/v1/alerts?status=open,in-progress&severity=${severity}`));
      expect(ages.reduce((sum, n) => sum + n, 0)).toBe(count);
    }
    expect(wall.alerts?.unownedTotal).toBe(await total("/api/v1/alerts?status=open,in-progress&assignee=none"));
    for (const { severity, count } of wall.incidents?.waiting ?? [])
      expect(count).toBe(await total(`/api/v1/incidents?status=open,contained,resolved&severity=${severity}`));
    expect(wall.sources?.total).toBe(await total("/api/v1/sources"));
    const worst = wall.alerts?.unowned[0];
    expect(worst?.severity).toBe("critical");
  });

  it("tells no more than the reader may see, and nobody's name", async () => {
    const wall = await get<Wall>("/api/v1/dashboards/wall", cast.roles["supplier-contact"]);
    const own = await total("/api/v1/alerts?status=open,in-progress", cast.roles["supplier-contact"]);
    expect(wall.alerts?.waiting.reduce((sum, { count }) => sum + count, 0)).toBe(own);
    expect(wall.alerts?.unowned.every(({ unitId }) => unitId === cast.units.own)).toBe(true);
    expect(JSON.stringify(wall)).not.toMatch(/board-\d|髙橋|Board/);
  });
});
