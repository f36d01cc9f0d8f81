import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { parseRoutes } from "../../src/config/load.ts";
import { formatMistakes } from "../../src/config/mistakes.ts";

const source = join(import.meta.dirname, "../../src/cli/mock.ts");
const program = `
  const [{ createMockCommand }, { runCommand }] = await Promise.all([import(${JSON.stringify(source)}), import("citty")]);
  await runCommand(createMockCommand(), { rawArgs: process.argv.slice(1) });
`;

function start(...args: string[]): ChildProcess {
  const child = spawn(process.execPath, ["--input-type=module", "-e", program, "--", ...args]);
  onTestFinished(() => void child.kill("SIGKILL"));
  return child;
}

async function run(...args: string[]): Promise<{ code: unknown; text: string }> {
  const child = start(...args);
  let text = "";
  child.stdout?.on("data", (data) => (text += data));
  child.stderr?.on("data", (data) => (text += data));
  const [code] = await once(child, "close");
  return { code, text };
}

function scriptFile(text: string): string {
  const file = join(mkdtempSync(join(tmpdir(), "specgate-mock-")), "script.yaml");
  writeFileSync(file, text);
  return file;
}

describe("specgate mock", () => {
  test("prints where it is, answers by its script, and ends with the signal", async () => {
    const child = start("vertex", "--script", scriptFile("answers: [{ text: Scripted. }]"));
    const [line] = await once(child.stdout ?? child, "data");
    const url = /http:\/\/127\.0\.0\.1:\d+/.exec(String(line))?.[0];
    expect(String(line)).toContain(
      `vertex: { type: vertex, project: demo, location: us-central1, base_url: "${url}", auth: none }`,
    );
    const path = "/v1/projects/p/locations/global/publishers/google/models/gemini-2.5-flash:generateContent";
    const body = JSON.stringify({ contents: [{ role: "user", parts: [{ text: "Hi" }] }] });
    const response = await fetch(`${url}${path}`, { method: "POST", body });
    expect(await response.json()).toMatchObject({ candidates: [{ content: { parts: [{ text: "Scripted." }] } }] });
    child.kill("SIGTERM");
    expect(await once(child, "close")).toEqual([0, null]);
  });

  test("plays the Developer API, and prints an entry that routes.yaml takes", async () => {
    const child = start("gemini", "--script", scriptFile("answers: [{ text: Scripted. }]"));
    const [line] = await once(child.stdout ?? child, "data");
    const url = /http:\/\/127\.0\.0\.1:\d+/.exec(String(line))?.[0];
    const entry = /under providers: (.*)\n/.exec(String(line))?.[1];
    expect(entry).toBe(`gemini: { type: gemini, base_url: "${url}" }`);
    const text = `providers:\n  ${entry}\nmodels: { m: gemini/gemini-2.5-flash }\n`;
    const loaded = parseRoutes(text, { file: "routes.yaml", env: {} });
    expect("config" in loaded ? "" : formatMistakes(loaded.mistakes, "routes.yaml")).toBe("");
    const body = JSON.stringify({ contents: [{ parts: [{ text: "Hi" }] }] });
    const path = "/v1beta/models/gemini-2.5-flash:generateContent";
    const response = await fetch(`${url}${path}`, { method: "POST", body });
    expect(await response.json()).toMatchObject({ candidates: [{ content: { parts: [{ text: "Scripted." }] } }] });
  });

  test.each([
    ["azure", /^azure: \{ type: azure, base_url: "http:\/\/127\.0\.0\.1:\d+" \}$/, "gpt-4o", "/openai/v1"],
    ["groq", /^groq: \{ type: openai, base_url: "http.*\/v1", server: groq \}$/, "llama-3.3-70b-versatile", "/v1"],
  ])("plays %s, and prints an entry that routes.yaml takes", async (name, shape, model, root) => {
    const child = start(name, "--script", scriptFile("answers: [{ text: Scripted. }]"));
    const [line] = await once(child.stdout ?? child, "data");
    const url = /http:\/\/127\.0\.0\.1:\d+/.exec(String(line))?.[0];
    const entry = /under providers: (.*)\n/.exec(String(line))?.[1];
    expect(entry).toMatch(shape);
    const loaded = parseRoutes(`providers:\n  ${entry}\nmodels: { m: ${name}/${model} }\n`, {
      file: "routes.yaml",
      env: {},
    });
    expect("config" in loaded ? "" : formatMistakes(loaded.mistakes, "routes.yaml")).toBe("");
    const body = JSON.stringify({ model, messages: [{ role: "user", content: "Hi" }] });
    const response = await fetch(`${url}${root}/chat/completions`, { method: "POST", body });
    expect(await response.json()).toMatchObject({ choices: [{ message: { content: "Scripted." } }] });
  });

  test("plays Anthropic's API, and prints an entry that routes.yaml takes", async () => {
    const child = start("anthropic", "--script", scriptFile("answers: [{ text: Scripted. }]"));
    const [line] = await once(child.stdout ?? child, "data");
    const url = /http:\/\/127\.0\.0\.1:\d+/.exec(String(line))?.[0];
    const entry = /under providers: (.*)\n/.exec(String(line))?.[1];
    expect(entry).toBe(`anthropic: { type: anthropic, base_url: "${url}" }`);
    const routes = `providers:\n  ${entry}\nmodels: { m: anthropic/claude-haiku-4-5 }\n`;
    const loaded = parseRoutes(routes, { file: "routes.yaml", env: {} });
    expect("config" in loaded ? "" : formatMistakes(loaded.mistakes, "routes.yaml")).toBe("");
    const body = JSON.stringify({
      model: "claude-haiku-4-5",
      max_tokens: 9,
      messages: [{ role: "user", content: "Hi" }],
    });
    const headers = { "anthropic-version": "2023-06-01" };
    const response = await fetch(`${url}/v1/messages`, { method: "POST", headers, body });
    expect(await response.json()).toMatchObject({ content: [{ text: "Scripted." }] });
  });

  test("plays Bedrock, and prints an entry that routes.yaml takes", async () => {
    const child = start("bedrock", "--script", scriptFile("answers: [{ text: Scripted. }]"));
    const [line] = await once(child.stdout ?? child, "data");
    const url = /http:\/\/127\.0\.0\.1:\d+/.exec(String(line))?.[0];
    const entry = /under providers: (.*)\n/.exec(String(line))?.[1];
    expect(entry).toBe(`bedrock: { type: bedrock, region: us-east-1, base_url: "${url}", auth: none }`);
    const routes = `providers:\n  ${entry}\nmodels: { m: bedrock/amazon.nova-lite-v1:0 }\n`;
    const loaded = parseRoutes(routes, { file: "routes.yaml", env: {} });
    expect("config" in loaded ? "" : formatMistakes(loaded.mistakes, "routes.yaml")).toBe("");
    const body = JSON.stringify({ messages: [{ role: "user", content: [{ text: "Hi" }] }] });
    const response = await fetch(`${url}/model/amazon.nova-lite-v1%3A0/converse`, { method: "POST", body });
    expect(await response.json()).toMatchObject({ output: { message: { content: [{ text: "Scripted." }] } } });
  });

  test.each(["openai", "openrouter", "vllm", "ollama", "lmstudio", "llamacpp"])(
    "plays %s, and prints an entry that routes.yaml takes",
    async (name) => {
      const child = start(name, "--script", scriptFile("answers: [{ text: Scripted. }]"));
      const [line] = await once(child.stdout ?? child, "data");
      const url = /http:\/\/127\.0\.0\.1:\d+/.exec(String(line))?.[0];
      const entry = /under providers: (.*)\n/.exec(String(line))?.[1];
      expect(entry).toBe(`${name}: { type: openai, base_url: "${url}/v1", server: ${name} }`);
      const models = await (await fetch(`${url}/v1/models`)).text();
      const model = /"id":"([^"]+)"/.exec(models)?.[1];
      const loaded = parseRoutes(`providers:\n  ${entry}\nmodels: { m: "${name}/${model}" }\n`, {
        file: "routes.yaml",
        env: {},
      });
      expect("config" in loaded ? "" : formatMistakes(loaded.mistakes, "routes.yaml")).toBe("");
      const body = JSON.stringify({ model, messages: [{ role: "user", content: "Hi" }] });
      const response = await fetch(`${url}/v1/chat/completions`, { method: "POST", body });
      expect(await response.json()).toMatchObject({ choices: [{ message: { content: "Scripted." } }] });
    },
  );

  test.each<[string, string[], number, string]>([
    ["a provider misspelt", ["vertx"], 2, "no emulator called vertx: did you mean vertex?"],
    [
      "an unknown provider",
      ["watson"],
      2,
      "no emulator called watson: it plays vertex, gemini, anthropic, azure, bedrock, openai, openrouter, deepseek, groq, mistral, xai, vllm, ollama, lmstudio, llamacpp",
    ],
    ["another misspelt", ["olama"], 2, "no emulator called olama: did you mean ollama?"],
    ["no provider", [], 2, "no provider named"],
    ["an option misspelt", ["vertex", "--scrip", "x"], 2, "unknown option --scrip: did you mean --script?"],
    ["a wrong port", ["vertex", "--port", "many"], 2, "--port takes a number from 0 to 65535"],
    ["a missing script", ["vertex", "--script", "/nowhere.yaml"], 1, "/nowhere.yaml cannot be read"],
  ])("%s", async (_name, args, code, text) => {
    const result = await run(...args);
    expect(result.text).toContain(text);
    expect(result.code).toBe(code);
  });

  test("a bad script is named with line and column", async () => {
    const file = scriptFile("answers:\n  - tekst: hi\n");
    expect(await run("vertex", "--script", file)).toEqual({
      code: 1,
      text: `${file}:2:5: answers[0] has no member tekst\n`,
    });
  });
});
