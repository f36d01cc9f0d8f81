import { describe, expect, test } from "vitest";
import { parseCompletion } from "../../src/operations/completions/parse.ts";
import { chatAnswer, chatEvent, readStream, readWhole } from "./_completions.ts";

const long = 300_000;
const marks = Array.from({ length: 60_000 }, (_, at) => `<prefix${at === 0 ? "" : `_${at + 1}`}>`).join("");
const lines = Array.from({ length: 20_000 }, (_, at) => `const a${at} = ${at};\n`).join("");

/** Texts that make naive readers take the square of their length. */
const texts: readonly (readonly [name: string, text: string])[] = [
  ["blanks before a word", `${" ".repeat(long)}x`],
  ["one word and a blank", `${"a".repeat(long)} `],
  ["line ends", "\n".repeat(long)],
  ["backticks", "`".repeat(long)],
  ["all of our own markers", marks],
  ["markers of a gap", "<|fim_prefix|>".repeat(20_000)],
  ["beginnings", "<|endoftext|>".repeat(20_000)],
  ["lines of code", lines],
];

/** In milliseconds; what takes the square of its length takes many times as long. */
const patience = 5000;

function mustBeQuick(act: () => void): void {
  const began = performance.now();
  act();
  expect(performance.now() - began).toBeLessThan(patience);
}

describe("long texts cost little time", () => {
  test.each(texts)("%s to go on with", (_name, prompt) => {
    mustBeQuick(() => readWhole({ prompt }, chatAnswer({ content: "x" })));
  });

  test.each(texts)("%s around a gap", (_name, text) => {
    mustBeQuick(() => readWhole({ prompt: text, suffix: text }, chatAnswer({ content: "x" })));
  });

  test.each(texts)("%s in a reply, piece by piece", (_name, text) => {
    const pieces = Array.from({ length: 5000 }, (_, at) => text.slice(at * 10, at * 10 + 10));
    const events = pieces.map((content) => chatEvent({ content }));
    mustBeQuick(() => readStream({ prompt: "a ", suffix: "b", stop: ["aab", "\n\nx"] }, events));
  });

  test.each(texts)("%s in a reply that repeats its prompt, piece by piece", (_name, text) => {
    const pieces = Array.from({ length: 5000 }, (_, at) => text.slice(at * 10, at * 10 + 10));
    const events = pieces.map((content) => chatEvent({ content }));
    mustBeQuick(() => readStream({ prompt: text, suffix: text }, events));
  });

  test("a million token ids", async () => {
    const takes = { tokens: false, ranking: false, manyStops: true };
    const body = { model: "m", prompt: Array<number>(1_000_000).fill(220) };
    await parseCompletion({ model: "m", prompt: [220] }, "m", { takes, tokenizer: "cl100k_base" });
    const began = performance.now();
    const { request } = await parseCompletion(body, "m", { takes, tokenizer: "cl100k_base" });
    expect(request.prompt).toBe(" ".repeat(1_000_000));
    expect(performance.now() - began).toBeLessThan(patience);
  });
});
