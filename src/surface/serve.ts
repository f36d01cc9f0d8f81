import type { IncomingMessage, ServerResponse } from "node:http";
import type { Logger } from "pino";
import { createAccessLog } from "../access-log.ts";
import { type GatewayError, toGatewayError } from "../errors.ts";
import type { Served } from "../gateway.ts";
import type { Cors } from "../http/cors.ts";
import { checkHead } from "../http/head.ts";
import { withJourney } from "../http/journey.ts";
import { lingerOver } from "../http/linger.ts";
import { type Headers, sendError } from "../http/reply.ts";
import { requestIdOf } from "../http/request-id.ts";
import { elapsedMs, startTiming, timing } from "../http/timing.ts";
import type { MeteredOperation, RequestOutcome } from "../metrics/metrics.ts";
import type { Caller, Callers } from "../policy/caller.ts";
import { beginWork, endWork } from "../turn.ts";
import { createGuards } from "./guards.ts";
import type { Access, Handle } from "./route.ts";

/** What requests are served with. */
export interface ServeDeps {
  readonly authenticate: Callers["authenticate"];
  readonly cors: Cors;
  readonly log: Logger;
  readonly randomId: () => string;
  readonly traffic: Traffic;
}

/** Who counts requests. */
export interface Traffic {
  readonly onStart: () => void;
  /** Once per request, when it is over. */
  readonly onEnd: (outcome: RequestOutcome) => void;
}

/** What to do with a request: who may ask, and what answers. */
export interface Plan {
  readonly access: Access;
  readonly operation?: MeteredOperation;
  readonly handle: Handle;
  /** What `**` stands for in the route's path. */
  readonly rest: string;
}

/** Serves a request to its end. Fails: never. */
export type Serve = (request: IncomingMessage, response: ServerResponse, plan: Plan) => Promise<void>;

/** Makes what all routes have in common: id, key, headers, error, log line. */
export function createServe({ authenticate, cors, log, randomId, traffic }: ServeDeps): Serve {
  const writeLine = createAccessLog(log);
  const guards = createGuards(authenticate);
  return async (request, response, { access, operation = "other", handle, rest }) => {
    const times = startTiming();
    traffic.onStart();
    beginWork();
    const ownId = randomId();
    const requestId = requestIdOf(request, () => ownId);
    const headers: Headers = {
      [timing]: times,
      "x-request-id": requestId,
      "openai-version": "2020-10-01",
      ...cors.headersFor(request.headers),
    };
    let served: Served | undefined;
    let error: GatewayError | undefined;
    try {
      checkHead(request);
      const known = guards[access](request.headers);
      const caller: Caller = known instanceof Promise ? await known : known;
      served = await handle({ id: `req_${ownId}`, request, response, caller, headers, model: undefined }, rest);
      error = served?.error;
    } catch (thrown) {
      error = toGatewayError(thrown);
    }
    if (error !== undefined) {
      const { journey, headers: further } = served ?? {};
      const own = further === undefined ? headers : { ...headers, ...further };
      sendFailure(request, response, error, journey === undefined ? own : withJourney(own, journey));
    }
    // An answer that is compressed on its way has no end yet, and srvx would give it one.
    if (!response.writableEnded && !response.destroyed) await untilClosed(response);
    endWork();
    const durationMs = elapsedMs(times);
    traffic.onEnd(toOutcome(operation, response, served, error, durationMs, times.firstByteMs));
    writeLine(levelOf(access, error), {
      request,
      response,
      requestId,
      served,
      error,
      durationMs,
      firstByteMs: times.firstByteMs,
    });
  };
}

function levelOf(access: Access, error: GatewayError | undefined): "debug" | "info" | "error" {
  if (error === undefined) return access === "public" ? "debug" : "info";
  return isOurs(error) ? "error" : "info";
}

/** The operator's matter, with what is known of its cause: a failure, or what a mistake in routes.yaml looks like. */
function isOurs({ status, cause }: GatewayError): boolean {
  return status >= 500 || (typeof cause === "object" && cause !== null && "hint" in cause);
}

function toOutcome(
  operation: MeteredOperation,
  response: ServerResponse,
  served: Served | undefined,
  error: GatewayError | undefined,
  durationMs: number,
  firstByteMs: number | undefined,
): RequestOutcome {
  const { journey, usage, costNanoUsd, model, stream = false } = served ?? {};
  return {
    operation,
    model,
    provider: journey?.provider,
    status: error?.errorName === "client_closed_request" ? error.status : response.statusCode,
    stream,
    errorName: error?.errorName,
    durationMs,
    firstByteMs,
    attempts: journey?.attempts ?? 0,
    usage,
    costNanoUsd,
    changes: journey?.changes ?? [],
  };
}

function sendFailure(request: IncomingMessage, response: ServerResponse, error: GatewayError, headers: Headers): void {
  // Half an answer must not look like a whole one.
  if (response.headersSent && !response.writableEnded) response.destroy();
  sendError(response, error, headers);
  lingerOver(request);
}

function untilClosed(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    response.once("close", resolve);
  });
}
