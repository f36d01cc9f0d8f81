import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ask, developer, refusalOf } from "./_ask.ts";

/** The thinkingConfig a request comes to, and what the client is told. */
function thinkingOf(members: object, model: string) {
  const { body, told } = ask(members, model);
  const config = body["generationConfig"];
  const thinking: unknown =
    typeof config === "object" && config !== null ? Reflect.get(config, "thinkingConfig") : undefined;
  return { thinking, told };
}

const efforts = ["none", "minimal", "low", "medium", "high", "xhigh", "max"] as const;

/** By family, what each effort comes to: none, minimal, low, medium, high, xhigh, max. */
const families: readonly (readonly [model: string, want: readonly (number | string)[]])[] = [
  ["gemini-2.5-pro", [128, 1024, 1024, 8192, 24_576, 32_768, 32_768]],
  ["gemini-2.5-pro-preview-06-05", [128, 1024, 1024, 8192, 24_576, 32_768, 32_768]],
  ["gemini-2.5-flash", [0, 1024, 1024, 8192, 24_576, 24_576, 24_576]],
  ["gemini-2.5-flash-lite", [0, 1024, 1024, 8192, 24_576, 24_576, 24_576]],
  ["gemini-3-pro-preview", ["LOW", "LOW", "LOW", "HIGH", "HIGH", "HIGH", "HIGH"]],
  ["gemini-3.1-pro-preview", ["LOW", "LOW", "LOW", "MEDIUM", "HIGH", "HIGH", "HIGH"]],
  ["gemini-3-flash-preview", ["MINIMAL", "MINIMAL", "LOW", "MEDIUM", "HIGH", "HIGH", "HIGH"]],
  ["gemini-3.1-flash-lite", ["MINIMAL", "MINIMAL", "LOW", "MEDIUM", "HIGH", "HIGH", "HIGH"]],
  ["gemini-3.5-flash", ["MINIMAL", "MINIMAL", "LOW", "MEDIUM", "HIGH", "HIGH", "HIGH"]],
  ["gemini-3.5-flash-lite", ["MINIMAL", "MINIMAL", "LOW", "MEDIUM", "HIGH", "HIGH", "HIGH"]],
  ["gemini-3.6-flash", ["MINIMAL", "MINIMAL", "LOW", "MEDIUM", "HIGH", "HIGH", "HIGH"]],
  ["gemini-3.7-flash", ["LOW", "LOW", "LOW", "MEDIUM", "HIGH", "HIGH", "HIGH"]],
  ["gemini-3.8-flash", ["LOW", "LOW", "LOW", "MEDIUM", "HIGH", "HIGH", "HIGH"]],
  ["gemini-flash-latest", ["LOW", "LOW", "LOW", "MEDIUM", "HIGH", "HIGH", "HIGH"]],
  ["gemini-4-argon", ["LOW", "LOW", "LOW", "MEDIUM", "HIGH", "HIGH", "HIGH"]],
  ["gemini-4-carbon", ["LOW", "LOW", "LOW", "MEDIUM", "HIGH", "HIGH", "HIGH"]],
  ["gemini-4-carbon-cyber-permissive", ["LOW", "LOW", "LOW", "MEDIUM", "HIGH", "HIGH", "HIGH"]],
  ["gemini-4-hydrogen", ["LOW", "LOW", "LOW", "MEDIUM", "HIGH", "XHIGH", "XHIGH"]],
  ["gemini-5-unheard-of", ["LOW", "LOW", "LOW", "MEDIUM", "HIGH", "HIGH", "HIGH"]],
  ["google/gemini-3.7-flash", ["LOW", "LOW", "LOW", "MEDIUM", "HIGH", "HIGH", "HIGH"]],
  ["publishers/google/models/gemini-2.5-pro", [128, 1024, 1024, 8192, 24_576, 32_768, 32_768]],
  ["models/gemini-3-flash-preview", ["MINIMAL", "MINIMAL", "LOW", "MEDIUM", "HIGH", "HIGH", "HIGH"]],
  ["endpoints/1234567890", ["LOW", "LOW", "LOW", "MEDIUM", "HIGH", "HIGH", "HIGH"]],
];

