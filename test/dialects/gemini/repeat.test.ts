import { describe, expect, test } from "vitest";
import { repeatedText, repeatOf } from "../../../src/dialects/gemini/chat/repeat.ts";
import { foldGenerateContent } from "../../../src/dialects/gemini/chat/stream.ts";
import { GatewayError } from "../../../src/errors.ts";
import type { ChatChunk, Piece } from "../../../src/operations/types.ts";
import fc from "../../_fc.ts";
import { contextFor, eventOf, stop } from "./_reading.ts";

const plain = (text: string, more: object = {}): object => ({
  ...eventOf([{ text }]),
  usageMetadata: { promptTokenCount: 3, totalTokenCount: 10, trafficType: "ON_DEMAND" },
  ...more,
});

const repeatIn = (event: object, data = JSON.stringify(event)) => repeatOf(event, data);

describe("what the next events may repeat", () => {
  test.each([
    ["a piece of text", plain("a"), { index: 0, isThought: false }],
    ["text without counts", eventOf([{ text: "a" }]), { index: 0, isThought: false }],
    ["a thought", eventOf([{ text: "a", thought: true }]), { index: 0, isThought: true }],
    ["another choice", eventOf([{ text: "a" }], { index: 2 }), { index: 2, isThought: false }],
    ["text that tells of members", eventOf([{ text: '{"text": "a", "tokenCount": 1}' }]), { index: 0 }],
  ])("%s", (_, event, want) => {
    expect(repeatIn(event)).toMatchObject(want);
  });

  test.each([
    ["no candidate", { usageMetadata: { totalTokenCount: 1 } }],
    ["two candidates", { candidates: [{ content: { parts: [{ text: "a" }] } }, { index: 1 }] }],
    ["two parts", eventOf([{ text: "a" }, { text: "b" }])],
    ["an empty text", plain("")],
    ["a signature", eventOf([{ text: "a", thoughtSignature: "s" }])],
    ["a call", eventOf([{ functionCall: { name: "f" } }])],
    ["a finish reason", eventOf([{ text: "a" }], { finishReason: "STOP" })],
    ["likelihoods", eventOf([{ text: "a" }], { logprobsResult: {} })],
    ["sources", eventOf([{ text: "a" }], { groundingMetadata: {} })],
    ["a blocked prompt", plain("a", { promptFeedback: { blockReason: "SAFETY" } })],
    ["a member that no spec knows", plain("a", { brandNew: 1 })],
  ])("nothing, of an event with %s", (_, event) => {
    expect(repeatIn(event)).toBeUndefined();
  });

  test.each([
    ["a name with an escape", '{"candidates":[{"content":{"parts":[{"text":"a","\\u0074ext":"b"}]}}]}'],
    ["a member twice", '{"candidates":[{"content":{"parts":[{"text":"a","text":"b"}]}}]}'],
  ])("nothing, of an event with %s", (_, data) => {
    expect(repeatOf(JSON.parse(data), data)).toBeUndefined();
  });
});

describe("an event that repeats another", () => {
  const first = JSON.stringify(plain("one"));
  const same = (from: string, to: string): string => first.replace(from, to);

  test.each([
    ["another text", same("one", "two"), "two"],
    ["escapes", same("one", '\\n\\"\\\\\\u00e9'), '\n"\\é'],
    ["a text as long as is copied", same("one", "twelve signs"), "twelve signs"],
    ["a longer text", same("one", "thirteen sign"), "thirteen sign"],
    ["a short text in other letters", same("one", "日本語 é 🙂"), "日本語 é 🙂"],
    ["a short escape", same("one", "\\/"), "/"],
    ["a long text with a bare control character", same("one", "a longer text\n"), undefined],
    ["a tab that is not written as one", same("one", "\t"), undefined],
    ["other counts", same(":3,", ":123456789,").replace(":10,", ":0,"), "one"],
    ["an empty text", same("one", ""), undefined],
    ["a bare control character", same("one", "\n"), undefined],
    ["an escape that is none", same("one", "\\x"), undefined],
    ["a text without its end", '{"candidates":[{"content":{"role":"model","parts":[{"text":"one', undefined],
    ["a cut", first.slice(0, -1), undefined],
    ["more behind it", `${first} `, undefined],
    ["another beginning of the same length", same("model", "other"), undefined],
    ["another traffic type", same("ON_DEMAND", "PROVISIONED_THROUGHPUT"), undefined],
    ["a member more", same('"one"', '"one","thought":true'), undefined],
    ["a count that is no number", same(":3,", ":null,"), undefined],
    ["a count without digits", same(":3,", ":,"), undefined],
    ["a count with a zero in front", same(":3,", ":03,"), undefined],
    ["a negative count", same(":3,", ":-3,"), undefined],
    ["a count with a fraction", same(":3,", ":3.5,"), undefined],
    ["a count beyond 32 bits", same(":3,", ":1234567890,"), undefined],
  ])("%s", (_, data, want) => {
    const repeat = repeatIn(plain("one"), first);
    const repeated = repeat && repeatedText(repeat, data);
    expect(repeated?.text).toBe(want);
    // The upstream's own words for it may be others than ours.
    expect(repeated && JSON.parse(repeated.json)).toBe(want);
  });
});

