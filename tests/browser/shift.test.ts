import { readFile } from "node:fs/promises";
import type { Locator, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { generate } from "../../src/monitor/simulate/generate.ts";
import { ADMINISTRATOR, becomeAdministrator, readAs } from "../support/administrator.ts";
import { eventually, HAS_BROWSER, openBrowser, type TestBrowser, type Viewer } from "../support/browser.ts";
import { LANGUAGES, textsOf } from "../support/texts.ts";
import { type Installation, newInstallation, settled, type YaguraProcess } from "../support/yagura-process.ts";

/** The pictures of the documentation: `YAGURA_TEST_SHOTS=docs/images npx vitest run tests/browser/shift.test.ts`. */
const SHOTS = process.env.YAGURA_TEST_SHOTS;
const HOUR_MS = 3_600_000;
const SAID = {
  ja: {
    authority: "個人情報保護委員会",
    benign: "棚卸しの作業として申請済み",
    finding: "## 所見\n\n経理の端末から侵入。**s.kato** の資格情報が使われた。",
    task: "パスワードを初期化",
    contained: "端末をネットワークから切り離した",
    closing: "添付ファイルを開いた端末から侵入。端末を隔離し、資格情報を更新した。",
  },
  en: {
    authority: "Personal Information Protection Commission (Japan)",
    benign: "A planned stocktaking job",
    finding: "## Findings\n\nIn through a machine of accounting, on with **s.kato**'s credentials.",
    task: "Reset the passwords",
    contained: "Unplugged the machine from the network",
    closing: "In through an attachment; the machine was isolated, the credentials renewed.",
  },
} as const;

describe.skipIf(!HAS_BROWSER).each(LANGUAGES)("An analyst's shift in a real browser, in %s", (language) => {
  const t = textsOf(language);
  const said = SAID[language];
  let installation: Installation;
  let yagura: YaguraProcess;
  let browser: TestBrowser;
  let viewer: Viewer;
  let page: Page;
  let number: number;
  let isBroken = false;

  beforeAll(async () => {
    installation = await newInstallation();
    [yagura, browser] = await Promise.all([installation.start(), openBrowser()]);
    viewer = await browser.view({ language, scheme: language === "ja" ? "light" : "dark" });
    ({ page } = viewer);
    await becomeAdministrator(viewer, yagura);
    await page.addInitScript(`localStorage.setItem("yagura.language", "${language}")`);
    await sendIntrusion();
  }, 240_000);
  afterAll(async () => {
    await browser?.close();
    await installation?.remove();
  });
  /** Each step stands on the one before. After a failure the rest would only wait in vain. */
  beforeEach(({ skip, onTestFailed }) => {
    if (isBroken) skip("a step before it failed");
    onTestFailed(async () => {
      isBroken = true;
      console.error(await viewer.seen());
    });
  });
  afterEach(() => expect(viewer.faults()).toEqual([]));

  /** The planted intrusion of the sample company, by the ways on which its devices send; it ended half an hour ago. */
  async function sendIntrusion(): Promise<void> {
    const secret = await installation.token("shift");
    const startMs = Date.now() - 4 * HOUR_MS;
    const events = [...generate({ seed: "shift", startMs, durationMs: 3.5 * HOUR_MS, eventsPerSecond: 0.05 })];
    for (const [path, lines] of Map.groupBy(events, ({ transport }) => transport)) {
      const body = lines.map(({ bytes }) => bytes.toString("utf8").replaceAll("\n", " ")).join("\n");
      const answer = await fetch(`${yagura.url}/api/v1/ingest?source=${path}`, {
        method: "POST",
        headers: { authorization: `Bearer ${secret}`, "content-type": "text/plain" },
        body: `${body}\n`,
      });
      if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    }
    await settled(yagura.url);
    await eventually(async () => {
      type Listed = { readonly items: readonly { readonly number: number; readonly alertCount: number }[] };
      const { items } = await readAs<Listed>(viewer, yagura, "/api/v1/incidents?status=open");
      const [largest] = items.toSorted((a, b) => b.alertCount - a.alertCount);
      expect(largest?.alertCount ?? 0, "an incident has formed").toBeGreaterThan(10);
      number = largest?.number ?? 0;
    });
  }

  const shot = async (name: string): Promise<void> => {
    await eventually(async () => expect(await page.locator("[aria-busy=true]").count()).toBe(0));
    if (SHOTS) await page.screenshot({ path: `${SHOTS}/${name}-${language}.png` });
  };
  const dialog = (): Locator => page.getByRole("dialog");
  const main = (): Locator => page.getByRole("main");
  const aspect = async (name: string): Promise<void> => {
    await page
      .getByRole("navigation", { name: t("incident:aspects.label") })
      .getByRole("link", { name: t(`incident:aspects.${name}`), exact: true })
      .click();
  };

  it("begins at home, where the night's funnel leads to the incident", async () => {
    await page.goto(yagura.url);
    await page.getByRole("heading", { level: 1, name: t("home:title") }).waitFor();
    const strip = page.getByRole("region", { name: t("shell:funnel.stripLabel") });
    await strip.getByRole("link", { name: new RegExp(`^${t("shell:funnel.incidents")} [1-9]`) }).waitFor();
    await shot("shift-home");
    await strip.getByRole("link", { name: new RegExp(`^${t("shell:funnel.alerts")}`) }).click();
    await page.getByRole("heading", { level: 1, name: t("alerts:title") }).waitFor();
  });

  it("triages: takes an alert and closes a false one with its reason", async () => {
    const table = page.getByRole("table", { name: t("alerts:title") });
    await table.getByRole("row").nth(3).waitFor();
    await shot("shift-alerts");
    await table.getByRole("row").last().getByRole("link").first().click();
    const panel = page.getByRole("complementary", { name: t("alerts:panel.label") });
    await panel.getByRole("button", { name: t("alerts:assign.title") }).click();
    await page.getByRole("menuitem", { name: t("alerts:assign.me") }).click();
    await panel.getByText(ADMINISTRATOR.name).first().waitFor();
    await panel.getByRole("button", { name: t("alerts:bulk.close") }).click();
    await dialog()
      .getByRole("radio", { name: t("monitor:disposition.benign") })
      .check();
    await dialog().getByLabel(t("alerts:close.reason")).fill(said.benign);
    await dialog()
      .getByRole("button", { name: t("alerts:close.submit") })
      .click();
    await panel.getByText(`${t("monitor:status.closed")} · ${t("monitor:disposition.benign")}`).waitFor();
  });

  it("investigates: reads the story, plays the graph, asks the logs, writes down what was found", async () => {
    await page.goto(`${yagura.url}/incidents/INC-${number}`);
    await page.getByRole("heading", { name: t("story:digest.title") }).waitFor();
    await shot("shift-incident");
    await aspect("why");
    await page.getByRole("table", { name: t("formation:score.title") }).waitFor();
    await shot("shift-why");
    await aspect("story");
    await page.getByRole("heading", { name: t("story:told.answers") }).waitFor();
    await shot("shift-story");
    await aspect("graph");
    await page.locator("svg[role=group]").getByRole("button").first().waitFor();
    await shot("shift-graph");
    await aspect("notes");
    await page.getByRole("button", { name: t("casework:notes.new") }).click();
    await page.getByLabel(t("casework:notes.titleField")).fill(t("incident:aspects.notes"));
    await page.getByLabel(t("casework:notes.body"), { exact: true }).fill(said.finding);
    await page.getByRole("button", { name: t("casework:save") }).click();
    await main().getByText("s.kato").first().waitFor();
  });

  it("declares: the phases of the crisis, and the moment from which the statutory clocks run", async () => {
    await page.goto(`${yagura.url}/incidents/INC-${number}/crisis`);
    for (const phase of ["discovered", "understood"]) {
      await page.getByRole("button", { name: t("crisis:declare.of", { name: t(`crisis:phase.${phase}`) }) }).click();
      await dialog()
        .getByRole("button", { name: t("crisis:submit.declared") })
        .click();
      await dialog().waitFor({ state: "detached" });
    }
    await shot("shift-crisis");
    await page.goto(`${yagura.url}/duties/register`);
    await page.getByText(t("duties:register.emptyTitle")).waitFor();
    await main().getByRole("button", { name: said.authority, exact: true }).click();
    await dialog()
      .getByRole("button", { name: t("duties:register.save"), exact: true })
      .click();
    await dialog().waitFor({ state: "detached" });
    await page.goto(`${yagura.url}/incidents/INC-${number}/duties`);
    await page.getByRole("button", { name: t("duties:known.declare") }).click();
    await dialog()
      .getByLabel(t("duties:known.at", { zone: "JST" }), { exact: true })
      .fill(new Date(Date.now() - HOUR_MS + 9 * HOUR_MS).toISOString().slice(0, 16));
    await dialog().getByLabel(t("duties:known.place")).fill("CSIRT");
    await dialog().getByLabel(t("duties:known.evidence"), { exact: true }).fill(`INC-${number}`);
    await dialog()
      .getByRole("button", { name: t("duties:known.declare") })
      .click();
    await main().getByText("CSIRT").first().waitFor();
    await shot("shift-duties");
  });

  it("contains: the manual step of isolation with its owner and time, and a task", async () => {
    await page.goto(`${yagura.url}/incidents/INC-${number}/tasks`);
    const step = t("casework:step.isolate");
    await page.getByRole("button", { name: t("casework:steps.editOf", { name: step }) }).click();
    await dialog().getByLabel(t("casework:column.owner")).selectOption({ label: ADMINISTRATOR.name });
    await dialog()
      .getByRole("button", { name: t("casework:steps.startNow") })
      .click();
    await dialog()
      .getByRole("button", { name: t("casework:save") })
      .click();
    await dialog().waitFor({ state: "detached" });
    await main().getByRole("row").filter({ hasText: step }).filter({ hasText: ADMINISTRATOR.name }).waitFor();
    await page.getByLabel(t("casework:tasks.new")).fill(said.task);
    await page.getByRole("button", { name: t("casework:tasks.add"), exact: true }).click();
    await page.getByRole("button", { name: t("casework:tasks.markOf.done", { name: said.task }) }).click();
    await page.getByRole("button", { name: t("casework:tasks.markOf.todo", { name: said.task }) }).waitFor();
    await aspect("crisis");
    await page.getByRole("button", { name: t("crisis:declare.of", { name: t("crisis:phase.contained") }) }).click();
    await dialog()
      .getByRole("button", { name: t("crisis:submit.declared") })
      .click();
    await dialog().waitFor({ state: "detached" });
    await page.goto(`${yagura.url}/incidents/INC-${number}`);
    await page
      .getByRole("list", { name: t("incident:status.label") })
      .getByRole("button", { name: t("incident:status.contained") })
      .click();
    await page.locator("[aria-current=step]", { hasText: t("incident:status.contained") }).waitFor();
  });

  it("reports: the draft is filled in from the case, fixed as a PDF, and reads as one", async () => {
    await page.goto(`${yagura.url}/incidents/INC-${number}/duties`);
    await page
      .getByRole("button", { name: t("duties:draft.open") })
      .first()
      .click();
    await dialog().getByRole("textbox").first().waitFor();
    await dialog().getByRole("textbox").last().fill(said.closing);
    await shot("shift-draft");
    await dialog()
      .getByRole("button", { name: t("duties:draft.save") })
      .click();
    await dialog()
      .getByRole("button", { name: t("duties:draft.fixPdf") })
      .click();
    const link = main().getByRole("link", { name: /\.pdf/ }).first();
    await link.waitFor();
    const [download] = await Promise.all([page.waitForEvent("download"), link.click()]);
    expect((await readFile(await download.path())).subarray(0, 5).toString()).toBe("%PDF-");
  });

  it("closes: with what caused it and what was done, and the war room has it all", async () => {
    await page.goto(`${yagura.url}/incidents/INC-${number}`);
    await page
      .getByRole("list", { name: t("incident:status.label") })
      .getByRole("button", { name: t("incident:status.closed") })
      .click();
    await dialog()
      .getByRole("radio", { name: t("monitor:disposition.true-positive") })
      .check();
    await dialog().getByLabel(t("incident:close.reason")).fill(said.closing);
    await dialog()
      .getByRole("button", { name: t("incident:close.submit") })
      .click();
    await main().getByText(said.closing).first().waitFor();
    await aspect("feed");
    const feed = page.getByRole("list", { name: t("casework:feed.title") });
    await feed.getByText(said.task).first().waitFor();
    await feed.getByText(t("crisis:phase.contained")).first().waitFor();
    await shot("shift-feed");
  });
});
