import OpenAI from "openai";
import { describe, expect, test } from "vitest";
import type { ServerName } from "../../src/emulators/openai.ts";
import { apiError, emulate, eventsIn, type Posted, post, weather } from "./_openai.ts";

const models = {
  deepseek: "deepseek-chat",
  groq: "openai/gpt-oss-120b",
  mistral: "mistral-large-latest",
  xai: "grok-4",
} as const satisfies Partial<Record<ServerName, string>>;
type Preset = keyof typeof models;
const presets = ["deepseek", "groq", "mistral", "xai"] as const;
const hi = [{ role: "user" as const, content: "Hi" }];

async function ask(personality: Preset, more: object = {}, script = "answers: []"): Promise<Posted> {
  return post(await emulate(script, { personality }), { model: models[personality], messages: hi, ...more });
}

describe.each(presets)("%s", (personality) => {
  test("satisfies OpenAI's own SDK", async () => {
    const { url } = await emulate("answers: []", { personality, token: "right" });
    const client = new OpenAI({ baseURL: `${url}/v1`, apiKey: "right", maxRetries: 0 });
    const model = models[personality];
    const { choices, usage } = await client.chat.completions.create({ model, messages: hi });
    expect(choices[0]?.message.content).toEqual(expect.any(String));
    expect(usage?.prompt_tokens).toBeGreaterThan(0);
    const asked = { model, messages: [{ role: "user" as const, content: "Weather in Paris?" }], tools: [weather] };
    const called = await client.chat.completions.stream(asked).finalChatCompletion();
    expect(called.choices[0]).toMatchObject({
      finish_reason: "tool_calls",
      message: { tool_calls: [{ function: { name: "get_weather" } }] },
    });
  });

  test("lets nobody in with a wrong key", async () => {
    const { url } = await emulate("answers: []", { personality, token: "right" });
    const client = new OpenAI({ baseURL: `${url}/v1`, apiKey: "wrong", maxRetries: 0 });
    const failure = await apiError(client.chat.completions.create({ model: models[personality], messages: hi }));
    expect(failure.status).toBe(personality === "xai" ? 400 : 401);
  });
});

describe("refusals, each in the server's own shape", () => {
  test.each<[Preset, object, number, unknown]>([
    ["deepseek", { model: "gpt-4o" }, 400, { error: { message: "Model Not Exist", code: "invalid_request_error" } }],
    ["groq", { model: "gpt-4o" }, 404, { error: { code: "model_not_found" } }],
    ["mistral", { model: "gpt-4o" }, 400, { object: "error", type: "invalid_model", code: "1500" }],
    ["xai", { model: "gpt-4o" }, 404, { code: "Some requested entity was not found", error: expect.any(String) }],
    ["deepseek", { n: 2 }, 400, { error: { message: expect.stringContaining("only n = 1") } }],
    [
      "deepseek",
      { response_format: { type: "json_schema", json_schema: { name: "n", schema: {} } } },
      400,
      { error: { message: "This response_format type is unavailable now" } },
    ],
    [
      "deepseek",
      { response_format: { type: "json_object" } },
      400,
      { error: { message: expect.stringContaining("json") } },
    ],
    [
      "deepseek",
      { messages: [{ role: "developer", content: "Be brief." }] },
      422,
      { error: { message: expect.stringContaining("unknown variant `developer`") } },
    ],
    ["deepseek", { model: "deepseek-reasoner", logprobs: true }, 400, { error: { code: "invalid_request_error" } }],
    ["groq", { logprobs: true }, 400, { error: { param: "logprobs" } }],
    ["groq", { logit_bias: { 5: 1 } }, 400, { error: { param: "logit_bias" } }],
    ["groq", { n: 2 }, 400, { error: { param: "n" } }],
    ["groq", { top_k: 4 }, 400, { error: { message: "property 'top_k' is unsupported" } }],
    [
      "groq",
      { messages: [{ role: "user", content: "Hi", name: "ann" }] },
      400,
      { error: { message: expect.stringContaining("property 'name' is unsupported") } },
    ],
    [
      "mistral",
      { seed: 7 },
      422,
      { message: { detail: [{ type: "extra_forbidden", loc: ["body", "seed"] }] }, code: null },
    ],
    [
      "mistral",
      { max_completion_tokens: 7 },
      422,
      { message: { detail: [{ loc: ["body", "max_completion_tokens"] }] } },
    ],
    [
      "mistral",
      { stream: true, stream_options: {} },
      422,
      { message: { detail: [{ loc: ["body", "stream_options"] }] } },
    ],
    [
      "mistral",
      { messages: [{ role: "user", content: "Hi", name: "ann" }] },
      422,
      { message: { detail: [{ loc: ["body", "messages", 0, "name"] }] } },
    ],
    [
      "mistral",
      { messages: [...hi, { role: "assistant", content: "Ho" }] },
      400,
      { type: "invalid_request_message_order" },
    ],
    [
      "mistral",
      {
        messages: [
          ...hi,
          {
            role: "assistant",
            content: "",
            tool_calls: [{ id: "call_1", type: "function", function: { name: "f", arguments: "{}" } }],
          },
          { role: "tool", tool_call_id: "call_1", content: "x" },
        ],
      },
      400,
      { message: "Tool call id was call_1 but must be a-z, A-Z, 0-9, with a length of 9." },
    ],
    ["xai", { stop: "x" }, 400, { error: "Argument not supported on this model: stop" }],
    ["xai", { presence_penalty: 1 }, 400, { error: "Argument not supported on this model: presencePenalty" }],
    ["xai", { reasoning_effort: "low" }, 400, { error: expect.stringContaining("reasoningEffort") }],
  ])("%s with %j is %i", async (personality, more, status, body) => {
    expect(await ask(personality, more)).toMatchObject({ status, body });
  });

  test.each<[Preset, object]>([
    ["deepseek", { seed: 7, user: "u", mood: "good" }],
    ["groq", { reasoning_format: "parsed", service_tier: "on_demand" }],
    ["mistral", { random_seed: 7, safe_prompt: true, tool_choice: "any", tools: [weather] }],
    ["xai", { search_parameters: { mode: "auto" }, mood: "good" }],
    ["xai", { model: "grok-4-fast-non-reasoning", stop: "x", presence_penalty: 1 }],
    ["xai", { model: "grok-3-mini", reasoning_effort: "low" }],
  ])("%s takes %j", async (personality, more) => {
    expect((await ask(personality, more)).status).toBe(200);
  });

  test.each<[Preset, string, number]>([
    ["deepseek", "/v1/completions", 404],
    ["deepseek", "/v1/embeddings", 404],
    ["groq", "/v1/completions", 404],
    ["groq", "/openai/v1/embeddings", 404],
    ["groq", "/openai/v1/chat/completions", 200],
    ["mistral", "/v1/completions", 404],
    ["mistral", "/openai/v1/chat/completions", 404],
  ])("%s at %s: %i", async (personality, path, status) => {
    const emulator = await emulate("answers: []", { personality });
    expect((await post(emulator, { model: models[personality], messages: hi }, path)).status).toBe(status);
  });
});

