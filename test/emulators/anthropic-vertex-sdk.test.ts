import { APIError } from "@anthropic-ai/sdk";
import AnthropicVertex from "@anthropic-ai/vertex-sdk";
import { OAuth2Client } from "google-auth-library";
import { describe, expect, test } from "vitest";
import type { AnthropicEmulator } from "../../src/emulators/anthropic.ts";
import { failureOf } from "../_promises.ts";
import { emulate } from "./_anthropic.ts";

const model = "claude-haiku-4-5@20251001";
const asked = { model, max_tokens: 1000, messages: [{ role: "user" as const, content: "Good morning" }] };

/** Anthropic's SDK for Vertex AI, with an access token. It has Google's library in a release of its own. */
function sdkOf({ url }: AnthropicEmulator, access_token = "right"): AnthropicVertex {
  const authClient = new OAuth2Client();
  authClient.setCredentials({ access_token });
  const credential: object = { authClient };
  const place = { baseURL: `${url}/v1`, region: "us-east5", projectId: "demo" };
  return new AnthropicVertex({ ...place, maxRetries: 0, logLevel: "off", ...credential });
}

describe("Anthropic's SDK for Vertex AI", () => {
  test("gets a message whole and in a stream", async () => {
    const emulator = await emulate("answers: []", { token: "right" });
    const client = sdkOf(emulator);
    const message = await client.messages.create(asked);
    expect(message.content).toMatchObject([{ type: "text", text: expect.stringContaining("You said: Good morning") }]);
    expect(message.id).toMatch(/^msg_vrtx_01/);
    const streamed = await client.messages.stream(asked).finalMessage();
    expect([streamed.stop_reason, streamed.content]).toEqual(["end_turn", message.content]);
    expect(emulator.requests.map(({ path }) => path)).toEqual([
      `/v1/projects/demo/locations/us-east5/publishers/anthropic/models/${model}:rawPredict`,
      `/v1/projects/demo/locations/us-east5/publishers/anthropic/models/${model}:streamRawPredict`,
    ]);
    expect(emulator.requests[0]?.body).not.toHaveProperty("model");
  });

  test("counts tokens", async () => {
    const { max_tokens: _, ...counted } = asked;
    expect((await sdkOf(await emulate()).messages.countTokens(counted)).input_tokens).toBeGreaterThan(3);
  });

  test("calls a tool, and thinks with a signature that is verified", async () => {
    const script = "answers: [{ when: { tool_result: false }, thoughts: Hm., calls: [{ name: f, args: { a: 1 } }] }]";
    const client = sdkOf(await emulate(script));
    const more = {
      max_tokens: 4000,
      thinking: { type: "enabled" as const, budget_tokens: 1024 },
      tools: [{ name: "f", input_schema: { type: "object" as const } }],
    };
    const first = await client.messages.create({ ...asked, ...more });
    const call = first.content.find((block) => block.type === "tool_use");
    expect([first.stop_reason, first.content[0]?.type, call?.input]).toEqual(["tool_use", "thinking", { a: 1 }]);
    const back = (content: typeof first.content) =>
      client.messages.create({
        ...asked,
        ...more,
        messages: [
          ...asked.messages,
          { role: "assistant", content },
          { role: "user", content: [{ type: "tool_result", tool_use_id: call?.id ?? "", content: "4" }] },
        ],
      });
    expect((await back(first.content)).stop_reason).toBe("end_turn");
    const altered = first.content.map((block) => (block.type === "thinking" ? { ...block, thinking: "Ha." } : block));
    expect(await failureOf(back(altered))).toMatchObject({ status: 400 });
  });

  test.each<[string, string, string, object]>([
    ["a wrong token", "answers: []", "wrong", { status: 401 }],
    ["a quota of Google's", "answers: [{ error: { status: 429 } }]", "right", { status: 429 }],
    [
      "overload of Anthropic's",
      "answers: [{ error: { status: 529 } }]",
      "right",
      { status: 529, type: "overloaded_error" },
    ],
  ])("is told of %s", async (_name, script, token, want) => {
    const client = sdkOf(await emulate(script, { token: "right" }), token);
    for (const attempt of [client.messages.create(asked), client.messages.stream(asked).finalMessage()]) {
      const error = await failureOf(attempt);
      expect(error).toBeInstanceOf(APIError);
      expect(error).toMatchObject(want);
    }
  });

  test("is refused what Vertex AI has not", async () => {
    const source = { type: "url" as const, url: "https://a.example/1.png" };
    const messages = [{ role: "user" as const, content: [{ type: "image" as const, source }] }];
    const error = await failureOf(sdkOf(await emulate()).messages.create({ ...asked, messages }));
    expect(error).toMatchObject({ status: 400, message: expect.stringContaining("URL sources are not supported") });
  });

  test("is told of a stream that breaks", async () => {
    const client = sdkOf(await emulate("answers: [{ text: Hi there, stream_error: { after_events: 4 } }]"));
    expect(await failureOf(client.messages.stream(asked).finalMessage())).toMatchObject({ type: "overloaded_error" });
  });
});
