import { connect } from "node:net";
import { FunctionCallingConfigMode, type FunctionDeclaration, GoogleGenAI, ThinkingLevel } from "@google/genai";
import { describe, expect, test } from "vitest";
import { collect, failureOf } from "../_promises.ts";
import { apiError, clientOf, emulate, eventsIn, mustBeValid, post, says } from "./_vertex.ts";

const model = "gemini-2.5-flash";

const weather: FunctionDeclaration = {
  name: "get_weather",
  description: "The weather of a city",
  parametersJsonSchema: {
    type: "object",
    properties: { city: { type: "string" }, unit: { type: "string", enum: ["celsius", "fahrenheit"] } },
    required: ["city"],
  },
};

const tools = [{ functionDeclarations: [weather] }];

describe("the SDK of Google against the built-in model", () => {
  test("gets a text, with token counts that add up", async () => {
    const emulator = await emulate();
    const response = await clientOf(emulator).models.generateContent({ model, contents: "Good morning" });
    expect(response.text).toContain("You said: Good morning");
    expect(response.candidates?.[0]?.finishReason).toBe("STOP");
    const { promptTokenCount = 0, candidatesTokenCount = 0, totalTokenCount } = response.usageMetadata ?? {};
    expect(promptTokenCount).toBeGreaterThan(0);
    expect(totalTokenCount).toBe(promptTokenCount + candidatesTokenCount);
    expect(response).toMatchObject({
      modelVersion: model,
      responseId: expect.any(String),
      createTime: expect.any(String),
    });
    expect(emulator.requests[0]?.headers["authorization"]).toBe("Bearer [masked]");
  });

  test.each([model, "gemini-3-flash-preview"])("streams a text in several events from %s", async (name) => {
    const client = clientOf(await emulate());
    const chunks = await collect(
      await client.models.generateContentStream({ model: name, contents: "Tell me a story" }),
    );
    expect(chunks.length).toBeGreaterThan(3);
    expect(chunks.map(({ text }) => text ?? "").join("")).toContain("You said: Tell me a story. I am the small model");
    expect(chunks.map(({ candidates }) => candidates?.[0]?.finishReason).filter(Boolean)).toEqual(["STOP"]);
    expect(new Set(chunks.map(({ responseId }) => responseId)).size).toBe(1);
    const totals = chunks.map(({ usageMetadata }) => usageMetadata?.totalTokenCount ?? 0);
    expect(totals).toEqual(totals.toSorted((a, b) => a - b));
  });

  test("follows the system instruction so far as it mentions it", async () => {
    const client = clientOf(await emulate());
    const response = await client.models.generateContent({
      model,
      contents: "Hi",
      config: { systemInstruction: "Be brief." },
    });
    expect(response.text).toContain("I keep to my instruction: Be brief.");
  });

  test("calls a declared function, with arguments that fit its schema", async () => {
    const client = clientOf(await emulate());
    const response = await client.models.generateContent({
      model,
      contents: "What is the weather in Paris?",
      config: { tools },
    });
    expect(response.functionCalls).toEqual([{ name: "get_weather", args: { city: "Paris", unit: "celsius" } }]);
    expect(response.text).toBeUndefined();
  });

  test("calls a function once per name, with ids and one signature since Gemini 3", async () => {
    const client = clientOf(await emulate());
    const contents = "Weather in Paris, New York and Rome, please";
    const response = await client.models.generateContent({
      model: "gemini-3-flash-preview",
      contents,
      config: { tools },
    });
    expect(response.functionCalls?.map(({ args }) => args?.["city"])).toEqual(["Paris", "New York", "Rome"]);
    expect(new Set(response.functionCalls?.map(({ id }) => id)).size).toBe(3);
    const signed = response.candidates?.[0]?.content?.parts?.map(
      ({ thoughtSignature }) => thoughtSignature !== undefined,
    );
    expect(signed).toEqual([true, false, false]);
  });

  test.each([model, "gemini-3.7-flash"])("uses the results of tools in a chat with %s", async (name) => {
    const chat = clientOf(await emulate()).chats.create({ model: name, config: { tools } });
    const asked = await chat.sendMessage({ message: "What is the weather in Paris and Rome?" });
    const calls = asked.functionCalls ?? [];
    expect(calls).toHaveLength(2);
    const message = calls.map(({ id, name: called = "", args }) => ({
      functionResponse: {
        ...(id !== undefined && { id }),
        name: called,
        response: { output: `sunny in ${args?.["city"]}` },
      },
    }));
    const told = await chat.sendMessage({ message });
    expect(told.text).toContain("get_weather says: sunny in Paris. get_weather says: sunny in Rome.");
  });

  test("streams calls in a chat and takes the history back", async () => {
    const chat = clientOf(await emulate()).chats.create({ model: "gemini-3-flash-preview", config: { tools } });
    const chunks = await collect(await chat.sendMessageStream({ message: "Weather in Oslo?" }));
    const [call] = chunks.flatMap(({ functionCalls }) => functionCalls ?? []);
    const functionResponse = { id: call?.id ?? "", name: "get_weather", response: { output: "snow" } };
    const told = await chat.sendMessage({ message: [{ functionResponse }] });
    expect(told.text).toContain("snow");
    const again = await chat.sendMessage({ message: "thank you for that" });
    expect(again.functionCalls).toHaveLength(1);
  });

  test.each<[FunctionCallingConfigMode, boolean]>([
    [FunctionCallingConfigMode.ANY, true],
    [FunctionCallingConfigMode.AUTO, true],
    [FunctionCallingConfigMode.NONE, false],
  ])("mode %s is honoured", async (mode, wanted) => {
    const client = clientOf(await emulate());
    const toolConfig = { functionCallingConfig: { mode } };
    const response = await client.models.generateContent({ model, contents: "hello", config: { tools, toolConfig } });
    expect(response.functionCalls !== undefined).toBe(wanted);
  });

  test("only allowed functions are called", async () => {
    const client = clientOf(await emulate());
    const two = [{ functionDeclarations: [weather, { name: "get_time" }] }];
    const functionCallingConfig = { mode: FunctionCallingConfigMode.ANY, allowedFunctionNames: ["get_time"] };
    const config = { tools: two, toolConfig: { functionCallingConfig } };
    const response = await client.models.generateContent({ model, contents: "the weather of the city", config });
    expect(response.functionCalls).toEqual([{ name: "get_time" }]);
  });

  test("JSON output fits its schema", async () => {
    const client = clientOf(await emulate());
    const responseJsonSchema = {
      type: "object",
      properties: {
        name: { type: "string" },
        size: { enum: ["small", "large"] },
        count: { type: "integer", minimum: 7 },
        tags: { type: "array", items: { $ref: "#/$defs/tag" }, minItems: 2 },
        note: { anyOf: [{ type: "null" }, { type: "string" }] },
      },
      required: ["name", "size"],
      $defs: { tag: { type: "object", properties: { label: { type: "string" } }, required: ["label"] } },
    };
    const config = { responseMimeType: "application/json", responseJsonSchema };
    const response = await client.models.generateContent({ model, contents: "Describe Berlin", config });
    expect(JSON.parse(response.text ?? "")).toEqual({
      name: "Berlin",
      size: "small",
      count: 7,
      tags: [{ label: "Berlin" }, { label: "Berlin" }],
      note: "Berlin",
    });
  });

  test("JSON output fits the older form of schema, in its order", async () => {
    const emulator = await emulate();
    const responseSchema = {
      type: "OBJECT",
      properties: { b: { type: "INTEGER", minimum: 3 }, a: { type: "STRING", enum: ["x", "y"] } },
      propertyOrdering: ["a", "b"],
    };
    const { text } = await post(emulator, {
      ...says("go"),
      generationConfig: { responseMimeType: "application/json", responseSchema },
    });
    expect(text).toContain(String.raw`{\"a\":\"x\",\"b\":3}`);
  });

  test("maxOutputTokens cuts the text and says so", async () => {
    const client = clientOf(await emulate());
    const response = await client.models.generateContent({ model, contents: "Hi", config: { maxOutputTokens: 5 } });
    expect(response.text).toBe("Hello! You said: Hi.");
    expect(response.candidates?.[0]?.finishReason).toBe("MAX_TOKENS");
    expect(response.usageMetadata?.candidatesTokenCount).toBe(5);
  });

  test("thinking eats up a small limit before any text comes", async () => {
    const client = clientOf(await emulate());
    const config = { maxOutputTokens: 4, thinkingConfig: { includeThoughts: true } };
    const response = await client.models.generateContent({ model, contents: "Hi", config });
    expect(response.text).toBeUndefined();
    expect(response.candidates?.[0]?.finishReason).toBe("MAX_TOKENS");
    expect(response.usageMetadata).toMatchObject({ thoughtsTokenCount: 4 });
  });

  test("a stop sequence ends the text before it", async () => {
    const client = clientOf(await emulate());
    const response = await client.models.generateContent({
      model,
      contents: "Hi",
      config: { stopSequences: [" small", "emulator"] },
    });
    expect(response.text).toMatch(/I am the$/);
    expect(response.candidates?.[0]?.finishReason).toBe("STOP");
  });

  test.each([
    [model, { includeThoughts: true, thinkingBudget: 1024 }],
    ["gemini-3-flash-preview", { includeThoughts: true, thinkingLevel: ThinkingLevel.LOW }],
  ])("%s shows thoughts when asked to", async (name, thinkingConfig) => {
    const client = clientOf(await emulate());
    const response = await client.models.generateContent({ model: name, contents: "Why?", config: { thinkingConfig } });
    const [thought] = response.candidates?.[0]?.content?.parts ?? [];
    expect(thought).toMatchObject({ thought: true, text: "The user wants: Why. I will answer." });
    expect(response.usageMetadata?.thoughtsTokenCount).toBeGreaterThan(0);
    expect(response.text).not.toContain("The user wants");
  });

  test("several candidates and likelihoods come from models that have them", async () => {
    const client = clientOf(await emulate());
    const config = { candidateCount: 2, responseLogprobs: true, logprobs: 3 };
    const response = await client.models.generateContent({ model, contents: "Hi", config });
    expect(response.candidates?.map(({ index }) => index)).toEqual([undefined, 1]);
    const { chosenCandidates, topCandidates } = response.candidates?.[0]?.logprobsResult ?? {};
    expect(chosenCandidates?.map(({ token }) => token).join("")).toBe(response.text);
    expect(topCandidates?.[0]?.candidates).toHaveLength(3);
  });

  test("express mode takes an API key", async () => {
    const emulator = await emulate("answers: []", { token: "the-key" });
    const client = new GoogleGenAI({ vertexai: true, apiKey: "the-key", httpOptions: { baseUrl: emulator.url } });
    const response = await client.models.generateContent({ model, contents: "Hi" });
    expect(response.text).toContain("Hi");
    expect(emulator.requests[0]?.path).toBe(`/v1beta1/publishers/google/models/${model}:generateContent`);
  });
});

