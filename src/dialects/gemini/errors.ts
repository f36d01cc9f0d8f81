import { validateErrorResponse } from "../../../generated/validators/vertex.tolerant.mjs";
import { type ErrorName, GatewayError } from "../../errors.ts";
import type { UpstreamFailure } from "../dialect.ts";
import type { Places } from "../places.ts";
import { firstClientPath, toClientPath, withClientPaths } from "./field-paths.ts";
import type { Status } from "./types.ts";

type Details = NonNullable<Status["details"]>;

/**
 * An answer of Google's outside 2xx as an error of ours.
 *
 * Bodies are `{"error": …}`, or a list of one where a stream was asked for without `alt=sse`, or HTML from a proxy,
 * of which nothing is shown. Project numbers and resource names are taken out of messages.
 *
 * @param places what the client's request has where; without it the usual paths are told
 * @see specs/vertex.yaml#/components/schemas/Status
 */
export function toGeminiError(failure: UpstreamFailure, requested: string, places?: Places): GatewayError {
  return toStatusError(statusIn(failure.text), failure.status, requested, waitIn(failure.headers), places);
}

/** What `retry-after` says in seconds; Google says it in the body, proxies before it in the header. */
function waitIn(headers: UpstreamFailure["headers"]): number | undefined {
  const value = headers["retry-after"];
  return typeof value === "string" && /^\d+$/.test(value) ? Number(value) * 1000 : undefined;
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

/**
 * A `google.rpc.Status`, possibly without a code, as an error of ours.
 *
 * @param httpStatus what came around it
 * @param waitMs how long to wait where the error itself does not say
 */
export function toStatusError(
  error: unknown,
  httpStatus: number,
  requested: string,
  waitMs?: number,
  places: Places = (usual) => usual,
): GatewayError {
  const wrapped: unknown = { error };
  const status: Status = validateErrorResponse(wrapped) && wrapped.error != null ? wrapped.error : {};
  const name = nameOf(status, httpStatus);
  const message = messageOf(name, status, requested, places);
  const usual = params[name];
  const about = name === "invalid_request" ? paramOf(status, places) : undefined;
  return new GatewayError(name, message, {
    param: usual === undefined ? about : places(usual),
    retryAfterMs: retryAfterMs(status.details ?? []) ?? waitMs,
    cause: { httpStatus, error, ...hintFor(httpStatus, error) },
  });
}

/** For the log: an answer without a word of Google's most likely comes from a place that is not Google's. */
function hintFor(httpStatus: number, error: unknown): { readonly hint?: string } {
  const isAstray = (httpStatus >= 300 && httpStatus < 400) || httpStatus === 404 || httpStatus === 405;
  return error === undefined && isAstray ? { hint: "the provider's base_url may be wrong" } : {};
}

/** Where an error is about one parameter; Google's own words speak of its fields, and name none of the client's. */
const params: Partial<Readonly<Record<ErrorName, string>>> = {
  context_length_exceeded: "messages",
  invalid_value: "max_tokens",
};

/** google.rpc's codes by name; some errors in streams carry only these. */
const byStatus: ReadonlyMap<string, ErrorName> = new Map<string, ErrorName>([
  ["INVALID_ARGUMENT", "invalid_request"],
  ["FAILED_PRECONDITION", "invalid_request"],
  ["OUT_OF_RANGE", "invalid_request"],
  ["UNAUTHENTICATED", "upstream_auth_error"],
  ["PERMISSION_DENIED", "upstream_auth_error"],
  ["NOT_FOUND", "model_not_found"],
  ["ABORTED", "conflict"],
  ["ALREADY_EXISTS", "conflict"],
  ["RESOURCE_EXHAUSTED", "rate_limit_exceeded"],
  ["CANCELLED", "upstream_error"],
  ["UNKNOWN", "upstream_error"],
  ["INTERNAL", "upstream_error"],
  ["DATA_LOSS", "upstream_error"],
  ["UNIMPLEMENTED", "invalid_request"],
  ["UNAVAILABLE", "overloaded"],
  ["DEADLINE_EXCEEDED", "upstream_timeout"],
]);

const byHttpStatus: Readonly<Record<number, ErrorName>> = {
  400: "invalid_request",
  401: "upstream_auth_error",
  403: "upstream_auth_error",
  404: "model_not_found",
  408: "upstream_timeout",
  409: "conflict",
  413: "request_too_large",
  429: "rate_limit_exceeded",
  // The client is still there, or nobody would read this: the upstream gave up by itself, as it does under load.
  499: "upstream_error",
  501: "invalid_request",
  502: "upstream_unreachable",
  503: "overloaded",
  504: "upstream_timeout",
};

function nameOf(status: Status, httpStatus: number): ErrorName {
  const details = status.details ?? [];
  const reason = details.map((detail) => reasonNames.find(([pattern]) => pattern.test(detail.reason ?? ""))?.[1]);
  const known = reason.find((one) => one !== undefined);
  if (known !== undefined) return known;
  // A body that is too large has no word of its own: it is an INVALID_ARGUMENT like any other.
  if (httpStatus === 413) return "request_too_large";
  const name = byStatus.get(status.status ?? "") ?? byHttpStatus[status.code ?? httpStatus] ?? byHttpStatus[httpStatus];
  if (name === "invalid_request" && tooLong.test(status.message ?? "")) return "context_length_exceeded";
  if (name === "invalid_request" && limitTooHigh.test(status.message ?? "")) return "invalid_value";
  if (name === "rate_limit_exceeded" && isQuota(details)) return "insufficient_quota";
  return name ?? (httpStatus >= 400 && httpStatus < 500 ? "invalid_request" : "upstream_error");
}

/** `ErrorInfo.reason` where it says more than the status: Google refuses keys with a 400 and accounts with a 403. */
const reasonNames: readonly (readonly [RegExp, ErrorName])[] = [
  [/^API_KEY_|^ACCESS_TOKEN_|^CREDENTIALS_/, "upstream_auth_error"],
  [/^BILLING_/, "insufficient_quota"],
  [/^LOCATION_/, "permission_denied"],
];

/** A prompt above the model's context: how long it is and how long it may be, as far as the host tells. */
export const tooLong: RegExp =
  /input token count(?: \(| is )?(\d[\d,]*)?\)? (?:exceeds the maximum number of tokens|but (?:the )?model (?:only )?supports up to)[^\d.]*(\d+(?:,\d+)*)?/i;

/** A limit of the answer above the model's own. */
const limitTooHigh = /maxOutputTokens value of (\d+) but the supported range is .* to (\d+) \(exclusive\)/;

/** A quota that comes back with the day is not worth waiting for, and one of nothing never comes. */
function isQuota(details: Details): boolean {
  return details.some((detail) =>
    (detail.violations ?? []).some(
      (one) => one.quotaValue === "0" || /per_?day|billing/i.test(`${one.quotaId ?? ""} ${one.quotaMetric ?? ""}`),
    ),
  );
}

type Violation = NonNullable<NonNullable<Details[number]["fieldViolations"]>[number]>;

function violationsOf({ details }: Status): readonly Violation[] {
  return (details ?? []).flatMap(({ fieldViolations }) => fieldViolations ?? []);
}

/** The client's path to what is wrong, which Google names in a detail or only in the text. */
function paramOf(status: Status, places: Places): string | undefined {
  for (const { field } of violationsOf(status)) {
    const path = toClientPath(field ?? "", places);
    if (path !== undefined) return path;
  }
  return firstClientPath(status.message ?? "", places);
}

/** Messages of our own where Google's would speak of our side: credentials, hosts, projects. */
function messageOf(name: ErrorName, status: Status, requested: string, places: Places): string {
  const said = saidOf(status, places);
  switch (name) {
    case "upstream_auth_error":
      return "The upstream refused the gateway's credentials.";
    case "model_not_found":
      return `The model \`${requested}\` does not exist or you do not have access to it.`;
    case "context_length_exceeded": {
      const [, sent = "more", most] = tooLong.exec(status.message ?? "") ?? [];
      const length = most === undefined ? "exceeded:" : `${most} tokens. However,`;
      return `This model's maximum context length is ${length} your messages resulted in ${sent} tokens. Please reduce the length of the messages.`;
    }
    case "invalid_value": {
      const [sent, above] = limitTooHigh.exec(status.message ?? "")?.slice(1) ?? [];
      return `${places("max_tokens") ?? "max_tokens"} is too large: ${sent}. This model supports at most ${Number(above) - 1} completion tokens, whereas you provided ${sent}.`;
    }
    default:
      return said ?? "The server had an error while processing your request.";
  }
}

/** What Google says, in the client's terms: violations that the message leaves out are part of it. */
function saidOf(status: Status, places: Places): string | undefined {
  const message = status.message ?? "";
  const more = violationsOf(status).flatMap(({ description }) => description || []);
  const said = [message, ...more.filter((one) => !message.includes(one))].filter((one) => one !== "").join("\n");
  return said === "" ? undefined : withClientPaths(withoutResources(said), places);
}

/** Takes out what names our side: projects, accounts and resources of ours. */
function withoutResources(message: string): string {
  return message
    .replace(/\b(projects|organizations|folders|billingAccounts)\/[^\s'"`,;)/]+(?:\/[^\s'"`,;)]+)?/g, "$1/…")
    .replace(/\b(cachedContents|endpoints|tunedModels|ragCorpora)\/[^\s'"`,;)]+/g, "$1/…")
    .replace(/[\w.-]+@[\w.-]+\.gserviceaccount\.com/g, "…")
    .replace(/([?&]project=)[^\s&'"`]+/g, "$1…")
    .replace(namedProject, "project …");
}

/** A project by its number or id, in quotes or told from a plain word by a digit or a hyphen. */
const namedProject =
  /\bproject(?:[ _](?:number|id))?[ :=]+(?:["'`][^\s"'`]+["'`]|[a-z0-9-]*\d[a-z0-9-]*|[a-z]+(?:-[a-z]+)+)/gi;

/** `RetryInfo.retryDelay` is a protobuf duration: "34.4s". */
function retryAfterMs(details: Details): number | undefined {
  for (const detail of details) {
    const seconds = /^(\d+(?:\.\d+)?)s$/.exec(detail.retryDelay ?? "")?.[1];
    if (seconds !== undefined) return Math.ceil(Number(seconds) * 1000);
  }
  return undefined;
}
