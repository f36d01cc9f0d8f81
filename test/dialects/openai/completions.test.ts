import { describe, expect, test } from "vitest";
import type { Completion } from "../../../src/operations/types.ts";
import { type Asking, callId, createdSec, type Folded, fold, openText, read, readWell } from "./_translate.ts";

const textHead = { id: "cmpl-1", object: "text_completion", created: 1_700_000_000, model: "up" };
const part = { text: " upon", index: 0, logprobs: null, finish_reason: "stop" };
const answer = { ...textHead, choices: [part] };
const withPart = (members: object) => ({ ...textHead, choices: [{ ...part, ...members }] });

describe("whole legacy completions", () => {
  const rows: readonly (readonly [name: string, body: object, want: object])[] = [
    ["are as they are", answer, part],
    ["have all four members", { ...textHead, choices: [{ text: " upon" }] }, part],
    ["have a text", withPart({ text: null }), { ...part, text: "" }],
    ["make no calls", withPart({ finish_reason: "tool_calls" }), part],
    ["end in known words", withPart({ finish_reason: "eos" }), part],
    ["end in length", withPart({ finish_reason: "length" }), { ...part, finish_reason: "length" }],
    ["keep what the server adds", withPart({ stop_reason: null }), { ...part, stop_reason: null }],
    ["lose likelihoods of no known form", withPart({ logprobs: { tokens: "x" } }), part],
    ["lose likelihoods that are none", withPart({ logprobs: "x" }), part],
    [
      "lose likelihoods that do not run side by side",
      withPart({ logprobs: { tokens: ["a", null], token_logprobs: [-1, -2] } }),
      part,
    ],
    [
      "keep likelihoods, also of a first token that has none",
      withPart({ logprobs: { tokens: ["a"], token_logprobs: [null], top_logprobs: [null], text_offset: [0] } }),
      { ...part, logprobs: { tokens: ["a"], token_logprobs: [null], top_logprobs: [null], text_offset: [0] } },
    ],
    [
      "keep likelihoods in chat's form, as llama.cpp's",
      withPart({ logprobs: { content: [{ token: "a", logprob: -1 }] } }),
      { ...part, logprobs: { content: [{ token: "a", logprob: -1 }] } },
    ],
    ["have an index that is whole", withPart({ index: "0" }), part],
  ];
  test.each(rows)("%s", (_name, body, want) => {
    expect(readWell(openText(), body).body.choices[0]).toEqual(want);
  });

  test("have counts", () => {
    const usage = { prompt_tokens: 5, completion_tokens: 2, total_tokens: 7 };
    const made = readWell(openText(), { ...answer, usage });
    expect(made.body.usage).toEqual(usage);
    expect(made.usage).toMatchObject({ uncachedInput: 5, output: 2 });
    expect(made.text).toBe(JSON.stringify({ ...answer, usage, model: "asked" }));
  });

  test("have a frame", () => {
    const { body } = readWell(openText(), { choices: [part] });
    expect(body).toEqual({
      id: `cmpl-${callId}`,
      object: "text_completion",
      created: createdSec,
      model: "asked",
      choices: [part],
    });
  });

  test("go out in the server's own text", () => {
    expect(readWell(openText(), answer).text).toBe(JSON.stringify({ ...answer, model: "asked" }));
    expect(readWell(openText(), withPart({ finish_reason: null })).text).toBeUndefined();
    expect(readWell(openText(), { ...answer, usage: { prompt_tokens: 1 } }).text).toBeUndefined();
    expect(readWell(openText(), { ...answer, choices: [part, null] }).text).toBeUndefined();
  });

  test("number their choices", () => {
    const { body } = readWell(openText(), { ...textHead, choices: [part, { text: "x" }, 5] });
    expect(body.choices.map(({ index }) => index)).toEqual([0, 1]);
    expect(readWell(openText(), { ...textHead, choices: [null, { text: "x" }] }).body.choices).toHaveLength(1);
  });

  test("may turn out to be errors", () => {
    expect(read(openText(), { error: { code: 402, message: "No credits." } })).toMatchObject({
      errorName: "insufficient_quota",
    });
    expect(read(openText(), { ...textHead, choices: [] })).toMatchObject({ errorName: "upstream_invalid_response" });
    expect(read(openText(), withPart({ finish_reason: "error" }))).toMatchObject({
      errorName: "upstream_invalid_response",
    });
  });
});

