import { describe, expect, test } from "vitest";
import { validateMessage, validateMessageStreamEvent } from "../../../generated/validators/anthropic.exact.mjs";
import {
  validateCreateChatCompletionResponse,
  validateCreateChatCompletionStreamResponse,
} from "../../../generated/validators/openai.exact.mjs";
import type { AnthropicContext, ClientTool } from "../../../src/dialects/anthropic/chat/context.ts";
import { fromMessage } from "../../../src/dialects/anthropic/chat/response.ts";
import { foldMessageStream } from "../../../src/dialects/anthropic/chat/stream.ts";
import { GatewayError } from "../../../src/errors.ts";
import type { ChatChunk, ChatCompletion, ChatUsage, Piece } from "../../../src/operations/types.ts";
import { toChatUsage } from "../../../src/usage/chat-usage.ts";
import fc from "../../_fc.ts";
import { streamProblems } from "../../_stream-rules.ts";
import { spoiled } from "../openai/_arbitrary.ts";
import { contextFor } from "./_reading.ts";
import { cutting, events, type Saying, saying, whole } from "./_sayings.ts";

type Message = ChatCompletion["choices"][number]["message"];

const tools: ReadonlyMap<string, ClientTool> = new Map<string, ClientTool>([
  ["renamed", { name: "re.named", kind: "function", members: new Map([["a", "a b"]]) }],
  ["free", { name: "free", kind: "custom", members: new Map() }],
]);

/** What the way back may know of a request. */
const context: fc.Arbitrary<AnthropicContext> = fc
  .record({
    legacyCalls: fc.boolean(),
    onlyFirstCall: fc.boolean(),
    answerTool: fc.constantFrom(undefined, "json"),
    fenced: fc.boolean(),
    showsThoughts: fc.boolean(),
  })
  .map((members) => contextFor({ tools: members.legacyCalls ? new Map() : tools, ...members }));

function readWhole(body: unknown, known: AnthropicContext): ChatCompletion | GatewayError {
  const answer = fromMessage(body, known);
  if (answer instanceof GatewayError) return answer;
  const leaving: unknown = JSON.parse(JSON.stringify(answer.body));
  expect(validateCreateChatCompletionResponse(leaving) ? [] : validateCreateChatCompletionResponse.errors).toEqual([]);
  return answer.body;
}

interface Read {
  readonly chunks: readonly ChatChunk[];
  readonly failure: GatewayError | undefined;
  readonly usage: ChatUsage | undefined;
}

/** The chunks of a stream, each held against the spec, and how it failed. */
function readStream(data: readonly string[], known: AnthropicContext): Read {
  const fold = foldMessageStream(known);
  const chunks: ChatChunk[] = [];
  let failure: GatewayError | undefined;
  const take = (made: readonly Piece<ChatChunk>[] | GatewayError): void => {
    if (made instanceof GatewayError) failure = made;
    else chunks.push(...made.map(({ chunk }) => chunk));
  };
  for (const one of data) if (failure === undefined) take(fold.onEvent(one));
  if (failure === undefined) take(fold.onEnd());
  for (const chunk of chunks) {
    const leaving: unknown = JSON.parse(JSON.stringify(chunk));
    const fits = validateCreateChatCompletionStreamResponse(leaving);
    expect(fits ? [] : validateCreateChatCompletionStreamResponse.errors).toEqual([]);
  }
  const usage = fold.usage();
  return { chunks, failure, usage: usage && toChatUsage(usage) };
}

