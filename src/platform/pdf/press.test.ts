import { setTimeout as wait } from "node:timers/promises";
import { afterEach, describe, expect, it } from "vitest";
import type { ReportDocument } from "./document.ts";
import { createPress, type Press, type PressSettings } from "./press.ts";

const MADE = new Date("2026-11-27T01:30:00Z");
const reportOf = (chars: number): ReportDocument => ({
  language: "ja",
  title: "長い報告",
  subtitle: "",
  // No two words are alike: the layout of a word that was met before costs nothing.
  blocks: [{ kind: "text", text: Array.from({ length: chars / 8 }, (_, i) => `調査${i}件`.padEnd(7, "の")).join(" ") }],
});

let press: Press;
const open = (given: Partial<PressSettings> = {}): Press => {
  press = createPress({ threads: 1, maxWaiting: 1, limitMs: 60_000, idleMs: 60_000, ...given });
  return press;
};
afterEach(() => press.close());

describe("The press", () => {
  it("leaves the process free while a long report is drawn", async () => {
    let turns = 0;
    const turning = setInterval(() => (turns += 1), 5);
    const bytes = await open().draw(reportOf(60_000), MADE);
    clearInterval(turning);
    expect(bytes.subarray(0, 5).toString()).toBe("%PDF-");
    expect(turns).toBeGreaterThan(10);
  });

  it("stops what takes too long, and draws the next report on a new thread", async () => {
    const { draw } = open({ limitMs: 1_500 });
    await expect(draw(reportOf(4_000_000), MADE)).rejects.toMatchObject({ code: "over_limit" });
    expect((await draw(reportOf(80), MADE)).length).toBeGreaterThan(1_000);
  });

  it("lets few wait, and tells the others that it is busy", async () => {
    const { draw } = open();
    const first = draw(reportOf(80), MADE);
    const second = draw(reportOf(80), MADE);
    await expect(draw(reportOf(80), MADE)).rejects.toMatchObject({ code: "over_limit" });
    expect((await first).equals(await second)).toBe(true);
  });

  it("starts a thread anew after one that had nothing to do was ended", async () => {
    const { draw } = open({ idleMs: 1 });
    await draw(reportOf(80), MADE);
    await wait(100);
    expect((await draw(reportOf(80), MADE)).length).toBeGreaterThan(1_000);
  });
});
