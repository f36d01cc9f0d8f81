import { describe, expect, test } from "vitest";
import type { ServerName } from "../../src/emulators/openai.ts";
import { apiError, clientOf, emulate, eventsIn, type Posted, post, posted, weather } from "./_openai.ts";

const models: Readonly<Record<ServerName, string>> = {
  openai: "gpt-4o",
  deepseek: "deepseek-chat",
  groq: "openai/gpt-oss-120b",
  mistral: "mistral-large-latest",
  xai: "grok-4",
  openrouter: "anthropic/claude-sonnet-4.5",
  vllm: "meta-llama/Llama-3.1-8B-Instruct",
  ollama: "llama3.2",
  lmstudio: "google/gemma-3-4b",
  llamacpp: "anything",
};
const names = ["openai", "openrouter", "vllm", "ollama", "lmstudio", "llamacpp"] as const;
const hi = [{ role: "user", content: "Hi" }];

/** What a server answers to a request of its own model. */
async function ask(personality: ServerName, more: object = {}, script = "answers: []"): Promise<Posted> {
  const emulator = await emulate(script, { personality });
  return post(emulator, { model: models[personality], messages: hi, ...more });
}

const older = "{ server: [older], answers: [] }";
const thinking = "answers: [{ text: Yes., thoughts: Hm. }]";
const tools = [weather];

test("OpenAI is played unless another server is named", async () => {
  expect((await post(await emulate(), { model: "gpt-4o", messages: hi })).headers.get("openai-version")).toBe(
    "2020-10-01",
  );
});

