import type { Change } from "../../../operations/types.ts";
import type { CacheControl, ContentBlock, InputMessage, TextBlock, Tool } from "../types.ts";

/** What may end a prefix that is cached. */
export interface Markable {
  cache_control?: CacheControl | null;
}

/** A wish to have cached what ends with a block. */
interface Mark {
  readonly control: CacheControl;
  /** Where the client says so. */
  readonly path: string;
}

/** The client's wishes by the block that they are for. */
export type Marks = Map<Markable, Mark>;

/** What of the client's may carry a hint: OpenAI's own, or Anthropic's as many clients send it. */
interface Hinted {
  readonly type?: string;
  readonly cache_control?: Readonly<Record<string, unknown>> | null;
  readonly prompt_cache_breakpoint?: { readonly ttl?: string | null } | null;
}

/**
 * Keeps the hint of a part, a message or a tool for a block, if it has one. A part's own hint comes first and counts
 * more than its message's.
 */
export function addMark(marks: Marks, block: Markable | undefined, hinted: Hinted, path: string): void {
  if (block === undefined || marks.has(block)) return;
  const { cache_control: anthropics, prompt_cache_breakpoint: openais } = hinted;
  if (anthropics != null) {
    marks.set(block, { control: toControl(anthropics["ttl"]), path: `${path}.cache_control` });
  } else if (openais != null) {
    marks.set(block, { control: toControl(openais.ttl), path: `${path}.prompt_cache_breakpoint` });
  }
}

/** Five minutes or an hour; OpenAI's longer words are an hour. */
export function toControl(ttl: unknown): CacheControl {
  const isLong = ttl === "1h" || ttl === "30m" || ttl === "12h";
  return isLong ? { type: "ephemeral", ttl: "1h" } : { type: "ephemeral" };
}

/** So many ends of prefixes a request has room for. */
const maxMarks = 4;

/**
 * Puts the marks on their blocks. The last ones stay where there are too many, for they end the longest prefixes; an
 * hour behind five minutes becomes five minutes, as Anthropic takes no other order.
 *
 * @param blocks in the order of the prompt
 * @param all the mark that stands for the end of everything, where there is one
 * @returns that mark, as it may stand
 * @see reference: openai-chat-to-anthropic §8
 */
export function settleMarks(
  marks: Marks,
  blocks: Iterable<Markable>,
  all: CacheControl | undefined,
  changes: Change[],
): CacheControl | undefined {
  const room = all === undefined ? maxMarks : maxMarks - 1;
  let tooMany = marks.size - room;
  let short = false;
  for (const block of marks.size > 0 ? blocks : []) {
    const mark = marks.get(block);
    if (mark === undefined) continue;
    if (tooMany-- > 0) {
      changes.push({ verb: "reported", path: mark.path });
      continue;
    }
    const isLong = mark.control.ttl === "1h";
    if (isLong && short) changes.push({ verb: "clamped", path: mark.path });
    short ||= !isLong;
    block.cache_control = short ? { type: "ephemeral" } : mark.control;
  }
  if (all?.ttl !== "1h" || !short) return all;
  changes.push({ verb: "clamped", path: "cache_control" });
  return { type: "ephemeral" };
}

/** All that may end a cached prefix, in the order of the prompt: tools, instructions, messages. Thoughts may not. */
export function* markableIn(
  tools: readonly Tool[],
  system: readonly TextBlock[],
  messages: readonly InputMessage[],
): Iterable<Markable> {
  yield* tools;
  yield* system;
  for (const { content } of messages) {
    for (const block of typeof content === "string" ? [] : content) {
      if (block.type === "tool_result" && typeof block.content === "object") yield* block.content;
      if (isMarkable(block)) yield block;
    }
  }
}

function isMarkable(block: ContentBlock): block is Extract<ContentBlock, Markable> {
  return block.type !== "thinking" && block.type !== "redacted_thinking";
}
