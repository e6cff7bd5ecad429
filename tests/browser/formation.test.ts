import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { generate } from "../../src/monitor/simulate/generate.ts";
import { becomeAdministrator } from "../support/administrator.ts";
import { barriers } from "../support/barriers.ts";
import { HAS_BROWSER, openBrowser, type TestBrowser, type Viewer } from "../support/browser.ts";
import { LANGUAGES } from "../support/texts.ts";
import { type Installation, newInstallation, settled, type YaguraProcess } from "../support/yagura-process.ts";

let installation: Installation;
let yagura: YaguraProcess;
let browser: TestBrowser;
let administrator: Viewer;
beforeAll(async () => {
  if (!HAS_BROWSER) return;
  installation = await newInstallation();
  [yagura, browser] = await Promise.all([installation.start(), openBrowser()]);
  administrator = await browser.view({ language: "ja" });
  await becomeAdministrator(administrator, yagura);
  await sendIntrusion();
});
afterAll(async () => {
  if (!HAS_BROWSER) return;
  await browser?.close();
  await installation?.remove();
});

const SHOTS = process.env.YAGURA_TEST_SHOTS;
const shot = async (page: Page, name: string): Promise<void> => {
  if (SHOTS) await page.screenshot({ path: `${SHOTS}/${name}.png`, fullPage: true });
};

const HOUR_MS = 3_600_000;

/** The planted intrusion of the sample company, ended just now, through the collector. */
async function sendIntrusion(): Promise<void> {
  const token = await installation.token("intrusion");
  const startMs = Date.now() - 2 * HOUR_MS;
  const events = generate({ seed: "formation", startMs, durationMs: 1.9 * HOUR_MS, eventsPerSecond: 0 });
  const body = [...events].map(({ bytes }) => bytes.toString().trim()).join("\n");
  const answer = await fetch(`${yagura.url}/api/v1/ingest?source=intrusion`, {
    method: "POST",
    headers: { authorization: `Bearer ${token}`, "content-type": "application/x-ndjson" },
    body,
  });
  expect(answer.status, await answer.clone().text()).toBe(200);
  await settled(yagura.url);
}

type Listed = { readonly items: readonly { readonly number: number; readonly alertCount: number }[] };

/** The incident with the most alerts, as soon as there is one. */
async function mainIncident(page: Page): Promise<number> {
  const listed = async (): Promise<Listed["items"]> => {
    const answer = await page.request.get(`${yagura.url}/api/v1/incidents?status=open`);
    return ((await answer.json()) as Listed).items.toSorted((a, b) => b.alertCount - a.alertCount);
  };
  await expect.poll(async () => (await listed())[0]?.alertCount ?? 0, { timeout: 60_000 }).toBeGreaterThan(5);
  return (await listed())[0]?.number ?? 0;
}

