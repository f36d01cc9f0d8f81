import { type ErrorName, errorTable, GatewayError } from "../../errors.ts";
import type { Facts, UpstreamFailure } from "../dialect.ts";
import { isJson, type Json, parseJson } from "./json.ts";
import { retryAfterMs, waitIn } from "./retry-after.ts";

/** An error as some server put it. */
interface Said {
  readonly message: string;
  readonly type: string;
  readonly param: string | undefined;
  readonly code: string | undefined;
  /** The HTTP status, where a server writes it into the code. */
  readonly status: number | undefined;
  /** Google's details say that a quota does not come back within the day. */
  readonly isSpent?: boolean;
}

/**
 * An answer outside 2xx as an error of ours.
 *
 * Bodies are OpenAI's object, the same with an integer code (vLLM, OpenRouter, llama.cpp), an object at the top (older
 * vLLM), a bare text (LM Studio, Ollama), FastAPI's `detail`, or no JSON at all, of which nothing is shown. Refusals of
 * the request keep the server's message, param and code; what concerns our account with it is told in our words.
 *
 * @see reference: upstream-auth §§5–9, openai-surface §3
 */
export function toOpenAIError(failure: UpstreamFailure, requested: string): GatewayError {
  const body = parseJson(failure.text);
  const said = saidIn(body);
  if (said === undefined) return foreign(failure, requested);
  // xAI says in words alone, and with its 403, what others have a code for.
  if (/^Content violates usage guidelines/.test(said.message)) {
    return toError({ ...said, code: "content_filter" }, 400, requested, undefined);
  }
  // A bare body in the middle of a stream comes with the status of the stream.
  const status = failure.status >= 300 ? failure.status : (said.status ?? statusOfType(said));
  return toError(said, status, requested, retryAfterMs(failure.headers));
}

/**
 * The error inside a 200: a whole body, or an event of a stream. Its own code says which status it stands for.
 *
 * @param error the value of the member `error`
 */
function toErrorWithin(error: unknown, requested: string): GatewayError {
  const said = saidIn({ error }) ?? { message: "", type: "", param: undefined, code: undefined, status: undefined };
  return toError(said, said.status ?? statusOfType(said), requested, undefined);
}

/** The error that a body or event of status 200 turns out to be, if it is one. */
export function failureIn(body: unknown, { responseModel, upstreamModel }: Facts): GatewayError | undefined {
  if (!isJson(body)) {
    return new GatewayError("upstream_invalid_response", "The upstream's answer has an unexpected shape.");
  }
  const requested = responseModel ?? upstreamModel;
  // Some servers say `"error": null` with every answer.
  if (body["error"]) return toErrorWithin(body["error"], requested);
  if (body["object"] === "error") return toErrorWithin(body, requested);
  // OpenRouter has a place for it in each choice too.
  const choices: readonly unknown[] = Array.isArray(body["choices"]) ? body["choices"] : [];
  const broken = choices.find((choice) => isJson(choice) && isJson(choice["error"]));
  return isJson(broken) ? toErrorWithin(broken["error"], requested) : undefined;
}

/** What an error stands for where nobody says its status, by its code or its type in the words of all servers. */
const statusOfWord: ReadonlyMap<string | undefined, number> = new Map([
  ["invalid_request_error", 400],
  ["BadRequestError", 400],
  ["content_filter", 400],
  ["rate_limit_exceeded", 429],
  ["rate_limit_error", 429],
  ["rate_limited", 429],
  ["server_is_overloaded", 503],
  ["slow_down", 503],
  ["overloaded_error", 503],
  ["ServiceUnavailable", 503],
  ["service_unavailable", 503],
  ["service_unavailable_error", 503],
]);

function statusOfType({ type, code }: Said): number {
  const word = plain.has(code ?? "") ? undefined : code;
  return statusOfWord.get(word) ?? statusOfWord.get(type) ?? 500;
}

function saidIn(body: unknown): Said | undefined {
  // Google sends its own errors as a list of one where a stream was asked for.
  if (Array.isArray(body)) return isJson(body[0]) ? saidIn(body[0]) : undefined;
  if (!isJson(body)) return undefined;
  const { error } = body;
  if (typeof error === "string") return said({ message: error });
  if (isJson(error)) return said(error);
  if (typeof body["message"] === "string") return said(body);
  const { detail } = body;
  if (typeof detail === "string") return said({ message: detail });
  if (Array.isArray(detail)) return said(fromDetail(detail));
  // The same a step deeper: FastAPI's own exceptions, Mistral's list of mistakes.
  return saidIn(detail) ?? saidIn(body["message"]);
}

