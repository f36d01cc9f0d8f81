import AnthropicBedrock from "@anthropic-ai/bedrock-sdk";
import { APIError } from "@anthropic-ai/sdk";
import { InvokeModelCommand, InvokeModelWithResponseStreamCommand } from "@aws-sdk/client-bedrock-runtime";
import { describe, expect, test } from "vitest";
import { validateMessage, validateMessageStreamEvent } from "../../generated/validators/anthropic.exact.mjs";
import type { BedrockEmulator } from "../../src/emulators/bedrock.ts";
import { collect, failureOf } from "../_promises.ts";
import { claude, clientOf, credentials, emulate, framesIn, pathOf, post, region } from "./_bedrock.ts";

const version = "bedrock-2023-05-31";
const base = { anthropic_version: version, max_tokens: 1000, messages: [{ role: "user", content: "Good morning" }] };
const bodyOf = (value: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(value));
const textOf = (bytes: Uint8Array | undefined): string => new TextDecoder().decode(bytes);

/** Anthropic's SDK for Bedrock, with keys to sign with or an API key. */
const sdkOf = ({ url }: BedrockEmulator, options: object = {}): AnthropicBedrock =>
  new AnthropicBedrock({
    baseURL: url,
    awsRegion: region,
    awsAccessKey: credentials.accessKeyId,
    awsSecretKey: credentials.secretAccessKey,
    maxRetries: 0,
    logLevel: "off",
    ...options,
  });

