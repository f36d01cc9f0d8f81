import { isList, isObject, type Json, mendEach, toJsonText, withMembers } from "./json.ts";
import { fromAssistantBlocks, fromResultBlock, isAssistantBlock, isResultBlock, splitResult } from "./mend-blocks.ts";
import { mendContent, toParts } from "./mend-content.ts";
import type { Origins } from "./origins.ts";

/** Media of tools on their way to a user message. */
type Media = Json[];

/**
 * Messages as chat has them; the very same list where they are.
 *
 * One message may become several: results that came as blocks are tool messages of their own. What a tool returned
 * besides text follows the last result of its turn in a message of the user's, since results must stand together.
 */
export function mendMessages(messages: readonly unknown[], origins: Origins): readonly unknown[] {
  // What is no message is for the validator to refuse, at the place where it stood.
  if (!messages.every(isObject)) return messages;
  const media: Media = [];
  let mended: unknown[] | undefined;
  for (let i = 0; i < messages.length; i++) {
    const message = messages[i];
    if (message === undefined) continue;
    const made = mendMessage(message, media, origins);
    if (made !== message) mended ??= messages.slice(0, i);
    if (mended === undefined) continue;
    for (const turn of isList(made) ? made : [made]) {
      if (!isResult(turn)) flush(media, mended, origins);
      mended.push(turn);
    }
  }
  if (mended !== undefined) flush(media, mended, origins);
  return mended ?? messages;
}

function flush(media: Media, messages: unknown[], origins: Origins): void {
  const [first] = media;
  if (first === undefined) return;
  messages.push(origins.note({ role: "user", content: [...media] }, first, { members: { content: "" } }));
  media.length = 0;
}

function isResult(message: unknown): boolean {
  return isObject(message) && (message["role"] === "tool" || message["role"] === "function");
}

/** Roles as the spec writes them; some clients use Google's word or capitals. */
export function mendRole(role: unknown): unknown {
  if (typeof role !== "string" || roles.has(role)) return role;
  const lower = role.toLowerCase();
  if (lower === "model") return "assistant";
  return roles.has(lower) ? lower : role;
}

const roles: ReadonlySet<unknown> = new Set(["system", "developer", "user", "assistant", "tool", "function"]);

/** The message itself where nothing is to be mended. Media of a tool's result are put into `media`. */
function mendMessage(sent: Json, media: Media, origins: Origins): Json | readonly Json[] {
  const role = mendRole(sent["role"]);
  const parts = toParts(sent["content"]);
  const changed = role !== sent["role"] || parts !== sent["content"];
  const message = changed ? origins.note(withMembers(sent, { role, content: parts }), sent) : sent;
  switch (role) {
    case "assistant":
      return mendAssistant(message, origins);
    case "tool":
      return mendResult(message, media, origins);
    case "user":
      return mendUser(message, media, origins);
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

function mendResult(message: Json, media: Media, origins: Origins): Json | readonly Json[] {
  const { content } = message;
  if (typeof content === "string" || content === undefined) return message;
  if (isList(content) && content.some(isResultBlock)) return fromResults(message, content, media, origins);
  const split = splitResult(content, origins);
  media.push(...split.media);
  return split.texts === content ? message : origins.note({ ...message, content: split.texts }, message);
}

/** A tool message that holds `tool_result` blocks: a message for each, under the block's id or else its own. */
function fromResults(message: Json, content: readonly unknown[], media: Media, origins: Origins): readonly Json[] {
  const { role: _role, content: _content, ...own } = message;
  const beside = content.filter((part) => !isResultBlock(part));
  const blocks = content.filter(isResultBlock).map((block, i) => {
    if (i > 0 || beside.length === 0) return block;
    const inner = isList(block["content"]) ? block["content"] : [block["content"] ?? ""];
    return origins.note({ ...block, content: [...beside, ...inner] }, block);
  });
  return toResults(blocks, own, media, origins);
}

function toResults(blocks: readonly Json[], own: Json, media: Media, origins: Origins): Json[] {
  const results = blocks.map((block) => fromResultBlock(block, own, origins));
  for (const result of results) media.push(...result.media);
  return results.map((result) => result.message);
}

function mendUser(message: Json, media: Media, origins: Origins): Json | readonly Json[] {
  const { content } = message;
  if (isList(content) && content.some(isResultBlock)) return splitUser(message, content, media, origins);
  const mended = mendContent(content, origins);
  return mended === content ? message : origins.note({ ...message, content: mended }, message);
}

/** Results first: they must follow the calls at once. */
function splitUser(message: Json, content: readonly unknown[], media: Media, origins: Origins): readonly Json[] {
  const results = toResults(content.filter(isResultBlock), {}, media, origins);
  const rest = content.filter((part) => !isResultBlock(part));
  if (rest.length === 0) return results;
  return [...results, origins.note({ ...message, content: mendContent(rest, origins) }, message)];
}
