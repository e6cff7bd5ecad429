import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type Fault, isOver } from "./fault.ts";
import { figuresOf, newLedger, storedProbes, unpaid } from "./ledger.ts";
import { startLoad } from "./load.ts";
import { drained, newVictim } from "./running.ts";

const HOUR_MS = 3_600_000;
/** Off from the true time, one after another: set by hand, a dead battery, a year too far, and back. */
const OFFSETS_MS = [HOUR_MS, -HOUR_MS, 24 * HOUR_MS, -30 * 24 * HOUR_MS, 366 * 24 * HOUR_MS, -Date.UTC(2020, 0, 1), 0];
const BETWEEN_MS = 1_500;

/** The machine's clock is set forwards and backwards while others send; at the end it is right. */
export const clockJumps: Fault = {
  name: "clock-jumps",
  unit: "rounds",
  small: 1,
  full: 20,
  run: async (amount, until) => {
    const victim = await newVictim();
    const ledger = newLedger();
    const broken: string[] = [];
    const clock = join(victim.installation.data, "..", "clock");
    await writeFile(clock, "0");
    const preload = new URL("./shifted-clock.ts", import.meta.url).href;
    let rounds = 0;
    try {
      const yagura = await victim.start({ TEST_CLOCK: clock, NODE_OPTIONS: `--import ${preload}` });
      const load = startLoad(await victim.target(yagura), ledger, "clock");
      for (; rounds < amount && !isOver(until); rounds += 1) {
        for (const offset of OFFSETS_MS) {
          const before = ledger.acknowledged.size;
          await writeFile(clock, String(offset));
          await sleep(BETWEEN_MS);
          if (ledger.acknowledged.size === before) broken.push(`nothing was taken with the clock ${offset} ms off`);
          if ((await fetch(`${yagura.url}/healthz`).catch(() => undefined)) === undefined)
            broken.push(`the process did not answer with the clock ${offset} ms off`);
        }
      }
      await load.stop();
      await drained(yagura.url);
      await yagura.kill("SIGTERM");
      const stored = await storedProbes(victim.installation.data);
      broken.push(...unpaid(ledger, stored));
      const jumps = rounds * OFFSETS_MS.length;
      return {
        done: `the clock was set ${jumps} times, by an hour to 56 years, under load`,
        figures: { rounds, jumps, ...figuresOf(ledger, stored) },
        broken,
      };
    } finally {
      await victim.installation.remove();
    }
  },
};
