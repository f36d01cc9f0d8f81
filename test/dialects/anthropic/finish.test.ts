import { expect, test } from "vitest";
import { answerOf, block, call, choiceOf, contextFor, end, finishOf, start, streamed, text } from "./_reading.ts";

/** Every word of the spec, one of tomorrow, and none. */
const rows: readonly (readonly [reason: string | null, plain: string, withCalls: string])[] = [
  ["end_turn", "stop", "tool_calls"],
  ["stop_sequence", "stop", "tool_calls"],
  ["tool_use", "stop", "tool_calls"],
  ["pause_turn", "stop", "tool_calls"],
  ["compaction", "stop", "tool_calls"],
  ["max_tokens", "length", "length"],
  ["model_context_window_exceeded", "length", "length"],
  ["refusal", "content_filter", "content_filter"],
  ["of_tomorrow", "stop", "tool_calls"],
  [null, "stop", "tool_calls"],
];

test.each(rows)("§9 %s is %s, and with calls %s, whole and streamed", (stop_reason, plain, withCalls) => {
  const cases = [
    [text("a"), plain],
    [call("f"), withCalls],
  ] as const;
  for (const [one, want] of cases) {
    expect(choiceOf(answerOf([one], { stop_reason })).finish_reason).toBe(want);
    const { chunks, failure } = streamed([start(), ...block(0, one), ...end(stop_reason)]);
    expect([failure, finishOf({ chunks })]).toEqual([undefined, [want]]);
  }
});

test("§9 calls in the deprecated form end with their own word", () => {
  const context = contextFor({ legacyCalls: true });
  const { chunks } = streamed([start(), ...block(0, call("f")), ...end("tool_use")], context);
  expect(finishOf({ chunks })).toEqual(["function_call"]);
});
