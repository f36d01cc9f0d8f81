import fc from "../../_fc.ts";

type Json = Readonly<Record<string, unknown>>;

/** Models of every family, newest included, and one nobody knows. */
export const models: readonly string[] = [
  ...["claude-3-haiku-20240307", "claude-3-5-sonnet-20241022", "claude-3-7-sonnet-20250219"],
  ...["claude-sonnet-4-20250514", "claude-opus-4-1", "claude-sonnet-4-5", "claude-opus-4-6", "claude-opus-4-8"],
  ...["claude-sonnet-5", "claude-opus-5", "claude-haiku-5-5", "claude-fable-5", "claude-fable-5-1"],
  ...["claude-opus-5-5", "claude-sonnet-5-5", "claude-opus-9"],
];

/** Every host of them. */
export const hosts: readonly string[] = ["anthropic", "vertex-anthropic", "bedrock"];

const text: fc.Arbitrary<string> = fc.oneof(
  fc.string({ unit: "grapheme", maxLength: 20 }),
  fc.constantFrom("", " ", "\n\t", "Hi.", "Grüße, 世界! 👩‍👩‍👧", "\u0000", "a\r\nb "),
);
const saidText = text.filter((one) => one !== "");
const base64 = fc.uint8Array({ minLength: 1, maxLength: 9 }).map((bytes) => Buffer.from(bytes).toString("base64"));
const hint = fc.option(fc.constantFrom<Json>({ type: "ephemeral" }, { type: "ephemeral", ttl: "1h" }), {
  freq: 3,
  nil: undefined,
});
const hinted = <T extends object>(part: fc.Arbitrary<T>): fc.Arbitrary<Json> =>
  fc.tuple(part, hint).map(([one, cache_control]) => ({ ...one, ...(cache_control && { cache_control }) }));
const image = fc
  .tuple(fc.constantFrom("image/png", "image/jpeg", "image/webp", "image/jpg"), base64)
  .map(([type, data]) => ({ type: "image_url", image_url: { url: `data:${type};base64,${data}` } }));
const links = fc.constantFrom("https://example.com/a.png", "https://example.com/b.pdf?x=1").map((url) => ({
  type: "image_url",
  image_url: { url, detail: "low" },
}));
const pdf = fc.string({ maxLength: 9 }).map((text) => Buffer.from(`%PDF-1.7\n${text}`).toString("base64"));
const file = pdf.map((data) => ({
  type: "file",
  file: { filename: "a.pdf", file_data: `data:application/pdf;base64,${data}` },
}));
const textPart = text.map((one) => ({ type: "text", text: one }));
const parts = fc.array(
  fc.oneof(
    { weight: 4, arbitrary: hinted(textPart) },
    { weight: 3, arbitrary: hinted(image) },
    { weight: 1, arbitrary: links },
    { weight: 2, arbitrary: hinted(file) },
  ),
  { minLength: 1, maxLength: 3 },
);
const userContent = fc.oneof({ weight: 2, arbitrary: text }, { weight: 1, arbitrary: parts });

/** Names of tools, some of which Claude does not take as they are. */
export const toolNames: readonly string[] = ["find", "get_weather", "1st-thing", "-dash", "a.b", "réserver"];

const args: fc.Arbitrary<string> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc
      .dictionary(fc.string({ maxLength: 5 }), fc.jsonValue({ maxDepth: 2 }))
      .map((one) => JSON.stringify(one)),
  },
  { weight: 1, arbitrary: fc.constantFrom("", "{}", "[1]", "null", '"x"', '{"cut":') },
);

/** What a call was answered with. */
const output = fc.oneof(text, fc.array(textPart, { minLength: 1, maxLength: 2 }), parts, fc.constant('{"error":"no"}'));

const thought = fc.oneof(
  fc.tuple(text, base64).map(([thinking, signature]) => ({ type: "thinking", thinking, signature })),
  base64.map((data) => ({ type: "redacted_thinking", data })),
  text.map((thinking) => ({ type: "thinking", thinking })),
);

/** A turn of the model's: thoughts, text, calls, and the results that follow its calls, in any order. */
const assistantTurn = fc
  .record({
    content: fc.oneof(text, fc.constant(null), fc.array(textPart, { minLength: 1, maxLength: 2 })),
    refusal: fc.option(saidText, { freq: 8, nil: undefined }),
    thinking_blocks: fc.option(fc.array(thought, { minLength: 1, maxLength: 2 }), { freq: 3, nil: undefined }),
    calls: fc.array(fc.tuple(fc.constantFrom(...toolNames), args, output), { maxLength: 3 }),
    prefix: fc.constantFrom("call_", "", "toolu_", "functions.find:"),
    seed: fc.nat(9),
    reversed: fc.boolean(),
  })
  .map(({ content, refusal, thinking_blocks, calls, prefix, seed, reversed }): readonly Json[] => {
    const id = (at: number) => `${prefix}x${seed}_${at}`;
    const tool_calls = calls.map(([name, argumentsText], at) => ({
      id: id(at),
      type: "function",
      function: { name, arguments: argumentsText },
    }));
    const message = {
      role: "assistant",
      content: calls.length === 0 && content === null ? "" : content,
      ...(refusal !== undefined && { refusal }),
      ...(thinking_blocks !== undefined && { thinking_blocks }),
      ...(tool_calls.length > 0 && { tool_calls }),
    };
    const results = calls.map(([, , said], at) => ({ role: "tool", tool_call_id: id(at), content: said }));
    return [message, ...(reversed ? results.toReversed() : results)];
  });

