import {
  validateCreateChatCompletionResponse,
  validateCreateChatCompletionStreamResponse,
  validateCreateCompletionResponse,
} from "../../generated/validators/openai.exact.mjs";
import { validateCreateCompletionRequest } from "../../generated/validators/openai.received.mjs";
import type { Audit } from "../../src/dialects/audit.ts";
import type { ChatOperation, Facts, Fold } from "../../src/dialects/dialect.ts";
import { GatewayError } from "../../src/errors.ts";
import { completionsOverChat } from "../../src/operations/completions/over-chat.ts";
import type {
  Change,
  ChatChunk,
  ChatCompletion,
  ChatRequest,
  Completion,
  CompletionAnswer,
  CompletionRequest,
} from "../../src/operations/types.ts";

export const facts: Facts = {
  upstreamModel: "some-chat-model",
  host: "somewhere",
  responseModel: "some-model",
  callId: "0123456789ab",
  createdSec: 1_790_000_000,
};

/** A request for legacy completions; without a model it asks for `m`. */
export function asRequest(members: object): CompletionRequest {
  // More texts to stop at than OpenAI takes are checked apart, as the gateway does.
  const stop: unknown = Reflect.get(members, "stop");
  const many = Array.isArray(stop) && stop.length > 4 ? { stop: stop.map(String) } : {};
  const request: unknown = { model: "m", ...members, ...("stop" in many ? { stop: null } : {}) };
  if (validateCreateCompletionRequest(request)) return { ...request, ...many };
  throw new Error(`not a request: ${JSON.stringify(validateCreateCompletionRequest.errors)}`);
}

/** What a chat dialect is made to say in a test. */
export interface FakeChat {
  readonly leastEffort?: ChatOperation["leastEffort"];
  readonly audit?: Audit<ChatRequest>;
  /** Notices of its translator. */
  readonly changes?: readonly Change[];
  /** Refuses every request. */
  readonly refusal?: GatewayError;
}

const noFates: ChatOperation["fates"] = {
  requestShape: { key: "" },
  request: {},
  responseShape: { key: "" },
  response: {},
  conditions: {},
  unknown: "reported",
};

/** Completions over a chat operation that takes every request as it is and reads chat's own answers. */
export function overFakeChat({
  leastEffort,
  audit = () => [],
  changes = [],
  refusal,
}: FakeChat = {}): ReturnType<typeof completionsOverChat> {
  const chat: ChatOperation = {
    fates: noFates,
    leastEffort,
    open(request) {
      if (refusal !== undefined) throw refusal;
      return {
        body: request,
        changes,
        response(body) {
          if (!validateCreateChatCompletionResponse(body)) throw new Error("not a chat answer");
          return { body, usage: undefined, changes: [] };
        },
        stream: foldOwn,
      };
    },
  };
  return completionsOverChat(chat, audit);
}

/** An event holds a chat chunk as it is, or the word `cut`. */
function foldOwn(): Fold<ChatChunk> {
  return {
    onEvent(data) {
      if (data === "cut") {
        return new GatewayError("context_length_exceeded", "Too long: 'messages[1]'.", { param: "messages[1]" });
      }
      const chunk: unknown = JSON.parse(data);
      if (!validateCreateChatCompletionStreamResponse(chunk)) throw new Error(`not a chunk: ${data}`);
      return [{ chunk }];
    },
    onEnd: () => [],
    usage: () => undefined,
    changes: () => [],
  };
}

/** The chat request that a request becomes. */
export function toChat(members: object, fake: FakeChat = {}): unknown {
  return overFakeChat(fake).operation.open(asRequest(members), facts, "unary").body;
}

/** A chat answer of one choice. */
export function chatAnswer(message: object, rest: object = {}, more: object = {}): ChatCompletion {
  const said = { role: "assistant", content: null, refusal: null, ...message };
  const body: unknown = {
    id: "chatcmpl-x",
    object: "chat.completion",
    created: 1,
    model: "up",
    choices: [{ index: 0, message: said, logprobs: null, finish_reason: "stop", ...rest }],
    ...more,
  };
  if (validateCreateChatCompletionResponse(body)) return body;
  throw new Error(`not a chat answer: ${JSON.stringify(validateCreateChatCompletionResponse.errors)}`);
}

/** A chunk of a chat answer, as an event. */
export function chatEvent(delta: object, rest: object = {}, more: object = {}): string {
  const choice = { index: 0, delta, logprobs: null, finish_reason: null, ...rest };
  return JSON.stringify({
    id: "chatcmpl-x",
    object: "chat.completion.chunk",
    created: 1,
    model: "up",
    choices: [choice],
    ...more,
  });
}

/** What a request makes of a whole chat answer. */
export function readWhole(members: object, answer: ChatCompletion): CompletionAnswer {
  const read = overFakeChat().operation.open(asRequest(members), facts, "unary").response(answer, "");
  if (read instanceof GatewayError) throw read;
  mustBeValid(read.body);
  return read;
}

/** The chunks a request makes of chat's events. */
export function readStream(members: object, events: readonly string[]): readonly Completion[] {
  const fold = overFakeChat().operation.open(asRequest(members), facts, "stream").stream();
  const made = [...events.map((event) => fold.onEvent(event)), fold.onEnd()];
  return made.flatMap((pieces) => {
    if (pieces instanceof GatewayError) throw pieces;
    return pieces.map(({ chunk }) => {
      mustBeValid(chunk);
      return chunk;
    });
  });
}

function mustBeValid(completion: Completion): void {
  if (validateCreateCompletionResponse(completion)) return;
  throw new Error(`not a completion: ${JSON.stringify(validateCreateCompletionResponse.errors)}`);
}

/** The text of a reply, read in one piece. */
export function textOfWhole(members: object, reply: string): string {
  return readWhole(members, chatAnswer({ content: reply })).body.choices[0]?.text ?? "";
}

/** The same reply in pieces. */
export function textOfPieces(members: object, pieces: readonly string[]): string {
  const events = [
    chatEvent({ role: "assistant", content: "" }),
    ...pieces.map((content) => chatEvent({ content })),
    chatEvent({}, { finish_reason: "stop" }),
  ];
  return readStream(members, events)
    .flatMap((chunk) => chunk.choices.map((choice) => choice.text))
    .join("");
}

/** A text cut into pieces before each of these places. */
export function cutAt(text: string, places: readonly number[]): readonly string[] {
  const cuts = [...new Set([0, ...places.map((at) => Math.min(at, text.length)), text.length])].sort((a, b) => a - b);
  return cuts.slice(1).map((to, i) => text.slice(cuts[i], to));
}
