import { validateErrorResponse } from "../../../generated/validators/vertex.tolerant.mjs";
import { type ErrorName, GatewayError } from "../../errors.ts";
import type { UpstreamFailure } from "../dialect.ts";
import type { Status } from "./types.ts";

type Details = NonNullable<Status["details"]>;

/**
 * An answer of Google's outside 2xx as an error of ours.
 *
 * Bodies are `{"error": …}`, or a list of one where a stream was asked for without `alt=sse`, or HTML from a proxy,
 * of which nothing is shown. Project numbers and resource names are taken out of messages.
 *
 * @see specs/vertex.yaml#/components/schemas/Status
 */
export function toGeminiError(failure: UpstreamFailure, requested: string): GatewayError {
  return toStatusError(statusIn(failure.text), failure.status, requested);
}

function statusIn(text: string): unknown {
  try {
    const body: unknown = JSON.parse(text);
    const first: unknown = Array.isArray(body) ? body[0] : body;
    return typeof first === "object" && first !== null && "error" in first ? first.error : undefined;
  } catch {
    return undefined;
  }
}

/** A `google.rpc.Status`, possibly without a code, as an error of ours. `httpStatus` is what came around it. */
export function toStatusError(error: unknown, httpStatus: number, requested: string): GatewayError {
  const wrapped: unknown = { error };
  const status: Status = validateErrorResponse(wrapped) && wrapped.error != null ? wrapped.error : {};
  const name = nameOf(status, httpStatus);
  const message = messageOf(name, status, requested);
  return new GatewayError(name, message, {
    param: params[name],
    retryAfterMs: retryAfterMs(status.details ?? []),
    cause: { httpStatus, error },
  });
}

/** Where an error is about one parameter; Google's own words speak of its fields, and name none of the client's. */
const params: Partial<Readonly<Record<ErrorName, string>>> = {
  context_length_exceeded: "messages",
  invalid_value: "max_tokens",
};

/** google.rpc's codes by name; some errors in streams carry only these. */
const byStatus: Readonly<Record<string, ErrorName>> = {
  INVALID_ARGUMENT: "invalid_request",
  FAILED_PRECONDITION: "invalid_request",
  OUT_OF_RANGE: "invalid_request",
  UNAUTHENTICATED: "upstream_auth_error",
  PERMISSION_DENIED: "upstream_auth_error",
  NOT_FOUND: "model_not_found",
  ABORTED: "conflict",
  ALREADY_EXISTS: "conflict",
  RESOURCE_EXHAUSTED: "rate_limit_exceeded",
  CANCELLED: "upstream_error",
  UNKNOWN: "upstream_error",
  INTERNAL: "upstream_error",
  DATA_LOSS: "upstream_error",
  UNIMPLEMENTED: "unsupported_operation",
  UNAVAILABLE: "overloaded",
  DEADLINE_EXCEEDED: "upstream_timeout",
};

const byHttpStatus: Readonly<Record<number, ErrorName>> = {
  400: "invalid_request",
  401: "upstream_auth_error",
  403: "upstream_auth_error",
  404: "model_not_found",
  408: "upstream_timeout",
  409: "conflict",
  413: "request_too_large",
  429: "rate_limit_exceeded",
  501: "unsupported_operation",
  502: "upstream_unreachable",
  503: "overloaded",
  504: "upstream_timeout",
};

function nameOf(status: Status, httpStatus: number): ErrorName {
  const details = status.details ?? [];
  if (details.some((detail) => detail.reason === "API_KEY_INVALID")) return "upstream_auth_error";
  // A body that is too large has no word of its own: it is an INVALID_ARGUMENT like any other.
  if (httpStatus === 413) return "request_too_large";
  const name = byStatus[status.status ?? ""] ?? byHttpStatus[status.code ?? httpStatus] ?? byHttpStatus[httpStatus];
  if (name === "invalid_request" && isTooLong(status.message ?? "")) return "context_length_exceeded";
  if (name === "invalid_request" && limitTooHigh.test(status.message ?? "")) return "invalid_value";
  if (name === "rate_limit_exceeded" && isQuota(details)) return "insufficient_quota";
  return name ?? (httpStatus >= 400 && httpStatus < 500 ? "invalid_request" : "upstream_error");
}

function isTooLong(message: string): boolean {
  return /input token count .*exceeds the maximum number of tokens/i.test(message);
}

/** A limit of the answer above the model's own. */
const limitTooHigh = /maxOutputTokens value of (\d+) but the supported range is .* to (\d+) \(exclusive\)/;

/** A quota that comes back with the day is not worth waiting for. */
function isQuota(details: Details): boolean {
  return details.some((detail) =>
    (detail.violations ?? []).some((one) => /per_?day/i.test(one.quotaId ?? one.quotaMetric ?? "")),
  );
}

/** Messages of our own where Google's would speak of our side: credentials, hosts, projects. */
function messageOf(name: ErrorName, status: Status, requested: string): string {
  const said = status.message == null || status.message === "" ? undefined : withoutResources(status.message);
  switch (name) {
    case "upstream_auth_error":
      return "The upstream refused the gateway's credentials.";
    case "model_not_found":
      return `The model \`${requested}\` does not exist or you do not have access to it.`;
    case "context_length_exceeded": {
      const [sent, most] = /\((\d+)\)[^(]*\((\d+)\)/.exec(status.message ?? "")?.slice(1) ?? [];
      return `This model's maximum context length is ${most ?? "?"} tokens. However, your messages resulted in ${sent ?? "more"} tokens. Please reduce the length of the messages.`;
    }
    case "invalid_value": {
      const [sent, above] = limitTooHigh.exec(status.message ?? "")?.slice(1) ?? [];
      return `max_tokens is too large: ${sent}. This model supports at most ${Number(above) - 1} completion tokens, whereas you provided ${sent}.`;
    }
    default:
      return said ?? "The server had an error while processing your request.";
  }
}

function withoutResources(message: string): string {
  return message
    .replace(/projects\/[^\s'"/]+/g, "projects/…")
    .replace(/\bproject(?: number)?[ :]+["'`]?[a-z0-9-]*\d[a-z0-9-]*["'`]?/gi, "project …");
}

/** `RetryInfo.retryDelay` is a protobuf duration: "34.4s". */
function retryAfterMs(details: Details): number | undefined {
  for (const detail of details) {
    const seconds = /^(\d+(?:\.\d+)?)s$/.exec(detail.retryDelay ?? "")?.[1];
    if (seconds !== undefined) return Math.ceil(Number(seconds) * 1000);
  }
  return undefined;
}
