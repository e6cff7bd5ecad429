import { configDefaults, defineConfig } from "vitest/config";

/** Where a machine-readable report goes, beside the readable one. */
const report = process.env.YAGURA_TEST_REPORT;

/**
 * A second pass on servers leaves out what is the same on any engine: what does no I/O (the import law sees to it), the web, and what starts
 * the whole server, which brings its own engines.
 */
const onServers = Boolean(process.env.YAGURA_TEST_POSTGRES) || process.env.YAGURA_TEST_EVENTS === "http";
const sameOnAny = [
  "src/kernel/**",
  "src/monitor/{event,parse}/**",
  "src/monitor/detect/!(sql)/**",
  "web/**",
  "tests/**",
];

export default defineConfig({
  test: {
    include: ["src/**/*.test.ts", "tests/**/*.test.ts", "web/**/*.test.ts"],
    exclude: [...configDefaults.exclude, ...(onServers ? sameOnAny : [])],
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
