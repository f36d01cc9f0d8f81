import { describe, expect, test } from "vitest";
import { validateCreateChatCompletionRequest } from "../../generated/validators/openai.received.mjs";
import { type Field, fieldsOf, walk } from "../../scripts/spec/fields.ts";
import { loadSpec } from "../../scripts/spec/load.ts";
import { resolve } from "../../scripts/spec/schema.ts";
import { parseChat } from "../../src/operations/chat.ts";
import { toInvalidRequest } from "../../src/operations/invalid.ts";
import { above, below, type ErrorRow, errorOf, missing, type, wrongType, wrongWord } from "./_errors.ts";
import { hi } from "./_mend.ts";

const one = (message: object) => ({ messages: [hi, message] });
const part = (...parts: readonly unknown[]) => one({ role: "user", content: parts });
const tool = (fn: unknown) => ({ tools: [{ type: "function", function: { name: "f" } }, fn] });
const called = (call: unknown) => one({ role: "assistant", tool_calls: [call] });
const format = (schema: unknown) => ({ response_format: { type: "json_schema", json_schema: schema } });
const content = "one of a string or array of objects";

/** @see reference: openai-surface §3 */
const rows: readonly ErrorRow[] = [
  // members that must be there
  missing({ messages: undefined }, "messages"),
  missing(one({ content: "hi" }), "messages[1].role"),
  missing(one({ role: "user" }), "messages[1].content"),
  missing(one({ role: "tool", content: "fine" }), "messages[1].tool_call_id"),
  missing(one({ role: "function", content: "fine" }), "messages[1].name"),
  missing(part({ text: "hi" }), "messages[1].content[0].type"),
  missing(part({ type: "text", text: "hi" }, { type: "text" }), "messages[1].content[1].text"),
  missing(part({ type: "image_url", image_url: {} }), "messages[1].content[0].image_url.url"),
  missing(part({ type: "input_audio", input_audio: { data: "AA==" } }), "messages[1].content[0].input_audio.format"),
  missing(part({ type: "file" }), "messages[1].content[0].file"),
  missing(called({ type: "function", function: { name: "f", arguments: "" } }), "messages[1].tool_calls[0].id"),
  missing(called({ id: "c" }), "messages[1].tool_calls[0].type"),
  missing(called({ id: "c", type: "function" }), "messages[1].tool_calls[0].function"),
  missing(
    called({ id: "c", type: "function", function: { name: "f" } }),
    "messages[1].tool_calls[0].function.arguments",
  ),
  missing(tool({ type: "function" }), "tools[1].function"),
  missing(tool({ type: "function", function: {} }), "tools[1].function.name"),
  missing(tool({ type: "custom" }), "tools[1].custom"),
  missing(tool({}), "tools[1].type"),
  missing({ response_format: {} }, "response_format.type"),
  missing({ response_format: { type: "json_schema" } }, "response_format.json_schema"),
  missing(format({}), "response_format.json_schema.name"),
  missing({ functions: [{}] }, "functions[0].name"),
  missing({ function_call: {} }, "function_call.name"),
  missing({ tool_choice: { type: "function" } }, "tool_choice.function"),
  missing({ tool_choice: { type: "function", function: {} } }, "tool_choice.function.name"),
  missing({ audio: { voice: "alloy" } }, "audio.format"),
  missing({ prediction: { type: "content" } }, "prediction.content"),
  // types
  wrongType({ messages: "hi" }, "messages", "an array of objects", "a string"),
  wrongType({ messages: null }, "messages", "an array of objects", "null"),
  wrongType({ messages: ["hi"] }, "messages[0]", "an object", "a string"),
  wrongType({ messages: [hi, null] }, "messages[1]", "an object", "null"),
  wrongType(one({ role: 5, content: "hi" }), "messages[1].role", "a string", "an integer"),
  wrongType(one({ role: "user", content: 5 }), "messages[1].content", content, "an integer"),
  wrongType(one({ role: "user", content: null }), "messages[1].content", content, "null"),
  wrongType(one({ role: "developer", content: { a: 1 } }), "messages[1].content", content, "an object"),
  wrongType(one({ role: "assistant", content: true }), "messages[1].content", content, "a boolean"),
  wrongType(one({ role: "assistant", tool_calls: "f" }), "messages[1].tool_calls", "an array of objects", "a string"),
  wrongType(part({ type: "text", text: 5 }), "messages[1].content[0].text", "a string", "an integer"),
  wrongType(part(5), "messages[1].content[0]", "an object", "an integer"),
  wrongType(part({ type: "image_url", image_url: [] }), "messages[1].content[0].image_url", "an object", "an array"),
  wrongType(
    called({ id: "c", type: "function", function: { name: "f", arguments: 5 } }),
    "messages[1].tool_calls[0].function.arguments",
    "a string",
    "an integer",
  ),
  wrongType({ temperature: "hot" }, "temperature", "a decimal", "a string"),
  wrongType({ n: "2" }, "n", "an integer", "a string"),
  wrongType({ n: 1.5 }, "n", "an integer", "a decimal number"),
  wrongType({ seed: 1.5 }, "seed", "an integer", "a decimal number"),
  wrongType({ max_tokens: "100" }, "max_tokens", "an integer", "a string"),
  wrongType({ stream: "true" }, "stream", "a boolean", "a string"),
  wrongType({ store: "yes" }, "store", "a boolean", "a string"),
  wrongType({ user: { a: 1 } }, "user", "a string", "an object"),
  wrongType({ tools: {} }, "tools", "an array of objects", "an object"),
  wrongType(
    tool({ type: "function", function: { name: "f", parameters: "{}" } }),
    "tools[1].function.parameters",
    "an object",
    "a string",
  ),
  wrongType({ functions: "f" }, "functions", "an array of objects", "a string"),
  wrongType({ tool_choice: 7 }, "tool_choice", "one of a string or object", "an integer"),
  wrongType({ response_format: "json" }, "response_format", "an object", "a string"),
  wrongType({ stop: 5 }, "stop", "one of a string or array of strings", "an integer"),
  wrongType({ stop: ["a", 5] }, "stop[1]", "a string", "an integer"),
  wrongType({ modalities: "text" }, "modalities", "an array of strings", "a string"),
  wrongType({ stop_token_ids: "5" }, "stop_token_ids", "an array of integers", "a string"),
  wrongType({ keep_alive: true }, "keep_alive", "one of a string or decimal", "a boolean"),
  wrongType({ metadata: "a" }, "metadata", "an object", "a string"),
  wrongType({ metadata: { a: 7 } }, "metadata.a", "a string", "an integer"),
  wrongType({ logit_bias: { 50256: 1.5 } }, "logit_bias.50256", "an integer", "a decimal number"),
  wrongType({ stream: true, stream_options: "usage" }, "stream_options", "an object", "a string"),
  // words
  wrongWord(
    one({ role: "robot", content: "hi" }),
    "messages[1].role",
    "robot",
    "'developer', 'system', 'user', 'assistant', 'tool', and 'function'",
  ),
  wrongWord(
    part({ type: "smell" }),
    "messages[1].content[0].type",
    "smell",
    "'text', 'image_url', 'input_audio', 'file', and 'video_url'",
  ),
  wrongWord(tool({ type: "hammer" }), "tools[1].type", "hammer", "'function' and 'custom'"),
  wrongWord(
    { response_format: { type: "xml" } },
    "response_format.type",
    "xml",
    "'text', 'json_schema', and 'json_object'",
  ),
  wrongWord({ prediction: { type: "guess", content: "a" } }, "prediction.type", "guess", "'content'"),
  // bounds of numbers
  above({ n: 129 }, "n", "integer", 128, 129),
  below({ n: 0 }, "n", "integer", 1, 0),
  above({ logprobs: true, top_logprobs: 21 }, "top_logprobs", "integer", 20, 21),
  below({ logprobs: true, top_logprobs: -1 }, "top_logprobs", "integer", 0, -1),
  above({ seed: 1e30 }, "seed", "integer", 9223372036854776000, 1e30),
  above({ temperature: 3 }, "temperature", "decimal", 2, 3),
  below({ temperature: -0.5 }, "temperature", "decimal", 0, -0.5),
  above({ top_p: 1.5 }, "top_p", "decimal", 1, 1.5),
  above({ frequency_penalty: 3 }, "frequency_penalty", "decimal", 2, 3),
  below({ presence_penalty: -3 }, "presence_penalty", "decimal", -2, -3),
  below({ max_completion_tokens: 0 }, "max_completion_tokens", "integer", 1, 0),
  below({ max_tokens: -5 }, "max_tokens", "integer", 1, -5),
  above({ logit_bias: { 50256: 101 } }, "logit_bias.50256", "integer", 100, 101),
  below({ logit_bias: { 7: 1, 50256: -101 } }, "logit_bias.50256", "integer", -100, -101),
  // lengths
  [
    { messages: [] },
    "messages",
    "empty_array",
    "Invalid 'messages': empty array. Expected an array with minimum length 1, but got an empty array instead.",
  ],
  [
    one({ role: "user", content: [] }),
    "messages[1].content",
    "empty_array",
    "Invalid 'messages[1].content': empty array. Expected an array with minimum length 1, but got an empty array instead.",
  ],
  [
    { stop: ["a", "b", "c", "d", "e"] },
    "stop",
    "array_above_max_length",
    "Invalid 'stop': array too long. Expected an array with maximum length 4, but got an array with length 5 instead.",
  ],
  [
    { functions: Array.from({ length: 129 }, () => ({ name: "f" })) },
    "functions",
    "array_above_max_length",
    "Invalid 'functions': array too long. Expected an array with maximum length 128, but got an array with length 129 instead.",
  ],
  [
    { safety_identifier: "x".repeat(65) },
    "safety_identifier",
    "string_above_max_length",
    "Invalid 'safety_identifier': string too long. Expected a string with maximum length 64, but got a string with length 65 instead.",
  ],
  [
    { metadata: { a: "x".repeat(513) } },
    "metadata.a",
    "string_above_max_length",
    "Invalid 'metadata.a': string too long. Expected a string with maximum length 512, but got a string with length 513 instead.",
  ],
  [
    { metadata: { [`aaa${"b".repeat(60)}ccc`]: "x" } },
    `metadata.aaa${"b".repeat(60)}ccc`,
    "property_name_above_max_length",
    "Invalid property name in 'metadata': 'aaa...ccc' is too long. Expected a string with maximum length 64, but got a string with length 66 instead.",
  ],
  [
    { metadata: Object.fromEntries(Array.from({ length: 17 }, (_, i) => [`a${i}`, "x"])) },
    "metadata",
    "object_above_max_properties",
    "Invalid 'metadata': too many properties. Expected an object with at most 16 properties, but got an object with 17 properties instead.",
  ],
  // what only goes together
  [
    { top_logprobs: 2 },
    "top_logprobs",
    null,
    "The 'top_logprobs' parameter is only allowed when 'logprobs' is enabled.",
  ],
  [
    { logprobs: false, top_logprobs: 2 },
    "top_logprobs",
    null,
    "The 'top_logprobs' parameter is only allowed when 'logprobs' is enabled.",
  ],
];

