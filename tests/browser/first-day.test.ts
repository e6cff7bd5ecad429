import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Locator, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { eventually, HAS_BROWSER, openBrowser, type TestBrowser, type Viewer } from "../support/browser.ts";
import { LANGUAGES, type Language, textsOf } from "../support/texts.ts";
import { type Installation, newInstallation, settled, type YaguraProcess } from "../support/yagura-process.ts";
import { FIRST_LOGS_COUNT, firstLogs } from "./first-logs.ts";

const ADMIN = { name: "山田 花子", email: "hanako@example.jp", password: "静かな櫓から夜の町を見張る" };
const REASON = "棚卸しの作業 – planned maintenance";
/** Our own rule has its title in both languages. */
const CLEARED = "セキュリティログの消去";
const ROOT_LOGIN = "Root Signed In Over SSH With a Password";

let installation: Installation;
let yagura: YaguraProcess;
let browser: TestBrowser;
let viewer: Viewer;
let place: string;
let secret = "";

beforeAll(async () => {
  if (!HAS_BROWSER) return;
  installation = await newInstallation({ isNew: true });
  place = await mkdtemp(join(tmpdir(), "yagura-first-day-"));
  [yagura, browser] = await Promise.all([installation.start(), openBrowser()]);
  // Before sign-in the app asks who is there, and the wrong password below is meant.
  viewer = await browser.view({ language: "ja", expected: /status of 401 .*\/api\/(v1\/me|auth\/sign-in\/email)/ });
});
afterAll(async () => {
  if (!HAS_BROWSER) return;
  await browser?.close();
  await installation?.remove();
  await rm(place, { recursive: true, force: true });
});

/** Each step stands on the one before. After a failure the rest would only wait in vain. */
let isBroken = false;
beforeEach(({ skip, onTestFailed }) => {
  if (isBroken) skip("a step before it failed");
  onTestFailed(async () => {
    isBroken = true;
    console.error(await viewer.seen());
  });
});
afterEach(() => expect(viewer.faults()).toEqual([]));

const panelOf = (page: Page, name: string): Locator => page.getByRole("complementary", { name });
const ja = textsOf("ja");

