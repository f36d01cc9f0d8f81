import { describe, expect, test } from "vitest";
import { GatewayError } from "../../../src/errors.ts";
import { call, called, choiceWith, expectAnswers, say, saying, silent, toBody } from "./_answers.ts";
import { callId, openChat, read } from "./_translate.ts";

describe("calls", () => {
  const f = (members: object) => ({ ...call, ...members });
  const args = (value: unknown) => ({ ...call, function: { name: "f", arguments: value } });
  expectAnswers(
    [
      ["are as they were made", called(call), [call]],
      ["without an id get one of their own", called(f({ id: undefined })), [f({ id: `call_${callId}_0` })]],
      ["whose id is null get one", called(f({ id: null })), [f({ id: `call_${callId}_0` })]],
      ["whose id is empty get one", called(call, f({ id: "" })), [call, f({ id: `call_${callId}_1` })]],
      [
        "that share an id get different ones",
        called(call, f({ function: { name: "g", arguments: "{}" } })),
        [call, f({ id: `call_${callId}_1`, function: { name: "g", arguments: "{}" } })],
      ],
      ["without a type are of functions", called(f({ type: undefined })), [call]],
      ["of an unknown type are of functions", called(f({ type: "tool" })), [call]],
      [
        "of custom tools without a type are of custom tools",
        called({ id: "c", custom: { name: "p", input: "x" } }),
        [{ id: "c", type: "custom", custom: { name: "p", input: "x" } }],
      ],
      ["whose arguments are an object have them as text", called(args({ a: 1 })), [call]],
      ["without arguments have none", called(args(undefined)), [args("{}")]],
      ["whose arguments are null have none", called(args(null)), [args("{}")]],
      ["whose arguments are empty have none", called(args("")), [args("{}")]],
      [
        "of custom tools whose text is missing have none",
        called({ id: "c", type: "custom", custom: { name: "p" } }),
        [{ id: "c", type: "custom", custom: { name: "p", input: "" } }],
      ],
      ["keep arguments that are no JSON: the model's own mistake", called(args("{a")), [args("{a")]],
      ["keep their number, as some servers send it", called(f({ index: 0 })), [f({ index: 0 })]],
      ["without a name are none", called(call, f({ function: { arguments: "{}" } }), null, "x"), [call]],
      [
        "after the first are dropped where only one is wanted",
        called(call, f({ id: "call_2" })),
        [call],
        { request: { parallel_tool_calls: false } },
      ],
    ],
    ({ choices }) => choices[0]?.message.tool_calls,
  );

  test.each([
    ["an empty list", []],
    ["null", null],
    ["of no known form", "f()"],
    ["all without a name", [{ id: "x", function: {} }]],
  ])("that are %s are no member at all", (_name, tool_calls) => {
    const { choices } = toBody(saying({ tool_calls, function_call: null }));
    expect(choices[0]?.message).toEqual(say);
    expect(choices[0]?.finish_reason).toBe("stop");
  });

  test("cut by the limit keep what there was", () => {
    const cut = saying({ content: null, tool_calls: [args("")] }, "length");
    expect(toBody(cut).choices[0]?.message.tool_calls).toEqual([args("")]);
  });

  test("that are deprecated have arguments too, and a name", () => {
    const older = (function_call: unknown) => toBody(saying({ function_call })).choices[0];
    expect(older({ name: "f" })?.message).toEqual({ ...say, function_call: { name: "f", arguments: "{}" } });
    expect(older({ name: "f", arguments: { a: 1 } })?.message.function_call?.arguments).toBe('{"a":1}');
    expect(older({ arguments: "{}" })).toMatchObject({ message: say, finish_reason: "stop" });
    expect(older("f()")).toMatchObject({ message: say, finish_reason: "stop" });
  });

  test("of deprecated functions that went out as tools come back in the deprecated form", () => {
    const asking = { host: "vllm", request: { functions: [{ name: "f" }] } };
    const { choices } = toBody(called(call, f({ id: "call_2" })), asking);
    expect(choices[0]?.message).toEqual({ ...silent, function_call: { name: "f", arguments: '{"a":1}' } });
    expect(choices[0]?.finish_reason).toBe("function_call");
  });
});

