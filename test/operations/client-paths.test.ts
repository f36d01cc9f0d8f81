import { describe, expect, test } from "vitest";
import { parseChat } from "../../src/operations/chat.ts";
import { denyParams } from "../../src/operations/deny.ts";
import { type ErrorRow, errorOf, missing, type, wrongType } from "./_errors.ts";
import { hi } from "./_mend.ts";

const call = { type: "function_call", id: "fc_1", call_id: "call_1", name: "f", arguments: "{}", status: "completed" };
const fine = { type: "function_call_output", call_id: "call_1", output: "fine" };

interface Refused {
  readonly name: string;
  readonly given: object;
  readonly param: string;
  readonly code: string;
  readonly message: string;
}

const wrong = (name: string, given: object, param: string, code: string, message: string): Refused => ({
  name,
  given,
  param,
  code,
  message,
});

const absent = (name: string, items: readonly unknown[], param: string): Refused =>
  wrong(name, { input: items }, param, "missing_required_parameter", `Missing required parameter: '${param}'.`);

const mistyped = (name: string, given: object, param: string, expected: string, got: string): Refused =>
  wrong(
    name,
    given,
    param,
    "invalid_type",
    `Invalid type for '${param}': expected ${expected}, but got ${got} instead.`,
  );

const user = (...content: readonly unknown[]) => ({ role: "user", content });

