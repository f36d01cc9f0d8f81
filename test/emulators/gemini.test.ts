import { type FunctionDeclaration, ServiceTier, ThinkingLevel } from "@google/genai";
import { describe, expect, test } from "vitest";
import { collect } from "../_promises.ts";
import { clientOf, emulate, post, says } from "./_gemini.ts";
import { apiError } from "./_vertex.ts";

const model = "gemini-2.5-flash";
const newer = "gemini-3-flash-preview";

const weather: FunctionDeclaration = {
  name: "get_weather",
  description: "The weather of a city",
  parametersJsonSchema: { type: "object", properties: { city: { type: "string" } }, required: ["city"] },
};
const tools = [{ functionDeclarations: [weather] }];

describe("Google's SDK in the mode of the Developer API", () => {
  test.each([model, newer])("gets a text of %s, and nothing that only Vertex AI tells", async (name) => {
    const emulator = await emulate();
    const response = await clientOf(emulator).models.generateContent({ model: name, contents: "Good morning" });
    expect(response.text).toContain("You said: Good morning");
    expect(response.modelVersion).toBe(name);
    expect(response.createTime).toBeUndefined();
    expect(response.usageMetadata?.trafficType).toBeUndefined();
    const { promptTokenCount = 0, candidatesTokenCount = 0, totalTokenCount } = response.usageMetadata ?? {};
    expect(totalTokenCount).toBe(promptTokenCount + candidatesTokenCount);
    expect(emulator.requests[0]?.path).toBe(`/v1/models/${name}:generateContent`);
    expect(emulator.requests[0]?.headers["x-goog-api-key"]).toBe("[masked]");
  });

  test.each([model, newer])("streams a text of %s", async (name) => {
    const client = clientOf(await emulate());
    const chunks = await collect(await client.models.generateContentStream({ model: name, contents: "Tell me more" }));
    expect(chunks.length).toBeGreaterThan(3);
    expect(chunks.map(({ text }) => text ?? "").join("")).toContain("You said: Tell me more");
    expect(chunks.map(({ candidates }) => candidates?.[0]?.finishReason).filter(Boolean)).toEqual(["STOP"]);
    expect(JSON.stringify(chunks)).not.toMatch(/trafficType|createTime/);
  });

  test.each([model, newer])("uses the results of tools in a chat with %s", async (name) => {
    const chat = clientOf(await emulate()).chats.create({ model: name, config: { tools } });
    const asked = await chat.sendMessage({ message: "What is the weather in Paris and Rome?" });
    const calls = asked.functionCalls ?? [];
    expect(calls.map(({ args }) => args?.["city"])).toEqual(["Paris", "Rome"]);
    expect(calls.map(({ id }) => typeof id)).toEqual(Array(2).fill(name === newer ? "string" : "undefined"));
    const message = calls.map(({ id, name: called = "", args }) => ({
      functionResponse: {
        ...(id !== undefined && { id }),
        name: called,
        response: { output: `sunny ${args?.["city"]}` },
      },
    }));
    const told = await chat.sendMessage({ message });
    expect(told.text).toContain("get_weather says: sunny Paris. get_weather says: sunny Rome.");
  });

  test("streams calls, with ids and the signature on the first", async () => {
    const client = clientOf(await emulate());
    const contents = "Weather in Paris and Rome?";
    const chunks = await collect(
      await client.models.generateContentStream({ model: newer, contents, config: { tools } }),
    );
    const parts = chunks.flatMap(({ candidates }) => candidates?.[0]?.content?.parts ?? []);
    const calls = parts.filter(({ functionCall }) => functionCall !== undefined);
    expect(calls.map(({ thoughtSignature }) => thoughtSignature !== undefined)).toEqual([true, false]);
    expect(new Set(calls.map(({ functionCall }) => functionCall?.id)).size).toBe(2);
  });

  test("gets JSON by a schema", async () => {
    const client = clientOf(await emulate());
    const responseJsonSchema = { type: "object", properties: { city: { type: "string" } }, required: ["city"] };
    const config = { responseMimeType: "application/json", responseJsonSchema };
    const response = await client.models.generateContent({ model, contents: "A city: Paris", config });
    expect(JSON.parse(response.text ?? "")).toEqual({ city: "Paris" });
  });

  test("counts tokens", async () => {
    const client = clientOf(await emulate());
    const { totalTokens = 0 } = await client.models.countTokens({ model, contents: "Good morning, everybody" });
    expect(totalTokens).toBeGreaterThan(3);
  });

  test("embeds several texts, each the same in every call, those that are alike close to each other", async () => {
    const emulator = await emulate();
    const embed = async (...contents: string[]) => {
      const { embeddings = [] } = await clientOf(emulator).models.embedContent({
        model: "gemini-embedding-001",
        contents,
      });
      return embeddings.map(({ values = [] }) => values);
    };
    const [cat = [], kitten = [], ship = []] = await embed("a small cat sleeps", "a small cat eats", "ships at sea");
    expect(cat).toHaveLength(3072);
    expect(await embed("a small cat sleeps")).toEqual([cat]);
    const dot = (one: readonly number[], other: readonly number[]): number =>
      one.reduce((sum, value, at) => sum + value * (other[at] ?? 0), 0);
    expect(dot(cat, kitten)).toBeGreaterThan(dot(cat, ship) + 0.2);
    expect(emulator.requests[0]?.path).toBe("/v1/models/gemini-embedding-001:batchEmbedContents");
  });

  test("embeds in the length that is asked for", async () => {
    const client = clientOf(await emulate());
    const config = { outputDimensionality: 256, taskType: "RETRIEVAL_DOCUMENT", title: "T" };
    const { embeddings } = await client.models.embedContent({ model: "gemini-embedding-001", contents: "a", config });
    expect(embeddings?.map(({ values }) => values?.length)).toEqual([256]);
  });

  test.each([ServiceTier.FLEX, ServiceTier.PRIORITY, undefined])(
    "takes the service tier %s in the body",
    async (tier) => {
      const emulator = await emulate();
      const config = tier === undefined ? {} : { serviceTier: tier };
      const { sdkHttpResponse } = await clientOf(emulator).models.generateContent({ model, contents: "Hi", config });
      expect(sdkHttpResponse?.headers?.["x-gemini-service-tier"]).toBe(tier ?? "standard");
    },
  );

  test("hears why its prompt was blocked, without words", async () => {
    const client = clientOf(await emulate("answers: [{ blocked: PROHIBITED_CONTENT }]"));
    const { promptFeedback, candidates } = await client.models.generateContent({ model, contents: "Hi" });
    expect(promptFeedback).toEqual({ blockReason: "PROHIBITED_CONTENT" });
    expect(candidates).toBeUndefined();
  });

  test("reads quotations by the name that this API has for them", async () => {
    const emulator = await emulate(
      "answers: [{ text: Yes., citations: [{ uri: 'https://a.example/1', title: One }] }]",
    );
    const { text } = await post(emulator, says("?"));
    expect(text).toContain('"citationSources":[{');
    expect(text).not.toContain("One");
    const response = await clientOf(emulator).models.generateContent({ model, contents: "?" });
    expect(response.candidates?.[0]?.citationMetadata?.citations?.[0]?.uri).toBe("https://a.example/1");
  });

  test("gets what a script says, thoughts and counts too", async () => {
    const script = "answers: [{ text: Yes., thoughts: Let me see., usage: { input: 5, output: 2, thinking: 7 } }]";
    const response = await clientOf(await emulate(script)).models.generateContent({
      model: newer,
      contents: "?",
      config: { thinkingConfig: { includeThoughts: true, thinkingLevel: ThinkingLevel.LOW } },
    });
    expect(response.text).toBe("Yes.");
    expect(response.usageMetadata).toMatchObject({ promptTokenCount: 5, thoughtsTokenCount: 7, totalTokenCount: 14 });
  });

  test("fails as a script says", async () => {
    const client = clientOf(
      await emulate("answers: [{ error: { status: 429, message: Slow down., retry_after: 2s } }]"),
    );
    const error = await apiError(client.models.generateContent({ model, contents: "Hi" }));
    expect(error.status).toBe(429);
    expect(error.message).toContain("Slow down.");
    expect(error.message).toContain("RetryInfo");
  });
});

