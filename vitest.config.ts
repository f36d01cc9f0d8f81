import { randomBytes } from "node:crypto";
import { defineConfig, type ViteUserConfig } from "vitest/config";

/** Marks the secrets of this run: test/_canary.ts. */
const canary: string = randomBytes(6).toString("hex");

const config: ViteUserConfig = defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    provide: { canary },
    reporters: ["default", ["./test/_totals-reporter.ts", { canary }]],
    // The longest properties take four seconds on a quiet core; a busy one may have a tenth of that to give.
    testTimeout: 40_000,
    // Servers and clients of one file share a process; more workers than cores only slow the timers down.
    pool: "forks",
  },
});

export default config;
