import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { becomeAdministrator, readAs, sendAs } from "../support/administrator.ts";
import { eventually, HAS_BROWSER, openBrowser, type TestBrowser, type Viewer } from "../support/browser.ts";
import { HOSTILE_TEXTS } from "../support/hostile-texts.ts";
import { LANGUAGES, textsOf } from "../support/texts.ts";
import { type Installation, newInstallation, settled, type YaguraProcess } from "../support/yagura-process.ts";

const SHOTS = process.env.YAGURA_TEST_SHOTS;
/** What turns the direction of writing, drives a terminal or cannot be seen must not reach the eye as it is. */
const STEERING = /(?![\t\n])[\p{Cc}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/u;
/** What a text does to a page is the same in any language; with `YAGURA_TEST_VARIANTS=all` both are walked. */
const WALKED = process.env.YAGURA_TEST_VARIANTS === "all" ? LANGUAGES : (["ja"] as const);
const ENCODED = Buffer.from("Write-Output 'what every morning does'", "utf16le").toString("base64");

let installation: Installation;
let yagura: YaguraProcess;
let browser: TestBrowser;
let administrator: Viewer;
let incident: { id: string; number: number };
let unitId: string;

beforeAll(async () => {
  if (!HAS_BROWSER) return;
  installation = await newInstallation();
  [yagura, browser] = await Promise.all([installation.start(), openBrowser()]);
  administrator = await browser.view({ language: "ja" });
  await becomeAdministrator(administrator, yagura);
  unitId = (await readAs<{ units: { id: string }[] }>(administrator, yagura, "/api/v1/me")).units[0]?.id ?? "";
  await sendHostileLogs();
  await makeHostileCase();
}, 300_000);
afterAll(async () => {
  if (!HAS_BROWSER) return;
  await browser?.close();
  await installation?.remove();
});

/** One event a text, with the text as every value it can be and as a name; a rule of ours fires on each. Then each as a bare line. */
async function sendHostileLogs(): Promise<void> {
  const secret = await installation.token("hostile");
  const now = Date.now();
  const documents = HOSTILE_TEXTS.map((text, i) => hostileEvent(text, new Date(now - (i + 1) * 1_000).toISOString()));
  const lines = HOSTILE_TEXTS.map((text) => `bare ${text.replaceAll("\n", " ")}`);
  await send(secret, "application/x-ndjson", documents.map((event) => `${JSON.stringify(event)}\n`).join(""));
  await send(secret, "text/plain", `${lines.join("\n")}\n`);
  await settled(yagura.url);
}

async function send(secret: string, type: string, body: string): Promise<void> {
  const answer = await fetch(`${yagura.url}/api/v1/ingest?source=${encodeURIComponent("hostile")}`, {
    method: "POST",
    headers: { authorization: `Bearer ${secret}`, "content-type": type },
    body,
  });
  if (!answer.ok) throw new Error(`${answer.status} ${await answer.text()}`);
}

function hostileEvent(text: string, time: string): object {
  return {
    "@timestamp": time,
    event: { code: "4688", action: text, outcome: text },
    host: { name: text, hostname: text },
    user: { name: text, domain: text },
    message: text,
    tags: [text],
    [text.slice(0, 100)]: text,
    winlog: {
      channel: "Security",
      provider_name: "Microsoft-Windows-Security-Auditing",
      event_id: "4688",
      computer_name: text,
      time_created: time,
      event_data: {
        SubjectUserName: text,
        SubjectDomainName: text,
        TargetUserName: text,
        NewProcessName: "C:\\Windows\\System32\\WindowsPowerShell\\v1.0\\powershell.exe",
        ParentProcessName: text,
        CommandLine: `powershell.exe -enc ${ENCODED} ${text}`,
        [text.slice(0, 60)]: text,
      },
    },
  };
}

/** The same texts by the hands of people who may write; what is refused is refused with a reason and is not kept. */
async function makeHostileCase(): Promise<void> {
  const { items } = await readAs<{ items: { id: string }[] }>(administrator, yagura, "/api/v1/alerts?limit=200");
  expect(items.length, "alerts of the hostile events").toBeGreaterThan(50);
  incident = await sendAs(administrator, yagura, "/api/v1/incidents", {
    title: HOSTILE_TEXTS[5],
    summary: HOSTILE_TEXTS[0],
    alertIds: items.slice(0, 150).map(({ id }) => id),
  });
  for (const text of HOSTILE_TEXTS.filter((_, i) => i % 20 === 0)) {
    await tryToSend(`/api/v1/incidents/${incident.id}/tasks`, { title: text });
    await tryToSend(`/api/v1/incidents/${incident.id}/case-notes`, { title: text.slice(0, 200), body: text });
  }
  const all = HOSTILE_TEXTS.join("\n\n").slice(0, 49_000);
  await tryToSend(`/api/v1/incidents/${incident.id}/case-notes`, { title: "all at once", body: all });
  await tryToSend("/api/v1/sources", { name: HOSTILE_TEXTS[5], kind: "token", unitId });
  await tryToSend("/api/v1/units", { name: HOSTILE_TEXTS[5], parentId: unitId });
}

async function tryToSend(path: string, data: object): Promise<void> {
  const answer = await administrator.page.request.post(yagura.url + path, { data, headers: { origin: yagura.url } });
  if (!answer.ok()) expect([400, 409, 422, 429], `${path}: ${await answer.text()}`).toContain(answer.status());
}

/** Where things stand when no log is hostile: what a page of ours never lets move. */
const FRAME = `(() => {
  const box = (selector) => { const { left, top, width } = document.querySelector(selector).getBoundingClientRect(); return [left, top, width].map(Math.round).join(); };
  return { header: box("header"), navigation: box("nav"), overflow: document.documentElement.scrollWidth - innerWidth };
})()`;
/** Rows, cards and cells that a text has pushed out of the window and that nothing clips or scrolls. */
const ESCAPED = `(() => {
  const clips = (node) => { for (let at = node.parentElement; at; at = at.parentElement) if (getComputedStyle(at).overflowX !== "visible") return true; return false; };
  return [...document.querySelectorAll("main *")].filter((node) => { const { width, right } = node.getBoundingClientRect(); return width > 0 && right > innerWidth + 1 && !clips(node); })
    .slice(0, 5).map((node) => node.outerHTML.slice(0, 200));
})()`;

describe.skipIf(!HAS_BROWSER)("Hostile texts in a real browser", () => {
  describe.each(WALKED)("in %s", (language) => {
    const t = textsOf(language);
    let viewer: Viewer;
    let frame: unknown;
    const abroad: string[] = [];

    beforeAll(async () => {
      viewer = await browser.view({ language, scheme: language === "ja" ? "light" : "dark", as: administrator });
      viewer.page.on("request", (request) => {
        const { protocol, origin } = new URL(request.url());
        if (protocol !== "data:" && protocol !== "blob:" && origin !== yagura.url) abroad.push(request.url());
      });
      await viewer.page.goto(`${yagura.url}/account`);
      await viewer.page.getByRole("heading", { level: 1, name: t("profile:title") }).waitFor();
      frame = await viewer.page.evaluate(FRAME);
    });
    afterAll(() => viewer?.close());

    /** Nothing ran, nothing was called, nothing moved, nothing steers the eye. */
    async function harmless(page: Page, name: string): Promise<void> {
      await eventually(async () => expect(await page.locator("[aria-busy=true]").count()).toBe(0));
      if (SHOTS) await page.screenshot({ path: `${SHOTS}/hostile-${name}-${language}.png` });
      expect(await page.evaluate("globalThis.breached"), name).toBeUndefined();
      expect(await page.evaluate("({}).breached"), name).toBeUndefined();
      expect(abroad, name).toEqual([]);
      expect(await page.evaluate(FRAME), name).toEqual(frame);
      expect(await page.evaluate(ESCAPED), name).toEqual([]);
      const text = await page.evaluate<string>("document.body.innerText");
      const at = text.search(STEERING);
      expect(at === -1 ? "" : JSON.stringify(text.slice(Math.max(0, at - 40), at + 40)), name).toBe("");
      expect(await page.title(), name).not.toMatch(STEERING);
      expect(viewer.faults(), name).toEqual([]);
    }

    async function throughRows(page: Page, name: string): Promise<number> {
      const grid = page.getByRole("grid").or(page.getByRole("table")).first();
      await grid.getByRole("row").nth(2).waitFor();
      const seen = new Set<string>();
      const scroller = `(() => { const grid = document.querySelector("[role=grid], main table"); for (let at = grid; at; at = at.parentElement) if (at.scrollHeight > at.clientHeight + 1 && getComputedStyle(at).overflowY !== "visible") return at; return document.scrollingElement; })()`;
      for (let turn = 0; turn < 200; turn += 1) {
        for (const row of await grid
          .getByRole("row")
          .evaluateAll((rows) => rows.map(({ ariaRowIndex, id }) => `${id}${ariaRowIndex}`)))
          seen.add(row);
        if (turn % 8 === 0) await harmless(page, `${name} ${turn}`);
        const isAtEnd = await page.evaluate<boolean>(
          `(() => { const at = ${scroller}; const before = at.scrollTop; at.scrollTop += at.clientHeight * 0.9; return at.scrollTop === before; })()`,
        );
        if (isAtEnd) break;
        await page.evaluate("new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))");
      }
      await harmless(page, `${name} end`);
      return seen.size;
    }

    it("are harmless in the search's rows", async () => {
      await viewer.page.goto(`${yagura.url}/search`);
      expect(await throughRows(viewer.page, "rows")).toBeGreaterThan(400);
    });

    it("are harmless as sentences", async () => {
      const { page } = viewer;
      await page.goto(`${yagura.url}/search?view=sentence`);
      await page.getByRole("grid").getByRole("row").nth(2).waitFor();
      await throughRows(page, "sentences");
    });

    it("are harmless in every tab of an event's panel", async () => {
      const { page } = viewer;
      await page.goto(`${yagura.url}/search?q=${encodeURIComponent("event.code:4688")}`);
      const grid = page.getByRole("grid", { name: t("search:results.label") });
      await grid.getByRole("row").nth(2).waitFor();
      const panel = page.getByRole("complementary", { name: t("search:event.title") });
      for (let event = 0; event < 12; event += 1) {
        await page.keyboard.press("j");
        await page.keyboard.press("Enter");
        await panel.getByRole("tab").first().waitFor();
        for (const tab of await panel.getByRole("tab").all()) {
          await tab.click();
          await harmless(page, `panel ${event}`);
        }
        await page.keyboard.press("Escape");
        await panel.waitFor({ state: "detached" });
      }
    });

    it("are harmless in the alerts and in an alert's panel", async () => {
      const { page } = viewer;
      await page.goto(`${yagura.url}/alerts`);
      await throughRows(page, "alerts");
      const { items } = await readAs<{ items: { id: string }[] }>(administrator, yagura, "/api/v1/alerts?limit=200");
      for (const { id } of items.filter((_, i) => i % 25 === 0)) {
        await page.goto(`${yagura.url}/alerts?alert=${id}`);
        await page
          .getByRole("complementary", { name: t("alerts:panel.label") })
          .getByRole("heading")
          .first()
          .waitFor();
        await harmless(page, "alert");
      }
    });

    it.each([
      "",
      "/story",
      "/graph",
      "/targets",
      "/why",
      "/crisis",
      "/tasks",
      "/notes",
      "/evidence",
      "/feed",
      "/duties",
    ])("are harmless on the incident's page %s", async (part) => {
      const { page } = viewer;
      await page.goto(`${yagura.url}/incidents/${incident.id}${part}`);
      await page.getByRole("heading", { level: 1 }).waitFor();
      await harmless(page, `incident${part.replace("/", "-")}`);
    });

    it("are harmless in each note", async () => {
      const { page } = viewer;
      const { items } = await readAs<{ items: { id: string }[] }>(
        administrator,
        yagura,
        `/api/v1/incidents/${incident.id}/case-notes`,
      );
      expect(items.length).toBeGreaterThan(10);
      // The first holds every text at once, the others a few each.
      for (const { id } of items.filter((_, i) => i % 4 === 0)) {
        await page.goto(`${yagura.url}/incidents/${incident.id}/notes?note=${id}`);
        await page.getByRole("heading", { level: 1 }).waitFor();
        await harmless(page, "note");
      }
    });

    it.each([
      "/",
      "/incidents",
      "/sources",
      "/units",
      "/audit",
      "/attack",
      "/alerts/groups",
      "/handovers",
      "/response-times",
    ])("are harmless on %s", async (path) => {
      const { page } = viewer;
      await page.goto(yagura.url + path);
      await page.getByRole("heading", { level: 1 }).waitFor();
      await harmless(page, `page${path.replaceAll("/", "-")}`);
    });
  });
});