/** A chunk but for what it says. */
function formOf(chunk: ChatChunk): string {
  return JSON.stringify(chunk, (name, value) => (/content$/.test(name) ? "" : value));
}

/** The chunks of a stream, its usage, and how many chunks came with their JSON. */
function foldAll(events: readonly string[]) {
  const fold = foldGenerateContent(contextFor());
  const pieces: Piece<ChatChunk>[] = [];
  for (const made of [...events.map((event) => fold.onEvent(event)), fold.onEnd()]) {
    if (made instanceof GatewayError) throw made;
    pieces.push(...made);
  }
  const forms = new Set<string>();
  for (const { chunk, text, repeats } of pieces) {
    expect(text ?? JSON.stringify(chunk)).toBe(JSON.stringify(chunk));
    if (repeats) expect(forms).toContain(formOf(chunk));
    forms.add(formOf(chunk));
  }
  return {
    chunks: pieces.map(({ chunk }) => JSON.stringify(chunk)),
    usage: fold.usage(),
    changes: fold.changes(),
    repeated: pieces.filter(({ text }) => text !== undefined).length,
  };
}

describe("a stream", () => {
  const event = fc
    .record({
      text: fc.string({
        unit: fc.constantFrom("a", '"', "\\", "\n", "\u2028", "é", "🎉", "\ud800", '"text":"'),
        maxLength: 5,
      }),
      thought: fc.boolean(),
      index: fc.constantFrom(undefined, 0, 1),
      prompt: fc.constantFrom(undefined, 0, 7, 1_000_000_000),
      trafficType: fc.constantFrom(undefined, "ON_DEMAND", "PROVISIONED_THROUGHPUT"),
      newer: fc.constantFrom(undefined, undefined, undefined, 1),
    })
    .map(({ text, thought, index, prompt, trafficType, newer }) => ({
      candidates: [{ content: { parts: [{ text, ...(thought ? { thought } : {}) }], newer }, index }],
      usageMetadata: { promptTokenCount: prompt, totalTokenCount: prompt, trafficType },
    }));
  const stops = { candidates: [0, 1].map((index) => ({ index, content: { parts: [] }, finishReason: "STOP" })) };

  test("says the same where its events repeat each other and where none does", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(event, fc.nat(3)), { maxLength: 8 }), (runs) => {
        const events = [...runs.flatMap(([one, more]) => Array.from({ length: more + 1 }, () => one)), stops];
        const { repeated: _some, ...want } = foldAll(events.map((one) => JSON.stringify(one)));
        // In other spaces each time, no event has the bytes of another.
        const spaced = foldAll(events.map((one, at) => JSON.stringify(one, null, (at % 2) + 1)));
        expect(spaced).toEqual({ ...want, repeated: 0 });
      }),
      { numRuns: 500 },
    );
  });

  test("is read as JSON once, as far as it says text", () => {
    const events = ["a", "b", "c", "d"].map((text, at) =>
      JSON.stringify(plain(text, { usageMetadata: { promptTokenCount: 3, totalTokenCount: 3 + at } })),
    );
    const { repeated, usage, chunks } = foldAll([...events, JSON.stringify(stop)]);
    expect(repeated).toBe(3);
    expect(usage).toMatchObject({ uncachedInput: 3 });
    expect(chunks.join("")).toMatch(/"a".*"b".*"c".*"d"/);
  });

  test("names the class of service of each event, also between those that repeat", () => {
    const tiers = [
      "ON_DEMAND",
      "ON_DEMAND",
      "PROVISIONED_THROUGHPUT",
      "PROVISIONED_THROUGHPUT",
      "ON_DEMAND",
      "ON_DEMAND",
    ];
    const events = tiers.map((trafficType) => JSON.stringify(plain("a", { usageMetadata: { trafficType } })));
    const { chunks } = foldAll([...events, JSON.stringify(stop)]);
    expect(chunks.slice(1, -1).map((chunk) => /"service_tier":"(\w+)"/.exec(chunk)?.[1])).toEqual([
      ...["default", "default", "scale", "scale", "default", "default"],
    ]);
  });
});
