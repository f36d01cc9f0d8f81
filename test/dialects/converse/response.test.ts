import { describe, expect, test } from "vitest";
import { toConverseError } from "../../../src/dialects/converse/errors.ts";
import { toUsage } from "../../../src/dialects/converse/usage.ts";
import type { GatewayError } from "../../../src/errors.ts";
import {
  answerOf,
  call,
  called,
  choiceOf,
  contextFor,
  deltasOf,
  delta,
  end,
  finishOf,
  read,
  said,
  start,
  stop,
  streamed,
  toldOf,
} from "./_reading.ts";

const text = { text: "Hi." };

describe("why an answer ends", () => {
  test.each([
    ["end_turn", [text], "stop"],
    ["stop_sequence", [text], "stop"],
    ["max_tokens", [text], "length"],
    ["model_context_window_exceeded", [text], "length"],
    ["guardrail_intervened", [text], "content_filter"],
    ["content_filtered", [text], "content_filter"],
    ["tool_use", [call("find")], "tool_calls"],
    // Some models say that they are done although they call.
    ["end_turn", [call("find")], "tool_calls"],
    ["max_tokens", [call("find")], "length"],
    ["a_new_word", [text], "stop"],
  ])("%s after %o is %s", (stopReason, content, finish) => {
    expect(choiceOf(answerOf(content, { stopReason })).finish_reason).toBe(finish);
  });

  test.each(["malformed_model_output", "malformed_tool_use"])("%s is worth another try", (stopReason) => {
    const answer = read(answerOf([text], { stopReason }));
    expect(answer).toMatchObject({ errorName: "upstream_invalid_response" });
    const { failure } = streamed([start, ...said(0, "Hi."), ...end(stopReason)]);
    expect(failure?.errorName).toBe("upstream_invalid_response");
  });

  test("a blocked answer says so where it says nothing else, and keeps what was said", () => {
    const blocked = answerOf([], { stopReason: "content_filtered" });
    expect(choiceOf(blocked).message).toMatchObject({
      content: null,
      refusal: "The upstream blocked the answer (content_filtered).",
    });
    const guarded = choiceOf(answerOf([text], { stopReason: "guardrail_intervened" }));
    expect(guarded.message).toMatchObject({ content: "Hi.", refusal: null });
    const deltas = deltasOf(streamed([start, ...end("content_filtered")]));
    expect(deltas.map(({ refusal }) => refusal ?? "").join("")).toContain("blocked");
  });
});

describe("thoughts", () => {
  test("what is signed comes back in blocks, so that it can go out again", () => {
    const { message } = choiceOf(
      answerOf([
        { reasoningContent: { reasoningText: { text: "Hm.", signature: "abc" } } },
        { reasoningContent: { redactedContent: "AAAA" } },
        text,
      ]),
    );
    expect(message).toMatchObject({
      reasoning_content: "Hm.",
      content: "Hi.",
      thinking_blocks: [
        { type: "thinking", thinking: "Hm.", signature: "abc" },
        { type: "redacted_thinking", data: "AAAA" },
      ],
    });
  });

  test("a model may change from thoughts to text within one block of a stream", () => {
    const stream = streamed([
      start,
      delta(0, { reasoningContent: { text: "Hm." } }),
      delta(0, { text: "Hi." }),
      stop(0),
      ...end(),
    ]);
    expect(deltasOf(stream)).toEqual([{ reasoning_content: "Hm." }, { content: "Hi." }, {}]);
  });

  test("are not shown to who does not want them", () => {
    const context = contextFor({ showsThoughts: false });
    const { message } = choiceOf(answerOf([{ reasoningContent: { reasoningText: { text: "Hm." } } }, text]), context);
    expect(message.reasoning_content).toBeUndefined();
  });
});

describe("calls of a stream", () => {
  test("come as they are written, and a call without input has none", () => {
    const stream = streamed([
      start,
      ...called(0, "find", ['{"a"', ":1}"]),
      ...called(1, "now", [], "t2"),
      ...end("tool_use"),
    ]);
    const calls = deltasOf(stream).flatMap(({ tool_calls }) => tool_calls ?? []);
    const textOf = (at: number) =>
      calls.flatMap(({ index, function: fn }) => (index === at ? [fn?.arguments ?? ""] : [])).join("");
    expect([textOf(0), textOf(1)]).toEqual(['{"a":1}', "{}"]);
    expect(finishOf(stream)).toEqual(["tool_calls"]);
  });
});

