import { mixedPrompt } from "../check-completions.ts";
import { randomText } from "../ids.ts";
import { strangerTo } from "../known.ts";
import { jsonTypeOf, type Mistake } from "../mistake.ts";
import type { Counts, Personality, Rule } from "../personality.ts";
import { badRequest, type Problem, type UsualErrors, usualError } from "../problem.ts";
import type { ChatRequest } from "../types.ts";
import { totals } from "../usage.ts";
import { isOpenModel, isThinker } from "./dress.ts";

const usual: UsualErrors = {
  400: { type: "invalid_request_error", message: "The request is invalid." },
  401: { type: "invalid_request_error", message: "Invalid API Key", code: "invalid_api_key" },
  403: { type: "permissions_error", message: "Forbidden" },
  404: { type: "invalid_request_error", message: "Not Found" },
  413: { type: "tokens", message: "Request too large for model.", code: "rate_limit_exceeded" },
  429: { type: "tokens", message: "Rate limit reached. Please try again in 1.2s.", code: "rate_limit_exceeded" },
  498: { type: "flex", message: "Flex tier capacity exceeded.", code: "capacity_exceeded" },
  500: { type: "internal_server_error", message: "Internal Server Error" },
  503: { type: "internal_server_error", message: "Service Unavailable" },
};

/** Members without a value are left out. */
const errorBody = ({ status, message, type, param, code, more }: Problem): unknown => ({
  error: {
    message,
    type: type ?? usualError(status, usual).type,
    ...(param !== undefined && { param }),
    ...(code !== undefined && { code }),
    ...more,
  },
});

const bad = (message: string, param?: string): Problem => badRequest(message, param);

/** Its schema library's words. What is wrong in a message is told with the role that decides what it may hold. */
function sayMistake({ keyword, path, value, types, words }: Mistake): Problem {
  const [list, at, member] = path;
  const place = path.join(".");
  if (keyword === "unknown" && list === "messages" && member !== undefined) {
    const where = `'messages.${at}'`;
    return bad(`${where} : the following must be satisfied[(${where} : property '${member}' is unsupported)]`);
  }
  if (keyword === "unknown") return bad(`property '${place}' is unsupported`);
  if (keyword === "required") return bad(`'${path.slice(0, -1).join(".")}' : property '${path.at(-1)}' is missing`);
  if (words.length > 0 || keyword === "enum") return bad(`'${place}' : value must be one of ${JSON.stringify(words)}`);
  return bad(`'${place}' : value must be a ${types.join(" or ")}, not ${jsonTypeOf(value)}`);
}

const unsupported = ["logprobs", "top_logprobs", "logit_bias"] as const;
const efforts = ["none", "default", "low", "medium", "high"];

const rules: readonly Rule<ChatRequest>[] = [
  ...unsupported.map(
    (param): Rule<ChatRequest> =>
      (request) =>
        request[param] ? bad(`\`${param}\` is not supported with this model`, param) : undefined,
  ),
  ({ n }) => (n != null && n !== 1 ? bad("'n' : number must be at most 1", "n") : undefined),
  ({ tools }) => {
    const at = tools?.findIndex(({ type }) => type !== "function") ?? -1;
    return at < 0 ? undefined : bad(`'tools.${at}.type' : value must be one of ["function"]`);
  },
  ({ reasoning_effort: effort }) =>
    effort == null || efforts.includes(effort)
      ? undefined
      : bad(`'reasoning_effort' : value must be one of ${JSON.stringify(efforts)}`, "reasoning_effort"),
];

function usage(counts: Counts): ReturnType<Personality["usage"]> {
  return {
    queue_time: 0.04,
    ...totals(counts),
    prompt_time: 0.01,
    completion_time: 0.1,
    total_time: 0.11,
    ...(counts.cached > 0 && { prompt_tokens_details: { cached_tokens: counts.cached } }),
    ...(counts.thinking > 0 && { completion_tokens_details: { reasoning_tokens: counts.thinking } }),
  };
}

const noRoute = (method: string, path: string): Problem => ({
  status: 404,
  message: `Unknown request URL: ${method} ${path}. Please check the URL for typos, or see the docs at https://console.groq.com/docs/`,
  code: "unknown_url",
});

