import { describe, expect, test } from "vitest";
import { GatewayError } from "../../../src/errors.ts";
import {
  chunkOf,
  done,
  ending,
  expectStreams,
  foldChat,
  foldWell,
  head,
  heard,
  opening,
  opens,
  saying,
} from "./_chunks.ts";
import { callId, createdSec, openChat } from "./_translate.ts";

const hi = saying({ content: "Hi." });

describe("a stream opens with a role and an empty text", () => {
  const opened = [opening, { content: "Hi." }, "stop"];
  expectStreams([
    ["as OpenAI's does", [opens, hi, ending(), done], opened],
    [
      "also without a word about refusals",
      [saying({ role: "assistant", content: "" }), hi, ending(), done],
      [{ role: "assistant", content: "" }, { content: "Hi." }, "stop"],
    ],
    ["where role and words come together", [saying({ role: "assistant", content: "Hi." }), ending(), done], opened],
    ["where nobody is named", [hi, ending(), done], opened],
    ["where somebody else is named", [saying({ role: "model", content: "Hi." }), ending(), done], opened],
    [
      "where the content is null, as llama.cpp's",
      [saying({ role: "assistant", content: null }), hi, ending(), done],
      opened,
    ],
    ["where the delta is null", [saying(null), hi, ending(), done], opened],
    ["where there is no delta", [saying(undefined), hi, ending(), done], opened],
    [
      "where every delta names the assistant, as Ollama's",
      [
        saying({ role: "assistant", content: "Hi" }),
        saying({ role: "assistant", content: "." }),
        saying({ role: "assistant", content: "" }, { finish_reason: "stop" }),
        done,
      ],
      [opening, { content: "Hi" }, { content: "." }, "stop"],
    ],
    [
      "where thoughts come with it",
      [saying({ role: "assistant", content: "", reasoning_content: "So" }), hi, ending(), done],
      [opening, { content: "", reasoning_content: "So" }, { content: "Hi." }, "stop"],
    ],
    ["where nothing else is said", [ending(), done], [opening, "stop"]],
    ["where it comes with the end", [saying(opening, { finish_reason: "stop" }), done], [opening, "stop"]],
  ]);
});

describe("what a delta says", () => {
  const said = (...deltas: readonly unknown[]) => [opens, ...deltas.map((delta) => saying(delta)), ending(), done];
  const hears = (...deltas: readonly unknown[]) => [opening, ...deltas, "stop"];
  expectStreams([
    ["passes", said({ content: "Hi" }, { content: "." }), hears({ content: "Hi" }, { content: "." })],
    [
      "loses what is null, and what opens",
      said({ role: "assistant", content: "Hi", refusal: null }),
      hears({ content: "Hi" }),
    ],
    ["that is nothing is left out", said({}, { content: "" }, { content: null }, { role: "assistant" }), hears()],
    ["of no known form is left out", said({ content: 5 }, { content: { text: "x" } }), hears()],
    ["may be a refusal", said({ refusal: "No" }, { refusal: "." }), hears({ refusal: "No" }, { refusal: "." })],
    ["may be thoughts", said({ reasoning_content: "So" }), hears({ reasoning_content: "So" })],
    ["shows thoughts under both names", said({ reasoning: "So" }), hears({ reasoning: "So", reasoning_content: "So" })],
    [
      "shows thoughts under both names where one of them is empty",
      said({ reasoning: "So", reasoning_content: "" }),
      hears({ reasoning: "So", reasoning_content: "So" }),
    ],
    [
      "keeps thoughts that are null beside words, as DeepSeek's",
      said({ content: "Hi", reasoning_content: null }),
      hears({
        content: "Hi",
        reasoning_content: null,
      }),
    ],
    [
      "keeps OpenRouter's details of thoughts",
      said({ reasoning_details: [{ type: "reasoning.encrypted", data: "x" }] }),
      hears({ reasoning_details: [{ type: "reasoning.encrypted", data: "x" }] }),
    ],
    [
      "keeps thoughts that a model puts into its text",
      said({ content: "<think>So</think>" }),
      hears({
        content: "<think>So</think>",
      }),
    ],
    [
      "in parts is text and thoughts, as Mistral's",
      said(
        { content: [{ type: "thinking", thinking: [{ type: "text", text: "So" }] }] },
        { content: [{ type: "text", text: "Hi" }] },
      ),
      hears({ content: "", reasoning_content: "So" }, { content: "Hi" }),
    ],
    ["keeps members nobody knows", said({ content: "Hi", mood: "good" }), hears({ content: "Hi", mood: "good" })],
    ["loses what the spec knows in another form", said({ content: "Hi", images: "x" }), hears({ content: "Hi" })],
  ]);

  test("keeps what a choice and a chunk have beside it", () => {
    const more = {
      ...head,
      provider: "Acme",
      choices: [{ index: 0, delta: { content: "Hi" }, finish_reason: null, odds: 1 }],
    };
    const { pieces } = foldWell([opens, more, ending(), done]);
    expect(pieces[1]?.chunk).toEqual({ ...more, model: "asked" });
  });

  test("has likelihoods that are complete", () => {
    const logprobs = { content: [{ token: "Hi", logprob: -0.5 }] };
    const { pieces } = foldWell([opens, saying({ content: "Hi" }, { logprobs }), ending(), done]);
    const token = { token: "Hi", logprob: -0.5, bytes: null, top_logprobs: [] };
    expect(pieces.map(({ chunk }) => chunk.choices[0]?.logprobs)).toEqual([
      null,
      { content: [token], refusal: null },
      null,
    ]);
  });

  test("that is nothing but likelihoods passes", () => {
    const logprobs = { content: [], refusal: null };
    const { pieces } = foldWell([opens, saying({ content: "" }, { logprobs }), ending(), done]);
    expect(pieces[1]?.chunk.choices[0]).toMatchObject({ delta: { content: "" }, logprobs });
  });
});

