import {
  ConverseCommand,
  type ConverseCommandInput,
  ConverseStreamCommand,
  type ConverseStreamOutput,
  CountTokensCommand,
  type Tool,
} from "@aws-sdk/client-bedrock-runtime";
import { describe, expect, test } from "vitest";
import { parseScript } from "../../src/emulators/script.ts";
import fc from "../_fc.ts";
import { collect } from "../_promises.ts";
import { ask, claude, clientOf, emulate, framesIn, pathOf, post } from "./_bedrock.ts";

const weather: Tool = {
  toolSpec: {
    name: "get_weather",
    description: "The weather of a city",
    inputSchema: { json: { type: "object", properties: { city: { type: "string" } }, required: ["city"] } },
  },
};
const nova = "amazon.nova-pro-v1:0";

const talk = (words: string, more: Partial<ConverseCommandInput> = {}): ConverseCommandInput => ({
  modelId: claude,
  messages: [{ role: "user", content: [{ text: words }] }],
  ...more,
});

/** All events of a stream. */
async function streamed(script: string, input: ConverseCommandInput): Promise<readonly ConverseStreamOutput[]> {
  const { stream } = await clientOf(await emulate(script)).send(new ConverseStreamCommand(input));
  return stream === undefined ? [] : collect(stream);
}

const families: readonly (readonly [string])[] = [
  [claude],
  [nova],
  ["us.meta.llama4-scout-17b-instruct-v1:0"],
  ["mistral.mistral-large-2402-v1:0"],
  ["us.deepseek.r1-v1:0"],
  ["cohere.command-r-plus-v1:0"],
  ["openai.gpt-oss-120b-1:0"],
  ["amazon.titan-text-express-v1"],
];

