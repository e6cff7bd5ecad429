import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Locator, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it, test } from "vitest";
import { becomeAdministrator, readAs, sendAs } from "../support/administrator.ts";
import { barriers } from "../support/barriers.ts";
import { HAS_BROWSER, openBrowser, type TestBrowser, type Viewer } from "../support/browser.ts";
import { LANGUAGES, type Language, type Texts } from "../support/texts.ts";
import { VARIANTS } from "../support/variants.ts";
import { type Installation, newInstallation, settled, until, type YaguraProcess } from "../support/yagura-process.ts";
import { firstLogs } from "./first-logs.ts";

const COLLEAGUE = { name: "齋藤 太郎", email: "taro@example.jp", password: "交代の者が櫓に上がる前の夜" };
const SERVICE = "受注システム Orders";

let installation: Installation;
let yagura: YaguraProcess;
let browser: TestBrowser;
let administrator: Viewer;
let colleague: Viewer;
let place: string;
const incidents: Record<string, string> = {};

beforeAll(async () => {
  if (!HAS_BROWSER) return;
  installation = await newInstallation();
  place = await mkdtemp(join(tmpdir(), "yagura-crisis-"));
  [yagura, browser] = await Promise.all([installation.start(), openBrowser()]);
  administrator = await browser.view({ language: "ja" });
  await becomeAdministrator(administrator, yagura);
  colleague = await browser.view({ language: "ja" });
  await openCases();
});
afterAll(async () => {
  if (!HAS_BROWSER) return;
  await browser?.close();
  await installation?.remove();
  await rm(place, { recursive: true, force: true });
});

/** A morning's logs, an incident per language of what rules found in them, and a colleague who can take over. */
async function openCases(): Promise<void> {
  const { units } = await readAs<{ units: { id: string }[] }>(administrator, yagura, "/api/v1/me");
  const unitId = units[0]?.id ?? "";
  const source = { name: "本社サーバー", kind: "token", unitId };
  const { secret } = await sendAs<{ secret: string }>(administrator, yagura, "/api/v1/sources", source);
  const logs = firstLogs(Date.now());
  await writeFile(join(place, "windows.jsonl.gz"), logs.windows);
  await writeFile(join(place, "auth.log"), logs.ssh);
  await installation.command("ingest", "--url", yagura.url, "--token", secret, place);
  await settled(yagura.url);
  const alerts = await until("two alerts", async () => {
    const { items } = await readAs<{ items: { id: string }[] }>(administrator, yagura, "/api/v1/alerts");
    return items.length >= LANGUAGES.length && items;
  });
  for (const [i, language] of LANGUAGES.entries()) {
    const input = { title: `侵入の疑い Intrusion ${language}`, alertIds: [alerts[i]?.id ?? ""] };
    const { number } = await sendAs<{ number: number }>(administrator, yagura, "/api/v1/incidents", input);
    incidents[language] = `INC-${number}`;
  }
  const { name, email, password } = COLLEAGUE;
  const grants = [{ role: "analyst", unitId }];
  const person = await sendAs<{ id: string }>(administrator, yagura, "/api/v1/people", { name, email, unitId, grants });
  const invited = await sendAs<{ link: string }>(administrator, yagura, `/api/v1/people/${person.id}/invitation`, {});
  const token = new URL(invited.link, yagura.url).hash.replace("#token=", "");
  await sendAs(colleague, yagura, "/api/v1/invitations/accept", { token, password });
}

const SHOTS = process.env.YAGURA_TEST_SHOTS;
const shot = async (page: Page, name: string): Promise<void> => {
  if (SHOTS) await page.screenshot({ path: `${SHOTS}/${name}.png`, fullPage: true });
};

/** What a `datetime-local` field of a person in Tokyo holds so many minutes ago. */
const ago = (minutes: number): string =>
  new Date(Date.now() - minutes * 60_000 + 9 * 3_600_000).toISOString().slice(0, 19);

