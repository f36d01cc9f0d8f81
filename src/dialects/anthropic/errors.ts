import { validateErrorResponse } from "../../../generated/validators/anthropic.tolerant.mjs";
import { type ErrorName, GatewayError } from "../../errors.ts";
import { readBedrockFailure } from "../bedrock-errors.ts";
import type { Facts, UpstreamFailure } from "../dialect.ts";
import { toGeminiError } from "../gemini/errors.ts";
import { retryAfterMs } from "../openai/retry-after.ts";
import { firstClientPath, withClientPaths } from "./field-paths.ts";
import type { ErrorObject } from "./types.ts";

/** A client's usual path → the path in this client's request; undefined where it has none. */
type Places = (usual: string) => string | undefined;

/**
 * An answer of Anthropic's outside 2xx as an error of ours.
 *
 * Bodies are Anthropic's; on Vertex AI also Google's, on Bedrock Amazon's; or HTML from a proxy, of which nothing is
 * shown. What concerns our account with the upstream is told in our words.
 *
 * @param places what the client's request has where; without it the usual paths are told
 * @see specs/anthropic.yaml#/components/schemas/ErrorResponse
 * @see reference: openai-chat-to-anthropic §12
 */
export function toAnthropicError(
  failure: UpstreamFailure,
  requested: string,
  places: Places = (usual) => usual,
): GatewayError {
  const body = parse(failure.text);
  if (isOfGoogle(body)) return toGeminiError(failure, requested, places);
  const said = ofAmazon(failure) ?? errorIn(body);
  const { status, headers } = failure;
  return toError(said, { status, requested, places, headers, requestId: requestIdOf(headers, body) });
}

/** By which id the host knows the request: its people ask for it. */
function requestIdOf(headers: UpstreamFailure["headers"], body: unknown): unknown {
  const inBody = typeof body === "object" && body !== null && "request_id" in body ? body.request_id : undefined;
  return headers["request-id"] ?? headers["x-amzn-requestid"] ?? inBody;
}

/** The error that a body or an event of status 200 turns out to be. Its type says which status it stands for. */
export function toErrorWithin(
  body: unknown,
  { facts, places }: { readonly facts: Facts; readonly places: Places },
): GatewayError {
  const requested = facts.responseModel ?? facts.upstreamModel;
  if (isOfGoogle(body))
    return toGeminiError({ status: 500, headers: {}, text: JSON.stringify(body) }, requested, places);
  return toError(errorIn(body), { status: 500, requested, places, headers: {}, requestId: requestIdOf({}, body) });
}

/** An error as some host put it: its type, and what it says. */
type Said = Pick<ErrorObject, "type" | "message" | "details"> & {
  /** What it means, where the type is not of Anthropic's words. */
  readonly name?: ErrorName;
};

interface Around {
  /** What came around it. */
  readonly status: number;
  readonly requested: string;
  readonly places: Places;
  readonly headers: UpstreamFailure["headers"];
  readonly requestId: unknown;
}

function toError(said: Said, { status, requested, places, headers, requestId }: Around): GatewayError {
  const name = nameOf(said, status);
  const message = said.message ?? "";
  const usual = name === "context_length_exceeded" ? "messages" : name === "invalid_value" ? "max_tokens" : undefined;
  const about = name === "invalid_request" ? firstClientPath(message, places) : undefined;
  return new GatewayError(name, messageOf(name, message, requested, places), {
    param: usual === undefined ? about : places(usual),
    retryAfterMs: retryAfterMs(headers),
    headers: adviceIn(headers),
    code: name === "invalid_request" && filtered.test(message) ? "content_policy_violation" : undefined,
    cause: { httpStatus: status, error: said, ...(requestId != null && { requestId }) },
  });
}

/** Whether to try again: what Anthropic says of it counts more than a status, to OpenAI's clients too. */
function adviceIn({ "x-should-retry": advice }: UpstreamFailure["headers"]): Record<string, string> | undefined {
  return advice === "true" || advice === "false" ? { "x-should-retry": advice } : undefined;
}

/** Anthropic's words for what went wrong. Each has a status of its own, and in streams it stands alone. */
const byType: ReadonlyMap<string, ErrorName> = new Map<string, ErrorName>([
  ["invalid_request_error", "invalid_request"],
  ["authentication_error", "upstream_auth_error"],
  ["billing_error", "insufficient_quota"],
  ["permission_error", "permission_denied"],
  ["not_found_error", "model_not_found"],
  ["conflict_error", "conflict"],
  ["request_too_large", "request_too_large"],
  ["rate_limit_error", "rate_limit_exceeded"],
  ["timeout_error", "upstream_timeout"],
  ["api_error", "upstream_error"],
  ["overloaded_error", "overloaded"],
]);

