import OpenAI from "openai";
import { ContentFilterFinishReasonError, LengthFinishReasonError } from "openai/core/error";
import type { RunnableToolFunctionWithParse } from "openai/lib/RunnableFunction";
import { describe, expect, test } from "vitest";
import { collect, failureOf, says, startGateway } from "../_setup.ts";
import { chatVerdict } from "./_fates.ts";
import { contractProviders, setupOf } from "./_providers.ts";

type Message = OpenAI.Chat.ChatCompletionMessageParam;

const model = "test-model";
const weather = {
  type: "function",
  function: {
    name: "get_weather",
    description: "The weather in a city",
    parameters: { type: "object", properties: { city: { type: "string" } }, required: ["city"] },
  },
} as const;

const capital = {
  type: "json_schema",
  json_schema: {
    name: "capital",
    strict: true,
    schema: {
      type: "object",
      properties: { country: { type: "string", enum: ["France"] }, people: { type: "integer", minimum: 7 } },
      required: ["country", "people"],
      additionalProperties: false,
    },
  },
} as const;

/** A tool the SDK runs itself. */
const runnable: RunnableToolFunctionWithParse<{ city: string }> = {
  type: "function",
  function: {
    name: "get_weather",
    description: "The weather in a city",
    parameters: { type: "object", properties: { city: { type: "string" } }, required: ["city"] },
    parse: (text) => JSON.parse(text),
    function: ({ city }) => `sunny in ${city}`,
  },
};

