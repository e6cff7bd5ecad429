import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type Fault, isOver } from "./fault.ts";

const MIGRATE = new URL("./migrate-once.ts", import.meta.url).pathname;

/** Both engines' migrations from nothing, killed at a random moment; then they are run again and must end in the same schema. */
export const killMigration: Fault = {
  name: "kill-in-migration",
  unit: "rounds",
  small: 2,
  full: 100,
  run: async (amount, until) => {
    const root = await mkdtemp(join(tmpdir(), "yagura-migrating-"));
    const broken: string[] = [];
    let [rounds, unfinished] = [0, 0];
    try {
      const startedAt = performance.now();
      const wanted = await said(migrate(join(root, "whole")));
      const wholeMs = performance.now() - startedAt;
      for (; rounds < amount && !isOver(until); rounds += 1) {
        const directory = join(root, String(rounds));
        const child = migrate(directory);
        const text = said(child);
        await Promise.race([sleep(Math.random() * wholeMs), text]);
        child.kill("SIGKILL");
        if ((await text) === "") unfinished += 1;
        const again = await said(migrate(directory));
        if (again !== wanted) broken.push(`round ${rounds}: after the kill the schema was ${again || "not reached"}`);
        await rm(directory, { recursive: true, force: true });
      }
    } finally {
      await rm(root, { recursive: true, force: true });
    }
    return {
      done: `the migrations of both embedded engines, from empty directories, were killed with -9 at random moments ${rounds} times and run again`,
      figures: { rounds, "killed before their end": unfinished, "schemas that differ": broken.length },
      broken,
    };
  },
};

const migrate = (directory: string): ChildProcess =>
  spawn(process.execPath, [MIGRATE, directory], { stdio: ["ignore", "pipe", "inherit"] });

async function said(child: ChildProcess): Promise<string> {
  let text = "";
  child.stdout?.on("data", (chunk: Buffer) => (text += chunk));
  await once(child, "close");
  return text;
}
