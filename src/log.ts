import { createRequire } from "node:module";
import { type DestinationStream, type Logger, pino } from "pino";
import type pretty from "pino-pretty";
import type { Config } from "./config/config.ts";
import { GatewayError } from "./errors.ts";

/** Where lines go. On a terminal they are for people, elsewhere JSON. */
export interface LogTarget {
  readonly isTTY: boolean;
  /** Buffered: lines leave in batches and at exit. Undefined writes to standard output. */
  readonly destination?: DestinationStream | undefined;
}

/** Lines leave together when they fill this much, or are this old: a write costs as much as many lines. */
const batchBytes = 64 * 1024;
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
    return pino(options, loadPretty()({ sync: true, ignore: "pid,hostname", translateTime: "HH:MM:ss" }));
  return pino(options, createBatches());
}

/** Thirty modules that only a terminal needs. */
function loadPretty(): typeof pretty {
  return createRequire(import.meta.url)("pino-pretty");
}

/** Where lines are gathered, and how they are sent on their way at once. */
interface Batches extends DestinationStream {
  readonly flush: (done?: (error?: Error) => void) => void;
}

/**
 * Gathers lines on their way to standard output, as bytes at once: a text that grows by pieces is kept in pieces, and
 * to look after them, or to measure them anew for each line as pino's own destination does, cost 20 µs of a request's
 * 110.
 */
function createBatches(): Batches {
  let batch = Buffer.allocUnsafe(batchBytes);
  let used = 0;
  const leave = (): void => {
    if (used === 0) return;
    send(batch.subarray(0, used));
    // The one that is on its way is not to be written over.
    batch = Buffer.allocUnsafe(batchBytes);
    used = 0;
  };
  // Before pino's own, which writes what the output still holds.
  process.on("beforeExit", leave).on("exit", leave);
  const output = pino.destination({ sync: false, contentMode: "buffer" });
  // Its types know of texts only.
  const send = (bytes: Buffer): unknown => Reflect.apply(output.write, output, [bytes]);
  setInterval(leave, batchMs).unref();
  return {
    write(line) {
      const most = line.length * mostBytes;
      if (most > batchBytes - used) leave();
      if (most > batchBytes) send(Buffer.from(line));
      else used += batch.write(line, used);
    },
    flush(done) {
      leave();
      output.flush(done);
    },
  };
}

/** Of a character in UTF-8, as texts count them. */
const mostBytes = 3;

/** An error in the log: what it is, where it came from, and what an upstream said. */
function toErrorFields(error: unknown): Readonly<Record<string, unknown>> {
  if (!(error instanceof Error)) return { message: String(error) };
  const cause = error.cause instanceof Error ? { message: error.cause.message, stack: error.cause.stack } : error.cause;
  const name = error instanceof GatewayError ? error.errorName : error.name;
  return { name, message: error.message, cause, ...(error instanceof GatewayError ? {} : { stack: error.stack }) };
}
