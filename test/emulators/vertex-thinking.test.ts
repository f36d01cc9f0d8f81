import { describe, expect, test } from "vitest";
import * as developer from "./_gemini.ts";
import * as vertex from "./_vertex.ts";
import { thinking } from "./_vertex-turns.ts";

const levels = ["MINIMAL", "LOW", "MEDIUM", "HIGH", "XHIGH"] as const;

/** Settings of thinking, and whether both hosts take them; a refusal in the words of each. */
async function mustAnswer(model: string, config: object, refusal?: { vertex: string; developer: string }) {
  const asked = thinking(config);
  const [there, here] = [
    await vertex.post(await vertex.emulate(), asked, { model }),
    await developer.post(await developer.emulate(), asked, { model }),
  ];
  if (refusal === undefined) {
    expect([there.status, here.status], there.text + here.text).toEqual([200, 200]);
    return;
  }
  for (const [{ body }, text] of [
    [there, refusal.vertex],
    [here, refusal.developer],
  ] as const) {
    const message = expect.stringContaining(text);
    expect(body).toMatchObject({ error: { code: 400, status: "INVALID_ARGUMENT", message } });
  }
}

const both = (text: string) => ({ vertex: text, developer: text });

describe("§8 of the levels", () => {
  const three = ["LOW", "MEDIUM", "HIGH"];
  test.each<[model: string, taken: readonly string[]]>([
    ["gemini-3-pro-preview", ["LOW", "HIGH"]],
    ["gemini-3.1-pro-preview", three],
    ["gemini-3-flash-preview", ["MINIMAL", ...three]],
    ["gemini-3.1-flash-lite", ["MINIMAL", ...three]],
    ["gemini-3.5-flash", ["MINIMAL", ...three]],
    ["gemini-3.5-flash-lite", ["MINIMAL", ...three]],
    ["gemini-3.6-flash", ["MINIMAL", ...three]],
    ["gemini-3.7-flash", three],
    ["gemini-3.8-flash", three],
    ["gemini-flash-latest", three],
    ["gemini-4-argon", three],
    ["gemini-4-carbon", three],
    ["gemini-4-carbon-cyber-permissive", three],
    ["gemini-4-hydrogen", [...three, "XHIGH"]],
    ["gemini-5-unheard-of", three],
  ])("%s takes %j, in small letters too, and no other", async (model, taken) => {
    for (const level of levels) {
      const refusal = taken.includes(level)
        ? undefined
        : {
            vertex: `Thinking level is unsupported: THINKING_LEVEL_${level}`,
            developer: `Thinking level ${level} is not supported for this model`,
          };
      await mustAnswer(model, { thinkingLevel: level }, refusal);
      await mustAnswer(model, { thinkingLevel: level.toLowerCase() }, refusal);
    }
    await mustAnswer(model, { thinkingBudget: 1024 }, both("Thinking budget is not supported"));
    await mustAnswer(model, { includeThoughts: true });
  });
});

describe("§8 of the budgets", () => {
  test.each<[model: string, taken: readonly number[], refused: readonly number[]]>([
    ["gemini-2.5-pro", [-1, 128, 32_768], [-2, 0, 1, 127, 32_769]],
    ["gemini-2.5-flash", [-1, 0, 1, 24_576], [-2, 24_577]],
    ["gemini-2.5-flash-lite", [-1, 0, 512, 24_576], [-2, 1, 511, 24_577]],
  ])("%s takes %j, and not %j", async (model, taken, refused) => {
    for (const thinkingBudget of taken) await mustAnswer(model, { thinkingBudget });
    const refusal = both("thinking_budget is out of range; supported values are integers from");
    for (const thinkingBudget of refused) await mustAnswer(model, { thinkingBudget }, refusal);
    await mustAnswer(model, { thinkingLevel: "LOW" }, both("Thinking level is not supported for this model"));
  });
});

describe("§8 neither host takes", () => {
  test.each(["gemini-2.5-flash", "gemini-3-flash-preview"])("a budget and a level together for %s", async (model) => {
    const text = "only one of thinking budget and thinking level";
    await mustAnswer(model, { thinkingBudget: 1024, thinkingLevel: "LOW" }, both(text));
  });

  test.each(["gemini-2.0-flash-001", "gemini-2.0-flash-lite-001", "gemini-2.5-flash-image"])(
    "any setting for %s, which does not think",
    async (model) => {
      const refusal = both("thinking is not supported by this model");
      for (const config of [{ thinkingBudget: 0 }, { thinkingLevel: "LOW" }, { includeThoughts: true }]) {
        await mustAnswer(model, config, refusal);
      }
    },
  );
});
