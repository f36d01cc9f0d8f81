import { describe, expect, test } from "vitest";
import { emulate, type PostOptions, post, says } from "./_vertex.ts";

const user = (...parts: unknown[]): unknown => ({ role: "user", parts });
const modelTurn = (...parts: unknown[]): unknown => ({ role: "model", parts });
const text = (words: string): unknown => ({ text: words });
const call = (name = "f", more: object = {}): unknown => ({ functionCall: { name, args: {} }, ...more });
const result = (name = "f", more: object = {}): unknown => ({
  functionResponse: { name, response: { output: "x" }, ...more },
});
const declare = (...declarations: unknown[]): unknown => [{ functionDeclarations: declarations }];
const f = { name: "f", parametersJsonSchema: { type: "object", properties: {} } };
const hi = says("Hi");
const config = (generationConfig: object): object => ({ ...hi, generationConfig });
const thinking = (thinkingConfig: object): object => config({ thinkingConfig });
const calling = (functionCallingConfig: object): object => ({
  ...hi,
  tools: declare(f),
  toolConfig: { functionCallingConfig },
});
const talk = (...contents: unknown[]): object => ({ contents });
const signed = { thoughtSignature: "c2lnbmF0dXJl" };

const g3 = { model: "gemini-3-flash-preview" };

const g1 = { model: "gemini-1.5-pro-002" };

/** A property's schema in the older form, and what is said against it. §6.3 */
const olderSchemas: readonly (readonly [string, object, string, PostOptions?])[] = [
  ["a format of no number", { type: "INTEGER", format: "uint8" }, "format: only 'int32' and 'int64' are supported"],
  ["a format of integers on a number", { type: "NUMBER", format: "int32" }, "only 'float' and 'double' are supported"],
  ["numbers for words", { type: "INTEGER", enum: ["1"] }, "enum: only allowed for STRING type"],
  ["words without a type", { enum: ["a"] }, "enum: only allowed for STRING type"],
  ["no words at all", { type: "STRING", format: "enum" }, "enum: cannot be empty for format 'enum'"],
  ["null for a type", { type: "NULL" }, "type: NULL is not supported"],
  ["an array of what", { type: "ARRAY", items: { type: "ARRAY" } }, "properties[a].items.items: missing field"],
  ["a stray name", { type: "OBJECT", required: ["b"] }, "properties[a].required[0]: property is not defined"],
  [
    "a description beside branches",
    { description: "D", anyOf: [{ type: "STRING" }] },
    "any_of: when using any_of, it must be the only field set",
    g1,
  ],
];

const deep = (levels: number): object => (levels === 0 ? {} : { type: "array", items: deep(levels - 1) });

/** Members of a schema of parameters, and what is said against them. §6.2 */
const jsonSchemas: readonly (readonly [string, object, string])[] = [
  ["a member that is no schema", { properties: { a: 5 } }, "properties[a] is no JSON Schema"],
  ["a type nobody knows", { properties: { a: { type: "file" } } }, "properties[a].type is no type of JSON Schema"],
  [
    "a description beside a reference",
    { properties: { a: { $ref: "#/$defs/A", description: "D" } }, $defs: { A: {} } },
    "sets $ref and description",
  ],
  ["a reference to nowhere", { properties: { a: { $ref: "#/$defs/A" } } }, "`#/$defs/A`, which leads to no schema"],
  [
    "a reference into definitions of draft 7",
    { properties: { a: { $ref: "#/definitions/A" } }, definitions: { A: {} } },
    "which leads to no schema",
  ],
  [
    "a cycle of required members",
    {
      properties: { a: { $ref: "#/$defs/A" } },
      $defs: { A: { type: "object", properties: { next: { $ref: "#/$defs/A" } }, required: ["next"] } },
    },
    "in a cycle",
  ],
  ["a cycle through items", { $defs: { A: { type: "array", items: { $ref: "#/$defs/A" } } } }, "in a cycle"],
  ["levels without end", { properties: { a: deep(70) } }, "exceeds the maximum allowed nesting depth"],
];

