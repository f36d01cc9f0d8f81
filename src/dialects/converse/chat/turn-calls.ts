import { GatewayError } from "../../../errors.ts";
import type { ChatMessage } from "../../../operations/types.ts";
import { type OpenCall, type Result, refuseOpenCalls } from "../../anthropic/chat/turn-calls.ts";
import { createCallFinder } from "../../open-calls.ts";
import type { ContentBlock, ResultContent } from "../types.ts";
import { pointFor } from "./cache.ts";
import type { Draft } from "./draft.ts";
import { toMediaBlock } from "./media.ts";

type AssistantMessage = Extract<ChatMessage, { role: "assistant" }>;
type ToolCall = NonNullable<AssistantMessage["tool_calls"]>[number];

/** The calls of a model's turn, in their order; text to a model that knows no tools. */
export function toCallBlocks(message: AssistantMessage, open: readonly OpenCall[], draft: Draft): ContentBlock[] {
  const said = (message.tool_calls ?? []).map(argumentsOf);
  if (message.function_call != null) said.push(toArguments(message.function_call.arguments));
  return open.map(({ name, sent }, i) => {
    const input = said[i] ?? {};
    if (!draft.calls) return { text: `[call of ${name}: ${JSON.stringify(input)}]` };
    return { toolUse: { toolUseId: sent, name: draft.names.get(name) ?? name, input } };
  });
}

const argumentsOf = (call: ToolCall): Record<string, unknown> =>
  call.type === "function" ? toArguments(call.function.arguments) : { input: call.custom.input };

/** Arguments as an object, whatever the client kept of them: histories hold cut-off JSON. */
function toArguments(text: string): Record<string, unknown> {
  if (text.trim() === "") return {};
  const value = parse(text);
  if (value === undefined) return { _raw: text };
  return isRecord(value) ? value : { value };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/**
 * The results of one model turn, in the order of its calls; a result said twice counts as said last. Media that the
 * model does not look at within a result stand behind all results, which come first.
 *
 * Fails: a result without its call, a call without its result, media that cannot be read.
 */
export function toResultBlocks(
  results: readonly Result[],
  open: readonly OpenCall[],
  start: number,
  draft: Draft,
): ContentBlock[] {
  const byCall = new Map<OpenCall, number>();
  const find = createCallFinder(open, keyOf);
  for (const [i, result] of results.entries()) {
    const call = find(result);
    if (call === undefined) throw orphan(start + i);
    byCall.set(call, i);
  }
  refuseOpenCalls(
    open.filter((call) => !byCall.has(call)),
    start + results.length,
  );
  const made = open.flatMap((call) => {
    const i = byCall.get(call);
    const result = i === undefined ? undefined : results[i];
    return i === undefined || result === undefined ? [] : [toResult(result, call, `messages[${start + i}]`, draft)];
  });
  return [...made.flatMap(({ said }) => said), ...made.flatMap(({ beside }) => beside)];
}

/** A result with what ends a cached prefix behind it, and the media that have no place in it. */
interface MadeResult {
  readonly said: readonly ContentBlock[];
  readonly beside: readonly ContentBlock[];
}

function toResult(result: Result, call: OpenCall, param: string, draft: Draft): MadeResult {
  const { content } = result;
  const parts = typeof content === "string" ? [{ type: "text", text: content } as const] : (content ?? []);
  const inside: ResultContent[] = [];
  const beside: ContentBlock[] = [];
  const { model, points, changes } = draft;
  const marks: ContentBlock[] = [];
  for (const [i, part] of parts.entries()) {
    const path = `${param}.content[${i}]`;
    const block = toMediaBlock(part, path, draft.nameDocument);
    if (block === undefined) continue;
    const place = toInside(block, draft);
    if (place === undefined) beside.push(block);
    else inside.push(place);
    if (marks.length === 0) marks.push(...pointFor(part, path, model, points, changes));
  }
  if (marks.length === 0 && result.role === "tool") marks.push(...pointFor(result, param, model, points, changes));
  return { said: [toSaid(call, inside, draft), ...marks], beside };
}

function toSaid(call: OpenCall, content: ResultContent[], draft: Draft): ContentBlock {
  if (!draft.calls) {
    const texts = content.flatMap(({ text }) => text ?? []);
    return { text: `[result of ${call.name}: ${texts.join("\n")}]` };
  }
  const said = draft.model.jsonResults ? toJson(content) : content;
  return { toolResult: { toolUseId: call.sent, content: said } };
}

/** What of a result the model looks at there. */
function toInside(block: ContentBlock, { model, calls }: Draft): ResultContent | undefined {
  if (block.text !== undefined) return { text: block.text };
  if (calls && block.image !== undefined && model.shownResults.has("image")) return { image: block.image };
  if (calls && block.document !== undefined && model.shownResults.has("document")) return { document: block.document };
  return undefined;
}

/** Texts as one JSON object, for models that read nothing else. */
function toJson(content: readonly ResultContent[]): ResultContent[] {
  const text = content.flatMap((one) => one.text ?? []).join("\n");
  const others = content.filter((one) => one.text === undefined);
  const value = parse(text);
  return [{ json: isRecord(value) ? value : { output: value ?? text } }, ...others];
}

/** Some gateways hang a signature of Google's on the id of a call. */
function keyOf(result: Result): string {
  if (result.role === "function") return result.name;
  return result.tool_call_id.split("__thought__", 1)[0] ?? result.tool_call_id;
}

function orphan(index: number): GatewayError {
  const message =
    "Invalid parameter: messages with role 'tool' must be a response to a preceeding message with 'tool_calls'.";
  return new GatewayError("invalid_request", message, { param: `messages.[${index}].role` });
}
