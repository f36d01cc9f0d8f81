import type { Anthropic } from "@anthropic-ai/sdk";
import { describe, expect, test } from "vitest";
import { collect } from "../_promises.ts";
import { ask, clientOf, emulate, eventsIn, post } from "./_anthropic.ts";

const model = "claude-haiku-4-5";
const newer = "claude-opus-5";

const weather: Anthropic.Tool = {
  name: "get_weather",
  description: "The weather of a city",
  input_schema: { type: "object", properties: { city: { type: "string" } }, required: ["city"] },
};
const city = {
  type: "object",
  properties: { city: { type: "string" } },
  required: ["city"],
  additionalProperties: false,
};

const textOf = ({ content }: Anthropic.Message): string =>
  content.map((block) => (block.type === "text" ? block.text : "")).join("");
const callsOf = ({ content }: Anthropic.Message) => content.filter((block) => block.type === "tool_use");

describe("Anthropic's SDK, whole", () => {
  test.each([model, newer])("gets a text of %s", async (name) => {
    const emulator = await emulate();
    const message = await clientOf(emulator).messages.create(ask("Good morning", { model: name }));
    expect(textOf(message)).toContain("You said: Good morning");
    expect(message).toMatchObject({ model: name, role: "assistant", type: "message", stop_reason: "end_turn" });
    expect(message.id).toMatch(/^msg_01\w{22}$/);
    expect(message._request_id).toMatch(/^req_011C\w{20}$/);
    expect(emulator.requests[0]?.headers["authorization"]).toBe("Bearer [masked]");
    expect(emulator.requests[0]?.headers["anthropic-version"]).toBe("2026-10-21");
  });

  test("is called for each name, and answers with the results", async () => {
    const client = clientOf(await emulate());
    const asked = ask("What is the weather in Paris and Rome?", { tools: [weather] });
    const called = await client.messages.create(asked);
    expect(called.stop_reason).toBe("tool_use");
    expect(callsOf(called).map(({ name, input }) => [name, input])).toEqual([
      ["get_weather", { city: "Paris" }],
      ["get_weather", { city: "Rome" }],
    ]);
    const results = callsOf(called).map(({ id }, at): Anthropic.ToolResultBlockParam => {
      return { type: "tool_result", tool_use_id: id, content: at === 0 ? "sunny" : [{ type: "text", text: "wet" }] };
    });
    const told = await client.messages.create({
      ...asked,
      messages: [...asked.messages, { role: "assistant", content: called.content }, { role: "user", content: results }],
    });
    expect(textOf(told)).toContain("get_weather says: sunny. get_weather says: wet.");
    const more = [
      ...asked.messages,
      { role: "assistant" as const, content: called.content },
      { role: "user" as const, content: results },
      { role: "assistant" as const, content: told.content },
      { role: "user" as const, content: "And in Oslo?" },
    ];
    const again = await client.messages.create({ ...asked, messages: more });
    expect(callsOf(again).map(({ input }) => input)).toEqual([{ city: "Oslo" }]);
    const thanked = await client.messages.create({
      ...asked,
      messages: [...more.slice(0, 3), { role: "user", content: "Thanks, Bob" }],
    });
    expect(thanked.stop_reason).toBe("end_turn");
  });

  test("makes one call where calls side by side are switched off", async () => {
    const client = clientOf(await emulate());
    const tool_choice = { type: "auto", disable_parallel_tool_use: true };
    const called = await client.messages.create(ask("Paris and Rome?", { tools: [weather], tool_choice }));
    expect(callsOf(called)).toHaveLength(1);
  });

  test.each<[string, object, number]>([
    ["none", { type: "none" }, 0],
    ["any", { type: "any" }, 1],
    ["one by its name", { type: "tool", name: "other" }, 1],
  ])("heeds the choice %s", async (_name, tool_choice, calls) => {
    const client = clientOf(await emulate());
    const tools = [weather, { ...weather, name: "other" }];
    const called = await client.messages.create(ask("The weather in Paris?", { tools, tool_choice }));
    const wanted = "name" in tool_choice ? "other" : "get_weather";
    expect(callsOf(called).map(({ name }) => name)).toEqual(Array(calls).fill(wanted));
  });

  test("gets JSON by a schema", async () => {
    const client = clientOf(await emulate());
    const output_config = { format: { type: "json_schema", schema: city } };
    const message = await client.messages.create(ask("A city: Paris", { output_config }));
    expect(JSON.parse(textOf(message))).toEqual({ city: "Paris" });
  });

  test("ends where a stop sequence comes, and names it", async () => {
    const client = clientOf(await emulate());
    const message = await client.messages.create(ask("Hi", { stop_sequences: ["never", "small model"] }));
    expect(message).toMatchObject({ stop_reason: "stop_sequence", stop_sequence: "small model" });
    expect(textOf(message)).toMatch(/I am the $/);
  });

  test.each([
    [5, 20],
    [0, 0],
  ])("ends after %i tokens", async (max_tokens, length) => {
    const client = clientOf(await emulate());
    const message = await client.messages.create(ask("Hi", { max_tokens }));
    expect(message.stop_reason).toBe("max_tokens");
    expect(textOf(message)).toHaveLength(length);
  });

  test("counts tokens, more for a longer text", async () => {
    const client = clientOf(await emulate());
    const count = async (content: string) =>
      (await client.messages.countTokens({ model, messages: [{ role: "user", content }] })).input_tokens;
    expect(await count("Hi")).toBeGreaterThan(3);
    expect(await count("Hi, how are you?")).toBeGreaterThan(await count("Hi"));
  });

  test("lists models, page by page", async () => {
    const client = clientOf(await emulate());
    const first = await client.models.list({ limit: 4 });
    const rest = await collect(first);
    expect(first.data).toHaveLength(4);
    expect(first).toMatchObject({ has_more: true, first_id: "claude-haiku-5-5", last_id: "claude-fable-5-1" });
    expect(rest).toHaveLength(15);
    expect(new Set(rest.map(({ id }) => id)).size).toBe(15);
    const before = await client.models.list({ limit: 2, before_id: "claude-opus-5-5" });
    expect(before.data.map(({ id }) => id)).toEqual(["claude-haiku-5-5", "claude-sonnet-5-5"]);
    expect(rest.find(({ id }) => id === "claude-opus-4-7")?.capabilities?.thinking.types).toEqual({
      adaptive: { supported: true },
      between_tools: { supported: false },
      disabled: { supported: true },
      enabled: { supported: false },
    });
    const leaving = await client.models.list({ lifecycle: ["deprecated"] });
    expect(leaving.data.map(({ id }) => id)).toEqual(["claude-sonnet-4-5-20250929"]);
  });
});

