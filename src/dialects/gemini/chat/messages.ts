import { GatewayError } from "../../../errors.ts";
import type { ChatMessage } from "../../../operations/types.ts";
import type { Content, Part } from "../types.ts";
import { toContentParts } from "./content-parts.ts";
import type { Draft } from "./context.ts";
import { textSignature } from "./signatures.ts";
import { callsOf, type OpenCall, refuseOpenCalls, resultsFrom, toCallParts, toResultParts } from "./turn-calls.ts";

type Message<Role extends ChatMessage["role"]> = Extract<ChatMessage, { role: Role }>;

/** A conversation in Gemini's two places. */
export interface Conversation {
  readonly systemInstruction: Content | undefined;
  readonly contents: Content[];
}

/**
 * The client's messages as Gemini's turns.
 *
 * Instructions from anywhere in the conversation go to `systemInstruction`, in order. Neighbours of one role become
 * one turn, but results of tools keep a turn of their own. Calls and results must pair up as OpenAI demands, which is
 * also what Gemini needs: it pairs them by name and number.
 *
 * Fails: a tool message without its call, a call without its result, media that cannot be read.
 *
 * @see reference: openai-chat-to-gemini §3
 */
export function toConversation(messages: readonly ChatMessage[], draft: Draft): Conversation {
  const system: Part[] = [];
  const contents: Content[] = [];
  let open: readonly OpenCall[] = [];
  for (let i = 0; i < messages.length; i++) {
    const message = messages[i];
    if (message === undefined) continue;
    if (message.role === "tool" || message.role === "function") {
      const said = resultsFrom(messages, i);
      const { results, beside } = toResultParts(said, open, i, draft);
      pushTurn(contents, "user", results);
      pushTurn(contents, "user", beside);
      i += said.length - 1;
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
      addAll(system, toTextParts(message.content));
    }
  }
  refuseOpenCalls(open, messages.length);
  return settle(system, contents, draft);
}

/** Makes the turns fit what every model demands: some turn at all, calls after a turn of the user's, and the user's turn last. */
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
    contents.push({ role: "user", parts: [goOn()] });
  }
  // Clients cut long histories anywhere, and Google takes a call only after a turn of the user's.
  if (contents[0]?.parts?.some((part) => part.functionCall !== undefined)) {
    contents.unshift({ role: "user", parts: [goOn()] });
  }
  if (system.length === 0) return { systemInstruction: undefined, contents };
  if (draft.model.systemInstruction) return { systemInstruction: { parts: system }, contents };
  const [first] = contents;
  if (first?.role === "user" && first.parts !== undefined && !holdsResults(first.parts)) first.parts.unshift(...system);
  else contents.unshift({ role: "user", parts: system });
  return { systemInstruction: undefined, contents };
}

const goOn = (): Part => ({ text: "Continue." });

function pushTurn(contents: Content[], role: "user" | "model", parts: Part[]): void {
  if (parts.length === 0) return;
  const last = contents.at(-1);
  const mixes = holdsResults(last?.parts ?? []) !== holdsResults(parts);
  if (last?.role === role && last.parts !== undefined && !mixes) addAll(last.parts, parts);
  else contents.push({ role, parts });
}

/** One by one: a call takes no more arguments than the stack holds, and a message may have more parts. */
function addAll(parts: Part[], others: readonly Part[]): void {
  for (const part of others) parts.push(part);
}

/** Results keep a turn of their own: as the first part is, so are all. */
function holdsResults([first]: readonly Part[]): boolean {
  return first?.functionResponse !== undefined;
}

function toTextParts(content: Message<"system">["content"]): Part[] {
  const texts = typeof content === "string" ? [content] : content.map((part) => part.text);
  return texts.filter((text) => text !== "").map((text) => ({ text }));
}

function toUserParts(content: Message<"user">["content"], param: string, draft: Draft): Part[] {
  if (typeof content === "string") return content === "" ? [] : [{ text: content }];
  return content.flatMap((part, i) => toContentParts(part, `${param}[${i}]`, draft));
}

/** Text first, then calls in their order: where the first call stands, its signature is looked for. */
function toModelParts(message: Message<"assistant">, draft: Draft): Part[] {
  const texts = assistantTexts(message).filter((text) => text !== "");
  const parts: Part[] = texts.map((text) => ({ text }));
  const isText = draft.model.signatures !== "none" && message.function_call == null;
  const signature = isText ? textSignature(message) : undefined;
  if (signature !== undefined) {
    const last = parts.at(-1);
    if (last !== undefined) last.thoughtSignature = signature;
    // A stream's last event is an empty text that bears a signature: the one empty part that Google takes.
    else parts.push({ text: "", thoughtSignature: signature });
  }
  return [...parts, ...toCallParts(message, draft)];
}

function assistantTexts(message: Message<"assistant">): string[] {
  const { content, refusal } = message;
  const texts =
    typeof content === "string" ? [content] : (content ?? []).map((p) => (p.type === "text" ? p.text : p.refusal));
  return refusal == null ? texts : [...texts, refusal];
}
