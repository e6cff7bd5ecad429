import { readFile } from "node:fs/promises";
import { gunzipSync } from "node:zlib";
import type { Download, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { becomeAdministrator, readAs, sendAs } from "../support/administrator.ts";
import { barriers } from "../support/barriers.ts";
import { eventually, HAS_BROWSER, openBrowser, type TestBrowser, type Viewer } from "../support/browser.ts";
import { textsOf } from "../support/texts.ts";
import { VARIANTS } from "../support/variants.ts";
import { type Installation, newInstallation, type YaguraProcess } from "../support/yagura-process.ts";
import { firstLogs } from "./first-logs.ts";

const SHOTS = process.env.YAGURA_TEST_SHOTS;
/** A host as a sender may call it: a slash, a step up, markup, a percent sign, another direction of writing. */
const HOSTILE = "a/../b%2f<img src=x onerror=alert(1)>?#\u202e客";

let installation: Installation;
let yagura: YaguraProcess;
let browser: TestBrowser;
let administrator: Viewer;
let incident: { id: string; number: number };

beforeAll(async () => {
  if (!HAS_BROWSER) return;
  installation = await newInstallation();
  [yagura, browser] = await Promise.all([installation.start(), openBrowser()]);
  administrator = await browser.view({ language: "ja" });
  await becomeAdministrator(administrator, yagura);
  await sendLogs();
  const { items } = await readAs<{ items: { id: string }[] }>(administrator, yagura, "/api/v1/alerts?limit=200");
  incident = await sendAs(administrator, yagura, "/api/v1/incidents", {
    title: "侵入の疑い Intrusion",
    alertIds: items.map(({ id }) => id),
  });
}, 240_000);
afterAll(async () => {
  if (!HAS_BROWSER) return;
  await browser?.close();
  await installation?.remove();
});

async function sendLogs(): Promise<void> {
  const secret = await installation.token("hunting");
  const logs = firstLogs(Date.now());
  const odd = JSON.stringify({ "@timestamp": new Date().toISOString(), host: { name: HOSTILE }, message: "hello" });
  const bodies = [
    ["winlogbeat", gunzipSync(logs.windows).toString()],
    ["auth", logs.ssh],
    ["proxy", logs.proxy],
    ["odd", `${odd}\n`],
  ] as const;
  for (const [source, body] of bodies) {
    const answer = await fetch(`${yagura.url}/api/v1/ingest?source=${source}`, {
      method: "POST",
      headers: { authorization: `Bearer ${secret}`, "content-type": "text/plain" },
      body,
    });
    if (!answer.ok) throw new Error(`${source}: ${answer.status} ${await answer.text()}`);
  }
  await eventually(async () => {
    const { total } = await readAs<{ total: number }>(administrator, yagura, "/api/v1/alerts?limit=1");
    const { items } = await readAs<{ items: unknown[] }>(administrator, yagura, "/api/v1/search/events");
    expect(total).toBeGreaterThan(1);
    expect(items.length).toBe(10);
  });
}

const shot = async (page: Page, name: string): Promise<void> => {
  if (!SHOTS) return;
  // The page scrolls inside its frame: only a tall window shows all of it.
  await page.setViewportSize({ width: 1440, height: 1900 });
  await page.screenshot({ path: `${SHOTS}/${name}.png` });
  await page.setViewportSize({ width: 1440, height: 900 });
};
const drawn = (page: Page): Promise<void> =>
  eventually(async () => expect(await page.locator("[aria-busy=true]").count()).toBe(0));
const entity = (kind: string, value: string): string => `/monitor/entities/${kind}/${encodeURIComponent(value)}`;

async function downloaded(page: Page, start: () => Promise<unknown>): Promise<{ file: Download; bytes: Buffer }> {
  const [file] = await Promise.all([page.waitForEvent("download"), start()]);
  return { file, bytes: await readFile(await file.path()) };
}

describe.skipIf(!HAS_BROWSER)("A hunt in a real browser", () => {
  describe.each(VARIANTS)("in $language, $scheme", ({ language, scheme }) => {
    let viewer: Viewer;
    const t = textsOf(language);
    const named = (part: string) => `${part}-${language}-${scheme}`;
    beforeAll(async () => {
      viewer = await browser.view({ language, scheme, as: administrator });
    });
    afterAll(async () => {
      if (viewer) expect(viewer.faults()).toEqual([]);
      await viewer?.close();
    });
    const open = async (path: string): Promise<Page> => {
      await viewer.page.goto(yagura.url + path);
      return viewer.page;
    };

    it("goes from a value in a search row to the page of the host, and to its alerts", async () => {
      const page = await open("/search?columns=host.name,user.name,source.ip&q=event.code:1102");
      const row = page.getByRole("grid").getByRole("row").nth(1);
      await row.hover();
      await row.getByRole("button", { name: t("monitor:value.menu", { value: "dc01.example.jp" }) }).click();
      await page.getByRole("menuitem", { name: t("monitor:value.only") }).waitFor();
      await shot(page, named("menu"));
      expect(await barriers(page)).toEqual([]);
      await page
        .getByRole("menuitem", { name: t("monitor:value.open", { kind: t("monitor:entityPage.host") }) })
        .click();
      await page.getByRole("heading", { level: 1, name: /dc01/ }).waitFor();
      await page.getByRole("list", { name: t("entities:peers.title") }).waitFor();
      await page
        .getByRole("list", { name: t("entities:latest.title") })
        .getByRole("listitem")
        .first()
        .waitFor();
      await drawn(page);
      expect(await barriers(page)).toEqual([]);
      await shot(page, named("entity"));
      const alerts = page.getByRole("table", { name: t("entities:alerts.title") });
      await alerts.getByRole("link").first().click();
      await page
        .getByRole("complementary", { name: t("alerts:panel.label") })
        .getByRole("heading")
        .first()
        .waitFor();
      expect(page.url()).toContain("alert=");
      // The sentence names it too, and leads to its events.
      await page
        .getByRole("complementary", { name: t("alerts:panel.label") })
        .locator("dl")
        .getByRole("link", { name: /dc01/ })
        .click();
      await page.getByRole("heading", { level: 1, name: /dc01/ }).waitFor();
    });

    it("shows activity as a table too, and the search that it leads to finds as many", async () => {
      const page = await open(entity("address", "10.1.0.23"));
      const hunt = page.getByRole("link", { name: t("entities:hunt") });
      await hunt.waitFor();
      await page.getByRole("button", { name: t("shell:action.showTable") }).click();
      const table = page.getByRole("table", { name: t("entities:activity.label") });
      const counts = await table.locator("td[data-number]").allTextContents();
      const total = counts.reduce((sum, text) => sum + Number(text), 0);
      expect(total).toBe(5);
      expect(await barriers(page)).toEqual([]);
      await hunt.click();
      await page
        .getByText(t("search:histogram.total", { count: total, text: total }))
        .first()
        .waitFor();
    });

    it("shows a host whatever a sender called it", async () => {
      const page = await open("/search?columns=host.name&q=hello");
      const row = page.getByRole("grid").getByRole("row").nth(1);
      await row.hover();
      await row.getByRole("button", { name: /a\/\.\.\/b%2f/ }).click();
      await page
        .getByRole("menuitem", { name: t("monitor:value.open", { kind: t("monitor:entityPage.host") }) })
        .click();
      await page
        .getByRole("list", { name: t("entities:latest.title") })
        .getByRole("listitem")
        .first()
        .waitFor();
      await page.reload();
      await page
        .getByRole("list", { name: t("entities:latest.title") })
        .getByRole("listitem")
        .first()
        .waitFor();
      expect(await page.getByRole("heading", { level: 1 }).textContent()).toContain("\uFFFD");
      expect(await page.locator("img[src='x']").count()).toBe(0);
    });

    it("shows what happened around an event, by what it shares, with the alerts of then", async () => {
      const page = await open("/search?q=event.code:4688&columns=host.name");
      await page.getByRole("grid").getByRole("row").nth(1).click();
      const panel = page.getByRole("complementary", { name: t("search:event.title") });
      await panel.getByRole("tab", { name: t("search:event.around") }).click();
      const around = panel.getByRole("list", { name: t("search:event.around") });
      await around
        .getByRole("img", { name: t("search:event.alert") })
        .first()
        .waitFor();
      await drawn(page);
      expect(await barriers(page)).toEqual([]);
      await shot(page, named("around"));
      await panel.getByText(t("search:event.by.account"), { exact: true }).click();
      await panel.getByText(t("search:event.aroundBy.account")).waitFor();
    });

    it("puts a search into a notebook of the incident, with a note, and shows what it found", async () => {
      const page = await open(`/incidents/INC-${incident.number}/notebooks`);
      await page.getByRole("button", { name: t("notebooks:new") }).click();
      const title = `調査 ${named("Hunt")}`;
      await page.getByRole("textbox", { name: t("notebooks:titleField") }).fill(title);
      await page.getByRole("button", { name: t("notebooks:create") }).click();
      await page.getByRole("heading", { level: 1, name: title }).waitFor();
      await page.getByRole("button", { name: t("notebooks:addNote") }).click();
      await page.getByRole("textbox", { name: t("notebooks:note") }).fill("**仮説** <script>alert(1)</script>");
      await page.getByRole("button", { name: t("casework:save") }).click();
      await page
        .getByRole("article", { name: `1. ${t("notebooks:note")}` })
        .getByText("<script>")
        .waitFor();

      await page.goto(`${yagura.url}/search?q=event.code:1102&columns=host.name,user.name`);
      await page.getByRole("grid").getByRole("row").nth(1).waitFor();
      await page.getByRole("button", { name: t("monitor:value.note") }).click();
      const dialog = page.getByRole("dialog");
      await dialog
        .getByRole("combobox", { name: t("notebooks:add.to") })
        .selectOption({ label: `INC-${incident.number} · ${title}` });
      expect(await barriers(page)).toEqual([]);
      await dialog.getByRole("button", { name: t("notebooks:add.submit") }).click();
      await page.getByText(t("notebooks:add.done", { title })).waitFor();
      await page.getByRole("button", { name: t("notebooks:add.open") }).click();
      const query = page.getByRole("article", { name: `2. ${t("notebooks:query")}` });
      await query.getByText(t("notebooks:found", { count: 1, text: 1 })).waitFor();
      await query.getByText("dc01.example.jp").first().waitFor();
      await query.getByRole("button", { name: t("notebooks:run") }).click();
      await query.getByText(t("notebooks:before", { count: 1, text: 1 })).waitFor();
      await query
        .getByText(t("notebooks:found", { count: 1, text: 1 }))
        .first()
        .waitFor();
      await drawn(page);
      expect(await barriers(page)).toEqual([]);
      await shot(page, named("notebook"));
      await page.goto(`${yagura.url}/incidents/INC-${incident.number}/notebooks`);
      await page.getByRole("link", { name: title }).waitFor();
      expect(await barriers(page)).toEqual([]);
      await shot(page, named("notebooks"));
      await page.goto(`${yagura.url}/notebooks`);
      const find = page.getByRole("textbox", { name: t("notebooks:find") });
      await find.fill("no notebook has this");
      await page.getByText(t("notebooks:notFound")).waitFor();
      await find.fill(title);
      await page.getByRole("link", { name: title }).waitFor();
    });

    it("keeps what one searched for, for oneself, until it is cleared", async () => {
      const page = await open("/search");
      const bar = page.getByRole("combobox", { name: t("search:query.label") });
      await bar.fill(`tanaka ${scheme} ${language}`);
      await page.keyboard.press("Enter");
      await eventually(async () => {
        const { items } = await readAs<{ items: { q: string }[] }>(viewer, yagura, "/api/v1/query-history");
        expect(items[0]?.q).toBe(`tanaka ${scheme} ${language}`);
      });
      await page.getByRole("button", { name: t("search:saved.title") }).click();
      await page.getByRole("menuitem", { name: t("search:history.title") }).click();
      const dialog = page.getByRole("dialog", { name: t("search:history.title") });
      await dialog.getByText(`tanaka ${scheme} ${language}`).first().waitFor();
      expect(await barriers(page)).toEqual([]);
      await shot(page, named("history"));
      await dialog.getByRole("button", { name: t("search:history.clear") }).click();
      await dialog.getByText(t("search:history.empty")).waitFor();
    });
  });

  describe("what is taken out", () => {
    const t = textsOf("ja");
    let viewer: Viewer;
    beforeAll(async () => {
      viewer = await browser.view({ language: "ja", as: administrator });
    });
    afterAll(async () => {
      if (viewer) expect(viewer.faults()).toEqual([]);
      await viewer?.close();
    });

    it("of a search comes as CSV, NDJSON, JSON and PDF, each saying what it holds", async () => {
      const { page } = viewer;
      await page.goto(`${yagura.url}/search?columns=host.name`);
      await page.getByRole("grid").getByRole("row").nth(1).waitFor();
      for (const [format, check] of [
        ["csv", (text: string) => expect(text.startsWith("\ufeff")).toBe(true)],
        ["ndjson", (text: string) => expect(text.trim().split("\n")).toHaveLength(10)],
        ["json", (text: string) => expect(JSON.parse(text)).toMatchObject({ matching: 10, isCut: false })],
        ["pdf", (text: string) => expect(text.startsWith("%PDF-")).toBe(true)],
      ] as const) {
        await page.getByRole("button", { name: t("search:export.title") }).click();
        const { file, bytes } = await downloaded(page, () =>
          page.getByRole("menuitem", { name: new RegExp(`^${format}`, "i") }).click(),
        );
        expect(file.suggestedFilename()).toMatch(new RegExp(`^events-\\d+T\\d+Z\\.${format}$`));
        check(bytes.toString("utf8"));
      }
    });

    it("of an entity and of a notebook comes as a file, and is audited", async () => {
      const { page } = viewer;
      await page.goto(yagura.url + entity("host", "dc01"));
      await page.getByRole("list", { name: t("entities:peers.title") }).waitFor();
      await page.getByRole("button", { name: t("search:export.title") }).click();
      const told = await downloaded(page, () => page.getByRole("menuitem", { name: "PDF" }).click());
      expect(told.bytes.subarray(0, 5).toString()).toBe("%PDF-");
      const { id } = await sendAs<{ id: string }>(viewer, yagura, "/api/v1/notebooks", { title: "Export 書き出し" });
      await page.goto(`${yagura.url}/notebooks/${id}`);
      await page.getByRole("button", { name: t("search:export.title") }).click();
      const book = await downloaded(page, () => page.getByRole("menuitem", { name: "CSV" }).click());
      expect(book.bytes.toString("utf8").startsWith("\ufeff")).toBe(true);
      const audit = await readAs<{ items: { action: string }[] }>(viewer, yagura, "/api/v1/audit?limit=50");
      expect(audit.items.map(({ action }) => action)).toEqual(
        expect.arrayContaining(["entity.export", "notebook.export"]),
      );
    });
  });

  it("keeps what one typed into a cell when somebody else was faster", async () => {
    const viewer = await browser.view({ language: "ja", as: administrator, expected: /409/ });
    const { page, t } = viewer;
    const book = await sendAs<{ id: string }>(viewer, yagura, "/api/v1/notebooks", { title: "二人" });
    const { cell: made } = await sendAs<{ cell: { id: string } }>(
      viewer,
      yagura,
      `/api/v1/notebooks/${book.id}/cells`,
      {
        cell: { kind: "note", body: "はじめ" },
      },
    );
    await page.goto(`${yagura.url}/notebooks/${book.id}`);
    const name = `1. ${t("notebooks:note")}`;
    await page.getByRole("button", { name: t("notebooks:edit", { name }) }).click();
    await page.getByRole("textbox", { name: t("notebooks:note") }).fill("わたしの考え");
    const other = await page.request.put(`${yagura.url}/api/v1/notebooks/${book.id}/cells/${made.id}`, {
      data: { version: 1, cell: { kind: "note", body: "ほかの人の考え" } },
      headers: { origin: yagura.url },
    });
    expect(other.status()).toBe(200);
    await page.getByRole("button", { name: t("casework:save") }).click();
    await page
      .getByRole("region", { name: t("casework:notes.theirs") })
      .getByText("ほかの人の考え")
      .waitFor();
    expect(await barriers(page)).toEqual([]);
    await shot(page, "notebook-conflict");
    await page.getByRole("button", { name: t("casework:notes.both") }).click();
    await page.getByRole("button", { name: t("casework:save") }).click();
    const cell = page.getByRole("article", { name });
    await cell.getByText("ほかの人の考え").waitFor();
    await cell.getByText("わたしの考え").waitFor();
    expect(viewer.faults()).toEqual([]);
    await viewer.close();
  });
});
