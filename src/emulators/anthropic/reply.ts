import type { Answer, StreamError } from "../script.ts";
import type { Faults, Reply } from "../write.ts";
import { errorBody, fromFailure, newRequestId, type Refusal } from "./refusals.ts";
import type { Surface } from "./surface.ts";

const organisation = "3b241101-e2bb-4255-8caf-4136c566a962";

/** What an account may do in a minute. */
const limits: Readonly<Record<string, number>> = {
  requests: 4000,
  tokens: 2_400_000,
  "input-tokens": 2_000_000,
  "output-tokens": 400_000,
};

/** Headers of every answer: its id, and of Anthropic's own API what is left of the limits. */
function headersOf(requestId: string, { name }: Surface, isSpent = false): Record<string, string> {
  if (name !== "direct") return { "request-id": requestId };
  const reset = new Date(Math.ceil(Date.now() / 60_000) * 60_000).toISOString().replace(".000Z", "Z");
  const left = Object.entries(limits).flatMap(([kind, limit]) => [
    [`anthropic-ratelimit-${kind}-limit`, String(limit)],
    [`anthropic-ratelimit-${kind}-remaining`, String(isSpent ? 0 : limit - 1)],
    [`anthropic-ratelimit-${kind}-reset`, reset],
  ]);
  return { "request-id": requestId, "anthropic-organization-id": organisation, ...Object.fromEntries(left) };
}

/** A value as a JSON body. */
export function replyJson(value: unknown, surface: Surface, faults?: Faults): Reply {
  const headers = { "content-type": "application/json", ...headersOf(newRequestId(surface), surface) };
  return { status: 200, headers, frames: [JSON.stringify(value)], faults };
}

/** An error. Google's own come without Anthropic's headers. */
export function replyRefused(refused: Refusal, surface: Surface, faults?: Faults): Reply {
  const { status, google, retryAfter } = refused;
  const retry = retryAfter === undefined ? {} : { "retry-after": String(retryAfter) };
  if (google !== undefined) {
    const headers = { "content-type": "application/json; charset=UTF-8", ...retry };
    return { status, headers, frames: [JSON.stringify(google, null, 2)], faults };
  }
  const requestId = newRequestId(surface);
  const headers = { "content-type": "application/json", ...headersOf(requestId, surface, status === 429), ...retry };
  return { status, headers, frames: [JSON.stringify(errorBody(refused, requestId))], faults };
}

/** A stream, with the error that ends it early, if a script wants one. */
export function replyEvents(events: readonly unknown[], surface: Surface, answer: Answer): Reply {
  const requestId = newRequestId(surface);
  const error = answer.stream_error;
  const sent = error === undefined ? events : events.slice(0, error.after_events);
  const failed = error === undefined ? [] : [failedFrame(error, surface, requestId)];
  const headers = {
    "content-type": "text/event-stream; charset=utf-8",
    "cache-control": "no-cache",
    ...headersOf(requestId, surface),
  };
  return { status: 200, headers, frames: [...sent.map(frameOf), ...failed], faults: answer };
}

/** Texts go out as they are, so that broken JSON can be one. */
function frameOf(event: unknown): string {
  if (typeof event === "string") return `data: ${event}\n\n`;
  const hasType = typeof event === "object" && event !== null && "type" in event;
  return `${hasType ? `event: ${String(event.type)}\n` : ""}data: ${JSON.stringify(event)}\n\n`;
}

function failedFrame(error: StreamError, surface: Surface, requestId: string): string {
  const { status = 529, message, reason } = error;
  const failure = { status, ...(message !== undefined && { message }), ...(reason !== undefined && { reason }) };
  const { google, ...refused } = fromFailure(failure, surface);
  const body = google ?? errorBody(refused, requestId);
  return error.bare === true ? JSON.stringify(body) : `event: error\ndata: ${JSON.stringify(body)}\n\n`;
}