describe("refusals in each server's own shape", () => {
  test.each<[ServerName, string, number, unknown]>([
    ["openai", "gpt-9", 404, { error: { type: "invalid_request_error", param: null, code: "model_not_found" } }],
    ["openrouter", "claude", 400, { error: { message: "claude is not a valid model ID", code: 400 } }],
    [
      "vllm",
      "gpt-4o",
      404,
      { error: { message: "The model `gpt-4o` does not exist.", type: "NotFoundError", param: "model", code: 404 } },
    ],
    [
      "ollama",
      "gpt-4o",
      404,
      { error: { message: "model 'gpt-4o' not found", type: "not_found_error", param: null, code: null } },
    ],
    ["lmstudio", "gpt-4o", 404, { error: { code: "model_not_found", param: "model" } }],
  ])("%s has no model %s", async (personality, model, status, body) => {
    expect(await ask(personality, { model })).toMatchObject({ status, body });
  });

  test.each<[ServerName, string, number, unknown]>([
    ["vllm", "gpt-4o", 404, { object: "error", message: "The model `gpt-4o` does not exist.", code: 404 }],
    ["ollama", "gpt-4o", 404, { error: { message: 'model "gpt-4o" not found, try pulling it first' } }],
  ])("an older %s says so otherwise", async (personality, model, status, body) => {
    expect(await ask(personality, { model }, older)).toMatchObject({ status, body });
  });

  test.each<[ServerName, number, unknown]>([
    ["openai", 401, { error: { code: "invalid_api_key", type: "invalid_request_error" } }],
    ["openrouter", 401, { error: { message: "User not found.", code: 401 } }],
    ["vllm", 401, { error: "Unauthorized" }],
    ["lmstudio", 401, { error: { code: "invalid_api_key" } }],
    ["llamacpp", 401, { error: { message: "Invalid API Key", type: "authentication_error", code: 401 } }],
    // It takes any key.
    ["ollama", 200, { object: "chat.completion" }],
  ])("%s with a wrong key is %i", async (personality, status, body) => {
    const emulator = await emulate("answers: []", { personality, token: "right" });
    const path = "/v1/chat/completions";
    const headers = { authorization: "Bearer wrong" };
    expect(await post(emulator, { model: models[personality], messages: hi }, path, headers)).toMatchObject({
      status,
      body,
    });
    const right = { authorization: "Bearer right" };
    expect((await post(emulator, { model: models[personality], messages: hi }, path, right)).status).toBe(200);
  });

  test.each<[ServerName, number, string, string]>([
    ["openai", 404, "application/json", '"Invalid URL (GET /v1/foo)"'],
    ["openrouter", 404, "text/html; charset=utf-8", "<!DOCTYPE html>"],
    ["vllm", 404, "application/json", '{"error":{"message":"Not Found","type":"Not Found","param":null,"code":404}}'],
    ["ollama", 404, "text/plain", "404 page not found"],
    // Status 200, whatever it was.
    ["lmstudio", 200, "application/json; charset=utf-8", '{"error":"Unexpected endpoint or method. (GET /v1/foo)"}'],
    ["llamacpp", 404, "application/json; charset=utf-8", '"type":"not_found_error"'],
  ])("%s answers a path it does not have with %i", async (personality, status, type, text) => {
    const { url } = await emulate("answers: []", { personality });
    const answered = await posted(await fetch(`${url}/v1/foo`));
    expect(answered.status).toBe(status);
    expect(answered.headers.get("content-type")).toBe(type);
    expect(answered.text).toContain(text);
  });

  test.each<[ServerName, string, number, string]>([
    ["openai", "", 405, '"code":"method_not_supported"'],
    ["vllm", "", 405, '"message":"Method Not Allowed"'],
    ["vllm", older, 405, '{"detail":"Method Not Allowed"}'],
    ["ollama", "", 405, "405 method not allowed"],
    ["lmstudio", "", 200, '{"error":"Unexpected endpoint or method. (GET /v1/chat/completions)"}'],
    ["llamacpp", "", 404, "File Not Found"],
    ["openrouter", "", 405, "Method Not Allowed"],
  ])("%s %s answers the wrong method with %i", async (personality, script, status, text) => {
    const { url } = await emulate(script || undefined, { personality });
    const answered = await posted(await fetch(`${url}/v1/chat/completions`));
    expect(answered).toMatchObject({ status, text: expect.stringContaining(text) });
  });

  test.each<[ServerName, object, number, unknown]>([
    ["openrouter", { temperature: "x" }, 400, "temperature: Invalid input: expected number, received string"],
    ["openrouter", { messages: undefined }, 400, "messages: Required"],
    [
      "vllm",
      { messages: undefined },
      400,
      expect.stringContaining("{'type': 'missing', 'loc': ('body', 'messages'), 'msg': 'Field required'"),
    ],
    [
      "vllm",
      { temperature: "x" },
      400,
      expect.stringContaining(
        "'loc': ('body', 'temperature'), 'msg': 'Input should be a valid number', 'input': \"x\"",
      ),
    ],
    ["ollama", { messages: [] }, 400, "[] is too short - 'messages'"],
    [
      "ollama",
      { temperature: "x" },
      400,
      "json: cannot unmarshal string into Go struct field ChatCompletionRequest.temperature of type float64",
    ],
    ["ollama", { messages: [{ role: "user", content: [{ type: "smell" }] }] }, 400, "invalid message format"],
    ["ollama", { messages: [{ role: "assistant", content: null }] }, 400, "invalid message content type: <nil>"],
    ["llamacpp", { temperature: "x" }, 500, "[json.exception.type_error.302] type must be number, but is string"],
    ["llamacpp", { messages: undefined }, 400, '"messages" is required'],
  ])("%s refuses %j", async (personality, more, status, message) => {
    expect(await ask(personality, more)).toMatchObject({ status, body: { error: { message } } });
  });

  test("LM Studio's errors are texts and nothing else", async () => {
    expect(await ask("lmstudio", { messages: undefined })).toMatchObject({
      status: 400,
      body: { error: "'messages' field is required" },
    });
  });

  test.each<[ServerName, number, unknown]>([
    ["openai", 400, { error: { code: null } }],
    ["openrouter", 400, { error: { message: "Invalid JSON in request body", code: 400 } }],
    ["vllm", 400, { error: { code: 400, type: "BadRequestError" } }],
    ["ollama", 400, { error: { type: "invalid_request_error" } }],
    ["lmstudio", 400, { error: expect.any(String) }],
    ["llamacpp", 500, { error: { code: 500 } }],
  ])("%s does not read broken JSON", async (personality, status, body) => {
    expect(await post(await emulate("answers: []", { personality }), "{")).toMatchObject({ status, body });
  });

  test.each<[ServerName, string, number, unknown]>([
    ["openai", "{ status: 503 }", 503, { error: { type: "server_error", param: null } }],
    [
      "openrouter",
      "{ status: 402 }",
      402,
      { error: { message: expect.stringContaining("Insufficient credits"), code: 402 } },
    ],
    [
      "openrouter",
      "{ status: 429, details: [{ provider_name: X, raw: slow }] }",
      429,
      { error: { code: 429, metadata: { provider_name: "X", raw: "slow" } } },
    ],
    [
      "vllm",
      "{ status: 500, message: Engine died. }",
      500,
      { error: { message: "Engine died.", type: "InternalServerError", code: 500 } },
    ],
    [
      "ollama",
      "{ status: 503 }",
      503,
      { error: { type: "api_error", message: expect.stringContaining("server busy") } },
    ],
    ["lmstudio", "{ status: 500 }", 500, { error: expect.stringContaining("crashed") }],
    ["llamacpp", "{ status: 503 }", 503, { error: { message: "Loading model", type: "unavailable_error", code: 503 } }],
  ])("%s with a script's error %s", async (personality, error, status, body) => {
    expect(await ask(personality, {}, `answers: [{ error: ${error} }]`)).toMatchObject({ status, body });
  });
});