const instruction = fc.tuple(
  fc.constantFrom("system", "developer"),
  fc.oneof(text, fc.array(hinted(textPart), { minLength: 1, maxLength: 2 })),
);

const turn: fc.Arbitrary<readonly Json[]> = fc.oneof(
  { weight: 4, arbitrary: userContent.map((content) => [{ role: "user", content }]) },
  { weight: 3, arbitrary: assistantTurn },
  { weight: 1, arbitrary: instruction.map(([role, content]) => [{ role, content }]) },
);

const schema = fc.constantFrom<Json>(
  {},
  { type: "object", properties: {} },
  { type: "object", properties: { city: { type: "string" } }, required: ["city"], additionalProperties: false },
  { type: "object", properties: { n: { type: ["integer", "null"], exclusiveMinimum: 0 }, "a name": { const: "x" } } },
  {
    anyOf: [
      { type: "object", properties: { a: { type: "string" } } },
      { type: "object", properties: { b: {} } },
    ],
  },
  {
    type: "object",
    properties: { node: { $ref: "#/$defs/Node" } },
    $defs: { Node: { type: "object", properties: { next: { $ref: "#/$defs/Node" } } } },
  },
);
const format = fc.oneof(
  fc.constantFrom<Json>({ type: "text" }, { type: "json_object" }),
  schema.map((one) => ({ type: "json_schema", json_schema: { name: "answer", schema: { type: "object", ...one } } })),
);
const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { freq: 3, nil: undefined });

const settings = fc.record({
  temperature: maybe(fc.double({ min: 0, max: 2, noNaN: true })),
  top_p: maybe(fc.double({ min: 0, max: 1, noNaN: true })),
  top_k: maybe(fc.integer({ min: -1, max: 100 })),
  max_completion_tokens: maybe(fc.integer({ min: 1, max: 200_000 })),
  stop: maybe(fc.array(text, { minLength: 1, maxLength: 4 })),
  seed: maybe(fc.integer()),
  reasoning_effort: maybe(fc.constantFrom("none", "minimal", "low", "medium", "high", "xhigh", "max")),
  thinking: maybe(fc.constantFrom<Json>({ type: "enabled", budget_tokens: 2000 }, { type: "adaptive" })),
  reasoning: maybe(fc.constantFrom<Json>({ exclude: true }, { max_tokens: 300 }, { enabled: false })),
  parallel_tool_calls: maybe(fc.boolean()),
  response_format: maybe(format),
  web_search_options: maybe(fc.constantFrom<Json>({}, { search_context_size: "low" })),
  service_tier: maybe(fc.constantFrom("auto", "flex", "priority", "fast")),
  user: maybe(text),
  cache_control: maybe(fc.constant({ type: "ephemeral" })),
});

const choice = fc.oneof(
  fc.constantFrom<unknown>("auto", "none", "required"),
  fc.constantFrom(...toolNames).map((name) => ({ type: "function", function: { name } })),
  fc.uniqueArray(fc.constantFrom(...toolNames), { minLength: 1, maxLength: 2 }).map((names) => ({
    type: "allowed_tools",
    allowed_tools: { mode: "auto", tools: names.map((name) => ({ type: "function", function: { name } })) },
  })),
);

/** All the tools that the conversation may call, so that every choice names one. */
const toolbox = fc
  .tuple(fc.tuple(...toolNames.map(() => fc.tuple(schema, maybe(fc.boolean()), hint))), choice, fc.boolean())
  .map(([made, tool_choice, all]) => {
    const tools = made.map(([parameters, strict, cache_control], at) => ({
      type: "function",
      function: { name: toolNames[at], description: `No. ${at}`, parameters, ...(strict !== undefined && { strict }) },
      ...(cache_control && { cache_control }),
    }));
    return all ? { tools, tool_choice } : { tools };
  });

/** Any chat request that a well-meaning client may send. */
export const conversation: fc.Arbitrary<Json> = fc
  .tuple(fc.array(turn, { minLength: 1, maxLength: 6 }), settings, fc.option(toolbox))
  .map(([turns, set, box]) => {
    const defined = Object.fromEntries(Object.entries(set).filter(([, value]) => value !== undefined));
    return { model: "m", messages: turns.flat(), ...defined, ...box };
  });
