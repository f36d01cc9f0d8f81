import { describe, test } from "vitest";
import { type Body, errorOf, expectError, numbered, openai, type Want } from "./_errors.ts";

const failed = "The server had an error while processing your request.";
const refused = "The upstream refused the gateway's credentials.";
const unknown = "The model `asked` does not exist or you do not have access to it.";

type Row = readonly [name: string, status: number, body: Body, want: Want];

function expectRows(rows: readonly Row[]): void {
  test.each(rows)("%s", (_name, status, body, want) => expectError(errorOf(status, body), want));
}

describe("a status", () => {
  const at = (status: number, error: Want["error"], message = "No."): Row => [
    `${status}`,
    status,
    openai("No."),
    { error, message },
  ];
  expectRows([
    at(400, "invalid_request"),
    at(401, "upstream_auth_error", refused),
    at(402, "insufficient_quota"),
    at(403, "upstream_auth_error", refused),
    at(404, "model_not_found", unknown),
    at(405, "upstream_invalid_response"),
    at(408, "upstream_timeout"),
    at(409, "conflict"),
    at(413, "request_too_large"),
    at(418, "invalid_request"),
    at(422, "invalid_request"),
    at(429, "rate_limit_exceeded"),
    at(500, "upstream_error"),
    at(501, "upstream_error"),
    at(502, "upstream_unreachable"),
    at(503, "overloaded"),
    at(504, "upstream_timeout"),
    at(520, "upstream_error"),
    at(529, "overloaded"),
    at(302, "upstream_error"),
  ]);
});

describe("a body without a word of JSON tells nothing", () => {
  const page = "<!DOCTYPE html><html><body>nginx/1.25 upstream 10.0.0.7 failed</body></html>";
  const silent = (status: number, error: Want["error"], message = failed): Row[] =>
    [page, "", "404 page not found", "null", "7", "[]", '"x"', "{}", '{"error":'].map(
      (body): Row => [`${status} ${body.slice(0, 20)}`, status, body, { error, message }],
    );
  expectRows([
    ...silent(400, "upstream_invalid_response"),
    ...silent(401, "upstream_auth_error", refused),
    ...silent(403, "upstream_auth_error", refused),
    ...silent(404, "model_not_found", unknown),
    ...silent(405, "upstream_invalid_response"),
    ...silent(413, "request_too_large"),
    ...silent(418, "upstream_invalid_response"),
    ...silent(429, "rate_limit_exceeded"),
    ...silent(500, "upstream_error"),
    ...silent(502, "upstream_unreachable"),
    ...silent(503, "overloaded"),
    ...silent(301, "upstream_error"),
  ]);
});

