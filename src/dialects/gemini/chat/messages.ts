import { GatewayError } from "../../../errors.ts";
import type { ChatMessage } from "../../../operations/types.ts";
import type { Content, Part } from "../types.ts";
import type { Draft } from "./context.ts";
import { toAudioPart, toFilePart, toMediaPart } from "./media.ts";

type Message<Role extends ChatMessage["role"]> = Extract<ChatMessage, { role: Role }>;
type ToolCall = NonNullable<Message<"assistant">["tool_calls"]>[number];
type UserPart = Exclude<Message<"user">["content"], string>[number];

/** A conversation in Gemini's two places. */
export interface Conversation {
  readonly systemInstruction: Content | undefined;
  readonly contents: Content[];
}

/** A call of the model that waits for its result. */
interface OpenCall {
  readonly id: string;
  readonly name: string;
}

/** Where a result stands in while none is needed: signatures are checked in the current turn only. */
const signatureStandIn = "skip_thought_signature_validator";

/**
 * The client's messages as Gemini's turns.
 *
 * Instructions from anywhere in the conversation go to `systemInstruction`, in order. Neighbours of one role become
 * one turn, but results of tools keep a turn of their own. Calls and results must pair up as OpenAI demands, which is
 * also what Gemini needs: it pairs them by name and number.
 *
 * Fails: a tool message without its call, a call without its result, media that cannot be read.
 */
export function toConversation(messages: readonly ChatMessage[], draft: Draft): Conversation {
  const system: Part[] = [];
  const contents: Content[] = [];
  let open: readonly OpenCall[] = [];
  for (let i = 0; i < messages.length; i++) {
    const message = messages[i];
    if (message === undefined) continue;
    if (message.role === "tool" || message.role === "function") {
      const results = resultsFrom(messages, i);
      pushTurn(contents, "user", toResultParts(results, open, i, draft));
      i += results.length - 1;
      open = [];
      continue;
    }
    refuseOpenCalls(open, i);
    if (message.role === "assistant") {
      open = callsOf(message);
      pushTurn(contents, "model", toModelParts(message, draft));
    } else if (message.role === "user") {
      pushTurn(contents, "user", toUserParts(message.content, `messages[${i}].content`, draft));
    } else {
      system.push(...toTextParts(message.content));
    }
  }
  refuseOpenCalls(open, messages.length);
  return settle(system, contents, draft);
}

/** Makes the turns fit what every model demands: some turn at all, and the last one the user's. */
function settle(system: Part[], contents: Content[], draft: Draft): Conversation {
  // Only instructions: the last of them is what the user wants to have answered.
  if (contents.length === 0) {
    const last = system.pop();
    if (last === undefined) {
      throw new GatewayError("invalid_value", "'messages' must hold some content.", { param: "messages" });
    }
    contents.push({ role: "user", parts: [last] });
  }
  if (contents.at(-1)?.role === "model" && !draft.model.trailingModelTurn) {
    contents.push({ role: "user", parts: [{ text: "Continue." }] });
  }
  if (system.length === 0) return { systemInstruction: undefined, contents };
  if (draft.model.systemInstruction) return { systemInstruction: { parts: system }, contents };
  contents.unshift({ role: "user", parts: system });
  return { systemInstruction: undefined, contents };
}

function pushTurn(contents: Content[], role: "user" | "model", parts: Part[]): void {
  if (parts.length === 0) return;
  const last = contents.at(-1);
  const mixes = holdsResults(last?.parts ?? []) !== holdsResults(parts);
  if (last?.role === role && last.parts !== undefined && !mixes) last.parts.push(...parts);
  else contents.push({ role, parts });
}

function holdsResults(parts: readonly Part[]): boolean {
  return parts.some((part) => part.functionResponse !== undefined);
}

function toTextParts(content: Message<"system">["content"] | Message<"tool">["content"]): Part[] {
  const texts = typeof content === "string" ? [content] : content.map((part) => part.text);
  return texts.filter((text) => text !== "").map((text) => ({ text }));
}

function toUserParts(content: Message<"user">["content"], param: string, draft: Draft): Part[] {
  if (typeof content === "string") return content === "" ? [] : [{ text: content }];
  return content.flatMap((part, i) => toUserPart(part, `${param}[${i}]`, draft));
}

function toUserPart(part: UserPart, param: string, draft: Draft): Part[] {
  switch (part.type) {
    case "text":
      return part.text === "" ? [] : [{ text: part.text }];
    case "image_url":
      return [withDetail(toMediaPart(part.image_url.url, `${param}.image_url.url`), part.image_url.detail, draft)];
    case "input_audio":
      return [toAudioPart(part.input_audio.data, part.input_audio.format, `${param}.input_audio`)];
    case "file":
      return [toFilePart(part.file, `${param}.file`)];
  }
}

const resolutions = {
  low: "MEDIA_RESOLUTION_LOW",
  high: "MEDIA_RESOLUTION_HIGH",
  original: "MEDIA_RESOLUTION_ULTRA_HIGH",
} as const;

