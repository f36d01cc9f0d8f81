import { says } from "../_setup.ts";
import { bound, missing, type Refused, wrongType, wrongWord } from "./_schema.ts";

const hi = says("hi").messages;
const tool = { type: "function", function: { name: "f" } };
const roles = "'developer', 'system', 'user', 'assistant', 'tool', and 'function'";

/** @see reference: openai-surface §3 */
export const chatRefusals: readonly Refused[] = [
  missing("no messages", {}, "messages"),
  missing("a message without a role", { messages: [{ content: "hi" }] }, "messages[0].role"),
  missing("a message without content", { messages: [...hi, { role: "user" }] }, "messages[1].content"),
  missing(
    "a part without a type",
    { messages: [{ role: "user", content: [{ text: "hi" }] }] },
    "messages[0].content[0].type",
  ),
  missing(
    "an image without an address",
    { messages: [{ role: "user", content: [{ type: "image_url", image_url: {} }] }] },
    "messages[0].content[0].image_url.url",
  ),
  missing("a result without its call", { messages: [{ role: "tool", content: "x" }] }, "messages[0].tool_call_id"),
  missing("a tool without a function", { messages: hi, tools: [{ type: "function" }] }, "tools[0].function"),
  missing(
    "a function without a name",
    { messages: hi, tools: [tool, { ...tool, function: {} }] },
    "tools[1].function.name",
  ),
  missing(
    "a format without its schema",
    { messages: hi, response_format: { type: "json_schema" } },
    "response_format.json_schema",
  ),
  wrongType("messages as a text", { messages: "hi" }, "messages", "an array of objects", "a string"),
  wrongType("messages as null", { messages: null }, "messages", "an array of objects", "null"),
  wrongType("a message as a text", { messages: ["hi"] }, "messages[0]", "an object", "a string"),
  wrongType(
    "content as a number",
    { messages: [{ role: "user", content: 5 }] },
    "messages[0].content",
    "one of a string or array of objects",
    "an integer",
  ),
  wrongType(
    "a role as a number",
    { messages: [{ role: 5, content: "hi" }] },
    "messages[0].role",
    "a string",
    "an integer",
  ),
  wrongType("temperature as a text", { messages: hi, temperature: "hot" }, "temperature", "a decimal", "a string"),
  wrongType("n as a fraction", { messages: hi, n: 1.5 }, "n", "an integer", "a decimal number"),
  wrongType("stream as a text", { messages: hi, stream: "true" }, "stream", "a boolean", "a string"),
  wrongType("tools as an object", { messages: hi, tools: {} }, "tools", "an array of objects", "an object"),
  wrongType(
    "a format as a text",
    { messages: hi, response_format: "json" },
    "response_format",
    "an object",
    "a string",
  ),
  wrongType("a label as a number", { messages: hi, metadata: { a: 1 } }, "metadata.a", "a string", "an integer"),
  bound(
    "temperature above 2",
    { messages: hi, temperature: 2.5 },
    "temperature",
    "decimal",
    ["above maximum", "<=", 2],
    2.5,
  ),
  bound("temperature of 3", { messages: hi, temperature: 3 }, "temperature", "decimal", ["above maximum", "<=", 2], 3),
  bound(
    "temperature below 0",
    { messages: hi, temperature: -1 },
    "temperature",
    "decimal",
    ["below minimum", ">=", 0],
    -1,
  ),
  bound(
    "a penalty below -2",
    { messages: hi, presence_penalty: -3 },
    "presence_penalty",
    "decimal",
    ["below minimum", ">=", -2],
    -3,
  ),
  bound("n of 0", { messages: hi, n: 0 }, "n", "integer", ["below minimum", ">=", 1], 0),
  bound("n of 129", { messages: hi, n: 129 }, "n", "integer", ["above maximum", "<=", 128], 129),
  bound(
    "top_logprobs of 21",
    { messages: hi, logprobs: true, top_logprobs: 21 },
    "top_logprobs",
    "integer",
    ["above maximum", "<=", 20],
    21,
  ),
  wrongWord("an unknown role", { messages: [{ role: "robot", content: "hi" }] }, "messages[0].role", "robot", roles),
  wrongWord(
    "an unknown part",
    { messages: [{ role: "user", content: [{ type: "smell" }] }] },
    "messages[0].content[0].type",
    "smell",
    "'text', 'image_url', 'input_audio', 'file', and 'video_url'",
  ),
  wrongWord(
    "an unknown tool",
    { messages: hi, tools: [{ type: "hammer" }] },
    "tools[0].type",
    "hammer",
    "'function' and 'custom'",
  ),
  wrongWord(
    "an unknown format",
    { messages: hi, response_format: { type: "xml" } },
    "response_format.type",
    "xml",
    "'text', 'json_schema', and 'json_object'",
  ),
  {
    name: "no message at all",
    request: { messages: [] },
    param: "messages",
    code: "empty_array",
    message:
      "Invalid 'messages': empty array. Expected an array with minimum length 1, but got an empty array instead.",
  },
  {
    name: "five stop sequences",
    request: { messages: hi, stop: ["a", "b", "c", "d", "e"] },
    param: "stop",
    code: "array_above_max_length",
    message:
      "Invalid 'stop': array too long. Expected an array with maximum length 4, but got an array with length 5 instead.",
  },
  {
    name: "a long identifier",
    request: { messages: hi, safety_identifier: "x".repeat(65) },
    param: "safety_identifier",
    code: "string_above_max_length",
    message:
      "Invalid 'safety_identifier': string too long. Expected a string with maximum length 64, but got a string with length 65 instead.",
  },
  {
    name: "seventeen labels",
    request: {
      messages: hi,
      metadata: Object.fromEntries(Array.from({ length: 17 }, (_, at) => [`label-${at}`, "x"])),
    },
    param: "metadata",
    code: "object_above_max_properties",
    message:
      "Invalid 'metadata': too many properties. Expected an object with at most 16 properties, but got an object with 17 properties instead.",
  },
  {
    name: "a label with a name of 65 letters",
    request: { messages: hi, metadata: { [`abc${"x".repeat(59)}xyz`]: "x" } },
    param: `metadata.abc${"x".repeat(59)}xyz`,
    code: "property_name_above_max_length",
    message:
      "Invalid property name in 'metadata': 'abc...xyz' is too long. Expected a string with maximum length 64, but got a string with length 65 instead.",
  },
  {
    name: "a label of 513 letters",
    request: { messages: hi, metadata: { note: "x".repeat(513) } },
    param: "metadata.note",
    code: "string_above_max_length",
    message:
      "Invalid 'metadata.note': string too long. Expected a string with maximum length 512, but got a string with length 513 instead.",
  },
  {
    name: "top_logprobs without logprobs",
    request: { messages: hi, top_logprobs: 2 },
    param: "top_logprobs",
    code: null,
    message: "The 'top_logprobs' parameter is only allowed when 'logprobs' is enabled.",
  },
  {
    name: "a result that answers no call",
    request: { messages: [...hi, { role: "tool", tool_call_id: "call_9", content: "x" }] },
    param: "messages.[1].role",
    code: null,
    message:
      "Invalid parameter: messages with role 'tool' must be a response to a preceeding message with 'tool_calls'.",
  },
  {
    name: "a call that no result answers",
    request: {
      messages: [
        ...hi,
        {
          role: "assistant",
          tool_calls: [{ id: "call_7", type: "function", function: { name: "f", arguments: "{}" } }],
        },
        ...hi,
      ],
    },
    param: "messages.[2].role",
    code: null,
    message:
      "An assistant message with 'tool_calls' must be followed by tool messages responding to each 'tool_call_id'. The following tool_call_ids did not have response messages: call_7",
  },
  {
    name: "a choice of a tool that is not there",
    request: { messages: hi, tools: [tool], tool_choice: { type: "function", function: { name: "g" } } },
    param: "tool_choice.function.name",
    code: "invalid_value",
    message: "Tool choice 'g' not found in 'tools' parameter.",
  },
  {
    name: "a demand for tools where there are none",
    request: { messages: hi, tool_choice: "required" },
    param: "tool_choice",
    code: "invalid_value",
    message: "'tool_choice' is only allowed when 'tools' are specified.",
  },
];
