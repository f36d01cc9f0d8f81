import { randomText } from "../ids.ts";
import { jsonTypeOf, type Mistake, paramOf } from "../mistake.ts";
import type { Personality, Rule } from "../personality.ts";
import { type Problem, type UsualErrors, usualError } from "../problem.ts";
import type { ChatRequest, CompletionRequest, Message } from "../types.ts";
import { totals } from "../usage.ts";
import { isEmbedder, isOpenModel, isThinker, openDimensions, withChoices, withChunkChoices } from "./dress.ts";

/** `num_ctx`: what of a long prompt is beyond it falls off the start, without a word. */
const contextTokens = 4096;

const usual: UsualErrors = {
  400: { type: "invalid_request_error", message: "invalid request" },
  404: { type: "not_found_error", message: "not found" },
  429: { type: "api_error", message: "too many requests" },
  500: { type: "api_error", message: "llama runner process has terminated" },
  503: { type: "api_error", message: "server busy, please try again. maximum pending requests exceeded" },
};

const errorBody = ({ status, message, type, param, code, more }: Problem): unknown => ({
  error: {
    message,
    type: type ?? (status === 400 || status === 404 ? usualError(status, usual).type : "api_error"),
    param: param ?? null,
    code: code ?? null,
    ...more,
  },
});

const bad = (message: string): Problem => ({ status: 400, message });

const goTypes: Readonly<Record<string, string>> = {
  ...{ string: "string", boolean: "bool", number: "float64", integer: "int", object: "map", array: "slice" },
};

/** Go's words for a member of the wrong type. */
function sayMistake({ keyword, path, value, types }: Mistake): Problem {
  const [top = ""] = path;
  if (keyword === "required" && top === "messages" && path.length === 1) return bad("[] is too short - 'messages'");
  if (path.at(-1) === "role") return bad(`invalid role: ${value}`);
  if (path.at(-1) === "content" || path.includes("content")) {
    return keyword === "tagged" || path.length > 3
      ? bad("invalid message format")
      : bad(`invalid message content type: ${value == null ? "<nil>" : jsonTypeOf(value)}`);
  }
  if (top === "input" || keyword === "required") return bad(`invalid ${paramOf(path)}`);
  const field = path.filter((step) => !/^\d+$/.test(step)).join(".");
  const given = typeof value === "boolean" ? "bool" : jsonTypeOf(value) === "integer" ? "number" : jsonTypeOf(value);
  const wanted = goTypes[types[0] ?? "string"];
  return bad(`json: cannot unmarshal ${given} into Go struct field ChatCompletionRequest.${field} of type ${wanted}`);
}

const roles: readonly string[] = ["system", "user", "assistant", "tool"];
const efforts: readonly string[] = ["high", "medium", "low", "none"];

/** These models have no template for tools. */
const withoutTools = /^(gemma[23]?\b|llama2|phi3?\b|tinyllama|codellama|deepseek-r1)/;

const rules: readonly Rule<ChatRequest>[] = [
  // Stricter than Ollama, which leaves such a message out without a word: who sends one should hear of it.
  ({ messages }) => {
    const stranger = messages.find(({ role }) => !roles.includes(role));
    return stranger === undefined ? undefined : bad(`invalid role: ${stranger.role}`);
  },
  ({ messages }) => {
    const silent = messages.some((message) => message.content == null && !callsOf(message));
    return silent ? bad("invalid message content type: <nil>") : undefined;
  },
  ({ messages }) => (messages.some(hasWrongImage) ? bad("invalid image input") : undefined),
  ({ messages }) => {
    const broken = messages
      .flatMap(callsOf)
      .some((call) => call?.type === "function" && !isJson(call.function.arguments));
    return broken ? bad("invalid tool call arguments") : undefined;
  },
  ({ reasoning_effort, reasoning }) => {
    const effort = reasoning?.effort ?? reasoning_effort;
    return effort == null || efforts.includes(effort)
      ? undefined
      : bad(`invalid reasoning value: '${effort}' (must be "high", "medium", "low", or "none")`);
  },
  ({ model, tools }) =>
    tools?.length && withoutTools.test(model)
      ? bad(`registry.ollama.ai/library/${model} does not support tools`)
      : undefined,
  ({ model, reasoning_effort, reasoning }) => {
    const effort = reasoning?.effort ?? reasoning_effort ?? "none";
    return effort !== "none" && !isThinker(model) ? bad(`"${model}" does not support thinking`) : undefined;
  },
  ({ model }) => (isEmbedder(model) ? bad(`"${model}" does not support chat`) : undefined),
];

const callsOf = (message: Message) => (message.role === "assistant" ? (message.tool_calls ?? undefined) : undefined);