describe("why an answer ended", () => {
  const text = (reason: unknown) => saying({}, reason);
  const calling = (reason: unknown) => saying({ tool_calls: [call] }, reason);
  const older = (reason: unknown) => saying({ function_call: { name: "f", arguments: "{}" } }, reason);
  expectAnswers(
    [
      ["stop", text("stop"), { is: "stop" }],
      ["length", text("length"), { is: "length" }],
      ["content_filter", text("content_filter"), { is: "content_filter" }],
      ["a word of others for the limit", text("max_tokens"), { is: "length" }],
      ["Mistral's word for the limit", text("model_length"), { is: "length" }],
      ["Google's word for the limit", text("MAX_TOKENS"), { is: "length" }],
      ["a word of others for safety", text("safety"), { is: "content_filter" }],
      ["a word nobody knows", text("eos_token"), { is: "stop" }],
      ["a word that every object has", text("constructor"), { is: "stop" }],
      ["nothing", text(undefined), { is: "stop" }],
      ["null", text(null), { is: "stop" }],
      ["an empty word", text(""), { is: "stop" }],
      ["a number", text(7), { is: "stop" }],
      ["a model that was only loaded, as Ollama says it", text("load"), { is: "stop" }],
      ["tool_calls in capitals, with calls", calling("TOOL_CALLS"), { is: "tool_calls" }],
      ["tool_calls", calling("tool_calls"), { is: "tool_calls" }],
      ["stop, with calls", calling("stop"), { is: "tool_calls" }],
      ["a word nobody knows, with calls", calling("eos_token"), { is: "tool_calls" }],
      ["Anthropic's word for calls", calling("tool_use"), { is: "tool_calls" }],
      ["nothing, with calls", calling(null), { is: "tool_calls" }],
      ["length, with calls", calling("length"), { is: "length" }],
      ["content_filter, with calls", calling("content_filter"), { is: "content_filter" }],
      ["tool_calls, without any", text("tool_calls"), { is: "stop" }],
      ["function_call, without one", text("function_call"), { is: "stop" }],
      ["stop, with a deprecated call", older("stop"), { is: "function_call" }],
      ["tool_calls, with a deprecated call", older("tool_calls"), { is: "function_call" }],
    ],
    ({ choices }) => ({ is: choices[0]?.finish_reason }),
  );

  test.each(["error", "abort", "ERROR"])("%s is no answer", (reason) => {
    const made = read(openChat(), text(reason));
    expect(made).toBeInstanceOf(GatewayError);
    expect(made).toMatchObject({ errorName: "upstream_invalid_response", retryable: true });
  });
});

describe("likelihoods", () => {
  const token = { token: "Hi", logprob: -0.1, bytes: [72, 105], top_logprobs: [] };
  const likely = (logprobs: unknown) => choiceWith({ logprobs });
  expectAnswers(
    [
      ["are as they were", likely({ content: [token], refusal: null }), { content: [token], refusal: null }],
      [
        "without a part for refusals have an empty one",
        likely({ content: [token] }),
        { content: [token], refusal: null },
      ],
      ["without a part for words have an empty one", likely({ refusal: [token] }), { content: null, refusal: [token] }],
      [
        "of tokens without bytes and neighbours have empty ones",
        likely({ content: [{ token: "Hi", logprob: -0.1 }] }),
        { content: [{ token: "Hi", logprob: -0.1, bytes: null, top_logprobs: [] }], refusal: null },
      ],
      [
        "of neighbours without bytes say so",
        likely({ content: [{ ...token, top_logprobs: [{ token: "Ho", logprob: -3 }] }], refusal: null }),
        { content: [{ ...token, top_logprobs: [{ token: "Ho", logprob: -3, bytes: null }] }], refusal: null },
      ],
      [
        "of tokens that cannot be are the lowest there are",
        likely({ content: [{ ...token, logprob: null }], refusal: null }),
        { content: [{ ...token, logprob: -9999 }], refusal: null },
      ],
      [
        "keep what a server adds",
        likely({ content: [{ id: 5, ...token }], refusal: null }),
        { content: [{ id: 5, ...token }], refusal: null },
      ],
      [
        "of what is no token are left out",
        likely({ content: [token, null, { logprob: -1 }], refusal: null }),
        { content: [token], refusal: null },
      ],
    ],
    ({ choices }) => choices[0]?.logprobs ?? {},
  );

  test.each([["text"], [7], [[]], [true]])("in the form %j are none", (logprobs) => {
    expect(toBody(likely(logprobs)).choices[0]?.logprobs).toBeNull();
  });
});
