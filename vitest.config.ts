import { defineConfig } from "vitest/config";

/** Where a machine-readable report goes, beside the readable one. */
const report = process.env.YAGURA_TEST_REPORT;

export default defineConfig({
  test: {
    include: ["src/**/*.test.ts", "tests/**/*.test.ts", "web/**/*.test.ts"],
    pool: "forks",
    maxWorkers: 2,
    testTimeout: 120_000,
    hookTimeout: 180_000,
    reporters: report ? ["default", ["json", { outputFile: report }]] : ["default"],
  },
});