describe("why a stream ends", () => {
  const told = (events: readonly (object | string)[], asking = {}) =>
    heard(foldWell([opens, hi, ...events], asking)).slice(2);
  const rows: readonly (readonly [name: string, events: readonly (object | string)[], want: readonly unknown[]])[] = [
    ["stop", [ending("stop"), done], ["stop"]],
    ["length", [ending("length"), done], ["length"]],
    ["content_filter", [ending("content_filter"), done], ["content_filter"]],
    ["a word nobody knows", [ending("eos_token"), done], ["stop"]],
    ["a word that every object has", [ending("constructor"), done], ["stop"]],
    ["a word in capitals", [ending("MAX_TOKENS"), done], ["length"]],
    ["tool_calls, without any", [ending("tool_calls"), done], ["stop"]],
    ["without [DONE]", [ending("stop")], ["stop"]],
    ["with spaces around [DONE]", [ending("stop"), " [DONE] "], ["stop"]],
    ["with an empty text, as vLLM's", [saying({ content: "" }, { finish_reason: "stop" }), done], ["stop"]],
    ["with a delta of null", [saying(null, { finish_reason: "stop" }), done], ["stop"]],
    [
      "with a role, as OpenRouter's",
      [saying({ role: "assistant", content: "" }, { finish_reason: "stop" }), done],
      ["stop"],
    ],
    [
      "with the last words",
      [saying({ content: "Bye." }, { finish_reason: "stop" }), done],
      [{ content: "Bye." }, "stop"],
    ],
    ["before the last words", [ending("stop"), saying({ content: "Bye." }), done], [{ content: "Bye." }, "stop"]],
    ["twice", [ending("stop"), ending("stop"), done], ["stop"]],
    ["twice, and the last word counts", [ending("stop"), ending("length"), done], ["length"]],
    [
      "where reasons are empty until then",
      [saying({ content: "!" }, { finish_reason: "" }), ending("stop"), done],
      [{ content: "!" }, "stop"],
    ],
    [
      "where there is no reason until then",
      [saying({ content: "!" }, { finish_reason: undefined }), ending("stop"), done],
      [{ content: "!" }, "stop"],
    ],
    ["before something is said after [DONE]", [ending("stop"), done, saying({ content: "!" }), done], ["stop"]],
  ];
  test.each(rows)("%s", (_name, events, want) => {
    expect(told(events)).toEqual(want);
  });

  test.each<[string, readonly (object | string)[]]>([
    ["nothing", []],
    ["[DONE] alone", [done]],
    ["words without a reason", [opens, hi]],
    ["words and [DONE] without a reason", [opens, hi, done]],
    ["words whose reason is null", [opens, hi, ending(null), done]],
    ["words whose reason is empty", [opens, hi, ending(""), done]],
    ["counts alone", [chunkOf([], { usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 } }), done]],
    ["one of two choices", [opens, chunkOf([{ index: 1, delta: {}, finish_reason: "stop" }]), done]],
  ])("%s is no end", (_name, events) => {
    expect(foldChat(events).failure).toMatchObject({ errorName: "upstream_stream_cut", retryable: true });
  });

  test.each(["error", "abort"])("%s is a failure, after what was said", (reason) => {
    const { pieces, failure } = foldChat([opens, hi, ending(reason), done]);
    expect(pieces).toHaveLength(2);
    expect(failure).toMatchObject({ errorName: "upstream_invalid_response" });
  });

  test("is told in the server's own chunk, with all that stands in it", () => {
    const last = {
      ...ending("stop", { stop_reason: 7, native_finish_reason: "end_turn" }),
      timings: { n: 1 },
      provider: "Acme",
    };
    const { pieces } = foldWell([opens, hi, last, done]);
    expect(pieces.at(-1)?.chunk).toEqual({ ...last, model: "asked" });
  });

  test("is told in the first chunk that tells it, where a server does so twice", () => {
    const { pieces } = foldWell([opens, hi, ending("stop", { stop_reason: 7 }), ending("stop"), done]);
    expect(pieces.at(-1)?.chunk).toEqual({ ...ending("stop", { stop_reason: 7 }), model: "asked" });
  });

  test("is told without the likelihoods of the last words, which stand beside them", () => {
    const logprobs = { content: [{ token: "!", logprob: 0, bytes: null, top_logprobs: [] }], refusal: null };
    const { pieces } = foldWell([opens, saying({ content: "!" }, { logprobs, finish_reason: "stop" }), done]);
    expect(pieces.slice(1).map(({ chunk }) => chunk.choices[0])).toEqual([
      { index: 0, delta: { content: "!" }, logprobs, finish_reason: null },
      { index: 0, delta: {}, logprobs: null, finish_reason: "stop" },
    ]);
  });

  test("is not told before the server is done", () => {
    const folding = openChat({ kind: "stream", request: { stream: true } }).stream();
    const told = [opens, hi, ending()].map((event) => folding.onEvent(JSON.stringify(event)));
    expect(told.map((pieces) => (pieces instanceof GatewayError ? 0 : pieces.length))).toEqual([1, 1, 0]);
    expect(folding.onEvent(done)).toHaveLength(1);
    expect(folding.onEnd()).toEqual([]);
  });
});

