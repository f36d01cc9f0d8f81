import { describe, expect, test } from "vitest";
import { fit, mendCalls } from "../../src/continuity/fit.ts";
import { createSaidBefore, keysOf, keysToKeep, turnOf } from "../../src/continuity/turn.ts";
import type { AssistantMessage } from "../../src/dialects/dialect.ts";
import type { ChatMessage } from "../../src/operations/types.ts";

type Call = readonly [id: string, name: string, args: string];

const says = (content: string | null, ...calls: readonly Call[]): AssistantMessage => ({
  role: "assistant",
  content,
  ...(calls.length > 0 && {
    tool_calls: calls.map(([id, name, args]) => ({ id, type: "function", function: { name, arguments: args } })),
  }),
});
const keys = (message: AssistantMessage, before = "hello", tenant = "alice"): readonly string[] =>
  keysOf(tenant, turnOf(message), before);

const made = says("Let me see.", ["a", "f", '{"x":1,"y":{"p":2,"q":3}}'], ["b", "g", "{}"]);

describe("the names of a turn", () => {
  test("are one per id, one with what was said before, and one without", () => {
    expect(keys(made)).toHaveLength(4);
    expect(new Set(keys(made)).size).toBe(4);
    for (const key of keys(made)) expect(key).toMatch(/^continuity:[\w-]{43}$/);
  });

  test("of a turn without calls are one alone: words do not tell one conversation from another", () => {
    expect(keys(says("Hello!"))).toHaveLength(1);
    expect(keys(says("Hello!"), "hi")).not.toEqual(keys(says("Hello!"), "ho"));
  });

  test.each<[name: string, message: AssistantMessage]>([
    ["with white space around the text", { ...made, content: "\n Let me see.  " }],
    [
      "with the text in parts",
      {
        ...made,
        content: [
          { type: "text", text: "Let me " },
          { type: "text", text: "see." },
        ],
      },
    ],
    [
      "with arguments in another order",
      says("Let me see.", ["a", "f", '{ "y": {"q":3, "p":2}, "x": 1.0 }'], ["b", "g", ""]),
    ],
    ["with calls in another order", says("Let me see.", ["a", "g", "{}"], ["b", "f", '{"x":1,"y":{"p":2,"q":3}}'])],
  ])("are the same %s", (_name, message) => {
    expect(new Set(keys(message))).toEqual(new Set(keys(made)));
  });

  test.each<[name: string, message: AssistantMessage]>([
    ["another text", says("Let me look.", ["c", "f", '{"x":1,"y":{"p":2,"q":3}}'], ["d", "g", "{}"])],
    ["another argument", says("Let me see.", ["c", "f", '{"x":2,"y":{"p":2,"q":3}}'], ["d", "g", "{}"])],
    ["another tool", says("Let me see.", ["c", "h", '{"x":1,"y":{"p":2,"q":3}}'], ["d", "g", "{}"])],
    ["a call less", says("Let me see.", ["c", "f", '{"x":1,"y":{"p":2,"q":3}}'])],
    ["lists in another order", says("", ["c", "f", "[2,1]"])],
  ])("are others with %s", (_name, message) => {
    const known = new Set(keys(made));
    expect(keys(message).filter((key) => known.has(key))).toEqual([]);
  });

  test("are others for another tenant", () => {
    const known = new Set(keys(made));
    expect(keys(made, "hello", "bob").filter((key) => known.has(key))).toEqual([]);
  });

  test("without what was said before is found behind something else", () => {
    expect(keys(made, "one").at(-1)).toBe(keys(made, "other").at(-1));
    expect(keys(made, "one").at(-2)).not.toBe(keys(made, "other").at(-2));
  });

  test("under which it is kept are those of the first id and of its words", () => {
    const kept = keysToKeep("alice", turnOf(made), "hello");
    expect(kept).toEqual([keys(made)[0], ...keys(made).slice(-2)]);
  });

  test("survive arguments nested deeper than the stack, and those that are no JSON", () => {
    const deep = `${"[".repeat(200_000)}${"]".repeat(200_000)}`;
    expect(keys(says("", ["a", "f", deep]))).toEqual(keys(says("", ["a", "f", ` ${deep}`])));
    expect(keys(says("", ["a", "f", '{"cut":'])).length).toBe(3);
  });

  test("hold apart a function and a tool that takes text", () => {
    const custom: AssistantMessage = {
      role: "assistant",
      tool_calls: [{ id: "c", type: "custom", custom: { name: "f", input: "{}" } }],
    };
    expect(keys(custom).at(-1)).not.toBe(keys(says(null, ["c", "f", "{}"])).at(-1));
  });
});

