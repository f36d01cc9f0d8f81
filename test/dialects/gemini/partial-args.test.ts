import { describe, expect, test } from "vitest";
import type { ClientTool } from "../../../src/dialects/gemini/chat/context.ts";
import { createArgumentsWriter, type PartialArg } from "../../../src/dialects/gemini/chat/partial-args.ts";
import fc from "../../_fc.ts";
import { answerOf, contextFor, deltasOf, eventOf, finishesOf, read, stop, streamed, whole } from "./_reading.ts";

const written = (pieces: readonly PartialArg[]): string => {
  const writer = createArgumentsWriter();
  return pieces.map((piece) => writer.push(piece)).join("") + writer.end();
};

const cases: readonly (readonly [name: string, pieces: readonly PartialArg[], json: string])[] = [
  ["nothing", [], "{}"],
  ["a number", [{ jsonPath: "$.n", numberValue: 50 }], '{"n":50}'],
  ["a truth value", [{ jsonPath: "$.b", boolValue: false }], '{"b":false}'],
  ["null", [{ jsonPath: "$.x", nullValue: "NULL_VALUE" }], '{"x":null}'],
  ["a text", [{ jsonPath: "$.s", stringValue: 'a"b' }], '{"s":"a\\"b"}'],
  [
    "a text in pieces",
    [
      { jsonPath: "$.s", stringValue: "Grü", willContinue: true },
      { jsonPath: "$.s", stringValue: '"\n', willContinue: true },
      { jsonPath: "$.s", stringValue: "" },
      { jsonPath: "$.t", stringValue: "x" },
    ],
    '{"s":"Grü\\"\\n","t":"x"}',
  ],
  [
    "a text that ends without a value",
    [
      { jsonPath: "$.s", stringValue: "a", willContinue: true },
      { jsonPath: "$.s" },
      { jsonPath: "$.n", numberValue: 1 },
    ],
    '{"s":"a","n":1}',
  ],
  [
    "a text that nobody ends",
    [
      { jsonPath: "$.s", stringValue: "a", willContinue: true },
      { jsonPath: "$.n", numberValue: 1 },
    ],
    '{"s":"a","n":1}',
  ],
  ["a text that the answer breaks off", [{ jsonPath: "$.s", stringValue: "a", willContinue: true }], '{"s":"a"}'],
  [
    "objects and lists in one another",
    [
      { jsonPath: "$.a.b[0]", numberValue: 1 },
      { jsonPath: "$.a.b[1].c", numberValue: 2 },
      { jsonPath: "$.a.b[1].d", numberValue: 3 },
      { jsonPath: "$.a.e", numberValue: 4 },
      { jsonPath: "$.f[0][0]", numberValue: 5 },
      { jsonPath: "$.f[0][1]", numberValue: 6 },
      { jsonPath: "$.f[1][0]", numberValue: 7 },
    ],
    '{"a":{"b":[1,{"c":2,"d":3}],"e":4},"f":[[5,6],[7]]}',
  ],
  ["items that are skipped", [{ jsonPath: "$.l[2]", numberValue: 1 }], '{"l":[null,null,1]}'],
  [
    "names in quotes",
    [
      { jsonPath: "$['a b']", numberValue: 1 },
      { jsonPath: '$["c.d"][0]', numberValue: 2 },
      { jsonPath: "$['it\\'s']", numberValue: 3 },
    ],
    '{"a b":1,"c.d":[2],"it\'s":3}',
  ],
];

describe("§11.5 arguments in pieces are rebuilt as JSON", () => {
  test.each(cases)("%s", (_, pieces, json) => {
    expect(written(pieces)).toBe(json);
    JSON.parse(json);
  });

  test.each([
    ["a member that was written", ["$.a", "$.b", "$.a"]],
    ["an object that was left", ["$.a.b", "$.c", "$.a.d"]],
    ["an item that was passed", ["$.l[1]", "$.l[0]"]],
    ["a list that was an object", ["$.a.b", "$.a[0]"]],
    ["below a value", ["$.a", "$.a.b"]],
    ["no path", [""]],
    ["a path without a root", ["a.b"]],
    ["the whole", ["$"]],
    ["a list at the top", ["$[0]"]],
    ["another language", ["$.a[*]"]],
  ])("§11.5 but not %s", (_, paths) => {
    const writer = createArgumentsWriter();
    const made = paths.map((jsonPath) => writer.push({ jsonPath, numberValue: 1 }));
    expect(made.at(-1)).toBeUndefined();
  });
});

