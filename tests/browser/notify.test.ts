import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type MailBox, openMailBox, openReceiver, type Receiver } from "../../src/respond/notify/testing.ts";
import { ADMINISTRATOR, becomeAdministrator, readAs, sendAs } from "../support/administrator.ts";
import { barriers } from "../support/barriers.ts";
import { eventually, HAS_BROWSER, openBrowser, type TestBrowser, type Viewer } from "../support/browser.ts";
import { textsOf } from "../support/texts.ts";
import { VARIANTS } from "../support/variants.ts";
import { type Installation, newInstallation, settled, type YaguraProcess } from "../support/yagura-process.ts";
import { firstLogs } from "./first-logs.ts";

const SHOTS = process.env.YAGURA_TEST_SHOTS;
const shot = async (page: Page, name: string): Promise<void> => {
  if (SHOTS) await page.screenshot({ path: `${SHOTS}/${name}.png`, fullPage: true });
};

let installation: Installation;
let yagura: YaguraProcess;
let browser: TestBrowser;
let administrator: Viewer;
let place: string;
let mail: MailBox;
let receiver: Receiver;
beforeAll(async () => {
  if (!HAS_BROWSER) return;
  [installation, mail, receiver] = await Promise.all([newInstallation(), openMailBox(), openReceiver()]);
  place = await mkdtemp(join(tmpdir(), "yagura-notify-"));
  const config = join(place, "yagura.yaml");
  await writeFile(
    config,
    `mail:\n  host: 127.0.0.1\n  port: ${mail.port}\n  security: none\n  from: yagura@example.co.jp\nnotify:\n  internalHosts: [127.0.0.1]\n`,
  );
  [yagura, browser] = await Promise.all([installation.start({}, ["--config", config]), openBrowser()]);
  administrator = await browser.view({ language: "ja" });
  await becomeAdministrator(administrator, yagura);
});
afterAll(async () => {
  if (!HAS_BROWSER) return;
  await browser?.close();
  await installation?.remove();
  await Promise.all([mail?.close(), receiver?.close()]);
  await rm(place, { recursive: true, force: true });
});

/** A real intrusion, found by our own rules in logs that were sent in, which an escalation calls for. */
async function openOne(unitId: string): Promise<{ id: string; number: number }> {
  const wanted = { name: "本社サーバー", kind: "token", unitId };
  const { secret } = await sendAs<{ secret: string }>(administrator, yagura, "/api/v1/sources", wanted);
  await writeFile(join(place, "windows.jsonl.gz"), firstLogs(Date.now()).windows);
  await installation.command("ingest", "--url", yagura.url, "--token", secret, join(place, "windows.jsonl.gz"));
  await settled(yagura.url);
  const alerts = await readAs<{ items: { id: string }[] }>(administrator, yagura, "/api/v1/alerts");
  const alertIds = alerts.items.map(({ id }) => id).slice(-1);
  const title = "髙島㈱ <img src=x onerror=alert(1)> 顧客ﾃﾞｰﾀの流出 https://evil.example";
  return await sendAs(administrator, yagura, "/api/v1/incidents", { title, severity: "critical", alertIds });
}

