import { describe, expect, test } from "vitest";
import { GatewayError } from "../../../src/errors.ts";
import { answerOf, choiceOf, contextFor, eventOf, finishesOf, read, stop, streamed, whole } from "./_reading.ts";

const text = { text: "Hm." };
const call = { functionCall: { name: "f" } };

/** Gemini's word → OpenAI's, with and without a call. */
const rows: readonly (readonly [word: string | undefined, plain: string, withCall: string])[] = [
  ["STOP", "stop", "tool_calls"],
  ["MAX_TOKENS", "length", "length"],
  ["CONTINUATION", "length", "length"],
  ["SAFETY", "content_filter", "content_filter"],
  ["RECITATION", "content_filter", "content_filter"],
  ["BLOCKLIST", "content_filter", "content_filter"],
  ["PROHIBITED_CONTENT", "content_filter", "content_filter"],
  ["SPII", "content_filter", "content_filter"],
  ["IMAGE_SAFETY", "content_filter", "content_filter"],
  ["IMAGE_PROHIBITED_CONTENT", "content_filter", "content_filter"],
  ["IMAGE_RECITATION", "content_filter", "content_filter"],
  ["MODEL_ARMOR", "content_filter", "content_filter"],
  ["LANGUAGE", "content_filter", "content_filter"],
  ["NO_IMAGE", "stop", "tool_calls"],
  ["IMAGE_OTHER", "stop", "tool_calls"],
  ["OTHER", "stop", "tool_calls"],
  ["FINISH_REASON_UNSPECIFIED", "stop", "tool_calls"],
  ["A_WORD_OF_TOMORROW", "stop", "tool_calls"],
  ["toString", "stop", "tool_calls"],
];

describe("§10.1 the reason why an answer ends", () => {
  test.each(rows)("%s is %s, and with a call %s", (finishReason, plain, withCall) => {
    expect(choiceOf(answerOf([text], { finishReason })).finish_reason).toBe(plain);
    expect(choiceOf(answerOf([text, call], { finishReason })).finish_reason).toBe(withCall);
    expect(finishesOf(streamed([eventOf([text], { finishReason })]))).toEqual([[0, plain]]);
    expect(finishesOf(streamed([eventOf([call]), eventOf([], { finishReason })]))).toEqual([[0, withCall]]);
  });

  test("§10.1 absent in a whole answer, it was cut off: length", () => {
    expect(choiceOf({ candidates: [{ content: { parts: [text] } }] })).toMatchObject({
      message: { content: "Hm." },
      finish_reason: "length",
    });
  });

  test("§10.1 absent in a stream, the stream was cut", () => {
    const { failure, chunks } = streamed([eventOf([text])]);
    expect(failure?.errorName).toBe("upstream_stream_cut");
    expect(finishesOf({ chunks })).toEqual([]);
  });

  test("§10.1 deprecated calls have a word of their own", () => {
    expect(choiceOf(answerOf([call]), contextFor({ legacyCalls: true })).finish_reason).toBe("function_call");
  });
});

const broken = [
  "MALFORMED_FUNCTION_CALL",
  "UNEXPECTED_TOOL_CALL",
  "TOO_MANY_TOOL_CALLS",
  "MALFORMED_RESPONSE",
  "MISSING_THOUGHT_SIGNATURE",
];

describe.each(broken)("§10.1 %s is a failure that another try may mend", (finishReason) => {
  const finishMessage = "print(f())";

  test("of a whole answer, with Gemini's own words", () => {
    const failure = read(answerOf([text], { finishReason, finishMessage }));
    if (!(failure instanceof GatewayError)) throw new Error("no failure");
    expect(failure).toMatchObject({ errorName: "upstream_invalid_response", retryable: true });
    expect(failure.message).toBe(`The model's answer was malformed (${finishReason}): ${finishMessage}`);
  });

  test.each([[undefined], [null], [""]])("of a whole answer without a word more: %s", (words) => {
    const { message } = Object(read({ candidates: [{ finishReason, finishMessage: words }] }));
    expect(message).toBe(`The model's answer was malformed (${finishReason})`);
  });

  test("of one of several choices, whatever the others say", () => {
    const well = { content: { parts: [text] }, finishReason: "STOP" };
    const { chunks, failure } = streamed([{ candidates: [{ finishReason }, { ...well, index: 1 }] }]);
    expect(failure?.errorName).toBe("upstream_invalid_response");
    expect(finishesOf({ chunks })).toEqual([]);
    expect(read({ candidates: [well, { index: 1, finishReason }] })).toBeInstanceOf(GatewayError);
    const late = streamed([{ candidates: [well, { index: 1, finishReason }] }]);
    expect(late.chunks.map(({ choices }) => choices[0]?.delta.content)).toContain("Hm.");
    expect(late.failure?.errorName).toBe("upstream_invalid_response");
  });

  test("of a stream that has said nothing, before its first chunk", () => {
    expect(streamed([{ candidates: [{ finishReason }] }])).toMatchObject({
      chunks: [],
      failure: { errorName: "upstream_invalid_response" },
    });
  });

  test.each([
    ["in an event of its own", [eventOf([text]), eventOf([], { finishReason })]],
    ["in the event of the last text", [eventOf([text], { finishReason })]],
    ["in the event of the last text, with counts behind it", [eventOf([text], { finishReason }), { usageMetadata }]],
  ])("of a stream %s, after the text", (_, events) => {
    const { chunks, failure } = streamed(events);
    expect(chunks.map(({ choices }) => choices[0]?.delta.content)).toEqual(["", "Hm."]);
    expect(failure?.errorName).toBe("upstream_invalid_response");
  });

  test("of a stream whose counts come behind it", () => {
    expect(streamed([eventOf([text], { finishReason }), { usageMetadata }]).usage).toMatchObject({ total_tokens: 7 });
  });

  test("of a stream that says more behind it, which nobody hears", () => {
    const { chunks } = streamed([eventOf([text], { finishReason }), eventOf([{ text: "More." }]), stop]);
    expect(chunks).toHaveLength(2);
  });
});

