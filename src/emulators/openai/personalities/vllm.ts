import { mixedPrompt } from "../check-completions.ts";
import { randomText, unixNow } from "../ids.ts";
import { jsonTypeOf, type Mistake } from "../mistake.ts";
import type { Counts, Personality, Rule } from "../personality.ts";
import { type Problem, type UsualErrors, usualError } from "../problem.ts";
import type { ChatRequest, CompletionRequest, Switches } from "../types.ts";
import { totals } from "../usage.ts";
import { isEmbedder, isOpenModel, isThinker, openDimensions, withChoices, withChunkChoices } from "./dress.ts";
import { templateRule } from "./template.ts";

/** `--max-model-len` */
const modelLen = 32_768;

const usual: UsualErrors = {
  400: { type: "BadRequestError", message: "The request is invalid." },
  401: { type: "Unauthorized", message: "Unauthorized" },
  404: { type: "NotFoundError", message: "Not Found" },
  429: { type: "TooManyRequests", message: "Too many requests." },
  500: { type: "InternalServerError", message: "Internal server error" },
  503: { type: "ServiceUnavailableError", message: "The engine is not ready." },
};

/** The code is a number, and older releases have no `error` around it. */
function errorBody({ status, message, type, param, more }: Problem, switches: Switches): unknown {
  const error = { message, type: type ?? usualError(status, usual).type, param: param ?? null, code: status, ...more };
  return switches.has("older") ? { object: "error", ...error } : { error };
}

const bad = (message: string, param?: string): Problem => ({ status: 400, message, ...(param && { param }) });

/** pydantic's words: what is wrong, where, and with what. */
function sayMistake({ keyword, path, value, types, words }: Mistake): Problem {
  const loc = ["body", ...path].map((step) => (/^\d+$/.test(step) ? step : `'${step}'`)).join(", ");
  const [type, msg] =
    keyword === "required"
      ? ["missing", "Field required"]
      : words.length > 0
        ? ["literal_error", `Input should be ${words.map((word) => `'${word}'`).join(" or ")}`]
        : [`${types[0] ?? jsonTypeOf(value)}_type`, `Input should be a valid ${types.join(" or ")}`];
  return bad(
    `1 validation error:\n  {'type': '${type}', 'loc': (${loc}), 'msg': ${words.length > 0 ? `"${msg}"` : `'${msg}'`}, 'input': ${show(value)}}`,
  );
}

const show = (value: unknown): string => JSON.stringify(value)?.slice(0, 80) ?? "None";

const rules: readonly Rule<ChatRequest>[] = [
  ({ tools }) => (tools?.length === 0 ? bad("`tools` must not be an empty array.", "tools") : undefined),
  ({ tool_choice, tools }) =>
    tool_choice != null && tool_choice !== "none" && tools == null
      ? bad("When using `tool_choice`, `tools` must be set.", "tool_choice")
      : undefined,
  ({ tools, tool_choice }, { switches }) =>
    tools != null && (tool_choice ?? "auto") === "auto" && !switches.has("auto_tools")
      ? bad('"auto" tool choice requires --enable-auto-tool-choice and --tool-call-parser to be set')
      : undefined,
  ({ tool_choice: choice }) =>
    typeof choice === "string" && !["none", "auto", "required"].includes(choice)
      ? bad(
          `Invalid value for \`tool_choice\`: ${choice}! Only named tools, "none", "auto" or "required" are supported.`,
          "tool_choice",
        )
      : undefined,
  ({ stream, stream_options }) =>
    stream_options != null && stream !== true
      ? bad("Stream options can only be defined when `stream=True`.", "stream_options")
      : undefined,
  ({ logprobs, top_logprobs }) =>
    top_logprobs != null && top_logprobs > 0 && logprobs !== true
      ? bad("when using `top_logprobs`, `logprobs` must be set to true.", "top_logprobs")
      : undefined,
  templateRule((text) => bad(text)),
  tooLong(({ max_completion_tokens, max_tokens }) => max_completion_tokens ?? max_tokens ?? 0),
];

/** The prompt and what may come after it have to fit together. */
function tooLong<Request>(wanted: (request: Request) => number): Rule<Request> {
  return (request, { promptTokens }) => {
    const output = wanted(request);
    if (promptTokens + output <= modelLen) return undefined;
    const text = `This model's maximum context length is ${modelLen} tokens. However, you requested ${output} output tokens and your prompt contains ${promptTokens} input tokens.`;
    return bad(`${text} Please reduce the length of the input prompt or the number of requested output tokens.`);
  };
}

const completionRules: readonly Rule<CompletionRequest>[] = [
  mixedPrompt,
  ({ suffix }) => (suffix ? bad("suffix is not currently supported") : undefined),
  ({ stream, stream_options }) =>
    stream_options != null && stream !== true
      ? bad("Stream options can only be defined when `stream=True`.", "stream_options")
      : undefined,
  tooLong(({ max_tokens }) => max_tokens ?? 16),
];