describe("the SDK of Google against a script", () => {
  test("gets what is written", async () => {
    const client = clientOf(
      await emulate(`
        answers:
          - text: It is cold.
            thoughts: Winter.
            calls: [{ name: f, args: { a: [1] }, id: "" }, { name: g }]
            finish: OTHER
            signature: c2ln
            model_version: gemini-x
            usage: { input: 100, cached: 40, output: 7, thinking: 3, tool_use: 2, traffic: PROVISIONED_THROUGHPUT }
      `),
    );
    const config = { thinkingConfig: { includeThoughts: true } };
    const response = await client.models.generateContent({ model: "gemini-3-flash-preview", contents: "Hi", config });
    expect(response).toMatchObject({
      candidates: [
        {
          content: {
            role: "model",
            parts: [
              { text: "Winter.", thought: true },
              { text: "It is cold." },
              { functionCall: { name: "f", args: { a: [1] }, id: "" }, thoughtSignature: "c2ln" },
              { functionCall: { name: "g" } },
            ],
          },
          finishReason: "OTHER",
        },
      ],
      modelVersion: "gemini-x",
      usageMetadata: {
        promptTokenCount: 100,
        cachedContentTokenCount: 40,
        candidatesTokenCount: 7,
        thoughtsTokenCount: 3,
        toolUsePromptTokenCount: 2,
        totalTokenCount: 112,
        trafficType: "PROVISIONED_THROUGHPUT",
      },
    });
  });

  test("a blocked prompt has no candidates", async () => {
    const client = clientOf(await emulate("answers: [{ blocked: PROHIBITED_CONTENT }]"));
    const response = await client.models.generateContent({ model, contents: "Hi" });
    expect(response.candidates).toBeUndefined();
    expect(response.promptFeedback?.blockReason).toBe("PROHIBITED_CONTENT");
  });

  test("429 says when to come back", async () => {
    const client = clientOf(await emulate("answers: [{ error: { status: 429, retry_after: 1.5s } }]"));
    const error = await apiError(client.models.generateContent({ model, contents: "Hi" }));
    expect(error.status).toBe(429);
    expect(JSON.parse(error.message)).toEqual({
      error: {
        code: 429,
        message: "Resource exhausted. Please try again later.",
        status: "RESOURCE_EXHAUSTED",
        details: [{ "@type": "type.googleapis.com/google.rpc.RetryInfo", retryDelay: "1.5s" }],
      },
    });
  });

  test("an error passes when it is used up", async () => {
    const client = clientOf(await emulate("answers: [{ times: 1, error: { status: 500 } }, { text: Now. }]"));
    expect((await apiError(client.models.generateContent({ model, contents: "Hi" }))).status).toBe(500);
    expect((await client.models.generateContent({ model, contents: "Hi" })).text).toBe("Now.");
  });

  test("a request no rule fits can fail", async () => {
    const client = clientOf(await emulate("{ answers: [], otherwise: fail }"));
    const error = await apiError(client.models.generateContent({ model, contents: "Hi" }));
    expect(error.message).toContain("The script has no answer for this request.");
  });

  test("the first byte can be late", async () => {
    const client = clientOf(await emulate("answers: [{ text: Late., delay: { first_byte: 150ms } }]"));
    const started = performance.now();
    expect((await client.models.generateContent({ model, contents: "Hi" })).text).toBe("Late.");
    expect(performance.now() - started).toBeGreaterThan(140);
  });

  test("a stream can be cut in the middle", async () => {
    const client = clientOf(await emulate("answers: [{ words: 100, chunks: 10, cut: { after_events: 3 } }]"));
    const seen: string[] = [];
    const error = await failureOf(
      (async () => {
        for await (const { text } of await client.models.generateContentStream({ model, contents: "Hi" }))
          seen.push(text ?? "");
      })(),
    );
    expect(error).toBeInstanceOf(Error);
    expect(seen).toHaveLength(3);
  });

  test("a stream can fail within", async () => {
    const client = clientOf(
      await emulate("answers: [{ words: 50, stream_error: { after_events: 2, status: 503, message: Overloaded. } }]"),
    );
    const error = await apiError(
      (async () => {
        await collect(await client.models.generateContentStream({ model, contents: "Hi" }));
      })(),
    );
    expect(error.status).toBe(503);
    expect(error.message).toContain("Overloaded.");
  });

  test("bytes can come one by one, and no character breaks", async () => {
    const client = clientOf(await emulate("answers: [{ text: 'Grüße 👋🏽 aus Köln', chunks: 5, write_bytes: 1 }]"));
    const chunks = await collect(await client.models.generateContentStream({ model, contents: "Hi" }));
    expect(chunks.map(({ text }) => text ?? "").join("")).toBe("Grüße 👋🏽 aus Köln");
    expect(chunks).toHaveLength(5);
  });
});

