import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { emulate, type Json, mustBeValid, post, posted, says, weather } from "./_openai.ts";

const hi = says("Hi");
const talk = (...messages: unknown[]): object => ({ model: "gpt-4o", messages });
const user = (content: unknown): unknown => ({ role: "user", content });
const call = (id = "c", more: object = {}): unknown => ({
  id,
  type: "function",
  function: { name: "f", arguments: "{}" },
  ...more,
});
const calls = (...ids: string[]): unknown => ({
  role: "assistant",
  content: null,
  tool_calls: ids.map((id) => call(id)),
});
const result = (id = "c"): unknown => ({ role: "tool", tool_call_id: id, content: "x" });
const shows = (part: object): unknown => ({
  role: "tool",
  tool_call_id: "c",
  content: [{ type: "text", text: "x" }, part],
});
const declare = (parameters: unknown, more: object = {}): object => ({
  tools: [{ type: "function", function: { name: "f", parameters, ...more } }],
});
const format = (schema: object, strict = false, name = "s"): object => ({
  response_format: { type: "json_schema", json_schema: { name, schema, strict } },
});

type Case = [name: string, body: unknown, param: string | null, code: string | null, text: string, status?: number];

const shape: readonly Case[] = [
  ["no JSON", "{", null, null, "We could not parse the JSON body of your request."],
  ["a list", [], null, null, "We could not parse the JSON body"],
  ["no model", { messages: [] }, null, null, "you must provide a model parameter"],
  ["an empty model", says("Hi", { model: "" }), null, null, "you must provide a model parameter"],
  [
    "a model of the wrong type",
    says("Hi", { model: 5 }),
    "model",
    "invalid_type",
    "expected a string, but got an integer instead.",
  ],
  [
    "an unknown model",
    says("Hi", { model: "gpt-9" }),
    null,
    "model_not_found",
    "The model `gpt-9` does not exist or you do not have access to it.",
    404,
  ],
  ["an unknown model, before anything else", { model: "gpt-9", messages: 5 }, null, "model_not_found", "`gpt-9`", 404],
  [
    "a model of the older kind",
    says("Hi", { model: "davinci-002" }),
    "model",
    null,
    "This is not a chat model and thus not supported in the v1/chat/completions endpoint.",
    404,
  ],
  [
    "no messages",
    { model: "gpt-4o" },
    "messages",
    "missing_required_parameter",
    "Missing required parameter: 'messages'.",
  ],
  [
    "empty messages",
    talk(),
    "messages",
    "empty_array",
    "Invalid 'messages': empty array. Expected an array with minimum length 1, but got an empty array instead.",
  ],
  ["messages of the wrong type", { model: "gpt-4o", messages: "x" }, "messages", "invalid_type", "an array"],
  ["a message that is none", talk("x"), "messages[0]", "invalid_type", "expected an object, but got a string"],
  [
    "an unknown role",
    talk({ role: "robot", content: "x" }),
    "messages[0].role",
    "invalid_value",
    "Invalid value: 'robot'. Supported values are: 'developer', 'system', 'user', 'assistant', 'tool', and 'function'.",
  ],
  ["no role", talk({ content: "x" }), "messages[0].role", "missing_required_parameter", "'messages[0].role'"],
  ["a role that is no word", talk({ role: 1, content: "x" }), "messages[0].role", "invalid_type", "an integer"],
  ["no content", talk({ role: "user" }), "messages[0].content", "missing_required_parameter", "'messages[0].content'"],
  [
    "content of the wrong type",
    talk(user({})),
    "messages[0].content",
    "invalid_type",
    "Invalid type for 'messages[0].content': expected one of a string or array of objects, but got an object instead.",
  ],
  ["null for a user", talk(user(null)), "messages[0].content", "invalid_type", "but got null instead."],
  [
    "an unknown part",
    talk(user([{ type: "smell" }])),
    "messages[0].content[0].type",
    "invalid_value",
    "Supported values are: 'text', 'image_url', 'input_audio', and 'file'.",
  ],
  [
    "a video",
    talk(user([{ type: "video_url", video_url: { url: "https://a.example/v.mp4" } }])),
    "messages[0].content[0].type",
    "invalid_value",
    "Supported values are: 'text', 'image_url', 'input_audio', and 'file'.",
  ],
  [
    "a picture from a tool",
    talk(calls("c"), shows({ type: "image_url", image_url: { url: "https://a.example" } })),
    "messages[1]",
    "invalid_value",
    "Invalid 'messages[1]'. Image URLs are only allowed for messages with role 'user', but this message with role 'tool' contains an image URL.",
  ],
  ...[
    { type: "input_audio", input_audio: { data: "", format: "wav" } },
    { type: "file", file: {} },
    { type: "video_url", video_url: { url: "https://a.example/v.mp4" } },
    { type: "smell" },
  ].map(
    (part): Case => [
      `${part.type} from a tool`,
      talk(calls("c"), shows(part)),
      "messages[1].content[1].type",
      "invalid_value",
      `Invalid value: '${part.type}'. Supported values are: 'text'.`,
    ],
  ),
  [
    "a text for a number",
    says("Hi", { temperature: "hot" }),
    "temperature",
    "invalid_type",
    "Invalid type for 'temperature': expected a decimal, but got a string instead.",
  ],
  ["a fraction for an integer", says("Hi", { n: 1.5 }), "n", "invalid_type", "expected an integer, but got a decimal"],
  ["a text for a switch", says("Hi", { stream: "true" }), "stream", "invalid_type", "expected a boolean"],
  [
    "too many choices",
    says("Hi", { n: 130 }),
    "n",
    "integer_above_max_value",
    "Invalid 'n': integer above maximum value. Expected a value <= 128, but got 130 instead.",
  ],
  ["no choices", says("Hi", { n: 0 }), "n", "integer_below_min_value", "Expected a value >= 1, but got 0 instead."],
  [
    "too hot",
    says("Hi", { temperature: 3 }),
    "temperature",
    "decimal_above_max_value",
    "Invalid 'temperature': decimal above maximum value. Expected a value <= 2, but got 3 instead.",
  ],
  ["too cold", says("Hi", { top_p: -1 }), "top_p", "decimal_below_min_value", "Expected a value >= 0, but got -1"],
  [
    "five stop texts",
    says("Hi", { stop: ["a", "b", "c", "d", "e"] }),
    "stop",
    "array_above_max_length",
    "Invalid 'stop': array too long. Expected an array with maximum length 4, but got an array with length 5 instead.",
  ],
  [
    "a long identifier",
    says("Hi", { safety_identifier: "x".repeat(65) }),
    "safety_identifier",
    "string_above_max_length",
    "Expected a string with maximum length 64, but got a string with length 65 instead.",
  ],
  [
    "an unknown word",
    says("Hi", { model: "gpt-5", reasoning_effort: "huge" }),
    "reasoning_effort",
    "invalid_value",
    "Invalid value: 'huge'. Supported values are: 'none', 'minimal', 'low', 'medium', 'high', 'xhigh', and 'max'.",
  ],
  [
    "a choice of another vendor",
    says("Hi", { tools: [weather], tool_choice: "any" }),
    "tool_choice",
    "invalid_value",
    "Supported values are: 'none', 'auto', and 'required'.",
  ],
  [
    "an unknown format",
    says("Hi", { response_format: { type: "xml" } }),
    "response_format.type",
    "invalid_value",
    "'xml'",
  ],
];