test("§11.5 but not a text that turns out to be something else", () => {
  const writer = createArgumentsWriter();
  writer.push({ jsonPath: "$.s", stringValue: "a", willContinue: true });
  expect(writer.push({ jsonPath: "$.s", numberValue: 1 })).toBeUndefined();
});

/** An object as the pieces it would come in, its texts cut. */
function piecesOf(value: unknown, path: string, cut: number): readonly PartialArg[] {
  if (Array.isArray(value)) return value.flatMap((item, at) => piecesOf(item, `${path}[${at}]`, cut));
  if (typeof value === "object" && value !== null) {
    return Object.entries(value).flatMap(([name, member]) => piecesOf(member, `${path}${stepOf(name)}`, cut));
  }
  if (typeof value === "number") return [{ jsonPath: path, numberValue: value }];
  if (typeof value === "boolean") return [{ jsonPath: path, boolValue: value }];
  if (typeof value !== "string") return [{ jsonPath: path, nullValue: null }];
  const texts = value.match(new RegExp(`[^]{1,${cut}}`, "g")) ?? [""];
  return texts.map((stringValue, at) => ({
    jsonPath: path,
    stringValue,
    ...(at < texts.length - 1 && { willContinue: true }),
  }));
}

const stepOf = (name: string): string =>
  /^\w+$/.test(name) ? `.${name}` : `['${name.replaceAll(/[\\']/g, (one) => `\\${one}`)}']`;

/** Any JSON without empty lists and objects, for which there are no pieces. */
const { node: json } = fc.letrec((tie) => ({
  node: fc.oneof(
    { depthSize: "small" },
    fc.string({ unit: "grapheme" }),
    fc.string(),
    fc.double({ noNaN: true, noDefaultInfinity: true }).map((n) => (Object.is(n, -0) ? 0 : n)),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie("node"), { minLength: 1, maxLength: 3 }),
    fc.dictionary(fc.string(), tie("node"), { minKeys: 1, maxKeys: 3 }),
  ),
}));
const members = fc.dictionary(fc.string(), json, { minKeys: 1, maxKeys: 4 });

test("§11.5 any object, cut into pieces, is the same object again", () => {
  fc.assert(
    fc.property(members, fc.integer({ min: 1, max: 4 }), (args, cut) => {
      expect(JSON.parse(written(piecesOf(args, "$", cut)))).toEqual(JSON.parse(JSON.stringify(args)));
    }),
    { numRuns: 500 },
  );
});

