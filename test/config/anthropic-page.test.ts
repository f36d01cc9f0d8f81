import { describe, expect, test } from "vitest";
import { vertex } from "../../src/providers/vertex.ts";
import { rowsOf, snippetsOf } from "../_markdown.ts";
import { configOf } from "./_load.ts";

const page = "docs/anthropic.md";
const snippets = snippetsOf(page);
const env = { ANTHROPIC_API_KEY: "k" };

describe(page, () => {
  test("shows routes.yaml and nothing else", () => {
    expect(snippets.length).toBeGreaterThan(3);
    expect(new Set(snippets.map(({ language }) => language))).toEqual(new Set(["yaml"]));
  });

  test.each(snippets.map(({ text }) => text))("%s", (text) => {
    const { models, warnings } = configOf(text, env);
    expect(models.some(({ name }) => name.startsWith("claude-"))).toBe(true);
    expect(warnings).toEqual([]);
  });

  test("names Claude as Vertex AI has it", () => {
    const [provider] = configOf(
      "providers: { v: { type: vertex, project: p, location: global } }\nmodels: { m: v/x }",
    ).providers;
    const named = rowsOf(page, 2).flatMap(([names = ""]) => [...names.matchAll(/`([^`]+)`/g)].map(([, name]) => name));
    expect(named.length).toBeGreaterThan(3);
    for (const name of named) {
      const whole = (name ?? "").replace("projects/…/locations/…", "projects/p/locations/global");
      const path = provider && vertex.prepare(provider, whole, "chat")?.unary.path;
      expect(path).toMatch(/\/publishers\/anthropic\/models\/claude-[\w@-]+:rawPredict$/);
    }
  });
});
