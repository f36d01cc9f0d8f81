import { validateCreateCompletionResponse } from "../../../../generated/validators/openai.exact.mjs";
import { GatewayError } from "../../../errors.ts";
import type { Completion, Piece } from "../../../operations/types.ts";
import type { Usage } from "../../../usage/usage.ts";
import type { Facts, Fold } from "../../dialect.ts";
import { readCounts } from "../counts.ts";
import { failureIn } from "../errors.ts";
import { fit } from "../fit.ts";
import { type Frame, frameOf, putFrame } from "../frame.ts";
import { isJson, type Json, parseJson } from "../json.ts";
import { withoutNull, withText } from "../splice.ts";
import { toUsage } from "../usage.ts";
import { mendChoice } from "./choices.ts";

/**
 * Folds a server's events into chunks of a legacy completion. Counts are kept for the gateway; an end without a finish
 * reason is a cut, `[DONE]` or not.
 *
 * @see reference: openai-surface §5
 */
export function foldCompletionChunks(facts: Facts): Fold<Completion> {
  /** Choice → whether it has ended. */
  const choices = new Map<number, boolean>();
  let frame: Frame | undefined;
  let usage: Usage | undefined;
  let ended = false;

  function toPieces(event: Json, data: string): readonly Piece<Completion>[] | GatewayError {
    const said = typeof event["model"] === "string" ? event["model"] : "";
    const counts = readCounts(event["usage"]);
    if (counts !== undefined) usage = toUsage(counts);
    let text: string | undefined = data;
    if ("usage" in event) {
      text = event["usage"] === null ? withoutNull(data, "usage") : undefined;
      delete event["usage"];
    }
    const listed = Array.isArray(event["choices"]) ? event["choices"].filter(isJson) : [];
    const fresh = listed.filter((choice, at) => {
      const index = typeof choice["index"] === "number" ? choice["index"] : at;
      // Counts on a last event that repeats an ended choice.
      return choices.get(index) !== true || (choice["text"] ?? "") !== "";
    });
    if (fresh.length === 0) return [];
    frame ??= frameOf(event, facts, "cmpl");
    if (putFrame(event, frame, "text_completion") === "yes" || fresh.length < listed.length) text = undefined;
    for (const [at, choice] of fresh.entries()) {
      const changed = mendChoice(choice, at);
      if (changed instanceof GatewayError) return changed;
      if (changed) text = undefined;
      const index = Number(choice["index"]);
      choices.set(index, choices.get(index) === true || choice["finish_reason"] !== null);
    }
    const fitted = fit({ ...event, choices: fresh }, validateCreateCompletionResponse);
    if (fitted instanceof GatewayError) return fitted;
    const kept = !fitted.taken && text !== undefined ? withText(text, "model", said, frame.model) : undefined;
    return [{ chunk: fitted.value, text: kept }];
  }

  function finish(): readonly Piece<Completion>[] | GatewayError {
    const whole = choices.size > 0 && [...choices.values()].every((done) => done);
    const message = "The upstream's stream ended before the answer was complete.";
    return whole ? [] : new GatewayError("upstream_stream_cut", message);
  }

  return {
    onEvent(data) {
      if (ended) return [];
      if (data.trim() === "[DONE]") {
        ended = true;
        return finish();
      }
      const event = parseJson(data);
      const failure = failureIn(event, facts);
      if (failure !== undefined) return failure;
      return isJson(event) ? toPieces(event, data) : [];
    },
    onEnd: () => (ended ? [] : finish()),
    usage: () => usage,
    changes: () => [],
  };
}
