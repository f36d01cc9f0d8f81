import { describe, expect, test } from "vitest";
import { developerSurface } from "../../../src/emulators/gemini/surface.ts";
import { checkRequest } from "../../../src/emulators/vertex/check.ts";
import { familyOf } from "../../../src/emulators/vertex/families.ts";
import { readRequest } from "../../../src/emulators/vertex/read.ts";
import { vertexSurface } from "../../../src/emulators/vertex/surface.ts";
import fc from "../../_fc.ts";
import { ask, developer, refusalOf } from "./_ask.ts";

/** The thinkingConfig a request comes to, and what the client is told. */
function thinkingOf(members: object, model: string, more: Parameters<typeof ask>[2] = {}) {
  const { body, told } = ask(members, model, more);
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
  ["gemini-2.5-flash-preview-09-2025", [0, 1024, 1024, 8192, 24_576, 24_576, 24_576]],
  ["gemini-2.5-flash-lite", [0, 1024, 1024, 8192, 24_576, 24_576, 24_576]],
  ["gemini-2.5-flash-lite-preview-09-2025", [0, 1024, 1024, 8192, 24_576, 24_576, 24_576]],
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
  ["gemini-3.9-flash", ["LOW", "LOW", "LOW", "MEDIUM", "HIGH", "HIGH", "HIGH"]],
  ["gemini-5-unheard-of", ["LOW", "LOW", "LOW", "MEDIUM", "HIGH", "HIGH", "HIGH"]],
  ["google/gemini-3.7-flash", ["LOW", "LOW", "LOW", "MEDIUM", "HIGH", "HIGH", "HIGH"]],
  ["publishers/google/models/gemini-2.5-pro", [128, 1024, 1024, 8192, 24_576, 32_768, 32_768]],
  ["publishers/google/models/gemini-4-hydrogen", ["LOW", "LOW", "LOW", "MEDIUM", "HIGH", "XHIGH", "XHIGH"]],
  [
    "projects/p/locations/l/publishers/google/models/gemini-3-pro-preview",
    ["LOW", "LOW", "LOW", "HIGH", "HIGH", "HIGH", "HIGH"],
  ],
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

  /** The efforts that a family has no step for: the nearest one is taken, and the client is told. */
  test.each<[model: string, clamped: readonly string[]]>([
    ["gemini-2.5-pro", ["none"]],
    ["gemini-2.5-flash", []],
    ["gemini-2.5-flash-lite", []],
    ["gemini-3-pro-preview", ["none", "minimal", "medium", "xhigh"]],
    ["gemini-3.1-pro-preview", ["none", "minimal", "xhigh"]],
    ["gemini-3-flash-preview", ["xhigh"]],
    ["gemini-3.5-flash-lite", ["xhigh"]],
    ["gemini-3.6-flash", ["xhigh"]],
    ["gemini-3.7-flash", ["none", "minimal", "xhigh"]],
    ["gemini-4-carbon", ["none", "minimal", "xhigh"]],
    ["gemini-4-hydrogen", ["none", "minimal"]],
    ["gemini-5-unheard-of", ["none", "minimal", "xhigh"]],
  ])("%s has no %j", (model, clamped) => {
    const told = efforts.filter((reasoning_effort) => thinkingOf({ reasoning_effort }, model).told.length > 0);
    expect(told).toEqual(clamped);
    for (const reasoning_effort of clamped) {
      expect(thinkingOf({ reasoning_effort }, model).told).toEqual(["clamped:reasoning_effort"]);
    }
  });

  test("an endpoint, whose id names no family, thinks as the one that the config names", () => {
    const endpoint = "projects/p/locations/l/endpoints/1234567890";
    const none = (family?: string) => thinkingOf({ reasoning_effort: "none" }, endpoint, { family });
    expect(none()).toEqual({ thinking: { thinkingLevel: "LOW" }, told: ["clamped:reasoning_effort"] });
    expect(none("gemini-2.5-flash")).toEqual({ thinking: { thinkingBudget: 0 }, told: [] });
    expect(none("google/gemini-3-flash-preview")).toEqual({ thinking: { thinkingLevel: "MINIMAL" }, told: [] });
    expect(none("gemini-2.0-flash-001")).toEqual({ thinking: undefined, told: ["reported:reasoning_effort"] });
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
    "gemini-2.0-flash-preview-image-generation",
    "gemini-3.1-flash-tts-preview",
    "gemini-embedding-001",
    "google/gemma-3-27b-it",
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

  test.each(["low", "LOW", "Low"])("Google's own level may be written %s", (thinking_level) => {
    const members = { google: { thinking_config: { thinking_level } } };
    expect(thinkingOf(members, "gemini-3.7-flash")).toEqual({ thinking: { thinkingLevel: "LOW" }, told: [] });
    expect(thinkingOf(members, "gemini-2.5-flash")).toEqual({ thinking: { thinkingBudget: 1024 }, told: [] });
  });

  test("of a budget and a level of Google's own one goes out, and the other is told", () => {
    const members = { google: { thinking_config: { thinking_budget: 3000, thinking_level: "HIGH" } } };
    const told = ["reported:google.thinking_config.thinking_budget"];
    expect(thinkingOf(members, "gemini-3.7-flash")).toEqual({ thinking: { thinkingLevel: "HIGH" }, told });
    expect(thinkingOf(members, "gemini-2.5-flash")).toEqual({ thinking: { thinkingBudget: 24_576 }, told });
  });
});

/** Budgets as they are asked for, and as the family takes them. */
const budgets: readonly (readonly [model: string, asked: number, want: number])[] = [
  ["gemini-2.5-pro", -1, -1],
  ["gemini-2.5-pro", 0, 128],
  ["gemini-2.5-pro", 127, 128],
  ["gemini-2.5-pro", 128, 128],
  ["gemini-2.5-pro", 32_768, 32_768],
  ["gemini-2.5-pro", 32_769, 32_768],
  ["gemini-2.5-flash", -1, -1],
  ["gemini-2.5-flash", 0, 0],
  ["gemini-2.5-flash", 1, 1],
  ["gemini-2.5-flash", 24_576, 24_576],
  ["gemini-2.5-flash", 24_577, 24_576],
  ["gemini-2.5-flash-lite", -1, -1],
  ["gemini-2.5-flash-lite", 0, 0],
  ["gemini-2.5-flash-lite", 1, 512],
  ["gemini-2.5-flash-lite", 511, 512],
  ["gemini-2.5-flash-lite", 512, 512],
  ["gemini-2.5-flash-lite", 24_576, 24_576],
  ["gemini-2.5-flash-lite", 24_577, 24_576],
  ["gemini-2.5-flash", -2, -1],
];

describe("§8 budgets", () => {
  test.each(budgets)("of %s: %i is %i, and the client is told where that is another", (model, asked, want) => {
    expect(thinkingOf({ thinking_budget: asked }, model)).toEqual({
      thinking: { thinkingBudget: want },
      told: asked === want ? [] : ["clamped:thinking_budget"],
    });
  });

  test.each([
    [0, "MINIMAL"],
    [1, "LOW"],
    [1024, "LOW"],
    [1025, "MEDIUM"],
    [8192, "MEDIUM"],
    [8193, "HIGH"],
  ])("of %i tokens are %s where the model has levels, and the client is told", (thinking_budget, level) => {
    expect(thinkingOf({ thinking_budget }, "gemini-3.6-flash")).toEqual({
      thinking: { thinkingLevel: level },
      told: ["clamped:thinking_budget"],
    });
  });

  test.each<[model: string, effort: string, limit: number, want: number]>([
    ["gemini-2.5-flash", "high", 24_577, 24_576],
    ["gemini-2.5-flash", "high", 24_576, 12_288],
    ["gemini-2.5-flash", "low", 1024, 512],
    ["gemini-2.5-flash", "low", 1, 0],
    ["gemini-2.5-flash-lite", "high", 2000, 1000],
    ["gemini-2.5-flash-lite", "high", 513, 512],
    ["gemini-2.5-flash-lite", "high", 512, 0],
    ["gemini-2.5-flash-lite", "low", 300, 0],
    ["gemini-2.5-pro", "high", 200, 128],
    ["gemini-2.5-pro", "high", 128, 128],
  ])("of %s for %s leave room within %i tokens: %i", (model, reasoning_effort, limit, want) => {
    for (const member of ["max_tokens", "max_completion_tokens"]) {
      expect(thinkingOf({ reasoning_effort, [member]: limit }, model).thinking).toEqual({ thinkingBudget: want });
    }
  });
});

describe("§8 a family that thinks only when told is told, where the client asks for thoughts and for no amount", () => {
  test.each<[string, object, object | undefined]>([
    ["enable_thinking", { enable_thinking: true }, { thinkingBudget: -1, includeThoughts: true }],
    ["thinking enabled", { thinking: { type: "enabled" } }, { thinkingBudget: -1, includeThoughts: true }],
    ["thinking adaptive", { thinking: { type: "adaptive" } }, { thinkingBudget: -1, includeThoughts: true }],
    ["thinking unseen", { thinking: { type: "adaptive", display: "omitted" } }, { thinkingBudget: -1 }],
    ["reasoning.enabled", { reasoning: { enabled: true } }, { thinkingBudget: -1, includeThoughts: true }],
    ["few tokens", { enable_thinking: true, max_tokens: 100 }, { thinkingBudget: -1, includeThoughts: true }],
    ["an amount", { enable_thinking: true, thinking_budget: 700 }, { thinkingBudget: 700, includeThoughts: true }],
    ["thoughts to be shown", { include_reasoning: true }, { includeThoughts: true }],
    ["nothing", {}, undefined],
  ])("%s", (_, members, want) => {
    expect(thinkingOf(members, "gemini-2.5-flash-lite").thinking).toEqual(want);
  });

  test("the others think by themselves", () => {
    for (const model of ["gemini-2.5-flash", "gemini-2.5-pro", "gemini-3.1-flash-lite"]) {
      expect(thinkingOf({ enable_thinking: true }, model).thinking).toEqual({ includeThoughts: true });
    }
  });
});

describe("§8 thoughts are shown", () => {
  test.each(["gemini-2.5-flash", "gemini-2.5-pro", "gemini-3-flash-preview"])(
    "by %s to those alone who ask to see them",
    (model) => {
      for (const reasoning_effort of efforts) {
        expect(thinkingOf({ reasoning_effort }, model).thinking).not.toHaveProperty("includeThoughts");
        const shown = thinkingOf({ reasoning_effort, include_reasoning: true }, model).thinking;
        if (reasoning_effort === "none") expect(shown).not.toHaveProperty("includeThoughts");
        else expect(shown).toMatchObject({ includeThoughts: true });
      }
    },
  );

  test("by no model that was left without room to think", () => {
    const members = { reasoning_effort: "high", include_reasoning: true, max_completion_tokens: 300 };
    expect(thinkingOf(members, "gemini-2.5-flash-lite").thinking).toEqual({ thinkingBudget: 0 });
  });
});

/** Two tables, each made from Google's pages for itself: what leaves is what the emulated hosts take. */
describe("§8 the emulated hosts take", () => {
  const surfaces = [
    ["Vertex AI", vertexSurface, {}],
    ["the Developer API", developerSurface, developer],
  ] as const;
  const tokens = [-1, 0, 1, 127, 128, 511, 512, 1024, 8192, 24_576, 32_768, 99_999];
  const asks: readonly object[] = [
    {},
    { include_reasoning: true },
    ...efforts.flatMap((reasoning_effort) => [{ reasoning_effort }, { reasoning_effort, include_reasoning: true }]),
    ...tokens.flatMap((thinking_budget) => [{ thinking_budget }, { thinking_budget, max_tokens: 400 }]),
  ];
  const named = families.map(([model]) => model).filter((model) => !model.startsWith("endpoints/"));

  test.each([...named, "gemini-2.0-flash-001", "gemini-2.5-flash-preview-tts", "gemini-2.5-flash-image"])(
    "what is asked of %s",
    (model) => {
      const family = familyOf(model.split("/").at(-1) ?? model);
      for (const [host, surface, facts] of surfaces) {
        for (const members of asks) {
          const { body } = ask(members, model, facts);
          const read = readRequest(JSON.parse(JSON.stringify(body)), surface);
          const refusal =
            "refusal" in read ? read.refusal : checkRequest({ request: read.request, family, model, surface });
          expect(refusal?.body, `${host}: ${JSON.stringify(body["generationConfig"])}`).toBeUndefined();
        }
      }
    },
  );
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
      fc.option(fc.integer({ min: 129, max: 70_000 })),
      fc.boolean(),
      (name, asked, limit, shown) => {
        const members = { ...asked, ...(limit && { max_completion_tokens: limit }), include_reasoning: shown };
        const { thinking = {} } = thinkingOf(members, name);
        if (typeof thinking !== "object" || thinking === null) throw new Error("no config");
        expect("thinkingBudget" in thinking && "thinkingLevel" in thinking).toBe(false);
        const budget: unknown = Reflect.get(thinking, "thinkingBudget");
        if (typeof budget === "number" && limit !== null) expect(budget).toBeLessThan(limit);
        if (budget === 0) expect(thinking).not.toHaveProperty("includeThoughts");
      },
    ),
  );
});

test("§14 both hosts think alike", () => {
  const members = { reasoning_effort: "medium", include_reasoning: true };
  expect(ask(members, "gemini-3.5-flash", developer).body).toEqual(ask(members, "gemini-3.5-flash").body);
});
