import { isObject, parseJson } from "../json.ts";
import type { DeclaredFunction, Prompt, ToolResult } from "../prompt.ts";
import { countTokens } from "../text.ts";
import type { ChatManners } from "./personality.ts";
import type { ChatRequest, Message } from "./types.ts";

/** A picture, a sound or a file counts as this many tokens. */
const mediaTokens = 255;

/** Tokens of a whole request: messages and tools. */
export function promptTokens({ messages, tools, functions }: ChatRequest): number {
  let media = 0;
  const text = JSON.stringify([messages, tools, functions], (key, value: unknown) => {
    const isMedia = ["image_url", "input_audio", "file"].includes(key) && isObject(value);
    if (isMedia) media++;
    return isMedia ? undefined : value;
  });
  return countTokens(text) + media * mediaTokens;
}

/** What rules and the built-in model need to know of a request. */
export function promptOf(request: ChatRequest, manners: ChatManners): Prompt {
  const { messages, response_format: format } = request;
  const functions = declaredIn(request, manners.functions);
  const { choice, allowed } = choiceOf(request);
  const lastUser = messages.findLastIndex(({ role }) => role === "user");
  return {
    model: request.model,
    stream: request.stream === true,
    system: messages
      .filter(({ role }) => role === "system" || role === "developer")
      .map(textOf)
      .join(" "),
    says: textOf(messages[lastUser]),
    results: resultsAt(messages, messages.length),
    followsResults: lastUser === messages.length - 1 && resultsAt(messages, lastUser).length > 0,
    hasFunctions: functions.length > 0,
    functions: allowed === undefined ? functions : functions.filter(({ name }) => allowed.includes(name)),
    choice,
    json: format?.type === "json_object" || format?.type === "json_schema" || guideOf(request) !== undefined,
    schema:
      format?.type === "json_schema"
        ? (format.json_schema.schema ?? undefined)
        : (manners.schemaInWords?.(request) ?? guideOf(request)),
    // Whether thoughts come out is the server's matter; the model has them in either case.
    showThoughts: true,
    maxTokens: manners.limits.map((name) => request[name]).find((limit) => limit != null) ?? undefined,
    stop: stopTexts(request.stop),
  };
}

/** The texts that end an answer. */
export const stopTexts = (stop: ChatRequest["stop"]): readonly string[] =>
  (typeof stop === "string" ? [stop] : (stop ?? [])).filter((text) => text !== "");

/** The schema that a custom tool's text is made by. */
const textSchema = { type: "object", properties: { input: { type: "string" } }, required: ["input"] };

function declaredIn({ tools, functions }: ChatRequest, older: boolean): readonly DeclaredFunction[] {
  const newer = (tools ?? []).map((tool): DeclaredFunction => {
    if (tool.type === "custom")
      return { name: tool.custom.name, description: tool.custom.description ?? "", schema: textSchema };
    const { name, description, parameters } = tool.function;
    return { name, description: description ?? "", schema: parameters ?? undefined };
  });
  const old = (older ? (functions ?? []) : []).map(
    ({ name, description, parameters }): DeclaredFunction => ({
      name,
      description: description ?? "",
      schema: parameters ?? undefined,
    }),
  );
  return [...newer, ...old];
}

/** Whether calls are wanted, and of which functions; undefined: any that is declared. */
function choiceOf({ tool_choice: tool, function_call: call }: ChatRequest): {
  readonly choice: Prompt["choice"];
  readonly allowed?: readonly string[];
} {
  const chosen = tool ?? call ?? "auto";
  if (typeof chosen === "string") {
    return { choice: chosen === "none" ? "none" : chosen === "required" ? "any" : "auto" };
  }
  if ("name" in chosen) return { choice: "any", allowed: [chosen.name] };
  switch (chosen.type) {
    case "function":
      return { choice: "any", allowed: [chosen.function.name] };
    case "custom":
      return { choice: "any", allowed: [chosen.custom.name] };
    case "allowed_tools":
      return {
        choice: chosen.allowed_tools.mode === "required" ? "any" : "auto",
        allowed: chosen.allowed_tools.tools.flatMap(namesOf),
      };
    default:
      return chosen satisfies never;
  }
}

/** `{type: "function", function: {name}}` and `{type: "function", name}` both name a tool. */
function namesOf(tool: unknown): readonly string[] {
  if (!isObject(tool)) return [];
  return [tool, tool["function"], tool["custom"]].flatMap((one) =>
    isObject(one) && typeof one["name"] === "string" ? [one["name"]] : [],
  );
}

/** The schema that vLLM's own members ask for. */
function guideOf({ guided_json: guide, structured_outputs: outputs }: ChatRequest): unknown {
  const asked = guide ?? outputs?.["json"] ?? undefined;
  return typeof asked === "string" ? parseJson(asked) : asked;
}

function textOf(message: Message | undefined): string {
  const content = message?.content ?? "";
  if (typeof content === "string") return content;
  return content.flatMap((part) => ("text" in part ? part.text : [])).join(" ");
}

/** The results that stand right before an index. */
function resultsAt(messages: readonly Message[], end: number): readonly ToolResult[] {
  const start = messages.slice(0, end).findLastIndex(({ role }) => role !== "tool" && role !== "function") + 1;
  return messages.slice(start, end).map((message) => ({ name: nameOf(message, messages), value: textOf(message) }));
}

/** The function a result belongs to. */
function nameOf(message: Message, messages: readonly Message[]): string {
  if (message.role === "function") return message.name;
  if (message.role !== "tool") return "";
  const calls = messages.flatMap((one) => (one.role === "assistant" ? (one.tool_calls ?? []) : []));
  const call = calls.findLast(({ id }) => id === message.tool_call_id);
  return call === undefined ? "tool" : call.type === "function" ? call.function.name : call.custom.name;
}