/** Errors name what the client wrote: `input[2].output`, not the message it became. */
const refused: readonly Refused[] = [
  wrong(
    "an earlier response",
    { input: "hi", previous_response_id: "resp_1" },
    "previous_response_id",
    "unsupported_parameter",
    "Unsupported parameter: 'previous_response_id' is not supported on this endpoint. Responses are not kept here: send the whole conversation in 'input'.",
  ),
  wrong(
    "a conversation",
    { input: "hi", conversation: { id: "conv_1" } },
    "conversation",
    "unsupported_parameter",
    "Unsupported parameter: 'conversation' is not supported on this endpoint. Conversations are not kept here: send the whole conversation in 'input'.",
  ),
  wrong(
    "a prompt template",
    { input: "hi", prompt: { id: "pmpt_1" } },
    "prompt",
    "unsupported_parameter",
    "Unsupported parameter: 'prompt' is not supported on this endpoint. Prompt templates are not kept here: send the prompt itself in 'instructions' and 'input'.",
  ),
  wrong(
    "an item that is kept elsewhere",
    { input: [hi, { type: "item_reference", id: "msg_1" }] },
    "input[1].id",
    "invalid_value",
    "Item with id 'msg_1' not found. Items are not kept here: send them whole.",
  ),
  wrong(
    "an item of another kind",
    { input: [hi, { type: "computer_call", id: "cu_1" }] },
    "input[1].type",
    "invalid_value",
    "Invalid value: 'computer_call'. Supported values are: 'message', 'function_call', 'function_call_output', 'custom_tool_call', 'custom_tool_call_output', and 'reasoning'.",
  ),
  wrong(
    "no items",
    { input: [] },
    "input",
    "empty_array",
    "Invalid 'input': empty array. Expected an array with minimum length 1, but got an empty array instead.",
  ),
  wrong(
    "an unknown role",
    { instructions: "Be brief.", input: [hi, { role: "robot", content: "hi" }] },
    "input[1].role",
    "invalid_value",
    "Invalid value: 'robot'. Supported values are: 'developer', 'system', 'user', 'assistant', 'tool', and 'function'.",
  ),
  wrong(
    "a tool of another kind",
    {
      input: "hi",
      tools: [
        { type: "function", name: "f" },
        { type: "mcp", server_label: "s" },
      ],
    },
    "tools[1].type",
    "invalid_value",
    "Invalid value: 'mcp'. Supported values are: 'function' and 'custom'.",
  ),
  wrong(
    "a limit of nothing",
    { input: "hi", max_output_tokens: 0 },
    "max_output_tokens",
    "integer_below_min_value",
    "Invalid 'max_output_tokens': integer below minimum value. Expected a value >= 1, but got 0 instead.",
  ),
  absent("an item without kind and role", [hi, { content: "hi" }], "input[1].type"),
  absent("a message without a role", [{ type: "message", content: "hi" }], "input[0].role"),
  absent("a message without content", [hi, { role: "user" }], "input[1].content"),
  absent("a part without its text", [hi, user({ type: "input_text" })], "input[1].content[0].text"),
  absent("a picture without its address", [user({ type: "input_image" })], "input[0].content[0].image_url"),
  absent("a call without its id", [hi, { type: "function_call", name: "f", arguments: "{}" }], "input[1].call_id"),
  absent("a call without a name", [{ ...call, name: undefined }], "input[0].name"),
  absent("a call without arguments", [hi, hi, { ...call, arguments: undefined }], "input[2].arguments"),
  absent("a result without the id of its call", [hi, { ...fine, call_id: undefined }], "input[1].call_id"),
  absent("a result without output", [hi, call, { type: "function_call_output", call_id: "call_1" }], "input[2].output"),
  absent("a custom call without input", [{ type: "custom_tool_call", call_id: "c", name: "p" }], "input[0].input"),
  mistyped("input as a number", { input: 5 }, "input", "one of a string or array of input items", "an integer"),
  mistyped("an item as a text", { input: [hi, "hi"] }, "input[1]", "an object", "a string"),
  mistyped("a kind as a number", { input: [{ type: 5 }] }, "input[0].type", "a string", "an integer"),
  mistyped("instructions as a list", { input: "hi", instructions: [] }, "instructions", "a string", "an array"),
  mistyped("text as a text", { input: "hi", text: "brief" }, "text", "an object", "a string"),
  mistyped(
    "an effort as a number",
    { input: "hi", reasoning: { effort: 3 } },
    "reasoning.effort",
    "a string",
    "an integer",
  ),
  mistyped("chat's own effort", { input: "hi", reasoning_effort: 3 }, "reasoning_effort", "a string", "an integer"),
  mistyped("reasoning as a text", { input: "hi", reasoning: "high" }, "reasoning", "an object", "a string"),
  mistyped("a limit as a text", { input: "hi", max_output_tokens: "9" }, "max_output_tokens", "an integer", "a string"),
  mistyped(
    "a verbosity as a number",
    { input: "hi", text: { verbosity: 1 } },
    "text.verbosity",
    "a string",
    "an integer",
  ),
  mistyped("a format as a text", { input: "hi", text: { format: "json" } }, "text.format", "an object", "a string"),
  mistyped(
    "a schema's name as a number",
    { input: "hi", text: { format: { type: "json_schema", name: 5 } } },
    "text.format.name",
    "a string",
    "an integer",
  ),
  mistyped(
    "content as a number, behind instructions",
    { instructions: "Be brief.", input: [hi, { role: "user", content: 5 }] },
    "input[1].content",
    "one of a string or array of objects",
    "an integer",
  ),
  mistyped(
    "content as a number, behind the reasoning and the call of its turn",
    { input: [{ type: "reasoning", summary: [] }, call, { role: "assistant", content: 5 }] },
    "input[2].content",
    "one of a string or array of objects",
    "an integer",
  ),
  mistyped(
    "words of one of two messages of a turn",
    {
      input: [
        { role: "assistant", content: "a" },
        { role: "assistant", content: [{ type: "output_text", text: 5 }] },
      ],
    },
    "input[1].content[0].text",
    "a string",
    "an integer",
  ),
  mistyped(
    "a part of a result, behind a turn of three items",
    { input: [hi, { type: "reasoning", summary: [] }, call, { ...fine, output: [{ type: "input_text", text: 5 }] }] },
    "input[3].output[0].text",
    "a string",
    "an integer",
  ),
  mistyped(
    "the id of a call as null",
    { input: [hi, call, { ...fine, call_id: null }] },
    "input[2].call_id",
    "a string",
    "null",
  ),
];

describe("what is wrong with a request of the Responses API is named by the client's own path", () => {
  test.each(refused)("$name", ({ given, param, code, message }) => {
    expect(errorOf({ messages: undefined, ...given })).toEqual({ message, type, param, code });
  });
});

