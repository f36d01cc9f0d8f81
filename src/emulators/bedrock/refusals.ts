import { durationMs } from "../duration.ts";
import type { Failure } from "../script.ts";

/** An answer that is an error. */
export interface Refusal {
  readonly status: number;
  /** Name of the exception. */
  readonly type: string;
  readonly message: string;
  /** Whether something in front of the service refuses, which writes its message otherwise. */
  readonly outside?: boolean | undefined;
  /** Seconds until the next try. */
  readonly retryAfter?: number | undefined;
  /** Further members of the body. */
  readonly facts?: Readonly<Record<string, unknown>> | undefined;
}

/** Status → the exception and a usual text. Several exceptions share a status; the usual one is first. */
const usual: Readonly<Record<number, readonly [type: string, text: string]>> = {
  400: ["ValidationException", "The request is not valid."],
  401: ["UnrecognizedClientException", "The security token included in the request is invalid."],
  402: ["ServiceQuotaExceededException", "Your request exceeds the service quota for your account."],
  403: ["AccessDeniedException", "You don't have access to the model with the specified model ID."],
  404: ["ResourceNotFoundException", "Could not resolve the foundation model from the provided model identifier."],
  408: ["ModelTimeoutException", "Model has timed out in processing the request. Try your request again."],
  409: ["ConflictException", "The request conflicts with the current state of the resource."],
  413: ["RequestEntityTooLargeException", "The request is too large."],
  424: ["ModelErrorException", "The system encountered an unexpected error during processing. Try your request again."],
  429: ["ThrottlingException", "Too many requests, please wait before trying again."],
  500: [
    "InternalServerException",
    "The system encountered an unexpected error during processing. Try your request again.",
  ],
  504: ["ModelTimeoutException", "Model has timed out in processing the request. Try your request again."],
  503: ["ServiceUnavailableException", "Bedrock is unable to process your request."],
};

/** An error in Bedrock's words. */
export function refusal(status: number, message?: string, type?: string): Refusal {
  const [usualType, text] = usual[status] ?? usual[status >= 500 ? 500 : 400] ?? ["InternalServerException", ""];
  return { status, type: type ?? usualType, message: message ?? text };
}

/** 400 with a text, as nearly all rules answer. */
export const invalid = (message: string): Refusal => refusal(400, message);

/** A value of the wrong kind: the service cannot read the body at all. */
export const unreadable = (message: string): Refusal => refusal(400, message, "SerializationException");

/** A script's error. Its reason is the name of the exception. */
export function fromFailure({ status, message, reason, retry_after, details }: Failure): Refusal {
  const facts = Object.assign({}, ...(details ?? []));
  return {
    ...refusal(status, message, reason),
    ...(Object.keys(facts).length > 0 && { facts }),
    retryAfter: retry_after === undefined ? undefined : Math.ceil(durationMs(retry_after) / 1000),
  };
}

/** The exceptions that a stream can end with, by the status they have elsewhere. */
const inStreams: Readonly<Record<number, string>> = {
  400: "validationException",
  408: "modelTimeoutException",
  424: "modelStreamErrorException",
  429: "throttlingException",
  500: "internalServerException",
  503: "serviceUnavailableException",
};

/** The name of an exception within a stream. */
export const streamException = (status: number, reason: string | undefined): string =>
  reason === undefined
    ? (inStreams[status] ?? "internalServerException")
    : reason.charAt(0).toLowerCase() + reason.slice(1);
