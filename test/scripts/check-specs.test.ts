import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { readDeviations, specNames } from "../../scripts/spec/check/check.ts";
import { parseDeviations } from "../../scripts/spec/check/deviations.ts";
import { readSpec } from "../../scripts/spec/load.ts";
import { runScript } from "./_run.ts";
import { temporaryFolder } from "./_spec.ts";

const spec = join(import.meta.dirname, "../../specs/openai.yaml");

/** A document in a file of its own. */
function fileOf(document: unknown): string {
  const file = join(temporaryFolder(), "upstream.json");
  writeFileSync(file, JSON.stringify(document));
  return file;
}

describe("check:specs is used wrongly", () => {
  test.each<[string, readonly string[], string]>([
    ["with an unknown option", ["--all"], "--all"],
    ["with a spec that does not exist", ["--spec", "gpt"], "there is no spec gpt"],
    ["with an upstream for no spec", ["--upstream", spec], "--upstream goes with --spec"],
    ["with a root for no upstream", ["--spec", "openai", "--root", "A=B"], "--root goes with --upstream"],
    ["with a root that is no pair", ["--spec", "openai", "--upstream", spec, "--root", "A"], "UPSTREAM=OURS, not A"],
    ["with a root we do not have", ["--spec", "openai", "--upstream", spec, "--root", "Model=A"], "has no component A"],
    [
      "with a root upstream does not have",
      ["--spec", "openai", "--upstream", spec, "--root", "A=Model"],
      "component A",
    ],
    ["with an address", ["--spec", "openai", "--upstream", "https://example.com/api.yaml"], "download it"],
    ["with a file that is not there", ["--spec", "openai", "--upstream", "/nowhere.json"], "/nowhere.json"],
  ])("%s: exit code 2, and how to use it", async (_name, args, message) => {
    const { code, stdout, stderr } = await runScript("check-specs.ts", args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toContain(message);
    expect(stderr).toContain("usage: npm run check:specs");
  });

  test("with a file in which nothing can be found", async () => {
    const file = fileOf({ definitions: { Other: { type: "object" } } });
    const { code, stderr } = await runScript("check-specs.ts", ["--spec", "openai", "--upstream", file]);
    expect(code).toBe(2);
    expect(stderr).toContain("nothing in upstream.json is like anything in specs/openai.yaml; say what with --root");
  });
});

describe("check:specs", () => {
  test("--help says that only files are read", async () => {
    const { code, stdout } = await runScript("check-specs.ts", ["--help"]);
    expect(code).toBe(0);
    expect(stdout).toContain("A file only: addresses");
  });

  test("beside upstream fails on a difference, by name, and on deviations that are none any more", async () => {
    const upstream = readSpec("openai");
    const request = upstream.components.schemas["CreateChatCompletionRequest"];
    if (request?.properties !== undefined) request.properties["shiny"] = { type: "boolean" };
    const { code, stdout } = await runScript("check-specs.ts", ["--spec", "openai", "--upstream", fileOf(upstream)]);
    expect(code).toBe(1);
    expect(stdout).toMatch(/^\+ CreateChatCompletionRequest\.shiny {2}boolean$/m);
    expect(stdout).toMatch(/^! CreateChatCompletionRequest\.top_logprobs {2}null: in specs\/deviations\.yaml, but no/m);
    expect(stdout).toMatch(
      /^openai: \d+ places compared, 0 intended differences, 1 others; upstream has 0 operations/m,
    );
  });

  test("beside upstream is fine when every difference is intended", async () => {
    const specs = ["--spec", "emulator", "--upstream", fileOf(readSpec("emulator")), "--root", "Script=Script"];
    const { code, stdout } = await runScript("check-specs.ts", specs);
    expect(stdout).toMatch(/^emulator: \d+ places compared, 0 intended differences, 0 others/);
    expect(code).toBe(0);
  });
});

describe("specs/deviations.yaml", () => {
  test("has no mistake", () => {
    const { deviations, mistakes } = readDeviations();
    expect(mistakes).toEqual([]);
    expect(deviations.length).toBeGreaterThan(0);
  });

  test("that is empty is fine", () => {
    expect(parseDeviations(null, specNames())).toEqual({ deviations: [], mistakes: [] });
  });
});
