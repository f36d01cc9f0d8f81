import { GatewayError } from "../../../errors.ts";
import { isJson, type Json } from "../json.ts";
import { createCallReader } from "./calls.ts";
import { mendContent } from "./content.ts";
import { type FinishReason, toFinishReason } from "./finish.ts";
import type { OpenAIContext } from "./request.ts";

/** What one event says of a choice. */
export interface ReadChoice {
  /** The choice as it goes out, in pieces where a server says at once what clients expect one after the other. */
  readonly parts: readonly Json[];
  /** They are not just what the server said. */
  readonly changed: boolean;
}

/** One choice of a stream. */
export interface StreamedChoice {
  /** Fails, as a value, where the choice broke off. */
  readonly read: (choice: Json) => ReadChoice | GatewayError;
  /** The finish chunk's choice; undefined where no event gave a reason. */
  readonly end: (index: number) => Json | undefined;
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
  let reason: FinishReason | undefined;

  function readDelta(delta: Json): boolean {
    let changed = mendContent(delta);
    changed = calls.mend(delta) || changed;
    // No form for no call.
    if (delta["function_call"] === null) changed = Reflect.deleteProperty(delta, "function_call");
    if (legacyCalls) changed = toFunctionCall(delta) || changed;
    return changed;
  }

  return {
    read(choice) {
      const said = toFinishReason(choice["finish_reason"], callsOf());
      if (said instanceof GatewayError) return said;
      const delta = isJson(choice["delta"]) ? choice["delta"] : {};
      let changed = delta !== choice["delta"] || choice["finish_reason"] === undefined;
      choice["delta"] = delta;
      choice["finish_reason"] = null;
      changed = readDelta(delta) || changed;
      if (said !== undefined) reason = said;
      if (opened) {
        changed = dropRepeated(delta) || changed;
        return isSilent(delta, choice)
          ? { parts: [], changed: true }
          : { parts: [choice], changed: changed || said !== undefined };
      }
      opened = true;
      if (isOpening(delta) && said === undefined) return { parts: [choice], changed };
      dropRepeated(delta);
      const { logprobs: _logprobs, ...bare } = choice;
      const opening = { ...bare, delta: { role: "assistant", content: "", refusal: null } };
      return { parts: isSilent(delta, choice) ? [opening] : [opening, choice], changed: true };
    },
    end(index) {
      if (reason === undefined) return undefined;
      // Calls may have come after the reason.
      const finish = toFinishReason(reason, callsOf());
      return { index, delta: {}, logprobs: null, finish_reason: finish instanceof GatewayError ? reason : finish };
    },
  };

  function callsOf(): "none" | "tool_calls" | "function_call" {
    return calls.count() === 0 ? "none" : legacyCalls ? "function_call" : "tool_calls";
  }
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

/** The first call in the deprecated form; the arguments of others have no place there. */
function toFunctionCall(delta: Json): boolean {
  if (!Array.isArray(delta["tool_calls"])) return false;
  const first: unknown = delta["tool_calls"].find((call) => isJson(call) && call["index"] === 0);
  delete delta["tool_calls"];
  if (isJson(first)) delta["function_call"] = first["function"];
  return true;
}
