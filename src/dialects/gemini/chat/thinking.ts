import { GatewayError } from "../../../errors.ts";
import type { Change, ChatRequest } from "../../../operations/types.ts";
import { leastEffort, type ModelFacts, type Thinking, type ThinkingLevel } from "../models.ts";
import type { ThinkingConfig } from "../types.ts";
import { googleOptions } from "./google-options.ts";

/** How much the client wants to have thought, by a word or in tokens, and where it says so. */
interface Wish {
  readonly path: string;
  readonly effort?: string;
  /** -1 leaves it to the model. */
  readonly tokens?: number;
}

/** All that a request says of thinking. Clients of several vendors say it in several places. */
interface Wishes {
  /** The first one counts. */
  readonly amounts: readonly Wish[];
  /** Whether the client wants to see the thoughts; undefined where it does not say. */
  readonly shown: boolean | undefined;
  /** Whether it wants any, however many. */
  readonly any: boolean;
}

/**
 * What the client says of thinking as `thinkingConfig`; undefined leaves it all to the model.
 *
 * OpenAI's `reasoning_effort` counts more than Google's own settings, these more than other vendors'. Where two
 * contradict each other the lesser one is reported. Thoughts are asked for only where the client asks to see them.
 *
 * Units: tokens; budgets are fitted into what the family takes and below the answer's limit.
 * Fails: `invalid_value` on words that none of the vendors has.
 *
 * @see reference: openai-chat-to-gemini §8
 */
export function toThinkingConfig(
  request: ChatRequest,
  limit: number | undefined,
  model: ModelFacts,
  changes: Change[],
): ThinkingConfig | undefined {
  const { amounts, shown, any } = wishesOf(request);
  const [wish, ...others] = amounts;
  if (model.thinking.style === "none") return undefined;
  const amount =
    wish === undefined ? withoutAmount(any, shown, limit, model, changes) : toAmount(wish, limit, model, changes);
  for (const other of others) {
    const differs = JSON.stringify(toAmount(other, limit, model, [])) !== JSON.stringify(amount);
    if (differs) changes.push({ verb: "reported", path: other.path });
  }
  // Google refuses to show what it was told not to think.
  const off = amount?.thinkingBudget === 0 || (wish !== undefined && (wish.effort === "none" || wish.tokens === 0));
  return shown === true && !off ? { ...amount, includeThoughts: true } : amount;
}

/** Below so many tokens a model that thinks as it likes may have none left for an answer. */
const shortAnswer = 1024;

/**
 * Clients that want thoughts and do not say how many leave it to the model, which may have to be told. Clients that ask
 * for a title, or whether anybody is there, give few tokens and say nothing of thinking.
 */
function withoutAmount(
  any: boolean,
  shown: boolean | undefined,
  limit: number | undefined,
  model: ModelFacts,
  changes: Change[],
): ThinkingConfig | undefined {
  if (any && model.thinking.style === "budget" && model.thinking.offByDefault === true) return { thinkingBudget: -1 };
  const effort = leastEffort(model);
  if (effort === undefined || shown === true || limit === undefined || limit >= shortAnswer) return undefined;
  changes.push({ verb: "clamped", path: "reasoning_effort" });
  return toAmount({ path: "reasoning_effort", effort }, limit, model, []);
}

function wishesOf(request: ChatRequest): Wishes {
  const amounts: Wish[] = [];
  const shows: boolean[] = [];
  if (request.reasoning_effort != null) amounts.push({ path: "reasoning_effort", effort: request.reasoning_effort });
  addGoogles(request, amounts, shows);
  addOpenRouters(request, amounts, shows);
  addAnthropics(request, amounts, shows);
  if (request.enable_thinking === false) amounts.push({ path: "enable_thinking", effort: "none" });
  if (request.enable_thinking === true) shows.push(true);
  if (request.thinking_budget != null) amounts.push({ path: "thinking_budget", tokens: request.thinking_budget });
  // To be left in peace counts more than to be shown something.
  return { amounts, shown: shows.length === 0 ? undefined : !shows.includes(false), any: asksForAny(request) };
}

function asksForAny({ enable_thinking: enable, thinking, reasoning }: ChatRequest): boolean {
  return (
    enable === true || thinking?.type === "enabled" || thinking?.type === "adaptive" || reasoning?.enabled === true
  );
}

