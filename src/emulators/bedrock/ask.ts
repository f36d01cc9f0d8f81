import { isObject, parseJson } from "../json.ts";
import type { Prompt, ToolResult } from "../prompt.ts";
import { type Checked, messagesOf, placedBlocks } from "./rule.ts";
import type { ConverseRequest, InputBlock, InputMessage } from "./types.ts";

/** What rules of scripts and the built-in model need to know of a request. Claude's are asked in Claude's own form. */
export function promptOf({ request, model, stream, family }: Checked): Prompt {
  const { system = [], inferenceConfig = {}, toolConfig, outputConfig } = request;
  const messages = messagesOf(request);
  const wanted = toolConfig?.toolChoice?.tool?.name;
  const tools = (toolConfig?.tools ?? []).flatMap(({ toolSpec }) => toolSpec ?? []);
  const schema = parseJson(outputConfig?.textFormat?.structure.jsonSchema?.schema ?? "");
  const forced = wanted !== undefined || toolConfig?.toolChoice?.any !== undefined;
  return {
    model,
    stream,
    system: system.flatMap(({ text }) => text ?? []).join(" "),
    says:
      messages
        .filter(({ role }) => role === "user")
        .map(({ content }) => textOf(content))
        .findLast((text) => text !== "") ?? "",
    results: resultsOf(messages.at(-1), request),
    followsResults: resultsOf(messages.at(-2), request).length > 0,
    hasFunctions: tools.length > 0,
    functions: tools
      .filter(({ name }) => wanted === undefined || name === wanted)
      .map(({ name, description = "", inputSchema }) => ({ name, description, schema: inputSchema.json })),
    choice: forced ? "any" : "auto",
    json: schema !== undefined,
    schema,
    showThoughts: family.alwaysReasons || asksForReasoning(request),
    maxTokens: inferenceConfig.maxTokens,
    stop: inferenceConfig.stopSequences ?? [],
  };
}

/** Each maker has a switch of its own for it. */
function asksForReasoning({ additionalModelRequestFields: fields }: ConverseRequest): boolean {
  if (!isObject(fields)) return false;
  const config = fields["reasoningConfig"] ?? fields["thinking"];
  return fields["reasoning_effort"] !== undefined || (isObject(config) && config["type"] === "enabled");
}

const textOf = (blocks: readonly InputBlock[]): string =>
  blocks.flatMap(({ text, guardContent }) => text ?? guardContent?.text?.text ?? []).join(" ");

function resultsOf(message: InputMessage | undefined, request: ConverseRequest): readonly ToolResult[] {
  const names = new Map(
    placedBlocks(request).flatMap(({ block: { toolUse } }) =>
      toolUse === undefined ? [] : [[toolUse.toolUseId, toolUse.name] as const],
    ),
  );
  return (message?.content ?? []).flatMap(({ toolResult }) =>
    toolResult === undefined
      ? []
      : [{ name: names.get(toolResult.toolUseId) ?? "", value: returnedBy(toolResult.content) }],
  );
}

function returnedBy(content: NonNullable<InputBlock["toolResult"]>["content"]): unknown {
  const [only] = content;
  if (content.length === 1 && only?.json !== undefined) return only.json;
  return content.map(({ text, json }) => text ?? (json === undefined ? "" : JSON.stringify(json))).join(" ");
}
