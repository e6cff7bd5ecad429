import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Locator, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { correlationText, idOf, ruleText } from "../../src/monitor/rule/pack/testing/rules.ts";
import { zipOf } from "../../src/platform/archive/testing/zip.ts";
import { becomeAdministrator, readAs } from "../support/administrator.ts";
import { barriers } from "../support/barriers.ts";
import { eventually, HAS_BROWSER, openBrowser, type TestBrowser, type Viewer } from "../support/browser.ts";
import { LANGUAGES, type Texts } from "../support/texts.ts";
import { type Installation, newInstallation, type YaguraProcess } from "../support/yagura-process.ts";

let installation: Installation;
let yagura: YaguraProcess;
let browser: TestBrowser;
let administrator: Viewer;
let place: string;

beforeAll(async () => {
  if (!HAS_BROWSER) return;
  installation = await newInstallation();
  place = await mkdtemp(join(tmpdir(), "yagura-packs-"));
  [yagura, browser] = await Promise.all([installation.start(), openBrowser()]);
  administrator = await browser.view({ language: "ja" });
  await becomeAdministrator(administrator, yagura);
});
afterAll(async () => {
  if (!HAS_BROWSER) return;
  await browser?.close();
  await installation?.remove();
  await rm(place, { recursive: true, force: true });
});

const VERSION_1 = {
  name: "sigma_core.zip",
  mimeType: "application/zip",
  buffer: zipOf([
    { name: "core/LICENSE", text: "Detection Rule License 1.1" },
    { name: "core/one.yml", text: ruleText(1) },
    { name: "core/two.yml", text: ruleText(2) },
    { name: "core/many.yml", text: correlationText(3, idOf(1)) },
    { name: "core/broken.yml", text: ruleText(4).replace("contains", "nonsense") },
    { name: "core/../../out.yml", text: ruleText(5) },
  ]),
};

/** The second version as a folder on the person's own disk. */
async function folderOfVersion2(): Promise<string> {
  const folder = join(place, "core");
  await mkdir(join(folder, "deep"), { recursive: true });
  await writeFile(join(folder, "one.yml"), ruleText(1, "Better rule"));
  await writeFile(join(folder, "deep", "three.yml"), ruleText(6));
  await writeFile(join(folder, "notes.txt"), "stays at home");
  return folder;
}

const button = (within: Page | Locator, name: string) => within.getByRole("button", { name, exact: true });

async function giveReason(page: Page, t: Texts, action: string): Promise<void> {
  const asked = page.getByRole("dialog");
  await asked.getByLabel(t("packs:reason")).fill("試験 – a test");
  await button(asked, t(action)).click();
  await asked.waitFor({ state: "detached" });
}

