import { messageFor } from "../anthropic/answer.ts";
import { promptOf } from "../anthropic/ask.ts";
import { eventsOf } from "../anthropic/events.ts";
import type { Message, StreamEvent } from "../anthropic/types.ts";
import { isObject, parseJson } from "../json.ts";
import type { Answer } from "../script.ts";
import type { Reply } from "../write.ts";
import { openClaude } from "./claude.ts";
import { claudeName } from "./families.ts";
import { chunkOf } from "./frames.ts";
import { guardOf, type Guarded, guardedBody, usualBlock } from "./guardrail.ts";
import { invalid, refusal } from "./refusals.ts";
import { type Extra, replyFrames, replyJson, replyRefused } from "./reply.ts";
import { type IncomingCall, type Setting, unusual } from "./respond.ts";
import { texts } from "./texts.ts";

const latencyMs = 321;
const firstByteMs = 120;

/** Answers a request in Claude's own form. The other models that chat are played by Converse alone. */
export function respondInvoke({ text, model, stream, headers }: IncomingCall, { director, script }: Setting): Reply {
  const name = claudeName(model.id);
  if (name === undefined) return replyRefused(invalid(texts.notPlayed(model.id)));
  const body = parseJson(text);
  if (!isObject(body)) return replyRefused(invalid(texts.malformed("expected a JSON object")));
  const guard = guardOf(headers);
  if (guard?.version === "") return replyRefused(invalid(texts.noGuardrail()));
  const opened = openClaude(body, name, stream, script);
  if ("wrong" in opened) return replyRefused(invalid(opened.wrong));
  const { checked } = opened;
  const prompt = { ...promptOf(checked, stream), model: model.id };
  const answer = director.pick(prompt);
  if (answer === undefined && director.otherwise === "fail") return replyRefused(refusal(500, texts.noAnswer()));
  const given = answer ?? {};
  const early = unusual(given) ?? asWritten(given, stream);
  if (early !== undefined) return early;
  const { blocked, ...rest } = given;
  // A guardrail speaks in place of the model; without one the model refuses by itself.
  const spoken =
    guard === undefined ? given : blocked === undefined ? rest : { ...rest, text: rest.text ?? usualBlock };
  const message = messageFor({ checked, prompt, answer: spoken });
  const guarded = guard === undefined ? {} : guardedBody(guard, blocked);
  return stream
    ? replyFrames(chunksOf(message, guarded, given), given, streamHeaders)
    : replyJson({ ...message, ...guarded }, given, countHeaders(message));
}

const streamHeaders: Extra = { "x-amzn-bedrock-content-type": "application/json" };

function asWritten(answer: Answer, stream: boolean): Reply | undefined {
  if (answer.events === undefined) return undefined;
  return stream ? replyFrames(answer.events.map(chunkOf), answer, streamHeaders) : replyJson(answer.events[0], answer);
}

/**
 * Claude's own events, each in a frame; what the call took and what a guardrail did stand in the last one. Pings come
 * only where asked for.
 */
function chunksOf(message: Message, guarded: Guarded, answer: Answer): readonly Uint8Array[] {
  const events = eventsOf(message, answer);
  const wanted = answer.quirks?.includes("pings") === true ? events : events.filter(({ type }) => type !== "ping");
  const more = { "amazon-bedrock-invocationMetrics": metricsOf(message), ...guarded };
  return wanted.map((event: StreamEvent) => chunkOf(event.type === "message_stop" ? { ...event, ...more } : event));
}

function metricsOf({ usage }: Message): object {
  const { cache_read_input_tokens: read, cache_creation_input_tokens: written } = usage;
  return {
    inputTokenCount: usage.input_tokens,
    outputTokenCount: usage.output_tokens,
    invocationLatency: latencyMs,
    firstByteLatency: firstByteMs,
    ...((read ?? 0) + (written ?? 0) > 0 && { cacheReadInputTokenCount: read, cacheWriteInputTokenCount: written }),
  };
}

function countHeaders({ usage }: Message): Extra {
  return {
    "x-amzn-bedrock-input-token-count": String(usage.input_tokens),
    "x-amzn-bedrock-output-token-count": String(usage.output_tokens),
    "x-amzn-bedrock-invocation-latency": String(latencyMs),
    "x-amzn-bedrock-cache-read-input-token-count": String(usage.cache_read_input_tokens ?? 0),
    "x-amzn-bedrock-cache-write-input-token-count": String(usage.cache_creation_input_tokens ?? 0),
  };
}
