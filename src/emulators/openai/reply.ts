import { durationMs } from "../duration.ts";
import type { Answer } from "../script.ts";
import type { Reply } from "../write.ts";
import { done, framesOf, jsonEvent, type StreamEvent } from "./frames.ts";
import type { Page, Personality } from "./personality.ts";
import { fromFailure, type Problem } from "./problem.ts";
import { bendError, type Quirks } from "./quirks.ts";
import type { Head } from "./turn.ts";
import type { Switches } from "./types.ts";

/** What every reply depends on. */
export interface ReplySetting {
  readonly personality: Personality;
  readonly switches: Switches;
}

const noQuirks: Quirks = new Set();

/** A reply with a JSON body. */
export function replyJson(body: unknown, { personality }: ReplySetting, faults?: Answer, status = 200): Reply {
  const headers = { "content-type": personality.types.json, ...personality.headers(status) };
  return { status, headers, frames: [JSON.stringify(body)], faults };
}

/** A page or an error in the server's shape. */
export function replyRefused(refused: Page | Problem, setting: ReplySetting, faults?: Answer): Reply {
  if (!("body" in refused)) return replyProblem(refused, setting, noQuirks, false, faults);
  const { status, type, body } = refused;
  return { status, headers: { "content-type": type, ...setting.personality.headers(status) }, frames: [body], faults };
}

/** An error in the server's shape, bent as the quirks say. A stream that fails with 200 fails in its first event. */
export function replyProblem(
  problem: Problem,
  setting: ReplySetting,
  quirks: Quirks,
  stream: boolean,
  faults?: Answer,
): Reply {
  const { personality, switches } = setting;
  const { body, status } = bendError(personality.errors.body(problem, switches), problem.status, quirks);
  const late = faults?.error?.retry_after;
  const reply =
    stream && quirks.has("ok_errors")
      ? replyStream([jsonEvent(body)], setting, quirks, faults)
      : replyJson(body, setting, faults, status);
  return late === undefined ? reply : { ...reply, headers: { ...reply.headers, ...retryHeaders(durationMs(late)) } };
}

const retryHeaders = (ms: number): Record<string, string> => ({
  "retry-after": String(Math.ceil(ms / 1000)),
  "retry-after-ms": String(ms),
});

/** A stream of events. */
function replyStream(
  events: readonly StreamEvent[],
  { personality }: ReplySetting,
  quirks: Quirks,
  faults?: Answer,
): Reply {
  return {
    status: 200,
    headers: { "content-type": personality.types.stream, "cache-control": "no-cache", ...personality.headers(200) },
    frames: framesOf(events, quirks, personality.stream.comment),
    faults,
  };
}

/** A whole stream, or one that ends in the error a script puts into it. */
export function replyEvents(
  events: readonly StreamEvent[],
  setting: ReplySetting,
  quirks: Quirks,
  answer: Answer,
  head: StreamHead,
): Reply {
  const failure = answer.stream_error;
  if (failure === undefined) return replyStream(events, setting, quirks, answer);
  const { personality, switches } = setting;
  const { status = 503, message, reason } = failure;
  const problem = fromFailure(
    { status, ...(message !== undefined && { message }), ...(reason !== undefined && { reason }) },
    personality.errors.usual,
  );
  const { body, event, done: ends } = personality.errors.inStream(problem, { ...head }, switches);
  const bent = bendError(body, problem.status, quirks).body;
  const sent = events.slice(0, failure.after_events);
  if (failure.bare === true) {
    const reply = replyStream(sent, setting, quirks, answer);
    return { ...reply, frames: [...reply.frames, JSON.stringify(bent)] };
  }
  const end = ends === true ? [done] : [];
  return replyStream([...sent, { ...jsonEvent(bent), event }, ...end], setting, quirks, answer);
}

/** The members of a chunk that an error in a stream may carry too. */
export interface StreamHead extends Head {
  readonly object: string;
}
