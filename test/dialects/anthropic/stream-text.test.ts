import { describe, expect, test } from "vitest";
import { foldMessageStream } from "../../../src/dialects/anthropic/chat/stream.ts";
import { textBetween } from "../../../src/dialects/anthropic/chat/stream-text.ts";
import { foldConverseStream } from "../../../src/dialects/converse/chat/stream.ts";
import type { Fold } from "../../../src/dialects/dialect.ts";
import { GatewayError } from "../../../src/errors.ts";
import type { ChatChunk } from "../../../src/operations/types.ts";
import fc from "../../_fc.ts";
import { contextFor as contextForConverse } from "../converse/_reading.ts";
import { contextFor, end, start } from "./_reading.ts";

/** What a fold makes of events, each chunk as the client gets it. */
function told(fold: Fold<ChatChunk>, events: readonly string[]) {
  const chunks: unknown[] = [];
  const forms = new Set<string>();
  for (const step of [...events.map((event) => () => fold.onEvent(event)), fold.onEnd]) {
    const made = step();
    if (made instanceof GatewayError) return { chunks, failure: made.message };
    for (const { chunk, text = JSON.stringify(chunk), repeats } of made) {
      const form = JSON.stringify(chunk, (name, value) => (name === "content" ? "" : value));
      if (repeats) expect(forms).toContain(form);
      forms.add(form);
      expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(chunk)));
      chunks.push(text);
    }
  }
  return { chunks, usage: fold.usage(), changes: fold.changes?.(), over: fold.isOver?.() };
}

const index = fc.constantFrom(0, 0, 0, 1, 2);
const anyText = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.constantFrom("", '"', "\\", '\\"', "\n", "</x>", "ü👋", "\u2028"),
);

describe("Claude's events", () => {
  const deltaAt = (index: number, type: string, members: object) => ({
    type: "content_block_delta",
    index,
    delta: { type, ...members },
  });
  const blockAt = (index: number, content_block: object) => ({ type: "content_block_start", index, content_block });
  const event = fc.oneof(
    {
      weight: 6,
      arbitrary: fc.record({ index, text: anyText }).map(({ index, text }) => deltaAt(index, "text_delta", { text })),
    },
    fc.record({ index, text: anyText }).map(({ index, text }) => blockAt(index, { type: "text", text })),
    index.map((index) => blockAt(index, { type: "thinking", thinking: "", signature: "" })),
    fc
      .record({ index, thinking: anyText })
      .map(({ index, thinking }) => deltaAt(index, "thinking_delta", { thinking })),
    index.map((index) => blockAt(index, { type: "tool_use", id: `t${index}`, name: "f", input: {} })),
    index.map((index) => deltaAt(index, "input_json_delta", { partial_json: "{}" })),
    index.map((index) => ({ type: "content_block_stop", index })),
    fc.constant({ type: "ping" }),
    fc.constantFrom(...end()),
  );
  test("say the same, written as the service writes them and in any other way", () => {
    fc.assert(
      fc.property(fc.array(event, { maxLength: 12 }), fc.boolean(), fc.nat(3), (events, begins, spaces) => {
        const all = begins ? [start({ input_tokens: 1, service_tier: "standard" }), ...events] : events;
        const written = all.map((one) => JSON.stringify(one).replace(/\}$/, `${" ".repeat(spaces)}}`));
        const otherwise = all.map((one) => ` ${JSON.stringify(one)}`);
        const plain = told(foldMessageStream(contextFor()), otherwise);
        expect(told(foldMessageStream(contextFor()), written)).toEqual(plain);
      }),
      { numRuns: 500 },
    );
  });
});

describe("Converse's events", () => {
  const deltaAt = (contentBlockIndex: number, delta: object, p: string) => ({
    contentBlockDelta: { contentBlockIndex, delta, ...(p && { p }) },
  });
  const padding = fc.constantFrom("", "abc", "abcdefghijkl", 'a"');
  const event = fc.oneof(
    { weight: 6, arbitrary: fc.tuple(index, anyText, padding).map(([at, text, p]) => deltaAt(at, { text }, p)) },
    fc.tuple(index, anyText, padding).map(([at, text, p]) => deltaAt(at, { reasoningContent: { text } }, p)),
    index.map((contentBlockIndex) => ({
      contentBlockStart: { contentBlockIndex, start: { toolUse: { toolUseId: `t${contentBlockIndex}`, name: "f" } } },
    })),
    index.map((contentBlockIndex) => ({ contentBlockStop: { contentBlockIndex } })),
    fc.constantFrom<object>(
      { messageStart: { role: "assistant" } },
      { messageStop: { stopReason: "end_turn" } },
      { metadata: { usage: { inputTokens: 1, outputTokens: 2, totalTokens: 3 }, serviceTier: { type: "priority" } } },
    ),
  );

  test("say the same, written as the service writes them and in any other way", () => {
    fc.assert(
      fc.property(fc.array(event, { maxLength: 12 }), (events) => {
        const written = events.map((one) => JSON.stringify(one));
        const plain = told(
          foldConverseStream(contextForConverse()),
          written.map((one) => ` ${one}`),
        );
        expect(told(foldConverseStream(contextForConverse()), written)).toEqual(plain);
      }),
      { numRuns: 500 },
    );
  });
});

describe("a text that is found without reading its event", () => {
  const [before, after] = ['{"a":{"text":"', /^"\} *\}$/];

  test.each<[name: string, data: string, text: string | undefined]>([
    ["plain", '{"a":{"text":"hi"}}', "hi"],
    ["padded", '{"a":{"text":"hi"}   }', "hi"],
    ["empty", '{"a":{"text":""}}', ""],
    ["escaped", '{"a":{"text":"\\"\\\\\\n\\u00fc"}}', '"\\\nü'],
    ["with a backslash at its end", '{"a":{"text":"x\\\\"}}', "x\\"],
    ["followed by more", '{"a":{"text":"x","b":1}}', undefined],
    ["twice", '{"a":{"text":"x","text":"y"}}', undefined],
    ["with an escape that is none", '{"a":{"text":"\\x"}}', undefined],
    ["with a line break that is not escaped", '{"a":{"text":"x\ny"}}', undefined],
    ["cut", '{"a":{"text":"x', undefined],
    ["behind other bytes", ' {"a":{"text":"x"}}', undefined],
  ])("%s", (_name, data, text) => expect(textBetween(data, before, after)).toBe(text));

  test("is what JSON has there, whatever the bytes are", () => {
    const part = fc.oneof(
      fc.constantFrom('"', "\\", '"}', "}", " ", '","text":"', "\\u00", "\\n", "\n", before),
      fc.string({ maxLength: 3 }),
    );
    fc.assert(
      fc.property(fc.array(part, { maxLength: 6 }), (parts) => {
        const data = `${before}${parts.join("")}"}}`;
        const text = textBetween(data, before, after);
        if (text !== undefined) expect(JSON.parse(data)).toEqual({ a: { text } });
      }),
      { numRuns: 2000 },
    );
  });
});