describe("§14 who is let in", () => {
  const text = "API key not valid. Please pass a valid API key.";

  test.each<[name: string, headers: Record<string, string>, path: string, want: object]>([
    ["the key in the header", { "x-goog-api-key": "right" }, "", { status: 200 }],
    ["the key in the query", {}, "?key=right", { status: 200 }],
    ["a token in its place", { authorization: "Bearer right" }, "", { status: 200 }],
    [
      "a wrong key",
      { "x-goog-api-key": "wrong" },
      "",
      {
        status: 400,
        body: { error: { message: text, status: "INVALID_ARGUMENT", details: [{ reason: "API_KEY_INVALID" }] } },
      },
    ],
    ["a wrong key in the query", {}, "?key=wrong", { status: 400, body: { error: { message: text } } }],
    [
      "no key",
      {},
      "",
      {
        status: 403,
        body: {
          error: {
            message: expect.stringContaining("Method doesn't allow unregistered callers"),
            status: "PERMISSION_DENIED",
          },
        },
      },
    ],
    ["an empty key", { "x-goog-api-key": "" }, "", { status: 403 }],
    [
      "a wrong token",
      { authorization: "Bearer wrong" },
      "",
      { status: 401, body: { error: { status: "UNAUTHENTICATED" } } },
    ],
  ])("%s", async (_name, headers, query, want) => {
    const emulator = await emulate("answers: []", { token: "right" });
    expect(
      await post(emulator, says("Hi"), { headers, path: `/v1beta/models/${model}:generateContent${query}` }),
    ).toMatchObject(want);
  });

  test("the details name the service", async () => {
    const emulator = await emulate("answers: []", { token: "right" });
    expect((await post(emulator, says("Hi"))).text).toContain('"service": "generativelanguage.googleapis.com"');
  });

  test("anybody, where nothing is asked for", async () => {
    const emulator = await emulate("answers: []", { auth: "none" });
    expect(await post(emulator, says("Hi"), { headers: {} })).toMatchObject({ status: 200 });
  });
});

