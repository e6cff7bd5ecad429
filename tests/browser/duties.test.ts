import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { becomeAdministrator, readAs, sendAs } from "../support/administrator.ts";
import { barriers } from "../support/barriers.ts";
import { HAS_BROWSER, openBrowser, type TestBrowser, type Viewer } from "../support/browser.ts";
import { VARIANTS } from "../support/variants.ts";
import { type Installation, newInstallation, settled, type YaguraProcess } from "../support/yagura-process.ts";
import { firstLogs } from "./first-logs.ts";

let installation: Installation;
let yagura: YaguraProcess;
let browser: TestBrowser;
let administrator: Viewer;
let place: string;
let incident: { id: string; number: number };
beforeAll(async () => {
  if (!HAS_BROWSER) return;
  installation = await newInstallation();
  place = await mkdtemp(join(tmpdir(), "yagura-duties-"));
  [yagura, browser] = await Promise.all([installation.start(), openBrowser()]);
  administrator = await browser.view({ language: "ja" });
  await becomeAdministrator(administrator, yagura);
  incident = await openOne();
});
afterAll(async () => {
  if (!HAS_BROWSER) return;
  await browser?.close();
  await installation?.remove();
  await rm(place, { recursive: true, force: true });
});

/** A real intrusion, found by our own rules in logs that were sent in. */
async function openOne(): Promise<{ id: string; number: number }> {
  const { units } = await readAs<{ units: { id: string }[] }>(administrator, yagura, "/api/v1/me");
  const wanted = { name: "本社サーバー", kind: "token", unitId: units[0]?.id };
  const { secret } = await sendAs<{ secret: string }>(administrator, yagura, "/api/v1/sources", wanted);
  await writeFile(join(place, "windows.jsonl.gz"), firstLogs(Date.now()).windows);
  await installation.command("ingest", "--url", yagura.url, "--token", secret, place);
  await settled(yagura.url);
  const alerts = await readAs<{ items: { id: string }[] }>(administrator, yagura, "/api/v1/alerts");
  const alertIds = alerts.items.map(({ id }) => id);
  return await sendAs(administrator, yagura, "/api/v1/incidents", { title: "髙島㈱ 顧客ﾃﾞｰﾀの流出", alertIds });
}

const SHOTS = process.env.YAGURA_TEST_SHOTS;
const shot = async (page: Page, name: string): Promise<void> => {
  if (SHOTS) await page.screenshot({ path: `${SHOTS}/${name}.png`, fullPage: true });
};
/** `2026-11-27T10:20` in Japan, that many days ago. */
const daysAgo = (days: number): string =>
  new Date(Date.now() - days * 86_400_000 + 9 * 3_600_000).toISOString().slice(0, 16);

