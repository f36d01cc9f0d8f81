import OpenAI from "openai";
import { describe, expect, test } from "vitest";
import {
  collect,
  failureOf,
  type GatewayOptions,
  says,
  startGateway,
  startOpenAIServer,
  type TestGateway,
} from "../_setup.ts";

const model = "test-model";
const parameters = { type: "object", properties: { path: { type: "string" } }, required: ["path"] };
const pixel = "data:image/png;base64,iVBORw0KGgo=";
const answer = "answers: [{ text: Hello there., usage: { input: 5, output: 3 } }]";

/** Sends a body that the SDK's own types do not know, and reads the chunks as the SDK does. */
async function streamed(gateway: TestGateway, body: object): Promise<readonly OpenAI.Chat.ChatCompletionChunk[]> {
  const stream = await gateway.client.post<AsyncIterable<OpenAI.Chat.ChatCompletionChunk>>("/chat/completions", {
    body: { model, stream: true, ...body },
    stream: true,
  });
  return collect(stream);
}

const textOf = (chunks: readonly OpenAI.Chat.ChatCompletionChunk[]): string =>
  chunks.map((chunk) => chunk.choices[0]?.delta.content ?? "").join("");

/** The only body that reached the upstream. */
function sentTo(gateway: TestGateway): unknown {
  const [first, ...more] = gateway.upstream.requests;
  expect(more).toEqual([]);
  return first?.body;
}

