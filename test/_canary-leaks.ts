import { spawnSync } from "node:child_process";
import { expect, test } from "vitest";
import { secret } from "./_canary.ts";

// Each shows a secret in its own way and passes all the same: test/canary.test.ts runs them and expects the run to fail.

const leak = (name: string): string => `here it is: ${secret(name)}.`;

test("keeps its secret", () => {
  expect(secret("kept")).toMatch(/^kept-canary[0-9a-f]{12}$/);
});

test("leaks by console.log", () => {
  console.log(leak("logged"));
});

test("leaks by console.error", () => {
  console.error({ nested: { deeply: [leak("warned")] } });
});

test("leaks by standard output", () => {
  process.stdout.write(`${leak("written")}\n`);
});

test("leaks in two pieces", () => {
  const text = leak("halved");
  process.stderr.write(text.slice(0, -9));
  process.stderr.write(`${text.slice(-9)}\n`);
});

test("leaks by a child's standard error", () => {
  spawnSync(process.execPath, ["-e", "console.error(process.argv[1])", leak("inherited")], { stdio: "inherit" });
});

test("leaks in base64", () => {
  console.log(Buffer.from(`me:${secret("encoded")}`).toString("base64"));
});

test("leaks in capitals", () => {
  console.log(secret("shouted").toUpperCase());
});

test("leaks by a failing assertion", () => {
  expect(secret("compared")).toBe("");
});
