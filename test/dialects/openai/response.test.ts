import { describe, expect, test } from "vitest";
import { GatewayError } from "../../../src/errors.ts";
import { choice, choiceWith, expectAnswers, head, say, saying, silent, toBody, whole, without } from "./_answers.ts";
import { callId, createdSec, openChat, read, readWell } from "./_translate.ts";

describe("the frame of an answer", () => {
  const ours = { id: `chatcmpl-${callId}`, created: createdSec, object: "chat.completion", model: "asked" };
  expectAnswers(
    [
      ["is the server's own but for the model's name", whole, { ...head, model: "asked" }],
      ["is the server's own where the model's name may be seen", whole, head, { responseModel: null }],
      ["is made where there is none", { choices: [choice] }, ours],
      ["is made where it is null", { ...whole, id: null, created: null, object: null, model: null }, ours],
      ["is made where it is of other types", { ...whole, id: 7, created: "now", object: 7, model: 7 }, ours],
      ["has no empty id", { ...whole, id: "" }, { ...ours, created: head.created }],
      ["has no broken second", { ...whole, created: 1.5 }, { ...ours, id: head.id }],
      ["is of the right kind", { ...whole, object: "text" }, { ...head, model: "asked" }],
      [
        "bears the upstream's name for a model that does not name itself",
        { ...whole, model: "" },
        { ...head, model: "org/up" },
        { responseModel: null },
      ],
    ],
    ({ id, created, object, model }) => ({ id, created, object, model }),
  );
});

describe("a choice", () => {
  expectAnswers(
    [
      ["is complete", whole, choice],
      ["without a number has the one of its place", choiceWith({ index: undefined }), choice],
      ["whose number is null has the one of its place", choiceWith({ index: null }), choice],
      ["without likelihoods says so", choiceWith({ logprobs: undefined }), choice],
      ["without a message says nothing", choiceWith({ message: undefined }), { ...choice, message: silent }],
      ["whose message is null says nothing", choiceWith({ message: null }), { ...choice, message: silent }],
      ["keeps what the server adds", choiceWith({ stop_reason: null }), { ...choice, stop_reason: null }],
      [
        "keeps what Azure's filter found",
        choiceWith({ content_filter_results: { hate: { filtered: false } } }),
        { ...choice, content_filter_results: { hate: { filtered: false } } },
      ],
    ],
    ({ choices }) => choices[0],
  );

  test("is one of several", () => {
    const two = { ...whole, choices: [choice, { ...choice, index: undefined, message: { ...say, content: "Ho." } }] };
    const { choices } = toBody(two);
    expect(choices).toEqual([choice, { ...choice, index: 1, message: { ...say, content: "Ho." } }]);
  });

  test("that is none is left out", () => {
    expect(toBody({ ...whole, choices: [choice, null, "x"] }).choices).toEqual([choice]);
  });
});

describe("a message", () => {
  expectAnswers(
    [
      ["is as it was said", whole, say],
      ["is the assistant's, whoever is named", saying({ role: "model" }), say],
      ["without a role is the assistant's", saying({ role: undefined }), say],
      ["without a refusal has none", saying({ refusal: undefined }), say],
      ["without content has none", saying({ content: undefined }), silent],
      ["may be empty", saying({ content: "" }), { ...say, content: "" }],
      ["whose content is of no known form says nothing", saying({ content: { text: "x" } }), silent],
      ["whose refusal is no text has none", saying({ refusal: false }), say],
      ["whose content is a number says nothing", saying({ content: 7 }), silent],
      ["keeps its refusal", saying({ content: null, refusal: "No." }), { ...silent, refusal: "No." }],
      [
        "in parts is one text",
        saying({
          content: [
            { type: "text", text: "Hi" },
            { type: "text", text: "." },
            { type: "reference", reference_ids: [1] },
          ],
        }),
        say,
      ],
      [
        "in parts, some of them thoughts, is text and thoughts",
        saying({
          content: [
            {
              type: "thinking",
              thinking: [
                { type: "text", text: "So" },
                { type: "text", text: " so" },
              ],
            },
            { type: "text", text: "Hi." },
          ],
        }),
        { ...say, reasoning_content: "So so" },
      ],
      [
        "in parts whose thoughts are one text",
        saying({ content: [{ type: "thinking", thinking: "So" }, "x", { type: "text", text: "Hi." }] }),
        { ...say, reasoning_content: "So" },
      ],
      [
        "shows thoughts under DeepSeek's name",
        saying({ reasoning_content: "So" }),
        { ...say, reasoning_content: "So" },
      ],
      [
        "shows thoughts under both names where a server has the other one",
        saying({ reasoning: "So" }),
        { ...say, reasoning: "So", reasoning_content: "So" },
      ],
      [
        "shows thoughts under both names where one of them is empty",
        saying({ reasoning: "So", reasoning_content: "" }),
        { ...say, reasoning: "So", reasoning_content: "So" },
      ],
      [
        "shows thoughts under both names where one of them is null",
        saying({ reasoning: "So", reasoning_content: null }),
        { ...say, reasoning: "So", reasoning_content: "So" },
      ],
      ["without thoughts may say so", saying({ reasoning: null }), { ...say, reasoning: null }],
      ["whose thoughts are no text has none", saying({ reasoning: { text: "So" } }), say],
      ["loses what the spec knows in another form", saying({ annotations: null, audio: 5 }), say],
      ["keeps remarks of none, as OpenAI says them", saying({ annotations: [] }), { ...say, annotations: [] }],
      ["keeps members nobody knows", saying({ mood: "good" }), { ...say, mood: "good" }],
    ],
    ({ choices }) => choices[0]?.message,
  );
});

