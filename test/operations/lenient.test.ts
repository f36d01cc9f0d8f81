import { describe, expect, test } from "vitest";
import { validateCreateChatCompletionRequest } from "../../generated/validators/openai.received.mjs";
import { fateKeys } from "../../scripts/spec/fields.ts";
import { GatewayError } from "../../src/errors.ts";
import { mendChat } from "../../src/operations/lenient/mend-chat.ts";
import fc from "../_fc.ts";
import { contrastsOf } from "../fates/_request.ts";
import { rowOf } from "../fates/_rows.ts";
import { hi, mend, type Row } from "./_mend.ts";
import { answers, asks, call, messageRows, schema } from "./_message-rows.ts";

const nested = { type: "function", function: { name: "f", parameters: schema } } as const;

const tools = (name: string, given: object, wanted: object): Row => ({
  name,
  given: { messages: [hi], tools: [given] },
  wanted: { messages: [hi], tools: [wanted] },
});

const choice = (name: string, given: unknown, wanted: unknown, also: object = {}): Row => ({
  name,
  given: { messages: [hi], tools: [nested], tool_choice: given },
  wanted: { messages: [hi], tools: [nested], tool_choice: wanted, ...also },
});

const body = (name: string, given: object, wanted: object): Row => ({
  name,
  given: { messages: [hi], ...given },
  wanted: { messages: [hi], ...wanted },
});

/** Each row is named after the client or the entry of the leniency list it is for. @see reference: openai-surface §8 */
const rows: readonly Row[] = [
  // tools
  tools(
    "Cursor: a flat function",
    { type: "function", name: "f", description: "Does.", parameters: schema, strict: null },
    { type: "function", function: { name: "f", description: "Does.", parameters: schema, strict: null } },
  ),
  tools(
    "Cursor: a flat custom tool with a grammar, as ApplyPatch is",
    { type: "custom", name: "ApplyPatch", format: { type: "grammar", syntax: "lark", definition: "start: X" } },
    {
      type: "custom",
      custom: {
        name: "ApplyPatch",
        format: { type: "grammar", grammar: { syntax: "lark", definition: "start: X" } },
      },
    },
  ),
  tools(
    "Cursor: a nested custom tool with a flat grammar",
    { type: "custom", custom: { name: "p", format: { type: "grammar", syntax: "regex", definition: "a+" } } },
    {
      type: "custom",
      custom: { name: "p", format: { type: "grammar", grammar: { syntax: "regex", definition: "a+" } } },
    },
  ),
  tools(
    "Cursor: a tool of Anthropic's, with a mark for the cache",
    { name: "f", description: "Does.", input_schema: schema, cache_control: { type: "ephemeral" } },
    {
      type: "function",
      function: { name: "f", description: "Does.", parameters: schema },
      cache_control: { type: "ephemeral" },
    },
  ),
  tools(
    "Cursor: a tool of Anthropic's that says its kind",
    { type: "custom", name: "f", input_schema: schema },
    { type: "function", function: { name: "f", parameters: schema } },
  ),
  tools("a function without a type", { function: { name: "f" } }, { type: "function", function: { name: "f" } }),
  {
    name: "Cursor: flat and nested tools in one list",
    given: { messages: [hi], tools: [nested, { type: "function", name: "g", parameters: null }] },
    wanted: { messages: [hi], tools: [nested, { type: "function", function: { name: "g", parameters: null } }] },
  },
  // the choice of tools
  choice("tool_choice any", "any", "required"),
  choice("Cursor: Anthropic's any", { type: "any" }, "required"),
  choice("Cursor: Anthropic's auto", { type: "auto" }, "auto"),
  choice("Cursor: Anthropic's none", { type: "none" }, "none"),
  choice("Cursor: Anthropic's named tool", { type: "tool", name: "f" }, { type: "function", function: { name: "f" } }),
  choice("Cursor: Anthropic's one by one", { type: "auto", disable_parallel_tool_use: true }, "auto", {
    parallel_tool_calls: false,
  }),
  choice(
    "Cursor: a flat named function",
    { type: "function", name: "f" },
    { type: "function", function: { name: "f" } },
  ),
  choice("Cursor: a flat named custom tool", { type: "custom", name: "p" }, { type: "custom", custom: { name: "p" } }),
  choice(
    "Cursor: a flat list of allowed tools",
    { type: "allowed_tools", mode: "auto", tools: [{ type: "function", name: "f" }] },
    {
      type: "allowed_tools",
      allowed_tools: { mode: "auto", tools: [{ type: "function", function: { name: "f" } }] },
    },
  ),
  choice(
    "Cursor: flat tools in a nested list of allowed ones",
    { type: "allowed_tools", allowed_tools: { mode: "required", tools: [{ type: "function", name: "f" }] } },
    {
      type: "allowed_tools",
      allowed_tools: { mode: "required", tools: [{ type: "function", function: { name: "f" } }] },
    },
  ),
  body("tools [] with tool_choice", { tools: [], tool_choice: "required" }, {}),
  body("tools [] alone, which OpenAI refuses", { tools: [] }, {}),
  body("tools [] with what is said of calls", { tools: [], parallel_tool_calls: true }, {}),
  body("functions [] with function_call", { functions: [], function_call: "auto" }, {}),
  body("tools [] beside functions", { tools: [], functions: [{ name: "f" }] }, { functions: [{ name: "f" }] }),
  // the rest of the body
  body("stop []", { stop: [] }, {}),
  body("both limits at once", { max_tokens: 100, max_completion_tokens: 50 }, { max_completion_tokens: 50 }),
  body("a limit of -1 from clients of local servers", { max_tokens: -1 }, {}),
  body("an older limit beside no newer one", { max_tokens: 100, max_completion_tokens: -1 }, { max_tokens: 100 }),
  body("LangChain: stream_options without a stream", { stream_options: { include_usage: true } }, {}),
  body("Open WebUI: stream_options with stream false", { stream: false, stream_options: {} }, { stream: false }),
  body(
    "Open WebUI and LiteLLM: notes under the name of metadata",
    { metadata: { chat_id: "c1", tags: ["a", "b"], features: { web: false }, direct: true, tool_ids: null } },
    { metadata: { chat_id: "c1", tags: '["a","b"]', features: '{"web":false}', direct: "true" } },
  ),
];

