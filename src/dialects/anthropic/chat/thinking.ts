import type { Change, ChatRequest } from "../../../operations/types.ts";
import type { Effort, ModelFacts, Thinking } from "../models.ts";
import type { ThinkingConfig } from "../types.ts";
import { forcesCalls, shapesAnswer } from "./choice.ts";
import { toLimit } from "./sampling.ts";
import { type Wish, type Wishes, type Word, wishesOf } from "./thinking-wishes.ts";
import { lastTurnOf, thoughtsOf } from "./thoughts.ts";

/** How the model is told to think. */
export interface ThinkingPlan {
  readonly thinking?: ThinkingConfig;
  readonly effort?: Effort;
}

/** What else of a request bears on thinking. */
export interface Circumstances {
  /** Most tokens of the answer, thinking included. */
  readonly limit: number;
  /** The client set that limit. */
  readonly isLimited: boolean;
  /** A tool stands in for structured output, and must be called. */
  readonly answerTool: boolean;
}

/** The least budget there is. */
const minBudget = 1024;

/**
 * What the client says of thinking, in the words of the model. Where two wishes contradict each other the lesser one is
 * reported. Thoughts are asked for only where the client asks to see them.
 *
 * Units: tokens; the answer's limit counts thinking too, on both sides, so budgets are shares of it and stay below it.
 * Fails: `invalid_value` on words that none of the vendors has.
 *
 * @see reference: openai-chat-to-anthropic §§2.1, 7
 */
export function toThinking(
  request: ChatRequest,
  model: ModelFacts,
  around: Circumstances,
  changes: Change[],
): ThinkingPlan {
  const wishes = wishesOf(request);
  if (model.thinking.style === "none") return {};
  if (leavesThinkingOff(request, model)) return withoutThinking(model.thinking);
  return planFrom(wishes, request, model, around, changes);
}

/** What comes of the client's wishes where nothing keeps the model from thinking. */
function planFrom(
  wishes: Wishes,
  request: ChatRequest,
  model: ModelFacts,
  around: Circumstances,
  changes: Change[],
): ThinkingPlan {
  const [wish, ...others] = wishes.amounts;
  const plan = toPlan(wish ?? usualWish(wishes, model.thinking, around, changes), request, model, around, changes);
  for (const other of others) {
    const differs = JSON.stringify(toPlan(other, request, model, around, [])) !== JSON.stringify(plan);
    if (differs) changes.push({ verb: "reported", path: other.path });
  }
  return withDisplay(plan, wishes, model.thinking);
}

/** Whether a request keeps a model from thinking, whatever it says of it. */
export function leavesThinkingOff(request: ChatRequest, model: ModelFacts): boolean {
  return forcesUnthought(request, model) || losesThoughts(request, model);
}

/** A call is forced: with budgets that is refused, and else it is not sure to be made. */
export function forcesUnthought(request: ChatRequest, { thinking, forcedCalls }: ModelFacts): boolean {
  const canDo = thinking.style === "budget" || (thinking.style === "adaptive" && thinking.least === "disabled");
  return canDo && forcedCalls && forcesCalls(request);
}

/**
 * With budgets, calls must stand behind the thoughts that led to them. Where the client has lost these, the model does
 * not think on.
 */
export function losesThoughts(request: ChatRequest, { thinking }: ModelFacts): boolean {
  return thinking.style === "budget" && hasLost(request);
}

function hasLost({ messages }: ChatRequest): boolean {
  const turn = lastTurnOf(messages);
  const [opening] = turn;
  const calls = turn.some((message) => (message.tool_calls ?? []).length > 0 || message.function_call != null);
  return opening !== undefined && calls && thoughtsOf(opening).length === 0;
}

/** Whether the client wants the model to think, in as many words. */
export function wantsThinking(request: ChatRequest): boolean {
  const { amounts, any } = wishesOf(request);
  const [wish] = amounts;
  return wish === undefined ? any !== undefined : wish.effort !== "none" && wish.tokens !== 0;
}

/** What a request says of thinking, where nothing else is to be known. */
export function thinkingOf(request: ChatRequest, model: ModelFacts): ThinkingConfig | undefined {
  const { tokens, isSet } = toLimit(request, model, []);
  return toThinking(request, model, { limit: tokens, isLimited: isSet, answerTool: false }, []).thinking;
}

/** Whether a request makes the model think: it then draws its answer as it sees fit. */
export function thinksIn(request: ChatRequest, model: ModelFacts): boolean {
  return isOn(thinkingOf(request, model));
}

/** Whether a model goes on with an answer that the client has begun: not where it thinks first, or answers in a form. */
export function goesOn(request: ChatRequest, model: ModelFacts): boolean {
  return model.prefill && !shapesAnswer(request) && !thinksIn(request, model);
}

/** Whether thoughts that led to earlier calls would go back to the model, were they all there. */
export function wouldReplay(request: ChatRequest, model: ModelFacts): boolean {
  const style = model.thinking;
  if (style.style === "none" || forcesUnthought(request, model)) return false;
  const { tokens: limit, isSet: isLimited } = toLimit(request, model, []);
  const { thinking } = planFrom(wishesOf(request), request, model, { limit, isLimited, answerTool: false }, []);
  const thinks = thinking === undefined ? style.style === "adaptive" && style.onWhenOmitted : isOn(thinking);
  return thinks && replaysThoughts(model, thinking);
}

