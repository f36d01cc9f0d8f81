import { describe, expect, test } from "vitest";
import {
  answerOf,
  call,
  called,
  choiceOf,
  contextFor,
  deltasOf,
  end,
  finishOf,
  read,
  said,
  start,
  streamed,
} from "./_reading.ts";

/** Every word of the spec, one of tomorrow, and none. */
const rows: readonly (readonly [reason: string | null, plain: string, withCalls: string])[] = [
  ["end_turn", "stop", "tool_calls"],
  ["stop_sequence", "stop", "tool_calls"],
  ["tool_use", "stop", "tool_calls"],
  ["max_tokens", "length", "length"],
  ["model_context_window_exceeded", "length", "length"],
  ["guardrail_intervened", "content_filter", "content_filter"],
  ["content_filtered", "content_filter", "content_filter"],
  ["of_tomorrow", "stop", "tool_calls"],
  [null, "stop", "tool_calls"],
];

const endOf = (reason: string | null): readonly object[] => {
  const [, counts = {}] = end();
  return [{ messageStop: { stopReason: reason } }, counts];
};

test.each(rows)("%s is %s, and with calls %s, whole and streamed", (stopReason, plain, withCalls) => {
  const cases = [
    [[{ text: "a" }], said(0, "a"), plain],
    [[call("f")], called(0, "f", ["{}"]), withCalls],
  ] as const;
  for (const [blocks, events, want] of cases) {
    expect(choiceOf(answerOf(blocks, { stopReason })).finish_reason).toBe(want);
    const stream = streamed([start, ...events, ...endOf(stopReason)]);
    expect([stream.failure, finishOf(stream)]).toEqual([undefined, [want]]);
  }
});

test("calls in the deprecated form end with their own word", () => {
  const context = contextFor({ legacyCalls: true });
  expect(choiceOf(answerOf([call("f")]), context).finish_reason).toBe("function_call");
  const stream = streamed([start, ...called(0, "f", []), ...end("tool_use")], context);
  expect(finishOf(stream)).toEqual(["function_call"]);
});

test("a call of the tool that takes the answer is no call", () => {
  const context = contextFor({ answerTool: "answer" });
  expect(choiceOf(answerOf([call("answer")], { stopReason: "tool_use" }), context).finish_reason).toBe("stop");
  const stream = streamed([start, ...called(0, "answer", ["{}"]), ...end("tool_use")], context);
  expect(finishOf(stream)).toEqual(["stop"]);
});

describe("a refusal", () => {
  const words = (reason: string): string => `The upstream blocked the answer (${reason}).`;

  test.each<
    readonly [name: string, reason: string, blocks: readonly object[], events: readonly object[], want: string | null]
  >([
    ["where a filter stops an answer before it begins", "content_filtered", [], [], words("content_filtered")],
    ["where a guardrail does", "guardrail_intervened", [], [], words("guardrail_intervened")],
    ["where there is an empty text alone", "content_filtered", [{ text: "" }], said(0, ""), words("content_filtered")],
    [
      "where there are thoughts alone",
      "content_filtered",
      [{ reasoningContent: { reasoningText: { text: "Hm." } } }],
      [{ contentBlockDelta: { contentBlockIndex: 0, delta: { reasoningContent: { text: "Hm." } } } }],
      words("content_filtered"),
    ],
    ["is none beside a text", "guardrail_intervened", [{ text: "No." }], said(0, "No."), null],
    ["is none beside a call", "content_filtered", [call("f")], called(0, "f", []), null],
    ["is none where an answer ends well", "end_turn", [], [], null],
    ["is none where it is full", "max_tokens", [], [], null],
  ])("%s", (_name, stopReason, blocks, events, want) => {
    const { message } = choiceOf(answerOf(blocks, { stopReason }));
    expect(message.refusal).toBe(want);
    if (want !== null) expect(message.content || null).toBeNull();
    const stream = streamed([start, ...events, ...end(stopReason)]);
    const told = deltasOf(stream).flatMap(({ refusal }) => refusal ?? []);
    expect(told).toEqual(want === null ? [] : [want]);
  });
});

test("an answer of nothing is an empty text, and one of calls none", () => {
  expect(choiceOf(answerOf([])).message.content).toBe("");
  expect(choiceOf(answerOf([call("f")])).message.content).toBeNull();
  expect(choiceOf(answerOf([], { stopReason: "content_filtered" })).message.content).toBeNull();
});

test.each(["malformed_model_output", "malformed_tool_use"])("%s is a failure that names itself", (stopReason) => {
  const want = { errorName: "upstream_invalid_response", message: `The model's answer was malformed (${stopReason}).` };
  expect(read(answerOf([{ text: "a" }], { stopReason }))).toMatchObject(want);
  const { failure, chunks } = streamed([start, ...said(0, "a"), ...end(stopReason)]);
  expect(failure).toMatchObject(want);
  expect(finishOf({ chunks })).toEqual([]);
});
