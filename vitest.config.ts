import { defineConfig } from "vitest/config";

/** Where a machine-readable report goes, beside the readable one. */
const report = process.env.YAGURA_TEST_REPORT;

export default defineConfig({
  test: {
    include: ["src/**/*.test.ts", "tests/**/*.test.ts", "web/**/*.test.ts"],
    pool: "forks",
    maxWorkers: 2,
    globalSetup: ["tests/support/prepare-state.ts"],
    // They end what hangs; a busy machine with two cores needs minutes for what takes seconds on a quiet one.
    testTimeout: 300_000,
    hookTimeout: 600_000,
    expect: { poll: { timeout: 60_000 } },
    reporters: report ? ["default", ["json", { outputFile: report }]] : ["default"],
  },
});