describe("what clients send becomes what the spec knows", () => {
  test.each([...messageRows, ...rows])("$name", ({ given, wanted }) => {
    expect(mend(given)).toEqual({ model: "m", ...wanted });
  });
});

/** What the spec allows needs no mending, however odd it is. */
const accepted: readonly (readonly [string, object])[] = [
  ["LangChain: nulls for what is not set", { stop: null, tools: null, tool_choice: null, n: null, functions: null }],
  ["stop as an empty text", { stop: "" }],
  ["temperature null", { temperature: null }],
  ["parameters null", { tools: [{ type: "function", function: { name: "f", parameters: null } }] }],
  ["Roo Code: parallel_tool_calls and a limit", { parallel_tool_calls: true, max_completion_tokens: 8192 }],
  ["Roo Code: the counts at the end of a stream", { stream: true, stream_options: { include_usage: true } }],
  ["OpenRouter's reasoning", { reasoning: { effort: "high", max_tokens: 100, exclude: false } }],
  [
    "what servers take beyond the spec",
    {
      ...{ top_k: 40, min_p: 0.05, repetition_penalty: 1.1, top_a: 0, enable_thinking: false, num_ctx: 8192 },
      ...{ provider: { order: ["a"] }, route: "fallback", transforms: ["middle-out"], models: ["a/b"] },
      ...{ usage: { include: true }, thinking: { type: "enabled", budget_tokens: 1024 }, keep_alive: "5m" },
      ...{ chat_template_kwargs: { enable_thinking: false }, options: { num_ctx: 1 }, guided_json: { type: "object" } },
      ...{ extra_body: { a: 1 }, venice_parameters: { enable_web_search: "off" } },
    },
  ],
  [
    "lists of texts in messages of every kind",
    {
      messages: [
        { role: "developer", content: [{ type: "text", text: "Be brief." }] },
        { role: "system", content: [{ type: "text", text: "Be kind." }] },
        hi,
        { role: "assistant", content: [{ type: "text", text: "Hello." }] },
      ],
    },
  ],
  ["members that nobody knows", { min_p: 0.1, extra_body: { a: 1 }, venice_parameters: {}, brand_new: { deep: [1] } }],
  ["Continue: a prediction", { prediction: { type: "content", content: "so" } }],
  [
    "a message of an earlier answer as it was",
    {
      messages: [
        hi,
        {
          ...asks,
          name: null,
          id: "msg_1",
          audio: null,
          refusal: null,
          annotations: [],
          function_call: null,
          reasoning_content: "Hm.",
        },
        answers,
        { role: "assistant", content: "Done.", tool_calls: [] },
        { role: "assistant", content: "Done.", tool_calls: null },
      ],
    },
  ],
  [
    "Roo Code: marks for the cache",
    {
      messages: [
        { role: "system", content: [{ type: "text", text: "Be brief.", cache_control: { type: "ephemeral" } }] },
        { role: "user", content: [{ type: "text", text: "hi", cache_control: { type: "ephemeral" } }] },
      ],
    },
  ],
  [
    "Vercel AI SDK: a call with its signature",
    {
      messages: [
        hi,
        { ...asks, tool_calls: [{ ...call, extra_content: { google: { thought_signature: "c2ln" } } }] },
        answers,
      ],
    },
  ],
  ["tool content in parts", { messages: [hi, asks, { ...answers, content: [{ type: "text", text: "fine" }] }] }],
  [
    "pictures, sounds and files in what a tool returned",
    {
      messages: [
        hi,
        asks,
        {
          ...answers,
          content: [
            { type: "image_url", image_url: { url: "https://example.com/a.png", detail: "low" } },
            { type: "text", text: "fine" },
            { type: "input_audio", input_audio: { data: "AAAA", format: "wav" } },
            { type: "file", file: { file_id: "file-1" } },
          ],
        },
      ],
    },
  ],
  ["role function", { messages: [hi, { role: "function", name: "f", content: null }] }],
];