describe("errors within a stream", () => {
  const broken = "answers: [{ text: one two three, stream_error: { after_events: 2, status: 502, message: Gone. } }]";

  test.each<[ServerName, unknown, boolean]>([
    ["openai", { error: { message: "Gone.", type: "server_error", param: null, code: null } }, false],
    [
      "openrouter",
      {
        id: expect.stringMatching(/^gen-/),
        object: "chat.completion.chunk",
        error: { code: 502, message: "Gone." },
        choices: [{ index: 0, delta: { content: "" }, finish_reason: "error" }],
      },
      false,
    ],
    // The stream ends as if all were well.
    ["vllm", { error: { message: "Gone.", code: 502 } }, true],
    ["ollama", { error: { message: "Gone.", type: "api_error" } }, false],
    ["lmstudio", { error: { message: "Gone." } }, false],
    ["llamacpp", { error: { message: "Gone.", code: 502 } }, false],
  ])("%s", async (personality, error, done) => {
    const { text } = await ask(personality, { stream: true }, broken);
    const events = eventsIn(text);
    expect(events).toHaveLength(3);
    expect(events.at(-1)).toMatchObject(Object(error));
    expect(text.endsWith("data: [DONE]\n\n")).toBe(done);
  });

  test("LM Studio gives the event a name", async () => {
    expect((await ask("lmstudio", { stream: true }, broken)).text).toContain("event: error\ndata: ");
  });
});

describe("thoughts", () => {
  test.each<[ServerName, string | undefined]>([
    ["openai", undefined],
    ["openrouter", "reasoning"],
    ["vllm", "reasoning"],
    ["ollama", "reasoning"],
    ["lmstudio", "reasoning_content"],
    ["llamacpp", "reasoning_content"],
  ])("%s shows them as %s, whole and streamed", async (personality, member) => {
    const whole = await ask(personality, {}, thinking);
    const { text } = await ask(personality, { stream: true }, thinking);
    if (member === undefined) {
      expect(whole.text + text).not.toContain("Hm.");
      expect(
        eventsIn(text).every(
          ({ choices }) => !JSON.stringify(choices).includes('"delta":{},"logprobs":null,"finish_reason":null'),
        ),
      ).toBe(true);
    } else {
      expect(whole.body).toMatchObject({ choices: [{ message: { content: "Yes.", [member]: "Hm." } }] });
      expect(text).toContain(`"${member}":"Hm"`);
    }
  });

  test.each<[ServerName, unknown]>([
    ["vllm", { content: "Yes.", reasoning_content: "Hm." }],
    ["ollama", { content: "<think>\nHm.\n</think>\n\nYes." }],
    ["lmstudio", { content: "<think>\nHm.\n</think>\n\nYes." }],
    ["llamacpp", { content: "<think>\nHm.\n</think>\n\nYes." }],
  ])("an older %s shows them otherwise", async (personality, message) => {
    const script = "{ server: [older], answers: [{ text: Yes., thoughts: Hm. }] }";
    const { body } = await ask(personality, {}, script);
    expect(body).toMatchObject({ choices: [{ message }] });
    expect(JSON.stringify(body)).not.toContain('"reasoning":');
  });

  test.each<[ServerName, string, object, boolean]>([
    ["vllm", "Qwen/Qwen3-8B", {}, true],
    ["vllm", "Qwen/Qwen3-8B", { chat_template_kwargs: { enable_thinking: false } }, false],
    ["vllm", "Qwen/Qwen3-8B", { include_reasoning: false }, false],
    ["vllm", models.vllm, {}, false],
    ["ollama", "qwen3:8b", {}, true],
    ["ollama", "qwen3:8b", { reasoning_effort: "none" }, false],
    ["ollama", "qwen3:8b", { reasoning: { effort: "none" } }, false],
    ["openrouter", models.openrouter, {}, false],
    ["openrouter", models.openrouter, { reasoning: { max_tokens: 100 } }, true],
    ["openrouter", models.openrouter, { reasoning: { effort: "high", exclude: true } }, false],
    ["openrouter", "deepseek/deepseek-r1", { reasoning: { enabled: false } }, false],
    ["lmstudio", "qwen/qwen3-8b", {}, true],
    ["llamacpp", "qwen3-8b", { chat_template_kwargs: { enable_thinking: false } }, false],
  ])("%s: %s with %j thinks aloud: %s", async (personality, model, more, wanted) => {
    expect((await ask(personality, { model, ...more })).text.includes("The user wants")).toBe(wanted);
  });

  test("OpenRouter gives them a second time in pieces, signed where the script says so", async () => {
    const script = "answers: [{ text: Yes., thoughts: Hm., signature: c2ln }]";
    const piece = { type: "reasoning.text", text: "Hm.", signature: "c2ln" };
    const { body } = await ask("openrouter", {}, script);
    expect(body).toMatchObject({ choices: [{ message: { reasoning_details: [piece] } }] });
  });
});

