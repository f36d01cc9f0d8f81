import { describe, expect, test } from "vitest";
import { toAnthropicError } from "../../../src/dialects/anthropic/errors.ts";

const body = (type: string, message: string, details?: object): string =>
  JSON.stringify({ type: "error", error: { type, message, ...(details && { details }) }, request_id: "req_1" });
const bad = (message: string): string => body("invalid_request_error", message);

interface Want {
  readonly status: number;
  readonly type: string;
  readonly code: string | null;
  readonly message?: string;
  readonly param?: string | null;
  readonly retryAfterMs?: number;
}

const request = (more: Partial<Want> = {}): Want => ({
  status: 400,
  type: "invalid_request_error",
  code: null,
  ...more,
});
const server = (status: number, code: string | null): Want => ({ status, type: "server_error", code });
const quota: Want = {
  status: 429,
  type: "insufficient_quota",
  code: "insufficient_quota",
  message: "The gateway's account with the upstream has no credit left, or has reached its limit.",
};
const tooLong = (message: string): Want => request({ code: "context_length_exceeded", param: "messages", message });
const unknown = "The server had an error while processing your request.";

/** Upstream status and body, beside the client's status, type, code and what else is told. */
const rows: readonly (readonly [
  name: string,
  status: number,
  text: string,
  want: Want,
  headers?: Record<string, string>,
])[] = [
  ["a bad request", 400, bad("No."), request({ message: "No." })],
  [
    "a prompt that is too long",
    400,
    bad("prompt is too long: 210000 tokens > 200000 maximum"),
    tooLong(
      "This model's maximum context length is 200000 tokens. However, your messages resulted in 210000 tokens. Please reduce the length of the messages.",
    ),
  ],
  [
    "a prompt that is too long, without figures",
    400,
    bad("Prompt is too long"),
    tooLong(
      "This model's maximum context length is exceeded: your messages resulted in more tokens. Please reduce the length of the messages.",
    ),
  ],
  [
    "a prompt that is too long with its answer",
    400,
    bad(
      "input length and `max_tokens` exceed context limit: 190000 + 20000 > 200000, decrease input length or `max_tokens` and try again",
    ),
    tooLong(
      "This model's maximum context length is 200000 tokens. However, you requested 210000 tokens (190000 in the messages, 20000 in the completion). Please reduce the length of the messages or completion.",
    ),
  ],
  [
    "a limit of the answer that is too high",
    400,
    bad("max_tokens: 100000 > 64000, which is the maximum allowed number of output tokens for claude-sonnet-4-5"),
    request({
      code: "invalid_value",
      param: "max_tokens",
      message:
        "max_tokens is too large: 100000. This model supports at most 64000 completion tokens, whereas you provided 100000.",
    }),
  ],
  [
    "money that is gone",
    400,
    bad("Your credit balance is too low to access the Anthropic API. Please go to Plans & Billing."),
    quota,
  ],
  [
    "a limit somebody set",
    400,
    bad("You have reached your specified API usage limits. You will regain access on 2026-12-01."),
    quota,
  ],
  [
    "a limit somebody set, in one word",
    400,
    body("invalid_request_error", "No.", { error_code: "workspace_spend_limit_reached" }),
    quota,
  ],
  ["billing", 402, body("billing_error", "Pay."), quota],
  ["billing without a word", 402, "", quota],
  ["billing with another status", 403, body("billing_error", "Pay."), quota],
  [
    "an answer that was taken back",
    400,
    bad("Output blocked by content filtering policy"),
    request({ code: "content_policy_violation", message: "Output blocked by content filtering policy" }),
  ],
  [
    "credentials refused",
    401,
    body("authentication_error", "invalid x-api-key"),
    { ...server(502, "upstream_auth_error"), message: "The upstream refused the gateway's credentials." },
  ],
  [
    "permission denied",
    403,
    body("permission_error", "Your API key of Acme may not."),
    {
      status: 403,
      type: "invalid_request_error",
      code: null,
      message: "The upstream does not let the gateway's account do this.",
    },
  ],
  [
    "an unknown model",
    404,
    body("not_found_error", "model: claude-x"),
    {
      status: 404,
      type: "invalid_request_error",
      code: "model_not_found",
      message: "The model `asked` does not exist or you do not have access to it.",
    },
  ],
  [
    "something else unknown",
    404,
    body("not_found_error", "File file_1 not found."),
    { status: 404, type: "invalid_request_error", code: null, message: "File file_1 not found." },
  ],
  [
    "a conflict",
    409,
    body("conflict_error", "Twice."),
    { status: 409, type: "invalid_request_error", code: "conflict" },
  ],
  [
    "too large a request",
    413,
    body("request_too_large", "Request exceeds the maximum size"),
    { status: 413, type: "invalid_request_error", code: "request_too_large" },
  ],
  [
    "a rate",
    429,
    body("rate_limit_error", "Slow."),
    { status: 429, type: "requests", code: "rate_limit_exceeded", retryAfterMs: 12_000 },
    { "retry-after": "12" },
  ],
  ["a timeout", 504, body("timeout_error", "Late."), server(504, "upstream_timeout")],
  ["a fault", 500, body("api_error", "Oops."), server(500, null)],
  [
    "overload",
    529,
    body("overloaded_error", "Overloaded"),
    { ...server(503, "overloaded"), retryAfterMs: 1500 },
    { "retry-after": "1.5" },
  ],
  [
    "overload until a date",
    529,
    body("overloaded_error", "Overloaded"),
    { ...server(503, "overloaded"), retryAfterMs: 60_000 },
    { date: "Sat, 21 Nov 2026 23:00:00 GMT", "retry-after": "Sat, 21 Nov 2026 23:01:00 GMT" },
  ],
  ["overload without a word", 529, "", { ...server(503, "overloaded"), message: unknown }],
  ["a word of tomorrow", 422, body("of_tomorrow_error", "Hm."), request({ message: "Hm." })],
  ["an error in the middle of a stream", 200, body("overloaded_error", "Overloaded"), server(503, "overloaded")],
  ["a page of a proxy", 502, "<html>Bad Gateway</html>", { ...server(502, "upstream_unreachable"), message: unknown }],
  [
    "a page in place of a refusal",
    403,
    "<html>",
    { ...server(502, "upstream_auth_error"), message: "The upstream refused the gateway's credentials." },
  ],
  [
    "Google's quota",
    429,
    JSON.stringify([
      { error: { code: 429, status: "RESOURCE_EXHAUSTED", message: "Quota exceeded for projects/acme-1." } },
    ]),
    { status: 429, type: "requests", code: "rate_limit_exceeded", message: "Quota exceeded for projects/…" },
  ],
  [
    "a model that Google does not have there",
    404,
    JSON.stringify({ error: { code: 404, status: "NOT_FOUND", message: "Publisher Model" } }),
    { status: 404, type: "invalid_request_error", code: "model_not_found" },
  ],
  [
    "a model that is not enabled there",
    400,
    JSON.stringify({ error: { code: 400, status: "FAILED_PRECONDITION", message: "Enable it." } }),
    request({ message: "Enable it." }),
  ],
  [
    "Amazon's rate",
    400,
    JSON.stringify({ message: "Too many requests" }),
    { status: 429, type: "requests", code: "rate_limit_exceeded", message: "Too many requests" },
    { "x-amzn-errortype": "ThrottlingException:http://internal.amazon.com/" },
  ],
  [
    "a prompt that is too long for Amazon",
    400,
    JSON.stringify({ message: "Input is too long for requested model." }),
    request({ code: "context_length_exceeded", param: "messages" }),
    { "x-amzn-errortype": "ValidationException" },
  ],
  [
    "Amazon's permission",
    403,
    JSON.stringify({ message: "arn:aws:iam::1:user/x may not" }),
    {
      status: 403,
      type: "invalid_request_error",
      code: null,
      message: "The upstream does not let the gateway's account do this.",
    },
    { "x-amzn-errortype": "AccessDeniedException" },
  ],
];