describe("what the spec allows stays as it is", () => {
  test.each(accepted)("%s", (_name, given) => {
    const sent = { model: "m", messages: [hi], ...given };
    expect(mendChat(sent).body).toBe(sent);
    expect(validateCreateChatCompletionRequest(sent)).toBe(true);
  });

  const row = rowOf("openai chat");
  const paths = [...new Set(fateKeys(row.root).map((key) => key.split("=")[0] ?? ""))];

  test("every field of the spec, whatever its value", () => {
    for (const path of paths) {
      const requests = contrastsOf(row, path).map(({ given }) => given);
      fc.assert(
        fc.property(requests, (given) => {
          expect(mendChat(given).body, path).toBe(given);
        }),
        { numRuns: 5 },
      );
    }
  });
});

/** What is neither known nor right is left for the validator to name. */
const untouched: readonly (readonly [string, object])[] = [
  ["messages as a text", { messages: "hi" }],
  ["a text among the messages", { messages: ["hi", { role: "model", content: "x" }] }],
  ["an unknown role", { messages: [{ role: "robot", content: "hi" }] }],
  ["an unknown part", { messages: [{ role: "user", content: [{ type: "smell" }] }] }],
  ["a part without a type", { messages: [{ role: "user", content: [{ text: "hi" }] }] }],
  ["content null of the user", { messages: [{ role: "user", content: null }] }],
  ["content as an object that is no part", { messages: [{ role: "user", content: { text: "hi" } }] }],
  ["a picture of Anthropic's without its bytes", { messages: [{ role: "user", content: [{ type: "image" }] }] }],
  [
    "a result within a result",
    { messages: [{ role: "user", content: [{ type: "tool_result", content: [{ type: "tool_result" }] }] }] },
  ],
  ["a tool that is only a type", { messages: [hi], tools: [{ type: "function" }] }],
  ["a tool of another kind", { messages: [hi], tools: [{ type: "file_search", name: "s" }] }],
  ["a choice of allowed tools that names none", { messages: [hi], tool_choice: { type: "allowed_tools" } }],
  ["stream as a text", { messages: [hi], stream: "true" }],
  ["a label as a number", { messages: [hi], metadata: { a: 1 } }],
];