describe("calls", () => {
  const asks = { messages: [{ role: "user", content: "Weather in Oslo?" }], tools, stream: true };

  test.each<[ServerName, number, RegExp]>([
    ["openai", 5, /^call_\w{24}$/],
    ["openrouter", 5, /^call_/],
    ["vllm", 5, /^chatcmpl-tool-[0-9a-f]{32}$/],
    ["ollama", 1, /^call_[a-z0-9]{8}$/],
    ["lmstudio", 5, /^\d{9}$/],
    ["llamacpp", 5, /^\w{32}$/],
  ])("%s streams one in %i chunks", async (personality, count, id) => {
    const { text } = await ask(personality, asks, "{ server: [auto_tools], answers: [] }");
    const pieces = eventsIn(text).filter((event) => JSON.stringify(event).includes('"tool_calls":['));
    expect(pieces).toHaveLength(count);
    expect(/"id":"([^"]+)","type":"function"/.exec(text)?.[1]).toMatch(id);
    expect(text).toContain('"finish_reason":"tool_calls"');
  });

  test("vLLM lets the model pick tools only where it was started so", async () => {
    expect(await ask("vllm", { tools })).toMatchObject({
      status: 400,
      body: {
        error: {
          message: '"auto" tool choice requires --enable-auto-tool-choice and --tool-call-parser to be set',
          type: "BadRequestError",
          code: 400,
        },
      },
    });
    for (const tool_choice of ["none", "required", { type: "function", function: { name: "get_weather" } }]) {
      expect((await ask("vllm", { tools, tool_choice })).status).toBe(200);
    }
    expect((await ask("vllm", { tools }, "{ server: [auto_tools], answers: [] }")).status).toBe(200);
  });

  test.each<[ServerName, string]>([
    ["ollama", "{ server: [older], answers: [] }"],
    ["vllm", "{ server: [auto_tools], answers: [] }"],
  ])("%s may end a call with stop", async (personality, script) => {
    const tool_choice = personality === "vllm" ? { type: "function", function: { name: "get_weather" } } : undefined;
    const { body } = await ask(personality, { tools, tool_choice }, script);
    expect(body).toMatchObject({ choices: [{ finish_reason: "stop", message: { tool_calls: [{}] } }] });
  });

  test("an older llama.cpp wants to be started for tools", async () => {
    expect(await ask("llamacpp", { tools }, older)).toMatchObject({
      status: 500,
      body: { error: { message: "tools param requires --jinja flag", code: 500 } },
    });
  });

  test.each(["gemma2:2b", "tinyllama", "deepseek-r1:8b"])("Ollama's %s takes no tools", async (model) => {
    expect(await ask("ollama", { model, tools })).toMatchObject({
      status: 400,
      body: { error: { message: `registry.ollama.ai/library/${model} does not support tools` } },
    });
  });

  test.each<[ServerName, object | undefined]>([
    ["lmstudio", { content: "Hello.", tool_calls: [] }],
    ["vllm", { content: "Hello.", tool_calls: [] }],
    ["ollama", { role: "assistant", content: "Hello." }],
  ])("a text of %s as it was", async (personality, message) => {
    const script = "{ server: [older], answers: [{ text: Hello. }] }";
    const { body } = await ask(personality, {}, personality === "lmstudio" ? "answers: [{ text: Hello. }]" : script);
    expect(body).toMatchObject({ choices: [{ message }] });
  });
});

