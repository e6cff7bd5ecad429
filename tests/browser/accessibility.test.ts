import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it, test } from "vitest";
import { becomeAdministrator, readAs, sendAs } from "../support/administrator.ts";
import { barriers } from "../support/barriers.ts";
import { eventually, HAS_BROWSER, openBrowser, type TestBrowser, type Viewer } from "../support/browser.ts";
import { LANGUAGES, type Texts, textsOf } from "../support/texts.ts";
import { type Installation, newInstallation, settled, type YaguraProcess } from "../support/yagura-process.ts";
import { firstLogs } from "./first-logs.ts";

const SCHEMES = ["light", "dark"] as const;
/** Before sign-in the app asks who is there; the answer is 401. */
const NOBODY = /status of 401 .*\/api\/v1\/me/;

let installation: Installation;
let yagura: YaguraProcess;
let browser: TestBrowser;
let place: string;

beforeAll(async () => {
  if (!HAS_BROWSER) return;
  installation = await newInstallation();
  place = await mkdtemp(join(tmpdir(), "yagura-axe-"));
  [yagura, browser] = await Promise.all([installation.start(), openBrowser()]);
});
afterAll(async () => {
  if (!HAS_BROWSER) return;
  await browser?.close();
  await installation?.remove();
  await rm(place, { recursive: true, force: true });
});

/** The page as it stands, light and then dark: it follows what the system prefers while it is open. */
async function barriersInBoth(page: Page): Promise<readonly string[]> {
  const all: string[] = [];
  for (const scheme of SCHEMES) {
    await page.emulateMedia({ colorScheme: scheme });
    await page.locator(`html[data-mantine-color-scheme=${scheme}]`).waitFor();
    all.push(...(await barriers(page)).map((one) => `${scheme}: ${one}`));
  }
  return all;
}

/** The page is drawn in full: its heading is there and nothing is on its way. */
async function drawn(page: Page, heading: string | RegExp): Promise<void> {
  await page.getByRole("heading", { level: 1, name: heading }).waitFor();
  await eventually(async () => expect(await page.locator("[aria-busy=true]").count()).toBe(0));
}

type Arrival = (page: Page, path: string, t: Texts) => Promise<void>;
/** As whoever follows a link that somebody sent. */
const byAddress: Arrival = async (page, path) => {
  await page.goto(yagura.url + path);
};
/**
 * As whoever clicks inside the app: no page is loaded anew, which is most of the work. By way of a page that is not there, because two pages
 * in a row may have the same heading.
 */
const within: Arrival = async (page, path, t) => {
  if (page.url() === "about:blank") await page.goto(yagura.url);
  for (const to of ["/between/pages", path]) {
    await page.evaluate(`history.pushState({}, "", ${JSON.stringify(to)})`);
    if (to !== path) await drawn(page, t("shell:error.notFound.title"));
  }
};
const WAYS = [
  { language: "ja", arrive: byAddress },
  { language: "en", arrive: within },
] as const;

describe.skipIf(!HAS_BROWSER)("Before there is an administrator", () => {
  test.each(LANGUAGES)("the way in has no barrier, light or dark (%s)", async (language) => {
    const viewer = await browser.view({ language, expected: NOBODY });
    const { page, t } = viewer;
    await page.goto(`${yagura.url}/`);
    await drawn(page, t("account:signIn.title"));
    expect(await barriersInBoth(page)).toEqual([]);
    await page.goto(yagura.setupLink ?? "");
    await drawn(page, t("account:setup.title"));
    await page.getByLabel(t("account:setup.organizationName")).waitFor();
    expect(await barriersInBoth(page)).toEqual([]);
    expect(viewer.faults()).toEqual([]);
    await viewer.close();
  });
});

type PageCase = {
  readonly name: string;
  readonly path: () => string;
  readonly heading: (t: Texts) => string | RegExp;
  readonly also?: (page: Page, t: Texts) => Promise<void>;
};
/** Ids of what was made for the pages that show one thing. */
const known = { event: "", eventTime: "", alert: "", rule: "", source: "", incident: "", notebook: "" };

const panel = (page: Page, name: string): Promise<void> =>
  page.getByRole("complementary", { name, exact: true }).getByRole("heading").first().waitFor();

