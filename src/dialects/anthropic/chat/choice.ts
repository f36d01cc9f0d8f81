import type { ChatRequest } from "../../../operations/types.ts";

/** Whether the client wants no tool to be used. */
export function wantsNoTools(request: ChatRequest): boolean {
  const choice = request.tool_choice ?? request.function_call;
  if (choice == null || typeof choice === "string") return choice === "none";
  if (!("type" in choice) || choice.type !== "allowed_tools") return false;
  return choice.allowed_tools.mode !== "required" && choice.allowed_tools.tools.length === 0;
}

/** Whether the client wants the answer to be a call of a tool. */
export function forcesCalls(request: ChatRequest): boolean {
  const choice = request.tool_choice ?? request.function_call;
  if (choice == null || !hasTools(request)) return false;
  if (typeof choice === "string") return choice === "required";
  return !("type" in choice) || choice.type !== "allowed_tools" || choice.allowed_tools.mode === "required";
}

/** Whether the request declares tools of the client's. */
export function hasTools(request: ChatRequest): boolean {
  return (request.tools ?? []).length > 0 || (request.functions ?? []).length > 0;
}

/** Whether the answer is to have a form: not where it must be a call of a tool. */
export function shapesAnswer(request: ChatRequest): boolean {
  const { response_format: format } = request;
  return format != null && format.type !== "text" && !forcesCalls(request);
}
