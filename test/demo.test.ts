import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { root } from "./_repository.ts";
import { needCurl, type Running, runModule, runShell, runSpecgate, startSpecgate } from "./_specgate.ts";

describe("specgate demo", () => {
  let demo: Running;

  beforeAll(async () => {
    demo = startSpecgate(["demo", "--port", "0"]);
    await demo.until("Stop it with Ctrl-C.");
  });

  afterAll(async () => {
    await demo.stop("SIGKILL");
  });

  test("holds a conversation: a plain answer, a streamed one, a tool that is called", () => {
    const said = demo.stdout();
    expect(said).toMatch(/a plain answer ──\nyou {4}.+\nmodel {2}\S.+\n {7}\d+ tokens in, \d+ out/);
    expect(said).toMatch(/a streamed answer.*\nyou {4}.+\nmodel {2}\S[^|]*\|[^|]+\|/);
    expect(said).toMatch(/a tool loop ──\nyou.*\nmodel {2}calls get_weather\(.*"city".*\)\ntool {3}.*\nmodel {2}\S/);
    expect(said).not.toContain("undefined");
  });

  test("prints a curl that streams", async (context) => {
    needCurl(context);
    const [command = ""] = /^ {2}curl (?:.*\\\n)*.*$/m.exec(demo.stdout()) ?? [];
    expect(command).toContain('"stream": true');
    const { code, stdout, stderr } = await runShell(command);
    expect({ code, stderr: stderr.includes("curl:") }).toEqual({ code: 0, stderr: false });
    expect(stdout.split("\n\n").filter((event) => event.startsWith('data: {"id"')).length).toBeGreaterThan(2);
    expect(stdout.trimEnd()).toMatch(/\ndata: \[DONE\]$/);
  });

  test("prints a program for OpenAI's SDK that works", async () => {
    const [, program = ""] = /OpenAI's SDK:\n\n((?: {2}.*\n)+)/.exec(demo.stdout()) ?? [];
    const folder = join(root, ".cache/demo");
    mkdirSync(folder, { recursive: true });
    const file = join(folder, "printed.ts");
    writeFileSync(file, `${program}\nconsole.log(answer.choices[0]?.message.content);\n`);
    const { code, stdout, stderr } = await runModule(file);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toContain("Hello!");
  });

  test("ends with 0 on SIGTERM", async () => {
    expect(await demo.stop()).toMatchObject({ code: 0, stderr: "" });
  });
});

test("specgate demo --once ends by itself, on any free port when its own is taken", async () => {
  const first = startSpecgate(["demo", "--port", "0"]);
  await first.until("Stop it with Ctrl-C.");
  const [, taken = ""] = /Specgate +http:\/\/127\.0\.0\.1:(\d+)/.exec(first.stdout()) ?? [];
  const second = await runSpecgate(["demo", "--once", "--port", taken]);
  await first.stop();
  expect(second.code).toBe(0);
  expect(second.stdout).not.toContain(`Specgate               http://127.0.0.1:${taken}\n`);
  expect(second.stdout).not.toContain("Stop it with");
});
