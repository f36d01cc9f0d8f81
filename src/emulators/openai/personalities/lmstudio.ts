import { mixedPrompt } from "../check-completions.ts";
import { randomText } from "../ids.ts";
import { type Mistake, paramOf } from "../mistake.ts";
import type { Counts, Personality, Rule } from "../personality.ts";
import type { Problem, UsualErrors } from "../problem.ts";
import type { ChatRequest } from "../types.ts";
import { totals } from "../usage.ts";
import { isEmbedder, isOpenModel, isThinker, openDimensions, withChoices } from "./dress.ts";
import { templateRule } from "./template.ts";

const usual: UsualErrors = {
  400: { type: "invalid_request_error", message: "Invalid request" },
  404: { type: "invalid_request_error", message: "Model not found", code: "model_not_found" },
  500: { type: "internal_error", message: "The model has crashed without additional information." },
};

/** Most errors are a text and nothing else; the few that have a code are objects. */
const errorBody = ({ message, type, param, code, more }: Problem): unknown =>
  code === undefined
    ? { error: message }
    : { error: { message, type: type ?? "invalid_request_error", param: param ?? null, code, ...more } };

const bad = (message: string): Problem => ({ status: 400, message });

function sayMistake({ keyword, path, types, words }: Mistake): Problem {
  const param = paramOf(path);
  if (param === "response_format.type") return bad("'response_format.type' must be 'json_schema' or 'text'");
  if (keyword === "required") return bad(`'${param}' field is required`);
  if (words.length > 0) return bad(`Invalid '${param}': must be one of ${words.join(", ")}`);
  return bad(`Invalid '${param}': expected ${types.join(" or ")}`);
}

const rules: readonly Rule<ChatRequest>[] = [
  ({ response_format }) =>
    response_format?.type === "json_object" ? bad("'response_format.type' must be 'json_schema' or 'text'") : undefined,
  templateRule((text) => bad(`Error rendering prompt with jinja template: "${text}".`)),
];

const usage = (counts: Counts): ReturnType<Personality["usage"]> => ({
  ...totals(counts),
  ...(counts.thinking > 0 && { completion_tokens_details: { reasoning_tokens: counts.thinking } }),
});

/** A path it does not have is told about with status 200. */
const unexpected = (method: string, path: string): { status: number; type: string; body: string } => ({
  status: 200,
  type: "application/json; charset=utf-8",
  body: JSON.stringify({ error: `Unexpected endpoint or method. (${method} ${path})` }),
});

/** LM Studio: loads a model when it is first asked for, and gives errors as bare texts. */
export const lmstudio: Personality = {
  name: "lmstudio",
  wantsKey: true,
  types: { json: "application/json; charset=utf-8", stream: "text/event-stream" },
  headers: () => ({ "x-powered-by": "Express" }),
  models: {
    // All that are downloaded, loaded or not.
    listed: ["qwen/qwen3-8b", "google/gemma-3-4b", "text-embedding-nomic-embed-text-v1.5"],
    knows: isOpenModel,
    describe: (id) => ({ id, object: "model", owned_by: "organization_owner" }),
    retrieves: true,
    answersAs: (model) => model,
  },
  errors: {
    usual,
    body: errorBody,
    noJson: () => bad("Invalid JSON in the request body"),
    noModel: () => bad("'model' field is required"),
    unknownModel: (model) => ({
      status: 404,
      message: `Failed to load model "${model}". Error: Model not found.`,
      param: "model",
      code: "model_not_found",
    }),
    mistake: sayMistake,
    wrongKey: () => ({
      status: 401,
      message: "An LM Studio API token is required to make requests to this server.",
      code: "invalid_api_key",
    }),
    noRoute: unexpected,
    wrongMethod: unexpected,
    // Unverified: one report shows the event's name.
    inStream: (problem) => ({ event: "error", body: { error: { message: problem.message } } }),
  },
  strict: false,
  chat: {
    rules,
    limits: ["max_completion_tokens", "max_tokens"],
    choices: false,
    logprobs: false,
    ids: { answer: () => `chatcmpl-${randomText(22, "lower")}`, call: () => randomText(9, "digits") },
    thoughts: (switches) => (switches.has("older") ? "tags" : "reasoning_content"),
    thinks: ({ model, reasoning_effort }) => (reasoning_effort === "none" ? false : isThinker(model) || undefined),
    functions: false,
    callsEnd: () => "tool_calls",
    dressAnswer: (answer) => ({
      ...withChoices(answer, ({ message: { refusal: _refusal, ...message }, ...choice }) => ({
        ...choice,
        message: { ...message, content: message.content ?? "", tool_calls: message.tool_calls ?? [] },
      })),
      stats: {},
      system_fingerprint: answer.model,
    }),
    dressChunk: (chunk) => ({ ...chunk, system_fingerprint: chunk.model }),
  },
  completions: {
    rules: [mixedPrompt],
    choices: false,
    logprobs: false,
    id: () => `cmpl-${randomText(22, "lower")}`,
    dress: (answer) => ({ ...answer, stats: {}, system_fingerprint: answer.model }),
  },
  embeddings: {
    dimensions: (model) => (isEmbedder(model) ? openDimensions : undefined),
    refuse: (model) => (isEmbedder(model) ? undefined : bad(`Model "${model}" is not an embedding model.`)),
    // It gives numbers, whatever is asked for.
    base64: false,
  },
  stream: {
    firstDelta: { role: "assistant" },
    closing: {},
    callPieces: 4,
    usage: () => "asked",
    usageChoices: "none",
    usageNull: false,
  },
  usage,
};