describe("counts", () => {
  const asked = { stream: true, stream_options: { include_usage: true } };

  test.each<[ServerName, object, string, number]>([
    ["openai", { stream: true }, "", 0],
    ["openai", asked, "", 1],
    ["openrouter", { stream: true }, "", 1],
    ["openrouter", { stream: true }, older, 0],
    ["vllm", { stream: true }, "", 0],
    ["vllm", asked, "", 1],
    ["ollama", { stream: true }, "", 0],
    ["ollama", asked, "", 1],
    ["ollama", asked, older, 0],
    ["lmstudio", asked, "", 1],
    ["llamacpp", asked, "", 1],
  ])("%s, asked with %j %s, sends %i", async (personality, more, script, count) => {
    const { text } = await ask(personality, more, script || undefined);
    expect(eventsIn(text).filter(({ usage }) => typeof usage === "object" && usage !== null)).toHaveLength(count);
  });

  test("OpenRouter's come in a chunk with a choice, and with the price", async () => {
    const { text } = await ask(
      "openrouter",
      { stream: true },
      "answers: [{ text: Hi., usage: { input: 100, output: 10 } }]",
    );
    expect(eventsIn(text).at(-1)).toMatchObject({
      choices: [{ index: 0, delta: { role: "assistant", content: "" }, finish_reason: null }],
      usage: { prompt_tokens: 100, completion_tokens: 10, cost: 0.000035 },
    });
  });

  test("vLLM's come in every chunk where they are asked for", async () => {
    const stream_options = { include_usage: true, continuous_usage_stats: true };
    const { text } = await ask("vllm", { stream: true, stream_options });
    const totals = eventsIn(text).map(({ usage }) => Object(usage).total_tokens);
    expect(totals.every((total) => typeof total === "number")).toBe(true);
    expect(totals).toEqual(totals.toSorted((a, b) => a - b));
  });

  test("Ollama counts no more of a prompt than its window", async () => {
    const messages = [{ role: "user", content: "word ".repeat(20_000) }];
    expect((await ask("ollama", { messages })).body).toMatchObject({ usage: { prompt_tokens: 4096 } });
  });

  test.each<[ServerName, string]>([
    ["vllm", "This model's maximum context length is 32768 tokens."],
    ["llamacpp", "exceeds the available context size (8192 tokens)"],
  ])("%s refuses a prompt that is too long", async (personality, message) => {
    const messages = [{ role: "user", content: "word ".repeat(40_000) }];
    expect(await ask(personality, { messages })).toMatchObject({
      status: 400,
      body: { error: { message: expect.stringContaining(message) } },
    });
  });

  test("vLLM wants room for the answer as well", async () => {
    expect((await ask("vllm", { max_tokens: 32_768 })).status).toBe(400);
  });
});

describe("what a server passes over", () => {
  test("Ollama: n, logit_bias, user and max_completion_tokens, whatever they are", async () => {
    const ignored = { n: 3, logit_bias: { 1: "x" }, user: 5, max_completion_tokens: 1 };
    const { body } = await ask("ollama", ignored);
    expect(body).toMatchObject({ choices: [{ index: 0, finish_reason: "stop" }] });
    expect(Object(body).choices).toHaveLength(1);
    expect((await ask("ollama", { max_tokens: 1 })).body).toMatchObject({ choices: [{ finish_reason: "length" }] });
  });

  test.each<[ServerName, number]>([
    ["openai", 2],
    ["openrouter", 1],
    ["vllm", 2],
    ["lmstudio", 1],
    ["llamacpp", 2],
  ])("%s gives %i of two choices", async (personality, count) => {
    expect(Object((await ask(personality, { n: 2 })).body).choices).toHaveLength(count);
  });

  test.each(names.filter((name) => name !== "openai"))("%s: unknown members, words and bounds", async (personality) => {
    const odd = { foo: 1, temperature: 7, stop: ["a", "b", "c", "d", "e"], verbosity: "huge" };
    const messages = [{ role: "assistant", content: "x", reasoning_content: "y" }, ...hi];
    expect((await ask(personality, { ...odd, messages })).status).toBe(200);
  });

  test.each<[ServerName, boolean]>([
    ["openai", true],
    ["vllm", true],
    ["ollama", true],
    ["openrouter", true],
    ["llamacpp", true],
    ["lmstudio", false],
  ])("%s has likelihoods: %s", async (personality, has) => {
    const { text } = await ask(personality, { logprobs: true });
    expect(text.includes('"token":"Hello!"')).toBe(has);
  });
});

