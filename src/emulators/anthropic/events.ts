import type { Answer } from "../script.ts";
import { splitText } from "../text.ts";
import type { Block, BlockDelta, Message, StreamEvent } from "./types.ts";

/** An answer bit by bit. */
export function eventsOf(message: Message, answer: Answer): readonly StreamEvent[] {
  const { content, stop_reason, stop_sequence, stop_details, container, usage } = message;
  const open = {
    ...message,
    content: [],
    stop_reason: null,
    stop_sequence: null,
    stop_details: null,
    usage: {
      ...usage,
      output_tokens: Math.min(1, usage.output_tokens),
      output_tokens_details: null,
      server_tool_use: null,
    },
  };
  const { input_tokens, output_tokens, cache_creation_input_tokens, cache_read_input_tokens } = usage;
  const counts = { input_tokens, output_tokens, cache_creation_input_tokens, cache_read_input_tokens };
  const { output_tokens_details, server_tool_use } = usage;
  const length = content.reduce((sum, block) => sum + (block.type === "text" ? block.text.length : 0), 0);
  const events: readonly StreamEvent[] = [
    { type: "message_start", message: open },
    ...content.flatMap((block, index) => blockEvents(block, index, answer, length)),
    {
      type: "message_delta",
      delta: { stop_reason, stop_sequence, stop_details, container },
      usage: { ...counts, output_tokens_details, server_tool_use },
    },
    { type: "message_stop" },
  ];
  return withPings(events, answer);
}

/** A sign of life comes when the first block has begun; scripts can have one before every event. */
function withPings(events: readonly StreamEvent[], { quirks = [] }: Answer): readonly StreamEvent[] {
  const ping: StreamEvent = { type: "ping" };
  if (quirks.includes("pings")) return events.flatMap((event) => [ping, event]);
  const [start, first, ...others] = events;
  return start === undefined || first === undefined
    ? events
    : first.type === "content_block_start"
      ? [start, first, ping, ...others]
      : [start, ping, first, ...others];
}

function blockEvents(block: Block, index: number, answer: Answer, length: number): readonly StreamEvent[] {
  return [
    { type: "content_block_start", index, content_block: emptied(block) },
    ...deltasOf(block, answer, length).map((delta): StreamEvent => ({ type: "content_block_delta", index, delta })),
    { type: "content_block_stop", index },
  ];
}

/** A block as it begins, without what deltas bring. */
function emptied(block: Block): Block {
  switch (block.type) {
    case "text":
      return { ...block, text: "", citations: block.citations === null ? null : [] };
    case "thinking":
      return { ...block, thinking: "", signature: "" };
    case "tool_use":
    case "server_tool_use":
      return { ...block, input: {} };
    default:
      return block;
  }
}

function deltasOf(block: Block, answer: Answer, length: number): readonly BlockDelta[] {
  switch (block.type) {
    case "text": {
      const pieces = splitText(block.text, textPieces(block.text, answer.chunks, length));
      const texts = pieces.map((text): BlockDelta => ({ type: "text_delta", text }));
      const empty: BlockDelta = { type: "text_delta", text: "" };
      const spread = answer.empty_parts === true ? texts.flatMap((delta) => [empty, delta]) : texts;
      const citations = (block.citations ?? []).map((citation): BlockDelta => ({ type: "citations_delta", citation }));
      return [...spread, ...citations];
    }
    case "thinking": {
      const pieces = block.thinking === "" ? [] : splitText(block.thinking, 2);
      const thoughts = pieces.map((thinking): BlockDelta => ({ type: "thinking_delta", thinking }));
      const { signature } = block;
      return signature === "" ? thoughts : [...thoughts, { type: "signature_delta", signature }];
    }
    case "tool_use":
      return inputDeltas(
        block.input,
        answer.calls?.find(({ name }) => name === block.name),
      );
    case "server_tool_use":
      return inputDeltas(block.input);
    default:
      return [];
  }
}

/** A script's number of events is shared out among the blocks, by their length. */
function textPieces(text: string, chunks: number | undefined, length: number): number {
  if (chunks !== undefined) return Math.max(1, Math.round((chunks * text.length) / length));
  return Math.min(50, Math.max(3, Math.ceil(text.length / 32)));
}

/** JSON cut anywhere, behind an empty piece. A call without arguments has no pieces at all. */
function inputDeltas(input: unknown, call?: NonNullable<Answer["calls"]>[number]): readonly BlockDelta[] {
  if (call !== undefined && call.args === undefined) return [];
  const json = JSON.stringify(input);
  const count = call?.pieces === true ? json.length : Math.max(2, Math.ceil(json.length / 11));
  return ["", ...splitText(json, count)].map((partial_json) => ({ type: "input_json_delta", partial_json }));
}
