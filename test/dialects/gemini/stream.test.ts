import { describe, expect, test } from "vitest";
import {
  answerOf,
  candidateOf,
  choiceOf,
  contextFor,
  deltasOf,
  eventOf,
  finishesOf,
  stop,
  streamed,
} from "./_reading.ts";

const texts = ["Hel", "lo."].map((text) => eventOf([{ text }]));
const counts = (prompt: number, answer: number): object => ({
  usageMetadata: { promptTokenCount: prompt, candidatesTokenCount: answer, totalTokenCount: prompt + answer },
});

describe("§11 chunks", () => {
  test("§11.1 bear the same id, time and model, whatever the events bear", () => {
    const named = { responseId: "r", modelVersion: "v" };
    const { chunks } = streamed([{ ...texts[0], ...named }, { ...texts[1], ...named, responseId: "s" }, stop]);
    expect(
      new Set(chunks.map(({ id, created, model, object }) => JSON.stringify([id, created, model, object]))),
    ).toEqual(new Set([JSON.stringify(["chatcmpl-c0ffee", 1_790_000_000, "some-model", "chat.completion.chunk"])]));
  });

  test.each([
    ["with the first text", texts],
    ["with a traffic type alone", [{ usageMetadata: { trafficType: "ON_DEMAND" } }, ...texts]],
    ["with a candidate that says nothing", [{ candidates: [{}] }, ...texts]],
    ["with an empty list of candidates", [{ candidates: [] }, ...texts]],
    ["with nothing at all", [{}, ...texts]],
  ])("§11.2 say who speaks at the first event, once: %s", (_, events) => {
    const { chunks } = streamed([...events, stop]);
    expect(chunks[0]?.choices).toEqual([
      { index: 0, delta: { role: "assistant", content: "", refusal: null }, logprobs: null, finish_reason: null },
    ]);
    expect(deltasOf({ chunks })).toEqual([{ content: "Hel" }, { content: "lo." }, {}]);
  });

  test("§11.3 hold text and thoughts in their order, and no empty ones", () => {
    const parts = [
      { text: "Hm.", thought: true },
      { text: "", thought: true },
      { text: "a" },
      { text: "" },
      { functionCall: { name: "f" } },
      { text: "b" },
      { inlineData: { mimeType: "image/png", data: "AAAA" } },
    ];
    expect(deltasOf(streamed([eventOf(parts), stop]))).toEqual([
      { reasoning_content: "Hm." },
      { content: "a" },
      {
        tool_calls: [{ index: 0, id: "call_c0ffee_0", type: "function", function: { name: "f", arguments: "{}" } }],
      },
      { content: "b" },
      { images: [{ type: "image_url", index: 0, image_url: { url: "data:image/png;base64,AAAA" } }] },
      {},
    ]);
  });

  test("§11.4 number calls over the whole stream, per choice", () => {
    const call = (name: string): object => ({ functionCall: { name, args: { a: [1] } } });
    const { chunks } = streamed([
      eventOf([call("f"), call("g")]),
      eventOf([call("h")], { index: 1 }),
      eventOf([call("f")]),
      { candidates: [{ finishReason: "STOP" }, { index: 1, finishReason: "STOP" }] },
    ]);
    const named = (index: number) =>
      deltasOf({ chunks }, index)
        .flatMap(({ tool_calls }) => tool_calls ?? [])
        .map((call) => [call.index, call.id]);
    expect(named(0)).toEqual([
      [0, "call_c0ffee_0"],
      [1, "call_c0ffee_1"],
      [2, "call_c0ffee_2"],
    ]);
    expect(named(1)).toEqual([[0, "call_c0ffee_1_0"]]);
    expect(finishesOf({ chunks })).toEqual([
      [0, "tool_calls"],
      [1, "tool_calls"],
    ]);
  });

  test("§11.4 after the first call are dropped where only one is wanted", () => {
    const events = [eventOf([{ functionCall: { name: "f" } }]), eventOf([{ functionCall: { name: "g" } }]), stop];
    const deltas = deltasOf(streamed(events, contextFor({ onlyFirstCall: true })));
    expect(deltas.flatMap(({ tool_calls }) => tool_calls ?? [])).toHaveLength(1);
  });

  test("§11.4 of deprecated functions are in the deprecated form", () => {
    const events = [eventOf([{ functionCall: { name: "f", args: { a: 1 } } }]), stop];
    const { chunks } = streamed(events, contextFor({ legacyCalls: true }));
    expect(deltasOf({ chunks })).toEqual([{ function_call: { name: "f", arguments: '{"a":1}' } }, {}]);
    expect(finishesOf({ chunks })).toEqual([[0, "function_call"]]);
  });

  /** Where the reason stands among the events, and the text before and behind it. */
  test.each([
    ["with the last text", [texts[0], eventOf([{ text: "lo." }], { finishReason: "STOP" })]],
    ["in an event of its own", [...texts, stop]],
    ["in an event of its own, with an empty text", [...texts, eventOf([{ text: "" }], { finishReason: "STOP" })]],
    ["before the last text", [eventOf([{ text: "Hel" }], { finishReason: "STOP" }), texts[1]]],
    ["before all text", [stop, ...texts]],
    ["in every event", ["Hel", "lo."].map((text) => eventOf([{ text }], { finishReason: "STOP" }))],
    ["before counts alone", [...texts, stop, counts(3, 2)]],
  ])("§11.6 end once, behind all text, where the reason comes %s", (_, events) => {
    const { chunks } = streamed(events.map((event) => event ?? {}));
    expect(deltasOf({ chunks })).toEqual([{ content: "Hel" }, { content: "lo." }, {}]);
    expect(chunks.map(({ choices }) => choices[0]?.finish_reason)).toEqual([null, null, null, "stop"]);
  });

  test("§11.6 end with tool_calls where the reason comes in a later event than the call", () => {
    const { chunks } = streamed([eventOf([{ functionCall: { name: "f" } }]), eventOf([{ text: "" }]), stop]);
    expect(finishesOf({ chunks })).toEqual([[0, "tool_calls"]]);
  });

  test("§11.6 end each choice for a reason of its own, whatever the others called", () => {
    const { chunks } = streamed([
      eventOf([{ functionCall: { name: "f" } }]),
      eventOf([{ text: "a" }], { index: 1 }),
      { candidates: [{ finishReason: "STOP" }, { index: 1, finishReason: "STOP" }] },
    ]);
    expect(finishesOf({ chunks })).toEqual([
      [0, "tool_calls"],
      [1, "stop"],
    ]);
  });

  test("§11.8 carry no counts; the last that were told are the stream's", () => {
    const traffic = { usageMetadata: { trafficType: "ON_DEMAND" } };
    const { chunks, usage } = streamed([
      traffic,
      { ...texts[0], ...counts(9, 1) },
      { ...texts[1], ...counts(9, 4) },
      { ...stop, ...traffic },
    ]);
    expect(chunks.filter((chunk) => "usage" in chunk)).toEqual([]);
    expect(usage).toMatchObject({ prompt_tokens: 9, completion_tokens: 4, total_tokens: 13 });
  });

  test("§11.8 have no counts where none were told", () => {
    expect(streamed([...texts, stop]).usage).toBeUndefined();
  });

  test("§11.10 of several choices bear their own index, in the order in which they come", () => {
    const { chunks } = streamed([
      { candidates: [{ content: { parts: [{ text: "a" }] } }, { index: 1, content: { parts: [{ text: "b" }] } }] },
      { candidates: [{ index: 1, content: { parts: [{ text: "c" }] }, finishReason: "MAX_TOKENS" }] },
      { candidates: [{ content: { parts: [{ text: "d" }] }, finishReason: "STOP" }] },
    ]);
    expect(chunks.map(({ choices: [one] }) => [one?.index, one?.delta.content, one?.finish_reason])).toEqual([
      [0, "", null],
      [0, "a", null],
      [1, "", null],
      [1, "b", null],
      [1, "c", null],
      [0, "d", null],
      [0, undefined, "stop"],
      [1, undefined, "length"],
    ]);
  });

  test("§11.10 of several choices open with the one that speaks first, and no other", () => {
    const { chunks, failure } = streamed([
      eventOf([{ text: "b" }], { index: 1 }),
      eventOf([], { index: 1, finishReason: "STOP" }),
    ]);
    expect(failure).toBeUndefined();
    expect(chunks.map(({ choices: [one] }) => [one?.index, one?.delta.content])).toEqual([
      [1, ""],
      [1, "b"],
      [1, undefined],
    ]);
  });

  test("§11.10 of several choices of which one never ends are cut", () => {
    const { failure } = streamed([
      { candidates: [candidateOf([{ text: "a" }]), { index: 1, content: { parts: [{ text: "b" }] } }] },
    ]);
    expect(failure?.errorName).toBe("upstream_stream_cut");
  });
});

