import type { AssistantMessage, Continuity } from "../../dialect.ts";
import { modelOf } from "../models.ts";
import { wouldReplay } from "./thinking.ts";
import { thoughtsOf } from "./thoughts.ts";

type Block = NonNullable<AssistantMessage["thinking_blocks"]>[number];

/**
 * Claude signs its thoughts. Those that led to calls go back before them: with budgets a request without them is
 * refused, and else the model does not know any more why it called.
 *
 * @see reference: openai-chat-to-anthropic §7
 */
export const continuity: Continuity = {
  // Newer models tie thoughts to the account. Others read each other's everywhere, or pass over them.
  maker: (identity) => ({
    name: familyOf(identity.family ?? identity.upstreamModel),
    portable: !modelOf(identity).boundThoughts,
  }),

  missing(request, identity) {
    const places = request.messages.flatMap((message, i) =>
      message.role === "assistant" && lacks(message) ? [i] : [],
    );
    return places.length > 0 && wouldReplay(request, modelOf(identity)) ? places : none;
  },

  keep({ thinking_blocks: blocks }) {
    const kept = (blocks ?? []).filter((block) => block.signature || block.data);
    return kept.length === 0 ? undefined : { turn: kept };
  },

  restore(message, { turn }) {
    const blocks = Array.isArray(turn) ? turn.filter(isBlock) : [];
    return blocks.length === 0 ? message : { ...message, thinking_blocks: blocks };
  },
};

const none: readonly number[] = [];

function lacks(message: AssistantMessage): boolean {
  const calls = (message.tool_calls ?? []).length > 0 || message.function_call != null;
  return calls && thoughtsOf(message).length === 0;
}

/** The model without what hosts put around its name: `us.anthropic.claude-sonnet-4-5-20250929-v1:0`. */
function familyOf(name: string): string {
  const plain = name.toLowerCase().replaceAll(".", "-");
  return /(?:[a-z]+-\d{1,2}(?:-\d{1,2})?|\d-\d-[a-z]+)(?!\d)/.exec(plain.replace(/^.*claude-/, ""))?.[0] ?? plain;
}

function isBlock(value: unknown): value is Block {
  if (typeof value !== "object" || value === null) return false;
  return "signature" in value || "data" in value;
}