async function open(viewer: Viewer, language: Language, aspect: string): Promise<{ page: Page; t: Texts }> {
  const { page, t } = viewer;
  await page.goto(`${yagura.url}/incidents/${incidents[language]}${aspect}`);
  await page.getByRole("heading", { level: 1, name: new RegExp(incidents[language] ?? "") }).waitFor();
  return { page, t };
}

const dialogOf = (page: Page): Locator => page.getByRole("dialog");
const moment = (within: Locator, label: string): Locator =>
  within.getByLabel(new RegExp(`^${label.replaceAll(/[()]/g, "\\$&")} ·`));

describe.skipIf(!HAS_BROWSER)("A crisis in a real browser", () => {
  describe.each(LANGUAGES)("in %s", (language) => {
    let viewer: Viewer;
    beforeAll(async () => {
      const scheme = language === "ja" ? "light" : "dark";
      // The conflict and the lost answer below are meant.
      const expected = /status of 409.*case-notes|ERR_FAILED.*evidence|Failed to load resource.*evidence/;
      viewer = await browser.view({ language, as: administrator, scheme, expected });
    });
    afterAll(async () => {
      if (viewer) expect(viewer.faults()).toEqual([]);
      await viewer?.close();
    });

    it("goes through its phases, each declared for a moment by a person", async () => {
      const { page, t } = await open(viewer, language, "");
      await page.getByRole("link", { name: t("incident:aspects.crisis") }).click();
      await page.getByRole("heading", { name: t("crisis:phases.title") }).waitFor();
      await shot(page, `crisis-empty-${language}`);
      for (const [phase, minutes] of [
        ["discovered", 20],
        ["understood", 18],
        ["contained", 12],
      ] as const) {
        const name = t(`crisis:phase.${phase}`);
        await page.getByRole("button", { name: t("crisis:declare.of", { name }) }).click();
        await moment(dialogOf(page), t("crisis:declare.at")).fill(ago(minutes));
        await dialogOf(page)
          .getByRole("button", { name: t("crisis:submit.declared") })
          .click();
        await dialogOf(page).waitFor({ state: "detached" });
      }
      await page.getByText(t("crisis:afterTheFact")).waitFor();
      const record = page.getByRole("table", { name: t("crisis:declarations.title") });
      expect(await record.getByRole("row").count()).toBe(4);
      await page.getByRole("button", { name: t("crisis:return.of", { name: t("crisis:phase.understood") }) }).click();
      await dialogOf(page).getByLabel(t("crisis:declare.reason")).fill("別の経路が見つかった");
      await shot(page, `crisis-return-${language}`);
      await dialogOf(page)
        .getByRole("button", { name: t("crisis:submit.returned") })
        .click();
      await page.getByText(t("crisis:returned", { count: 1 })).waitFor();
      await record.getByText(t("crisis:declarations.replaced")).first().waitFor();
    });

    it("shows its harm against the tolerance, as a picture and as a table", async () => {
      const { page, t } = await open(viewer, language, "/crisis");
      await page.getByRole("button", { name: t("crisis:services.add") }).click();
      await dialogOf(page).getByLabel(t("crisis:services.name"), { exact: true }).fill(SERVICE);
      await dialogOf(page).getByLabel(t("crisis:services.minutes"), { exact: true }).fill("5");
      await dialogOf(page)
        .getByRole("button", { name: t("crisis:services.save") })
        .click();
      await dialogOf(page).waitFor({ state: "detached" });
      for (const [level, minutes] of [
        ["80", 20],
        ["40", 10],
        ["10", 5],
      ] as const) {
        await page.getByRole("button", { name: t("crisis:services.impactOf", { name: SERVICE }) }).click();
        await dialogOf(page).getByLabel(t("crisis:impactDialog.level"), { exact: true }).fill(level);
        await moment(dialogOf(page), t("crisis:impactDialog.from")).fill(ago(minutes));
        await dialogOf(page)
          .getByRole("button", { name: t("crisis:impactDialog.submit") })
          .click();
        await dialogOf(page).waitFor({ state: "detached" });
      }
      await page.getByRole("img", { name: new RegExp(SERVICE) }).waitFor();
      await page.getByText(t("crisis:services.beyond")).waitFor();
      // 60 points for ten minutes and 20 for five: 11.7 %·hours.
      await page.getByText(t("crisis:impact.over", { area: 12, count: 15, text: 15 })).waitFor();
      await shot(page, `crisis-${language}`);
      await page.getByRole("button", { name: t("shell:action.showTable") }).click();
      await page.getByRole("cell", { name: t("crisis:impact.by", { count: 60, text: 60 }) }).waitFor();
      await shot(page, `crisis-table-${language}`);
    });

    it("has steps and tasks with owners and times", async () => {
      const { page, t } = await open(viewer, language, "/tasks");
      const step = t("casework:steps.editOf", { name: t("casework:step.analyze") });
      await page.getByRole("button", { name: step }).click();
      await dialogOf(page).getByLabel(t("casework:column.owner")).selectOption({ label: COLLEAGUE.name });
      await dialogOf(page)
        .getByRole("button", { name: t("casework:steps.startNow") })
        .click();
      await dialogOf(page)
        .getByRole("button", { name: t("casework:save") })
        .click();
      await dialogOf(page).waitFor({ state: "detached" });
      await page
        .getByRole("row")
        .filter({ hasText: t("casework:step.analyze") })
        .filter({ hasText: COLLEAGUE.name })
        .waitFor();
      const tasks = page.getByRole("table", { name: t("casework:tasks.title"), exact: true });
      for (const [title, minutes] of [
        ["経営層に報告 Report", 10],
        ["端末を遮断 Isolate", -60],
      ] as const) {
        await page.getByLabel(t("casework:tasks.new")).fill(title);
        await moment(page.locator("form"), t("casework:column.due")).fill(ago(minutes));
        await page.getByRole("button", { name: t("casework:tasks.add"), exact: true }).click();
        await tasks.getByText(title).waitFor();
      }
      await tasks.getByText(t("casework:tasks.late")).waitFor();
      const second = "端末を遮断 Isolate";
      await page.getByRole("button", { name: t("casework:tasks.move.up", { name: second }) }).click();
      await expect.poll(() => tasks.getByRole("row").nth(1).textContent()).toContain(second);
      await page.getByRole("button", { name: t("casework:tasks.markOf.done", { name: second }) }).click();
      await page.getByRole("button", { name: t("casework:tasks.markOf.todo", { name: second }) }).waitFor();
      await shot(page, `tasks-${language}`);
    });

    it("keeps evidence whose answer was lost once, hands it over, and says so for ever", async () => {
      const { page, t } = await open(viewer, language, "/evidence");
      const name = `検体 sample-${language}.bin`;
      const file = { name, mimeType: "application/octet-stream", buffer: Buffer.from("MZ not a program") };
      // The server stores it, and the answer does not arrive.
      await page.route("**/evidence?*", async (route) => {
        await route.fetch();
        await route.abort("failed");
        await page.unroute("**/evidence?*");
      });
      await page.getByLabel(t("casework:evidence.note")).fill("dc01 から採取");
      await page.locator("input[type=file]").setInputFiles(file);
      await page.getByText(t("casework:evidence.unsure")).waitFor();
      await shot(page, `evidence-lost-${language}`);
      await page.getByRole("button", { name: t("casework:evidence.again") }).click();
      await page.getByText(t("casework:evidence.unsure")).waitFor({ state: "detached" });
      const card = page.getByRole("article", { name });
      await card.waitFor();
      expect(await card.count()).toBe(1);
      await page.getByRole("button", { name: t("casework:evidence.handOverOf", { name }) }).click();
      await dialogOf(page).getByLabel(t("casework:evidence.to")).selectOption({ label: COLLEAGUE.name });
      await dialogOf(page).getByLabel(t("casework:column.reason")).fill("解析のため");
      await dialogOf(page)
        .getByRole("button", { name: t("casework:evidence.handOver"), exact: true })
        .click();
      await card.getByText(t("casework:evidence.holder", { name: COLLEAGUE.name })).waitFor();
      const [download] = await Promise.all([
        page.waitForEvent("download"),
        page.getByRole("link", { name: t("casework:evidence.downloadOf", { name }) }).click(),
      ]);
      expect(download.suggestedFilename()).toBe(name);
      expect(await readFile(await download.path())).toEqual(file.buffer);
      await page.reload();
      await card.getByRole("rowheader", { name: t("casework:custody.downloaded") }).waitFor();
      expect(await card.getByText(t("casework:evidence.same")).count()).toBe(3);
      // Who does not have it may take it over, and deletes nothing while the incident is open.
      await page.getByRole("button", { name: t("casework:evidence.takeOverOf", { name }) }).waitFor();
      expect(await page.getByRole("button", { name: t("casework:evidence.deleteOf", { name }) }).count()).toBe(0);
      await shot(page, `evidence-${language}`);
    });

    it("shows both texts when two people wrote, and loses neither", async () => {
      const { page, t } = await open(viewer, language, "/notes");
      await page.getByRole("button", { name: t("casework:notes.new") }).click();
      const title = page.getByLabel(t("casework:notes.titleField"));
      const body = page.getByLabel(t("casework:notes.body"), { exact: true });
      await title.fill("調査メモ");
      await body.fill("# 経緯\n\n- **root** でログオン\n- <img src=x onerror=alert(1)>\n- [出典](https://example.jp/)");
      await page.getByRole("heading", { name: "経緯" }).waitFor();
      await shot(page, `note-preview-${language}`);
      // A tab that is loaded again has not forgotten what was typed.
      await page.reload();
      await page.getByText(t("casework:notes.restored")).waitFor();
      expect(await body.inputValue()).toContain("でログオン");
      await page.getByRole("button", { name: t("casework:save") }).click();
      await page.getByRole("button", { name: t("casework:notes.edit") }).click();
      // The colleague opens the same note in another browser and saves first.
      const other = await browser.view({ language, as: colleague });
      await other.page.goto(page.url());
      await other.page.getByRole("button", { name: t("casework:notes.edit") }).click();
      await other.page.getByLabel(t("casework:notes.body"), { exact: true }).fill("同僚の文");
      await other.page.getByRole("button", { name: t("casework:save") }).click();
      await other.page.getByText(t("casework:notes.version", { text: 2 })).waitFor();
      await other.close();
      await body.fill("自分の文");
      await page.getByRole("button", { name: t("casework:save") }).click();
      const theirs = page.getByRole("region", { name: t("casework:notes.theirs") });
      await theirs.getByText("同僚の文").waitFor();
      expect(await body.inputValue()).toBe("自分の文");
      expect(await barriers(page)).toEqual([]);
      await shot(page, `note-conflict-${language}`);
      await theirs.getByRole("button", { name: t("casework:notes.both") }).click();
      expect(await body.inputValue()).toBe("同僚の文\n\n自分の文");
      await page.getByRole("button", { name: t("casework:save") }).click();
      await page.getByText(t("casework:notes.version", { text: 3 })).waitFor();
      await page.getByRole("link", { name: t("casework:notes.versions") }).click();
      const saved = page.getByRole("list", { name: t("casework:notes.versions") });
      await expect.poll(() => saved.getByRole("listitem").count()).toBe(3);
      const second = page.getByRole("article", { name: t("casework:notes.versionLine", { text: 2 }) });
      await second.getByText("同僚の文").waitFor();
      await saved.getByRole("link", { name: new RegExp(t("casework:notes.versionLine", { text: 1 })) }).click();
      await page.getByRole("article", { name: t("casework:notes.versionLine", { text: 1 }) }).waitFor();
      expect(await barriers(page)).toEqual([]);
      await shot(page, `note-versions-${language}`);
    });

    it("tells the war room what was done, and takes what people say", async () => {
      const { page, t } = await open(viewer, language, "/feed");
      await page.getByRole("textbox", { name: t("casework:feed.message") }).fill("経営層に第一報を入れた");
      await page.getByRole("button", { name: t("casework:feed.send") }).click();
      const feed = page.getByRole("list", { name: t("casework:feed.title") });
      await feed.getByText("経営層に第一報を入れた").waitFor();
      await feed.getByText(t("casework:deed.phase-returned", { name: t("crisis:phase.understood") })).waitFor();
      await page.getByRole("heading", { name: t("casework:similar.title") }).waitFor();
      await shot(page, `feed-${language}`);
    });

    it("is handed over to the next shift, which acknowledges", async () => {
      const { page, t } = viewer;
      await page.goto(`${yagura.url}/incidents`);
      await page.getByRole("link", { name: t("incident:toHandovers") }).click();
      await page.getByRole("heading", { level: 1, name: t("casework:shift.title") }).waitFor();
      await page.getByLabel(t("casework:shift.to"), { exact: true }).selectOption({ label: COLLEAGUE.name });
      await page
        .getByLabel(t("casework:shift.note"), { exact: true })
        .fill(`**${incidents[language]}** を最優先で ${language}`);
      await page.getByRole("button", { name: t("casework:shift.submit"), exact: true }).click();
      await page
        .getByText(t("casework:shift.waiting", { name: COLLEAGUE.name }))
        .first()
        .waitFor();
      await page
        .getByRole("button", { name: t("casework:shift.withdraw") })
        .first()
        .waitFor();
      await shot(page, `handover-given-${language}`);
      const next = await browser.view({ language, as: colleague });
      await next.page.goto(`${yagura.url}/handovers`);
      await next.page.getByLabel(t("casework:shift.answer")).first().fill("了解しました");
      await next.page
        .getByRole("button", { name: t("casework:shift.acknowledge") })
        .first()
        .click();
      await next.page.getByText("了解しました").first().waitFor();
      await shot(next.page, `handover-${language}`);
      expect(next.faults()).toEqual([]);
      await next.close();
    });
  });

  test.each(VARIANTS)("no page of it has a barrier ($language, $scheme)", async ({ language, scheme }) => {
    const viewer = await browser.view({ language, scheme, as: administrator });
    const { page, t } = viewer;
    for (const aspect of ["/crisis", "/tasks", "/notes", "/evidence", "/feed"]) {
      await open(viewer, language, aspect);
      await expect.poll(() => page.locator("[aria-busy=true]").count()).toBe(0);
      expect(await barriers(page), aspect).toEqual([]);
      await shot(page, `axe${aspect.replace("/", "-")}-${language}-${scheme}`);
    }
    await open(viewer, language, "/crisis");
    await page.getByRole("button", { name: t("crisis:services.editOf", { name: SERVICE }) }).click();
    await dialogOf(page).getByLabel(t("crisis:services.name"), { exact: true }).waitFor();
    await dialogOf(page).getByLabel(t("crisis:services.tolerance"), { exact: true }).fill("30");
    await dialogOf(page).getByLabel(t("crisis:services.note"), { exact: true }).waitFor();
    await shot(page, `service-${language}-${scheme}`);
    expect(await barriers(page), "a dialog").toEqual([]);
    for (const [path, heading] of [
      ["/handovers", "casework:shift.title"],
      ["/response-times", "crisis:times.title"],
    ] as const) {
      await page.goto(yagura.url + path);
      await page.getByRole("heading", { level: 1, name: t(heading) }).waitFor();
      await expect.poll(() => page.locator("[aria-busy=true]").count()).toBe(0);
      await page.getByRole("table").first().waitFor();
      expect(await barriers(page), path).toEqual([]);
      await shot(page, `axe${path.replace("/", "-")}-${language}-${scheme}`);
    }
    expect(viewer.faults()).toEqual([]);
    await viewer.close();
  });
});
