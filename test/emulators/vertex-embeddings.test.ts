import { describe, expect, test } from "vitest";
import {
  validateEmbedContentResponse,
  validateTextEmbeddingResponse,
} from "../../generated/validators/vertex.exact.mjs";
import { shortenedVectorOf, vectorOf } from "../../src/emulators/vectors.ts";
import { failureOf } from "../_promises.ts";
import { clientOf, emulate } from "./_vertex.ts";

const lengthOf = (values: readonly number[] = []): number => Math.hypot(...values);
const likeness = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
  Array.from(a).reduce((sum, value, at) => sum + value * (b[at] ?? 0), 0);

/** Sends a body past the SDK, which would mend some of what is wrong. Answers are held against the spec. */
async function post(model: string, call: "predict" | "embedContent", body: unknown, script?: string) {
  const emulator = await emulate(script);
  const place = "/v1/projects/p/locations/us-central1";
  const path = model.startsWith("endpoints/") ? `${place}/${model}` : `${place}/publishers/google/models/${model}`;
  const response = await fetch(`${emulator.url}${path}:${call}`, {
    method: "POST",
    headers: { authorization: "Bearer t" },
    body: typeof body === "string" ? body : JSON.stringify(body),
  });
  const answer: unknown = await response.json();
  const validate = call === "predict" ? validateTextEmbeddingResponse : validateEmbedContentResponse;
  if (response.ok) expect(validate(answer), JSON.stringify(validate.errors)).toBe(true);
  return { status: response.status, body: answer };
}

describe("vectors of the emulators", () => {
  test("have the length one, and are the same each time", () => {
    expect(lengthOf([...vectorOf("a pear", 256)])).toBeCloseTo(1, 5);
    expect(vectorOf("a pear", 256)).toEqual(vectorOf("a pear", 256));
  });

  test("are close to each other where texts share words", () => {
    const pear = vectorOf("a ripe pear on the table", 512);
    expect(likeness(pear, vectorOf("the ripe pear", 512))).toBeGreaterThan(0.5);
    expect(Math.abs(likeness(pear, vectorOf("quarterly tax report", 512)))).toBeLessThan(0.3);
  });

  test("are shorter than one where they are beginnings", () => {
    expect([...shortenedVectorOf("pear", 64, 8)]).toEqual([...vectorOf("pear", 64)].slice(0, 8));
  });
});

describe("Google's SDK", () => {
  test.each([
    ["text-embedding-005", 768],
    ["text-multilingual-embedding-002", 768],
    ["gemini-embedding-001", 3072],
    ["gemini-embedding-2", 3072],
    ["gemini-embedding-2-preview", 3072],
  ])("gets a vector of %s", async (model, dimensions) => {
    const { models } = clientOf(await emulate());
    const { embeddings } = await models.embedContent({ model, contents: "A ripe pear." });
    expect(embeddings?.map(({ values }) => values?.length)).toEqual([dimensions]);
    expect(lengthOf(embeddings?.[0]?.values)).toBeCloseTo(1, 4);
  });

  test("gets several of a model that takes several, each with its tokens", async () => {
    const { models } = clientOf(await emulate());
    const { embeddings, metadata } = await models.embedContent({
      model: "text-embedding-005",
      contents: ["A ripe pear.", "An old house"],
      config: { taskType: "RETRIEVAL_DOCUMENT", title: "Things", outputDimensionality: 8, autoTruncate: false },
    });
    expect(embeddings).toMatchObject([
      { statistics: { tokenCount: 3, truncated: false } },
      { statistics: { tokenCount: 3, truncated: false } },
    ]);
    expect(embeddings?.map(({ values }) => [...(values ?? [])].length)).toEqual([8, 8]);
    // A shortened vector is not of length one.
    expect(lengthOf(embeddings?.[0]?.values)).toBeLessThan(0.5);
    expect(metadata?.billableCharacterCount).toBe(20);
  });

  test("gets a shortened vector of length one where the model brings it to that", async () => {
    const { models } = clientOf(await emulate());
    const config = { outputDimensionality: 16 };
    const { embeddings } = await models.embedContent({ model: "gemini-embedding-2", contents: "Pear.", config });
    expect(lengthOf(embeddings?.[0]?.values)).toBeCloseTo(1, 4);
  });

  test("gets one vector for all parts of a content", async () => {
    const { models } = clientOf(await emulate());
    const contents = { parts: [{ text: "A pear." }, { text: "A house." }] };
    const { embeddings } = await models.embedContent({ model: "gemini-embedding-2", contents });
    expect(embeddings).toHaveLength(1);
  });

  test("hears of a second text where the model takes one", async () => {
    const { models } = clientOf(await emulate());
    const asked = models.embedContent({ model: "gemini-embedding-001", contents: ["One.", "Two."] });
    expect(await failureOf(asked)).toMatchObject({ status: 400, message: expect.stringContaining("1 instance(s)") });
  });
});

describe("texts that are too long", () => {
  const content = "word ".repeat(2000);

  test("are cut, unless that is not wanted, and the answer says so", async () => {
    const { body } = await post("text-embedding-005", "predict", { instances: [{ content }] });
    expect(body).toMatchObject({
      predictions: [{ embeddings: { statistics: { token_count: 2048, truncated: true } } }],
    });
    const one = await post("gemini-embedding-2", "embedContent", { content: { parts: [{ text: content.repeat(4) }] } });
    expect(one.body).toMatchObject({ truncated: true, usageMetadata: { promptTokenCount: 8192 } });
  });

  test("count together", async () => {
    const instances = Array.from({ length: 10 }, () => ({ content: "word ".repeat(1600) }));
    const { status } = await post("text-embedding-005", "predict", { instances });
    expect(status).toBe(200);
    const more = await post("text-embedding-005", "predict", { instances: [...instances, { content: "One." }] });
    expect([more.status, JSON.stringify(more.body)]).toEqual([400, expect.stringMatching(/is 20001 but .* 20000/)]);
  });
});

