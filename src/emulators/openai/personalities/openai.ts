import { completionRules } from "../check-completions.ts";
import { messageRules } from "../check-messages.ts";
import { samplingRules } from "../check-sampling.ts";
import { toolRules } from "../check-tools.ts";
import { familyOf, releaseOf } from "../families.ts";
import { randomText } from "../ids.ts";
import { paramOf } from "../mistake.ts";
import type { Counts, Personality, Rule } from "../personality.ts";
import { badRequest, type Problem, type UsualErrors, usualError } from "../problem.ts";
import { sayBound, sayMistake } from "../say.ts";
import { texts } from "../texts.ts";
import type { ChatRequest, CompletionRequest, Usage } from "../types.ts";
import { totals } from "../usage.ts";
import { withChoices } from "./dress.ts";

/** openai-surface.md §3. */
const usual: UsualErrors = {
  400: { type: "invalid_request_error", message: "Your request was malformed or missing some required parameters." },
  401: { type: "invalid_request_error", message: texts.wrongKey("sk-…"), code: "invalid_api_key" },
  403: { type: "invalid_request_error", message: "You are not allowed to do this." },
  404: { type: "invalid_request_error", message: "The requested resource was not found." },
  408: { type: "server_error", message: "Request timed out." },
  409: { type: "server_error", message: "The resource was changed by another request. Please try again." },
  413: { type: "invalid_request_error", message: "The request is too large." },
  429: { type: "requests", message: "Rate limit reached. Please try again in 1.2s.", code: "rate_limit_exceeded" },
  500: { type: "server_error", message: "The server had an error while processing your request. Sorry about that!" },
  502: { type: "server_error", message: "Bad gateway." },
  503: { type: "server_error", message: "The server is overloaded or not ready yet.", code: "server_is_overloaded" },
  504: { type: "server_error", message: "Gateway timeout." },
};

const errorBody = ({ status, message, type, param, code, more }: Problem): unknown => ({
  error: { message, type: type ?? usualError(status, usual).type, param: param ?? null, code: code ?? null, ...more },
});

/** A model that serves another endpoint is there, but not here. */
const serves =
  (kind: "chat" | "completions", text: string): Rule<{ model: string }> =>
  ({ model }) => {
    const family = familyOf(model);
    if (family === undefined || family.serves === kind) return undefined;
    return { status: 404, type: "invalid_request_error", message: text, param: "model" };
  };

function usage(counts: Counts): Usage {
  return {
    ...totals(counts),
    prompt_tokens_details: {
      cached_tokens: counts.cached,
      audio_tokens: 0,
      ...(counts.cacheWrite > 0 && { cache_write_tokens: counts.cacheWrite }),
    },
    completion_tokens_details: {
      reasoning_tokens: counts.thinking,
      audio_tokens: 0,
      accepted_prediction_tokens: 0,
      rejected_prediction_tokens: 0,
    },
  };
}

/** Random padding, so that chunks of all sizes look alike. */
const padding = (): string => randomText(1 + Math.floor(Math.random() * 14));

const tierOf = (request: Pick<ChatRequest, "service_tier">): "default" | "flex" | "priority" =>
  request.service_tier === "flex" || request.service_tier === "priority" ? request.service_tier : "default";

const fingerprint = `fp_${randomText(10, "hex")}`;