/** Whether thinking is switched on. */
export function isOn(thinking: ThinkingConfig | undefined): boolean {
  return thinking !== undefined && thinking.type !== "disabled";
}

/** Thoughts that are bound to their conversation are of use only where the model can be told to let go of them. */
export function replaysThoughts({ boundThoughts }: ModelFacts, thinking: ThinkingConfig | undefined): boolean {
  return !boundThoughts || thinking === undefined || thinking.type === "adaptive";
}

/** Whether nothing in a request makes a model think that thinks only where it is told to. */
export function isUntold(request: ChatRequest, { thinking }: ModelFacts): boolean {
  if (thinking.style === "adaptive" && thinking.onWhenOmitted) return false;
  const { amounts, any } = wishesOf(request);
  return amounts.length === 0 && any === undefined;
}

function withoutThinking(thinking: Thinking): ThinkingPlan {
  const must = thinking.style === "adaptive" && thinking.onWhenOmitted && thinking.least === "disabled";
  return must ? { thinking: { type: "disabled" } } : {};
}

/** Below so many tokens a model that thinks as it likes may have none left for an answer. */
const shortAnswer = 1024;

/** Clients that ask for a title, or whether anybody is there, give few tokens and say nothing of thinking. */
function usualWish(
  { shown, any }: Wishes,
  thinking: Thinking,
  { limit, isLimited, answerTool }: Circumstances,
  changes: Change[],
): Wish | undefined {
  if (any !== undefined) return { path: any, tokens: -1 };
  const thinks = thinking.style === "adaptive" && thinking.onWhenOmitted;
  if (!thinks) return undefined;
  if (answerTool && thinking.least === "disabled") return { path: "", effort: "none" };
  if (shown === true) return { path: "", tokens: -1 };
  if (!isLimited || limit >= shortAnswer) return undefined;
  changes.push({ verb: "clamped", path: "reasoning_effort" });
  return { path: "", effort: "none" };
}

function toPlan(
  wish: Wish | undefined,
  request: ChatRequest,
  model: ModelFacts,
  { limit }: Circumstances,
  changes: Change[],
): ThinkingPlan {
  const { thinking } = model;
  if (wish === undefined || thinking.style === "none") return {};
  const tell = (): void => {
    if (wish.path !== "") changes.push({ verb: "clamped", path: wish.path });
  };
  const isOff = wish.effort === "none" || wish.tokens === 0;
  if (thinking.style === "budget") return isOff ? { thinking: { type: "disabled" } } : toBudget(wish, limit, tell);
  if (isOff) return toLeast(thinking, tell);
  const inTokens = wish.tokens !== undefined && wish.tokens > 0;
  if (inTokens && thinking.budgets && !hasLost(request)) return toBudget(wish, limit, tell);
  const effort = toEffort(wish, thinking, tell);
  return effort === undefined ? { thinking: { type: "adaptive" } } : { thinking: { type: "adaptive" }, effort };
}

type Adaptive = Extract<Thinking, { style: "adaptive" }>;

function toLeast({ least }: Adaptive, tell: () => void): ThinkingPlan {
  if (least === "disabled") return { thinking: { type: "disabled" } };
  tell();
  return least === "low" ? { effort: "low" } : { thinking: { type: "between_tools" } };
}

function toEffort({ effort, tokens }: Wish, { xhigh }: Adaptive, tell: () => void): Effort | undefined {
  if (tokens !== undefined) {
    if (tokens < 0) return undefined;
    tell();
    return effortFor(tokens);
  }
  if (effort === "minimal" || effort === "none" || (effort === "xhigh" && !xhigh)) {
    tell();
    return effort === "xhigh" ? "high" : "low";
  }
  return effort;
}

/** The word that comes nearest to a budget. */
function effortFor(tokens: number): Effort {
  if (tokens <= 1024) return "low";
  return tokens <= 8192 ? "medium" : "high";
}

/** Shares of the answer's limit. */
const shares: Readonly<Record<Word, number>> = {
  none: 0,
  minimal: 0,
  low: 0.1,
  medium: 0.3,
  high: 0.6,
  xhigh: 0.9,
  max: 0.95,
};

/** Thoughts and answer share the limit: a budget that fills it leaves no room for a word. */
function toBudget({ effort, tokens }: Wish, limit: number, tell: () => void): ThinkingPlan {
  // Where even the fewest thoughts fill it there are none.
  if (limit <= minBudget) {
    tell();
    return {};
  }
  const isWord = tokens === undefined || tokens < 0;
  const wanted = isWord ? Math.floor(limit * shares[effort ?? "medium"]) : tokens;
  const atLeast = Math.max(wanted, minBudget);
  const budget = atLeast < limit ? atLeast : Math.max(minBudget, Math.floor(limit / 2));
  if (!isWord && budget !== wanted) tell();
  return { thinking: { type: "enabled", budget_tokens: budget } };
}

/** Anthropic has its own default for what is not said. */
function withDisplay(plan: ThinkingPlan, { shown }: Wishes, thinking: Thinking): ThinkingPlan {
  if (shown === undefined) return plan;
  const display = shown ? "summarized" : "omitted";
  const config = plan.thinking;
  if (config?.type === "enabled" || config?.type === "adaptive") return { ...plan, thinking: { ...config, display } };
  // A model that thinks by itself is told what is to be seen of it.
  const thinks = thinking.style === "adaptive" && thinking.onWhenOmitted && config === undefined;
  return thinks ? { ...plan, thinking: { type: "adaptive", display } } : plan;
}