/** @see reference: openai-surface §8 */
describe("Cursor", () => {
  const agent = {
    instructions: "You are a coding assistant.",
    input: [
      { role: "user", content: [{ type: "input_text", text: "Read a.ts." }] },
      { type: "reasoning", id: "rs_1", summary: [], encrypted_content: "sealed" },
      { type: "function_call", id: "fc_1", call_id: "call_1", name: "read_file", arguments: '{"path":"a.ts"}' },
      { type: "function_call_output", call_id: "call_1", output: "export {};" },
    ],
    tools: [
      { type: "function", name: "read_file", description: "Reads.", parameters, strict: false },
      { type: "custom", name: "ApplyPatch", format: { type: "grammar", syntax: "lark", definition: "start: X" } },
    ],
    tool_choice: "auto",
    reasoning: { effort: "low", summary: "auto" },
    text: { verbosity: "medium" },
    max_output_tokens: 500,
    store: false,
    include: ["reasoning.encrypted_content"],
    user: "u1",
  };

  test("a request of the Responses API is answered with chat's chunks", async () => {
    const gateway = await startGateway({ script: answer });
    const chunks = await streamed(gateway, agent);
    expect(textOf(chunks)).toBe("Hello there.");
    expect(chunks.every((chunk) => chunk.object === "chat.completion.chunk")).toBe(true);
    expect(chunks.at(-1)?.choices[0]?.finish_reason).toBe("stop");
    expect(sentTo(gateway)).toMatchObject({
      systemInstruction: { parts: [{ text: "You are a coding assistant." }] },
      contents: [
        { role: "user", parts: [{ text: "Read a.ts." }] },
        { role: "model", parts: [{ functionCall: { name: "read_file", args: { path: "a.ts" } } }] },
        { role: "user", parts: [{ functionResponse: { name: "read_file", response: { output: "export {};" } } }] },
      ],
      tools: [{ functionDeclarations: [{ name: "read_file", description: "Reads." }, { name: "ApplyPatch" }] }],
      generationConfig: { maxOutputTokens: 500, thinkingConfig: {} },
    });
  });

  test("is told what of it chat cannot say", async () => {
    const gateway = await startGateway({ script: answer });
    const { headers } = await gateway.chat(agent);
    const changes = headers.get("x-specgate-changes")?.split(", ") ?? [];
    expect(changes).toContain("reported:include");
    expect(changes).not.toContain("reported:reasoning");
    expect(changes.filter((change) => /tools|messages|max_/.test(change))).toEqual([]);
  });

  test("calls of both kinds of tools come back as chat's", async () => {
    const script = JSON.stringify({
      answers: [
        {
          calls: [
            { name: "read_file", args: { path: "b.ts" } },
            { name: "ApplyPatch", args: { input: "*** Begin Patch" } },
          ],
        },
      ],
    });
    const gateway = await startGateway({ script });
    const { body } = await gateway.chat(agent);
    expect(body.choices[0]?.message.tool_calls).toMatchObject([
      { type: "function", function: { name: "read_file", arguments: '{"path":"b.ts"}' } },
      { type: "custom", custom: { name: "ApplyPatch", input: "*** Begin Patch" } },
    ]);
    expect(body.choices[0]?.finish_reason).toBe("tool_calls");
  });

  test("in ask mode nested and flat tools stand in one list, and results in Anthropic's blocks", async () => {
    const gateway = await startGateway({ script: answer });
    const chunks = await streamed(gateway, {
      messages: [
        { role: "system", content: "You are a coding assistant." },
        { role: "user", content: "Read a.ts." },
        {
          role: "assistant",
          content: [
            { type: "text", text: "I read it." },
            { type: "tool_use", id: "toolu_1", name: "read_file", input: { path: "a.ts" } },
          ],
        },
        {
          role: "user",
          content: [
            { type: "tool_result", tool_use_id: "toolu_1", content: [{ type: "text", text: "export {};" }] },
            { type: "text", text: "And now?" },
          ],
        },
      ],
      tools: [
        { type: "function", function: { name: "read_file", parameters } },
        { type: "function", name: "list_files", parameters },
        { name: "grep", input_schema: parameters },
        { type: "custom", name: "ApplyPatch" },
      ],
      tool_choice: { type: "any" },
      stream_options: { include_usage: true },
      metadata: { session: "s1" },
    });
    expect(textOf(chunks)).toBe("Hello there.");
    expect(chunks.at(-1)).toMatchObject({ choices: [], usage: { prompt_tokens: 5, completion_tokens: 3 } });
    expect(sentTo(gateway)).toMatchObject({
      contents: [
        { role: "user", parts: [{ text: "Read a.ts." }] },
        { role: "model", parts: [{ text: "I read it." }, { functionCall: { name: "read_file" } }] },
        { role: "user", parts: [{ functionResponse: { name: "read_file" } }] },
        { role: "user", parts: [{ text: "And now?" }] },
      ],
      tools: [
        {
          functionDeclarations: [
            { name: "read_file" },
            { name: "list_files" },
            { name: "grep" },
            { name: "ApplyPatch" },
          ],
        },
      ],
      toolConfig: { functionCallingConfig: { mode: "ANY" } },
    });
  });

  test("an error names the item it sent", async () => {
    const gateway = await startGateway();
    const failure = await failureOf(
      streamed(gateway, { ...agent, input: [...agent.input, { role: "user", content: 5 }] }),
    );
    expect(failure).toBeInstanceOf(OpenAI.BadRequestError);
    expect(failure).toMatchObject({ status: 400, code: "invalid_type", param: "input[4].content" });
    expect(gateway.upstream.requests).toEqual([]);
  });

  test("an earlier response is refused, not forgotten", async () => {
    const gateway = await startGateway();
    const failure = await failureOf(streamed(gateway, { ...agent, previous_response_id: "resp_1" }));
    expect(failure).toMatchObject({ status: 400, code: "unsupported_parameter", param: "previous_response_id" });
  });
});

const tooLong = "The input token count (1200000) exceeds the maximum number of tokens allowed (1048576).";

const vllm: GatewayOptions = {
  upstream: (script) => startOpenAIServer(script, "vllm"),
  providers:
    'providers: { up: { type: openai, server: vllm, base_url: "${UPSTREAM}/v1", auth: { bearer: "${TOKEN}" } } }',
  routes: "models: { test-model: { deployments: [up/llama-3.1-8b], conformance: enforce } }",
};

const marked = (text: string) => [{ type: "text", text, cache_control: { type: "ephemeral" } }];

