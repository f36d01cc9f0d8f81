import { GatewayError } from "../../../errors.ts";
import type { Change, ChatRequest } from "../../../operations/types.ts";
import type { HostFacts } from "../hosts.ts";
import type { ModelFacts } from "../models.ts";
import type { ToolChoice } from "../types.ts";
import { nameOf, type Tools } from "./tools.ts";

/** The client's choice of tools, and where it stands. */
type Choice = ChatRequest["tool_choice"];

/**
 * `tool_choice` and `parallel_tool_calls` as Claude's choice; undefined leaves it to the model. A model that cannot be
 * made to call a tool is asked to choose, and the client is told.
 *
 * Fails: a choice that names an undeclared tool, a demand for tools where there are none.
 *
 * @param answer the tool that stands in for structured output
 * @see reference: openai-chat-to-anthropic §§5, 6
 */
export function toToolChoice(
  request: ChatRequest,
  tools: Tools,
  model: ModelFacts,
  host: HostFacts,
  answer: string | undefined,
  changes: Change[],
): ToolChoice | undefined {
  const chosen = toChosen(request, tools);
  if (tools.isMadeUp) return answer === undefined ? { type: "none" } : alone(answer, host);
  const wanted = answer === undefined ? chosen : withAnswer(chosen, tools, answer);
  const single = request.parallel_tool_calls === false || (wanted?.type === "tool" && wanted.name === answer);
  const isForced = wanted?.type === "any" || wanted?.type === "tool";
  if (isForced && !model.forcedCalls) {
    changes.push({ verb: "downgraded", path: request.tool_choice == null ? "function_call" : "tool_choice" });
    return withSingle({ type: "auto" }, single, host);
  }
  if (wanted !== undefined) return withSingle(wanted, single, host);
  const holdsBack = single && host.singleCalls && tools.declarations.length > 0;
  return holdsBack ? withSingle({ type: "auto" }, single, host) : undefined;
}

/** Whether calls after the first must be dropped on the way back, for the host cannot be told. */
export function keepsFirstCall(request: ChatRequest, host: HostFacts): boolean {
  return request.parallel_tool_calls === false && !host.singleCalls;
}

function withSingle(choice: ToolChoice, single: boolean, host: HostFacts): ToolChoice {
  if (!single || !host.singleCalls || choice.type === "none") return choice;
  return { ...choice, disable_parallel_tool_use: true };
}

function alone(name: string, host: HostFacts): ToolChoice {
  return withSingle({ type: "tool", name }, true, host);
}

/** Some tool must be called, for the answer comes as a call too. */
function withAnswer(chosen: ToolChoice | undefined, tools: Tools, answer: string): ToolChoice {
  const others = chosen?.type !== "none" && tools.declarations.length > 0;
  return others ? { type: "any" } : { type: "tool", name: answer };
}

function toChosen(request: ChatRequest, tools: Tools): ToolChoice | undefined {
  const choice = request.tool_choice ?? toChoice(request.function_call);
  const param = request.tool_choice == null ? "function_call" : "tool_choice";
  if (choice === "none" && tools.searches) return { type: "none" };
  if (tools.byDeclaredName.size === 0) return withoutTools(choice, param);
  if (choice == null || choice === "auto") return undefined;
  if (choice === "none") return { type: "none" };
  if (choice === "required") return { type: "any" };
  if (typeof choice === "string") return undefined; // the fate table has refused every other word
  if (choice.type === "allowed_tools") {
    const { mode, tools: allowed } = choice.allowed_tools;
    // The others are not declared.
    for (const [i, tool] of allowed.entries()) {
      declaredName(nameOf(tool), tools, `${param}.allowed_tools.tools[${i}]`);
    }
    if (allowed.length === 0) return withoutAllowed(mode, `${param}.allowed_tools.tools`);
    return { type: mode === "required" ? "any" : "auto" };
  }
  const place = request.tool_choice == null ? "function_call.name" : `tool_choice.${choice.type}.name`;
  return { type: "tool", name: declaredName(nameOf(choice), tools, place) };
}

function toChoice(call: ChatRequest["function_call"]): Choice {
  return call == null || typeof call === "string" ? call : { type: "function", function: { name: call.name } };
}

function withoutTools(choice: Choice, param: string): undefined {
  // "auto" and "none" ask for what happens anyway; clients send them without thinking.
  if (choice == null || choice === "auto" || choice === "none") return undefined;
  throw new GatewayError("invalid_value", `'${param}' is only allowed when 'tools' are specified.`, { param });
}

function withoutAllowed(mode: string, param: string): ToolChoice {
  if (mode !== "required") return { type: "none" };
  throw new GatewayError("empty_array", `Invalid '${param}': empty array. Some tool is required.`, { param });
}

function declaredName(name: string, tools: Tools, param: string): string {
  const declared = tools.names.get(name);
  if (declared !== undefined && tools.byDeclaredName.has(declared)) return declared;
  throw new GatewayError("invalid_value", `Tool choice '${name}' not found in 'tools' parameter.`, { param });
}
