import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it, test } from "vitest";
import { becomeAdministrator, readAs, sendAs } from "../support/administrator.ts";
import { barriers } from "../support/barriers.ts";
import { eventually, HAS_BROWSER, openBrowser, type TestBrowser, type Viewer } from "../support/browser.ts";
import { LANGUAGES } from "../support/texts.ts";
import { VARIANTS } from "../support/variants.ts";
import { type Installation, newInstallation, settled, type YaguraProcess } from "../support/yagura-process.ts";
import { firstLogs } from "./first-logs.ts";

const DISPLAYS = [
  { width: 1920, height: 1080 },
  { width: 3840, height: 2160 },
];
let installation: Installation;
let yagura: YaguraProcess;
let browser: TestBrowser;
let administrator: Viewer;
let place: string;
let root: string;
let branch: string;
const secrets = { root: "", branch: "" };

beforeAll(async () => {
  if (!HAS_BROWSER) return;
  installation = await newInstallation();
  place = await mkdtemp(join(tmpdir(), "yagura-live-"));
  [yagura, browser] = await Promise.all([installation.start(), openBrowser()]);
  administrator = await browser.view({ language: "ja" });
  await becomeAdministrator(administrator, yagura);
  root = (await read<{ units: { id: string }[] }>("/api/v1/me")).units[0]?.id ?? "";
  branch = (
    await send<{ id: string }>("/api/v1/units", {
      kind: "branch",
      name: { ja: "大阪支店", en: "Osaka branch" },
      parentId: root,
      country: "JP",
      timeZone: "Asia/Tokyo",
    })
  ).id;
  secrets.root = await newSource("本社サーバー", root);
  secrets.branch = await newSource("大阪のファイアウォール", branch);
  await bring(secrets.root, "windows.jsonl.gz", firstLogs(Date.now()).windows);
  await bring(secrets.branch, "auth.log", firstLogs(Date.now()).ssh);
});
afterAll(async () => {
  if (!HAS_BROWSER) return;
  await browser?.close();
  await installation?.remove();
  await rm(place, { recursive: true, force: true });
});

const read = <T>(path: string): Promise<T> => readAs<T>(administrator, yagura, path);
const send = <T>(path: string, body: object): Promise<T> => sendAs<T>(administrator, yagura, path, body);
const newSource = async (name: string, unitId: string): Promise<string> =>
  (await send<{ secret: string }>("/api/v1/sources", { name, kind: "token", unitId })).secret;

async function bring(secret: string, name: string, content: string | Buffer): Promise<void> {
  await rm(place, { recursive: true, force: true });
  place = await mkdtemp(join(tmpdir(), "yagura-live-"));
  await writeFile(join(place, name), content);
  await installation.command("ingest", "--url", yagura.url, "--token", secret, place);
  await settled(yagura.url);
}

const SHOTS = process.env.YAGURA_TEST_SHOTS;
const shot = async (page: Page, name: string, fullPage = true): Promise<void> => {
  if (SHOTS) await page.screenshot({ path: `${SHOTS}/${name}.png`, fullPage });
};
const live = (page: Page, text: string): Promise<void> => page.getByText(text, { exact: true }).waitFor();
type Alerts = { items: { id: string; version: number; rule: { title: string } }[]; total: number };

