import { type Wish, type Wishes, wishesOf } from "../../anthropic/chat/thinking-wishes.ts";
import type { Change, ChatRequest } from "../../../operations/types.ts";
import type { Effort, ModelFacts, Thinking } from "../models.ts";

/** How the model is told to think: members of `additionalModelRequestFields`. */
export interface ThinkingPlan {
  readonly fields: Readonly<Record<string, unknown>>;
  /** Thinks as hard as it can: it then takes neither a limit nor settings of sampling. */
  readonly hard: boolean;
}

const untold: ThinkingPlan = { fields: {}, hard: false };

/**
 * What the client says of thinking, in the words of the model's family. Where two wishes contradict each other the
 * lesser one is reported. Budgets become the effort that comes nearest.
 *
 * Fails: `invalid_value` on words that none of the vendors has.
 */
export function toThinking(request: ChatRequest, { thinking }: ModelFacts, changes: Change[]): ThinkingPlan {
  const wishes = wishesOf(request);
  const isLimited = (request.max_completion_tokens ?? request.max_tokens) != null;
  const [wish, ...others] = wishes.amounts;
  const plan = toPlan(wish ?? usualWish(wishes), thinking, isLimited, changes);
  for (const other of others) {
    const differs = JSON.stringify(toPlan(other, thinking, isLimited, [])) !== JSON.stringify(plan);
    if (differs) changes.push({ verb: "reported", path: other.path });
  }
  return plan;
}

/** Whether the client wants the model to think, in as many words. */
export function wantsThinking(request: ChatRequest): boolean {
  const { amounts, any } = wishesOf(request);
  const [wish] = amounts;
  return wish === undefined ? any !== undefined : wish.effort !== "none" && wish.tokens !== 0;
}

function usualWish({ any }: Wishes): Wish | undefined {
  return any === undefined ? undefined : { path: any, tokens: -1 };
}

function toPlan(wish: Wish | undefined, thinking: Thinking, isLimited: boolean, changes: Change[]): ThinkingPlan {
  if (wish === undefined) return untold;
  const tell = (): void => {
    changes.push({ verb: "clamped", path: wish.path });
  };
  switch (thinking.style) {
    case "none":
    case "always":
      return untold;
    case "config":
      return toConfig(wish, isLimited, tell);
    case "level":
      return { fields: { reasoning_config: toWord(wish, ["low", "high"], "high", tell) }, hard: false };
    case "effort": {
      if (thinking.rests === true && isOff(wish)) return untold;
      const word = toWord(wish, thinking.words, "medium", tell);
      const isNested = thinking.place === "reasoning.effort";
      return { fields: isNested ? { reasoning: { effort: word } } : { reasoning_effort: word }, hard: false };
    }
    default:
      return thinking satisfies never;
  }
}

/** With the highest effort Nova takes no limit. The client's limit is about money, so that the effort gives way. */
function toConfig(wish: Wish, isLimited: boolean, tell: () => void): ThinkingPlan {
  if (isOff(wish)) return { fields: { reasoningConfig: { type: "disabled" } }, hard: false };
  const word = toWord(wish, ["low", "medium", "high"], "medium", tell);
  const giveWay = word === "high" && isLimited;
  if (giveWay) tell();
  const maxReasoningEffort = giveWay ? "medium" : word;
  return {
    fields: { reasoningConfig: { type: "enabled", maxReasoningEffort } },
    hard: maxReasoningEffort === "high",
  };
}

const isOff = ({ effort, tokens }: Wish): boolean => effort === "none" || tokens === 0;

/** From least to most. */
const order: readonly Effort[] = ["none", "low", "medium", "high", "xhigh", "max"];

/** The word of a family's that comes nearest to a wish. Where it is not the client's own it is told. */
function toWord(wish: Wish, words: readonly Effort[], usual: Effort, tell: () => void): Effort {
  const { effort, tokens } = wish;
  if (tokens !== undefined && tokens < 0) return usual;
  const wanted = tokens === undefined ? (effort === "minimal" ? "low" : (effort ?? usual)) : effortFor(tokens);
  const exact = tokens === undefined && effort !== "minimal" && words.includes(wanted);
  if (!exact) tell();
  return words.includes(wanted) ? wanted : nearest(wanted, words);
}

/** Of two that are as near the greater one. */
function nearest(wanted: Effort, words: readonly Effort[]): Effort {
  const at = order.indexOf(wanted);
  const distance = (word: Effort): number => Math.abs(order.indexOf(word) - at);
  return words.reduce((best, word) => (distance(word) <= distance(best) ? word : best), words[0] ?? wanted);
}

/** The word that comes nearest to a budget. */
function effortFor(tokens: number): Effort {
  if (tokens === 0) return "none";
  if (tokens <= 1024) return "low";
  return tokens <= 8192 ? "medium" : "high";
}
