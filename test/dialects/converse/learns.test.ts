import { describe, expect, test } from "vitest";
import { learnsFrom } from "../../../src/dialects/converse/learns.ts";
import type { Lesson } from "../../../src/dialects/converse/models.ts";
import * as names from "./_translate.ts";
import { translate } from "./_translate.ts";

const learnt = (message: string, status = 400) =>
  learnsFrom({ status, headers: {}, text: JSON.stringify({ message }) });

describe("what a refusal tells of the model", () => {
  test.each<readonly [message: string, lesson: Lesson | undefined]>([
    ["This model doesn't support tool use in streaming mode.", "no-streamed-tools"],
    ["This model doesn’t support tool use.", "no-tools"],
    [
      "This model doesn't support the toolConfig.toolChoice.any field. Remove toolConfig.toolChoice.any and try again.",
      "no-any",
    ],
    ["This model doesn't support the toolConfig.toolChoice.tool field. Remove it and try again.", "no-tool"],
    ["This model doesn't support system messages. Try again without a system message.", "no-system"],
    ["This model doesn't support the stopSequences field. Remove stopSequences and try again.", "no-stops"],
    ["This model doesn't support the outputConfig.textFormat field.", "no-schemas"],
    ["This model doesn't support the toolConfig.tools.toolSpec.strict field.", "no-schemas"],
    ["This model doesn't support the toolConfig.tools[0].toolSpec.strict field.", "no-schemas"],
    ["This model doesn't support the strict field.", "no-schemas"],
    ["This model doesn't support the reasoningContent field for the assistant role.", "no-thoughts"],
    [
      "User messages cannot contain reasoning content. Please remove the reasoning content and try again.",
      "no-thoughts",
    ],
    ["Malformed input request: #: extraneous key [cachePoint] is not permitted", "no-caching"],
    ["This model doesn't support the cachePoint field.", "no-caching"],
    ["This model doesn't support prompt caching.", "no-caching"],
    ["This model doesn't support assistant message prefill.", "no-prefill"],
    ["The conversation must end with a user message.", "no-prefill"],
    ["A value is wrong.", undefined],
  ])("%s", (message, lesson) => {
    expect(learnt(message)).toBe(lesson);
    expect(learnt(message, 500)).toBeUndefined();
  });
});

describe("what was learnt is left out", () => {
  const fn = (name: string) => ({ type: "function", function: { name, strict: true } });
  const tools = [fn("f"), fn("g")];
  const named = { type: "function", function: { name: "f" } };
  const bodyOf = (members: object, model: string, lesson: Lesson, kind: "unary" | "stream" = "unary") =>
    translate(members, model, { learned: new Set([lesson]) }, kind);

  test("tools in streams", () => {
    expect(bodyOf({ tools }, names.nova, "no-streamed-tools", "stream").asks).toBe("unary");
    expect(bodyOf({ tools }, names.titan, "no-streamed-tools", "stream").body.toolConfig).toBeUndefined();
  });

  test("tools", () => {
    expect(bodyOf({ tools }, names.nova, "no-tools").body.toolConfig).toBeUndefined();
  });

  test("choices", () => {
    expect(bodyOf({ tools, tool_choice: "required" }, names.nova, "no-any").body).toMatchObject({
      system: [{ text: "Call one of the tools now." }],
    });
    const { toolConfig } = bodyOf({ tools, tool_choice: named }, names.nova, "no-tool").body;
    expect([toolConfig?.tools.length, toolConfig?.toolChoice]).toEqual([1, { any: {} }]);
    const other = bodyOf({ tools, tool_choice: named }, names.nova, "no-any").body.toolConfig;
    expect(other?.toolChoice).toEqual({ tool: { name: "f" } });
  });

  test("stop sequences", () => {
    expect(bodyOf({ stop: "x" }, names.nova, "no-stops").body.inferenceConfig).toBeUndefined();
  });

  test("schemas", () => {
    expect(JSON.stringify(bodyOf({ tools }, names.gptOss, "no-schemas").body)).not.toContain("strict");
  });

  test("thoughts", () => {
    const thinking_blocks = [{ type: "thinking", thinking: "Hm.", signature: "c2ln" }];
    const messages = [
      { role: "user", content: "Hi." },
      { role: "assistant", content: "So.", thinking_blocks },
      { role: "user", content: "Go." },
    ];
    expect(JSON.stringify(bodyOf({ messages }, names.unknown, "no-tool").body)).toContain("reasoningContent");
    expect(JSON.stringify(bodyOf({ messages }, names.unknown, "no-thoughts").body)).not.toContain("reasoningContent");
  });

  test("marks for the cache", () => {
    const messages = [{ role: "user", content: "Hi.", cache_control: { type: "ephemeral" } }];
    expect(JSON.stringify(bodyOf({ messages }, names.nova, "no-caching").body)).not.toContain("cachePoint");
  });

  test("answers that the client has begun", () => {
    const messages = [
      { role: "user", content: "Hi." },
      { role: "assistant", content: "Well," },
    ];
    expect(bodyOf({ messages }, names.nova, "no-prefill").body.messages?.at(-1)?.role).toBe("user");
    expect(bodyOf({ messages }, names.nova, "no-tool").body.messages?.at(-1)?.role).toBe("assistant");
  });
});

describe("a model is known by its name, or by the family that the config tells", () => {
  const known = (upstreamModel: string, family?: string): boolean =>
    translate({ top_k: 5 }, upstreamModel, { family }).body.additionalModelRequestFields !== undefined;

  test.each([
    ["us.amazon.nova-pro-v1:0", undefined, true],
    ["US.Amazon.Nova-Pro-v1:0", undefined, true],
    ["arn:aws:bedrock:us-east-1:1:inference-profile/us.amazon.nova-pro-v1:0", undefined, true],
    ["arn:aws:bedrock:us-east-1:1:application-inference-profile/abc", undefined, false],
    ["arn:aws:bedrock:us-east-1:1:application-inference-profile/abc", "amazon.nova-pro", true],
    ["us.amazon.nova-pro-v1:0", "meta.llama3-3", false],
  ])("%s (%s)", (model, family, want) => {
    expect(known(model, family)).toBe(want);
  });
});