describe("Anthropic's SDK, streamed", () => {
  test.each([model, newer])("gets the text of %s bit by bit", async (name) => {
    const stream = clientOf(await emulate()).messages.stream(ask("Tell me more", { model: name }));
    const pieces: string[] = [];
    stream.on("text", (piece) => pieces.push(piece));
    const message = await stream.finalMessage();
    expect(pieces.length).toBeGreaterThan(2);
    expect(pieces.join("")).toBe(textOf(message));
    expect(textOf(message)).toContain("You said: Tell me more");
    expect(message.stop_reason).toBe("end_turn");
    expect(message.usage.output_tokens).toBeGreaterThan(10);
    expect(stream.request_id).toMatch(/^req_011C/);
  });

  test("adds calls up from pieces of JSON", async () => {
    const script = `answers: [{ text: I look., calls: [{ name: a, args: { x: "Grüße 👋", y: [1, { z: null }] }, id: toolu_1, pieces: true }, { name: b }] }]`;
    const client = clientOf(await emulate(script));
    const stream = client.messages.stream(ask("?", { tools: [weather] }));
    const pieces: string[] = [];
    stream.on("inputJson", (piece) => pieces.push(piece));
    const message = await stream.finalMessage();
    expect(callsOf(message)).toMatchObject([
      { id: "toolu_1", name: "a", input: { x: "Grüße 👋", y: [1, { z: null }] } },
      { name: "b", input: {} },
    ]);
    expect(pieces.length).toBeGreaterThan(20);
    expect(message.stop_reason).toBe("tool_use");
  });

  test("says the same whole and streamed", async () => {
    const script = `answers: [{ thoughts: Hm., text: One. Two., calls: [{ name: f, args: { a: 1 }, id: t }], usage: { input: 90, cached: 50, cache_write: 30, output: 7, thinking: 4 } }]`;
    const client = clientOf(await emulate(script));
    const asked = ask("?", { thinking: { type: "enabled", budget_tokens: 1024 }, max_tokens: 2000, tools: [weather] });
    const { id: _one, usage, ...whole } = await client.messages.create(asked);
    const { id: _other, usage: counts, ...streamed } = await client.messages.stream(asked).finalMessage();
    expect(streamed).toEqual({ ...whole, ...(streamed.parsed_output === null && { parsed_output: null }) });
    expect(usage).toMatchObject({
      input_tokens: 10,
      cache_read_input_tokens: 50,
      cache_creation_input_tokens: 30,
      output_tokens: 11,
      output_tokens_details: { thinking_tokens: 4 },
    });
    expect(counts).toMatchObject(usage);
  });
});