const PAGES: readonly PageCase[] = [
  { name: "home", path: () => "/", heading: (t) => t("home:title") },
  {
    name: "search with an event open",
    path: () => `/search?event=${known.event}&at=${known.eventTime}`,
    heading: (t) => t("search:title"),
    also: (page, t) =>
      page
        .getByRole("complementary", { name: t("search:event.title") })
        .getByRole("tab", { name: t("search:event.fields") })
        .waitFor(),
  },
  {
    name: "search as sentences, nothing found",
    path: () => "/search?view=sentence&q=nothing-like-this",
    heading: (t) => t("search:title"),
    also: (page, t) => page.getByText(t("search:empty.title")).waitFor(),
  },
  {
    name: "alerts with one open",
    path: () => `/alerts?alert=${known.alert}`,
    heading: (t) => t("alerts:title"),
    also: (page, t) => panel(page, t("alerts:panel.label")),
  },
  { name: "incidents", path: () => "/incidents", heading: (t) => t("incident:title") },
  { name: "an incident", path: () => `/incidents/${known.incident}`, heading: () => /Intrusion/ },
  {
    name: "a host",
    path: () => "/monitor/entities/host/dc01",
    heading: () => /dc01/,
    also: (page, t) => page.getByRole("list", { name: t("entities:peers.title") }).waitFor(),
  },
  {
    name: "a host that no log names",
    path: () => "/monitor/entities/host/nowhere",
    heading: () => /nowhere/,
    also: (page, t) => page.getByText(t("entities:latest.none")).waitFor(),
  },
  { name: "notebooks", path: () => "/notebooks", heading: (t) => t("notebooks:title") },
  { name: "a notebook", path: () => `/notebooks/${known.notebook}`, heading: () => /Hunt/ },
  {
    name: "notebooks of an incident",
    path: () => `/incidents/${known.incident}/notebooks`,
    heading: () => /Intrusion/,
  },
  { name: "rules", path: () => "/rules", heading: (t) => t("rules:title") },
  { name: "exceptions from rules", path: () => "/rules/exceptions", heading: (t) => t("exceptions:title") },
  { name: "rule packs, none yet", path: () => "/rules/packs", heading: (t) => t("packs:title") },
  { name: "rules that cannot run", path: () => "/rules?tab=rejected", heading: (t) => t("rules:title") },
  {
    name: "a rule, run over stored events",
    path: () => `/rules/${known.rule}`,
    heading: () => /Security Log Cleared|セキュリティログの消去/,
    also: async (page, t) => {
      await page.getByRole("button", { name: t("retrohunt:start") }).click();
      await page.getByRole("heading", { name: t("retrohunt:samples") }).waitFor();
    },
  },
  { name: "noisy rules", path: () => "/rules?tab=noisy", heading: (t) => t("rules:title") },
  { name: "rules without logs", path: () => "/rules?tab=no-logs", heading: (t) => t("rules:title") },
  { name: "rule coverage", path: () => "/rules/coverage", heading: (t) => t("rules:coverage.title") },
  {
    name: "rule coverage as a list",
    path: () => "/rules/coverage?view=list",
    heading: (t) => t("rules:coverage.title"),
  },
  { name: "a new rule", path: () => "/rules/new", heading: (t) => t("rules:editor.newTitle") },
  { name: "units side by side", path: () => "/dashboards", heading: (t) => t("live:board.title.units") },
  { name: "rules side by side", path: () => "/dashboards?board=rules", heading: (t) => t("live:board.title.rules") },
  { name: "the wall", path: () => "/wall", heading: (t) => new RegExp(t("live:wall.title")) },
  { name: "sources", path: () => "/sources", heading: (t) => t("sources:title") },
  { name: "a source", path: () => `/sources/${known.source}`, heading: () => /本社/ },
  { name: "parsers, none yet", path: () => "/sources/parsers", heading: (t) => t("parsers:title") },
  {
    name: "a new parser",
    path: () => "/sources/parsers/new",
    heading: (t) => t("parsers:newTitle"),
    also: (page, t) => page.getByRole("heading", { name: t("parsers:result.title") }).waitFor(),
  },
  { name: "a new source", path: () => "/sources/new", heading: (t) => t("sources:new.title") },
  { name: "units", path: () => "/units", heading: (t) => t("organization:units.title") },
  { name: "people", path: () => "/people", heading: (t) => t("organization:people.title") },
  { name: "tokens", path: () => "/tokens", heading: (t) => t("organization:tokens.title") },
  { name: "notifications", path: () => "/notifications", heading: (t) => t("notify:inbox.title") },
  {
    name: "how one is told",
    path: () => "/notifications/settings",
    heading: (t) => t("notify:preferences.title"),
  },
  { name: "who is told", path: () => "/notify", heading: (t) => t("notify:admin.title") },
  { name: "channels, none yet", path: () => "/notify/channels", heading: (t) => t("notify:admin.title") },
  { name: "what was sent", path: () => "/notify/log", heading: (t) => t("notify:admin.title") },
  { name: "on call, no rota yet", path: () => "/on-call", heading: (t) => t("notify:onCall.title") },
  { name: "audit", path: () => "/audit", heading: (t) => t("audit:title") },
  { name: "account", path: () => "/account", heading: (t) => t("profile:title") },
  {
    name: "an address that leads nowhere",
    path: () => "/no/such/page",
    heading: (t) => t("shell:error.notFound.title"),
  },
];

