import { mixedPrompt } from "../check-completions.ts";
import { randomText, unixNow } from "../ids.ts";
import { jsonTypeOf, type Mistake, paramOf } from "../mistake.ts";
import type { Counts, Dressing, Personality, Rule } from "../personality.ts";
import { type Problem, type UsualErrors, usualError } from "../problem.ts";
import type { ChatRequest, CompletionRequest } from "../types.ts";
import { totals } from "../usage.ts";
import { isEmbedder, isThinker, openDimensions } from "./dress.ts";
import { templateRule } from "./template.ts";

const contextTokens = 8192;
const fingerprint = "b6500-emulator";

const usual: UsualErrors = {
  400: { type: "invalid_request_error", message: "Bad request" },
  401: { type: "authentication_error", message: "Invalid API Key" },
  404: { type: "not_found_error", message: "File Not Found" },
  500: { type: "server_error", message: "Internal server error" },
  501: { type: "not_supported_error", message: "Not supported" },
  503: { type: "unavailable_error", message: "Loading model" },
};

/** The code is a number, and there is no param. */
const errorBody = ({ status, message, type, more }: Problem): unknown => ({
  error: { code: status, message, type: type ?? usualError(status, usual).type, ...more },
});

const bad = (message: string): Problem => ({ status: 400, message });

/** The words of its JSON library. */
function sayMistake({ keyword, path, value, types }: Mistake): Problem {
  if (keyword === "required") return bad(`"${paramOf(path)}" is required`);
  if (path.at(-1) === "role") return { status: 500, message: "Unexpected message role." };
  const text = `[json.exception.type_error.302] type must be ${types[0] ?? "string"}, but is ${jsonTypeOf(value)}`;
  return { status: 500, message: text };
}

const rules: readonly Rule<ChatRequest>[] = [
  ({ tools }, { switches }) =>
    tools?.length && switches.has("older") ? { status: 500, message: "tools param requires --jinja flag" } : undefined,
  ({ logprobs, top_logprobs }) =>
    top_logprobs != null && logprobs !== true ? bad("top_logprobs requires logprobs to be set to true") : undefined,
  ({ stream, tools, logprobs }) =>
    stream === true && tools?.length && logprobs === true
      ? bad("logprobs is not supported with tools + stream")
      : undefined,
  templateRule((text) => ({ status: 500, message: text })),
  (_request, { promptTokens }) =>
    promptTokens > contextTokens
      ? {
          status: 400,
          type: "exceed_context_size_error",
          message: `request (${promptTokens} tokens) exceeds the available context size (${contextTokens} tokens), try increasing it`,
          more: { n_prompt_tokens: promptTokens, n_ctx: contextTokens },
        }
      : undefined,
];

const usage = (counts: Counts): ReturnType<Personality["usage"]> => ({
  ...totals(counts),
  ...(counts.cached > 0 && { prompt_tokens_details: { cached_tokens: counts.cached } }),
});

/** The words and the order are its own: what is there is refused, whatever it says. */
const completionRules: readonly Rule<CompletionRequest>[] = [
  mixedPrompt,
  ({ echo }) => (echo === true ? bad("Only no echo is supported") : undefined),
  (request) => {
    const name = ["best_of", "suffix"].find((one) => Reflect.has(request, one));
    return name === undefined ? undefined : bad(`Unsupported param: ${name}`);
  },
];

/** How long it took, as it tells in every answer. */
const timings = ({ counts }: Pick<Dressing, "counts">): object => ({
  timings: {
    cache_n: counts.cached,
    prompt_n: counts.input - counts.cached,
    prompt_ms: 12.5,
    predicted_n: counts.output,
  },
});

/** llama.cpp's server: one model that answers to any name, and codes that are numbers. */
export const llamacpp: Personality = {
  name: "llamacpp",
  wantsKey: true,
  types: { json: "application/json; charset=utf-8", stream: "text/event-stream" },
  headers: () => ({ server: "llama.cpp" }),
  models: {
    listed: ["qwen3-8b-q4_k_m.gguf"],
    knows: () => true,
    describe: (id) => ({
      id,
      object: "model",
      created: unixNow(),
      owned_by: "llamacpp",
      meta: { n_ctx_train: 40_960, n_params: 8_190_735_360 },
    }),
    around: (models) => ({ models: models.map((name) => ({ name, model: name, capabilities: ["completion"] })) }),
    retrieves: false,
    answersAs: (model) => model,
  },
  errors: {
    usual,
    body: errorBody,
    noJson: () => ({
      status: 500,
      message: "[json.exception.parse_error.101] parse error at line 1, column 1: syntax error while parsing value",
    }),
    // Stricter than the server, whose one model answers requests that name none.
    noModel: () => bad('"model" is required'),
    unknownModel: (model) => ({ status: 404, message: `model '${model}' not found` }),
    mistake: sayMistake,
    wrongKey: () => ({ status: 401, message: "Invalid API Key" }),
    noRoute: () => ({ status: 404, message: "File Not Found" }),
    wrongMethod: () => ({ status: 404, message: "File Not Found" }),
    inStream: (problem) => ({ body: errorBody(problem) }),
  },
  strict: false,
  chat: {
    rules,
    limits: ["max_completion_tokens", "max_tokens"],
    choices: true,
    logprobs: true,
    ids: { answer: () => `chatcmpl-${randomText(32)}`, call: () => randomText(32) },
    thoughts: (switches) => (switches.has("older") ? "tags" : "reasoning_content"),
    thinks: (request) =>
      request.chat_template_kwargs?.["enable_thinking"] === false ? false : isThinker(request.model) || undefined,
    functions: false,
    callsEnd: () => "tool_calls",
    dressAnswer: (answer, dressing) => ({
      ...answer,
      choices: answer.choices.map(({ message: { refusal: _refusal, ...message }, ...choice }) => ({
        ...choice,
        message,
      })),
      system_fingerprint: fingerprint,
      ...timings(dressing),
    }),
    dressChunk: (chunk, dressing) => ({
      ...chunk,
      choices: chunk.choices.map(({ logprobs, ...choice }) => ({ ...choice, ...(logprobs && { logprobs }) })),
      system_fingerprint: fingerprint,
      ...(chunk.usage && timings(dressing)),
    }),
  },
  completions: {
    rules: completionRules,
    choices: true,
    logprobs: true,
    id: () => `chatcmpl-${randomText(32)}`,
    dress: (answer, dressing) => ({ ...answer, system_fingerprint: fingerprint, ...timings(dressing) }),
  },
  embeddings: {
    // Its model is the one it was started with, and so is what it is for.
    dimensions: (model) => (isEmbedder(model) ? openDimensions : undefined),
    refuse: (model) =>
      isEmbedder(model)
        ? undefined
        : { status: 501, message: "This server does not support embeddings. Start it with `--embeddings`" },
    base64: true,
  },
  stream: {
    opening: () => ({ role: "assistant", content: null }),
    closing: {},
    callPieces: 4,
    usage: () => "asked",
    usageChoices: "none",
    usageNull: false,
  },
  usage,
};