test("what was said before is the user's last text, whatever tools have said since", () => {
  const messages: readonly ChatMessage[] = [
    { role: "user", content: "first" },
    made,
    { role: "tool", tool_call_id: "a", content: "1" },
    made,
    { role: "user", content: [{ type: "text", text: " second" }] },
    made,
  ];
  const before = createSaidBefore(messages);
  expect(before(1)).toBe(before(3));
  expect(before(5)).not.toBe(before(3));
  expect(before(6)).toBe(createSaidBefore([{ role: "user", content: "second" }])(1));
  expect(createSaidBefore([])(0)).toBe("");
});

describe("a kept turn and a client's", () => {
  const kept = { maker: "m", calls: turnOf(made).calls, kept: { calls: ["signed", null] } };
  const tool = (tool_call_id: string, content: string): ChatMessage => ({ role: "tool", tool_call_id, content });
  const mend = (message: AssistantMessage, results: readonly ChatMessage[]) => {
    const match = fit(turnOf(message).calls, kept);
    return match && mendCalls(message, results, kept, match);
  };
  const f: Call = ["a", "f", '{"x":1,"y":{"p":2,"q":3}}'];
  const g: Call = ["b", "g", "{}"];
  const named = ([, ...rest]: Call, id: string): Call => [id, ...rest];

  test("that are the same are left alone", () => {
    const results = [tool("a", "1"), tool("b", "2")];
    expect(mend(made, results)).toEqual({ message: made, results, signs: ["signed", null] });
  });

  test("get back their order, and results their calls", () => {
    const mended = mend(says("x", named(g, "1"), named(f, "2")), [tool("1", "of g"), tool("2", "of f")]);
    expect(mended?.message.tool_calls?.map(({ id }) => id)).toEqual(["a", "b"]);
    expect(mended?.results).toEqual([tool("b", "of g"), tool("a", "of f")]);
    expect(mended?.signs).toEqual(["signed", null]);
  });

  test("get back ids that were cut until they were the same", () => {
    const mended = mend(says("x", named(g, "c"), named(f, "c")), [tool("c", "of g"), tool("c", "of f")]);
    expect(mended?.message.tool_calls?.map(({ id }) => id)).toEqual(["a", "b"]);
    expect(mended?.results).toEqual([tool("b", "of g"), tool("a", "of f")]);
  });

  test("keep a call that was not made, behind those that were", () => {
    const mended = mend(says("x", ["n", "new", "{}"], g, f), []);
    expect(mended?.message.tool_calls?.map(({ id }) => id)).toEqual(["a", "b", "n"]);
    expect(mended?.signs).toEqual(["signed", null, null]);
  });

  test("of which one call is gone have what is kept of the other", () => {
    expect(mend(says("x", g), [])?.signs).toEqual([null]);
    expect(mend(says("x", f), [])?.signs).toEqual(["signed"]);
  });

  test("do not go together where every call is another", () => {
    expect(mend(says("x", ["a", "f", '{"x":2}']), [])).toBeUndefined();
    expect(mend(says("x"), [])).toBeUndefined();
  });

  test("whose calls say the same are told apart by their ids", () => {
    const twins = says("x", ["one", "g", "{}"], ["two", "g", "{}"]);
    const envelope = { maker: "m", calls: turnOf(twins).calls, kept: { calls: ["signed", null] } };
    const turned = says("x", ["two", "g", "{}"], ["one", "g", "{}"]);
    const match = fit(turnOf(turned).calls, envelope);
    const mended = match && mendCalls(turned, [tool("two", "2"), tool("one", "1")], envelope, match);
    expect(mended?.message.tool_calls?.map(({ id }) => id)).toEqual(["one", "two"]);
    expect(mended?.results).toEqual([tool("two", "2"), tool("one", "1")]);
  });

  test("go together where an id that is made up stands for another call's", () => {
    // The client's ids are those of the kept calls, the other way round.
    const mended = mend(says("x", named(f, "b"), named(g, "a")), [tool("b", "of f"), tool("a", "of g")]);
    expect(mended?.results).toEqual([tool("a", "of f"), tool("b", "of g")]);
  });
});
