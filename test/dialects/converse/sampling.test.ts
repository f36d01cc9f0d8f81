import { describe, expect, test } from "vitest";
import * as names from "./_translate.ts";
import { ask, refusalOf } from "./_translate.ts";

const jamba = "ai21.jamba-1-5-large-v1:0";
const micro = "amazon.nova-micro-v1:0";
const olderLlama = "meta.llama3-8b-instruct-v1:0";
const llama405 = "us.meta.llama3-1-405b-instruct-v1:0";
const commandText = "cohere.command-text-v14";

const settingsOf = (members: object, model?: string): readonly [settings: unknown, told: readonly string[]] => {
  const { body, told } = ask(members, model);
  return [body["inferenceConfig"], told];
};
const ownOf = (members: object, model: string): readonly [own: unknown, told: readonly string[]] => {
  const { body, told } = ask(members, model);
  return [body["additionalModelRequestFields"], told];
};

test("what all models have stands in one place, and what is not said nowhere", () => {
  const members = { temperature: 0.5, top_p: 0.9, max_completion_tokens: 100, stop: ["END"] };
  const want = { temperature: 0.5, topP: 0.9, maxTokens: 100, stopSequences: ["END"] };
  expect(settingsOf(members)).toEqual([want, []]);
  expect(settingsOf({})).toEqual([undefined, []]);
  expect(settingsOf({ temperature: null, top_p: null, max_tokens: null, stop: null })).toEqual([undefined, []]);
  expect(settingsOf({ temperature: 0, top_p: 0 })).toEqual([{ temperature: 0, topP: 0 }, []]);
});

describe("the limit of the answer", () => {
  test.each<readonly [members: object, model: string, limit: number, told: readonly string[]]>([
    [{ max_tokens: 100 }, names.nova, 100, []],
    [{ max_completion_tokens: 100, max_tokens: 200 }, names.nova, 100, []],
    [{ max_completion_tokens: null, max_tokens: 200 }, names.nova, 200, []],
    [{ max_tokens: 10_000 }, names.nova, 10_000, []],
    [{ max_tokens: 10_001 }, names.nova, 10_000, ["clamped:max_tokens"]],
    [{ max_completion_tokens: 20_000 }, micro, 10_000, ["clamped:max_completion_tokens"]],
    [{ max_tokens: 9000 }, names.llama, 8192, ["clamped:max_tokens"]],
    [{ max_tokens: 9000 }, olderLlama, 2048, ["clamped:max_tokens"]],
    [{ max_tokens: 9000 }, names.mistral, 8192, ["clamped:max_tokens"]],
    ...[names.nova2, names.gptOss, names.qwen, names.deepseek, names.command, names.unknown].map(
      (model) => [{ max_tokens: 500_000 }, model, 500_000, []] as const,
    ),
  ])("%o at %s is %d", (members, model, maxTokens, told) => {
    expect(settingsOf(members, model)).toEqual([{ maxTokens }, told]);
  });

  test.each([
    [{ max_tokens: 0 }, "integer_below_min_value max_tokens"],
    [{ max_completion_tokens: 0, max_tokens: 5 }, "integer_below_min_value max_completion_tokens"],
    [{ max_tokens: 1 }, "taken"],
  ])("of %o is %s", (members, refusal) => {
    expect(refusalOf(members)).toBe(refusal);
  });
});

test.each([
  [1, 1, []],
  [1.01, 1, ["clamped:temperature"]],
  [2, 1, ["clamped:temperature"]],
])("a temperature of %d is %d", (temperature, want, told) => {
  expect(settingsOf({ temperature })).toEqual([{ temperature: want }, told]);
});

describe("a model that thinks as hard as it can", () => {
  const drawn = { temperature: 0.5, top_p: 0.9 };

  test("is not told how to draw", () => {
    const told = ["reported:temperature", "reported:top_p"];
    expect(settingsOf({ ...drawn, reasoning_effort: "high" }, names.nova2)).toEqual([undefined, told]);
  });

  test.each([{ reasoning_effort: "medium" }, { reasoning_effort: "none" }, {}])("is told with %o", (members) => {
    expect(settingsOf({ ...drawn, ...members }, names.nova2)).toEqual([{ temperature: 0.5, topP: 0.9 }, []]);
  });

  test("thinks less where it has a limit, and is told then", () => {
    const [settings, told] = settingsOf({ ...drawn, reasoning_effort: "high", max_tokens: 50 }, names.nova2);
    expect(settings).toEqual({ maxTokens: 50, temperature: 0.5, topP: 0.9 });
    expect(told).toEqual(["clamped:reasoning_effort"]);
  });
});