/** Schemas of answers, and what is said against them. §6.2 */
const answerSchemas: readonly (readonly [string, object, string])[] = [
  ["const", { const: 1 }, "const is no keyword it knows"],
  ["a pattern", { type: "string", pattern: "a" }, "pattern is no keyword it knows"],
  ["allOf", { allOf: [{}] }, "allOf is no keyword it knows"],
  ["flags for words", { enum: [true] }, "enum lists something other than texts and numbers"],
  ["no words", { enum: [] }, "enum lists something other than texts and numbers"],
  ["a reference to nowhere", { $ref: "#/$defs/A" }, "which leads to no schema"],
  [
    "more words than can be served",
    { type: "string", enum: Array.from({ length: 20_001 }, (_, i) => `w${i}`) },
    "too many states for serving",
  ],
];

type Case = [name: string, body: unknown, text: string, options?: PostOptions];

const parser: readonly Case[] = [
  ["no JSON", "{", "Invalid JSON payload received."],
  ["a list", [], "Root element must be a message."],
  ["an unknown member", { ...hi, foo: 1 }, 'Invalid JSON payload received. Unknown name "foo": Cannot find field.'],
  ["model in the body", { ...hi, model: "x" }, 'Unknown name "model": Cannot find field.'],
  [
    "an unknown member of a part",
    talk(user({ text: "Hi", x: 1 })),
    `Invalid JSON payload received. Unknown name "x" at 'contents[0].parts[0]': Cannot find field.`,
  ],
  [
    "an unknown member of a schema",
    {
      ...hi,
      tools: declare({ name: "f", parameters: { type: "OBJECT", properties: { a: { type: "STRING", $ref: "x" } } } }),
    },
    `Unknown name "$ref" at 'tools[0].function_declarations[0].parameters.properties[0].value': Cannot find field.`,
  ],
  [
    "a text for a number",
    config({ temperature: "hot" }),
    `Invalid value at 'generation_config.temperature' (TYPE_FLOAT), "hot"`,
  ],
  [
    "a fraction for an integer",
    config({ maxOutputTokens: 1.5 }),
    `Invalid value at 'generation_config.max_output_tokens' (TYPE_INT32), 1.5`,
  ],
  ["a number for a text", talk(user({ text: 5 })), `Invalid value at 'contents[0].parts[0].text' (TYPE_STRING), 5`],
  ["an object for a text", talk(user({ text: { a: 1 } })), "Starting an object on a scalar field"],
  ["a list for a message", { contents: [[]] }, "Proto field is not repeating, cannot start list."],
  [
    "a seed beyond 32 bits",
    config({ seed: 2 ** 31 }),
    `Invalid value at 'generation_config.seed' (TYPE_INT32), 2147483648`,
  ],
  [
    "an unknown word",
    { ...hi, safetySettings: [{ category: "RUDENESS", threshold: "OFF" }] },
    `Invalid value at 'safety_settings[0].category' (type.googleapis.com/google.cloud.aiplatform.v1beta1.HarmCategory), "RUDENESS"`,
  ],
  [
    "bytes that are none",
    talk(user({ inlineData: { mimeType: "image/png", data: "!" } })),
    `Invalid value at 'contents[0].parts[0].inline_data.data' (TYPE_BYTES), Base64 decoding failed for "!"`,
  ],
  ["media without a type", talk(user({ inlineData: { data: "aaaa" } })), "contents[0].parts[0].inline_data.mime_type"],
  ["store of the Developer API", { ...hi, store: true }, 'Unknown name "store": Cannot find field.'],
  [
    "serviceTier of the Developer API",
    { ...hi, serviceTier: "flex" },
    'Unknown name "serviceTier": Cannot find field.',
  ],
  [
    "server-side tool calls of the Developer API",
    { ...hi, toolConfig: { includeServerSideToolInvocations: true } },
    `Unknown name "includeServerSideToolInvocations" at 'tool_config': Cannot find field.`,
  ],
  [
    "ids before Gemini 3",
    talk(user(text("Hi")), modelTurn({ functionCall: { name: "f", id: "1" } }), user(result("f", { id: "1" }))),
    `Unknown name "id" at 'contents[1].parts[0].function_call': Cannot find field.`,
  ],
];

