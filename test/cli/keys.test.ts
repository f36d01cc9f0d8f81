import { runCommand } from "citty";
import { afterEach, describe, expect, test } from "vitest";
import { createKeysCommand } from "../../src/cli/keys.ts";
import { startGateway } from "../_setup.ts";
import { freePort, runSpecgate } from "../_specgate.ts";
import { digestOf, masterKey, startAdmin } from "../admin/_admin.ts";
import { terminalWith } from "./_terminal.ts";

afterEach(() => {
  process.exitCode = undefined;
});

/** Runs `specgate keys …` against a gateway, in this process. */
function keysOf(url: string) {
  return async (words: readonly string[], answers?: readonly string[]) => {
    const terminal = terminalWith(answers);
    const env = { SPECGATE_URL: url, SPECGATE_MASTER_KEY: masterKey };
    process.exitCode = undefined;
    await runCommand(createKeysCommand(env, terminal), { rawArgs: [...words] });
    const code = process.exitCode ?? 0;
    process.exitCode = undefined;
    return { code, stdout: terminal.printed(), stderr: terminal.said() };
  };
}

describe("specgate keys", () => {
  test("create prints the key alone, and what it may on standard error", async () => {
    const { url, ask } = await startAdmin();
    const env = { SPECGATE_URL: url, SPECGATE_MASTER_KEY: masterKey };
    const words =
      "keys create --alias laptop --user alice --team web --models test-model,claude-* --budget 10.00".split(" ");
    const more = "--period 30d --soft 8 --rpm 60 --tpm 1000 --parallel 2 --expires 90d --metadata".split(" ");
    const made = await runSpecgate([...words, ...more, '{"cost_centre": 7}'], { env });
    expect(made.code).toBe(0);
    const key = made.stdout.trimEnd();
    expect(key).toMatch(/^sk-[\w-]{43}$/);
    expect(made.stderr).not.toContain(key);
    expect(made.stderr).toContain("the key is shown this once\n");
    const { info } = (await ask(`GET /key/info?key=${digestOf(key)}`)).body;
    expect(info).toMatchObject({
      key_alias: "laptop",
      user_id: "alice",
      team_id: "web",
      models: ["test-model", "claude-*"],
      max_budget: 10,
      budget_duration: "30d",
      soft_budget: 8,
      rpm_limit: 60,
      tpm_limit: 1000,
      max_parallel_requests: 2,
      metadata: { cost_centre: 7 },
    });
    expect(Date.parse(info.expires) - Date.parse(info.created_at)).toBe(90 * 86_400_000);
  });

  test("list, info, update, block, unblock, rotate and delete", async () => {
    const { url, ask } = await startAdmin({ routes: `keys: [{ name: ci, digest: ${digestOf("sk-ci")} }]` });
    const keys = keysOf(url);
    const old = (await keys(["create", "--alias", "laptop", "--user", "alice", "--budget", "10.50"])).stdout.trim();
    await keys(["create", "--alias", "desk", "--user", "bob"]);
    const list = await keys(["list"]);
    expect(list.stdout.replaceAll(/key_[\da-f]{24}/g, "key_x                     ").replaceAll(/ +\n/g, "\n")).toMatch(
      /^alias +id +user +team +spent +budget +resets +state\nci +ci +- +- +\$0\.00 +- +- +good\n/,
    );
    expect((await keys(["list", "--user", "alice"])).stdout.split("\n")).toHaveLength(3);
    expect((await keys(["list", "--team", "none"])).stdout).toBe("no keys\n");
    const listed = JSON.parse((await keys(["list", "--json"])).stdout);
    expect(listed.map((key: { key_alias: string }) => key.key_alias).sort()).toEqual(["ci", "desk", "laptop"]);
    expect((await keys(["info", "laptop"])).stdout).toContain("budget           $10.50\n");
    await keys(["update", "laptop", "--budget", "none", "--models", "test-model", "--period", "none"]);
    expect(JSON.parse((await keys(["info", "laptop", "--json"])).stdout)).toMatchObject({
      max_budget: null,
      models: ["test-model"],
      user_id: "alice",
    });
    expect((await keys(["block", "laptop"])).stdout).toContain("state            blocked\n");
    expect((await keys(["unblock", "laptop"])).stdout).toContain("state            good\n");
    const rotated = await keys(["rotate", "laptop", "--overlap", "24h"]);
    expect(rotated.stderr).toContain("the key before stays good until ");
    const fresh = rotated.stdout.trim();
    expect(fresh).not.toBe(old);
    expect((await ask("GET /key/info", undefined, { key: old })).status).toBe(200);
    expect((await ask("GET /key/info", undefined, { key: fresh })).status).toBe(200);
    expect(await keys(["rotate", "laptop"])).toMatchObject({ code: 0 });
    expect(await keys(["delete", "laptop", "--yes"])).toMatchObject({ code: 0, stdout: "deleted laptop\n" });
    expect(await keys(["info", "laptop"])).toMatchObject({
      code: 1,
      stderr: "there is no key 'laptop'; `specgate keys list` shows all\n",
    });
  });

  test("many keys come page after page", async () => {
    const { url, ask } = await startAdmin();
    for (let n = 0; n < 101; n++) await ask("POST /key/generate", { key_alias: `key-${n}` });
    const { stdout } = await keysOf(url)(["list", "--json"]);
    expect(JSON.parse(stdout)).toHaveLength(101);
  });

  test("on a terminal it asks", async () => {
    const { url } = await startAdmin();
    const keys = keysOf(url);
    const made = await keys(["create"], ["laptop", "alice", "12.50", "month"]);
    expect(made.stdout).toMatch(/^sk-[\w-]{43}\n$/);
    expect(made.stderr).toContain("budget           $12.50 per month\n");
    expect((await keys(["info"], ["laptop"])).stdout).toMatch(/^laptop\n/);
    expect(await keys(["delete", "laptop"], ["no"])).toMatchObject({ code: 1, stdout: "" });
    expect(await keys(["delete", "laptop"], ["yes"])).toMatchObject({ code: 0, stdout: "deleted laptop\n" });
  });

  test("asks the admin API at its own address, and hands out that of the gateway", async () => {
    const port = await freePort();
    const { url, adminUrl } = await startAdmin({ server: `admin: { port: ${port} }` });
    const keys = keysOf(adminUrl ?? "");
    const { stdout } = await keys(["env", "laptop", "--gateway", `${url}/v1`]);
    expect(stdout).toContain(`export OPENAI_BASE_URL='${url}/v1'\n`);
    expect((await keys(["roo", "desk", "--gateway", url])).stdout).toContain('"openAiModelId": "test-model"');
    expect((await keysOf(url)(["list"])).stderr).toContain("may have an address of its own (server.admin)");
  });

  test("who leaves while a question is open has asked for nothing", async () => {
    const { url, ask } = await startAdmin();
    const terminal = terminalWith([]);
    terminal.input.end();
    const command = createKeysCommand({ SPECGATE_URL: url, SPECGATE_MASTER_KEY: masterKey }, terminal);
    await runCommand(command, { rawArgs: ["create"] });
    expect([process.exitCode, terminal.printed()]).toEqual([1, ""]);
    expect(terminal.said()).toContain("nothing was done\n");
    expect((await ask("GET /key/list")).body.total_count).toBe(0);
  });

  test.each([
    [["create"], 2, "say whose key it is: --alias NAME or --user ID"],
    [["create", "--alias", "ci"], 1, "There is one of this id, alias or key already."],
    [["create", "--alias", "a", "--budget", "ten"], 2, "--budget ten: expected US dollars as 10.00"],
    [["create", "--alias", "a", "--soft", "-1"], 2, "--soft -1: expected US dollars"],
    [["create", "--alias", "a", "--rpm", "1.5"], 2, "--rpm 1.5: expected a whole number"],
    [["create", "--alias", "a", "--period", "monthly"], 2, "expected a duration as 30d or 12h; did you mean 'month'?"],
    [["create", "--alias", "a", "--expires", "soon"], 2, "--expires soon: expected a duration as 30d or 12h"],
    [["create", "--alias", "a", "--models", "a,,b"], 2, "--models a,,b: expected names as gpt-4o,claude-*"],
    [["create", "--alias", "a", "--metadata", "[1]"], 2, "--metadata [1]: expected JSON as"],
    [["create", "--alias", "a", "--url", "ftp://x"], 2, "--url: expected an address as http://127.0.0.1:4000"],
    [["create", "--alias", "a", "--url", "http://u:p@x"], 2, "--url: an address has no user and no password here"],
    [["update", "ci"], 2, "say what to change, as --budget 20.00"],
    [["update", "ci", "--rpm", "1"], 1, "The key 'ci' is set in routes.yaml, and cannot be changed here."],
    [["update", "--rpm", "1"], 2, "which key? name it by its alias or its id"],
    [["info", "nobody"], 1, "there is no key 'nobody'"],
    [["info", "sk-1234567890123456"], 2, "others can read the words of a command"],
    [["rotate", "ci", "--overlap", "soon"], 2, "--overlap soon: expected a duration"],
    [["delete", "ci"], 2, "--yes deletes ci without a question"],
    [["env", "ci"], 1, "There is one of this id, alias or key already."],
    [["env", "a", "--shell", "cmd"], 2, "--shell cmd: expected one of sh, fish, powershell"],
    [["env", "sk-1234567890123456"], 2, "give the key on standard input, with --key-stdin"],
    [["env", "a", "--key-stdin"], 2, "--key-stdin takes a key as it is"],
    [["roo", "a", "--out", "package.json"], 1, "package.json is there already and is left as it is"],
    [["roo", "a", "--gateway", "localhost:4000"], 2, "--gateway: expected an address"],
  ])("%j ends with %i", async (words, code, said) => {
    const { url } = await startAdmin({ routes: `keys: [{ name: ci, digest: ${digestOf("sk-ci")} }]` });
    const ended = await keysOf(url)(words);
    expect({ code: ended.code, stdout: ended.stdout }).toEqual({ code, stdout: "" });
    expect(ended.stderr).toContain(said);
  });

  test.each([
    [[], "usage: specgate keys create | list | info | update | block | unblock | rotate | delete | env | roo"],
    [["cretae"], "unknown command 'cretae'; did you mean 'create'?"],
    [["create", "--alais", "a"], "unknown option '--alais'; did you mean '--alias'?"],
    [["info", "a", "b"], "unexpected 'b'"],
    [["create", "--budget"], "--budget needs a value"],
  ])("keys %j is wrong usage", async (words, said) => {
    const { code, stdout, stderr } = await runSpecgate(["keys", ...words]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toContain(said);
  });

  test("says so where there is no master key, a wrong one, no gateway or no admin API", async () => {
    const words = ["keys", "list"];
    const none = await runSpecgate(words);
    expect(none).toMatchObject({ code: 2, stdout: "" });
    expect(none.stderr).toContain("set SPECGATE_MASTER_KEY");
    const port = await freePort();
    const away = { SPECGATE_URL: `http://127.0.0.1:${port}`, SPECGATE_MASTER_KEY: masterKey };
    expect(await runSpecgate(words, { env: away })).toMatchObject({
      code: 1,
      stderr: `http://127.0.0.1:${port}: the gateway cannot be reached (ECONNREFUSED)\n`,
    });
    const without = { SPECGATE_URL: (await startGateway("")).url, SPECGATE_MASTER_KEY: masterKey };
    const nothing = await runSpecgate(words, { env: without });
    expect(nothing).toMatchObject({ code: 1, stdout: "" });
    expect(nothing.stderr).toContain("there is no admin API here: it needs server.master_key");
    const { url } = await startAdmin();
    const wrong = { SPECGATE_URL: url, SPECGATE_MASTER_KEY: "sk-wrong-key-1234567890" };
    const refused = await runSpecgate(words, { env: wrong });
    expect(refused).toMatchObject({ code: 1, stdout: "" });
    expect(refused.stderr).toContain("SPECGATE_MASTER_KEY has to be the gateway's master key");
  });
});
