import { describe, expect, test } from "vitest";
import { createTurnReader } from "../../src/continuity/turn-reader.ts";
import type { ChatChunk } from "../../src/operations/types.ts";

type Choice = ChatChunk["choices"][number];
type Delta = Choice["delta"];

const choice = (delta: Delta, index = 0, finish_reason: Choice["finish_reason"] = null): Choice => ({
  index,
  delta,
  logprobs: null,
  finish_reason,
});

/** The turn that some deltas make; each but the last says that it goes on. */
function turnFrom(...deltas: readonly Delta[]) {
  const reader = createTurnReader();
  for (const delta of deltas) expect(reader.read(choice(delta))).toBeUndefined();
  return reader.read(choice({}, 0, "stop"));
}

describe("a turn that is read from a stream", () => {
  test("has its text in one", () => {
    expect(turnFrom({ role: "assistant", content: "" }, { content: "It is " }, { content: "sunny." })).toEqual({
      content: "It is sunny.",
    });
  });

  test("has its calls by their places, with arguments and signatures that come in pieces", () => {
    const extra_content = { google: { thought_signature: "signed" } };
    const turn = turnFrom(
      { tool_calls: [{ index: 0, id: "a", type: "function", function: { name: "f", arguments: "" }, extra_content }] },
      { tool_calls: [{ index: 0, function: { arguments: '{"x"' } }] },
      { tool_calls: [{ index: 1, id: "b", type: "function", function: { name: "g", arguments: "{}" } }] },
      { tool_calls: [{ index: 0, function: { arguments: ":1}" } }] },
      { tool_calls: [{ index: 1, function: { arguments: "" }, extra_content }] },
    );
    expect(turn).toEqual({
      content: "",
      tool_calls: [
        { id: "a", type: "function", function: { name: "f", arguments: '{"x":1}' }, extra_content },
        { id: "b", type: "function", function: { name: "g", arguments: "{}" }, extra_content },
      ],
    });
  });

  test("has calls of tools that take text", () => {
    const turn = turnFrom({ tool_calls: [{ index: 0, id: "a", type: "custom", custom: { name: "sh", input: "ls" } }] });
    expect(turn?.tool_calls).toEqual([{ id: "a", type: "custom", custom: { name: "sh", input: "ls" } }]);
  });

  test("has a call of the deprecated form, thoughts and what is signed as a whole", () => {
    const [one, other] = [
      { type: "thinking", thinking: "", signature: "s" },
      { type: "redacted_thinking", data: "d" },
    ];
    const extra_content = { google: { thought_signature: "signed" } };
    expect(
      turnFrom(
        { thinking_blocks: [one] },
        { thinking_blocks: [other] },
        { function_call: { name: "f", arguments: '{"x"' } },
        { function_call: { arguments: ":1}" } },
        { extra_content },
      ),
    ).toEqual({
      content: "",
      function_call: { name: "f", arguments: '{"x":1}' },
      thinking_blocks: [one, other],
      extra_content,
    });
  });

  test("is its choice's own", () => {
    const reader = createTurnReader();
    reader.read(choice({ content: "one" }, 0));
    reader.read(choice({ content: "other" }, 1));
    expect(reader.read(choice({}, 1, "stop"))).toEqual({ content: "other" });
    expect(reader.read(choice({}, 0, "length"))).toEqual({ content: "one" });
  });
});
