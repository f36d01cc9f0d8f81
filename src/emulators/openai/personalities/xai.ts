import { mixedPrompt } from "../check-completions.ts";
import { randomText } from "../ids.ts";
import { jsonTypeOf, type Mistake, paramOf } from "../mistake.ts";
import type { Counts, Personality, Rule } from "../personality.ts";
import type { Problem, UsualErrors } from "../problem.ts";
import { usualError } from "../problem.ts";
import type { ChatRequest } from "../types.ts";
import { withChoices, withChunkChoices } from "./dress.ts";

/** The code is a sentence for the status, the error a text. */
const usual: UsualErrors = {
  400: { type: "Client specified an invalid argument", message: "The request is invalid." },
  401: { type: "Unauthenticated", message: "No credentials were sent." },
  403: { type: "The caller does not have permission to execute the specified operation", message: "Forbidden." },
  404: { type: "Some requested entity was not found", message: "Not found." },
  422: { type: "Failed to deserialize the JSON body into the target type", message: "The request is invalid." },
  429: { type: "Some resource has been exhausted", message: "Too many requests." },
  500: { type: "The system has an internal error", message: "Internal error." },
  503: { type: "The service is currently unavailable", message: "The service is at capacity." },
};

const errorBody = ({ status, message }: Problem): unknown => ({ code: usualError(status, usual).type, error: message });

const bad = (message: string): Problem => ({ status: 400, message });

/** The words of its JSON library. */
function sayMistake({ keyword, path, value, types, words }: Mistake): Problem {
  const begin = "Failed to deserialize the JSON body into the target type";
  if (keyword === "required") return { status: 422, message: `${begin}: missing field \`${path.at(-1)}\`` };
  const wanted = words.length > 0 ? `one of ${words.join(", ")}` : (types[0] ?? "a value");
  return { status: 422, message: `${begin}: ${paramOf(path)}: invalid ${jsonTypeOf(value)}, expected ${wanted}` };
}

/** All models but the older ones, and those that say so, think. */
const thinker = /^grok-(?:3-mini|code|build|[4-9](?!.*non-reasoning))/;
const mini = /^grok-3-mini|^grok-4\.3|multi-agent/;

/** Members that thinking models refuse, and how they call them. */
const refusedByThinkers = [
  ["presence_penalty", "presencePenalty"],
  ["frequency_penalty", "frequencyPenalty"],
  ["stop", "stop"],
] as const;

const rules: readonly Rule<ChatRequest>[] = [
  ...refusedByThinkers.map(
    ([member, name]): Rule<ChatRequest> =>
      (request) =>
        request[member] != null && thinker.test(request.model)
          ? bad(`Argument not supported on this model: ${name}`)
          : undefined,
  ),
  ({ model, reasoning_effort: effort }) =>
    effort != null && !mini.test(model) ? bad(`Model ${model} does not support parameter reasoningEffort.`) : undefined,
  ({ tools }) =>
    tools?.some(({ type }) => type === "custom") ? bad("Custom tools are not supported on this endpoint.") : undefined,
];

/** Thinking is counted beside what is said, and only in the sum of both. */
function usage(counts: Counts): ReturnType<Personality["usage"]> {
  return {
    prompt_tokens: counts.input,
    completion_tokens: counts.output,
    total_tokens: counts.input + counts.output + counts.thinking,
    prompt_tokens_details: {
      text_tokens: counts.input,
      audio_tokens: 0,
      image_tokens: 0,
      cached_tokens: counts.cached,
    },
    completion_tokens_details: {
      reasoning_tokens: counts.thinking,
      audio_tokens: 0,
      accepted_prediction_tokens: 0,
      rejected_prediction_tokens: 0,
    },
    num_sources_used: 0,
  };
}

const page = (status: number): { status: number; type: string; body: string } => ({
  status,
  type: "text/plain",
  body: "",
});
const fingerprint = `fp_${randomText(10, "hex")}`;

/** xAI: OpenAI's language with errors of its own, and models that take less the more they think. */
export const xai: Personality = {
  name: "xai",
  wantsKey: true,
  types: { json: "application/json", stream: "text/event-stream" },
  headers: () => ({ "x-request-id": `${randomText(8, "hex")}-${randomText(12, "hex")}` }),
  lacks: ["completions", "embeddings"],
  models: {
    listed: ["grok-4", "grok-4-fast-non-reasoning", "grok-3-mini", "grok-3"],
    knows: (model) => /^grok-\d|^grok-(?:code|build|beta)/.test(model),
    describe: (id) => ({ id, object: "model", created: 1_752_019_200, owned_by: "xai" }),
    retrieves: true,
    answersAs: (model) => model,
  },
  errors: {
    usual,
    body: errorBody,
    noJson: () => ({ status: 400, message: "Failed to parse the request body as JSON" }),
    noModel: () =>
      sayMistake({ keyword: "required", path: ["model"], value: undefined, types: [], words: [], limit: 0 }),
    unknownModel: (model) => ({
      status: 404,
      message: `The model ${model} does not exist or your team 0a1b2c3d-4e5f does not have access to it.`,
    }),
    mistake: sayMistake,
    // A wrong key is a wrong argument here.
    wrongKey: (key) =>
      key === undefined
        ? { status: 401, message: "No credentials were sent." }
        : bad(`Incorrect API key provided: ${mask(key)}. You can obtain an API key from https://console.x.ai.`),
    noRoute: () => page(404),
    wrongMethod: () => page(405),
    inStream: (problem) => ({ body: errorBody(problem) }),
  },
  strict: false,
  chat: {
    rules,
    limits: ["max_completion_tokens", "max_tokens"],
    choices: true,
    logprobs: true,
    ids: {
      answer: () => `${randomText(8, "hex")}-${randomText(4, "hex")}-${randomText(12, "hex")}`,
      call: () => `call_${randomText(8, "digits")}`,
    },
    thoughts: () => "reasoning_content",
    thinks: ({ model }) => thinker.test(model) || undefined,
    functions: false,
    callsEnd: () => "tool_calls",
    dressAnswer: (answer) => ({
      ...withChoices(answer, (choice) => ({
        ...choice,
        message: { ...choice.message, content: choice.message.content ?? "" },
      })),
      system_fingerprint: fingerprint,
    }),
    dressChunk: (chunk) => ({
      ...withChunkChoices(chunk, ({ logprobs, ...choice }) => ({ ...choice, ...(logprobs !== null && { logprobs }) })),
      system_fingerprint: fingerprint,
    }),
  },
  completions: {
    rules: [mixedPrompt],
    choices: true,
    logprobs: true,
    id: () => randomText(32, "hex"),
    dress: (answer) => ({ ...answer }),
  },
  embeddings: { dimensions: () => undefined, refuse: () => bad("no embeddings here"), base64: false },
  stream: {
    firstDelta: { role: "assistant" },
    closing: {},
    // A call comes whole.
    callPieces: 1,
    usage: () => "asked",
    usageChoices: "none",
    usageNull: false,
  },
  usage,
};

const mask = (key: string): string => `${key.slice(0, 2)}***${key.slice(-2)}`;
