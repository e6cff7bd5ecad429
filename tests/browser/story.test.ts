import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { generate } from "../../src/monitor/simulate/generate.ts";
import { becomeAdministrator, readAs, sendAs } from "../support/administrator.ts";
import { barriers } from "../support/barriers.ts";
import { eventually, HAS_BROWSER, openBrowser, type TestBrowser, type Viewer } from "../support/browser.ts";
import { LANGUAGES, textsOf } from "../support/texts.ts";
import { type Installation, newInstallation, type YaguraProcess } from "../support/yagura-process.ts";

const SHOTS = process.env.YAGURA_TEST_SHOTS;
const HOUR_MS = 3_600_000;

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
  await intrude();
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

/** The sample company's intrusion, by the ways on which its devices send. */
async function intrude(): Promise<void> {
  const startMs = Date.now() - 9 * HOUR_MS;
  const secret = await installation.token("story");
  const events = [...generate({ seed: "story", startMs, durationMs: 8 * HOUR_MS, eventsPerSecond: 0 })];
  for (const [path, lines] of Map.groupBy(events, ({ transport }) => transport)) {
    const body = lines.map(({ bytes }) => bytes.toString("utf8").replaceAll("\n", " ")).join("\n");
    const answer = await fetch(`${yagura.url}/api/v1/ingest?source=${path}`, {
      method: "POST",
      headers: { authorization: `Bearer ${secret}`, "content-type": "text/plain" },
      body: `${body}\n`,
    });
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
  }
  await eventually(async () => {
    const { total } = await readAs<{ total: number }>(administrator, yagura, "/api/v1/alerts?limit=1");
    expect(total).toBeGreaterThan(30);
  });
}

const shot = async (page: Page, name: string): Promise<void> => {
  if (SHOTS) await page.screenshot({ path: `${SHOTS}/${name}.png`, fullPage: true });
};

