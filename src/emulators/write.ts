import type { ServerResponse } from "node:http";
import { setImmediate, setTimeout } from "node:timers/promises";
import { durationMs } from "./duration.ts";
import type { Answer } from "./script.ts";

/** An answer as bytes, and how they go out. */
export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** The body in order. Of a stream, one frame per event. */
  readonly frames: readonly (string | Uint8Array)[];
  readonly faults?: Faults | undefined;
}

/** How an answer is spoiled. */
export type Faults = Pick<Answer, "delay" | "write_bytes" | "cut" | "headers">;

/** How writing ended: the answer is whole, the script cuts it here, or the client is gone. */
export type Written = "whole" | "cut" | "left";

/**
 * Writes a reply, spoiled as its faults say. Breaking the connection is left to the caller.
 *
 * Fails: with an AbortError when the client leaves during a pause.
 */
export async function writeReply(response: ServerResponse, reply: Reply, signal: AbortSignal): Promise<Written> {
  const { delay, cut, headers, write_bytes } = reply.faults ?? {};
  await pause(durationMs(delay?.headers), signal);
  if (cut !== undefined && cut.after_events === undefined && cut.after_bytes === undefined) return "cut";
  response.writeHead(reply.status, { ...reply.headers, ...headers });
  if (delay === undefined && cut === undefined && write_bytes === undefined && reply.frames.length === 1) {
    response.end(reply.frames[0]);
    return "whole";
  }
  response.flushHeaders();
  await pause(durationMs(delay?.first_byte), signal);
  await writeFrames(response, reply, signal);
  if (signal.aborted) return "left";
  if (cut !== undefined && cut.clean !== true) return "cut";
  await pause(durationMs(delay?.end), signal);
  response.end();
  return "whole";
}

/** Writes the frames as far as the cut. */
async function writeFrames(response: ServerResponse, reply: Reply, signal: AbortSignal): Promise<void> {
  const { delay, cut, write_bytes } = reply.faults ?? {};
  const betweenMs = durationMs(delay?.between);
  let bytesLeft = cut?.after_bytes ?? Infinity;
  for (const [index, frame] of reply.frames.slice(0, cut?.after_events).entries()) {
    if (bytesLeft <= 0 || signal.aborted) return;
    if (index > 0) await pause(betweenMs, signal);
    const bytes =
      typeof frame === "string" ? Buffer.from(frame) : Buffer.from(frame.buffer, frame.byteOffset, frame.byteLength);
    await writePieces(response, bytes.subarray(0, bytesLeft), write_bytes, signal);
    bytesLeft -= bytes.length;
  }
}

async function writePieces(
  response: ServerResponse,
  bytes: Buffer,
  size: number | undefined,
  signal: AbortSignal,
): Promise<void> {
  const step = size ?? Math.max(bytes.length, 1);
  for (let at = 0; at < bytes.length && !signal.aborted; at += step) {
    await write(response, bytes.subarray(at, at + step), signal);
    // A turn of the event loop between two small writes keeps them apart on the wire.
    if (size !== undefined) await setImmediate();
  }
}

/** Resolves when the kernel has the bytes, so that a cut right after them does not take them along. */
function write(response: ServerResponse, bytes: Buffer, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      signal.removeEventListener("abort", done);
      resolve();
    };
    signal.addEventListener("abort", done);
    response.write(bytes, done);
  });
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  if (ms > 0) await setTimeout(ms, undefined, { signal });
}