describe.skipIf(!HAS_BROWSER)("Rule packs in a real browser", () => {
  describe.each(LANGUAGES)("in %s", (language) => {
    const name = `core-${language}`;
    let viewer: Viewer;
    beforeAll(async () => {
      viewer = await browser.view({ language, as: administrator, scheme: language === "ja" ? "light" : "dark" });
    });
    afterAll(async () => {
      if (viewer) expect(viewer.faults()).toEqual([]);
      await viewer?.close();
    });
    const open = async (): Promise<{ page: Page; t: Texts; dialog: Locator; row: Locator }> => {
      const { page, t } = viewer;
      await page.goto(`${yagura.url}/rules/packs`);
      await page.getByRole("heading", { level: 1, name: t("packs:title") }).waitFor();
      return { page, t, dialog: page.getByRole("dialog"), row: page.getByRole("row").filter({ hasText: name }) };
    };

    it("an empty list says where packs come from", async () => {
      const { page, t } = await open();
      await page.getByText(t("packs:empty.title")).waitFor();
      await page.getByText("bin/yagura rules import").waitFor();
      expect(await barriers(page)).toEqual([]);
    });

    it("an archive is looked into, and imported when its owner says so", async () => {
      const { page, t, dialog, row } = await open();
      await button(page, t("packs:import.open")).click();
      await dialog.locator("input[type=file]").setInputFiles(VERSION_1);
      await dialog.getByLabel(t("packs:import.name")).fill(name);
      expect(await barriers(page)).toEqual([]);
      await button(dialog, t("packs:import.look")).click();
      await dialog.getByText(/nonsense/).waitFor();
      await dialog.getByText("Detection Rule License 1.1").waitFor();
      await dialog.getByRole("tab", { name: t("packs:list.leftOut") }).click();
      await dialog.getByText("the path leads out of the archive").waitFor();
      expect(await barriers(page)).toEqual([]);
      await button(dialog, t("packs:import.action", { count: 3, text: 3 })).click();
      await row.getByText(t("packs:versions.version", { version: 1 })).waitFor();
      const { items } = await readAs<{ items: object[] }>(viewer, yagura, `/api/v1/rules?pack=${name}`);
      expect(items).toHaveLength(3);
    });

    it("a folder is the next version, shown by what it changes", async () => {
      const { t, dialog, row } = await open();
      await button(row, t("packs:import.newVersion")).click();
      await dialog.getByRole("radio", { name: t("packs:import.folder") }).check({ force: true });
      await dialog.locator("input[type=file]").setInputFiles(await folderOfVersion2());
      await button(dialog, t("packs:import.look")).click();
      await dialog.getByRole("cell", { name: "Better rule" }).waitFor();
      await dialog.getByText(t("packs:difference.from", { version: 1 })).waitFor();
      await button(dialog, t("packs:import.action", { count: 2, text: 2 })).click();
      await row.getByText(t("packs:versions.version", { version: 2 })).waitFor();
    });

    it("the pack goes back to its first version, by keyboard from the list to the panel", async () => {
      const { page, t, row } = await open();
      await row.getByRole("link", { name }).press("Enter");
      const panel = page.getByRole("complementary", { name: t("packs:versions.label") });
      const first = panel.getByRole("region", { name: t("packs:versions.version", { version: 1 }) });
      await button(first, t("packs:versions.compare")).press("Enter");
      await first
        .getByRole("cell", { name: "Better rule" })
        .or(first.getByRole("cell", { name: "Rule 1" }))
        .waitFor();
      expect(await barriers(page)).toEqual([]);
      await button(first, t("packs:rollback.action")).press("Enter");
      await giveReason(page, t, "packs:rollback.action");
      await row.getByText(t("packs:newest", { version: 2 })).waitFor();
      await page.keyboard.press("Escape");
      await panel.waitFor({ state: "detached" });
    });

    it("its rules name the pack in the list of rules", async () => {
      const { page, t } = await open();
      await page.goto(`${yagura.url}/rules?pack=${name}`);
      await page
        .getByText(t("rules:ofPack", { name, version: 1 }))
        .first()
        .waitFor();
      expect(await page.getByRole("row").count()).toBe(4);
    });

    it("it is switched off and removed, each with a reason", async () => {
      const { page, t, row } = await open();
      await row.getByRole("switch").click({ force: true });
      await giveReason(page, t, "packs:switch.turnOff");
      await eventually(async () => expect(await row.getByRole("switch").isChecked()).toBe(false));
      await button(row, t("packs:remove.of", { name })).click();
      await giveReason(page, t, "packs:remove.action");
      await page.getByText(t("packs:empty.title")).waitFor();
      const { items } = await readAs<{ items: { action: string }[] }>(viewer, yagura, "/api/v1/audit?limit=20");
      const actions = items.map(({ action }) => action).filter((action) => action.startsWith("rule-pack."));
      const [removed, off, back, second, first] = ["remove", "disable", "rollback", "import", "import"];
      expect(actions.slice(0, 5)).toEqual([removed, off, back, second, first].map((verb) => `rule-pack.${verb}`));
    });
  });

  it("what the command line imports is there, also after the process was killed", async () => {
    const folder = await folderOfVersion2();
    const rules = (...args: string[]) => installation.command("rules", ...args, "--data", installation.data);
    expect(await rules("import", folder, "--name", "cli", "--preview")).toContain("Nothing was stored");
    expect(await rules("import", folder, "--name", "cli")).toContain("Imported as version 1");
    await yagura.kill("SIGKILL");
    expect(await rules("packs")).toMatch(/^cli +v1 +on +2 /m);
    await writeFile(join(folder, "one.yml"), ruleText(1, "Best rule"));
    expect(await rules("import", folder, "--name", "cli")).toContain("1 changed");
    yagura = await installation.start();
    expect(await rules("rollback", "cli", "1")).toContain("version 1 is in force");
    const found = await readAs<{ items: { title: string }[] }>(administrator, yagura, "/api/v1/rules?pack=cli");
    expect(found.items.map(({ title }) => title).sort()).toEqual(["Better rule", "Rule 6"]);
    await expect(rules("rollback", "cli", "9")).rejects.toThrowError(/no such version/);
    expect(await rules("remove", "cli")).toContain("removed");
  });
});
