import { nameOf } from "../../anthropic/chat/tools.ts";
import { GatewayError } from "../../../errors.ts";
import type { Change, ChatRequest } from "../../../operations/types.ts";
import type { ModelFacts } from "../models.ts";
import type { ToolChoice } from "../types.ts";
import type { Tools } from "./tools.ts";

type Choice = ChatRequest["tool_choice"];

/** A call that is demanded: by the choice that makes it, or in words where a model cannot be made to. */
export interface Demand {
  readonly forced?: ToolChoice | undefined;
  readonly text?: string;
}

/** What the client wants to have called. */
type Wanted = { readonly kind: "some" } | { readonly kind: "one"; readonly name: string } | undefined;

/**
 * `tool_choice` as Converse's choice; nothing leaves it to the model. That no tool is to be called is said by showing
 * none. A model that cannot be made to call is asked to in words, and the client is told.
 *
 * Fails: a choice that names an undeclared tool, a demand for tools where there are none.
 *
 * @param answer the tool that stands in for structured output
 * @see specs/bedrock.yaml#/components/schemas/ToolChoice
 */
export function toToolChoice(
  request: ChatRequest,
  tools: Tools,
  model: ModelFacts,
  answer: string | undefined,
  changes: Change[],
): Demand {
  const param = request.tool_choice == null ? "function_call" : "tool_choice";
  const wanted = toWanted(request, tools, param);
  if (answer !== undefined) {
    // Any call is one of it where no other tool is declared.
    return {
      forced: toForced(tools.declarations.length > 0 ? { kind: "some" } : { kind: "one", name: answer }, model),
    };
  }
  if (wanted === undefined) return {};
  const forced = toForced(wanted, model);
  if (forced !== undefined) return { forced };
  // A model that calls no tools was reported by the fate table.
  if (model.tools === "none") return {};
  changes.push({ verb: "downgraded", path: param });
  return { text: wanted.kind === "one" ? `Call the tool ${wanted.name} now.` : "Call one of the tools now." };
}

/** How a model is made to call: beside a tool that is named no other is shown, so that any call is one of it. */
function toForced(wanted: NonNullable<Wanted>, { forced }: ModelFacts): ToolChoice | undefined {
  if (wanted.kind === "one" && forced.has("tool")) return { tool: { name: wanted.name } };
  return forced.has("any") ? { any: {} } : undefined;
}

function toWanted(request: ChatRequest, tools: Tools, param: string): Wanted {
  const choice = request.tool_choice ?? toChoice(request.function_call);
  if (tools.byDeclaredName.size === 0) return withoutTools(choice, param);
  if (choice == null || choice === "auto" || choice === "none") return undefined;
  if (choice === "required") return { kind: "some" };
  if (typeof choice === "string") return undefined; // the fate table has refused every other word
  if (choice.type === "allowed_tools") {
    const { mode, tools: allowed } = choice.allowed_tools;
    const place = `${param}.allowed_tools.tools`;
    for (const [i, tool] of allowed.entries()) declaredName(nameOf(tool), tools, `${place}[${i}]`);
    if (mode !== "required") return undefined;
    if (allowed.length > 0) return { kind: "some" };
    const message = `Invalid '${place}': empty array. Some tool is required.`;
    throw new GatewayError("empty_array", message, { param: place });
  }
  const place = request.tool_choice == null ? "function_call.name" : `tool_choice.${choice.type}.name`;
  return { kind: "one", name: declaredName(nameOf(choice), tools, place) };
}

function toChoice(call: ChatRequest["function_call"]): Choice {
  return call == null || typeof call === "string" ? call : { type: "function", function: { name: call.name } };
}

function withoutTools(choice: Choice, param: string): undefined {
  // "auto" and "none" ask for what happens anyway; clients send them without thinking.
  if (choice == null || choice === "auto" || choice === "none") return undefined;
  throw new GatewayError("invalid_value", `'${param}' is only allowed when 'tools' are specified.`, { param });
}

function declaredName(name: string, tools: Tools, param: string): string {
  const declared = tools.names.get(name);
  if (declared !== undefined && tools.byDeclaredName.has(declared)) return declared;
  throw new GatewayError("invalid_value", `Tool choice '${name}' not found in 'tools' parameter.`, { param });
}