describe("events", () => {
  const events = async (script: string, more: object = {}) =>
    eventsIn((await post(await emulate(script), ask("?", { stream: true, ...more }))).text);

  test("come in the order of the API, with a ping and cumulative counts", async () => {
    const found = await events("answers: [{ text: Hi there, chunks: 2 }]");
    expect(found.map(({ event }) => event)).toEqual([
      ...["message_start", "content_block_start", "ping", "content_block_delta", "content_block_delta"],
      ...["content_block_stop", "message_delta", "message_stop"],
    ]);
    expect(found.every(({ event, data }) => JSON.stringify(data).includes(`"type":"${event}"`))).toBe(true);
    expect(found[0]?.data).toMatchObject({ message: { content: [], stop_reason: null, usage: { output_tokens: 1 } } });
    expect(found.at(-2)?.data).toMatchObject({ delta: { stop_reason: "end_turn" }, usage: { output_tokens: 2 } });
  });

  test("of input begin with an empty piece; a call without arguments has none", async () => {
    const found = await events("answers: [{ calls: [{ name: f, args: { a: 1 } }, { name: g }] }]");
    const deltas = found.filter(({ event }) => event === "content_block_delta").map(({ data }) => data);
    expect(deltas[0]).toEqual({
      type: "content_block_delta",
      index: 0,
      delta: { type: "input_json_delta", partial_json: "" },
    });
    expect(deltas.every((data) => JSON.stringify(data).includes('"index":0'))).toBe(true);
  });

  test("of nothing are three and a ping", async () => {
    const found = await events("answers: [{ text: '' }]");
    expect(found.map(({ event }) => event)).toEqual(["message_start", "ping", "message_delta", "message_stop"]);
  });

  test("have pings in between, and empty texts, where a script wants them", async () => {
    const names = (await events("answers: [{ text: Hi, chunks: 1, quirks: [pings] }]")).map(({ event }) => event);
    expect(names.filter((_, at) => at % 2 === 0)).toEqual(Array(6).fill("ping"));
    const texts = await events("answers: [{ text: Hi, chunks: 1, empty_parts: true }]");
    const deltas = texts.filter(({ event }) => event === "content_block_delta").map(({ data }) => data);
    expect(deltas).toMatchObject([{ delta: { text: "" } }, { delta: { text: "Hi" } }]);
  });
});