describe.skipIf(!HAS_BROWSER)("What one person does, another sees without reloading", () => {
  it("an alert in its place, and what is new behind a button", async () => {
    const viewer = await browser.view({ language: "ja", as: administrator });
    const { page, t } = viewer;
    await page.goto(`${yagura.url}/alerts`);
    const grid = page
      .getByRole("grid", { name: t("alerts:title") })
      .or(page.getByRole("table", { name: t("alerts:title") }));
    await grid.first().waitFor();
    await live(page, t("live:status.live"));
    // As the page asks: with closed alerts among them another order stands in.
    const { items } = await read<Alerts>("/api/v1/alerts?status=open,in-progress");
    const [first] = items;
    const order = await grid.first().getByRole("row").allInnerTexts();
    const change = { status: "in-progress", assigneeId: "me" };
    await send("/api/v1/alerts/bulk", { target: { alerts: [{ id: first?.id }] }, change });
    await grid.first().getByRole("row").nth(1).getByText("山田", { exact: false }).waitFor();
    expect(await grid.first().getByRole("row").count()).toBe(order.length);

    await bring(
      secrets.branch,
      "auth.log",
      firstLogs(Date.now()).ssh.replaceAll("web01", "web77").replaceAll("203.0.113.9", "198.51.100.77"),
    );
    const pill = page.getByRole("button", { name: /新着 \d+ 件/ });
    await pill.waitFor();
    expect(await grid.first().getByRole("row").count()).toBe(order.length);
    await shot(page, "live-pill", false);
    expect(await barriers(page)).toEqual([]);
    await pill.click();
    await eventually(async () => expect(await grid.first().getByRole("row").count()).toBeGreaterThan(order.length));
    await eventually(async () => expect(await pill.count()).toBe(0));
    expect(viewer.faults()).toEqual([]);
    await viewer.close();
  });

  it("a note of an incident, and the list of incidents", async () => {
    const { items } = await read<Alerts>("/api/v1/alerts");
    const made = await send<{ id: string; number: number }>("/api/v1/incidents", {
      title: "侵入の疑い",
      unitId: root,
      alertIds: items.slice(0, 1).map(({ id }) => id),
    });
    const viewer = await browser.view({ language: "en", as: administrator });
    const { page, t } = viewer;
    await page.goto(`${yagura.url}/incidents/INC-${made.number}`);
    await live(page, t("live:status.live"));
    await send(`/api/v1/incidents/${made.id}/notes`, { text: "二人目が書いた所見" });
    await page.getByText("二人目が書いた所見").first().waitFor();
    await page.goto(`${yagura.url}/incidents`);
    await live(page, t("live:status.live"));
    await page.getByText("侵入の疑い").waitFor();
    await send("/api/v1/incidents", { title: "別の件", unitId: root, alertIds: items.slice(1, 2).map(({ id }) => id) });
    await page.getByRole("button", { name: /^Show \d+ new$/ }).click();
    await page.getByText("別の件").waitFor();
    expect(viewer.faults()).toEqual([]);
    await viewer.close();
  });

  it("through one stream for all tabs of a browser, which the next tab takes over", async () => {
    const viewer = await browser.view({ language: "ja", as: administrator });
    const { page, t } = viewer;
    const second = await page.context().newPage();
    const streams: string[] = [];
    for (const tab of [page, second])
      tab.on("request", (request) => {
        if (request.url().includes("/api/v1/live")) streams.push(request.url());
      });
    await page.goto(`${yagura.url}/sources`);
    await live(page, t("live:status.live"));
    await second.goto(`${yagura.url}/sources`);
    await live(second, t("live:status.live"));
    expect(streams).toHaveLength(1);
    await page.close();
    await live(second, t("live:status.live"));
    await eventually(async () => expect(streams).toHaveLength(2));
    await newSource("あとから来たソース", branch);
    await second.getByText("あとから来たソース").first().waitFor();
    await viewer.close();
  });

  it("says that it is delayed when the stream does not get through, and polls as before", async () => {
    const viewer = await browser.view({ language: "ja", as: administrator, expected: /api\/v1\/live/ });
    const { page, t } = viewer;
    await page.route("**/api/v1/live*", (route) => route.abort());
    await page.goto(`${yagura.url}/alerts`);
    await live(page, t("live:status.delayed"));
    await viewer.close();
  });
});