const contents: readonly Case[] = [
  ["no contents", {}, "at least one contents field is required"],
  ["empty contents", { contents: [] }, "at least one contents field is required"],
  ["a turn without parts", talk(user()), "must include at least one parts field"],
  ["a turn without the member", talk({ role: "user" }), "must include at least one parts field"],
  [
    "a system instruction without parts",
    { ...hi, systemInstruction: { parts: [] } },
    "must include at least one parts field",
  ],
  ["an unknown role", talk({ role: "assistant", parts: [text("Hi")] }), "Please use a valid role: user, model."],
  ["no role", talk({ parts: [text("Hi")] }), "Please use a valid role: user, model."],
  ["a system role", talk({ role: "system", parts: [text("Hi")] }), "Please use a valid role: user, model."],
  ["an empty text", talk(user(text(""))), "it has an empty text parameter"],
  [
    "an empty text of the model",
    talk(user(text("a")), modelTurn(text("")), user(text("b"))),
    "it has an empty text parameter",
  ],
  [
    "an empty system instruction",
    { ...hi, systemInstruction: { parts: [text("")] } },
    "it has an empty text parameter",
  ],
  ["a part without data", talk(user({ thought: true })), "contents[0].parts[0].data: required oneof field 'data'"],
  [
    "a part with two data",
    talk(user({ text: "a", functionCall: { name: "f" } })),
    "Invalid value at 'contents[0].parts[0]' (oneof), oneof field 'data' is already set. Cannot set 'functionCall'",
  ],
  [
    "a gif",
    talk(user({ inlineData: { mimeType: "image/gif", data: "aaaa" } })),
    "mimeType parameter with value image/gif",
  ],
  [
    "a file from nowhere",
    talk(user({ fileData: { mimeType: "image/png", fileUri: "file:///x" } })),
    "neither a gs:// nor an http(s)",
  ],
  [
    "eleven links",
    talk(
      user(
        ...Array.from({ length: 11 }, () => ({
          fileData: { mimeType: "image/png", fileUri: "https://a.example/x.png" },
        })),
      ),
    ),
    "You can only include 10 image links.",
  ],
  [
    "a picture in the system instruction",
    { ...hi, systemInstruction: { parts: [{ inlineData: { mimeType: "image/png", data: "aaaa" } }] } },
    "the system instruction holds something other than text",
  ],
  ...["gemini-3.5-flash-lite", "gemini-3.6-flash", "gemini-4-argon", "gemini-next"].map(
    (model): Case => [
      `a last turn of the model on ${model}`,
      talk(user(text("a")), modelTurn(text("b"))),
      "Requests ending with a model turn are not supported.",
      { model },
    ],
  ),
  ["too long a prompt", says("word".repeat(1_050_000)), "exceeds the maximum number of tokens allowed (1048576)"],
];

const calls: readonly Case[] = [
  ["a call by the user", talk(user(call())), "a function call stands in a turn that is not the model's"],
  [
    "a result by the model",
    talk(user(text("a")), modelTurn(result())),
    "a function response stands in a turn of the model",
  ],
  [
    "a call as first turn",
    talk(modelTurn(call()), user(result())),
    "function call turn comes immediately after a user turn",
  ],
  [
    "a result without a call",
    talk(user(text("a")), user(result())),
    "function response turn comes immediately after a function call turn",
  ],
  [
    "a call without its result",
    talk(user(text("a")), modelTurn(call()), user(text("b"))),
    "number of function response parts is equal to the number of function call parts",
  ],
  [
    "two calls and one result",
    talk(user(text("a")), modelTurn(call(), call("g")), user(result())),
    "number of function response parts is equal to the number of function call parts",
  ],
  [
    "results in two contents",
    talk(user(text("a")), modelTurn(call(), call("g")), user(result()), user(result("g"))),
    "number of function response parts is equal",
  ],
  [
    "a result of another name",
    talk(user(text("a")), modelTurn(call()), user(result("g"))),
    "function response `g` answers no function call",
  ],
  [
    "two results for one of two calls",
    talk(user(text("a")), modelTurn(call(), call("g")), user(result(), result())),
    "function response `f` answers no function call",
  ],
  [
    "a result without a name",
    talk(user(text("a")), modelTurn(call()), user(result(""))),
    "function_response.name: Name cannot be empty.",
  ],
  [
    "a call without a name",
    talk(user(text("a")), modelTurn({ functionCall: {} }), user(result())),
    "function_call.name: Name cannot be empty.",
  ],
  [
    "an id on the result alone",
    talk(user(text("a")), modelTurn(call("f", signed)), user(result("f", { id: "1" }))),
    "function response id `1` is the id of no function call",
    g3,
  ],
  [
    "no signature",
    talk(user(text("a")), modelTurn(call()), user(result())),
    "function call `f` in the 2. content block is missing a `thought_signature`",
    g3,
  ],
  [
    "no signature in the second step",
    talk(user(text("a")), modelTurn(call("f", signed)), user(result()), modelTurn(call()), user(result())),
    "function call `f` in the 4. content block is missing a `thought_signature`",
    g3,
  ],
  [
    "a signature on the second call only",
    talk(user(text("a")), modelTurn(call(), call("g", signed)), user(result(), result("g"))),
    "function call `f` in the 2. content block is missing a `thought_signature`",
    g3,
  ],
];

