import { expect } from "vitest";
import type { ConverseContext } from "../../../src/dialects/converse/chat/context.ts";
import { fromConverse } from "../../../src/dialects/converse/chat/response.ts";
import { foldConverseStream } from "../../../src/dialects/converse/chat/stream.ts";
import { GatewayError } from "../../../src/errors.ts";
import { violationOf } from "../../../src/operations/conformance.ts";
import type { Change, ChatChunk, ChatCompletion, ChatUsage } from "../../../src/operations/types.ts";
import { toChatUsage } from "../../../src/usage/chat-usage.ts";
import { factsFor, nova } from "./_translate.ts";

/** What the way back knows of a plain request, and what a case has otherwise. */
export function contextFor(members: Partial<ConverseContext> = {}): ConverseContext {
  const plain: ConverseContext = {
    facts: factsFor(nova),
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

export const usage = { inputTokens: 10, outputTokens: 5, totalTokens: 15 };

/** A whole answer of these blocks that ended well. */
export const answerOf = (content: readonly object[], more: object = {}): object => ({
  output: { message: { role: "assistant", content } },
  stopReason: "end_turn",
  usage,
  metrics: { latencyMs: 7 },
  ...more,
});

export const call = (name: string, input: unknown = {}, toolUseId = "tooluse_1"): object => ({
  toolUse: { toolUseId, name, input },
});

/** The event with which a stream begins. */
export const start: object = { messageStart: { role: "assistant", p: "ab" } };
/** More of a block. */
export const delta = (contentBlockIndex: number, delta: object): object => ({
  contentBlockDelta: { contentBlockIndex, delta, p: "abc" },
});
export const stop = (contentBlockIndex: number): object => ({ contentBlockStop: { contentBlockIndex } });
/** What ends a stream. */
export const end = (stopReason = "end_turn", more: object = {}): readonly object[] => [
  { messageStop: { stopReason } },
  { metadata: { usage, metrics: { latencyMs: 7 }, ...more } },
];

/** The events of a block of text. */
export const said = (index: number, ...texts: readonly string[]): readonly object[] => [
  ...texts.map((text) => delta(index, { text })),
  stop(index),
];

/** The events of a call. */
export const called = (
  index: number,
  name: string,
  pieces: readonly string[],
  toolUseId = "tooluse_1",
): readonly object[] => [
  { contentBlockStart: { contentBlockIndex: index, start: { toolUse: { toolUseId, name } } } },
  ...pieces.map((input) => delta(index, { toolUse: { input } })),
  stop(index),
];

/** A whole answer as it is read, failures too. */
export function read(body: object, context: ConverseContext = contextFor()): ReturnType<typeof fromConverse> {
  return fromConverse(JSON.parse(JSON.stringify(body)), context);
}

/** What the client gets of a whole answer; it must be valid. Fails: throws the failure it is. */
export function whole(body: object, context: ConverseContext = contextFor()): ChatCompletion {
  const answer = read(body, context);
  if (answer instanceof GatewayError) throw answer;
  expect(violationOf(answer.body)).toBeUndefined();
  return answer.body;
}

/** The only choice of a whole answer. */
export function choiceOf(body: object, context: ConverseContext = contextFor()): ChatCompletion["choices"][number] {
  const [choice, ...others] = whole(body, context).choices;
  if (choice === undefined || others.length > 0) throw new Error("not one choice");
  return choice;
}

/** What a whole answer held and the client does not see. */
export function toldOf(body: object, context: ConverseContext = contextFor()): readonly string[] {
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
export function streamed(events: readonly (object | string)[], context: ConverseContext = contextFor()): Streamed {
  const fold = foldConverseStream(context);
  const chunks: ChatChunk[] = [];
  let failure: GatewayError | undefined;
  const texts = events.map((event) => (typeof event === "string" ? event : JSON.stringify(event)));
  for (const step of [...texts.map((one) => () => fold.onEvent(one)), fold.onEnd]) {
    const made = step();
    if (made instanceof GatewayError) {
      failure = made;
      break;
    }
    for (const { chunk, text } of made) {
      expect(violationOf(chunk), JSON.stringify(chunk)).toBeUndefined();
      // What is written beforehand says the same.
      if (text !== undefined) expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(chunk)));
      chunks.push(chunk);
    }
  }
  const counted = fold.usage();
  return {
    chunks,
    failure,
    usage: counted && toChatUsage(counted),
    told: fold.changes().map(toText),
    isOver: fold.isOver?.(),
  };
}

/** The deltas after the first, which says who speaks; the last is that of the end. */
export function deltasOf({ chunks }: Pick<Streamed, "chunks">): readonly ChatChunk["choices"][number]["delta"][] {
  return chunks
    .flatMap(({ choices }) => choices)
    .slice(1)
    .map(({ delta: one }) => one);
}

/** Why a stream finished. */
export function finishOf({ chunks }: Pick<Streamed, "chunks">): readonly (string | null)[] {
  return chunks.flatMap(({ choices }) => choices).flatMap(({ finish_reason }) => finish_reason ?? []);
}
