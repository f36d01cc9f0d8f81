import type OpenAI from "openai";
import { describe, expect, test } from "vitest";
import { collect, says, startGateway, type TestGateway } from "../_setup.ts";
import { targetOf } from "./_fates.ts";
import { type ContractProvider, contractProviders, setupOf } from "./_providers.ts";

type Message = OpenAI.Chat.ChatCompletionMessageParam;
type Answered = OpenAI.Chat.ChatCompletionMessage;

const providers = contractProviders.filter((one) => targetOf(one).dialect.name === "gemini");
const model = "test-model";
const tools = [
  {
    type: "function",
    function: { name: "look", parameters: { type: "object", properties: { at: { type: "string" } } } },
  },
] as const;
const form = { type: "object", properties: { a: { type: "string" } } };
const steps = 5;

/** Two calls a step, with the same names and arguments in every step, and then an answer. */
const script = JSON.stringify({
  answers: [
    ...Array.from({ length: steps }, () => ({
      times: 1,
      thoughts: "Hm.",
      calls: [
        { name: "look", args: { at: "door" } },
        { name: "look", args: { at: "window" } },
      ],
    })),
    { text: "All is well." },
  ],
});

const gatewayFor = (provider: ContractProvider, answers = script): Promise<TestGateway> =>
  startGateway({ ...setupOf(provider), script: answers });

type Call = { readonly id: string; readonly name: string; readonly args: string };

/** What a client keeps of an answer, with the ids under which it answers the calls. */
type Client = (answer: Answered, step: number) => { message: Message; calls: readonly Call[] };

const callsOf = ({ tool_calls: calls = [] }: Answered): readonly Call[] =>
  calls.map((call) => {
    if (call.type !== "function") throw new Error("a call of another kind");
    return { id: call.id, name: call.function.name, args: call.function.arguments };
  });

const plain = (calls: readonly Call[]): Message => ({
  role: "assistant",
  content: null,
  tool_calls: calls.map(({ id, name, args }) => ({ id, type: "function", function: { name, arguments: args } })),
});

/** What stands on the first call of a step: never the word that stands in for a signature. */
const own: unknown = expect.not.stringContaining("skip_thought_signature_validator");

const clients: readonly (readonly [string, Client])[] = [
  ["keeps all it is given", (answer) => ({ message: answer, calls: callsOf(answer) })],
  ["keeps what OpenAI's description has", (answer) => ({ message: plain(callsOf(answer)), calls: callsOf(answer) })],
  [
    "gives calls ids of its own",
    (answer, step) => {
      const calls = callsOf(answer).map((call, i) => ({ ...call, id: `call_${step}_${i}` }));
      return { message: plain(calls), calls };
    },
  ],
];

interface Part {
  readonly functionCall?: { readonly id?: string; readonly name: string };
  readonly functionResponse?: { readonly id?: string; readonly name: string; readonly response: object };
  readonly thoughtSignature?: string;
}

/** The turns of the last request that the upstream got. */
function turnsOf({ upstream }: TestGateway): readonly { readonly role: string; readonly parts: readonly Part[] }[] {
  const body: unknown = upstream.requests.at(-1)?.body;
  return JSON.parse(JSON.stringify(body)).contents;
}

