import { GatewayError } from "../../../errors.ts";
import type { ChatMessage } from "../../../operations/types.ts";
import type { ContentBlock, InputMessage, TextBlock } from "../types.ts";
import { addMark } from "./cache.ts";
import type { Draft } from "./draft.ts";
import { toMediaBlock } from "./media.ts";
import { thoughtsOf } from "./thoughts.ts";
import {
  callsOf,
  createIds,
  type OpenCall,
  refuseOpenCalls,
  resultsFrom,
  toCallBlocks,
  toResultBlocks,
} from "./turn-calls.ts";

type Message<Role extends ChatMessage["role"]> = Extract<ChatMessage, { role: Role }>;

/** A turn being made, and the client's message that began it. */
interface Turn {
  readonly role: "user" | "assistant" | "system";
  readonly blocks: ContentBlock[];
  readonly source: number;
}

/** A conversation in Claude's two places. */
export interface Conversation {
  readonly system: TextBlock[];
  readonly messages: InputMessage[];
  /** Message that is sent → the index of the client's that it begins with. */
  readonly sources: readonly number[];
  /** Signed thoughts are among it. */
  readonly thoughts: boolean;
}

/**
 * The client's messages as Claude's turns.
 *
 * Instructions go to `system`; where the model takes them midway they stay where they stand, so that what comes before
 * them stays cached. Neighbours of one role become one turn, in which results of tools come first. Calls and results
 * must pair up as OpenAI demands, which is also what Claude needs.
 *
 * Fails: a tool message without its call, a call without its result, media that cannot be read.
 *
 * @see reference: openai-chat-to-anthropic §§3, 4
 */
export function toConversation(messages: readonly ChatMessage[], draft: Draft): Conversation {
  const system: TextBlock[] = [];
  const midway = draft.host.midwayInstructions && draft.model.midwayInstructions;
  let turns: Turn[] = [];
  const ids = createIds();
  let open: readonly OpenCall[] = [];
  for (let i = 0; i < messages.length; i++) {
    const message = messages[i];
    if (message === undefined) continue;
    if (message.role === "tool" || message.role === "function") {
      const said = resultsFrom(messages, i);
      pushTurn(turns, "user", toResultBlocks(said, open, i, draft), i);
      i += said.length - 1;
      open = [];
      continue;
    }
    refuseOpenCalls(open, i);
    if (message.role === "assistant") {
      open = callsOf(message, ids);
      pushTurn(turns, "assistant", toModelBlocks(message, open, i, draft), i);
    } else if (message.role === "user") {
      pushTurn(turns, "user", toBlocks(message, i, draft), i);
    } else {
      const texts = toTexts(message, i, draft);
      if (midway && turns.length > 0) pushTurn(turns, "system", texts, i);
      else for (const text of texts) system.push(text);
    }
  }
  refuseOpenCalls(open, messages.length);
  if (midway) turns = withoutMisplaced(turns, system);
  settle(system, turns, draft);
  return {
    system,
    messages: turns.map(toInputMessage),
    sources: turns.map(({ source }) => source),
    thoughts: turns.some(({ blocks }) => blocks.some(isThought)),
  };
}

/**
 * Claude takes instructions midway behind a turn of the user's, and before one of the model's or at the end. Others go
 * to the top.
 */
function withoutMisplaced(turns: readonly Turn[], system: TextBlock[]): Turn[] {
  const kept: Turn[] = [];
  for (const [i, { role, blocks, source }] of turns.entries()) {
    const after = turns[i + 1]?.role;
    const isMisplaced = role === "system" && (kept.at(-1)?.role !== "user" || after === "user");
    if (!isMisplaced) pushTurn(kept, role, blocks, source);
    else for (const block of blocks) if (block.type === "text") system.push(block);
  }
  return kept;
}

const isThought = ({ type }: ContentBlock): boolean => type === "thinking" || type === "redacted_thinking";

/** The type of a turn has a place for each kind of content. */
function toInputMessage({ role, blocks }: Turn): InputMessage {
  if (role !== "system") return { role, content: blocks };
  return { role, content: blocks.filter((block) => block.type === "text") };
}