/** FastAPI's list of what is wrong, of which the first is told: `{loc: ["body", "messages", 0], msg}`. */
function fromDetail(detail: readonly unknown[]): Json {
  const [first] = detail;
  if (!isJson(first)) return {};
  const steps = Array.isArray(first["loc"]) ? first["loc"].filter((step) => step !== "body") : [];
  const param = steps.map((step) => (typeof step === "number" ? `[${step}]` : `.${step}`)).join("");
  return { message: first["msg"], param: param.replace(/^\./, "") };
}

function said(error: Json): Said {
  const text = (name: string): string | undefined => {
    const value = error[name];
    return typeof value === "string" && value !== "" ? value : undefined;
  };
  const { code } = error;
  const number = typeof code === "number" ? code : /^[45]\d\d$/.test(text("code") ?? "") ? Number(code) : undefined;
  return {
    message: withRaw(text("message") ?? "", error["metadata"]),
    type: text("type") ?? "",
    param: text("param"),
    code: number === undefined ? text("code") : undefined,
    status: number !== undefined && number >= 400 && number < 600 ? number : undefined,
    isSpent: isSpent(error["details"]),
  };
}

/** Vertex AI answers for open models too with Google's own errors: a quota of a day, or one of nothing. */
function isSpent(details: unknown): boolean {
  const listed: readonly unknown[] = Array.isArray(details) ? details : [];
  const violations = listed.flatMap((one) =>
    isJson(one) && Array.isArray(one["violations"]) ? one["violations"] : [],
  );
  return violations.some(
    (one: unknown) =>
      isJson(one) && (one["quotaValue"] === "0" || /per_?day|billing/i.test(`${one["quotaId"]} ${one["quotaMetric"]}`)),
  );
}

/** OpenRouter says "Provider returned error" and keeps what the provider said as a text of JSON beside it. */
function withRaw(message: string, metadata: unknown): string {
  const raw = isJson(metadata) && typeof metadata["raw"] === "string" ? saidIn(parseJson(metadata["raw"])) : undefined;
  return raw === undefined || raw.message === "" ? message : `${message}: ${raw.message}`;
}

const byStatus: Readonly<Record<number, ErrorName>> = {
  400: "invalid_request",
  401: "upstream_auth_error",
  402: "insufficient_quota",
  403: "upstream_auth_error",
  404: "model_not_found",
  405: "upstream_invalid_response",
  408: "upstream_timeout",
  409: "conflict",
  413: "request_too_large",
  422: "invalid_request",
  429: "rate_limit_exceeded",
  // Groq's, of its class for what may be turned away.
  498: "overloaded",
  502: "upstream_unreachable",
  503: "overloaded",
  504: "upstream_timeout",
  529: "overloaded",
};

function toError(error: Said, status: number, requested: string, waitMs: number | undefined): GatewayError {
  const name = nameOf(error, status);
  const refusal = errorTable[name][0] === 400;
  const [, , code] = errorTable[name];
  return new GatewayError(name, messageOf(name, error, requested), {
    param: name === "context_length_exceeded" ? "messages" : refusal ? error.param : undefined,
    code: refusal && code === null && isWord(error.code) ? error.code : undefined,
    retryAfterMs: waitMs ?? (name === "rate_limit_exceeded" ? waitIn(error.message) : undefined),
    cause: { httpStatus: status, ...hintFor(status, error.message), error },
  });
}