describe("the AWS SDK calls Claude in its own form", () => {
  test("whole, with counts in headers", async () => {
    const emulator = await emulate(
      "answers: [{ text: Hi., calls: [{ name: f }], usage: { input: 9, cached: 4, output: 5 } }]",
    );
    const { body, contentType } = await clientOf(emulator).send(
      new InvokeModelCommand({ modelId: claude, body: bodyOf(base) }),
    );
    const message: unknown = JSON.parse(textOf(body));
    expect(validateMessage(message)).toBe(true);
    expect(message).toMatchObject({
      id: expect.stringMatching(/^msg_bdrk_01/),
      model: "claude-sonnet-4-5-20250929",
      content: [{ text: "Hi." }, { id: expect.stringMatching(/^toolu_bdrk_01/) }],
      usage: { input_tokens: 5, cache_read_input_tokens: 4, output_tokens: 5 },
    });
    expect(contentType).toBe("application/json");
    const { headers } = await post(emulator, pathOf(claude, "invoke"), base);
    expect(headers.get("x-amzn-bedrock-input-token-count")).toBe("5");
    expect(headers.get("x-amzn-bedrock-output-token-count")).toBe("5");
    expect(headers.get("x-amzn-bedrock-cache-read-input-token-count")).toBe("4");
  });

  test("in a stream, whose last event says what the call took", async () => {
    const emulator = await emulate("answers: [{ text: Hi there, usage: { input: 9, output: 5 } }]");
    const { body } = await clientOf(emulator).send(
      new InvokeModelWithResponseStreamCommand({ modelId: claude, body: bodyOf(base) }),
    );
    const events = (body === undefined ? [] : await collect(body)).map((event): unknown =>
      JSON.parse(textOf(event.chunk?.bytes)),
    );
    for (const event of events) expect(validateMessageStreamEvent(event)).toBe(true);
    expect(events).not.toContainEqual({ type: "ping" });
    expect(events.at(-1)).toEqual({
      type: "message_stop",
      "amazon-bedrock-invocationMetrics": {
        inputTokenCount: 9,
        outputTokenCount: 5,
        invocationLatency: expect.any(Number),
        firstByteLatency: expect.any(Number),
      },
    });
  });

  test("and is refused as Claude refuses, in Bedrock's shape", async () => {
    const error = await failureOf(
      clientOf(await emulate()).send(new InvokeModelCommand({ modelId: claude, body: bodyOf({ ...base, n: 1 }) })),
    );
    expect(error).toMatchObject({ name: "ValidationException", message: "n: Extra inputs are not permitted" });
  });

  test("and gets an exception in the middle of a stream", async () => {
    const emulator = await emulate("answers: [{ text: Hi, stream_error: { after_events: 2, status: 408 } }]");
    const { body } = await clientOf(emulator).send(
      new InvokeModelWithResponseStreamCommand({ modelId: claude, body: bodyOf(base) }),
    );
    expect(await failureOf(body === undefined ? Promise.resolve() : collect(body))).toMatchObject({
      name: "ModelTimeoutException",
    });
  });

  test.each<[string, string, object, unknown]>([
    ["lets pass", "text: Hi.", { "amazon-bedrock-guardrailAction": "NONE" }, [{ type: "text", text: "Hi." }]],
    [
      "blocks",
      "blocked: hate",
      {
        "amazon-bedrock-guardrailAction": "INTERVENED",
        "amazon-bedrock-trace": { guardrail: { input: { g1: { contentPolicy: { filters: [{ type: "HATE" }] } } } } },
      },
      [{ type: "text", text: "Sorry, the model cannot answer this question." }],
    ],
  ])("and a guardrail that %s is told of, whole and in a stream", async (_name, members, guarded, content) => {
    const client = clientOf(await emulate(`answers: [{ ${members} }]`));
    const guard = { guardrailIdentifier: "g1", guardrailVersion: "1", trace: "ENABLED" as const };
    const asked = { modelId: claude, body: bodyOf(base), ...guard };
    const whole = await client.send(new InvokeModelCommand(asked));
    expect(JSON.parse(textOf(whole.body))).toMatchObject({ ...guarded, content, stop_reason: "end_turn" });
    const { body } = await client.send(new InvokeModelWithResponseStreamCommand(asked));
    const chunks = body === undefined ? [] : await collect(body);
    expect(JSON.parse(textOf(chunks.at(-1)?.chunk?.bytes))).toMatchObject({ type: "message_stop", ...guarded });
  });

  test("and a guardrail needs its version", async () => {
    const headers = { authorization: "Bearer k", "x-amzn-bedrock-guardrailidentifier": "g1" };
    const posted = await post(await emulate(), pathOf(claude, "invoke"), base, headers);
    expect(posted.body).toEqual({ message: expect.stringContaining("The guardrail identifier or version") });
  });

  test("and events as a script writes them", async () => {
    const emulator = await emulate("answers: [{ events: [{ type: news }] }]");
    const { bytes } = await post(emulator, pathOf(claude, "invoke-with-response-stream"), base);
    const [frame] = framesIn(bytes);
    expect(frame).toMatchObject({
      name: "chunk",
      payload: { bytes: Buffer.from('{"type":"news"}').toString("base64"), p: expect.any(String) },
    });
    expect((await post(emulator, pathOf(claude, "invoke"), base)).body).toEqual({ type: "news" });
  });

  test.each<[string, unknown, string]>([
    ["no JSON", "{", "Malformed input request: expected a JSON object"],
    ["a model in the body", { ...base, model: claude }, "model: Extra inputs are not permitted"],
    ["a stream in the body", { ...base, stream: true }, "stream: Extra inputs are not permitted"],
    ["no version", { ...base, anthropic_version: undefined }, "anthropic_version: Field required"],
    [
      "the other version",
      { ...base, anthropic_version: "vertex-2023-10-16" },
      '"vertex-2023-10-16" is not a valid version',
    ],
    [
      "an unknown beta feature",
      { ...base, anthropic_beta: ["foo-2025-01-01"] },
      "Unexpected value(s) `foo-2025-01-01`",
    ],
    ["no max_tokens", { ...base, max_tokens: undefined }, "max_tokens: Field required"],
    ["a user", { ...base, metadata: { user_id: "u" } }, "metadata: Extra inputs are not permitted"],
    [
      "one call at most",
      {
        ...base,
        tools: [{ name: "f", input_schema: { type: "object" } }],
        tool_choice: { type: "auto", disable_parallel_tool_use: true },
      },
      "tool_choice.auto.disable_parallel_tool_use: Extra inputs are not permitted",
    ],
    [
      "input that comes early",
      { ...base, tools: [{ name: "f", input_schema: { type: "object" }, eager_input_streaming: true }] },
      "tools.0.custom.eager_input_streaming: Extra inputs are not permitted",
    ],
    [
      "a long name",
      { ...base, tools: [{ name: "f".repeat(65), input_schema: { type: "object" } }] },
      "tools.0.custom.name: String should have at most 64 characters",
    ],
    [
      "a picture by address",
      {
        ...base,
        messages: [{ role: "user", content: [{ type: "image", source: { type: "url", url: "https://a.example/1" } }] }],
      },
      "URL sources are not supported",
    ],
    [
      "a search of Anthropic's",
      { ...base, tools: [{ type: "web_search_20250305", name: "web_search" }] },
      "tools.0: Input tag",
    ],
  ])("refuses %s", async (_name, asked, message) => {
    const { status, body } = await post(await emulate(), pathOf(claude, "invoke"), asked);
    expect([status, body]).toEqual([400, { message: expect.stringContaining(message) }]);
  });
});

