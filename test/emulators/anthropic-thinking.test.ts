import type { Anthropic } from "@anthropic-ai/sdk";
import { describe, expect, test } from "vitest";
import { apiError, ask, clientOf, emulate, eventsIn, post, usual } from "./_anthropic.ts";

const weather: Anthropic.Tool = {
  name: "get_weather",
  input_schema: { type: "object", properties: { city: { type: "string" } }, required: ["city"] },
};
const budget = { max_tokens: 3000, thinking: { type: "enabled" as const, budget_tokens: 1024 } };
const older = "claude-haiku-4-5";
const bound = "claude-opus-5-5";

type Params = Anthropic.MessageCreateParamsNonStreaming;

const thoughtsIn = ({ content }: Anthropic.Message) =>
  content.filter((block) => block.type === "thinking" || block.type === "redacted_thinking");

/** The conversation that goes on with an answer, its calls answered. */
function answered(asked: Params, { content }: Pick<Anthropic.Message, "content">): Params {
  const results = content.flatMap((block): Anthropic.ToolResultBlockParam[] =>
    block.type === "tool_use" ? [{ type: "tool_result", tool_use_id: block.id, content: "sunny" }] : [],
  );
  const next = results.length > 0 ? results : "And then?";
  return { ...asked, messages: [...asked.messages, { role: "assistant", content }, { role: "user", content: next }] };
}

describe("whether a model thinks, and whether it shows", () => {
  test.each<[model: string, thinking: object | undefined, want: "shown" | "hidden" | "none"]>([
    [older, undefined, "none"],
    [older, budget.thinking, "shown"],
    [older, { ...budget.thinking, display: "omitted" }, "hidden"],
    [older, { type: "disabled" }, "none"],
    ["claude-sonnet-4-6", undefined, "none"],
    ["claude-sonnet-4-6", { type: "adaptive" }, "shown"],
    ["claude-opus-4-7", undefined, "none"],
    ["claude-opus-4-7", { type: "adaptive" }, "hidden"],
    ["claude-opus-4-7", { type: "adaptive", display: "summarized" }, "shown"],
    ["claude-sonnet-5", undefined, "hidden"],
    ["claude-sonnet-5", { type: "disabled" }, "none"],
    ["claude-opus-5", undefined, "hidden"],
    ["claude-opus-5", { type: "disabled" }, "none"],
    [bound, { type: "adaptive", display: "summarized" }, "shown"],
    ["claude-sonnet-5-5", { type: "between_tools" }, "none"],
  ])("%s with %j: %s", async (model, thinking, want) => {
    const emulator = await emulate("answers: [{ thoughts: Let me see., text: Yes. }]");
    const asked = ask("?", { ...budget, model, thinking });
    const { body, text } = await post(emulator, asked);
    const block = { type: "thinking", thinking: want === "shown" ? "Let me see." : "", signature: expect.any(String) };
    const content = [...(want === "none" ? [] : [block]), { type: "text", text: "Yes.", citations: null }];
    expect(body).toMatchObject({ content });
    expect(text.includes('"thinking_tokens":3')).toBe(want !== "none");
    const streamed = await clientOf(emulator, usual["anthropic-version"]).messages.stream(asked).finalMessage();
    expect(streamed.content).toMatchObject(content);
  });

  test("between tools it thinks where results have come", async () => {
    const client = clientOf(await emulate());
    const asked = ask("Weather in Paris?", {
      model: "claude-sonnet-5-5",
      thinking: { type: "between_tools" },
      tools: [weather],
    });
    const called = await client.messages.create(asked);
    expect(thoughtsIn(called)).toEqual([]);
    const told = await client.messages.create(answered(asked, called));
    expect(thoughtsIn(told)).toMatchObject([{ thinking: expect.stringContaining("Weather in Paris") }]);
  });

  test("an omitted thought streams its signature alone", async () => {
    const { text } = await post(await emulate(), ask("?", { model: "claude-opus-5", stream: true }));
    const deltas = eventsIn(text)
      .filter(({ data }) => JSON.stringify(data).includes('"index":0,"delta"'))
      .map(({ data }) => data);
    expect(deltas).toMatchObject([{ delta: { type: "signature_delta", signature: expect.any(String) } }]);
  });
});