describe("a body in", () => {
  expectRows([
    [
      "OpenAI's form",
      400,
      openai("Bad.", "invalid_value", "messages[0].role"),
      { error: "invalid_value", message: "Bad.", param: "messages[0].role" },
    ],
    [
      "OpenAI's form, with a code that our table has no row for",
      400,
      openai("No.", "content_policy_violation"),
      { error: "invalid_request", message: "No.", code: "content_policy_violation" },
    ],
    [
      "OpenAI's form, with a code that is no word",
      400,
      openai("No.", "no word!"),
      { error: "invalid_request", message: "No." },
    ],
    [
      "OpenAI's form, with a code of another status",
      400,
      openai("No.", "invalid_api_key"),
      { error: "invalid_request", message: "No.", code: "invalid_api_key" },
    ],
    [
      "OpenAI's form, with a code that every object has",
      400,
      openai("No.", "constructor"),
      { error: "invalid_request", message: "No.", code: "constructor" },
    ],
    [
      "OpenAI's form, with the words of its older API",
      400,
      openai("Unrecognized request argument supplied: foo"),
      { error: "invalid_request" },
    ],
    [
      "vLLM's form",
      400,
      { error: { message: "Bad.", type: "BadRequestError", param: "tools", code: 400 } },
      { error: "invalid_request", message: "Bad.", param: "tools" },
    ],
    [
      "vLLM's form for a model there is not",
      404,
      { error: { message: "The model `up` does not exist.", type: "NotFoundError", param: "model", code: 404 } },
      { error: "model_not_found", message: unknown },
    ],
    [
      "vLLM's older form",
      400,
      { object: "error", message: "Bad.", type: "BadRequestError", param: null, code: 400 },
      { error: "invalid_request", message: "Bad." },
    ],
    ["FastAPI's form", 404, { detail: "Not Found" }, { error: "model_not_found", message: unknown }],
    [
      "FastAPI's form of a method",
      405,
      { detail: "Method Not Allowed" },
      { error: "upstream_invalid_response", message: "Method Not Allowed" },
    ],
    [
      "FastAPI's list, as Mistral's of unknown members",
      422,
      {
        detail: [
          { type: "extra_forbidden", loc: ["body", "messages", 0, "name"], msg: "Extra inputs are not permitted" },
        ],
      },
      { error: "invalid_request", message: "Extra inputs are not permitted", param: "messages[0].name" },
    ],
    [
      "FastAPI's list, whose place is missing",
      422,
      { detail: [{ msg: "No." }] },
      { error: "invalid_request", message: "No." },
    ],
    ["FastAPI's list of nothing", 422, { detail: [] }, { error: "invalid_request", message: failed }],
    ["FastAPI's list of texts", 422, { detail: ["No."] }, { error: "invalid_request", message: failed }],
    [
      "FastAPI's form with an object in it",
      400,
      { detail: { error: { message: "No." } } },
      { error: "invalid_request", message: "No." },
    ],
    [
      "Mistral's older form",
      422,
      { object: "error", message: { detail: [{ loc: ["body", "seed"], msg: "No." }] }, type: "invalid_request_error" },
      { error: "invalid_request", message: "No.", param: "seed" },
    ],
    [
      "a bare text, as LM Studio's",
      400,
      { error: "'messages' field is required" },
      { error: "invalid_request", message: "'messages' field is required" },
    ],
    [
      "Ollama's form",
      404,
      { error: { message: "model 'x' not found", type: "api_error", param: null, code: null } },
      { error: "model_not_found", message: unknown },
    ],
    [
      "llama.cpp's form",
      500,
      numbered(500, "tools param requires --jinja flag", { type: "server_error" }),
      { error: "upstream_error", message: "tools param requires --jinja flag" },
    ],
    [
      "llama.cpp's form while it loads",
      503,
      numbered(503, "Loading model", { type: "unavailable_error" }),
      { error: "overloaded", message: "Loading model" },
    ],
    [
      "OpenRouter's form",
      402,
      numbered(402, "Insufficient credits"),
      { error: "insufficient_quota", message: "Insufficient credits" },
    ],
    [
      "OpenRouter's form, with what the provider said",
      400,
      numbered(400, "Provider returned error", {
        metadata: { provider_name: "Acme", raw: '{"error":{"message":"Too hot."}}' },
      }),
      { error: "invalid_request", message: "Provider returned error: Too hot." },
    ],
    [
      "OpenRouter's form, with what the provider said in no JSON",
      502,
      numbered(502, "Provider returned error", { metadata: { raw: "<html>" } }),
      { error: "upstream_unreachable", message: "Provider returned error" },
    ],
    [
      "OpenRouter's form for a model there is not",
      400,
      numbered(400, "x/y is not a valid model ID"),
      { error: "model_not_found", message: unknown },
    ],
    ["OpenRouter's form for moderation", 408, numbered(408, "Your request timed out"), { error: "upstream_timeout" }],
    [
      "LM Studio's form for a model there is not",
      400,
      openai("No such model.", "model_not_found"),
      { error: "model_not_found", message: unknown },
    ],
    [
      "Azure's form",
      404,
      { error: { code: "DeploymentNotFound", message: "x" } },
      { error: "model_not_found", message: unknown },
    ],
    [
      "Azure's form of a filter",
      400,
      { error: { code: "content_filter", message: "Filtered.", innererror: {} } },
      { error: "invalid_request", message: "Filtered.", code: "content_filter" },
    ],
    ["no form: an error of null", 500, { error: null }, { error: "upstream_error", message: failed }],
    ["no form: an error that is a number", 500, { error: 5 }, { error: "upstream_error", message: failed }],
    ["OpenAI's form with nothing in it", 400, { error: {} }, { error: "invalid_request", message: failed }],
    [
      "OpenAI's form, whose members are of other types",
      400,
      { error: { message: 5, type: {}, param: 7, code: [] } },
      { error: "invalid_request", message: failed },
    ],
  ]);
});

describe("Google's errors on Vertex AI", () => {
  const google = (code: number, status: string, message: string) => ({ error: { code, message, status } });
  const quota = (violation: object | null) => {
    const details = [null, { "@type": "type.googleapis.com/google.rpc.QuotaFailure", violations: [violation] }];
    return { error: { ...google(429, "RESOURCE_EXHAUSTED", "Done.").error, details } };
  };

  expectRows([
    [
      "a body of its own kind",
      400,
      google(400, "INVALID_ARGUMENT", "max_tokens is wrong."),
      { error: "invalid_request", message: "max_tokens is wrong." },
    ],
    [
      "the same as a list of one, where a stream was asked for",
      400,
      [google(400, "INVALID_ARGUMENT", "max_tokens is wrong.")],
      { error: "invalid_request", message: "max_tokens is wrong." },
    ],
    [
      "a list of a credential's trouble",
      401,
      [google(401, "UNAUTHENTICATED", "No.")],
      { error: "upstream_auth_error", message: refused },
    ],
    [
      "a list of a quota",
      429,
      [google(429, "RESOURCE_EXHAUSTED", "Slow down.")],
      { error: "rate_limit_exceeded", message: "Slow down." },
    ],
    [
      "a quota of the day",
      429,
      quota({ quotaId: "GenerateRequestsPerDayPerProject" }),
      { error: "insufficient_quota", message: "Done." },
    ],
    ["a quota of nothing", 429, quota({ quotaValue: "0" }), { error: "insufficient_quota", message: "Done." }],
    ["a quota of the minute", 429, quota({ quotaId: "PerMinute" }), { error: "rate_limit_exceeded", message: "Done." }],
    ["details of no form", 429, quota(null), { error: "rate_limit_exceeded", message: "Done." }],
    [
      "a list of lists",
      400,
      [[google(400, "INVALID_ARGUMENT", "x")]],
      { error: "upstream_invalid_response", message: failed },
    ],
  ]);
});