describe.skipIf(!HAS_BROWSER)("The first day, in a real browser", () => {
  it("begins with the link that the start printed: the administrator is made by keyboard alone", async () => {
    const { page } = viewer;
    expect(yagura.setupLink).toBeDefined();
    await page.goto(yagura.setupLink ?? "");
    await page.getByRole("heading", { name: ja("account:setup.title") }).waitFor();
    await page.getByLabel(ja("account:setup.organizationName")).waitFor();
    expect(await page.evaluate("document.activeElement.name")).toBe("organization");
    expect(page.url(), "the secret leaves the address bar").not.toContain("token");
    for (const text of ["櫓商事株式会社", ADMIN.name, ADMIN.email, ADMIN.password]) {
      await page.keyboard.insertText(text);
      await page.keyboard.press("Tab");
    }
    await page.getByLabel(ja("account:signIn.password"), { exact: true }).press("Enter");
    await page.getByRole("heading", { level: 1, name: ja("home:title") }).waitFor();
    expect(await page.evaluate("document.documentElement.lang")).toBe("ja");
  });

  it("goes on at home, which teaches what to do first, and the link works no second time", async () => {
    const { page } = viewer;
    await page.getByRole("heading", { name: ja("home:first.title") }).waitFor();
    await page.getByText(ja("home:leadFirst")).waitFor();
    await page.getByRole("link", { name: ja("home:first.source.action") }).waitFor();

    const stranger = await browser.view({ language: "ja" });
    await stranger.page.goto(yagura.setupLink ?? "");
    await stranger.page.getByText(ja("account:setup.expired")).waitFor();
    expect(stranger.faults()).toEqual([]);
    await stranger.close();
  });

  it("enters a source, which gives a token that is shown once", async () => {
    const { page } = viewer;
    await page.getByRole("link", { name: ja("home:first.source.action") }).click();
    await page.getByLabel(ja("sources:field.name")).fill("本社サーバー");
    await page.getByRole("button", { name: ja("sources:new.submit") }).click();
    await page.getByRole("heading", { name: ja("sources:new.doneTitle", { name: "本社サーバー" }) }).waitFor();
    secret =
      (await page
        .getByText(/^ygr_[\w-]+$/)
        .first()
        .textContent()) ?? "";
    expect(secret).toMatch(/^ygr_[\w-]{20,}$/);
    await page.getByText(ja("sources:new.waiting")).waitFor();
  });

  it("imports files on the command line, and the page that waited says that they came", async () => {
    const { page } = viewer;
    const logs = firstLogs(Date.now());
    const files = { "windows.jsonl.gz": logs.windows, "auth.log": logs.ssh, "access.log": logs.proxy };
    for (const [name, content] of Object.entries(files)) await writeFile(join(place, name), content);
    const said = await installation.command("ingest", "--url", yagura.url, "--token", secret, place);
    expect(said).toContain(`${FIRST_LOGS_COUNT} events accepted from 3 files`);
    await settled(yagura.url);
    await page.getByText(ja("sources:new.arrived", { count: FIRST_LOGS_COUNT })).waitFor();
  });

  it("sees the funnel move at home", async () => {
    const { page } = viewer;
    await page.reload();
    await page.getByRole("link", { name: ja("shell:nav.page.home"), exact: true }).click();
    const strip = page.getByRole("region", { name: ja("shell:funnel.stripLabel") });
    await strip.getByRole("link", { name: `${ja("shell:funnel.events")} ${FIRST_LOGS_COUNT}` }).waitFor();
    await strip.getByRole("link", { name: `${ja("shell:funnel.detections")} 3` }).waitFor();
    await strip.getByRole("link", { name: `${ja("shell:funnel.alerts")} 3` }).waitFor();
    await page.getByRole("link", { name: CLEARED }).first().waitFor();
  });

  describe.each(LANGUAGES)("in %s", (language) => {
    it("speaks that language everywhere once it is chosen", async () => {
      await chooseLanguage(language);
    });

    it("finds an event, reads it as a sentence, narrows to a value, and the address opens the same for others", async () => {
      await searchAndShare(language);
    });

    it("triages an alert: takes it, closes it with a judgment and its reason, and takes the closing back", async () => {
      await triage(language, language === "ja" ? CLEARED : ROOT_LOGIN);
    });
  });

  it("ends with signing out; a wrong password is named, the right one leads back to the page that was asked for", async () => {
    const { page } = viewer;
    const t = textsOf("en");
    await page.getByRole("button", { name: t("shell:nav.page.account") }).click();
    await page.getByRole("menuitem", { name: t("shell:frame.signOut") }).click();
    await page.getByRole("heading", { name: t("account:signIn.title") }).waitFor();

    await page.goto(`${yagura.url}/alerts?status=closed`);
    await page.getByLabel(t("account:signIn.email")).fill(ADMIN.email);
    await page.getByLabel(t("account:signIn.password"), { exact: true }).fill("not the password at all");
    await page.getByRole("button", { name: t("account:signIn.submit") }).click();
    await page.getByRole("alert").getByText(t("account:signIn.wrong")).waitFor();
    await page.getByLabel(t("account:signIn.password"), { exact: true }).fill(ADMIN.password);
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { level: 1, name: t("alerts:title") }).waitFor();
    expect(new URL(page.url()).search).toBe("?status=closed");
  });
});

async function chooseLanguage(language: Language): Promise<void> {
  const { page } = viewer;
  const now = textsOf((await page.evaluate<string>("document.documentElement.lang")) === "en" ? "en" : "ja");
  await page.getByRole("button", { name: now("shell:frame.language") }).click();
  await page.getByRole("menuitemradio", { name: language === "ja" ? "日本語" : "English" }).click();
  await page
    .getByRole("link", { name: textsOf(language)("shell:nav.page.alerts") })
    .first()
    .waitFor();
  expect(await page.evaluate("document.documentElement.lang")).toBe(language);
}