describe("what is simply wrong is left to the validator", () => {
  test.each(untouched)("%s", (_name, given) => {
    expect(mendChat(given).body).toBe(given);
  });
});

describe("whatever is sent", () => {
  const words = [
    ...["user", "assistant", "tool", "model", "text", "input_text", "input_image", "image", "tool_use", "tool_result"],
    ...["thinking", "function", "custom", "allowed_tools", "message", "function_call", "function_call_output", "any"],
    ...["reasoning", "grammar", "base64"],
  ];
  const names = [
    ...["role", "content", "type", "text", "image_url", "source", "tool_calls", "function", "arguments", "id", "name"],
    ...["tool_use_id", "tool_call_id", "input", "custom", "format", "grammar", "mode", "tools", "call_id", "output"],
    ...["input_schema", "allowed_tools", "is_error", "function_call", "__proto__"],
  ];
  const dictionary = (one: fc.Arbitrary<unknown>) =>
    fc.array(fc.tuple(fc.constantFrom(...names), one), { maxLength: 5 }).map(Object.fromEntries);
  const { value } = fc.letrec((tie) => ({
    value: fc.oneof(
      { maxDepth: 4, withCrossShrink: true },
      fc.constantFrom<unknown>(...words, null, 1, true, ""),
      fc.array(tie("value"), { maxLength: 3 }),
      dictionary(tie("value")),
    ),
  }));
  /** Objects with a kind, as parts, tools, items and choices are. */
  const kinded = fc.tuple(fc.constantFrom(...words), dictionary(value)).map(([type, rest]) => ({ ...rest, type }));
  const content = fc.oneof(value, fc.array(fc.oneof(kinded, value), { maxLength: 4 }));
  const said = fc.record({ role: fc.constantFrom(...words), content, tool_calls: fc.array(kinded, { maxLength: 2 }) });
  const bodies: fc.Arbitrary<object> = fc.record(
    {
      messages: fc.oneof(fc.array(said, { maxLength: 6 }), value),
      input: fc.oneof(fc.array(fc.oneof(kinded, said), { maxLength: 8 }), value),
      tools: fc.oneof(fc.array(kinded, { maxLength: 3 }), value),
      tool_choice: fc.oneof(kinded, value),
      instructions: value,
      text: value,
      reasoning: value,
      metadata: value,
      stream: value,
    },
    { requiredKeys: [] },
  );

  test("the input is unchanged, mending again changes nothing, and the only failure is a 400", () => {
    fc.assert(
      fc.property(bodies, (given) => {
        const before = JSON.stringify(given);
        try {
          const { body: mended } = mendChat(given);
          expect(mendChat(mended).body).toBe(mended);
        } catch (thrown) {
          if (!(thrown instanceof GatewayError)) throw thrown;
          expect(thrown.status).toBe(400);
          expect(thrown.param).not.toBeNull();
        }
        expect(JSON.stringify(given)).toBe(before);
      }),
      { numRuns: 2000 },
    );
  });

  test("arguments too deep to be written down are left to the validator", () => {
    const deep: unknown = JSON.parse(`${"[".repeat(100_000)}${"]".repeat(100_000)}`);
    const given = { messages: [{ ...asks, tool_calls: [{ ...call, function: { name: "f", arguments: deep } }] }] };
    expect(mendChat(given).body).toBe(given);
  });
});
