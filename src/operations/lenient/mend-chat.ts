import { fromResponses, isResponsesShaped } from "./from-responses.ts";
import { isList, isObject, type Json, toJsonText, withMembers } from "./json.ts";
import { mendMessages } from "./mend-messages.ts";
import { splitServerTools } from "./mend-server-tools.ts";
import { mendToolChoice, mendTools } from "./mend-tools.ts";
import { createOrigins, type Origins } from "./origins.ts";

/** A body that says what the client's said, in the words of the spec. */
export interface Mended {
  readonly body: object;
  /** A path into the mended body as the client's own: `messages[1].content` may have been `input[2].output`. */
  readonly toClientPath: (path: string) => string;
}

/**
 * Turns what real clients send to the chat endpoint into what the spec knows; docs/clients.md lists it.
 *
 * Shape: any JSON object; the very same object comes back where nothing is to be mended, and the input is unchanged.
 * Mending is no checking: what it does not know it leaves to the validator. Mending twice is mending once.
 * Fails: only for a body in the shape of the Responses API, where that asks for what this endpoint cannot know.
 *
 * @see reference: openai-surface §8
 */
export function mendChat(body: object): Mended {
  if (!isObject(body)) return { body, toClientPath: (path) => path };
  const origins = createOrigins(body);
  const chat = isResponsesShaped(body) ? fromResponses(body, origins) : body;
  const changes = changesOf(chat, origins);
  let mended = chat;
  for (const _ in changes) {
    mended = origins.note(withMembers(chat, changes), chat);
    break;
  }
  return { body: mended, toClientPath: (path) => origins.toClientPath(mended, path) };
}

/** Members that become others; undefined is one that goes. */
type Changes = Record<string, unknown>;

function changesOf(chat: Json, origins: Origins): Json {
  const changes: Changes = {};
  const { messages, stop, stream, metadata } = chat;
  if (isList(messages)) change(changes, "messages", messages, mendMessages(messages, origins));
  changeTools(changes, chat, origins);
  changeLimits(changes, chat);
  if (isList(stop) && stop.length === 0) changes["stop"] = undefined;
  // Clients that always ask for the counts ask for them on whole answers too, which have them anyway.
  if (chat["stream_options"] != null && stream !== true) changes["stream_options"] = undefined;
  if (holdsNotes(metadata)) changes["metadata"] = toLabels(metadata);
  return changes;
}

function change(changes: Changes, name: string, value: unknown, mended: unknown): void {
  if (mended !== value) changes[name] = mended;
}

function changeTools(changes: Changes, chat: Json, origins: Origins): void {
  const { functions, tool_choice: sent } = chat;
  const split = splitServerTools(chat, origins);
  Object.assign(changes, split?.members);
  const tools = split === undefined ? chat["tools"] : split.rest;
  if (isList(functions) && functions.length === 0) takeOut(changes, chat, ["functions", "function_call"]);
  if (isList(tools) && tools.length === 0) {
    takeOut(changes, chat, ["tools", "tool_choice", "parallel_tool_calls"]);
    return;
  }
  if (isList(tools)) change(changes, "tools", chat["tools"], mendTools(tools, origins));
  const { choice, single } = mendToolChoice(sent, origins);
  change(changes, "tool_choice", sent, choice);
  if (single && chat["parallel_tool_calls"] == null) changes["parallel_tool_calls"] = false;
}

/** An empty list and what is said about its members: there is nothing to choose from, and OpenAI refuses all of it. */
function takeOut(changes: Changes, chat: Json, names: readonly string[]): void {
  for (const name of names) if (chat[name] !== undefined) changes[name] = undefined;
}

/** Local servers take -1 for no limit. Of two limits the newer name counts; OpenAI refuses to be given both. */
function changeLimits(changes: Changes, chat: Json): void {
  const { max_tokens: older, max_completion_tokens: newer } = chat;
  if (newer === -1) changes["max_completion_tokens"] = undefined;
  const both = typeof older === "number" && typeof newer === "number" && newer !== -1;
  if (older === -1 || both) changes["max_tokens"] = undefined;
}

/** Labels are short texts. Lists and objects among them are a client's own notes, as LiteLLM's users keep them. */
function holdsNotes(metadata: unknown): metadata is Json {
  return isObject(metadata) && Object.values(metadata).some((value) => typeof value === "object" && value !== null);
}

function toLabels(notes: Json): Json {
  const told = Object.entries(notes).filter(([, value]) => value != null);
  return Object.fromEntries(told.map(([name, value]) => [name, typeof value === "string" ? value : toJsonText(value)]));
}