const one = (message: object) => ({ messages: [hi, message] });
const part = (...parts: readonly unknown[]) => one({ role: "user", content: parts });
const content = "one of a string or array of objects";

describe("a path is the client's own, whatever was mended around it", () => {
  const fn = { type: "function", name: "f" };
  const flatTool: ErrorRow[] = [
    missing({ tools: [fn, { type: "function", parameters: {} }] }, "tools[1].function"),
    wrongType({ tools: [fn, { ...fn, description: 5 }] }, "tools[1].description", "a string", "an integer"),
    wrongType({ tools: [fn, { ...fn, parameters: [] }] }, "tools[1].parameters", "an object", "an array"),
    wrongType({ tools: [{ name: "f", input_schema: 5 }] }, "tools[0].input_schema", "an object", "an integer"),
    missing({ tools: [fn], tool_choice: { type: "tool" } }, "tool_choice.name"),
    missing(
      { tools: [{ type: "custom", name: "p", format: { type: "grammar", syntax: "lark" } }] },
      "tools[0].format.definition",
    ),
  ];
  const moved: ErrorRow[] = [
    wrongType(
      {
        messages: [
          hi,
          { role: "user", content: [{ type: "tool_result", tool_use_id: "a", content: "x" }, "hi"] },
          { role: "user", content: 5 },
        ],
      },
      "messages[2].content",
      content,
      "an integer",
    ),
    wrongType(
      { messages: [{ role: "USER", content: ["a", { type: "input_text", text: 5 }] }] },
      "messages[0].content[1].text",
      "a string",
      "an integer",
    ),
    missing(
      one({ role: "user", content: [{ type: "tool_result", content: "x" }] }),
      "messages[1].content[0].tool_use_id",
    ),
    wrongType(
      one({ role: "user", content: [{ type: "tool_result", tool_use_id: "a", content: 5 }] }),
      "messages[1].content[0].content",
      content,
      "an integer",
    ),
    missing(
      one({ role: "assistant", content: [{ type: "tool_use", id: "a", input: {} }] }),
      "messages[1].content[0].name",
    ),
    wrongType(
      one({ role: "user", content: { type: "text", text: 5 } }),
      "messages[1].content.text",
      "a string",
      "an integer",
    ),
    wrongType(
      part({ type: "input_image", image_url: 5 }),
      "messages[1].content[0].image_url",
      "a string",
      "an integer",
    ),
    wrongType({ stop: [], temperature: "hot" }, "temperature", "a decimal", "a string"),
  ];
  test.each([...flatTool, ...moved].map((row) => [row[3], ...row] as const))(
    "%s",
    (_name, sent, param, code, message) => {
      expect(errorOf(sent)).toEqual({ message, type, param, code });
    },
  );

  test("later steps can ask for it: notices and errors of the upstream's side", () => {
    const body = JSON.parse(
      JSON.stringify({
        model: "m",
        instructions: "Be brief.",
        input: [hi, { role: "user", content: [{ type: "input_image", image_url: "ftp://a" }] }],
        max_output_tokens: 9,
        include: [],
      }),
    );
    const { toClientPath } = parseChat(body, "m");
    expect(
      [
        "messages[2].content[0].image_url.url",
        "messages.[1].role",
        "max_completion_tokens",
        "include",
        "messages",
        "messages[0].content",
        "nowhere[3].to.be[found]",
      ].map(toClientPath),
    ).toEqual([
      "input[1].content[0].image_url",
      "input[0].role",
      "max_output_tokens",
      "include",
      "input",
      "instructions",
      "nowhere[3].to.be[found]",
    ]);
  });

  test("a field that a model's entry denies is named as the client named it", () => {
    const { request, toClientPath } = parseChat({ model: "m", input: "hi", max_output_tokens: 9 }, "m");
    const denied = ["max_completion_tokens"];
    expect(denyParams(request, denied, "report", toClientPath).changes).toEqual([
      { verb: "reported", path: "max_output_tokens" },
    ]);
    expect(() => denyParams(request, denied, "refuse", toClientPath)).toThrow(
      "Unsupported parameter: 'max_output_tokens' is not supported with this model.",
    );
  });
});
