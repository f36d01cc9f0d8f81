import type OpenAI from "openai";
import { APIError } from "openai";
import { describe, expect, test } from "vitest";
import type { Answer } from "../../src/emulators/script.ts";
import type { ErrorName } from "../../src/errors.ts";
import { collect, failureOf, says, startGateway, type TestGateway } from "../_setup.ts";

type Chunk = OpenAI.Chat.ChatCompletionChunk;
/** A part of an answer that OpenAI's types do not know. */
type Delta = Chunk["choices"][number]["delta"] & { readonly [member: string]: unknown };

const model = "test-model";
const withCode = { extra_body: { google: { tools: [{ codeExecution: {} }] } } };

function gatewayFor(answer: Answer, ...planned: readonly ErrorName[]): Promise<TestGateway> {
  return startGateway({ script: JSON.stringify({ answers: [answer] }), planned });
}

/** The answer in one piece. */
async function wholeOf(answer: Answer, more: object = {}): Promise<OpenAI.Chat.ChatCompletion> {
  const { client } = await gatewayFor(answer);
  return client.chat.completions.create({ model, ...says("hi"), ...more });
}

/** The same as a stream. */
async function chunksOf(answer: Answer, more: object = {}): Promise<readonly Chunk[]> {
  const { client } = await gatewayFor(answer);
  const request = { model, ...says("hi"), stream: true, stream_options: { include_usage: true }, ...more } as const;
  return collect(await client.chat.completions.create(request));
}

const deltasOf = (chunks: readonly Chunk[]): readonly Delta[] =>
  chunks.flatMap(({ choices }) => choices.map(({ delta }) => ({ ...delta })));

const textOf = (chunks: readonly Chunk[]): string =>
  deltasOf(chunks)
    .map(({ content }) => content ?? "")
    .join("");

const finishesOf = (chunks: readonly Chunk[]): readonly string[] =>
  chunks.flatMap(({ choices }) => choices.flatMap(({ finish_reason }) => finish_reason ?? []));

describe("§10.4 sources of an answer", () => {
  const text = "Grüße aus 東京. Es ist 7 Uhr 👋. Bis bald.";
  const sources: Answer["sources"] = [
    { uri: "https://a.example/1", title: "One", quote: "Es ist 7 Uhr 👋" },
    { uri: "https://maps.example/2", title: "Two", quote: "東京", kind: "maps" },
    { uri: "gs://bucket/3.pdf", title: "Three", quote: "Bis bald", kind: "document" },
    { uri: "https://p.example/4", title: "Four", quote: "Grüße", kind: "image" },
  ];
  const citations: Answer["citations"] = [{ uri: "https://c.example/5", quote: "bald." }];
  const passages = [
    ["https://a.example/1", "One", "Es ist 7 Uhr 👋"],
    ["https://maps.example/2", "Two", "東京"],
    ["gs://bucket/3.pdf", "Three", "Bis bald"],
    ["https://p.example/4", "Four", "Grüße"],
    ["https://c.example/5", "https://c.example/5", "bald."],
  ];

  /** Each source with the passage that a client cuts out of the content. */
  const cut = (annotations: readonly OpenAI.Chat.ChatCompletionMessage.Annotation[], content: string) =>
    annotations.map(({ url_citation: { url, title, start_index, end_index } }) => [
      url,
      title,
      content.slice(start_index, end_index),
    ]);

  test.each([1, 3])("are cut out of the content of a whole answer in %i parts", async (text_parts) => {
    const { choices } = await wholeOf({ text, thoughts: "Hm.", sources, citations, text_parts });
    const { content, annotations } = choices[0]?.message ?? {};
    expect(content).toBe(text);
    expect(cut(annotations ?? [], content ?? "")).toEqual(passages);
  });

  test.each([1, 5])("are cut out of the content of a stream of %i pieces", async (chunks) => {
    const made = await chunksOf({ text, thoughts: "Hm.", sources, citations, chunks });
    const annotations = deltasOf(made).flatMap((delta) => {
      const { annotations: some } = delta;
      return Array.isArray(some) ? some : [];
    });
    expect(cut(annotations, textOf(made))).toEqual(passages);
    expect(finishesOf(made)).toEqual(["stop"]);
  });

  test("are no change to be told of; what was searched for is", async () => {
    const gateway = await gatewayFor({ text, sources });
    const response = await gateway.chat(says("hi"));
    expect(response.headers.get("x-specgate-changes")).toBe("reported:candidates[].groundingMetadata.webSearchQueries");
  });
});