const strangers: readonly Case[] = [
  ["a member of nobody", says("Hi", { foo: 1 }), "foo", "unknown_parameter", "Unknown parameter: 'foo'."],
  [
    "thoughts that are sent back",
    talk(user("Hi"), { role: "assistant", content: "Yes", reasoning_content: "Hm" }, user("Why?")),
    "messages[1].reasoning_content",
    "unknown_parameter",
    "Unknown parameter: 'messages[1].reasoning_content'.",
  ],
  [
    "a cache mark of Anthropic's",
    talk(user([{ type: "text", text: "Hi", cache_control: { type: "ephemeral" } }])),
    "messages[0].content[0].cache_control",
    "unknown_parameter",
    "cache_control",
  ],
  [
    "a number on a call",
    talk(user("Hi"), { role: "assistant", tool_calls: [call("c", { index: 0 })] }, result()),
    "messages[1].tool_calls[0].index",
    "unknown_parameter",
    "index",
  ],
  [
    "a name on a result",
    talk(user("Hi"), calls("c"), { role: "tool", tool_call_id: "c", content: "x", name: "f" }),
    "messages[2].name",
    "unknown_parameter",
    "name",
  ],
  [
    "a member of a tool",
    says("Hi", { tools: [{ ...weather, cache_control: {} }] }),
    "tools[0].cache_control",
    "unknown_parameter",
    "cache_control",
  ],
  [
    "a member of a function",
    says("Hi", declare({}, { returns: {} })),
    "tools[0].function.returns",
    "unknown_parameter",
    "returns",
  ],
  [
    "counts in every chunk",
    says("Hi", { stream: true, stream_options: { continuous_usage_stats: true } }),
    "stream_options.continuous_usage_stats",
    "unknown_parameter",
    "continuous_usage_stats",
  ],
];