describe("streams on the wire", () => {
  test("are server-sent events with alt=sse, each a valid answer", async () => {
    const emulator = await emulate("answers: [{ text: one two three, chunks: 3, traffic_first: true }]");
    const path = `/v1/projects/p/locations/l/endpoints/123:streamGenerateContent?alt=sse`;
    const { text } = await post(emulator, says("Hi"), { path });
    const events = eventsIn(text);
    expect(events).toHaveLength(4);
    expect(events[0]).toEqual({
      usageMetadata: { trafficType: "ON_DEMAND" },
      modelVersion: model,
      createTime: expect.any(String),
      responseId: expect.any(String),
    });
    expect(text.endsWith("\r\n\r\n")).toBe(true);
  });

  test("are one JSON array without it", async () => {
    const emulator = await emulate("answers: [{ text: one two three, chunks: 3 }]");
    const { body } = await post(emulator, says("Hi"), { stream: true });
    expect(body).toHaveLength(3);
  });

  test("refusals stand in the array too", async () => {
    const { body } = await post(await emulate(), {}, { stream: true });
    expect(body).toMatchObject([{ error: { code: 400 } }]);
  });

  test.each<[name: string, thinkingConfig: object, declares: boolean, signed: boolean]>([
    [
      "sign the first part, whatever it is, where it thinks and has functions",
      { includeThoughts: true, thinkingBudget: 1024 },
      true,
      true,
    ],
    ["sign nothing without functions", { includeThoughts: true, thinkingBudget: 1024 }, false, false],
    ["sign nothing without thoughts", {}, true, false],
  ])("§9.1 of 2.5 %s", async (_name, thinkingConfig, declares, signed) => {
    const body = {
      ...says("Why?"),
      generationConfig: { thinkingConfig },
      ...(declares && { tools: [{ functionDeclarations: [weather] }] }),
    };
    const { text } = await post(await emulate("answers: [{ thoughts: Hm., text: Hi. }]"), body, { stream: true });
    const parts = [...text.matchAll(/"parts":(\[.*?\])/g)].flatMap(([, list = "[]"]): object[] => JSON.parse(list));
    expect(parts.map((part) => "thoughtSignature" in part)).toEqual(parts.map((_part, at) => signed && at === 0));
    expect(parts.length).toBeGreaterThan(1);
  });

  test("end in a signature since Gemini 3", async () => {
    const path = "/v1/publishers/google/models/gemini-3-flash-preview:streamGenerateContent?alt=sse";
    const { text } = await post(await emulate("answers: [{ text: Hi. }]"), says("Hi"), { path });
    const last = eventsIn(text).at(-1);
    const part = { text: "", thoughtSignature: expect.any(String) };
    expect(last).toMatchObject({ candidates: [{ content: { parts: [part] }, finishReason: "STOP" }] });
  });

  test("carry events of the script as they are", async () => {
    const emulator = await emulate('answers: [{ events: [{ any: thing }, "text"] }]');
    const response = await fetch(
      `${emulator.url}/v1/publishers/google/models/${model}:streamGenerateContent?alt=sse&key=k`,
      {
        method: "POST",
        body: JSON.stringify(says("Hi")),
      },
    );
    expect(await response.text()).toBe('data: {"any":"thing"}\r\n\r\ndata: "text"\r\n\r\n');
  });

  test("cite their sources at the end, in bytes", async () => {
    const source = "{ uri: https://a.example, title: A, quote: wärm }";
    const emulator = await emulate(`answers: [{ text: Es ist wärmer., sources: [${source}] }]`);
    const { text } = await post(emulator, says("Hi"), {
      path: `/v1/publishers/google/models/${model}:streamGenerateContent?alt=sse&key=k`,
      headers: {},
    });
    expect(eventsIn(text).at(-1)).toMatchObject({
      candidates: [
        {
          groundingMetadata: {
            groundingChunks: [{ web: { uri: "https://a.example", title: "A" } }],
            groundingSupports: [{ segment: { startIndex: 7, endIndex: 12, text: "wärm" }, groundingChunkIndices: [0] }],
          },
        },
      ],
    });
  });
});

