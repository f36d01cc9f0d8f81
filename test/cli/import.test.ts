import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { secret } from "../_canary.ts";
import { newFolder, runSpecgate } from "../_specgate.ts";

const key = secret("literal");

const config = `model_list:
  - model_name: claude
    litellm_params: { model: anthropic/claude-sonnet-4-5-20250929, api_key: ${key}, rpm: 5 }
`;

const routes = `# Made from config.yaml by specgate import litellm.

providers:
  anthropic: { type: anthropic, auth: { api_key: "\${ANTHROPIC_API_KEY}" } }

models:
  claude: anthropic/claude-sonnet-4-5-20250929
`;

function folder(text = config): string {
  const cwd = newFolder();
  writeFileSync(join(cwd, "config.yaml"), text);
  return cwd;
}

const run = ["import", "litellm", "config.yaml"];

describe("specgate import litellm", () => {
  test("prints the file, and the account beside it", async () => {
    const { code, stdout, stderr } = await runSpecgate(run, { cwd: folder() });
    expect({ code, stdout }).toEqual({ code: 0, stdout: routes });
    expect(stderr).toBe(`carried over (2)
  config.yaml:2  model_list[0].model_name → 7  models.claude
  config.yaml:3  model_list[0].litellm_params.model → 7  models.claude

changed (1)
  config.yaml:3  model_list[0].litellm_params.api_key → 4  providers.anthropic.auth.api_key
      the value stays out of the file: put it into ANTHROPIC_API_KEY

no counterpart (1)
  config.yaml:3  model_list[0].litellm_params.rpm
      LiteLLM refuses nothing by it as it is set up here; to have that, write it at the model, which is for all callers

variables to set
  ANTHROPIC_API_KEY  the value at line 3, model_list[0].litellm_params.api_key
`);
  });

  test("--out writes the file, which specgate check takes", async () => {
    const cwd = folder();
    const { code, stdout, stderr } = await runSpecgate([...run, "--out", "routes.yaml"], { cwd });
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toContain("wrote routes.yaml; `specgate check routes.yaml` says what it still needs");
    expect(readFileSync(join(cwd, "routes.yaml"), "utf8")).toBe(routes);
    const checked = await runSpecgate(["check"], { cwd, env: { ANTHROPIC_API_KEY: secret("set") } });
    expect(checked).toMatchObject({ code: 0, stdout: "routes.yaml is fine: 1 model, 1 provider\n" });
  });

  test("leaves a file that is there, unless it is told to", async () => {
    const cwd = folder();
    writeFileSync(join(cwd, "routes.yaml"), "mine\n");
    const args = [...run, "--out", "routes.yaml"];
    const refused = await runSpecgate(args, { cwd });
    expect(refused).toMatchObject({ code: 1, stdout: "" });
    expect(refused.stderr).toContain("routes.yaml  is there already");
    expect(readFileSync(join(cwd, "routes.yaml"), "utf8")).toBe("mine\n");
    expect(await runSpecgate([...args, "--force"], { cwd })).toMatchObject({ code: 0 });
    expect(readFileSync(join(cwd, "routes.yaml"), "utf8")).toBe(routes);
  });

  test("--json prints one object, with the file where it is written nowhere", async () => {
    const cwd = folder();
    const { code, stdout, stderr } = await runSpecgate([...run, "--json"], { cwd });
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    const from = { line: 3, path: "model_list[0].litellm_params.api_key" };
    expect(JSON.parse(stdout)).toEqual({
      file: "config.yaml",
      ok: true,
      routes,
      variables: [{ name: "ANTHROPIC_API_KEY", from, isNew: false }],
      lines: expect.arrayContaining([expect.objectContaining({ fate: "changed", ...from })]),
    });
    const written = await runSpecgate([...run, "--json", "--out", "r.yaml"], { cwd });
    expect(JSON.parse(written.stdout)).toMatchObject({ ok: true, out: "r.yaml" });
    expect(readFileSync(join(cwd, "r.yaml"), "utf8")).toBe(routes);
  });

  test.each([
    ["no such file", undefined, "config.yaml  there is no such file"],
    ["bad YAML", "model_list: [\n", "config.yaml:2:1  a `{` or `[` above is not closed"],
    ["an empty file", "", "config.yaml:1:1  this is no config of LiteLLM's: it has no `model_list`"],
    ["a routes.yaml", routes, "config.yaml:1:1  this is a routes.yaml already"],
    [
      "no model that is left",
      "model_list: [{ model_name: m, litellm_params: { model: cohere/x } }]\n",
      "config.yaml:1:1  no model could be carried over",
    ],
  ])("ends with 1 for %s, and writes nothing", async (_name, text, said) => {
    const cwd = text === undefined ? newFolder() : folder(text);
    const { code, stdout, stderr } = await runSpecgate([...run, "--out", "routes.yaml"], { cwd });
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toContain(said);
    expect(existsSync(join(cwd, "routes.yaml"))).toBe(false);
    const json = await runSpecgate([...run, "--json"], { cwd });
    expect(json).toMatchObject({ code: 1, stderr: "" });
    expect(JSON.parse(json.stdout)).toMatchObject({ file: "config.yaml", ok: false });
  });

  test("a folder that is not there cannot be written to", async () => {
    const { code, stderr } = await runSpecgate([...run, "--out", "none/routes.yaml"], { cwd: folder() });
    expect({ code, stderr }).toEqual({ code: 1, stderr: "none/routes.yaml  cannot be written (ENOENT)\n" });
  });

  test.each([
    [["import"], "usage: specgate import litellm FILE"],
    [["import", "litellm"], "usage: specgate import litellm FILE"],
    [["import", "bifrost", "a.yaml"], "unknown source 'bifrost'"],
    [["import", "litellm", "a.yaml", "b.yaml"], "unexpected 'b.yaml'"],
    [["import", "litellm", "a.yaml", "--oot", "x"], "did you mean '--out'?"],
  ])("%j is wrong usage", async (args, said) => {
    const { code, stdout, stderr } = await runSpecgate(args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toContain(said);
  });
});