describe("what is wrong is said in OpenAI's words", () => {
  test.each(rows.map((row) => [row[3], ...row] as const))("%s", (_name, sent, param, code, message) => {
    expect(errorOf(sent)).toEqual({ message, type, param, code });
  });
});

/** What no member of a chat request can fail of, and another operation's may: its check, a value, and OpenAI's words. */
const elsewhere: readonly (readonly [keyword: string, params: object, value: unknown, code: string, told: string])[] = [
  [
    "minLength",
    { limit: 1 },
    "",
    "empty_string",
    "Invalid 'input': empty string. Expected a string with minimum length 1, but got an empty string instead.",
  ],
  [
    "minLength",
    { limit: 3 },
    "ab",
    "string_below_min_length",
    "Invalid 'input': string too short. Expected a string with minimum length 3, but got a string with length 2 instead.",
  ],
  [
    "minItems",
    { limit: 2 },
    ["a"],
    "array_below_min_length",
    "Invalid 'input': array too short. Expected an array with minimum length 2, but got an array with length 1 instead.",
  ],
  ["additionalProperties", { additionalProperty: "foo" }, {}, "unknown_parameter", "Unknown parameter: 'input.foo'."],
  ["pattern", {}, "a", "invalid_value", "Invalid 'input'."],
];

