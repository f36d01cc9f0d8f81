import { describe, expect, test } from "vitest";
import { emulate, post, says } from "./_gemini.ts";
import * as vertex from "./_vertex.ts";

const newer = "gemini-3-flash-preview";

const using = (generationConfig: object): object => ({ ...says("Hi"), generationConfig });
const declaring = (parameters: object): object => ({
  ...says("Hi"),
  tools: [{ functionDeclarations: [{ name: "f", description: "", parameters }] }],
});
const part = (one: object): object => ({ contents: [{ role: "user", parts: [{ text: "Look" }, one] }] });

interface Row {
  readonly name: string;
  readonly body: object;
  readonly model?: string;
  /** What the Developer API says. */
  readonly text: string;
  /** Whether Vertex AI takes it. */
  readonly vertex: boolean;
}

const unknown = (name: string, at?: string): string =>
  `Invalid JSON payload received. Unknown name "${name}"${at === undefined ? "" : ` at '${at}'`}: Cannot find field.`;
const schema = "tools[0].function_declarations[0].parameters";

const rows: readonly Row[] = [
  { name: "labels", body: { ...says("Hi"), labels: { team: "a" } }, text: unknown("labels"), vertex: true },
  {
    name: "Model Armor",
    body: { ...says("Hi"), modelArmorConfig: { promptTemplateName: "t" } },
    text: unknown("modelArmorConfig"),
    vertex: true,
  },
  {
    name: "audio time stamps",
    body: using({ audioTimestamp: true }),
    text: unknown("audioTimestamp", "generation_config"),
    vertex: true,
  },
  {
    name: "routing",
    body: using({ routingConfig: { autoMode: {} } }),
    text: unknown("routingConfig", "generation_config"),
    vertex: true,
  },
  {
    name: "the choice of features",
    body: using({ modelConfig: { featureSelectionPreference: "BALANCED" } }),
    text: unknown("modelConfig", "generation_config"),
    vertex: true,
  },
  {
    name: "people in pictures",
    body: using({ imageConfig: { personGeneration: "ALLOW_ALL" } }),
    text: unknown("personGeneration", "generation_config.image_config"),
    vertex: true,
  },
  {
    name: "the method of a safety setting",
    body: {
      ...says("Hi"),
      safetySettings: [{ category: "HARM_CATEGORY_HARASSMENT", threshold: "BLOCK_NONE", method: "SEVERITY" }],
    },
    text: unknown("method", "safety_settings[0]"),
    vertex: true,
  },
  {
    name: "arguments bit by bit",
    body: {
      ...declaring({ type: "OBJECT", properties: { a: { type: "STRING" } } }),
      toolConfig: { functionCallingConfig: { streamFunctionCallArguments: true } },
    },
    text: unknown("streamFunctionCallArguments", "tool_config.function_calling_config"),
    vertex: true,
  },
  {
    name: "own data",
    body: { ...says("Hi"), tools: [{ retrieval: { vertexAiSearch: { datastore: "d" } } }] },
    text: unknown("retrieval", "tools[0]"),
    vertex: true,
  },
  {
    name: "the web search of enterprises",
    body: { ...says("Hi"), tools: [{ enterpriseWebSearch: {} }] },
    text: unknown("enterpriseWebSearch", "tools[0]"),
    vertex: true,
  },
  {
    name: "sites to leave out",
    body: { ...says("Hi"), tools: [{ googleSearch: { excludeDomains: ["a.example"] } }] },
    text: unknown("excludeDomains", "tools[0].google_search"),
    vertex: true,
  },
  {
    name: "another search: Parallel.ai",
    body: { ...says("Hi"), tools: [{ parallelAiSearch: {} }] },
    text: unknown("parallelAiSearch", "tools[0]"),
    vertex: true,
  },
  {
    name: "another search: Exa.ai",
    body: { ...says("Hi"), tools: [{ exaAiSearch: { apiKey: "k" } }] },
    text: unknown("exaAiSearch", "tools[0]"),
    vertex: true,
  },
  {
    name: "sites by their risk",
    body: { ...says("Hi"), tools: [{ googleSearch: { blockingConfidence: "BLOCK_LOW_AND_ABOVE" } }] },
    text: unknown("blockingConfidence", "tools[0].google_search"),
    vertex: true,
  },
  {
    name: "well-known people in pictures",
    body: using({ imageConfig: { prominentPeople: "BLOCK_PROMINENT_PEOPLE" } }),
    text: unknown("prominentPeople", "generation_config.image_config"),
    vertex: true,
  },
  {
    name: "the file format of pictures",
    body: using({ imageConfig: { imageOutputOptions: { mimeType: "image/jpeg" } } }),
    text: unknown("imageOutputOptions", "generation_config.image_config"),
    vertex: true,
  },
  {
    name: "a call in pieces",
    body: {
      contents: [
        { role: "user", parts: [{ text: "Hi" }] },
        {
          role: "model",
          parts: [{ functionCall: { name: "f", partialArgs: [{ jsonPath: "$.a", stringValue: "x" }] } }],
        },
        { role: "user", parts: [{ functionResponse: { name: "f", response: { output: "x" } } }] },
      ],
    },
    text: unknown("partialArgs", "contents[1].parts[0].function_call"),
    vertex: true,
  },
  {
    name: "a label of media",
    body: part({ inlineData: { mimeType: "image/png", data: "AA==", displayName: "x" } }),
    text: unknown("displayName", "contents[0].parts[1].inline_data"),
    vertex: true,
  },
  {
    name: "members that a schema does not list",
    body: declaring({ type: "OBJECT", properties: { a: { type: "STRING" } }, additionalProperties: false }),
    text: unknown("additionalProperties", schema),
    vertex: true,
  },
  {
    name: "a schema that is named",
    body: declaring({ type: "OBJECT", properties: { a: { ref: "#/defs/X" } }, defs: { X: { type: "STRING" } } }),
    text: `${unknown("ref", `${schema}.properties[0].value`)}`,
    vertex: true,
  },
  {
    name: "a file in Google's storage",
    body: part({ fileData: { mimeType: "image/png", fileUri: "gs://bucket/a.png" } }),
    text: "Unsupported file URI type: gs://bucket/a.png",
    vertex: true,
  },
  {
    name: "several candidates since Gemini 3",
    body: using({ candidateCount: 2 }),
    model: newer,
    text: "Multiple candidates is not enabled for this model",
    vertex: false,
  },
  {
    name: "a penalty at 2.5",
    body: using({ presencePenalty: 0.5 }),
    text: "Penalty is not enabled for this model",
    vertex: true,
  },
  {
    name: "a penalty since Gemini 3",
    body: using({ frequencyPenalty: 0.5 }),
    model: newer,
    text: "Penalty is not enabled for this model",
    vertex: false,
  },
  {
    name: "likelihoods at 2.5",
    body: using({ responseLogprobs: true }),
    text: "Logprobs is not enabled for models/gemini-2.5-flash",
    vertex: true,
  },
  {
    name: "a level of thinking that the model lacks",
    body: using({ thinkingConfig: { thinkingLevel: "MINIMAL" } }),
    model: "gemini-3.7-flash",
    text: "Thinking level MINIMAL is not supported for this model",
    vertex: false,
  },
  {
    name: "functions beside a search, unless what it did is shown",
    body: { ...says("Hi"), tools: [{ functionDeclarations: [{ name: "f", description: "" }] }, { googleSearch: {} }] },
    model: newer,
    text: "Please enable tool_config.include_server_side_tool_invocations to use Built-in tools with Function calling.",
    vertex: true,
  },
  { name: "an empty conversation", body: { contents: [] }, text: "contents is not specified", vertex: false },
  {
    name: "words of numbers",
    body: declaring({ type: "OBJECT", properties: { a: { type: "INTEGER", format: "enum", enum: ["1", "2"] } } }),
    text: `${schema}.properties[a].enum: only allowed for STRING type`,
    vertex: true,
  },
  {
    name: "formats of texts",
    body: declaring({ type: "OBJECT", properties: { a: { type: "STRING", format: "email" } } }),
    text: `${schema}.properties[a].format: only 'enum' and 'date-time' are supported for STRING type`,
    vertex: true,
  },
  {
    name: "a word that no list has",
    body: { ...says("Hi"), safetySettings: [{ category: "X", threshold: "BLOCK_NONE" }] },
    text: `Invalid value at 'safety_settings[0].category' (type.googleapis.com/google.ai.generativelanguage.v1beta.HarmCategory), "X"`,
    vertex: false,
  },
];

