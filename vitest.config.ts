import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    reporters: ["default", "./test/_totals-reporter.ts"],
    testTimeout: 15_000,
    // Servers and clients of one file share a process; more workers than cores only slow the timers down.
    pool: "forks",
  },
});