const requestId = (): string => `req_${randomText(26, "lower")}`;
const fingerprint = `fp_${randomText(10, "hex")}`;

/** Groq: strict about members, in requests and in messages. */
export const groq: Personality = {
  name: "groq",
  wantsKey: true,
  types: { json: "application/json", stream: "text/event-stream" },
  headers: (status) => ({
    "x-request-id": requestId(),
    ...(status === 429 && { "x-ratelimit-remaining-tokens": "0" }),
  }),
  root: /^\/openai(?=\/v1\/)/,
  lacks: ["completions", "embeddings"],
  models: {
    listed: ["llama-3.3-70b-versatile", "openai/gpt-oss-120b", "qwen/qwen3-32b"],
    knows: isOpenModel,
    describe: (id) => ({ id, object: "model", created: 1_733_447_754, owned_by: "Meta", active: true }),
    retrieves: true,
    answersAs: (model) => model,
  },
  errors: {
    usual,
    body: errorBody,
    noJson: () => bad("The request body is not valid JSON"),
    noModel: () => bad("'model' : property 'model' is missing"),
    unknownModel: (model) => ({
      status: 404,
      message: `The model \`${model}\` does not exist or you do not have access to it.`,
      code: "model_not_found",
    }),
    mistake: sayMistake,
    wrongKey: () => ({ status: 401, message: "Invalid API Key", code: "invalid_api_key" }),
    noRoute,
    wrongMethod: noRoute,
    inStream: (problem) => ({ event: "error", body: errorBody(problem) }),
  },
  strict: true,
  chat: {
    strangers: strangerTo({
      top: [
        ...["messages", "model", "citation_options", "compound_custom", "disable_tool_validation", "documents"],
        ...["exclude_domains", "frequency_penalty", "function_call", "functions", "include_domains"],
        ...["include_reasoning", "logit_bias", "logprobs", "max_completion_tokens", "max_tokens", "metadata", "n"],
        ...["parallel_tool_calls", "presence_penalty", "reasoning_effort", "reasoning_format", "response_format"],
        ...["search_settings", "seed", "service_tier", "stop", "store", "stream", "stream_options", "temperature"],
        ...["tool_choice", "tools", "top_logprobs", "top_p", "user"],
      ],
      messages: {
        system: ["content"],
        user: ["content"],
        assistant: ["content", "tool_calls", "reasoning", "function_call"],
        tool: ["content", "tool_call_id"],
        function: ["content", "name"],
      },
    }),
    rules,
    limits: ["max_completion_tokens", "max_tokens"],
    choices: false,
    logprobs: false,
    ids: { answer: () => `chatcmpl-${randomText(32, "hex")}`, call: () => randomText(9, "lower") },
    thoughts: () => "reasoning",
    thinks: ({ model, reasoning_effort }) => (reasoning_effort === "none" ? false : isThinker(model) || undefined),
    hidesThoughts: ({ include_reasoning }) => include_reasoning === false,
    functions: true,
    callsEnd: () => "tool_calls",
    dressAnswer: (answer) => ({
      ...answer,
      system_fingerprint: fingerprint,
      x_groq: { id: requestId() },
      service_tier: "on_demand",
    }),
    // The counts stand in its own member too, with the chunk that has the reason.
    dressChunk: (chunk, { counts }) => ({
      ...chunk,
      system_fingerprint: fingerprint,
      ...(chunk.choices.some(({ finish_reason }) => finish_reason !== null) && {
        x_groq: { id: requestId(), usage: usage(counts) },
      }),
    }),
  },
  completions: {
    rules: [mixedPrompt],
    choices: false,
    logprobs: false,
    id: () => `cmpl-${randomText(32, "hex")}`,
    dress: (answer) => ({ ...answer }),
  },
  embeddings: { dimensions: () => undefined, refuse: () => bad("no embeddings here"), base64: false },
  stream: {
    opening: () => ({ role: "assistant", content: "" }),
    closing: {},
    callPieces: 1,
    usage: () => "asked",
    usageChoices: "none",
    usageNull: false,
  },
  usage,
};
