import type { ChatRequest } from "../../../operations/types.ts";
import { type Alternatives, firstOf, longest, type Places } from "../../places.ts";

/** Members that go by several names here. */
const alternatives: Alternatives = {
  max_tokens: ["max_completion_tokens", "max_tokens"],
  tools: ["tools", "functions", "web_search_options"],
  tool_choice: ["tool_choice", "function_call"],
  reasoning_effort: [
    "reasoning_effort",
    "thinking",
    "reasoning",
    "include_reasoning",
    "enable_thinking",
    "thinking_budget",
  ],
  user: ["safety_identifier", "user"],
};

/** Where the client has what was sent. */
export interface Origins {
  /** Declared tool → where the client has it: `tools[0].function`, `functions[2]`. */
  readonly tools: readonly string[];
  /** Message that was sent → the index of the client's. */
  readonly messages: readonly number[];
}

/**
 * Finds in a request what an error speaks of, so that no error names a place the client has nothing at. Of a path that
 * leads nowhere, as schemas are rewritten and messages joined on the way, the part is told that does.
 */
export function createPlaces(request: ChatRequest, origins: Origins): Places {
  return (usual) => {
    const tool = /^tools\[(\d+)\]\.function(.*)$/.exec(usual);
    if (tool !== null) {
      const [, index = "", rest = ""] = tool;
      const param = origins.tools[Number(index)];
      // One more than the client has: the tool that stands in for a form of the answer, or a search.
      return param === undefined
        ? firstOf(alternatives, "response_format", "", request)
        : longest(request, param + rest);
    }
    const message = /^messages\[(\d+)\](.*)$/.exec(usual);
    if (message !== null) return ofMessage(Number(message[1]), message[2] ?? "", request, origins);
    const [, first = "", rest = ""] = /^([^.[]*)(.*)$/.exec(usual) ?? [];
    return firstOf(alternatives, first, rest, request);
  };
}

/** What is below a message is told only where one message of the client's made it. */
function ofMessage(index: number, rest: string, request: ChatRequest, { messages }: Origins): string | undefined {
  const source = messages[index];
  if (source === undefined) return firstOf(alternatives, "messages", "", request);
  const next = messages[index + 1] ?? request.messages.length;
  const isAlone = next === source + 1;
  return longest(request, `messages[${source}]${isAlone ? rest : ""}`);
}
