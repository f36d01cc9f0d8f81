import type { Change, ChatMessage, ChatRequest } from "../../../operations/types.ts";
import type { AnswerKind, Facts, Translated } from "../../dialect.ts";
import { type HostFacts, hostFacts } from "../hosts.ts";
import { isJson } from "../json.ts";
import { streamOptions } from "../stream-options.ts";
import { hasOlderForms, toFunctionTools } from "./functions.ts";
import { withoutSignedIds } from "./signed-ids.ts";
import { withoutExtensions } from "./strict.ts";
import { type Place, toTextResults } from "./tool-media.ts";

/** What the way back needs to know of the request. */
export interface OpenAIContext {
  readonly facts: Facts;
  /** Deprecated `functions` went out as tools, so calls come back in the deprecated form. */
  readonly legacyCalls: boolean;
  /** `parallel_tool_calls: false`, which some servers do not honour: calls after the first are dropped. */
  readonly onlyFirstCall: boolean;
  /** Where the client has the messages that were sent; undefined where each stands in its own place. */
  readonly places: readonly Place[] | undefined;
}

/** The body of a chat request as a server of this kind wants it: ours, with what it knows otherwise. */
export type ChatBody = Record<string, unknown>;

/**
 * A chat request in the words of one server. What it takes as it is passes through, unknown members too.
 *
 * Shape: {@link ChatRequest} → the same operation of the upstream; pure.
 * Streams always ask for the counts; the gateway keeps them where the client did not ask.
 *
 * @see reference: upstream-auth §9
 */
export function toChatBody(request: ChatRequest, facts: Facts, kind: AnswerKind): Translated<ChatBody, OpenAIContext> {
  const host = hostFacts(facts.host);
  const legacyCalls = !host.functions && (request.functions ?? []).length > 0;
  const spoken = !host.functions && hasOlderForms(request) ? toFunctionTools(request) : request;
  const { messages, places } = toTextResults(toMessages(spoken.messages, facts, host));
  const body: ChatBody = { ...spoken, model: facts.upstreamModel, messages };
  for (const name in body) if (host.lacks.chat.has(name)) delete body[name];
  if (host.strict) withoutExtensions(body);
  nameTokenLimit(body, host);
  nameFormat(body, host);
  const changes = [...tellSearch(request, host), ...clampEffort(body, host)];
  if (kind === "stream") {
    body["stream"] = true;
    body["stream_options"] = streamOptions(request.stream_options, host);
  } else {
    delete body["stream"];
    delete body["stream_options"];
  }
  const onlyFirstCall = legacyCalls || request.parallel_tool_calls === false;
  return { body, changes, context: { facts, legacyCalls, onlyFirstCall, places } };
}

/** The fate table tells of settings; a search without any is dropped all the same, and asks for something. */
function tellSearch({ web_search_options: search }: ChatRequest, { lacks }: HostFacts): readonly Change[] {
  const isBare = search != null && Object.keys(search).length === 0;
  return isBare && lacks.chat.has("web_search_options") ? [{ verb: "reported", path: "web_search_options" }] : [];
}

function toMessages(sent: readonly ChatMessage[], facts: Facts, host: HostFacts): readonly ChatMessage[] {
  // Another gateway before Gemini reads the signatures by itself.
  const messages = /gemini/i.test(facts.upstreamModel) ? sent : withoutSignedIds(sent);
  if (host.developerRole || !messages.some((message) => message.role === "developer")) return messages;
  return messages.map((message) => (message.role === "developer" ? { ...message, role: "system" } : message));
}

/** Two names for one limit. Where both are given the newer one counts. */
function nameTokenLimit(body: ChatBody, host: HostFacts): void {
  if (host.maxCompletionTokens || body["max_completion_tokens"] == null) return;
  body["max_tokens"] = body["max_completion_tokens"];
  delete body["max_completion_tokens"];
}

/** The nearest word a server knows, in OpenAI's member and in OpenRouter's. */
function clampEffort(body: ChatBody, { efforts }: HostFacts): readonly Change[] {
  if (efforts === undefined) return [];
  const changes: Change[] = [];
  const effort = nearestEffort(body["reasoning_effort"], efforts);
  if (effort !== body["reasoning_effort"]) {
    body["reasoning_effort"] = effort;
    changes.push({ verb: "clamped", path: "reasoning_effort" });
  }
  const { reasoning } = body;
  if (!isJson(reasoning)) return changes;
  const nested = nearestEffort(reasoning["effort"], efforts);
  if (nested === reasoning["effort"]) return changes;
  body["reasoning"] = { ...reasoning, effort: nested };
  return [...changes, { verb: "clamped", path: "reasoning.effort" }];
}

/** What is less than low is low, what is more than high is high. */
function nearestEffort(effort: unknown, efforts: readonly string[]): unknown {
  if (typeof effort !== "string" || efforts.includes(effort)) return effort;
  return effort === "minimal" ? "low" : "high";
}

function nameFormat(body: ChatBody, host: HostFacts): void {
  const format = body["response_format"];
  if (host.jsonObject || typeof format !== "object" || format === null) return;
  if (Reflect.get(format, "type") !== "json_object") return;
  body["response_format"] = { type: "json_schema", json_schema: { name: "object", schema: { type: "object" } } };
}