const tools: readonly Case[] = [
  ["a function twice", { ...hi, tools: declare(f, f) }, "Duplicate function declaration found: f"],
  [
    "a name that starts with a digit",
    { ...hi, tools: declare({ name: "1f" }) },
    "tools[0].function_declarations[0].name: [FIELD_INVALID]",
  ],
  ["a name with a space", { ...hi, tools: declare({ name: "f f" }) }, "Invalid function name."],
  ["too long a name", { ...hi, tools: declare({ name: "f".repeat(129) }) }, "Invalid function name."],
  ["no name", { ...hi, tools: declare({ description: "x" }) }, "tools[0].function_declarations[0].name"],
  [
    "513 functions",
    { ...hi, tools: declare(...Array.from({ length: 513 }, (_, index) => ({ name: `f${index}` }))) },
    "it declares more than 512 functions",
  ],
  ["an empty tool", { ...hi, tools: [{}] }, "tools[0].tool_type: required one_of 'tool_type'"],
  [
    "no declarations",
    { ...hi, tools: [{ functionDeclarations: [] }] },
    "tools[0].tool_type: required one_of 'tool_type'",
  ],
  [
    "both forms of parameters",
    { ...hi, tools: declare({ ...f, parameters: { type: "OBJECT" } }) },
    "sets both parameters and",
  ],
  [
    "parameters that are no object",
    { ...hi, tools: declare({ name: "f", parameters: { type: "STRING" } }) },
    "should be of type OBJECT",
  ],
  [
    "parameters that are no schema",
    { ...hi, tools: declare({ name: "f", parametersJsonSchema: 5 }) },
    "should be of type OBJECT",
  ],
  [
    "an array without items",
    { ...hi, tools: declare({ name: "f", parameters: { type: "OBJECT", properties: { a: { type: "ARRAY" } } } }) },
    "tools[0].function_declarations[0].parameters.properties[a].items: missing field.",
  ],
  [
    "a required member that is not there",
    { ...hi, tools: declare({ name: "f", parameters: { type: "OBJECT", required: ["a"] } }) },
    "parameters.required[0]: property is not defined",
  ],
  ...olderSchemas.map(
    ([name, schema, want, options = {}]): Case => [
      `${name}, in the older form`,
      { ...hi, tools: declare({ name: "f", parameters: { type: "OBJECT", properties: { a: schema } } }) },
      want,
      options,
    ],
  ),
  ...jsonSchemas.map(
    ([name, members, want]): Case => [
      `${name}, in JSON Schema`,
      { ...hi, tools: declare({ name: "f", parametersJsonSchema: { type: "object", ...members } }) },
      want,
    ],
  ),
  [
    "parameters without members before Gemini 2",
    { ...hi, tools: declare({ name: "f", parameters: { type: "OBJECT" } }) },
    "parameters.properties: should be non-empty for OBJECT type",
    g1,
  ],
  ["JSON Schema before Gemini 2", { ...hi, tools: declare(f) }, "parameters_json_schema is set, which", g1],
  [
    "VALIDATED before Gemini 2",
    {
      ...hi,
      tools: declare({ name: "f" }),
      toolConfig: { functionCallingConfig: { mode: "VALIDATED" } },
    },
    "mode VALIDATED is not supported",
    g1,
  ],
  [
    "search among functions",
    { ...hi, tools: [{ functionDeclarations: [f], googleSearch: {} }] },
    "tools[0].tool_type: one_of 'tool_type' has more than one initialized field: google_search, function_declarations",
    g3,
  ],
  [
    "search beside functions",
    { ...hi, tools: [{ functionDeclarations: [f] }, { googleSearch: {} }] },
    "Multiple tools are supported only when",
  ],
  [
    "ANY without functions",
    { ...hi, toolConfig: { functionCallingConfig: { mode: "ANY" } } },
    "config is set without function_declarations",
  ],
  ["allowed names with AUTO", calling({ mode: "AUTO", allowedFunctionNames: ["f"] }), "neither ANY nor VALIDATED"],
  ["allowed names without a mode", calling({ allowedFunctionNames: ["f"] }), "neither ANY nor VALIDATED"],
  [
    "an allowed name that is not declared",
    calling({ mode: "ANY", allowedFunctionNames: ["g"] }),
    "holds `g`, which is not declared",
  ],
  [
    "JSON beside functions",
    { ...config({ responseMimeType: "application/json" }), tools: declare(f) },
    "Function calling with a response mime type: 'application/json' is unsupported",
  ],
  [
    "JSON beside forced functions",
    {
      ...config({ responseMimeType: "application/json" }),
      ...{ tools: declare(f), toolConfig: { functionCallingConfig: { mode: "ANY" } } },
    },
    "Function calling mode ANY with a response mime type",
    g3,
  ],
];

