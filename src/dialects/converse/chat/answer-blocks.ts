import type { Piece, Tell, ThinkingBlock } from "../../anthropic/chat/answer-blocks.ts";
import { type CallReader, createCallReader, type OpenCall } from "../../anthropic/chat/answer-calls.ts";
import { createAnswerText } from "../../anthropic/chat/answer-text.ts";
import { type Annotation, createCitations } from "../../anthropic/chat/annotations.ts";
import type { AnsweredBlock, AnsweredCitation, BlockDelta, BlockStart } from "../types.ts";
import { addCitation } from "./answer-citations.ts";
import type { ConverseContext } from "./context.ts";

/** Reads the blocks of one answer, over all events of a stream or from one answer. */
export interface BlockReader {
  /** A block that came in one piece. */
  readonly whole: (index: number, block: AnsweredBlock) => readonly Piece[];
  readonly open: (index: number, start: BlockStart) => readonly Piece[];
  readonly push: (index: number, delta: BlockDelta) => readonly Piece[];
  readonly close: (index: number) => readonly Piece[];
  /** What was held back, once there is no more to read. */
  readonly end: () => readonly Piece[];
  /** What the finish reason must speak of. */
  readonly calls: CallReader["seen"];
  /** Sources of the text, once it has ended. */
  readonly annotations: () => readonly Annotation[];
}

/** A block that is not over yet. */
interface OpenBlock {
  readonly kind: "text" | "thought" | "call" | "hidden";
  readonly push: (delta: BlockDelta) => readonly Piece[];
  readonly close: () => readonly Piece[];
}

const nothing: readonly Piece[] = [];

/** Blocks of which the client gets nothing: whatever comes to them, nothing is shown. */
const hidden: OpenBlock = { kind: "hidden", push: () => nothing, close: () => nothing };

/** Members of a whole block that the client does not get to see. */
const unseen = [
  ...(["image", "document", "video", "audio", "toolResult", "guardContent"] as const),
  ...(["cachePoint", "searchResult", "toolAddition", "toolRemoval"] as const),
];

/**
 * Makes a reader with nothing read. In streams, text and thoughts begin without a word, and some models change from one
 * to the other within a block.
 */
