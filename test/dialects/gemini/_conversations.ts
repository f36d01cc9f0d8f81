import fc from "../../_fc.ts";

type Json = Readonly<Record<string, unknown>>;

/** Models of every family, newest included, and one nobody knows. */
export const models: readonly string[] = [
  ...["gemini-2.0-flash-001", "gemini-2.5-pro", "gemini-2.5-flash", "gemini-2.5-flash-lite", "gemini-3-pro-preview"],
  ...["gemini-3-flash-preview", "gemini-3.1-pro-preview", "gemini-3.1-flash-lite", "gemini-3.5-flash"],
  ...["gemini-3.5-flash-lite", "gemini-3.6-flash", "gemini-3.8-flash", "gemini-4-argon", "gemini-4-hydrogen"],
  "gemini-9-unheard-of",
];

const text: fc.Arbitrary<string> = fc.oneof(
  fc.string({ unit: "grapheme", maxLength: 20 }),
  fc.constantFrom("", " ", "Hi.", "Grüße, 世界! 👩‍👩‍👧", "\u0000", "a\r\nb"),
);
const saidText = text.filter((one) => one !== "");
const base64 = fc.uint8Array({ minLength: 1, maxLength: 9 }).map((bytes) => Buffer.from(bytes).toString("base64"));
const image = fc.tuple(fc.constantFrom("image/png", "image/jpeg", "image/webp"), base64).map(([type, data]) => ({
  type: "image_url",
  image_url: { url: `data:${type};base64,${data}` },
}));
const links = fc.constantFrom("https://example.com/a.png", "https://example.com/b.jpg?x=1").map((url) => ({
  type: "image_url",
  image_url: { url, detail: "low" },
}));
const audio = fc.tuple(fc.constantFrom("wav", "mp3"), base64).map(([format, data]) => ({
  type: "input_audio",
  input_audio: { format, data },
}));
const file = base64.map((data) => ({
  type: "file",
  file: { filename: "a.pdf", file_data: `data:application/pdf;base64,${data}` },
}));
const textPart = text.map((one) => ({ type: "text", text: one }));
const userContent = fc.oneof(
  { weight: 2, arbitrary: text },
  {
    weight: 1,
    arbitrary: fc.array(fc.oneof(textPart, image, links, audio, file), { minLength: 1, maxLength: 3 }),
  },
);

/** Names of functions, some of which Gemini does not take as they are. */
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
const output = fc.oneof(
  text,
  fc.array(textPart, { minLength: 1, maxLength: 2 }),
  fc.array(fc.oneof(textPart, image, links, audio, file), { minLength: 1, maxLength: 3 }),
  fc.constant('{"error":"no"}'),
);

const signature = base64;

/** A turn of the model's: text, calls or both, and the results that follow its calls, in any order. */
const assistantTurn = fc
  .record({
    content: fc.oneof(text, fc.constant(null), fc.array(textPart, { minLength: 1, maxLength: 2 })),
    refusal: fc.option(saidText, { freq: 8, nil: undefined }),
    reasoning_content: fc.option(saidText, { freq: 4, nil: undefined }),
    calls: fc.array(fc.tuple(fc.constantFrom(...toolNames), args, output, fc.option(signature)), { maxLength: 3 }),
    signature: fc.option(signature),
    prefix: fc.constantFrom("call_", "", "toolu_"),
    seed: fc.nat(999),
    reversed: fc.boolean(),
  })
  .map(({ content, refusal, reasoning_content, calls, signature: own, prefix, seed, reversed }): readonly Json[] => {
    const id = (at: number) => `${prefix}x${seed}_${at}`;
    const tool_calls = calls.map(([name, argumentsText, , signed], at) => ({
      id: id(at),
      type: "function",
      function: { name, arguments: argumentsText },
      ...(signed !== null && { extra_content: { google: { thought_signature: signed } } }),
    }));
    const message = {
      role: "assistant",
      content: calls.length === 0 && content === null ? "" : content,
      ...(refusal !== undefined && { refusal }),
      ...(reasoning_content !== undefined && { reasoning_content }),
      ...(own !== null && { extra_content: { google: { thought_signature: own } } }),
      ...(tool_calls.length > 0 && { tool_calls }),
    };
    const results = calls.map(([, , said], at) => ({ role: "tool", tool_call_id: id(at), content: said }));
    return [message, ...(reversed ? results.toReversed() : results)];
  });

const instruction = fc.tuple(
  fc.constantFrom("system", "developer"),
  fc.oneof(text, fc.array(textPart, { minLength: 1, maxLength: 2 })),
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
  { type: "object", properties: { n: { type: ["integer", "null"], exclusiveMinimum: 0 }, kind: { const: "x" } } },
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
  top_k: maybe(fc.integer({ min: 1, max: 100 })),
  max_completion_tokens: maybe(fc.integer({ min: 1, max: 8192 })),
  stop: maybe(fc.array(text, { minLength: 1, maxLength: 4 })),
  seed: maybe(fc.oneof(fc.integer(), fc.constantFrom(0, 2 ** 40, -(2 ** 40)))),
  presence_penalty: maybe(fc.double({ min: -2, max: 2, noNaN: true })),
  frequency_penalty: maybe(fc.double({ min: -2, max: 2, noNaN: true })),
  reasoning_effort: maybe(fc.constantFrom("none", "minimal", "low", "medium", "high", "xhigh", "max")),
  parallel_tool_calls: maybe(fc.boolean()),
  response_format: maybe(format),
  logit_bias: maybe(fc.constant({ "50256": -100 })),
  verbosity: maybe(fc.constantFrom("low", "high")),
  service_tier: maybe(fc.constantFrom("auto", "default", "flex", "priority")),
  metadata: maybe(fc.constant({ run: "7" })),
  user: maybe(text),
});

const choice = fc.oneof(
  fc.constantFrom<unknown>("auto", "none", "required"),
  fc.constantFrom(...toolNames).map((name) => ({ type: "function", function: { name } })),
);

/** All the functions that the conversation may call, so that every choice names one. */
const toolbox = fc
  .tuple(fc.tuple(...toolNames.map(() => fc.tuple(schema, maybe(fc.boolean())))), choice, fc.boolean())
  .map(([made, tool_choice, all]) => {
    const tools = made.map(([parameters, strict], at) => ({
      type: "function",
      function: { name: toolNames[at], description: `No. ${at}`, parameters, ...(strict !== undefined && { strict }) },
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

/** A turn of the model's as a client keeps it: what must come back the same after the way to Gemini and back. */
export const keptTurn: fc.Arbitrary<{ readonly message: Json; readonly results: readonly Json[] }> = assistantTurn.map(
  ([message = {}, ...results]) => ({ message, results }),
);
