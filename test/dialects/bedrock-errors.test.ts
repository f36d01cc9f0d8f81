import { describe, expect, test } from "vitest";
import { toAnthropicError } from "../../src/dialects/anthropic/errors.ts";
import { readBedrockFailure } from "../../src/dialects/bedrock-errors.ts";
import type { ErrorName } from "../../src/errors.ts";

const failureOf = (type: string | undefined, body: object | string, status = 400) => ({
  status,
  headers: type === undefined ? {} : { "x-amzn-errortype": type },
  text: typeof body === "string" ? body : JSON.stringify(body),
});

/** Amazon's word, its usual status, what it says, and what it is here. */
const rows: readonly (readonly [type: string, status: number, message: string, name: ErrorName, want: number])[] = [
  ["ValidationException", 400, "Malformed input request: #: required key [messages] not found", "invalid_request", 400],
  ["ValidationException", 400, "Input is too long for requested model.", "context_length_exceeded", 400],
  ["ValidationException", 400, "The provided model identifier is invalid.", "model_not_found", 404],
  [
    "ValidationException",
    400,
    "Invocation of model ID x with on-demand throughput isn’t supported. Retry your request with the ID or ARN of an inference profile that contains this model.",
    "model_not_found",
    404,
  ],
  ["ValidationException", 400, "Operation not allowed", "permission_denied", 403],
  ["SerializationException", 400, "", "invalid_request", 400],
  [
    "AccessDeniedException",
    403,
    "You don't have access to the model with the specified model ID.",
    "permission_denied",
    403,
  ],
  [
    "AccessDeniedException",
    403,
    "Authentication failed: Please make sure your API Key is valid.",
    "upstream_auth_error",
    502,
  ],
  ["ExpiredTokenException", 403, "The security token included in the request is expired", "upstream_auth_error", 502],
  [
    "UnrecognizedClientException",
    403,
    "The security token included in the request is invalid.",
    "upstream_auth_error",
    502,
  ],
  ["InvalidSignatureException", 403, "Signature expired: 1 is now earlier than 2", "upstream_auth_error", 502],
  ["MissingAuthenticationTokenException", 403, "Missing Authentication Token", "upstream_auth_error", 502],
  ["IncompleteSignatureException", 403, "", "upstream_auth_error", 502],
  ["ResourceNotFoundException", 404, "This model version has reached the end of its life.", "model_not_found", 404],
  ["UnknownOperationException", 404, "", "not_found", 404],
  ["ModelTimeoutException", 408, "Model has timed out", "upstream_timeout", 504],
  ["RequestEntityTooLargeException", 413, "", "request_too_large", 413],
  ["ModelErrorException", 424, "The model failed", "upstream_error", 500],
  ["ModelStreamErrorException", 424, "The model failed", "upstream_error", 500],
  ["ThrottlingException", 429, "Too many requests", "rate_limit_exceeded", 429],
  ["ThrottlingException", 429, "Too many tokens, please wait before trying again.", "rate_limit_exceeded", 429],
  ["ServiceQuotaExceededException", 400, "Quota", "rate_limit_exceeded", 429],
  ["ModelNotReadyException", 429, "Not ready", "overloaded", 503],
  ["InternalServerException", 500, "", "upstream_error", 500],
  ["ServiceUnavailableException", 503, "", "overloaded", 503],
  ["SomethingNewException", 429, "", "rate_limit_exceeded", 429],
  ["SomethingNewException", 403, "", "upstream_auth_error", 502],
  ["SomethingNewException", 422, "", "invalid_request", 400],
  ["SomethingNewException", 500, "", "upstream_error", 500],
];

describe("Bedrock's refusals", () => {
  test.each(rows)("%s (%d) %j is %s", (type, status, message, name, want) => {
    expect(readBedrockFailure(failureOf(type, { message }, status))).toEqual({
      name,
      exception: type.replace(/Exception$/, ""),
      message,
    });
    const error = toAnthropicError(failureOf(type, { message }, status), "asked");
    expect([error.errorName, error.status]).toEqual([name, want]);
  });

  test.each([
    ["throttlingException"],
    ["ThrottlingException:http://internal.amazon.com/coral/com.amazon.bedrock/"],
    ["com.amazon.bedrock#ThrottlingException"],
  ])("%s is the same word", (type) => {
    expect(readBedrockFailure(failureOf(type, { message: "m" }))?.name).toBe("rate_limit_exceeded");
    expect(readBedrockFailure(failureOf(undefined, { __type: type, message: "m" }))?.name).toBe("rate_limit_exceeded");
  });

  test("what stands in front of the service writes its message otherwise", () => {
    expect(readBedrockFailure(failureOf("AccessDeniedException", { Message: "m" }, 403))?.message).toBe("m");
  });

  test.each(["", "<html>", "null", "[]", '"x"'])("a body of %j has no message", (text) => {
    expect(readBedrockFailure(failureOf("ThrottlingException", text))).toMatchObject({ message: "" });
  });

  test.each(["", "<html>busy</html>", "null", '{"message":"m"}', '{"type":"error","error":{"type":"api_error"}}'])(
    "%s alone is not Amazon's",
    (text) => {
      expect(readBedrockFailure(failureOf(undefined, text))).toBeUndefined();
    },
  );

  test("accounts of ours are not told", () => {
    const message =
      "User: arn:aws:iam::123456789012:user/x of account 123456789012 may not; arn:aws:bedrock:us-east-1:1:y is bad";
    const { message: told } = toAnthropicError(failureOf("ValidationException", { message }), "asked");
    expect(told).toBe("User: arn:aws:… of account … may not; arn:aws:… is bad");
  });

  test("a resource that is not found is the model, whatever it is called", () => {
    const error = toAnthropicError(
      failureOf("ResourceNotFoundException", { message: "No such profile." }, 404),
      "asked",
    );
    expect(error.message).toBe("The model `asked` does not exist or you do not have access to it.");
  });
});
