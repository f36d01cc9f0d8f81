import { serve } from "h3";
import { describe, expect, onTestFinished, test } from "vitest";
import { build } from "../../src/build.ts";
import { startAnthropicEmulator } from "../../src/emulators/anthropic.ts";
import { startBedrockEmulator } from "../../src/emulators/bedrock.ts";
import type { ServerName } from "../../src/emulators/openai.ts";
import { captureLog } from "../_log.ts";
import { parseMetrics, type Sample, valueAt } from "../_metrics.ts";
import {
  type GatewayOptions,
  project,
  says,
  secrets,
  startGateway,
  startOpenAIServer,
  startVertex,
  type TestGateway,
} from "../_setup.ts";
import { configOf } from "../config/_load.ts";
import { event, openStream, sendWhole, startBefore, streamText, wholeText } from "../upstream/_openai-raw.ts";
import { startUpstream } from "../upstream/_servers.ts";

type Started = Pick<GatewayOptions, "providers" | "upstream">;

const vertex: Started = {
  upstream: startVertex,
  providers: `
providers:
  up:
    { type: vertex, project: ${project}, location: us-central1, base_url: "\${UPSTREAM}", auth: { bearer: "\${TOKEN}" } }
`,
};
const claude: Started = {
  upstream: async (script) => {
    const upstream = await startAnthropicEmulator({ script, token: secrets.token });
    onTestFinished(() => upstream.close());
    return upstream;
  },
  providers: `
providers:
  up: { type: anthropic, base_url: "\${UPSTREAM}", auth: { api_key: "\${TOKEN}" } }
`,
};
const bedrock: Started = {
  upstream: async (script) => {
    const upstream = await startBedrockEmulator({ script, token: secrets.token, region: "us-east-1" });
    onTestFinished(() => upstream.close());
    return upstream;
  },
  providers: `
providers:
  up: { type: bedrock, region: us-east-1, base_url: "\${UPSTREAM}", auth: { api_key: "\${TOKEN}" } }
`,
};
const server = (kind: ServerName): Started => ({
  upstream: (script) => startOpenAIServer(script, kind),
  providers: `
providers:
  up: { type: openai, server: ${kind}, base_url: "\${UPSTREAM}/v1", auth: { bearer: "\${TOKEN}" } }
`,
});

function before(started: Started, model: string, usage: string, more = ""): Promise<TestGateway> {
  const routes = `models: { test-model: { deployments: [up/${model}], conformance: enforce${more} } }`;
  return startGateway({ ...started, routes, script: `answers: [{ text: Hello there., ${usage} }]` });
}

const requestLine = (gateway: TestGateway) => gateway.log.until(({ msg }) => msg === "request");

/** The tokens by type, without those of which there are none, and the dollars. Read after the log's line. */
async function countedBy(gateway: TestGateway): Promise<{ tokens: object; usd: readonly number[] }> {
  const samples = parseMetrics((await gateway.get("/metrics")).text);
  const named = (name: string): readonly Sample[] => samples.filter((one) => one.name === name);
  const tokens = named("specgate_tokens_total").filter(({ value }) => value > 0);
  return {
    tokens: Object.fromEntries(tokens.map(({ labels, value }) => [labels["type"], value])),
    usd: named("specgate_cost_usd_total").map(({ value }) => value),
  };
}

interface Row {
  readonly name: string;
  readonly started: Started;
  readonly model: string;
  /** What the upstream counts. */
  readonly usage: string;
  readonly ask?: object;
  readonly costUsd: string;
  readonly tokens: object;
  readonly line?: object;
}

