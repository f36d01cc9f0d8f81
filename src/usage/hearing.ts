import type { AnyBody } from "../operations/types.ts";

/** Listens to the chunks of a request's streams: enough to estimate what they took, where nobody counts it. */
export interface Hearing {
  readonly add: (chunk: AnyBody) => void;
  /** Bytes of text, calls of tools among it, that came of one part of the request, by its place among them. */
  readonly bytesOf: (part: number) => number;
  /** Whether all choices of a part have ended, as they do when their upstream has nothing more to say. */
  readonly isFinished: (part: number) => boolean;
  /** The class of service that answered it, as it was said last. */
  readonly tierOf: (part: number) => string | undefined;
}

/** Begins to listen. `firstIndexes` are the index of the first choice of each part, in order. */
export function createHearing(firstIndexes: readonly number[]): Hearing {
  const bytes = firstIndexes.map(() => 0);
  /** How many choices of each part have ended, and the last index that was heard. */
  const ended = firstIndexes.map(() => 0);
  const last = [...firstIndexes];
  const tiers: (string | undefined)[] = firstIndexes.map(() => undefined);
  const partOf = (index: number): number => {
    if (firstIndexes.length === 1) return 0;
    return Math.max(
      0,
      firstIndexes.findLastIndex((first) => first <= index),
    );
  };
  return {
    add(chunk) {
      for (const choice of chunk.choices) {
        const part = partOf(choice.index);
        bytes[part] = (bytes[part] ?? 0) + bytesOfChoice(choice);
        tiers[part] = tierIn(chunk) ?? tiers[part];
        if (choice.index > (last[part] ?? 0)) last[part] = choice.index;
        if (choice.finish_reason != null) ended[part] = (ended[part] ?? 0) + 1;
      }
    },
    isFinished: (part) => (ended[part] ?? 0) > (last[part] ?? 0) - (firstIndexes[part] ?? 0),
    bytesOf: (part) => bytes[part] ?? 0,
    tierOf: (part) => tiers[part],
  };
}

/** Bytes of text of a whole answer, calls of tools among it. */
export function bytesOfWhole(body: object): number {
  const choices = "choices" in body && Array.isArray(body.choices) ? body.choices : [];
  let bytes = 0;
  for (const choice of choices) if (isObject(choice)) bytes += bytesOfChoice(choice);
  return bytes;
}

/** The class of service that an answer or a chunk names. */
export function tierIn(body: object): string | undefined {
  return "service_tier" in body && typeof body.service_tier === "string" ? body.service_tier : undefined;
}

/** Bytes of what a choice says, in a whole answer, in a chunk or in a legacy completion. */
function bytesOfChoice(choice: object): number {
  if ("delta" in choice) return bytesOfMessage(choice.delta);
  if ("message" in choice) return bytesOfMessage(choice.message);
  return "text" in choice ? bytesOf(choice.text) : 0;
}

function bytesOfMessage(message: unknown): number {
  if (!isObject(message)) return 0;
  let bytes = "content" in message ? bytesOf(message.content) : 0;
  if ("reasoning_content" in message) bytes += bytesOf(message.reasoning_content);
  else if ("reasoning" in message) bytes += bytesOf(message.reasoning);
  if ("refusal" in message) bytes += bytesOf(message.refusal);
  const calls = "tool_calls" in message && Array.isArray(message.tool_calls) ? message.tool_calls : [];
  for (const call of calls) bytes += bytesOfCall(call);
  if ("function_call" in message) bytes += bytesOfCall(message.function_call);
  return bytes;
}

/** What a call says: the JSON around it is no text of the model's, and a stream sends it anew with each piece. */
function bytesOfCall(call: unknown): number {
  if (!isObject(call)) return 0;
  const said = bytesOf(Reflect.get(call, "name")) + bytesOf(Reflect.get(call, "arguments"));
  const custom = bytesOf(Reflect.get(call, "input"));
  return said + custom + bytesOfCall(Reflect.get(call, "function")) + bytesOfCall(Reflect.get(call, "custom"));
}

function bytesOf(text: unknown): number {
  return typeof text === "string" ? Buffer.byteLength(text) : 0;
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}
