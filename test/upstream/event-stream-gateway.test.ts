import type { ServerResponse } from "node:http";
import { afterEach, describe, expect, test, vi } from "vitest";
import type { ErrorName } from "../../src/errors.ts";
import { says, secrets, startGateway, type TestGateway } from "../_setup.ts";
import { chunk, exception, frame } from "./_event-stream.ts";
import { type Answer, type FakeUpstream, startUpstream } from "./_servers.ts";
import { emptyAwsEnvironment, userKeys } from "./auth/_aws.ts";

afterEach(() => {
  vi.unstubAllEnvs();
});

const model = "us.anthropic.claude-sonnet-4-5-20250929-v1:0";
const path = `/model/${encodeURIComponent(model)}`;

/** A gateway before a server that answers as it likes, in Bedrock's place. */
async function startBefore(
  answer: Answer,
  planned: readonly ErrorName[] = [],
  auth = '{ api_key: "${TOKEN}" }',
): Promise<TestGateway & { readonly raw: FakeUpstream }> {
  const raw = await startUpstream(answer);
  const gateway = await startGateway({
    providers: `providers:\n  b: { type: bedrock, region: us-east-1, base_url: "\${RAW}", auth: ${auth} }\n`,
    routes: `models:\n  test-model: { deployments: ["b/${model}"], conformance: enforce }\n`,
    env: { RAW: raw.origin },
    planned,
  });
  return { ...gateway, raw };
}

const usage = { input_tokens: 10, output_tokens: 5 };
const message = { id: "msg_1", type: "message", role: "assistant", model, content: [], stop_reason: null, usage };

/** An answer of Claude's, in frames. */
const frames = [
  { type: "message_start", message },
  { type: "content_block_start", index: 0, content_block: { type: "text", text: "" } },
  { type: "content_block_delta", index: 0, delta: { type: "text_delta", text: "Grüße " } },
  { type: "content_block_delta", index: 0, delta: { type: "text_delta", text: "👋." } },
  { type: "content_block_stop", index: 0 },
  { type: "message_delta", delta: { stop_reason: "end_turn", stop_sequence: null }, usage: { output_tokens: 5 } },
  { type: "message_stop", "amazon-bedrock-invocationMetrics": { inputTokenCount: 10, outputTokenCount: 5 } },
].map(chunk);

const whole = Buffer.concat(frames);
const begun = Buffer.concat(frames.slice(0, 3));

function openStream(response: ServerResponse): ServerResponse {
  return response.writeHead(200, { "content-type": "application/vnd.amazon.eventstream" });
}

const textOf = ({ chunks }: Awaited<ReturnType<TestGateway["stream"]>>): string =>
  chunks.map(({ choices: [choice] }) => choice?.delta.content ?? "").join("");

describe("Claude's stream in Amazon's frames", () => {
  test.each([1, 5, 100, 100_000])("in writes of %d bytes", async (size) => {
    const gateway = await startBefore((response) => {
      openStream(response);
      for (let at = 0; at < whole.length; at += size) response.write(whole.subarray(at, at + size));
      response.end();
    });
    const answer = await gateway.stream({ ...says("hi"), stream_options: { include_usage: true } });
    expect([textOf(answer), answer.done, answer.error]).toEqual(["Grüße 👋.", true, undefined]);
    expect(answer.chunks.at(-1)?.usage).toMatchObject({ prompt_tokens: 10, completion_tokens: 5 });
    const [seen] = gateway.raw.seen;
    expect(seen?.url).toBe(`${path}/invoke-with-response-stream`);
    expect(seen?.headers.authorization).toBe(`Bearer ${secrets.token}`);
    expect(JSON.parse(seen?.body ?? "")).toEqual({
      anthropic_version: "bedrock-2023-05-31",
      max_tokens: 64_000,
      messages: [{ role: "user", content: [{ type: "text", text: "hi" }] }],
    });
  });

  test("its last word ends it, whatever comes behind", async () => {
    const gateway = await startBefore((response) =>
      openStream(response).end(Buffer.concat([whole, exception("internalServerException", { message: "late" })])),
    );
    const { done, error } = await gateway.stream(says("hi"));
    expect([done, error]).toEqual([true, undefined]);
  });
});

