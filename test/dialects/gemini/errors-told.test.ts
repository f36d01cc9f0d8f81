import { describe, expect, test } from "vitest";
import { toGeminiError } from "../../../src/dialects/gemini/errors.ts";
import { toClientPath } from "../../../src/dialects/gemini/field-paths.ts";
import type { ErrorName } from "../../../src/errors.ts";

const type = (name: string): string => `type.googleapis.com/google.rpc.${name}`;
const errorInfo = (reason: string): object => ({ "@type": type("ErrorInfo"), reason, domain: "googleapis.com" });
const violating = (...fieldViolations: readonly object[]): object => ({ "@type": type("BadRequest"), fieldViolations });
const quota = (violation: object): object => ({ "@type": type("QuotaFailure"), violations: [violation] });
const retry = (retryDelay: string): object => ({ "@type": type("RetryInfo"), retryDelay });

function errorOf(status: number, error: object | string, headers: Record<string, string> = {}) {
  const text = typeof error === "string" ? error : JSON.stringify({ error });
  return toGeminiError({ status, headers, text }, "asked");
}

/** Google's status, word and facts, and the error they are. */
const rows: readonly (readonly [
  status: number,
  word: string,
  message: string,
  details: readonly object[],
  ErrorName,
])[] = [
  [400, "INVALID_ARGUMENT", "No.", [], "invalid_request"],
  [400, "FAILED_PRECONDITION", "User location is not supported for the API use.", [], "invalid_request"],
  [400, "FAILED_PRECONDITION", "Enable billing.", [], "invalid_request"],
  [400, "OUT_OF_RANGE", "No.", [], "invalid_request"],
  [
    400,
    "INVALID_ARGUMENT",
    "The input token count (9) exceeds the maximum number of tokens allowed (8).",
    [],
    "context_length_exceeded",
  ],
  [400, "INVALID_ARGUMENT", "API key not valid.", [errorInfo("API_KEY_INVALID")], "upstream_auth_error"],
  [403, "PERMISSION_DENIED", "Blocked.", [errorInfo("API_KEY_SERVICE_BLOCKED")], "upstream_auth_error"],
  [401, "UNAUTHENTICATED", "Who?", [errorInfo("ACCESS_TOKEN_EXPIRED")], "upstream_auth_error"],
  [400, "INVALID_ARGUMENT", "Who?", [errorInfo("CREDENTIALS_MISSING")], "upstream_auth_error"],
  [401, "UNAUTHENTICATED", "Who?", [], "upstream_auth_error"],
  [403, "PERMISSION_DENIED", "No.", [], "upstream_auth_error"],
  [403, "PERMISSION_DENIED", "No billing.", [errorInfo("BILLING_DISABLED")], "insufficient_quota"],
  [403, "PERMISSION_DENIED", "Not here.", [errorInfo("LOCATION_POLICY_VIOLATED")], "permission_denied"],
  [404, "NOT_FOUND", "Nothing.", [], "model_not_found"],
  [409, "ABORTED", "Again.", [], "conflict"],
  [409, "ALREADY_EXISTS", "Twice.", [], "conflict"],
  [413, "INVALID_ARGUMENT", "Big.", [], "request_too_large"],
  [429, "RESOURCE_EXHAUSTED", "Slow.", [], "rate_limit_exceeded"],
  [
    429,
    "RESOURCE_EXHAUSTED",
    "Slow.",
    [quota({ quotaId: "RequestsPerMinute", quotaValue: "5" })],
    "rate_limit_exceeded",
  ],
  [429, "RESOURCE_EXHAUSTED", "Done.", [quota({ quotaId: "RequestsPerDayPerProject" })], "insufficient_quota"],
  [429, "RESOURCE_EXHAUSTED", "Done.", [quota({ quotaMetric: "requests_per_day" })], "insufficient_quota"],
  [429, "RESOURCE_EXHAUSTED", "None.", [quota({ quotaId: "FreeTier", quotaValue: "0" })], "insufficient_quota"],
  [429, "RESOURCE_EXHAUSTED", "Spent.", [quota({ quotaId: "SpendOfBillingAccount" })], "insufficient_quota"],
  [
    429,
    "RESOURCE_EXHAUSTED",
    "Done.",
    [quota({ quotaId: "RequestsPerMinute" }), quota({ quotaId: "RequestsPerDay" }), retry("43s")],
    "insufficient_quota",
  ],
  // A client that left is known before this is read, so here the upstream gave up by itself, as it does under load.
  [499, "CANCELLED", "The operation was cancelled.", [], "upstream_error"],
  [500, "INTERNAL", "Oops.", [], "upstream_error"],
  [500, "UNKNOWN", "Oops.", [], "upstream_error"],
  [500, "DATA_LOSS", "Oops.", [], "upstream_error"],
  [501, "UNIMPLEMENTED", "Not yet.", [], "invalid_request"],
  [503, "UNAVAILABLE", "The model is overloaded.", [], "overloaded"],
  [504, "DEADLINE_EXCEEDED", "Late.", [], "upstream_timeout"],
  [400, "constructor", "No.", [], "invalid_request"],
];