describe("roles", () => {
  const strict = "{ server: [strict_roles], answers: [] }";
  const system = { role: "system", content: "Be brief." };
  const twice = [...hi, ...hi];

  test.each<[ServerName, number, string]>([
    ["vllm", 400, "Conversation roles must alternate user/assistant/user/assistant/..."],
    ["llamacpp", 500, "Conversation roles must alternate"],
    ["lmstudio", 400, "Error rendering prompt with jinja template"],
  ])("%s with a strict template refuses two turns of one side", async (personality, status, text) => {
    expect(await ask(personality, { messages: twice }, strict)).toMatchObject({
      status,
      text: expect.stringContaining(text),
    });
    expect((await ask(personality, { messages: twice })).status).toBe(200);
  });

  test("calls and results stand outside the turns", async () => {
    const call = { id: "c", type: "function", function: { name: "f", arguments: "{}" } };
    const messages = [
      system,
      ...hi,
      { role: "assistant", content: null, tool_calls: [call] },
      { role: "tool", tool_call_id: "c", content: "x" },
      { role: "assistant", content: "Done." },
      ...hi,
    ];
    expect((await ask("vllm", { messages }, strict)).status).toBe(200);
  });

  test("a strict template does not know developers, and some know no system", async () => {
    const developer = [{ role: "developer", content: "Be brief." }, ...hi];
    expect((await ask("vllm", { messages: developer })).text).toContain("Be brief");
    expect((await ask("vllm", { messages: developer }, strict)).text).toContain("Unexpected message role.");
    const without = "{ server: [no_system], answers: [] }";
    expect((await ask("vllm", { messages: [system, ...hi] }, without)).text).toContain("System role not supported");
    expect((await ask("vllm", { messages: [system, ...hi] }, strict)).status).toBe(200);
  });

  test.each(["developer", "function", "robot"])("Ollama knows no %s", async (role) => {
    expect(await ask("ollama", { messages: [{ role, content: "x", name: "f" }, ...hi] })).toMatchObject({
      status: 400,
      body: { error: { message: `invalid role: ${role}` } },
    });
  });
});

describe("Ollama's models", () => {
  test.each<[string, object, string]>([
    ["thinking of one that cannot", { reasoning_effort: "low" }, '"llama3.2" does not support thinking'],
    ["an effort it does not know", { model: "qwen3", reasoning_effort: "xhigh" }, "invalid reasoning value: 'xhigh'"],
    ["a chat with an embedder", { model: "nomic-embed-text" }, '"nomic-embed-text" does not support chat'],
    [
      "a picture from the web",
      { messages: [{ role: "user", content: [{ type: "image_url", image_url: { url: "https://a.example/x.png" } }] }] },
      "invalid image input",
    ],
    [
      "arguments that are no JSON",
      {
        messages: [
          ...hi,
          {
            role: "assistant",
            content: "",
            tool_calls: [{ id: "c", type: "function", function: { name: "f", arguments: "{" } }],
          },
        ],
      },
      "invalid tool call arguments",
    ],
  ])("refuse %s", async (_name, more, message) => {
    expect(await ask("ollama", more)).toMatchObject({
      status: 400,
      body: { error: { message: expect.stringContaining(message) } },
    });
  });
});

describe("structured output", () => {
  const schema = { type: "object", properties: { n: { type: "integer", minimum: 7 } }, required: ["n"] };
  const format = { type: "json_schema", json_schema: { name: "s", schema } };

  test.each(names)("%s follows a schema", async (personality) => {
    const { body } = await ask(personality, { response_format: format });
    expect(JSON.parse(Object(body).choices[0].message.content)).toEqual({ n: 7 });
  });

  test.each(names.filter((name) => name !== "lmstudio"))("%s gives any JSON", async (personality) => {
    const messages = [{ role: "user", content: "JSON please" }];
    const { body } = await ask(personality, { messages, response_format: { type: "json_object" } });
    expect(JSON.parse(Object(body).choices[0].message.content)).toEqual({ answer: expect.any(String) });
  });

  test("LM Studio does not, and says so in a bare text", async () => {
    expect(await ask("lmstudio", { response_format: { type: "json_object" } })).toMatchObject({
      status: 400,
      body: { error: "'response_format.type' must be 'json_schema' or 'text'" },
    });
  });

  test.each([
    { guided_json: schema },
    { guided_json: JSON.stringify(schema) },
    { structured_outputs: { json: schema } },
  ])("vLLM follows %j", async (more) => {
    expect(Object((await ask("vllm", more)).body).choices[0].message.content).toBe('{"n":7}');
  });
});