describe("Anthropic's SDK for Bedrock", () => {
  const asked = { model: claude, max_tokens: 1000, messages: [{ role: "user" as const, content: "Good morning" }] };

  test.each<[string, object]>([
    ["signs", {}],
    ["sends an API key", { apiKey: "right", awsAccessKey: undefined, awsSecretKey: undefined }],
  ])("%s, and gets a message whole and in a stream", async (_name, options) => {
    const client = sdkOf(await emulate("answers: []", { token: "right" }), options);
    const message = await client.messages.create(asked);
    expect(message.content).toMatchObject([{ type: "text", text: expect.stringContaining("You said: Good morning") }]);
    const streamed = await client.messages.stream(asked).finalMessage();
    expect([streamed.stop_reason, streamed.content]).toEqual(["end_turn", message.content]);
  });

  test("calls a tool, and thinks with a signature that is verified", async () => {
    const emulator = await emulate(
      "answers: [{ when: { tool_result: false }, thoughts: Hm., calls: [{ name: f, args: { a: 1 } }] }]",
    );
    const client = sdkOf(emulator);
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
    expect((await back(first.content)).content).toMatchObject([
      { type: "thinking" },
      { type: "text", text: expect.stringContaining("f says: 4") },
    ]);
    const altered = first.content.map((block) => (block.type === "thinking" ? { ...block, thinking: "Ha." } : block));
    expect(await failureOf(back(altered))).toMatchObject({ status: 400 });
  });

  test("puts beta features into the body", async () => {
    const emulator = await emulate();
    await sdkOf(emulator).beta.messages.create({ ...asked, betas: ["context-1m-2025-08-07"] });
    expect(emulator.requests[0]?.body).toMatchObject({
      anthropic_version: "2026-10-21",
      anthropic_beta: ["context-1m-2025-08-07"],
    });
  });

  test.each<[string, object, number]>([
    ["a wrong secret", { awsSecretKey: "other" }, 403],
    ["another region", { awsRegion: "eu-west-1" }, 403],
    ["a wrong API key", { apiKey: "wrong", awsAccessKey: undefined, awsSecretKey: undefined }, 403],
  ])("is refused with %s", async (_name, options, status) => {
    const client = sdkOf(await emulate("answers: []", { token: "right" }), options);
    const error = await failureOf(client.messages.create(asked));
    expect(error).toBeInstanceOf(APIError);
    expect(error).toMatchObject({ status });
  });

  test("is told of limits, and of exceptions within a stream", async () => {
    const limited = sdkOf(await emulate("answers: [{ error: { status: 429 } }]"));
    expect(await failureOf(limited.messages.create(asked))).toMatchObject({ status: 429 });
    const broken = sdkOf(
      await emulate("answers: [{ text: Hi there, stream_error: { after_events: 3, status: 429 } }]"),
    );
    expect(await failureOf(broken.messages.stream(asked).finalMessage())).toBeInstanceOf(Error);
  });
});