describe("what another operation may be refused for is said in OpenAI's words too", () => {
  test.each(elsewhere)("%s %j", (keyword, params, value, code, message) => {
    const error = { instancePath: "/input", schemaPath: "", keyword, params: { ...params } };
    const param = keyword === "additionalProperties" ? "input.foo" : "input";
    expect(toInvalidRequest(error, { input: value }).toEnvelope().error).toEqual({ message, type, param, code });
  });
});

describe("what is at a bound is fine", () => {
  test.each<[string, object]>([
    ["one token", { max_completion_tokens: 1 }],
    ["128 choices", { n: 128 }],
    ["four stop sequences", { stop: ["a", "b", "c", "d"] }],
    ["the strongest bias both ways", { logit_bias: { 1: 100, 2: -100 } }],
    ["penalties at their bounds", { presence_penalty: -2, frequency_penalty: 2 }],
    ["16 labels", { metadata: Object.fromEntries(Array.from({ length: 16 }, (_, i) => [`a${i}`, "x"])) }],
    ["the longest label", { metadata: { ["k".repeat(64)]: "x".repeat(512) } }],
    ["no label", { metadata: {} }],
    ["an identifier of 64", { safety_identifier: "x".repeat(64) }],
    ["a client's own notes, long as they are", { metadata: { files: [{ text: "x".repeat(1000) }] } }],
  ])("%s", (_name, sent) => {
    expect(parseChat({ model: "m", messages: [hi], ...sent }, "m").request.model).toBe("m");
  });
});

