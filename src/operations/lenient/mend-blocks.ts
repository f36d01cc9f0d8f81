import { defined, isList, isObject, type Json, toJsonText } from "./json.ts";
import { mendContent, toParts } from "./mend-content.ts";
import type { Origins } from "./origins.ts";

/** Whether a part of an assistant's content is a block that chat says outside of the content. */
export function isAssistantBlock(part: unknown): part is Json {
  return isUse(part) || isThought(part);
}

function isUse(part: unknown): part is Json {
  return isObject(part) && part["type"] === "tool_use";
}

function isThought(part: unknown): part is Json {
  return isObject(part) && (part["type"] === "thinking" || part["type"] === "redacted_thinking");
}

/** Whether a part of a content is the result of a tool. One that holds another is nobody's. */
export function isResultBlock(part: unknown): part is Json {
  if (!isObject(part) || part["type"] !== "tool_result") return false;
  const inner = toParts(part["content"]);
  return !isList(inner) || !inner.some((one) => isObject(one) && one["type"] === "tool_result");
}

/** What the blocks of an assistant's content come to, as members of its message. */
export function fromAssistantBlocks(message: Json, content: readonly unknown[], origins: Origins): Json {
  const calls = isList(message["tool_calls"]) ? message["tool_calls"] : [];
  const called = new Set(calls.map((call) => (isObject(call) ? call["id"] : undefined)));
  // Some clients say a call twice, as a block and as chat does.
  const uses = content.filter(isUse).filter((use) => !called.has(use["id"]));
  const thoughts = content.filter(isThought);
  const rest = content.filter((part) => !isAssistantBlock(part));
  const made = uses.map((use) => toCall(use, origins));
  const known = isList(message["thinking_blocks"]) ? message["thinking_blocks"] : [];
  return {
    content: rest.length === 0 ? null : mendContent(rest, origins),
    ...(made.length === 0 ? {} : { tool_calls: [...calls, ...made] }),
    ...(thoughts.length === 0 ? {} : { thinking_blocks: [...known, ...thoughts] }),
  };
}

function toCall(use: Json, origins: Origins): Json {
  const { type: _type, id, name, input, ...rest } = use;
  const args = typeof input === "string" ? input : toJsonText(input ?? {});
  const members = { arguments: ".input" };
  const fn = origins.note({ ...defined({ name }), arguments: args }, use, { members });
  return origins.note({ ...rest, ...defined({ id }), type: "function", function: fn }, use);
}

/** A `tool_result` block as a tool message. `own` has what the message around it says. */
export function fromResultBlock(block: Json, own: Json, origins: Origins): Json {
  const { type: _type, tool_use_id: useId, content, is_error: failed, ...rest } = block;
  const id = useId ?? own["tool_call_id"];
  const message = {
    ...rest,
    ...own,
    role: "tool",
    content: mendResultContent(content, origins),
    ...defined({ tool_call_id: id }),
    // Chat has no word for it: kept, so that it is told of and not lost.
    ...(failed === true ? { is_error: true } : {}),
  };
  return origins.note(message, block, { members: { tool_call_id: ".tool_use_id" } });
}

/** What a tool returned: nothing is an empty text. */
export function mendResultContent(content: unknown, origins: Origins): unknown {
  if (content === null || content === undefined) return "";
  const mended = mendContent(content, origins);
  return isList(mended) && mended.length === 0 ? "" : mended;
}
