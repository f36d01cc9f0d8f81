import { durationMs } from "../duration.ts";
import { randomText } from "../openai/ids.ts";
import type { Failure } from "../script.ts";
import { fromFailure as fromGoogleFailure, refusal as googleRefusal } from "../vertex/refusals.ts";
import type { Surface } from "./surface.ts";
import type { ErrorBody, ErrorType } from "./types.ts";

/** An answer that is an error. */
export interface Refusal {
  readonly status: number;
  readonly type: string;
  readonly message: string;
  readonly details?: Readonly<Record<string, unknown>> | undefined;
  /** Seconds until the next try. */
  readonly retryAfter?: number | undefined;
  /** Google's own shape, from in front of the model. */
  readonly google?: object | undefined;
}

/** HTTP status → the type and a usual text. */
const usual: Readonly<Record<number, readonly [ErrorType, string]>> = {
  400: ["invalid_request_error", "Error"],
  401: ["authentication_error", "invalid x-api-key"],
  402: ["billing_error", "Your credit balance is too low to access the Anthropic API."],
  403: ["permission_error", "Your API key does not have permission to use the specified resource."],
  404: ["not_found_error", "Not Found"],
  405: ["invalid_request_error", "Method Not Allowed"],
  409: ["conflict_error", "The request conflicts with the state of the resource."],
  413: ["request_too_large", "Request exceeds the maximum size"],
  429: ["rate_limit_error", "This request would exceed your organization's rate limit of 50 requests per minute."],
  500: ["api_error", "Internal server error"],
  504: ["timeout_error", "Request timed out"],
  529: ["overloaded_error", "Overloaded"],
};

/** An error in Anthropic's words. */
export function refusal(status: number, message?: string): Refusal {
  const [type, text] =
    usual[status] ?? (status >= 500 ? ["api_error", "Internal server error"] : ["invalid_request_error", "Error"]);
  return { status, type, message: message ?? text };
}

/** 400 with a text, as nearly all rules answer. */
export const badRequest = (message: string): Refusal => refusal(400, message);

/** An error of what stands in front of Claude on Vertex AI, in Google's shape. */
export function fromGoogle(status: number, message: string, word?: "FAILED_PRECONDITION"): Refusal {
  const { body } = googleRefusal(status, message);
  return {
    ...refusal(status, message),
    google: word === undefined ? body : { error: { ...body.error, status: word } },
  };
}

/** A canonical word of Google's, such as RESOURCE_EXHAUSTED. */
const isGoogleWord = (word: string): boolean => /^[A-Z][A-Z_]+$/.test(word);

/** A script's error. On Vertex AI quotas are Google's, and so is what a script gives one of Google's words. */
export function fromFailure(failure: Failure, { name }: Pick<Surface, "name">): Refusal {
  const { status, message, reason, code, retry_after, details } = failure;
  const made = refusal(status, message);
  const retryAfter = retry_after === undefined ? undefined : Math.ceil(durationMs(retry_after) / 1000);
  const fromGoogle = reason === undefined ? status === 429 : isGoogleWord(reason);
  if (name === "vertex" && fromGoogle) return { ...made, retryAfter, google: fromGoogleFailure(failure).body };
  const facts = Object.assign({}, ...(details ?? []), code === undefined ? {} : { error_code: code });
  return {
    ...made,
    ...(reason !== undefined && { type: reason }),
    ...(Object.keys(facts).length > 0 && { details: facts }),
    retryAfter,
  };
}

/** The body of an error, and the event of one. */
export function errorBody({ type, message, details }: Refusal, requestId: string): ErrorBody {
  return { type: "error", error: { type, message, ...(details && { details }) }, request_id: requestId };
}

/** `req_011Cabc…`, or `req_vrtx_011Cabc…` */
export const newRequestId = ({ mark }: Pick<Surface, "mark">): string => `req_${mark}011C${randomText(20)}`;