function nameOf(error: Said, status: number): ErrorName {
  const { code, type, message } = error;
  if (isTooLong(status, error)) return "context_length_exceeded";
  if (status < 500 && isNoModel(error)) return "model_not_found";
  if (code === "OperationNotSupported") return "unsupported_operation";
  // The model has made a call or a JSON that nobody can use, and Groq says it like a mistake of the client's.
  if (code === "tool_use_failed" || code === "json_validate_failed") return "upstream_invalid_response";
  // xAI's 400 for what others have a 401 for.
  if (status === 400 && /^Incorrect API key provided.*console\.x\.ai/.test(message)) return "upstream_auth_error";
  if (code === "insufficient_quota" || type === "insufficient_quota") return "insufficient_quota";
  // xAI's 429 for an account without money.
  if (status === 429 && /used all available credits|spending limit/i.test(message)) return "insufficient_quota";
  if (status === 429 && error.isSpent === true) return "insufficient_quota";
  if (status === 404 && /not (?:a chat model|supported)/i.test(message)) {
    return "unsupported_operation";
  }
  // Refusals by their code, but only for what is wrong with the request: a server's 401 is not the client's.
  if ((status === 400 || status === 422) && isRefusal(code)) return code;
  return byStatus[status] ?? (status >= 400 && status < 500 ? "invalid_request" : "upstream_error");
}

const noModel: ReadonlySet<string | undefined> = new Set([
  "model_not_found",
  "model_decommissioned",
  "DeploymentNotFound",
]);

/** In the codes of OpenAI, Azure and Groq, and in the words of OpenRouter, DeepSeek and Mistral. */
function isNoModel({ code, type, message }: Said): boolean {
  return noModel.has(code) || type === "invalid_model" || /not a valid model id|^model not exist$/i.test(message);
}

function isRefusal(code: string | undefined): code is ErrorName {
  return Object.entries(errorTable).some(([name, [status]]) => name === code && status === 400);
}

/** What a server says that was asked for too much. 500 is also what stands for a status that nobody said. */
const ofRequests: ReadonlySet<number> = new Set([400, 413, 422, 500]);

/** In OpenAI's words and those of vLLM, llama.cpp, OpenRouter and LM Studio. */
function isTooLong(status: number, { code, type, message }: Said): boolean {
  if (code === "context_length_exceeded" || type === "exceed_context_size_error") return true;
  return (
    ofRequests.has(status) &&
    /maximum context length|exceeds? the available context size|context length of only|too many tokens|prompt is too long/i.test(
      message,
    )
  );
}

function messageOf(name: ErrorName, { message }: Said, requested: string): string {
  switch (name) {
    case "upstream_auth_error":
      return "The upstream refused the gateway's credentials.";
    case "model_not_found":
      return `The model \`${requested}\` does not exist or you do not have access to it.`;
    default:
      return message === "" ? "The server had an error while processing your request." : withoutUs(message);
  }
}

const longest = 2000;

/** A message without the names of our account, and no longer than anybody reads. */
function withoutUs(message: string): string {
  const shown = message
    // Keys first: what they are made of looks like the names below.
    .replace(/\b(sk|gsk|xai|hf|nvapi)[-_][\w-]{6,}/g, "$1-…")
    .replace(/\b(org[-_]|proj-|user-)[A-Za-z0-9]{6,}/g, "$1…")
    .replace(
      /\b(project|projects|organization|organisation|team)([ /:]+)["'`]?[a-z0-9][\w-]*\d[\w-]*["'`]?/gi,
      "$1$2…",
    );
  return shown.length > longest ? `${shown.slice(0, longest)}…` : shown;
}

/** Words that say no more than the status does. */
const plain: ReadonlySet<string> = new Set(["BadRequest", "invalid_request_error"]);

function isWord(code: string | undefined): code is string {
  return code !== undefined && /^[\w.-]{1,64}$/.test(code) && !plain.has(code);
}

/** Not a word of JSON: a proxy's page, or nothing. What it says is not for clients. */
function foreign({ status, headers }: UpstreamFailure, requested: string): GatewayError {
  const cause = { httpStatus: status, ...hintFor(status, "") };
  const name = byStatus[status] ?? (status >= 400 && status < 500 ? "upstream_invalid_response" : "upstream_error");
  const silent: Said = { message: "", type: "", param: undefined, code: undefined, status };
  const plain = name === "invalid_request" ? "upstream_invalid_response" : name;
  return new GatewayError(plain, messageOf(plain, silent, requested), { retryAfterMs: retryAfterMs(headers), cause });
}

/** For the log: what a path that the upstream does not have most likely comes from. */
function hintFor(status: number, message: string): { readonly hint?: string } {
  const elsewhere = (status >= 300 && status < 400) || status === 405 || /unexpected endpoint/i.test(message);
  const nowhere = status === 404 && !/model/i.test(message);
  return elsewhere || nowhere ? { hint: "the provider's base_url may be wrong" } : {};
}