describe("texts that end the answer", () => {
  test.each<readonly [stop: unknown, model: string, want: readonly string[] | undefined, told: readonly string[]]>([
    ["END", names.nova, ["END"], []],
    [["A", "B", "C", "D"], names.nova, ["A", "B", "C", "D"], []],
    [["A", "", "B"], names.nova, ["A", "B"], []],
    [["A", " \n", "B"], names.nova, ["A", "B"], ["reported:stop[1]"]],
    ["\n", names.nova, undefined, ["reported:stop"]],
    ["", names.nova, undefined, []],
    ...[names.mistral, names.qwen, names.deepseek, names.command, names.titan, names.unknown].map(
      (model) => ["END", model, ["END"], []] as const,
    ),
    ...[names.llama, names.gptOss, names.gpt].map(
      (model) => [["A", "B"], model, undefined, ["reported:stop"]] as const,
    ),
  ])("%j at %s", (stop, model, stopSequences, told) => {
    expect(settingsOf({ stop }, model)).toEqual([stopSequences && { stopSequences }, told]);
  });
});

describe("settings by the names that their makers gave them", () => {
  const penalties = { presence_penalty: 0.5, frequency_penalty: -0.5 };
  const reported = ["reported:presence_penalty", "reported:frequency_penalty"];

  test.each<readonly [members: object, model: string, own: object | undefined, told: readonly string[]]>([
    ...[names.nova, micro, names.nova2].map(
      (model) => [{ top_k: 20 }, model, { inferenceConfig: { topK: 20 } }, []] as const,
    ),
    [{ top_k: 20 }, names.command, { k: 20 }, []],
    [{ top_k: 20 }, commandText, { k: 20 }, []],
    [{ top_k: 0 }, names.command, undefined, []],
    [{ top_k: -1 }, names.nova, undefined, []],
    [{ top_k: null }, names.nova, undefined, []],
    ...[names.llama, names.mistral, names.gptOss, names.qwen, names.unknown].map(
      (model) => [{ top_k: 20 }, model, undefined, ["reported:top_k"]] as const,
    ),
    [penalties, names.command, penalties, []],
    [penalties, jamba, penalties, []],
    [{ presence_penalty: 0.5 }, jamba, { presence_penalty: 0.5 }, []],
    ...[names.nova, names.llama, names.gptOss, names.mistral, commandText].map(
      (model) => [penalties, model, undefined, reported] as const,
    ),
    [{ seed: 0 }, names.command, { seed: 0 }, []],
    [{ seed: null }, names.command, undefined, []],
    ...[names.nova, names.gptOss, jamba].map((model) => [{ seed: 7 }, model, undefined, ["reported:seed"]] as const),
  ])("%o at %s", (members, model, own, told) => {
    expect(ownOf(members, model)).toEqual([own, told]);
  });

  test("stand beside those of thinking", () => {
    const [own] = ownOf({ top_k: 20, reasoning_effort: "low" }, names.nova2);
    expect(own).toEqual({
      inferenceConfig: { topK: 20 },
      reasoningConfig: { type: "enabled", maxReasoningEffort: "low" },
    });
  });
});

describe("capacity", () => {
  test.each<readonly [tier: string, model: string, want: object, told: readonly string[]]>([
    ["flex", names.nova, { serviceTier: { type: "flex" } }, []],
    ["priority", names.nova, { serviceTier: { type: "priority" } }, []],
    ["auto", names.nova, {}, []],
    ["default", names.nova, {}, []],
    ["scale", names.nova, {}, ["reported:service_tier"]],
    ["fast", names.nova, { performanceConfig: { latency: "optimized" } }, []],
    ["fast", llama405, { performanceConfig: { latency: "optimized" } }, []],
    ["fast", names.nova2, {}, ["reported:service_tier"]],
    ["fast", names.llama, {}, ["reported:service_tier"]],
    ["fast", names.unknown, {}, ["reported:service_tier"]],
  ])("%s at %s", (service_tier, model, want, told) => {
    const { body, told: changes } = ask({ service_tier }, model);
    const { serviceTier, performanceConfig } = body;
    expect({
      ...(serviceTier !== undefined && { serviceTier }),
      ...(performanceConfig !== undefined && { performanceConfig }),
    }).toEqual(want);
    expect(changes).toEqual(told);
  });
});
