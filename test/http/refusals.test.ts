import { describe, expect, test } from "vitest";
import { says, secrets, startGateway } from "../_setup.ts";

const bearer = { authorization: `Bearer ${secrets.key}` };
const hi = says("hi").messages;
const tool = { type: "function", function: { name: "f" } };
const roles = "'developer', 'system', 'user', 'assistant', 'tool', and 'function'";

interface Refused {
  readonly name: string;
  /** What is sent besides the model. */
  readonly request: object;
  readonly param: string | null;
  readonly code: string | null;
  readonly message: string;
}

const missing = (name: string, request: object, param: string): Refused => ({
  name,
  request,
  param,
  code: "missing_required_parameter",
  message: `Missing required parameter: '${param}'.`,
});

const wrongType = (name: string, request: object, param: string, expected: string, got: string): Refused => ({
  name,
  request,
  param,
  code: "invalid_type",
  message: `Invalid type for '${param}': expected ${expected}, but got ${got} instead.`,
});

const bound = (
  name: string,
  request: object,
  param: string,
  kind: "integer" | "decimal",
  [side, sign, limit]: readonly ["above maximum" | "below minimum", string, number],
  got: number,
): Refused => ({
  name,
  request,
  param,
  code: `${kind}_${side === "above maximum" ? "above_max" : "below_min"}_value`,
  message: `Invalid '${param}': ${kind} ${side} value. Expected a value ${sign} ${limit}, but got ${got} instead.`,
});

const wrongWord = (name: string, request: object, param: string, word: string, words: string): Refused => ({
  name,
  request,
  param,
  code: "invalid_value",
  message: `Invalid value: '${word}'. Supported values are: ${words}.`,
});

/** @see reference: openai-surface §3 */
const refusals: readonly Refused[] = [
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
  wrongType("messages as a text", { messages: "hi" }, "messages", "an array", "a string"),
  wrongType("messages as null", { messages: null }, "messages", "an array", "null"),
  wrongType("a message as a text", { messages: ["hi"] }, "messages[0]", "an object", "a string"),
  wrongType(
    "content as a number",
    { messages: [{ role: "user", content: 5 }] },
    "messages[0].content",
    "one of a string or an array",
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
  wrongType("n as a fraction", { messages: hi, n: 1.5 }, "n", "an integer", "a decimal"),
  wrongType("stream as a text", { messages: hi, stream: "true" }, "stream", "a boolean", "a string"),
  wrongType("tools as an object", { messages: hi, tools: {} }, "tools", "an array", "an object"),
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
    "'text', 'image_url', 'input_audio', and 'file'",
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
    name: "top_logprobs without logprobs",
    request: { messages: hi, top_logprobs: 2 },
    param: "top_logprobs",
    code: "invalid_value",
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

describe("a malformed request is a 400 that names what is wrong", () => {
  test.each(refusals)("$name", async ({ request, param, code, message }) => {
    const gateway = await startGateway();
    for (const stream of [{}, { stream: true }]) {
      const { status, body } = await gateway.post({ model: "test-model", ...stream, ...request });
      expect(body).toEqual({ error: { message, type: "invalid_request_error", param, code } });
      expect(status).toBe(400);
    }
    expect(gateway.upstream.requests).toHaveLength(0);
  });
});

describe("what is no request at all", () => {
  const notJson = {
    error: {
      message:
        "We could not parse the JSON body of your request. (HINT: This likely means you aren't using your HTTP library correctly. The request body should be valid JSON.)",
      type: "invalid_request_error",
      param: null,
      code: null,
    },
  };
  const notObject = {
    error: {
      message: "Invalid body: expected a JSON object.",
      type: "invalid_request_error",
      param: null,
      code: "invalid_type",
    },
  };

  test.each([
    ["nothing", "", notJson],
    ["half of an object", '{"model": "test-model", "messages": [', notJson],
    ["a form", "model=test-model", notJson],
    ["two objects", "{}{}", notJson],
    ["a list", "[]", notObject],
    ["a text", '"hi"', notObject],
    ["a number", "42", notObject],
    ["null", "null", notObject],
  ])("%s", async (_name, sent, wanted) => {
    const gateway = await startGateway();
    const { status, body } = await gateway.post(sent);
    expect(body).toEqual(wanted);
    expect(status).toBe(400);
  });

  test("JSON of a hundred thousand levels", async () => {
    const gateway = await startGateway();
    const deep = `{"model":"test-model","messages":${"[".repeat(100_000)}${"]".repeat(100_000)}}`;
    expect((await gateway.post(deep)).status).toBe(400);
    const under = `{"model":"test-model","messages":[{"role":"user","content":"hi"}],"odd":${"[".repeat(100_000)}${"]".repeat(100_000)}}`;
    expect((await gateway.post(under)).status).toBe(200);
  });

  test("members that JavaScript would trip over are members like any other", async () => {
    const gateway = await startGateway();
    const text =
      '{"model":"test-model","messages":[{"role":"user","content":"hi"}],"__proto__":{"n":3},"constructor":1}';
    const { status, headers } = await gateway.post(text);
    expect(status).toBe(200);
    expect(headers.get("x-specgate-changes")).toBe("reported:__proto__, reported:constructor");
    expect(gateway.upstream.requests).toHaveLength(1);
  });
});

describe("checks come in OpenAI's order", () => {
  const keys = 'keys: [{ name: alice, key: "${KEY}" }]';

  test("the key before the body: a bad key with a bad body is 401", async () => {
    const gateway = await startGateway(keys);
    const { status, body } = await gateway.post("not json", { authorization: "Bearer sk-wrong" });
    expect(status).toBe(401);
    expect(body).toMatchObject({ error: { code: "invalid_api_key" } });
  });

  test("the key before the size", async () => {
    const gateway = await startGateway(`${keys}\nserver: { max_body: 1KB }`);
    expect((await gateway.post("x".repeat(5000), { authorization: "Bearer sk-wrong" })).status).toBe(401);
  });

  test("JSON before the model", async () => {
    const gateway = await startGateway();
    expect((await gateway.post('{"model":"nobody", ')).status).toBe(400);
  });

  test("the model before the shape", async () => {
    const gateway = await startGateway();
    const unknown = await gateway.post({ model: "nobody", messages: "wrong", temperature: "hot" });
    expect(unknown.status).toBe(404);
    expect(unknown.body).toEqual({
      error: {
        message: "The model `nobody` does not exist or you do not have access to it. Models here: test-model.",
        type: "invalid_request_error",
        param: null,
        code: "model_not_found",
      },
    });
    const absent = await gateway.post({ messages: "wrong" });
    expect(absent.status).toBe(400);
    expect(absent.body).toEqual({
      error: {
        message: "you must provide a model parameter",
        type: "invalid_request_error",
        param: null,
        code: null,
      },
    });
    const odd = await gateway.post({ model: 5, messages: "wrong" });
    expect(odd.body).toMatchObject({ error: { param: "model", code: "invalid_type" } });
  });

  test("an error that a client can mend is no error in our log", async () => {
    const gateway = await startGateway();
    await gateway.post({ model: "test-model" }, bearer);
    expect(gateway.log.lines.map(({ level }) => level)).toEqual([30]);
  });
});
