import type { Change, ChatRequest } from "../../../operations/types.ts";
import { toGeminiSchema } from "../json-schema.ts";
import { leastEffort, type ModelFacts, type ThinkingLevel } from "../models.ts";
import type { GenerationConfig, ThinkingConfig } from "../types.ts";

/**
 * The sampling fields as `generationConfig`; undefined when the client set none.
 *
 * Units: token limits count thinking too, on both sides. Seeds are folded into 32 bits, penalties clamped below 2.
 *
 * @see specs/vertex.yaml#/components/schemas/GenerationConfig
 */
export function toGenerationConfig(request: ChatRequest, model: ModelFacts, changes: Change[]): GenerationConfig {
  const config: GenerationConfig = {};
  if (model.sampling && request.temperature != null) config.temperature = request.temperature;
  if (model.sampling && request.top_p != null) config.topP = request.top_p;
  if (model.sampling && request.top_k != null) config.topK = request.top_k;
  const limit = request.max_completion_tokens ?? request.max_tokens;
  if (limit != null) config.maxOutputTokens = limit;
  const stop = typeof request.stop === "string" ? [request.stop] : (request.stop ?? []);
  const sequences = stop.filter((text) => text !== "");
  if (sequences.length > 0) config.stopSequences = sequences;
  if (request.seed != null) config.seed = Number(BigInt.asIntN(32, BigInt(request.seed)));
  addPenalties(config, request, model, changes);
  if (model.logprobs && request.logprobs === true) addLogprobs(config, request);
  const thinking =
    request.reasoning_effort == null && limit != null && limit < shortAnswer
      ? toLeastThinking(limit, model, changes)
      : toThinkingConfig(request.reasoning_effort, limit ?? undefined, model, changes);
  if (thinking !== undefined) config.thinkingConfig = thinking;
  return config;
}

/** Below so many tokens a model that thinks as it likes may have none left for an answer. */
const shortAnswer = 1024;

/** Clients that ask for a title, or whether anybody is there, give few tokens and say nothing of thinking. */
function toLeastThinking(limit: number, model: ModelFacts, changes: Change[]): ThinkingConfig | undefined {
  const thinking = toThinkingConfig(leastEffort(model), limit, model, []);
  if (thinking !== undefined) changes.push({ verb: "clamped", path: "reasoning_effort" });
  return thinking;
}

function addLogprobs(config: GenerationConfig, request: ChatRequest): void {
  config.responseLogprobs = true;
  if (request.top_logprobs != null && request.top_logprobs > 0) config.logprobs = request.top_logprobs;
}

const greatestPenalty = 1.99;

function addPenalties(config: GenerationConfig, request: ChatRequest, model: ModelFacts, changes: Change[]): void {
  if (!model.penalties) return;
  for (const [from, to] of [
    ["presence_penalty", "presencePenalty"],
    ["frequency_penalty", "frequencyPenalty"],
  ] as const) {
    const value = request[from];
    if (value == null || value === 0) continue;
    config[to] = Math.min(value, greatestPenalty);
    if (value > greatestPenalty) changes.push({ verb: "clamped", path: from });
  }
}

/** Structured output: the answer's type, and its schema where the client gave one. */
export function addResponseFormat(config: GenerationConfig, format: ChatRequest["response_format"]): void {
  if (format == null || format.type === "text") return;
  config.responseMimeType = "application/json";
  if (format.type === "json_object") return;
  const schema = answerSchema(format.json_schema);
  if (schema !== undefined) config.responseJsonSchema = schema;
}

type JsonSchemaFormat = Extract<NonNullable<ChatRequest["response_format"]>, { type: "json_schema" }>["json_schema"];

/** The schema of a structured answer, the format's description on it where the schema has none of its own. */
export function answerSchema({ schema, description }: JsonSchemaFormat): unknown {
  if (schema == null) return undefined;
  const described = description == null || "description" in schema ? schema : { description, ...schema };
  return toGeminiSchema(described);
}

/** Google's own numbers for OpenAI's words; undefined is the family's most. */
const budgets: Readonly<Record<string, number | undefined>> = {
  none: 0,
  minimal: 1024,
  low: 1024,
  medium: 8192,
  high: 24_576,
};

const levelOrder: readonly ThinkingLevel[] = ["MINIMAL", "LOW", "MEDIUM", "HIGH", "XHIGH"];
const levels: Readonly<Record<string, ThinkingLevel>> = {
  none: "MINIMAL",
  minimal: "MINIMAL",
  low: "LOW",
  medium: "MEDIUM",
  high: "HIGH",
  xhigh: "XHIGH",
  max: "XHIGH",
};

function toThinkingConfig(
  effort: string | null | undefined,
  limit: number | undefined,
  model: ModelFacts,
  changes: Change[],
): ThinkingConfig | undefined {
  const { thinking } = model;
  if (effort == null || thinking.style === "none") return undefined;
  if (thinking.style === "level") {
    const wanted = levels[effort] ?? "HIGH";
    const level =
      levelOrder.slice(levelOrder.indexOf(wanted)).find((one) => thinking.levels.includes(one)) ??
      thinking.levels.at(-1);
    if (level === undefined) return undefined;
    if (level !== wanted && effort !== "max") changes.push({ verb: "clamped", path: "reasoning_effort" });
    return { thinkingLevel: level };
  }
  const wanted = effort in budgets ? (budgets[effort] ?? thinking.max) : thinking.max;
  if (wanted === 0 && thinking.canDisable) return { thinkingBudget: 0 };
  const fitting = Math.min(Math.max(wanted, thinking.min), thinking.max);
  // Thoughts and answer share the limit: a budget that fills it leaves no room for a word.
  const budget = limit !== undefined && fitting >= limit ? Math.max(thinking.min, Math.floor(limit / 2)) : fitting;
  if (budget !== wanted) changes.push({ verb: "clamped", path: "reasoning_effort" });
  return { thinkingBudget: budget };
}
