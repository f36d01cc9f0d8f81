import { expect } from "vitest";
import { says } from "../_setup.ts";
import type { ContractProvider } from "./_providers.ts";
import type { SeenChoice } from "./_seen.ts";

/** A request, what the upstream says to it, and what the client must see, in one piece as well as streamed. */
export interface ChatCase {
  /** What a fate table names as its proof, as `chat/n`. */
  readonly proof?: string;
  readonly name: string;
  readonly request: object | ((words: ContractProvider["words"]) => object);
  /** The emulator's script; without one its small model answers. */
  readonly script?: (words: ContractProvider["words"]) => string;
  readonly want: {
    /** Of the first choice, unless there are several. */
    readonly choice?: Partial<SeenChoice> | ((words: ContractProvider["words"]) => Partial<SeenChoice>);
    readonly choices?: readonly Partial<SeenChoice>[];
    /** Members of the counts. */
    readonly usage?: object | ((words: ContractProvider["words"]) => object);
    /** Calls made to the upstream; one unless told. */
    readonly calls?: number;
    /** The message of a 400 where the upstream says no instead of answering. */
    readonly refusal?: (words: ContractProvider["words"]) => unknown;
    /** `x-specgate-changes`; none unless told. */
    readonly changes?: (words: ContractProvider["words"]) => string | undefined;
  };
}

const weather = {
  type: "function",
  function: {
    name: "get_weather",
    description: "The weather in a city",
    parameters: { type: "object", properties: { city: { type: "string" } }, required: ["city"] },
  },
} as const;
const tools = [weather];
const time = { type: "function", function: { name: "get_time" } } as const;

const paris = { name: "get_weather", args: { city: "Paris" } };
const rome = { name: "get_weather", args: { city: "Rome" } };
const parisCall = { name: "get_weather", text: '{"city":"Paris"}' };
const romeCall = { name: "get_weather", text: '{"city":"Rome"}' };
const answer = (members: object): string => JSON.stringify({ answers: [members] });

const asked = { role: "user", content: "Weather in Paris and Rome?" } as const;
const called = (...cities: string[]) => ({
  role: "assistant",
  content: null,
  tool_calls: cities.map((city, at) => ({
    id: `call_${at}`,
    type: "function",
    function: { name: "get_weather", arguments: JSON.stringify({ city }) },
  })),
});

const picture = { type: "image_url", image_url: { url: "data:image/png;base64,iVBORw0KGgo=" } } as const;

const capital = {
  type: "json_schema",
  json_schema: {
    name: "capital",
    strict: true,
    schema: {
      type: "object",
      properties: { country: { type: "string", enum: ["France", "Italy"] }, people: { type: "integer", minimum: 7 } },
      required: ["country", "people"],
      additionalProperties: false,
    },
  },
} as const;
/** An answer in that form of who is only asked for it; others find it by themselves. */
const capitalScript = ({ asksForSchema }: ContractProvider["words"]): string =>
  asksForSchema === true ? answer({ text: '{"country":"France","people":7}' }) : "answers: []";
/** Who is told of a bound in words alone may take another number. */
const capitalText = expect.stringMatching(/^\{"country":"France","people":[17]\}$/);

/** What three tokens hold: the first words, or of those who think before they speak nothing but thoughts. */
const fewTokens = ({ alwaysThinks }: ContractProvider["words"]) => ({
  content: alwaysThinks === true ? "" : "Hello! You s",
  finish: "length",
});