const settings: readonly Case[] = [
  [
    "temperature 2.1",
    config({ temperature: 2.1 }),
    "it has a temperature value of 2.1 but the supported range is from 0 (inclusive)",
  ],
  ["temperature -1", config({ temperature: -1 }), "it has a temperature value of -1"],
  ["topP 1.5", config({ topP: 1.5 }), "it has a topP value of 1.5"],
  ["topK 0", config({ topK: 0 }), "it has a topK value of 0"],
  ["maxOutputTokens 0", config({ maxOutputTokens: 0 }), "it has a maxOutputTokens value of 0"],
  ["maxOutputTokens 65537", config({ maxOutputTokens: 65_537 }), "it has a maxOutputTokens value of 65537", g3],
  [
    "maxOutputTokens 65536 on 2.5",
    config({ maxOutputTokens: 65_536 }),
    "range is from 1 (inclusive) to 65536 (exclusive)",
  ],
  ["candidateCount 9", config({ candidateCount: 9 }), "it has a candidateCount value of 9"],
  [
    "candidateCount 2 since Gemini 3",
    config({ candidateCount: 2 }),
    "Multiple candidates is not enabled for this model",
    g3,
  ],
  ["presencePenalty 3", config({ presencePenalty: 3 }), "it has a presencePenalty value of 3"],
  ["a penalty since Gemini 3", config({ presencePenalty: 0.5 }), "Penalty is not enabled for this model", g3],
  ["the other penalty since Gemini 3", config({ frequencyPenalty: -0.5 }), "Penalty is not enabled for this model", g3],
  ["logprobs since Gemini 3", config({ responseLogprobs: true }), "Logprobs is not supported for this model.", g3],
  ["logprobs alone", config({ logprobs: 3 }), "responseLogprobs is not true"],
  ["logprobs 0", config({ responseLogprobs: true, logprobs: 0 }), "it has a logprobs value of 0"],
  ["six stop sequences", config({ stopSequences: ["a", "b", "c", "d", "e", "f"] }), "it has 6 stopSequences"],
  ["an empty stop sequence", config({ stopSequences: [""] }), "it has an empty stop sequence"],
  ["an unknown mime type", config({ responseMimeType: "text/html" }), "allowed mimetypes are `text/plain`"],
  ["a schema without JSON", config({ responseJsonSchema: {} }), "a response schema is set but the response mime type"],
  [
    "both schemas",
    config({ responseMimeType: "application/json", responseJsonSchema: {}, responseSchema: { type: "OBJECT" } }),
    "it sets both response_schema and response_json_schema",
  ],
  [
    "const in a schema",
    config({
      responseMimeType: "application/json",
      responseJsonSchema: { type: "object", properties: { a: { const: 1 } } },
    }),
    "const is no keyword it knows",
  ],
  ...answerSchemas.map(
    ([name, schema, want]): Case => [
      `${name} in the schema of an answer`,
      config({
        responseMimeType: "application/json",
        responseJsonSchema: { type: "object", properties: { a: schema } },
      }),
      want,
    ],
  ),
  [
    "JSON Schema for an answer before Gemini 2",
    config({ responseMimeType: "application/json", responseJsonSchema: { type: "object" } }),
    "response_json_schema is set, which",
    g1,
  ],
  [
    "pictures from a text model",
    config({ responseModalities: ["TEXT", "IMAGE"] }),
    "combination of response modalities (TEXT, IMAGE)",
  ],
  [
    "a safety category twice",
    { ...hi, safetySettings: Array(2).fill({ category: "HARM_CATEGORY_HARASSMENT", threshold: "OFF" }) },
    "more than one safety",
  ],
  [
    "safety settings with Model Armor",
    { ...hi, safetySettings: [{ category: "HARM_CATEGORY_HARASSMENT", threshold: "OFF" }], modelArmorConfig: {} },
    "safety_settings and model_armor_config are both set",
  ],
  ["a label with capitals", { ...hi, labels: { Team: "x" } }, "the label `Team`"],
  [
    "a cache on Gemini 4",
    { ...hi, cachedContent: "x" },
    "Cached content is not supported",
    { model: "gemini-4-argon" },
  ],
  [
    "a cache beside tools",
    { ...hi, cachedContent: "x", tools: declare(f) },
    "should not be set in the request when using cached content",
  ],
];