describe.each(providers)("an agent on $name", (provider) => {
  const demanded = provider.use.includes("gemini-3");

  test.each(clients)("that %s comes to its end in five steps", async (_name, client) => {
    const gateway = await gatewayFor(provider);
    const messages: Message[] = [...says("Look around.").messages];
    const ids = new Set<string>();
    for (let step = 0; step <= steps; step++) {
      const { choices } = await gateway.client.chat.completions.create({ model, messages, tools: [...tools] });
      const [choice] = choices;
      if (choice === undefined) throw new Error("no choice");
      if (step === steps) {
        expect(choice).toMatchObject({ finish_reason: "stop", message: { content: "All is well." } });
        break;
      }
      expect(choice.finish_reason).toBe("tool_calls");
      for (const { id } of callsOf(choice.message)) ids.add(id);
      const { message, calls } = client(choice.message, step);
      messages.push(message);
      // The second result first, as where tools run side by side.
      for (const { id, args } of [...calls].reverse()) messages.push({ role: "tool", tool_call_id: id, content: args });
    }
    expect(ids.size, "no id twice in a conversation").toBe(2 * steps);
    // Other upstreams take no longer ones, and no other signs.
    for (const id of ids) expect(id).toMatch(/^[\w-]{1,40}$/);

    const turns = turnsOf(gateway);
    expect(turns.map(({ role }) => role)).toEqual(["user", ...Array(steps).fill(["model", "user"]).flat()]);
    for (let step = 0; step < steps; step++) {
      const [called, answered] = [turns[1 + 2 * step]?.parts ?? [], turns[2 + 2 * step]?.parts ?? []];
      expect(called.map(({ thoughtSignature }) => thoughtSignature)).toEqual([demanded ? own : undefined, undefined]);
      expect(answered.map(({ functionResponse }) => functionResponse?.response)).toEqual([
        { output: '{"at":"door"}' },
        { output: '{"at":"window"}' },
      ]);
      expect(answered.map(({ functionResponse }) => functionResponse?.id)).toEqual(
        called.map(({ functionCall }) => functionCall?.id),
      );
    }
  });

  test("is shown what its tools have seen: within the results since Gemini 3, and before in a turn behind them", async () => {
    const gateway = await gatewayFor(provider, "answers: [{ text: Fine. }]");
    const picture = { type: "image_url", image_url: { url: "data:image/png;base64,iVBORw0KGgo=" } };
    const sound = { type: "input_audio", input_audio: { data: "SUQzBAAAAAAAAA==", format: "mp3" } };
    const inlineData = { mimeType: "image/png", data: "iVBORw0KGgo=" };
    const heard = { inlineData: { mimeType: "audio/mp3", data: "SUQzBAAAAAAAAA==" } };
    const call = (id: string): Call => ({ id, name: "look", args: "{}" });
    // The SDK's types know of no such tools; what programs in plain JavaScript send is the same.
    const messages: Message[] = JSON.parse(
      JSON.stringify([
        { role: "user", content: [{ type: "text", text: "Look." }, picture] },
        plain([call("call_1"), call("call_2")]),
        { role: "tool", tool_call_id: "call_1", content: [{ type: "text", text: "Seen:" }, picture, sound] },
        { role: "tool", tool_call_id: "call_2", content: "Nothing." },
        { role: "user", content: "And?" },
      ]),
    );
    const asked = gateway.client.chat.completions.create({ model, messages, tools: [...tools] });
    const { data, response } = await asked.withResponse();
    expect(data.choices[0]?.message.content).toBe("Fine.");
    expect(response.headers.get("x-specgate-changes")).toBeNull();
    const answered = (output: string, parts: readonly object[]): object => ({
      functionResponse: { name: "look", response: { output }, ...(parts.length > 0 && { parts }) },
    });
    const [within, beside] = demanded ? [[{ inlineData }], [heard]] : [[], [{ inlineData }, heard]];
    const [asks, called, ...rest] = turnsOf(gateway);
    expect(asks).toEqual({ role: "user", parts: [{ text: "Look." }, { inlineData }] });
    expect(called).toMatchObject({
      role: "model",
      parts: [{ functionCall: { name: "look" } }, { functionCall: { name: "look" } }],
    });
    expect(rest).toEqual([
      { role: "user", parts: [answered("Seen:", within), answered("Nothing.", [])] },
      { role: "user", parts: [...beside, { text: "And?" }] },
    ]);
  });

  test("hears thoughts, text, calls and sources in one stream, in their order", async () => {
    const answer = {
      thoughts: "Let me think.",
      text: "It is said here.",
      chunks: 3,
      sources: [{ uri: "https://a.example", title: "A", quote: "said" }],
      calls: [{ name: "look", args: { at: "door" } }],
    };
    const gateway = await gatewayFor(provider, JSON.stringify({ answers: [answer] }));
    const stream = await gateway.client.chat.completions.create({
      model,
      ...says("hi"),
      stream: true,
      stream_options: { include_usage: true },
      tools: [...tools],
      reasoning_effort: "high",
      web_search_options: {},
      response_format: { type: "json_schema", json_schema: { name: "x", schema: form } },
      ...{ include_reasoning: true },
    });
    const chunks = await collect(stream);
    const deltas = chunks.flatMap(({ choices }) => choices.map(({ delta }) => ({ ...delta })));
    const kinds = ["reasoning_content", "content", "tool_calls", "annotations"];
    const order = deltas.flatMap((delta: object) => kinds.filter((kind) => Reflect.get(delta, kind)));
    expect([...new Set(order)]).toEqual(kinds);
    expect(chunks.flatMap(({ choices }) => choices.flatMap((one) => one.finish_reason ?? []))).toEqual(["tool_calls"]);
    expect(chunks.at(-1)).toMatchObject({ choices: [], usage: { completion_tokens: expect.any(Number) } });

    const [body] = gateway.upstream.requests.map((request) => request.body);
    // Before Gemini 3 functions stand alone: one of them takes the answer, and nothing is searched for.
    expect(body).toMatchObject(
      demanded
        ? {
            tools: [{ functionDeclarations: [{ name: "look" }] }, { googleSearch: {} }],
            generationConfig: { responseJsonSchema: form, thinkingConfig: { thinkingLevel: "HIGH" } },
          }
        : {
            tools: [{ functionDeclarations: [{ name: "look" }, { name: "answer", parametersJsonSchema: form }] }],
            toolConfig: { functionCallingConfig: { mode: "ANY" } },
            generationConfig: { thinkingConfig: { thinkingBudget: 24_576, includeThoughts: true } },
          },
    );
  });

  test("answers by a pattern, without the quotes that JSON needs", async () => {
    const gateway = await gatewayFor(provider, JSON.stringify({ answers: [{ json: '12:30 "sharp"', chunks: 6 }] }));
    const request = { ...says("When?"), guided_regex: '[0-9:]+ "sharp"' };
    const { body, headers } = await gateway.chat(request);
    expect(body.choices[0]?.message.content).toBe('12:30 "sharp"');
    expect(headers.get("x-specgate-changes")).toBeNull();
    const [sent] = gateway.upstream.requests.map((one) => one.body);
    expect(sent).toMatchObject({
      generationConfig: {
        responseMimeType: "application/json",
        responseSchema: { type: "STRING", pattern: request.guided_regex },
      },
    });
    const stream = await gateway.client.chat.completions.create({ model, ...request, stream: true });
    const pieces = (await collect(stream)).map(({ choices }) => choices[0]?.delta.content ?? "");
    expect(pieces.join("")).toBe('12:30 "sharp"');
  });
});
