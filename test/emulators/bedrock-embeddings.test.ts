import { InvokeModelCommand } from "@aws-sdk/client-bedrock-runtime";
import { describe, expect, test } from "vitest";
import { clientOf, emulate, pathOf, post } from "./_bedrock.ts";

const titan1 = "amazon.titan-embed-text-v1";
const titan2 = "amazon.titan-embed-text-v2:0";
const pictures = "amazon.titan-embed-image-v1";
const cohere3 = "cohere.embed-english-v3";
const cohere4 = "us.cohere.embed-v4:0";

/** What the AWS SDK gets for a body. */
async function embed(modelId: string, body: object, script?: string): Promise<unknown> {
  const { body: bytes } = await clientOf(await emulate(script)).send(
    new InvokeModelCommand({ modelId, body: new TextEncoder().encode(JSON.stringify(body)) }),
  );
  const value: unknown = JSON.parse(new TextDecoder().decode(bytes));
  return value;
}

const numbers = (length: number): unknown =>
  expect.toSatisfy(
    (list) => Array.isArray(list) && list.length === length && list.every((one) => typeof one === "number"),
  );

describe("vectors", () => {
  test.each<[string, string, object, object]>([
    ["Titan 1", titan1, { inputText: "Hi" }, { embedding: numbers(1536), inputTextTokenCount: 1 }],
    [
      "Titan 2",
      titan2,
      { inputText: "Hi" },
      { embedding: numbers(1024), embeddingsByType: { float: numbers(1024) }, inputTextTokenCount: 1 },
    ],
    [
      "Titan 2 of another length and kind",
      titan2,
      { inputText: "Hi", dimensions: 256, normalize: false, embeddingTypes: ["binary"] },
      { embeddingsByType: { binary: numbers(256) }, inputTextTokenCount: 1 },
    ],
    [
      "Titan with a picture",
      pictures,
      { inputImage: "AAAA", embeddingConfig: { outputEmbeddingLength: 384 } },
      { embedding: numbers(384), inputTextTokenCount: 0, message: null },
    ],
    [
      "Cohere 3",
      cohere3,
      { texts: ["Hi", "Ho"], input_type: "search_query", truncate: "END" },
      {
        id: expect.any(String),
        response_type: "embeddings_floats",
        embeddings: [numbers(1024), numbers(1024)],
        texts: ["hi", "ho"],
      },
    ],
    [
      "Cohere 4 by kinds",
      cohere4,
      {
        texts: ["Hi"],
        input_type: "search_document",
        embedding_types: ["float", "int8", "uint8", "binary", "ubinary"],
        output_dimension: 256,
      },
      {
        id: expect.any(String),
        response_type: "embeddings_by_type",
        texts: ["hi"],
        embeddings: {
          float: [numbers(256)],
          int8: [numbers(256)],
          uint8: [numbers(256)],
          binary: [numbers(32)],
          ubinary: [numbers(32)],
        },
      },
    ],
    [
      "Cohere 4 of a mixture",
      cohere4,
      {
        inputs: [
          {
            content: [
              { type: "text", text: "Hi" },
              { type: "image_url", image_url: "data:image/png;base64,AA" },
            ],
          },
        ],
        input_type: "clustering",
      },
      { id: expect.any(String), response_type: "embeddings_floats", embeddings: [numbers(1536)] },
    ],
  ])("of %s", async (_name, model, body, want) => {
    expect(await embed(model, body)).toEqual(want);
  });

  test("are the same for the same text, and have the length one", async () => {
    const one = await embed(titan2, { inputText: "Hi" });
    expect(await embed(titan2, { inputText: "Hi" })).toEqual(one);
    expect(await embed(titan2, { inputText: "Ho" })).not.toEqual(one);
    expect(one).toMatchObject({
      embedding: expect.toSatisfy((list: number[]) => Math.abs(Math.hypot(...list) - 1) < 1e-5),
    });
  });

  test.each<[string, number, number]>([
    ["float", -1, 1],
    ["int8", -128, 127],
    ["uint8", 0, 255],
    ["binary", -128, 127],
    ["ubinary", 0, 255],
  ])("of %s lie between %d and %d, and not all in one place", async (type, least, most) => {
    const answer = await embed(cohere4, { texts: ["Hi there"], input_type: "clustering", embedding_types: [type] });
    const within = (list: number[]): boolean =>
      list.every((one) => one >= least && one <= most) && new Set(list).size > 5;
    expect(answer).toMatchObject({ embeddings: { [type]: [expect.toSatisfy(within)] } });
  });

  test("count tokens in a header, and as a script says", async () => {
    const emulator = await emulate("answers: [{ usage: { input: 77 } }]");
    const { headers, body } = await post(emulator, pathOf(titan2, "invoke"), { inputText: "Hi" });
    expect([headers.get("x-amzn-bedrock-input-token-count"), body]).toEqual([
      "77",
      expect.objectContaining({ inputTextTokenCount: 77 }),
    ]);
  });

  test("fail as a script says", async () => {
    await expect(
      embed(cohere4, { texts: ["Hi"], input_type: "clustering" }, "answers: [{ error: { status: 429 } }]"),
    ).rejects.toMatchObject({
      name: "ThrottlingException",
    });
  });
});

