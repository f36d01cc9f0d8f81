import { describe, expect, test } from "vitest";
import { chat } from "../../../src/dialects/converse/chat/index.ts";
import * as names from "./_translate.ts";
import { ask, factsFor, refusalOf, translate } from "./_translate.ts";

const effort = (word: string) => ({ reasoning_effort: word });
const enabled = (maxReasoningEffort: string) => ({ reasoningConfig: { type: "enabled", maxReasoningEffort } });
const off = { reasoningConfig: { type: "disabled" } };
const word = (reasoning_effort: string) => ({ reasoning_effort });
const level = (reasoning_config: string) => ({ reasoning_config });
const nested = (one: string) => ({ reasoning: { effort: one } });
const deepseekV3 = "deepseek.v3.2";
const kimi = "moonshotai.kimi-k2.5";

type Row = readonly [members: object, model: string, own: object | undefined, told?: string];

const rows: readonly Row[] = [
  [{}, names.nova2, undefined],
  [effort("none"), names.nova2, off],
  [effort("minimal"), names.nova2, enabled("low"), "clamped:reasoning_effort"],
  [effort("low"), names.nova2, enabled("low")],
  [effort("medium"), names.nova2, enabled("medium")],
  [effort("high"), names.nova2, enabled("high")],
  [effort("xhigh"), names.nova2, enabled("high"), "clamped:reasoning_effort"],
  [effort("max"), names.nova2, enabled("high"), "clamped:reasoning_effort"],
  [{ ...effort("high"), max_tokens: 9 }, names.nova2, enabled("medium"), "clamped:reasoning_effort"],
  [{ ...effort("high"), max_completion_tokens: 9 }, names.nova2, enabled("medium"), "clamped:reasoning_effort"],
  [{ ...effort("medium"), max_tokens: 9 }, names.nova2, enabled("medium")],
  [{ thinking_budget: 0 }, names.nova2, off],
  [{ thinking_budget: 1 }, names.nova2, enabled("low"), "clamped:thinking_budget"],
  [{ thinking_budget: 1024 }, names.nova2, enabled("low"), "clamped:thinking_budget"],
  [{ thinking_budget: 1025 }, names.nova2, enabled("medium"), "clamped:thinking_budget"],
  [{ thinking_budget: 8192 }, names.nova2, enabled("medium"), "clamped:thinking_budget"],
  [{ thinking_budget: 8193 }, names.nova2, enabled("high"), "clamped:thinking_budget"],
  [{ thinking_budget: -1 }, names.nova2, enabled("medium")],
  [{ enable_thinking: true }, names.nova2, enabled("medium")],
  [{ enable_thinking: false }, names.nova2, off],
  [{ thinking: { type: "adaptive" } }, names.nova2, enabled("medium")],
  [{ thinking: { type: "disabled" } }, names.nova2, off],
  [
    { thinking: { type: "enabled", budget_tokens: 2000 } },
    names.nova2,
    enabled("medium"),
    "clamped:thinking.budget_tokens",
  ],
  [{ reasoning: { effort: "low" } }, names.nova2, enabled("low")],
  [{ reasoning: { max_tokens: 300 } }, names.nova2, enabled("low"), "clamped:reasoning.max_tokens"],

  [{}, names.gptOss, undefined],
  [effort("none"), names.gptOss, word("low"), "clamped:reasoning_effort"],
  [effort("minimal"), names.gptOss, word("low"), "clamped:reasoning_effort"],
  [effort("low"), names.gptOss, word("low")],
  [effort("medium"), names.gptOss, word("medium")],
  [effort("high"), names.gptOss, word("high")],
  [effort("max"), names.gptOss, word("high"), "clamped:reasoning_effort"],
  [{ thinking_budget: 0 }, names.gptOss, word("low"), "clamped:thinking_budget"],
  [{ enable_thinking: true }, names.gptOss, word("medium")],

  [effort("none"), names.gpt, nested("none")],
  [effort("minimal"), names.gpt, nested("low"), "clamped:reasoning_effort"],
  ...["low", "medium", "high", "xhigh", "max"].map((one): Row => [effort(one), names.gpt, nested(one)]),
  [{ thinking_budget: 0 }, names.gpt, nested("none"), "clamped:thinking_budget"],

  [effort("none"), names.qwen, level("low"), "clamped:reasoning_effort"],
  [effort("low"), names.qwen, level("low")],
  [effort("medium"), names.qwen, level("high"), "clamped:reasoning_effort"],
  [effort("high"), names.qwen, level("high")],
  [effort("xhigh"), names.qwen, level("high"), "clamped:reasoning_effort"],
  [{ enable_thinking: true }, names.qwen, level("high")],

  // These think only where they are told to.
  ...[deepseekV3, kimi].flatMap((model): readonly Row[] => [
    [effort("none"), model, undefined],
    [{ thinking_budget: 0 }, model, undefined],
    [{ enable_thinking: false }, model, undefined],
    [effort("minimal"), model, word("low"), "clamped:reasoning_effort"],
    [effort("low"), model, word("low")],
    [effort("high"), model, word("high")],
    [effort("xhigh"), model, word("high"), "clamped:reasoning_effort"],
    [{ enable_thinking: true }, model, word("medium")],
  ]),

  ...["qwen.qwen3-coder-480b-a35b-v1:0", names.nova, names.llama, names.mistral, names.unknown].flatMap(
    (model): readonly Row[] => [
      [effort("high"), model, undefined, "reported:reasoning_effort"],
      [effort("none"), model, undefined],
    ],
  ),
  ...[names.deepseek, "moonshot.kimi-k2-thinking", "minimax.minimax-m2"].flatMap((model): readonly Row[] => [
    [effort("high"), model, undefined, "reported:reasoning_effort"],
    [effort("none"), model, undefined, "reported:reasoning_effort"],
  ]),
];