describe("§10 sound and pictures", () => {
  const sound = {
    mime_type: "audio/L16;codec=pcm;rate=24000",
    data: Buffer.from([1, 2, 3, 4, 5, 6, 7, 8]).toString("base64"),
  };
  const picture = { mime_type: "image/png", data: "iVBORw0KGgo=" };

  test("come as audio with a header, whole and in pieces", async () => {
    const { choices } = await wholeOf({ media: [sound, sound] });
    const { content, audio } = choices[0]?.message ?? {};
    const bytes = Buffer.from(audio?.data ?? "", "base64");
    expect(content).toBeNull();
    expect([bytes.toString("latin1", 0, 4), bytes.readUInt32LE(24), bytes.readUInt32LE(40)]).toEqual([
      "RIFF",
      24_000,
      16,
    ]);
    const pieces = deltasOf(await chunksOf({ media: [sound, sound] })).flatMap(({ audio: piece }) =>
      typeof piece === "object" && piece !== null && "data" in piece ? [String(piece.data)] : [],
    );
    expect(Buffer.from(pieces.join(""), "base64").subarray(44)).toEqual(bytes.subarray(44));
  });

  test("come as images with a number, whole and in streams", async () => {
    const image = (index: number) => ({
      type: "image_url",
      index,
      image_url: { url: "data:image/png;base64,iVBORw0KGgo=" },
    });
    const { choices } = await wholeOf({ text: "Look.", media: [picture, picture] });
    expect(choices[0]?.message).toMatchObject({ content: "Look.", images: [image(0), image(1)] });
    const deltas = deltasOf(await chunksOf({ text: "Look.", media: [picture, picture] }));
    expect(deltas.flatMap(({ images }) => images ?? [])).toEqual([image(0), image(1)]);
  });

  test("of three megabytes come whole, in a stream too", async () => {
    const data = Buffer.alloc(3 * 1024 * 1024, 7).toString("base64");
    const deltas = deltasOf(await chunksOf({ media: [{ mime_type: "image/png", data }] }));
    expect(JSON.stringify(deltas).includes(data)).toBe(true);
  });
});

test("§10 code that the model had run is part of the content where the client asked for it", async () => {
  const answer: Answer = { text: "Four.", code: [{ source: "print(2 + 2)", output: "4\n" }] };
  const content = "```python\nprint(2 + 2)\n```\n```\n4\n```\nFour.";
  expect((await wholeOf(answer, withCode)).choices[0]?.message.content).toBe(content);
  expect(textOf(await chunksOf(answer, withCode))).toBe(content);
  expect((await wholeOf(answer)).choices[0]?.message.content).toBe("Four.");
});

describe("§10.1, §11.6 the end of a stream", () => {
  test.each(["first", "last", "after"] as const)("is said once, where Gemini says it %s", async (finish_at) => {
    const made = await chunksOf({ text: "Hello there, you.", chunks: 4, finish_at });
    expect(textOf(made)).toBe("Hello there, you.");
    expect(finishesOf(made)).toEqual(["stop"]);
  });

  test("for safety keeps what was said", async () => {
    const made = await chunksOf({ text: "Half of", chunks: 2, finish: "SAFETY", finish_at: "after" });
    expect(textOf(made)).toBe("Half of");
    expect(finishesOf(made)).toEqual(["content_filter"]);
  });

  test("by a malformed call keeps what was said, and fails", async () => {
    const broken = "upstream_invalid_response";
    const { client } = await gatewayFor({ text: "Half of", chunks: 1, finish: "MALFORMED_FUNCTION_CALL" }, broken);
    const stream = await client.chat.completions.create({ model, ...says("hi"), stream: true });
    let text = "";
    const read = async (): Promise<void> => {
      for await (const { choices } of stream) text += choices[0]?.delta.content ?? "";
    };
    expect(await failureOf(read())).toMatchObject({ code: broken });
    expect(text).toBe("Half of");
  });
});