const rows: readonly Row[] = [
  {
    name: "Gemini, part of it cached",
    started: vertex,
    model: "gemini-2.5-flash",
    usage: "usage: { input: 1000, cached: 400, output: 50, thinking: 20 }",
    // 600 × 0.30 + 400 × 0.03 + 70 × 2.50 dollars per million
    costUsd: "0.000367",
    tokens: { input: 600, cache_read: 400, output: 50, reasoning: 20 },
    line: { tokens_in: 1000, tokens_cached: 400, tokens_out: 70, tokens_reasoning: 20 },
  },
  {
    name: "Gemini with a long prompt",
    started: vertex,
    model: "gemini-2.5-pro",
    usage: "usage: { input: 300000, output: 10 }",
    costUsd: "0.75015",
    tokens: { input: 300_000, output: 10 },
  },
  {
    name: "Gemini with sound and results of tools",
    started: vertex,
    model: "gemini-2.5-flash",
    usage: "usage: { input: 100, input_kinds: { TEXT: 40, AUDIO: 60 }, tool_use: 50, output: 10 }",
    // 40 × 0.30 + 60 × 1.00 + 50 × 0.30 + 10 × 2.50
    costUsd: "0.000112",
    tokens: { input: 40, audio_input: 60, tool_prompt: 50, output: 10 },
    line: { tokens_in: 150, tokens_tools: 50, tokens_audio_in: 60, tokens_image_in: 0 },
  },
  {
    name: "Gemini in another class of service",
    started: vertex,
    model: "gemini-2.5-flash",
    usage: "usage: { input: 1000, output: 100, traffic: ON_DEMAND_FLEX }",
    costUsd: "0.000275",
    tokens: { input: 1000, output: 100 },
  },
  {
    name: "Claude, writing to its cache",
    started: claude,
    model: "claude-sonnet-4-5",
    usage: "usage: { input: 1000, cached: 300, cache_write: 200, output: 50 }",
    // 500 × 3.00 + 300 × 0.30 + 200 × 3.75 + 50 × 15.00
    costUsd: "0.00309",
    tokens: { input: 500, cache_read: 300, cache_write_5m: 200, output: 50 },
    line: { tokens_in: 1000, tokens_cached: 300, tokens_cache_written: 200, tokens_out: 50 },
  },
  {
    name: "Claude in a region of Vertex AI, a tenth more",
    started: vertex,
    model: "claude-sonnet-4-5@20250929",
    usage: "usage: { input: 1000, output: 100 }",
    costUsd: "0.00495",
    tokens: { input: 1000, output: 100 },
  },
  {
    name: "Claude on Bedrock, a tenth more",
    started: bedrock,
    model: "us.anthropic.claude-haiku-4-5-20251001-v1:0",
    usage: "usage: { input: 1000, cached: 500, output: 100 }",
    // 500 × 1.10 + 500 × 0.11 + 100 × 5.50
    costUsd: "0.001155",
    tokens: { input: 500, cache_read: 500, output: 100 },
  },
  {
    name: "Nova on Bedrock",
    started: bedrock,
    model: "us.amazon.nova-lite-v1:0",
    usage: "usage: { input: 1000, cached: 200, output: 100 }",
    // 800 × 0.06 + 200 × 0.015 + 100 × 0.24
    costUsd: "0.000075",
    tokens: { input: 800, cache_read: 200, output: 100 },
  },
  {
    name: "OpenAI",
    started: server("openai"),
    model: "gpt-4o",
    usage: "usage: { input: 100, cached: 40, output: 10 }",
    // 60 × 2.50 + 40 × 1.25 + 10 × 10.00
    costUsd: "0.0003",
    tokens: { input: 60, cache_read: 40, output: 10 },
  },
  {
    name: "three choices",
    started: vertex,
    model: "gemini-2.5-flash",
    usage: "usage: { input: 1, output: 1 }",
    ask: { n: 3 },
    costUsd: "0.0000084",
    tokens: { input: 3, output: 3 },
  },
];