const thoughts: readonly Case[] = [
  [
    "budget and level",
    thinking({ thinkingBudget: 1, thinkingLevel: "LOW" }),
    "only one of thinking budget and thinking level",
  ],
  [
    "thinking on Gemini 2.0",
    thinking({ thinkingBudget: 0 }),
    "thinking is not supported",
    { model: "gemini-2.0-flash" },
  ],
  [
    "2.5 Pro without thinking",
    thinking({ thinkingBudget: 0 }),
    "supported values are integers from 128 to 32768",
    { model: "gemini-2.5-pro" },
  ],
  ["2.5 Flash with too much", thinking({ thinkingBudget: 24_577 }), "supported values are integers from 1 to 24576"],
  [
    "2.5 Flash-Lite with too little",
    thinking({ thinkingBudget: 511 }),
    "integers from 512 to 24576",
    { model: "gemini-2.5-flash-lite" },
  ],
  ["a level on 2.5", thinking({ thinkingLevel: "LOW" }), "Thinking level is not supported for this model."],
  ["a budget on Gemini 3", thinking({ thinkingBudget: 100 }), "Thinking budget is not supported for this model.", g3],
  ...[
    ["MEDIUM", "gemini-3-pro-preview"],
    ["MINIMAL", "gemini-3.1-pro-preview"],
    ["MINIMAL", "gemini-3.7-flash"],
    ["MINIMAL", "gemini-flash-latest"],
    ["XHIGH", "gemini-4-carbon"],
    ["MINIMAL", "gemini-99-unheard-of"],
  ].map(([level, model = ""]): Case => {
    return [
      `${level} on ${model}`,
      thinking({ thinkingLevel: level }),
      `Thinking level is unsupported: THINKING_LEVEL_${level}`,
      { model },
    ];
  }),
];

describe.each<[string, readonly Case[]]>([
  ["the parser refuses", parser],
  ["among contents", contents],
  ["among calls", calls],
  ["among tools", tools],
  ["among settings", settings],
  ["among thinking settings", thoughts],
])("%s", (_group, cases) => {
  test.each<Case>(cases)("%s", async (_name, body, want, options) => {
    const { status, body: answer } = await post(await emulate(), body, options);
    expect(answer).toMatchObject({
      error: { code: 400, status: "INVALID_ARGUMENT", message: expect.stringContaining(want) },
    });
    expect(status).toBe(400);
  });
});

test("the parser names every violation at once", async () => {
  const { body } = await post(await emulate(), {
    contents: [user({ text: "a", x: 1 })],
    y: 2,
    generationConfig: { seed: {} },
  });
  const violations = [
    { field: "", description: expect.stringContaining('"y"') },
    { field: "contents[0].parts[0]", description: expect.stringContaining('"x"') },
    { field: "generation_config.seed", description: expect.stringContaining("TYPE_INT32") },
  ];
  const details = [
    { "@type": "type.googleapis.com/google.rpc.BadRequest", fieldViolations: expect.arrayContaining(violations) },
  ];
  expect(body).toMatchObject({ error: { details } });
});

