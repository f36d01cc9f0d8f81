import { GatewayError } from "../../../errors.ts";
import type { ChatMessage } from "../../../operations/types.ts";
import { createCallFinder } from "../../open-calls.ts";
import type { Part } from "../types.ts";
import type { Draft } from "./context.ts";
import { toResultMedia } from "./result-media.ts";
import { callSignature, splitId, standIn, textSignature } from "./signatures.ts";

type Message<Role extends ChatMessage["role"]> = Extract<ChatMessage, { role: Role }>;
type ToolCall = NonNullable<Message<"assistant">["tool_calls"]>[number];
/** What a tool said, in either form. */
export type Result = Message<"tool"> | Message<"function">;

/** A call of the model that waits for its result. */
export interface OpenCall {
  readonly id: string;
  readonly name: string;
}

/** What an upstream has told of itself: it takes no ids on calls. */
export const noCallIds = "no-call-ids";

/**
 * The calls of a model's turn, in their order. In each turn the first one must carry a signature where the model
 * demands them: where none came back, a word stands in that Google takes in its place.
 *
 * @see reference: openai-chat-to-gemini §§4, 5.4, 9
 */
export function toCallParts(message: Message<"assistant">, draft: Draft): Part[] {
  const calls = (message.tool_calls ?? []).map((call, i) => toCallPart(call, i, message, draft));
  if (message.function_call != null) calls.push(toLegacyPart(message, message.function_call, draft));
  const [first] = calls;
  if (first !== undefined && first.thoughtSignature === undefined && draft.model.signatures === "demanded") {
    first.thoughtSignature = standIn;
    draft.standIns.count++;
  }
  return calls;
}

/** A call of the deprecated form has no place for a signature: it bears that of its message. */
function toLegacyPart(
  message: Message<"assistant">,
  { name, arguments: args }: NonNullable<Message<"assistant">["function_call"]>,
  draft: Draft,
): Part {
  const part: Part = { functionCall: { name: draft.names.get(name) ?? name, args: toArgs(args) } };
  const signature = draft.model.signatures === "none" ? undefined : textSignature(message);
  if (signature !== undefined) part.thoughtSignature = signature;
  return part;
}

function toCallPart(call: ToolCall, index: number, message: Message<"assistant">, draft: Draft): Part {
  const name = call.type === "function" ? call.function.name : call.custom.name;
  const args = call.type === "function" ? toArgs(call.function.arguments) : { input: call.custom.input };
  const id = upstreamId(splitId(call.id).id, draft);
  const part: Part = { functionCall: { ...id, name: draft.names.get(name) ?? name, args } };
  const signature = draft.model.signatures === "none" ? undefined : callSignature(call, index, message);
  if (signature !== undefined) part.thoughtSignature = signature;
  return part;
}

/** Beginnings of ids that other vendors make, or this gateway. */
const foreign = /^(?:call_|toolu_|tooluse_|fc_|ctc_|chatcmpl-|functions\.)/;

/**
 * An id goes back only where Google issued it, to a host that takes it, and it must stand on both the call and its
 * result or on neither.
 */
function upstreamId(id: string, { model, facts }: Draft): { id?: string } {
  const isGoogles = id !== "" && !foreign.test(id);
  return isGoogles && model.callIds && facts.learned?.has(noCallIds) !== true ? { id } : {};
}

/** Arguments as an object, whatever the client kept of them: histories hold cut-off JSON. */
function toArgs(text: string): Record<string, unknown> {
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

/** The calls of a message, as results are paired with them. */
export function callsOf(message: Message<"assistant">): readonly OpenCall[] {
  const calls = (message.tool_calls ?? []).map((call) => ({
    id: splitId(call.id).id,
    name: call.type === "function" ? call.function.name : call.custom.name,
  }));
  return message.function_call == null ? calls : [...calls, { id: "", name: message.function_call.name }];
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

/** What the tools of one model turn have said. */
export interface Results {
  readonly results: Part[];
  /** Media that no result holds. They want a turn of their own: some hosts count the parts beside results as results. */
  readonly beside: Part[];
}

/**
 * The results of one model turn, in the order of its calls; a result said twice counts as said last.
 * Fails: a result without its call, a call without its result, media that cannot be read.
 *
 * @see reference: openai-chat-to-gemini §5
 */
export function toResultParts(
  results: readonly Result[],
  open: readonly OpenCall[],
  start: number,
  draft: Draft,
): Results {
  const byCall = new Map<OpenCall, ResultParts>();
  const find = createCallFinder(open, keyOf);
  for (const [i, result] of results.entries()) {
    const call = find(result);
    if (call === undefined) throw orphan(start + i);
    byCall.set(call, toResult(result, call, `messages[${start + i}].content`, draft));
  }
  refuseOpenCalls(
    open.filter((call) => !byCall.has(call)),
    start + results.length,
  );
  const said = open.map((call) => byCall.get(call)).filter((parts) => parts !== undefined);
  return { results: said.map(({ result }) => result), beside: said.flatMap(({ beside }) => beside) };
}

/** A result, and its media that it does not hold. */
interface ResultParts {
  readonly result: Part;
  readonly beside: readonly Part[];
}

function toResult(result: Result, call: OpenCall, param: string, draft: Draft): ResultParts {
  const name = draft.names.get(call.name) ?? call.name;
  const said = { ...upstreamId(call.id, draft), name, response: { output: outputOf(result) } };
  const { within, beside } = toResultMedia(result.content, param, draft);
  return { result: { functionResponse: within.length === 0 ? said : { ...said, parts: within } }, beside };
}

function keyOf(result: Result): string {
  return result.role === "tool" ? splitId(result.tool_call_id).id : result.name;
}

/** Always text under `output`: a payload like `{"error": …}` must not be read as a failed call. */
function outputOf({ content }: Result): string {
  if (content == null) return "";
  if (typeof content === "string") return content;
  return content.flatMap((part) => (part.type === "text" ? [part.text] : [])).join("\n");
}

function orphan(index: number): GatewayError {
  const message =
    "Invalid parameter: messages with role 'tool' must be a response to a preceeding message with 'tool_calls'.";
  return new GatewayError("invalid_request", message, { param: `messages.[${index}].role` });
}

/** OpenAI refuses a history with a call that nobody answered, and so does Gemini. */
export function refuseOpenCalls(open: readonly OpenCall[], index: number): void {
  if (open.length === 0) return;
  const ids = open.map((call) => call.id || call.name).join(", ");
  const message = `An assistant message with 'tool_calls' must be followed by tool messages responding to each 'tool_call_id'. The following tool_call_ids did not have response messages: ${ids}`;
  throw new GatewayError("invalid_request", message, { param: `messages.[${index}].role` });
}