describe("a request for vectors is refused:", () => {
  const long = "word ".repeat(10_000);

  test.each<[string, string, unknown, string]>([
    ["no JSON", titan2, "{", "Malformed input request: expected a JSON object"],
    ["no text", titan2, {}, "#: required key [inputText] not found, please reformat your input and try again."],
    ["an empty text", titan2, { inputText: "" }, "#/inputText: expected minLength: 1"],
    ["a list", titan2, { inputText: ["Hi"] }, "#/inputText: expected type: string"],
    ["an unknown key", titan2, { inputText: "Hi", n: 1 }, "#: extraneous key [n] is not permitted"],
    ["an odd length", titan2, { inputText: "Hi", dimensions: 300 }, "#/dimensions: value is not a valid enum value"],
    [
      "a length of the first version",
      titan1,
      { inputText: "Hi", dimensions: 256 },
      "#: extraneous key [dimensions] is not permitted",
    ],
    [
      "too much",
      titan2,
      { inputText: long },
      "Too many input tokens. Max input tokens: 8192, request input token count: 12500",
    ],
    ["neither text nor picture", pictures, {}, "#: required key [inputText] not found"],
    ["no purpose", cohere3, { texts: ["Hi"] }, "#: required key [input_type] not found"],
    ["another purpose", cohere3, { texts: ["Hi"], input_type: "fun" }, "#/input_type: value is not a valid enum value"],
    ["no texts", cohere3, { input_type: "clustering" }, "#: required key [texts] not found"],
    [
      "many texts",
      cohere3,
      { texts: Array(97).fill("Hi"), input_type: "clustering" },
      "#/texts: expected maxItems: 96",
    ],
    ["a long text", cohere3, { texts: [long], input_type: "clustering" }, "too many tokens"],
    [
      "an end of version 4",
      cohere3,
      { texts: ["Hi"], input_type: "clustering", truncate: "LEFT" },
      "extraneous key [LEFT]",
    ],
    [
      "a length of version 4",
      cohere3,
      { texts: ["Hi"], input_type: "clustering", output_dimension: 256 },
      "extraneous key [output_dimension]",
    ],
    [
      "an end of version 3",
      cohere4,
      { texts: ["Hi"], input_type: "clustering", truncate: "END" },
      "extraneous key [END]",
    ],
  ])("%s", async (_name, model, body, message) => {
    const posted = await post(await emulate(), pathOf(model, "invoke"), body);
    expect([posted.status, posted.body]).toEqual([400, { message: expect.stringContaining(message) }]);
  });

  test("a long text is cut where that is asked for", async () => {
    const body = { texts: [long], input_type: "clustering", truncate: "END" };
    expect(await post(await emulate(), pathOf(cohere3, "invoke"), body)).toMatchObject({ status: 200 });
  });
});
