import type { Change, ChatMessage, ChatRequest } from "../../../operations/types.ts";
import type { AnswerKind, Facts, Translated } from "../../dialect.ts";
import { clampEffort } from "../efforts.ts";
import { type HostFacts, hostFacts } from "../hosts.ts";
import { wantsNewerLimit } from "../models.ts";
import { putStream } from "../stream-options.ts";
import { lostThoughts } from "./continuity.ts";
import { hasOlderForms, toFunctionTools } from "./functions.ts";
import { nameForced, nameFormat, nameSeed, nameTokenLimit, toUserLast, withThoughts } from "./habits.ts";
import { movedPlaces, type Place } from "./places.ts";
import { withShortIds } from "./short-ids.ts";
import { withoutSignedIds } from "./signed-ids.ts";
import { withoutExtensions } from "./strict.ts";
import { toTextResults } from "./tool-media.ts";

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
  if (host.strict) withoutExtensions(body, host);
  const moved = host.lastInstruction ? undefined : toUserLast(body["messages"]);
  if (moved !== undefined) body["messages"] = moved.messages;
  if (!host.logprobs) {
    // What is not asked for is not said either.
    delete body["logprobs"];
    delete body["top_logprobs"];
  }
  if (!host.anyCallIds) body["messages"] = withShortIds(body["messages"]);
  if (host.wantsThoughts) body["messages"] = withThoughts(body["messages"]);
  nameTokenLimit(body, host, wantsNewerLimit(facts));
  nameSeed(body, host);
  nameForced(body, host);
  const changes = [...nameFormat(body, host), ...tellSearch(request, host), ...clampEffort(body, host)];
  putStream(body, kind, request.stream_options, host);
  const onlyFirstCall = legacyCalls || request.parallel_tool_calls === false;
  const standIns = host.wantsThoughts ? lostThoughts(request, facts).length || undefined : undefined;
  return {
    body,
    standIns,
    changes,
    context: {
      facts,
      legacyCalls,
      onlyFirstCall,
      places: moved?.order === undefined ? places : movedPlaces(places, moved.order),
    },
  };
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