describe("§12 Google's errors", () => {
  test.each(rows)("%i %s: %s", (status, word, message, details, name) => {
    const error = { code: status, message, status: word, details };
    expect(errorOf(status, error).errorName).toBe(name);
    expect(errorOf(status, JSON.stringify([{ error }])).errorName).toBe(name);
    if (status !== 413)
      expect(errorOf(200, { message, status: word, details }).errorName).toBe(
        word === "constructor" ? "upstream_error" : name,
      );
  });

  /** A status without any word of Google's, what it is, and whether another try is safe. */
  test.each([
    [400, "invalid_request", false],
    [401, "upstream_auth_error", true],
    [403, "upstream_auth_error", true],
    [404, "model_not_found", false],
    [408, "upstream_timeout", true],
    [409, "conflict", false],
    [413, "request_too_large", false],
    [418, "invalid_request", false],
    [429, "rate_limit_exceeded", true],
    [499, "upstream_error", true],
    [500, "upstream_error", true],
    [501, "invalid_request", false],
    [502, "upstream_unreachable", true],
    [503, "overloaded", true],
    [504, "upstream_timeout", true],
    [599, "upstream_error", true],
  ])("§12 a page or a bare number %i is told by its status, and no page is shown", (status, name, retryable) => {
    const error = errorOf(status, "<html><title>Error</title>projects/secret-1</html>");
    expect(error).toMatchObject({ errorName: name, retryable });
    expect(error.message).not.toMatch(/[<>]|secret/);
    expect(errorOf(status, { code: 7, message: "No." }).errorName).toBe(name);
    if (status !== 418) expect(errorOf(200, { code: status, message: "No." }).errorName).toBe(name);
  });

  test.each(["null", "7", '"Busy."', "[]", "[null]", '{"error":null}', '{"error":"Busy."}', '{"message":"Busy."}'])(
    "§12 JSON that is no error of Google's is told by its status: %s",
    (text) => {
      const error = errorOf(503, text);
      expect(error).toMatchObject({
        errorName: "overloaded",
        message: "The server had an error while processing your request.",
      });
    },
  );

  test("§12 an end of the day is not worth a retry, whatever delay comes with it", () => {
    const details = [quota({ quotaId: "RequestsPerDay" }), retry("43s")];
    expect(errorOf(429, { code: 429, status: "RESOURCE_EXHAUSTED", details }).retryable).toBe(false);
  });

  test.each([
    [
      "help, a text in another language and facts",
      [
        { "@type": type("Help"), links: [{ description: "Console", url: "https://console.example/?project=acme-1" }] },
        { "@type": type("LocalizedMessage"), locale: "de", message: "Zu langsam in projects/acme-1." },
        { ...errorInfo("RATE_LIMIT_EXCEEDED"), metadata: { consumer: "projects/123456" } },
      ],
    ],
    ["a type that nobody knows", [{ "@type": type("DebugInfo"), stackEntries: ["acme"], detail: "acme" }]],
    ["nulls", [{ "@type": null, reason: null, retryDelay: null, fieldViolations: null, violations: null }]],
    ["null in their place", null],
  ])("§12 %s among the details change nothing and are not shown", (_, details) => {
    const error = errorOf(429, { code: 429, status: "RESOURCE_EXHAUSTED", message: "Slow.", details });
    expect(error).toMatchObject({ errorName: "rate_limit_exceeded", message: "Slow.", retryAfterMs: undefined });
  });
});

