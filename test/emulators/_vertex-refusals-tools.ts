import type { PostOptions } from "./_vertex.ts";
import type { Case } from "./_vertex-refusals.ts";
import { calling, config, declare, f, g1, g3, hi, thinking } from "./_vertex-turns.ts";

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

export const tools: readonly Case[] = [
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
  [
    "JSON beside functions that are held to their schemas",
    {
      ...config({ responseMimeType: "application/json" }),
      ...{ tools: declare(f), toolConfig: { functionCallingConfig: { mode: "VALIDATED" } } },
    },
    "Function calling mode VALIDATED with a response mime type",
    g3,
  ],
];

export const settings: readonly Case[] = [
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

export const thoughts: readonly Case[] = [
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
