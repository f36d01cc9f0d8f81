import { describe, expect, test } from "vitest";
import { validateGenerateContentRequest as validateForDeveloper } from "../../../generated/validators/gemini.closed.mjs";
import { developerSurface } from "../../../src/emulators/gemini/surface.ts";
import { checkRequest } from "../../../src/emulators/vertex/check.ts";
import { familyOf } from "../../../src/emulators/vertex/families.ts";
import { readRequest } from "../../../src/emulators/vertex/read.ts";
import { vertexSurface } from "../../../src/emulators/vertex/surface.ts";
import { startGateway } from "../../_setup.ts";
import { embeddingProviders, embeddingSetup, expectedVector } from "../../contract/_embedding-providers.ts";
import { sentBodies } from "../../contract/_providers.ts";
import { ask, developer } from "./_ask.ts";

const parameters = {
  type: "object",
  properties: { size: { enum: [1, 2] }, none: { type: "null" } },
  additionalProperties: false,
};
const fn = { type: "function", function: { name: "f", parameters } };

/** The first declaration of a request's first tool. */
function declarationOf(model: string, facts: Parameters<typeof ask>[2]): unknown {
  const { tools } = Object(ask({ tools: [fn] }, model, facts).body);
  return tools[0].functionDeclarations[0];
}

describe("§14 schemas by host", () => {
  test("the older form of Vertex AI has words of numbers, that of the Developer API has null", () => {
    const said = (facts: Parameters<typeof ask>[2]) => Object(declarationOf("gemini-1.5-pro-002", facts)).parameters;
    expect(said({}).properties.size).toMatchObject({ type: "INTEGER", enum: ["1", "2"] });
    expect(said(developer).properties.size).not.toHaveProperty("enum");
    expect(said({}).properties.none).not.toMatchObject({ type: "NULL" });
    expect(said(developer).properties.none).toMatchObject({ type: "NULL" });
    expect(said(developer)).not.toHaveProperty("additionalProperties");
  });

  test.each(["gemini-2.0-flash-001", "gemini-2.5-flash", "gemini-3.6-flash"])("%s reads the same at both", (model) => {
    expect(declarationOf(model, {})).toMatchObject({ parametersJsonSchema: { additionalProperties: false } });
    expect(declarationOf(model, developer)).toEqual(declarationOf(model, {}));
  });
});

const call = { id: "g1", type: "function", function: { name: "f", arguments: "{}" } };

/** All that a client may say and that the two hosts have otherwise, in one request. */
const everything = {
  messages: [
    { role: "system", content: "Be brief." },
    {
      role: "user",
      content: [
        { type: "text", text: "Look." },
        { type: "file", file: { filename: "a.pdf", file_data: "data:application/pdf;base64,JVBERg==" } },
        { type: "image_url", image_url: { url: "https://a.example/x.png", detail: "high" } },
      ],
    },
    { role: "assistant", content: null, tool_calls: [call] },
    { role: "tool", tool_call_id: "g1", content: "1" },
  ],
  tools: [fn],
  web_search_options: { search_context_size: "low" },
  safety_settings: [{ category: "HARASSMENT", threshold: "BLOCK_NONE", method: "SEVERITY" }],
  service_tier: "flex",
  store: true,
  metadata: { team: "a" },
  presence_penalty: 0.5,
  frequency_penalty: 0.5,
  n: 3,
  reasoning_effort: "low",
  include_reasoning: true,
  seed: 7,
} as const;

describe("§14 a request that says everything", () => {
  test.each(["gemini-2.5-flash", "gemini-3-flash-preview", "gemini-3.6-flash", "gemini-4-argon"])(
    "is taken by both hosts for %s, each in its own way",
    (model) => {
      const [vertexBody, ownBody] = [ask(everything, model).body, ask(everything, model, developer).body].map(
        (body): Record<string, unknown> => JSON.parse(JSON.stringify(body)),
      );
      expect(validateForDeveloper(ownBody), JSON.stringify(validateForDeveloper.errors)).toBe(true);
      for (const [body, surface] of [
        [vertexBody, vertexSurface],
        [ownBody, developerSurface],
      ] as const) {
        const read = readRequest(body, surface);
        const refusal =
          "refusal" in read
            ? read.refusal
            : checkRequest({ request: read.request, family: familyOf(model), model, surface });
        expect(refusal?.body, JSON.stringify(body)).toBeUndefined();
      }
      expect(vertexBody).not.toHaveProperty("serviceTier");
      expect(ownBody).toMatchObject({ serviceTier: "flex" });
      expect(vertexBody).toMatchObject({ safetySettings: [{ method: "SEVERITY" }] });
      expect(ownBody).not.toHaveProperty("safetySettings.0.method");
      for (const body of [vertexBody, ownBody]) {
        expect(body).not.toHaveProperty("labels");
        expect(body).not.toHaveProperty("store");
        expect(body).not.toHaveProperty("generationConfig.candidateCount");
      }
    },
  );
});

describe("§13 a request of many texts", () => {
  test.each<[name: string, texts: number, sizes: readonly number[]]>([
    ["gemini-embedding-001 of the Developer API", 100, [100]],
    ["gemini-embedding-001 of the Developer API", 250, [100, 100, 50]],
    ["gemini-embedding-2 of the Developer API", 101, [100, 1]],
  ])("is split into batches of a hundred for %s: %i", async (name, count, sizes) => {
    const provider = embeddingProviders.find((one) => one.name === name);
    if (provider === undefined) throw new Error(`no provider ${name}`);
    const gateway = await startGateway(embeddingSetup(provider));
    const input = Array.from({ length: count }, (_, at) => `text ${at}`);
    const { data } = await gateway.client.embeddings.create({ model: "test-model", input, dimensions: 16 });
    const sent = sentBodies(gateway).map((body): number => Object(body).requests.length);
    expect(sent.toSorted((a, b) => b - a)).toEqual(sizes);
    expect(data.map(({ index }) => index)).toEqual(input.map((_, at) => at));
    // The first model's shortened vectors are beginnings of longer ones.
    const own = expectedVector(`text ${count - 1}`, name.includes("001") ? 3072 : 16).slice(0, 16);
    expect(data.at(-1)?.embedding).toEqual(own.map((value) => expect.closeTo(value / Math.hypot(...own), 5)));
  });

  test("is asked text by text where all parts of a content are one vector", async () => {
    const provider = embeddingProviders.find(({ name }) => name === "gemini-embedding-2 on Vertex AI");
    if (provider === undefined) throw new Error("no provider");
    const gateway = await startGateway(embeddingSetup(provider));
    const input = ["A ripe pear.", "An old house."];
    const { data } = await gateway.client.embeddings.create({ model: "test-model", input });
    expect(data).toHaveLength(2);
    const sent = sentBodies(gateway).map((body) => Object(body).content.parts);
    expect(sent).toEqual(expect.arrayContaining(input.map((text) => [{ text }])));
    expect(sent).toHaveLength(2);
  });
});
