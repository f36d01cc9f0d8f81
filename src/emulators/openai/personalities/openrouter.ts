import { randomText, unixNow } from "../ids.ts";
import { jsonTypeOf, type Mistake, paramOf } from "../mistake.ts";
import type { Counts, Dressing, Personality, Rule } from "../personality.ts";
import type { Problem, UsualErrors } from "../problem.ts";
import type { CompletionRequest } from "../types.ts";
import { totals } from "../usage.ts";
import { isEmbedder, isThinker, openDimensions, withChoices, withChunkChoices } from "./dress.ts";

/** The host that serves every request here. */
const host = "Emulator";

const usual: UsualErrors = {
  400: { type: "bad_request", message: "Provider returned error" },
  401: { type: "unauthorized", message: "No auth credentials found" },
  402: {
    type: "payment_required",
    message: "Insufficient credits. Add more using https://openrouter.ai/settings/credits",
  },
  403: { type: "forbidden", message: "Your chosen model requires moderation and your input was flagged" },
  404: { type: "not_found", message: "No endpoints found for the model." },
  408: { type: "timeout", message: "Your request timed out" },
  429: { type: "rate_limited", message: "Rate limit exceeded" },
  500: { type: "internal", message: "Internal Server Error" },
  502: { type: "bad_gateway", message: "Provider returned error" },
  503: { type: "no_provider", message: "There is no available model provider that meets your routing requirements" },
};

/** The code is the status as a number; there is neither type nor param. */
const errorOf = ({ status, message, more }: Problem): object => ({ message, code: status, ...more });

const bad = (message: string): Problem => ({ status: 400, message });

/** zod's words. */
function sayMistake({ keyword, path, value, types, words }: Mistake): Problem {
  const where = paramOf(path);
  if (keyword === "required") return bad(`${where}: Required`);
  if (words.length > 0) {
    const wanted = words.map((word) => `'${word}'`).join(" | ");
    return bad(`${where}: Invalid enum value. Expected ${wanted}, received '${value}'`);
  }
  return bad(`${where}: Invalid input: expected ${types.join(" | ")}, received ${jsonTypeOf(value)}`);
}

const completionRules: readonly Rule<CompletionRequest>[] = [
  ({ prompt }) => (Array.isArray(prompt) ? bad("prompt: Invalid input: expected string, received array") : undefined),
];

/** Dollars per token, in and out. */
const prices = { input: 0.000_000_25, output: 0.000_001 } as const;

function usage(counts: Counts): ReturnType<Personality["usage"]> {
  const total = totals(counts);
  const cost = total.prompt_tokens * prices.input + total.completion_tokens * prices.output;
  return {
    ...total,
    cost: Number(cost.toFixed(9)),
    is_byok: false,
    prompt_tokens_details: { cached_tokens: counts.cached, audio_tokens: 0 },
    cost_details: { upstream_inference_cost: null },
    completion_tokens_details: { reasoning_tokens: counts.thinking },
  };
}

/** A piece of thinking in its second form, signed where a script says so. */
function details(reasoning: string | null | undefined, { answer }: Dressing): object {
  if (reasoning == null) return {};
  const signature = answer.signature ? { signature: answer.signature } : {};
  return {
    reasoning_details: [{ type: "reasoning.text", text: reasoning, format: "unknown", index: 0, ...signature }],
  };
}

const page = (status: number, title: string): { status: number; type: string; body: string } => ({
  status,
  type: "text/html; charset=utf-8",
  body: `<!DOCTYPE html><html lang="en"><head><title>${title} | OpenRouter</title></head><body>${title}</body></html>`,
});

