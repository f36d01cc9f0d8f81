import { describe, expect, test } from "vitest";
import { configOf, mistakesOf } from "./_load.ts";

const head = "providers: { v: { type: vertex, project: p, location: global } }\nmodels:\n  m:\n";

/** What is wrong with the lines of one model, each `line:column message`, and what was meant. */
function wrongIn(lines: string): readonly string[] {
  return mistakesOf(head + lines).map(({ line, column, message, suggestion }) =>
    [`${line}:${column} ${message}`, ...(suggestion === undefined ? [] : [suggestion])].join(" -> "),
  );
}

const deployments = "    deployments: [v/gemini-2.5-flash]\n";

describe("a price in routes.yaml", () => {
  test.each<readonly [name: string, price: string, want: readonly string[]]>([
    [
      "of too fine a grain",
      '{ input: "0.0000001", cache_write_1h: "0.1234567" }',
      [
        "5:21 `input` has at most six digits behind the point",
        "5:50 `cache_write_1h` has at most six digits behind the point",
      ],
    ],
    ["below zero", '{ input: "-1" }', ['5:21 `input` is US dollars per million tokens as plain digits, as in "3.00"']],
    ["for one thing", '{ request: "$1" }', ['5:23 `request` is US dollars for each as plain digits, as in "0.01"']],
    ["of something nobody charges", '{ inputs: "1" }', ["5:14 unknown key `inputs` -> input"]],
    [
      "of long prompts, of too fine a grain",
      '{ input: "1", above: [{ tokens: 5, output: "x" }] }',
      ['5:55 `output` is US dollars per million tokens as plain digits, as in "3.00"'],
    ],
    [
      "of long prompts, twice",
      '{ above: [{ tokens: 5, input: "1" }, { tokens: 6 }, { tokens: 5, input: "2" }] }',
      ["5:74 a price above 5 tokens is there already"],
    ],
    ["of long prompts that are of no length", '{ above: [{ input: "1" }] }', ["5:22 `above[0]` needs `tokens`"]],
    [
      "of a class of service",
      '{ service_tiers: { flex: { input: "free" } } }',
      ['5:46 `input` is US dollars per million tokens as plain digits, as in "3.00"'],
    ],
    [
      "of a class of service that nobody has",
      '{ service_tiers: { flexi: { input: "1" } } }',
      ["5:31 unknown key `flexi` -> flex"],
    ],
  ])("%s is a mistake with its place", (_, price, want) => {
    expect(wrongIn(`${deployments}    price: ${price}\n`)).toEqual(want);
  });

  test("of a deployment is checked too", () => {
    expect(wrongIn('    deployments: [{ use: v/gemini-2.5-flash, price: { input: "1,5" } }]\n')).toEqual([
      '4:62 `input` is US dollars per million tokens as plain digits, as in "3.00"',
    ]);
  });

  test("of a deployment stands before the model's", () => {
    const config = configOf(`${head}    deployments:
      - { use: v/gemini-2.5-flash, price: { input: "2.5", above: [{ tokens: 1000, input: "5" }] } }
      - { use: v/gemini-2.5-pro, weight: 2 }
      - v/gemini-3-pro-preview
    strategy: weighted
    price: { input: "1", output: "1.000000", request: "0.001" }
`);
    const model = { input: "1", output: "1.000000", request: "0.001" };
    expect(config.models[0]?.price).toEqual(model);
    expect(config.models[0]?.deployments.map(({ price }) => price)).toEqual([
      { input: "2.5", above: [{ tokens: 1000, input: "5" }] },
      model,
      model,
    ]);
  });

  test("may be left out", () => {
    expect(configOf(`${head}${deployments}`).models[0]?.deployments[0]?.price).toBeUndefined();
  });
});
