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
    ["with an address nobody fetches", ["--spec", "openai", "--upstream", "ftp://a/b.yaml"], "neither http nor https"],
    ["with declarations at an address", ["--spec", "openai", "--upstream", "http://a/b.d.ts"], "installed package"],
    ["to fetch beside a file", ["--spec", "openai", "--fetch", "--upstream", spec], "--fetch goes without --upstream"],
    ["to prove nothing", ["--prove"], "--prove goes with --spec"],
    [
      "to prove a spec that nothing describes",
      ["--spec", "emulator", "--prove"],
      "nothing describes specs/emulator.yaml",
    ],
    ["with a file that is not there", ["--spec", "openai", "--upstream", "/nowhere.json"], "/nowhere.json"],
  ])("%s: exit code 2, and how to use it", async (_name, args, message) => {
    const { code, stdout, stderr } = await runScript("check-specs.ts", args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toContain(message);
    expect(stderr).toContain("usage: npm run check:specs");
  });

  test("with a file that is no YAML: the file and the line", async () => {
    const file = join(temporaryFolder(), "broken.yaml");
    writeFileSync(file, "openapi: 3.1.0\nopenapi: 3.0.0\n");
    const { code, stderr } = await runScript("check-specs.ts", ["--spec", "openai", "--upstream", file]);
    expect(code).toBe(2);
    expect(stderr).toMatch(/^.*broken\.yaml: .* at line 2/);
  });

  test("with a file in which nothing can be found", async () => {
    const file = fileOf({ definitions: { Other: { type: "object" } } });
    const { code, stderr } = await runScript("check-specs.ts", ["--spec", "openai", "--upstream", file]);
    expect(code).toBe(2);
    expect(stderr).toContain("nothing in upstream.json is like anything in specs/openai.yaml; say what with --root");
  });
});

// Each runs the script once or more, and reads large packages.
describe("check:specs", { timeout: 60_000 }, () => {
  test("--help tells what it reads", async () => {
    const { code, stdout } = await runScript("check-specs.ts", ["--help"]);
    expect(code).toBe(0);
    expect(stdout).toContain("--upstream FILE|URL");
  });

  test("alone compares with the types of the installed SDK", async () => {
    const { code, stdout } = await runScript("check-specs.ts", ["--spec", "openai"]);
    expect(stdout).toMatch(/^openai: fine\nopenai beside openai \d+\.\d+\.\d+: \d{3,} places compared, \d+ intended/);
    expect(stdout).toContain("differences, 0 others");
    expect(code).toBe(0);
  });

  test("reads the declarations of a package, with the types that --root names", async () => {
    const file = join(import.meta.dirname, "../../node_modules/openai/resources/models.d.ts");
    const run = (own: string) =>
      runScript("check-specs.ts", ["--spec", "openai", "--upstream", file, "--root", `Model=${own}`]);
    const model = await run("Model");
    expect(model.code).toBe(0);
    // What is installed is compared with all the same: a description that is given need not know everything.
    expect(model.stdout).toMatch(
      /^openai beside openai [\d.]+: \d+ places compared, \d+ intended differences, 0 others\nopenai beside models\.d\.ts: 6 places compared, 0 intended differences, 0 others\n$/,
    );
    const { code, stdout } = await run("Embedding");
    expect(code).toBe(1);
    expect(stdout).toContain("+ Embedding.owned_by  string");
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
      /^openai beside upstream\.json: \d+ places compared, 0 intended differences, 1 others; upstream has 0 operations/m,
    );
  });

  test("beside upstream is fine when every difference is intended", async () => {
    const specs = ["--spec", "emulator", "--upstream", fileOf(readSpec("emulator")), "--root", "Script=Script"];
    const { code, stdout } = await runScript("check-specs.ts", specs);
    expect(stdout).toMatch(/^emulator beside upstream\.json: \d+ places compared, 0 intended differences, 0 others/);
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