describe.skipIf(!HAS_BROWSER)("Notifications in a real browser", () => {
  it("go from a channel that was tried, over a rota and a call, to an answer", async () => {
    // An inside address is refused first, and that is meant.
    const expected = /status of 400 .*\/notify\/channels/;
    const viewer = await browser.view({ language: "ja", as: administrator, expected });
    const { page, t } = viewer;
    const dialog = page.getByRole("dialog");

    await page.goto(`${yagura.url}/notify/channels`);
    await page.getByText(t("notify:channel.empty")).waitFor();
    await shot(page, "channels-none");
    await page.getByRole("button", { name: t("notify:channel.add") }).click();
    await dialog.getByLabel(t("notify:name"), { exact: true }).fill("SOC のチャット");
    await dialog.getByLabel(t("notify:channel.kind")).selectOption("webhook");
    await dialog.getByLabel(t("notify:channel.address"), { exact: true }).fill("https://10.0.0.1/x");
    await dialog.getByRole("button", { name: t("notify:save"), exact: true }).click();
    await dialog.getByText("notify.internalHosts", { exact: false }).waitFor();
    await dialog.getByLabel(t("notify:channel.address"), { exact: true }).fill(receiver.url);
    expect(await barriers(page)).toEqual([]);
    await shot(page, "channel-dialog");
    await dialog.getByRole("button", { name: t("notify:save"), exact: true }).click();
    await dialog.getByText(/^whsec_/).waitFor();
    await shot(page, "channel-secret");
    await dialog.getByRole("button", { name: t("notify:channel.kept") }).click();
    const card = page.getByRole("article", { name: "SOC のチャット" });
    await card.getByRole("button", { name: t("notify:test.send") }).click();
    await card.getByText("HTTP 200 ok").waitFor();
    expect(receiver.received[0]?.headers["webhook-signature"]).toMatch(/^v1,/);
    receiver.answer = () => ({ status: 410, text: "gone" });
    await card.getByRole("button", { name: t("notify:test.send") }).click();
    await card.getByText("HTTP 410 gone").waitFor();
    receiver.answer = () => ({ status: 200, text: "ok" });
    await shot(page, "channel-tested");

    await page.goto(`${yagura.url}/on-call`);
    await page.getByText(t("notify:rota.empty")).waitFor();
    await shot(page, "on-call-none");
    await page.getByRole("button", { name: t("notify:rota.add") }).click();
    await dialog.getByLabel(t("notify:name"), { exact: true }).fill("夜間当番");
    await dialog.getByLabel(t("notify:rota.next")).selectOption({ label: ADMINISTRATOR.name });
    await dialog.getByRole("button", { name: t("notify:target.add"), exact: true }).click();
    expect(await barriers(page)).toEqual([]);
    await shot(page, "rota-dialog");
    await dialog.getByLabel(t("notify:rota.startsOn")).fill("2026-01-05");
    await dialog.getByRole("button", { name: t("notify:save"), exact: true }).click();
    const rota = page.getByRole("article", { name: "夜間当番" });
    await rota.getByText(ADMINISTRATOR.name).first().waitFor();
    await rota.getByText(t("notify:rota.as.table")).click();
    await rota.getByRole("table").waitFor();
    await shot(page, "rota-table");
    await page.getByRole("button", { name: t("notify:policy.add") }).click();
    await dialog.getByLabel(t("notify:name"), { exact: true }).fill("夜間の呼び出し");
    await dialog.getByLabel(t("notify:target.kind")).selectOption("rota");
    await dialog.getByRole("button", { name: t("notify:target.add"), exact: true }).click();
    expect(await barriers(page)).toEqual([]);
    await shot(page, "policy-dialog");
    await dialog.getByRole("button", { name: t("notify:save"), exact: true }).click();
    await page.getByRole("article", { name: "夜間の呼び出し" }).waitFor();

    await page.goto(`${yagura.url}/notify`);
    await page.getByRole("article").nth(5).waitFor();
    await page.getByRole("button", { name: t("notify:rule.add") }).click();
    await dialog.getByLabel(t("notify:name"), { exact: true }).fill("緊急は呼び出す");
    await dialog.getByLabel(t("notify:rule.from")).selectOption("critical");
    for (const kind of ["policy", "channel"]) {
      await dialog.getByLabel(t("notify:target.kind")).selectOption(kind);
      await dialog.getByRole("button", { name: t("notify:target.add"), exact: true }).click();
    }
    expect(await barriers(page)).toEqual([]);
    await shot(page, "rule-dialog");
    await dialog.getByRole("button", { name: t("notify:save"), exact: true }).click();
    await page.getByRole("article", { name: "緊急は呼び出す" }).waitFor();

    const { units } = await readAs<{ units: { id: string }[] }>(administrator, yagura, "/api/v1/me");
    const { number } = await openOne(units[0]?.id ?? "");
    await eventually(async () => {
      await page.goto(yagura.url);
      await page.getByRole("button", { name: t("notify:bell.unread"), exact: false }).waitFor({ timeout: 5_000 });
    });
    await page.getByRole("button", { name: t("notify:bell.unread"), exact: false }).click();
    const panel = page.getByRole("dialog", { name: t("notify:bell.title") });
    await panel.getByText(`INC-${number}`, { exact: false }).first().waitFor();
    expect(await barriers(page)).toEqual([]);
    await shot(page, "bell");
    await panel.getByText(t("notify:kind.on-call")).first().click();
    await page.getByRole("heading", { level: 1, name: t("notify:onCall.title") }).waitFor();
    await shot(page, "call-open");
    await page.getByRole("button", { name: t("notify:call.acknowledge") }).click();
    await page.getByText(t("notify:call.state.acknowledged")).waitFor();
    await eventually(async () => {
      const called = mail.mails.filter(({ to }) => to === ADMINISTRATOR.email);
      expect(called.length).toBeGreaterThan(0);
    });
    await eventually(async () => expect(receiver.received.length).toBeGreaterThan(2));
    expect(receiver.received.at(-1)?.body).toContain("evil.example");

    await page.goto(`${yagura.url}/notifications/settings`);
    await page.getByRole("button", { name: t("notify:test.send") }).click();
    await page.getByText("250 ", { exact: false }).waitFor();
    await page.getByLabel(t("notify:preferences.quiet"), { exact: true }).check({ force: true });
    await page.getByRole("button", { name: t("notify:save"), exact: true }).click();
    await page.getByText(t("notify:saved")).waitFor();
    expect(viewer.faults()).toEqual([]);
    await viewer.close();
  });

  describe.each(VARIANTS)("in $language, $scheme", ({ language, scheme }) => {
    it("have no barrier", async () => {
      const viewer = await browser.view({ language, scheme, as: administrator });
      const { page } = viewer;
      const t = textsOf(language);
      const pages = {
        "/notifications": t("notify:inbox.title"),
        "/notifications/settings": t("notify:preferences.title"),
        "/notify": t("notify:admin.title"),
        "/notify/channels": t("notify:admin.title"),
        "/notify/log": t("notify:admin.title"),
        "/on-call": t("notify:onCall.title"),
      };
      for (const [path, name] of Object.entries(pages)) {
        await page.goto(yagura.url + path);
        await page.getByRole("heading", { level: 1, name, exact: true }).waitFor();
        await eventually(async () => expect(await page.locator("[aria-busy=true]").count()).toBe(0));
        await page.locator("main").locator("article, table, form, li").first().waitFor();
        await page.getByRole("button", { name: t("notify:bell.title"), exact: false }).waitFor();
        expect(await barriers(page), path).toEqual([]);
        await shot(page, `notify${path.replaceAll("/", "-")}-${language}-${scheme}`);
      }
      expect(viewer.faults()).toEqual([]);
      await viewer.close();
    });
  });
});
