import { describe, expect, test } from "vitest";
import type { ConverseContext } from "../../../src/dialects/converse/chat/context.ts";
import type { ConverseRequest } from "../../../src/dialects/converse/types.ts";
import type { ChatCompletion } from "../../../src/operations/types.ts";
import fc from "../../_fc.ts";
import { contextFor, streamed, whole } from "./_reading.ts";
import { cutting, events, type Saying, saying, whole as wholeOf } from "./_sayings.ts";
import * as names from "./_translate.ts";
import { translate } from "./_translate.ts";

type Message = ChatCompletion["choices"][number]["message"];
type Block = NonNullable<ConverseRequest["messages"]>[number]["content"][number];

const tools = [
  ...["find", "renamed", "json"].map((name) => ({ type: "function", function: { name } })),
  { type: "custom", custom: { name: "free" } },
];
const known: ConverseContext = contextFor({ tools: translate({ tools }, names.unknown).context.tools });

/** What an answer holds that must come back to the model as it was. */
interface Kept {
  readonly text: string;
  readonly thoughts: readonly unknown[];
  readonly calls: readonly unknown[];
}

function keptIn(blocks: readonly unknown[]): Kept {
  const thoughts: unknown[] = [];
  const calls: unknown[] = [];
  let text = "";
  for (const block of blocks) {
    const { text: said, toolUse, reasoningContent } = Object(block);
    if (said !== undefined) text += said;
    if (toolUse !== undefined) calls.push(toolUse);
    const { reasoningText, redactedContent } = Object(reasoningContent);
    if (redactedContent !== undefined) thoughts.push(redactedContent);
    if (reasoningText?.signature !== undefined) thoughts.push(reasoningText);
  }
  return { text, thoughts, calls };
}

/** A free text's input is a text: what a model made otherwise of it is its JSON. */
function asSent({ text, thoughts, calls }: Kept): Kept {
  const sent = calls.map((one) => {
    const { name, input, toolUseId } = Object(one);
    const free = typeof input.input === "string" ? input.input : JSON.stringify(input);
    return { toolUseId, name, input: name === "free" ? { input: free } : input };
  });
  return { text, thoughts, calls: sent };
}

/** The turn that goes out again, with a result for each call. */
function again(message: Partial<Message>, model: string): readonly Block[] {
  const results = (message.tool_calls ?? []).map(({ id }) => ({ role: "tool", tool_call_id: id, content: "1" }));
  const history = [{ role: "user", content: "Hi." }, { ...message, role: "assistant" }, ...results];
  const { messages = [] } = translate({ tools, messages: [...history, { role: "user", content: "Go." }] }, model).body;
  return messages.find(({ role }) => role === "assistant")?.content ?? [];
}

/** Answers that say something: thoughts that led to nothing do not go back. */
const spoken = saying.filter(({ blocks }) => {
  const { text, calls } = keptIn(blocks);
  return text.trim() !== "" || calls.length > 0;
});

const isBlank = (text: string): boolean => text.trim() === "";

function expectSame({ blocks }: Saying, sent: readonly Block[]): void {
  const was = asSent(keptIn(blocks));
  const is = keptIn(sent);
  expect(is.calls).toEqual(was.calls);
  expect(is.thoughts).toEqual(was.thoughts);
  expect(is.text).toBe(isBlank(was.text) ? "" : was.text);
}

/** A message as clients keep it of a stream. */
function gathered(one: Saying, cut: readonly number[]): Partial<Message> {
  const message: Partial<Message> = { content: "" };
  const calls: NonNullable<Message["tool_calls"]> = [];
  for (const { delta } of streamed(events(one, cut), known).chunks.flatMap(({ choices }) => choices)) {
    message.content += delta.content ?? "";
    message.thinking_blocks = [...(message.thinking_blocks ?? []), ...(delta.thinking_blocks ?? [])];
    for (const { index, id = "", custom, function: fn } of delta.tool_calls ?? []) {
      const begun = calls[index];
      if (custom != null)
        calls[index] = { id, type: "custom", custom: { name: custom.name ?? "", input: custom.input ?? "" } };
      else if (begun === undefined)
        calls[index] = { id, type: "function", function: { name: fn?.name ?? "", arguments: fn?.arguments ?? "" } };
      else if (begun.type === "function") begun.function.arguments += fn?.arguments ?? "";
    }
  }
  return calls.length > 0 ? { ...message, tool_calls: calls } : message;
}

describe("an answer that comes back in the history", () => {
  test("says what it said: text, calls with their ids and inputs, signed and sealed thoughts", () => {
    let called = 0;
    fc.assert(
      fc.property(spoken, (one) => {
        const message = whole(wholeOf(one), known).choices[0]?.message;
        if (message === undefined) throw new Error("no choice");
        if (message.tool_calls !== undefined) called++;
        expectSame(one, again(message, names.unknown));
      }),
      { numRuns: 1000 },
    );
    expect(called).toBeGreaterThan(300);
  });

  test("says it as a stream, too", () => {
    fc.assert(
      fc.property(spoken, cutting, (one, cut) => {
        expectSame(one, again(gathered(one, cut), names.unknown));
      }),
      { numRuns: 500 },
    );
  });

  test("leaves its thoughts behind where the model does not read them", () => {
    fc.assert(
      fc.property(spoken, (one) => {
        const message = whole(wholeOf(one), known).choices[0]?.message ?? {};
        expect(keptIn(again(message, names.nova)).thoughts).toEqual([]);
      }),
      { numRuns: 200 },
    );
  });
});