describe("what there is", () => {
  const notFound = (name: string, version: string, call: string): string =>
    `models/${name} is not found for API version ${version}, or is not supported for ${call}. Call ModelService.ListModels to see the list of available models and their supported methods.`;

  test.each([
    [
      "no other vendor's model",
      "/v1beta/models/gpt-4o:generateContent",
      notFound("gpt-4o", "v1beta", "generateContent"),
    ],
    [
      "no texts of models that make vectors",
      "/v1/models/gemini-embedding-001:generateContent",
      notFound("gemini-embedding-001", "v1", "generateContent"),
    ],
    [
      "no vectors of models that make texts",
      "/v1beta/models/gemini-2.5-flash:embedContent",
      notFound("gemini-2.5-flash", "v1beta", "embedContent"),
    ],
  ])("%s", async (_name, path, message) => {
    expect(await post(await emulate(), says("Hi"), { path })).toMatchObject({
      status: 404,
      body: { error: { code: 404, message, status: "NOT_FOUND" } },
    });
  });

  test.each([
    "/v1beta1/projects/p/locations/global/publishers/google/models/gemini-2.5-flash:generateContent",
    "/v1beta1/publishers/google/models/gemini-2.5-flash:generateContent",
    "/v1beta1/models/gemini-2.5-flash:generateContent",
    "/v1beta/models/gemini-2.5-flash:predict",
    "/v1beta/models/gemini/2.5:generateContent",
    "/v1beta/endpoints/123:generateContent",
  ])("no path %s: a page, not JSON", async (path) => {
    const { status, text } = await post(await emulate(), says("Hi"), { path });
    expect(status).toBe(404);
    expect(text).toContain("<!DOCTYPE html>");
  });

  test("tuned models, with the model behind them", async () => {
    const emulator = await emulate("answers: []", { tunedModel: newer });
    const { status, body } = await post(emulator, says("Hi"), {
      path: "/v1beta/tunedModels/mine-1a2b:generateContent",
    });
    expect(status).toBe(200);
    expect(body).toMatchObject({ modelVersion: newer });
  });

  test("a stream without alt=sse is one JSON array, errors too", async () => {
    const emulator = await emulate("answers: [{ times: 1, text: Yes. }, { error: { status: 503 } }]");
    const told = await post(emulator, says("Hi"), { call: "streamGenerateContent" });
    expect(told.body).toEqual(expect.arrayContaining([expect.objectContaining({ modelVersion: model })]));
    const failed = await post(emulator, says("Hi"), { call: "streamGenerateContent" });
    expect(failed).toMatchObject({ status: 503, body: [{ error: { code: 503, status: "UNAVAILABLE" } }] });
  });
});