describe("what else an answer holds", () => {
  const asked = { ...head, model: "asked" };
  expectAnswers(
    [
      ["words the spec does not list are left out", { ...whole, service_tier: "standard" }, asked],
      ["words the spec lists are kept", { ...whole, service_tier: "flex" }, { ...asked, service_tier: "flex" }],
      ["null where none may be is left out", { ...whole, system_fingerprint: null }, asked],
      ["members nobody knows are kept", { ...whole, timings: { n: 1 } }, { ...asked, timings: { n: 1 } }],
      [
        "a member with a slash in its name is found",
        { ...whole, metadata: { "a/b~c": 1, d: "e" } },
        { ...asked, metadata: { d: "e" } },
      ],
      ["errors of null are none", { ...whole, error: null }, { ...asked, error: null }],
      [
        "OpenRouter's provider and reason are kept",
        { ...whole, provider: "Acme", choices: [{ ...choice, native_finish_reason: "end_turn" }] },
        { ...asked, provider: "Acme" },
      ],
      [
        "Azure's findings are kept",
        { ...whole, prompt_filter_results: [{}] },
        { ...asked, prompt_filter_results: [{}] },
      ],
    ],
    (body) => without(body, "choices"),
  );
});

describe("what is no answer", () => {
  /** A body with status 200, and the error it is. */
  const rows: readonly (readonly [name: string, body: unknown, want: object])[] = [
    [
      "an error",
      { error: { message: "Overloaded.", code: 503 } },
      { errorName: "overloaded", status: 503, message: "Overloaded." },
    ],
    [
      "an error whose code is a text of digits",
      { error: { message: "Slow down.", code: "429" } },
      { errorName: "rate_limit_exceeded", message: "Slow down." },
    ],
    [
      "an error beside an answer",
      { ...whole, error: { message: "Provider returned error", code: 502 } },
      { errorName: "upstream_unreachable" },
    ],
    [
      "an error in a choice",
      choiceWith({ finish_reason: "error", error: { code: 502, message: "Provider disconnected" } }),
      { errorName: "upstream_unreachable", message: "Provider disconnected" },
    ],
    ["an error that says nothing", { error: {} }, { errorName: "upstream_error", status: 500 }],
    ["a text for an error", { error: "Unexpected endpoint or method." }, { errorName: "upstream_error", status: 500 }],
    ["true for an error", { error: true }, { errorName: "upstream_error" }],
    [
      "an older vLLM's error",
      { object: "error", message: "No.", type: "BadRequestError", param: null, code: 400 },
      { errorName: "invalid_request", status: 400, message: "No." },
    ],
    ["an empty object", {}, { errorName: "upstream_invalid_response" }],
    ["no choices", { ...whole, choices: [] }, { errorName: "upstream_invalid_response" }],
    ["choices of no known form", { ...whole, choices: "x" }, { errorName: "upstream_invalid_response" }],
    ["a list", [whole], { errorName: "upstream_invalid_response" }],
    ["null", null, { errorName: "upstream_invalid_response" }],
    ["a number", 7, { errorName: "upstream_invalid_response" }],
  ];

  test.each(rows)("%s", (_name, body, want) => {
    const made = read(openChat(), body);
    expect(made).toBeInstanceOf(GatewayError);
    expect(made).toMatchObject(want);
  });
});

describe("the server's own text", () => {
  const spaced = JSON.stringify(whole, null, 1).replaceAll(/\n */g, " ");

  test("goes out with the model's name written anew", () => {
    const { text } = readWell(openChat(), JSON.stringify(whole));
    expect(text).toBe(JSON.stringify({ ...whole, model: "asked" }));
  });

  test("keeps its spaces", () => {
    expect(readWell(openChat(), spaced).text).toBe(spaced.replace('"up"', '"asked"'));
  });

  test("goes out untouched where the name stays", () => {
    expect(readWell(openChat({ responseModel: null }), spaced).text).toBe(spaced);
    expect(readWell(openChat({ responseModel: "up" }), spaced).text).toBe(spaced);
  });

  test.each<[string, object]>([
    ["the model's name stands elsewhere too", saying({ content: "up" })],
    ["something was mended", saying({ tool_calls: [] })],
    ["a call was none", saying({ function_call: null })],
    ["a choice was none", { ...whole, choices: [choice, null] }],
    ["something was left out", { ...whole, system_fingerprint: null }],
    ["counts were completed", { ...whole, usage: { prompt_tokens: 5 } }],
    ["the frame was completed", without(whole, "id")],
  ])("is of no use where %s", (_name, body) => {
    expect(readWell(openChat(), body).text).toBeUndefined();
  });
});
