import { once } from "node:events";
import { createServer } from "node:net";
import { APIError } from "openai";
import { describe, expect, test } from "vitest";
import type { ServerName } from "../../src/emulators/openai.ts";
import type { Answer } from "../../src/emulators/script.ts";
import { failureOf, says } from "../_setup.ts";
import { type Before, before, heardIn, named, servers, weather } from "./_openai-servers.ts";

const thinking = servers.filter(({ thinker }) => thinker !== undefined);

/** What every quirk must come to: the answer without it. */
const answer: Answer = {
  text: "Let me look, 世界.",
  chunks: 3,
  calls: [
    { name: "get_weather", id: "call_a", args: { city: "Paris" } },
    { name: "get_time", id: "call_b", args: { zone: "Rome", h24: true } },
  ],
  usage: { input: 9, output: 7 },
};
type Quirk = NonNullable<Answer["quirks"]>[number];
const quirks: readonly Quirk[] = [
  ...(["no_index", "no_ids", "empty_ids", "repeated_ids", "no_head", "azure_first", "null_delta"] as const),
  ...([
    "no_usage",
    "usage_everywhere",
    "usage_with_choices",
    "no_done",
    "comments",
    "pings",
    "crlf",
    "no_space",
  ] as const),
];
const bundles: readonly (readonly Quirk[])[] = [
  ...quirks.map((quirk) => [quirk]),
  ["no_index", "no_ids", "no_head", "no_done", "no_usage"],
  ["no_index", "repeated_ids", "usage_everywhere", "crlf", "no_space", "comments"],
  ["empty_ids", "azure_first", "null_delta", "pings", "usage_with_choices"],
];

describe.each(servers)("$name with habits of others", (server) => {
  const request = { ...says("Weather?"), tools: [weather, { type: "function", function: { name: "get_time" } }] };
  const heard = {
    content: "Let me look, 世界.",
    thoughts: "",
    calls: [
      { name: "get_weather", text: '{"city":"Paris"}' },
      { name: "get_time", text: '{"zone":"Rome","h24":true}' },
    ],
    finish: "tool_calls",
  };

  test.each(bundles.map((bundle) => ({ bundle })))("$bundle", async ({ bundle }) => {
    const gateway = await before(server, { ...answer, quirks: bundle });
    const counted = !bundle.includes("no_usage");

    const streamed = await gateway.stream(request);
    expect(streamed.error).toBeUndefined();
    expect(heardIn(streamed)).toEqual(heard);
    const line = await gateway.log.until(({ stream }) => stream === true);
    expect(line).toMatchObject(counted ? { tokens_in: 9, tokens_out: 7 } : {});

    const { body } = await gateway.chat(request);
    const [choice] = body.choices;
    expect(choice).toMatchObject({ finish_reason: "tool_calls", message: { content: heard.content } });
    expect(new Set(choice?.message.tool_calls?.map(({ id }) => id)).size).toBe(2);
    expect(body.usage?.completion_tokens).toBe(counted ? 7 : undefined);
  });

  test.each([["integer_codes"], ["string_errors"], ["ok_errors"], ["ok_errors", "string_errors"]] as const)(
    "an error: %s %s",
    async (...bundle) => {
      const planned = ["overloaded", "upstream_error"] as const;
      const failing = {
        error: { status: 503, message: "All slots are busy." },
        quirks: bundle.filter((one) => one !== undefined),
      };
      const gateway = await before(server, failing, { planned });
      for (const stream of [false, true]) {
        const { status, body } = await gateway.post({ model: "test-model", stream, ...says("hi") });
        expect(status).toBeGreaterThanOrEqual(500);
        expect(body).toMatchObject({ error: { message: "All slots are busy.", type: "server_error", param: null } });
      }
    },
  );
});

describe("thoughts", () => {
  const asked = says("Think!");
  const script: Answer = { thoughts: "Hm, let me see.", text: "Done.", chunks: 2 };
  const message = { content: "Done.", reasoning_content: "Hm, let me see." };

  test.each(thinking.flatMap((server) => [[], ["content_parts"] as const].map((quirks) => ({ ...server, quirks }))))(
    "of $name are reasoning_content, whole and streamed ($quirks)",
    async ({ quirks: bundle, thinker = "", ...server }) => {
      const gateway = await before(server, { ...script, quirks: bundle }, { model: thinker });
      expect((await gateway.chat(asked)).body.choices[0]?.message).toMatchObject(message);
      expect(heardIn(await gateway.stream(asked))).toMatchObject({ content: "Done.", thoughts: "Hm, let me see." });
    },
  );

  test("of an older vLLM bear that name already", async () => {
    const older = JSON.stringify({ server: ["older"], answers: [script] });
    const gateway = await before(named("vllm"), older, { model: "Qwen/Qwen3-8B" });
    const { body } = await gateway.chat(asked);
    expect(body.choices[0]?.message).toMatchObject(message);
    expect(body.choices[0]?.message).not.toHaveProperty("reasoning");
  });

  test.each<ServerName>(["ollama", "lmstudio", "llamacpp"])(
    "that an older %s puts into the text stay there",
    async (name) => {
      const older = JSON.stringify({ server: ["older"], answers: [script] });
      const server = named(name);
      const gateway = await before(server, older, { model: server.thinker ?? "" });
      const content = "<think>\nHm, let me see.\n</think>\n\nDone.";
      expect((await gateway.chat(asked)).body.choices[0]?.message.content).toBe(content);
      expect(heardIn(await gateway.stream(asked))).toMatchObject({ content, thoughts: "" });
    },
  );

  test("in OpenRouter's signed pieces come along, and go back", async () => {
    const server = named("openrouter");
    const gateway = await before(server, { ...script, signature: "c2ln" }, { model: server.thinker ?? "" });
    const { body } = await gateway.chat(asked);
    const [choice] = body.choices;
    const reasoning_details = [{ type: "reasoning.text", text: "Hm, let me see.", signature: "c2ln" }];
    expect(choice?.message).toMatchObject({ reasoning_details });
    await gateway.chat({ messages: [...asked.messages, choice?.message, ...says("And now?").messages] });
    expect(gateway.upstream.requests[1]?.body).toMatchObject({ messages: [{}, { reasoning_details }, {}] });
  });
});