const messages: readonly Case[] = [
  [
    "a result without a call",
    talk(user("Hi"), result()),
    "messages.[1].role",
    null,
    "messages with role 'tool' must be a response to a preceeding message with 'tool_calls'.",
  ],
  ["a result of another call", talk(user("Hi"), calls("a"), result("b")), "messages.[2].role", null, "preceeding"],
  [
    "a result after another turn",
    talk(user("Hi"), calls("a"), result("a"), user("x"), result("a")),
    "messages.[4].role",
    null,
    "preceeding",
  ],
  [
    "a call without its result",
    talk(user("Hi"), calls("a", "b"), result("a"), user("Go on")),
    "messages.[1].role",
    null,
    "must be followed by tool messages responding to each 'tool_call_id'. The following tool_call_ids did not have response messages: b",
  ],
  ["a call at the end", talk(user("Hi"), calls("a")), "messages.[1].role", null, "response messages: a"],
  [
    "a message that says nothing",
    talk(user("Hi"), { role: "assistant", content: null }),
    "messages.[1].content",
    null,
    "Invalid value for 'content': expected a string, got null.",
  ],
  [
    "a picture from nowhere",
    talk(user([{ type: "image_url", image_url: { url: "file:///x.png" } }])),
    "messages[0].content[0].image_url.url",
    "invalid_image_url",
    "Expected a valid URL, but got a value with an invalid format.",
  ],
  [
    "JSON that nobody spoke of",
    says("Hi", { response_format: { type: "json_object" } }),
    "messages",
    null,
    "'messages' must contain the word 'json' in some form",
  ],
  [
    "too long a conversation",
    says("word ".repeat(110_000)),
    "messages",
    "context_length_exceeded",
    "This model's maximum context length is 128000 tokens. However, your messages resulted in",
  ],
];