/** What may stand in an event in place of an answer. */
test.each([
  ["an object", { error: { code: 503, status: "UNAVAILABLE", message: "Busy." } }, "overloaded"],
  ["a list of one", [{ error: { code: 429, status: "RESOURCE_EXHAUSTED", message: "Slow." } }], "rate_limit_exceeded"],
  ["without a number", { error: { status: "DEADLINE_EXCEEDED", message: "Late." } }, "upstream_timeout"],
  ["without a word", { error: { code: 503, message: "Busy." } }, "overloaded"],
  ["without either", { error: { message: "Oops." } }, "upstream_error"],
  ["that is empty", { error: {} }, "upstream_error"],
  ["that is a text", { error: "Oops." }, "upstream_error"],
  ["that is no JSON", "Oops.", "upstream_invalid_response"],
  ["of another shape", { candidates: 7 }, "upstream_invalid_response"],
])("§11 an error within a stream, %s, ends it", (_, event, errorName) => {
  const { chunks, failure } = streamed([eventOf([{ text: "Hi." }]), event]);
  expect(chunks).toHaveLength(2);
  expect(failure?.errorName).toBe(errorName);
  expect(streamed([event])).toMatchObject({ chunks: [], failure: { errorName } });
});

test("§11 a stream of no events is cut", () => {
  expect(streamed([]).failure?.errorName).toBe("upstream_stream_cut");
});