describe("counting and embedding without the SDK", () => {
  test("a whole request is counted with its instruction and tools", async () => {
    const emulator = await emulate();
    const whole = {
      ...says("Hi"),
      model: `models/${model}`,
      systemInstruction: { parts: [{ text: "Be brief, always." }] },
    };
    const alone = await post(emulator, says("Hi"), { call: "countTokens" });
    const more = await post(emulator, { generateContentRequest: whole }, { call: "countTokens" });
    const totalOf = ({ text }: { text: string }): number => Number(/"totalTokens":(\d+)/.exec(text)?.[1]);
    expect(totalOf(more)).toBeGreaterThan(totalOf(alone));
  });

  test.each<[name: string, body: unknown, message: string]>([
    ["nothing to count", {}, "contents is not specified"],
    ["an empty conversation", { contents: [] }, "contents is not specified"],
    ["two prompts", { ...says("a"), generateContentRequest: says("b") }, "must not be set together"],
    ["a member of Vertex AI's", { ...says("a"), systemInstruction: {} }, 'Unknown name \\"systemInstruction\\"'],
    ["no JSON", "{", "Invalid JSON payload received"],
  ])("countTokens: %s", async (_name, body, message) => {
    const { status, text } = await post(await emulate(), body, { call: "countTokens" });
    expect(status).toBe(400);
    expect(text).toContain(message);
  });

  test("counting fails as a script says, and says its count", async () => {
    const emulator = await emulate("answers: [{ times: 1, error: { status: 500 } }, { usage: { input: 42 } }]");
    expect(await post(emulator, says("Hi"), { call: "countTokens" })).toMatchObject({ status: 500 });
    expect(await post(emulator, says("Hi"), { call: "countTokens" })).toMatchObject({ body: { totalTokens: 42 } });
  });

  const embedder = "gemini-embedding-001";
  const content = { parts: [{ text: "a" }] };
  const one = { model: `models/${embedder}`, content };

  test("one content is one vector, all parts together", async () => {
    const emulator = await emulate();
    const call = { model: embedder, call: "embedContent" } as const;
    const { body } = await post(
      emulator,
      { content: { parts: [{ text: "a" }, { text: "b" }] }, outputDimensionality: 8 },
      call,
    );
    expect(body).toEqual({ embedding: { values: expect.any(Array) } });
    const other = await post(emulator, { content, outputDimensionality: 8 }, call);
    expect(other.body).not.toEqual(body);
  });

  test("vectors of the first model are not of length one when they are shortened, of its successors they are", async () => {
    const emulator = await emulate();
    const lengthOf = async (name: string): Promise<number> => {
      const { text } = await post(
        emulator,
        { content, outputDimensionality: 64 },
        { model: name, call: "embedContent" },
      );
      const values = /\[(.*)\]/.exec(text)?.[1]?.split(",").map(Number) ?? [];
      return Math.hypot(...values);
    };
    expect(await lengthOf(embedder)).toBeLessThan(0.9);
    expect(await lengthOf("gemini-embedding-2")).toBeCloseTo(1, 4);
  });

  test("a batch keeps the order, and has no counts", async () => {
    const requests = ["a", "b"].map((text) => ({ ...one, content: { parts: [{ text }] }, outputDimensionality: 4 }));
    const { body } = await post(await emulate(), { requests }, { model: embedder, call: "batchEmbedContents" });
    expect(body).toEqual({ embeddings: [{ values: expect.any(Array) }, { values: expect.any(Array) }] });
  });

  test.each<[name: string, call: "embedContent" | "batchEmbedContents", body: unknown, message: string]>([
    ["no content", "embedContent", {}, "content is not specified"],
    ["an empty content", "embedContent", { content: { parts: [{ text: "" }] } }, "content is empty"],
    [
      "the config of Vertex AI",
      "embedContent",
      { content, embedContentConfig: {} },
      'Unknown name \\"embedContentConfig\\"',
    ],
    ["a title without its task", "embedContent", { content, title: "T" }, "RETRIEVAL_DOCUMENT only"],
    ["a vector that is too long", "embedContent", { content, outputDimensionality: 4000 }, "not between 1 and 3072"],
    [
      "a task nobody knows",
      "embedContent",
      { content, taskType: "X" },
      "(type.googleapis.com/google.ai.generativelanguage.v1beta.TaskType)",
    ],
    [
      "another model than the path's",
      "embedContent",
      { ...one, model: "models/gemini-embedding-2" },
      "model of the path",
    ],
    ["no requests", "batchEmbedContents", {}, "requests is not specified"],
    ["an empty batch", "batchEmbedContents", { requests: [] }, "requests is not specified"],
    ["a batch that is too large", "batchEmbedContents", { requests: Array(101).fill(one) }, "at most 100 requests"],
    ["a request of a batch without its model", "batchEmbedContents", { requests: [{ content }] }, "requests[0].model"],
    ["no JSON", "batchEmbedContents", "[", "Invalid JSON payload received"],
  ])("%s is refused", async (_name, call, body, message) => {
    const { status, text } = await post(await emulate(), body, { model: embedder, call });
    expect(status).toBe(400);
    expect(text).toContain(message);
  });
});