describe.skipIf(!HAS_BROWSER)("An incident as a story in a real browser", () => {
  describe.each(LANGUAGES.flatMap((language) => (["light", "dark"] as const).map((scheme) => ({ language, scheme }))))(
    "in $language, $scheme",
    ({ language, scheme }) => {
      let viewer: Viewer;
      const t = textsOf(language);
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
      const named = (part: string) => `${part}-${language}-${scheme}`;

      it("shows three sentences, the strip with counts, and the alerts of one step", async () => {
        const page = await open(`/incidents/INC-${incident.number}`);
        await page.getByRole("heading", { name: t("story:digest.title") }).waitFor();
        const strip = page.getByRole("list", { name: t("story:strip.title") });
        await strip.getByRole("link").first().waitFor();
        await page.getByText("MINATO\\s.kato").first().waitFor();
        expect(await barriers(page)).toEqual([]);
        await shot(page, named("overview"));
        await strip.getByRole("link").last().click();
        await page.getByText(t("story:strip.only", { step: t("story:step.actions") })).waitFor();
        expect(page.url()).toContain("step=actions");
      });

      it("tells the story with its answers and gaps", async () => {
        const page = await open(`/incidents/INC-${incident.number}/story`);
        await page.getByRole("heading", { name: t("story:step.exploitation"), exact: true }).waitFor();
        await page.getByRole("heading", { name: t("story:told.answers") }).waitFor();
        expect(await barriers(page)).toEqual([]);
        await shot(page, named("story"));
      });

      it("draws the graph, plays it by keyboard, and keeps its place beside an open panel", async () => {
        const page = await open(`/incidents/INC-${incident.number}/graph`);
        const all = await page.getByRole("slider", { name: t("story:graph.position") }).getAttribute("max");
        expect(Number(all)).toBeGreaterThan(20);
        await page.getByRole("region", { name: /.*/ }).getByRole("group").first().waitFor();
        await page.locator("svg[role=group]").locator("..").focus();
        await page.keyboard.press("Home");
        await page.getByText(t("story:graph.before")).waitFor();
        for (let i = 0; i < 12; i += 1) await page.keyboard.press("ArrowRight");
        await page.getByText(t("story:graph.place", { at: 12, all: all ?? "" }), { exact: true }).waitFor();
        await page.keyboard.press("+");
        await page.keyboard.press(" ");
        await page.getByRole("button", { name: t("story:graph.pause") }).waitFor();
        await eventually(async () => expect(Number(await page.getByRole("slider").inputValue())).toBeGreaterThan(13));
        await shot(page, named("graph-playing"));
        await page.keyboard.press(" ");
        await page.getByRole("button", { name: t("story:graph.play") }).waitFor();
        await eventually(async () => expect(page.url()).toMatch(/at=\d+/));
        const place = new URL(page.url()).searchParams.get("at");
        await page
          .getByRole("button", { name: /s\.kato/ })
          .first()
          .focus();
        await page.keyboard.press("Enter");
        const panel = page.getByRole("complementary", { name: t("story:panel.title") });
        await panel.getByText(t("story:panel.first")).waitFor();
        expect(new URL(page.url()).searchParams.get("at")).toBe(place);
        expect(await barriers(page)).toEqual([]);
        await shot(page, named("graph-panel"));
        await page.reload();
        await panel.getByText(t("story:panel.first")).waitFor();
        expect(new URL(page.url()).searchParams.get("at")).toBe(place);
        await page.keyboard.press("Escape");
        await panel.waitFor({ state: "detached" });
      });

      it("lists assets, people and indicators", async () => {
        const page = await open(`/incidents/INC-${incident.number}/targets`);
        await page.getByRole("table", { name: t("story:targets.people") }).waitFor();
        await page.getByRole("link", { name: "telemetry-sync-sample.xyz" }).waitFor();
        expect(await barriers(page)).toEqual([]);
        await shot(page, named("targets"));
      });

      it("shows how far each incident went in the list", async () => {
        const page = await open("/incidents");
        await page.getByRole("img", { name: new RegExp(t("story:step.delivery")) }).waitFor();
        expect(await barriers(page)).toEqual([]);
        await shot(page, named("list"));
      });

      it("shows the heatmap as a table, and its unit and time from the address", async () => {
        const page = await open("/attack?days=7");
        await page.getByRole("table").getByRole("row").first().waitFor();
        expect(await page.locator("[data-heat]:not([data-heat='0'])").count()).toBeGreaterThan(3);
        expect(await barriers(page)).toEqual([]);
        await shot(page, named("heat"));
      });

      it("marks the open tab, whether the incident is opened by its number or by its id", async () => {
        for (const ref of [`INC-${incident.number}`, incident.id]) {
          for (const [path, key] of [
            ["", "overview"],
            ["/story", "story"],
            ["/graph?at=3", "graph"],
          ]) {
            const page = await open(`/incidents/${ref}${path}`);
            const tab = page
              .getByRole("navigation", { name: t("incident:aspects.label") })
              .getByRole("link", { name: t(`incident:aspects.${key}`), exact: true });
            await eventually(async () => expect(await tab.getAttribute("aria-current")).toBe("page"));
          }
        }
      });
    },
  );

  it("lets the kill chain be changed and reset, and keeps what one typed when somebody else was faster", async () => {
    const viewer = await browser.view({ language: "ja", as: administrator, expected: /409/ });
    const { page, t } = viewer;
    await page.goto(`${yagura.url}/kill-chain`);
    const impact = page.getByRole("combobox", { name: t("story:chain.stepOf", { name: t("monitor:tactic.impact") }) });
    await impact.selectOption({ label: `6 ${t("story:step.command-and-control")}` });
    await page.getByRole("textbox", { name: t("story:chain.addTechnique") }).fill("ｔ１０５９");
    await page.getByRole("button", { name: t("story:chain.add") }).click();
    await page.getByRole("rowheader", { name: "T1059", exact: true }).waitFor();
    expect(await barriers(page)).toEqual([]);
    const { tactics, techniques } = await readAs<{ tactics: object; techniques: object }>(
      viewer,
      yagura,
      "/api/v1/kill-chain",
    );
    const other = await page.request.put(`${yagura.url}/api/v1/kill-chain`, {
      data: { version: 0, tactics, techniques: { ...techniques, T1486: "actions" } },
      headers: { origin: yagura.url },
    });
    expect(other.status()).toBe(200);
    await page.getByRole("button", { name: t("story:chain.save") }).click();
    await page.getByText(t("story:chain.conflict")).waitFor();
    await page.getByRole("rowheader", { name: "T1059", exact: true }).waitFor();
    await shot(page, "kill-chain-conflict");
    await page.getByRole("button", { name: t("story:chain.mine") }).click();
    await page.getByText(t("story:chain.saved")).waitFor();
    await page.getByRole("button", { name: t("story:chain.reset") }).click();
    await page
      .getByRole("dialog")
      .getByRole("button", { name: t("story:chain.reset") })
      .click();
    await page.getByText(t("story:chain.isDefault")).waitFor();
    await shot(page, "kill-chain");
    const audit = await readAs<{ items: { action: string }[] }>(viewer, yagura, "/api/v1/audit?limit=20");
    expect(audit.items.map(({ action }) => action)).toEqual(
      expect.arrayContaining(["kill-chain.change", "kill-chain.reset"]),
    );
    expect(viewer.faults()).toEqual([]);
    await viewer.close();
  });
});
