import { durationMs } from "../duration.ts";
import type { Failure } from "../script.ts";
import type { Code, ErrorResponse, StatusDetail } from "./types.ts";

/** An answer that is an error. */
export interface Refusal {
  readonly status: number;
  readonly body: ErrorResponse;
}

/** A wrong member of the request: its path in snake case and what is wrong with it. */
export type Violation = {
  readonly field: string;
  readonly description: string;
};

/** HTTP status → the canonical word and a usual text. */
const usual: Readonly<Record<number, readonly [Code, string]>> = {
  400: ["INVALID_ARGUMENT", "Request contains an invalid argument."],
  401: ["UNAUTHENTICATED", "Request had invalid authentication credentials."],
  403: ["PERMISSION_DENIED", "The caller does not have permission"],
  404: ["NOT_FOUND", "Requested entity was not found."],
  409: ["ABORTED", "The operation was aborted."],
  413: ["INVALID_ARGUMENT", "Request payload size exceeds the limit."],
  429: ["RESOURCE_EXHAUSTED", "Resource exhausted. Please try again later."],
  499: ["CANCELLED", "The operation was cancelled."],
  500: ["INTERNAL", "Internal error encountered."],
  501: ["UNIMPLEMENTED", "Operation is not implemented, or supported, or enabled."],
  503: ["UNAVAILABLE", "The service is currently unavailable."],
  504: ["DEADLINE_EXCEEDED", "Deadline expired before operation could complete."],
};

const codes: readonly Code[] = [
  ...(["CANCELLED", "UNKNOWN", "INVALID_ARGUMENT", "DEADLINE_EXCEEDED", "NOT_FOUND", "ALREADY_EXISTS"] as const),
  ...(["PERMISSION_DENIED", "UNAUTHENTICATED", "RESOURCE_EXHAUSTED", "FAILED_PRECONDITION", "ABORTED"] as const),
  ...(["OUT_OF_RANGE", "UNIMPLEMENTED", "INTERNAL", "UNAVAILABLE", "DATA_LOSS"] as const),
];

/** An error in Google's shape. */
export function refusal(status: number, message?: string, details: readonly StatusDetail[] = []): Refusal {
  const [word, text] = usual[status] ?? ["UNKNOWN", "Unknown Error."];
  const error = { code: status, message: message ?? text, status: word };
  return { status, body: { error: details.length > 0 ? { ...error, details: [...details] } : error } };
}

/** 400 with a text alone, as the rules behind the JSON parser answer. */
export const invalidArgument = (message: string): Refusal => refusal(400, message);

/** 400 with every wrong member, as the JSON parser answers. */
export function badRequest(violations: readonly Violation[]): Refusal {
  const detail = { "@type": "type.googleapis.com/google.rpc.BadRequest", fieldViolations: [...violations] };
  return refusal(400, violations.map(({ description }) => description).join("\n"), [detail]);
}

/** A script's error. A reason that is no canonical word, such as API_KEY_INVALID, becomes an ErrorInfo. */
export function fromFailure(failure: Omit<Failure, "status"> & { readonly status: number }): Refusal {
  const code = codes.find((word) => word === failure.reason);
  const info = code === undefined && failure.reason !== undefined ? [errorInfo(failure.reason)] : [];
  const retry = failure.retry_after === undefined ? [] : [retryInfo(failure.retry_after)];
  const made = refusal(failure.status, failure.message, [...info, ...retry, ...(failure.details ?? [])]);
  return code === undefined ? made : { ...made, body: { error: { ...made.body.error, status: code } } };
}

/** The reason of an error for machines. */
export const errorInfo = (reason: string, metadata: Record<string, string> = {}): StatusDetail => ({
  "@type": "type.googleapis.com/google.rpc.ErrorInfo",
  reason,
  domain: "googleapis.com",
  metadata: { service: "aiplatform.googleapis.com", ...metadata },
});

/** protobuf writes durations in seconds only. */
function retryInfo(duration: string): StatusDetail {
  return { "@type": "type.googleapis.com/google.rpc.RetryInfo", retryDelay: `${durationMs(duration) / 1000}s` };
}

/** What Google's front end says about a path no service has: a page, not JSON. */
export const unknownPathPage = (path: string): string => `<!DOCTYPE html>
<html lang=en>
  <meta charset=utf-8>
  <title>Error 404 (Not Found)!!1</title>
  <p><b>404.</b> <ins>That’s an error.</ins>
  <p>The requested URL <code>${path.replaceAll(/[<>&]/g, "")}</code> was not found on this server.  <ins>That’s all we know.</ins>
`;