const tools: readonly Case[] = [
  ["empty tools", says("Hi", { tools: [] }), "tools", "empty_array", "Invalid 'tools': empty array."],
  [
    "129 tools",
    says("Hi", { tools: Array.from({ length: 129 }, () => weather) }),
    "tools",
    "array_above_max_length",
    "maximum length 128, but got an array with length 129",
  ],
  [
    "a tool without its function",
    says("Hi", { tools: [{ type: "function" }] }),
    "tools[0].function",
    "missing_required_parameter",
    "tools[0].function",
  ],
  [
    "a choice without tools",
    says("Hi", { tool_choice: "auto" }),
    "tool_choice",
    null,
    "Invalid value for 'tool_choice': 'tool_choice' is only allowed when 'tools' are specified.",
  ],
  [
    "parallel calls without tools",
    says("Hi", { parallel_tool_calls: true }),
    "parallel_tool_calls",
    null,
    "only allowed when 'tools'",
  ],
  [
    "a call without functions",
    says("Hi", { function_call: "auto" }),
    "function_call",
    null,
    "only allowed when 'functions'",
  ],
  [
    "both forms at once",
    says("Hi", { tools: [weather], functions: [weather.function] }),
    "functions",
    null,
    "cannot both",
  ],
  [
    "a name with a space",
    says("Hi", { tools: [{ type: "function", function: { name: "get weather" } }] }),
    "tools[0].function.name",
    "invalid_value",
    "string does not match pattern. Expected a string that matches the pattern '^[a-zA-Z0-9_-]+$'.",
  ],
  [
    "a long name",
    says("Hi", { functions: [{ name: "f".repeat(65) }] }),
    "functions[0].name",
    "string_above_max_length",
    "maximum length 64, but got a string with length 65",
  ],
  [
    "a forced tool there is not",
    says("Hi", { tools: [weather], tool_choice: { type: "function", function: { name: "g" } } }),
    "tool_choice",
    null,
    "Tool choice 'g' not found in 'tools' parameter.",
  ],
  [
    "a forced function there is not",
    says("Hi", { functions: [weather.function], function_call: { name: "g" } }),
    "function_call",
    null,
    "'g' not found",
  ],
  [
    "arguments that are no object",
    says("Hi", declare({ type: "string" })),
    "tools[0].function.parameters",
    "invalid_function_parameters",
    `Invalid schema for function 'f': schema must be a JSON Schema of 'type: "object"', got 'type: "string"'.`,
  ],
  [
    "a list of nothing",
    says("Hi", declare({ type: "object", properties: { a: { type: "array" } } })),
    "tools[0].function.parameters",
    "invalid_function_parameters",
    "In context=('properties', 'a'), array schema missing items.",
  ],
  [
    "a strict object left open",
    says("Hi", declare({ type: "object", properties: {} }, { strict: true })),
    "tools[0].function.parameters",
    "invalid_function_parameters",
    "In context=(), 'additionalProperties' is required to be supplied and to be false.",
  ],
  [
    "a strict object with an optional member",
    says(
      "Hi",
      format({ type: "object", properties: { a: {}, b: {} }, required: ["a"], additionalProperties: false }, true),
    ),
    "response_format",
    null,
    "Invalid schema for response_format 's': In context=(), 'required' is required to be supplied and to be an array including every key in properties. Missing 'b'.",
  ],
  [
    "a strict object deep inside",
    says(
      "Hi",
      format(
        {
          type: "object",
          properties: { a: { anyOf: [{ type: "null" }, { type: "object", properties: {} }] } },
          required: ["a"],
          additionalProperties: false,
        },
        true,
      ),
    ),
    "response_format",
    null,
    "In context=('properties', 'a', 'anyOf', '1'), 'additionalProperties'",
  ],
  [
    "output that is no object",
    says("Hi", format({ type: "array", items: {} })),
    "response_format",
    null,
    `got 'type: "array"'`,
  ],
  [
    "a format with a bad name",
    says("Hi", format({}, false, "a b")),
    "response_format.json_schema.name",
    "invalid_value",
    "pattern",
  ],
];

const thinker = { model: "gpt-5" };