/** What a client has put together from the chunks. */
function gathered(chunks: readonly ChatChunk[]): { message: object; finish: unknown } {
  const message: Record<string, unknown> = { content: "", reasoning_content: "", refusal: null };
  const thinking: unknown[] = [];
  const annotations: unknown[] = [];
  const calls: Record<string, unknown>[] = [];
  let legacy: { name: string; arguments: string } | undefined;
  let finish: unknown;
  for (const { delta, finish_reason } of chunks.flatMap((chunk) => chunk.choices)) {
    message["content"] += delta.content ?? "";
    message["reasoning_content"] += delta.reasoning_content ?? "";
    message["refusal"] = delta.refusal ?? message["refusal"];
    thinking.push(...(delta.thinking_blocks ?? []));
    annotations.push(...(delta.annotations ?? []));
    if (delta.function_call != null) {
      const { name = "", arguments: args = "" } = delta.function_call;
      legacy = { name: (legacy?.name ?? "") + name, arguments: (legacy?.arguments ?? "") + args };
    }
    for (const { index, ...call } of delta.tool_calls ?? []) {
      const known = calls[index];
      if (known === undefined) calls[index] = { ...call };
      else
        known["function"] = {
          ...call.function,
          ...Object(known["function"]),
          arguments: joined(known, call.function?.arguments),
        };
    }
    finish ??= finish_reason;
  }
  return { message: { ...message, thinking, annotations, calls, legacy }, finish };
}

function joined(call: Record<string, unknown>, more = ""): string {
  const before: unknown = Reflect.get(Object(call["function"]), "arguments");
  return `${typeof before === "string" ? before : ""}${more}`;
}

/** The same of a whole answer. */
function told(message: Message): object {
  const { content, reasoning_content, refusal, tool_calls, function_call, thinking_blocks, annotations } = message;
  return {
    content: content ?? "",
    reasoning_content: reasoning_content ?? "",
    refusal,
    thinking: thinking_blocks ?? [],
    annotations: annotations ?? [],
    calls: tool_calls ?? [],
    legacy: function_call ?? undefined,
  };
}

const many = { numRuns: 1500 };
const textsOf = (one: Saying, cut: Parameters<typeof events>[1]) => events(one, cut).map((one) => JSON.stringify(one));

describe("any answer of Claude's", () => {
  test("the answers made here are ones that Claude may give", () => {
    fc.assert(
      fc.property(saying, cutting, (one, cut) => {
        expect(validateMessage(whole(one)) ? [] : validateMessage.errors).toEqual([]);
        for (const event of events(one, cut)) {
          expect(validateMessageStreamEvent(event) ? [] : validateMessageStreamEvent.errors).toEqual([]);
        }
      }),
      { numRuns: 300 },
    );
  });

  test("is a valid answer of OpenAI's, and says the same as a stream, however it is cut into events", () => {
    fc.assert(
      fc.property(saying, cutting, context, (one, cut, known) => {
        const answer = readWhole(whole(one), known);
        if (answer instanceof GatewayError) throw answer;
        const { chunks, failure, usage } = readStream(textsOf(one, cut), known);
        expect(failure).toBeUndefined();
        expect(streamProblems([...chunks.map((chunk) => JSON.stringify(chunk)), "[DONE]"], false)).toEqual([]);
        const [choice] = answer.choices;
        const { message, finish } = gathered(chunks);
        expect(message).toEqual(choice && told(choice.message));
        expect(finish).toBe(choice?.finish_reason);
        expect(usage).toEqual(answer.usage);
      }),
      many,
    );
  });
});

describe("what is no answer of Claude's", () => {
  test("is a valid answer or a failure, whole", () => {
    let fine = 0;
    fc.assert(
      fc.property(spoiled(saying.map(whole)), context, (body, known) => {
        if (!(readWhole(body, known) instanceof GatewayError)) fine++;
      }),
      { numRuns: 2000 },
    );
    expect(fine).toBeGreaterThan(300);
  });

  test("is valid chunks and an end, or a failure, as a stream", () => {
    let fine = 0;
    const spoiledEvents = fc.tuple(saying, cutting).chain(([one, cut]) => spoiled(fc.constant([...events(one, cut)])));
    fc.assert(
      fc.property(spoiledEvents, context, (list, known) => {
        const data = (Array.isArray(list) ? list : [list]).map((event) => JSON.stringify(event) ?? "");
        const { chunks, failure } = readStream(data, known);
        if (failure === undefined) fine++;
        const end = failure === undefined ? "[DONE]" : JSON.stringify(failure.toEnvelope());
        expect(streamProblems([...chunks.map((chunk) => JSON.stringify(chunk)), end], false)).toEqual([]);
      }),
      { numRuns: 2000 },
    );
    expect(fine).toBeGreaterThan(300);
  });
});