describe("the frame of chunks", () => {
  const frameOf = (events: readonly (object | string)[], asking = {}) =>
    [
      ...new Set(
        foldWell(events, asking).pieces.map(({ chunk: { id, created, model, object } }) =>
          JSON.stringify({ id, created, model, object }),
        ),
      ),
    ].map((frame): unknown => JSON.parse(frame));
  const bare = (chunk: object): object => ({
    ...chunk,
    id: undefined,
    object: undefined,
    created: undefined,
    model: undefined,
  });
  const ours = { id: `chatcmpl-${callId}`, created: createdSec, model: "asked", object: "chat.completion.chunk" };
  const theirs = { id: head.id, created: head.created, model: "asked", object: "chat.completion.chunk" };

  test.each<[string, readonly (object | string)[], unknown, object?]>([
    ["is the server's own", [opens, hi, ending(), done], theirs],
    [
      "keeps the server's name for the model where that may be seen",
      [opens, hi, ending(), done],
      { ...theirs, model: "up" },
      { responseModel: null },
    ],
    ["is made where there is none", [bare(opens), bare(hi), bare(ending()), done], ours],
    [
      "is the first one's, whatever the others say",
      [opens, { ...hi, id: "x", created: 1, model: "y" }, { ...ending(), created: 2 }, done],
      theirs,
    ],
    ["is of the right kind", [{ ...opens, object: "chat.completion" }, { ...hi, object: "" }, ending(), done], theirs],
    [
      "is not taken from an event without choices, as Azure's first",
      [chunkOf([], { id: "", created: 0, model: "" }), opens, ending(), done],
      theirs,
    ],
  ])("%s", (_name, events, want, asking) => {
    expect(frameOf(events, asking)).toEqual([want]);
  });
});

