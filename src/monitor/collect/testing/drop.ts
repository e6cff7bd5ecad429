import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, vi } from "vitest";
import { type DropFolders, openDropFolders } from "../drop/drop.ts";
import type { PlaceStats } from "../drop/place.ts";
import type { DropSetting } from "../drop/settings.ts";
import type { OpenFile } from "../lines/receive-file.ts";
import { openTestIntake, storedTexts, type TestIntake } from "./fixtures.ts";

export type DropBench = TestIntake & {
  readonly root: string;
  readonly warnings: object[];
  start(place: DropSetting["place"], setting?: Partial<DropSetting>): Promise<DropFolders>;
  /** Waits until the log holds exactly these lines, in this order. */
  holds(...lines: readonly string[]): Promise<void>;
};

/** Drop folders over a real log, by `openFile`; all is gone when the test ends. */
export async function openDropBench(
  openFile: OpenFile,
  options: Parameters<typeof openTestIntake>[0] = {},
): Promise<DropBench> {
  const root = await mkdtemp(join(tmpdir(), "yagura-drop-"));
  await mkdir(join(root, "in"));
  const opened = await openTestIntake(options);
  const running = new Set<DropFolders>();
  const warnings: object[] = [];
  onTestFinished(async () => {
    for (const drop of running) await drop.close();
    await rm(root, { recursive: true });
  });
  return {
    ...opened,
    root,
    warnings,
    async start(place, setting = {}) {
      const drop = await openDropFolders({
        intake: opened.intake,
        newOpener: () => openFile,
        places: [{ name: "Drop", after: "keep", pollSeconds: 0.01, place, ...setting }],
        log: opened.wal,
        directory: join(root, "data"),
        now: Date.now,
        warn: (facts, message) => warnings.push({ ...facts, message }),
        onBug: (error) => warnings.push({ bug: error }),
      });
      running.add(drop);
      return drop;
    },
    holds: (...lines) =>
      vi.waitFor(async () => expect(await storedTexts(opened.wal)).toEqual(lines), { timeout: 20_000, interval: 20 }),
  };
}

export const statsOf = (drop: DropFolders): PlaceStats | undefined => drop.stats().get("Drop");

export const dropSees = (drop: DropFolders, facts: Partial<PlaceStats>): Promise<void> =>
  vi.waitFor(() => expect(statsOf(drop)).toMatchObject(facts), { timeout: 20_000, interval: 10 });