describe("what a server adds to its answers", () => {
  test.each<[ServerName, object, object]>([
    [
      "openai",
      { service_tier: "default", system_fingerprint: expect.stringMatching(/^fp_/) },
      { message: { annotations: [], refusal: null } },
    ],
    [
      "openrouter",
      { provider: "Emulator", id: expect.stringMatching(/^gen-\d+-/) },
      { native_finish_reason: "end_turn" },
    ],
    ["vllm", { prompt_logprobs: null, id: expect.stringMatching(/^chatcmpl-[0-9a-f]{32}$/) }, { stop_reason: null }],
    ["ollama", { system_fingerprint: "fp_ollama", id: expect.stringMatching(/^chatcmpl-\d{1,3}$/) }, {}],
    ["lmstudio", { stats: {}, system_fingerprint: models.lmstudio }, {}],
    ["llamacpp", { timings: { prompt_n: expect.any(Number) } }, {}],
  ])("%s", async (personality, members, choice) => {
    const { body } = await ask(personality);
    expect(body).toMatchObject({ ...members, choices: [choice] });
  });

  test.each<[ServerName, unknown, unknown]>([
    ["openai", { role: "assistant", content: "", refusal: null }, {}],
    ["openrouter", { role: "assistant", content: "H" }, { role: "assistant", content: "" }],
    ["vllm", { role: "assistant", content: "" }, { content: "" }],
    ["ollama", { role: "assistant", content: "H" }, { role: "assistant", content: "" }],
    ["lmstudio", { role: "assistant", content: "H" }, {}],
    ["llamacpp", { role: "assistant", content: null }, {}],
  ])("%s opens and ends its streams", async (personality, first, last) => {
    const { text } = await ask(personality, { stream: true }, "answers: [{ text: Hi, chunks: 2, quirks: [no_usage] }]");
    const deltas = eventsIn(text).map(({ choices }) => Object(choices)[0].delta);
    expect(deltas[0]).toEqual(first);
    expect(deltas.at(-1)).toEqual(last);
  });

  test("OpenRouter comments first", async () => {
    const { text } = await ask("openrouter", { stream: true });
    expect(text).toMatch(/^: OPENROUTER PROCESSING\n\ndata: /);
  });

  test("OpenAI's headers are on answers, streams and errors", async () => {
    for (const more of [{}, { stream: true }, { foo: 1 }]) {
      const { headers } = await ask("openai", more);
      expect(headers.get("x-request-id")).toMatch(/^req_[0-9a-f]{32}$/);
      expect(Number(headers.get("openai-processing-ms"))).toBeGreaterThan(0);
      expect(headers.has("x-ratelimit-limit-tokens")).toBe(!("foo" in more));
    }
  });

  test.each<[ServerName, string]>([
    ["openai", "text/event-stream; charset=utf-8"],
    ["ollama", "text/event-stream"],
  ])("%s streams %s", async (personality, type) => {
    expect((await ask(personality, { stream: true })).headers.get("content-type")).toBe(type);
  });
});

describe("lists of models", () => {
  test.each<[ServerName, object]>([
    ["openai", { owned_by: "system" }],
    ["openrouter", { context_length: 128_000, pricing: {}, supported_parameters: expect.any(Array) }],
    ["vllm", { owned_by: "vllm", max_model_len: 32_768, root: "Qwen/Qwen3-8B", permission: [] }],
    ["ollama", { owned_by: "library" }],
    ["lmstudio", { owned_by: "organization_owner" }],
    ["llamacpp", { owned_by: "llamacpp", meta: { n_ctx_train: 40_960 } }],
  ])("%s", async (personality, members) => {
    const { url } = await emulate("answers: []", { personality });
    const { status, body } = await posted(await fetch(`${url}/v1/models`));
    expect(status).toBe(200);
    expect(Object(body).data[0]).toMatchObject({ object: "model", ...members });
    // What is listed can be used.
    for (const { id } of Object(body).data) {
      const asked = { model: id, messages: hi, prompt: "x", input: "x" };
      const paths = ["chat/completions", "completions", "embeddings"].map((path) => `/v1/${path}`);
      const { model, messages, prompt, input } = asked;
      const bodies = [
        { model, messages },
        { model, prompt },
        { model, input },
      ];
      const emulator = await emulate("answers: []", { personality });
      const answers = await Promise.all(paths.map((path, at) => post(emulator, bodies[at], path)));
      expect(answers.map((answer) => answer.status)).toContain(200);
    }
  });

  test.each<[ServerName, string, number]>([
    ["openai", "gpt-4o", 200],
    ["ollama", "qwen3:8b", 200],
    ["lmstudio", "google%2Fgemma-3-4b", 200],
    ["lmstudio", "google/gemma-3-4b", 200],
    ["ollama", "nope", 404],
    ["vllm", "Qwen/Qwen3-8B", 404],
    ["openrouter", "openai/gpt-4o-mini", 404],
  ])("%s, asked for %s, answers %i", async (personality, id, status) => {
    const { url } = await emulate("answers: []", { personality });
    expect((await fetch(`${url}/v1/models/${id}`)).status).toBe(status);
  });

  test("llama.cpp lists them twice", async () => {
    const { url } = await emulate("answers: []", { personality: "llamacpp" });
    expect((await posted(await fetch(`${url}/v1/models`))).body).toMatchObject({
      models: [{ name: expect.any(String) }],
    });
  });
});