const usageMetadata = { promptTokenCount: 4, candidatesTokenCount: 3, totalTokenCount: 7 };

describe("§10.1 a blocked prompt", () => {
  test.each(["SAFETY", "OTHER", "BLOCKLIST", "PROHIBITED_CONTENT", "IMAGE_SAFETY", "MODEL_ARMOR", "JAILBREAK", "NEW"])(
    "%s is one choice that declines",
    (blockReason) => {
      const body = { promptFeedback: { blockReason }, usageMetadata: { promptTokenCount: 4, totalTokenCount: 4 } };
      expect(whole(body)).toMatchObject({
        choices: [
          {
            index: 0,
            message: { role: "assistant", content: null, refusal: `The prompt was blocked: ${blockReason}.` },
            logprobs: null,
            finish_reason: "content_filter",
          },
        ],
        usage: { prompt_tokens: 4, completion_tokens: 0, total_tokens: 4 },
      });
      const { chunks, usage, failure } = streamed([body]);
      expect(failure).toBeUndefined();
      expect(usage).toMatchObject({ prompt_tokens: 4, total_tokens: 4 });
      expect(chunks.map(({ choices }) => [choices[0]?.delta, choices[0]?.finish_reason])).toEqual([
        [{ role: "assistant", content: "", refusal: null }, null],
        [{ refusal: `The prompt was blocked: ${blockReason}.` }, null],
        [{}, "content_filter"],
      ]);
    },
  );

  test("§10.1 says what Google says of it", () => {
    const promptFeedback = { blockReason: "SAFETY", blockReasonMessage: "No." };
    expect(choiceOf({ promptFeedback }).message.refusal).toBe("No.");
    const wordless = { promptFeedback: { ...promptFeedback, blockReasonMessage: "" } };
    expect(choiceOf(wordless).message.refusal).toBe("The prompt was blocked: SAFETY.");
  });

  test.each(["BLOCKED_REASON_UNSPECIFIED", "BLOCK_REASON_UNSPECIFIED"])("§10.1 %s blocks nothing", (blockReason) => {
    expect(choiceOf({ ...answerOf([text]), promptFeedback: { blockReason } })).toMatchObject({
      message: { content: "Hm.", refusal: null },
      finish_reason: "stop",
    });
  });

  test("§10.1 stays blocked in a stream whose counts come behind it", () => {
    const events = [{ promptFeedback: { blockReason: "SAFETY" } }, { usageMetadata }, { promptFeedback: {} }];
    const { chunks, usage, failure } = streamed(events);
    expect(failure).toBeUndefined();
    expect(usage).toMatchObject({ total_tokens: 7 });
    expect(finishesOf({ chunks })).toEqual([[0, "content_filter"]]);
  });

  test("§10.1 that shows on the way keeps the text that went before", () => {
    const { chunks, failure } = streamed([eventOf([text]), { promptFeedback: { blockReason: "SAFETY" } }]);
    expect(failure).toBeUndefined();
    expect(chunks.map(({ choices }) => choices[0]?.delta)).toMatchObject([
      { content: "" },
      { content: "Hm." },
      { refusal: "The prompt was blocked: SAFETY." },
      {},
    ]);
    expect(finishesOf({ chunks })).toEqual([[0, "content_filter"]]);
  });

  test("§10.1 SAFETY of a candidate comes with empty content, after a part of the text", () => {
    const events = [eventOf([text]), { candidates: [{ content: {}, finishReason: "SAFETY", safetyRatings: [] }] }];
    const { chunks, failure } = streamed(events);
    expect(failure).toBeUndefined();
    expect(chunks.map(({ choices }) => choices[0]?.delta)).toEqual([
      { role: "assistant", content: "", refusal: null },
      { content: "Hm." },
      {},
    ]);
    expect(finishesOf({ chunks })).toEqual([[0, "content_filter"]]);
  });
});
