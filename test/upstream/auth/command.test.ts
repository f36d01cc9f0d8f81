import { existsSync, mkdtempSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inspect } from "node:util";
import { describe, expect, test } from "vitest";
import { type CommandAuth, runTokenCommand } from "../../../src/upstream/auth/command.ts";
import { createCredential } from "../../../src/upstream/auth/index.ts";
import { expectHidden, secret } from "../../_canary.ts";
import { rejectionOf, reveal, sleep } from "../_servers.ts";
import { deps } from "./_credentials.ts";

const nowMs = Date.parse("2026-11-21T12:00:00Z");

/** A command that runs the given JavaScript; further arguments reach it as process.argv[1], … */
function command(
  script: string,
  options: Partial<CommandAuth> & { readonly args?: readonly string[] } = {},
): CommandAuth {
  const { args = [], ...rest } = options;
  const argv = [process.execPath, "-e", script, "--", ...args];
  return { kind: "command", argv, ttlMs: undefined, refreshMarginMs: 60_000, timeoutMs: 10_000, ...rest };
}

const print = (text: string): string => `process.stdout.write(${JSON.stringify(text)})`;

async function grantOf(auth: CommandAuth): Promise<{ token: string | undefined; lifeMs: number }> {
  const { headers, expiresAtMs } = await runTokenCommand(auth, () => nowMs);
  return { token: reveal(headers)["authorization"], lifeMs: expiresAtMs - nowMs };
}

async function failureOf(auth: CommandAuth): Promise<string> {
  const error = await rejectionOf(runTokenCommand(auth, () => nowMs));
  expect(error.errorName).toBe("upstream_auth_error");
  return error.message.replace("The auth command for the upstream ", "");
}

describe("what the command prints", () => {
  test.each([
    ["a token", "abc.def", { token: "Bearer abc.def", lifeMs: 300_000 }],
    ["a token and a line end", "abc.def\r\n", { token: "Bearer abc.def", lifeMs: 300_000 }],
    ["JSON with expires_in", '{"access_token":"abc","expires_in":3599}', { token: "Bearer abc", lifeMs: 3_599_000 }],
    ["JSON with expires_in as text", '{"token":"abc","expires_in":"60"}\n', { token: "Bearer abc", lifeMs: 60_000 }],
    ["JSON with expiry", '{"token":"abc","expiry":"2026-11-21T13:00:00Z"}', { token: "Bearer abc", lifeMs: 3_600_000 }],
    [
      "JSON with expiration",
      `{"token":"abc","expiration":${nowMs / 1_000 + 90}}`,
      { token: "Bearer abc", lifeMs: 90_000 },
    ],
    ["JSON with milliseconds", `{"token":"abc","expiry":${nowMs + 90_000}}`, { token: "Bearer abc", lifeMs: 90_000 }],
    ["JSON without an expiry", '{"access_token":"abc"}', { token: "Bearer abc", lifeMs: 300_000 }],
  ])("%s", async (_name, output, want) => {
    expect(await grantOf(command(print(output)))).toEqual(want);
  });

  test("a configured ttl wins", async () => {
    const auth = command(print('{"token":"abc","expires_in":3599}'), { ttlMs: 600_000 });
    expect(await grantOf(auth)).toEqual({ token: "Bearer abc", lifeMs: 600_000 });
  });

  test.each([
    ["nothing", "", "printed nothing."],
    ["a line of help", "usage: token [-a]", "printed something that is not a token."],
    ["two lines", "abc\ndef", "printed something that is not a token."],
    ["broken JSON", '{"token":', "printed JSON that cannot be parsed."],
    ["JSON without a token", '{"value":"abc"}', "printed JSON without access_token or token."],
  ])("%s is refused", async (_name, output, want) => {
    expect(await failureOf(command(print(output)))).toBe(want);
  });

  test("a whole file is refused", async () => {
    expect(await failureOf(command("process.stdout.write('x'.repeat(200_000))"))).toBe(
      "printed far more than a token.",
    );
  });
});