const sampling: readonly Case[] = [
  [
    "max_tokens of a thinking model",
    says("Hi", { model: "o4-mini", max_tokens: 5 }),
    "max_tokens",
    "unsupported_parameter",
    "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.",
  ],
  [
    "both limits",
    says("Hi", { max_tokens: 5, max_completion_tokens: 5 }),
    null,
    "invalid_parameter_combination",
    "Setting 'max_tokens' and 'max_completion_tokens' at the same time is not supported.",
  ],
  [
    "more tokens than there can be",
    says("Hi", { max_tokens: 99_999 }),
    "max_tokens",
    "invalid_value",
    "max_tokens is too large: 99999. This model supports at most 16384 completion tokens, whereas you provided 99999.",
  ],
  ["no tokens", says("Hi", { max_completion_tokens: 0 }), "max_completion_tokens", "integer_below_min_value", ">= 1"],
  [
    "the temperature of a thinking model",
    says("Hi", { ...thinker, temperature: 0.2 }),
    "temperature",
    "unsupported_value",
    "Unsupported value: 'temperature' does not support 0.2 with this model. Only the default (1) value is supported.",
  ],
  ...(
    [
      ["top_p", 0.5, "unsupported_value"],
      ["presence_penalty", 1, "unsupported_parameter"],
      ["frequency_penalty", 1, "unsupported_parameter"],
      ["logprobs", true, "unsupported_parameter"],
      ["logit_bias", { 50256: -100 }, "unsupported_parameter"],
      ["stop", "x", "unsupported_parameter"],
    ] as const
  ).map(
    ([param, value, code]): Case => [
      `${param} of a thinking model`,
      says("Hi", { ...thinker, [param]: value }),
      param,
      code,
      `'${param}'`,
    ],
  ),
  [
    "parallel calls of a model that has none",
    says("Hi", { model: "o4-mini", tools: [weather], parallel_tool_calls: true }),
    "parallel_tool_calls",
    "unsupported_parameter",
    "'parallel_tool_calls' is not supported with this model.",
  ],
  [
    "effort of a model that does not think",
    says("Hi", { reasoning_effort: "low" }),
    "reasoning_effort",
    null,
    "Unrecognized request argument supplied: reasoning_effort",
  ],
  [
    "effort that a model does not take",
    says("Hi", { model: "o3", reasoning_effort: "minimal" }),
    "reasoning_effort",
    "unsupported_value",
    "does not support 'minimal' with this model. Supported values are: 'low', 'medium', and 'high'.",
  ],
  ["alternatives without likelihoods", says("Hi", { top_logprobs: 3 }), "top_logprobs", null, "'logprobs' is enabled"],
  [
    "too many alternatives",
    says("Hi", { logprobs: true, top_logprobs: 21 }),
    "top_logprobs",
    "integer_above_max_value",
    "<= 20",
  ],
  [
    "stream options without a stream",
    says("Hi", { stream_options: { include_usage: true } }),
    "stream_options",
    null,
    "The 'stream_options' parameter is only allowed when 'stream' is enabled.",
  ],
  [
    "labels that nothing keeps",
    says("Hi", { metadata: { a: "b" } }),
    "metadata",
    null,
    "only allowed when 'store' is enabled",
  ],
  [
    "sound from a model without a voice",
    says("Hi", { modalities: ["text", "audio"] }),
    "modalities",
    "invalid_value",
    "does not give audio",
  ],
  [
    "sound without a voice",
    says("Hi", { model: "gpt-4o-audio-preview", modalities: ["text", "audio"] }),
    "audio",
    "missing_required_parameter",
    "'audio'",
  ],
];

const taken: readonly (readonly [string, object])[] = [
  [
    "nulls for what is not set",
    says("Hi", { temperature: null, stop: null, tools: null, tool_choice: null, user: null }),
  ],
  [
    "an answer sent back whole",
    talk(
      user("Hi"),
      { role: "assistant", content: "Yes", refusal: null, annotations: [], audio: null, function_call: null },
      user("Why?"),
    ),
  ],
  ["results of several calls", talk(user("Hi"), calls("a", "b"), result("b"), result("a"), user("Go on"))],
  [
    "the default temperature of a thinking model",
    says("Hi", { ...thinker, temperature: 1, top_p: 1, presence_penalty: 0 }),
  ],
  ["an empty schema", says("Hi", declare({}))],
  [
    "a strict schema",
    says(
      "Hi",
      declare(
        { type: "object", properties: { a: {} }, required: ["a"], additionalProperties: false },
        { strict: true },
      ),
    ),
  ],
  ["labels that are kept", says("Hi", { metadata: { a: "b" }, store: true })],
  ["free members of a schema", says("Hi", declare({ type: "object", properties: {}, "x-any": { thing: 1 } }))],
  ["a picture that comes along", talk(user([{ type: "image_url", image_url: { url: "data:image/png;base64,AAAA" } }]))],
];