function addGoogles(request: ChatRequest, amounts: Wish[], shows: boolean[]): void {
  for (const { path, options } of googleOptions(request)) {
    const config = options.thinking_config;
    if (config == null) continue;
    const at = `${path}.thinking_config`;
    if (config.thinking_level != null) amounts.push(toWord(config.thinking_level, `${at}.thinking_level`));
    if (config.thinking_budget != null) amounts.push({ path: `${at}.thinking_budget`, tokens: config.thinking_budget });
    if (config.include_thoughts != null) shows.push(config.include_thoughts);
  }
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

function addAnthropics({ thinking }: ChatRequest, amounts: Wish[], shows: boolean[]): void {
  if (thinking == null) return;
  const { type, budget_tokens: tokens, display } = thinking;
  if (type != null && !["enabled", "adaptive", "disabled"].includes(type)) {
    throw invalidWord("thinking.type", type, ["enabled", "adaptive", "disabled"]);
  }
  if (type === "disabled") amounts.push({ path: "thinking.type", effort: "none" });
  if (tokens != null) amounts.push({ path: "thinking.budget_tokens", tokens });
  if (display === "omitted") shows.push(false);
  else if (type === "enabled" || type === "adaptive") shows.push(true);
}

function toWord(word: string, path: string): Wish {
  const effort = word.toLowerCase();
  if (Object.hasOwn(levels, effort)) return { path, effort };
  throw invalidWord(path, word, Object.keys(levels));
}

function invalidWord(param: string, word: string, words: readonly string[]): GatewayError {
  const shown = word.length > 100 ? `${word.slice(0, 100)}…` : word;
  const known = words.map((one) => `'${one}'`).join(", ");
  return new GatewayError("invalid_value", `Invalid value: '${shown}'. Supported values are: ${known}.`, { param });
}

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

/** Google's own numbers for OpenAI's words; undefined is the family's most. */
const budgets: Readonly<Record<string, number | undefined>> = {
  none: 0,
  minimal: 1024,
  low: 1024,
  medium: 8192,
  high: 24_576,
};

function toAmount(
  wish: Wish,
  limit: number | undefined,
  { thinking }: ModelFacts,
  changes: Change[],
): ThinkingConfig | undefined {
  if (thinking.style === "none") return undefined;
  if (thinking.style === "level") return toLevel(wish, thinking.levels, changes);
  const wanted = wish.tokens ?? budgets[wish.effort ?? ""] ?? thinking.max;
  const budget = wanted < 0 ? -1 : toFitting(wanted, limit, thinking);
  if (budget !== wanted) changes.push({ verb: "clamped", path: wish.path });
  return { thinkingBudget: budget };
}

type BudgetStyle = Extract<Thinking, { style: "budget" }>;

/** Thoughts and answer share the limit: a budget that fills it leaves no room for a word. */
function toFitting(wanted: number, limit: number | undefined, { min, max, canDisable }: BudgetStyle): number {
  if (wanted === 0 && canDisable) return 0;
  const fitting = Math.min(Math.max(wanted, min), max);
  if (limit === undefined || fitting < limit) return fitting;
  // Where even the fewest thoughts fill it there are none, if the model can do without.
  if (min >= limit) return canDisable ? 0 : min;
  return Math.max(min, Math.floor(limit / 2));
}

function toLevel(
  { path, effort, tokens }: Wish,
  known: readonly ThinkingLevel[],
  changes: Change[],
): ThinkingConfig | undefined {
  if (tokens !== undefined && tokens < 0) return undefined;
  const wanted = tokens === undefined ? (levels[effort ?? ""] ?? "HIGH") : levelFor(tokens);
  const above = levelOrder.slice(levelOrder.indexOf(wanted));
  const level = above.find((one) => known.includes(one)) ?? known.at(-1);
  if (level === undefined) return undefined;
  const same = level === wanted && tokens === undefined;
  if (!same && effort !== "max") changes.push({ verb: "clamped", path });
  return { thinkingLevel: level };
}

/** The word under which Google's own layer has a budget of so many tokens. */
function levelFor(tokens: number): ThinkingLevel {
  if (tokens === 0) return "MINIMAL";
  if (tokens <= 1024) return "LOW";
  return tokens <= 8192 ? "MEDIUM" : "HIGH";
}
