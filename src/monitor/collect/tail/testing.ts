import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, vi } from "vitest";
import type { IntakeDeps } from "../intake.ts";
import type { ResolvedSource } from "../origin.ts";
import { openTestIntake, storedTexts, type TestIntake } from "../testing/fixtures.ts";
import { followFiles, type Tail, type TailSetting } from "./tail.ts";

type Bench = TestIntake & {
  readonly at: (name: string) => string;
  start(setting?: Partial<TailSetting>, pattern?: string, maxFiles?: number): Promise<Tail>;
  /** Waits until the log holds exactly these lines, in this order. */
  holds(...lines: readonly string[]): Promise<void>;
  passTime(ms: number): void;
  readonly warnings: object[];
};

export async function openBench(options: Parameters<typeof openTestIntake>[0] = {}): Promise<Bench> {
  const root = await mkdtemp(join(tmpdir(), "yagura-tail-"));
  const logs = join(root, "logs");
  await mkdir(logs);
  const opened = await openTestIntake(options);
  const running = new Set<Tail>();
  let nowMs = 1_000;
  const warnings: object[] = [];
  onTestFinished(async () => {
    for (const tail of running) await tail.close();
    await rm(root, { recursive: true });
  });
  return {
    ...opened,
    warnings,
    at: (name) => join(logs, name),
    passTime: (ms) => {
      nowMs += ms;
    },
    async start(setting = {}, pattern = "*.log", maxFiles = 1_000) {
      const tail = await followFiles({
        intake: opened.intake,
        files: [{ path: join(logs, pattern), from: "start", ...setting }],
        checkpointPath: join(root, "data", "places.json"),
        now: () => nowMs,
        warn: (facts) => warnings.push(facts),
        onBug: (error) => warnings.push({ bug: error }),
        pollMs: 5,
        maxFiles,
      });
      running.add(tail);
      return tail;
    },
    holds: (...lines) =>
      vi.waitFor(async () => expect(await storedTexts(opened.wal)).toEqual(lines), { timeout: 10_000, interval: 10 }),
  };
}

/** A source with what a person set for it. */
export const pinned =
  (set: Partial<ResolvedSource>): IntakeDeps["resolveSource"] =>
  async () => ({ sourceId: "source_1", unitId: "unit_1", format: "auto", ...set });

export const seenBy = (tail: Tail, facts: object) =>
  vi.waitFor(() => expect(tail.stats()).toMatchObject(facts), { timeout: 10_000, interval: 5 });