describe.skipIf(!HAS_BROWSER)("Dashboards", () => {
  test.each(VARIANTS)("of units have no barrier ($language, $scheme)", async ({ language, scheme }) => {
    const viewer = await browser.view({ language, scheme, as: administrator });
    const { page, t } = viewer;
    await page.goto(`${yagura.url}/dashboards?days=30&measure=open`);
    await page.getByRole("heading", { name: t("live:board.allFigures") }).waitFor();
    await shot(page, `units-${language}-${scheme}`);
    expect(await barriers(page)).toEqual([]);
    await page.getByRole("button", { name: t("shell:action.showTable") }).click();
    await page.getByRole("columnheader", { name: t("live:board.measure.open") }).waitFor();
    expect(await barriers(page)).toEqual([]);
    await page.goto(`${yagura.url}/dashboards?board=rules&days=30`);
    await page.getByRole("heading", { name: t("live:board.perDay") }).waitFor();
    await shot(page, `rules-${language}-${scheme}`);
    expect(await barriers(page)).toEqual([]);
    await page.getByRole("button", { name: t("shell:action.showTable") }).click();
    await page.getByRole("columnheader", { name: t("live:board.column.day") }).waitFor();
    expect(await barriers(page)).toEqual([]);
    expect(viewer.faults()).toEqual([]);
    await viewer.close();
  });

  it("count what the lists count that their figures lead to", async () => {
    const viewer = await browser.view({ language: "en", as: administrator });
    const { page, t } = viewer;
    const follow = async (column: string, total: (count: string) => string | RegExp): Promise<void> => {
      await page.goto(`${yagura.url}/dashboards?days=7`);
      const table = page.getByRole("region", { name: t("live:board.allFigures") }).getByRole("table");
      await table.waitFor();
      const heads = await table.getByRole("columnheader").allInnerTexts();
      const place = heads.indexOf(t(`live:board.column.${column}`));
      // The branch's row: the unit and all below it.
      const link = table
        .getByRole("row", { name: /Osaka branch/ })
        .getByRole("cell")
        .nth(place - 1)
        .getByRole("link");
      const count = (await link.textContent()) ?? "";
      expect(Number(count.replaceAll(",", ""))).toBeGreaterThan(0);
      await link.click();
      await page.getByText(total(count)).first().waitFor();
    };
    await follow("seen", (count) => new RegExp(`^${count} alerts?$`));
    await follow("open", (count) => new RegExp(`^${count} alerts?$`));
    await follow("sources", (count) => new RegExp(`^${count} sources?`));
    await page.goto(`${yagura.url}/dashboards?days=7`);
    await page.getByRole("row", { name: /Osaka branch/ }).waitFor();
    await page.goto(`${yagura.url}/dashboards?board=rules&days=7&level=high,critical`);
    const rows = page.getByRole("table", { name: t("live:board.title.rules") }).getByRole("row");
    await rows.nth(1).waitFor();
    const shown = rows.nth(1).getByRole("link").nth(1);
    const count = (await shown.textContent()) ?? "";
    await shown.click();
    await page
      .getByText(new RegExp(`^${count} alerts?$`))
      .first()
      .waitFor();
    expect(viewer.faults()).toEqual([]);
    await viewer.close();
  });

  it("go down the tree of units, and bring the same as a file", async () => {
    const viewer = await browser.view({ language: "ja", as: administrator });
    const { page, t } = viewer;
    await page.goto(`${yagura.url}/dashboards?days=7&unit=${branch}`);
    await page
      .getByRole("navigation", { name: t("live:board.path") })
      .getByText("大阪支店")
      .waitFor();
    await shot(page, "units-branch");
    const href = (name: string) => page.getByRole("link", { name, exact: true }).getAttribute("href");
    const csv = await page.request.get(`${yagura.url}${await href(t("live:board.file.csv"))}`);
    expect((await csv.body()).toString("utf8")).toContain("大阪支店");
    const pdf = await page.request.get(`${yagura.url}${await href(t("live:board.file.pdf"))}`);
    expect(pdf.headers()["content-type"]).toBe("application/pdf");
    expect((await pdf.body()).subarray(0, 5).toString()).toBe("%PDF-");
    if (SHOTS) await writeFile(`${SHOTS}/units.pdf`, await pdf.body());
    await page.goto(`${yagura.url}/dashboards?board=rules&days=30&level=high`);
    await page.getByRole("heading", { name: t("live:board.perDay") }).waitFor();
    const rules = await page.request.get(`${yagura.url}${await href(t("live:board.file.pdf"))}`);
    expect(rules.url()).toContain("level=high");
    if (SHOTS) await writeFile(`${SHOTS}/rules.pdf`, await rules.body());
    expect(viewer.faults()).toEqual([]);
    await viewer.close();
  });
});

