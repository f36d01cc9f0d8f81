import { describe, expect, test } from "vitest";
import { anthropic } from "../../src/dialects/anthropic/index.ts";
import type { Dialect } from "../../src/dialects/dialect.ts";
import { gemini } from "../../src/dialects/gemini/index.ts";
import { openai } from "../../src/dialects/openai/index.ts";
import { createResponseModel } from "../../src/upstream/response-model.ts";

const silent = { onEvent: () => [], onEnd: () => [], usage: () => undefined, changes: () => [] };

function heardIn(dialect: Dialect, events: readonly string[]): string | undefined {
  const model = createResponseModel(dialect);
  const fold = model.within(silent);
  for (const event of events) fold.onEvent(event);
  return model.said();
}

describe("the model that answered", () => {
  test.each<[name: string, dialect: Dialect, body: unknown, want: string | undefined]>([
    ["OpenAI", openai, { model: "gpt-4o-2024-08-06" }, "gpt-4o-2024-08-06"],
    ["Gemini", gemini, { modelVersion: "gemini-2.5-flash-001" }, "gemini-2.5-flash-001"],
    ["Claude", anthropic, { model: "claude-sonnet-4-5-20250929" }, "claude-sonnet-4-5-20250929"],
    ["one that does not say", openai, {}, undefined],
    ["one that says nothing", openai, { model: "" }, undefined],
    ["one that says too much", openai, { model: "x".repeat(201) }, undefined],
    ["one that says something else", openai, { model: 7 }, undefined],
    ["no object", gemini, null, undefined],
    ["a list", gemini, [1], undefined],
  ])("is heard from a whole answer of %s", (_name, dialect, body, want) => {
    const model = createResponseModel(dialect);
    model.whole(body);
    expect(model.said()).toBe(want);
  });

  test.each<[name: string, dialect: Dialect, events: readonly string[], want: string | undefined]>([
    ["its first event", openai, ['{"model":"a"}', '{"model":"b"}'], "a"],
    ["one behind a greeting", openai, ['{"model":""}', '{"model":"b"}'], "b"],
    ["the message that begins", anthropic, ['{"type":"message_start","message":{"model":"c"}}'], "c"],
    ["none that is no JSON", gemini, ["{", '{"modelVersion":"d"}'], "d"],
    ["none that comes late", openai, ["{}", "{}", "{}", '{"model":"b"}'], undefined],
  ])("is heard in a stream from %s", (_name, dialect, events, want) => {
    expect(heardIn(dialect, events)).toBe(want);
  });
});