describe("the AWS SDK against the built-in model", () => {
  test.each(families)("%s answers whole and in a stream, with counts that add up", async (modelId) => {
    const client = clientOf(await emulate());
    const { output, stopReason, usage, metrics } = await client.send(
      new ConverseCommand(talk("Good morning", { modelId })),
    );
    const said = output?.message?.content?.flatMap(({ text }) => text ?? []).join("");
    expect(said).toContain("You said: Good morning");
    expect([stopReason, output?.message?.role, metrics?.latencyMs]).toEqual([
      "end_turn",
      "assistant",
      expect.any(Number),
    ]);
    expect(usage?.totalTokens).toBe((usage?.inputTokens ?? 0) + (usage?.outputTokens ?? 0));
    const events = await streamed("answers: []", talk("Good morning", { modelId }));
    expect(events.flatMap((event) => event.contentBlockDelta?.delta?.text ?? []).join("")).toBe(said);
    expect(events.flatMap((event) => event.messageStop?.stopReason ?? [])).toEqual(["end_turn"]);
    expect(events.at(-1)?.metadata?.usage).toEqual(usage);
  });

  test("calls a tool, and uses what it gives back", async () => {
    const client = clientOf(await emulate());
    const first = await client.send(
      new ConverseCommand(talk("The weather in Paris?", { toolConfig: { tools: [weather] } })),
    );
    const call = first.output?.message?.content?.find(({ toolUse }) => toolUse !== undefined)?.toolUse;
    expect(first.stopReason).toBe("tool_use");
    expect(call).toEqual({
      toolUseId: expect.stringMatching(/^tooluse_/),
      name: "get_weather",
      input: { city: "Paris" },
    });
    const next = talk("The weather in Paris?", { toolConfig: { tools: [weather] } });
    const messages = [
      ...(next.messages ?? []),
      { role: "assistant" as const, content: first.output?.message?.content ?? [] },
      {
        role: "user" as const,
        content: [{ toolResult: { toolUseId: call?.toolUseId ?? "", content: [{ json: { degrees: 21 } }] } }],
      },
    ];
    const second = await client.send(new ConverseCommand({ ...next, messages }));
    expect(second.output?.message?.content?.[0]?.text).toContain("get_weather says: degrees 21");
  });

  test("streams a call: its name first, then its input in pieces", async () => {
    const events = await streamed("answers: []", talk("The weather in Paris?", { toolConfig: { tools: [weather] } }));
    expect(events.map((event) => Object.keys(event)[0]).filter((name) => name !== "contentBlockDelta")).toEqual([
      ...["messageStart", "contentBlockStart", "contentBlockStop", "messageStop", "metadata"],
    ]);
    expect(events[1]?.contentBlockStart).toMatchObject({
      contentBlockIndex: 0,
      start: { toolUse: { name: "get_weather" } },
    });
    const pieces = events.flatMap((event) => event.contentBlockDelta?.delta?.toolUse?.input ?? []);
    expect([pieces[0], JSON.parse(pieces.join(""))]).toEqual(["", { city: "Paris" }]);
  });

  test("counts tokens of both forms", async () => {
    const client = clientOf(await emulate());
    const { messages } = talk("Good morning");
    const converse = await client.send(new CountTokensCommand({ modelId: claude, input: { converse: { messages } } }));
    expect(converse.inputTokens).toBeGreaterThan(5);
    const own = { anthropic_version: "bedrock-2023-05-31", max_tokens: 5, messages: [{ role: "user", content: "Hi" }] };
    const body = new TextEncoder().encode(JSON.stringify(own));
    const invoked = await client.send(new CountTokensCommand({ modelId: claude, input: { invokeModel: { body } } }));
    expect(invoked.inputTokens).toBeGreaterThan(3);
  });

  test("ends at a stop sequence and at the limit", async () => {
    const client = clientOf(await emulate());
    for (const modelId of [claude, nova]) {
      const stopped = await client.send(
        new ConverseCommand(talk("Hi", { modelId, inferenceConfig: { stopSequences: ["small"] } })),
      );
      const cut = await client.send(new ConverseCommand(talk("Hi", { modelId, inferenceConfig: { maxTokens: 3 } })));
      expect([stopped.stopReason, cut.stopReason]).toEqual(["stop_sequence", "max_tokens"]);
    }
  });

  test("JSON by a schema", async () => {
    const schema = JSON.stringify({
      type: "object",
      properties: { city: { type: "string" } },
      required: ["city"],
      additionalProperties: false,
    });
    const outputConfig = {
      textFormat: { type: "json_schema" as const, structure: { jsonSchema: { schema, name: "city" } } },
    };
    const { output } = await clientOf(await emulate()).send(new ConverseCommand(talk("A city", { outputConfig })));
    expect(JSON.parse(output?.message?.content?.[0]?.text ?? "")).toEqual({ city: expect.any(String) });
  });

  test("members of Claude's own answer come back where they are asked for", async () => {
    const input = talk("Hi", {
      inferenceConfig: { stopSequences: ["small"] },
      additionalModelResponseFieldPaths: ["/stop_sequence", "/usage/input_tokens", "/nowhere"],
    });
    const { additionalModelResponseFields } = await clientOf(await emulate()).send(new ConverseCommand(input));
    expect(additionalModelResponseFields).toEqual({
      stop_sequence: "small",
      usage: { input_tokens: expect.any(Number) },
    });
  });
});

