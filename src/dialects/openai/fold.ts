import { GatewayError } from "../../errors.ts";
import type { Piece } from "../../operations/types.ts";
import type { Usage } from "../../usage/usage.ts";
import type { Facts, Fold } from "../dialect.ts";
import { readCounts } from "./counts.ts";
import { failureIn } from "./errors.ts";
import { isJson, type Json, parseJson } from "./json.ts";
import { withoutNullUsage } from "./splice.ts";
import { toUsage } from "./usage.ts";

/** What one operation makes of the events of a stream. */
export interface EventSteps<Chunk> {
  /**
   * An event without its counts → the chunks it becomes.
   *
   * @param text the event's own bytes, where they can still be used as a chunk
   */
  readonly read: (event: Json, text: string | undefined) => readonly Piece<Chunk>[] | GatewayError;
  /** The stream has ended → what was held back, or the failure where it ended too early. */
  readonly finish: () => readonly Piece<Chunk>[] | GatewayError;
}

/**
 * What all streams of this language have in common: `[DONE]` ends them, an error may stand in any event, and counts come
 * with whichever event, the last ones winning. They are kept for the gateway.
 *
 * @see reference: openai-surface §7, upstream-auth §9
 */
export function foldEvents<Chunk>(facts: Facts, steps: EventSteps<Chunk>): Fold<Chunk> {
  let usage: Usage | undefined;
  let isCounted = false;
  let ended = false;
  let failed: GatewayError | undefined;

  /** Takes the counts out of an event, and out of its text, where its bytes can still be used. */
  function takeCounts(event: Json, data: string): { readonly event: Json; readonly text: string | undefined } {
    // What goes out is one line that ends in a brace.
    const text = data.startsWith("{") && data.endsWith("}") && !data.includes("\n") ? data : undefined;
    if (!("usage" in event)) {
      // Groq's own place, for those who did not ask.
      const own = isJson(event["x_groq"]) ? readCounts(event["x_groq"]["usage"]) : undefined;
      isCounted = own !== undefined || (isCounted && !hasChoices(event));
      if (own !== undefined) usage = toUsage(own);
      return { event, text };
    }
    // A copy: what has been deleted from is slow ever after.
    const { usage: said, ...rest } = event;
    const counts = readCounts(said);
    isCounted = counts !== undefined || (isCounted && !hasChoices(event));
    if (counts !== undefined) usage = toUsage(counts);
    return { event: rest, text: said === null && text !== undefined ? withoutNullUsage(text) : undefined };
  }

  function readOne(data: string): readonly Piece<Chunk>[] | GatewayError {
    if (ended) return [];
    if (data.trim() === "[DONE]") {
      ended = true;
      return steps.finish();
    }
    return readEvent(parseJson(data), data);
  }

  function readEvent(event: unknown, data: string): readonly Piece<Chunk>[] | GatewayError {
    const failure = failureIn(event, facts);
    if (failure !== undefined) return failure;
    if (!isJson(event)) return [];
    if (Array.isArray(event["choices"]) && event["choices"].length > maxChoices) return tooMany("choices");
    const taken = takeCounts(event, data);
    return steps.read(taken.event, taken.text);
  }

  return {
    onEvent(data) {
      if (failed !== undefined) return failed;
      const lines = linesOf(data);
      const [only] = lines;
      if (lines.length === 1 && only !== undefined) return readOne(only);
      const pieces: Piece<Chunk>[] = [];
      for (const line of lines) {
        const made = readOne(line);
        // What was said before a failure is still the client's.
        if (made instanceof GatewayError) failed = made;
        if (made instanceof GatewayError) break;
        pieces.push(...made);
      }
      return pieces.length === 0 && failed !== undefined ? failed : pieces;
    },
    onBody(text) {
      const body = parseJson(text);
      const choices: unknown = isJson(body) ? body["choices"] : undefined;
      if (!Array.isArray(choices) || choices.length === 0) return undefined;
      // A whole answer without a reason has nothing more to say.
      for (const choice of choices) if (isJson(choice)) choice["finish_reason"] ??= "stop";
      return readEvent(body, text);
    },
    // Some servers leave [DONE] out.
    onEnd: () => failed ?? (ended ? [] : steps.finish()),
    isOver: () => ended,
    usage: () => usage,
    isCounted: () => isCounted,
    changes: () => [],
  };
}

const hasChoices = ({ choices }: Json): boolean => Array.isArray(choices) && choices.length > 0;

/** The most that can be asked for. */
const maxChoices = 128;

/** An answer of such a size is a server's mistake, and to follow it would hold up everybody else. */
export function tooMany(what: "choices" | "calls"): GatewayError {
  return new GatewayError("upstream_invalid_response", `The upstream's answer holds more ${what} than any answer has.`);
}

/** The payloads of an event: one, or one per line where a server leaves out the empty lines between its events. */
function linesOf(data: string): readonly string[] {
  if (!data.includes("\n") || parseJson(data) !== undefined) return [data];
  return data.split("\n").filter((line) => line.trim() !== "");
}

/** The upstream's stream is over, and the answer is not. */
export function streamCut(): GatewayError {
  return new GatewayError("upstream_stream_cut", "The upstream's stream ended before the answer was complete.");
}