describe("what a request costs", () => {
  test.each(rows)("stands in the header, the log and the metrics: $name", async (row) => {
    const gateway = await before(row.started, row.model, row.usage);
    const { headers } = await gateway.chat({ ...says("hi"), ...row.ask });
    expect(headers.get("x-specgate-cost")).toBe(row.costUsd);
    expect(await requestLine(gateway)).toMatchObject({ usage: "reported", cost_usd: row.costUsd, ...row.line });
    expect(await countedBy(gateway)).toEqual({ tokens: row.tokens, usd: [Number(row.costUsd)] });
  });

  test.each(rows)("stands in the log and the metrics of a stream: $name", async (row) => {
    const gateway = await before(row.started, row.model, row.usage);
    await gateway.stream({ ...says("hi"), ...row.ask });
    expect(await requestLine(gateway)).toMatchObject({ usage: "reported", cost_usd: row.costUsd, ...row.line });
    expect(await countedBy(gateway)).toEqual({ tokens: row.tokens, usd: [Number(row.costUsd)] });
  });

  test("is known of legacy completions", async () => {
    const gateway = await before(server("openai"), "gpt-3.5-turbo-instruct", "usage: { input: 10, output: 20 }");
    const { status, headers } = await gateway.post({ model: "test-model", prompt: "a" }, undefined, "/v1/completions");
    expect(status).toBe(200);
    // 10 × 1.50 + 20 × 2.00
    expect(headers.get("x-specgate-cost")).toBe("0.000055");
  });

  test("is known of vectors", async () => {
    const gateway = await before(server("openai"), "text-embedding-3-small", "usage: { input: 1000 }");
    const { status, headers } = await gateway.post({ model: "test-model", input: "a" }, undefined, "/v1/embeddings");
    expect(status).toBe(200);
    expect(headers.get("x-specgate-cost")).toBe("0.00002");
  });

  test("goes by routes.yaml before the list", async () => {
    const price = ', price: { input: "7", output: "0.5", request: "0.25" }';
    const gateway = await before(vertex, "gemini-2.5-flash", "usage: { input: 10, output: 20 }", price);
    const { headers } = await gateway.chat(says("hi"));
    expect(headers.get("x-specgate-cost")).toBe("0.25008");
  });

  test("is not there where no price is known, and the log says so", async () => {
    const gateway = await before(server("vllm"), "llama-3.1-8b", "usage: { input: 10, output: 20 }");
    const { headers } = await gateway.chat(says("hi"));
    expect(headers.has("x-specgate-cost")).toBe(false);
    expect(await requestLine(gateway)).toMatchObject({ usage: "reported", tokens_in: 10, cost_usd: null });
    expect((await countedBy(gateway)).usd).toEqual([]);
  });

  test("is not spoken of where no upstream was asked", async () => {
    const gateway = await before(vertex, "gemini-2.5-flash", "usage: { input: 1 }");
    await gateway.post({ model: "test-model", messages: [] });
    const line = await requestLine(gateway);
    expect(line).not.toHaveProperty("usage");
    expect(line).not.toHaveProperty("cost_usd");
  });
});

const priced = 'test-model: { deployments: [up/x], price: { input: "1", output: "2" } }';
const { messages } = says("abcdefghi");
// role + user + content + nine letters = 24 bytes, and four tokens for the message.
const promptTokens = 12;

/** More of an answer than any counts below say. */
const long = "a".repeat(300);

const done = "data: [DONE]\n\n";
const finished = streamText.slice(streamText.indexOf(event({}, "stop")), streamText.indexOf(done));

/** A long text, its finish reason and counts of five tokens. */
const counted = event({ role: "assistant", content: long }) + finished;

const timings = `data: ${JSON.stringify({ id: "c-1", object: "chat.completion.chunk", choices: [], timings: {} })}\n\n`;

const geminiEvents = `data: ${JSON.stringify({
  candidates: [{ index: 0, content: { role: "model", parts: [{ text: long }] } }],
  usageMetadata: { promptTokenCount: 7, candidatesTokenCount: 9, totalTokenCount: 16 },
})}\r\n\r\n`;

const claudeEvents = [
  {
    type: "message_start",
    message: {
      id: "msg_1",
      type: "message",
      role: "assistant",
      model: "claude-sonnet-4-5",
      content: [],
      stop_reason: null,
      stop_sequence: null,
      usage: { input_tokens: 7, output_tokens: 1 },
    },
  },
  { type: "content_block_start", index: 0, content_block: { type: "text", text: "" } },
  { type: "content_block_delta", index: 0, delta: { type: "text_delta", text: long } },
  { type: "content_block_stop", index: 0 },
  { type: "message_delta", delta: { stop_reason: "end_turn", stop_sequence: null }, usage: { output_tokens: 9 } },
]
  .map((one) => `event: ${one.type}\ndata: ${JSON.stringify(one)}\n\n`)
  .join("");

/** A client that leaves as soon as it has read all of some texts. */
async function leaveAfter(gateway: TestGateway, body: object, ...texts: readonly string[]): Promise<void> {
  const leaving = new AbortController();
  const headers = { "content-type": "application/json" };
  const response = await gateway.fetch("/v1/chat/completions", {
    method: "POST",
    headers,
    body: JSON.stringify(body),
    signal: leaving.signal,
  });
  let read = "";
  const decoder = new TextDecoder();
  const reader = response.body?.getReader();
  while (!texts.every((text) => read.includes(text))) {
    const { value } = (await reader?.read()) ?? {};
    if (value === undefined) throw new Error(`the answer ended after ${read}`);
    read += decoder.decode(value, { stream: true });
  }
  leaving.abort();
}