describe("thoughts that come back", () => {
  const script =
    "answers: [{ when: { tool_result: false }, redacted_thoughts: Secret., thoughts: Hm., calls: [{ name: get_weather, args: { city: Rome } }] }]";

  test("as they were: the loop goes on", async () => {
    const client = clientOf(await emulate(script));
    const asked: Params = { ...ask("Weather?", { tools: [weather] }), ...budget };
    const called = await client.messages.create(asked);
    expect(called.content.map(({ type }) => type)).toEqual(["redacted_thinking", "thinking", "tool_use"]);
    expect(JSON.stringify(called)).not.toContain("Secret.");
    const told = await client.messages.create(answered(asked, called));
    expect(told.stop_reason).toBe("end_turn");
  });

  test("as they were streamed", async () => {
    const client = clientOf(await emulate(script));
    const asked: Params = {
      ...ask("Weather?", { tools: [weather], model: bound, thinking: { type: "adaptive", display: "summarized" } }),
    };
    const called = await client.messages.stream(asked).finalMessage();
    const content = called.content.map((block) => {
      const { parsed_output: _, ...rest } = { parsed_output: null, ...block };
      return rest;
    });
    expect((await client.messages.create(answered(asked, { content }))).stop_reason).toBe("end_turn");
  });

  type Change = (block: Anthropic.ContentBlock) => Anthropic.ContentBlock;
  const rewrite: Change = (block) => (block.type === "thinking" ? { ...block, thinking: "Other." } : block);
  const forge: Change = (block) => (block.type === "thinking" ? { ...block, signature: `A${block.signature}` } : block);
  const garble: Change = (block) =>
    block.type === "redacted_thinking" ? { ...block, data: block.data.slice(4) } : block;

  /** The same with one letter changed in the middle, in what tells of the conversation. */
  const edit: Change = (block) => {
    if (block.type !== "thinking") return block;
    const plain = Buffer.from(block.signature, "base64").toString("latin1");
    const at = plain.length - 30;
    const changed = `${plain.slice(0, at)}${plain[at] === "a" ? "b" : "a"}${plain.slice(at + 1)}`;
    return { ...block, signature: Buffer.from(changed, "latin1").toString("base64") };
  };

  test.each<[string, Change, string]>([
    ["with a signature that was edited", edit, "messages.1.content.1: Invalid `signature` in `thinking` block"],
    [
      "with another text",
      rewrite,
      "messages.1.content.1: `thinking` or `redacted_thinking` blocks in the latest assistant message cannot be modified.",
    ],
    ["with another signature", forge, "messages.1.content.1: Invalid `signature` in `thinking` block"],
    ["hidden, with other data", garble, "messages.1.content.0: Invalid `data` in `redacted_thinking` block"],
  ])("%s", async (_name, change, message) => {
    const client = clientOf(await emulate(script));
    const asked: Params = { ...ask("Weather?", { tools: [weather] }), ...budget };
    const { content } = await client.messages.create(asked);
    const error = await apiError(client.messages.create(answered(asked, { content: content.map(change) })));
    expect(error.apiMessage).toContain(message);
  });

  test("with another text, in an earlier message", async () => {
    const client = clientOf(await emulate("answers: [{ thoughts: Hm., text: Yes. }]"));
    const asked: Params = { ...ask("?"), ...budget };
    const first = answered(asked, { content: (await client.messages.create(asked)).content.map(rewrite) });
    const second = answered(first, { content: [{ type: "text", text: "b", citations: null }] });
    const error = await apiError(client.messages.create(second));
    expect(error.apiMessage).toContain("messages.1.content.0: Invalid `signature` in `thinking` block");
  });

  test("in a message of its own, which counts as one with the next", async () => {
    const client = clientOf(await emulate(script));
    const asked: Params = { ...ask("Weather?", { tools: [weather] }), ...budget };
    const { content } = await client.messages.create(asked);
    const [first, ...others] = answered(asked, { content }).messages;
    const [, thought, called] = content;
    if (first === undefined || thought === undefined || called === undefined) throw new Error("it said less");
    const split: Anthropic.MessageParam[] = [
      first,
      { role: "assistant", content: [thought] },
      { role: "assistant", content: [thought, called] },
      ...others.slice(1),
    ];
    expect((await client.messages.create({ ...asked, messages: split })).stop_reason).toBe("end_turn");
    const [, alone] = split;
    const left = alone === undefined ? [] : [first, alone, { role: "user" as const, content: "And?" }];
    const error = await apiError(client.messages.create({ ...asked, messages: left }));
    expect(error.apiMessage).toContain("messages.1: The final block in an assistant message cannot be `thinking`.");
  });

  test("lost, where the model decides by itself: nothing is missed", async () => {
    const client = clientOf(await emulate());
    const asked: Params = ask("Weather in Paris?", { tools: [weather], model: "claude-opus-5" });
    const { content } = await client.messages.create(asked);
    const lost = content.filter(({ type }) => type !== "thinking");
    expect((await client.messages.create(answered(asked, { content: lost }))).stop_reason).toBe("end_turn");
  });

  test("of another model, and with a script's own signature", async () => {
    const client = clientOf(await emulate("answers: [{ thoughts: Hm., text: Yes., signature: abc }]"));
    const asked: Params = { ...ask("?"), ...budget };
    const scripted = await client.messages.create(asked);
    expect(thoughtsIn(scripted)).toMatchObject([{ signature: "abc" }]);
    expect((await client.messages.create(answered(asked, scripted))).stop_reason).toBe("end_turn");
    const plain = clientOf(await emulate());
    const { content } = await plain.messages.create(asked);
    const other: Params = {
      ...answered(asked, { content }),
      model: bound,
      thinking: { type: "adaptive" },
      system: "Be brief.",
    };
    expect((await plain.messages.create(other)).stop_reason).toBe("end_turn");
  });
});

