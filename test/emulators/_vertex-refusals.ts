import { type PostOptions, says } from "./_vertex.ts";
import { call, config, declare, g3, hi, modelTurn, result, signed, talk, text, user } from "./_vertex-turns.ts";

/** A request, and what is said against it. */
export type Case = [name: string, body: unknown, text: string, options?: PostOptions];

export const parser: readonly Case[] = [
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

export const contents: readonly Case[] = [
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

const shows = (mimeType: string): object => ({ parts: [{ inlineData: { mimeType, data: "AAAA" } }] });

export const calls: readonly Case[] = [
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
    "media in a result before Gemini 3",
    talk(user(text("a")), modelTurn(call()), user(result("f", shows("image/png")))),
    "`function_response.parts` is not supported for this model",
  ],
  ...["image/gif", "image/heic", "audio/wav", "text/html"].map(
    (type): Case => [
      `${type} in a result`,
      talk(user(text("a")), modelTurn(call("f", signed)), user(result("f", shows(type)))),
      `mimeType parameter with value ${type}`,
      g3,
    ],
  ),
  [
    "a web address in a result",
    talk(
      user(text("a")),
      modelTurn(call("f", signed)),
      user(result("f", { parts: [{ fileData: { mimeType: "image/png", fileUri: "https://a.example/x.png" } }] })),
    ),
    "the file https://a.example/x.png of a function response is in no bucket",
    g3,
  ],
  [
    "bytes in a result that are none",
    talk(
      user(text("a")),
      modelTurn(call("f", signed)),
      user(result("f", { parts: [{ inlineData: { mimeType: "image/png", data: "!" } }] })),
    ),
    "Base64 decoding failed",
    g3,
  ],
  [
    "no signature",
    talk(user(text("a")), modelTurn(call()), user(result())),
    "function call `f` in the 2. content block is missing a `thought_signature`",
    g3,
  ],
  [
    "no signature from a model that hardly thinks",
    {
      ...talk(user(text("a")), modelTurn(call()), user(result())),
      generationConfig: { thinkingConfig: { thinkingLevel: "MINIMAL" } },
    },
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
