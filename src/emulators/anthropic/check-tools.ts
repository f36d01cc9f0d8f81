import { isObject } from "../json.ts";
import { isJsonSchema } from "./check-input-schema.ts";
import { type Checked, first, type Rule } from "./rule.ts";
import { texts } from "./texts.ts";
import type { OwnTool, Tool } from "./types.ts";

const namePattern = "^[a-zA-Z0-9_-]{1,128}$";
const propertyPattern = "^[a-zA-Z0-9_.-]{1,64}$";

/** A tool that the caller describes, not one of Anthropic's making. */
export const isOwn = (tool: Tool): tool is OwnTool => "input_schema" in tool && !("mcp_server_name" in tool);

/** Rules about tools and the choice among them. */
export const toolRules: readonly Rule[] = [
  ({ request: { tools = [] }, surface }) =>
    first(tools, (tool, at) =>
      surface.has(tool) ? undefined : texts.tag(`tools.${at}`, tool.type ?? "custom", ["custom"]),
    ),
  eachTool(({ name }, place) =>
    new RegExp(namePattern).test(name) ? undefined : texts.pattern(`${place}.name`, namePattern),
  ),
  ({ request: { tools = [] } }) => {
    const names = tools.flatMap((tool) => ("name" in tool ? [tool.name] : []));
    return new Set(names).size < names.length ? texts.twoTools() : undefined;
  },
  eachTool(({ input_schema }, place) => {
    const combined = ["oneOf", "allOf", "anyOf"].some((keyword) => input_schema[keyword] !== undefined);
    return combined ? texts.combinator(`${place}.input_schema`) : undefined;
  }),
  eachTool(({ input_schema }, place) =>
    isJsonSchema(input_schema) ? undefined : texts.invalidSchema(`${place}.input_schema`),
  ),
  eachTool(({ input_schema: { properties } }, place) => {
    const names = isObject(properties) ? Object.keys(properties) : [];
    const sound = names.every((name) => new RegExp(propertyPattern).test(name));
    return sound ? undefined : texts.propertyName(`${place}.input_schema`, propertyPattern);
  }),
  ({ request: { tools = [], tool_choice } }) =>
    tool_choice !== undefined && tools.length === 0 ? texts.choiceAlone() : undefined,
  ({ request: { tools = [], tool_choice } }) => {
    if (tool_choice?.type !== "tool") return undefined;
    const declared = tools.some((tool) => "name" in tool && tool.name === tool_choice.name);
    return declared ? undefined : texts.choiceUnknown(tool_choice.name);
  },
  (checked) => (isForced(checked) && !checked.family.forces ? texts.noForce() : undefined),
  (checked) =>
    isForced(checked) && checked.request.thinking?.type === "enabled" ? texts.forceWithThinking() : undefined,
];

const isForced = ({ request: { tool_choice } }: Checked): boolean =>
  tool_choice?.type === "any" || tool_choice?.type === "tool";

function eachTool(rule: (tool: OwnTool, place: string) => string | undefined): Rule {
  return ({ request: { tools = [] } }) =>
    first(tools, (tool, at) => (isOwn(tool) ? rule(tool, `tools.${at}.custom`) : undefined));
}