describe("the older completions and embeddings", () => {
  test.each<[ServerName, string, object]>([
    ["openrouter", "end", { provider: "Emulator" }],
    ["vllm", "cut", { choices: [{ stop_reason: null }] }],
    ["ollama", "end", { system_fingerprint: "fp_ollama" }],
    ["lmstudio", "end", { stats: {} }],
    ["llamacpp", "end", { timings: {} }],
  ])("%s continues a text to its %s", async (personality, how, members) => {
    const emulator = await emulate("answers: []", { personality });
    const { body } = await post(emulator, { model: models[personality], prompt: "Once" }, "/v1/completions");
    expect(body).toMatchObject({ object: "text_completion", ...members });
    expect(Object(body).choices[0].finish_reason).toBe(how === "cut" ? "length" : "stop");
  });

  test.each<[ServerName, object, number]>([
    ["ollama", { prompt: ["a", "b"] }, 400],
    ["openrouter", { prompt: [1, 2] }, 400],
    ["vllm", { prompt: ["a", "b"] }, 200],
    ["vllm", { prompt: "a", suffix: "b" }, 400],
    ["ollama", { prompt: "a", suffix: "b" }, 200],
    ["llamacpp", { prompt: [1, 2] }, 200],
    ["lmstudio", { prompt: ["a", 1] }, 400],
  ])("%s, given %j, answers %i", async (personality, more, status) => {
    const emulator = await emulate("answers: []", { personality });
    expect((await post(emulator, { model: models[personality], ...more }, "/v1/completions")).status).toBe(status);
  });

  test.each<[ServerName, string, number, boolean]>([
    ["vllm", "BAAI/bge-m3", 200, true],
    ["vllm", models.vllm, 400, false],
    ["ollama", "nomic-embed-text", 200, true],
    ["ollama", "llama3.2", 200, true],
    // It gives numbers, whatever is asked for.
    ["lmstudio", "text-embedding-nomic-embed-text-v1.5", 200, false],
    ["llamacpp", "any", 501, false],
    ["openrouter", "openai/gpt-4o", 404, false],
    ["openrouter", "openai/text-embedding-3-small", 200, true],
  ])("%s: vectors of %s are %i, base64 %s", async (personality, model, status, base64) => {
    const emulator = await emulate("answers: []", { personality });
    const answered = await post(emulator, { model, input: "x", encoding_format: "base64" }, "/v1/embeddings");
    expect(answered.status).toBe(status);
    if (status === 200) expect(typeof Object(answered.body).data[0].embedding).toBe(base64 ? "string" : "object");
  });
});

test.each(names)("OpenAI's SDK talks to %s", async (personality) => {
  const emulator = await emulate("{ server: [auto_tools], answers: [] }", { personality });
  const client = clientOf(emulator);
  const tool = {
    type: "function" as const,
    function: { ...weather.function, parse: JSON.parse, function: ({ city }: { city: string }) => `sunny in ${city}` },
  };
  const messages = [{ role: "user" as const, content: "Weather in Paris?" }];
  const model = models[personality];
  for (const stream of [false, true] as const) {
    const runner = stream
      ? client.chat.completions.runTools({ model, messages, tools: [tool], stream })
      : client.chat.completions.runTools({ model, messages, tools: [tool], stream });
    expect(await runner.finalContent()).toContain("sunny in Paris");
  }
  const error = await apiError(client.chat.completions.create({ model, messages: [], temperature: 1 }));
  expect(error.status).toBe(400);
});