describe("thoughts that are bound to their conversation", () => {
  const base: Params = ask("Weather in Paris?", {
    model: bound,
    system: "Be brief.",
    tools: [weather],
    thinking: { type: "adaptive" },
  });
  const drop = {
    type: "adaptive",
    block_binding: { prefix_mismatch_behavior: "drop_block" },
  };
  const control = { "anthropic-beta": "thinking-binding-controls-2026-08-01" };
  const goOn = async (change: object, script = "answers: []", headers: Record<string, string> = {}) => {
    const emulator = await emulate(script);
    const { content } = await clientOf(emulator).messages.create(base);
    return post(emulator, { ...answered(base, { content }), ...change }, { headers: { ...usual, ...headers } });
  };

  test.each<[string, object, string]>([
    ["another system prompt", { system: "Be long." }, "The `system` prompt differs"],
    ["other tools", { tools: [weather, { ...weather, name: "other" }] }, "The `tools` differ"],
  ])("%s", async (_name, change, message) => {
    const { status, text } = await goOn(change);
    expect([status, text]).toEqual([400, expect.stringContaining("messages.1.content.0: Invalid `signature`")]);
    expect(text).toContain("The block is bound to a different conversation.");
    expect(text).toContain(`${message} from the one this block was created with.`);
  });

  test("earlier messages that differ", async () => {
    const emulator = await emulate();
    const { content } = await clientOf(emulator).messages.create(base);
    const [, ...others] = answered(base, { content }).messages;
    const { text } = await post(emulator, { ...base, messages: [{ role: "user", content: "Else?" }, ...others] });
    expect(text).toContain("The earlier `messages` differ from the one");
  });

  test.each<[string, object, string?, Record<string, string>?]>([
    ["nothing changed", {}],
    ["only the cache", { system: [{ type: "text", text: "Be brief.", cache_control: { type: "ephemeral" } }] }],
    ["a change on an older account", { system: "Be long." }, "{ answers: [], server: [older] }"],
    ["a change, and blocks may be dropped", { system: "Be long.", thinking: drop }, "answers: []", control],
  ])("%s", async (_name, change, script, headers) => {
    expect(await goOn(change, script, headers)).toMatchObject({ status: 200 });
  });

  test("an older account that asks for it", async () => {
    const thinking = {
      type: "adaptive",
      block_binding: { prefix_mismatch_behavior: "error" },
    };
    const { status } = await goOn({ system: "Be long.", thinking }, "{ answers: [], server: [older] }", control);
    expect(status).toBe(400);
  });

  test("older models do not mind", async () => {
    const emulator = await emulate();
    const asked: Params = { ...ask("?"), ...budget };
    const { content } = await clientOf(emulator).messages.create(asked);
    expect(await post(emulator, { ...answered(asked, { content }), system: "Be long." })).toMatchObject({
      status: 200,
    });
  });
});
