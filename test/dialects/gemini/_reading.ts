import { expect } from "vitest";
import type { Facts } from "../../../src/dialects/dialect.ts";
import type { GeminiContext } from "../../../src/dialects/gemini/chat/context.ts";
import { fromGenerateContent } from "../../../src/dialects/gemini/chat/response.ts";
import { foldGenerateContent } from "../../../src/dialects/gemini/chat/stream.ts";
import { GatewayError } from "../../../src/errors.ts";
import { violationOf } from "../../../src/operations/conformance.ts";
import type { Change, ChatChunk, ChatCompletion, ChatUsage } from "../../../src/operations/types.ts";
import { toChatUsage } from "../../../src/usage/chat-usage.ts";

/** Facts as the gateway hands them over. */
export const facts: Facts = {
  upstreamModel: "gemini-2.5-flash",
  host: "vertex",
  responseModel: "some-model",
  callId: "c0ffee",
  createdSec: 1_790_000_000,
};

/** What the way back knows of a plain request, and what a case has otherwise. */
export function contextFor(members: Partial<GeminiContext> = {}): GeminiContext {
  const plain: GeminiContext = {
    facts,
    tools: new Map(),
    legacyCalls: false,
    onlyFirstCall: false,
    answerTool: undefined,
    quoted: false,
    audio: undefined,
    codeExecution: false,
    places: (usual) => usual,
  };
  return { ...plain, ...members };
}

/** A candidate of these parts that ended well. */
export const candidateOf = (parts: readonly object[], more: object = {}): object => ({
  content: { role: "model", parts },
  finishReason: "STOP",
  ...more,
});

/** A whole answer of one candidate. */
export const answerOf = (parts: readonly object[], more: object = {}): object => ({
  candidates: [candidateOf(parts, more)],
});

/** An event of a stream with these parts, that does not end it. */
export const eventOf = (parts: readonly object[], more: object = {}): object => ({
  candidates: [{ content: { role: "model", parts }, ...more }],
});

/** The end of a stream, in an event of its own. */
export const stop: object = { candidates: [{ finishReason: "STOP" }] };

/** What the client gets of a whole answer; it must be valid. Fails: throws the failure it is. */
export function whole(body: object, context: GeminiContext = contextFor()): ChatCompletion {
  const answer = read(body, context);
  if (answer instanceof GatewayError) throw answer;
  expect(violationOf(answer.body)).toBeUndefined();
  return answer.body;
}

/** The only choice of a whole answer. */
export function choiceOf(body: object, context: GeminiContext = contextFor()): ChatCompletion["choices"][number] {
  const [choice] = whole(body, context).choices;
  if (choice === undefined) throw new Error("no choice");
  return choice;
}

/** A whole answer as it is read, failures too. */
export function read(body: object, context: GeminiContext = contextFor()): ReturnType<typeof fromGenerateContent> {
  return fromGenerateContent(JSON.parse(JSON.stringify(body)), context);
}

/** What a whole answer held and the client does not see. */
export function toldOf(body: object, context: GeminiContext = contextFor()): readonly string[] {
  const answer = read(body, context);
  if (answer instanceof GatewayError) throw answer;
  return answer.changes.map(toText);
}

const toText = ({ verb, path }: Change): string => `${verb}:${path}`;

/** A stream as the client gets it: its chunks, and the failure that ended it. */
export interface Streamed {
  readonly chunks: readonly ChatChunk[];
  readonly failure: GatewayError | undefined;
  readonly usage: ChatUsage | undefined;
  readonly told: readonly string[];
}

/** Folds events; each chunk must be valid. Texts go in as they are. */
export function streamed(events: readonly (object | string)[], context: GeminiContext = contextFor()): Streamed {
  const fold = foldGenerateContent(context);
  const chunks: ChatChunk[] = [];
  let failure: GatewayError | undefined;
  const texts = events.map((event) => (typeof event === "string" ? event : JSON.stringify(event)));
  for (const step of [...texts.map((text) => () => fold.onEvent(text)), fold.onEnd]) {
    const made = step();
    if (made instanceof GatewayError) {
      failure = made;
      break;
    }
    for (const { chunk } of made) {
      expect(violationOf(chunk), JSON.stringify(chunk)).toBeUndefined();
      chunks.push(chunk);
    }
  }
  const usage = fold.usage();
  return { chunks, failure, usage: usage && toChatUsage(usage), told: fold.changes().map(toText) };
}

/** The deltas of a choice after the first, which says who speaks; the last is that of its end. */
export function deltasOf(
  { chunks }: Pick<Streamed, "chunks">,
  index = 0,
): readonly ChatChunk["choices"][number]["delta"][] {
  return chunks
    .flatMap(({ choices }) => choices)
    .filter((choice) => choice.index === index)
    .slice(1)
    .map(({ delta }) => delta);
}

/** The finish reasons of a stream's choices, those that are none left out. */
export function finishesOf({ chunks }: Pick<Streamed, "chunks">): readonly (readonly [number, string])[] {
  return chunks
    .flatMap(({ choices }) => choices)
    .flatMap(({ index, finish_reason }) => (finish_reason === null ? [] : [[index, finish_reason] as const]));
}