describe("§11 pictures of megabytes", () => {
  test("are handed on whole, numbered per choice", () => {
    const data = "A".repeat(3 * 1024 * 1024);
    const picture = { inlineData: { mimeType: "image/png", data } };
    const { chunks } = streamed([
      eventOf([picture]),
      eventOf([picture], { index: 1 }),
      eventOf([picture]),
      stop,
      eventOf([], { index: 1, finishReason: "STOP" }),
    ]);
    const images = (index: number) => deltasOf({ chunks }, index).flatMap((delta) => delta.images ?? []);
    expect(images(0).map((image) => image.index)).toEqual([0, 1]);
    expect(images(1).map((image) => image.index)).toEqual([0]);
    expect(images(0)[1]?.image_url?.url).toBe(`data:image/png;base64,${data}`);
  });
});

const scored = (token: string, logProbability?: number) => ({
  token,
  ...(logProbability !== undefined && { logProbability }),
});

describe("§10.3 logprobs", () => {
  const result = {
    chosenCandidates: [scored("Grü", -0.5), scored("ß", -1)],
    topCandidates: [{ candidates: [scored("Grü", -0.5), scored("Hi", -2)] }],
  };
  const content = [
    {
      token: "Grü",
      logprob: -0.5,
      bytes: [71, 114, 195, 188],
      top_logprobs: [
        { token: "Grü", logprob: -0.5, bytes: [71, 114, 195, 188] },
        { token: "Hi", logprob: -2, bytes: [72, 105] },
      ],
    },
    { token: "ß", logprob: -1, bytes: [195, 159], top_logprobs: [] },
  ];

  test("are null where nobody asked", () => {
    expect(choiceOf(answerOf([{ text: "a" }])).logprobs).toBeNull();
    const { chunks } = streamed([...texts, stop]);
    expect(chunks.map(({ choices }) => choices[0]?.logprobs)).toEqual([null, null, null, null]);
  });

  test("pair both lists by position; bytes are UTF-8, and rivals may be missing", () => {
    expect(choiceOf(answerOf([{ text: "Grüß" }], { logprobsResult: result })).logprobs).toEqual({
      content,
      refusal: null,
    });
  });

  test("need no rivals, and the chosen token need not be among them", () => {
    const alone = { chosenCandidates: [scored("a", -3)] };
    expect(choiceOf(answerOf([{ text: "a" }], { logprobsResult: alone })).logprobs?.content).toEqual([
      { token: "a", logprob: -3, bytes: [97], top_logprobs: [] },
    ]);
    const rivals = { ...alone, topCandidates: [{ candidates: [scored("b", -1)] }, { candidates: [scored("c", -1)] }] };
    expect(choiceOf(answerOf([{ text: "a" }], { logprobsResult: rivals })).logprobs?.content).toMatchObject([
      { token: "a", top_logprobs: [{ token: "b", logprob: -1 }] },
    ]);
  });

  test.each([
    ["absent", {}],
    ["null", { logProbability: null }],
    ["minus infinity, as a text", { logProbability: "-Infinity" }],
  ])("that are %s are as good as impossible", (_, score) => {
    const logprobsResult = { chosenCandidates: [{ token: "a", ...score }] };
    expect(choiceOf(answerOf([{ text: "a" }], { logprobsResult })).logprobs?.content?.[0]?.logprob).toBe(-9999);
  });

  test("of a whole answer may be no number, as Google's mean sometimes is", () => {
    const safetyRatings = [
      { category: "HARM_CATEGORY_HARASSMENT", probabilityScore: "NaN", severityScore: "Infinity" },
    ];
    const { message } = choiceOf(answerOf([{ text: "NaN" }], { avgLogprobs: "NaN", safetyRatings }));
    expect(message.content).toBe("NaN");
  });

  test("of tokens without a text, and of none, are there", () => {
    const bare = { chosenCandidates: [{ logProbability: -1 }] };
    expect(choiceOf(answerOf([{ text: "a" }], { logprobsResult: bare })).logprobs?.content).toMatchObject([
      { token: "", bytes: [] },
    ]);
    expect(choiceOf(answerOf([{ text: "a" }], { logprobsResult: {} })).logprobs).toBeNull();
  });

  test("§11.7 stand beside the text of their event, once", () => {
    const { chunks } = streamed([eventOf([{ text: "Gr" }, { text: "üß" }], { logprobsResult: result }), stop]);
    expect(chunks.map(({ choices }) => choices[0]?.logprobs)).toEqual([null, { content, refusal: null }, null, null]);
  });

  test("§11.7 stand beside the text, not beside the thoughts and calls of their event", () => {
    const parts = [{ text: "Hm.", thought: true }, { functionCall: { name: "f" } }, { text: "Grüß" }];
    const { chunks } = streamed([eventOf(parts, { logprobsResult: result }), stop]);
    const told = chunks.map(({ choices: [one] }) => [one?.delta.content, one?.logprobs]);
    expect(told.filter(([, logprobs]) => logprobs !== null)).toEqual([["Grüß", { content, refusal: null }]]);
  });

  test("§11.7 of an event without text have a chunk of their own", () => {
    const { chunks } = streamed([...texts, eventOf([], { logprobsResult: result, finishReason: "STOP" })]);
    expect(chunks.map(({ choices }) => [choices[0]?.delta, choices[0]?.logprobs]).slice(-2)).toEqual([
      [{}, { content, refusal: null }],
      [{}, null],
    ]);
  });

  test("§11.7 that are empty have none", () => {
    expect(streamed([eventOf([], { logprobsResult: { chosenCandidates: [] } }), stop]).chunks).toHaveLength(2);
  });
});