/** Texts and conversations. */
const talk: readonly ChatCase[] = [
  {
    name: "a question gets its answer, with the counts of both",
    request: says("How are you?"),
    script: () => answer({ text: "Very well.", usage: { input: 11, output: 4 } }),
    want: {
      choice: { content: "Very well.", refusal: "", calls: [], functionCall: undefined, finish: "stop" },
      usage: { prompt_tokens: 11, completion_tokens: 4, total_tokens: 15 },
    },
  },
  {
    name: "cached and thinking tokens are told apart, and the total holds",
    request: says("Think!"),
    script: () => answer({ text: "Done.", usage: { input: 100, cached: 80, output: 3, thinking: 20 } }),
    want: {
      usage: ({ countsApart = ["cached", "thinking"], thinksUncounted }) => ({
        prompt_tokens: 100,
        completion_tokens: 23,
        total_tokens: 123,
        ...(countsApart.includes("cached") && { prompt_tokens_details: { cached_tokens: 80 } }),
        ...(countsApart.includes("thinking") && {
          completion_tokens_details: { reasoning_tokens: thinksUncounted === true ? 0 : 20 },
        }),
      }),
    },
  },
  {
    name: "every script and every emoji arrives whole",
    request: says("Grüße, 世界, 👩‍👩‍👧‍👦!"),
    script: () => answer({ text: 'Grüße 世界 👩‍👩‍👧‍👦 — "quotes", \\ and \u2028\u0007', chunks: 20 }),
    want: { choice: { content: 'Grüße 世界 👩‍👩‍👧‍👦 — "quotes", \\ and \u2028\u0007' } },
  },
  {
    name: "system and developer messages instruct the model, in any place",
    request: {
      messages: [
        { role: "system", content: "Be brief." },
        { role: "user", content: "Hello" },
        { role: "developer", content: [{ type: "text", text: "Be kind." }] },
      ],
    },
    want: { choice: { content: expect.stringContaining("I keep to my instruction: Be brief. Be kind.") } },
  },
  {
    name: "a conversation of instructions alone is answered",
    request: { messages: [{ role: "system", content: "Greet the user." }] },
    want: { choice: { content: expect.stringContaining("Greet the user."), finish: "stop" } },
  },
  {
    name: "content in parts is one turn",
    request: {
      messages: [
        {
          role: "user",
          content: [
            { type: "text", text: "One" },
            { type: "text", text: "two" },
          ],
        },
      ],
    },
    want: { choice: { content: expect.stringContaining("You said: One two.") } },
  },
  {
    name: "earlier turns are told, and the last one is answered",
    request: {
      messages: [
        { role: "user", content: "I am Ada." },
        { role: "assistant", content: "Hello Ada." },
        { role: "user", content: "Who am I?" },
      ],
    },
    want: { choice: { content: expect.stringContaining("You said: Who am I.") } },
  },
  {
    name: "null members count as absent",
    request: {
      ...says("hi"),
      temperature: null,
      top_p: null,
      n: null,
      stop: null,
      max_tokens: null,
      logit_bias: null,
      response_format: undefined,
      stream_options: null,
    },
    script: () => answer({ text: "Hi." }),
    want: { choice: { content: "Hi." } },
  },
  {
    name: "a bias of tokens is taken",
    request: { ...says("hi"), logit_bias: { 50256: -100 } },
    script: () => answer({ text: "Hi." }),
    want: { choice: { content: "Hi." } },
  },
  {
    name: "penalties are taken",
    request: { ...says("hi"), presence_penalty: 0.5, frequency_penalty: -0.5 },
    script: () => answer({ text: "Hi." }),
    want: { choice: { content: "Hi." } },
  },
  {
    name: "a seed is taken",
    request: { ...says("hi"), seed: 7 },
    script: () => answer({ text: "Hi." }),
    want: { choice: { content: "Hi." } },
  },
  {
    name: "an id of the end user is taken",
    request: { ...says("hi"), safety_identifier: "u-1" },
    script: () => answer({ text: "Hi." }),
    want: { choice: { content: "Hi." } },
  },
  {
    name: "log probabilities come with the answer, token by token",
    request: { ...says("hi"), logprobs: true, top_logprobs: 2 },
    script: () => answer({ text: "Hi there." }),
    want: { choice: { content: "Hi there.", likely: "Hi there." } },
  },
  {
    name: "an answer that opens with nothing but its billing is an answer",
    request: says("hi"),
    script: () => answer({ text: "Hi.", traffic_first: true }),
    want: { choice: { content: "Hi.", finish: "stop" } },
  },
];

