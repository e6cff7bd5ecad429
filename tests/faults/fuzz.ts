import { once } from "node:events";
import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import { z } from "zod";
import type { Fault, Until } from "./fault.ts";

const Told = z.object({
  found: z.array(z.string()),
  slowestMs: z.number(),
  problems: z.number(),
  cpuMs: z.number(),
  lines: z.number(),
  shared: z.number(),
});
const SEED = "yagura-fuzz-1";

/** Mutated lines of all formats through parsing, matching of our own rules and encoding, as a worker thread does it. */
export const fuzz: Fault = {
  name: "fuzz",
  unit: "lines",
  small: 20_000,
  full: 10_000_000,
  run: async (amount, until) => {
    const threads = amount < 100_000 ? 1 : Math.min(2, availableParallelism());
    const told = await Promise.all(
      Array.from({ length: threads }, (_, n) => thread({ seed: `${SEED}-${n}`, lines: amount / threads, ...until })),
    );
    const sum = (of: (one: z.infer<typeof Told>) => number): number => told.reduce((total, one) => total + of(one), 0);
    const broken = told.flatMap(({ found }) => found);
    return {
      done: `${sum(({ lines }) => lines).toLocaleString("en")} mutated lines of all formats, seeded, were parsed, matched against our own rules and encoded${told[0]?.shared === 0 ? " (no shared logs at hand)" : ""}`,
      figures: {
        "exceptions or lines over 100 ms": broken.length,
        "slowest line, ms of processor time": Math.round(Math.max(...told.map(({ slowestMs }) => slowestMs))),
        "lines with a parser's problem": sum(({ problems }) => problems),
        "lines per second of processor time": Math.round(
          sum(({ lines }) => lines) / (sum(({ cpuMs }) => cpuMs) / 1000),
        ),
      },
      broken,
    };
  },
};

async function thread(workerData: { seed: string; lines: number } & Until): Promise<z.infer<typeof Told>> {
  const worker = new Worker(new URL("./fuzz-worker.ts", import.meta.url), { workerData });
  const [message] = await once(worker, "message");
  await worker.terminate();
  return Told.parse(message);
}
