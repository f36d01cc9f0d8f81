import { defineConfig, type ViteUserConfig } from "vitest/config";
import base from "../vitest.config.ts";

const globalSetup: string[] = process.env["LEAK"] === "late" ? ["test/_canary-teardown.ts"] : [];

/** The configuration of every run, for the tests that leak. */
const config: ViteUserConfig = defineConfig({
  ...base,
  test: { ...base.test, include: ["test/_canary-leaks.ts"], globalSetup },
});

export default config;
