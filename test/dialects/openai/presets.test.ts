import { describe, expect, test } from "vitest";
import { shortId } from "../../../src/dialects/openai/chat/short-ids.ts";
import { GatewayError } from "../../../src/errors.ts";
import { errorOf } from "./_errors.ts";
import { fold, openChat, readWell, toldOf } from "./_translate.ts";

/** The body of a request at a host. */
function sent(host: string, request: object, kind: "unary" | "stream" = "unary"): unknown {
  return openChat({ host, request, kind }).body;
}

const user = { role: "user", content: "Hi." };
const tools = [{ type: "function", function: { name: "f" } }];
const call = (id: string) => ({ id, type: "function", function: { name: "f", arguments: "{}" } });
const base = { model: "org/up", messages: [user] };
const schema = { type: "json_schema", json_schema: { name: "n", schema: { type: "object" } } };

interface Row {
  readonly host: string;
  readonly given: object;
  readonly want: object;
  readonly told?: readonly string[];
}

const rows: readonly Row[] = [
  { host: "azure", given: { top_k: 4, data_sources: [1] }, want: { data_sources: [1] }, told: ["reported:top_k"] },
  { host: "azure-older", given: { max_completion_tokens: 9 }, want: { max_tokens: 9 } },
  { host: "azure-older", given: { tools, parallel_tool_calls: false }, want: { tools } },
  { host: "azure-older", given: { store: true }, want: {}, told: ["reported:store"] },
  { host: "deepseek", given: { seed: 7, user: "u" }, want: {}, told: ["reported:seed", "reported:user"] },
  { host: "deepseek", given: { max_completion_tokens: 9 }, want: { max_tokens: 9 } },
  { host: "deepseek", given: { thinking: { type: "enabled" } }, want: { thinking: { type: "enabled" } } },
  { host: "deepseek-reasoning", given: { temperature: 0.5 }, want: {}, told: ["reported:temperature"] },
  { host: "groq", given: { reasoning_format: "parsed" }, want: { reasoning_format: "parsed" } },
  {
    host: "groq",
    given: { reasoning_effort: "xhigh" },
    want: { reasoning_effort: "high" },
    told: ["clamped:reasoning_effort"],
  },
  { host: "groq", given: { logit_bias: { 5: 1 } }, want: {}, told: ["reported:logit_bias"] },
  {
    host: "groq",
    given: { messages: [{ ...user, name: "ann" }] },
    want: { messages: [user] },
    told: ["reported:messages[0].name"],
  },
  { host: "mistral", given: { seed: 7 }, want: { random_seed: 7 } },
  { host: "mistral", given: { tools, tool_choice: "required" }, want: { tools, tool_choice: "any" } },
  {
    host: "mistral",
    given: { reasoning_effort: "low" },
    want: { reasoning_effort: "high" },
    told: ["clamped:reasoning_effort"],
  },
  {
    host: "mistral",
    given: { reasoning_effort: "minimal" },
    want: { reasoning_effort: "none" },
    told: ["clamped:reasoning_effort"],
  },
  { host: "mistral", given: { safe_prompt: true }, want: { safe_prompt: true } },
  { host: "xai", given: { stop: "x", presence_penalty: 1 }, want: { stop: "x", presence_penalty: 1 } },
  { host: "xai-reasoning", given: { stop: "x" }, want: {}, told: ["reported:stop"] },
  { host: "xai-reasoning", given: { search_parameters: { mode: "on" } }, want: { search_parameters: { mode: "on" } } },
];

test.each(rows)("$host gets of $given $want", ({ host, given, want, told = [] }) => {
  expect(sent(host, given)).toEqual({ ...base, ...want });
  expect([...toldOf(given, host)].sort()).toEqual([...told].sort());
});

test.each(["groq", "mistral", "deepseek-reasoning", "lmstudio"])("logprobs at %s are refused", (host) => {
  expect(() => toldOf({ logprobs: true }, host)).toThrow(expect.objectContaining({ param: "logprobs", status: 400 }));
  expect(sent(host, { logprobs: false })).toEqual(base);
});

test.each([
  ["openai", { include_usage: true, include_obfuscation: false }],
  ["azure", { include_usage: true, include_obfuscation: false }],
  ["azure-older", undefined],
  ["deepseek", { include_usage: true }],
  ["groq", { include_usage: true }],
  ["mistral", undefined],
  ["xai", { include_usage: true }],
])("a stream at %s is asked with %j", (host, options) => {
  const request = { stream: true, stream_options: { include_obfuscation: false, continuous_usage_stats: true } };
  expect(sent(host, request, "stream")).toEqual({
    ...base,
    stream: true,
    ...(options !== undefined && { stream_options: options }),
  });
});