/** Makes the turns fit what every model demands: some turn at all, the user's first, and the user's last. */
function settle(system: TextBlock[], turns: Turn[], draft: Draft): void {
  // Only instructions: the last of them is what the user wants to have answered.
  if (turns.length === 0) {
    const last = system.pop();
    if (last === undefined) {
      throw new GatewayError("invalid_value", "'messages' must hold some content.", { param: "messages" });
    }
    turns.push({ role: "user", blocks: [last], source: 0 });
  }
  const end = turns.at(-1);
  if (end?.role === "assistant") {
    if (draft.prefill) trimEnd(end);
    else turns.push({ role: "user", blocks: [goOn()], source: end.source });
  }
  if (turns[0]?.role !== "user") turns.unshift({ role: "user", blocks: [goOn()], source: 0 });
}

const goOn = (): TextBlock => ({ type: "text", text: "Continue." });

/** An answer that the client has begun may not end with white space. */
function trimEnd({ blocks }: Turn): void {
  const last = blocks.at(-1);
  if (last?.type === "text") last.text = last.text.trimEnd();
}

function pushTurn(turns: Turn[], role: Turn["role"], blocks: readonly ContentBlock[], source: number): void {
  if (blocks.length === 0) return;
  const last = turns.at(-1);
  if (last?.role !== role) turns.push({ role, blocks: [...blocks], source });
  // One by one: a call takes no more arguments than the stack holds, and a message may have more parts.
  else for (const block of blocks) last.blocks.push(block);
}

type Spoken = Message<"system"> | Message<"developer">;

function toTexts(message: Spoken, index: number, { marks }: Draft): TextBlock[] {
  const path = `messages[${index}]`;
  const { content } = message;
  const parts = typeof content === "string" ? [{ type: "text", text: content } as const] : content;
  const texts = parts.flatMap((part, i) => {
    if (part.text.trim() === "") return [];
    const block: TextBlock = { type: "text", text: part.text };
    addMark(marks, block, part, `${path}.content[${i}]`);
    return [block];
  });
  addMark(marks, texts.at(-1), message, path);
  return texts;
}

/** White space alone is refused everywhere, and left out. */
function toBlocks(message: Message<"user">, index: number, draft: Draft): ContentBlock[] {
  const path = `messages[${index}]`;
  const { content } = message;
  const parts = typeof content === "string" ? [{ type: "text", text: content } as const] : content;
  const blocks = parts.flatMap((part, i) => {
    const place = `${path}.content[${i}]`;
    const block = toMediaBlock(part, place, draft);
    addMark(draft.marks, block, part, place);
    return block === undefined ? [] : [block];
  });
  addMark(draft.marks, blocks.at(-1), message, path);
  return blocks;
}

/** Thoughts first, then text, then calls in their order. */
function toModelBlocks(
  message: Message<"assistant">,
  open: readonly OpenCall[],
  index: number,
  draft: Draft,
): ContentBlock[] {
  const path = `messages[${index}]`;
  const { content, refusal } = message;
  const parts = typeof content === "string" ? [textPart(content)] : (content ?? []).map(toSaid);
  if (refusal != null) parts.push(textPart(refusal));
  const said = parts.flatMap((part, i) => {
    if (part.text.trim() === "") return [];
    const block: TextBlock = { type: "text", text: part.text };
    addMark(draft.marks, block, part, `${path}.content[${i}]`);
    return [block];
  });
  const spoken = [...said, ...toCallBlocks(message, open, draft)];
  addMark(draft.marks, spoken.at(-1), message, path);
  // Thoughts that led to nothing are refused.
  if (spoken.length === 0) return [];
  const thoughts = draft.replays ? thoughtsOf(message) : [];
  return [...thoughts, ...spoken];
}

type SaidPart = Exclude<NonNullable<Message<"assistant">["content"]>, string>[number];
type Said = Extract<SaidPart, { type: "text" }>;

const toSaid = (part: SaidPart): Said => (part.type === "text" ? part : textPart(part.refusal));
const textPart = (text: string): Said => ({ type: "text", text });
