import { hash } from "node:crypto";
import type { AnsweredTurn, AssistantMessage } from "../dialects/dialect.ts";
import type { ChatMessage } from "../operations/types.ts";

/** A turn of the model's, as far as every client sends it back. */
export interface Turn {
  /** What it says, without white space around it. */
  readonly text: string;
  readonly calls: readonly MadeCall[];
}

/** A call of a turn. */
export interface MadeCall {
  /** Empty in the deprecated form. */
  readonly id: string;
  /** Name and arguments as a short text: the same for the same call, however its JSON is written. */
  readonly said: string;
}

/** Reads a turn: one of a request, or one that was answered. */
export function turnOf(message: AssistantMessage | AnsweredTurn): Turn {
  const calls = (message.tool_calls ?? []).map((call) => {
    const { id } = call;
    return call.type === "function"
      ? { id, said: digest("function", call.function.name, canonical(call.function.arguments)) }
      : { id, said: digest("custom", call.custom.name, call.custom.input) };
  });
  const legacy = message.function_call;
  if (legacy != null) calls.push({ id: "", said: digest("function", legacy.name, canonical(legacy.arguments)) });
  return { text: textOf(message.content).trim(), calls };
}

/** What the user said last before a place, as a short text. */
export type SaidBefore = (place: number) => string;

/** Reads the user's messages, each once: a long loop of calls stands behind one of them. */
export function createSaidBefore(messages: readonly ChatMessage[]): SaidBefore {
  const known = new Map<number, string>();
  return (place) => {
    let at = Math.min(place, messages.length) - 1;
    while (at >= 0 && messages[at]?.role !== "user") at--;
    const before = known.get(at);
    if (before !== undefined) return before;
    const message = messages[at];
    const said = message?.role === "user" ? digest(textOf(message.content).trim()) : "";
    known.set(at, said);
    return said;
  };
}

/**
 * The names under which a turn is kept, the surest first: by the ids of its calls, by what was said before it and in
 * it, and by its calls alone. Words alone are too few to tell one conversation from another.
 *
 * Shape: ids and texts of clients → names of one length, by tenant. What stands in them cannot be read from them.
 */
export function keysOf(tenant: string, { text, calls }: Turn, saidBefore: string): readonly string[] {
  // In an order of their own: clients change it.
  const said = calls.map((call) => call.said).sort();
  const ids = [...new Set(calls.map(({ id }) => id).filter((id) => id !== ""))];
  const keys = ids.map((id) => name("call", tenant, id));
  keys.push(name("turn", tenant, saidBefore, "assistant", text, ...said));
  if (said.length > 0) keys.push(name("calls", tenant, "assistant", text, ...said));
  return keys;
}

/** The names to keep a turn under. Of several ids the first is enough: whoever looks for it asks for all of them. */
export function keysToKeep(tenant: string, turn: Turn, saidBefore: string): readonly string[] {
  return keysOf(
    tenant,
    { ...turn, calls: turn.calls.map((call, i) => (i === 0 ? call : { ...call, id: "" })) },
    saidBefore,
  );
}

type Content = AssistantMessage["content"] | Extract<ChatMessage, { role: "user" }>["content"];

function textOf(content: Content | undefined): string {
  if (content == null || typeof content === "string") return content ?? "";
  return content.map((part) => (part.type === "text" ? part.text : "")).join("");
}

const name = (...parts: readonly string[]): string => `continuity:${digest(...parts)}`;

function digest(...parts: readonly string[]): string {
  return hash("sha256", JSON.stringify(parts), "base64url");
}

/** JSON as one text, whatever the order of its members and the space between them. What is no JSON stays as it is. */
function canonical(json: string): string {
  const text = json.trim();
  if (text === "") return "{}";
  try {
    return JSON.stringify(sorted(JSON.parse(text)));
  } catch {
    // No JSON, or nested deeper than the stack.
    return text;
  }
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  const members = Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1));
  return Object.fromEntries(members.map(([key, member]) => [key, sorted(member)]));
}