/** Panels whose content does not fit, and whether the page itself scrolls. */
const OVERFLOWS = `(() => {
  const { scrollWidth, scrollHeight } = document.documentElement;
  const panels = [...document.querySelectorAll("[data-panel], [data-panel] ul, [data-panel] ol")]
    .filter((one) => one.scrollHeight > one.clientHeight + 1 || one.scrollWidth > one.clientWidth + 1)
    .map((one) => one.closest("[data-panel]").dataset.panel + " " + one.tagName + " " + one.scrollHeight + ">" + one.clientHeight + " " + one.scrollWidth + ">" + one.clientWidth);
  return { page: scrollWidth > innerWidth || scrollHeight > innerHeight, panels };
})()`;

/** Work under way, so that every panel has something to show: phases, deadlines, and more that nobody has than fits. */
async function putToWork(): Promise<void> {
  const ago = (hours: number): string => new Date(Date.now() - hours * 3_600_000).toISOString();
  const minutes = Array.from({ length: 12 }, (_, i) => firstLogs(Date.now()).ssh.replaceAll("web01", `server-${i}`));
  await bring(secrets.branch, "auth.log", minutes.join(""));
  const { items } = await read<{ items: { id: string; number: number }[] }>("/api/v1/incidents?limit=6");
  for (const [i, { id }] of items.entries()) {
    const { facts } = await read<{ facts: { firstAt: string | null } }>(`/api/v1/incidents/${id}`);
    // Opened by hand a moment ago, and its alert has since gone to another: no phase of it lies in the past.
    if (facts.firstAt === null || facts.firstAt > ago(0.45)) continue;
    await send(`/api/v1/incidents/${id}/crisis/declarations`, {
      phase: "discovered",
      kind: "declared",
      at: ago(0.4 - i / 100),
      after: 0,
    });
    if (i === 0)
      await send(`/api/v1/incidents/${id}/crisis/declarations`, {
        phase: "contained",
        kind: "declared",
        at: ago(0.1),
        after: 1,
      });
  }
  const register = await read<{ templates: { content: object }[] }>("/api/v1/duties/register");
  for (const { content } of register.templates.slice(0, 3))
    await send("/api/v1/duties/register", { unitId: root, content });
  for (const { id } of items.slice(0, 2)) {
    const { version } = await read<{ version: number }>(`/api/v1/incidents/${id}/duties`);
    await send(`/api/v1/incidents/${id}/duties/known`, {
      version,
      knownAt: ago(30),
      place: "総務部",
      evidence: "電話",
    });
  }
}

describe.skipIf(!HAS_BROWSER)("The wall", () => {
  beforeAll(putToWork);

  test.each(LANGUAGES.flatMap((language) => DISPLAYS.map((size) => ({ language, ...size }))))(
    "fits a display of $width × $height ($language) without a scrollbar or a barrier",
    async ({ language, width, height }) => {
      const viewer = await browser.view({ language, as: administrator });
      const { page, t } = viewer;
      await page.setViewportSize({ width, height });
      await page.goto(`${yagura.url}/wall`);
      await page.getByRole("heading", { name: t("live:wall.panel.sources") }).waitFor();
      await live(page, t("live:status.live"));
      await page.getByText(t("live:wall.step.incidents"), { exact: true }).waitFor();
      await shot(page, `wall-${language}-${width}`, false);
      expect(await page.evaluate(OVERFLOWS)).toEqual({ page: false, panels: [] });
      expect(await barriers(page)).toEqual([]);
      await page.goto(`${yagura.url}/wall?rotate=30&theme=light`);
      await page.getByRole("button", { name: t("live:wall.play") }).waitFor();
      expect(await page.evaluate(OVERFLOWS)).toEqual({ page: false, panels: [] });
      await shot(page, `wall-one-${language}-${width}`, false);
      expect(await barriers(page)).toEqual([]);
      expect(viewer.faults()).toEqual([]);
      await viewer.close();
    },
  );
});