describe("a server that fails", () => {
  test.each(servers)("$name is killed in the middle of a stream", async (server) => {
    const script: Answer = { words: 200, chunks: 20, delay: { between: "30ms" } };
    const gateway = await before(server, script, { planned: ["upstream_stream_cut"] });
    const stream = await gateway.client.chat.completions.create({ model: "test-model", stream: true, ...says("hi") });
    const told: string[] = [];
    const failure = await failureOf(
      (async () => {
        for await (const chunk of stream) {
          told.push(chunk.choices[0]?.delta.content ?? "");
          if (told.length === 4) void gateway.upstream.close();
        }
      })(),
    );
    expect(failure).toBeInstanceOf(APIError);
    expect(failure).toMatchObject({ code: "upstream_stream_cut" });
    expect(told.join("")).not.toBe("");
    await gateway.log.until(({ error }) => error === "upstream_stream_cut");
  });

  test.each(servers)("$name is not there", async (server) => {
    const gateway = await before(server, {}, { planned: ["upstream_unreachable"] });
    await gateway.upstream.close();
    for (const stream of [false, true]) {
      const { status, body } = await gateway.post({ model: "test-model", stream, ...says("hi") });
      expect(status).toBe(502);
      expect(body).toMatchObject({
        error: { code: "upstream_unreachable", message: "The upstream refused the connection." },
      });
    }
  });

  test.each(servers)("a client that leaves ends the work of $name", async (server) => {
    const gateway = await before(server, { words: 200, chunks: 50, delay: { between: "50ms" } });
    const stream = await gateway.client.chat.completions.create({ model: "test-model", stream: true, ...says("hi") });
    for await (const _chunk of stream) break;
    const left = await gateway.upstream.untilAborted();
    expect(left.path).toBe("/v1/chat/completions");
    expect(await gateway.log.until(({ status }) => status === 499)).toMatchObject({ stream: true });
  });

  test("a model that is still being loaded is worth a retry", async () => {
    const loading = { times: 1, error: { status: 503, message: "Loading model", retry_after: "50ms" } };
    const script = JSON.stringify({ answers: [loading, { text: "Loaded." }] });
    const gateway = await before(named("llamacpp"), script, { planned: ["overloaded"] });
    const client = gateway.clientWith({ maxRetries: 1 });
    const { choices } = await client.chat.completions.create({ model: "test-model", ...says("hi") });
    expect(choices[0]?.message.content).toBe("Loaded.");
  });

  test("a model that takes its time to load has it, where the provider gives it", async () => {
    const slow = { text: "Loaded.", delay: { headers: "400ms" } };
    const patient = await before(named("ollama"), slow, { provider: ", timeouts: { first_byte: 10m }" });
    expect((await patient.chat(says("hi"))).status).toBe(200);
    const options: Before = { provider: ", timeouts: { first_byte: 100ms }", planned: ["upstream_first_byte_timeout"] };
    const hasty = await before(named("ollama"), slow, options);
    expect((await hasty.post({ model: "test-model", ...says("hi") })).status).toBe(504);
  });

  test("OpenRouter's provider fails in the middle: what it said is told, and that it failed", async () => {
    const failing = {
      words: 40,
      chunks: 4,
      stream_error: { after_events: 3, status: 502, message: "Provider disconnected" },
    };
    const gateway = await before(named("openrouter"), failing, { planned: ["upstream_unreachable"] });
    const { chunks, error, done } = await gateway.stream(says("hi"));
    expect(chunks.length).toBeGreaterThan(1);
    expect(error).toMatchObject({ message: "Provider disconnected", code: "upstream_unreachable" });
    expect(done).toBe(false);
  });

  test("something else listens there", async () => {
    const socket = createServer((one) => one.end("SSH-2.0-OpenSSH_9.6\r\n")).listen(0, "127.0.0.1");
    await once(socket, "listening");
    const address = socket.address();
    const port = typeof address === "object" ? address?.port : 0;
    const gateway = await before(
      named("vllm"),
      {},
      { baseUrl: `http://127.0.0.1:${port}/v1`, planned: ["upstream_invalid_response", "upstream_unreachable"] },
    );
    expect((await gateway.post({ model: "test-model", ...says("hi") })).status).toBe(502);
    socket.close();
  });
});
