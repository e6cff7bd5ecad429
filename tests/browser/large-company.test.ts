import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { becomeAdministrator, readAs, sendAs } from "../support/administrator.ts";
import { eventually, HAS_BROWSER, openBrowser, type TestBrowser, type Viewer } from "../support/browser.ts";
import { textsOf } from "../support/texts.ts";
import { type Installation, newInstallation, settled, type YaguraProcess } from "../support/yagura-process.ts";

/** More than a page of each list, a page being a hundred. */
const ALERTS = 230;
const PEOPLE = 120;
const TOKENS = 120;
const SHELL_BYTES = 190_000;

let installation: Installation;
let yagura: YaguraProcess;
let browser: TestBrowser;
let viewer: Viewer;
let place: string;
const t = textsOf("ja");

beforeAll(async () => {
  if (!HAS_BROWSER) return;
  installation = await newInstallation();
  place = await mkdtemp(join(tmpdir(), "yagura-large-"));
  [yagura, browser] = await Promise.all([installation.start(), openBrowser()]);
  viewer = await browser.view({ language: "ja" });
  await becomeAdministrator(viewer, yagura);
});
afterAll(async () => {
  if (!HAS_BROWSER) return;
  await browser?.close();
  await installation.remove();
  await rm(place, { recursive: true, force: true });
});

describe.skipIf(!HAS_BROWSER)("A browser in a company with long lists", () => {
  it("has fetched at most 190 kB of JavaScript, gzipped, when home is drawn", async () => {
    const { page } = viewer;
    await raiseAlerts();
    await page.addInitScript(WHEN_DRAWN);
    await page.goto(yagura.url);
    await page
      .getByRole("link", { name: /Root Signed In Over SSH With a Password|root がパスワードで SSH サインイン/ })
      .first()
      .waitFor();
    await eventually(async () => expect(await page.evaluate("window.drawnAt")).toBeGreaterThan(0));
    const urls = await page.evaluate<string[]>(
      `performance.getEntriesByType("resource").filter(({ name, startTime }) => name.endsWith(".js") && startTime <= window.drawnAt).map(({ name }) => name)`,
    );
    const sizes = await Promise.all(
      urls.map(async (url) => gzipSync(await (await fetch(url)).text(), { level: 9 }).length),
    );
    const bytes = sizes.reduce((sum, size) => sum + size, 0);
    console.log(`home: ${urls.length} scripts, ${(bytes / 1000).toFixed(1)} kB gzipped`);
    expect(bytes).toBeGreaterThan(100_000);
    expect(bytes).toBeLessThanOrEqual(SHELL_BYTES);
  });

  it("draws the alerts in sight and fetches the rest while one scrolls", async () => {
    const { page } = viewer;
    await page.goto(`${yagura.url}/alerts`);
    await reachesTheEnd(page, t("alerts:title"), ALERTS);
  });

  it("walks past the drawn rows with j and k, each in sight", async () => {
    const { page } = viewer;
    await page.goto(`${yagura.url}/alerts`);
    const table = page.getByRole("table", { name: t("alerts:title") });
    await table.locator("tbody tr[id]").first().waitFor();
    const active = table.locator("tr[data-active]");
    for (let i = 0; i < 40; i += 1) {
      await page.keyboard.press("j");
      await eventually(async () => expect(await active.getAttribute("aria-rowindex")).toBe(String(i + 2)));
    }
    await eventually(async () => expect(await isInSight(page)).toBe(true));
    for (let i = 38; i >= 20; i -= 1) {
      await page.keyboard.press("k");
      await eventually(async () => expect(await active.getAttribute("aria-rowindex")).toBe(String(i + 2)));
    }
    await eventually(async () => expect(await isInSight(page)).toBe(true));
  });

  it.each([
    ["people", PEOPLE, 1],
    ["tokens", TOKENS, 1],
  ] as const)("shows every one of the %s", async (list, made, already) => {
    const { page } = viewer;
    const count = made + already;
    await make(list, made);
    await page.goto(`${yagura.url}/${list}`);
    await reachesTheEnd(page, t(`organization:${list}.title`), count);
    expect(viewer.faults()).toEqual([]);
  });
});

/** Notes the moment at which the newest alerts and the funnel stand on home: what is fetched later kept nobody waiting. */
const WHEN_DRAWN = `new MutationObserver((_, observer) => {
  const drawn = ["main a[href*='alert=']", "main path[data-step]"];
  if (!drawn.every((selector) => document.querySelector(selector))) return;
  window.drawnAt = performance.now();
  observer.disconnect();
}).observe(document, { childList: true, subtree: true })`;

/** Scrolls down until the last row is drawn; never is more than a part of the rows. */
async function reachesTheEnd(page: Page, name: string, count: number): Promise<void> {
  const table = page.getByRole("table", { name });
  const rows = table.locator("tbody tr[id]");
  await rows.first().waitFor();
  const heads = await table.locator("th").evaluateAll((all) => all.map((head) => head.clientWidth));
  await eventually(async () => {
    const drawn = await rows.count();
    expect(drawn).toBeLessThan(60);
    await rows.last().scrollIntoViewIfNeeded();
    expect(await rows.last().getAttribute("aria-rowindex")).toBe(String(count + 1));
  });
  expect(await table.locator("th").evaluateAll((all) => all.map((head) => head.clientWidth))).toEqual(heads);
  expect(Number(await table.getAttribute("aria-rowcount"))).toBe(count + 1);
  await page.getByRole("button", { name: t("shell:action.loadMore") }).waitFor({ state: "detached" });
}

const isInSight = (page: Page): Promise<boolean> =>
  page.evaluate<boolean>(`(() => {
    const { top, bottom } = document.querySelector("tr[data-active]").getBoundingClientRect();
    return top >= 0 && bottom <= innerHeight;
  })()`);

/** Somebody becomes root on as many computers. */
async function raiseAlerts(): Promise<void> {
  const secret = await installation.token("本社サーバー");
  const at = (i: number): string => new Date(Date.now() - i * 1000).toISOString();
  const lines = Array.from({ length: ALERTS }, (_, i) => {
    const from = `203.0.${Math.floor(i / 200)}.${(i % 200) + 1}`;
    return `${at(i)} web${String(i).padStart(3, "0")} sshd[830]: Accepted password for root from ${from} port 51180 ssh2\n`;
  });
  await writeFile(join(place, "auth.log"), lines.join(""));
  await installation.command("ingest", "--url", yagura.url, "--token", secret, place);
  await settled(yagura.url);
}

async function make(list: "people" | "tokens", count: number): Promise<void> {
  const { units } = await readAs<{ units: { id: string }[] }>(viewer, yagura, "/api/v1/me");
  const unitId = units[0]?.id;
  for (let i = 0; i < count; i += 1) {
    const person = { name: `社員 ${i}`, email: `p${i}@example.jp`, unitId };
    const token = { name: `センサー ${i}`, kind: "ingest", unitId };
    await sendAs(viewer, yagura, `/api/v1/${list}`, list === "people" ? person : token);
  }
}