describe("Vertex AI refuses, of vectors", () => {
  const pear = { content: "Pear." };
  const parameters = { autoTruncate: false };
  const part = { parts: [{ text: "Pear." }] };
  type Call = "predict" | "embedContent";
  const rows: [name: string, model: string, call: Call, body: unknown, message: RegExp, status?: number][] = [
    ["no JSON", "text-embedding-005", "predict", "{", /Invalid JSON/],
    ["no instances", "text-embedding-005", "predict", {}, /provide instances/],
    ["an empty list", "text-embedding-005", "predict", { instances: [] }, /provide instances/],
    ["251 texts", "text-embedding-005", "predict", { instances: Array(251).fill(pear) }, /^250 instance\(s\).*: 251$/],
    ["two texts", "gemini-embedding-001", "predict", { instances: [pear, pear] }, /^1 instance\(s\).*: 2$/],
    [
      "an empty text",
      "text-embedding-005",
      "predict",
      { instances: [pear, { content: "" }] },
      /Instance 1 has no text/,
    ],
    ["no text", "text-embedding-005", "predict", { instances: [{}] }, /Instance 0 has no text/],
    [
      "a text that is a number",
      "text-embedding-005",
      "predict",
      { instances: [{ content: 5 }] },
      /instances\[0\].content/,
    ],
    [
      "a long text that may not be cut",
      "gemini-embedding-001",
      "predict",
      { instances: [{ content: "word ".repeat(2000) }], parameters },
      /is 2500 but the model supports up to 2048/,
    ],
    [
      "769 dimensions",
      "text-embedding-005",
      "predict",
      { instances: [pear], parameters: { outputDimensionality: 769 } },
      /outputDimensionality value of 769 .* 769 \(exclusive\)/,
    ],
    [
      "3073 dimensions",
      "gemini-embedding-001",
      "predict",
      { instances: [pear], parameters: { outputDimensionality: 3073 } },
      /outputDimensionality value of 3073 .* 3073 \(exclusive\)/,
    ],
    [
      "a long text that may not be cut",
      "text-multilingual-embedding-002",
      "predict",
      { instances: [{ content: "word ".repeat(2000) }], parameters },
      /is 2500 but the model supports up to 2048/,
    ],
    [
      "no dimensions",
      "gemini-embedding-001",
      "predict",
      { instances: [pear], parameters: { outputDimensionality: 0 } },
      /outputDimensionality value of 0/,
    ],
    [
      "an unknown task",
      "text-embedding-005",
      "predict",
      { instances: [{ ...pear, task_type: "BAKING" }] },
      /Unsupported task type: BAKING/,
    ],
    [
      "a title of a query",
      "text-embedding-005",
      "predict",
      { instances: [{ ...pear, task_type: "RETRIEVAL_QUERY", title: "P" }] },
      /title is supported/,
    ],
    ["no content", "gemini-embedding-2", "embedContent", {}, /no text/],
    ["an empty content", "gemini-embedding-2", "embedContent", { content: { parts: [{ text: "" }] } }, /no text/],
    [
      "an unknown member",
      "gemini-embedding-2",
      "embedContent",
      { content: part, contents: [] },
      /"contents".*Cannot find/,
    ],
    [
      "3073 dimensions",
      "gemini-embedding-2",
      "embedContent",
      { content: part, embedContentConfig: { outputDimensionality: 3073 } },
      /value of 3073/,
    ],
    [
      "a content that is too long",
      "gemini-embedding-2",
      "embedContent",
      { content: { parts: [{ text: "word ".repeat(8000) }] }, embedContentConfig: parameters },
      /is 10000 but the model supports up to 8192/,
    ],
    ["the other call", "gemini-embedding-2", "predict", { instances: [pear] }, /does not support predict/],
    ["the other call", "text-embedding-005", "embedContent", { content: part }, /does not support embedContent/],
    ["a model that makes none", "gemini-2.5-flash", "predict", { instances: [pear] }, /was not found/, 404],
    ["an unknown model", "text-embedding-next", "predict", { instances: [pear] }, /was not found/, 404],
  ];

  test.each<(typeof rows)[number]>(rows)("%s (%s:%s)", async (_name, model, call, body, message, status = 400) => {
    const refused = await post(model, call, body);
    expect(refused).toMatchObject({ status, body: { error: { message: expect.stringMatching(message) } } });
  });
});

describe("a script", () => {
  test("replaces the counts", async () => {
    const script = "answers: [{ usage: { input: 77 } }]";
    const { body } = await post("gemini-embedding-001", "predict", { instances: [{ content: "Pear." }] }, script);
    expect(body).toMatchObject({ predictions: [{ embeddings: { statistics: { token_count: 77 } } }] });
  });

  test("fails where it says so, by what the texts say", async () => {
    const script = "answers: [{ when: { says: pear, model: text-* }, error: { status: 429 } }]";
    const ask = (content: string) => post("text-embedding-005", "predict", { instances: [{ content }] }, script);
    expect([(await ask("A pear.")).status, (await ask("A house.")).status]).toEqual([429, 200]);
  });

  test("answers a tuned endpoint too", async () => {
    const { status } = await post("endpoints/123", "predict", { instances: [{ content: "Pear." }] });
    expect(status).toBe(200);
  });
});
