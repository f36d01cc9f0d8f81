import { describe, expect, test } from "vitest";
import type { ClientTool } from "../../../src/dialects/gemini/chat/context.ts";
import { GatewayError } from "../../../src/errors.ts";
import {
  answerOf,
  candidateOf,
  choiceOf,
  contextFor,
  deltasOf,
  eventOf,
  facts,
  read,
  stop,
  streamed,
  toldOf,
  whole,
} from "./_reading.ts";

describe("§10 a whole answer", () => {
  test("bears the gateway's id, time and name of the model, not Google's", () => {
    const named = { modelVersion: "gemini-x", responseId: "abc", createTime: "2026-11-21T00:00:00Z" };
    expect(whole({ ...answerOf([{ text: "Hi." }]), ...named })).toEqual({
      id: "chatcmpl-c0ffee",
      object: "chat.completion",
      created: 1_790_000_000,
      model: "some-model",
      choices: [
        {
          index: 0,
          message: { role: "assistant", content: "Hi.", refusal: null, annotations: [] },
          logprobs: null,
          finish_reason: "stop",
        },
      ],
    });
  });

  test("names the upstream's model where it may be seen", () => {
    const shown = { ...facts, responseModel: undefined };
    expect(whole(answerOf([{ text: "Hi." }]), contextFor({ facts: shown })).model).toBe("gemini-2.5-flash");
  });

  test("numbers its choices as Google does, and from 0", () => {
    const body = { candidates: [candidateOf([{ text: "a" }]), candidateOf([{ text: "b" }], { index: 1 })] };
    expect(whole(body).choices.map(({ index, message }) => [index, message.content])).toEqual([
      [0, "a"],
      [1, "b"],
    ]);
  });
});

/** Parts of an answer, and what becomes of them. */
const messages: readonly (readonly [name: string, parts: readonly object[], message: object])[] = [
  ["texts are joined", [{ text: "a" }, { text: "" }, { text: "b" }], { content: "ab", refusal: null }],
  [
    "thoughts are joined beside the text",
    [{ text: "h", thought: true }, { text: "m", thought: true }, { text: "a" }],
    { content: "a", reasoning_content: "hm" },
  ],
  ["thoughts alone leave an empty text", [{ text: "h", thought: true }], { content: "", reasoning_content: "h" }],
  ["nothing at all is an empty text", [], { content: "", annotations: [] }],
  [
    "calls without a text leave none",
    [{ functionCall: { id: "7", name: "f", args: { a: 1 } } }],
    { content: null, tool_calls: [{ id: "7", type: "function", function: { name: "f", arguments: '{"a":1}' } }] },
  ],
  [
    "calls without arguments have none",
    [{ functionCall: { name: "f" } }, { functionCall: { name: "g", id: "", args: {} } }],
    {
      tool_calls: [
        { id: "call_c0ffee_0", type: "function", function: { name: "f", arguments: "{}" } },
        { id: "call_c0ffee_1", type: "function", function: { name: "g", arguments: "{}" } },
      ],
    },
  ],
  [
    "pictures are numbered",
    [
      { inlineData: { mimeType: "image/png", data: "AAAA" } },
      { text: "Look." },
      { inlineData: { mimeType: "image/webp", data: "BBBB" } },
    ],
    {
      content: "Look.",
      images: [
        { type: "image_url", index: 0, image_url: { url: "data:image/png;base64,AAAA" } },
        { type: "image_url", index: 1, image_url: { url: "data:image/webp;base64,BBBB" } },
      ],
    },
  ],
];

test.each(messages)("§10 %s", (_, parts, message) => {
  expect(choiceOf(answerOf(parts)).message).toMatchObject(message);
});

test.each([
  ["tool_calls", [{ text: "a" }]],
  ["images", [{ text: "a" }]],
  ["audio", [{ text: "a" }]],
  ["reasoning_content", [{ text: "a" }]],
  ["extra_content", [{ text: "a" }]],
])("§10 %s is left out where there is none", (member, parts) => {
  expect(choiceOf(answerOf(parts)).message).not.toHaveProperty(member);
});

/** Answers that lack something they might hold. */
test.each([
  ["content", { candidates: [{ finishReason: "STOP" }] }],
  ["parts", { candidates: [{ content: { role: "model" }, finishReason: "STOP" }] }],
  ["parts but null", { candidates: [{ content: { role: "model", parts: null }, finishReason: "STOP" }] }],
  ["a role", { candidates: [{ content: { parts: [] }, finishReason: "STOP" }] }],
  ["anything but nulls", { candidates: [{ content: null, index: null, finishReason: "STOP" }], usageMetadata: null }],
])("§10 an answer without %s is an empty one", (_, body) => {
  expect(choiceOf(body)).toMatchObject({ index: 0, message: { content: "" }, finish_reason: "stop" });
});