describe("a command that fails", () => {
  test("a non-zero exit: its code is told, its stderr is in the cause only, without tokens", async () => {
    const stderr = "login expired, token=abc1 ya29.a0AfH6SMBx0123456789abcdefghijklmnop please log in";
    const auth = command(`process.stderr.write(${JSON.stringify(stderr)}); process.exit(3)`, {
      args: ["--pin", secret("pin")],
    });
    const error = await rejectionOf(runTokenCommand(auth, () => nowMs));
    expect(error.message).toBe("The auth command for the upstream ended with exit code 3.");
    expect(inspect(error.cause)).toContain("login expired");
    expectHidden(error);
    expect(inspect(error, { depth: 9 })).not.toMatch(/abc1|ya29/);
  });

  test("a timeout ends it", async () => {
    const startedMs = performance.now();
    const auth = command("setTimeout(() => {}, 60_000)", { timeoutMs: 300 });
    expect(await failureOf(auth)).toBe("did not finish within 300 ms.");
    expect(performance.now() - startedMs).toBeLessThan(3_000);
  });

  test.skipIf(process.platform === "win32")("a timeout ends all it started, too", async () => {
    const file = join(mkdtempSync(join(tmpdir(), "specgate-")), "beats");
    const beat = `setInterval(() => require("node:fs").appendFileSync(${JSON.stringify(file)}, "."), 20)`;
    const script = `
      require("node:child_process").spawn(process.execPath, ["-e", process.argv[1]]);
      setTimeout(() => {}, 60_000)`;
    expect(await failureOf(command(script, { args: [beat], timeoutMs: 2_000 }))).toBe("did not finish within 2000 ms.");
    await sleep(100);
    const beats = statSync(file).size;
    await sleep(300);
    expect([beats > 0, statSync(file).size]).toEqual([true, beats]);
  });

  test("a command that asks a question finds nobody to answer", async () => {
    const script = "process.stdin.on('end', () => process.exit(7)).resume()";
    expect(await failureOf(command(script))).toBe("ended with exit code 7.");
  });

  test("an argument that no command can take", async () => {
    expect(await failureOf(command("", { args: [`${secret("pin")}\0`] }))).toBe("could not be started.");
  });

  test("a command that is not there", async () => {
    expect(await failureOf({ ...command(""), argv: ["specgate-no-such-command"] })).toBe("was not found.");
  });
});

test("what a command leaves running is not waited for", async () => {
  const script = `
    const { spawn } = require("node:child_process");
    const child = spawn(process.execPath, ["-e", "setTimeout(() => {}, 3_000)"], { stdio: ["ignore", "inherit", "inherit"] });
    child.unref();
    process.stdout.write("abc")`;
  const startedMs = performance.now();
  expect((await grantOf(command(script))).token).toBe("Bearer abc");
  expect(performance.now() - startedMs).toBeLessThan(2_500);
});

test("no shell reads the arguments", async () => {
  const file = join(mkdtempSync(join(tmpdir(), "specgate-")), "made-by-a-shell");
  const args = ["$(id)", `; touch ${file}`, "`id`", "| cat", "> out", "$HOME", "*", "&& false"];
  const script = "process.stdout.write(Buffer.from(JSON.stringify(process.argv.slice(1))).toString('base64url'))";
  const { token = "" } = await grantOf(command(script, { args }));
  expect(JSON.parse(Buffer.from(token.replace("Bearer ", ""), "base64url").toString())).toEqual(args);
  expect(existsSync(file)).toBe(false);
});

test("as a credential it runs once for many and again after a refusal", async () => {
  let clockMs = nowMs;
  const auth = command("process.stdout.write('t' + process.hrtime.bigint())", { ttlMs: 600_000 });
  const credential = createCredential(auth, { ...deps, now: () => clockMs });
  const [first, same] = [await credential.headers(), await credential.headers()];
  expect(same).toBe(first);
  expect(credential.headers()).toBe(first);
  clockMs += 10_000;
  expect(credential.invalidate(first)).toBe(true);
  expect(reveal(await credential.headers())).not.toEqual(reveal(first));
});