describe("several choices", () => {
  test("in one event are a chunk each", () => {
    const both = (delta: unknown, finish_reason: unknown = null) =>
      chunkOf([0, 1].map((index) => ({ index, delta, finish_reason })));
    const { pieces } = foldWell([both(opening), both({ content: "Hi" }), both({}, "stop"), done]);
    expect(pieces.map(({ chunk }) => chunk.choices.map(({ index }) => index))).toEqual([[0], [1], [0], [1], [0], [1]]);
    expect(pieces.map(({ chunk }) => chunk.choices[0]?.finish_reason)).toEqual([
      null,
      null,
      null,
      null,
      "stop",
      "stop",
    ]);
  });

  test("without a number have the one of their place", () => {
    const { pieces } = foldWell([
      chunkOf([{ delta: opening, finish_reason: null }]),
      chunkOf([{ index: null, delta: {}, finish_reason: "stop" }]),
      done,
    ]);
    expect(pieces.map(({ chunk }) => chunk.choices[0]?.index)).toEqual([0, 0]);
  });

  test("that are none are left out", () => {
    const { pieces } = foldWell([
      opens,
      chunkOf([null, "x", { index: 0, delta: { content: "Hi" }, finish_reason: null }]),
      ending(),
      done,
    ]);
    expect(pieces[1]?.chunk.choices).toEqual([{ index: 0, delta: { content: "Hi" }, finish_reason: null }]);
  });
});

describe("an event", () => {
  const line = (chunk: object) => JSON.stringify(chunk);
  expectStreams([
    [
      "of another kind, as a ping, is passed over",
      [opens, { type: "ping" }, hi, ending(), done],
      [opening, { content: "Hi." }, "stop"],
    ],
    [
      "with two chunks, where the empty line between them is missing, is two",
      [opens, `${line(saying({ content: "a" }))}\n${line(saying({ content: "b" }))}`, ending(), done],
      [opening, { content: "a" }, { content: "b" }, "stop"],
    ],
    [
      "with the last chunk and [DONE] is both",
      [opens, hi, `${line(ending())}\n[DONE]`],
      [opening, { content: "Hi." }, "stop"],
    ],
    [
      "over several lines is one",
      [opens, JSON.stringify(hi, null, 2), ending(), done],
      [opening, { content: "Hi." }, "stop"],
    ],
  ]);

  test.each<[string, object | string, object]>([
    ["that is no JSON", "Internal Server Error", { errorName: "upstream_invalid_response" }],
    ["that is half of one", '{"choices":[{"del', { errorName: "upstream_invalid_response" }],
    ["that is empty", "", { errorName: "upstream_invalid_response" }],
    ["that is a list", [1], { errorName: "upstream_invalid_response" }],
    ["that is null", "null", { errorName: "upstream_invalid_response" }],
    ["with an error", { error: { message: "Busy.", code: 503 } }, { errorName: "overloaded", message: "Busy." }],
    [
      "with an error beside a choice, as OpenRouter's",
      { ...ending("error"), error: { code: 502, message: "Gone." } },
      { errorName: "upstream_unreachable", message: "Gone." },
    ],
    [
      "with an error in a choice",
      ending("error", { error: { code: 429, message: "Slow." } }),
      { errorName: "rate_limit_exceeded", message: "Slow." },
    ],
    [
      "with a text for an error, as LM Studio's",
      { error: "The model has crashed." },
      { errorName: "upstream_error", message: "The model has crashed." },
    ],
    [
      "with an older vLLM's error",
      { object: "error", message: "No.", type: "BadRequestError", code: 400 },
      { errorName: "invalid_request", message: "No." },
    ],
    [
      "whose choice is no choice",
      chunkOf([{ index: 0, delta: { content: "x" }, finish_reason: "error" }]),
      { errorName: "upstream_invalid_response" },
    ],
  ])("%s ends the stream, after what was said", (_name, event, want) => {
    const { pieces, failure } = foldChat([opens, hi, event, ending(), done]);
    expect(failure).toMatchObject(want);
    expect(pieces).toHaveLength(2);
  });

  test("with words and an error on two lines is both", () => {
    const { pieces, failure } = foldChat([
      opens,
      `${line(hi)}\n{"error":{"message":"Busy.","code":503}}`,
      ending(),
      done,
    ]);
    expect(pieces.map(({ chunk }) => chunk.choices[0]?.delta)).toEqual([opening, { content: "Hi." }]);
    expect(failure).toMatchObject({ errorName: "overloaded" });
    const last = foldChat([opens, ending(), `${line(hi)}\n{"error":{"message":"Busy.","code":503}}`]);
    expect(last.pieces).toHaveLength(2);
    expect(last.failure).toMatchObject({ errorName: "overloaded" });
  });

  test("of another kind leaves nothing behind", () => {
    const { pieces } = foldWell([opens, { type: "ping" }, ending(), done]);
    expect(pieces.at(-1)?.chunk).toEqual({ ...ending(), model: "asked" });
  });

  test("with an error of null is none", () => {
    expect(heard(foldWell([opens, { ...hi, error: null }, ending(), done]))).toHaveLength(3);
  });
});
