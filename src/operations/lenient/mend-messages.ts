import { isList, isObject, type Json, mendEach, toJsonText, withMembers } from "./json.ts";
import {
  fromAssistantBlocks,
  fromResultBlock,
  isAssistantBlock,
  isResultBlock,
  mendResultContent,
} from "./mend-blocks.ts";
import { mendContent, toParts } from "./mend-content.ts";
import type { Origins } from "./origins.ts";

/**
 * Messages as chat has them; the very same list where they are.
 *
 * One message may become several: results that came as blocks are tool messages of their own.
 */
export function mendMessages(messages: readonly unknown[], origins: Origins): readonly unknown[] {
  // What is no message is for the validator to refuse, at the place where it stood.
  if (!messages.every(isObject)) return messages;
  let mended: unknown[] | undefined;
  for (const [i, message] of messages.entries()) {
    const made = mendMessage(message, origins);
    if (made !== message) mended ??= messages.slice(0, i);
    if (mended === undefined) continue;
    for (const one of isList(made) ? made : [made]) mended.push(one);
  }
  return mended ?? messages;
}

/** Roles as the spec writes them; some clients use Google's word or capitals. */
export function mendRole(role: unknown): unknown {
  if (typeof role !== "string" || roles.has(role)) return role;
  const lower = role.toLowerCase();
  if (lower === "model") return "assistant";
  return roles.has(lower) ? lower : role;
}

const roles: ReadonlySet<unknown> = new Set(["system", "developer", "user", "assistant", "tool", "function"]);

/** The message itself where nothing is to be mended. */
function mendMessage(sent: Json, origins: Origins): Json | readonly Json[] {
  const role = mendRole(sent["role"]);
  const parts = toParts(sent["content"]);
  const changed = role !== sent["role"] || parts !== sent["content"];
  const message = changed ? origins.note(withMembers(sent, { role, content: parts }), sent) : sent;
  switch (role) {
    case "assistant":
      return mendAssistant(message, origins);
    case "tool":
      return mendResult(message, origins);
    case "user":
      return mendUser(message, origins);
    default: {
      const content = mendContent(message["content"], origins);
      return content === message["content"] ? message : origins.note({ ...message, content }, message);
    }
  }
}

function mendAssistant(message: Json, origins: Origins): Json {
  const { content, tool_calls: calls, function_call: call } = message;
  const changes: Record<string, unknown> = {};
  if (isList(content) && content.some(isAssistantBlock)) {
    Object.assign(changes, fromAssistantBlocks(message, content, origins));
  } else if (isList(content) && content.length === 0) {
    changes["content"] = null;
  } else {
    const mended = mendContent(content, origins);
    if (mended !== content) changes["content"] = mended;
  }
  const made = changes["tool_calls"] ?? calls;
  if (isList(made)) {
    const mended = mendEach(made, (one) => mendCall(one, origins));
    if (mended !== calls) changes["tool_calls"] = mended;
  }
  const mended = mendArguments(call, origins);
  if (mended !== call) changes["function_call"] = mended;
  for (const _ in changes) return origins.note(withMembers(message, changes), message);
  return message;
}

/** A call with its kind said and its arguments as the text they have to be. */
function mendCall(call: unknown, origins: Origins): unknown {
  if (!isObject(call)) return call;
  const { type, function: fn, custom } = call;
  const mended = mendArguments(fn, origins);
  const kind = type ?? (isObject(fn) ? "function" : isObject(custom) ? "custom" : type);
  if (mended === fn && kind === type) return call;
  return origins.note(withMembers(call, { type: kind, function: mended }), call);
}

function mendArguments(fn: unknown, origins: Origins): unknown {
  if (!isObject(fn)) return fn;
  const args = fn["arguments"];
  const text = typeof args === "object" && args !== null ? toJsonText(args) : args;
  return text === args ? fn : origins.note({ ...fn, arguments: text }, fn);
}

function mendResult(message: Json, origins: Origins): Json | readonly Json[] {
  const { content } = message;
  if (typeof content === "string" || content === undefined) return message;
  if (isList(content) && content.some(isResultBlock)) return fromResults(message, content, origins);
  const mended = mendResultContent(content, origins);
  return mended === content ? message : origins.note({ ...message, content: mended }, message);
}

/** A tool message that holds `tool_result` blocks: a message for each, under the block's id or else its own. */
function fromResults(message: Json, content: readonly unknown[], origins: Origins): readonly Json[] {
  const { role: _role, content: _content, ...own } = message;
  const beside = content.filter((part) => !isResultBlock(part));
  const blocks = content.filter(isResultBlock).map((block, i) => {
    if (i > 0 || beside.length === 0) return block;
    const inner = isList(block["content"]) ? block["content"] : [block["content"] ?? ""];
    return origins.note({ ...block, content: [...beside, ...inner] }, block);
  });
  return blocks.map((block) => fromResultBlock(block, own, origins));
}

function mendUser(message: Json, origins: Origins): Json | readonly Json[] {
  const { content } = message;
  if (isList(content) && content.some(isResultBlock)) return splitUser(message, content, origins);
  const mended = mendContent(content, origins);
  return mended === content ? message : origins.note({ ...message, content: mended }, message);
}

/** Results first: they must follow the calls at once. */
function splitUser(message: Json, content: readonly unknown[], origins: Origins): readonly Json[] {
  const results = content.filter(isResultBlock).map((block) => fromResultBlock(block, {}, origins));
  const rest = content.filter((part) => !isResultBlock(part));
  if (rest.length === 0) return results;
  return [...results, origins.note({ ...message, content: mendContent(rest, origins) }, message)];
}