const byHttpStatus: Readonly<Record<number, ErrorName>> = {
  400: "invalid_request",
  401: "upstream_auth_error",
  402: "insufficient_quota",
  403: "upstream_auth_error",
  404: "model_not_found",
  408: "upstream_timeout",
  409: "conflict",
  413: "request_too_large",
  424: "upstream_error",
  429: "rate_limit_exceeded",
  502: "upstream_unreachable",
  503: "overloaded",
  504: "upstream_timeout",
  529: "overloaded",
};

function nameOf({ type, message, details, name: known }: Said, status: number): ErrorName {
  const name = known ?? byType.get(type ?? "") ?? byHttpStatus[status];
  if (name === undefined) return status >= 400 && status < 500 ? "invalid_request" : "upstream_error";
  const said = message ?? "";
  if (name === "model_not_found" && known === undefined && said !== "" && !/\bmodel\b/i.test(said)) return "not_found";
  if (name !== "invalid_request") return name;
  if (tooLong.test(said) || tooLongTogether.test(said) || /\binput is too long\b/i.test(said)) {
    return "context_length_exceeded";
  }
  if (limitTooHigh.test(said)) return "invalid_value";
  return spent.test(said) || /billing|credit|spend/.test(details?.error_code ?? "") ? "insufficient_quota" : name;
}

/** A prompt above the model's context: how long it is and how long it may be. */
const tooLong = /prompt is too long(?:: (\d+) tokens? > (\d+) maximum)?/i;
/** The same with the answer's limit on top. */
const tooLongTogether = /input length and `?max_tokens`? exceed context limit(?:: (\d+) \+ (\d+) > (\d+))?/i;
/** A limit of the answer above the model's own. */
const limitTooHigh = /max_tokens: (\d+) > (\d+), which is the maximum allowed/;
/** Money, which comes as a bad request too. */
const spent = /credit balance is too low|reached your specified (?:API )?usage limits?|\bspend(?:ing)? limit/i;
/** The answer was taken back. */
const filtered = /output blocked by content filtering policy/i;

/** Messages of our own where Anthropic's would speak of our side: credentials, accounts, money. */
function messageOf(name: ErrorName, message: string, requested: string, places: Places): string {
  switch (name) {
    case "upstream_auth_error":
      return "The upstream refused the gateway's credentials.";
    case "permission_denied":
      return "The upstream does not let the gateway's account do this.";
    case "insufficient_quota":
      return "The gateway's account with the upstream has no credit left, or has reached its limit.";
    case "model_not_found":
      return `The model \`${requested}\` does not exist or you do not have access to it.`;
    case "context_length_exceeded":
      return lengthMessage(message);
    case "invalid_value": {
      const [, sent, most] = limitTooHigh.exec(message) ?? [];
      return `${places("max_tokens") ?? "max_tokens"} is too large: ${sent}. This model supports at most ${most} completion tokens, whereas you provided ${sent}.`;
    }
    default:
      return message === ""
        ? "The server had an error while processing your request."
        : withClientPaths(withoutAccounts(message), places);
  }
}

/** In OpenAI's words, for clients that cut their history look for them. */
function lengthMessage(message: string): string {
  const [, input, output, limit] = tooLongTogether.exec(message) ?? [];
  if (limit !== undefined) {
    const sum = Number(input) + Number(output);
    return `This model's maximum context length is ${limit} tokens. However, you requested ${sum} tokens (${input} in the messages, ${output} in the completion). Please reduce the length of the messages or completion.`;
  }
  const [, sent = "more", most] = tooLong.exec(message) ?? [];
  const length = most === undefined ? "exceeded:" : `${most} tokens. However,`;
  return `This model's maximum context length is ${length} your messages resulted in ${sent} tokens. Please reduce the length of the messages.`;
}

/** Takes out what names our side: organisations, workspaces and accounts of ours. */
function withoutAccounts(message: string): string {
  return message
    .replace(/\b[\da-f]{8}-(?:[\da-f]{4}-){3}[\da-f]{12}\b/gi, "…")
    .replace(/\b(org|wrkspc|apikey)_\w{6,}/g, "$1_…")
    .replace(/\barn:aws[\w-]*:[^\s'"`,;)]+/g, "arn:aws:…")
    .replace(/\baccount (?:id )?\d{12}\b/gi, "account …");
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Google's own errors, of credentials, quotas and places, have a number and a word of google.rpc; they come in lists too. */
function isOfGoogle(body: unknown): boolean {
  const first: unknown = Array.isArray(body) ? body[0] : body;
  if (typeof first !== "object" || first === null || !("error" in first)) return false;
  const { error } = first;
  return typeof error === "object" && error !== null && !("type" in error) && ("status" in error || "code" in error);
}

/** Amazon's errors are a message; what kind of error it is stands in a header. */
function ofAmazon(failure: UpstreamFailure): Said | undefined {
  const refusal = readBedrockFailure(failure);
  return refusal && { type: refusal.exception, message: refusal.message, name: refusal.name };
}

function errorIn(body: unknown): Said {
  return validateErrorResponse(body) && body.error != null ? body.error : {};
}
