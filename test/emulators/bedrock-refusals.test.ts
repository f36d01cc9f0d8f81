import { describe, expect, test } from "vitest";
import { ask, claude, emulate, pathOf, post } from "./_bedrock.ts";
import {
  assistant,
  type Case,
  call,
  calls,
  document,
  handedOn,
  hi,
  image,
  llama,
  media,
  messages,
  modelFor,
  nova,
  result,
  settings,
  shapes,
  talk,
  text,
  tool,
  toolConfig,
  tools,
  user,
} from "./_bedrock-refusals.ts";

const unreadable = /^(Unexpected token|Unknown member|[A-Z_]+ cannot be converted)/;

describe.each<[string, readonly Case[]]>([
  ["a shape is refused:", shapes],
  ["a message is refused:", messages],
  ["a call is refused:", calls],
  ["tools are refused:", tools],
  ["media are refused:", media],
  ["a setting is refused:", settings],
  ["Claude refuses", handedOn],
])("%s", (_group, cases) => {
  test.each<Case>(cases)("%s", async (_name, body, want, model, status = 400) => {
    const posted = await post(await emulate(), pathOf(modelFor(model)), body);
    expect(posted.body).toEqual({ message: expect.stringContaining(want) });
    const type =
      status === 403
        ? "AccessDeniedException"
        : unreadable.test(want)
          ? "SerializationException"
          : "ValidationException";
    expect(posted.headers.get("x-amzn-errortype")?.split(":")[0]).toBe(type);
    expect(posted.headers.get("x-amzn-requestid")).toMatch(/^[0-9a-f-]{36}$/);
    expect(posted.status).toBe(status);
  });
});

test("a script hides no bad request, and a stream is refused as a whole", async () => {
  const emulator = await emulate("answers: [{ text: Yes. }]");
  const { status, headers } = await post(emulator, pathOf(claude, "converse-stream"), talk([]));
  expect([status, headers.get("content-type")]).toEqual([400, "application/json"]);
});

test("tools in streams are told from tools in whole answers", async () => {
  const emulator = await emulate();
  const whole = await post(emulator, pathOf(llama), hi(toolConfig()));
  expect(whole.status).toBe(200);
  const streamed = await post(emulator, pathOf(llama, "converse-stream"), hi(toolConfig()));
  expect(streamed.body).toEqual({ message: "This model doesn't support tool use in streaming mode." });
});

describe("a model there is not:", () => {
  test.each<[string, string, string, string]>([
    ["an unknown name", "gpt-5", "converse", "The provided model identifier is invalid."],
    ["Anthropic's own name", "claude-sonnet-4-5", "converse", "The provided model identifier is invalid."],
    [
      "one that needs a profile",
      "anthropic.claude-sonnet-4-5-20250929-v1:0",
      "converse",
      "Invocation of model ID anthropic.claude-sonnet-4-5-20250929-v1:0 with on-demand throughput isn’t supported.",
    ],
    ["vectors", "amazon.titan-embed-text-v2:0", "converse", "This action doesn't support the model that you provided."],
    [
      "vectors in a stream",
      "cohere.embed-v4:0",
      "invoke-with-response-stream",
      "The model is unsupported for streaming.",
    ],
    ["a count of another maker's", nova, "count-tokens", "The provided model doesn't support counting tokens."],
    ["a body that is not played", nova, "invoke", "The emulator does not play InvokeModel of amazon.nova-lite-v1:0."],
  ])("%s", async (_name, model, end, message) => {
    const body = end === "count-tokens" ? { input: { converse: ask("Hi") } } : ask("Hi");
    const posted = await post(await emulate(), pathOf(model, end), body);
    expect([posted.status, posted.body]).toEqual([400, { message: expect.stringContaining(message) }]);
  });

  test("a path, and a method", async () => {
    const emulator = await emulate();
    const other = await post(emulator, "/model/a/b", {});
    expect([other.status, other.headers.get("x-amzn-errortype")]).toEqual([404, "UnknownOperationException"]);
    const got = await fetch(emulator.url + pathOf(claude), { headers: { authorization: "Bearer k" } });
    expect(got.status).toBe(404);
  });
});

describe("what Bedrock takes is taken:", () => {
  const cachePoint = { cachePoint: { type: "default", ttl: "1h" } };
  const loop = [user(text()), assistant(call()), user(result())];

  test.each<[string, unknown, string?]>([
    ["the assistant's last at Claude", talk([user(text()), assistant(text("b"))])],
    [
      "ends of what is cached",
      { ...talk([user(text(), cachePoint)], toolConfig(tool(), cachePoint)), system: [text(), cachePoint] },
    ],
    ["results and then a text", talk([user(text()), assistant(call()), user(result(), text("b"))], toolConfig())],
    [
      "results as JSON",
      talk([user(text()), assistant(call()), user(result("t1", { content: [{ json: { a: 1 } }] }))], toolConfig()),
    ],
    ["results of a model without a status", talk(loop, toolConfig()), llama],
    ["a picture and a document", talk([user(text(), image(), document())])],
    [
      "a film in S3",
      talk([user(text(), { video: { format: "mp4", source: { s3Location: { uri: "s3://b/k" } } } })]),
      nova,
    ],
    ["a forced tool", hi({ toolConfig: { tools: [tool()], toolChoice: { tool: { name: "f" } } } })],
    [
      "fields for Claude",
      hi({ additionalModelRequestFields: { top_k: 5, anthropic_beta: ["context-1m-2025-08-07"] } }),
    ],
    [
      "metadata, tier and speed",
      hi({ requestMetadata: { a: "b" }, serviceTier: { type: "flex" }, performanceConfig: { latency: "standard" } }),
    ],
    [
      "the ARN of a profile",
      hi(),
      "arn:aws:bedrock:us-east-1:123456789012:inference-profile/us.anthropic.claude-haiku-4-5-20251001-v1:0",
    ],
    [
      "the ARN of an application's profile",
      hi(),
      "arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/abc123",
    ],
    ["an older Claude by its own id", hi(), "anthropic.claude-3-5-sonnet-20240620-v1:0"],
    [
      "thinking without a signature",
      talk([user(text()), assistant({ reasoningContent: { reasoningText: { text: "hm" } } }, text()), user(text())]),
      "openai.gpt-oss-120b-1:0",
    ],
  ])("%s", async (_name, body, model) => {
    const posted = await post(await emulate(), pathOf(modelFor(model)), body);
    expect([posted.status, posted.body]).toEqual([200, expect.objectContaining({ stopReason: expect.any(String) })]);
  });
});
