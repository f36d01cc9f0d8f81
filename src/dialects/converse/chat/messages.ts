import { thoughtsOf } from "../../anthropic/chat/thoughts.ts";
import { callsOf, createIds, type OpenCall, refuseOpenCalls, resultsFrom } from "../../anthropic/chat/turn-calls.ts";
import { GatewayError } from "../../../errors.ts";
import type { ChatMessage } from "../../../operations/types.ts";
import type { ContentBlock, Message as SentMessage, SystemBlock } from "../types.ts";
import { pointFor, pointsBeyond } from "./cache.ts";
import type { Draft } from "./draft.ts";
import { toMediaBlock } from "./media.ts";
import { toCallBlocks, toResultBlocks } from "./turn-calls.ts";

type Message<Role extends ChatMessage["role"]> = Extract<ChatMessage, { role: Role }>;

/** A turn being made, and the client's message that began it. */
interface Turn {
  readonly role: "user" | "assistant";
  readonly blocks: ContentBlock[];
  readonly source: number;
}

/** A conversation in Converse's two places. */
export interface Conversation {
  readonly system: readonly SystemBlock[];
  readonly messages: SentMessage[];
  /** Message that is sent → the index of the client's that it begins with. */
  readonly sources: readonly number[];
}

/**
 * The client's messages as turns that alternate, the user's first.
 *
 * Instructions go to `system`, or before the user's first words where the model has no such place. Neighbours of one
 * role become one turn, in which results of tools come first; where a model wants results alone, a word of its own
 * stands between them and what follows. Calls and results must pair up as OpenAI demands.
 *
 * Fails: a tool message without its call, a call without its result, media that cannot be read.
 *
 * @see specs/bedrock.yaml#/components/schemas/Message
 */
export function toConversation(messages: readonly ChatMessage[], draft: Draft): Conversation {
  const instructions: SystemBlock[] = [];
  const turns: Turn[] = [];
  const ids = createIds();
  let open: readonly OpenCall[] = [];
  for (let i = 0; i < messages.length; i++) {
    const message = messages[i];
    if (message === undefined) continue;
    if (message.role === "tool" || message.role === "function") {
      const said = resultsFrom(messages, i);
      const blocks = toResultBlocks(said, open, i, draft);
      const first = blocks.findLastIndex(holdsResults) + 1;
      // Behind the last result stands what shows more, and what ends a cached prefix.
      pushTurn(turns, "user", blocks.slice(0, first), i, draft);
      pushTurn(turns, "user", blocks.slice(first), i, draft);
      i += said.length - 1;
      open = [];
      continue;
    }
    refuseOpenCalls(open, i);
    if (message.role === "assistant") {
      open = callsOf(message, ids);
      pushTurn(turns, "assistant", toModelBlocks(message, open, i, draft), i, draft);
    } else if (message.role === "user") {
      pushTurn(turns, "user", toBlocks(message, i, draft), i, draft);
    } else {
      for (const block of toInstructions(message, i, draft)) instructions.push(block);
    }
  }
  refuseOpenCalls(open, messages.length);
  return settle(instructions, turns, draft);
}

/** Makes the turns fit what every model demands: some turn at all, the user's first, and the user's last. */
function settle(instructions: SystemBlock[], turns: Turn[], draft: Draft): Conversation {
  // Only instructions: the last of them is what the user wants to have answered.
  if (turns.length === 0) {
    const last = instructions.findLastIndex(({ text }) => text !== undefined);
    const [text] = last < 0 ? [] : instructions.splice(last);
    if (text?.text === undefined) {
      throw new GatewayError("invalid_value", "'messages' must hold some content.", { param: "messages" });
    }
    turns.push({ role: "user", blocks: [{ text: text.text }], source: 0 });
  }
  const end = turns.at(-1);
  if (end?.role === "assistant") {
    if (draft.prefill) trimEnd(end);
    else pushTurn(turns, "user", [goOn()], end.source, draft);
  }
  if (turns[0]?.role !== "user") turns.unshift({ role: "user", blocks: [goOn()], source: 0 });
  turns.findLast(({ role }) => role === "user")?.blocks.push(...hint({ cache_control: draft.hint ?? null }, "", draft));
  if (draft.lastText !== undefined) instructions.push({ text: draft.lastText });
  if (!draft.model.system) turns[0]?.blocks.unshift(...withoutPoints(instructions));
  const beyond = pointsBeyond(draft.points, draft.changes);
  const keep = <Block extends object>(blocks: readonly Block[]): Block[] => blocks.filter((one) => !beyond.has(one));
  return {
    system: draft.model.system ? keep(instructions) : [],
    messages: turns.map(({ role, blocks }) => ({ role, content: withText(keep(blocks)) })),
    sources: turns.map(({ source }) => source),
  };
}

const goOn = (): ContentBlock => ({ text: "Continue." });

