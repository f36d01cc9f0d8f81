import { type DestinationStream, type Logger, pino } from "pino";
import pretty from "pino-pretty";
import type { Config } from "./config/config.ts";
import { GatewayError } from "./errors.ts";

/** Where lines go. On a terminal they are for people, elsewhere JSON. */
export interface LogTarget {
  readonly isTTY: boolean;
  /** Buffered: lines leave in batches and at exit. Undefined writes to standard output. */
  readonly destination?: DestinationStream | undefined;
}

/** Lines leave together when they fill this much, or are this old: a write costs as much as many lines. */
const batchBytes = 8 * 1024;
const batchMs = 250;

/**
 * The process's log. Bodies and secrets have no way into it: lines are made of names and counts, and what is secret
 * prints as `[secret]`.
 */
export function createLog(config: Config["log"], target: LogTarget): Logger {
  const format = config.format ?? (target.isTTY ? "pretty" : "json");
  const options = { level: config.level, base: null, serializers: { err: toErrorFields } };
  if (target.destination !== undefined) return pino(options, target.destination);
  if (format === "pretty")
    return pino(options, pretty({ sync: true, ignore: "pid,hostname", translateTime: "HH:MM:ss" }));
  return pino(options, pino.destination({ sync: false, minLength: batchBytes, periodicFlush: batchMs }));
}

/** An error in the log: what it is, where it came from, and what an upstream said. */
function toErrorFields(error: unknown): Readonly<Record<string, unknown>> {
  if (!(error instanceof Error)) return { message: String(error) };
  const cause = error.cause instanceof Error ? { message: error.cause.message, stack: error.cause.stack } : error.cause;
  const name = error instanceof GatewayError ? error.errorName : error.name;
  return { name, message: error.message, cause, ...(error instanceof GatewayError ? {} : { stack: error.stack }) };
}
