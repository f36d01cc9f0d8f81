import { describe, expect, test } from "vitest";
import * as names from "./_translate.ts";
import { ask } from "./_translate.ts";

const user = (content: unknown) => ({ role: "user", content });
const model = (content: unknown, more: object = {}) => ({ role: "assistant", content, ...more });
const text = (one: string) => ({ type: "text", text: one });
const turn = (role: string, ...texts: readonly string[]) => ({ role, content: texts.map((one) => ({ text: one })) });
const call = (id: string, name: string, args = "{}") => ({ id, type: "function", function: { name, arguments: args } });
const calling = (...calls: readonly object[]) => model(null, { tool_calls: calls });
const result = (tool_call_id: string, content: unknown) => ({ role: "tool", tool_call_id, content });
const use = (toolUseId: string, name: string, input: object = {}) => ({ toolUse: { toolUseId, name, input } });
const used = (toolUseId: string, ...content: readonly object[]) => ({ toolResult: { toolUseId, content } });
const tools = ["f", "g"].map((name) => ({ type: "function", function: { name } }));

describe("arguments", () => {
  test.each([
    ["", {}],
    [" ", {}],
    ["{}", {}],
    ['{"a":{"b":[1]}}', { a: { b: [1] } }],
    ["[1]", { value: [1] }],
    ["null", { value: null }],
    ['"x"', { value: "x" }],
    ['{"cut":', { _raw: '{"cut":' }],
  ])("%j are an object", (said, input) => {
    const messages = [user("Hi."), calling(call("a", "f", said)), result("a", "1")];
    const { body } = ask({ tools, messages });
    expect(body["messages"]).toMatchObject([{}, { content: [use("a", "f", input)] }, {}]);
  });
});

describe("results that a model reads as JSON", () => {
  test.each([
    ['{"a":1}', { a: 1 }],
    ["sun", { output: "sun" }],
    ["[1]", { output: [1] }],
    ["7", { output: 7 }],
    ["null", { output: "null" }],
    ["", { output: "" }],
  ])("%j", (said, json) => {
    const messages = [user("Hi."), calling(call("a", "f")), result("a", said)];
    const { body } = ask({ tools, messages }, names.mistral);
    expect(body["messages"]).toMatchObject([{}, {}, { content: [used("a", { json })] }]);
  });

  test("texts of one result are one", () => {
    const messages = [user("Hi."), calling(call("a", "f")), result("a", [text("a"), text("b")])];
    const { body } = ask({ tools, messages }, names.mistral);
    expect(body["messages"]).toMatchObject([{}, {}, { content: [used("a", { json: { output: "a\nb" } })] }]);
  });
});

describe("thoughts of earlier turns", () => {
  const signed = { type: "thinking", thinking: "Hm.", signature: "c2ln" };
  const sealed = { type: "redacted_thinking", data: "eA==" };
  const loose = { type: "thinking", thinking: "Er." };
  const signedBlock = { reasoningContent: { reasoningText: { text: "Hm.", signature: "c2ln" } } };
  const sealedBlock = { reasoningContent: { redactedContent: "eA==" } };
  const plainBlock = (said: string) => ({ reasoningContent: { reasoningText: { text: said } } });
  const called = { tool_calls: [call("a", "f")] };

  test.each<readonly [name: string, model: string, message: object, want: readonly object[]]>([
    [
      "stand before text and calls, in their order, where the model signs them",
      names.unknown,
      model("So.", { ...called, thinking_blocks: [signed, sealed], reasoning_content: "Hm." }),
      [signedBlock, sealedBlock, { text: "So." }, use("a", "f")],
    ],
    [
      "keep their order where the sealed one is first",
      names.unknown,
      model(null, { ...called, thinking_blocks: [sealed, signed] }),
      [sealedBlock, signedBlock, use("a", "f")],
    ],
    [
      "without a signature are left out there",
      names.unknown,
      model("So.", { ...called, thinking_blocks: [loose], reasoning_content: "Er." }),
      [{ text: "So." }, use("a", "f")],
    ],
    [
      "are plain text at gpt-oss",
      names.gptOss,
      model("So.", { ...called, reasoning_content: "Hm.", thinking_blocks: [signed] }),
      [plainBlock("Hm."), { text: "So." }, use("a", "f")],
    ],
    [
      "are plain text under their other name",
      names.gptOss,
      model("So.", { ...called, reasoning: "Hm." }),
      [plainBlock("Hm."), { text: "So." }, use("a", "f")],
    ],
    [
      "of white space are none",
      names.gptOss,
      model("So.", { ...called, reasoning_content: " \n" }),
      [{ text: "So." }, use("a", "f")],
    ],
    ...[names.nova, names.nova2, names.qwen, names.llama].map(
      (one) =>
        [
          `are left out at ${one}`,
          one,
          model("So.", { ...called, reasoning_content: "Hm.", thinking_blocks: [signed, sealed] }),
          [{ text: "So." }, use("a", "f")],
        ] as const,
    ),
  ])("%s", (_name, upstream, message, want) => {
    const { body } = ask({ tools, messages: [user("Hi."), message, result("a", "1")] }, upstream);
    expect(body["messages"]).toMatchObject([{}, { role: "assistant", content: want }, {}]);
  });

  test.each([names.unknown, names.gptOss])("that led to nothing are left out with their turn (%s)", (upstream) => {
    const messages = [user("Hi."), model("", { thinking_blocks: [signed], reasoning_content: "Hm." }), user("Go.")];
    expect(ask({ messages }, upstream).body["messages"]).toEqual([turn("user", "Hi.", "Go.")]);
  });
});