test.each([
  ["no candidates", {}],
  ["null for them", { candidates: null }],
  ["an empty list of them", { candidates: [] }],
  ["a prompt that nothing blocked, and no candidates", { promptFeedback: { safetyRatings: [] } }],
  ["another shape", { candidates: { content: 1 } }],
])("§10 an answer with %s is a failure", (_, body) => {
  expect(read(body)).toMatchObject({ errorName: "upstream_invalid_response" });
});

describe("§9.1 signatures", () => {
  test.each([
    ["on the text", [{ text: "a", thoughtSignature: "c2ln" }]],
    ["on a last part that is empty", [{ text: "a" }, { text: "", thoughtSignature: "c2ln" }]],
    ["on a part of their own", [{ text: "a" }, { thoughtSignature: "c2ln" }]],
    [
      "on the first part of 2.5, whatever it is",
      [{ text: "h", thought: true, thoughtSignature: "c2ln" }, { text: "a" }],
    ],
    ["on a picture", [{ inlineData: { mimeType: "image/png", data: "AAAA" }, thoughtSignature: "c2ln" }]],
  ])("%s are the message's", (_, parts) => {
    const extra_content = { google: { thought_signature: "c2ln" } };
    expect(choiceOf(answerOf(parts)).message).toMatchObject({ extra_content });
    const { chunks } = streamed([...parts.map((part) => eventOf([part])), stop]);
    expect(deltasOf({ chunks })).toContainEqual({ extra_content });
  });

  test("§9.3 on a call are that call's, in whole answers and in streams", () => {
    const parts = [{ functionCall: { name: "f" }, thoughtSignature: "c2ln" }, { functionCall: { name: "g" } }];
    const extra_content = { google: { thought_signature: "c2ln" } };
    const { message } = choiceOf(answerOf(parts));
    expect(message.tool_calls).toMatchObject([{ extra_content }, {}]);
    expect(message.tool_calls?.[1]).not.toHaveProperty("extra_content");
    expect(message).not.toHaveProperty("extra_content");
    const [first, second] = deltasOf(streamed([eventOf(parts), stop])).map(({ tool_calls }) => tool_calls?.[0]);
    expect(first).toMatchObject({ index: 0, extra_content });
    expect(second).toMatchObject({ index: 1 });
    expect(second).not.toHaveProperty("extra_content");
  });
});

describe("§10 calls in other forms", () => {
  const tools = new Map<string, ClientTool>([
    ["shell", { name: "shell", kind: "custom" }],
    ["look_up_", { name: "look.up", kind: "function" }],
  ]);

  test("custom tools get their input as text", () => {
    const { message } = choiceOf(
      answerOf([{ functionCall: { name: "shell", args: { input: "ls" } } }]),
      contextFor({ tools }),
    );
    expect(message.tool_calls).toEqual([
      { id: "call_c0ffee_0", type: "custom", custom: { name: "shell", input: "ls" } },
    ]);
  });

  test("renamed tools get their name back", () => {
    const { message } = choiceOf(answerOf([{ functionCall: { name: "look_up_" } }]), contextFor({ tools }));
    expect(message.tool_calls).toMatchObject([{ function: { name: "look.up" } }]);
  });

  test("deprecated functions are answered in their form, once", () => {
    const parts = [{ functionCall: { name: "f", args: { a: 1 } } }, { functionCall: { name: "g" } }];
    const { message, finish_reason } = choiceOf(answerOf(parts), contextFor({ legacyCalls: true }));
    expect(message).toMatchObject({ content: null, function_call: { name: "f", arguments: '{"a":1}' } });
    expect(message).not.toHaveProperty("tool_calls");
    expect(finish_reason).toBe("function_call");
  });

  test("the call that stands in for structured output is the content, once", () => {
    const call = { functionCall: { name: "answer", args: { a: 1 } } };
    expect(choiceOf(answerOf([call, call]), contextFor({ answerTool: "answer" }))).toMatchObject({
      message: { content: '{"a":1}' },
      finish_reason: "stop",
    });
  });
});

describe("§10 service_tier", () => {
  test.each([
    ["ON_DEMAND", "default"],
    ["ON_DEMAND_PRIORITY", "priority"],
    ["ON_DEMAND_FLEX", "flex"],
    ["PROVISIONED_THROUGHPUT", "scale"],
    ["ON_DEMAND_OFFPEAK", undefined],
    ["TRAFFIC_TYPE_UNSPECIFIED", undefined],
    ["NEW", undefined],
    ["constructor", undefined],
  ])("%s is %s", (trafficType, tier) => {
    const body = { ...answerOf([{ text: "Hi." }]), usageMetadata: { trafficType } };
    expect(whole(body).service_tier).toBe(tier);
    const counted = { ...eventOf([{ text: "Hi." }]), usageMetadata: { promptTokenCount: 1 } };
    const { chunks } = streamed([{ usageMetadata: { trafficType } }, counted, stop]);
    expect(new Set(chunks.map(({ service_tier }) => service_tier))).toEqual(new Set([tier]));
  });
});

