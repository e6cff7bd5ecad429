import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { SourceCreated } from "../../src/monitor/source/contract.ts";
import { becomeAdministrator, readAs, sendAs } from "../support/administrator.ts";
import { barriers } from "../support/barriers.ts";
import { HAS_BROWSER, openBrowser, type TestBrowser, type Viewer } from "../support/browser.ts";
import { storeOldEvents } from "../support/old-events.ts";
import { LANGUAGES, type Texts } from "../support/texts.ts";
import { type Installation, newInstallation, type YaguraProcess } from "../support/yagura-process.ts";

let installation: Installation;
let yagura: YaguraProcess;
let browser: TestBrowser;
let administrator: Viewer;

const DAYS = [1, 2, 3, 4, 5, 6, 7, 12, 20];

beforeAll(async () => {
  if (!HAS_BROWSER) return;
  installation = await newInstallation();
  [yagura, browser] = await Promise.all([installation.start(), openBrowser()]);
  administrator = await browser.view({ language: "ja" });
  await becomeAdministrator(administrator, yagura);
  const { units } = await readAs<{ units: { id: string }[] }>(administrator, yagura, "/api/v1/me");
  const unitId = units[0]?.id ?? "";
  const made = [];
  for (const name of LANGUAGES.map(nameOf))
    made.push(await sendAs<SourceCreated>(administrator, yagura, "/api/v1/sources", { name, kind: "token", unitId }));
  await yagura.kill("SIGTERM");
  for (const { source } of made) await storeOldEvents(installation.data, { sourceId: source.id, unitId, days: DAYS });
  yagura = await installation.start();
});
afterAll(async () => {
  if (!HAS_BROWSER) return;
  await browser?.close();
  await installation?.remove();
});

const nameOf = (language: string): string => `FW 本社 ${language}`;
/** A directory for pictures of the pages, for who wants to look at them. */
const PICTURES = process.env.RETENTION_PICTURES;
const picture = async (page: Page, name: string): Promise<void> => {
  if (PICTURES) await page.screenshot({ path: `${PICTURES}/${name}.png`, fullPage: true });
};

describe.skipIf(!HAS_BROWSER)("Retention in a real browser", () => {
  describe.each(LANGUAGES)("in %s", (language) => {
    const name = nameOf(language);
    let viewer: Viewer;
    beforeAll(async () => {
      viewer = await browser.view({ language, as: administrator, scheme: language === "ja" ? "light" : "dark" });
    });
    afterAll(async () => {
      if (viewer) expect(viewer.faults()).toEqual([]);
      await viewer?.close();
    });
    const open = async (): Promise<{ page: Page; t: Texts }> => {
      const { page, t } = viewer;
      await page.goto(`${yagura.url}/retention`);
      await page.getByRole("heading", { level: 1, name: t("retention:title") }).waitFor();
      await page.getByRole("button", { name: t("retention:changeOf", { name }) }).waitFor();
      return { page, t };
    };

    it("shows what is held and how it will grow, as a picture and as a table", async () => {
      const { page, t } = await open();
      await page.getByRole("img", { name: /MiB|KiB/ }).waitFor();
      await picture(page, `retention-${language}`);
      expect(await barriers(page)).toEqual([]);
      await page.getByRole("button", { name: t("shell:action.showTable") }).click();
      await page.getByRole("rowheader", { name: t("retention:forecast.in", { count: 365 }) }).waitFor();
      expect(await barriers(page)).toEqual([]);
    });

    it("says what a policy will delete before it is saved, and lists what was deleted", async () => {
      const { page, t } = await open();
      await page.getByRole("button", { name: t("retention:changeOf", { name }) }).click();
      const dialog = page.getByRole("dialog");
      await dialog.getByRole("radio", { name: t("retention:keep.days"), exact: true }).check({ force: true });
      await dialog.getByLabel(t("retention:dialog.days"), { exact: true }).fill("10");
      await dialog.getByRole("button", { name: t("retention:dialog.preview") }).click();
      await dialog.getByText(`${name}: 34`).waitFor();
      await picture(page, `retention-dialog-${language}`);
      expect(await barriers(page)).toEqual([]);
      await dialog.getByRole("button", { name: t("retention:dialog.saveAndDelete") }).click();
      await dialog.waitFor({ state: "detached" });
      const list = page.getByRole("table", { name: t("retention:deletions.title") });
      await expect
        .poll(
          async () => {
            await open();
            return await list
              .getByRole("row")
              .filter({ hasText: name })
              .filter({ has: page.locator("time") })
              .count();
          },
          { timeout: 90_000, interval: 2_000 },
        )
        .toBe(2);
      await picture(page, `retention-done-${language}`);
      expect(await barriers(page)).toEqual([]);
    });

    it("tells a search that events of its range were deleted", async () => {
      const { page, t } = await open();
      await page.goto(`${yagura.url}/search?q=nothing-like-this&from=now-30d&to=now`);
      await page
        .getByText(t("search:note.deleted_by_policy", { count: 34, text: language === "ja" ? "34" : "68" }))
        .waitFor();
      await picture(page, `retention-search-${language}`);
      expect(await barriers(page)).toEqual([]);
    });
  });
});