describe("what no upstream counted", () => {
  test("is estimated for the log, and not told to the client", async () => {
    const message = { role: "assistant", content: "123456789", refusal: null };
    const choices = [{ index: 0, message, finish_reason: "stop" }];
    const body = { id: "c", object: "chat.completion", created: 1, model: "x", choices };
    const gateway = await startBefore((response) => sendWhole(response, JSON.stringify(body)), { models: priced });
    const answered = await gateway.chat({ messages });
    expect(answered.body).not.toHaveProperty("usage");
    expect(answered.headers.get("x-specgate-cost")).toBe("0.000018");
    expect(await requestLine(gateway)).toMatchObject({
      usage: "estimated",
      tokens_in: promptTokens,
      tokens_out: 3,
      cost_usd: "0.000018",
    });
  });

  test("of a stream is estimated, and no counts are made up for the client", async () => {
    const gateway = await startBefore(
      (response) => openStream(response).end(`${event({ content: "123456789" })}${event({}, "stop")}data: [DONE]\n\n`),
      { models: priced },
    );
    const body = { model: "test-model", stream: true, messages, stream_options: { include_usage: true } };
    const headers = { "content-type": "application/json", authorization: `Bearer ${secrets.key}` };
    // Not by the client that is watched: it wants the counts it has asked for.
    const answered = await fetch(`${gateway.url}/v1/chat/completions`, {
      method: "POST",
      headers,
      body: JSON.stringify(body),
    });
    expect(await answered.text()).not.toMatch(/"usage":\{/);
    expect(await requestLine(gateway)).toMatchObject({ usage: "estimated", tokens_in: promptTokens, tokens_out: 3 });
  });

  test("of a stream that broke off is estimated from what came", async () => {
    const gateway = await startBefore(
      (response) => {
        openStream(response).write(event({ content: "123456789" }));
        setTimeout(() => response.destroy(), 50);
      },
      { models: priced, planned: ["upstream_unreachable", "upstream_stream_cut"] },
    );
    await gateway.post({ model: "test-model", stream: true, messages });
    expect(await requestLine(gateway)).toMatchObject({
      usage: "estimated",
      tokens_in: promptTokens,
      tokens_out: 3,
      cost_usd: "0.000018",
    });
  });

  test("of a stream that broke off after counts is filled up", async () => {
    const counts = streamText.split("\n\n").at(-3) ?? "";
    const gateway = await startBefore(
      (response) => {
        openStream(response).write(`${counts}\n\n${event({ content: "a".repeat(300) })}`);
        setTimeout(() => response.destroy(), 50);
      },
      { models: priced, planned: ["upstream_unreachable", "upstream_stream_cut"] },
    );
    await gateway.post({ model: "test-model", stream: true, messages });
    expect(await requestLine(gateway)).toMatchObject({ usage: "partial", tokens_in: 10, tokens_out: 100 });
  });

  test("of a stream that its client left is filled up from what came", async () => {
    const routes = `models: { test-model: { deployments: [up/claude-sonnet-4-5], conformance: enforce } }`;
    const script =
      "answers: [{ words: 500, chunks: 500, delay: { between: 20ms }, usage: { input: 1000, output: 900 } }]";
    const gateway = await startGateway({ ...claude, routes, script });
    const leaving = new AbortController();
    const body = JSON.stringify({ model: "test-model", stream: true, ...says("hi") });
    const headers = { "content-type": "application/json" };
    const response = await gateway.fetch("/v1/chat/completions", {
      method: "POST",
      headers,
      body,
      signal: leaving.signal,
    });
    await response.body?.getReader().read();
    leaving.abort();
    const line: { tokens_out?: number } = await requestLine(gateway);
    expect(line).toMatchObject({ status: 499, usage: "partial", tokens_in: 1000 });
    expect(line.tokens_out).toBeGreaterThan(0);
    expect(line.tokens_out).toBeLessThan(900);
  });

  test.each<readonly [name: string, started: Started, model: string, events: string]>([
    ["Gemini's, which come with each piece", vertex, "gemini-2.5-flash", geminiEvents],
    ["Claude's, before its last word", claude, "claude-sonnet-4-5", claudeEvents],
  ])("is nothing where the client left after counts: %s", async (_, { providers = "" }, model, events) => {
    const raw = await startUpstream((response) => void openStream(response).write(events));
    const routes = `models: { test-model: { deployments: [up/${model}], conformance: enforce } }`;
    const gateway = await startGateway({
      providers: providers.replace("UPSTREAM", "RAW"),
      routes,
      env: { RAW: raw.origin },
    });
    await leaveAfter(gateway, { model: "test-model", stream: true, messages }, long);
    expect(await requestLine(gateway)).toMatchObject({ status: 499, usage: "reported", tokens_in: 7, tokens_out: 9 });
  });

  test.each<readonly [name: string, events: string, line: object]>([
    ["and the end", counted + done, { usage: "reported", tokens_out: 10 }],
    ["and no end as yet", counted, { usage: "reported", tokens_out: 10 }],
    ["and what says nothing came after them", counted + timings, { usage: "reported", tokens_out: 10 }],
    ["and more was said", counted + event({ content: "b".repeat(300) }), { usage: "partial", tokens_out: 205 }],
  ])("is nothing where the client left after counts of a choice, %s", async (_, events, line) => {
    let asked = 0;
    const gateway = await startBefore((response) => {
      openStream(response).write(++asked === 1 ? events : counted);
    });
    await leaveAfter(gateway, { model: "test-model", stream: true, n: 2, messages }, long, '"index":1');
    expect(await requestLine(gateway)).toMatchObject({ status: 499, tokens_in: 20, ...line });
  });

  test("of one choice does not touch the counts of those that had come to their end", async () => {
    let asked = 0;
    const gateway = await startBefore(
      (response) => {
        const stream = openStream(response);
        if (++asked === 1) return void stream.end(counted + done);
        stream.write(event({ content: "123456789" }));
        setTimeout(() => response.destroy(), 100);
      },
      { models: priced, planned: ["upstream_unreachable", "upstream_stream_cut"] },
    );
    await gateway.post({ model: "test-model", stream: true, n: 2, messages });
    const line = { usage: "partial", tokens_in: 10 + promptTokens, tokens_out: 5 + 3 };
    expect(await requestLine(gateway)).toMatchObject(line);
  });

  test("of vectors is estimated as the client is told", async () => {
    const data = [{ object: "embedding", index: 0, embedding: [0.5] }];
    const gateway = await startBefore(
      (response) => sendWhole(response, JSON.stringify({ object: "list", model: "x", data })),
      { models: 'test-model: { deployments: [up/x], price: { input: "1" } }' },
    );
    const request = { model: "test-model", input: "12345678", encoding_format: "float" };
    const { body, headers } = await gateway.post(request, undefined, "/v1/embeddings");
    expect(body).toMatchObject({ usage: { prompt_tokens: 2, total_tokens: 2 } });
    expect(headers.get("x-specgate-changes")).toBe("estimated:usage");
    expect(headers.get("x-specgate-cost")).toBe("0.000002");
    expect(await requestLine(gateway)).toMatchObject({ usage: "estimated", tokens_in: 2 });
  });

  test("is absent where none answered", async () => {
    const gateway = await startBefore((response) => sendWhole(response, "{}", 500), { planned: ["upstream_error"] });
    await gateway.post({ model: "test-model", messages });
    const line = await requestLine(gateway);
    expect(line).toMatchObject({ usage: "absent" });
    expect(line).not.toHaveProperty("cost_usd");
  });
});

describe("counts that do not add up", () => {
  test("are told in the log once, counted each time, and charged all the same", async () => {
    const usage = { prompt_tokens: 10, completion_tokens: 5, total_tokens: 99 };
    const whole = wholeText.replace(/"usage":\{[^}]*\}/, `"usage":${JSON.stringify(usage)}`);
    const { origin } = await startUpstream((response) => sendWhole(response, whole));
    const config = configOf(
      `providers: { up: { type: openai, base_url: "${origin}/v1" } }
models: { test-model: { deployments: [up/x], price: { input: "1", output: "2" } } }`,
    );
    const log = captureLog(config.log);
    const built = await build(config, { log: log.logger, version: "1.2.3" });
    const listening = serve(built.app, { hostname: "127.0.0.1", port: 0, silent: true });
    await listening.ready();
    onTestFinished(() => listening.close(true));
    const url = listening.url ?? "";
    for (const n of [1, 2]) {
      const answered = await fetch(`${url}v1/chat/completions`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ model: "test-model", ...says("hi"), n }),
      });
      expect(answered.headers.get("x-specgate-cost")).toBe(n === 1 ? "0.00002" : "0.00004");
    }
    const warnings = log.lines.filter(({ level }) => level === 40);
    expect(warnings).toMatchObject([
      {
        msg: "an upstream's token counts do not add up",
        mismatch: { kind: "parts_below_total", counted: 15, total: 99 },
        operation: "chat",
        model: "test-model",
        provider: "up",
      },
    ]);
    const samples = parseMetrics(await (await fetch(`${url}metrics`)).text());
    const labels = { operation: "chat", provider: "up", model: "test-model", kind: "parts_below_total" };
    expect(valueAt(samples, "specgate_usage_mismatch_total", labels)).toBe(3);
  });
});
