import { describe, expect, test } from "vitest";
import { foldConverseStream } from "../../../src/dialects/converse/chat/stream.ts";
import { GatewayError } from "../../../src/errors.ts";
import {
  answerOf,
  call,
  contextFor,
  deltasOf,
  delta,
  end,
  finishOf,
  said,
  start,
  stop,
  streamed,
  usage,
} from "./_reading.ts";

const [stopped = {}, counted = {}] = end();

describe("chunks", () => {
  test("bear the same id, time and model, whatever the events bear", () => {
    const { chunks, isOver } = streamed([start, ...said(0, "Hel", "lo."), ...end()]);
    expect(
      new Set(chunks.map(({ id, created, model, object }) => JSON.stringify([id, created, model, object]))),
    ).toEqual(new Set([JSON.stringify(["chatcmpl-c0ffee", 1_790_000_000, "some-model", "chat.completion.chunk"])]));
    expect(isOver).toBe(true);
  });

  test("bear the upstream's name of the model where the client's is not told", () => {
    const { facts } = contextFor();
    const context = contextFor({ facts: { ...facts, responseModel: undefined } });
    const { chunks } = streamed([start, ...said(0, "a"), ...end()], context);
    expect(new Set(chunks.map(({ model }) => model))).toEqual(new Set([facts.upstreamModel]));
  });

  test("say who speaks at the first event, once, and finish at the last", () => {
    const { chunks } = streamed([start, start, ...said(0, "Hel", "lo."), ...end()]);
    expect(chunks.map(({ choices }) => choices)).toEqual(
      [
        [{ role: "assistant", content: "", refusal: null }, null],
        [{ content: "Hel" }, null],
        [{ content: "lo." }, null],
        [{}, "stop"],
      ].map(([one, finish_reason]) => [{ index: 0, delta: one, logprobs: null, finish_reason }]),
    );
  });

  test.each<readonly [name: string, events: readonly (object | string)[]]>([
    ["no start", [...said(0, "a"), ...end()]],
    ["two starts, the second late", [start, ...said(0, "a"), start, ...end()]],
    ["events of tomorrow", [{ eventOfTomorrow: { text: "x" } }, start, ...said(0, "a"), {}, ...end()]],
    ["deltas of tomorrow", [start, delta(0, { deltaOfTomorrow: "x" }), ...said(0, "a"), ...end()]],
    [
      "events that lack what they are about",
      [start, { contentBlockDelta: {} }, { contentBlockStart: {} }, ...said(0, "a"), ...end()],
    ],
    ["members that are null", [start, { contentBlockDelta: null, messageStop: null }, ...said(0, "a"), ...end()]],
    [
      "what comes behind the end",
      [start, ...said(0, "a"), ...end(), ...said(1, "b"), ...end("max_tokens"), "not JSON"],
    ],
    ["a text of the same block behind the last word", [start, ...said(0, "a"), stopped, ...said(0, "b"), counted]],
    ["what comes behind the last word", [start, ...said(0, "a"), stopped, ...said(1, "b"), start, stopped, counted]],
    ["counts before the last word", [start, ...said(0, "a"), counted, stopped]],
    ["no counts", [start, ...said(0, "a"), stopped]],
    ["counts of nothing", [start, ...said(0, "a"), stopped, { metadata: {} }]],
  ])("are the same with %s", (_, events) => {
    const { chunks, failure } = streamed(events);
    expect(failure).toBeUndefined();
    expect(deltasOf({ chunks })).toEqual([{ content: "a" }, {}]);
    expect(finishOf({ chunks })).toEqual(["stop"]);
  });

  test("of an answer that is no more than its end", () => {
    expect(deltasOf(streamed([stopped, counted]))).toEqual([{}]);
  });
});

