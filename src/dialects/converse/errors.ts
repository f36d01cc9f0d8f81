import { type ErrorName, GatewayError } from "../../errors.ts";
import { type BedrockRefusal, readBedrockFailure } from "../bedrock-errors.ts";
import type { Facts, UpstreamFailure } from "../dialect.ts";
import { retryAfterMs } from "../openai/retry-after.ts";
import { firstClientPath, withClientPaths } from "./field-paths.ts";

/** A client's usual path → the path in this client's request; undefined where it has none. */
type Places = (usual: string) => string | undefined;

/**
 * An answer of Bedrock's outside 2xx as an error of ours. What is not Amazon's, as HTML from a proxy, is told by its
 * status alone; what concerns our account with the upstream is told in our words.
 *
 * @param places what the client's request has where; without it the usual paths are told
 * @see specs/bedrock.yaml#/components/schemas/ErrorResponse
 */
export function toConverseError(
  failure: UpstreamFailure,
  requested: string,
  places: Places = (usual) => usual,
): GatewayError {
  const said = readBedrockFailure(failure) ?? { name: byStatus(failure.status), exception: "", message: "" };
  return toError(said, { status: failure.status, requested, places, waitMs: retryAfterMs(failure.headers) });
}

interface Around {
  readonly status: number;
  readonly requested: string;
  readonly places: Places;
  readonly waitMs: number | undefined;
}

function toError(said: BedrockRefusal, { status, requested, places, waitMs }: Around): GatewayError {
  const name = nameOf(said);
  const usual = name === "context_length_exceeded" ? "messages" : name === "invalid_value" ? "max_tokens" : undefined;
  const about = name === "invalid_request" ? firstClientPath(said.message, places) : undefined;
  return new GatewayError(name, messageOf(name, said.message, requested, places), {
    param: usual === undefined ? about : places(usual),
    retryAfterMs: waitMs,
    cause: { httpStatus: status, error: said },
  });
}

/** Exceptions of a stream, as the members of its union. */
const exceptions = [
  "internalServerException",
  "modelStreamErrorException",
  "validationException",
  "throttlingException",
  "serviceUnavailableException",
  "modelTimeoutException",
] as const;

/** The failure that an event of a stream turns out to be; undefined for one that is none. */
export function exceptionIn(
  event: unknown,
  { facts, places }: { readonly facts: Facts; readonly places: Places },
): GatewayError | undefined {
  if (typeof event !== "object" || event === null) return undefined;
  const name = exceptions.find((one) => Reflect.get(event, one) != null);
  if (name === undefined) return undefined;
  const text = JSON.stringify(Reflect.get(event, name));
  const failure = { status: 500, headers: { "x-amzn-errortype": name }, text };
  return toConverseError(failure, facts.responseModel ?? facts.upstreamModel, places);
}

const byHttpStatus: Readonly<Record<number, ErrorName>> = {
  400: "invalid_request",
  401: "upstream_auth_error",
  403: "upstream_auth_error",
  404: "model_not_found",
  408: "upstream_timeout",
  413: "request_too_large",
  424: "upstream_error",
  429: "rate_limit_exceeded",
  502: "upstream_unreachable",
  503: "overloaded",
  504: "upstream_timeout",
};

function byStatus(status: number): ErrorName {
  return byHttpStatus[status] ?? (status >= 400 && status < 500 ? "invalid_request" : "upstream_error");
}

/** A prompt above the model's context, in the words of the models behind Bedrock. */
const tooLong =
  /\b(?:input|prompt) is too long\b|\btoo many input tokens\b|\bmaximum (?:context|input|prompt) length\b|\bexceeds? (?:the )?maximum (?:length|number of (?:input )?tokens)|\binput tokens exceeded\b/i;
/** A limit of the answer above the model's own. */
const limitTooHigh = /maximum tokens you requested exceeds the model limit of (\d+)/i;

function nameOf({ name, message }: BedrockRefusal): ErrorName {
  if (name !== "invalid_request") return name;
  if (limitTooHigh.test(message)) return "invalid_value";
  return tooLong.test(message) ? "context_length_exceeded" : name;
}

/** Messages of our own where Amazon's would speak of our side: credentials and accounts. */
function messageOf(name: ErrorName, message: string, requested: string, places: Places): string {
  switch (name) {
    case "upstream_auth_error":
      return "The upstream refused the gateway's credentials.";
    case "permission_denied":
      return "The upstream does not let the gateway's account do this.";
    case "model_not_found":
      return `The model \`${requested}\` does not exist or you do not have access to it.`;
    case "context_length_exceeded":
      return tooLongText(message);
    case "invalid_value": {
      const [, most] = limitTooHigh.exec(message) ?? [];
      return `${places("max_tokens") ?? "max_tokens"} is too large. This model supports at most ${most} completion tokens.`;
    }
    default: {
      const plain = withoutAccounts(message.replace(/^The model returned the following errors: /, ""));
      return plain === "" ? "The server had an error while processing your request." : withClientPaths(plain, places);
    }
  }
}

/** The lengths of a prompt that is too long, in the words of the models that tell them: what there is, what may be. */
const lengths: readonly RegExp[] = [
  /(?<got>\d+) tokens > (?<most>\d+) maximum/,
  /maximum context length is (?<most>\d+) tokens.*?(?:requested|has|resulted in) (?<got>\d+)/s,
  /max input tokens: (?<most>\d+), request input token count: (?<got>\d+)/i,
  /tokens in the prompt cannot exceed (?<most>\d+) - received (?<got>\d+)/,
];

/** In OpenAI's words, for clients that cut their history look for them. */
function tooLongText(message: string): string {
  const { got, most } = lengths.map((one) => one.exec(message)?.groups).find((one) => one !== undefined) ?? {};
  const told =
    got === undefined || most === undefined
      ? "exceeded: your messages resulted in more tokens."
      : `${most} tokens. However, your messages resulted in ${got} tokens.`;
  return `This model's maximum context length is ${told} Please reduce the length of the messages.`;
}

/** Takes out what names our side: accounts and resources of ours. */
function withoutAccounts(message: string): string {
  return message.replace(/\barn:aws[\w-]*:[^\s'"`,;)]+/g, "arn:aws:…").replace(/\b\d{12}\b/g, "…");
}
