import { describe, expect, test } from "vitest";
import { toEvents } from "../../../src/http/sse.ts";
import { calling, done, ending, foldWell, opening, opens, saying } from "./_chunks.ts";
import type { Asking } from "./_translate.ts";

/** The bytes each chunk goes out in, where they are the server's own. */
const textsOf = (events: readonly (object | string)[], asking?: Asking) =>
  foldWell(events, asking).pieces.map(({ text }) => text);

const seen: Asking = { responseModel: null };
const text = (event: object) => JSON.stringify(event);
const named = (event: object) => text({ ...event, model: "asked" });
const hi = saying({ content: "Hi." });

/** A whole stream as OpenAI makes it. */
const stream = [
  opens,
  hi,
  saying({ content: " How are you?" }, { logprobs: { content: [], refusal: null } }),
  calling({ index: 0, id: "call_1", type: "function", function: { name: "f", arguments: "" } }),
  calling({ index: 0, function: { arguments: "{}" } }),
  ending("tool_calls"),
].map((event) => ({ ...event, service_tier: "default", system_fingerprint: "fp_1", obfuscation: "aZ" }));

describe("a chunk that is fine as it is", () => {
  test("goes out in the server's own bytes where the model's name may be seen, the last one too", () => {
    expect(textsOf([...stream, done], seen)).toEqual(stream.map(text));
  });

  test("goes out in the server's own bytes where the names are the same", () => {
    expect(textsOf([...stream, done], { responseModel: "up" })).toEqual(stream.map(text));
  });

  test("goes out with the model's name written anew", () => {
    expect(textsOf([...stream, done])).toEqual(stream.map(named));
  });

  test("goes out without the null that stands for counts, which the gateway says itself", () => {
    const counted = stream.map((event) => ({ ...event, usage: null }));
    expect(textsOf([...counted, done])).toEqual(stream.map(named));
    const { pieces } = foldWell([...counted, done]);
    expect(toEvents(pieces, true)).toBe(counted.map((event) => `data: ${named(event)}\n\n`).join(""));
    expect(toEvents(pieces, false)).toBe(stream.map((event) => `data: ${named(event)}\n\n`).join(""));
  });

  test.each([
    ["spaces", text(hi).replaceAll(":", ": ").replaceAll(',"', ', "')],
    ["escapes", text(saying({ content: "X" })).replace("X", "\\u00fc\\ud83d\\ude00\\/")],
    ["characters of all lengths", text(saying({ content: "ü世😀\u2028" }))],
    ["numbers of any form", text(hi).replace('"index":0', '"index":0,"odds":1.0e+2,"big":12345678901234567890')],
    ["members nobody knows", text({ ...hi, mood: { a: [null, true] }, provider: "Acme" })],
    ["the order of members", text(Object.fromEntries(Object.entries(hi).toReversed()))],
    ["members said twice", text(hi).replace('"index":0', '"index":1,"index":0')],
  ])("keeps its %s", (_name, event) => {
    expect(textsOf([opens, event, ending(), done], seen)[1]).toBe(event);
    expect(textsOf([opens, event, ending(), done])[1]).toBe(
      event.replace(/"model": ?"up"/, (pair) => pair.replace("up", "asked")),
    );
  });

  test("keeps a name for the model that must be escaped", () => {
    const event = (model: string) => ({ ...hi, model });
    expect(textsOf([{ ...opens, model: 'a"b' }, event('a"b'), ending(), done], { responseModel: 'c"d' })[1]).toBe(
      text(event('c"d')),
    );
  });
});

describe("bytes are of no use", () => {
  test.each<[string, object | string]>([
    ["where the model's name stands elsewhere too", saying({ content: "up" })],
    ["where the name is said in an odd way", text(hi).replace('"model":"up"', '"model" :"up"')],
    ["where the frame is another one", { ...hi, created: 1 }],
    ["where something was completed", saying({ content: "Hi.", reasoning: "So" })],
    ["where something was left out", saying({ content: "Hi.", role: "assistant" })],
    ["where the spec knows another form", { ...hi, system_fingerprint: null }],
    ["where counts came along", { ...hi, usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 } }],
    ["where null stands for counts in two places", { ...hi, usage: null, x: { y: 1, usage: null } }],
    ["where they are more than one line", JSON.stringify(hi, null, 1)],
    ["where they end in a space, for a member is added before the last brace", `${text(hi)} `],
    ["where they begin with a space", ` ${text(hi)}`],
    [
      "where two chunks came in one",
      { ...hi, choices: [0, 1].map((index) => ({ index, delta: opening, finish_reason: null })) },
    ],
  ])("%s", (_name, event) => {
    const asking = { request: { stream: true } };
    const ends = [ending(), { ...ending(), choices: [{ index: 1, delta: {}, finish_reason: "stop" }] }];
    const [, told] = textsOf([opens, event, ...ends, done], asking);
    expect(told).toBeUndefined();
  });

  test("of the last chunk where calls turn its reason", () => {
    const call = calling({ index: 0, id: "c", type: "function", function: { name: "f", arguments: "{}" } });
    const { pieces } = foldWell([opens, call, ending("stop"), done], seen);
    expect(pieces.map((piece) => piece.text === undefined)).toEqual([false, false, true]);
  });
});

describe("what comes beside the counts, in a chunk of no choice", () => {
  const usage = { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 };
  const alone = (members: object) => ({ ...opens, choices: [], usage, ...members });

  test("goes along with the last chunk, as llama.cpp's timings", () => {
    const { pieces } = foldWell([opens, hi, ending(), alone({ timings: { prompt_n: 1 } }), done]);
    expect(pieces.at(-1)?.chunk).toEqual({ ...ending(), model: "asked", timings: { prompt_n: 1 } });
  });

  test("goes along with the last chunk, as Azure's findings", () => {
    const first = {
      id: "",
      object: "",
      created: 0,
      model: "",
      choices: [],
      prompt_filter_results: [{ prompt_index: 0 }],
    };
    const { pieces } = foldWell([first, opens, hi, ending(), done]);
    expect(pieces).toHaveLength(3);
    expect(pieces.at(-1)?.chunk).toEqual({ ...ending(), model: "asked", prompt_filter_results: [{ prompt_index: 0 }] });
  });

  test("is left out where the last chunk says the same, which keeps its bytes", () => {
    const same = { service_tier: "default", system_fingerprint: "fp_1", obfuscation: "other" };
    expect(textsOf([...stream, alone(same), done], seen).at(-1)).toBe(text(stream.at(-1) ?? {}));
    expect(textsOf([opens, hi, ending(), alone({ obfuscation: "x" }), done], seen).at(-1)).toBe(text(ending()));
  });
});
