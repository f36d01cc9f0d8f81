import { describe, expect, test } from "vitest";
import { hostOf } from "../../../src/dialects/anthropic/hosts.ts";
import { leastEffort, type ModelFacts, modelOf } from "../../../src/dialects/anthropic/models.ts";
import { ask } from "./_ask.ts";
import { bedrock, translate, vertex } from "./_translate.ts";

const hi = [{ role: "user", content: [{ type: "text", text: "Hi." }] }];

describe("§1 hosts", () => {
  test("Anthropic's own API is told the model, and whether to stream", () => {
    const { body, headers } = translate({}, "claude-opus-4-8", {}, "stream");
    expect(body).toEqual({ model: "claude-opus-4-8", stream: true, max_tokens: 128_000, messages: hi });
    expect(headers).toBeUndefined();
    expect(translate({ max_tokens: 9 }, "claude-opus-4-8").body).not.toHaveProperty("stream");
  });

  test("Vertex AI is told its version and whether to stream, and no model", () => {
    const body = { anthropic_version: "vertex-2023-10-16", max_tokens: 9, messages: hi };
    const short = { max_tokens: 9 };
    expect(translate(short, "claude-sonnet-4-5@20250929", vertex).body).toEqual(body);
    expect(translate(short, "claude-sonnet-4-5@20250929", vertex, "stream").body).toEqual({ ...body, stream: true });
  });

  test("Bedrock is told its version alone: the path says the rest", () => {
    const model = "us.anthropic.claude-sonnet-4-5-20250929-v1:0";
    const body = { anthropic_version: "bedrock-2023-05-31", max_tokens: 64_000, messages: hi };
    expect(translate({}, model, bedrock, "stream").body).toEqual(body);
  });

  test("beta features stand in a header, and in Bedrock's body", () => {
    const thought = { type: "thinking", thinking: "Hm.", signature: "c2ln" };
    const messages = [
      { role: "user", content: "Hi." },
      { role: "assistant", content: "So.", thinking_blocks: [thought] },
      { role: "user", content: "Go." },
    ];
    const beta = "thinking-binding-controls-2026-08-01";
    expect(translate({ messages }, "claude-opus-5-5").headers).toEqual({ "anthropic-beta": beta });
    expect(translate({ messages }, "claude-opus-5-5", vertex).headers).toEqual({ "anthropic-beta": beta });
    const sent = translate({ messages }, "anthropic.claude-opus-5-5-v1:0", bedrock);
    expect(sent.headers).toBeUndefined();
    expect(sent.body).toMatchObject({
      anthropic_beta: [beta],
      thinking: { block_binding: { mismatch_behavior: "drop_block" } },
    });
  });

  test("a host that nobody knows is taken for Anthropic's own", () => {
    expect(hostOf({ host: "elsewhere" })).toBe(hostOf({ host: "anthropic" }));
  });

  test.each(["vertex-anthropic", "bedrock"])("%s gets nothing that only Anthropic's own API takes", (host) => {
    const members = {
      max_tokens: 9,
      user: "u-1",
      service_tier: "fast",
      cache_control: { type: "ephemeral" },
      messages: [
        { role: "user", content: "Hi." },
        { role: "system", content: "Be kind." },
      ],
    };
    const { body, told } = ask(members, "claude-opus-4-8", { host });
    expect(Object.keys(body).toSorted()).toEqual(["anthropic_version", "max_tokens", "messages", "system"]);
    expect(told).toEqual(["reported:service_tier"]);
  });
});

type Want = Partial<ModelFacts> & { readonly least?: "none" | "low" | undefined };

const budget = { style: "budget" } as const;
const adaptive = {
  style: "adaptive",
  budgets: false,
  onWhenOmitted: true,
  least: "disabled",
  xhigh: true,
} as const;
const six = { ...adaptive, budgets: true, onWhenOmitted: false, xhigh: false } as const;