describe("§14 what the Developer API refuses", () => {
  test.each(rows)("$name", async ({ body, model, text, vertex: taken }) => {
    const options = model === undefined ? {} : { model };
    const refused = await post(await emulate(), body, options);
    expect(refused).toMatchObject({
      status: 400,
      body: { error: { code: 400, message: expect.stringContaining(text), status: "INVALID_ARGUMENT" } },
    });
    expect(refused.text).not.toMatch(/cloud\.google\.com|aiplatform/);
    const there = await vertex.post(await vertex.emulate(), body, options);
    expect(there.status).toBe(taken ? 200 : 400);
  });
});

describe("§14 what the Developer API takes, and Vertex AI does not", () => {
  test.each<[name: string, body: object, model?: string]>([
    ["the service tier in the body", { ...says("Hi"), serviceTier: "flex" }],
    ["leave to keep the exchange", { ...says("Hi"), store: false }],
    ["civic answers", using({ enableEnhancedCivicAnswers: true })],
    ["data about a part", part({ text: "this", partMetadata: { from: "me" } })],
    ["a conversation without roles", { contents: [{ parts: [{ text: "Hi" }] }] }],
    ["a search in files", { ...says("Hi"), tools: [{ fileSearch: { fileSearchStoreNames: ["s"] } }] }],
    [
      "a schema of null",
      declaring({ type: "OBJECT", properties: { a: { anyOf: [{ type: "STRING" }, { type: "NULL" }] } } }),
    ],
    [
      "what built-in tools did",
      {
        contents: [
          { role: "user", parts: [{ text: "Hi" }] },
          { role: "model", parts: [{ toolCall: { id: "1", toolType: "GOOGLE_SEARCH_WEB" } }] },
          { role: "model", parts: [{ toolResponse: { id: "1", toolType: "GOOGLE_SEARCH_WEB" } }, { text: "x" }] },
          { role: "user", parts: [{ text: "And?" }] },
        ],
        tools: [{ googleSearch: {} }],
        toolConfig: { includeServerSideToolInvocations: true },
      },
      newer,
    ],
    ["ids at 2.5", conversation({ call: "1", result: "1" })],
  ])("%s", async (_name, body, model) => {
    const options = model === undefined ? {} : { model };
    expect(await post(await emulate(), body, options)).toMatchObject({ status: 200 });
    expect((await vertex.post(await vertex.emulate(), body, options)).status).toBe(400);
  });

  test("a file whose kind the service finds out", async () => {
    const body = part({ fileData: { fileUri: "https://www.youtube.com/watch?v=x" } });
    expect(await post(await emulate(), body)).toMatchObject({ status: 200 });
  });
});