describe("§12 when to come back", () => {
  test.each([
    ["34.4s", 34_400],
    ["0.5s", 500],
    ["60s", 60_000],
    ["0.0004s", 1],
  ])("§12 RetryInfo %s is %i ms", (delay, retryAfterMs) => {
    expect(errorOf(429, { code: 429, status: "RESOURCE_EXHAUSTED", details: [retry(delay)] })).toMatchObject({
      retryAfterMs,
    });
  });

  test.each(["soon", "-1s", "1m", ""])("§12 RetryInfo '%s' says nothing", (delay) => {
    expect(errorOf(429, { code: 429, details: [retry(delay)] }).retryAfterMs).toBeUndefined();
  });

  test("§12 a proxy says it in a header, and the body wins", () => {
    const headers = { "retry-after": "7" };
    expect(errorOf(503, "<html>", headers).retryAfterMs).toBe(7000);
    expect(errorOf(429, { code: 429, details: [retry("2s")] }, headers).retryAfterMs).toBe(2000);
    expect(errorOf(503, "<html>", { "retry-after": "Wed, 21 Oct" }).retryAfterMs).toBeUndefined();
  });
});

/** Google's path, and the client's. */
test.each([
  ["tools[0].function_declarations[3].parameters", "tools[3].function.parameters"],
  [
    "tools[0].function_declarations[3].parameters.properties[0].value.type",
    "tools[3].function.parameters.properties[0].value.type",
  ],
  ["tools[0].functionDeclarations[1].parametersJsonSchema.my_field", "tools[1].function.parameters.my_field"],
  ["tools[0].function_declarations[2].name", "tools[2].function.name"],
  ["tools[0].function_declarations[2].description", "tools[2].function.description"],
  ["tools[0].function_declarations[2].behavior", "tools[2].function"],
  ["tools[0].function_declarations", "tools"],
  ["tools[1].google_search", "tools"],
  ["tool_config.function_calling_config.allowed_function_names[0]", "tool_choice"],
  ["generation_config.temperature", "temperature"],
  ["GenerateContentRequest.generation_config.top_p", "top_p"],
  ["generationConfig.stopSequences[5]", "stop"],
  ["generation_config.max_output_tokens", "max_tokens"],
  ["generation_config.candidate_count", "n"],
  ["generation_config.top_k", "top_k"],
  ["generation_config.seed", "seed"],
  ["generation_config.presence_penalty", "presence_penalty"],
  ["generation_config.frequency_penalty", "frequency_penalty"],
  ["generation_config.media_resolution", "messages"],
  ["generation_config.response_schema.properties[0].value", "response_format.json_schema.schema.properties[0].value"],
  ["generation_config.response_logprobs", "logprobs"],
  ["generation_config.logprobs", "top_logprobs"],
  ["generation_config.response_mime_type", "response_format"],
  ["generation_config.response_json_schema.properties.a", "response_format.json_schema.schema.properties.a"],
  ["generation_config.thinking_config.thinking_budget", "reasoning_effort"],
  ["generation_config.response_modalities[0]", "modalities"],
  ["generation_config.speech_config.voice_config", "audio"],
  ["generation_config.brand_new", undefined],
  ["contents[3].parts[0].inline_data.mime_type", "messages"],
  ["system_instruction.parts[0].text", "messages"],
  ["safety_settings[0].threshold", "safety_settings"],
  ["cached_content", "cached_content"],
  ["constructor", undefined],
  ["", undefined],
])("§12 the field '%s' is the client's %s", (field, path) => {
  expect(toClientPath(field)).toBe(path);
});