describe("other clients", () => {
  test("Roo Code: marks for the cache, temperature 0 and the counts", async () => {
    const gateway = await startGateway({ script: answer });
    const chunks = await streamed(gateway, {
      messages: [
        { role: "system", content: marked("You are Roo.") },
        { role: "user", content: marked("Hi.") },
      ],
      temperature: 0,
      parallel_tool_calls: true,
      max_completion_tokens: 8192,
      stream_options: { include_usage: true },
    });
    expect(textOf(chunks)).toBe("Hello there.");
    expect(chunks.at(-1)?.usage).toMatchObject({ prompt_tokens: 5, completion_tokens: 3, total_tokens: 8 });
    expect(sentTo(gateway)).toMatchObject({
      systemInstruction: { parts: [{ text: "You are Roo." }] },
      contents: [{ role: "user", parts: [{ text: "Hi." }] }],
      generationConfig: { temperature: 0, maxOutputTokens: 8192 },
    });
  });

  test("Roo Code: a model that thinks is told by a developer, with an effort", async () => {
    const gateway = await startGateway({ script: answer });
    await gateway.chat({
      messages: [
        { role: "developer", content: "Formatting re-enabled\nYou are Roo." },
        { role: "user", content: "Hi." },
      ],
      reasoning_effort: "low",
    });
    expect(sentTo(gateway)).toMatchObject({
      systemInstruction: { parts: [{ text: "Formatting re-enabled\nYou are Roo." }] },
      generationConfig: { thinkingConfig: { thinkingBudget: 1024 } },
    });
  });

  test("Cline: thoughts beside the answer, sent back with it, and cached tokens in the counts", async () => {
    const script = "answers: [{ thoughts: Hm., text: Hello there., usage: { input: 90, cached: 80, output: 3 } }]";
    const gateway = await startGateway({ ...vllm, script });
    const messages = [
      { role: "system", content: "You are Cline." },
      { role: "user", content: "Hi." },
    ];
    const chunks = await streamed(gateway, { messages, temperature: 0, stream_options: { include_usage: true } });
    const thoughts = chunks.map((chunk) =>
      String(Reflect.get(chunk.choices[0]?.delta ?? {}, "reasoning_content") ?? ""),
    );
    expect([thoughts.join(""), textOf(chunks)]).toEqual(["Hm.", "Hello there."]);
    expect(chunks.at(-1)?.usage).toMatchObject({ prompt_tokens: 90, prompt_tokens_details: { cached_tokens: 80 } });
    const back = { role: "assistant", content: "Hello there.", reasoning_content: "Hm." };
    const { body } = await gateway.chat({ messages: [...messages, back, { role: "user", content: "Go on." }] });
    expect(body.choices[0]?.message.content).toBe("Hello there.");
  });

  test("aider: settings of many models, and the class of an error by its code", async () => {
    const gateway = await startGateway({ script: answer });
    const request = {
      messages: [
        { role: "system", content: marked("You are a pair.") },
        { role: "user", content: "Hi." },
      ],
      reasoning_effort: "medium",
      thinking: { type: "enabled", budget_tokens: 1024 },
      temperature: 0,
      stream: false,
    };
    expect((await gateway.chat(request)).body.choices[0]?.message.content).toBe("Hello there.");
    gateway.upstream.use({ answers: [{ error: { status: 400, message: tooLong } }] });
    const failure = await failureOf(gateway.client.chat.completions.create({ model, ...says("Hi.") }));
    expect(failure).toBeInstanceOf(OpenAI.BadRequestError);
    expect(failure).toMatchObject({
      code: "context_length_exceeded",
      message: expect.stringContaining("maximum context length"),
    });
  });

  test("Zed: a newer limit, and tools that may be called side by side", async () => {
    const gateway = await startGateway({ script: answer });
    const chunks = await streamed(gateway, {
      messages: [{ role: "user", content: [{ type: "text", text: "Hi." }] }],
      max_completion_tokens: 8192,
      parallel_tool_calls: true,
      stop: [],
      tools: [{ type: "function", function: { name: "read_file", description: "Reads.", parameters } }],
      tool_choice: "auto",
      stream_options: { include_usage: true },
    });
    expect(textOf(chunks)).toBe("Hello there.");
    expect(sentTo(gateway)).toMatchObject({ tools: [{ functionDeclarations: [{ name: "read_file" }] }] });
  });

  test.each([5, 10])("Dify, n8n and Cursor: a key is tried with a question of %i tokens", async (limit) => {
    const gateway = await startGateway({ routes: "aliases: { gpt-4o: test-model }", script: answer });
    const { body } = await gateway.chat({ model: "gpt-4o", ...says("ping"), max_tokens: limit });
    expect(body).toMatchObject({ model: "gpt-4o", choices: [{ finish_reason: "stop" }] });
    expect(sentTo(gateway)).toMatchObject({ generationConfig: { maxOutputTokens: limit } });
  });

  test.each(["/v1/models", "/models"])("Open WebUI, Xcode and Roo Code: the models at %s", async (path) => {
    const gateway = await startGateway();
    const { status, body } = await gateway.get(path);
    expect(status).toBe(200);
    expect(body).toMatchObject({ data: [{ id: "test-model" }] });
  });

  test("Continue: a prediction, and both limits", async () => {
    const gateway = await startGateway({ script: answer });
    const chunks = await streamed(gateway, {
      messages: [{ role: "user", content: "Go on." }],
      max_tokens: 4096,
      max_completion_tokens: 100,
      prediction: { type: "content", content: "Hello" },
      stream_options: { include_usage: true },
    });
    expect(textOf(chunks)).toBe("Hello there.");
    expect(sentTo(gateway)).toMatchObject({ generationConfig: { maxOutputTokens: 100 } });
  });

  test("LangChain: nulls for what is not set, and stream_options on a whole answer", async () => {
    const gateway = await startGateway({ script: answer });
    const { body, headers } = await gateway.chat({
      messages: [
        { role: "user", content: [{ type: "text", text: "Hi." }], name: null },
        { role: "assistant", content: "Hello.", tool_calls: [], function_call: null, refusal: null },
        { role: "user", content: "Hi again." },
      ],
      n: 1,
      stop: null,
      temperature: null,
      top_p: null,
      tools: null,
      tool_choice: null,
      functions: null,
      logit_bias: null,
      stream_options: { include_usage: true },
    });
    expect(body.choices[0]?.message.content).toBe("Hello there.");
    expect(headers.get("x-specgate-changes")).toBeNull();
  });

  test("Vercel AI SDK: a signature sent back with its call, results as JSON text", async () => {
    const gateway = await startGateway({ script: answer });
    const call = { id: "call_1", type: "function", function: { name: "read_file", arguments: '{"path":"a.ts"}' } };
    const { headers } = await gateway.chat({
      messages: [
        { role: "user", content: "Read a.ts." },
        {
          role: "assistant",
          content: "",
          tool_calls: [{ ...call, extra_content: { google: { thought_signature: "c2ln" } } }],
        },
        { role: "tool", tool_call_id: "call_1", content: '{"text":"export {};"}' },
      ],
      tools: [{ type: "function", function: { name: "read_file", parameters } }],
      tool_choice: "auto",
      max_tokens: 100,
    });
    expect(headers.get("x-specgate-changes")?.includes("messages") ?? false).toBe(false);
    expect(sentTo(gateway)).toMatchObject({ contents: [{}, { parts: [{ functionCall: { name: "read_file" } }] }, {}] });
  });

  test("Open WebUI: a title made in the background, with the chat's own notes", async () => {
    const gateway = await startGateway({ script: answer });
    const { body, headers } = await gateway.chat({
      messages: [
        {
          role: "user",
          content: [
            { type: "text", text: "Title?" },
            { type: "image_url", image_url: pixel },
          ],
        },
      ],
      stream: false,
      stream_options: { include_usage: true },
      metadata: { chat_id: "c1", files: [{ id: "f1" }], features: { web_search: false }, tool_ids: null },
      features: { web_search: false },
      files: [{ id: "f1" }],
      num_ctx: 8192,
    });
    expect(body.choices[0]?.message.content).toBe("Hello there.");
    expect(sentTo(gateway)).toMatchObject({
      contents: [{ parts: [{ text: "Title?" }, { inlineData: { mimeType: "image/png" } }] }],
    });
    const changes = headers.get("x-specgate-changes")?.split(", ") ?? [];
    expect(changes).toEqual(expect.arrayContaining(["reported:files", "reported:num_ctx"]));
  });
});
