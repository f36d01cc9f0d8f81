import { describe, expect, test } from "vitest";
import { bedrock } from "../../src/providers/bedrock.ts";
import { rowsOf, snippetsOf } from "../_markdown.ts";
import { configOf } from "./_load.ts";

const page = "docs/bedrock.md";
const snippets = snippetsOf(page);

describe(page, () => {
  test("shows routes.yaml and a policy", () => {
    expect(snippets.map(({ language }) => language).filter((one) => one === "yaml").length).toBeGreaterThan(3);
    const policies = snippets
      .filter(({ language }) => language === "json")
      .map(({ text }) => JSON.stringify(JSON.parse(text)));
    expect(policies).toHaveLength(1);
    expect(policies[0]).toContain("bedrock:InvokeModelWithResponseStream");
  });

  test.each(snippets.filter(({ language }) => language === "yaml").map(({ text }) => text))("%s", (text) => {
    const { providers, warnings } = configOf(text, {});
    expect(providers.map(({ type }) => type)).toEqual(["bedrock"]);
    expect(warnings).toEqual([]);
  });

  test("names Claude as Bedrock has it", () => {
    const [provider] = configOf(
      "providers: { b: { type: bedrock, region: us-east-1 } }\nmodels: { m: b/x.y }",
    ).providers;
    const cells = rowsOf(page, 2).flatMap(([names = ""]) =>
      [...names.matchAll(/`([^`…{]+)`/g)].map(([, name]) => name),
    );
    const named = cells.filter((name) => /claude|^arn:/.test(name ?? ""));
    expect(named.length).toBeGreaterThan(3);
    for (const name of named) {
      const path = provider && bedrock.prepare(provider, name ?? "", "chat", "claude-sonnet-4-5")?.unary.path;
      expect(path).toBe(`/model/${encodeURIComponent(name ?? "")}/invoke`);
    }
  });
});
