import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runCommand } from "citty";
import { afterEach, describe, expect, test } from "vitest";
import { createCheckCommand } from "../../src/cli/check.ts";

const folder = mkdtempSync(join(tmpdir(), "specgate-"));
const provider = "providers: { v: { type: vertex, project: '${PROJECT}', location: global } }\n";

function write(name: string, text: string): string {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
}

async function check(...rawArgs: string[]): Promise<{ readonly printed: string; readonly exitCode: unknown }> {
  let printed = "";
  const command = createCheckCommand({ PROJECT: "p" }, { write: (text) => (printed += text) });
  await runCommand(command, { rawArgs });
  return { printed, exitCode: process.exitCode };
}

afterEach(() => {
  process.exitCode = undefined;
});

describe("specgate check", () => {
  test("says in one line what a good file serves", async () => {
    const file = write("good.yaml", `${provider}models: { a: v/a, b: v/b }\n`);
    expect(await check(file)).toEqual({ printed: `${file} is fine: 2 models, 1 provider\n`, exitCode: 0 });
  });

  test("shows every mistake with its place", async () => {
    const file = write("bad.yaml", `${provider}model: { a: v/a }\n`);
    const printed = `${file}:2:1  unknown key \`model\`; did you mean \`models\`?
  2 | model: { a: v/a }
    | ^^^^^

${file} has 1 mistake
`;
    expect(await check(file)).toEqual({ printed, exitCode: 1 });
  });

  test("shows warnings of a good file", async () => {
    const file = write("warn.yaml", `keys: [{ name: a, key: sk-abcdef123456 }]\n${provider}models: { a: v/a }\n`);
    const { printed, exitCode } = await check(file);
    expect(printed).toContain(`${file}:1:24  warning: this looks like a key`);
    expect(printed).toContain("is fine: 1 model, 1 provider");
    expect(printed).not.toContain("sk-abc");
    expect(exitCode).toBe(0);
  });

  test("speaks JSON to scripts", async () => {
    const good = write("good.yaml", `${provider}models: { a: v/a }\n`);
    const bad = write("bad.yaml", `${provider}model: { a: v/a }\n`);
    const mistake = { line: 2, column: 1, path: "model", message: "unknown key `model`", suggestion: "models" };
    expect(JSON.parse((await check(good, "--json")).printed)).toEqual({
      file: good,
      ok: true,
      models: 1,
      providers: 1,
      mistakes: [],
      warnings: [],
    });
    expect(JSON.parse((await check("--json", bad)).printed)).toEqual({
      file: bad,
      ok: false,
      mistakes: [mistake],
      warnings: [],
    });
  });

  test("names the command that writes a missing file", async () => {
    const file = join(folder, "none.yaml");
    const printed = `${file}  there is no such file; \`specgate init\` writes one to begin with\n`;
    expect(await check(file)).toEqual({ printed, exitCode: 1 });
  });

  test.each([[["--jsno"]], [["a.yaml", "b.yaml"]], [["-q"]]])("%j is wrong usage", async (args) => {
    const { printed, exitCode } = await check(...args);
    expect(printed).toContain("usage: specgate check [FILE] [--json]");
    expect(exitCode).toBe(2);
  });
});
