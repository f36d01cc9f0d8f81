import { describe, expect, test } from "vitest";
import {
  begin,
  calling,
  done,
  ended,
  ending,
  expectStreams,
  foldChat,
  foldWell,
  heard,
  more,
  opening,
  opens,
  own,
  saying,
  second,
} from "./_chunks.ts";
import type { Asking } from "./_translate.ts";

describe("several calls", () => {
  const begun = { ...second, type: "function" };
  const both = [
    opening,
    { tool_calls: [begin()] },
    { tool_calls: [more("{}")] },
    { tool_calls: [begun] },
    { tool_calls: [more("[]", { index: 1 })] },
    "tool_calls",
  ];
  const bare = (call: object) => ({ ...call, index: undefined });
  const zero = (call: object) => ({ ...call, index: 0 });
  expectStreams([
    [
      "are numbered",
      [opens, calling(begin()), calling(more("{}")), calling(second), calling(more("[]", { index: 1 })), ...ended],
      both,
    ],
    [
      "without an index are numbered",
      [
        opens,
        calling(bare(begin())),
        calling(bare(more("{}"))),
        calling(bare(second)),
        calling(bare(more("[]"))),
        ...ended,
      ],
      both,
    ],
    [
      "all numbered 0 are numbered",
      [opens, calling(begin()), calling(more("{}")), calling(zero(second)), calling(more("[]")), ...ended],
      both,
    ],
    [
      "counted from 1 are numbered from 0",
      [
        opens,
        calling({ ...begin(), index: 1 }),
        calling(more("{}", { index: 1 })),
        calling({ ...second, index: 2 }),
        calling(more("[]", { index: 2 })),
        ...ended,
      ],
      both,
    ],
    [
      "that share an id get different ones",
      [
        opens,
        calling(begin()),
        calling(more("{}")),
        calling({ ...second, id: "call_1" }),
        calling(more("[]", { index: 1, id: "call_1" })),
        ...ended,
      ],
      [...both.slice(0, 3), { tool_calls: [{ ...begun, id: own(1) }] }, ...both.slice(4)],
    ],
    [
      "of one function that share an id get different ones",
      [
        opens,
        calling(begin()),
        calling(more("{}")),
        calling(begin({ index: 1 })),
        calling(more("[]", { index: 1 })),
        ...ended,
      ],
      [...both.slice(0, 3), { tool_calls: [begin({ index: 1, id: own(1) })] }, ...both.slice(4)],
    ],
    [
      "of one function and all numbered 0 are numbered",
      [opens, calling(begin()), calling(more("{}")), calling(begin({ id: "call_2" })), calling(more("[]")), ...ended],
      [...both.slice(0, 3), { tool_calls: [begin({ index: 1, id: "call_2" })] }, ...both.slice(4)],
    ],
    [
      "that share an id and have no index are told apart by their names",
      [
        opens,
        calling(bare(begin())),
        calling(bare(more("{}"))),
        calling(bare({ ...second, id: "call_1" })),
        calling(bare(more("[]"))),
        ...ended,
      ],
      [...both.slice(0, 3), { tool_calls: [{ ...begun, id: own(1) }] }, ...both.slice(4)],
    ],
    [
      "all without an id and numbered 0, but of different names, are different",
      [
        opens,
        calling(begin({ id: undefined })),
        calling(more("{}")),
        calling(zero({ ...second, id: undefined })),
        calling(more("[]")),
        ...ended,
      ],
      [
        opening,
        { tool_calls: [begin({ id: own(0) })] },
        ...both.slice(2, 3),
        { tool_calls: [{ ...begun, id: own(1) }] },
        ...both.slice(4),
      ],
    ],
    [
      "in one delta stay in one",
      [
        opens,
        calling(begin({ function: { name: "f", arguments: "{}" } }), {
          ...second,
          function: { name: "g", arguments: "{}" },
        }),
        ...ended,
      ],
      [
        opening,
        {
          tool_calls: [
            begin({ function: { name: "f", arguments: "{}" } }),
            { ...begun, function: { name: "g", arguments: "{}" } },
          ],
        },
        "tool_calls",
      ],
    ],
    [
      "that take turns are told apart",
      [
        opens,
        calling(begin(), second),
        calling(more("[", { index: 1 })),
        calling(more("{")),
        calling(more("]", { index: 1 }), more("}")),
        ...ended,
      ],
      [
        opening,
        { tool_calls: [begin(), begun] },
        { tool_calls: [more("[", { index: 1 })] },
        { tool_calls: [more("{")] },
        { tool_calls: [more("]", { index: 1 }), more("}")] },
        "tool_calls",
      ],
    ],
    [
      "after the first are dropped where only one is wanted",
      [opens, calling(begin(), second), calling(more("[]", { index: 1 })), calling(more("{}")), ...ended],
      [opening, { tool_calls: [begin()] }, { tool_calls: [more("{}")] }, "tool_calls"],
      { request: { parallel_tool_calls: false } },
    ],
  ]);
});