describe("§8 reasoning_effort by family", () => {
  test.each(families)("%s", (model, want) => {
    const got = efforts.map((reasoning_effort) => thinkingOf({ reasoning_effort }, model).thinking);
    expect(got).toEqual(
      want.map((amount) => (typeof amount === "number" ? { thinkingBudget: amount } : { thinkingLevel: amount })),
    );
  });

  test.each(families)("%s is left alone where nothing is asked for", (model) => {
    expect(thinkingOf({}, model)).toEqual({ thinking: undefined, told: [] });
    expect(thinkingOf({ reasoning_effort: null }, model)).toEqual({ thinking: undefined, told: [] });
  });

  test.each([
    "gemini-2.0-flash-001",
    "gemini-2.0-flash-lite-001",
    "gemini-1.5-pro-002",
    "gemma-3-27b-it",
    "gemini-2.5-flash-image",
    "gemini-3-pro-image-preview",
    "gemini-3.1-flash-image",
    "gemini-2.5-flash-preview-tts",
    "gemini-live-2.5-flash-native-audio",
  ])("%s does not think, and the client is told", (model) => {
    expect(thinkingOf({ reasoning_effort: "high" }, model)).toEqual({
      thinking: undefined,
      told: ["reported:reasoning_effort"],
    });
  });
});

/** What other vendors' clients say, on a model with budgets and on one with levels. */
const forms: readonly (readonly [
  name: string,
  members: object,
  budget: object | undefined,
  level: object | undefined,
])[] = [
  ["thinking enabled", { thinking: { type: "enabled" } }, { includeThoughts: true }, { includeThoughts: true }],
  ["thinking adaptive", { thinking: { type: "adaptive" } }, { includeThoughts: true }, { includeThoughts: true }],
  [
    "thinking enabled, with a budget",
    { thinking: { type: "enabled", budget_tokens: 4000 } },
    { thinkingBudget: 4000, includeThoughts: true },
    { thinkingLevel: "MEDIUM", includeThoughts: true },
  ],
  [
    "thinking that is not to be shown",
    { thinking: { type: "enabled", budget_tokens: 4000, display: "omitted" } },
    { thinkingBudget: 4000 },
    { thinkingLevel: "MEDIUM" },
  ],
  ["thinking disabled", { thinking: { type: "disabled" } }, { thinkingBudget: 0 }, { thinkingLevel: "MINIMAL" }],
  ["thinking_budget", { thinking_budget: 1000 }, { thinkingBudget: 1000 }, { thinkingLevel: "LOW" }],
  ["thinking_budget of nothing", { thinking_budget: 0 }, { thinkingBudget: 0 }, { thinkingLevel: "MINIMAL" }],
  ["thinking_budget left to the model", { thinking_budget: -1 }, { thinkingBudget: -1 }, undefined],
  ["thinking_budget of much", { thinking_budget: 99_999 }, { thinkingBudget: 24_576 }, { thinkingLevel: "HIGH" }],
  ["enable_thinking", { enable_thinking: true }, { includeThoughts: true }, { includeThoughts: true }],
  ["enable_thinking false", { enable_thinking: false }, { thinkingBudget: 0 }, { thinkingLevel: "MINIMAL" }],
  [
    "enable_thinking with a budget",
    { enable_thinking: true, thinking_budget: 2000 },
    { thinkingBudget: 2000, includeThoughts: true },
    { thinkingLevel: "MEDIUM", includeThoughts: true },
  ],
  [
    "reasoning.effort",
    { reasoning: { effort: "low" } },
    { thinkingBudget: 1024, includeThoughts: true },
    { thinkingLevel: "LOW", includeThoughts: true },
  ],
  [
    "reasoning.effort, excluded",
    { reasoning: { effort: "low", exclude: true } },
    { thinkingBudget: 1024 },
    { thinkingLevel: "LOW" },
  ],
  [
    "reasoning.max_tokens",
    { reasoning: { max_tokens: 9000 } },
    { thinkingBudget: 9000, includeThoughts: true },
    { thinkingLevel: "HIGH", includeThoughts: true },
  ],
  ["reasoning.enabled", { reasoning: { enabled: true } }, { includeThoughts: true }, { includeThoughts: true }],
  ["reasoning.enabled false", { reasoning: { enabled: false } }, { thinkingBudget: 0 }, { thinkingLevel: "MINIMAL" }],
  ["include_reasoning", { include_reasoning: true }, { includeThoughts: true }, { includeThoughts: true }],
  ["include_reasoning false", { include_reasoning: false }, undefined, undefined],
  [
    "Google's own budget",
    { google: { thinking_config: { thinking_budget: 3000 } } },
    { thinkingBudget: 3000 },
    { thinkingLevel: "MEDIUM" },
  ],
  [
    "Google's own level, wrapped",
    { extra_body: { google: { thinking_config: { thinking_level: "LOW", include_thoughts: true } } } },
    { thinkingBudget: 1024, includeThoughts: true },
    { thinkingLevel: "LOW", includeThoughts: true },
  ],
];

