import type { Block as ClaudeBlock } from "../anthropic/types.ts";
import { randomText } from "../openai/ids.ts";
import type { Turn } from "../model.ts";
import type { Block } from "./types.ts";

/** `tooluse_…`, whichever model calls. */
export const newCallId = (): string => `tooluse_${randomText(22)}`;

/** A turn as blocks: thinking, text, and at last the calls. */
export function blocksFor({ thoughts, text, calls }: Turn): readonly Block[] {
  return [
    ...(thoughts === "" ? [] : [{ reasoningContent: { reasoningText: { text: thoughts } } }]),
    ...(text === "" ? [] : [{ text }]),
    ...calls.map(({ id, name, args }): Block => {
      return { toolUse: { toolUseId: id ?? newCallId(), name, input: args ?? {} } };
    }),
  ];
}

/** A block of Claude's as Converse has it; what its own tools did has no place there. */
export function fromClaude(block: ClaudeBlock): readonly Block[] {
  switch (block.type) {
    case "text":
      return [citedText(block)];
    case "thinking": {
      const { thinking: text, signature } = block;
      return [{ reasoningContent: { reasoningText: { text, ...(signature !== "" && { signature }) } } }];
    }
    case "redacted_thinking":
      return [{ reasoningContent: { redactedContent: Buffer.from(block.data).toString("base64") } }];
    case "tool_use": {
      const toolUseId = block.id.startsWith("toolu_bdrk_") ? newCallId() : block.id;
      return [{ toolUse: { toolUseId, name: block.name, input: block.input } }];
    }
    default:
      return [];
  }
}

type Text = Extract<ClaudeBlock, { type: "text" }>;
type Citation = NonNullable<NonNullable<Block["citationsContent"]>["citations"]>[number];

function citedText({ text, citations }: Text): Block {
  if (citations === null || citations.length === 0) return { text };
  return { citationsContent: { content: [{ text }], citations: citations.map(citationOf) } };
}

function citationOf(citation: NonNullable<Text["citations"]>[number]): Citation {
  const sourceContent = [{ text: citation.cited_text }];
  switch (citation.type) {
    case "char_location": {
      const { document_index: documentIndex, start_char_index: start, end_char_index: end, document_title } = citation;
      const location = { documentChar: { documentIndex, start, end } };
      return { ...(document_title !== null && { title: document_title }), sourceContent, location };
    }
    case "web_search_result_location": {
      const location = { web: { url: citation.url, domain: domainOf(citation.url) } };
      return { ...(citation.title !== null && { title: citation.title }), sourceContent, location };
    }
    case "search_result_location": {
      const {
        search_result_index: searchResultIndex,
        start_block_index: start,
        end_block_index: end,
        source,
      } = citation;
      return { source, sourceContent, location: { searchResultLocation: { searchResultIndex, start, end } } };
    }
    default:
      return { sourceContent };
  }
}

const domainOf = (url: string): string => (URL.canParse(url) ? new URL(url).hostname : url);