describe("streamed legacy completions", () => {
  const foldText = (events: readonly (object | string)[], asking: Asking = {}): Folded<Completion> =>
    fold(openText({ kind: "stream", ...asking, request: { stream: true } }), events);
  const said = (text: unknown, members: object = {}) => ({
    ...textHead,
    choices: [{ text, index: 0, logprobs: null, finish_reason: null, ...members }],
  });
  const end = said("", { finish_reason: "stop" });
  const heard = ({ pieces, failure }: Folded<Completion>) => {
    if (failure !== undefined) throw failure;
    return pieces.flatMap(({ chunk }) =>
      chunk.choices.map(({ index, text, finish_reason }) => [index, text, finish_reason]),
    );
  };
  const usage = { prompt_tokens: 5, completion_tokens: 2, total_tokens: 7 };

  const rows: readonly (readonly [name: string, events: readonly (object | string)[], want: unknown])[] = [
    [
      "pass",
      [said("a"), said("b"), end, "[DONE]"],
      [
        [0, "a", null],
        [0, "b", null],
        [0, "", "stop"],
      ],
    ],
    [
      "may end without [DONE]",
      [said("a"), end],
      [
        [0, "a", null],
        [0, "", "stop"],
      ],
    ],
    ["may end with their last words", [said("a", { finish_reason: "length" }), "[DONE]"], [[0, "a", "length"]]],
    ["end in known words", [said("a", { finish_reason: "EOS" }), "[DONE]"], [[0, "a", "stop"]]],
    [
      "have all four members",
      [{ ...textHead, choices: [{ text: "a" }] }, end],
      [
        [0, "a", null],
        [0, "", "stop"],
      ],
    ],
    [
      "have texts",
      [said(null), said(5), end],
      [
        [0, "", null],
        [0, "", null],
        [0, "", "stop"],
      ],
    ],
    [
      "lose a repeated end",
      [said("a"), end, end, "[DONE]"],
      [
        [0, "a", null],
        [0, "", "stop"],
      ],
    ],
    [
      "lose a last event that has nothing but counts",
      [said("a"), end, { ...end, usage }, { ...textHead, choices: [], usage }, "[DONE]"],
      [
        [0, "a", null],
        [0, "", "stop"],
      ],
    ],
    [
      "keep words after the end",
      [end, said("a")],
      [
        [0, "", "stop"],
        [0, "a", null],
      ],
    ],
    [
      "number choices by their place",
      [
        { ...textHead, choices: [{ text: "a" }, { text: "b" }] },
        {
          ...textHead,
          choices: [
            { text: "", finish_reason: "stop" },
            { text: "", finish_reason: "stop" },
          ],
        },
      ],
      [
        [0, "a", null],
        [1, "b", null],
        [0, "", "stop"],
        [1, "", "stop"],
      ],
    ],
    [
      "number choices by their place also where one has ended",
      [
        { ...textHead, choices: [{ text: "a", finish_reason: "stop" }, { text: "b" }] },
        { ...textHead, choices: [{ text: "" }, { text: "c", finish_reason: "stop" }] },
      ],
      [
        [0, "a", "stop"],
        [1, "b", null],
        [1, "c", "stop"],
      ],
    ],
    [
      "come two in one event",
      [`${JSON.stringify(said("a"))}\n${JSON.stringify(end)}`, "[DONE]"],
      [
        [0, "a", null],
        [0, "", "stop"],
      ],
    ],
    [
      "are passed over where they are none",
      [{ type: "ping" }, said("a"), { ...textHead, choices: [null] }, end],
      [
        [0, "a", null],
        [0, "", "stop"],
      ],
    ],
  ];
  test.each(rows)("%s", (_name, events, want) => {
    expect(heard(foldText(events))).toEqual(want);
  });

  test("go out in the server's own bytes, the model's name written anew", () => {
    const events = [said("a"), { ...said("b"), usage: null, mood: 1 }, end];
    const texts = foldText([...events, "[DONE]"]).pieces.map(({ text }) => text);
    expect(texts).toEqual(
      [said("a"), { ...said("b"), mood: 1 }, end].map((event) => JSON.stringify({ ...event, model: "asked" })),
    );
  });

  test.each<[string, object | string]>([
    ["something was completed", { ...textHead, choices: [{ text: "a" }] }],
    ["the frame is another one", { ...said("a"), id: "x" }],
    ["counts came along", { ...said("a"), usage }],
    [
      "an ended choice is left out",
      {
        ...textHead,
        choices: [
          { ...part, index: 1, text: "" },
          { ...part, text: "a" },
        ],
      },
    ],
  ])("do not where %s", (_name, event) => {
    const first = {
      ...textHead,
      choices: [
        { ...part, text: "x", finish_reason: null },
        { ...part, index: 1 },
      ],
    };
    const { pieces } = foldText([first, event, end]);
    expect(pieces[0]?.text).toBeDefined();
    expect(pieces[1]?.text).toBeUndefined();
  });

  test("have one frame", () => {
    const { pieces } = foldText([said("a"), { ...end, id: "x", created: 5, model: "y", object: "text" }]);
    const frames = pieces.map(({ chunk: { id, created, model, object } }) => ({ id, created, model, object }));
    expect(frames).toEqual([0, 1].map(() => ({ ...textHead, model: "asked" })));
  });

  test.each([
    ["with the last chunk", [said("a"), { ...end, usage }, "[DONE]"]],
    ["in a chunk of their own", [said("a"), end, { ...textHead, choices: [], usage }, "[DONE]"]],
    ["in every chunk", [{ ...said("a"), usage: { ...usage, completion_tokens: 1 } }, { ...end, usage }, "[DONE]"]],
  ])("are counted %s, and the counts taken out", (_name, events) => {
    const folded = foldText(events);
    expect(folded.usage).toMatchObject({ uncachedInput: 5, output: 2 });
    expect(folded.pieces.some(({ chunk }) => "usage" in chunk)).toBe(false);
  });

  test.each<[string, readonly (object | string)[], object]>([
    ["nothing", [], { errorName: "upstream_stream_cut" }],
    ["[DONE] alone", ["[DONE]"], { errorName: "upstream_stream_cut" }],
    ["no reason", [said("a"), "[DONE]"], { errorName: "upstream_stream_cut" }],
    ["one of two choices", [end, said("a", { index: 1 })], { errorName: "upstream_stream_cut" }],
    ["an error", [said("a"), { error: { message: "Busy.", code: 503 } }], { errorName: "overloaded" }],
    ["a reason that is none", [said("a", { finish_reason: "abort" })], { errorName: "upstream_invalid_response" }],
    ["no JSON", [said("a"), "<html>"], { errorName: "upstream_invalid_response" }],
  ])("that end in %s are not whole", (_name, events, want) => {
    expect(foldText(events).failure).toMatchObject(want);
  });
});