/** OpenAI itself: strict about what it is sent, and the measure for what comes back. */
export const openai: Personality = {
  name: "openai",
  wantsKey: true,
  types: { json: "application/json", stream: "text/event-stream; charset=utf-8" },
  headers: (status) => ({
    "x-request-id": `req_${randomText(32, "hex")}`,
    "openai-version": "2020-10-01",
    "openai-processing-ms": String(40 + Math.floor(Math.random() * 400)),
    "openai-organization": "specgate-emulator",
    ...((status === 200 || status === 429) && {
      "x-ratelimit-limit-requests": "10000",
      "x-ratelimit-remaining-requests": status === 429 ? "0" : "9999",
      "x-ratelimit-reset-requests": status === 429 ? "1.2s" : "6ms",
      "x-ratelimit-limit-tokens": "2000000",
      "x-ratelimit-remaining-tokens": "1999000",
      "x-ratelimit-reset-tokens": "30ms",
    }),
  }),
  models: {
    listed: [
      ...["gpt-4o", "gpt-4o-mini", "gpt-4.1", "gpt-5", "o4-mini", "gpt-3.5-turbo", "gpt-3.5-turbo-instruct"],
      ...["text-embedding-3-small", "text-embedding-3-large", "text-embedding-ada-002"],
    ],
    knows: (model) => familyOf(model) !== undefined,
    describe: (id) => ({ id, object: "model", created: 1_715_367_049, owned_by: "system" }),
    retrieves: true,
    answersAs: releaseOf,
  },
  errors: {
    usual,
    body: errorBody,
    noJson: () => badRequest(texts.noJson()),
    noModel: () => badRequest(texts.noModel()),
    unknownModel: (model) => ({ status: 404, message: texts.unknownModel(model), code: "model_not_found" }),
    mistake: (mistake, switches) =>
      mistake.keyword === "unknown" && switches.has("older")
        ? badRequest(texts.unrecognized(paramOf(mistake.path)))
        : sayMistake(mistake),
    wrongKey: (key) =>
      key === undefined
        ? { status: 401, message: texts.noKey(), type: "invalid_request_error" }
        : { status: 401, message: texts.wrongKey(mask(key)), type: "invalid_request_error", code: "invalid_api_key" },
    noRoute: (method, path) => ({ status: 404, message: texts.noRoute(method, path) }),
    wrongMethod: (method, path) => ({
      status: 405,
      message: texts.wrongMethod(method, path),
      type: "invalid_request_error",
      code: "method_not_supported",
    }),
    inStream: (problem) => ({ body: errorBody(problem) }),
  },
  strict: true,
  chat: {
    rules: [serves("chat", texts.notChat()), ...samplingRules, ...toolRules, ...messageRules],
    limits: ["max_completion_tokens", "max_tokens"],
    choices: true,
    logprobs: true,
    ids: { answer: () => `chatcmpl-${randomText(29)}`, call: () => `call_${randomText(24)}` },
    // Thoughts count, and are never shown.
    thoughts: () => undefined,
    thinks: ({ model, reasoning_effort }) =>
      reasoning_effort === "none" ? false : familyOf(model)?.reasoning === true || undefined,
    functions: true,
    callsEnd: (request) => (isForced(request) ? "stop" : request.functions ? "function_call" : "tool_calls"),
    dressAnswer: (answer, { request, switches }) => {
      if (switches.has("older")) return { ...answer };
      const dressed = withChoices(answer, (choice) => ({ ...choice, message: { annotations: [], ...choice.message } }));
      return { ...dressed, service_tier: tierOf(request), system_fingerprint: fingerprint };
    },
    dressChunk: (chunk, { request, switches }) => {
      if (switches.has("older")) return { ...chunk };
      const padded = chunk.choices.length > 0 && request.stream_options?.include_obfuscation !== false;
      return {
        ...chunk,
        service_tier: tierOf(request),
        system_fingerprint: fingerprint,
        ...(padded && { obfuscation: padding() }),
      };
    },
  },
  completions: {
    rules: [serves("completions", texts.notCompletions()), ...completionRules] satisfies Rule<CompletionRequest>[],
    choices: true,
    logprobs: true,
    id: () => `cmpl-${randomText(29)}`,
    defaultMaxTokens: 16,
    dress: (answer) => ({ ...answer }),
  },
  embeddings: {
    dimensions: (model) => familyOf(model)?.dimensions,
    refuse: (model, dimensions) => {
      const family = familyOf(model);
      if (family !== undefined && family.serves !== "embeddings")
        return { status: 403, message: texts.notEmbeddings(), type: "invalid_request_error" };
      if (dimensions === undefined) return undefined;
      if (model === "text-embedding-ada-002") return badRequest(texts.noDimensions(), "dimensions");
      const limit = family?.dimensions ?? Infinity;
      return dimensions > limit ? sayBound("dimensions", "maximum", dimensions, limit) : undefined;
    },
    base64: true,
  },
  stream: {
    opening: (silent) => ({ role: "assistant", content: silent ? null : "", refusal: null }),
    closing: {},
    callPieces: 4,
    usage: () => "asked",
    usageChoices: "none",
    usageNull: true,
  },
  usage,
};

/** A forced call ends as a text does. */
const isForced = ({ tool_choice: tool, function_call: call }: ChatRequest): boolean =>
  (typeof tool === "object" && tool !== null && tool.type !== "allowed_tools") ||
  (typeof call === "object" && call !== null);

/** The first and last characters, stars between. */
const mask = (key: string): string =>
  key.length <= 12 ? "*".repeat(key.length) : `${key.slice(0, 8)}${"*".repeat(key.length - 12)}${key.slice(-4)}`;
