import { defined, isList, isObject, type Json, mendEach } from "./json.ts";
import type { Origins } from "./origins.ts";

/** Tools as chat nests them; the very same list where they are. Lists may mix forms. */
export function mendTools(tools: readonly unknown[], origins: Origins): readonly unknown[] {
  return mendEach(tools, (tool) => (isObject(tool) ? mendTool(tool, origins) : tool));
}

function mendTool(tool: Json, origins: Origins): Json {
  const { type } = tool;
  if (isObject(tool["function"])) return type === undefined ? origins.note({ ...tool, type: "function" }, tool) : tool;
  if ("input_schema" in tool) return fromInputSchema(tool, origins);
  if (type === "custom") return mendCustom(tool, origins);
  if (!("name" in tool) || (type !== undefined && type !== "function")) return tool;
  const { type: _type, function: _function, name, description, parameters, strict, ...rest } = tool;
  const fn = origins.note(defined({ name, description, parameters, strict }), tool);
  return origins.note({ ...rest, type: "function", function: fn }, tool);
}

/** A tool as Anthropic's API has it; its kind is `custom` or not said. */
function fromInputSchema(tool: Json, origins: Origins): Json {
  const { type, name, description, input_schema: parameters, ...rest } = tool;
  if (type !== undefined && type !== "custom" && type !== "function") return tool;
  const members = { parameters: ".input_schema" };
  const fn = origins.note(defined({ name, description, parameters }), tool, { members });
  return origins.note({ ...rest, type: "function", function: fn }, tool);
}

function mendCustom(tool: Json, origins: Origins): Json {
  const { custom } = tool;
  if (isObject(custom)) {
    const format = mendGrammar(custom["format"], origins);
    if (format === custom["format"]) return tool;
    return origins.note({ ...tool, custom: origins.note({ ...custom, format }, custom) }, tool);
  }
  if (!("name" in tool)) return tool;
  const { custom: _custom, name, description, format, ...rest } = tool;
  const made = origins.note(defined({ name, description, format: mendGrammar(format, origins) }), tool);
  return origins.note({ ...rest, custom: made }, tool);
}

function mendGrammar(format: unknown, origins: Origins): unknown {
  if (!isObject(format) || format["type"] !== "grammar" || isObject(format["grammar"])) return format;
  const { grammar: _grammar, syntax, definition, ...rest } = format;
  return origins.note({ ...rest, grammar: origins.note(defined({ syntax, definition }), format) }, format);
}

/** What a choice of tools comes to. */
export interface Choice {
  readonly choice: unknown;
  /** The choice also said that calls come one by one. */
  readonly single: boolean;
}

/** A choice of tools in chat's words: those of the Responses API are flat, Anthropic's are objects. */
export function mendToolChoice(choice: unknown, origins: Origins): Choice {
  if (choice === "any") return { choice: "required", single: false };
  if (!isObject(choice)) return { choice, single: false };
  return { choice: mendChoice(choice, origins), single: choice["disable_parallel_tool_use"] === true };
}

function mendChoice(choice: Json, origins: Origins): unknown {
  const { type, name } = choice;
  switch (type) {
    case "any":
      return "required";
    case "auto":
    case "none":
    case "required":
      return type;
    case "tool":
      return origins.note({ type: "function", function: origins.note(defined({ name }), choice) }, choice);
    case "function":
    case "custom":
      if (isObject(choice[type]) || name === undefined) return choice;
      return origins.note({ type, [type]: origins.note({ name }, choice) }, choice);
    case "allowed_tools":
      return mendAllowed(choice, origins);
    default:
      return choice;
  }
}

function mendAllowed(choice: Json, origins: Origins): Json {
  const nested = choice["allowed_tools"];
  const allowed = isObject(nested) ? nested : choice;
  const { mode, tools } = allowed;
  const mended = isList(tools) ? mendEach(tools, (tool) => (isObject(tool) ? mendChoice(tool, origins) : tool)) : tools;
  if (allowed !== choice && mended === tools) return choice;
  if (!("tools" in allowed)) return choice;
  return origins.note(
    { type: "allowed_tools", allowed_tools: origins.note(defined({ mode, tools: mended }), allowed) },
    choice,
  );
}
