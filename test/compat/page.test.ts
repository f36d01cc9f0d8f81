import { describe, expect, test } from "vitest";
import { features } from "../../src/compat/features.ts";
import { idleRouter } from "../../src/compat/model.ts";
import { createCompat } from "../../src/compat/page.ts";
import { configOf } from "../config/_load.ts";

const router = await idleRouter(
  configOf(`
providers:
  azure: { type: azure, base_url: "https://acme.openai.azure.com", auth: none }
  gemini: { type: gemini, auth: none }
models:
  plain: { deployments: [{ use: azure/prod, family: gpt-4o }] }
  thinking: { deployments: [{ use: azure/prod, family: o3 }] }
  safe: { deployments: [{ use: gemini/gemini-2.5-flash, safety: { hate_speech: BLOCK_NONE } }] }
  unsafe: { deployments: [gemini/gemini-2.5-flash] }
  "any/*": gemini/*
`),
);

describe("the matrix of a model", () => {
  test.each([
    ["plain", "thinking"],
    ["safe", "unsafe"],
  ])("is another one where the deployments differ in anything: %s and %s", async (one, other) => {
    const compat = createCompat(router);
    const first = await compat(one);
    const second = await compat(other);
    expect(second.text).toBe((await createCompat(router)(other)).text);
    expect(second).not.toBe(first);
  });

  test("is kept while it is asked for, and the one that was asked for the longest ago leaves", async () => {
    const compat = createCompat(router, 2);
    const [a, b] = [await compat("any/gemini-a"), await compat("any/gemini-b")];
    expect(await compat("any/gemini-a")).toBe(a);
    const c = await compat("any/gemini-c");
    expect(await compat("any/gemini-c")).toBe(c);
    expect(await compat("any/gemini-a")).toBe(a);
    expect(await compat("any/gemini-b")).not.toBe(b);
  });

  test("is made once for all who ask at a time", async () => {
    const compat = createCompat(router);
    const pages = await Promise.all([compat(undefined), compat(undefined), compat("plain"), compat("plain")]);
    expect(new Set(pages).size).toBe(2);
  });

  test("of a model that is not there fails", () => {
    expect(() => createCompat(router)("nobody")).toThrow(expect.objectContaining({ errorName: "model_not_found" }));
  });
});

test("others have their turn while the matrix is made", async () => {
  let turns = 0;
  let isMade = false;
  const count = (): void => {
    turns++;
    if (!isMade) setImmediate(count);
  };
  setImmediate(count);
  await createCompat(router)("plain");
  isMade = true;
  expect(turns).toBeGreaterThan(features.length);
});