describe("counts", () => {
  const told = { prompt_tokens: 10, completion_tokens: 5, total_tokens: 15 };

  test("come behind the last word, or before it", () => {
    expect(streamed([start, ...said(0, "a"), stopped, counted]).usage).toMatchObject(told);
    expect(streamed([start, ...said(0, "a"), counted, stopped]).usage).toMatchObject(told);
  });

  test("that are corrected count as told last, and nothing takes them back", () => {
    const more = { metadata: { usage: { ...usage, outputTokens: 7, totalTokens: 17 } } };
    expect(streamed([start, counted, more, stopped]).usage).toMatchObject({ completion_tokens: 7 });
    expect(streamed([start, counted, { metadata: {} }, stopped]).usage).toMatchObject(told);
  });

  test("are none where none are told", () => {
    expect(streamed([start, ...said(0, "a"), stopped]).usage).toBeUndefined();
  });

  test("are known of a stream that breaks off behind them", () => {
    const { failure, usage: known } = streamed([start, ...said(0, "a"), counted]);
    expect([failure?.errorName, known?.total_tokens]).toEqual(["upstream_stream_cut", 15]);
  });
});

describe("the class of service", () => {
  test.each([
    [{ serviceTier: { type: "default" } }, "default"],
    [{ serviceTier: { type: "flex" } }, "flex"],
    [{ serviceTier: { type: "priority" } }, "priority"],
    [{ serviceTier: { type: "reserved" } }, "scale"],
    [{ performanceConfig: { latency: "optimized" } }, "fast"],
    [{ performanceConfig: { latency: "optimized" }, serviceTier: { type: "default" } }, "fast"],
    [{ performanceConfig: { latency: "standard" }, serviceTier: { type: "flex" } }, "flex"],
    [{ performanceConfig: { latency: "standard" } }, undefined],
    [{ serviceTier: { type: "of_tomorrow" } }, undefined],
    [{ serviceTier: {} }, undefined],
    [{}, undefined],
  ])("%o is %s, whole and at the end of a stream", (more, tier) => {
    const { chunks } = streamed([start, ...said(0, "a"), ...end("end_turn", more)]);
    expect(chunks.map(({ service_tier }) => service_tier)).toEqual([undefined, undefined, tier]);
    const fold = foldConverseStream(contextFor());
    const made = fold.onBody?.(JSON.stringify(answerOf([{ text: "a" }], more)));
    if (made === undefined || made instanceof GatewayError) throw new Error("no chunks");
    expect(new Set(made.map(({ chunk }) => chunk.service_tier))).toEqual(new Set([tier]));
  });
});

test("the class of service is borne by all that comes behind it, texts too", () => {
  const [, early = {}] = end("end_turn", { serviceTier: { type: "flex" } });
  const { chunks } = streamed([start, ...said(0, "a"), early, ...said(1, "b", "c"), stopped]);
  expect(chunks.map(({ service_tier }) => service_tier)).toEqual([undefined, undefined, "flex", "flex", "flex"]);
});