describe.skipIf(!HAS_BROWSER)("Incidents that form by themselves, in a real browser", () => {
  describe.each(LANGUAGES)("in %s", (language) => {
    let viewer: Viewer;
    beforeAll(async () => {
      const scheme = language === "ja" ? "light" : "dark";
      viewer = await browser.view({ language, as: administrator, scheme });
    });
    afterAll(async () => {
      if (viewer) expect(viewer.faults()).toEqual([]);
      await viewer?.close();
    });

    it("say why the alerts are one: points that add up, and what each alert was joined by", async () => {
      const { page, t } = viewer;
      const number = await mainIncident(page);
      await page.goto(`${yagura.url}/incidents/INC-${number}`);
      await page.getByRole("link", { name: t("incident:aspects.why") }).click();
      await page.getByRole("table", { name: t("formation:score.title") }).waitFor();
      const rows = page.getByRole("table", { name: t("formation:score.title") }).locator("tbody tr td:last-child");
      const points = (await rows.allTextContents()).map(Number);
      const total = Number(await page.locator("p strong").first().textContent());
      expect(points.reduce((sum, one) => sum + one, 0)).toBeCloseTo(total, 1);
      const joins = page.getByRole("table", { name: t("formation:joins.title") }).locator("tbody tr");
      expect(await joins.count()).toBeGreaterThan(4);
      expect(await barriers(page)).toEqual([]);
      await shot(page, `why-${language}`);
    });

    it("are split by hand, which is told on both and taken back", async () => {
      const { page, t } = viewer;
      const number = await mainIncident(page);
      await page.goto(`${yagura.url}/incidents/INC-${number}/why`);
      await page.getByRole("button", { name: t("formation:split.open") }).click();
      const dialog = page.getByRole("dialog");
      await dialog.getByRole("checkbox").first().check();
      await dialog.getByLabel(t("formation:split.name")).fill("別件：髙橋の作業");
      await dialog.getByLabel(t("formation:relations.reason")).fill("演習");
      expect(await barriers(page)).toEqual([]);
      await shot(page, `split-${language}`);
      await dialog.getByRole("button", { name: t("formation:split.submit"), exact: true }).click();
      await page
        .getByRole("link", { name: /別件：髙橋の作業/ })
        .first()
        .waitFor();
      await shot(page, `relations-${language}`);
      await page
        .getByRole("listitem")
        .filter({ hasText: "別件：髙橋の作業" })
        .getByRole("button", { name: t("formation:relations.undo"), exact: true })
        .click();
      await page.getByText(t("formation:relations.undone")).first().waitFor();
      expect(await barriers(page)).toEqual([]);
    });

    it("are closed together with their alerts, once it is said what those were", async () => {
      const { page, t } = viewer;
      const number = await mainIncident(page);
      await page.goto(`${yagura.url}/incidents/INC-${number}/why`);
      await page.getByRole("button", { name: t("formation:merge.open") }).click();
      await page.getByRole("dialog").getByLabel(t("formation:merge.into")).fill("INC");
      expect(await barriers(page)).toEqual([]);
      await shot(page, `merge-${language}`);
      await page.keyboard.press("Escape");
      await page.getByRole("button", { name: t("formation:split.open") }).click();
      const splitting = page.getByRole("dialog");
      await splitting.getByRole("checkbox").first().check();
      await splitting.getByLabel(t("formation:split.name")).fill(`閉じる件 ${language}`);
      await splitting.getByLabel(t("formation:relations.reason")).fill("演習");
      await splitting.getByRole("button", { name: t("formation:split.submit"), exact: true }).click();
      await page
        .getByRole("link", { name: new RegExp(`閉じる件 ${language}`) })
        .first()
        .click();
      await page.getByRole("heading", { name: new RegExp(`閉じる件 ${language}`) }).waitFor();
      await page.getByRole("button", { name: t("incident:status.closed"), exact: true }).click();
      const dialog = page.getByRole("dialog");
      await dialog.getByLabel(t("incident:close.reason")).fill("訓練だった");
      const submit = dialog.getByRole("button", { name: t("incident:close.submit") });
      expect(await submit.isDisabled()).toBe(true);
      await dialog.getByRole("radio").nth(2).check();
      expect(await barriers(page)).toEqual([]);
      await shot(page, `close-${language}`);
      await submit.click();
      await page.getByText(t("incident:toast.closed", { count: 1 })).waitFor();
      await page.getByText(t("incident:page.closedBecause", { reason: "訓練だった" })).waitFor();
      await page.getByText(t("monitor:disposition.benign")).first().waitFor();
      await shot(page, `closed-${language}`);
    });

    it("leave the rest as groups, with what is missing", async () => {
      const { page, t } = viewer;
      await page.goto(`${yagura.url}/alerts`);
      await page.getByRole("link", { name: t("alerts:groups") }).click();
      await page.getByRole("heading", { name: t("formation:groups.title") }).waitFor();
      expect(await barriers(page)).toEqual([]);
      await shot(page, `groups-${language}`);
    });

    it("obey a grouping rule: previewed, added with a reason and an end, and ended", async () => {
      const { page, t } = viewer;
      await page.goto(`${yagura.url}/incidents`);
      await page.getByRole("link", { name: t("incident:grouping") }).click();
      await page.getByText(t("formation:grouping.hint")).or(page.getByRole("table")).first().waitFor();
      await shot(page, `grouping-none-${language}`);
      await page.getByRole("button", { name: t("formation:grouping.add") }).click();
      const dialog = page.getByRole("dialog");
      await dialog.getByLabel(t("formation:grouping.pattern")).fill("osk-*");
      await dialog.getByRole("button", { name: t("formation:preview.action") }).click();
      await dialog.getByText("osk-", { exact: false }).first().waitFor();
      await dialog.getByLabel(t("formation:grouping.column.reason")).fill("𠮷田が確認した演習");
      const until = new Date(Date.now() + 30 * 24 * HOUR_MS).toISOString().slice(0, 10);
      await dialog.getByLabel(t("formation:grouping.column.expires")).fill(until);
      expect(await barriers(page)).toEqual([]);
      await shot(page, `grouping-dialog-${language}`);
      await dialog.getByRole("button", { name: t("formation:grouping.save") }).click();
      await page.getByRole("cell", { name: "osk-*" }).first().waitFor();
      expect(await barriers(page)).toEqual([]);
      await shot(page, `grouping-${language}`);
      await page.getByRole("button", { name: t("formation:grouping.end"), exact: true }).click();
      const asking = page.getByRole("dialog");
      await asking.getByLabel(t("formation:grouping.endReason")).fill("演習は終わった");
      await asking.getByRole("button", { name: t("formation:grouping.end"), exact: true }).click();
      await page
        .getByRole("cell", { name: t("formation:grouping.state.ended"), exact: true })
        .first()
        .waitFor();
    });
  });
});
