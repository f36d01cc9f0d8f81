import type { IncomingMessage, ServerResponse } from "node:http";
import type { GatewayError } from "./errors.ts";
import type { Served } from "./gateway.ts";
import { toChangesHeader } from "./http/changes.ts";

/** What is known of a request when it is over. */
export interface Finished {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly requestId: string;
  readonly served: Served | undefined;
  readonly error: GatewayError | undefined;
  readonly tookMs: number;
}

/** One line of the access log. Names and counts only: no body, no header of the client's, no key. */
export function toAccessLine(finished: Finished): Readonly<Record<string, unknown>> {
  const { request, response, served, error } = finished;
  const journey = served?.journey;
  return {
    request_id: finished.requestId,
    method: request.method,
    path: request.url?.split("?")[0],
    status: error?.errorName === "client_closed_request" ? error.status : response.statusCode,
    ms: Math.round(finished.tookMs * 10) / 10,
    key: served?.key,
    model: served?.model,
    stream: served?.stream,
    deployment: journey?.deployment,
    attempts: journey?.attempts,
    changes: journey === undefined ? undefined : toChangesHeader(journey.changes),
    usage: served?.usage,
    error: error?.errorName,
  };
}
