import { createHash } from "node:crypto";
import { canonicalJson, isObject } from "../json.ts";
import type { InputMessage, InputThinking, MessageRequest } from "./types.ts";

/** What a block of thinking was made behind: a short text for each part of the request. */
export interface Prefix {
  readonly system: string;
  readonly tools: string;
  readonly messages: string;
}

const mark = "specgate-thinking";

/**
 * The signature the emulator gives a thought, or the data of one that nobody may read.
 *
 * It can be recomputed, so thinking that comes back altered, or behind another conversation, is found out without
 * keeping any state.
 */
export function signatureOf(thought: string, model: string, { system, tools, messages }: Prefix): string {
  const fields = [mark, hash(thought), model, system, tools, messages].join("|");
  return Buffer.from(`${fields}|${hash(fields)}`).toString("base64");
}

/** What is to be said of a block of thinking that comes back. */
export type Verdict = "sound" | "foreign" | "altered" | keyof Prefix;

/** Holds a block against the signature it carries. Thinking of other models is passed over, as those models' is. */
export function judge(block: InputThinking, model: string, prefix: Prefix | undefined): Verdict {
  const carried = block.type === "thinking" ? block.signature : block.data;
  const fields = Buffer.from(carried, "base64").toString("utf8").split("|");
  const [own, thought, maker, system, tools, messages, sum] = fields;
  if (own !== mark || sum !== hash(fields.slice(0, -1).join("|"))) return "foreign";
  if (block.type === "thinking" && thought !== hash(block.thinking)) return "altered";
  if (prefix === undefined || maker !== model) return "sound";
  if (system !== prefix.system) return "system";
  if (tools !== prefix.tools) return "tools";
  return messages === prefix.messages ? "sound" : "messages";
}

/** What stands in front of the message at a position; of an answer, in front of the end. */
export function prefixOf({ system, tools, messages }: MessageRequest, position: number = messages.length): Prefix {
  return {
    system: shortHash(typeof system === "string" ? [{ type: "text", text: system }] : (system ?? [])),
    tools: shortHash(tools ?? []),
    messages: shortHash(merged(messages.slice(0, position))),
  };
}

/** Neighbours with the same role count as one message. */
function merged(messages: readonly InputMessage[]): readonly { role: string; content: unknown[] }[] {
  const turns: { role: string; content: unknown[] }[] = [];
  for (const { role, content } of messages) {
    const blocks = typeof content === "string" ? [{ type: "text", text: content }] : content;
    const last = turns.at(-1);
    if (last?.role === role) last.content.push(...blocks);
    else turns.push({ role, content: [...blocks] });
  }
  return turns;
}

/** Where the cache ends may move. */
const shortHash = (value: unknown): string => hash(canonicalJson(withoutCache(value)));

function withoutCache(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutCache);
  if (!isObject(value)) return value;
  const members = Object.entries(value).filter(([key]) => key !== "cache_control");
  return Object.fromEntries(members.map(([key, member]) => [key, withoutCache(member)]));
}

const hash = (text: string): string => createHash("sha256").update(text).digest("hex").slice(0, 16);