describe("DeepSeek", () => {
  test("is told a schema in words, at the end", () => {
    expect(sent("deepseek", { response_format: schema })).toEqual({
      ...base,
      messages: [user, { role: "system", content: expect.stringContaining(JSON.stringify(schema.json_schema)) }],
      response_format: { type: "json_object" },
    });
    expect(toldOf({ response_format: schema }, "deepseek")).toEqual(["downgraded:response_format"]);
  });

  test("gets its thoughts back, or an empty text where a client has lost them", () => {
    const messages = [
      user,
      { role: "assistant", content: "Ho.", reasoning_content: "Hm." },
      user,
      { role: "assistant", content: "Hey." },
    ];
    expect(sent("deepseek", { messages })).toMatchObject({
      messages: [user, { reasoning_content: "Hm." }, user, { reasoning_content: "" }],
    });
  });
});

describe("Mistral", () => {
  test("gets ids of nine letters and digits, for a call and its result the same", () => {
    const messages = [
      user,
      { role: "assistant", content: null, tool_calls: [call("call_1"), call("Ab3dEf6hI")] },
      { role: "tool", tool_call_id: "call_1", content: "x" },
      { role: "tool", tool_call_id: "Ab3dEf6hI", content: "y" },
    ];
    expect(sent("mistral", { messages })).toMatchObject({
      messages: [
        user,
        { tool_calls: [{ id: shortId("call_1") }, { id: "Ab3dEf6hI" }] },
        { tool_call_id: shortId("call_1") },
        { tool_call_id: "Ab3dEf6hI" },
      ],
    });
  });

  test("ids differ where the client's do", () => {
    const ids = Array.from({ length: 20_000 }, (_, at) => shortId(`call_${at}`));
    expect(ids.every((id) => /^[a-zA-Z0-9]{9}$/.test(id))).toBe(true);
    expect(new Set(ids).size).toBe(ids.length);
  });

  test("has instructions before what the user said last, or in its place", () => {
    const order = (roles: readonly string[]): unknown =>
      Reflect.get(Object(sent("mistral", { messages: roles.map((role) => ({ role, content: role })) })), "messages");
    const told = (...pairs: readonly (readonly [role: string, content: string])[]) =>
      pairs.map(([role, content]) => ({ role, content }));
    expect(order(["system", "user", "developer"])).toEqual(
      told(["system", "system"], ["system", "developer"], ["user", "user"]),
    );
    expect(order(["system"])).toEqual(told(["user", "system"]));
    expect(order(["system", "user"])).toEqual(told(["system", "system"], ["user", "user"]));
  });

  test("takes the beginning of an answer, and no refusals of earlier ones", () => {
    const messages = [user, { role: "assistant", content: "{", prefix: true, refusal: null, reasoning_content: "Hm." }];
    expect(sent("mistral", { messages })).toEqual({
      ...base,
      messages: [user, { role: "assistant", content: "{", prefix: true }],
    });
  });
});