describe.each([
  ["the shape", shape],
  ["members OpenAI does not know", strangers],
  ["messages", messages],
  ["tools and schemas", tools],
  ["sampling and limits", sampling],
])("OpenAI refuses, about %s", (_name, cases) => {
  test.each(cases)("%s", async (_name, body, param, code, text, status = 400) => {
    // A script never hides a bad request, and a refused one uses nothing up.
    const emulator = await emulate("answers: [{ times: 1, text: Scripted. }]");
    const refused = await post(emulator, body);
    mustBeValid(refused.body);
    expect(refused).toMatchObject({
      status,
      body: { error: { type: "invalid_request_error", param, code, message: expect.stringContaining(text) } },
    });
    expect((await post(emulator, hi)).text).toContain("Scripted.");
  });
});

test.each(taken)("OpenAI takes %s", async (_name, body) => {
  expect(await post(await emulate(), body)).toMatchObject({ status: 200 });
});

test("an older release names unknown members otherwise", async () => {
  const { body } = await post(await emulate("{ server: [older], answers: [] }"), says("Hi", { foo: 1 }));
  expect(body).toMatchObject({
    error: { message: "Unrecognized request argument supplied: foo", param: null, code: null },
  });
});

describe("what specs/extensions.yaml adds to requests is unknown to OpenAI", () => {
  const extensions: Record<string, { properties: Record<string, Json> }> = parse(
    readFileSync(new URL("../../specs/extensions.yaml", import.meta.url), "utf8"),
  );
  const added = (component: string): readonly string[] =>
    Object.keys(extensions["openai"]?.properties[component] ?? {});
  const part = (one: object): object => talk(user([one]));
  /** A request that has a member in a place. */
  const places: readonly (readonly [string, (name: string) => object])[] = [
    ["CreateChatCompletionRequest", (name) => says("Hi", { [name]: null })],
    ["ChatCompletionStreamOptions", (name) => says("Hi", { stream: true, stream_options: { [name]: null } })],
    ["ChatCompletionRequestDeveloperMessage", (name) => talk({ role: "developer", content: "x", [name]: null })],
    ["ChatCompletionRequestSystemMessage", (name) => talk({ role: "system", content: "x", [name]: null })],
    ["ChatCompletionRequestUserMessage", (name) => talk({ role: "user", content: "x", [name]: null })],
    ["ChatCompletionRequestAssistantMessage", (name) => talk({ role: "assistant", content: "x", [name]: null })],
    [
      "ChatCompletionRequestToolMessage",
      (name) => talk(calls("c"), { role: "tool", content: "x", tool_call_id: "c", [name]: null }),
    ],
    ["ChatCompletionRequestMessageContentPartText", (name) => part({ type: "text", text: "x", [name]: null })],
    [
      "ChatCompletionRequestMessageContentPartImage",
      (name) => part({ type: "image_url", image_url: { url: "https://a.example" }, [name]: null }),
    ],
    [
      "ChatCompletionRequestMessageContentPartImage.image_url",
      (name) => part({ type: "image_url", image_url: { url: "https://a.example", [name]: "x" } }),
    ],
    [
      "ChatCompletionMessageToolCall.function",
      (name) =>
        talk(
          {
            role: "assistant",
            tool_calls: [call("c", { function: { name: "f", arguments: "{}", [name]: null } })],
          },
          result(),
        ),
    ],
    [
      "ChatCompletionRequestMessageContentPartAudio",
      (name) => part({ type: "input_audio", input_audio: { data: "", format: "wav" }, [name]: null }),
    ],
    ["ChatCompletionRequestMessageContentPartFile", (name) => part({ type: "file", file: {}, [name]: null })],
    ["ChatCompletionTool", (name) => says("Hi", { tools: [{ ...weather, [name]: null }] })],
    [
      "CustomToolChatCompletions",
      (name) => says("Hi", { tools: [{ type: "custom", custom: { name: "c" }, [name]: null }] }),
    ],
    [
      "ChatCompletionMessageToolCall",
      (name) => talk({ role: "assistant", tool_calls: [call("c", { [name]: null })] }, result()),
    ],
    [
      "ChatCompletionMessageCustomToolCall",
      (name) =>
        talk(
          {
            role: "assistant",
            tool_calls: [{ id: "c", type: "custom", custom: { name: "c", input: "" }, [name]: null }],
          },
          result(),
        ),
    ],
  ];

  test.each(places.flatMap(([component, make]) => added(component).map((name) => [component, name, make] as const)))(
    "%s.%s",
    async (component, name, make) => {
      const { status, body } = await post(await emulate(), make(name));
      // Clients send whole answers back, and OpenAI's have this member.
      const known = component === "ChatCompletionRequestAssistantMessage" && name === "annotations";
      expect(status).toBe(known ? 200 : 400);
      if (!known) expect(body).toMatchObject({ error: { code: "unknown_parameter" } });
    },
  );

  test.each(added("CreateCompletionRequest"))("CreateCompletionRequest.%s", async (name) => {
    const request = { model: "davinci-002", prompt: "x", [name]: null };
    const { body } = await post(await emulate(), request, "/v1/completions");
    expect(body).toMatchObject({ error: { code: "unknown_parameter", param: name } });
  });

  test("the table has every place", () => {
    const requests = Object.keys(extensions["openai"]?.properties ?? {}).filter(
      (name) => !/Response|Chunk|Usage|Model|Delta|^Error|CreateCompletionRequest|CreateEmbedding/.test(name),
    );
    expect(places.map(([component]) => component).sort()).toEqual(requests.sort());
  });
});