describe("§2.1 models", () => {
  test.each<[name: string, facts: Want]>([
    ["claude-2.1", { maxOutput: 4096, thinking: { style: "none" }, schemas: false }],
    ["claude-3-haiku-20240307", { maxOutput: 4096, thinking: { style: "none" }, forcedCalls: true }],
    ["claude-3-5-haiku@20241022", { maxOutput: 8192, sampling: true }],
    ["claude-3.5-sonnet", { maxOutput: 8192, thinking: { style: "none" } }],
    ["claude-3-7-sonnet-20250219", { maxOutput: 64_000, thinking: budget, schemas: false }],
    ["claude-sonnet-4-20250514", { maxOutput: 64_000, thinking: budget, schemas: false, bothSamplers: true }],
    ["claude-opus-4-20250514", { maxOutput: 32_000, thinking: budget, schemas: false, prefill: true }],
    ["claude-opus-4-1@20250805", { maxOutput: 32_000, thinking: budget, schemas: true, bothSamplers: false }],
    ["claude-sonnet-4-5-20250929", { maxOutput: 64_000, thinking: budget, schemas: true, prefill: true }],
    ["us.anthropic.claude-haiku-4-5-20251001-v1:0", { maxOutput: 64_000, thinking: budget, schemas: true }],
    ["claude-opus-4.5", { maxOutput: 64_000, thinking: budget, sampling: true, bothSamplers: false }],
    ["claude-sonnet-4-6", { maxOutput: 128_000, thinking: six, prefill: false, sampling: true }],
    ["claude-opus-4-6", { maxOutput: 128_000, thinking: six, prefill: false, midwayInstructions: false }],
    [
      "claude-opus-4-7",
      { thinking: { ...adaptive, onWhenOmitted: false }, sampling: false, midwayInstructions: false },
    ],
    ["claude-opus-4-8", { thinking: { ...adaptive, onWhenOmitted: false }, midwayInstructions: true }],
    ["claude-sonnet-5", { thinking: adaptive, midwayInstructions: false, forcedCalls: true }],
    ["claude-opus-5", { thinking: adaptive, midwayInstructions: true, boundThoughts: false }],
    ["claude-haiku-5-5", { thinking: adaptive, forcedCalls: true, boundThoughts: true }],
    ["claude-fable-5", { thinking: { ...adaptive, least: "low" }, forcedCalls: true, boundThoughts: false }],
    ["claude-fable-5-20260601", { thinking: { ...adaptive, least: "low" }, forcedCalls: true }],
    ["claude-mythos-5", { thinking: { ...adaptive, least: "low" }, forcedCalls: true }],
    ["claude-fable-5-1", { thinking: { ...adaptive, least: "low" }, forcedCalls: false, boundThoughts: true }],
    ["claude-fable-5.2", { thinking: { ...adaptive, least: "low" }, forcedCalls: false }],
    ["claude-mythos-5-1", { thinking: { ...adaptive, least: "low" }, forcedCalls: false }],
    ["claude-opus-5-5", { thinking: { ...adaptive, least: "low" }, forcedCalls: false, boundThoughts: true }],
    ["claude-sonnet-5-5-20260901", { thinking: { ...adaptive, least: "between_tools" }, forcedCalls: false }],
    ["claude-opus-9", { maxOutput: 128_000, thinking: adaptive, sampling: false, forcedCalls: true }],
  ])("%s", (upstreamModel, facts) => {
    expect(modelOf({ upstreamModel })).toMatchObject(facts);
  });

  test("a family of the config's counts more than the name", () => {
    expect(modelOf({ upstreamModel: "arn:aws:bedrock:us-east-1:1:x/y", family: "claude-opus-4" }).maxOutput).toBe(
      32_000,
    );
  });

  test.each([
    ["claude-3-haiku-20240307", undefined],
    ["claude-sonnet-4-5", "none"],
    ["claude-opus-4-6", "none"],
    ["claude-opus-5", "none"],
    ["claude-fable-5", "low"],
    ["claude-opus-5-5", "low"],
    ["claude-sonnet-5-5", "none"],
  ])("%s thinks least with effort %s", (upstreamModel, effort) => {
    expect(leastEffort(modelOf({ upstreamModel }))).toBe(effort);
  });
});

describe("what the way back knows", () => {
  const fn = { type: "function", function: { name: "a.b", parameters: { type: "object", properties: { "x y": {} } } } };

  test("the client's tools by the names that were sent, and their renamed arguments", () => {
    const { context } = translate({ tools: [fn, { type: "custom", custom: { name: "write" } }] });
    expect([...context.tools]).toEqual([
      ["a_b", { name: "a.b", kind: "function", members: new Map([["x_y", "x y"]]) }],
      ["write", { name: "write", kind: "custom", members: new Map() }],
    ]);
  });

  test("which form calls are answered in", () => {
    expect(translate({ functions: [{ name: "f" }] }).context.legacyCalls).toBe(true);
    expect(translate({ tools: [fn] }).context.legacyCalls).toBe(false);
  });

  test("that calls after the first are dropped where the host cannot be told", () => {
    const members = { tools: [fn], parallel_tool_calls: false };
    expect(translate(members).context.onlyFirstCall).toBe(false);
    expect(translate(members, undefined, bedrock).context.onlyFirstCall).toBe(true);
    expect(translate({ tools: [fn] }, undefined, bedrock).context.onlyFirstCall).toBe(false);
  });

  test("whether thoughts are shown", () => {
    expect(translate({}).context.showsThoughts).toBe(true);
    expect(translate({ include_reasoning: true }).context.showsThoughts).toBe(true);
    expect(translate({ include_reasoning: false }).context.showsThoughts).toBe(false);
    expect(translate({ reasoning: { effort: "low", exclude: true } }).context.showsThoughts).toBe(false);
  });

  test.each<[usual: string, members: object, place: string | undefined]>([
    ["max_tokens", { max_completion_tokens: 5 }, "max_completion_tokens"],
    ["max_tokens", {}, undefined],
    ["reasoning_effort", { thinking: { type: "enabled" } }, "thinking"],
    ["tools[0].function.parameters.properties.q", { tools: [fn] }, "tools[0].function.parameters.properties"],
    ["tools[0].function.name", { functions: [{ name: "f" }] }, "functions[0].name"],
    ["tools[1].function", { tools: [fn] }, undefined],
    ["tool_choice", { tools: [fn], tool_choice: "auto" }, "tool_choice"],
    ["messages[0].content[0]", { messages: [{ role: "user", content: "Hi." }] }, "messages[0].content"],
    [
      "messages[0].content",
      {
        messages: [
          { role: "system", content: "S." },
          { role: "user", content: "Hi." },
        ],
      },
      "messages[1].content",
    ],
    [
      "messages[0].content[1]",
      {
        messages: [
          { role: "user", content: "A." },
          { role: "user", content: "B." },
        ],
      },
      "messages[0]",
    ],
    ["messages[7]", {}, "messages"],
  ])("where the client has %s", (usual, members, place) => {
    expect(translate(members).context.places(usual)).toBe(place);
  });
});