/** Ends other than "all is said". */
const ends: readonly ChatCase[] = [
  {
    name: "the token limit ends an answer with length",
    request: { ...says("Tell me a long story"), max_completion_tokens: 3 },
    want: { choice: fewTokens, changes: ({ forFewTokens }) => forFewTokens },
  },
  {
    name: "max_tokens is the same limit",
    request: { ...says("Tell me a long story"), max_tokens: 3 },
    want: { choice: fewTokens, changes: ({ forFewTokens }) => forFewTokens },
  },
  {
    name: "an answer cut by the upstream's own limit ends with length, even in the middle of calls",
    request: { ...says("Weather?"), tools },
    script: ({ maxTokens }) => answer({ text: "Let me", calls: [paris], finish: maxTokens }),
    want: { choice: { content: "Let me", calls: [parisCall], finish: "length" } },
  },
  {
    name: "a stop sequence ends the answer before it",
    request: { ...says("hi"), stop: "You said" },
    want: { choice: { content: "Hello! ", finish: "stop" } },
  },
  {
    name: "the first of several stop sequences ends the answer",
    request: { ...says("hi"), stop: ["the small", "You said", "never"] },
    want: { choice: { content: "Hello! ", finish: "stop" } },
  },
  {
    name: "a blocked prompt is an answer that declines, in the upstream's words where it has some",
    request: says("Something terrible"),
    script: ({ blocked }) => answer({ blocked, text: "We do not speak of that.", usage: { input: 9 } }),
    want: {
      choice: ({ blocksInSilence }) => ({
        content: "",
        refusal: blocksInSilence === true ? expect.stringMatching(/blocked|refused/i) : "We do not speak of that.",
        finish: "content_filter",
      }),
      refusal: ({ refusesBlocked }) => (refusesBlocked === true ? "We do not speak of that." : undefined),
      usage: { prompt_tokens: 9, completion_tokens: 0, total_tokens: 9 },
    },
  },
  {
    name: "a blocked prompt is an answer that says why as far as it is known",
    request: says("Something terrible"),
    script: ({ blocked }) => answer({ blocked, usage: { input: 9 } }),
    want: {
      choice: { content: "", refusal: expect.stringMatching(/blocked|refused/i), finish: "content_filter" },
      refusal: ({ refusesBlocked }) => (refusesBlocked === true ? expect.stringContaining("safety") : undefined),
      usage: { prompt_tokens: 9, completion_tokens: 0, total_tokens: 9 },
    },
  },
  {
    name: "an answer that becomes unsafe ends with content_filter and keeps what was said",
    request: says("Tell me"),
    script: ({ safety }) => answer({ text: "It begins so", finish: safety }),
    want: { choice: { content: "It begins so", finish: "content_filter" } },
  },
];

/** Functions. */
const functions: readonly ChatCase[] = [
  {
    name: "a tool is called",
    request: { ...says("Weather in Paris?"), tools },
    script: () => answer({ calls: [paris] }),
    want: { choice: { content: "", calls: [parisCall], functionCall: undefined, finish: "tool_calls" } },
  },
  {
    name: "text may come before a call",
    request: { ...says("Weather in Paris?"), tools },
    script: () => answer({ text: "Let me look.", calls: [paris] }),
    want: { choice: { content: "Let me look.", calls: [parisCall], finish: "tool_calls" } },
  },
  {
    name: "tools are called in parallel, in order",
    request: { ...says("Weather in Paris and Rome?"), tools: [weather, time] },
    script: () => answer({ calls: [paris, rome, { name: "get_time" }] }),
    want: { choice: { calls: [parisCall, romeCall, { name: "get_time", text: "{}" }], finish: "tool_calls" } },
  },
  {
    proof: "chat/parallel_tool_calls",
    name: "parallel_tool_calls: false leaves the first call only",
    request: { ...says("Weather in Paris and Rome?"), tools, parallel_tool_calls: false },
    script: ({ obeys }) => answer({ calls: obeys === true ? [paris] : [paris, rome] }),
    want: { choice: { calls: [parisCall], finish: "tool_calls" } },
  },
  {
    proof: "chat/tool-results",
    name: "the results of tools find their calls, in whatever order they come",
    request: {
      tools,
      messages: [
        asked,
        called("Paris", "Rome"),
        { role: "tool", tool_call_id: "call_1", content: "rain" },
        { role: "tool", tool_call_id: "call_0", content: [{ type: "text", text: "sun" }] },
      ],
    },
    want: {
      choice: {
        content: expect.stringMatching(/get_weather says: (?:sun.*rain|rain.*sun)\./),
        finish: "stop",
      },
    },
  },
  {
    name: "what tools show is taken, without a notice",
    request: {
      tools,
      messages: [
        asked,
        called("Paris", "Rome"),
        { role: "tool", tool_call_id: "call_0", content: [{ type: "text", text: "sun" }, picture] },
        { role: "tool", tool_call_id: "call_1", content: [picture] },
        { role: "user", content: "Well?" },
      ],
    },
    script: () => answer({ text: "Blue." }),
    want: { choice: { content: "Blue.", finish: "stop" } },
  },
  {
    name: "tool_choice none keeps the model from calling",
    request: { ...says("Weather in Paris?"), tools, tool_choice: "none" },
    want: { choice: { content: expect.stringContaining("You said"), calls: [], finish: "stop" } },
  },
  {
    name: "tool_choice required makes the model call",
    request: { ...says("hello"), tools: [time], tool_choice: "required" },
    want: {
      choice: { calls: [{ name: "get_time", text: "{}" }], finish: "tool_calls" },
      changes: ({ callsByWords }) => (callsByWords === true ? "downgraded:tool_choice" : undefined),
    },
  },
  {
    name: "tool_choice names the tool that is called",
    request: {
      ...says("Weather in Paris?"),
      tools: [weather, time],
      tool_choice: { type: "function", function: { name: "get_time" } },
    },
    want: {
      choice: { calls: [{ name: "get_time", text: "{}" }], finish: "tool_calls" },
      changes: ({ callsByWords }) => (callsByWords === true ? "downgraded:tool_choice" : undefined),
    },
  },
  {
    name: "a custom tool gets its text",
    request: { ...says("Patch it"), tools: [{ type: "custom", custom: { name: "apply_patch" } }] },
    script: () => answer({ calls: [{ name: "apply_patch", args: { input: "*** Begin Patch" } }] }),
    want: { choice: { calls: [{ name: "apply_patch", text: "*** Begin Patch" }], finish: "tool_calls" } },
  },
  {
    name: "a name that the upstream would not take is the client's own again in the answer",
    request: ({ strangeName }) => ({
      ...says("hello"),
      tools: [{ type: "function", function: { name: strangeName ?? "1st-tool" } }],
    }),
    want: {
      choice: { calls: [{ name: expect.stringMatching(/^1st-tool$|^my\.tool$/), text: "{}" }], finish: "tool_calls" },
      changes: ({ strangeName }) => (strangeName === null ? undefined : "renamed:tools[0].function.name"),
    },
  },
  {
    name: "deprecated functions are answered in the deprecated form",
    request: { ...says("Weather in Paris?"), functions: [weather.function] },
    script: () => answer({ calls: [paris, rome] }),
    want: { choice: { content: "", calls: [], functionCall: parisCall, finish: "function_call" } },
  },
  {
    name: "the result of a deprecated function is used",
    request: {
      functions: [weather.function],
      messages: [
        asked,
        { role: "assistant", content: null, function_call: { name: "get_weather", arguments: '{"city":"Paris"}' } },
        { role: "function", name: "get_weather", content: "sun" },
      ],
    },
    want: { choice: { content: expect.stringContaining("get_weather says: sun."), finish: "stop" } },
  },
];