describe.skipIf(!HAS_BROWSER)("Signed in", () => {
  let administrator: Viewer;

  beforeAll(async () => {
    administrator = await browser.view({ language: "ja" });
    await becomeAdministrator(administrator, yagura);
    await fillIn(administrator);
  });

  describe.each(WAYS)("in $language, light and dark", ({ language, arrive }) => {
    let viewer: Viewer;
    beforeAll(async () => {
      viewer = await browser.view({ language, as: administrator });
    });
    afterAll(() => viewer?.close());

    test.each(PAGES)("$name has no barrier and no fault", async ({ path, heading, also }) => {
      const { page, t } = viewer;
      await arrive(page, path(), t);
      await drawn(page, heading(t));
      await also?.(page, t);
      await drawn(page, heading(t));
      expect(await page.evaluate("document.documentElement.lang")).toBe(language);
      expect(await barriersInBoth(page)).toEqual([]);
      expect(viewer.faults()).toEqual([]);
    });

    test("menus, dialogs and the command palette have no barrier", async () => {
      const { page, t } = viewer;
      await page.goto(`${yagura.url}/alerts?alert=${known.alert}`);
      await panel(page, t("alerts:panel.label"));
      for (const name of ["shell:frame.zoneTitle", "shell:frame.language", "shell:nav.page.account"]) {
        await page.getByRole("button", { name: t(name) }).click();
        await page.getByRole("menu").waitFor();
        expect(await barriersInBoth(page), name).toEqual([]);
        await page.keyboard.press("Escape");
        await page.getByRole("menu").waitFor({ state: "detached" });
      }
      await page.getByRole("button", { name: t("alerts:bulk.close") }).click();
      await page.getByRole("dialog").waitFor();
      expect(await barriersInBoth(page), "closing an alert").toEqual([]);
      await page.keyboard.press("Escape");
      await page.getByRole("dialog").waitFor({ state: "detached" });
      await page.keyboard.press("Control+k");
      await page.getByRole("combobox", { name: t("shell:palette.placeholder") }).waitFor();
      expect(await barriersInBoth(page), "the palette").toEqual([]);
      expect(viewer.faults()).toEqual([]);
    });
  });

  describe("by keyboard alone", () => {
    let viewer: Viewer;
    const t = textsOf("ja");
    beforeAll(async () => {
      viewer = await browser.view({ language: "ja", as: administrator });
    });
    afterAll(() => viewer?.close());

    it("the first Tab offers to skip the menu, and the next ones reach what the page is for, each in sight", async () => {
      const { page } = viewer;
      await page.goto(`${yagura.url}/search`);
      await drawn(page, t("search:title"));
      await page.getByRole("grid").waitFor();
      const stops = await tabThrough(page, 300);
      expect(stops[0]?.name).toBe(t("shell:frame.skip"));
      const names = stops.map(({ name }) => name);
      for (const key of [
        "search:query.label",
        "search:query.refresh",
        "search:histogram.label",
        "search:results.label",
        "search:live.toggle",
        "search:export.title",
      ])
        expect(names, key).toContain(t(key));
      expect(stops.filter(({ isInSight }) => !isInSight).map(({ name }) => name)).toEqual([]);
    });

    it("? shows the keys, Ctrl+K goes anywhere, g and a letter jumps", async () => {
      const { page } = viewer;
      await page.goto(yagura.url);
      await drawn(page, t("home:title"));
      await page.keyboard.press("?");
      await page.getByRole("dialog", { name: t("shell:keys.title") }).waitFor();
      await page.keyboard.press("Escape");
      await page.getByRole("dialog").waitFor({ state: "detached" });
      await page.keyboard.press("Control+k");
      await page.getByRole("combobox", { name: t("shell:palette.placeholder") }).waitFor();
      await page.keyboard.insertText(t("shell:nav.page.alerts"));
      await page.keyboard.press("Enter");
      await drawn(page, t("alerts:title"));
      await page.keyboard.press("g");
      await page.keyboard.press("s");
      await drawn(page, t("search:title"));
    });

    it("j and k walk through the events, d and Enter open one, Escape closes it", async () => {
      const { page } = viewer;
      await page.goto(`${yagura.url}/search`);
      await drawn(page, t("search:title"));
      const grid = page.getByRole("grid", { name: t("search:results.label") });
      await eventually(async () => expect(await grid.getByRole("row").count()).toBeGreaterThan(3));
      const active = () => grid.getAttribute("aria-activedescendant");
      const press = async (key: string, to: (id: string | null) => boolean): Promise<string | null> => {
        await page.keyboard.press(key);
        await eventually(async () => expect(to(await active()), `after ${key}: ${await active()}`).toBe(true));
        return active();
      };
      const first = await press("j", (id) => id !== null);
      const second = await press("j", (id) => id !== first);
      await press("k", (id) => id === first);
      await press("j", (id) => id === second);

      const event = page.getByRole("complementary", { name: t("search:event.title") });
      for (const key of ["d", "Enter"]) {
        await page.keyboard.press(key);
        await event.getByRole("tab").first().waitFor();
        expect(page.url()).toContain(`event=${second?.replace("event-", "")}`);
        await page.keyboard.press("Escape");
        await event.waitFor({ state: "detached" });
      }
    });
  });
});

