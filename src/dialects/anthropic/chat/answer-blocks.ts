import type { ChatCompletion } from "../../../operations/types.ts";
import type { AnsweredBlock, Citation, ContentDelta } from "../types.ts";
import { type Annotation, createCitations, type OpenPassage } from "./annotations.ts";
import { type CallPiece, type CallReader, createCallReader, type OpenCall } from "./answer-calls.ts";
import { createAnswerText } from "./answer-text.ts";
import type { AnthropicContext } from "./context.ts";

/** Thinking in Anthropic's own form, to be sent back unchanged. */
export type ThinkingBlock = NonNullable<ChatCompletion["choices"][number]["message"]["thinking_blocks"]>[number];

/** One thing a block says, in the client's terms. */
export type Piece =
  | { readonly kind: "thought"; readonly text: string }
  | { readonly kind: "thinking"; readonly block: ThinkingBlock }
  | CallPiece;

/** Collects the places of an answer that the client does not get to see, each told once. */
export type Tell = (path: string) => void;

/** Reads the blocks of one answer, over all events of a stream or from one answer. */
export interface BlockReader {
  readonly open: (index: number | undefined, block: AnsweredBlock) => readonly Piece[];
  readonly push: (index: number | undefined, delta: ContentDelta) => readonly Piece[];
  readonly close: (index: number | undefined) => readonly Piece[];
  /** What was held back, once there is no more to read. */
  readonly end: () => readonly Piece[];
  /** What the finish reason must speak of. */
  readonly calls: CallReader["seen"];
  /** Sources of the text, once it has ended. */
  readonly annotations: () => readonly Annotation[];
}

/** A block that is not over yet. */
interface OpenBlock {
  /** What is said of it at once. */
  readonly opening: readonly Piece[];
  readonly push: (delta: ContentDelta) => readonly Piece[];
  readonly close: () => readonly Piece[];
}

const nothing: readonly Piece[] = [];

/** Blocks of which the client gets nothing: whatever comes to them, nothing is shown. */
const hidden: OpenBlock = { opening: nothing, push: () => nothing, close: () => nothing };

/**
 * Makes a reader with nothing read.
 *
 * @param block where blocks stand in this kind of answer, for what is told: `content[]`
 * @param citation the same for citations that come to an open block
 */
export function createBlockReader(
  context: AnthropicContext,
  tell: Tell,
  { block: place, citation: citedAt }: { readonly block: string; readonly citation: string },
): BlockReader {
  const text = createAnswerText(context);
  const calls = createCallReader(context, text);
  const citations = createCitations();
  const open = new Map<number, OpenBlock>();
  let last = -1;

  const say = (said: string): readonly Piece[] => (said === "" ? nothing : [{ kind: "text", text: said }]);
  const think = (thought: string): readonly Piece[] =>
    thought !== "" && context.showsThoughts ? [{ kind: "thought", text: thought }] : nothing;

  function cite(passage: OpenPassage, citation: Citation, at: string): void {
    if (!passage.add(citation)) tell(knownCitations.has(citation.type ?? "") ? `${at}<${citation.type}>` : at);
  }

  function openText({ text: said, citations: cited }: Extract<AnsweredBlock, { type?: "text" | null }>): OpenBlock {
    const passage = citations.open(text.length());
    const opening = say(text.add(said ?? ""));
    for (const one of cited ?? []) cite(passage, one, `${place}<text>.citations[]`);
    return {
      opening,
      push(delta) {
        if (delta.type === "text_delta") return say(text.add(delta.text ?? ""));
        if (delta.type === "citations_delta" && delta.citation != null) cite(passage, delta.citation, citedAt);
        return nothing;
      },
      close() {
        passage.close(text.length());
        return nothing;
      },
    };
  }

  function openThinking(block: Extract<AnsweredBlock, { type?: "thinking" | null }>): OpenBlock {
    let thinking = block.thinking ?? "";
    let signature = block.signature ?? "";
    return {
      opening: think(thinking),
      push(delta) {
        if (delta.type === "signature_delta") signature += delta.signature ?? "";
        if (delta.type !== "thinking_delta" || !delta.thinking) return nothing;
        thinking += delta.thinking;
        return think(delta.thinking);
      },
      // Without its signature it could not go back.
      close: () =>
        signature === "" ? nothing : [{ kind: "thinking", block: { type: "thinking", thinking, signature } }],
    };
  }

  function openCall(call: OpenCall | undefined): OpenBlock {
    if (call === undefined) return hidden;
    return {
      opening: call.opening,
      push: (delta) => (delta.type === "input_json_delta" ? call.push(delta.partial_json ?? "") : nothing),
      close: call.close,
    };
  }

  function toOpenBlock(block: AnsweredBlock): OpenBlock {
    switch (block.type) {
      case "text":
        return openText(block);
      case "thinking":
        return openThinking(block);
      case "redacted_thinking": {
        const data = block.data ?? "";
        return data === ""
          ? hidden
          : { ...hidden, close: () => [{ kind: "thinking", block: { type: "redacted_thinking", data } }] };
      }
      case "tool_use":
        return openCall(calls.open(block));
      default:
        // Tools of Anthropic's own, and kinds of blocks that are newer than the spec.
        tell(knownBlocks.has(block.type ?? "") ? `${place}<${block.type}>` : place);
        return hidden;
    }
  }

  function close(index = last): readonly Piece[] {
    const closing = open.get(index);
    open.delete(index);
    return closing?.close() ?? nothing;
  }

  return {
    open(index = last + 1, block) {
      const before = close(index);
      last = index;
      const opened = toOpenBlock(block);
      open.set(index, opened);
      return [...before, ...opened.opening];
    },
    push: (index = last, delta) => open.get(index)?.push(delta) ?? nothing,
    close,
    end() {
      const closing = [...open.keys()].flatMap((index) => close(index));
      return [...closing, ...say(text.end())];
    },
    calls: calls.seen,
    annotations: () => citations.annotations(text),
  };
}

/** Citations that the client may not get to see, as the spec knows them. */
const knownCitations: ReadonlySet<string> = new Set([
  ...["char_location", "page_location", "content_block_location"],
  ...["web_search_result_location", "search_result_location"],
]);

/** Blocks that the client does not get to see, as the spec knows them. */
const knownBlocks: ReadonlySet<string> = new Set([
  ...["server_tool_use", "web_search_tool_result", "web_fetch_tool_result", "code_execution_tool_result"],
  ...["bash_code_execution_tool_result", "text_editor_code_execution_tool_result", "tool_search_tool_result"],
  ...["container_upload", "mcp_tool_use", "mcp_tool_result", "compaction", "fallback"],
]);