const thoughtsOf = (switches: Switches): "reasoning" | "reasoning_content" =>
  switches.has("older") ? "reasoning_content" : "reasoning";

const usage = (counts: Counts, { switches }: { readonly switches: Switches }): ReturnType<Personality["usage"]> => ({
  ...totals(counts),
  ...(counts.cached > 0 && { prompt_tokens_details: { cached_tokens: counts.cached } }),
  ...(counts.thinking > 0 &&
    !switches.has("older") && { completion_tokens_details: { reasoning_tokens: counts.thinking } }),
});

/** vLLM: takes what it does not know, and says no in its own words. */
export const vllm: Personality = {
  name: "vllm",
  wantsKey: true,
  types: { json: "application/json", stream: "text/event-stream; charset=utf-8" },
  headers: () => ({ server: "uvicorn" }),
  models: {
    listed: ["Qwen/Qwen3-8B"],
    knows: isOpenModel,
    describe: (id) => ({
      id,
      object: "model",
      created: unixNow(),
      owned_by: "vllm",
      root: id,
      parent: null,
      max_model_len: modelLen,
      permission: [],
    }),
    // It has the list alone.
    retrieves: false,
    answersAs: (model) => model,
  },
  errors: {
    usual,
    body: errorBody,
    noJson: () =>
      bad("1 validation error:\n  {'type': 'json_invalid', 'loc': ('body', 0), 'msg': 'JSON decode error'}"),
    // Stricter than vLLM, which answers with the one model it has.
    noModel: () =>
      sayMistake({ keyword: "required", path: ["model"], value: undefined, types: [], words: [], limit: 0 }),
    unknownModel: (model) => ({ status: 404, message: `The model \`${model}\` does not exist.`, param: "model" }),
    mistake: sayMistake,
    wrongKey: () => ({ status: 401, type: "application/json", body: '{"error":"Unauthorized"}' }),
    noRoute: (_method, _path, switches) => httpError(404, "Not Found", switches),
    wrongMethod: (_method, _path, switches) => httpError(405, "Method Not Allowed", switches),
    inStream: (problem, _head, switches) => ({ body: errorBody(problem, switches), done: true }),
  },
  strict: false,
  chat: {
    rules,
    limits: ["max_completion_tokens", "max_tokens"],
    choices: true,
    logprobs: true,
    ids: { answer: () => `chatcmpl-${randomText(32, "hex")}`, call: () => `chatcmpl-tool-${randomText(32, "hex")}` },
    thoughts: thoughtsOf,
    thinks: (request) => {
      const asked = request.enable_thinking ?? request.chat_template_kwargs?.["enable_thinking"];
      if (asked === false || request.reasoning_effort === "none") return false;
      return isThinker(request.model) || undefined;
    },
    hidesThoughts: ({ include_reasoning }) => include_reasoning === false,
    functions: false,
    callsEnd: ({ tool_choice }) => (typeof tool_choice === "object" && tool_choice !== null ? "stop" : "tool_calls"),
    dressAnswer: (answer, { switches }) => ({
      ...withChoices(answer, (choice) => ({
        ...choice,
        message: {
          ...{ content: null, refusal: null, annotations: null, audio: null, function_call: null },
          ...{ [thoughtsOf(switches)]: null },
          ...(switches.has("older") && { tool_calls: [] }),
          ...choice.message,
        },
        stop_reason: null,
        token_ids: null,
      })),
      service_tier: null,
      system_fingerprint: null,
      prompt_logprobs: null,
      prompt_token_ids: null,
      kv_transfer_params: null,
    }),
    dressChunk: (chunk) =>
      withChunkChoices(chunk, (choice) => ({ ...choice, ...(choice.finish_reason !== null && { stop_reason: null }) })),
  },
  completions: {
    rules: completionRules,
    choices: true,
    logprobs: true,
    id: () => `cmpl-${randomText(32, "hex")}`,
    defaultMaxTokens: 16,
    dress: (answer) => ({
      ...answer,
      choices: answer.choices.map((choice) => ({ ...choice, stop_reason: null })),
    }),
  },
  embeddings: {
    dimensions: (model) => (isEmbedder(model) ? openDimensions : undefined),
    refuse: (model) => (isEmbedder(model) ? undefined : bad("The model does not support Embeddings API")),
    base64: true,
  },
  stream: {
    opening: () => ({ role: "assistant", content: "" }),
    closing: { content: "" },
    callPieces: 4,
    usage: () => "asked",
    usageChoices: "none",
    usageNull: false,
  },
  usage,
};

/** The framework's own errors: bare in older releases. */
function httpError(status: number, text: string, switches: Switches): ReturnType<Personality["errors"]["noRoute"]> {
  if (!switches.has("older")) return { status, message: text, type: text };
  return { status, type: "application/json", body: JSON.stringify({ detail: text }) };
}