describe.skipIf(!HAS_BROWSER)("Notification duties in a real browser", () => {
  it("go from the register over the declaration to a file that was sent", async () => {
    const viewer = await browser.view({ language: "ja", as: administrator });
    const { page, t } = viewer;
    await page.goto(`${yagura.url}/duties`);
    await page.getByText(t("duties:empty.title")).waitFor();
    await shot(page, "duties-none");
    await page
      .getByRole("link", { name: t("duties:toRegister") })
      .first()
      .click();
    await page.getByText(t("duties:register.emptyTitle")).waitFor();
    for (const name of [
      "個人情報保護委員会",
      "取引先との契約",
      "NIS2 所管当局・CSIRT",
      "サイバー対処能力強化法（特定侵害事象の報告）",
    ]) {
      await page.getByRole("button", { name, exact: true }).click();
      const dialog = page.getByRole("dialog");
      await dialog.getByLabel(t("duties:field.basis")).waitFor();
      expect(await barriers(page)).toEqual([]);
      await shot(page, "duties-entry");
      await dialog.getByRole("button", { name: t("duties:register.save"), exact: true }).click();
      await page.getByRole("button", { name: `${name}を編集` }).waitFor();
    }
    await shot(page, "duties-register");

    await page.goto(`${yagura.url}/incidents/INC-${incident.number}/duties`);
    await page.getByText(t("duties:time.notStarted")).first().waitFor();
    await shot(page, "duties-not-started");
    await page.getByRole("button", { name: t("duties:known.declare") }).click();
    const declaring = page.getByRole("dialog");
    await declaring.getByLabel(/知った日時（/).fill(daysAgo(4));
    await declaring.getByLabel(t("duties:known.place")).fill("大阪支店 総務部");
    await declaring.getByLabel(t("duties:known.evidence"), { exact: true }).fill("顧客からの電話");
    await declaring.getByRole("button", { name: t("duties:known.declare") }).click();
    await page.getByText("大阪支店 総務部", { exact: false }).first().waitFor();
    const card = page.getByRole("listitem").filter({ hasText: "個人情報保護委員会 – 速報" });
    await card.getByRole("button", { name: t("duties:draft.open") }).click();
    const drafting = page.getByRole("dialog");
    await drafting.getByLabel("1. 概要").waitFor();
    await drafting.getByLabel("5. 二次被害", { exact: false }).fill("確認中です。");
    await shot(page, "duties-draft");
    expect(await barriers(page)).toEqual([]);
    await drafting.getByRole("button", { name: t("duties:draft.save") }).click();
    await drafting.getByRole("button", { name: t("duties:draft.fixPdf") }).click();
    await card.getByRole("link", { name: /preliminary-ja\.pdf/ }).waitFor();
    await card.getByRole("button", { name: t("duties:files.sent") }).click();
    const filing = page.getByRole("dialog");
    await filing.getByText(t("duties:filing.withoutApproval")).waitFor();
    await filing.getByLabel(t("duties:filing.receipt")).fill("PPC-1");
    await filing.getByRole("button", { name: t("duties:filing.save") }).click();
    const sure = page.getByRole("dialog", { name: t("duties:filing.sureTitle") });
    await shot(page, "duties-sure");
    await sure.getByRole("button", { name: t("duties:filing.save") }).click();
    await card.getByText(t("duties:filing.approval.none")).waitFor();
    await shot(page, "duties-sent");
    // It was the wrong one: it is struck through, and the clock runs again.
    await card.getByRole("button", { name: t("duties:filing.void") }).click();
    const taking = page.getByRole("dialog", { name: t("duties:filing.voidTitle") });
    await taking.getByLabel(t("duties:filing.voidReason")).fill("別の届出でした");
    await taking.getByRole("button", { name: t("duties:filing.void") }).click();
    await card.getByText("別の届出でした", { exact: false }).waitFor();
    await card.getByText(t("duties:state.running"), { exact: true }).waitFor();
    // 60 days instead of 30: a second person sees what is asked.
    const fact = page
      .getByRole("listitem")
      .filter({ hasText: t("duties:fact.improperPurpose") })
      .last();
    await fact.getByText(t("duties:answer.yes"), { exact: true }).click();
    await page.getByRole("button", { name: t("duties:facts.save") }).click();
    const waiting = page.getByRole("listitem").filter({ hasText: t("duties:pending.kind.facts") });
    await waiting.getByText(t("duties:fact.improperPurpose")).waitFor();
    await shot(page, "duties-pending");
    expect(await barriers(page)).toEqual([]);
    // Closing with running deadlines names them.
    await page.goto(`${yagura.url}/incidents/INC-${incident.number}`);
    await page.getByRole("button", { name: t("incident:status.closed"), exact: true }).click();
    await page.getByRole("dialog").getByText(t("deadline:closing"), { exact: false }).waitFor();
    await page
      .getByRole("dialog")
      .getByRole("link", { name: /個人情報保護委員会 – 速報/ })
      .waitFor();
    await shot(page, "duties-closing");
    expect(await barriers(page)).toEqual([]);
    expect(viewer.faults()).toEqual([]);
    await viewer.close();
  });

  describe.each(VARIANTS)("in $language, $scheme", ({ language, scheme }) => {
    it("have no barrier, and warn on home and in the menu", async () => {
      const viewer = await browser.view({ language, scheme, as: administrator });
      const { page, t } = viewer;
      for (const path of ["/duties", "/duties/register", `/incidents/INC-${incident.number}/duties`, "/"]) {
        await page.goto(yagura.url + path);
        await page.getByRole("heading", { level: 1 }).waitFor();
        if (path !== "/duties/register") await page.getByRole("region", { name: t("deadline:banner") }).waitFor();
        await page.getByRole("link", { name: t("shell:nav.dutiesDue"), exact: false }).waitFor();
        expect(await barriers(page), path).toEqual([]);
        await shot(page, `duties${path.replaceAll("/", "-")}-${language}-${scheme}`);
      }
      expect(viewer.faults()).toEqual([]);
      await viewer.close();
    });
  });
});