describe("what Google takes is taken", () => {
  const schema = { type: "object", properties: { a: { type: "string", minLength: 2 } } };
  test.each<[string, unknown, PostOptions?]>([
    [
      "snake_case",
      {
        contents: [user(text("Hi"))],
        system_instruction: { parts: [text("x")] },
        generation_config: { max_output_tokens: 9, top_p: 1 },
      },
    ],
    ["single values for lists of one", { contents: { role: "user", parts: { text: "Hi" } } }],
    ["null for not set", { ...config({ temperature: null, stopSequences: null }), tools: null }],
    ["numbers as texts", config({ maxOutputTokens: "100", temperature: "0.5" })],
    ["types in lower case and numbers for 64 bits", { ...hi, tools: declare({ name: "f", parameters: schema }) }],
    ["a level in lower case", thinking({ thinkingLevel: "low" }), g3],
    ["a system instruction without a role", { ...hi, systemInstruction: { parts: [text("x")] } }],
    ["two turns of the user", talk(user(text("a")), user(text("b")))],
    ["a last turn of the model on older models", talk(user(text("a")), modelTurn(text("b")))],
    [
      "a signature on an empty text",
      talk(user(text("a")), modelTurn(text("b"), { text: "", ...signed }), user(text("c"))),
      g3,
    ],
    ["results and then a text", talk(user(text("a")), modelTurn(call()), user(result()), user(text("b")))],
    ["results and a text in one turn", talk(user(text("a")), modelTurn(call()), user(result(), text("b")))],
    ["results in another order", talk(user(text("a")), modelTurn(call(), call("g")), user(result("g"), result()))],
    [
      "results under the role function",
      talk(user(text("a")), modelTurn(call()), { role: "function", parts: [result()] }),
    ],
    [
      "ids that agree",
      talk(
        user(text("a")),
        modelTurn({ functionCall: { name: "f", id: "1" }, ...signed }),
        user(result("f", { id: "1" })),
      ),
      g3,
    ],
    [
      "an id left out of the result",
      talk(user(text("a")), modelTurn({ functionCall: { name: "f", id: "1" }, ...signed }), user(result())),
      g3,
    ],
    [
      "the word that skips signatures",
      talk(
        user(text("a")),
        modelTurn(call("f", { thoughtSignature: "skip_thought_signature_validator" })),
        user(result()),
      ),
      g3,
    ],
    [
      "no signature in an earlier turn",
      talk(user(text("a")), modelTurn(call()), user(result()), modelTurn(text("b")), user(text("c"))),
      g3,
    ],
    [
      "no signature on further calls",
      talk(user(text("a")), modelTurn(call("f", signed), call("g")), user(result(), result("g"))),
      g3,
    ],
    ["no signature on 2.5", talk(user(text("a")), modelTurn(call()), user(result()))],
    [
      "no signature on image models",
      talk(user(text("a")), modelTurn(call()), user(result())),
      { model: "gemini-3-pro-image" },
    ],
    [
      "search beside functions since Gemini 3",
      { ...hi, tools: [{ functionDeclarations: [f] }, { googleSearch: {} }] },
      g3,
    ],
    ["two searches before", { ...hi, tools: [{ googleSearch: {} }, { enterpriseWebSearch: {} }] }],
    [
      "JSON beside functions since Gemini 3",
      { ...config({ responseMimeType: "application/json" }), tools: declare(f) },
      g3,
    ],
    ["allowed names with VALIDATED", calling({ mode: "VALIDATED", allowedFunctionNames: ["f"] })],
    ["NONE without functions", { ...hi, toolConfig: { functionCallingConfig: { mode: "NONE" } } }],
    ["a penalty of zero since Gemini 3", config({ presencePenalty: 0 }), g3],
    ["no thinking on 2.5 Flash", thinking({ thinkingBudget: 0 })],
    ["dynamic thinking on 2.5 Pro", thinking({ thinkingBudget: -1 }), { model: "gemini-2.5-pro" }],
    ["XHIGH on Hydrogen", thinking({ thinkingLevel: "XHIGH" }), { model: "gemini-4-hydrogen" }],
    ["MINIMAL on 3.6 Flash", thinking({ thinkingLevel: "MINIMAL" }), { model: "gemini-3.6-flash" }],
    [
      "pictures from image models",
      config({ responseModalities: ["TEXT", "IMAGE"] }),
      { model: "gemini-2.5-flash-image" },
    ],
    [
      "const in parameters",
      {
        ...hi,
        tools: declare({ name: "f", parametersJsonSchema: { type: "object", properties: { a: { const: 1 } } } }),
      },
    ],
    [
      "a PDF in the cloud",
      talk(user({ fileData: { mimeType: "application/pdf", fileUri: "gs://b/x.pdf" } }, text("Read"))),
    ],
    ["a picture in base64 for URLs", talk(user({ inlineData: { mimeType: "image/png", data: "-_-_" } }))],
  ])("%s", async (_name, body, options) => {
    const { status, text: answer } = await post(await emulate(), body, options);
    expect(answer).toContain('"candidates"');
    expect(status).toBe(200);
  });
});