describe("how much a model thinks", () => {
  test.each(rows.map(([members, model, own, told]) => [members, model, own, told] as const))(
    "%j at %s",
    (members, model, own, told) => {
      const { body, told: changes } = ask(members, model);
      expect(body["additionalModelRequestFields"]).toEqual(own);
      expect(changes).toEqual(told === undefined ? [] : [told]);
    },
  );
});

describe("several wishes", () => {
  test.each([
    ["another word", { ...effort("low"), thinking_budget: 9000 }, enabled("low"), ["reported:thinking_budget"]],
    ["the same in other words", { ...effort("low"), reasoning: { effort: "low" } }, enabled("low"), []],
    ["a budget that comes to the same", { ...effort("low"), thinking_budget: 100 }, enabled("low"), []],
    [
      "to think and not to",
      { ...effort("none"), enable_thinking: true, thinking_budget: 100 },
      off,
      ["reported:thinking_budget"],
    ],
  ])("%s", (_name, members, own, told) => {
    const { body, told: changes } = ask(members, names.nova2);
    expect(body["additionalModelRequestFields"]).toEqual(own);
    expect(changes).toEqual(told);
  });

  test("to be left in peace, and to think, where the model thinks only when it is told to", () => {
    const { body, told } = ask({ ...effort("none"), thinking_budget: 9000 }, deepseekV3);
    expect([body["additionalModelRequestFields"], told]).toEqual([undefined, ["reported:thinking_budget"]]);
  });

  test("of which nobody is told where the model cannot be told either", () => {
    const { changes } = translate({ ...effort("low"), thinking_budget: 9000 }, names.nova);
    expect(changes).toEqual([]);
  });
});

test.each([
  [{ reasoning_effort: "much" }, "invalid_value reasoning_effort"],
  [{ reasoning: { effort: "much" } }, "invalid_value reasoning.effort"],
  [{ thinking: { type: "much" } }, "invalid_value thinking.type"],
])("words that nobody has are refused: %o", (members, refusal) => {
  expect(refusalOf(members, names.nova2)).toBe(refusal);
});

test.each([
  [{}, true],
  [{ reasoning: { exclude: true } }, false],
  [{ include_reasoning: false }, false],
  [{ include_reasoning: true }, true],
  [effort("low"), true],
])("thoughts are shown with %o: %s", (members, shown) => {
  expect(translate(members, names.nova2).context.showsThoughts).toBe(shown);
});

test.each([
  [names.nova2, "none"],
  [names.qwen, "low"],
  [names.gptOss, "low"],
  [names.gpt, "none"],
  [deepseekV3, "none"],
  [kimi, "none"],
  [names.nova, undefined],
  [names.deepseek, undefined],
])("%s thinks least with %s", (model, least) => {
  expect(chat.leastEffort?.(factsFor(model))).toBe(least);
});
