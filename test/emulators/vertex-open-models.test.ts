import OpenAI from "openai";
import { describe, expect, test } from "vitest";
import type { VertexEmulator } from "../../src/emulators/vertex.ts";
import { apiError } from "./_openai.ts";
import { emulate } from "./_vertex.ts";

const model = "meta/llama-3.3-70b-instruct-maas";
const messages = [{ role: "user", content: "Good morning" }] as const;

/** OpenAI's SDK, as Google's pages set it up: an access token for a key. */
const clientOf = ({ url }: VertexEmulator, apiKey = "token", version = "v1"): OpenAI =>
  new OpenAI({
    baseURL: `${url}/${version}/projects/p/locations/us-central1/endpoints/openapi`,
    apiKey,
    maxRetries: 0,
  });

describe("§1 open models on Vertex AI", () => {
  test.each(["v1", "v1beta1"])("answer OpenAI's SDK at %s", async (version) => {
    const emulator = await emulate();
    const answer = await clientOf(emulator, "token", version).chat.completions.create({
      model,
      messages: [...messages],
    });
    expect(answer.choices[0]?.message.content).toContain("You said: Good morning");
    expect(answer.model).toBe(model);
    expect(emulator.requests[0]?.path).toBe(
      `/${version}/projects/p/locations/us-central1/endpoints/openapi/chat/completions`,
    );
  });

  test("stream, counts last", async () => {
    const client = clientOf(await emulate());
    const more = { stream: true, stream_options: { include_usage: true } } as const;
    const texts: string[] = [];
    let total: number | undefined;
    for await (const { choices, usage } of await client.chat.completions.create({
      model,
      messages: [...messages],
      ...more,
    })) {
      texts.push(choices[0]?.delta.content ?? "");
      total = usage?.total_tokens;
    }
    expect(texts.join("")).toContain("You said: Good morning");
    expect(total).toBeGreaterThan(0);
  });

  test("call tools by themselves", async () => {
    const client = clientOf(await emulate());
    const parameters = { type: "object", properties: { city: { type: "string" } }, required: ["city"] };
    const answer = await client.chat.completions.create({
      model,
      messages: [{ role: "user", content: "Weather in Paris?" }],
      tools: [{ type: "function", function: { name: "get_weather", parameters } }],
    });
    expect(answer.choices[0]).toMatchObject({
      finish_reason: "tool_calls",
      message: { tool_calls: [{ function: { name: "get_weather", arguments: '{"city":"Paris"}' } }] },
    });
  });

  test.each([
    "deepseek-ai/deepseek-v3.2-maas",
    "qwen/qwen3-coder-480b-a35b-instruct-maas",
    "openai/gpt-oss-120b-maas",
    "google/gemini-2.5-flash",
  ])("there is %s", async (name) => {
    const answer = await clientOf(await emulate()).chat.completions.create({ model: name, messages: [...messages] });
    expect(answer.model).toBe(name);
  });

  test.each(["llama-3.3-70b-instruct-maas", "meta/gpt-4o", "anthropic/claude-sonnet-4-5"])(
    "there is no %s",
    async (name) => {
      const client = clientOf(await emulate());
      const error = await apiError(client.chat.completions.create({ model: name, messages: [...messages] }));
      expect(error.status).toBe(404);
    },
  );

  test("answer by the same script as Gemini", async () => {
    const emulator = await emulate(
      "answers: [{ times: 1, text: Scripted. }, { error: { status: 429, message: Slow down. } }]",
    );
    const client = clientOf(emulator);
    const answer = await client.chat.completions.create({ model, messages: [...messages] });
    expect(answer.choices[0]?.message.content).toBe("Scripted.");
    expect((await apiError(client.chat.completions.create({ model, messages: [...messages] }))).status).toBe(429);
  });

  const ask = async (emulator: VertexEmulator, headers: Record<string, string>, stream: boolean) => {
    const path = "/v1/projects/p/locations/us-central1/endpoints/openapi/chat/completions";
    const body = JSON.stringify({ model, messages, stream });
    const response = await fetch(emulator.url + path, { method: "POST", headers, body });
    const parsed: unknown = await response.json();
    return { status: response.status, body: parsed };
  };

  test.each<[name: string, headers: Record<string, string>, reason: string]>([
    ["no token", {}, "CREDENTIALS_MISSING"],
    ["a wrong token", { authorization: "Bearer wrong" }, "ACCESS_TOKEN_EXPIRED"],
    ["an API key, which express mode is for", { "x-goog-api-key": "right" }, "CREDENTIALS_MISSING"],
  ])("refuse %s in Google's words, in a list where a stream is asked for", async (_name, headers, reason) => {
    const emulator = await emulate("answers: []", { token: "right" });
    const error = {
      code: 401,
      status: "UNAUTHENTICATED",
      details: [{ reason, metadata: { method: "google.cloud.aiplatform.v1.PredictionService.ChatCompletions" } }],
    };
    expect(await ask(emulator, headers, false)).toMatchObject({ status: 401, body: { error } });
    expect(await ask(emulator, headers, true)).toMatchObject({ status: 401, body: [{ error }] });
  });

  test("are not below express mode's paths", async () => {
    const emulator = await emulate();
    const response = await fetch(`${emulator.url}/v1/endpoints/openapi/chat/completions`, {
      method: "POST",
      body: "{}",
    });
    expect(response.status).toBe(404);
  });
});
