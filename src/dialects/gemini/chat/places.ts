import type { ChatRequest } from "../../../operations/types.ts";
import { type Alternatives, firstOf, longest, type Places } from "../../places.ts";

/** Members that go by several names here. */
const alternatives: Alternatives = {
  max_tokens: ["max_completion_tokens", "max_tokens"],
  tools: ["tools", "functions", "web_search_options", "google.tools", "extra_body.google.tools"],
  tool_choice: ["tool_choice", "function_call"],
  response_format: ["response_format", "guided_json", "guided_choice", "guided_regex", "structured_outputs"],
  reasoning_effort: [
    "reasoning_effort",
    "google.thinking_config",
    "extra_body.google.thinking_config",
    "reasoning",
    "include_reasoning",
    "thinking",
    "enable_thinking",
    "thinking_budget",
  ],
  safety_settings: ["safety_settings", "google.safety_settings", "extra_body.google.safety_settings"],
  cached_content: ["cached_content", "google.cached_content", "extra_body.google.cached_content"],
};

/**
 * Finds in a request what an error speaks of, so that no error names a place the client has nothing at. Of a path that
 * leads nowhere, as schemas are rewritten on the way, the part is told that does.
 *
 * @param declared where the client has each declared function: `tools[0].function`, `functions[2]`
 */
export function createPlaces(request: ChatRequest, declared: readonly string[]): Places {
  return (usual) => {
    const tool = /^tools\[(\d+)\]\.function(.*)$/.exec(usual);
    if (tool !== null) {
      const [, index = "", rest = ""] = tool;
      const param = declared[Number(index)];
      // One more than the client has: the function that stands in for a form of the answer.
      return param === undefined
        ? firstOf(alternatives, "response_format", "", request)
        : longest(request, param + rest);
    }
    const [, first = "", rest = ""] = /^([^.[]*)(.*)$/.exec(usual) ?? [];
    return firstOf(alternatives, first, rest, request);
  };
}
