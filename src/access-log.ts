import type { IncomingMessage, ServerResponse } from "node:http";
import type { GatewayError } from "./errors.ts";
import type { Served } from "./gateway.ts";
import { toChangesHeader } from "./http/changes.ts";
import { elapsedMs, type Timing } from "./http/timing.ts";

/** What is known of a request when it is over. */
export interface Finished {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly requestId: string;
  readonly served: Served | undefined;
  readonly error: GatewayError | undefined;
  readonly times: Timing;
}

/** One line of the access log. Names and counts only: no body, no header of the client's, no key. */
export function toAccessLine(finished: Finished): Readonly<Record<string, unknown>> {
  const { request, response, served, error, times } = finished;
  const journey = served?.journey;
  const usage = served?.usage;
  return {
    request_id: finished.requestId,
    method: request.method,
    path: pathOf(request),
    status: error?.errorName === "client_closed_request" ? error.status : response.statusCode,
    ms: tenths(elapsedMs(times)),
    first_byte_ms: times.firstByteMs === undefined ? undefined : tenths(times.firstByteMs),
    key: served?.key,
    model: served?.model,
    stream: served?.stream,
    deployment: journey?.deployment,
    attempts: journey?.attempts,
    changes: journey === undefined ? undefined : toChangesHeader(journey.changes),
    // Counts side by side: an object inside the line costs as much as the rest of it.
    tokens_in: usage === undefined ? undefined : usage.uncachedInput + usage.cacheRead,
    tokens_cached: usage?.cacheRead,
    tokens_out: usage === undefined ? undefined : usage.output + usage.reasoning,
    tokens_reasoning: usage?.reasoning,
    error: error?.errorName,
  };
}

function tenths(ms: number): number {
  return Math.round(ms * 10) / 10;
}

/** Without the query: some clients put keys there. */
function pathOf({ url = "" }: IncomingMessage): string {
  const query = url.indexOf("?");
  return query < 0 ? url : url.slice(0, query);
}