async function searchAndShare(language: Language): Promise<void> {
  const { page } = viewer;
  const t = textsOf(language);
  await page.getByRole("link", { name: t("shell:nav.page.search"), exact: true }).click();
  await page.getByRole("combobox", { name: t("search:query.label") }).fill("203.0.113.9");
  await page.keyboard.press("Enter");
  const grid = page.getByRole("grid", { name: t("search:results.label") });
  await page
    .getByText(t("search:histogram.total", { count: 2, text: "2" }))
    .first()
    .waitFor();
  await eventually(async () => expect(await grid.getByRole("row").count(), "two events below the head").toBe(3));
  await page.getByRole("slider", { name: t("search:histogram.label") }).waitFor();

  await grid.getByRole("row").filter({ hasText: "root" }).click();
  const panel = panelOf(page, t("search:event.title"));
  const sentence = panel.getByRole("paragraph").first();
  const said = language === "ja" ? /root.*が.*203\.0\.113\.9.*から/ : /root .*from 203\.0\.113\.9/i;
  await sentence.filter({ hasText: said }).waitFor();
  await panel.getByRole("link", { name: ROOT_LOGIN }).waitFor();

  await panel.getByRole("button", { name: t("search:filter.in", { field: "user.name", value: "root" }) }).click();
  await page
    .getByText(t("search:histogram.total", { count: 1, text: "1" }))
    .first()
    .waitFor();
  const shared = page.url();
  expect(decodeURIComponent(new URL(shared).search)).toContain("user.name:root");

  const viewerView = await browser.view({ language, as: viewer });
  await viewerView.page.goto(shared);
  await viewerView.page
    .getByText(t("search:histogram.total", { count: 1, text: "1" }))
    .first()
    .waitFor();
  await panelOf(viewerView.page, t("search:event.title")).getByRole("link", { name: ROOT_LOGIN }).waitFor();
  expect(viewerView.faults()).toEqual([]);
  await viewerView.close();
}

async function triage(language: Language, title: string): Promise<void> {
  const { page } = viewer;
  const t = textsOf(language);
  await page
    .getByRole("link", { name: t("shell:nav.page.alerts") })
    .first()
    .click();
  const table = page.getByRole("table", { name: t("alerts:title") });
  await table.getByRole("link", { name: title }).click();
  const panel = panelOf(page, t("alerts:panel.label"));
  await panel.getByRole("heading", { name: title }).waitFor();

  await panel.getByRole("button", { name: t("alerts:assign.title") }).click();
  await page.getByRole("menuitem", { name: t("alerts:assign.me") }).click();
  await panel
    .getByRole("listitem")
    .filter({ hasText: `${t("alerts:history.field.assignee")}: ` })
    .first()
    .waitFor();

  await panel.getByRole("button", { name: t("alerts:bulk.close") }).click();
  const dialog = page.getByRole("dialog", { name: t("alerts:close.title", { count: 1 }) });
  const submit = dialog.getByRole("button", { name: t("alerts:close.submit") });
  expect(await submit.isDisabled(), "a closing needs a judgment and a reason").toBe(true);
  await dialog.getByRole("radio", { name: t("monitor:disposition.benign") }).check();
  await dialog.getByLabel(t("alerts:close.reason")).fill(REASON);
  await submit.click();
  await panel.getByText(`${t("monitor:status.closed")} · ${t("monitor:disposition.benign")}`).waitFor();
  const changed = (field: string, to: string): Locator =>
    panel
      .getByRole("listitem")
      .filter({ hasText: new RegExp(`^${t(`alerts:history.field.${field}`)}: (.+ → )?${to}$`) });
  await changed("disposition", t("monitor:disposition.benign")).waitFor();
  await changed("reason", REASON).waitFor();

  const toast = page.getByRole("status").filter({ hasText: t("alerts:toast.closed", { count: 1 }) });
  await toast.getByRole("button", { name: t("shell:action.undo") }).click();
  await changed("status", t("monitor:status.open")).waitFor();
  await panel.getByText(t("alerts:history.undone")).waitFor();
  await panel.getByRole("button", { name: t("alerts:bulk.start") }).waitFor();
}
