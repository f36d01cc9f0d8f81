import type { IncomingMessage, ServerResponse } from "node:http";
import { type DestinationStream, type Logger, symbols } from "pino";
import type { GatewayError } from "./errors.ts";
import type { Served } from "./gateway.ts";
import { toChangesHeader } from "./http/changes.ts";
import { toDecimalUsd } from "./usage/decimal.ts";
import { cachedOf, inputOf, type MediaTokens, outputOf, provenanceOf, writtenOf } from "./usage/usage.ts";

/** What is known of a request when it is over. */
export interface Finished {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly requestId: string;
  readonly served: Served | undefined;
  readonly error: GatewayError | undefined;
  readonly durationMs: number;
  /** How long the client waited for the first byte; undefined where none has left. */
  readonly firstByteMs: number | undefined;
}

/** Writes the line of a request that is over. */
export type AccessLog = (level: "debug" | "info" | "error", finished: Finished) => void;

/** Their numbers in the log's lines. */
const levels = { debug: 20, info: 30 } as const;

/**
 * Makes the access log. Its lines are pino's, made here and in one piece: pino looks at each member for what might be
 * special about it, at 2 µs a line.
 */
export function createAccessLog(log: Logger): AccessLog {
  const output: unknown = Reflect.get(log, symbols.streamSym);
  if (!isDestination(output)) throw new Error("a log has a destination");
  return (level, finished) => {
    const line = toAccessLine(finished);
    if (level === "error") log.error({ ...line, err: finished.error }, "request");
    else if (log.isLevelEnabled(level)) {
      const members = JSON.stringify(line).slice(1, -1);
      output.write(`{"level":${levels[level]},"time":${Date.now()},${members},"msg":"request"}\n`);
    }
  };
}

function isDestination(value: unknown): value is DestinationStream {
  return typeof value === "object" && value !== null && "write" in value && typeof value.write === "function";
}

/** One line of the access log. Names and counts only: no body, no header of the client's, no key. */
function toAccessLine(finished: Finished): Readonly<Record<string, unknown>> {
  const { request, response, served, error, firstByteMs } = finished;
  const journey = served?.journey;
  const usage = served?.usage;
  const costNanoUsd = served?.costNanoUsd;
  return {
    request_id: finished.requestId,
    method: request.method,
    path: pathOf(request),
    status: error?.errorName === "client_closed_request" ? error.status : response.statusCode,
    ms: tenths(finished.durationMs),
    first_byte_ms: firstByteMs === undefined ? undefined : tenths(firstByteMs),
    key: served?.key,
    model: served?.model,
    stream: served?.stream,
    deployment: journey?.deployment,
    attempts: journey?.attempts,
    changes: journey === undefined ? undefined : toChangesHeader(journey.changes),
    // Counts side by side: an object inside the line costs as much as the rest of it.
    tokens_in: usage && inputOf(usage),
    tokens_cached: usage && cachedOf(usage),
    tokens_cache_written: usage?.cacheWrite && writtenOf(usage),
    tokens_tools: usage?.toolPrompt,
    tokens_out: usage && outputOf(usage),
    tokens_reasoning: usage?.reasoning,
    ...(usage?.media && mediaIn(usage.media)),
    usage: journey && provenanceOf(usage),
    // null: what was used has no price. Absent: nothing was used.
    cost_usd: usage && (costNanoUsd === undefined ? null : (journey?.costUsd ?? toDecimalUsd(costNanoUsd))),
    error: error?.errorName,
  };
}

/** Sound and pictures, which most requests have none of. */
function mediaIn(media: MediaTokens): Readonly<Record<string, number>> {
  return {
    tokens_audio_in: media.audioInput + media.audioCacheRead,
    tokens_image_in: media.imageInput + media.imageCacheRead,
    tokens_audio_out: media.audioOutput,
    tokens_image_out: media.imageOutput,
  };
}

function tenths(ms: number): number {
  return Math.round(ms * 10) / 10;
}

/** Without the query: some clients put keys there. */
function pathOf({ url = "" }: IncomingMessage): string {
  const query = url.indexOf("?");
  const path = query < 0 ? url : url.slice(0, query);
  return path.includes("sk-") ? path.replace(keyInPath, "sk-***") : path;
}

/** Paths of the admin API may hold a key, as LiteLLM's do. */
const keyInPath = /(?<![a-z\d])sk-[^/]*/gi;
