import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { sysmonLog } from "../../src/monitor/parse/evtx/testing/events.ts";
import { zipOf } from "../../src/platform/archive/testing/zip.ts";
import { becomeAdministrator, readAs } from "../support/administrator.ts";
import { barriers } from "../support/barriers.ts";
import { HAS_BROWSER, openBrowser, type TestBrowser, type Viewer } from "../support/browser.ts";
import { LANGUAGES } from "../support/texts.ts";
import { type Installation, newInstallation, settled, type YaguraProcess } from "../support/yagura-process.ts";

let installation: Installation;
let yagura: YaguraProcess;
let browser: TestBrowser;
let administrator: Viewer;

beforeAll(async () => {
  if (!HAS_BROWSER) return;
  installation = await newInstallation();
  const config = join(installation.data, "..", "yagura.yaml");
  // Whether or not this machine has tshark.
  await writeFile(config, "tshark: false\n");
  [yagura, browser] = await Promise.all([installation.start({}, ["--config", config]), openBrowser()]);
  administrator = await browser.view({ language: "ja" });
  await becomeAdministrator(administrator, yagura);
});
afterAll(async () => {
  if (!HAS_BROWSER) return;
  await browser?.close();
  await installation?.remove();
});

/** What somebody has who looks into an incident on one computer: logs of all kinds, in one archive. */
const collected = (word: string) => ({
  name: `${word}.zip`,
  mimeType: "application/zip",
  buffer: zipOf([
    { name: "pc01/Sysmon.evtx", text: sysmonLog([`whoami /${word}`, "net user"]) },
    { name: "pc01/入退室.csv", text: `Time,User\n2026-11-27T09:00:00Z,${word} 佐藤\n` },
    { name: "pc01/app.jsonl", text: '{"a":1}\n{"b":' },
    { name: "pc01/capture.pcap", text: Buffer.from("d4c3b2a1020004000000", "hex") },
  ]),
});

describe.skipIf(!HAS_BROWSER)("Log files imported in a real browser", () => {
  it.each(LANGUAGES)(
    "in %s: an archive is taken, what of it could not be is named, and its events are found",
    async (language) => {
      const viewer = await browser.view({ language, as: administrator, scheme: language === "ja" ? "light" : "dark" });
      const { page, t } = viewer;
      const word = `imported${language}`;
      await page.goto(`${yagura.url}/sources`);
      await page.getByRole("button", { name: t("sources:import.open"), exact: true }).click();
      const dialog = page.getByRole("dialog");
      await dialog.locator("input[type=file]").setInputFiles(collected(word));
      await dialog.getByRole("button", { name: t("sources:import.start"), exact: true }).click();
      await dialog.getByText(t("sources:fileProblem.capture")).waitFor();
      await dialog.getByText(new RegExp(`^pc01/app.jsonl ${t("sources:import.line", { line: 2 })}`)).waitFor();
      await dialog.getByText(new RegExp(t("sources:import.accepted", { count: 4, text: "4" }))).waitFor();
      expect(await barriers(page)).toEqual([]);
      await settled(yagura.url);
      for (const q of [`"whoami /${word}"`, `"${word} 佐藤"`]) {
        const query = new URLSearchParams({ q, from: "2020-01-01T00:00:00Z", to: "now" });
        const { items } = await readAs<{ items: object[] }>(viewer, yagura, `/api/v1/search/events?${query}`);
        expect(items, q).toHaveLength(1);
      }
      expect(viewer.faults()).toEqual([]);
      await viewer.close();
    },
  );
});
