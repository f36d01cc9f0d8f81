import { defineConfig } from "vitest/config";
import base from "../vitest.config.ts";

const globalSetup: string[] = process.env["LEAK"] === "late" ? ["test/_canary-teardown.ts"] : [];

/** The configuration of every run, for the tests that leak. */
export default defineConfig({ ...base, test: { ...base.test, include: ["test/_canary-leaks.ts"], globalSetup } });
