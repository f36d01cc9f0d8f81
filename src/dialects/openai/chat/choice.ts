import { GatewayError } from "../../../errors.ts";
import { tooMany } from "../fold.ts";
import { isJson, type Json, put } from "../json.ts";
import { createCallReader } from "./calls.ts";
import { mendContent } from "./content.ts";
import { type Calls, type FinishReason, toFinishReason } from "./finish.ts";
import { mendLogprobs } from "./logprobs.ts";
import type { OpenAIContext } from "./request.ts";

/** What one event says of a choice. */
export interface ReadChoice {
  /** The choice as it goes out, in pieces where a server says at once what clients expect one after the other. */
  readonly parts: readonly Json[];
  /** The piece that says why the choice ends, to be held back until nothing can follow; its reason is still to be set. */
  readonly closing: Json | undefined;
  /** They are not just what the server said. */
  readonly changed: boolean;
}

/** Of one choice. Each is looked for among all before it. */
const maxCalls = 2048;

/** One choice of a stream. */
export interface StreamedChoice {
  /** Fails, as a value, where the choice broke off. The choice is changed in place. */
  readonly read: (choice: Json) => ReadChoice | GatewayError;
  /** Why it ended; undefined where no event gave a reason. */
  readonly reason: () => FinishReason | undefined;
  /** What is still to be said before it ends: the arguments of calls that have none. */
  readonly rest: () => Json | undefined;
}

/**
 * Follows one choice: opens it with a role and an empty text, says the role once, and holds the finish back.
 *
 * @see reference: openai-chat-to-gemini §11, openai-surface §7
 */
export function createChoice(callId: (index: number) => string, context: OpenAIContext): StreamedChoice {
  const { legacyCalls, onlyFirstCall } = context;
  const calls = createCallReader(callId, onlyFirstCall);
  let opened = false;
  let older = false;
  let reason: string | undefined;

  function readDelta(delta: Json): boolean {
    let changed = mendContent(delta);
    changed = calls.mend(delta) || changed;
    // No form for no call.
    if (delta["function_call"] === null) changed = Reflect.deleteProperty(delta, "function_call");
    if (legacyCalls) changed = toFunctionCall(delta) || changed;
    older ||= "function_call" in delta;
    return changed;
  }

  /** Before anything else a choice says who speaks. */
  function open(choice: Json, delta: Json, isLast: boolean): readonly Json[] {
    if (opened) return [];
    opened = true;
    if (isOpening(delta) && !isLast) return [];
    const { logprobs: _logprobs, finish_reason: _reason, ...bare } = choice;
    return [{ ...bare, delta: { role: "assistant", content: "", refusal: null }, finish_reason: null }];
  }

  return {
    read(choice) {
      const said = toFinishReason(choice["finish_reason"], "none");
      if (said instanceof GatewayError) return said;
      const isLast = said !== undefined;
      if (isLast) reason = said;
      const delta = deltaOf(choice);
      if (Array.isArray(delta["tool_calls"]) && calls.known() + delta["tool_calls"].length > maxCalls) {
        return tooMany("calls");
      }
      let changed = put(choice, "delta", delta);
      changed = readDelta(delta) || changed;
      changed = mendLogprobs(choice) || changed;
      if (!isLast) changed = put(choice, "finish_reason", null) || changed;
      const begins = !opened;
      const opening = open(choice, delta, isLast);
      if (begins && opening.length === 0) return { parts: [choice], closing: undefined, changed };
      changed = dropRepeated(delta) || changed || opening.length > 0;
      const silent = isSilent(delta, choice);
      if (!isLast) {
        const dropped = silent && !hasFindings(choice);
        return { parts: dropped ? opening : [...opening, choice], closing: undefined, changed: changed || dropped };
      }
      if (silent) {
        if (Object.keys(delta).length > 0) changed = put(choice, "delta", {});
        return { parts: opening, closing: choice, changed };
      }
      const closing = { ...choice, delta: {}, ...("logprobs" in choice && { logprobs: null }) };
      return { parts: [...opening, { ...choice, finish_reason: null }], closing, changed: true };
    },
    reason() {
      // Calls may have come after the reason.
      const finish = toFinishReason(reason, callsOf());
      return finish instanceof GatewayError ? undefined : finish;
    },
    rest() {
      const bare = reason === "length" || reason === "content_filter" ? [] : calls.bare();
      const none = { arguments: "{}" };
      if (bare.length === 0) return undefined;
      return legacyCalls ? { function_call: none } : { tool_calls: bare.map((index) => ({ index, function: none })) };
    },
  };

  function callsOf(): Calls {
    if (older) return "function_call";
    return calls.count() === 0 ? "none" : "tool_calls";
  }
}

/** What is new; some servers say all at once, under the name it has in a whole answer. */
function deltaOf(choice: Json): Json {
  const { delta, message } = choice;
  if (isJson(delta)) return delta;
  if (!isJson(message)) return {};
  delete choice["message"];
  return message;
}

/** Just a role and an empty text, as OpenAI opens a choice. */
function isOpening(delta: Json): boolean {
  if (delta["role"] !== "assistant" || delta["content"] !== "") return false;
  return Object.keys(delta).every((name) => name === "role" || name === "content" || delta[name] === null);
}

/** What only the opening says. */
function dropRepeated(delta: Json): boolean {
  let dropped = false;
  for (const name of ["role", "refusal", "content"]) {
    const value = delta[name];
    if (value === undefined || (name !== "role" && value !== null)) continue;
    dropped = Reflect.deleteProperty(delta, name);
  }
  return dropped;
}

/** Nothing that a client could show. */
function isSilent(delta: Json, choice: Json): boolean {
  if (choice["logprobs"] != null) return false;
  return Object.values(delta).every((value) => value === "" || value === null);
}

/** What a filter found in what was said before, which Azure may say by itself and late. */
function hasFindings({ content_filter_results: findings }: Json): boolean {
  return isJson(findings) && Object.keys(findings).length > 0;
}

/** The first call in the deprecated form; the arguments of others have no place there. */
function toFunctionCall(delta: Json): boolean {
  if (!Array.isArray(delta["tool_calls"])) return false;
  const first: unknown = delta["tool_calls"].find((call) => isJson(call) && call["index"] === 0);
  delete delta["tool_calls"];
  if (isJson(first)) delta["function_call"] = first["function"];
  return true;
}