describe("§8 vendors' own forms", () => {
  test.each(forms)("%s", (_name, members, budget, level) => {
    expect(thinkingOf(members, "gemini-2.5-flash").thinking).toEqual(budget);
    expect(thinkingOf(members, "gemini-3-flash-preview").thinking).toEqual(level);
  });

  test.each(forms.filter(([name]) => !/false|disabled|nothing/.test(name)))(
    "%s is reported where the model does not think",
    (name, members) => {
      const { thinking, told } = thinkingOf(members, "gemini-2.0-flash-001");
      expect(thinking).toBeUndefined();
      if (!name.includes("summary")) expect(told).not.toEqual([]);
    },
  );

  test.each<[name: string, members: object, want: object, told: readonly string[]]>([
    [
      "reasoning_effort counts more than any other",
      { reasoning_effort: "low", thinking_budget: 9000, thinking: { budget_tokens: 500 } },
      { thinkingBudget: 1024 },
      ["reported:thinking.budget_tokens", "reported:thinking_budget"],
    ],
    [
      "Google's counts more than other vendors'",
      { google: { thinking_config: { thinking_budget: 3000 } }, reasoning: { effort: "high" } },
      { thinkingBudget: 3000, includeThoughts: true },
      ["reported:reasoning.effort"],
    ],
    [
      "what says the same contradicts nothing",
      { reasoning_effort: "low", reasoning: { effort: "low" } },
      { thinkingBudget: 1024, includeThoughts: true },
      [],
    ],
    [
      "to be left in peace counts more than to be shown",
      { include_reasoning: false, enable_thinking: true, thinking_budget: 700 },
      { thinkingBudget: 700 },
      [],
    ],
  ])("%s", (_name, members, want, told) => {
    expect(thinkingOf(members, "gemini-2.5-flash")).toEqual({ thinking: want, told });
  });

  test.each([
    ["thinking.type", { thinking: { type: "sometimes" } }],
    ["reasoning.effort", { reasoning: { effort: "heroic" } }],
    ["google.thinking_config.thinking_level", { google: { thinking_config: { thinking_level: "HEROIC" } } }],
  ])("%s of another word is refused", (param, members) => {
    expect(refusalOf(members)).toBe(`invalid_value ${param}`);
  });

  test("a budget is told where it had to be fitted", () => {
    expect(thinkingOf({ thinking_budget: 99_999 }, "gemini-2.5-flash").told).toEqual(["clamped:thinking_budget"]);
    expect(thinkingOf({ thinking_budget: 100 }, "gemini-2.5-flash-lite").thinking).toEqual({ thinkingBudget: 512 });
    expect(thinkingOf({ thinking_budget: 0 }, "gemini-2.5-pro").thinking).toEqual({ thinkingBudget: 128 });
  });
});

const model = fc.constantFrom(...families.map(([name]) => name));
const amount = fc.oneof(
  fc.record({ reasoning_effort: fc.constantFrom(...efforts) }),
  fc.record({ thinking_budget: fc.integer({ min: -1, max: 100_000 }) }),
  fc.record({ reasoning: fc.record({ max_tokens: fc.integer({ min: 0, max: 100_000 }) }) }),
  fc.constant({}),
);

test("§8 never both a budget and a level, and never more thoughts than the answer may be long", () => {
  fc.assert(
    fc.property(
      model,
      amount,
      fc.option(fc.integer({ min: 300, max: 70_000 })),
      fc.boolean(),
      (name, asked, limit, shown) => {
        const members = { ...asked, ...(limit && { max_completion_tokens: limit }), include_reasoning: shown };
        const { thinking = {} } = thinkingOf(members, name);
        if (typeof thinking !== "object" || thinking === null) throw new Error("no config");
        expect("thinkingBudget" in thinking && "thinkingLevel" in thinking).toBe(false);
        const budget: unknown = Reflect.get(thinking, "thinkingBudget");
        if (typeof budget === "number" && limit !== null) expect(budget).toBeLessThan(Math.max(limit, 513));
        if (budget === 0) expect(thinking).not.toHaveProperty("includeThoughts");
      },
    ),
  );
});

test("§14 both hosts think alike", () => {
  const members = { reasoning_effort: "medium", include_reasoning: true };
  expect(ask(members, "gemini-3.5-flash", developer).body).toEqual(ask(members, "gemini-3.5-flash").body);
});
