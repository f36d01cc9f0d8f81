import { describe, expect, test } from "vitest";
import { parseRoutes } from "../../src/config/load.ts";
import { compileAudit } from "../../src/dialects/audit.ts";
import { chat } from "../../src/dialects/openai/chat/index.ts";
import type { ServerName } from "../../src/emulators/openai.ts";
import { openai } from "../../src/providers/openai.ts";
import { serverAt } from "../../src/providers/server-at.ts";
import { rowsOf, snippetsOf } from "../_markdown.ts";
import { says, secrets, startGateway } from "../_setup.ts";
import { startServer } from "./_openai-servers.ts";

const page = "docs/openai-servers.md";
const snippets = snippetsOf(page).map(({ text, before }) => ({ title: before.replace(/^## /, ""), text }));

/** The examples of servers that can be played, and a model each of them serves. */
const played: Readonly<Record<string, readonly [server: ServerName, model: string, upstreamModel: string]>> = {
  Ollama: ["ollama", "ollama/llama3.2", "llama3.2"],
  vLLM: ["vllm", "qwen3", "Qwen/Qwen3-8B"],
  "LM Studio": ["lmstudio", "local", "qwen/qwen3-8b"],
  "llama.cpp": ["llamacpp", "local", "any"],
  OpenRouter: ["openrouter", "openrouter/deepseek/deepseek-r1:free", "deepseek/deepseek-r1:free"],
  DeepSeek: ["deepseek", "deepseek/deepseek-chat", "deepseek-chat"],
  Groq: ["groq", "groq/openai/gpt-oss-120b", "openai/gpt-oss-120b"],
  Mistral: ["mistral", "mistral/mistral-large-latest", "mistral-large-latest"],
  xAI: ["xai", "grok-4", "grok-4"],
  OpenAI: ["openai", "gpt-4o", "gpt-4o"],
};
const keys = {
  OPENROUTER_API_KEY: secrets.token,
  DEEPSEEK_API_KEY: secrets.token,
  GROQ_API_KEY: secrets.token,
  MISTRAL_API_KEY: secrets.token,
  XAI_API_KEY: secrets.token,
  OPENAI_API_KEY: secrets.token,
  OTHER_KEY: secrets.token,
};

describe("an example", () => {
  test("is there for every server, three lines long", () => {
    expect(snippets.map(({ title }) => title)).toEqual(expect.arrayContaining(Object.keys(played)));
    expect(snippets.map(({ text }) => text.trimEnd().split("\n").length)).toEqual(snippets.map(() => 3));
  });

  test.each(snippets)("$title is right, and names the server that it is for", ({ title, text }) => {
    const loaded = parseRoutes(text, { file: "routes.yaml", env: keys });
    const [provider] = "config" in loaded ? loaded.config.providers : [];
    if (provider === undefined) throw new Error("it has mistakes");
    expect("config" in loaded ? loaded.config.warnings : undefined).toEqual([]);
    const [server] = played[title] ?? [provider.name === "box" ? "vllm" : "other"];
    expect(openai.hostOf(provider, "m")).toBe(server);
  });

  test.each(Object.entries(played))("%s works", async (title, [server, model, upstreamModel]) => {
    const { text = "" } = snippets.find((one) => one.title === title) ?? {};
    const wantsKey = text.includes("auth:");
    const [section = "", entry = "", models = ""] = text.split("\n");
    // The emulator's own port says nothing of the server.
    const here = `type: openai, server: ${server}, base_url: "\${UPSTREAM}/v1"`;
    const gateway = await startGateway({
      upstream: (script) => startServer(server, script, wantsKey ? secrets.token : undefined),
      providers: `${section}\n${entry.replace(/type: openai(?:, server: \w+)?(?:, base_url: "[^"]*")?/, here)}`,
      routes: models,
      env: keys,
    });
    const { choices } = await gateway.client.chat.completions.create({ model, ...says("Hello!") });
    expect(choices[0]?.message.content).toContain("Hello!");
    const stream = await gateway.client.chat.completions.create({ model, stream: true, ...says("Hello!") });
    let told = "";
    for await (const chunk of stream) told += chunk.choices[0]?.delta.content ?? "";
    expect(told).toContain("Hello!");
    expect(gateway.upstream.requests.map(({ body }) => Reflect.get(Object(body), "model"))).toEqual([
      upstreamModel,
      upstreamModel,
    ]);
  });
});

test("the table of URLs says what the code does", () => {
  const urls: Readonly<Record<string, readonly (string | undefined)[]>> = {
    "none, or a host of `api.openai.com`": [undefined, "https://api.openai.com/v1", "https://eu.api.openai.com/v1"],
    "a host of `openrouter.ai`": ["https://openrouter.ai/api/v1"],
    "a host of `api.deepseek.com`": ["https://api.deepseek.com", "https://api.deepseek.com/beta"],
    "a host of `api.groq.com`": ["https://api.groq.com/openai/v1"],
    "a host of `api.mistral.ai`": ["https://api.mistral.ai/v1"],
    "a host of `api.x.ai`": ["https://api.x.ai/v1", "https://eu-west-1.api.x.ai/v1"],
    "a host of `ollama.com`": ["https://ollama.com/v1"],
    "port 11434, on this machine or a private network": ["http://localhost:11434", "http://nas.lan:11434/v1"],
    "port 8000, the same": ["http://10.0.0.5:8000/v1"],
    "port 1234, the same": ["http://127.0.0.1:1234/v1"],
    "port 8080, the same": ["http://host.docker.internal:8080/v1"],
    "anything else": ["http://localhost:5000/v1", "https://llm.example.com:8000/v1"],
  };
  const rows = rowsOf(page, 2);
  expect(rows.map(([url = ""]) => url)).toEqual(Object.keys(urls));
  for (const [url = "", server] of rows) {
    for (const one of urls[url] ?? []) expect([one, `\`${serverAt(one)}\``]).toEqual([one, server]);
  }
});

/** What the page's table asks for, as a request and the member to look at. */
const asked: Readonly<Record<string, object>> = {
  "messages of `developer`": {
    messages: [
      { role: "developer", content: "Be brief." },
      { role: "user", content: "Hi." },
    ],
  },
  "`max_completion_tokens`": { max_completion_tokens: 9 },
  "`response_format: json_object`": { response_format: { type: "json_object" } },
  "`response_format: json_schema`": {
    response_format: { type: "json_schema", json_schema: { name: "n", schema: { type: "object" } } },
  },
  "`reasoning_effort: minimal`": { reasoning_effort: "minimal" },
  "`seed`": { seed: 7 },
  "`tool_choice: required`": { tool_choice: "required", tools: [{ type: "function", function: { name: "f" } }] },
  "`functions`": { functions: [{ name: "f" }] },
  "tools of type `custom`": { tools: [{ type: "custom", custom: { name: "p" } }] },
  "`store`": { store: true },
  "`logprobs`": { logprobs: true },
  "`logit_bias`": { logit_bias: { 5: 1 } },
  "`top_k`": { top_k: 4 },
  "members nobody knows": { mood: "good" },
};

describe("the table of requests says what the code does", () => {
  const audit = compileAudit(chat.fates);
  const hosts = [
    ...["openai", "openrouter", "deepseek", "groq", "mistral", "xai"],
    ...["vllm", "ollama", "lmstudio", "llamacpp", "other"],
  ];
  const rows = rowsOf(page, 12);

  test("for all that it names", () => {
    expect(rows.map(([what = ""]) => what)).toEqual(Object.keys(asked));
  });

  test.each(rows.flatMap(([what = "", ...cells]) => hosts.map((host, at) => [what, host, cells[at] ?? ""] as const)))(
    "%s at %s: %s",
    (what, host, cell) => {
      const request = { model: "m", ...says("Hi."), ...asked[what] };
      const facts = { upstreamModel: "m", host, responseModel: "m", callId: "c", createdSec: 1 };
      const told: string[] = [];
      try {
        told.push(...audit(request, facts, "report").map(({ verb }) => verb));
      } catch {
        expect(cell).toBe("a 400");
        return;
      }
      const { body, changes } = chat.open(request, facts, "unary");
      told.push(...changes.map(({ verb }) => verb));
      const sent = JSON.stringify(body);
      const same = Object.entries(asked[what] ?? {}).every(([name, value]) =>
        sent.includes(`"${name}":${JSON.stringify(value)}`),
      );
      expect(same).toBe(cell === "as it is");
      expect(told.length > 0).toBe(cell.endsWith("and told"));
      const [, word] = /^`(\w+)`/.exec(cell) ?? [];
      if (word !== undefined) expect(sent).toContain(`"${word}"`);
      if (cell === "a schema of any object") expect(sent).toContain('"schema":{"type":"object"}');
      if (cell.startsWith("dropped")) for (const name in asked[what]) expect(sent).not.toContain(name);
    },
  );
});