describe("a client's own text is not sent back at length", () => {
  const long = "x".repeat(10_000_000);

  test.each<[string, object]>([
    ["a role", one({ role: long, content: "hi" })],
    ["the type of a part", part({ type: long })],
    ["the name of a label", { metadata: { [long]: 5 } }],
    ["the name of a long label", { metadata: { [long]: "x" } }],
    ["a token", { logit_bias: { [long]: 1000 } }],
    ["the type of an item", { messages: undefined, input: [{ type: long }] }],
    ["the id of an item", { messages: undefined, input: [{ type: "item_reference", id: long }] }],
  ])("%s", (_name, sent) => {
    expect(JSON.stringify(errorOf(sent)).length).toBeLessThan(1000);
  });

  test("a value is cut after a hundred characters, and never through one", () => {
    const word = `${"x".repeat(99)}👋👋`;
    expect(errorOf(one({ role: word, content: "hi" }))).toMatchObject({
      message: expect.stringContaining(`'${"x".repeat(99)}\ufffd…'`),
    });
    expect(errorOf(one({ role: "x".repeat(100), content: "hi" }))).toMatchObject({
      message: expect.stringContaining(`'${"x".repeat(100)}'`),
    });
  });
});

test("a validator does not hold on to what it refused", () => {
  const secret = "what-the-client-said";
  errorOf({ temperature: secret });
  const { errors } = validateCreateChatCompletionRequest;
  expect(errors).toMatchObject([{ instancePath: "/temperature", keyword: "type", parentSchema: { maximum: 2 } }]);
  expect(JSON.stringify(errors)).not.toContain(secret);
});

test("components that lists of requests are made of are objects, as the messages say", () => {
  const { schemas } = loadSpec("openai").components;
  const root: Field = fieldsOf("CreateChatCompletionRequest", schemas);
  const odd = [...walk(root)].filter(({ schema, items }) => {
    const lists = [schema, ...(schema.oneOf ?? []), ...(schema.anyOf ?? [])].map((each) => resolve(each, schemas));
    return lists.some((list) => list.items?.$ref !== undefined) && items?.types.join() !== "object";
  });
  expect(odd.map(({ path }) => path)).toEqual([]);
});
