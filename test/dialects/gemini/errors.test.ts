import { describe, expect, test } from "vitest";
import { toEmbeddingError } from "../../../src/dialects/gemini/embeddings/errors.ts";
import { toGeminiError } from "../../../src/dialects/gemini/errors.ts";

const body = (code: number, status: string, message: string, details: readonly object[] = []) =>
  JSON.stringify({ error: { code, message, status, details } });
const retry = (retryDelay: string) => ({ "@type": "type.googleapis.com/google.rpc.RetryInfo", retryDelay });
const perDay = { "@type": "type.googleapis.com/google.rpc.QuotaFailure", violations: [{ quotaId: "GeneratePerDay" }] };
const badKey = { "@type": "type.googleapis.com/google.rpc.ErrorInfo", reason: "API_KEY_INVALID" };
const tooLong = "The input token count (1200000) exceeds the maximum number of tokens allowed (1048576).";
const tooMuch =
  "Unable to submit request because it has a maxOutputTokens value of 100000 but the supported range is from 1 (inclusive) to 65536 (exclusive).";

/** Upstream status and body, beside the client's status, type, code and what else is told. */
const rows: readonly (readonly [
  name: string,
  status: number,
  text: string,
  want: { status: number; type: string; code: string | null; message?: string; param?: string; retryAfterMs?: number },
])[] = [
  [
    "a bad argument",
    400,
    body(400, "INVALID_ARGUMENT", "No."),
    { status: 400, type: "invalid_request_error", code: null, message: "No." },
  ],
  [
    "a precondition",
    400,
    body(400, "FAILED_PRECONDITION", "Billing."),
    { status: 400, type: "invalid_request_error", code: null },
  ],
  [
    "a prompt that is too long",
    400,
    body(400, "INVALID_ARGUMENT", tooLong),
    {
      status: 400,
      type: "invalid_request_error",
      code: "context_length_exceeded",
      param: "messages",
      message:
        "This model's maximum context length is 1048576 tokens. However, your messages resulted in 1200000 tokens. Please reduce the length of the messages.",
    },
  ],
  [
    "a limit of the answer that is too high",
    400,
    body(400, "INVALID_ARGUMENT", tooMuch),
    {
      status: 400,
      type: "invalid_request_error",
      code: "invalid_value",
      param: "max_tokens",
      message:
        "max_tokens is too large: 100000. This model supports at most 65535 completion tokens, whereas you provided 100000.",
    },
  ],
  [
    "a bad key of ours",
    400,
    body(400, "INVALID_ARGUMENT", "Bad key.", [badKey]),
    { status: 502, type: "server_error", code: "upstream_auth_error" },
  ],
  [
    "credentials refused",
    401,
    body(401, "UNAUTHENTICATED", "Who?"),
    { status: 502, type: "server_error", code: "upstream_auth_error" },
  ],
  [
    "permission denied",
    403,
    body(403, "PERMISSION_DENIED", "No."),
    { status: 502, type: "server_error", code: "upstream_auth_error" },
  ],
  [
    "an unknown model",
    404,
    body(404, "NOT_FOUND", "Publisher Model `projects/123/x` was not found."),
    {
      status: 404,
      type: "invalid_request_error",
      code: "model_not_found",
      message: "The model `asked` does not exist or you do not have access to it.",
    },
  ],
  [
    "a quota for a moment",
    429,
    body(429, "RESOURCE_EXHAUSTED", "Slow.", [retry("34.4s")]),
    { status: 429, type: "requests", code: "rate_limit_exceeded", retryAfterMs: 34_400 },
  ],
  [
    "a list of one, as streams without SSE have",
    429,
    `[${body(429, "RESOURCE_EXHAUSTED", "Slow.", [retry("0.5s")])}]`,
    { status: 429, type: "requests", code: "rate_limit_exceeded", retryAfterMs: 500 },
  ],
  [
    "a quota for the day",
    429,
    body(429, "RESOURCE_EXHAUSTED", "Done.", [perDay]),
    { status: 429, type: "insufficient_quota", code: "insufficient_quota" },
  ],
  ["a fault", 500, body(500, "INTERNAL", "Oops."), { status: 500, type: "server_error", code: null }],
  [
    "overload",
    503,
    body(503, "UNAVAILABLE", "The model is overloaded."),
    { status: 503, type: "server_error", code: "overloaded" },
  ],
  [
    "a deadline",
    504,
    body(504, "DEADLINE_EXCEEDED", "Late."),
    { status: 504, type: "server_error", code: "upstream_timeout" },
  ],
  [
    "a page of a proxy",
    502,
    "<html>Bad Gateway</html>",
    {
      status: 502,
      type: "server_error",
      code: "upstream_unreachable",
      message: "The server had an error while processing your request.",
    },
  ],
  [
    "a word without a number",
    200,
    JSON.stringify({ error: { status: "UNAVAILABLE", message: "Busy." } }),
    { status: 503, type: "server_error", code: "overloaded" },
  ],
  ["nothing at all", 500, "", { status: 500, type: "server_error", code: null }],
];

