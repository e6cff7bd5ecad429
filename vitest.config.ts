import { configDefaults, defineConfig } from "vitest/config";

/** Where a machine-readable report goes, beside the readable one. */
const report = process.env.YAGURA_TEST_REPORT;

/** What does no I/O (the import law sees to it) is the same on any engine: a second pass on servers leaves it out. */
const onServers = Boolean(process.env.YAGURA_TEST_POSTGRES) || process.env.YAGURA_TEST_EVENTS === "http";
const pure = ["src/kernel/**", "src/monitor/{event,parse,detect}/**"];

export default defineConfig({
  test: {
    include: ["src/**/*.test.ts", "tests/**/*.test.ts", "web/**/*.test.ts"],
    exclude: [...configDefaults.exclude, ...(onServers ? pure : [])],
    pool: "forks",
    maxWorkers: 2,
    globalSetup: ["tests/support/prepare-state.ts"],
    // They end what hangs; a busy machine with two cores needs minutes for what takes seconds on a quiet one.
    testTimeout: 300_000,
    hookTimeout: 600_000,
    retry: Number(process.env.YAGURA_TEST_RETRY ?? 0),
    expect: { poll: { timeout: 60_000 } },
    reporters: report ? ["default", ["json", { outputFile: report }]] : ["default"],
  },
});
