import type { Rule } from "../personality.ts";
import type { Problem } from "../problem.ts";
import type { ChatRequest } from "../types.ts";

/** The roles that chat templates of open models know. */
const known: readonly string[] = ["system", "user", "assistant", "tool"];

/**
 * What a strict chat template refuses, where the script says the server has one: a role it does not know, a system
 * message, two messages of one side in a row.
 */
export function templateRule(refuse: (text: string) => Problem): Rule<ChatRequest> {
  return ({ messages }, { switches }) => {
    if (switches.has("no_system") && messages.some(({ role }) => role === "system"))
      return refuse("System role not supported");
    if (!switches.has("strict_roles")) return undefined;
    if (messages.some(({ role }) => !known.includes(role))) return refuse("Unexpected message role.");
    // Calls and their results stand outside the order.
    const turns = messages.filter(
      (message) => message.role === "user" || (message.role === "assistant" && !message.tool_calls?.length),
    );
    return turns.some(({ role }, at) => role !== (at % 2 === 0 ? "user" : "assistant"))
      ? refuse("Conversation roles must alternate user/assistant/user/assistant/...")
      : undefined;
  };
}
