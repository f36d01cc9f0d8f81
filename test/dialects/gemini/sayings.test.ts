import { describe, expect, test } from "vitest";
import {
  validateCreateChatCompletionResponse,
  validateCreateChatCompletionStreamResponse,
} from "../../../generated/validators/openai.exact.mjs";
import { validateGenerateContentResponse } from "../../../generated/validators/vertex.tolerant.mjs";
import { GatewayError } from "../../../src/errors.ts";
import type { ChatChunk, ChatCompletion, Piece } from "../../../src/operations/types.ts";
import { createEventReader } from "../../../src/upstream/events.ts";
import fc from "../../_fc.ts";
import { streamProblems } from "../../_stream-rules.ts";
import { spoiled } from "../openai/_arbitrary.ts";
import { cutting, events, type Saying, saying, whole } from "./_sayings.ts";
import { open } from "./_translate.ts";

type Message = ChatCompletion["choices"][number]["message"];

const tools = ["find", "get_weather"].map((name) => ({ type: "function", function: { name } }));
const asking = () => open({ tools });

function readWhole(body: unknown): ChatCompletion | GatewayError {
  const answer = asking().response(body, JSON.stringify(body));
  if (answer instanceof GatewayError) return answer;
  const leaving: unknown = JSON.parse(JSON.stringify(answer.body));
  expect(validateCreateChatCompletionResponse(leaving) ? [] : validateCreateChatCompletionResponse.errors).toEqual([]);
  return answer.body;
}

/** The chunks of a stream, each held against the spec, and how it failed. */
function readStream(data: readonly string[]): { chunks: readonly ChatChunk[]; failure: GatewayError | undefined } {
  const fold = asking().stream();
  const chunks: ChatChunk[] = [];
  const take = (made: readonly Piece<ChatChunk>[] | GatewayError): GatewayError | undefined => {
    if (made instanceof GatewayError) return made;
    for (const { chunk } of made) {
      const leaving: unknown = JSON.parse(JSON.stringify(chunk));
      const fits = validateCreateChatCompletionStreamResponse(leaving);
      expect(fits ? [] : validateCreateChatCompletionStreamResponse.errors).toEqual([]);
      chunks.push(chunk);
    }
    return undefined;
  };
  for (const one of data) {
    const failure = take(fold.onEvent(one));
    if (failure !== undefined) return { chunks, failure };
  }
  return { chunks, failure: take(fold.onEnd()) };
}

/** What a client has put together from the chunks of one choice. */
function gathered(chunks: readonly ChatChunk[]): { message: object; finish: unknown } {
  const message: Record<string, unknown> = { content: "", reasoning_content: "" };
  const lists: Record<"tool_calls" | "images" | "annotations", unknown[]> = {
    tool_calls: [],
    images: [],
    annotations: [],
  };
  let finish: unknown;
  for (const { delta, finish_reason } of chunks.flatMap((chunk) => chunk.choices)) {
    message["content"] += delta.content ?? "";
    message["reasoning_content"] += delta.reasoning_content ?? "";
    if (delta.extra_content != null) message["extra_content"] = delta.extra_content;
    for (const { index, ...call } of delta.tool_calls ?? []) lists.tool_calls[index] = call;
    lists.images.push(...(delta.images ?? []));
    lists.annotations.push(...(delta.annotations ?? []));
    finish ??= finish_reason;
  }
  return { message: { ...message, ...lists }, finish };
}

/** The same of a whole answer. */
function told({ content, reasoning_content, extra_content, tool_calls, images, annotations }: Message): object {
  return {
    content: content ?? "",
    reasoning_content: reasoning_content ?? "",
    ...(extra_content != null && { extra_content }),
    tool_calls: tool_calls ?? [],
    images: images ?? [],
    annotations: annotations ?? [],
  };
}

const many = { numRuns: 1500 };
const textsOf = (one: Saying, cut: Parameters<typeof events>[1]) =>
  events(one, cut).map((event) => JSON.stringify(event));

describe("any answer of Gemini's", () => {
  test("the answers made here are ones that Gemini may give", () => {
    fc.assert(
      fc.property(saying, (one) => {
        expect(validateGenerateContentResponse(whole(one))).toBe(true);
      }),
      many,
    );
  });

  test("is a valid answer of OpenAI's, whole", () => {
    fc.assert(
      fc.property(saying, (one) => {
        expect(readWhole(whole(one))).not.toBeInstanceOf(GatewayError);
      }),
      many,
    );
  });

  test("says the same as a stream, however it is cut into events", () => {
    fc.assert(
      fc.property(saying, cutting, (one, cut) => {
        const answer = readWhole(whole(one));
        if (answer instanceof GatewayError) throw answer;
        const { chunks, failure } = readStream(textsOf(one, cut));
        expect(failure).toBeUndefined();
        expect(streamProblems([...chunks.map((chunk) => JSON.stringify(chunk)), "[DONE]"], false)).toEqual([]);
        const [choice] = answer.choices;
        const { message, finish } = gathered(chunks);
        expect(message).toEqual(choice && told(choice.message));
        expect(finish).toBe(choice?.finish_reason);
      }),
      many,
    );
  });

  test("is the same stream wherever its bytes are cut", () => {
    const ends = fc.constantFrom("\r\n", "\n", "\r");
    fc.assert(
      fc.property(saying, cutting, ends, (one, cut, end) => {
        const data = textsOf(one, cut);
        const want = readStream(data).chunks;
        const bytes = Buffer.from(data.map((text) => `data: ${text}${end}${end}`).join(""));
        for (let at = 0; at <= bytes.length; at++) {
          const reader = createEventReader();
          const read = [...reader.push(bytes.subarray(0, at)), ...reader.push(bytes.subarray(at))];
          const { events: rest } = reader.end();
          if ([...read, ...rest].join("\n") !== data.join("\n")) expect.fail(`other events when cut at ${at}`);
        }
        const reader = createEventReader();
        const bytewise = Array.from(bytes, (byte) => reader.push(Uint8Array.of(byte))).flat();
        expect(readStream([...bytewise, ...reader.end().events]).chunks).toEqual(want);
      }),
      { numRuns: 60 },
    );
  });
});

describe("what is no answer of Gemini's", () => {
  test("is a valid answer or a failure, whole", () => {
    let fine = 0;
    fc.assert(
      fc.property(spoiled(saying.map(whole)), (body) => {
        if (!(readWhole(body) instanceof GatewayError)) fine++;
      }),
      { numRuns: 3000 },
    );
    expect(fine).toBeGreaterThan(300);
  });

  test("is valid chunks and an end, or a failure, as a stream", () => {
    let fine = 0;
    const spoiledEvents = fc.tuple(saying, cutting).chain(([one, cut]) => spoiled(fc.constant([...events(one, cut)])));
    fc.assert(
      fc.property(spoiledEvents, (list) => {
        const data = (Array.isArray(list) ? list : [list]).map((event) => JSON.stringify(event) ?? "");
        const { chunks, failure } = readStream(data);
        if (failure === undefined) fine++;
        const end = failure === undefined ? "[DONE]" : JSON.stringify(failure.toEnvelope());
        expect(streamProblems([...chunks.map((chunk) => JSON.stringify(chunk)), end], false)).toEqual([]);
      }),
      { numRuns: 3000 },
    );
    expect(fine).toBeGreaterThan(300);
  });
});
