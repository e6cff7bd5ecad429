import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { becomeAdministrator } from "../support/administrator.ts";
import { barriers } from "../support/barriers.ts";
import { HAS_BROWSER, openBrowser, type TestBrowser, type Viewer } from "../support/browser.ts";
import { LANGUAGES } from "../support/texts.ts";
import { type Installation, newInstallation, type YaguraProcess } from "../support/yagura-process.ts";

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
});
afterAll(async () => {
  if (!HAS_BROWSER) return;
  await browser?.close();
  await installation?.remove();
});

/** The server's own reason, and what it is in Japanese. */
const REFUSED = {
  ja: "ネットワークの書き方が正しくありません。",
  en: "This is no network. Write it like 10.0.0.0/8 or 2001:db8::/32.",
} as const;

/** Where a person wants to look at the pages themselves. */
const SHOTS = process.env.YAGURA_TEST_SHOTS;
const shot = async (page: Page, name: string): Promise<void> => {
  if (SHOTS) await page.screenshot({ path: `${SHOTS}/${name}.png`, fullPage: true });
};

describe.skipIf(!HAS_BROWSER)("Networks of one's own in a real browser", () => {
  describe.each(LANGUAGES)("in %s", (language) => {
    let viewer: Viewer;
    beforeAll(async () => {
      // The refusal of what is no network.
      const expected = /status of 400.*\/api\/v1\/networks/;
      viewer = await browser.view({
        language,
        as: administrator,
        scheme: language === "ja" ? "light" : "dark",
        expected,
      });
    });
    afterAll(async () => {
      if (viewer) expect(viewer.faults()).toEqual([]);
      await viewer?.close();
    });

    it("are found from the sources, and say while there are none what counts as inside all the same", async () => {
      const { page, t } = viewer;
      await page.goto(`${yagura.url}/sources`);
      await page.getByRole("link", { name: t("sources:networks") }).click();
      await page.getByText(t("networks:empty.hint")).waitFor();
      expect(await barriers(page)).toEqual([]);
      await shot(page, `networks-none-${language}`);
    });

    it("are added, refused with a reason when they are none, and removed", async () => {
      const { page, t } = viewer;
      await page.getByRole("button", { name: t("networks:add.open") }).click();
      const dialog = page.getByRole("dialog");
      await dialog.getByLabel(t("networks:column.cidr")).fill("198.51.100.0/99");
      await dialog.getByLabel(t("networks:column.name")).fill("𠮷野家 3階");
      expect(await barriers(page)).toEqual([]);
      await dialog.getByRole("button", { name: t("networks:add.save") }).click();
      await dialog.getByRole("alert").getByText(REFUSED[language]).waitFor();
      await shot(page, `networks-refused-${language}`);
      await dialog.getByLabel(t("networks:column.cidr")).fill("198.51.100.0/24");
      await dialog.getByRole("button", { name: t("networks:add.save") }).click();
      await page.getByRole("cell", { name: "198.51.100.0/24" }).waitFor();
      expect(await barriers(page)).toEqual([]);
      await shot(page, `networks-${language}`);
      await page.getByRole("button", { name: t("networks:remove.action") }).click();
      await page
        .getByRole("dialog")
        .getByRole("button", { name: t("networks:remove.action") })
        .click();
      await page.getByText(t("networks:empty.title")).waitFor();
    });
  });
});
