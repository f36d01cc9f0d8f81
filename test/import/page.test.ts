import { expect, test } from "vitest";
import { importText } from "../../src/cli/import-text.ts";
import { snippetsOf } from "../_markdown.ts";
import { imported } from "./_import.ts";

const [source, , routes, account] = snippetsOf("docs/import-litellm.md").map(({ text }) => text);

test("the page shows what becomes of its config", () => {
  const result = imported(source ?? "");
  expect(result.routes).toBe(routes);
  expect(importText(result.lines, result.variables, "config.yaml", undefined)).toMatch(/^carried over \(\d+\)\n/);
  expect(importText(result.lines, result.variables, "config.yaml", undefined)).toContain(account);
});