describe("faults on the wire", () => {
  test("a raw body is sent as it is", async () => {
    const emulator = await emulate("answers: [{ raw: { status: 502, body: <html>Bad gateway</html> } }]");
    expect(await post(emulator, says("Hi"))).toMatchObject({ status: 502, text: "<html>Bad gateway</html>" });
  });

  test("a connection can break before the headers", async () => {
    const emulator = await emulate("answers: [{ cut: {} }]");
    expect(await failureOf(post(emulator, says("Hi")))).toBeInstanceOf(TypeError);
    await emulator.untilIdle();
    expect(emulator.aborted).toEqual([]);
  });

  test("an answer can end early but properly", async () => {
    const emulator = await emulate("answers: [{ text: some words, cut: { after_bytes: 20, clean: true } }]");
    const response = await fetch(`${emulator.url}/v1/publishers/google/models/${model}:generateContent?key=k`, {
      method: "POST",
      body: JSON.stringify(says("Hi")),
    });
    expect(await response.text()).toHaveLength(20);
  });

  test("headers can be added", async () => {
    const emulator = await emulate("answers: [{ text: Hi, headers: { x-extra: '1' } }]", { auth: "none" });
    const url = `${emulator.url}/v1/projects/p/locations/l/publishers/google/models/${model}:generateContent`;
    const response = await fetch(url, { method: "POST", body: JSON.stringify(says("Hi")) });
    expect(response.headers.get("x-extra")).toBe("1");
  });

  test("the journal tells when a client left, and what is in flight", async () => {
    const emulator = await emulate("answers: [{ words: 1000, chunks: 100, delay: { between: 20ms } }]");
    const controller = new AbortController();
    const client = clientOf(emulator);
    const config = { abortSignal: controller.signal };
    const stream = await client.models.generateContentStream({ model, contents: "Hi", config });
    await stream.next();
    expect(emulator.active.size).toBe(1);
    const leftAt = performance.timeOrigin + performance.now();
    controller.abort();
    const record = await emulator.untilAborted();
    expect((record.abortedAt ?? 0) - leftAt).toBeLessThan(200);
    expect(emulator.active.size).toBe(0);
    expect(record.body).toMatchObject({ contents: [{ role: "user", parts: [{ text: "Hi" }] }] });
  });

  test("a client may leave before the headers", async () => {
    const emulator = await emulate("answers: [{ text: Hi, delay: { headers: 10m } }]");
    const url = `${emulator.url}/v1/publishers/google/models/${model}:generateContent?key=secret`;
    const body = JSON.stringify(says("Hi"));
    const error = await failureOf(fetch(url, { method: "POST", body, signal: AbortSignal.timeout(50) }));
    expect(error).toBeInstanceOf(DOMException);
    const record = await emulator.untilAborted();
    expect(record.path).toMatch(/\?key=\[masked\]$/);
    expect(record.status).toBe(200);
  });
});

