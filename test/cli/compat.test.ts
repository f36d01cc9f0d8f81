import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { standardMatrix } from "../../src/compat/matrix.ts";
import { newFolder, runSpecgate } from "../_specgate.ts";

const routes = `
providers:
  vertex: { type: vertex, project: p, location: us-central1, auth: none }
  anthropic: { type: anthropic, auth: none }
models:
  both: { deployments: [vertex/gemini-2.5-flash, anthropic/claude-opus-5] }
`;

function folder(text = routes): string {
  const cwd = newFolder();
  writeFileSync(join(cwd, "routes.yaml"), text);
  return cwd;
}

describe("specgate compat", () => {
  test("shows the matrix within 80 columns, a mark for each model", async () => {
    const { code, stdout, stderr } = await runSpecgate(["compat"], { cwd: newFolder() });
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout.split("\n").filter((line) => line.length > 80)).toEqual([]);
    expect(stdout).toMatch(/^A {2}Gemini 2\.5 on Vertex AI/);
    expect(stdout).not.toContain("…");
    const { columns, features } = await standardMatrix();
    for (const { title } of [...columns, ...features]) expect(stdout).toContain(title);
    expect(stdout).toMatch(/^ {2}seed +✓ .*○/m);
  });

  test("of a model of routes.yaml has its deployments, and why a mark is no plain yes", async () => {
    const { code, stdout } = await runSpecgate(["compat", "--model", "both"], { cwd: folder() });
    expect(code).toBe(0);
    expect(stdout).toMatch(/^A {2}vertex\/gemini-2\.5-flash +B {2}anthropic\/claude-opus-5$/m);
    expect(stdout).toMatch(/^ {2}seed +✓ ○\n {4}B: dropped: Claude has no such setting$/m);
    expect(stdout.split("\n").filter((line) => line.length > 80)).toEqual([]);
  });

  test("has its marks beside the names, in tables that fit", async () => {
    const one = await runSpecgate(["compat", "--model", "one"], {
      cwd: folder(`${routes}  one: vertex/gemini-2.5-flash\n`),
    });
    const rows = one.stdout.split("\n").filter((line) => /^ {2}\w.* [✓◆~·○✗–]\*?$/.test(line));
    expect(rows.length).toBeGreaterThan(40);
    expect(rows.filter((line) => line.length > 40)).toEqual([]);
    const names = Array.from({ length: 40 }, (_, at) => `vertex/gemini-2.5-flash-${at}`).join(", ");
    const many = await runSpecgate(["compat", "--model", "many"], {
      cwd: folder(`${routes}  many: { deployments: [${names}] }\n`),
    });
    expect(many.stdout).toMatch(/^ {2}System and developer messages( +✓){20}/m);
    expect(many.stdout.split("\n").filter((line) => line.length > 80)).toEqual([]);
  });

  test("--json prints what GET /v1/compat answers", async () => {
    const { code, stdout } = await runSpecgate(["compat", "--json"], { cwd: newFolder() });
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toEqual(JSON.parse(JSON.stringify(await standardMatrix())));
  });

  test("has colours where they are wanted, and none where they are not", async () => {
    const args = ["compat", "--model", "both"];
    const cwd = folder();
    const plain = await runSpecgate(args, { cwd });
    const forced = await runSpecgate(args, { cwd, env: { NO_COLOR: "", FORCE_COLOR: "1" } });
    expect(plain.stdout).not.toContain("\u001b[");
    expect(forced.stdout).toContain("\u001b[32m✓\u001b[39m");
    // biome-ignore lint/suspicious/noControlCharactersInRegex: colours begin with one
    expect(forced.stdout.replaceAll(/\u001b\[\d+m/g, "")).toBe(plain.stdout);
  });

  test.each([
    ["a model that is not there", ["--model", "bth"], routes, /The model `bth` does not exist.* Did you mean `both`\?/],
    ["a mistake in the file", ["--model", "both"], `${routes}  n: nobody/x\n`, /routes\.yaml:7:6 /],
  ])("ends with 1 for %s", async (_, args, text, said) => {
    const { code, stdout } = await runSpecgate(["compat", ...args], { cwd: folder(text) });
    expect(code).toBe(1);
    expect(stdout).toMatch(said);
  });

  test("wrong usage ends with 2", async () => {
    expect(await runSpecgate(["compat", "gemini"])).toMatchObject({ code: 2, stdout: "" });
    expect(await runSpecgate(["compat", "--modle", "m"])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("did you mean '--model'?"),
    });
  });
});