/** A model without a place for instructions has none for caching either. */
const withoutPoints = (blocks: readonly SystemBlock[]): ContentBlock[] =>
  blocks.flatMap(({ text }) => (text === undefined ? [] : [{ text }]));

/** A turn that shows a document has to say something too. */
function withText(blocks: ContentBlock[]): ContentBlock[] {
  const isMute =
    blocks.some(({ document }) => document !== undefined) && blocks.every(({ text }) => text === undefined);
  return isMute ? [...blocks, { text: "The documents are attached." }] : blocks;
}

/** An answer that the client has begun may not end with white space. */
function trimEnd({ blocks }: Turn): void {
  const last = blocks.at(-1);
  if (last?.text !== undefined) last.text = last.text.trimEnd();
}

const holdsResults = ({ toolResult }: ContentBlock): boolean => toolResult !== undefined;

function pushTurn(
  turns: Turn[],
  role: Turn["role"],
  blocks: readonly ContentBlock[],
  source: number,
  { model }: Draft,
): void {
  if (blocks.length === 0) return;
  const last = turns.at(-1);
  const parts =
    last?.role === role && model.aloneResults && last.blocks.some(holdsResults) && !blocks.some(holdsResults);
  // Bedrock joins neighbours of one role itself: only another's word keeps them apart.
  if (parts) turns.push({ role: "assistant", blocks: [{ text: "Understood." }], source });
  if (parts || last?.role !== role) turns.push({ role, blocks: [...blocks], source });
  // One by one: a call takes no more arguments than the stack holds, and a message may have more parts.
  else for (const block of blocks) last.blocks.push(block);
}

type Spoken = Message<"system"> | Message<"developer">;

function toInstructions(message: Spoken, index: number, draft: Draft): SystemBlock[] {
  const path = `messages[${index}]`;
  const { content } = message;
  const parts = typeof content === "string" ? [{ type: "text", text: content } as const] : content;
  const blocks = parts.flatMap((part, i): SystemBlock[] => {
    if (part.text.trim() === "") return [];
    return [{ text: part.text }, ...hint(part, `${path}.content[${i}]`, draft)];
  });
  return blocks.length === 0 ? [] : [...blocks, ...hintOnce(blocks, message, path, draft)];
}

/** White space alone is refused everywhere, and left out. */
function toBlocks(message: Message<"user">, index: number, draft: Draft): ContentBlock[] {
  const path = `messages[${index}]`;
  const { content } = message;
  const parts = typeof content === "string" ? [{ type: "text", text: content } as const] : content;
  const blocks = parts.flatMap((part, i) => {
    const place = `${path}.content[${i}]`;
    const block = toMediaBlock(part, place, draft.nameDocument);
    return block === undefined ? [] : [block, ...hint(part, place, draft)];
  });
  return blocks.length === 0 ? [] : [...blocks, ...hintOnce(blocks, message, path, draft)];
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
  const said = parts.flatMap((part, i): ContentBlock[] =>
    part.text.trim() === "" ? [] : [{ text: part.text }, ...hint(part, `${path}.content[${i}]`, draft)],
  );
  const spoken = [...said, ...toCallBlocks(message, open, draft)];
  // Thoughts that led to nothing are refused.
  if (spoken.length === 0) return [];
  return [...toThoughtBlocks(message, draft), ...spoken, ...hintOnce(spoken, message, path, draft)];
}

/** The thoughts that the client has kept, as far as the model reads them. */
function toThoughtBlocks(message: Message<"assistant">, { model }: Draft): ContentBlock[] {
  if (model.replays === "none") return [];
  if (model.replays === "plain") {
    const text = message.reasoning_content ?? message.reasoning ?? "";
    return text.trim() === "" ? [] : [{ reasoningContent: { reasoningText: { text } } }];
  }
  return thoughtsOf(message).map((thought) =>
    thought.type === "thinking"
      ? { reasoningContent: { reasoningText: { text: thought.thinking, signature: thought.signature } } }
      : { reasoningContent: { redactedContent: thought.data } },
  );
}

type Carrier = Parameters<typeof pointFor>[0];

function hint(hinted: Carrier, path: string, { model, points, changes }: Draft): ReturnType<typeof pointFor> {
  return pointFor(hinted, path, model, points, changes);
}

/** The hint of a whole message, where its last part has none. */
function hintOnce(
  blocks: readonly Pick<ContentBlock, "cachePoint">[],
  hinted: Carrier,
  path: string,
  draft: Draft,
): ReturnType<typeof pointFor> {
  return blocks.at(-1)?.cachePoint === undefined ? hint(hinted, path, draft) : [];
}

type SaidPart = Exclude<NonNullable<Message<"assistant">["content"]>, string>[number];
type Said = Extract<SaidPart, { type: "text" }>;

const toSaid = (part: SaidPart): Said => (part.type === "text" ? part : textPart(part.refusal));
const textPart = (text: string): Said => ({ type: "text", text });
