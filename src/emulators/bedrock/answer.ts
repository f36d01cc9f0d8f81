import { messageFor } from "../anthropic/answer.ts";
import type { Checked as ClaudeChecked } from "../anthropic/rule.ts";
import type { Message } from "../anthropic/types.ts";
import { isObject, type JsonObject } from "../json.ts";
import { type Turn, turnOf } from "../model.ts";
import type { Prompt } from "../prompt.ts";
import type { Answer } from "../script.ts";
import { blocksFor, fromClaude } from "./blocks.ts";
import { traceOf, usualBlock } from "./guardrail.ts";
import type { Checked } from "./rule.ts";
import type { Block, ConverseRequest, ConverseResponse, TokenUsage } from "./types.ts";
import { promptTokens, usageOf, usageWith } from "./usage.ts";

/** All that an answer is made of. */
export interface Case {
  readonly checked: Checked;
  /** The same request in Claude's own form, where Claude answers. */
  readonly claude: ClaudeChecked | undefined;
  readonly prompt: Prompt;
  readonly answer: Answer;
}

/** What the model says, before the rest is put around it. */
interface Said {
  readonly content: readonly Block[];
  readonly stopReason: string;
  readonly usage: TokenUsage;
  /** The model's own answer, as far as one is known. */
  readonly own: unknown;
}

const latencyMs = 321;

/** The whole answer. Of a stream it is what the events add up to. */
export function responseFor(one: Case): ConverseResponse {
  const { checked, claude, answer } = one;
  const { request } = checked;
  const { content, stopReason, usage, own } =
    answer.blocked !== undefined ? blockedBy(one) : claude === undefined ? say(one) : sayAsClaude(one, claude);
  const reason = answer.finish ?? stopReason;
  const fields = pickedFrom(own, request);
  const trace = traceOf(request, answer.blocked);
  return {
    output: { message: { role: "assistant", content: [...content] } },
    ...(reason !== "" && { stopReason: reason }),
    usage,
    metrics: { latencyMs },
    ...(fields !== undefined && { additionalModelResponseFields: fields }),
    ...(trace !== undefined && { trace }),
    ...(request.performanceConfig !== undefined && { performanceConfig: request.performanceConfig }),
    ...(request.serviceTier !== undefined && { serviceTier: request.serviceTier }),
  };
}

const nothing: Turn = { thoughts: "", text: "", calls: [], ending: "done" };

/** A guardrail has words of its own in place of the model's; without one the model just falls silent. */
function blockedBy({ checked: { request }, answer }: Case): Said {
  if (request.guardrailConfig === undefined) {
    const usage = usageOf(promptTokens(request), nothing, answer.usage);
    return { content: [], stopReason: "content_filtered", usage, own: {} };
  }
  const content = [{ text: answer.text ?? usualBlock }];
  return { content, stopReason: "guardrail_intervened", usage: usageOf(0, nothing, answer.usage), own: {} };
}

function say({ checked: { request }, prompt, answer }: Case): Said {
  const turn = turnOf(answer, prompt);
  const ends = { done: turn.calls.length > 0 ? "tool_use" : "end_turn", stop: "stop_sequence", length: "max_tokens" };
  const usage = usageOf(promptTokens(request), turn, answer.usage);
  return { content: blocksFor(turn), stopReason: ends[turn.ending], usage, own: {} };
}

/** Words that Claude has of its own for why an answer ends. */
const claudeEnds: Readonly<Record<string, string>> = { refusal: "content_filtered", pause_turn: "end_turn" };

function sayAsClaude({ prompt, answer }: Case, checked: ClaudeChecked): Said {
  // A script speaks of the end in the words of Converse.
  const { finish: _finish, ...rest } = answer;
  const message = messageFor({ checked, prompt, answer: rest });
  const end = message.stop_reason ?? "end_turn";
  return {
    content: message.content.flatMap(fromClaude),
    stopReason: claudeEnds[end] ?? end,
    usage: countsOf(message.usage),
    own: message,
  };
}

function countsOf(usage: Message["usage"]): TokenUsage {
  return usageWith({
    inputTokens: usage.input_tokens,
    outputTokens: usage.output_tokens,
    cached: usage.cache_read_input_tokens ?? 0,
    written: usage.cache_creation_input_tokens ?? 0,
    ttl: (usage.cache_creation?.ephemeral_1h_input_tokens ?? 0) > 0 ? "1h" : "5m",
  });
}

/** What the request wants of the model's own answer, at the same places; places there are not are passed over. */
function pickedFrom(
  own: unknown,
  { additionalModelResponseFieldPaths: paths }: ConverseRequest,
): JsonObject | undefined {
  if (paths === undefined) return undefined;
  return paths.reduce<JsonObject>((picked, path) => {
    const steps = path
      .split("/")
      .slice(1)
      .map((step) => step.replaceAll("~1", "/").replaceAll("~0", "~"));
    const value = steps.reduce<unknown>((at, step) => (isObject(at) ? at[step] : undefined), own);
    return value === undefined ? picked : withValue(picked, steps, value);
  }, {});
}

function withValue(object: JsonObject, [step = "", ...rest]: readonly string[], value: unknown): JsonObject {
  if (rest.length === 0) return { ...object, [step]: value };
  const inner = object[step];
  return { ...object, [step]: withValue(isObject(inner) ? inner : {}, rest, value) };
}
