import { validateCreateCompletionResponse } from "../../../../generated/validators/openai.exact.mjs";
import { GatewayError } from "../../../errors.ts";
import type { Completion, Piece } from "../../../operations/types.ts";
import type { Facts, Fold } from "../../dialect.ts";
import { fit } from "../fit.ts";
import { foldEvents, streamCut } from "../fold.ts";
import { type Frame, frameOf, putFrame } from "../frame.ts";
import { isJson, type Json, put } from "../json.ts";
import { withText } from "../splice.ts";
import { mendChoice } from "./choices.ts";

/**
 * Folds a server's events into chunks of a legacy completion; an end without a finish reason is a cut, `[DONE]` or not.
 *
 * @see reference: openai-surface §5
 */
export function foldCompletionChunks(facts: Facts): Fold<Completion> {
  /** Choice → whether it has ended. */
  const choices = new Map<number, boolean>();
  let frame: Frame | undefined;

  function read(event: Json, text: string | undefined): readonly Piece<Completion>[] | GatewayError {
    const said = typeof event["model"] === "string" ? event["model"] : "";
    const listed: readonly unknown[] = Array.isArray(event["choices"]) ? event["choices"] : [];
    let changed = false;
    for (const [at, choice] of listed.entries()) {
      if (isJson(choice))
        changed = put(choice, "index", Number.isInteger(choice["index"]) ? choice["index"] : at) || changed;
    }
    // Counts may come on a last event that repeats an ended choice.
    const fresh = listed
      .filter(isJson)
      .filter((choice) => choices.get(Number(choice["index"])) !== true || (choice["text"] ?? "") !== "");
    if (fresh.length === 0) return [];
    frame ??= frameOf(event, facts, "cmpl");
    changed = putFrame(event, frame, "text_completion") === "yes" || fresh.length < listed.length || changed;
    for (const choice of fresh) {
      const mended = mendChoice(choice);
      if (mended instanceof GatewayError) return mended;
      changed = mended || changed;
      const index = Number(choice["index"]);
      choices.set(index, choices.get(index) === true || choice["finish_reason"] !== null);
    }
    const fitted = fit({ ...event, choices: fresh }, validateCreateCompletionResponse);
    if (fitted instanceof GatewayError) return fitted;
    const kept = changed || fitted.taken ? undefined : text;
    return [{ chunk: fitted.value, text: kept && withText(kept, "model", said, frame.model) }];
  }

  function finish(): readonly Piece<Completion>[] | GatewayError {
    const whole = choices.size > 0 && [...choices.values()].every((done) => done);
    return whole ? [] : streamCut();
  }

  return foldEvents(facts, { read, finish });
}
