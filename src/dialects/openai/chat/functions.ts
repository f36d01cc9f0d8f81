import type { ChatMessage, ChatRequest } from "../../../operations/types.ts";

type ToolCalls = NonNullable<Extract<ChatMessage, { role: "assistant" }>["tool_calls"]>;

/** Whether a request holds anything of the deprecated forms: declarations, or calls and results of earlier turns. */
export function hasOlderForms({ functions, messages }: ChatRequest): boolean {
  if ((functions ?? []).length > 0) return true;
  return messages.some(
    (message) => message.role === "function" || (message.role === "assistant" && message.function_call != null),
  );
}

/**
 * The deprecated `functions` as tools, for servers that have forgotten them: declarations, the choice, and the calls
 * and results of earlier turns. A result belongs to the call before it, as it did when there were no ids.
 */
export function toFunctionTools(request: ChatRequest): ChatRequest {
  const { functions, function_call: choice, messages: older, ...rest } = request;
  const messages = toToolMessages(older);
  const declared = (functions ?? []).map((one) => ({ type: "function" as const, function: one }));
  // No server takes a choice among nothing.
  if (declared.length === 0) return { ...rest, messages };
  const chosen: Pick<ChatRequest, "tool_choice"> =
    choice == null
      ? {}
      : { tool_choice: typeof choice === "string" ? choice : { type: "function", function: { name: choice.name } } };
  return { ...rest, messages, tools: [...(rest.tools ?? []), ...declared], ...chosen };
}

function toToolMessages(messages: readonly ChatMessage[]): ChatMessage[] {
  let calls = 0;
  return messages.map((message): ChatMessage => {
    if (message.role === "function") {
      return { role: "tool", tool_call_id: `call_${Math.max(0, calls - 1)}`, content: message.content ?? "" };
    }
    if (message.role !== "assistant" || message.function_call == null) return message;
    const { function_call: made, ...said } = message;
    const call: ToolCalls[number] = { id: `call_${calls++}`, type: "function", function: made };
    return { ...said, tool_calls: [...(said.tool_calls ?? []), call] };
  });
}