describe("what is meant, whatever the status", () => {
  const tooLong: Want = { error: "context_length_exceeded", param: "messages" };
  const vllm = "This model's maximum context length is 4096 tokens. However, you requested 5000 output tokens.";
  expectRows([
    ["OpenAI's code for a prompt that is too long", 400, openai("Long.", "context_length_exceeded"), tooLong],
    ["vLLM's words for it", 400, numbered(400, vllm), { ...tooLong, message: vllm }],
    [
      "OpenRouter's words for it",
      400,
      numbered(400, "This endpoint's maximum context length is 128000 tokens."),
      tooLong,
    ],
    ["words for it with a code of their own", 400, openai(vllm, "string_above_max_length"), tooLong],
    ["llama.cpp's type for it", 400, numbered(400, "Long.", { type: "exceed_context_size_error" }), tooLong],
    [
      "llama.cpp's words for it, which once had the status 500",
      500,
      numbered(500, "the request exceeds the available context size."),
      tooLong,
    ],
    [
      "LM Studio's words for it",
      400,
      { error: "the model is loaded with context length of only 4096 tokens" },
      tooLong,
    ],
    [
      "Anthropic's words for it",
      413,
      { error: { message: "prompt is too long: 210000 tokens > 200000 maximum" } },
      tooLong,
    ],
    ["too many tokens in a minute", 429, openai("Too many tokens, please wait."), { error: "rate_limit_exceeded" }],
    [
      "a server that is busy with a maximum context length",
      503,
      openai("maximum context length"),
      { error: "overloaded" },
    ],
    [
      "a quota that is used up",
      429,
      openai("Quota.", "insufficient_quota", null, "insufficient_quota"),
      { error: "insufficient_quota" },
    ],
    [
      "a quota that is used up, by its type alone",
      403,
      openai("Quota.", null, null, "insufficient_quota"),
      { error: "insufficient_quota" },
    ],
    [
      "a model of another endpoint",
      404,
      openai("This is not a chat model and thus not supported in the v1/chat/completions endpoint.", null, "model"),
      { error: "unsupported_operation" },
    ],
    [
      "a refusal with 401",
      401,
      openai("No.", "invalid_value", "x"),
      { error: "upstream_auth_error", message: refused },
    ],
    ["a refusal with 500", 500, openai("No.", "invalid_value", "x"), { error: "upstream_error", message: "No." }],
    [
      "a refusal with 422",
      422,
      openai("No.", "invalid_value", "x"),
      { error: "invalid_value", message: "No.", param: "x" },
    ],
    [
      "a template that wants turns",
      400,
      numbered(400, "Conversation roles must alternate user/assistant/user/assistant/..."),
      { error: "invalid_request", message: "Conversation roles must alternate user/assistant/user/assistant/..." },
    ],
    [
      "tools that vLLM was not started for",
      400,
      numbered(400, '"auto" tool choice requires --enable-auto-tool-choice and --tool-call-parser to be set'),
      {
        error: "invalid_request",
        message: '"auto" tool choice requires --enable-auto-tool-choice and --tool-call-parser to be set',
      },
    ],
  ]);
});

describe("a bare body in the middle of a stream has the status of the stream", () => {
  expectRows([
    ["its code says which it is", 200, numbered(429, "Slow."), { error: "rate_limit_exceeded", message: "Slow." }],
    ["its code is a text of digits", 200, { error: { code: "503", message: "Busy." } }, { error: "overloaded" }],
    ["its code is no status", 200, numbered(7, "Odd."), { error: "upstream_error", message: "Odd." }],
    ["its type says that the request is wrong", 200, openai("Bad."), { error: "invalid_request", message: "Bad." }],
    ["vLLM's type says so", 200, { error: { message: "Bad.", type: "BadRequestError" } }, { error: "invalid_request" }],
    [
      "OpenAI's code for limits",
      200,
      openai("Slow.", "rate_limit_exceeded", null, "requests"),
      { error: "rate_limit_exceeded" },
    ],
    [
      "OpenAI's codes for overload",
      200,
      openai("Busy.", "server_is_overloaded", null, "server_error"),
      { error: "overloaded" },
    ],
    ["and the other one", 200, openai("Busy.", "slow_down", null, "server_error"), { error: "overloaded" }],
    [
      "LM Studio's words say that it is too long",
      200,
      { error: { message: "loaded with context length of only 4096 tokens" } },
      { error: "context_length_exceeded", param: "messages" },
    ],
    [
      "nothing says anything",
      200,
      { error: "The model has crashed." },
      { error: "upstream_error", message: "The model has crashed." },
    ],
    [
      "LM Studio tells of a path that it does not have",
      200,
      { error: "Unexpected endpoint or method. (POST /chat/completions)" },
      { error: "upstream_error" },
    ],
  ]);
});
