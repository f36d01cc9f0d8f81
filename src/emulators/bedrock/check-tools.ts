import { isObject } from "../json.ts";
import { memberPath, wrongName } from "./check-calls.ts";
import { type Checked, first, keysOf, type Rule } from "./rule.ts";
import { texts } from "./texts.ts";
import type { ToolSpecification } from "./types.ts";

const toolKeys = ["toolSpec", "systemTool", "cachePoint"];
const choiceKeys = ["auto", "any", "tool"] as const;

/** Rules about tools and the choice among them. */
export const toolRules: readonly Rule[] = [
  ({ request, family }) => (request.toolConfig !== undefined && family.tools === "none" ? texts.noTools() : undefined),
  ({ request, family, stream }) =>
    request.toolConfig !== undefined && family.tools === "whole" && stream ? texts.noStreamTools() : undefined,
  ({ request }) =>
    first(request.toolConfig?.tools ?? [], (tool, at) =>
      keysOf(tool).length === 1 ? undefined : texts.oneKey("Tool", `toolConfig.tools.${at}`, toolKeys),
    ),
  eachTool(({ name }, place) => wrongName(name, `${memberPath(place)}.name`)),
  eachTool(({ inputSchema: { json } }, place) =>
    isObject(json) ? undefined : texts.notJson(`${place}.inputSchema.json`),
  ),
  eachTool(({ inputSchema: { json } }, place) =>
    isObject(json) && json["type"] === "object" ? undefined : texts.schemaType(`${place}.inputSchema.json`),
  ),
  eachTool(({ strict }, _place, { family }) =>
    strict !== undefined && !family.structured ? texts.unsupported("toolConfig.tools.toolSpec.strict") : undefined,
  ),
  ({ request }) => {
    const names = namesOf(request);
    const repeated = names.find((name, at) => names.indexOf(name) !== at);
    return repeated === undefined ? undefined : texts.twoTools(repeated);
  },
  ({ request: { toolConfig }, family }) => {
    const choice = toolConfig?.toolChoice;
    if (choice === undefined) return undefined;
    if (keysOf(choice).length !== 1) return texts.oneKey("ToolChoice", "toolConfig.toolChoice", choiceKeys);
    const missing = choiceKeys.find((key) => choice[key] !== undefined && !family.choices.includes(key));
    return missing === undefined ? undefined : texts.unsupported(`toolConfig.toolChoice.${missing}`);
  },
  ({ request }) => {
    const name = request.toolConfig?.toolChoice?.tool?.name;
    return name === undefined || namesOf(request).includes(name) ? undefined : texts.unknownChoice(name);
  },
];

const namesOf = ({ toolConfig }: Checked["request"]): readonly string[] =>
  (toolConfig?.tools ?? []).flatMap(({ toolSpec, systemTool }) => toolSpec?.name ?? systemTool?.name ?? []);

function eachTool(rule: (tool: ToolSpecification, place: string, checked: Checked) => string | undefined): Rule {
  return (checked) =>
    first(checked.request.toolConfig?.tools ?? [], ({ toolSpec }, at) =>
      toolSpec === undefined ? undefined : rule(toolSpec, `toolConfig.tools.${at}.toolSpec`, checked),
    );
}
