import type { Prompt, ToolResult } from "../prompt.ts";
import { isOwn } from "./check-tools.ts";
import { blocksOf, type Checked } from "./rule.ts";
import { thinksNow } from "./thinks.ts";
import type { InputBlock, InputMessage, MessageRequest } from "./types.ts";

/** What rules of scripts and the built-in model need to know of a request. */
export function promptOf(checked: Checked, stream: boolean): Prompt {
  const { request, model } = checked;
  const { messages, system, tools = [], tool_choice, output_config, stop_sequences } = request;
  const declared = tools.filter(isOwn);
  // Instructions may stand in the middle of a conversation, and are no turn of it.
  const said = messages.filter(({ role }) => role !== "system");
  const midway = messages.filter(({ role }) => role === "system").map((message) => textOf(blocksOf(message)));
  const first = typeof system === "string" ? system : (system ?? []).map(({ text }) => text).join(" ");
  const wanted = tool_choice?.type === "tool" ? tool_choice.name : undefined;
  const schema = output_config?.format?.schema;
  return {
    model,
    stream,
    system: [first, ...midway].filter((text) => text !== "").join(" "),
    says:
      messages
        .filter(({ role }) => role === "user")
        .map((message) => textOf(blocksOf(message)))
        .findLast((text) => text !== "") ?? "",
    results: resultsOf(said.at(-1), request),
    followsResults: resultsOf(said.at(-2), request).length > 0,
    hasFunctions: declared.length > 0,
    functions: declared
      .filter(({ name }) => wanted === undefined || name === wanted)
      .map(({ name, description = "", input_schema }) => ({ name, description, schema: input_schema })),
    choice: choiceOf(tool_choice),
    json: schema !== undefined,
    schema,
    showThoughts: thinksNow(checked),
    maxTokens: request.max_tokens,
    stop: stop_sequences ?? [],
  };
}

function choiceOf(choice: MessageRequest["tool_choice"]): Prompt["choice"] {
  if (choice?.type === "any" || choice?.type === "tool") return "any";
  return choice?.type === "none" ? "none" : "auto";
}

const textOf = (blocks: readonly InputBlock[]): string =>
  blocks.flatMap((block) => (block.type === "text" ? [block.text] : [])).join(" ");

function resultsOf(message: InputMessage | undefined, { messages }: MessageRequest): readonly ToolResult[] {
  if (message?.role !== "user") return [];
  const names = new Map(
    messages.flatMap(blocksOf).flatMap((block) => (block.type === "tool_use" ? [[block.id, block.name] as const] : [])),
  );
  return blocksOf(message).flatMap((block) =>
    block.type === "tool_result"
      ? [{ name: names.get(block.tool_use_id) ?? "", value: contentText(block.content) }]
      : [],
  );
}

type Result = Extract<InputBlock, { type: "tool_result" }>["content"];

const contentText = (content: Result): string =>
  typeof content === "string"
    ? content
    : (content ?? []).map((part) => (part.type === "text" ? part.text : `[${part.type}]`)).join(" ");