test("§8 a tuned endpoint is spoken to as the family that the config names", async () => {
  const deployment = "{ use: vertex/endpoints/123, family: gemini-2.0-flash-001 }";
  const { chat, upstream } = await startGateway({
    routes: `models: { test-model: { deployments: [${deployment}], conformance: enforce } }`,
    script: "answers: [{ text: Hello. }]",
  });
  const { headers } = await chat({ ...says("hi"), temperature: 0.5, reasoning_effort: "low" });
  const [request] = upstream.requests;
  expect(request?.path).toContain("/endpoints/123:");
  expect(request?.body).toMatchObject({ generationConfig: { temperature: 0.5 } });
  expect(request?.body).not.toHaveProperty("generationConfig.thinkingConfig");
  expect(headers.get("x-specgate-changes")).toBe("reported:reasoning_effort");
});

test.each([
  ["empty parts", { empty_parts: true }],
  ["a traffic type alone at first", { traffic_first: true }],
])("§11 a stream with %s says the same", async (_, more) => {
  const made = await chunksOf({ text: "Hello there.", chunks: 3, ...more });
  expect(textOf(made)).toBe("Hello there.");
  expect(deltasOf(made).filter(({ role }) => role !== undefined)).toHaveLength(1);
});

/** How an error comes within a stream. */
test.each([
  ["an object", {}],
  ["a list of one", { list: true }],
  ["a bare body", { bare: true }],
  ["a bare list", { bare: true, list: true }],
  ["an object without a number", { no_code: true }],
  ["a bare body without a number", { bare: true, no_code: true }],
])("§11 an error within a stream, as %s, ends it with that error", async (_, shape) => {
  const stream_error = { after_events: 2, status: 503, message: "The model is overloaded.", ...shape };
  const { client } = await gatewayFor({ text: "Hello there, you.", chunks: 5, stream_error }, "overloaded");
  const stream = await client.chat.completions.create({ model, ...says("hi"), stream: true });
  const failure = await failureOf(collect(stream));
  expect(failure).toBeInstanceOf(APIError);
  expect(failure).toMatchObject({ code: "overloaded", message: expect.stringContaining("overloaded") });
});

describe("§10.2 counts by kind of media", () => {
  const usage: Answer["usage"] = {
    input: 30,
    output: 9,
    thinking: 4,
    input_kinds: { TEXT: 10, IMAGE: 12, AUDIO: 5, VIDEO: 3 },
    output_kinds: { TEXT: 6, AUDIO: 3 },
    traffic: "ON_DEMAND_PRIORITY",
  };
  const want = {
    prompt_tokens: 30,
    completion_tokens: 13,
    total_tokens: 43,
    prompt_tokens_details: { cached_tokens: 0, audio_tokens: 5, text_tokens: 10, image_tokens: 12 },
    completion_tokens_details: { reasoning_tokens: 4, audio_tokens: 3, text_tokens: 6 },
  };

  test("stand in whole answers, in streams and in the sum of several choices", async () => {
    expect(await wholeOf({ text: "Hi.", usage })).toMatchObject({ usage: want, service_tier: "priority" });
    const made = await chunksOf({ text: "Hi.", usage });
    expect(made.at(-1)).toMatchObject({ choices: [], usage: want, service_tier: "priority" });
    const twice = await wholeOf({ text: "Hi.", usage }, { n: 2 });
    expect(twice.usage).toMatchObject({
      prompt_tokens: 60,
      prompt_tokens_details: { audio_tokens: 10, text_tokens: 20, image_tokens: 24 },
      completion_tokens_details: { audio_tokens: 6, text_tokens: 12 },
    });
  });
});

test("§11.5 arguments that come value by value are the same arguments", async () => {
  const args = { city: "Zürich 👋", days: [1, 2.5], deep: { yes: true, no: null } };
  const tools = [{ type: "function", function: { name: "find" } }];
  const calls = [{ name: "find", args, pieces: true }];
  const made = await chunksOf({ text: "Well.", calls }, { tools });
  const pieces = deltasOf(made).flatMap(({ tool_calls }) => tool_calls ?? []);
  expect(new Set(pieces.map(({ index }) => index))).toEqual(new Set([0]));
  expect(pieces.length).toBeGreaterThan(4);
  expect(JSON.parse(pieces.map((piece) => piece.function?.arguments ?? "").join(""))).toEqual(args);
  expect(finishesOf(made)).toEqual(["tool_calls"]);
});