describe.each(contractProviders)("OpenAI's own SDK with $name", (provider) => {
  const counting = { stream: true, stream_options: { include_usage: true } } as const;
  const countsStreams = chatVerdict(provider, { ...says("hi"), ...counting }).kind === "taken";
  test("reads a stream whose deltas add up to the answer", async () => {
    const script = 'answers: [{ text: "Grüße an alle, 世界 👋.", chunks: 7, usage: { input: 5, output: 9 } }]';
    const { client } = await startGateway({ ...setupOf(provider), script });
    const request = { model, ...says("hi"), ...counting };
    const chunks = await collect(await client.chat.completions.create(request));
    expect(chunks.map((chunk) => chunk.choices[0]?.delta.content ?? "").join("")).toBe("Grüße an alle, 世界 👋.");
    expect(chunks.filter((chunk) => chunk.choices[0]?.delta.role === "assistant")).toHaveLength(1);
    expect(chunks.filter((chunk) => chunk.choices[0]?.finish_reason === "stop")).toHaveLength(1);
    expect(chunks.slice(0, -1).every((chunk) => chunk.usage === null)).toBe(true);
    const counts = { choices: [], usage: { prompt_tokens: 5, completion_tokens: 9 } };
    expect(chunks.at(-1)).toMatchObject(countsStreams ? counts : { usage: null });
  });

  test("gets no counts in a stream that did not ask for them", async () => {
    const { client } = await startGateway(setupOf(provider));
    const chunks = await collect(await client.chat.completions.create({ model, ...says("hi"), stream: true }));
    expect(chunks.length).toBeGreaterThan(3);
    expect(chunks.some((chunk) => "usage" in chunk || chunk.choices.length === 0)).toBe(false);
  });

  test("goes through a whole tool loop, calls in parallel", async () => {
    const { client } = await startGateway(setupOf(provider));
    const messages: Message[] = [{ role: "user", content: "Weather in Paris and Rome?" }];
    const asked = await client.chat.completions.create({ model, messages, tools: [weather] });
    const message = asked.choices[0]?.message;
    if (message === undefined) throw new Error("no message");
    messages.push(message);
    const calls = message.tool_calls ?? [];
    expect(calls).toHaveLength(2);
    for (const call of calls) {
      const args: { city?: string } = call.type === "function" ? JSON.parse(call.function.arguments) : {};
      messages.push({ role: "tool", tool_call_id: call.id, content: JSON.stringify({ sky: `clear in ${args.city}` }) });
    }
    const told = await client.chat.completions.create({ model, messages, tools: [weather] });
    expect(told.choices[0]?.message.content).toContain("sky clear in Paris. get_weather says: sky clear in Rome.");
    expect(told.choices[0]?.finish_reason).toBe("stop");
  });

  test("runs tools by itself", async () => {
    const { client } = await startGateway(setupOf(provider));
    const runner = client.chat.completions.runTools({ model, ...says("Weather in Paris, please"), tools: [runnable] });
    expect(await runner.finalContent()).toContain("get_weather says: sunny in Paris.");
    expect(await runner.finalFunctionToolCallResult()).toBe("sunny in Paris");
    expect((await runner.totalUsage()).total_tokens).toBeGreaterThan(0);
  });

  test("runs tools by itself over streams", async () => {
    const { client, upstream } = await startGateway(setupOf(provider));
    const request = { model, ...says("Weather in Paris and Rome?"), tools: [runnable], stream: true } as const;
    const runner = client.chat.completions.runTools(request);
    expect(await runner.finalContent()).toContain("sunny in Paris. get_weather says: sunny in Rome.");
    expect(runner.messages.map(({ role }) => role)).toEqual(["user", "assistant", "tool", "tool", "assistant"]);
    expect(upstream.requests).toHaveLength(2);
  });

  // A bound that is told in words alone holds nobody to it.
  const people = provider.words.boundsInWords?.endsWith(".minimum") === true ? 1 : 7;
  // Who is only asked for a form needs an answer in it.
  const said = { text: JSON.stringify({ country: "France", people }) };
  const script = JSON.stringify({ answers: provider.words.asksForSchema === true ? [said] : [] });

  test("parses an answer that follows a schema", async () => {
    const { client } = await startGateway({ ...setupOf(provider), script });
    const answer = await client.chat.completions.parse({ model, ...says("A capital"), response_format: capital });
    expect(answer.choices[0]?.message.parsed).toEqual({ country: "France", people });
  });

  test("parses a streamed answer that follows a schema", async () => {
    const { client } = await startGateway({ ...setupOf(provider), script });
    const stream = client.chat.completions.stream({ model, ...says("A capital"), response_format: capital });
    const deltas: string[] = [];
    stream.on("content.delta", ({ delta }) => deltas.push(delta));
    const final = await stream.finalChatCompletion();
    expect(final.choices[0]?.message.parsed).toEqual({ country: "France", people });
    expect(deltas.join("")).toBe(`{"country":"France","people":${people}}`);
  });

  test("says when an answer was too short to be parsed, or withheld", async () => {
    const gateway = await startGateway(setupOf(provider));
    const request = { model, ...says("A capital"), response_format: capital };
    const short = gateway.client.chat.completions.parse({ ...request, max_completion_tokens: 2 });
    expect(await failureOf(short)).toBeInstanceOf(LengthFinishReasonError);
    gateway.upstream.use({ answers: [{ text: '{"coun', finish: provider.words.safety }] });
    const withheld = gateway.client.chat.completions.parse(request);
    expect(await failureOf(withheld)).toBeInstanceOf(ContentFilterFinishReasonError);
  });

  test("puts a stream together with its helper: texts, calls and counts", async () => {
    const calls = [
      { name: "get_weather", args: { city: "Paris" } },
      { name: "get_weather", args: { city: "Rome" } },
    ];
    const script = JSON.stringify({ answers: [{ text: "Let me look.", calls, usage: { input: 8, output: 6 } }] });
    const { client } = await startGateway({ ...setupOf(provider), script });
    const options = { stream_options: { include_usage: true } };
    const stream = client.chat.completions.stream({ model, ...says("Weather?"), tools: [weather], ...options });
    const done: string[] = [];
    stream.on("tool_calls.function.arguments.done", (call) => done.push(`${call.name}(${call.arguments})`));
    const { choices, usage } = await stream.finalChatCompletion();
    expect(choices[0]).toMatchObject({ finish_reason: "tool_calls", message: { content: "Let me look." } });
    expect(done).toEqual(['get_weather({"city":"Paris"})', 'get_weather({"city":"Rome"})']);
    const counts = { prompt_tokens: 8, completion_tokens: 6, total_tokens: 14 };
    expect(usage ?? null).toEqual(countsStreams ? expect.objectContaining(counts) : null);
  });

  test("puts several streamed choices together with its helper", async () => {
    const answers = [{ times: 1, text: "One." }, { times: 1, text: "Two." }, { text: "Three." }];
    const { client } = await startGateway({ ...setupOf(provider), script: JSON.stringify({ answers }) });
    const { choices } = await client.chat.completions.stream({ model, ...says("Count"), n: 3 }).finalChatCompletion();
    expect(choices.map(({ message }) => message.content).toSorted()).toEqual(["One.", "Three.", "Two."]);
    expect(choices.map(({ index }) => index)).toEqual([0, 1, 2]);
  });

  test("lists the models and finds one of them", async () => {
    const { client } = await startGateway(setupOf(provider));
    expect((await collect(await client.models.list())).map(({ id }) => id)).toEqual([model]);
    expect(await client.models.retrieve(model)).toMatchObject({ id: model, object: "model", owned_by: "up" });
    const failure = await failureOf(client.models.retrieve("nobody"));
    expect(failure).toBeInstanceOf(OpenAI.NotFoundError);
    expect(failure).toMatchObject({ code: "model_not_found" });
  });
});