describe("errors of Google", () => {
  for (const [name, status, text, want] of rows) {
    test(name, () => {
      const error = toGeminiError({ status, headers: {}, text }, "asked");
      const { message, type, code, param } = error.toEnvelope().error;
      const { retryAfterMs } = error;
      const given = { status: error.status, type, code, message, param, retryAfterMs };
      expect(given).toMatchObject({ param: null, ...want });
    });
  }

  /** What hosts say of a prompt that is too long, and the sizes that are told. */
  test.each([
    [tooLong, "maximum context length is 1048576 tokens. However, your messages resulted in 1200000 tokens."],
    [
      "The input token count exceeds the maximum number of tokens allowed 1048576.",
      "maximum context length is 1048576 tokens. However, your messages resulted in more tokens.",
    ],
    [
      "Unable to submit request because the input token count is 1251952 but model only supports up to 1048576. Reduce the input token count and try again.",
      "maximum context length is 1048576 tokens. However, your messages resulted in 1251952 tokens.",
    ],
    [
      "Unable to submit request because the input token count is 40000 but the model supports up to 32768.",
      "maximum context length is 32768 tokens. However, your messages resulted in 40000 tokens.",
    ],
    [
      "The input token count (1,200,000) exceeds the maximum number of tokens allowed (1,048,576).",
      "maximum context length is 1,048,576 tokens. However, your messages resulted in 1,200,000 tokens.",
    ],
    [
      "The input token count exceeds the maximum number of tokens allowed.",
      "maximum context length is exceeded: your messages resulted in more tokens.",
    ],
  ])("§12 context_length_exceeded: %s", (message, said) => {
    const error = toGeminiError({ status: 400, headers: {}, text: body(400, "INVALID_ARGUMENT", message) }, "asked");
    expect(error.toEnvelope().error).toEqual({
      message: `This model's ${said} Please reduce the length of the messages.`,
      type: "invalid_request_error",
      param: "messages",
      code: "context_length_exceeded",
    });
  });

  test.each([
    [
      "The input token count exceeds the maximum number of tokens allowed 2048.",
      "This model's maximum context length is 2048 tokens, however 'input' has more tokens. Please reduce its length.",
    ],
    [
      "The input token count exceeds the maximum number of tokens allowed.",
      "This model's maximum context length is exceeded: 'input' has more tokens. Please reduce its length.",
    ],
  ])("§12 context_length_exceeded of texts for vectors: %s", (message, said) => {
    const text = body(400, "INVALID_ARGUMENT", message);
    expect(toEmbeddingError({ status: 400, headers: {}, text }, "asked").toEnvelope().error).toEqual({
      message: said,
      type: "invalid_request_error",
      param: "input",
      code: "context_length_exceeded",
    });
  });

  test("name no project", () => {
    const text = body(400, "INVALID_ARGUMENT", "Quota of project 123456 in projects/acme-prod/locations/x is odd.");
    const { message } = toGeminiError({ status: 400, headers: {}, text }, "asked");
    expect(message).not.toMatch(/123456|acme-prod/);
  });
});
