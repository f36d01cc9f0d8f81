import { validateMessageStreamEvent } from "../../../../generated/validators/anthropic.tolerant.mjs";
import type { AnsweredBlock, AnsweredDeltaUsage, ContentDelta, Message, MessageStreamEvent } from "../types.ts";
import { isError } from "./response.ts";
import { afterClaudeText, beforeClaudeText, textBetween } from "./stream-text.ts";

/**
 * Reads the text of an answer: JSON, or the events of a stream, put together as the answer that they make. An error
 * among them, and what is no event, stand for the whole.
 *
 * Fails: throws what JSON throws. Undefined for a stream that ended too early.
 *
 * @see specs/anthropic.yaml#/components/schemas/MessageStreamEvent
 * @see reference: openai-chat-to-anthropic §§2.1, 10
 */
export function parseAnswer(text: string): unknown {
  return /^\uFEFF?\s*(?:event|data|id|retry)?:/.test(text) ? gather(text) : JSON.parse(text);
}

/** A block being told, with the input of a call as far as it came. */
interface Told {
  readonly block: AnsweredBlock;
  input: string;
}

function gather(text: string): unknown {
  let message: Message | undefined;
  const told: Told[] = [];
  const open = new Map<number, Told>();
  let last = -1;
  let beforeText = beforeClaudeText(0);
  const { events, rest } = eventsIn(text);
  for (const data of events) {
    const more = textBetween(data, beforeText, afterClaudeText);
    if (more !== undefined) {
      add(open.get(Math.max(last, 0)), { type: "text_delta", text: more });
      continue;
    }
    const event = parse(data);
    // The stump of an event that was cut.
    if (event === undefined) break;
    if (isError(event) || !validateMessageStreamEvent(event)) return event;
    switch (event.type) {
      case "message_start":
        // Some hosts say it twice.
        message ??= { ...event.message, content: [], stop_reason: null, stop_details: null };
        break;
      case "content_block_start":
        last = event.index ?? last + 1;
        beforeText = beforeClaudeText(last);
        if (event.content_block != null) {
          const begun = { block: event.content_block, input: "" };
          told.push(begun);
          open.set(last, begun);
        }
        break;
      case "content_block_delta":
        add(open.get(event.index ?? last), event.delta);
        break;
      case "content_block_stop":
        open.delete(event.index ?? last);
        break;
      case "message_delta":
        message = withEnd(message ?? {}, event);
        break;
      case "message_stop":
        return message === undefined && told.length === 0 ? {} : { ...message, content: told.map(toBlock) };
      default:
        break;
    }
  }
  return rest.trim() === "" ? undefined : JSON.parse(rest);
}

/**
 * What the events of a stream hold, in their order, but for those that say nothing; and what is no event: a host that
 * gives up may say so in a plain body.
 */
function eventsIn(text: string): { readonly events: readonly string[]; readonly rest: string } {
  const events: string[] = [];
  const rest: string[] = [];
  let data: string[] = [];
  const end = (): void => {
    const event = data.join("\n");
    if (event.trim() !== "") events.push(event);
    data = [];
  };
  for (const line of text.replace(/^\uFEFF/, "").split(/\r\n|\n|\r/)) {
    if (line === "") end();
    else if (line.startsWith("data:")) data.push(line.slice(line.startsWith("data: ") ? 6 : 5));
    else if (!/^(?:event|id|retry)?:|^data$/.test(line)) rest.push(line);
  }
  end();
  return { events, rest: rest.join("\n") };
}

function parse(data: string): unknown {
  try {
    return JSON.parse(data);
  } catch {
    return undefined;
  }
}

function add(told: Told | undefined, delta: ContentDelta | null | undefined): void {
  if (told === undefined || delta == null) return;
  const { block } = told;
  if (delta.type === "input_json_delta") told.input += delta.partial_json ?? "";
  else if (block.type === "text" && delta.type === "text_delta") block.text = `${block.text ?? ""}${delta.text ?? ""}`;
  else if (block.type === "text" && delta.type === "citations_delta") {
    if (delta.citation == null) return;
    block.citations ??= [];
    block.citations.push(delta.citation);
  } else if (block.type === "thinking" && delta.type === "thinking_delta") {
    block.thinking = `${block.thinking ?? ""}${delta.thinking ?? ""}`;
  } else if (block.type === "thinking" && delta.type === "signature_delta") {
    block.signature = `${block.signature ?? ""}${delta.signature ?? ""}`;
  }
}

type End = Extract<MessageStreamEvent, { type?: "message_delta" | null }>;

/** Counts are cumulative, and what is not said again stays. */
function withEnd(message: Message, { delta, usage, context_management }: End): Message {
  const ended: Message = { ...message, ...said({ ...delta, context_management }) };
  return usage == null ? ended : { ...ended, usage: { ...message.usage, ...said<AnsweredDeltaUsage>(usage) } };
}

/** The members that say something. */
function said<Of extends object>(members: Of): Partial<Of> {
  const kept: Partial<Of> = { ...members };
  for (const name of Object.keys(kept)) if (Reflect.get(kept, name) == null) Reflect.deleteProperty(kept, name);
  return kept;
}

/** The input of a call that was cut off stays the text it is. */
function toBlock({ block, input }: Told): AnsweredBlock {
  return input === "" || (block.type !== "tool_use" && block.type !== "server_tool_use")
    ? block
    : { ...block, input: parseInput(input) };
}

function parseInput(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
