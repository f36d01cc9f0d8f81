import { describe } from "vitest";
import { begin, calling, done, ended, ending, expectStreams, more, opening, opens, own, saying } from "./_chunks.ts";

/** One call of `f({"a":1})` as clients hear it. */
const plain = [
  opening,
  { tool_calls: [begin()] },
  { tool_calls: [more('{"a"')] },
  { tool_calls: [more(":1}")] },
  "tool_calls",
];

describe("one call", () => {
  expectStreams([
    [
      "passes as OpenAI makes it",
      [opens, calling(begin()), calling(more('{"a"')), calling(more(":1}")), ...ended],
      plain,
    ],
    [
      "that opens the stream is opened before",
      [
        saying({ role: "assistant", content: null, tool_calls: [begin()] }),
        calling(more('{"a"')),
        calling(more(":1}")),
        ...ended,
      ],
      plain,
    ],
    [
      "without an index has the first",
      [
        opens,
        calling(begin({ index: undefined })),
        calling(more('{"a"', { index: undefined })),
        calling(more(":1}", { index: null })),
        ...ended,
      ],
      plain,
    ],
    [
      "whose index comes late is still one",
      [opens, calling(begin({ index: undefined })), calling(more('{"a"')), calling(more(":1}")), ...ended],
      plain,
    ],
    [
      "counted from 1 is the first",
      [
        opens,
        calling(begin({ index: 1 })),
        calling(more('{"a"', { index: 1 })),
        calling(more(":1}", { index: 1 })),
        ...ended,
      ],
      plain,
    ],
    [
      "that is named in every delta is named once",
      [
        opens,
        calling(begin()),
        calling(begin({ function: { name: "f", arguments: '{"a"' } })),
        calling(begin({ function: { name: "f", arguments: ":1}" } })),
        ...ended,
      ],
      plain,
    ],
    [
      "that is named in every delta, without an index, is named once",
      [
        opens,
        calling(begin({ index: undefined })),
        calling(begin({ index: undefined, function: { name: "f", arguments: '{"a"' } })),
        calling(begin({ index: undefined, function: { name: "f", arguments: ":1}" } })),
        ...ended,
      ],
      plain,
    ],
    [
      "whose later ids are empty has the first, as Qwen's",
      [
        opens,
        calling(begin()),
        calling(more('{"a"', { id: "" })),
        calling(more(":1}", { id: "", type: "" })),
        ...ended,
      ],
      plain,
    ],
    [
      "whose later ids are null has the first",
      [
        opens,
        calling(begin()),
        calling(more('{"a"', { id: null })),
        calling(more(":1}", { id: null, type: null })),
        ...ended,
      ],
      plain,
    ],
    [
      "whose id is another one in every delta has the first",
      [opens, calling(begin()), calling(more('{"a"', { id: "x" })), calling(more(":1}", { id: "y" })), ...ended],
      plain,
    ],
    [
      "whose id is another one in every delta, without an index, has the first",
      [
        opens,
        calling(begin({ index: undefined })),
        calling({ id: "x", function: { arguments: '{"a"' } }),
        calling({ id: "y", function: { arguments: ":1}" } }),
        ...ended,
      ],
      plain,
    ],
    [
      "without an id gets one",
      [opens, calling(begin({ id: undefined })), calling(more("{}")), ...ended],
      [opening, { tool_calls: [begin({ id: own(0) })] }, { tool_calls: [more("{}")] }, "tool_calls"],
    ],
    [
      "with an empty id gets one",
      [opens, calling(begin({ id: "" })), calling(more("{}")), ...ended],
      [opening, { tool_calls: [begin({ id: own(0) })] }, { tool_calls: [more("{}")] }, "tool_calls"],
    ],
    [
      "without a type is of a function",
      [opens, calling(begin({ type: undefined })), calling(more('{"a"')), calling(more(":1}")), ...ended],
      plain,
    ],
    [
      "of an unknown type is of a function",
      [opens, calling(begin({ type: "tool" })), calling(more('{"a"')), calling(more(":1}")), ...ended],
      plain,
    ],
    [
      "whose arguments are an object has them as text",
      [opens, calling(begin({ function: { name: "f", arguments: { a: 1 } } })), ...ended],
      [opening, { tool_calls: [begin({ function: { name: "f", arguments: '{"a":1}' } })] }, "tool_calls"],
    ],
    [
      "whose first arguments are missing or null begins with none",
      [
        opens,
        calling(begin({ function: { name: "f" } })),
        calling({ index: 0, function: { arguments: null } }),
        calling(more("{}")),
        ...ended,
      ],
      [opening, { tool_calls: [begin()] }, { tool_calls: [more("")] }, { tool_calls: [more("{}")] }, "tool_calls"],
    ],
    [
      "whose name comes late waits for it",
      [
        opens,
        calling(begin({ function: { arguments: '{"a"' } })),
        calling({ index: 0, function: { name: "f", arguments: ":" } }),
        calling(more("1}")),
        ...ended,
      ],
      [
        opening,
        { tool_calls: [begin({ function: { name: "f", arguments: '{"a":' } })] },
        { tool_calls: [more("1}")] },
        "tool_calls",
      ],
    ],
    [
      "that is never named is none",
      [opens, calling(begin({ function: { arguments: "{}" } })), ...ended],
      [opening, "stop"],
    ],
    [
      "that is no call is none",
      [opens, calling(null, "x", 5), saying({ tool_calls: "x" }), ...ended],
      [opening, "stop"],
    ],
    [
      "that is null or empty is none",
      [opens, saying({ content: "Hi", tool_calls: null }), saying({ tool_calls: [] }), ending(), done],
      [opening, { content: "Hi" }, "stop"],
    ],
    [
      "of a custom tool is one",
      [
        opens,
        calling({ index: 0, id: "c", type: "custom", custom: { name: "p", input: "" } }),
        calling({ index: 0, custom: { input: "x" } }),
        ...ended,
      ],
      [
        opening,
        { tool_calls: [{ index: 0, id: "c", type: "custom", custom: { name: "p", input: "" } }] },
        { tool_calls: [{ index: 0, custom: { input: "x" } }] },
        "tool_calls",
      ],
    ],
    [
      "of a custom tool without a type is one",
      [opens, calling({ id: "c", custom: { name: "p", input: "x" } }), ...ended],
      [
        opening,
        { tool_calls: [{ index: 0, id: "c", type: "custom", custom: { name: "p", input: "x" } }] },
        "tool_calls",
      ],
    ],
    [
      "keeps what a server adds to it",
      [
        opens,
        calling(begin({ extra_content: { google: { thought_signature: "x" } } })),
        calling(more("{}", { mood: 1 })),
        ...ended,
      ],
      [
        opening,
        { tool_calls: [begin({ extra_content: { google: { thought_signature: "x" } } })] },
        { tool_calls: [more("{}", { mood: 1 })] },
        "tool_calls",
      ],
    ],
    [
      "is whole in one chunk, as Ollama's, which says who speaks",
      [
        saying({ role: "assistant", content: "", tool_calls: [begin({ function: { name: "f", arguments: "{}" } })] }),
        saying({ role: "assistant", content: "" }, { finish_reason: "stop" }),
        done,
      ],
      [opening, { content: "", tool_calls: [begin({ function: { name: "f", arguments: "{}" } })] }, "tool_calls"],
    ],
  ]);
});