interface Told {
  readonly call?: string;
  readonly result?: string;
  readonly signature?: string;
  /** What the result shows. */
  readonly parts?: readonly object[];
}

/** A call and its result, with the ids that are given. */
function conversation({ call, result, signature, parts }: Told): object {
  const idOf = (id: string | undefined): object => (id === undefined ? {} : { id });
  return {
    contents: [
      { role: "user", parts: [{ text: "Hi" }] },
      {
        role: "model",
        parts: [
          {
            functionCall: { ...idOf(call), name: "f", args: {} },
            ...(signature === undefined ? {} : { thoughtSignature: signature }),
          },
        ],
      },
      {
        role: "user",
        parts: [
          { functionResponse: { ...idOf(result), name: "f", response: { output: "x" }, ...(parts && { parts }) } },
        ],
      },
    ],
    tools: [{ functionDeclarations: [{ name: "f", description: "" }] }],
  };
}

describe("calls and their results since Gemini 3", () => {
  const signature = "c2tpcF90aG91Z2h0X3NpZ25hdHVyZV92YWxpZGF0b3I=";
  const user = { role: "user", parts: [{ text: "Hi" }] };
  const [call, answer] = [{ functionCall: { name: "f", args: {} } }, { name: "f", response: { output: "x" } }];
  const called = { role: "model", parts: [call] };
  const signedCall = { role: "model", parts: [{ ...call, thoughtSignature: "c2ln" }] };
  const twoCalls = { role: "model", parts: [{ ...call, thoughtSignature: "c2ln" }, call] };
  const answered = { role: "user", parts: [{ functionResponse: answer }] };
  const both = { role: "user", parts: [{ functionResponse: answer }, { functionResponse: answer }] };

  test.each<[name: string, ids: { call?: string; result?: string }, status: number]>([
    ["the same id", { call: "a", result: "a" }, 200],
    ["no ids, as of calls that others made", {}, 200],
    ["another id", { call: "a", result: "b" }, 400],
    ["a result without the id of its call", { call: "a" }, 400],
    ["a result with an id that its call has not", { result: "a" }, 400],
  ])("§5.4 %s: %i", async (_name, ids, status) => {
    const { status: got } = await post(await emulate(), conversation({ ...ids, signature }), { model: newer });
    expect(got).toBe(status);
  });

  test("§5.2 results hold media, but none in a bucket", async () => {
    const inlineData = { mimeType: "image/png", data: "AAAA" };
    const send = async (part: object, model: string): Promise<unknown> =>
      (await post(await emulate(), conversation({ signature, parts: [part] }), { model })).body;
    expect(await send({ inlineData }, newer)).toMatchObject({ candidates: [{}] });
    expect(await send({ inlineData }, "gemini-2.5-flash")).toMatchObject({
      error: { message: "Invalid request: `function_response.parts` is not supported for this model." },
    });
    expect(await send({ fileData: { mimeType: "image/png", fileUri: "gs://b/x.png" } }, newer)).toMatchObject({
      error: {
        message: expect.stringContaining(unknown("fileData", "contents[2].parts[0].function_response.parts[0]")),
      },
    });
  });

  test("§9.2 a call without its signature is refused in the words of this API", async () => {
    const { status, body } = await post(await emulate(), conversation({ call: "a", result: "a" }), { model: newer });
    expect(status).toBe(400);
    expect(body).toMatchObject({
      error: {
        message: expect.stringMatching(
          /^Function call is missing a thought_signature in functionCall parts\..* function call `default_api:f` , position 2\./,
        ),
      },
    });
  });

  test.each<[name: string, model: string, contents: readonly unknown[], status: number, level?: string]>([
    ["however little the model thinks", newer, [user, called, answered], 400, "MINIMAL"],
    ["in every step", newer, [user, signedCall, answered, called, answered], 400],
    ["on the first of two calls", newer, [user, { ...twoCalls, parts: [...twoCalls.parts].reverse() }, both], 400],
    ["not on the second of two", newer, [user, twoCalls, both], 200],
    ["not in an earlier turn", newer, [user, called, answered, user], 200],
    ["not by 2.5", "gemini-2.5-flash", [user, called, answered], 200],
    ["not by a model that draws", "gemini-3-pro-image", [user, called, answered], 200],
  ])("§9.2 signatures are demanded %s (%s)", async (_name, model, contents, status, thinkingLevel) => {
    const generationConfig = thinkingLevel === undefined ? {} : { thinkingConfig: { thinkingLevel } };
    expect((await post(await emulate(), { contents, generationConfig }, { model })).status).toBe(status);
  });

  test("§9.2 a signature of another call is found out", async () => {
    const forged = Buffer.from("specgate-emulator:0123456789abcdef").toString("base64");
    const { body } = await post(await emulate(), conversation({ signature: forged }), { model: newer });
    expect(body).toMatchObject({ error: { message: "Thought signature is not valid." } });
  });

  test.each(["skip_thought_signature_validator", "context_engineering_is_the_way_to_go"])(
    "§9.3 %s stands for a signature",
    async (word) => {
      const { status } = await post(await emulate(), conversation({ signature: word }), { model: newer });
      expect(status).toBe(200);
    },
  );
});
