import { cut, maxValue, missing, refuse, wrongType, wrongWord } from "../invalid.ts";
import { defined, isList, isObject, type Json, toJsonText } from "./json.ts";
import { mendRole } from "./mend-messages.ts";
import type { Origins } from "./origins.ts";

/** What the model said in one turn, gathered from items that stand one after another. */
interface Turn {
  /** The item that says most of it: the message, or else the first one. */
  source: Json;
  readonly contents: { readonly content: unknown; readonly item: Json }[];
  readonly calls: unknown[];
  readonly thoughts: string[];
  /** What its messages say beside role and content; undefined where there is no message. */
  others: Json | undefined;
}

/**
 * Items of the Responses API as chat messages, their parts still as they were.
 *
 * What the model said in one turn is one message, whatever number of items it took; a result ends the turn.
 * Reasoning in clear is kept as `reasoning_content`; encrypted it is nobody's here but the one's who wrote it.
 * Fails: an item that is no object, one that is kept elsewhere, one of a kind that chat cannot say.
 *
 * @see reference: openai-responses §3
 */
export function fromItems(items: readonly unknown[], origins: Origins): readonly unknown[] {
  const messages: unknown[] = [];
  let turn: Turn | undefined;
  const close = (): void => {
    if (turn !== undefined) messages.push(...toAssistant(turn, origins));
    turn = undefined;
  };
  for (const [i, item] of items.entries()) {
    const param = `input[${i}]`;
    if (!isObject(item)) throw wrongType(param, "an object", item);
    if (isAssistants(item)) {
      turn ??= { source: item, contents: [], calls: [], thoughts: [], others: undefined };
      add(turn, item, origins);
      continue;
    }
    close();
    messages.push(toMessage(item, param, origins));
  }
  close();
  return messages;
}

function isAssistants(item: Json): boolean {
  if (isMessage(item)) return mendRole(item["role"]) === "assistant";
  const { type } = item;
  return type === "reasoning" || type === "function_call" || type === "custom_tool_call";
}

/** Messages may leave their type out. */
function isMessage({ type, role }: Json): boolean {
  return type === "message" || (type == null && role !== undefined);
}

function add(turn: Turn, item: Json, origins: Origins): void {
  const { type } = item;
  if (type === "function_call" || type === "custom_tool_call") {
    turn.calls.push(type === "function_call" ? toCall(item, origins) : toCustomCall(item, origins));
    return;
  }
  if (type === "reasoning") {
    turn.thoughts.push(...thoughtsOf(item));
    return;
  }
  const { role: _role, content, tool_calls: calls, ...others } = withoutBookkeeping(item);
  if (turn.contents.length === 0) turn.source = item;
  if (content != null) turn.contents.push({ content, item });
  if (isList(calls)) turn.calls.push(...calls);
  turn.others = { ...turn.others, ...others };
}

/** Ids and states of items mean nothing outside of the response they were a part of. */
function withoutBookkeeping({ type: _type, id: _id, status: _status, ...rest }: Json): Json {
  return rest;
}

function toCall(item: Json, origins: Origins): Json {
  const { call_id: id, name, arguments: args, ...rest } = withoutBookkeeping(item);
  const fn = origins.note(defined({ name, arguments: args }), item);
  const call = { ...rest, ...defined({ id }), type: "function", function: fn };
  return origins.note(call, item, { members: { id: ".call_id" } });
}

function toCustomCall(item: Json, origins: Origins): Json {
  const { call_id: id, name, input, ...rest } = withoutBookkeeping(item);
  const call = { ...rest, ...defined({ id }), type: "custom", custom: origins.note(defined({ name, input }), item) };
  return origins.note(call, item, { members: { id: ".call_id" } });
}

/** Reasoning in clear. Summaries are no thoughts and must not be taken for them. */
function thoughtsOf(item: Json): readonly string[] {
  const { content } = item;
  const parts = isList(content) ? content.filter(isObject) : [];
  const texts = parts.map((part) => part["text"]).filter((text) => typeof text === "string");
  return texts.filter((text) => text !== "");
}

function toAssistant(turn: Turn, origins: Origins): readonly Json[] {
  const { source, contents, calls, thoughts, others } = turn;
  // Reasoning that led to nothing.
  if (calls.length === 0 && others === undefined) return [];
  const message = {
    ...others,
    role: "assistant",
    content: joinContents(contents, origins),
    ...(thoughts.length === 0 ? {} : { reasoning_content: thoughts.join("\n") }),
    ...(calls.length === 0 ? {} : { tool_calls: calls }),
  };
  return [origins.note(message, source)];
}

function joinContents(contents: Turn["contents"], origins: Origins): unknown {
  const [first, ...more] = contents;
  if (first === undefined) return null;
  if (more.length === 0) return first.content;
  return contents.flatMap(({ content, item }): readonly unknown[] => {
    if (isList(content)) return content;
    if (typeof content !== "string") return [content];
    return [origins.note({ type: "text", text: content }, item, { members: { text: ".content" } })];
  });
}

const kinds = [
  "message",
  "function_call",
  "function_call_output",
  "custom_tool_call",
  "custom_tool_call_output",
  "reasoning",
] as const;

/** An item that is not the assistant's. */
function toMessage(item: Json, param: string, origins: Origins): Json {
  const { type } = item;
  if (isMessage(item)) return origins.note(withoutBookkeeping(item), item);
  if (type === "function_call_output" || type === "custom_tool_call_output") return toResult(item, origins);
  if (type === "item_reference" || (type == null && typeof item["id"] === "string")) {
    const message = `Item with id '${cut(String(item["id"]), maxValue)}' not found. Items are not kept here: send them whole.`;
    throw refuse("invalid_value", `${param}.id`, message);
  }
  if (type === undefined) throw missing(`${param}.type`);
  throw typeof type === "string"
    ? wrongWord(`${param}.type`, type, kinds)
    : wrongType(`${param}.type`, "a string", type);
}

function toResult(item: Json, origins: Origins): Json {
  const { call_id: id, output, ...rest } = withoutBookkeeping(item);
  const content = isObject(output) ? toJsonText(output) : output;
  const message = { ...rest, role: "tool", ...defined({ tool_call_id: id, content }) };
  return origins.note(message, item, { members: { tool_call_id: ".call_id", content: ".output" } });
}