describe("an answer that comes whole in place of a stream", () => {
  test("is told as a stream of it would have been", () => {
    const fold = foldConverseStream(contextFor());
    const blocks = [
      { reasoningContent: { reasoningText: { text: "Hm.", signature: "c2ln" } } },
      { text: "So." },
      call("f", { a: 1 }),
      call("g", {}, "t2"),
    ];
    const made = fold.onBody?.(
      JSON.stringify(answerOf(blocks, { stopReason: "tool_use", trace: { promptRouter: {} } })),
    );
    if (made === undefined || made instanceof GatewayError) throw new Error("no chunks");
    const thinking = { type: "thinking", thinking: "Hm.", signature: "c2ln" };
    const called = (index: number, id: string, name: string, args: string) => ({
      tool_calls: [{ index, id, type: "function", function: { name, arguments: args } }],
    });
    expect(made.map(({ chunk: { choices } }) => [choices[0]?.delta, choices[0]?.finish_reason])).toEqual([
      [{ role: "assistant", content: "", refusal: null }, null],
      [{ reasoning_content: "Hm." }, null],
      [{ thinking_blocks: [thinking] }, null],
      [{ content: "So." }, null],
      [called(0, "tooluse_1", "f", '{"a":1}'), null],
      [called(1, "t2", "g", "{}"), null],
      [{}, "tool_calls"],
    ]);
    expect(fold.isOver?.()).toBe(true);
    expect(fold.onEnd()).toEqual([]);
    expect(fold.usage()).toMatchObject({ output: 5 });
    expect(fold.changes()).toEqual([{ verb: "reported", path: "trace" }]);
  });

  test("is told with its refusal, its sources, or its call in the deprecated form", () => {
    const legacy = contextFor({ legacyCalls: true });
    const deltas = (body: object, context = contextFor()): unknown => {
      const made = foldConverseStream(context).onBody?.(JSON.stringify(body));
      if (made === undefined || made instanceof GatewayError) throw new Error("no chunks");
      return made.slice(1).map(({ chunk }) => chunk.choices[0]?.delta);
    };
    const refusal = "The upstream blocked the answer (content_filtered).";
    expect(deltas(answerOf([], { stopReason: "content_filtered" }))).toEqual([{ refusal }, {}]);
    const source = { title: "A", location: { web: { url: "https://example.com/a" } } };
    expect(deltas(answerOf([{ citationsContent: { content: [{ text: "x" }], citations: [source] } }]))).toEqual([
      { content: "x" },
      { annotations: [expect.objectContaining({ type: "url_citation" })] },
      {},
    ]);
    expect(deltas(answerOf([call("f")]), legacy)).toEqual([{ function_call: { name: "f", arguments: "{}" } }, {}]);
  });

  test.each<readonly [name: string, text: string, failure: string | undefined]>([
    ["an error's body is left to whoever reads errors", '{"message":"Too many requests"}', undefined],
    ["text is left too", "<html>", undefined],
    ["a list is left too", "[]", undefined],
    ["an answer of another shape is a failure", '{"output":{}}', "upstream_invalid_response"],
    [
      "an answer that is a mess is a failure",
      JSON.stringify(answerOf([], { stopReason: "malformed_tool_use" })),
      "upstream_invalid_response",
    ],
  ])("%s", (_name, text, failure) => {
    const made = foldConverseStream(contextFor()).onBody?.(text);
    expect(made instanceof GatewayError ? made.errorName : made).toBe(failure);
  });
});

describe("what ends a stream before its time", () => {
  test.each<readonly [name: string, event: object | string, errorName: string]>([
    ["no JSON", "{", "upstream_invalid_response"],
    ["no object", "5", "upstream_invalid_response"],
    ["nothing", "null", "upstream_invalid_response"],
    ["a text for a piece", { contentBlockDelta: "x" }, "upstream_invalid_response"],
    ["a number for a text", delta(0, { text: 5 }), "upstream_invalid_response"],
    ["a throttle", { throttlingException: { message: "Slow down." } }, "rate_limit_exceeded"],
    ["an error inside", { internalServerException: { message: "x" } }, "upstream_error"],
    [
      "an error of the model",
      { modelStreamErrorException: { message: "x", originalStatusCode: 500 } },
      "upstream_error",
    ],
    ["a service that is away", { serviceUnavailableException: { message: "x" } }, "overloaded"],
    ["a model that takes too long", { modelTimeoutException: { message: "x" } }, "upstream_timeout"],
    ["a bad request", { validationException: { message: "A value is wrong." } }, "invalid_request"],
    [
      "a prompt too long",
      { validationException: { message: "Input is too long for requested model." } },
      "context_length_exceeded",
    ],
  ])("%s", (_name, event, errorName) => {
    const { failure, chunks } = streamed([start, ...said(0, "a"), event, ...end()]);
    expect(failure?.errorName).toBe(errorName);
    expect(finishOf({ chunks })).toEqual([]);
  });

  test("an exception that is null is none", () => {
    const stream = streamed([start, { throttlingException: null }, ...said(0, "a"), ...end()]);
    expect(stream.failure).toBeUndefined();
  });

  test.each([
    ["at once", []],
    ["behind who speaks", [start]],
    ["in the middle of a block", [start, ...said(0, "a").slice(0, -1)]],
    ["behind a block", [start, ...said(0, "a")]],
    ["in the middle of a call", [start, stop(0)]],
  ])("no last word: %s", (_name, events) => {
    expect(streamed(events).failure).toMatchObject({
      errorName: "upstream_stream_cut",
      message: "The upstream's stream ended before the answer was complete.",
    });
  });
});