describe("OpenAI refuses, of the older completions", () => {
  const old = (more: object): object => ({ model: "gpt-3.5-turbo-instruct", prompt: "x", ...more });

  test.each<Case>([
    ["a chat model", { model: "gpt-4o", prompt: "x" }, "model", null, "Did you mean to use v1/chat/completions?", 404],
    ["no prompt", { model: "davinci-002" }, "prompt", "missing_required_parameter", "'prompt'"],
    ["an empty list", old({ prompt: [] }), "prompt", "empty_array", "empty array"],
    ["texts beside tokens", old({ prompt: ["a", 1] }), "prompt", "invalid_type", "array of token ids"],
    ["likelihoods as a switch", old({ logprobs: true }), "logprobs", "invalid_type", "expected an integer"],
    ["too many alternatives", old({ logprobs: 6 }), "logprobs", "integer_above_max_value", "<= 5"],
    ["more answers than candidates", old({ n: 3, best_of: 2 }), "best_of", null, "(n > best_of)"],
    [
      "candidates in a stream",
      old({ best_of: 2, stream: true }),
      "best_of",
      null,
      "Cannot stream results with best_of > 1",
    ],
    ["an echo around a gap", old({ echo: true, suffix: "y" }), "suffix", null, "cannot both"],
    ["stream options alone", old({ stream_options: {} }), "stream_options", null, "only allowed when 'stream'"],
    ["messages", old({ messages: [] }), "messages", "unknown_parameter", "'messages'"],
    ["too long a prompt", old({ prompt: "word ".repeat(4000) }), "prompt", "context_length_exceeded", "4097 tokens"],
  ])("%s", async (_name, body, param, code, text, status = 400) => {
    const refused = await post(await emulate(), body, "/v1/completions");
    expect(refused).toMatchObject({
      status,
      body: { error: { param, code, message: expect.stringContaining(text) } },
    });
    mustBeValid(refused.body);
  });
});

