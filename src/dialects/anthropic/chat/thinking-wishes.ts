import { GatewayError } from "../../../errors.ts";
import type { ChatRequest } from "../../../operations/types.ts";

/** How much the client wants to have thought, by a word or in tokens, and where it says so. */
export interface Wish {
  readonly path: string;
  readonly effort?: Word;
  /** Less than nothing leaves it to the model. */
  readonly tokens?: number;
}

export type Word = (typeof words)[number];

/** All that a request says of thinking. Clients of several vendors say it in several places. */
export interface Wishes {
  /** The first one counts. */
  readonly amounts: readonly Wish[];
  /** Whether the client wants to see the thoughts; undefined where it does not say. */
  readonly shown: boolean | undefined;
  /** Where it wants some, however many. */
  readonly any: string | undefined;
}

const words = ["none", "minimal", "low", "medium", "high", "xhigh", "max"] as const;

/**
 * What the client says of thinking: OpenAI's `reasoning_effort` counts more than Anthropic's own settings, these more
 * than other vendors'.
 *
 * Fails: `invalid_value` on words that none of the vendors has.
 *
 * @see reference: openai-chat-to-anthropic §7
 */
export function wishesOf(request: ChatRequest): Wishes {
  const amounts: Wish[] = [];
  const shows: boolean[] = [];
  if (request.reasoning_effort != null) amounts.push(toWord(request.reasoning_effort, "reasoning_effort"));
  addAnthropics(request, amounts, shows);
  addOpenRouters(request, amounts, shows);
  if (request.enable_thinking === false) amounts.push({ path: "enable_thinking", effort: "none" });
  if (request.enable_thinking === true) shows.push(true);
  if (request.thinking_budget != null) amounts.push({ path: "thinking_budget", tokens: request.thinking_budget });
  // To be left in peace counts more than to be shown something.
  return { amounts, shown: shows.length === 0 ? undefined : !shows.includes(false), any: placeOfAny(request) };
}

function placeOfAny({ enable_thinking: enable, thinking, reasoning }: ChatRequest): string | undefined {
  if (thinking?.type === "enabled" || thinking?.type === "adaptive") return "thinking";
  if (reasoning?.enabled === true) return "reasoning.enabled";
  return enable === true ? "enable_thinking" : undefined;
}

const types = ["enabled", "adaptive", "between_tools", "disabled"];

function addAnthropics({ thinking }: ChatRequest, amounts: Wish[], shows: boolean[]): void {
  if (thinking == null) return;
  const { type, budget_tokens: tokens, display } = thinking;
  if (type != null && !types.includes(type)) throw invalidWord("thinking.type", type, types);
  if (type === "disabled" || type === "between_tools") amounts.push({ path: "thinking.type", effort: "none" });
  else if (tokens != null) amounts.push({ path: "thinking.budget_tokens", tokens });
  if (display === "omitted") shows.push(false);
  else if (type === "enabled" || type === "adaptive") shows.push(true);
}

function addOpenRouters(request: ChatRequest, amounts: Wish[], shows: boolean[]): void {
  if (request.include_reasoning != null) shows.push(request.include_reasoning);
  const { reasoning } = request;
  if (reasoning == null) return;
  const { effort, max_tokens: tokens, exclude, enabled, summary } = reasoning;
  if (enabled === false) amounts.push({ path: "reasoning.enabled", effort: "none" });
  if (effort != null) amounts.push(toWord(effort, "reasoning.effort"));
  if (tokens != null) amounts.push({ path: "reasoning.max_tokens", tokens });
  if (exclude === true || enabled === false) shows.push(false);
  else if ([effort, tokens, enabled, exclude, summary].some((value) => value != null)) shows.push(true);
}

function toWord(text: string, path: string): Wish {
  const effort = words.find((word) => word === text.toLowerCase());
  if (effort !== undefined) return { path, effort };
  throw invalidWord(path, text, words);
}

function invalidWord(param: string, word: string, known: readonly string[]): GatewayError {
  const shown = word.length > 100 ? `${word.slice(0, 100)}…` : word;
  const all = known.map((one) => `'${one}'`).join(", ");
  return new GatewayError("invalid_value", `Invalid value: '${shown}'. Supported values are: ${all}.`, { param });
}