function withDetail(part: Part, detail: string | null | undefined, draft: Draft): Part {
  if (!draft.model.partResolution) return part;
  const wanted = Object.entries(resolutions).find(([word]) => word === detail)?.[1];
  return wanted === undefined ? part : { ...part, mediaResolution: { level: wanted } };
}

/** Text first, then calls in their order: where the first call stands, its signature is looked for. */
function toModelParts(message: Message<"assistant">, draft: Draft): Part[] {
  const texts = assistantTexts(message).filter((text) => text !== "");
  const parts: Part[] = texts.map((text) => ({ text }));
  const last = parts.at(-1);
  const textSignature = message.extra_content?.google?.thought_signature;
  if (last !== undefined && textSignature != null) last.thoughtSignature = textSignature;
  const calls = (message.tool_calls ?? []).map((call) => toCallPart(call, draft));
  if (message.function_call != null) {
    const { name, arguments: args } = message.function_call;
    calls.push({ functionCall: { name: draft.names.get(name) ?? name, args: toArgs(args) } });
  }
  const [first] = calls;
  if (first !== undefined && draft.model.signatures) first.thoughtSignature ??= signatureStandIn;
  return [...parts, ...calls];
}

function assistantTexts(message: Message<"assistant">): string[] {
  const { content, refusal } = message;
  const texts =
    typeof content === "string" ? [content] : (content ?? []).map((p) => (p.type === "text" ? p.text : p.refusal));
  return refusal == null ? texts : [...texts, refusal];
}

function toCallPart(call: ToolCall, draft: Draft): Part {
  const name = call.type === "function" ? call.function.name : call.custom.name;
  const args = call.type === "function" ? toArgs(call.function.arguments) : { input: call.custom.input };
  const part: Part = { functionCall: { ...upstreamId(call.id, draft), name: draft.names.get(name) ?? name, args } };
  const signature = call.extra_content?.google?.thought_signature;
  if (signature != null && draft.model.signatures) part.thoughtSignature = signature;
  return part;
}

/**
 * An id goes back only where Google issued it. Those that start like ours or another vendor's were not, and an id
 * must stand on both the call and its result or on neither.
 */
function upstreamId(id: string, draft: Draft): { id?: string } {
  const foreign = /^(call_|toolu_|tooluse_|fc_|chatcmpl-tool)/.test(id);
  return draft.model.signatures && !foreign ? { id } : {};
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

function callsOf(message: Message<"assistant">): readonly OpenCall[] {
  const calls = (message.tool_calls ?? []).map((call) => ({
    id: call.id,
    name: call.type === "function" ? call.function.name : call.custom.name,
  }));
  return message.function_call == null ? calls : [...calls, { id: "", name: message.function_call.name }];
}

type Result = Message<"tool"> | Message<"function">;

function resultsFrom(messages: readonly ChatMessage[], start: number): readonly Result[] {
  const results: Result[] = [];
  for (let i = start; i < messages.length; i++) {
    const message = messages[i];
    if (message?.role !== "tool" && message?.role !== "function") break;
    results.push(message);
  }
  return results;
}

/** The results of one model turn, in the order of its calls; a result said twice counts as said last. */
function toResultParts(results: readonly Result[], open: readonly OpenCall[], start: number, draft: Draft): Part[] {
  const byCall = new Map<OpenCall, Part>();
  for (const [i, result] of results.entries()) {
    const call = open.find((one) =>
      result.role === "tool" ? one.id === result.tool_call_id : one.name === result.name,
    );
    if (call === undefined) throw orphan(start + i);
    const name = draft.names.get(call.name) ?? call.name;
    const id = call.id === "" ? {} : upstreamId(call.id, draft);
    byCall.set(call, { functionResponse: { ...id, name, response: { output: outputOf(result) } } });
  }
  refuseOpenCalls(
    open.filter((call) => !byCall.has(call)),
    start + results.length,
  );
  return open.map((call) => byCall.get(call)).filter((part) => part !== undefined);
}

/** Always text under `output`: a payload like `{"error": …}` must not be read as a failed call. */
function outputOf(result: Result): string {
  const { content } = result;
  if (content == null) return "";
  return typeof content === "string" ? content : content.map((part) => part.text).join("\n");
}

function orphan(index: number): GatewayError {
  const message =
    "Invalid parameter: messages with role 'tool' must be a response to a preceeding message with 'tool_calls'.";
  return new GatewayError("invalid_request", message, { param: `messages.[${index}].role` });
}

/** OpenAI refuses a history with a call that nobody answered, and so does Gemini. */
function refuseOpenCalls(open: readonly OpenCall[], index: number): void {
  if (open.length === 0) return;
  const ids = open.map((call) => call.id || call.name).join(", ");
  const message = `An assistant message with 'tool_calls' must be followed by tool messages responding to each 'tool_call_id'. The following tool_call_ids did not have response messages: ${ids}`;
  throw new GatewayError("invalid_request", message, { param: `messages.[${index}].role` });
}