describe("a stream that fails", () => {
  const slow = exception("throttlingException", { message: "Too many tokens, please wait before trying again." });
  const failed = exception("modelStreamErrorException", { message: "It failed.", originalStatusCode: 500 });
  const unforeseen = frame({ ":message-type": "error", ":error-code": "InternalFailure", ":error-message": "m" }, "");

  test.each<[name: string, bytes: Buffer, status: number, code: string | null, planned: ErrorName[]]>([
    ["by its rate", slow, 429, "rate_limit_exceeded", []],
    ["by its model", failed, 500, null, ["upstream_error"]],
    ["as nobody foresaw", unforeseen, 500, null, ["upstream_error"]],
    [
      "by what is no frame",
      Buffer.from("<html>busy</html>"),
      502,
      "upstream_invalid_response",
      ["upstream_invalid_response"],
    ],
    ["by a cut", whole.subarray(0, 40), 502, "upstream_stream_cut", ["upstream_stream_cut"]],
    ["by nothing", Buffer.alloc(0), 502, "upstream_stream_cut", ["upstream_stream_cut"]],
  ])("before it began has a status of its own: %s", async (_name, bytes, status, code, planned) => {
    const gateway = await startBefore((response) => openStream(response).end(bytes), planned);
    const answer = await gateway.post({ model: "test-model", ...says("hi"), stream: true });
    expect(answer.status).toBe(status);
    expect(answer.body).toMatchObject({ error: { code } });
  });

  const damaged = Buffer.from(chunk({ type: "ping" }));
  damaged.writeUInt8(damaged.readUInt8(20) ^ 1, 20);

  test.each<[name: string, bytes: Buffer, code: string | null, planned: ErrorName[]]>([
    ["by its rate", slow, "rate_limit_exceeded", []],
    ["by its model", failed, null, ["upstream_error"]],
    ["by damage", damaged, "upstream_invalid_response", ["upstream_invalid_response"]],
    ["by a cut", whole.subarray(0, 40), "upstream_stream_cut", ["upstream_stream_cut"]],
    ["by its end", Buffer.alloc(0), "upstream_stream_cut", ["upstream_stream_cut"]],
  ])("after it began ends in an error: %s", async (_name, bytes, code, planned) => {
    const gateway = await startBefore((response) => openStream(response).end(Buffer.concat([begun, bytes])), planned);
    const answer = await gateway.stream(says("hi"));
    expect([textOf(answer), answer.done]).toEqual(["Grüße ", false]);
    expect(answer.error).toMatchObject({ code });
  });

  test("an exception ends it at once, though the connection stays open", async () => {
    const gateway = await startBefore((response) => void openStream(response).write(Buffer.concat([begun, slow])));
    const answer = await gateway.stream(says("hi"));
    expect([textOf(answer), answer.error?.code]).toEqual(["Grüße ", "rate_limit_exceeded"]);
  });

  test("an exception that repeats what it was shown is not heard", async () => {
    const told = exception("validationException", { message: `no ${secrets.token}` });
    const gateway = await startBefore((response) => openStream(response).end(told));
    const answer = await gateway.post({ model: "test-model", ...says("hi"), stream: true });
    expect(answer.status).toBe(400);
    expect(answer.text).toContain("no [redacted]");
  });

  test("a body of mere JSON is an error, not a broken frame", async () => {
    const gateway = await startBefore(
      (response) => {
        const head = { "content-type": "application/json", "x-amzn-errortype": "ServiceUnavailableException" };
        response.writeHead(200, head).end('{"message":"Bedrock is unable to process your request."}');
      },
      ["overloaded"],
    );
    const answer = await gateway.post({ model: "test-model", ...says("hi"), stream: true });
    expect(answer.status).toBe(503);
  });
});

describe("a whole answer", () => {
  test("is asked for by invoke, signed where the config says so", async () => {
    emptyAwsEnvironment();
    vi.stubEnv("AWS_ACCESS_KEY_ID", userKeys.id);
    vi.stubEnv("AWS_SECRET_ACCESS_KEY", userKeys.key);
    const text = JSON.stringify({ ...message, content: [{ type: "text", text: "Hi." }], stop_reason: "end_turn" });
    const gateway = await startBefore((response) => response.end(text), [], "aws");
    const { body } = await gateway.chat(says("hi"));
    expect(body.choices[0]?.message.content).toBe("Hi.");
    const [seen] = gateway.raw.seen;
    expect(seen?.url).toBe(`${path}/invoke`);
    expect(seen?.headers.authorization).toMatch(/^AWS4-HMAC-SHA256 Credential=AKIAUSER\/\d{8}\/us-east-1\/bedrock\//);
  });

  test("without keys the client hears that the gateway has none", async () => {
    emptyAwsEnvironment();
    const gateway = await startBefore((response) => response.end(), ["upstream_auth_error"], "aws");
    const { status, body } = await gateway.post({ model: "test-model", ...says("hi") });
    expect([status, body]).toMatchObject([502, { error: { code: "upstream_auth_error" } }]);
    expect(gateway.raw.seen).toEqual([]);
  });

  test("errors are read by their header", async () => {
    const gateway = await startBefore((response) =>
      response
        .writeHead(400, { "content-type": "application/json", "x-amzn-errortype": "ValidationException" })
        .end(JSON.stringify({ message: "Input is too long for requested model." })),
    );
    const { status, body } = await gateway.post({ model: "test-model", ...says("hi") });
    expect([status, body]).toMatchObject([400, { error: { code: "context_length_exceeded", param: "messages" } }]);
  });
});