export function createBlockReader(context: ConverseContext, tell: Tell): BlockReader {
  const text = createAnswerText(context);
  const calls = createCallReader(context, text);
  const citations = createCitations();
  const open = new Map<number, OpenBlock>();

  const say = (said: string): readonly Piece[] => (said === "" ? nothing : [{ kind: "text", text: said }]);
  const think = (thought: string): readonly Piece[] =>
    thought !== "" && context.showsThoughts ? [{ kind: "thought", text: thought }] : nothing;

  function openText(place: string): OpenBlock {
    const passage = citations.open(text.length());
    const cite = (citation: AnsweredCitation): void => {
      for (const member of addCitation(passage, citation)) tell(`${place}.${member}`);
    };
    return {
      kind: "text",
      push({ text: said, citation }) {
        if (citation != null) cite(citation);
        return said == null ? nothing : say(text.add(said));
      },
      close() {
        passage.close(text.length());
        return nothing;
      },
    };
  }

  function openThought(): OpenBlock {
    let thinking = "";
    let signature = "";
    let sealed = "";
    return {
      kind: "thought",
      push({ reasoningContent }) {
        const { text: thought, signature: signed, redactedContent } = reasoningContent ?? {};
        thinking += thought ?? "";
        signature += signed ?? "";
        sealed = joinBytes(sealed, redactedContent ?? "");
        return think(thought ?? "");
      },
      close() {
        const blocks: ThinkingBlock[] = [];
        // Without its signature a thought could not go back.
        if (signature !== "") blocks.push({ type: "thinking", thinking, signature });
        if (sealed !== "") blocks.push({ type: "redacted_thinking", data: sealed });
        return blocks.map((block) => ({ kind: "thinking", block }));
      },
    };
  }

  function openCall(call: OpenCall | undefined): OpenBlock {
    if (call === undefined) return hidden;
    return { kind: "call", push: ({ toolUse }) => call.push(toolUse?.input ?? ""), close: call.close };
  }

  type Started = NonNullable<BlockStart["toolUse"]>;

  /** The host runs some tools by itself: their calls are none of the client's. */
  function startCall({ toolUseId, name, type }: Started, input: unknown): OpenCall | undefined {
    if (type === "server_tool_use") return undefined;
    return calls.open({ type: "tool_use", id: toolUseId ?? "", name: name ?? "", input: toInput(input) });
  }

  function close(index: number): readonly Piece[] {
    const closing = open.get(index);
    open.delete(index);
    return closing?.close() ?? nothing;
  }

  function begin(index: number, block: OpenBlock): readonly Piece[] {
    const before = close(index);
    open.set(index, block);
    return before;
  }

  /** The block that a delta goes to: the one that is open, or a new one of the delta's own kind. */
  function blockFor(index: number, delta: BlockDelta): readonly [before: readonly Piece[], block: OpenBlock] {
    const at = open.get(index);
    const kind = kindOf(delta);
    if (at !== undefined && (kind === undefined || at.kind === kind || at.kind === "hidden")) return [nothing, at];
    if (kind === undefined || kind === "call") return [nothing, hidden];
    const block = kind === "text" ? openText("contentBlockDelta.delta.citation") : openThought();
    return [begin(index, block), block];
  }

  return {
    whole(index, block) {
      for (const member of unseen) if (block[member] != null) tell(`output.message.content[].${member}`);
      const { text: said, toolUse, reasoningContent, citationsContent } = block;
      const pieces: Piece[] = [];
      const through = (opened: OpenBlock, deltas: readonly BlockDelta[]): void => {
        for (const delta of deltas) pieces.push(...opened.push(delta));
        pieces.push(...opened.close());
      };
      if (reasoningContent != null) {
        const { reasoningText, redactedContent } = reasoningContent;
        through(openThought(), [{ reasoningContent: { ...reasoningText, redactedContent: redactedContent ?? null } }]);
      }
      if (said != null) through(openText(""), [{ text: said }]);
      if (citationsContent != null) {
        const texts = (citationsContent.content ?? []).map((one): BlockDelta => ({ text: one.text ?? "" }));
        const cited = (citationsContent.citations ?? []).map((citation): BlockDelta => ({ citation }));
        through(openText("output.message.content[].citationsContent.citations[]"), [...texts, ...cited]);
      }
      if (toolUse != null) {
        const call = startCall(toolUse, toolUse.input);
        pieces.push(...(call?.opening ?? nothing), ...(call?.close() ?? nothing));
      }
      return [...close(index), ...pieces];
    },
    open(index, { toolUse, toolResult, image }) {
      if (toolResult != null) tell("contentBlockStart.start.toolResult");
      if (image != null) tell("contentBlockStart.start.image");
      if (toolUse == null) {
        // A start that says nothing opens a block of a kind that its first piece tells.
        return toolResult == null && image == null ? close(index) : begin(index, hidden);
      }
      const call = startCall(toolUse, {});
      return [...begin(index, openCall(call)), ...(call?.opening ?? nothing)];
    },
    push(index, delta) {
      const [before, block] = blockFor(index, delta);
      const said = block.push(delta);
      return before.length === 0 ? said : [...before, ...said];
    },
    close,
    end() {
      const closing = [...open.keys()].flatMap((index) => close(index));
      return [...closing, ...say(text.end())];
    },
    calls: calls.seen,
    annotations: () => citations.annotations(text),
  };
}

function kindOf({ text, citation, reasoningContent, toolUse }: BlockDelta): "text" | "thought" | "call" | undefined {
  if (text != null || citation != null) return "text";
  if (reasoningContent != null) return "thought";
  return toolUse == null ? undefined : "call";
}

/** Bytes in base64, one after the other: what comes in pieces may be padded in the middle. */
function joinBytes(before: string, more: string): string {
  if (before === "" || more === "") return before + more;
  return Buffer.concat([Buffer.from(before, "base64"), Buffer.from(more, "base64")]).toString("base64");
}

/** The input of a call is an object, whatever a model makes of it. */
function toInput(input: unknown): Record<string, unknown> {
  if (input == null) return {};
  return isRecord(input) ? input : { value: input };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