describe("the end of a stream", () => {
  test("waits for the counts, which come behind its last word", () => {
    const [stopped, counted] = end();
    const before = streamed([start, ...said(0, "Hi."), stopped ?? {}, counted ?? {}]);
    expect(before).toMatchObject({ isOver: true, usage: { prompt_tokens: 10, completion_tokens: 5 } });
    expect(finishOf(before)).toEqual(["stop"]);
  });

  test("an exception on the way is the failure that it names", () => {
    const thrown = { throttlingException: { message: "Slow down." } };
    expect(streamed([start, ...said(0, "Hi."), thrown]).failure?.errorName).toBe("rate_limit_exceeded");
    const broken = { modelStreamErrorException: { message: "Broken.", originalStatusCode: 500 } };
    expect(streamed([start, broken]).failure?.errorName).toBe("upstream_error");
  });

  test("events that nobody knows say nothing", () => {
    expect(streamed([start, { newEvent: { a: 1 } }, ...said(0, "Hi."), ...end()]).failure).toBeUndefined();
  });
});

test("what stands beside an answer and has no place is told", () => {
  const trace = { guardrail: { actionReason: "No action." } };
  expect(toldOf(answerOf([text], { trace, additionalModelResponseFields: { a: 1 } }))).toEqual([
    "reported:trace",
    "reported:additionalModelResponseFields",
  ]);
});

describe("counts", () => {
  test.each([
    [{ inputTokens: 10, outputTokens: 5, totalTokens: 15 }, [10, 0, 5]],
    [{ inputTokens: 10, outputTokens: 5, totalTokens: 95, cacheReadInputTokens: 80 }, [10, 80, 5]],
    // Some models count what they read among their input.
    [{ inputTokens: 90, outputTokens: 5, totalTokens: 95, cacheReadInputTokens: 80 }, [10, 80, 5]],
  ])("%o", (counts, [uncachedInput, cacheRead, output]) => {
    expect(toUsage(counts)).toMatchObject({ uncachedInput, cacheRead, output });
  });

  test("what was written to the cache is told by how long it stays", () => {
    const counts = { inputTokens: 1, outputTokens: 1, totalTokens: 32, cacheWriteInputTokens: 30 };
    const cacheDetails = [{ ttl: "1h", inputTokens: 20 }];
    expect(toUsage({ ...counts, cacheDetails })?.cacheWrite).toEqual({ fiveMinutes: 10, oneHour: 20 });
  });
});

describe("refusals", () => {
  const errorOf = (message: string, type = "ValidationException", status = 400): GatewayError =>
    toConverseError({ status, headers: { "x-amzn-errortype": type }, text: JSON.stringify({ message }) }, "my-model");

  test.each([
    ["Input is too long for requested model.", "context_length_exceeded"],
    ["Too many input tokens. Max input tokens: 8192, request input token count: 9000", "context_length_exceeded"],
    ["The maximum tokens you requested exceeds the model limit of 4096.", "invalid_value"],
    ["The provided model identifier is invalid.", "model_not_found"],
    ["A value is wrong.", "invalid_request"],
  ])("%s", (message, name) => {
    expect(errorOf(message).errorName).toBe(name);
  });

  test("lengths are told in OpenAI's words, where they are known", () => {
    const { message } = errorOf("prompt is too long: 1200 tokens > 1000 maximum");
    expect(message).toBe(
      "This model's maximum context length is 1000 tokens. However, your messages resulted in 1200 tokens. Please reduce the length of the messages.",
    );
    expect(errorOf("Input is too long for requested model.").message).toContain("reduce the length");
  });

  test("nothing is told of our account", () => {
    const { message } = errorOf("User: arn:aws:iam::123456789012:role/gw of 123456789012 is wrong.");
    expect(message).not.toMatch(/123456789012|role\/gw/);
  });
});
