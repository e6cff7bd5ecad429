import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { generate } from "../../src/monitor/simulate/generate.ts";
import { becomeAdministrator, readAs, sendAs } from "../support/administrator.ts";
import { barriers } from "../support/barriers.ts";
import { eventually, HAS_BROWSER, openBrowser, type TestBrowser, type Viewer } from "../support/browser.ts";
import { LANGUAGES, textsOf } from "../support/texts.ts";
import { type Installation, newInstallation, type YaguraProcess } from "../support/yagura-process.ts";

const SHOTS = process.env.YAGURA_TEST_SHOTS;
const HOUR_MS = 3_600_000;

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
  await attack();
}, 480_000);
afterAll(async () => {
  if (!HAS_BROWSER) return;
  await browser?.close();
  await installation?.remove();
});

type Listed = { total: number; items: { id: string; version: number }[] };
const alerts = (query: string) => readAs<Listed>(administrator, yagura, `/api/v1/alerts?${query}`);

/** The sample company's intrusion, by the ways on which its devices send. */
async function attack(): Promise<void> {
  const startMs = Date.now() - 9 * HOUR_MS;
  const secret = await installation.token("queue");
  const events = [...generate({ seed: "story", startMs, durationMs: 8 * HOUR_MS, eventsPerSecond: 0 })];
  for (const [path, lines] of Map.groupBy(events, ({ transport }) => transport)) {
    const body = lines.map(({ bytes }) => bytes.toString("utf8").replaceAll("\n", " ")).join("\n");
    const answer = await fetch(`${yagura.url}/api/v1/ingest?source=${path}`, {
      method: "POST",
      headers: { authorization: `Bearer ${secret}`, "content-type": "text/plain" },
      body: `${body}\n`,
    });
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
  }
  await eventually(async () => expect((await alerts("limit=1")).total).toBeGreaterThan(30));
}

const shot = async (page: Page, name: string): Promise<void> => {
  if (SHOTS) await page.screenshot({ path: `${SHOTS}/${name}.png` });
};

