import { describe, expect, test } from "vitest";
import { isPriceText, shiftPoint } from "../../src/import/litellm/cost.ts";
import fc from "../_fc.ts";
import { fatesOf, imported, oneModel, routesOf } from "./_import.ts";

describe("a cost per token as a price per million tokens", () => {
  test.each([
    ["3e-06", "3"],
    ["0.000003", "3"],
    ["3.0E-6", "3"],
    ["1.25e-07", "0.125"],
    [".0000005", "0.5"],
    ["0", "0"],
    ["0.0", "0"],
    ["1e-05", "10"],
    ["+2e-6", "2"],
    ["0.00000015", "0.15"],
    ["1", "1000000"],
    ["-1e-6", undefined],
    ["free", undefined],
    ["", undefined],
    [".", undefined],
    ["1e999999", undefined],
    ["0x10", undefined],
  ])("%s → %s", (text, want) => {
    expect(shiftPoint(text, 6)).toBe(want);
  });

  /** Whole millionths of a dollar per million tokens, written in the many ways there are. */
  const written = fc
    .record({
      micro: fc.bigInt({ min: 0n, max: 999_999_999_999n }),
      exponent: fc.integer({ min: -20, max: 6 }),
      upper: fc.boolean(),
      zeros: fc.nat(3),
    })
    .map(({ micro, exponent, upper, zeros }) => {
      // micro × 1e-12 dollars per token, as d × 10^exponent.
      const places = 12 + exponent;
      const digits = micro.toString();
      const padded = places > 0 ? digits.padStart(places + 1, "0") : `${digits}${"0".repeat(-places)}`;
      const whole = places > 0 ? padded.slice(0, -places) : padded;
      const fraction = places > 0 ? `.${padded.slice(-places)}${"0".repeat(zeros)}` : "";
      return { micro, text: `${whole}${fraction}${upper ? "E" : "e"}${exponent}` };
    });

  test("is exact for any cost", () => {
    fc.assert(
      fc.property(written, ({ micro, text }) => {
        const price = shiftPoint(text, 6) ?? "";
        const [whole = "", fraction = ""] = price.split(".");
        expect(isPriceText(price, false)).toBe(true);
        expect(BigInt(whole) * 1_000_000n + BigInt(fraction.padEnd(6, "0"))).toBe(micro);
      }),
    );
  });

  test("reaches the file so", () => {
    fc.assert(
      fc.property(written, ({ text }) => {
        const routes = routesOf(oneModel(`model: gpt-4o, input_cost_per_token: ${text}`));
        const price = { input: shiftPoint(text, 6) };
        expect(routes).toMatchObject({ models: { m: { deployments: [{ price }] } } });
      }),
      { numRuns: 50 },
    );
  });

  test("has a place for caches, long prompts, classes of service and requests", () => {
    const costs = [
      "input_cost_per_token: 1.25e-06",
      "output_cost_per_token: 1e-05",
      "cache_read_input_token_cost: 3.1e-07",
      "cache_creation_input_token_cost: 3.75e-06",
      "cache_creation_input_token_cost_above_1hr: 6e-06",
      "output_cost_per_reasoning_token: 2e-05",
      "input_cost_per_audio_token: 4e-05",
      "output_cost_per_audio_token: 8e-05",
      "input_cost_per_token_above_200k_tokens: 2.5e-06",
      "output_cost_per_token_above_200k_tokens: 1.5e-05",
      "input_cost_per_token_priority: 2.5e-06",
      "input_cost_per_token_flex: 6.25e-07",
      "input_cost_per_request: 0.002",
    ];
    const price = {
      input: "1.25",
      output: "10",
      cache_read: "0.31",
      cache_write: "3.75",
      cache_write_1h: "6",
      reasoning: "20",
      audio_input: "40",
      audio_output: "80",
      above: [{ tokens: 200000, input: "2.5", output: "15" }],
      service_tiers: { priority: { input: "2.5" }, flex: { input: "0.625" } },
      request: "0.002",
    };
    for (const text of [
      oneModel(`model: gpt-4o, ${costs.join(", ")}`),
      oneModel("model: gpt-4o", `    model_info: { ${costs.join(", ")} }\n`),
    ]) {
      expect(routesOf(text)).toMatchObject({ models: { m: { deployments: [{ price }] } } });
      for (const { fate, path } of imported(text).lines.filter((line) => line.path.includes("cost"))) {
        expect([path, fate]).toEqual([path, "changed"]);
      }
    }
  });

  test.each(["1e-13", "2", "-1", "os.environ/COST"])("of %s is left", (cost) => {
    const { lines } = imported(oneModel(`model: gpt-4o, input_cost_per_token: ${cost}`));
    expect(fatesOf(lines, "model_list[0].litellm_params.input_cost_per_token")).toEqual(["left"]);
  });
});