describe("OpenAI refuses, of embeddings", () => {
  const small = "text-embedding-3-small";

  test.each<Case>([
    ["no input", { model: small }, "input", "missing_required_parameter", "'input'"],
    ["an empty text", { model: small, input: "" }, "input", "empty_string", "empty string"],
    ["an empty text in a list", { model: small, input: ["a", ""] }, "input[1]", "empty_string", "'input[1]'"],
    ["an empty list", { model: small, input: [] }, "input", "empty_array", "empty array"],
    ["an object", { model: small, input: {} }, "input", "invalid_type", "expected one of a string or array"],
    ["a switch in a list", { model: small, input: [true] }, "input[0]", "invalid_type", "a boolean"],
    ["2049 texts", { model: small, input: Array(2049).fill("a") }, "input", "array_above_max_length", "2048"],
    [
      "another form",
      { model: small, input: "a", encoding_format: "hex" },
      "encoding_format",
      "invalid_value",
      "'base64'",
    ],
    ["half a dimension", { model: small, input: "a", dimensions: 0.5 }, "dimensions", "invalid_type", "an integer"],
    ["no dimension", { model: small, input: "a", dimensions: 0 }, "dimensions", "integer_below_min_value", ">= 1"],
    ["too many", { model: small, input: "a", dimensions: 1537 }, "dimensions", "integer_above_max_value", "<= 1536"],
    [
      "any, of an old model",
      { model: "text-embedding-ada-002", input: "a", dimensions: 8 },
      "dimensions",
      null,
      "specifying",
    ],
    ["a stranger", { model: small, input: "a", truncate: true }, "truncate", "unknown_parameter", "'truncate'"],
    ["a chat model", { model: "gpt-4o", input: "a" }, null, null, "not allowed to generate embeddings", 403],
  ])("%s", async (_name, body, param, code, text, status = 400) => {
    const refused = await post(await emulate(), body, "/v1/embeddings");
    expect(refused).toMatchObject({
      status,
      body: { error: { type: "invalid_request_error", param, code, message: expect.stringContaining(text) } },
    });
  });
});

describe("paths and credentials of OpenAI", () => {
  test.each<[string, string, number, string | null, string]>([
    ["POST", "/v1/foo", 404, null, "Invalid URL (POST /v1/foo)"],
    ["POST", "/chat/completions", 404, null, "Invalid URL (POST /chat/completions)"],
    ["GET", "/v1/chat/completions", 405, "method_not_supported", "Not allowed to GET on /v1/chat/completions"],
    ["DELETE", "/v1/models/gpt-4o", 405, "method_not_supported", "Not allowed to DELETE on /v1/models/gpt-4o"],
  ])("%s %s is %i", async (method, path, status, code, text) => {
    const { url } = await emulate();
    const refused = await posted(await fetch(url + path, { method }));
    expect(refused).toMatchObject({ status, body: { error: { code, message: text, type: "invalid_request_error" } } });
    expect(refused.headers.get("allow")).toBe(status === 405 ? (path.includes("models") ? "GET" : "POST") : null);
  });

  test.each<[string, Record<string, string>, number, string | null, string]>([
    ["nothing", {}, 401, null, "You didn't provide an API key."],
    ["an empty key", { authorization: "Bearer " }, 401, null, "You didn't provide an API key."],
    ["another scheme", { authorization: "Basic abc" }, 401, null, "You didn't provide an API key."],
    ["a wrong key", { authorization: "Bearer key-of-somebody-else" }, 401, "invalid_api_key", "key-of-s********else."],
    ["a short wrong key", { authorization: "Bearer short" }, 401, "invalid_api_key", "provided: *****."],
    ["the right key", { authorization: "bearer right" }, 200, null, ""],
  ])("with %s", async (_name, headers, status, code, text) => {
    const emulator = await emulate("answers: []", { token: "right" });
    const answered = await post(emulator, status === 200 ? hi : "{ bad", undefined, headers);
    expect(answered.status).toBe(status);
    if (status === 200) return;
    expect(answered.body).toMatchObject({ error: { code, message: expect.stringContaining(text), param: null } });
  });

  test("a key can be told by a test of it", async () => {
    const emulator = await emulate("answers: []", { token: (key) => key.startsWith("k") });
    expect((await post(emulator, hi, undefined, { authorization: "Bearer k1" })).status).toBe(200);
    expect((await post(emulator, hi, undefined, { authorization: "Bearer x1" })).status).toBe(401);
  });
});
