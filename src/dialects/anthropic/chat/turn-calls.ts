import { GatewayError } from "../../../errors.ts";
import type { ChatMessage } from "../../../operations/types.ts";
import { createCallFinder } from "../../open-calls.ts";
import type { ToolResultBlock, ToolUseBlock } from "../types.ts";
import { addMark } from "./cache.ts";
import type { Draft } from "./draft.ts";
import { toMediaBlock } from "./media.ts";

type Message<Role extends ChatMessage["role"]> = Extract<ChatMessage, { role: Role }>;
type ToolCall = NonNullable<Message<"assistant">["tool_calls"]>[number];
/** What a tool said, in either form. */
export type Result = Message<"tool"> | Message<"function">;

/** A call of the model that waits for its result. */
export interface OpenCall {
  readonly id: string;
  readonly name: string;
  /** The id it goes by at Claude. */
  readonly sent: string;
}

/** Makes ids that Claude takes, each of them once in a conversation. */
export type Ids = (id: string) => string;

const maxId = 64;

/** Letters, digits, dashes and underscores; an id that came before gets a number. The same history gets the same ids. */
export function createIds(): Ids {
  const taken = new Set<string>();
  // By id, the number that was reached: a history of one id alone is not counted out anew.
  const tried = new Map<string, number>();
  return (id) => {
    const sound = id.replace(/[^A-Za-z0-9_-]/g, "_").slice(0, maxId) || "call";
    let sent = sound;
    let i = tried.get(sound) ?? 2;
    for (; taken.has(sent); i++) sent = `${sound.slice(0, maxId - 1 - String(i).length)}_${i}`;
    tried.set(sound, i);
    taken.add(sent);
    return sent;
  };
}

/** Some gateways hang a signature of Google's on the id of a call. */
const plainId = (id: string): string => id.split("__thought__", 1)[0] ?? id;

/** The calls of a message, as results are paired with them. */
export function callsOf(message: Message<"assistant">, ids: Ids): readonly OpenCall[] {
  const calls = (message.tool_calls ?? []).map((call) => {
    const id = plainId(call.id);
    return { id, name: (call.type === "function" ? call.function : call.custom).name, sent: ids(id) };
  });
  if (message.function_call == null) return calls;
  return [...calls, { id: "", name: message.function_call.name, sent: ids("") }];
}

/**
 * The calls of a model's turn, in their order.
 *
 * @see reference: openai-chat-to-anthropic §4
 */
export function toCallBlocks(message: Message<"assistant">, open: readonly OpenCall[], draft: Draft): ToolUseBlock[] {
  const said = (message.tool_calls ?? []).map(argumentsOf);
  if (message.function_call != null) said.push(toArguments(message.function_call.arguments));
  return open.map(({ name, sent }, i) => ({
    type: "tool_use",
    id: sent,
    name: draft.names.get(name) ?? name,
    input: renamed(said[i] ?? {}, draft.members.get(name)),
  }));
}

const argumentsOf = (call: ToolCall): Record<string, unknown> =>
  call.type === "function" ? toArguments(call.function.arguments) : { input: call.custom.input };

/** Arguments as an object, whatever the client kept of them: histories hold cut-off JSON. */
function toArguments(text: string): Record<string, unknown> {
  if (text.trim() === "") return {};
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? value : { value };
  } catch {
    return { _raw: text };
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function renamed(
  args: Record<string, unknown>,
  members: ReadonlyMap<string, string> | undefined,
): Record<string, unknown> {
  if (members === undefined || members.size === 0) return args;
  return Object.fromEntries(Object.entries(args).map(([name, value]) => [members.get(name) ?? name, value]));
}

/** The results that stand together from a place on. */
export function resultsFrom(messages: readonly ChatMessage[], start: number): readonly Result[] {
  const results: Result[] = [];
  for (let i = start; i < messages.length; i++) {
    const message = messages[i];
    if (message?.role !== "tool" && message?.role !== "function") break;
    results.push(message);
  }
  return results;
}

/**
 * The results of one model turn, in the order of its calls; a result said twice counts as said last.
 * Fails: a result without its call, a call without its result, media that cannot be read.
 *
 * @see reference: openai-chat-to-anthropic §4
 */
export function toResultBlocks(
  results: readonly Result[],
  open: readonly OpenCall[],
  start: number,
  draft: Draft,
): ToolResultBlock[] {
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
  return open.flatMap((call) => {
    const i = byCall.get(call);
    const result = i === undefined ? undefined : results[i];
    return i === undefined || result === undefined ? [] : [toResult(result, call, `messages[${start + i}]`, draft)];
  });
}

function toResult(result: Result, call: OpenCall, param: string, draft: Draft): ToolResultBlock {
  const block: ToolResultBlock = { type: "tool_result", tool_use_id: call.sent };
  const { content } = result;
  if (typeof content === "string") {
    if (content !== "") block.content = content;
  } else {
    const blocks = (content ?? []).flatMap((part, i) => {
      const path = `${param}.content[${i}]`;
      const made = toMediaBlock(part, path, draft);
      addMark(draft.marks, made, part, path);
      return made === undefined ? [] : [made];
    });
    if (blocks.length > 0) block.content = blocks;
  }
  if (result.role === "tool") addMark(draft.marks, block, result, param);
  return block;
}

function keyOf(result: Result): string {
  return result.role === "tool" ? plainId(result.tool_call_id) : result.name;
}

function orphan(index: number): GatewayError {
  const message =
    "Invalid parameter: messages with role 'tool' must be a response to a preceeding message with 'tool_calls'.";
  return new GatewayError("invalid_request", message, { param: `messages.[${index}].role` });
}

/** OpenAI refuses a history with a call that nobody answered, and so does Anthropic. */
export function refuseOpenCalls(open: readonly OpenCall[], index: number): void {
  if (open.length === 0) return;
  const ids = open.map((call) => call.id || call.name).join(", ");
  const message = `An assistant message with 'tool_calls' must be followed by tool messages responding to each 'tool_call_id'. The following tool_call_ids did not have response messages: ${ids}`;
  throw new GatewayError("invalid_request", message, { param: `messages.[${index}].role` });
}