describe("§12 what is wrong, in the client's terms", () => {
  const field = "tools[0].function_declarations[3].parameters.type";
  const path = "tools[3].function.parameters.type";

  test("§12 fieldViolations are message and param", () => {
    const violation = { field, description: `Invalid value at '${field}'` };
    const error = errorOf(400, {
      code: 400,
      message: "Request contains an invalid argument.",
      status: "INVALID_ARGUMENT",
      details: [violating(violation)],
    });
    expect(error.toEnvelope().error).toEqual({
      message: `Request contains an invalid argument.\nInvalid value at '${path}'`,
      type: "invalid_request_error",
      param: path,
      code: null,
    });
  });

  test("§12 our names are taken out of descriptions too", () => {
    const violation = {
      field: "cached_content",
      description: "No projects/acme-prod/locations/us-east1/cachedContents/7.",
    };
    const error = errorOf(400, { code: 400, message: "No.", details: [violating(violation)] });
    expect(error.message).toBe("No.\nNo projects/…");
  });

  test("§12 what the message says already is said once", () => {
    const description = `Invalid value at '${field}'`;
    const error = errorOf(400, { code: 400, message: description, details: [violating({ field, description })] });
    expect(error.message).toBe(`Invalid value at '${path}'`);
  });

  test("§12 the first violation that is the client's is the param", () => {
    const details = [violating({ field: "generation_config.brand_new" }, { field: "generation_config.seed" })];
    expect(errorOf(400, { code: 400, message: "No.", details }).param).toBe("seed");
  });

  test.each([
    [
      "* GenerateContentRequest.tools[0].function_declarations[0].parameters.items: missing field.",
      "tools[0].function.parameters.items",
    ],
    ["Invalid value at 'generation_config.top_k' (TYPE_INT32)", "top_k"],
    ["contents and tools are fine words. See tools.", null],
  ])("§12 without them the text is looked through: %s", (message, param) => {
    const error = errorOf(400, { code: 400, message, status: "INVALID_ARGUMENT" });
    expect(error.param).toBe(param);
    expect(error.message).not.toMatch(/GenerateContentRequest|generation_config/);
  });
});

test.each(["No project of that kind is there.", "See the project's page.", "A project - or none - is needed."])(
  "§12 what names nothing stays: %s",
  (message) => {
    expect(errorOf(400, { code: 400, message, status: "INVALID_ARGUMENT" }).message).toBe(message);
  },
);

/** What names our side in Google's messages. */
test.each([
  ["Quota of projects/acme-prod/locations/us-central1/endpoints/99 is odd.", /acme-prod|us-central1|99/],
  ["Consumer 'project_number:123456' or project 123456 is odd.", /123456/],
  ["Account sa-1@acme-prod.iam.gserviceaccount.com lacks it.", /acme|sa-1/],
  ["See https://console.cloud.google.com/apis?project=acme-prod&x=1 first.", /acme/],
  ["No cachedContents/77812 there.", /77812/],
  ["organizations/881 and billingAccounts/01-AB are odd.", /881|01-AB/],
  ["The policy of folders/77812 forbids it.", /77812/],
  ["Project `acme-prod` is not allowed to use Publisher Model `projects/acme-prod/locations/us-east1`.", /acme/],
  ["It is disabled in project acme-prod.", /acme/],
  ["It is disabled in project 'acmeprod', which has no billing.", /acme/],
  ["The call to endpoints/77812 failed.", /77812/],
  ["No tunedModels/acme-77812 there.", /acme|77812/],
  ["No ragCorpora/77812 there.", /77812/],
])("§12 our names are taken out of: %s", (message, ours) => {
  const error = errorOf(400, { code: 400, message, status: "INVALID_ARGUMENT" });
  expect(error.message).not.toMatch(ours);
  expect(error.message).toContain("…");
});

describe("§12 what the log is told", () => {
  test.each<[string, number, object | string, boolean]>([
    ["a page with 404", 404, "<html><title>404 Not Found</title></html>", true],
    ["a 405 without a body", 405, "", true],
    ["a redirect", 308, "", true],
    [
      "a model there is not",
      404,
      { code: 404, status: "NOT_FOUND", message: "Publisher Model `x` was not found." },
      false,
    ],
    ["a page with 502", 502, "<html>", false],
    ["a mistake", 400, { code: 400, status: "INVALID_ARGUMENT", message: "Bad." }, false],
  ])("%s", (_name, status, error, isHinted) => {
    const { cause } = errorOf(status, error);
    expect(cause).toMatchObject({ httpStatus: status });
    if (isHinted) expect(cause).toMatchObject({ hint: "the provider's base_url may be wrong" });
    else expect(cause).not.toHaveProperty("hint");
  });
});