/** What has the focus. A radio that is drawn by its label is where its label is; what slides in gets half a second. */
const FOCUSED = `(async () => {
  const at = document.activeElement;
  if (!at || at === document.body) return null;
  const label = at.labels?.[0];
  const drawn = label && at.getBoundingClientRect().width < 2 ? label : at;
  const isInSight = () => {
    const { left, top, right, bottom } = drawn.getBoundingClientRect();
    return right > left && bottom > top && bottom > 0 && right > 0 && top < innerHeight && left < innerWidth;
  };
  for (let frame = 0; frame < 30 && !isInSight(); frame += 1) await new Promise(requestAnimationFrame);
  return { name: (at.getAttribute("aria-label") ?? label?.textContent ?? at.textContent ?? "").trim(), isInSight: isInSight() };
})()`;
type Stop = { readonly name: string; readonly isInSight: boolean };

/** Presses Tab until the focus is back at the start, and notes each stop's name and whether it can be seen. */
async function tabThrough(page: Page, atMost: number): Promise<readonly Stop[]> {
  const stops: Stop[] = [];
  for (let i = 0; i < atMost; i += 1) {
    await page.keyboard.press("Tab");
    const stop = await page.evaluate<Stop | null>(FOCUSED);
    if (stop === null) break;
    stops.push(stop);
  }
  return stops;
}

/** Logs, an alert and an incident, so that no page is empty. */
async function fillIn(viewer: Viewer): Promise<void> {
  const { units } = await readAs<{ units: { id: string }[] }>(viewer, yagura, "/api/v1/me");
  const made = await sendAs<{ source: { id: string }; secret: string }>(viewer, yagura, "/api/v1/sources", {
    name: "本社サーバー",
    kind: "token",
    unitId: units[0]?.id,
  });
  const logs = firstLogs(Date.now());
  const files = {
    "windows.jsonl.gz": logs.windows,
    "auth.log": logs.ssh,
    "access.log": logs.proxy,
    "odd.log": "<<<what is this\n",
  };
  for (const [name, content] of Object.entries(files)) await writeFile(join(place, name), content);
  await installation.command("ingest", "--url", yagura.url, "--token", made.secret, place);
  await settled(yagura.url);
  const alerts = await readAs<{ items: { id: string; rule: { id: string; title: string } }[] }>(
    viewer,
    yagura,
    "/api/v1/alerts",
  );
  const cleared = alerts.items.find(({ rule }) => rule.title === "Security Log Cleared");
  const events = await readAs<{ items: { id: string; time: string }[] }>(
    viewer,
    yagura,
    "/api/v1/search/events?q=detected:true",
  );
  const incident = await sendAs<{ id: string }>(viewer, yagura, "/api/v1/incidents", {
    title: "Intrusion 侵入の疑い",
    summary: "外部からの root ログオン",
    alertIds: alerts.items.slice(1).map(({ id }) => id),
  });
  const notebook = await sendAs<{ id: string }>(viewer, yagura, "/api/v1/notebooks", {
    title: "Hunt 調査",
    incidentId: incident.id,
  });
  for (const cell of [
    { kind: "note", body: "# 仮説\n\n- root" },
    { kind: "query", body: "detected:true", settings: { columns: ["host.name", "user.name"] } },
  ])
    await sendAs(viewer, yagura, `/api/v1/notebooks/${notebook.id}/cells`, { cell });
  known.notebook = notebook.id;
  known.source = made.source.id;
  known.alert = cleared?.id ?? "";
  known.rule = cleared?.rule.id ?? "";
  known.event = events.items[0]?.id ?? "";
  known.eventTime = events.items[0]?.time ?? "";
  known.incident = incident.id;
}
