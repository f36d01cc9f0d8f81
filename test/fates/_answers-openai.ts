import fc from "../_fc.ts";
import type { Ingredients } from "./_response.ts";

const head = { id: "chatcmpl-base", created: 1_700_000_000, model: "up/base" };
const usage = { prompt_tokens: 50, completion_tokens: 30, total_tokens: 80 };
const token = { token: "a", logprob: -1, bytes: [1], top_logprobs: [] };
const call = { id: "call_x", type: "function", function: { name: "look_up", arguments: "{}" } };
const failed = { type: "error", code: "c", message: "m" };

const counts = fc.integer({ min: 1, max: 20 });
/** Words that the schema alone does not describe, in chat and in legacy completions. */
const special: Ingredients["special"] = [
  [/_tokens$|^usage\.prompt_cache|^usage\.cache_/, counts],
  [/^usage\.cost$/, fc.double({ min: 0.001, max: 2, noNaN: true })],
  [/^usage$/, counts.map((n) => ({ prompt_tokens: n, completion_tokens: n, total_tokens: 2 * n }))],
  [/^usage\..*_details$/, counts.map((n) => ({ audio_tokens: n }))],
  [/^choices\[\]\.index$/, fc.constantFrom(1, 2)],
  [/bytes$/, fc.array(fc.nat({ max: 255 }), { minLength: 1, maxLength: 3 })],
];

/** What a message and a delta have in common; `said` is the path of either, `base` what it holds anyway. */
function saidBeside(said: string, base: object): Ingredients["beside"] {
  const made = (reason: string, place: string, members: object) => ({
    "choices[]": { finish_reason: reason },
    [place]: members,
  });
  const whole = (members: object) => ({ "choices[]": { [said.slice("choices[].".length)]: { ...base, ...members } } });
  return [
    [/finish_reason=tool_calls/, whole({ tool_calls: [{ ...call, index: 0 }] })],
    [/finish_reason=function_call/, whole({ function_call: { name: "look_up", arguments: "{}" } })],
    [/tool_calls\[\]<custom>/, made("tool_calls", `${said}.tool_calls[]<custom>`, { id: "call_x" })],
    [/tool_calls\[\]<function>/, made("tool_calls", `${said}.tool_calls[]<function>`, { id: "call_x" })],
    [
      /tool_calls\[\]\.custom/,
      {
        ...made("tool_calls", `${said}.tool_calls[]`, { index: 0, id: "call_x", type: "custom" }),
        [`${said}.tool_calls[].custom`]: { name: "look_up", input: "this" },
      },
    ],
    [
      /tool_calls\[\]\.function\./,
      {
        ...made("tool_calls", `${said}.tool_calls[]`, { ...call, index: 0 }),
        [`${said}.tool_calls[].function`]: call.function,
      },
    ],
    [/tool_calls/, made("tool_calls", `${said}.tool_calls[]`, { ...call, index: 0 })],
    [/function_call/, made("function_call", `${said}.function_call`, { name: "look_up", arguments: "{}" })],
    [/logprobs\.content\[\]/, { "choices[].logprobs.content[]": token }],
    [/logprobs\.refusal\[\]/, { "choices[].logprobs.refusal[]": token }],
    [/logprobs\./, { "choices[].logprobs": { content: [token], refusal: null } }],
    [/^moderation\.(input|output)/, { moderation: { input: failed, output: failed } }],
  ];
}

const text = fc.stringMatching(/^[a-z]{4,10}$/);
const chatSpecial: Ingredients["special"] = [
  // Words for calls are said with calls alone.
  [/finish_reason/, fc.constantFrom("stop", "length", "content_filter")],
  ...special,
  [/tool_calls$/, fc.nat().map((q) => [{ ...call, index: 0, function: { name: "look_up", arguments: `{"q":${q}}` } }])],
  [/^moderation$/, fc.constant({ input: failed, output: failed })],
];

const otherReasons: Ingredients["others"] = [
  [/finish_reason=(stop|tool_calls|function_call)/, ["length", "content_filter"]],
  [/finish_reason/, ["stop"]],
];

const message = { role: "assistant", content: "Base.", refusal: null };
const answered = { index: 0, message, logprobs: null, finish_reason: "stop" };

/** Whole chat completions of a server that speaks OpenAI's language. */
export const chatAnswers: Ingredients = {
  base: {
    "": { ...head, object: "chat.completion", choices: [answered], usage },
    "choices[]": answered,
    "choices[].message": message,
    usage,
  },
  siblings: [],
  beside: saidBeside("choices[].message", message),
  special: [[/^choices$/, text.map((content) => [{ ...answered, message: { ...message, content } }])], ...chatSpecial],
  others: otherReasons,
};

const delta = message;
const streamed = { index: 0, delta, logprobs: null, finish_reason: "stop" };
const opened = (index: number) => ({ ...call, index, id: `call_${index}` });

/** A stream of chat completion chunks that says all in one. */
export const chatChunks: Ingredients = {
  base: {
    "": { ...head, object: "chat.completion.chunk", choices: [streamed] },
    "choices[]": streamed,
    "choices[].delta": delta,
    usage,
  },
  siblings: [[/tool_calls\[\]\.index$/, "choices[].delta.tool_calls", [opened(0), opened(1)]]],
  beside: [
    // What a call's number is for: it says which call is continued.
    [
      /tool_calls\[\]\.index$/,
      {
        "choices[]": { finish_reason: "tool_calls" },
        "choices[].delta.tool_calls[]": { function: { arguments: "more" } },
      },
    ],
    ...saidBeside("choices[].delta", delta),
  ],
  special: [
    [/tool_calls\[\]\.index$/, fc.constant(1)],
    [/tool_calls\[\]$/, fc.constant(opened(0))],
    [/^choices$/, text.map((content) => [{ ...streamed, delta: { ...delta, content } }])],
    [/\.delta$/, text.map((content) => ({ ...delta, content }))],
    [/tool_calls\[\]\.function$/, text.map((name) => ({ name, arguments: "{}" }))],
    [/tool_calls\[\]\.custom$/, text.map((name) => ({ name, input: "this" }))],
    ...chatSpecial,
  ],
  others: [
    [/tool_calls\[\]\.index$/, [0]],
    // A call without a name is none yet.
    [/tool_calls\[\]\.(function|custom)\.name$/, ["another"]],
    [/tool_calls\[\]\.function\.arguments$/, ['{"more":1}']],
    [/tool_calls\[\]\.custom\.input$/, ["that"]],
    [/tool_calls\[\]\.function$/, [{ name: "another", arguments: "{}" }]],
    [/tool_calls\[\]\.custom$/, [{ name: "another", input: "it" }]],
    ...otherReasons,
  ],
};

const continued = { index: 0, text: "Base.", logprobs: null, finish_reason: "stop" };
const completion: Ingredients = {
  base: {
    "": { ...head, id: "cmpl-base", object: "text_completion", choices: [continued], usage },
    "choices[]": continued,
    usage,
  },
  siblings: [],
  beside: [],
  special,
  others: [],
};

/** Whole legacy completions; chunks of streamed ones have the same shape. */
export const completionAnswers: Ingredients = completion;