describe("§11.5 calls whose arguments come in pieces", () => {
  const opening = { functionCall: { id: "7", name: "light", willContinue: true }, thoughtSignature: "c2ln" };
  const pieces = [
    { functionCall: { partialArgs: [{ jsonPath: "$.brightness", numberValue: 50 }], willContinue: true } },
    {
      functionCall: {
        partialArgs: [{ jsonPath: "$.tone", stringValue: "wa", willContinue: true }],
        willContinue: true,
      },
    },
    { functionCall: { partialArgs: [{ jsonPath: "$.tone", stringValue: "rm" }], willContinue: true } },
  ];
  const closing = { functionCall: {} };
  const args = '{"brightness":50,"tone":"warm"}';

  test("open with a name, go on without one, and close", () => {
    const { chunks } = streamed([...[opening, ...pieces, closing].map((part) => eventOf([part])), stop]);
    const deltas = deltasOf({ chunks });
    expect(deltas[0]).toEqual({
      tool_calls: [
        {
          index: 0,
          id: "7",
          type: "function",
          function: { name: "light", arguments: "" },
          extra_content: { google: { thought_signature: "c2ln" } },
        },
      ],
    });
    expect(deltas.slice(1)).toEqual([
      { tool_calls: [{ index: 0, function: { arguments: '{"brightness":50' } }] },
      { tool_calls: [{ index: 0, function: { arguments: ',"tone":"wa' } }] },
      { tool_calls: [{ index: 0, function: { arguments: "rm" } }] },
      { tool_calls: [{ index: 0, function: { arguments: '"}' } }] },
      {},
    ]);
    expect(finishesOf({ chunks })).toEqual([[0, "tool_calls"]]);
  });

  /** The arguments of each call, put together. */
  const calledIn = (events: readonly object[], context = contextFor()): readonly (string | undefined)[] => {
    const made: string[] = [];
    for (const delta of deltasOf(streamed(events, context))) {
      for (const call of delta.tool_calls ?? []) {
        made[call.index] = (made[call.index] ?? "") + (call.function?.arguments ?? call.custom?.input ?? "");
      }
      if (delta.function_call != null) made[0] = (made[0] ?? "") + (delta.function_call.arguments ?? "");
    }
    return made;
  };

  test.each([
    ["in one event", [eventOf([opening, ...pieces, closing])]],
    ["without a close", [opening, ...pieces].map((part) => eventOf([part]))],
    [
      "with a piece that says nothing yet",
      [opening, { functionCall: { willContinue: true } }, ...pieces].map((part) => eventOf([part])),
    ],
    [
      "with names that are empty",
      [opening, ...pieces, closing].map((part, at) =>
        eventOf([at === 0 ? part : { functionCall: { name: "", ...part.functionCall } }]),
      ),
    ],
    [
      "all at once with their name",
      [
        eventOf([
          {
            functionCall: {
              name: "light",
              partialArgs: [
                { jsonPath: "$.brightness", numberValue: 50 },
                { jsonPath: "$.tone", stringValue: "warm" },
              ],
            },
          },
        ]),
      ],
    ],
  ])("§11.5 %s", (_, events) => {
    expect(calledIn([...events, stop])).toEqual([args]);
  });

  test("are ended by the next call, whole or in pieces", () => {
    const parts = [opening, ...pieces, { functionCall: { name: "f", args: { a: 1 } } }, opening, ...pieces, closing];
    expect(calledIn([...parts.map((part) => eventOf([part])), stop])).toEqual([args, '{"a":1}', args]);
  });

  test("without any piece have no arguments", () => {
    expect(calledIn([eventOf([opening, closing]), stop])).toEqual(["{}"]);
  });

  test("beyond the wanted one are dropped", () => {
    const parts = [opening, ...pieces, closing, opening, ...pieces, closing];
    expect(calledIn([eventOf(parts), stop], contextFor({ onlyFirstCall: true }))).toEqual([args]);
  });

  test("of deprecated functions", () => {
    const deltas = deltasOf(
      streamed([eventOf([opening, ...pieces, closing]), stop], contextFor({ legacyCalls: true })),
    );
    // The form has no place for the signature: the message bears it.
    const extra_content = { google: { thought_signature: "c2ln" } };
    expect(deltas).toEqual([
      { function_call: { name: "light", arguments: "" }, extra_content },
      { function_call: { arguments: '{"brightness":50' } },
      { function_call: { arguments: ',"tone":"wa' } },
      { function_call: { arguments: "rm" } },
      { function_call: { arguments: '"}' } },
      {},
    ]);
  });

  test("of custom tools are their input, whole", () => {
    const tools = new Map<string, ClientTool>([["light", { name: "light", kind: "custom" }]]);
    const input = [
      { functionCall: { partialArgs: [{ jsonPath: "$.input", stringValue: "l", willContinue: true }] } },
      { functionCall: { partialArgs: [{ jsonPath: "$.input", stringValue: "s" }] } },
    ];
    expect(calledIn([eventOf([opening, ...input, closing]), stop], contextFor({ tools }))).toEqual(["ls"]);
  });

  test("of the call that stands in for structured output are the content", () => {
    const events = [...[opening, ...pieces, closing].map((part) => eventOf([part])), stop];
    const deltas = deltasOf(streamed(events, contextFor({ answerTool: "light" })));
    expect(deltas).toEqual([{ content: args }, {}]);
  });

  test.each([
    ["closed", [closing]],
    ["not", []],
  ])("come in whole answers too, %s", (_, end) => {
    const parts = [opening, ...pieces, ...end];
    const [choice] = whole(answerOf(parts)).choices;
    expect(choice?.message.tool_calls).toMatchObject([{ id: "7", function: { name: "light", arguments: args } }]);
    const [legacy] = whole(answerOf(parts), contextFor({ legacyCalls: true })).choices;
    expect(legacy?.message.function_call).toEqual({ name: "light", arguments: args });
  });

  test("out of order are a failure", () => {
    const again = { functionCall: { partialArgs: [{ jsonPath: "$.brightness", numberValue: 1 }] } };
    const parts = [opening, ...pieces, again];
    const { failure } = streamed([...parts.map((part) => eventOf([part])), stop]);
    expect(failure?.errorName).toBe("upstream_invalid_response");
    expect(read(answerOf(parts))).toMatchObject({ errorName: "upstream_invalid_response" });
  });
});