/** OpenRouter: many hosts behind one address, with what it adds to their answers. */
export const openrouter: Personality = {
  name: "openrouter",
  wantsKey: true,
  types: { json: "application/json", stream: "text/event-stream" },
  headers: () => ({ server: "cloudflare" }),
  root: /^\/api(?=\/v1\/)/,
  models: {
    listed: ["openai/gpt-4o-mini", "anthropic/claude-sonnet-4.5", "deepseek/deepseek-r1", "qwen/qwen3-8b:free"],
    knows: (model) => /^[\w.-]+\/[\w.-]+(:\w+)?$/.test(model),
    describe: (id) => ({
      id,
      object: "model",
      created: 1_721_260_800,
      owned_by: id.split("/", 1)[0] ?? id,
      canonical_slug: id,
      name: id,
      description: "A model of the emulator.",
      context_length: 128_000,
      architecture: { modality: "text->text", input_modalities: ["text"], output_modalities: ["text"] },
      pricing: { prompt: prices.input.toFixed(8), completion: prices.output.toFixed(8) },
      supported_parameters: ["max_tokens", "temperature", "tools", "reasoning", "response_format"],
    }),
    // It tells of one model's hosts only.
    retrieves: false,
    answersAs: (model) => model.replace(/:(online|nitro|floor)$/, ""),
  },
  errors: {
    usual,
    body: (problem) => ({ error: errorOf(problem) }),
    noJson: () => bad("Invalid JSON in request body"),
    noModel: () => bad("No models provided"),
    unknownModel: (model) => bad(`${model} is not a valid model ID`),
    mistake: sayMistake,
    wrongKey: (key) => ({ status: 401, message: key === undefined ? "No auth credentials found" : "User not found." }),
    noRoute: () => page(404, "Not Found"),
    wrongMethod: () => page(405, "Method Not Allowed"),
    // The error comes in a chunk like any other, with a reason that says so.
    inStream: (problem, head) => ({
      body: {
        ...head,
        provider: host,
        error: errorOf(problem),
        choices: [
          {
            index: 0,
            delta: { role: "assistant", content: "" },
            finish_reason: "error",
            native_finish_reason: "error",
          },
        ],
      },
    }),
  },
  strict: false,
  chat: {
    rules: [],
    limits: ["max_completion_tokens", "max_tokens"],
    choices: false,
    logprobs: true,
    ids: { answer: () => `gen-${unixNow()}-${randomText(20)}`, call: () => `call_${randomText(24)}` },
    thoughts: () => "reasoning",
    thinks: ({ model, reasoning, reasoning_effort }) => {
      const effort = reasoning?.effort ?? reasoning_effort;
      if (effort === "none" || reasoning?.enabled === false) return false;
      return reasoning != null || effort != null || isThinker(model) || undefined;
    },
    hidesThoughts: ({ reasoning, include_reasoning }) => reasoning?.exclude === true || include_reasoning === false,
    functions: false,
    callsEnd: () => "tool_calls",
    dressAnswer: (answer, dressing) => ({
      ...withChoices(answer, ({ finish_reason, message, ...choice }) => ({
        ...choice,
        finish_reason,
        native_finish_reason: nativeReason(finish_reason),
        message: { ...{ reasoning: null }, ...message, ...details(message.reasoning, dressing) },
      })),
      provider: host,
      system_fingerprint: null,
    }),
    dressChunk: (chunk, dressing) => ({
      ...withChunkChoices(chunk, ({ finish_reason, delta, ...choice }) => ({
        ...choice,
        delta: { ...delta, ...details(delta.reasoning, dressing) },
        finish_reason,
        native_finish_reason: nativeReason(finish_reason),
      })),
      provider: host,
    }),
  },
  completions: {
    rules: completionRules,
    choices: false,
    logprobs: false,
    id: () => `gen-${unixNow()}-${randomText(20)}`,
    dress: (answer) => ({
      ...answer,
      choices: answer.choices.map((choice) => ({
        ...choice,
        native_finish_reason: nativeReason(choice.finish_reason),
        reasoning: null,
      })),
      provider: host,
    }),
  },
  embeddings: {
    dimensions: (model) => (isEmbedder(model) ? openDimensions : undefined),
    refuse: (model) => (isEmbedder(model) ? undefined : { status: 404, message: `No endpoints found for ${model}.` }),
    base64: true,
  },
  stream: {
    everyDelta: { role: "assistant", content: "" },
    closing: {},
    callPieces: 4,
    usage: (switches) => (switches.has("older") ? "asked" : "always"),
    // The counts come in a chunk with a choice that says nothing.
    usageChoices: "one",
    usageNull: false,
    comment: "OPENROUTER PROCESSING",
  },
  usage,
};

/** What the host itself called it. */
const nativeReason = (reason: string | null): string | null =>
  reason === "stop" ? "end_turn" : reason === "tool_calls" ? "tool_use" : reason;