describe("arguments that never come", () => {
  const bare = [opens, calling(begin())];
  const filled = { tool_calls: [more("{}")] };
  expectStreams([
    ["are none, as OpenAI says it", [...bare, ...ended], [opening, { tool_calls: [begin()] }, filled, "tool_calls"]],
    [
      "are none where the server says stop",
      [...bare, ending("stop"), done],
      [opening, { tool_calls: [begin()] }, filled, "tool_calls"],
    ],
    [
      "were cut off where the limit was reached",
      [...bare, ending("length"), done],
      [opening, { tool_calls: [begin()] }, "length"],
    ],
    [
      "are none for each call",
      [opens, calling(begin(), second), calling(more("{}")), ...ended],
      [
        opening,
        { tool_calls: [begin(), { ...second, type: "function" }] },
        filled,
        { tool_calls: [more("{}", { index: 1 })] },
        "tool_calls",
      ],
    ],
    [
      "of a call that is dropped are not made up",
      [opens, calling(begin(), second), calling(more("{}")), ...ended],
      [opening, { tool_calls: [begin()] }, filled, "tool_calls"],
      { request: { parallel_tool_calls: false } },
    ],
    [
      "of a custom tool are an empty text",
      [opens, calling({ index: 0, id: "c", type: "custom", custom: { name: "p", input: "" } }), ...ended],
      [
        opening,
        { tool_calls: [{ index: 0, id: "c", type: "custom", custom: { name: "p", input: "" } }] },
        "tool_calls",
      ],
    ],
  ]);
});

describe("why a stream with calls ends", () => {
  const reasonAfter = (...events: readonly object[]) => heard(foldWell([opens, ...events, done])).at(-1);
  const whole = calling(begin({ function: { name: "f", arguments: "{}" } }));

  test.each([
    ["stop", "tool_calls"],
    ["tool_calls", "tool_calls"],
    ["tool_use", "tool_calls"],
    ["function_call", "tool_calls"],
    ["eos_token", "tool_calls"],
    ["length", "length"],
    ["content_filter", "content_filter"],
  ])("%s is %s", (said, told) => {
    expect(reasonAfter(whole, ending(said))).toBe(told);
    expect(reasonAfter(ending(said), whole)).toBe(told);
    expect(
      reasonAfter(
        saying({ tool_calls: [begin({ function: { name: "f", arguments: "{}" } })] }, { finish_reason: said }),
      ),
    ).toBe(told);
  });
});

describe("the deprecated function_call", () => {
  const functions = [{ name: "f" }];
  const older: Asking = { host: "vllm", request: { functions } };
  const made = [
    opening,
    { function_call: { name: "f", arguments: "" } },
    { function_call: { arguments: "{}" } },
    "function_call",
  ];
  const call = (function_call: object) => saying({ function_call });
  expectStreams([
    [
      "passes where the server knows it",
      [opens, call({ name: "f", arguments: "" }), call({ arguments: "{}" }), ending("function_call"), done],
      made,
      { host: "openai", request: { functions } },
    ],
    [
      "passes with an ordinary end",
      [opens, call({ name: "f", arguments: "" }), call({ arguments: "{}" }), ending("stop"), done],
      made,
      { host: "openai", request: { functions } },
    ],
    [
      "is made of the first call where functions went out as tools",
      [opens, calling(begin(), second), calling(more("{}")), calling(more("[]", { index: 1 })), ...ended],
      made,
      older,
    ],
    ["has arguments where the server gives none", [opens, calling(begin()), ...ended], made, older],
    [
      "of null is none",
      [opens, saying({ content: "Hi", function_call: null }), ending(), done],
      [opening, { content: "Hi" }, "stop"],
    ],
  ]);
});

test("a call that breaks off is a cut", () => {
  expect(foldChat([opens, calling(begin()), done]).failure).toMatchObject({ errorName: "upstream_stream_cut" });
});