/** Only pictures that come along are taken. */
function hasWrongImage(message: Message): boolean {
  if (message.role !== "user" || typeof message.content === "string") return false;
  return message.content.some(
    (part) => part.type === "image_url" && !/^data:(image\/(jpeg|jpg|png|webp))?;base64,/.test(part.image_url.url),
  );
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

const completionRules: readonly Rule<CompletionRequest>[] = [
  ({ prompt }) =>
    Array.isArray(prompt)
      ? bad("json: cannot unmarshal array into Go struct field CompletionRequest.prompt of type string")
      : undefined,
];

const plainPage = (status: number, body: string): { status: number; type: string; body: string } => ({
  status,
  type: "text/plain",
  body,
});

const number = (): string => String(Number(randomText(3, "digits")));

/** Ollama: reads few members, passes over the rest, and takes any key. */
export const ollama: Personality = {
  name: "ollama",
  wantsKey: false,
  types: { json: "application/json", stream: "text/event-stream" },
  headers: () => ({}),
  models: {
    listed: ["llama3.2:latest", "qwen3:8b", "gpt-oss:20b", "gemma2:2b", "nomic-embed-text:latest"],
    knows: isOpenModel,
    describe: (id) => ({ id, object: "model", created: 1_750_000_000, owned_by: "library" }),
    retrieves: true,
    answersAs: (model) => model,
  },
  errors: {
    usual,
    body: errorBody,
    noJson: () => bad("invalid character '}' looking for beginning of object key string"),
    noModel: () => bad("model is required"),
    unknownModel: (model, switches) => ({
      status: 404,
      message: switches.has("older")
        ? `model "${model}" not found, try pulling it first`
        : `model '${model}' not found`,
    }),
    mistake: sayMistake,
    wrongKey: () => plainPage(401, "unauthorized"),
    noRoute: () => plainPage(404, "404 page not found"),
    wrongMethod: () => plainPage(405, "405 method not allowed"),
    inStream: (problem) => ({ body: errorBody(problem) }),
  },
  strict: false,
  chat: {
    reads: new Set([
      ...["model", "messages", "stream", "stream_options", "max_tokens", "seed", "stop", "temperature", "top_p"],
      ...["frequency_penalty", "presence_penalty", "response_format", "tools", "tool_choice"],
      ...["reasoning", "reasoning_effort", "logprobs", "top_logprobs"],
    ]),
    rules,
    // max_completion_tokens is passed over as well.
    limits: ["max_tokens"],
    choices: false,
    logprobs: true,
    ids: { answer: () => `chatcmpl-${number()}`, call: () => `call_${randomText(8, "lower")}` },
    thoughts: (switches) => (switches.has("older") ? "tags" : "reasoning"),
    thinks: ({ model, reasoning, reasoning_effort }) =>
      (reasoning?.effort ?? reasoning_effort) === "none" ? false : isThinker(model) || undefined,
    functions: false,
    callsEnd: (_request, switches) => (switches.has("older") ? "stop" : "tool_calls"),
    window: contextTokens,
    dressAnswer: (answer) => ({
      ...withChoices(answer, ({ message, logprobs, ...choice }) => ({
        ...choice,
        message: {
          role: message.role,
          content: message.content ?? "",
          ...(message.reasoning && { reasoning: message.reasoning }),
          // What a script has it say like another server.
          ...(message.reasoning_content && { reasoning_content: message.reasoning_content }),
          ...(message.tool_calls && {
            tool_calls: message.tool_calls.map(({ id, ...call }, index) => ({ id, index, ...call })),
          }),
        },
        ...(logprobs && { logprobs }),
      })),
      system_fingerprint: "fp_ollama",
    }),
    dressChunk: (chunk) => ({
      ...withChunkChoices(chunk, ({ logprobs, ...choice }) => ({ ...choice, ...(logprobs && { logprobs }) })),
      system_fingerprint: "fp_ollama",
    }),
  },
  completions: {
    reads: new Set([
      ...["model", "prompt", "suffix", "stream", "stream_options", "max_tokens", "seed", "stop", "temperature"],
      ...["top_p", "frequency_penalty", "presence_penalty"],
    ]),
    rules: completionRules,
    choices: false,
    logprobs: false,
    id: () => `cmpl-${number()}`,
    dress: (answer) => ({
      ...answer,
      choices: answer.choices.map(({ logprobs: _logprobs, ...choice }) => choice),
      system_fingerprint: "fp_ollama",
    }),
  },
  embeddings: { dimensions: () => openDimensions, refuse: () => undefined, base64: true },
  stream: {
    // Every delta says who speaks, and has a content.
    everyDelta: { role: "assistant", content: "" },
    closing: {},
    callPieces: 1,
    usage: (switches) => (switches.has("older") ? "never" : "asked"),
    usageChoices: "none",
    usageNull: false,
  },
  usage: totals,
};
