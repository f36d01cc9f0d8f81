import { expect } from "vitest";
import type { AnthropicContext } from "../../../src/dialects/anthropic/chat/context.ts";
import { fromMessage } from "../../../src/dialects/anthropic/chat/response.ts";
import { foldMessageStream } from "../../../src/dialects/anthropic/chat/stream.ts";
import type { Facts } from "../../../src/dialects/dialect.ts";
import { GatewayError } from "../../../src/errors.ts";
import { violationOf } from "../../../src/operations/conformance.ts";
import type { Change, ChatChunk, ChatCompletion, ChatUsage } from "../../../src/operations/types.ts";
import { toChatUsage } from "../../../src/usage/chat-usage.ts";

/** Facts as the gateway hands them over. */
export const facts: Facts = {
  upstreamModel: "claude-sonnet-4-5",
  host: "anthropic",
  responseModel: "some-model",
  callId: "c0ffee",
  createdSec: 1_790_000_000,
};

/** What the way back knows of a plain request, and what a case has otherwise. */
export function contextFor(members: Partial<AnthropicContext> = {}): AnthropicContext {
  const plain: AnthropicContext = {
    facts,
    tools: new Map(),
    legacyCalls: false,
    onlyFirstCall: false,
    answerTool: undefined,
    fenced: false,
    showsThoughts: true,
    places: (usual) => usual,
  };
  return { ...plain, ...members };
}

/** A whole answer of these blocks that ended well. */
export const answerOf = (content: readonly object[], more: object = {}): object => ({
  id: "msg_1",
  type: "message",
  role: "assistant",
  model: "claude-sonnet-4-5-20250929",
  content,
  stop_reason: "end_turn",
  stop_sequence: null,
  ...more,
});

export const text = (said: string, more: object = {}): object => ({
  type: "text",
  text: said,
  citations: null,
  ...more,
});
export const call = (name: string, input: unknown = {}, id = "toolu_1"): object => ({
  type: "tool_use",
  id,
  name,
  input,
});

/** The event with which a stream begins. */
export const start = (usage?: object): object => ({
  type: "message_start",
  message: { ...answerOf([]), stop_reason: null, ...(usage && { usage }) },
});

/** What ends a stream. */
export const end = (stop_reason: string | null = "end_turn", more: object = {}): readonly object[] => [
  { type: "message_delta", delta: { stop_reason, stop_sequence: null, ...more } },
  { type: "message_stop" },
];

/** The events of one block: how it begins, and what comes to it. */
export const block = (index: number, content_block: object, deltas: readonly object[] = []): readonly object[] => [
  { type: "content_block_start", index, content_block },
  ...deltas.map((delta) => ({ type: "content_block_delta", index, delta })),
  { type: "content_block_stop", index },
];

export const textDelta = (said: string): object => ({ type: "text_delta", text: said });
export const json = (partial_json: string): object => ({ type: "input_json_delta", partial_json });

/** The events of a block of text. */
export const said = (index: number, ...texts: readonly string[]): readonly object[] =>
  block(index, text(""), texts.map(textDelta));

/** The events of a call. */
export const called = (index: number, name: string, pieces: readonly string[], id = "toolu_1"): readonly object[] =>
  block(index, call(name, {}, id), pieces.map(json));

/** What the client gets of a whole answer; it must be valid. Fails: throws the failure it is. */
export function whole(body: object, context: AnthropicContext = contextFor()): ChatCompletion {
  const answer = read(body, context);
  if (answer instanceof GatewayError) throw answer;
  expect(violationOf(answer.body)).toBeUndefined();
  return answer.body;
}

/** The only choice of a whole answer. */
export function choiceOf(body: object, context: AnthropicContext = contextFor()): ChatCompletion["choices"][number] {
  const [choice, ...others] = whole(body, context).choices;
  if (choice === undefined || others.length > 0) throw new Error("not one choice");
  return choice;
}

/** A whole answer as it is read, failures too. */
export function read(body: object, context: AnthropicContext = contextFor()): ReturnType<typeof fromMessage> {
  return fromMessage(JSON.parse(JSON.stringify(body)), context);
}

/** What a whole answer held and the client does not see. */
export function toldOf(body: object, context: AnthropicContext = contextFor()): readonly string[] {
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
  readonly isOver: boolean | undefined;
}

/** Folds events; each chunk must be valid. Texts go in as they are. */
export function streamed(events: readonly (object | string)[], context: AnthropicContext = contextFor()): Streamed {
  const fold = foldMessageStream(context);
  const chunks: ChatChunk[] = [];
  let failure: GatewayError | undefined;
  const texts = events.map((event) => (typeof event === "string" ? event : JSON.stringify(event)));
  for (const step of [...texts.map((one) => () => fold.onEvent(one)), fold.onEnd]) {
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
  return {
    chunks,
    failure,
    usage: usage && toChatUsage(usage),
    told: fold.changes().map(toText),
    isOver: fold.isOver?.(),
  };
}

/** The deltas after the first, which says who speaks; the last is that of the end. */
export function deltasOf({ chunks }: Pick<Streamed, "chunks">): readonly ChatChunk["choices"][number]["delta"][] {
  return chunks
    .flatMap(({ choices }) => choices)
    .slice(1)
    .map(({ delta }) => delta);
}

/** Why a stream finished. */
export function finishOf({ chunks }: Pick<Streamed, "chunks">): readonly (string | null)[] {
  return chunks.flatMap(({ choices }) => choices).flatMap(({ finish_reason }) => finish_reason ?? []);
}