test("a signature of the emulator belongs to its call", async () => {
  const emulator = await emulate(
    "answers: [{ when: { tool_result: false }, calls: [{ name: f, args: { b: 1, a: 2 } }] }]",
  );
  const asked = await post(emulator, hi, g3);
  const signature = /"thoughtSignature":"([^"]+)"/.exec(asked.text)?.[1];
  const again = (name: string, args: object): object =>
    talk(user(text("a")), modelTurn({ functionCall: { name, args }, thoughtSignature: signature }), user(result(name)));
  expect((await post(emulator, again("f", { a: 2, b: 1 }), g3)).status).toBe(200);
  expect((await post(emulator, again("f", { a: 3, b: 1 }), g3)).text).toContain("Thought signature is not valid.");
  expect((await post(emulator, again("g", { a: 2, b: 1 }), g3)).text).toContain("Thought signature is not valid.");
});

describe("paths and credentials", () => {
  const model = "models/gemini-2.5-flash:generateContent";
  const full = `/v1/projects/p/locations/l/publishers/google/${model}`;
  const express = `/v1/publishers/google/${model}`;

  test.each<[string, string]>([
    ["an unknown version", `/v2/projects/p/locations/l/publishers/google/${model}`],
    ["an unknown method", "/v1/publishers/google/models/gemini-2.5-flash:chat"],
    ["a missing location", `/v1/projects/p/publishers/google/${model}`],
    ["the path of the Developer API", `/v1beta/${model}`],
  ])("%s is a page of Google's front end", async (_name, path) => {
    const { status, text: page } = await post(await emulate(), hi, { path });
    expect(status).toBe(404);
    expect(page).toMatch(/^<!DOCTYPE html>[\s\S]*404/);
  });

  test("GET is a page too", async () => {
    const { url } = await emulate();
    expect((await fetch(url + full)).status).toBe(404);
  });

  test.each([
    "/v1/projects/p/locations/l/publishers/google/models/text-bison:generateContent",
    "/v1/projects/p/locations/l/publishers/anthropic/models/gemini-2.5-flash:generateContent",
    "/v1/publishers/google/models/gpt-4o:generateContent",
  ])("no such model: %s", async (path) => {
    const { status, body } = await post(await emulate(), hi, { path });
    expect(body).toMatchObject({
      error: { code: 404, status: "NOT_FOUND", message: expect.stringContaining("Publisher Model `") },
    });
    expect(status).toBe(404);
  });

  test.each([full, express, `/v1beta1/projects/p/locations/l/endpoints/123:generateContent`])(
    "%s answers",
    async (path) => {
      expect((await post(await emulate(), hi, { path })).status).toBe(200);
    },
  );

  test.each<[string, string, Record<string, string>, string | undefined]>([
    ["nothing", full, {}, "CREDENTIALS_MISSING"],
    ["nothing, in express mode", express, {}, "CREDENTIALS_MISSING"],
    ["an empty token", full, { authorization: "Bearer " }, "CREDENTIALS_MISSING"],
    ["a key where a token belongs", full, { "x-goog-api-key": "right" }, "CREDENTIALS_MISSING"],
    ["a wrong token", full, { authorization: "Bearer wrong" }, "ACCESS_TOKEN_EXPIRED"],
    ["a wrong key", express, { "x-goog-api-key": "wrong" }, "API_KEY_INVALID"],
    ["the right token", full, { authorization: "Bearer right" }, undefined],
    ["the right key", express, { "x-goog-api-key": "right" }, undefined],
    ["the right key in the query", `${express}?key=right`, {}, undefined],
  ])("with %s", async (_name, path, headers, reason) => {
    const { status, body } = await post(await emulate("answers: []", { token: "right" }), hi, { path, headers });
    if (reason === undefined) expect(status).toBe(200);
    else expect(body).toMatchObject({ error: { details: [{ reason, domain: "googleapis.com" }] } });
    if (reason !== undefined) expect(status).toBe(reason === "API_KEY_INVALID" ? 400 : 401);
  });

  test("a prefix stands before Google's path", async () => {
    const emulator = await emulate("answers: []", { prefix: "/corp/ai" });
    expect((await post(emulator, hi, { path: `/corp/ai${full}` })).status).toBe(200);
    expect((await post(emulator, hi, { path: full })).status).toBe(404);
  });
});