describe("§10 code that the model had run", () => {
  const code = { executableCode: { language: "PYTHON", code: "print(1)" } };
  const result = { codeExecutionResult: { outcome: "OUTCOME_OK", output: "1\n" } };
  const given = contextFor({ codeExecution: true });

  test("is fenced blocks of the content where the model was given a place for it", () => {
    const parts = [{ text: "Let me see." }, code, result, { text: "One." }];
    const content = "Let me see.\n```python\nprint(1)\n```\n```\n1\n```\nOne.";
    expect(choiceOf(answerOf(parts), given).message.content).toBe(content);
    const deltas = deltasOf(streamed([...parts.map((part) => eventOf([part])), stop], given));
    expect(deltas.map((delta) => delta.content ?? "").join("")).toBe(content);
    expect(toldOf(answerOf(parts), given)).toEqual([]);
  });

  test.each([
    ["a run that failed", { outcome: "OUTCOME_FAILED", output: "NameError" }, "```\n(failed)\nNameError\n```\n"],
    ["a run that took too long", { outcome: "OUTCOME_DEADLINE_EXCEEDED" }, "```\n(took too long)\n```\n"],
    ["a run that said nothing", { outcome: "OUTCOME_OK" }, ""],
    ["output with fences of its own", { outcome: "OUTCOME_OK", output: "```x```" }, "````\n```x```\n````\n"],
    ["an outcome nobody knows", { outcome: "NEW", output: "1" }, "```\n1\n```\n"],
  ])("§10 %s", (_, codeExecutionResult, content) => {
    expect(choiceOf(answerOf([{ codeExecutionResult }]), given).message.content).toBe(content);
    expect(toldOf(answerOf([{ codeExecutionResult }]), given)).toEqual([]);
  });

  test("§10 in a language nobody knows has a fence without a name", () => {
    const parts = [{ executableCode: { language: "LANGUAGE_UNSPECIFIED", code: "x" } }];
    expect(choiceOf(answerOf(parts), given).message.content).toBe("```\nx\n```\n");
  });
});

/** Parts that have no place in the client's answer. */
test.each([
  ["executableCode", { executableCode: { language: "PYTHON", code: "1" } }],
  ["codeExecutionResult", { codeExecutionResult: { outcome: "OUTCOME_OK" } }],
  ["toolCall", { toolCall: { id: "1" } }],
  ["toolResponse", { toolResponse: { id: "1" } }],
  ["fileData", { fileData: { mimeType: "video/mp4", fileUri: "gs://b/v.mp4" } }],
  ["inlineData", { inlineData: { mimeType: "video/mp4", data: "AAAA" } }],
  ["inlineData", { inlineData: { mimeType: "image/png", data: "AAAA" }, thought: true }],
  ["inlineData", { inlineData: { mimeType: "audio/L16", data: "AAAA" }, thought: true }],
])("§10 %s is told where the client cannot see it", (member, part) => {
  const told = [`reported:candidates[].content.parts[].${member}`];
  expect(toldOf(answerOf([{ text: "Hi." }, part, part]))).toEqual(told);
  expect(streamed([eventOf([part]), eventOf([part, { text: "Hi." }]), stop]).told).toEqual(told);
  expect(choiceOf(answerOf([{ text: "Hi." }, part])).message).toMatchObject({ content: "Hi." });
});

test("§10 a part of a kind that nobody knows yet is told", () => {
  expect(toldOf(answerOf([{ hologram: { depth: 3 } }]))).toEqual(["reported:candidates[].content.parts[]"]);
  expect(toldOf(answerOf([{ text: "", thoughtSignature: "c2ln" }]))).toEqual([]);
});

test("§10 an error in a 200 is that error, in the client's names", () => {
  const failure = read({ error: { code: 503, status: "UNAVAILABLE", message: "Busy." } });
  expect(failure).toBeInstanceOf(GatewayError);
  expect(failure).toMatchObject({ errorName: "overloaded" });
  expect(read({ error: { status: "NOT_FOUND", message: "gemini-2.5-flash?" } })).toMatchObject({
    message: "The model `some-model` does not exist or you do not have access to it.",
  });
  const limit = {
    error: { status: "INVALID_ARGUMENT", message: "Invalid value at 'generation_config.max_output_tokens'" },
  };
  const places = (usual: string) => (usual === "max_tokens" ? "max_completion_tokens" : undefined);
  expect(read(limit, contextFor({ places }))).toMatchObject({ param: "max_completion_tokens" });
});

test("§10 an error that is null is none", () => {
  expect(choiceOf({ ...answerOf([{ text: "Hi." }]), error: null }).message.content).toBe("Hi.");
  expect(streamed([{ ...eventOf([{ text: "Hi." }]), error: null }, stop]).failure).toBeUndefined();
});

test("§10 the counts of an answer are its own; where none were told there are none", () => {
  const usageMetadata = { promptTokenCount: 4, candidatesTokenCount: 3, totalTokenCount: 7 };
  expect(whole({ ...answerOf([{ text: "Hi." }]), usageMetadata }).usage).toMatchObject({ total_tokens: 7 });
  expect(whole({ ...answerOf([{ text: "Hi." }]), usageMetadata: {} })).not.toHaveProperty("usage");
});
