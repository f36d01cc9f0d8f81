import type { ErrorName } from "../errors.ts";
import type { UpstreamFailure } from "./dialect.ts";

/** A refusal of Bedrock's, whichever language was spoken: what kind it is, and what it says. */
export interface BedrockRefusal {
  /** The row of our table; of a mere `invalid_request` a dialect may know more. */
  readonly name: ErrorName;
  /** Amazon's word for it without the `Exception` at its end, as `Throttling`. */
  readonly exception: string;
  readonly message: string;
}

/** Amazon's words, without the `Exception` at their end. In streams they begin in lower case. */
const byException: ReadonlyMap<string, ErrorName> = new Map<string, ErrorName>([
  ["Validation", "invalid_request"],
  ["Serialization", "invalid_request"],
  ["Conflict", "conflict"],
  ["RequestEntityTooLarge", "request_too_large"],
  ["AccessDenied", "permission_denied"],
  ["NotAuthorized", "permission_denied"],
  ["OptInRequired", "permission_denied"],
  ["ExpiredToken", "upstream_auth_error"],
  ["RequestExpired", "upstream_auth_error"],
  ["InvalidSignature", "upstream_auth_error"],
  ["IncompleteSignature", "upstream_auth_error"],
  ["SignatureDoesNotMatch", "upstream_auth_error"],
  ["MissingAuthenticationToken", "upstream_auth_error"],
  ["UnrecognizedClient", "upstream_auth_error"],
  ["InvalidClientTokenId", "upstream_auth_error"],
  ["ResourceNotFound", "model_not_found"],
  ["UnknownOperation", "not_found"],
  ["Throttling", "rate_limit_exceeded"],
  ["TooManyRequests", "rate_limit_exceeded"],
  ["ServiceQuotaExceeded", "rate_limit_exceeded"],
  ["ModelTimeout", "upstream_timeout"],
  ["ModelError", "upstream_error"],
  ["ModelStreamError", "upstream_error"],
  ["ModelNotReady", "overloaded"],
  ["InternalServer", "upstream_error"],
  ["InternalFailure", "upstream_error"],
  ["ServiceUnavailable", "overloaded"],
]);

/** What a bad request or a missing right is about, where only its words tell. */
const bySaying: readonly (readonly [said: RegExp, name: ErrorName])[] = [
  [/\binput is too long\b|\btoo many (?:input )?tokens\b/i, "context_length_exceeded"],
  [/\bmodel identifier is invalid\b/i, "model_not_found"],
  [/\bon-demand throughput isn.t supported\b/i, "model_not_found"],
  [/\boperation not allowed\b/i, "permission_denied"],
  [/\bapi key is valid\b|\bbearer token has expired\b|\bsecurity token\b/i, "upstream_auth_error"],
];

const mayMeanMore: ReadonlySet<ErrorName> = new Set<ErrorName>(["invalid_request", "permission_denied"]);

/**
 * Reads a refusal of Bedrock's: the kind stands in the header `x-amzn-errortype`, or in `__type` of the body; a message
 * beside it. An exception in the middle of a stream comes in the same form.
 *
 * Fails with undefined for a failure that is not Amazon's.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_InvokeModel.html#API_runtime_InvokeModel_Errors
 * @see https://docs.aws.amazon.com/bedrock/latest/APIReference/CommonErrors.html
 * @see reference: openai-chat-to-anthropic §12, upstream-auth §4
 */
export function readBedrockFailure({ status, headers, text }: UpstreamFailure): BedrockRefusal | undefined {
  const body = parse(text);
  const type = headers["x-amzn-errortype"] ?? memberOf(body, "__type");
  if (typeof type !== "string") return undefined;
  const message = textOf(memberOf(body, "message") ?? memberOf(body, "Message"));
  const exception = toException(type);
  return { name: nameOf(exception, message, status), exception, message };
}

function nameOf(exception: string, message: string, status: number): ErrorName {
  const name = byException.get(exception) ?? byStatus(status);
  const meant = mayMeanMore.has(name) ? bySaying.find(([said]) => said.test(message)) : undefined;
  return meant?.[1] ?? name;
}

/** For words that are newer than this table. */
function byStatus(status: number): ErrorName {
  if (status === 429) return "rate_limit_exceeded";
  if (status === 401 || status === 403) return "upstream_auth_error";
  return status >= 400 && status < 500 ? "invalid_request" : "upstream_error";
}

/** `throttlingException`, `ThrottlingException:http://…` and `com.amazon…#ThrottlingException` are one word. */
function toException(type: string): string {
  const word = type
    .replace(/:.*$/s, "")
    .replace(/^.*#/s, "")
    .replace(/Exception$/, "");
  return word.charAt(0).toUpperCase() + word.slice(1);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function memberOf(body: unknown, name: string): unknown {
  return typeof body === "object" && body !== null ? Reflect.get(body, name) : undefined;
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}