describe("what Anthropic's tools did", () => {
  const script = `answers: [{ text: It is 7. Bye., sources: [{ uri: https://a.example, title: A, quote: It is 7. }] }]`;

  test("a search stands before the text that cites it", async () => {
    const message = await clientOf(await emulate(script)).messages.create(ask("?"));
    const [use, result, cited, rest] = message.content;
    expect(use).toMatchObject({ type: "server_tool_use", name: "web_search", input: { query: "It is 7. Bye." } });
    expect(result).toMatchObject({
      type: "web_search_tool_result",
      tool_use_id: use !== undefined && "id" in use ? use.id : "",
      content: [{ type: "web_search_result", url: "https://a.example", title: "A" }],
    });
    expect(cited).toMatchObject({
      text: "It is 7.",
      citations: [{ type: "web_search_result_location", url: "https://a.example", cited_text: "It is 7." }],
    });
    expect(rest).toEqual({ type: "text", text: " Bye.", citations: null });
    expect(message.usage.server_tool_use).toEqual({ web_search_requests: 1, web_fetch_requests: 0 });
  });

  test("and the same bit by bit, its input in pieces of JSON", async () => {
    const message = await clientOf(await emulate(script))
      .messages.stream(ask("?"))
      .finalMessage();
    expect(message.content).toMatchObject([
      { type: "server_tool_use", input: { query: "It is 7. Bye." } },
      { type: "web_search_tool_result" },
      { text: "It is 7.", citations: [{ url: "https://a.example" }] },
      { text: " Bye." },
    ]);
    const { text } = await post(await emulate(script), ask("?", { stream: true }));
    expect(text).toContain('"citations_delta"');
    expect(eventsIn(text).length).toBeGreaterThan(10);
  });

  test.each<[string, string, object[]]>([
    [
      "documents of the request",
      "sources: [{ uri: x, title: T, kind: document }]",
      [{ type: "text", citations: [{ type: "char_location", document_title: "T", end_char_index: 3 }] }],
    ],
    [
      "the caller's own search",
      "citations: [{ uri: 'https://b.example', title: T }]",
      [{ type: "text", citations: [{ type: "search_result_location", source: "https://b.example" }] }],
    ],
    [
      "code and its output",
      "code: [{ source: print(1), output: '1' }]",
      [
        { type: "server_tool_use", name: "code_execution", input: { code: "print(1)" } },
        { type: "code_execution_tool_result", content: { stdout: "1", stderr: "", return_code: 0 } },
        { type: "text" },
      ],
    ],
    [
      "code that failed",
      "code: [{ source: x, output: oops, outcome: failed }]",
      [{}, { content: { stdout: "", stderr: "oops", return_code: 1 } }, {}],
    ],
    ["a text in parts", "text_parts: 3", [{ text: "Y" }, { text: "e" }, { text: "s" }]],
  ])("%s", async (_name, members, content) => {
    const { body } = await post(await emulate(`answers: [{ text: Yes, ${members} }]`), ask("?"));
    expect(body).toMatchObject({ content });
  });
});

describe("how an answer ends", () => {
  test.each<[string, string, object]>([
    ["a pause", "text: Wait., finish: pause_turn", { stop_reason: "pause_turn", stop_details: null }],
    [
      "a full window",
      "text: A, finish: model_context_window_exceeded",
      { stop_reason: "model_context_window_exceeded" },
    ],
    ["nothing said", "text: A, finish: ''", { stop_reason: null }],
    [
      "a refusal with its kind and its reason",
      "blocked: cyber, text: No.",
      { stop_reason: "refusal", content: [], stop_details: { type: "refusal", category: "cyber", explanation: "No." } },
    ],
    [
      "a refusal in the middle",
      "text: Half, finish: refusal",
      { stop_reason: "refusal", content: [{ text: "Half" }], stop_details: { category: null, explanation: null } },
    ],
  ])("%s", async (_name, members, want) => {
    const emulator = await emulate(`answers: [{ ${members} }]`);
    const whole = await post(emulator, ask("?"));
    expect(whole.body).toMatchObject(want);
    const message = await clientOf(emulator).messages.stream(ask("?")).finalMessage();
    expect(message).toMatchObject(want);
  });

  test("a paused one goes on, on models that let nobody else begin their answer", async () => {
    const script = "answers: [{ times: 1, text: '', code: [{ source: x }], finish: pause_turn }, { text: Done. }]";
    const client = clientOf(await emulate(script));
    const asked = ask("?", { model: newer });
    const { content, stop_reason } = await client.messages.create(asked);
    expect(stop_reason).toBe("pause_turn");
    const messages = [...asked.messages, { role: "assistant" as const, content }];
    expect(textOf(await client.messages.create({ ...asked, messages }))).toBe("Done.");
  });

  test("how it was served is told", async () => {
    const emulator = await emulate("answers: [{ text: A, usage: { traffic: priority } }]");
    const { body } = await post(emulator, ask("?", { speed: "fast" }));
    expect(body).toMatchObject({ usage: { service_tier: "priority", speed: "fast" } });
  });

  test("what goes into the cache counts by how long it stays", async () => {
    const script = "answers: [{ text: A, usage: { input: 30, cache_write: 20 } }]";
    const cached = (ttl: string) => ({
      system: [{ type: "text", text: "s", cache_control: { type: "ephemeral", ttl } }],
    });
    for (const [ttl, want] of [
      ["5m", { ephemeral_5m_input_tokens: 20, ephemeral_1h_input_tokens: 0 }],
      ["1h", { ephemeral_5m_input_tokens: 0, ephemeral_1h_input_tokens: 20 }],
    ] as const) {
      const { body } = await post(await emulate(script), ask("?", cached(ttl)));
      expect(body).toMatchObject({ usage: { input_tokens: 10, cache_creation: want } });
    }
  });
});
