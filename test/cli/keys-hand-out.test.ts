import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { exportsText } from "../../src/cli/shell.ts";
import { startGateway } from "../_setup.ts";
import { newFolder, runShell, runSpecgate, specgate } from "../_specgate.ts";
import { masterKey, startAdmin } from "../admin/_admin.ts";

const given = "sk-given-to-a-developer";

/** Runs specgate with a key on its standard input. */
function withKey(words: string, env: Readonly<Record<string, string>>, cwd?: string) {
  const line = `printf '%s\\n' "$KEY" | '${process.execPath}' '${specgate}' ${words}`;
  return runShell(line, { env: { ...env, KEY: given }, ...(cwd !== undefined && { cwd }) });
}

describe("specgate keys env", () => {
  test("makes a key, and prints exports that a shell can read", async () => {
    const { url, ask } = await startAdmin();
    const env = { SPECGATE_URL: `${url}/`, SPECGATE_MASTER_KEY: masterKey };
    const made = await runSpecgate(["keys", "env", "laptop", "--user", "alice", "--budget", "5"], { env });
    expect(made).toMatchObject({ code: 0, stderr: "" });
    const shell = await runShell(`${made.stdout}\necho "$OPENAI_BASE_URL $OPENAI_API_KEY"`);
    const [base = "", key = ""] = shell.stdout.trim().split(" ");
    expect(base).toBe(`${url}/v1`);
    const { body } = await ask("GET /key/info", undefined, { key });
    expect(body.info).toMatchObject({ key_alias: "laptop", user_id: "alice", max_budget: 5 });
  });

  test("takes a key from standard input, and needs no gateway for that", async () => {
    const words = "keys env --key-stdin --shell fish --gateway https://llm.acme.example/v1/";
    expect(await withKey(words, {})).toEqual({
      code: 0,
      stdout: `set -gx OPENAI_BASE_URL 'https://llm.acme.example/v1'\nset -gx OPENAI_API_KEY '${given}'\n`,
      stderr: "",
    });
    const none = await runSpecgate(["keys", "env", "--key-stdin"]);
    expect(none).toEqual({ code: 2, stdout: "", stderr: "--key-stdin: expected one key on standard input\n" });
  });
});

describe("exports", () => {
  const odd = "a'b\"c$d`e\\f !*~ \u2019;#";

  test.each([
    ["sh", "export KEY='it'\\''s \\ a \u2019'\n"],
    ["fish", "set -gx KEY 'it\\'s \\\\ a \u2019'\n"],
    ["powershell", "$env:KEY = 'it''s \\ a \u2019\u2019'\n"],
  ] as const)("are quoted for %s", (shell, want) => {
    expect(exportsText(shell, { KEY: "it's \\ a \u2019" })).toBe(want);
  });

  test("come out of a shell as they went in", () => {
    const { stdout } = spawnSync("sh", ["-c", `${exportsText("sh", { KEY: odd })}printf %s "$KEY"`], {
      encoding: "utf8",
    });
    expect(stdout).toBe(odd);
  });
});

describe("specgate keys roo", () => {
  test("prints settings that name the only model", async () => {
    const { url } = await startAdmin();
    const env = { SPECGATE_URL: url, SPECGATE_MASTER_KEY: masterKey };
    const { code, stdout, stderr } = await runSpecgate(["keys", "roo", "laptop"], { env });
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(JSON.parse(stdout)).toEqual({
      providerProfiles: {
        currentApiConfigName: "specgate",
        apiConfigs: {
          specgate: {
            apiProvider: "openai",
            openAiBaseUrl: `${url}/v1`,
            openAiApiKey: expect.stringMatching(/^sk-[\w-]{43}$/),
            openAiModelId: "test-model",
            id: expect.stringMatching(/^[\da-f]{12}$/),
          },
        },
        modeApiConfigs: {},
      },
      globalSettings: {},
    });
  });

  test("asks for the models with the key that it is given", async () => {
    const { url } = await startGateway(
      `keys: [{ name: dev, key: ${given} }]\nmodels: { a: vertex/gemini-2.5-flash, b: vertex/gemini-2.5-pro }`,
    );
    const which = await withKey("keys roo --key-stdin", { SPECGATE_URL: url });
    expect(which).toEqual({ code: 2, stdout: "", stderr: "which model? say --model, one of: a, b\n" });
    const { stdout } = await withKey("keys roo --key-stdin --model b --profile work", { SPECGATE_URL: url });
    expect(JSON.parse(stdout).providerProfiles).toMatchObject({
      currentApiConfigName: "work",
      apiConfigs: { work: { openAiApiKey: given, openAiModelId: "b" } },
    });
  });

  test("--out writes a file for its owner alone, and leaves one alone that is there", async () => {
    const { url, ask } = await startAdmin();
    const env = { SPECGATE_URL: url, SPECGATE_MASTER_KEY: masterKey };
    const cwd = newFolder();
    const file = join(cwd, "roo.json");
    const words = ["keys", "roo", "laptop", "--model", "test-model", "--out", "roo.json"];
    const made = await runSpecgate(words, { cwd, env });
    expect(made).toMatchObject({ code: 0, stdout: "" });
    expect(made.stderr).toBe("wrote roo.json; name it in roo-cline.autoImportSettingsPath, or import it in Roo Code\n");
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const before = readFileSync(file, "utf8");
    const again = await runSpecgate(words.with(2, "desk"), { cwd, env });
    expect(again).toMatchObject({ code: 1, stdout: "" });
    expect(again.stderr).toContain("--force writes over it");
    expect((await ask("GET /key/list")).body.total_count).toBe(1);
    writeFileSync(file, "mine", { mode: 0o644 });
    expect(await runSpecgate([...words.with(2, "desk"), "--force"], { cwd, env })).toMatchObject({ code: 0 });
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(JSON.parse(readFileSync(file, "utf8"))).not.toEqual(JSON.parse(before));
  });

  test("a file that cannot be written is printed: its key is shown once", async () => {
    const { url } = await startAdmin();
    const env = { SPECGATE_URL: url, SPECGATE_MASTER_KEY: masterKey };
    const words = ["keys", "roo", "laptop", "--model", "m", "--out", "none/roo.json"];
    const { code, stdout, stderr } = await runSpecgate(words, { env });
    expect({ code, stderr }).toEqual({ code: 1, stderr: "none/roo.json cannot be written (ENOENT)\n" });
    expect(stdout).toContain('"openAiApiKey": "sk-');
    expect(existsSync("none")).toBe(false);
  });
});