describe("§12 errors of Anthropic", () => {
  for (const [name, status, text, want, headers = {}] of rows) {
    test(name, () => {
      const error = toAnthropicError({ status, headers, text }, "asked");
      const { message, type, code, param } = error.toEnvelope().error;
      const { retryAfterMs } = error;
      const given = { status: error.status, type, code, message, param, retryAfterMs };
      expect(given).toMatchObject({ param: null, ...want });
    });
  }

  /** What Anthropic says of a member, and what the client reads of it. */
  test.each([
    ["temperature: range: 0..1", "temperature", "temperature: range: 0..1"],
    [
      "stop_sequences: each stop sequence must contain non-whitespace",
      "stop",
      "stop: each stop sequence must contain non-whitespace",
    ],
    [
      "messages.3.content.0.text: Input should be a string",
      "messages[3].content[0].text",
      "messages[3].content[0].text: Input should be a string",
    ],
    ["system.0: too long", "messages", "messages: too long"],
    [
      "tools.2.custom.input_schema: JSON schema is invalid.",
      "tools[2].function.parameters",
      "tools[2].function.parameters: JSON schema is invalid.",
    ],
    [
      "tools.0.custom.input_schema.properties.a: bad",
      "tools[0].function.parameters.properties.a",
      "tools[0].function.parameters.properties.a: bad",
    ],
    ["tools.0.name: too long", "tools[0].function.name", "tools[0].function.name: too long"],
    ["tools.0.cache_control: no", "tools[0].function", "tools[0].function: no"],
    ["tools: Tool names must be unique.", "tools", "tools: Tool names must be unique."],
    [
      "thinking.enabled.budget_tokens: Input should be greater than or equal to 1024",
      "reasoning_effort",
      "reasoning_effort: Input should be greater than or equal to 1024",
    ],
    ["output_config.effort: no", "reasoning_effort", "reasoning_effort: no"],
    ["output_config.format.schema: no", "response_format.json_schema.schema", "response_format.json_schema.schema: no"],
    [
      "output_config.format.schema.properties.a: no",
      "response_format.json_schema.schema.properties.a",
      "response_format.json_schema.schema.properties.a: no",
    ],
    ["output_config.format: no", "response_format", "response_format: no"],
    ["metadata.user_id: looks like an e-mail", "user", "user: looks like an e-mail"],
    [
      "`temperature` and `top_p` cannot both be specified for this model.",
      "temperature",
      "`temperature` and `top_p` cannot both be specified for this model.",
    ],
    [
      "Thinking may not be enabled when tool_choice forces tool use.",
      "reasoning_effort",
      "Thinking may not be enabled when tool_choice forces tool use.",
    ],
    [
      "This model does not support assistant message prefill.",
      "messages",
      "This model does not support assistant message prefill.",
    ],
    ["role 'system' is not supported on this model", "messages", "role 'system' is not supported on this model"],
    ["'claude-x' does not support output format.", "response_format", "'claude-x' does not support output format."],
    ["'claude-x' does not support strict tools.", "tools", "'claude-x' does not support strict tools."],
    [
      "This model does not support the effort parameter.",
      "reasoning_effort",
      "This model does not support the effort parameter.",
    ],
    ["Tool 'f' not found in provided tools", "tool_choice", "Tool 'f' not found in provided tools"],
    ["stop_sequences: no\nmax_tokens: no", "stop", "stop: no\nmax_tokens: no"],
    [
      "messages.1.content.0.type: Expected `thinking` or `redacted_thinking`, but found `text`.",
      "messages[1].content[0].type",
      "messages[1].content[0].type: Expected `thinking` or `redacted_thinking`, but found `text`.",
    ],
    [
      "`max_tokens` must be greater than `thinking.budget_tokens`.",
      "max_tokens",
      "`max_tokens` must be greater than `thinking.budget_tokens`.",
    ],
    ["anthropic_version: Field required", null, "anthropic_version: Field required"],
    ["Something else.", null, "Something else."],
  ])("%s", (said, param, message) => {
    const error = toAnthropicError({ status: 400, headers: {}, text: bad(said) }, "asked");
    expect(error.toEnvelope().error).toMatchObject({ param, message });
  });

  test("name places of this client's request", () => {
    const places = (usual: string) => (usual === "max_tokens" ? "max_completion_tokens" : undefined);
    const told = (message: string) =>
      toAnthropicError({ status: 400, headers: {}, text: bad(message) }, "asked", places);
    expect(told("max_tokens: 9 > 5, which is the maximum allowed").param).toBe("max_completion_tokens");
    expect(told("temperature: no")).toMatchObject({ param: null, message: "temperature: no" });
    expect(told("prompt is too long").param).toBeNull();
  });

  test.each([
    [529, { "x-should-retry": "true" }, { "x-should-retry": "true" }],
    [429, { "x-should-retry": "false" }, { "x-should-retry": "false" }],
    [429, { "x-should-retry": "perhaps" }, undefined],
    [429, {}, undefined],
  ])("say whether to try again where Anthropic does: %d %j", (status, headers, want) => {
    const text = body("rate_limit_error", "Slow.");
    expect(toAnthropicError({ status, headers, text }, "asked").headers).toEqual(want);
  });

  test.each([
    [{ "request-id": "req_2" }, body("api_error", "Oops."), "req_2"],
    [{}, body("api_error", "Oops."), "req_1"],
    [{ "x-amzn-requestid": "4b-1", "x-amzn-errortype": "InternalServerException" }, '{"message":"Oops."}', "4b-1"],
    [{}, "<html>", undefined],
  ])("tell the log by which id the host knows the request: %j", (headers, text, requestId) => {
    const { cause } = toAnthropicError({ status: 500, headers, text }, "asked");
    expect(cause).toMatchObject({ httpStatus: 500, ...(requestId && { requestId }) });
    if (requestId === undefined) expect(cause).not.toHaveProperty("requestId");
  });

  test("say nothing of our account", () => {
    const said =
      "Slow, organization 0f5b8c2e-1b1c-4f0e-9a50-2f6f2f1f1f1f of org_0123456789 in wrkspc_01ABCDEFG at arn:aws:bedrock:us-east-1:123:x.";
    const { message } = toAnthropicError({ status: 429, headers: {}, text: body("rate_limit_error", said) }, "asked");
    expect(message).toBe("Slow, organization … of org_… in wrkspc_… at arn:aws:…");
  });
});