/** Forms of the answer. */
const forms: readonly ChatCase[] = [
  {
    name: "json_object gets JSON",
    request: { ...says("Give me JSON"), response_format: { type: "json_object" } },
    // Where the form is only asked for, models put fences around it all the same.
    script: ({ asksForJson }) => (asksForJson === true ? answer({ text: '```json\n{"a":1}\n```' }) : "answers: []"),
    want: { choice: { content: expect.stringMatching(/^\{.*\}$/), finish: "stop" } },
  },
  {
    name: "json_schema gets JSON of that schema",
    request: { ...says("A capital"), response_format: capital },
    script: capitalScript,
    want: { choice: { content: capitalText, finish: "stop" }, changes: ({ boundsInWords }) => boundsInWords },
  },
  {
    name: "a schema and tools go together: the model may call",
    request: { ...says("Weather in Paris?"), tools, response_format: capital },
    script: () => answer({ calls: [paris] }),
    want: {
      choice: { content: "", calls: [parisCall], finish: "tool_calls" },
      changes: ({ boundsInWords }) => boundsInWords,
    },
  },
  {
    name: "a schema and tools go together: after the results there is one answer, and it has the form",
    request: {
      messages: [asked, called("Paris"), { role: "tool", tool_call_id: "call_0", content: "sun" }],
      tools: [time],
      tool_choice: "none",
      response_format: capital,
    },
    script: capitalScript,
    want: {
      choice: { content: capitalText, calls: [], finish: "stop" },
      changes: ({ boundsInWords }) => boundsInWords,
    },
  },
  {
    proof: "chat/n",
    name: "n choices are n answers under one id, their usage summed",
    request: { ...says("hi"), n: 3 },
    script: () => answer({ text: "Hi there.", usage: { input: 10, output: 2 } }),
    want: {
      choices: [{ content: "Hi there." }, { content: "Hi there." }, { content: "Hi there.", finish: "stop" }],
      usage: { prompt_tokens: 30, completion_tokens: 6, total_tokens: 36 },
      calls: 3,
    },
  },
  {
    name: "n choices may differ, and each may call tools",
    request: { ...says("Weather?"), n: 2, tools },
    script: () => JSON.stringify({ answers: [{ times: 1, calls: [paris, rome] }, { calls: [paris, rome] }] }),
    want: {
      choices: [
        { calls: [parisCall, romeCall], finish: "tool_calls" },
        { calls: [parisCall, romeCall], finish: "tool_calls" },
      ],
      calls: 2,
    },
  },
];

export const chatCases: readonly ChatCase[] = [...talk, ...ends, ...functions, ...forms];
