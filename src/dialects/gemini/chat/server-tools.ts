import type { Change, ChatRequest } from "../../../operations/types.ts";
import type { ModelFacts } from "../models.ts";
import type { Tool } from "../types.ts";
import { googleOptions } from "./google-options.ts";

/** A tool that Google runs by itself. */
type ServerTool = "googleSearch" | "codeExecution" | "urlContext";

const serverTools: readonly ServerTool[] = ["googleSearch", "codeExecution", "urlContext"];

/** Whether the client wants no tool to be used: Google's mode for that stops functions only. */
export function wantsNoTools(request: ChatRequest): boolean {
  const choice = request.tool_choice ?? request.function_call;
  if (choice == null || typeof choice === "string") return choice === "none";
  if (!("type" in choice) || choice.type !== "allowed_tools") return false;
  return choice.allowed_tools.mode !== "required" && choice.allowed_tools.tools.length === 0;
}

/** Whether the answer must be a call of a function. */
export function forcesCalls(request: ChatRequest): boolean {
  const choice = request.tool_choice ?? request.function_call;
  if (choice == null || !hasFunctions(request)) return false;
  if (typeof choice === "string") return choice === "required";
  return !("type" in choice) || choice.type !== "allowed_tools" || choice.allowed_tools.mode === "required";
}

/** Whether the request declares functions of the client's. */
export function hasFunctions(request: ChatRequest): boolean {
  return (request.tools ?? []).length > 0 || (request.functions ?? []).length > 0;
}

/**
 * The tools that run at Google's side, an entry each. Before Gemini 3 there are none beside functions, and with
 * `tool_choice: none` there are none at all.
 *
 * @see reference: openai-chat-to-gemini §§6.4, 6.6
 */
export function toServerTools(request: ChatRequest, model: ModelFacts, changes: Change[]): Tool[] {
  const wanted = new Set<ServerTool>();
  if (request.web_search_options != null) wanted.add("googleSearch");
  for (const { options } of googleOptions(request)) {
    for (const tool of options.tools ?? []) for (const name of serverTools) if (tool[name] != null) wanted.add(name);
  }
  if (wanted.size === 0 || wantsNoTools(request)) return [];
  if (!model.jsonWithTools && hasFunctions(request)) {
    // The fate table has told of all that says something; an empty object says nothing and is dropped all the same.
    const { web_search_options: search } = request;
    if (search != null && Object.keys(search).length === 0) {
      changes.push({ verb: "reported", path: "web_search_options" });
    }
    return [];
  }
  return [...wanted].map((name) => ({ [name]: {} }));
}