describe("thinking", () => {
  const thinking = { additionalModelRequestFields: { thinking: { type: "enabled", budget_tokens: 1024 } } };
  const script =
    "answers: [{ when: { tool_result: false }, thoughts: Let me see., text: Hm., calls: [{ name: get_weather }] }]";

  test.each([false, true])("of Claude is signed, and verified when it comes back (stream: %s)", async (stream) => {
    const emulator = await emulate(script);
    const client = clientOf(emulator);
    const input = talk("The weather?", {
      toolConfig: { tools: [weather] },
      inferenceConfig: { maxTokens: 4000 },
      ...thinking,
    });
    const { output } = await client.send(new ConverseCommand(input));
    const content = output?.message?.content ?? [];
    expect(content.map((block) => Object.keys(block)[0])).toEqual(["reasoningContent", "text", "toolUse"]);
    expect(content[0]?.reasoningContent?.reasoningText).toEqual({ text: "Let me see.", signature: expect.any(String) });
    const toolUseId = content[2]?.toolUse?.toolUseId ?? "";
    const back = (text: string): ConverseCommandInput => ({
      ...input,
      messages: [
        ...(input.messages ?? []),
        {
          role: "assistant",
          content: content.map((block) =>
            block.reasoningContent?.reasoningText === undefined
              ? block
              : { reasoningContent: { reasoningText: { ...block.reasoningContent.reasoningText, text } } },
          ),
        },
        { role: "user", content: [{ toolResult: { toolUseId, content: [{ text: "Sun" }] } }] },
      ],
    });
    const send = (asked: ConverseCommandInput) =>
      stream ? client.send(new ConverseStreamCommand(asked)) : client.send(new ConverseCommand(asked));
    await expect(send(back("Let me see."))).resolves.toBeDefined();
    await expect(send(back("Let me lie."))).rejects.toThrow("cannot be modified");
  });

  test("streams with its signature, and hidden thinking as bytes", async () => {
    const hidden = "answers: [{ redacted_thoughts: Not for you., thoughts: Let me see., text: Done. }]";
    const input = talk("Hi", { inferenceConfig: { maxTokens: 4000 }, ...thinking });
    const events = await streamed(hidden, input);
    const parts = events.flatMap((event) => event.contentBlockDelta?.delta?.reasoningContent ?? []);
    expect(parts[0]?.redactedContent).toBeInstanceOf(Uint8Array);
    expect(parts.flatMap(({ text }) => text ?? []).join("")).toBe("Let me see.");
    expect(parts.at(-1)).toEqual({ signature: expect.any(String) });
  });

  test.each(["us.deepseek.r1-v1:0", "openai.gpt-oss-20b-1:0"])("of %s needs no signature", async (modelId) => {
    const { output } = await clientOf(await emulate("answers: [{ thoughts: Hm., text: Hi. }]")).send(
      new ConverseCommand(talk("Hi", { modelId })),
    );
    expect(output?.message?.content).toEqual([
      { reasoningContent: { reasoningText: { text: "Hm." } } },
      { text: "Hi." },
    ]);
  });
});

describe("a script", () => {
  test("sets text, calls, counts and the end, in the words of Converse", async () => {
    const script = `
answers:
  - text: Wait.
    calls: [{ name: get_weather, args: { city: Rome }, id: t1 }]
    usage: { input: 50, cached: 20, cache_write: 10, output: 7 }
    finish: malformed_tool_use
`;
    for (const modelId of [claude, nova]) {
      const { output, stopReason, usage } = await clientOf(await emulate(script)).send(
        new ConverseCommand(talk("Hi", { modelId, toolConfig: { tools: [weather] } })),
      );
      expect(output?.message?.content).toEqual([
        { text: "Wait." },
        { toolUse: { toolUseId: "t1", name: "get_weather", input: { city: "Rome" } } },
      ]);
      expect(stopReason).toBe("malformed_tool_use");
      expect(usage).toEqual({
        inputTokens: 20,
        outputTokens: 7,
        totalTokens: 57,
        cacheReadInputTokens: 20,
        cacheWriteInputTokens: 10,
        cacheDetails: [{ ttl: "5m", inputTokens: 10 }],
      });
    }
  });

  test("cites pages and documents, whole and in a stream", async () => {
    const script = `
answers:
  - text: It is 7 o'clock. Good evening.
    sources: [{ uri: "https://example.com/a", title: Example, quote: It is 7 o'clock., kind: document }]
`;
    const { output } = await clientOf(await emulate(script)).send(new ConverseCommand(talk("Hi")));
    expect(output?.message?.content).toMatchObject([
      {
        citationsContent: {
          content: [{ text: "It is 7 o'clock." }],
          citations: [{ title: "Example", location: { documentChar: { documentIndex: 0 } } }],
        },
      },
      { text: " Good evening." },
    ]);
    const events = await streamed(script, talk("Hi"));
    expect(events.flatMap((event) => event.contentBlockDelta?.delta?.citation ?? [])).toMatchObject([
      { title: "Example" },
    ]);
  });

  test("is told the model by the name on Bedrock", async () => {
    const script = "answers: [{ when: { model: anthropic.claude-sonnet-* }, text: Claude. }, { text: Other. }]";
    const client = clientOf(await emulate(script));
    const said = async (modelId: string) =>
      (await client.send(new ConverseCommand(talk("Hi", { modelId })))).output?.message?.content?.[0]?.text;
    expect([await said(claude), await said(nova)]).toEqual(["Claude.", "Other."]);
  });

  test("blocks, with a guardrail that tells what it found, and without one", async () => {
    const client = clientOf(await emulate("answers: [{ blocked: hate }]"));
    const guardrailConfig = { guardrailIdentifier: "abc123", guardrailVersion: "1", trace: "enabled" as const };
    const guarded = await client.send(new ConverseCommand(talk("Hi", { guardrailConfig })));
    expect(guarded).toMatchObject({
      stopReason: "guardrail_intervened",
      output: { message: { content: [{ text: "Sorry, the model cannot answer this question." }] } },
      trace: {
        guardrail: {
          inputAssessment: { abc123: { contentPolicy: { filters: [{ type: "HATE", action: "BLOCKED" }] } } },
        },
      },
    });
    const plain = await client.send(new ConverseCommand(talk("Hi")));
    expect([plain.stopReason, plain.output?.message?.content]).toEqual(["content_filtered", []]);
  });

  test("a guardrail that lets pass has its trace in the last event of a stream", async () => {
    const guardrailConfig = { guardrailIdentifier: "abc123", guardrailVersion: "1", trace: "enabled" as const };
    const events = await streamed("answers: [{ text: Hi. }]", talk("Hi", { guardrailConfig }));
    expect(events.at(-1)?.metadata?.trace?.guardrail?.outputAssessments).toHaveProperty("abc123");
  });

  test("splits a text as often as it says, with empty pieces between", async () => {
    const events = await streamed("answers: [{ text: abcd, chunks: 2, empty_parts: true }]", talk("Hi"));
    expect(events.flatMap((event) => event.contentBlockDelta?.delta?.text ?? [])).toEqual(["", "ab", "", "cd"]);
  });
});

