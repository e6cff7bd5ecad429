import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { becomeAdministrator } from "../support/administrator.ts";
import { barriers } from "../support/barriers.ts";
import { HAS_BROWSER, openBrowser, type TestBrowser, type Viewer } from "../support/browser.ts";
import { LANGUAGES, type Texts } from "../support/texts.ts";
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

/** Where a person wants to look at the pages themselves. */
const SHOTS = process.env.YAGURA_TEST_SHOTS;
const shot = async (page: Page, name: string): Promise<void> => {
  if (SHOTS) await page.screenshot({ path: `${SHOTS}/${name}.png`, fullPage: true });
};

describe.skipIf(!HAS_BROWSER)("The parser workbench in a real browser", () => {
  describe.each(LANGUAGES)("in %s", (language) => {
    let viewer: Viewer;
    beforeAll(async () => {
      viewer = await browser.view({ language, as: administrator, scheme: language === "ja" ? "light" : "dark" });
    });
    afterAll(async () => {
      if (viewer) expect(viewer.faults()).toEqual([]);
      await viewer?.close();
    });
    const id = `acme-${language}`;
    const editor = (page: Page, t: Texts) => page.getByLabel(t("parsers:editor.label"));

    it("the list of parsers teaches by an example while it is empty", async () => {
      const { page, t } = viewer;
      await page.goto(`${yagura.url}/sources/parsers`);
      await page.getByRole("heading", { level: 1, name: t("parsers:title") }).waitFor();
      if (language === "ja") await page.getByText(t("parsers:empty.title")).waitFor();
      expect(await barriers(page)).toEqual([]);
      await shot(page, `parsers-${language}`);
    });

    it("a new parser is whole from the start, and what is wrong is said at its line", async () => {
      const { page, t } = viewer;
      await page.getByRole("link", { name: t("parsers:action.new") }).click();
      await page.getByText(t("parsers:tests.passed", { passed: 1, count: 1 })).waitFor();
      await page.getByText("door 3F-East", { exact: true }).first().waitFor();
      expect(await barriers(page)).toEqual([]);
      await shot(page, `new-parser-${language}`);
      const text = (await editor(page, t).inputValue()).replace("acme-door", id).replaceAll("ACME-DOOR", id);
      await editor(page, t).fill(text.replace("%{DATE:date}", "%{DATUM:date}"));
      await page.getByRole("button", { name: t("parsers:problems.at", { line: 6, column: 5 }) }).click();
      await page.getByText(/DATUM/).first().waitFor();
      expect(await barriers(page)).toEqual([]);
      await editor(page, t).fill(text);
      await page
        .getByLabel(t("parsers:lines.label"))
        .fill(`${id} 2026/11/20 09:15:00 door=1 card=suzuki reader=10.9.9.9 result=OK\nother`);
      await page.getByText("suzuki", { exact: true }).first().waitFor();
    });

    it("is published, and its version is shown in force", async () => {
      const { page, t } = viewer;
      await page.getByText(t("parsers:tests.passed", { passed: 1, count: 1 })).waitFor();
      await page.getByRole("button", { name: t("parsers:action.publish") }).click();
      await page.getByText(t("parsers:state.published", { version: 1 })).waitFor();
      await page.getByText(t("parsers:versions.inForce"), { exact: true }).waitFor();
      await page.getByText(t("parsers:tests.passed", { passed: 1, count: 1 })).waitFor();
      expect(await barriers(page)).toEqual([]);
      await shot(page, `parser-${language}`);
      await page.goto(`${yagura.url}/sources/new`);
      await page
        .getByLabel(t("sources:field.format"))
        .locator(`option[value="custom.${id}"]`)
        .waitFor({ state: "attached" });
    });
  });
});