describe.skipIf(!HAS_BROWSER)("The alert queue in a real browser", () => {
  describe.each(LANGUAGES.flatMap((language) => (["light", "dark"] as const).map((scheme) => ({ language, scheme }))))(
    "in $language, $scheme",
    ({ language, scheme }) => {
      let viewer: Viewer;
      const t = textsOf(language);
      beforeAll(async () => {
        viewer = await browser.view({ language, scheme, as: administrator });
      });
      afterAll(async () => {
        if (viewer) expect(viewer.faults()).toEqual([]);
        await viewer?.close();
      });
      const open = async (path: string): Promise<Page> => {
        await viewer.page.goto(yagura.url + path);
        const table = viewer.page.getByRole("table", { name: t("alerts:title") });
        await table.getByRole("row").nth(1).waitFor();
        // Keys are heard once what comes late has come.
        await eventually(async () => expect(await viewer.page.locator("[aria-busy=true]").count()).toBe(0));
        return viewer.page;
      };
      const named = (part: string) => `queue-${part}-${language}-${scheme}`;
      const waiting = async () => (await alerts("status=open,in-progress&limit=1")).total;

      it("says why each alert stands where it does, in the row and beside the list", async () => {
        const page = await open("/alerts");
        await page.getByRole("columnheader", { name: t("alerts:column.priority") }).waitFor();
        await page.keyboard.press("j");
        await page.keyboard.press("o");
        const why = page.getByRole("region", { name: t("alerts:priority.title") });
        await why.waitFor();
        await page.getByRole("table", { name: t("alerts:title") }).waitFor();
        expect(await barriers(page)).toEqual([]);
        await shot(page, named("flyout"));
        await page.keyboard.press("Escape");
        await why.waitFor({ state: "detached" });
      });

      it("is worked by keys: judged, assigned, closed with a disposition, and all of it taken back", async () => {
        const page = await open("/alerts");
        const before = await waiting();
        await page.keyboard.press("j");
        await page.keyboard.press("s");
        await page.getByRole("dialog").getByText(t("alerts:judge.hint")).waitFor();
        expect(await barriers(page)).toEqual([]);
        await shot(page, named("judge"));
        await page.keyboard.press("1");
        await page.getByText(t("alerts:toast.judged_one")).first().waitFor();
        await eventually(async () => expect((await alerts("judged=critical&limit=1")).total).toBe(1));
        await page.keyboard.press("a");
        await eventually(async () => expect((await alerts("assignee=me&limit=1")).total).toBe(1));
        await page.keyboard.press("x");
        await page.keyboard.press("j");
        await page.keyboard.press("j");
        await page.keyboard.press("Shift+X");
        await page.getByText(t("alerts:bulk.chosen_other", { text: "3" })).waitFor();
        await page.keyboard.press("e");
        await page.getByRole("radio").first().waitFor();
        await page.getByRole("radio").nth(1).check();
        await page.getByRole("textbox", { name: t("alerts:close.reason") }).fill("e2e");
        await page
          .getByRole("dialog")
          .getByRole("button", { name: t("alerts:close.submit") })
          .click();
        await eventually(async () => expect(await waiting()).toBe(before - 3));
        await page.keyboard.press("u");
        await eventually(async () => expect(await waiting()).toBe(before));
        await page.keyboard.press("u");
        await eventually(async () => expect((await alerts("assignee=me&limit=1")).total).toBe(0));
        await page.keyboard.press("u");
        await eventually(async () => expect((await alerts("judged=critical&limit=1")).total).toBe(0));
      });

      it("shows its keys, and offers what they do in the palette", async () => {
        const page = await open("/alerts");
        await page.keyboard.press("j");
        await page.keyboard.press("?");
        await page.getByRole("dialog").getByText(t("alerts:keys.range")).waitFor();
        expect(await barriers(page)).toEqual([]);
        await shot(page, named("keys"));
        await page.keyboard.press("Escape");
        await page.getByRole("dialog").waitFor({ state: "detached" });
        await page.keyboard.press("Control+k");
        await page.getByRole("option", { name: t("alerts:keys.undo") }).waitFor();
        await page.keyboard.press("Escape");
      });

      it("changes all that are chosen at once, and what someone changed since is shown when it is undone", async () => {
        const page = await open("/alerts");
        const before = await waiting();
        await page.getByRole("checkbox", { name: t("alerts:select.all") }).check();
        await page.getByRole("region", { name: t("alerts:bulk.label") }).waitFor();
        await shot(page, named("bulk"));
        await page.keyboard.press("e");
        await page.getByRole("radio").nth(2).check();
        await page.getByRole("textbox", { name: t("alerts:close.reason") }).fill("保守");
        await page
          .getByRole("dialog")
          .getByRole("button", { name: t("alerts:close.submit") })
          .click();
        await eventually(async () => expect(await waiting()).toBe(0));
        await page.getByText(t("alerts:empty.title")).waitFor();
        await shot(page, named("empty"));
        const [one] = (await alerts("status=closed&limit=1")).items;
        await sendAs(administrator, yagura, "/api/v1/alerts/bulk", {
          target: { alerts: [{ id: one?.id }] },
          change: { status: "open" },
        });
        await page.getByRole("button", { name: t("alerts:changes.title") }).click();
        await page.getByRole("menuitem").nth(1).click();
        await page.getByRole("dialog").getByText(t("alerts:conflicts.title")).waitFor();
        expect(await barriers(page)).toEqual([]);
        await shot(page, named("conflicts"));
        await eventually(async () => expect(await waiting()).toBe(before));
      });

      it("does not overwrite what a colleague said while the dialog was open", async () => {
        const page = await open("/alerts");
        const change = (next: object) =>
          sendAs(administrator, yagura, "/api/v1/alerts/bulk", {
            target: { alerts: [{ id: one?.id }] },
            change: next,
          });
        const [one] = (await alerts("status=open,in-progress&limit=1")).items;
        const before = await waiting();
        await page.keyboard.press("j");
        await page.keyboard.press("e");
        await page.getByRole("radio").nth(1).check();
        await page.getByRole("textbox", { name: t("alerts:close.reason") }).fill("e2e");
        await change({ assigneeId: "me" });
        await page.locator("table, [role=table], [role=grid]").getByText("山田").first().waitFor();
        await page
          .getByRole("dialog")
          .getByRole("button", { name: t("alerts:close.submit") })
          .click();
        await page.getByRole("dialog").getByText(t("alerts:conflicts.title")).waitFor();
        expect(await waiting()).toBe(before);
        await page.keyboard.press("Escape");
        await change({ assigneeId: null });
      });

      it("chooses in one list, and has chosen nothing in the next", async () => {
        const page = await open("/alerts");
        await page.keyboard.press("j");
        await page.keyboard.press("x");
        const bar = page.getByRole("region", { name: t("alerts:bulk.label") });
        await bar.waitFor();
        await page
          .getByRole("group", { name: t("alerts:facet.status") })
          .getByRole("checkbox")
          .last()
          .check();
        await bar.waitFor({ state: "detached" });
      });

      it("leads from a cell of the matrix to exactly its alerts", async () => {
        const { items } = await alerts("status=open,in-progress&level=medium&limit=6");
        for (const { id } of items)
          await sendAs(administrator, yagura, "/api/v1/alerts/bulk", {
            target: { alerts: [{ id }] },
            change: { expertSeverity: "critical" },
          });
        await viewer.page.goto(`${yagura.url}/alerts/matrix`);
        const page = viewer.page;
        await page.getByRole("heading", { name: t("alerts:severityMatrix.under") }).waitFor();
        const column = t("monitor:severity.critical");
        const cell = page.getByRole("link", { name: new RegExp(`^6 .*${column}|^6.*：.*${column}$`) });
        await cell.first().waitFor();
        expect(await barriers(page)).toEqual([]);
        await shot(page, named("matrix"));
        await cell.first().click();
        await page.getByText(t("alerts:total_other", { text: "6" }), { exact: true }).waitFor();
        expect(await barriers(page)).toEqual([]);
        await shot(page, named("cell"));
        await sendAs(administrator, yagura, "/api/v1/alerts/bulk", {
          target: { alerts: items.map(({ id }) => ({ id })) },
          change: { expertSeverity: null },
        });
      });
    },
  );
});
