import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { standardColumns } from "../../src/compat/columns.ts";
import { providerOf } from "../../src/providers/index.ts";
import { root } from "../_repository.ts";

const columns = await standardColumns();

/** The languages that are loaded for a config, in a process where nobody has asked for others. */
function loadedFor(routes: string): unknown {
  const at = (path: string): string => JSON.stringify(join(root, "src", path));
  const program = `
    const { parseRoutes } = await import(${at("config/load.ts")});
    const { loadDialectsOf } = await import(${at("upstream/target.ts")});
    const { loadedDialects } = await import(${at("dialects/index.ts")});
    const { config, mistakes } = parseRoutes(process.argv[1], { file: "routes.yaml", env: {} });
    if (config === undefined) throw new Error(JSON.stringify(mistakes));
    await loadDialectsOf(config);
    console.log(JSON.stringify([...loadedDialects().keys()].sort()));
  `;
  return JSON.parse(
    execFileSync(process.execPath, ["--input-type=module", "-e", program, routes], { encoding: "utf8" }),
  );
}

describe("languages are loaded for who speaks them", () => {
  test.each<readonly [what: string, routes: string, want: readonly string[]]>([
    [
      "two hosts, two models",
      `providers:
  a: { type: vertex, project: p, location: us-central1, auth: none }
  b: { type: openai, base_url: "http://127.0.0.1:9/v1" }
models: { x: a/gemini-2.5-flash, y: b/m }`,
      ["gemini", "openai"],
    ],
    [
      "Claude on Vertex AI",
      `providers: { a: { type: vertex, project: p, location: us-central1, auth: none } }
models: { x: "a/claude-sonnet-4-5@20250929" }`,
      ["anthropic"],
    ],
    [
      "a profile of Bedrock's whose family is told",
      `providers: { a: { type: bedrock, region: us-east-1, auth: aws } }
models: { x: { deployments: [{ use: "a/arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/abc", family: claude-sonnet-4-5 }] } }`,
      ["anthropic"],
    ],
    [
      "any model of Vertex AI",
      `providers: { a: { type: vertex, project: p, location: us-central1, auth: none } }
models: { "a/*": "a/*" }`,
      ["anthropic", "gemini", "openai"],
    ],
    [
      "any model of Bedrock",
      `providers: { a: { type: bedrock, region: us-east-1, auth: aws } }
models: { "*": "a/*" }`,
      ["anthropic", "converse"],
    ],
  ])("%s", (_what, routes, want) => {
    expect(loadedFor(routes)).toEqual(want);
  });

  test.each(columns.map(({ title, target }) => [title, target] as const))("%s is spoken by its host", (_, target) => {
    expect(providerOf(target.deployment.provider).dialects).toContain(target.dialect.name);
  });
});