describe("refusals", () => {
  const azure = (code: string, message = "No.") => ({ error: { code, message } });
  test.each<[name: string, status: number, body: object, want: object]>([
    ["Azure's of a deployment", 404, azure("DeploymentNotFound"), { errorName: "model_not_found" }],
    ["Azure's of an operation", 400, azure("OperationNotSupported"), { errorName: "unsupported_operation" }],
    ["Azure's of a key", 401, azure("401"), { errorName: "upstream_auth_error" }],
    ["Azure's of a role", 401, azure("PermissionDenied"), { errorName: "upstream_auth_error" }],
    ["Azure's of a token", 401, { statusCode: 401, message: "Unauthorized." }, { errorName: "upstream_auth_error" }],
    [
      "Azure's of a rate",
      429,
      azure("429", "Please retry after 7 seconds."),
      { errorName: "rate_limit_exceeded", retryAfterMs: 7000 },
    ],
    [
      "Azure's filter",
      400,
      {
        error: {
          message: "Filtered.",
          type: null,
          param: "prompt",
          code: "content_filter",
          status: 400,
          innererror: { code: "x" },
        },
      },
      { errorName: "invalid_request", param: "prompt" },
    ],
    [
      "DeepSeek's of a model",
      400,
      { error: { message: "Model Not Exist", code: "invalid_request_error" } },
      { errorName: "model_not_found" },
    ],
    ["DeepSeek's of money", 402, { error: { message: "Insufficient Balance" } }, { errorName: "insufficient_quota" }],
    [
      "Groq's of its own model's call",
      400,
      { error: { message: "Failed.", code: "tool_use_failed" } },
      { errorName: "upstream_invalid_response" },
    ],
    ["Groq's of its flexible class", 498, { error: { message: "Full." } }, { errorName: "overloaded" }],
    [
      "Mistral's of a model",
      400,
      { object: "error", message: "Invalid model: x", type: "invalid_model", code: "1500" },
      { errorName: "model_not_found" },
    ],
    [
      "Mistral's of a member",
      422,
      { object: "error", message: { detail: [{ type: "extra_forbidden", loc: ["body", "mood"], msg: "Extra." }] } },
      { errorName: "invalid_request", param: "mood" },
    ],
    [
      "xAI's of a key",
      400,
      { code: "x", error: "Incorrect API key provided: xa***ey. You can obtain an API key from https://console.x.ai." },
      { errorName: "upstream_auth_error" },
    ],
    [
      "xAI's of a prompt",
      403,
      { code: "x", error: "Content violates usage guidelines. Failed check: X" },
      { errorName: "invalid_request" },
    ],
    [
      "xAI's of money",
      429,
      { code: "x", error: "Your team has used all available credits" },
      { errorName: "insufficient_quota" },
    ],
  ])("%s", (_name, status, body, want) => {
    expect(errorOf(status, body)).toMatchObject(want);
  });
});

describe("answers", () => {
  const chunk = (more: object, choice: object) => ({
    id: "c",
    object: "chat.completion.chunk",
    created: 5,
    model: "m",
    choices: [{ index: 0, finish_reason: null, ...choice }],
    ...more,
  });

  test("what Azure's filter found late is kept, in a chunk that is valid", () => {
    const findings = {
      content_filter_results: { hate: { filtered: false } },
      content_filter_offsets: { start_offset: 0 },
    };
    const { pieces } = fold(openChat({ host: "azure", kind: "stream" }), [
      { choices: [], id: "", model: "", created: 0, object: "", prompt_filter_results: [{ prompt_index: 0 }] },
      chunk({}, { delta: { role: "assistant", content: "" }, content_filter_results: {} }),
      chunk({}, { delta: { content: "Hi." } }),
      chunk({ id: "", created: 0, model: "", object: "" }, findings),
      chunk({}, { delta: {}, finish_reason: "stop" }),
      chunk({ id: "", created: 0, model: "", object: "" }, findings),
      "[DONE]",
    ]);
    const chunks = pieces.map((piece) => piece.chunk);
    expect(chunks.filter(({ choices }) => "content_filter_offsets" in (choices[0] ?? {}))).toHaveLength(2);
    expect(new Set(chunks.map(({ id }) => id))).toEqual(new Set(["c"]));
    expect(chunks.at(-1)).toMatchObject({
      choices: [{ finish_reason: "stop" }],
      prompt_filter_results: [{ prompt_index: 0 }],
    });
  });

  test("Groq's own counts count where there are no others", () => {
    const { usage } = fold(openChat({ host: "groq", kind: "stream" }), [
      chunk({}, { delta: { role: "assistant", content: "Hi." } }),
      chunk(
        { x_groq: { usage: { prompt_tokens: 5, completion_tokens: 2, total_tokens: 7 } } },
        { delta: {}, finish_reason: "stop" },
      ),
      "[DONE]",
    ]);
    expect(usage).toMatchObject({ uncachedInput: 5, output: 2 });
  });

  test("DeepSeek's that ran out of room is no answer", () => {
    const answer = {
      choices: [{ index: 0, message: { content: "Hi" }, finish_reason: "insufficient_system_resource" }],
    };
    expect(() => readWell(openChat({ host: "deepseek" }), answer)).toThrow(GatewayError);
  });

  test("xAI's thinking is part of the completion", () => {
    const usage = {
      prompt_tokens: 5,
      completion_tokens: 2,
      total_tokens: 10,
      completion_tokens_details: { reasoning_tokens: 3 },
    };
    const answer = { choices: [{ index: 0, message: { content: "Hi" }, finish_reason: "stop" }], usage };
    expect(readWell(openChat({ host: "xai" }), answer).body.usage).toMatchObject({
      completion_tokens: 5,
      total_tokens: 10,
    });
  });
});