test("every event has padding on the wire, and its name in a header", async () => {
  const { bytes, headers } = await post(await emulate(), pathOf(claude, "converse-stream"), ask("Hi"));
  const frames = framesIn(bytes);
  expect(headers.get("content-type")).toBe("application/vnd.amazon.eventstream");
  expect(frames.map(({ kind }) => kind)).toEqual(frames.map(() => "event"));
  for (const { payload } of frames) expect(payload).toMatchObject({ p: expect.stringMatching(/^abc|^ab?$/) });
});

test("whatever a script says, the events of a stream add up to the whole answer", async () => {
  const emulator = await emulate();
  const client = clientOf(emulator);
  const words = fc.string({ unit: "grapheme", maxLength: 40 }).filter((text) => text.trim() !== "");
  // Of large numbers the SDK makes kinds of its own.
  const args = fc.dictionary(fc.stringMatching(/^[a-z]{1,5}$/), fc.oneof(words, fc.integer(), fc.array(fc.boolean())), {
    maxKeys: 3,
  });
  const answer = fc.record({
    text: words,
    thoughts: words,
    calls: fc.array(fc.record({ name: fc.constant("get_weather"), id: fc.uuid(), args }), { maxLength: 2 }),
    chunks: fc.integer({ min: 1, max: 9 }),
    write_bytes: fc.option(fc.integer({ min: 1, max: 50 }), { nil: undefined }),
  });
  await fc.assert(
    fc.asyncProperty(answer, fc.constantFrom(claude, nova, "openai.gpt-oss-20b-1:0"), async (made, modelId) => {
      emulator.use(parseScript(JSON.stringify({ answers: [made] })));
      const input = talk("Hi", { modelId, toolConfig: { tools: [weather] } });
      const whole = await client.send(new ConverseCommand(input));
      const { stream } = await client.send(new ConverseStreamCommand(input));
      const events = stream === undefined ? [] : await collect(stream);
      const deltasOf = (index: number) =>
        events.flatMap(({ contentBlockDelta: one }) => (one?.contentBlockIndex === index ? [one.delta] : []));
      const same = (whole.output?.message?.content ?? []).map(({ text, toolUse }, index) => {
        const deltas = deltasOf(index);
        if (text !== undefined) return text === deltas.map((delta) => delta?.text).join("");
        if (toolUse === undefined) return deltas.length > 0;
        const said: unknown = JSON.parse(deltas.map((delta) => delta?.toolUse?.input).join(""));
        return JSON.stringify(said) === JSON.stringify(toolUse.input);
      });
      expect(same).toEqual(same.map(() => true));
      expect(events.at(-1)?.metadata?.usage).toEqual(whole.usage);
    }),
    { numRuns: 40 },
  );
});