const thinking = "answers: [{ text: Yes., thoughts: Hm., usage: { input: 10, output: 3, thinking: 4 } }]";

test("DeepSeek's thinking models want their thoughts back with calls", async () => {
  const call = {
    role: "assistant",
    content: null,
    tool_calls: [{ id: "c", type: "function", function: { name: "f", arguments: "{}" } }],
  };
  const messages = (more: object) => [...hi, { ...call, ...more }, { role: "tool", tool_call_id: "c", content: "x" }];
  const model = "deepseek-reasoner";
  expect((await ask("deepseek", { model, messages: messages({}) })).status).toBe(400);
  expect((await ask("deepseek", { model, messages: messages({ reasoning_content: "" }) })).status).toBe(200);
  expect((await ask("deepseek", { messages: messages({}) })).status).toBe(200);
});

describe("answers", () => {
  test("DeepSeek's have thoughts, and counts of its cache", async () => {
    const { body } = await ask("deepseek", { model: "deepseek-reasoner" }, thinking);
    expect(body).toMatchObject({
      choices: [{ message: { content: "Yes.", reasoning_content: "Hm." } }],
      usage: {
        prompt_cache_hit_tokens: 0,
        prompt_cache_miss_tokens: 10,
        completion_tokens_details: { reasoning_tokens: 4 },
      },
    });
  });

  test("Groq's streams have their counts in a member of its own", async () => {
    const { text } = await ask("groq", { stream: true }, thinking);
    const events = eventsIn(text);
    expect(events.at(-1)).toMatchObject({ x_groq: { usage: { prompt_tokens: 10, completion_tokens: 7 } } });
    expect(events.some((event) => "usage" in event)).toBe(false);
  });

  test("Mistral's have their thoughts among their parts, and short ids", async () => {
    const { body } = await ask("mistral", { model: "magistral-medium-latest" }, thinking);
    expect(body).toMatchObject({
      choices: [{ message: { content: [{ type: "thinking" }, { type: "text", text: "Yes." }] } }],
    });
    const called = await ask("mistral", { tools: [weather], tool_choice: "any" });
    expect(called.body).toMatchObject({
      choices: [{ message: { tool_calls: [{ id: expect.stringMatching(/^[a-zA-Z0-9]{9}$/) }] } }],
    });
  });

  test("Mistral's streams have their counts with the last chunk, asked or not", async () => {
    const { text } = await ask("mistral", { stream: true }, thinking);
    expect(eventsIn(text).at(-1)).toMatchObject({
      choices: [{ finish_reason: "stop" }],
      usage: { prompt_tokens: 10 },
    });
  });

  test("xAI's count thinking on top", async () => {
    const { body } = await ask("xai", {}, thinking);
    expect(body).toMatchObject({ usage: { prompt_tokens: 10, completion_tokens: 3, total_tokens: 17 } });
  });

  test("Mistral's vectors have the length that is asked for", async () => {
    const emulator = await emulate("answers: []", { personality: "mistral" });
    const request = { model: "codestral-embed", input: ["a"] };
    const short = await post(emulator, { ...request, output_dimension: 64 }, "/v1/embeddings");
    expect(short.body).toMatchObject({ data: [{ embedding: { length: 64 } }] });
    expect((await post(emulator, { ...request, dimensions: 64 }, "/v1/embeddings")).status).toBe(422);
    expect((await post(emulator, { ...request, input: [[1, 2]] }, "/v1/embeddings")).status).toBe(422);
  });
});