describe.each([model, "gemini-2.5-pro", "gemini-3-flash-preview", "gemini-4-argon"])(
  "what %s answers is valid",
  (name) => {
    const schema = { type: "object", properties: { a: { type: "integer" } }, required: ["a"] };
    test.each<[string, object]>([
      ["a text", says("Hi")],
      ["calls", { ...says("Weather in Rome and Oslo"), tools }],
      ["thoughts", { ...says("Why?"), tools, generationConfig: { thinkingConfig: { includeThoughts: true } } }],
      [
        "JSON",
        { ...says("Go"), generationConfig: { responseMimeType: "application/json", responseJsonSchema: schema } },
      ],
      ["a cut text", { ...says("Go"), generationConfig: { maxOutputTokens: 1 } }],
    ])("%s, whole and streamed", async (_name, body) => {
      const emulator = await emulate();
      expect((await post(emulator, body, { model: name })).status).toBe(200);
      const streamed = await post(emulator, body, { model: name, stream: true });
      expect(streamed.body).toEqual(
        expect.arrayContaining([expect.objectContaining({ responseId: expect.any(String) })]),
      );
    });
  },
);

test("a client may leave in the middle of its body", async () => {
  const emulator = await emulate();
  const { hostname, port } = new URL(emulator.url);
  const socket = connect(Number(port), hostname);
  socket.write("POST /v1/x HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\n{");
  while (emulator.active.size === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  socket.destroy();
  expect(await emulator.untilAborted()).toMatchObject({ status: undefined });
  expect(emulator.requests).toEqual([]);
});

test("the validators of these tests do look", () => {
  expect(() => mustBeValid({ candidates: [{ finishReason: "TIRED" }] })).toThrow("enum");
});

describe("the SDK of Google against a script of answers only Gemini gives", () => {
  const answersOf = (answer: object): string => JSON.stringify({ answers: [answer] });
  const wholeOf = async (answer: object) =>
    clientOf(await emulate(answersOf(answer))).models.generateContent({ model, contents: "hi" });
  const eventsOf = async (answer: object) =>
    collect(await clientOf(await emulate(answersOf(answer))).models.generateContentStream({ model, contents: "hi" }));

  test("gets passages by their bytes within a part", async () => {
    const text = "Grüße an alle. Bis bald.";
    const sources = [{ uri: "https://a.example", quote: "bald" }];
    const { candidates } = await wholeOf({ text, text_parts: 2, sources, citations: sources });
    const { content, groundingMetadata, citationMetadata } = candidates?.[0] ?? {};
    expect(content?.parts).toHaveLength(2);
    const segment = groundingMetadata?.groundingSupports?.[0]?.segment;
    const part = Buffer.from(content?.parts?.[segment?.partIndex ?? 0]?.text ?? "");
    expect(part.toString("utf8", segment?.startIndex ?? 0, segment?.endIndex)).toBe("bald");
    const [citation] = citationMetadata?.citations ?? [];
    expect(Buffer.from(text).toString("utf8", citation?.startIndex ?? 0, citation?.endIndex)).toBe("bald");
  });

  test.each([
    ["web", "web"],
    ["maps", "maps"],
    ["document", "retrievedContext"],
    ["image", "image"],
  ])("gets a source that is %s", async (kind, member) => {
    const { candidates } = await wholeOf({ text: "Hi.", sources: [{ uri: "https://a.example", kind }] });
    expect(candidates?.[0]?.groundingMetadata?.groundingChunks?.[0]).toHaveProperty(member);
  });

  test("gets code and its result before the text", async () => {
    const { candidates } = await wholeOf({
      text: "Four.",
      code: [{ source: "print(4)", output: "4" }, { source: "x" }],
    });
    expect(candidates?.[0]?.content?.parts).toEqual([
      { executableCode: { language: "PYTHON", code: "print(4)" } },
      { codeExecutionResult: { outcome: "OUTCOME_OK", output: "4" } },
      { executableCode: { language: "PYTHON", code: "x" } },
      { codeExecutionResult: { outcome: "OUTCOME_OK" } },
      { text: "Four." },
    ]);
  });

  test.each([
    ["first", [true, false, false]],
    ["last", [false, false, true]],
    ["after", [false, false, false, true]],
  ])("hears of the end of a stream %s", async (finish_at, want) => {
    const events = await eventsOf({ text: "a b c", chunks: 3, finish_at });
    expect(events.map(({ candidates }) => candidates?.[0]?.finishReason !== undefined)).toEqual(want);
  });

  test("gets an event with an empty text before every other one", async () => {
    const events = await eventsOf({ text: "a b", chunks: 2, empty_parts: true });
    expect(events.map(({ candidates }) => candidates?.[0]?.content?.parts?.[0]?.text)).toEqual(["", "a ", "", "b"]);
  });

  test("gets arguments value by value", async () => {
    const calls = [{ name: "f", args: { a: { b: [1, true] }, s: "xy" }, pieces: true }];
    const events = await eventsOf({ calls });
    const made = events
      .flatMap(({ candidates }) => candidates?.[0]?.content?.parts ?? [])
      .map((one) => one.functionCall);
    expect(made[0]).toEqual({ name: "f", willContinue: true });
    expect(made.flatMap((one) => one?.partialArgs ?? [])).toEqual([
      { jsonPath: "$.a.b[0]", numberValue: 1 },
      { jsonPath: "$.a.b[1]", boolValue: true },
      { jsonPath: "$.s", stringValue: "x", willContinue: true },
      { jsonPath: "$.s", stringValue: "y" },
    ]);
    expect(made.at(-1)).toEqual({});
  });

  test("gets counts by kind of media", async () => {
    const usage = { input: 5, output: 4, input_kinds: { TEXT: 2, AUDIO: 3 }, output_kinds: { AUDIO: 4 } };
    expect((await wholeOf({ text: "Hi.", usage })).usageMetadata).toMatchObject({
      promptTokensDetails: [
        { modality: "TEXT", tokenCount: 2 },
        { modality: "AUDIO", tokenCount: 3 },
      ],
      candidatesTokensDetails: [{ modality: "AUDIO", tokenCount: 4 }],
    });
  });
});
