import { once } from "node:events";
import OpenAI from "openai";
import { describe, expect, test } from "vitest";
import { now } from "../src/emulators/record.ts";
import { parseScript } from "../src/emulators/script.ts";
import { chatOnWire, closedUrl, rawClient } from "./_raw.ts";
import { failureOf, says, secrets, startGateway, startVertex } from "./_setup.ts";
import { contractOperations, contractRows, streamOf } from "./contract/_operations.ts";
import { setupOf } from "./contract/_providers.ts";
import { sleep, startUpstream } from "./upstream/_servers.ts";

const slowStream = "answers: [{ words: 3000, chunks: 300, delay: { between: 20ms } }]";

/** Two hosts; the first is where `${FIRST}` says. */
const twoHosts = `
providers:
  first: { type: vertex, project: p, location: global, base_url: "\${FIRST}", auth: { bearer: "\${TOKEN}" } }
  second: { type: vertex, project: p, location: global, base_url: "\${UPSTREAM}", auth: { bearer: "\${TOKEN}" } }
`;
const twoDeployments = `
models:
  test-model: { deployments: [first/gemini-2.5-flash, second/gemini-2.5-pro], conformance: enforce }
`;

async function startTwo(first: string, second = "answers: [{ text: From the second. }]") {
  const upstream = await startVertex(parseScript(first));
  const env = { FIRST: upstream.url };
  const planned = ["upstream_stream_cut", "upstream_error"] as const;
  const gateway = await startGateway({ providers: twoHosts, routes: twoDeployments, env, script: second, planned });
  return { first: upstream, gateway };
}

describe.each(contractOperations)("$name: an upstream that is not there or too slow", (operation) => {
  const { path, ask } = operation;

  test("nobody listens: 502 upstream_unreachable", async () => {
    const UPSTREAM = await closedUrl();
    const gateway = await startGateway({ env: { UPSTREAM }, planned: ["upstream_unreachable"] });
    for (const stream of [false, true]) {
      const { status, body } = await gateway.post({ model: "test-model", stream, ...ask("hi") }, undefined, path);
      expect(status).toBe(502);
      expect(body).toEqual({
        error: {
          message: "The upstream refused the connection.",
          type: "server_error",
          param: null,
          code: "upstream_unreachable",
        },
      });
    }
  });

  test("no first byte in time: 504 upstream_first_byte_timeout, and the upstream's work ends", async () => {
    const gateway = await startGateway({
      routes: "timeouts: { first_byte: 100ms }",
      script: "answers: [{ text: Late., delay: { headers: 60s } }]",
      planned: ["upstream_first_byte_timeout"],
    });
    const answers = [false, true].map((stream) =>
      gateway.post({ model: "test-model", stream, ...ask("hi") }, undefined, path),
    );
    for (const { status, body } of await Promise.all(answers)) {
      expect(status).toBe(504);
      expect(body).toEqual({
        error: {
          message: "The upstream did not begin to answer in time.",
          type: "server_error",
          param: null,
          code: "upstream_first_byte_timeout",
        },
      });
    }
    await gateway.upstream.untilAborted(2);
  });

  test("silence in the middle of a stream: an error event, and the upstream's work ends", async () => {
    const gateway = await startGateway({
      routes: "timeouts: { idle: 100ms }",
      script: "answers: [{ words: 60, chunks: 3, delay: { between: 60s } }]",
      planned: ["upstream_idle_timeout"],
    });
    const { status, chunks, error, text } = await streamOf(gateway, operation, ask("hi"));
    expect(status).toBe(200);
    expect(operation.seen(chunks)).toEqual([{ text: expect.stringMatching(/^The /), finish: null }]);
    expect(error).toMatchObject({ type: "server_error", code: "upstream_idle_timeout" });
    expect(text).not.toContain("[DONE]");
    await gateway.upstream.untilAborted();
  });

  test("a stream that takes longer than all of it may: an error event", async () => {
    const gateway = await startGateway({
      routes: "timeouts: { total: 150ms }",
      script: slowStream,
      planned: ["upstream_timeout"],
    });
    const { error, text } = await streamOf(gateway, operation, ask("hi"));
    expect(error).toMatchObject({ type: "server_error", code: "upstream_timeout" });
    expect(text).not.toContain("[DONE]");
    await gateway.upstream.untilAborted();
  });
});

describe("fallback", () => {
  test.each([
    ["503", "answers: [{ error: { status: 503 } }]"],
    ["429", "answers: [{ error: { status: 429 } }]"],
    ["a refused credential", "answers: [{ error: { status: 403 } }]"],
    ["an unknown model", "answers: [{ error: { status: 404 } }]"],
    ["a connection that breaks before the first byte", "answers: [{ cut: {} }]"],
    ["a stream that breaks before the first event", "answers: [{ text: Hello, cut: { after_bytes: 10 } }]"],
  ])("after %s the second deployment answers, and nobody notices", async (_name, script) => {
    const { gateway } = await startTwo(script);
    const { body, headers } = await gateway.chat(says("hi"));
    expect(body.choices[0]?.message.content).toBe("From the second.");
    expect(headers.get("x-specgate-deployment")).toBe("second/gemini-2.5-pro");
    expect(headers.get("x-specgate-attempts")).toBe("2");
    const streamed = await gateway.stream(says("hi"));
    expect(streamed.chunks.map((chunk) => chunk.choices[0]?.delta.content ?? "").join("")).toBe("From the second.");
    expect(streamed.headers.get("x-specgate-deployment")).toBe("second/gemini-2.5-pro");
    expect(streamed.headers.get("x-specgate-attempts")).toBe("2");
  });

  test("after a connection that is refused the second deployment answers", async () => {
    const env = { FIRST: await closedUrl() };
    const gateway = await startGateway({ providers: twoHosts, routes: twoDeployments, env });
    const { headers } = await gateway.chat(says("hi"));
    expect(headers.get("x-specgate-deployment")).toBe("second/gemini-2.5-pro");
    expect(headers.get("x-specgate-attempts")).toBe("2");
  });

  test("what the client got wrong is wrong everywhere: the second deployment is not asked", async () => {
    const { gateway } = await startTwo("answers: [{ error: { status: 400, message: Wrong. } }]");
    const { status } = await gateway.post({ model: "test-model", ...says("hi") });
    expect(status).toBe(400);
    expect(gateway.upstream.requests).toHaveLength(0);
  });

  test("after the first byte there is none: the stream ends in an error event", async () => {
    const { gateway } = await startTwo("answers: [{ words: 60, chunks: 6, cut: { after_events: 3 } }]");
    const { error, headers } = await gateway.stream(says("hi"));
    expect(error?.code).toBe("upstream_stream_cut");
    expect(headers.get("x-specgate-deployment")).toBe("first/gemini-2.5-flash");
    expect(headers.get("x-specgate-attempts")).toBe("1");
    expect(gateway.upstream.requests).toHaveLength(0);
  });

  test("when all fail the last one's error is the answer", async () => {
    const { gateway } = await startTwo(
      "answers: [{ error: { status: 503 } }]",
      "answers: [{ error: { status: 500, message: The second is broken. } }]",
    );
    const { status, body } = await gateway.post({ model: "test-model", ...says("hi") });
    expect(status).toBe(500);
    expect(body).toMatchObject({ error: { message: "The second is broken.", code: null } });
  });

  test("each of several choices finds its own way", async () => {
    const { gateway, first } = await startTwo("answers: [{ times: 1, error: { status: 503 } }, { text: First. }]");
    const { body, headers } = await gateway.chat({ ...says("hi"), n: 3 });
    const texts = body.choices.map(({ message }) => message.content);
    expect(texts.toSorted()).toEqual(["First.", "First.", "From the second."]);
    expect(headers.get("x-specgate-attempts")).toBe("4");
    expect(headers.get("x-specgate-deployment")?.split(", ").toSorted()).toEqual([
      "first/gemini-2.5-flash",
      "second/gemini-2.5-pro",
    ]);
    expect(first.requests).toHaveLength(3);
  });
});

/** Chat, texts by chat, and texts that are passed on. */
const ways = contractRows.filter(
  ({ operation, provider }) =>
    provider.name === "Gemini 2.5 on Vertex AI" || (operation.name === "completions" && provider.name === "vLLM"),
);

test("there are three ways", () => {
  expect(ways.map(({ operation, provider }) => `${operation.name} ${provider.use}`)).toEqual([
    "chat up/gemini-2.5-flash",
    "completions up/gemini-2.5-flash",
    "completions up/llama-3.1-8b",
  ]);
});

describe.each(ways)("$operation.name at $provider.name: a client that leaves", ({ operation, provider }) => {
  const patience = 100;
  const { path, ask } = operation;

  test.each([
    ["waits for the headers", "answers: [{ text: Late., delay: { headers: 60s } }]", false],
    ["waits for the body", "answers: [{ text: Late., delay: { first_byte: 60s } }]", false],
    ["waits for the first event of a stream", "answers: [{ text: Late., delay: { first_byte: 60s } }]", true],
  ])("while it %s: the upstream's work ends at once, and the log says 499", async (_name, script, stream) => {
    const gateway = await startGateway({ ...setupOf(provider), script });
    const client = await rawClient(gateway.url);
    client.socket.write(chatOnWire({ ...ask("hi"), stream }, path));
    await gateway.upstream.untilRequested();
    const leftAt = now();
    client.socket.destroy();
    const { abortedAt = Number.POSITIVE_INFINITY } = await gateway.upstream.untilAborted();
    expect(abortedAt - leftAt).toBeLessThan(patience);
    const line = await gateway.log.until(({ msg }) => msg === "request");
    expect(line).toMatchObject({ status: 499, error: "client_closed_request", model: "test-model", stream });
  });

  test("in the middle of a stream: the upstream's work ends at once, and the log says 499", async () => {
    const gateway = await startGateway({ ...setupOf(provider), script: slowStream });
    const client = await rawClient(gateway.url);
    client.socket.write(chatOnWire({ ...ask("hi"), stream: true }, path));
    await client.until(operation.onWire("The"));
    const leftAt = now();
    client.socket.destroy();
    const { abortedAt = Number.POSITIVE_INFINITY } = await gateway.upstream.untilAborted();
    expect(abortedAt - leftAt).toBeLessThan(patience);
    const line = await gateway.log.until(({ msg }) => msg === "request");
    expect(line).toMatchObject({ status: 499, error: "client_closed_request", deployment: provider.use });
  });

  test("by the SDK's own means, out of a stream of several choices: all of their work ends", async () => {
    const gateway = await startGateway({ ...setupOf(provider), script: slowStream });
    const stream = await operation.createStream(gateway.client, "hi", 3);
    for await (const text of stream) if (text !== "") break;
    const leftAt = now();
    const { abortedAt = Number.POSITIVE_INFINITY } = await gateway.upstream.untilAborted(3);
    expect(abortedAt - leftAt).toBeLessThan(patience);
    await gateway.upstream.untilIdle();
  });

  test("by a signal, while the answer is still being made", async () => {
    const gateway = await startGateway({
      ...setupOf(provider),
      script: "answers: [{ text: Late., delay: { headers: 60s } }]",
    });
    const leaving = new AbortController();
    const failure = failureOf(operation.create(gateway.client, "hi", { signal: leaving.signal }));
    await gateway.upstream.untilRequested();
    const leftAt = now();
    leaving.abort();
    expect(await failure).toBeInstanceOf(OpenAI.APIUserAbortError);
    const { abortedAt = Number.POSITIVE_INFINITY } = await gateway.upstream.untilAborted();
    expect(abortedAt - leftAt).toBeLessThan(patience);
  });

  test("in the middle of its own request: nothing is asked of the upstream", async () => {
    const gateway = await startGateway(setupOf(provider));
    const client = await rawClient(gateway.url);
    const bytes = chatOnWire(ask("hi"), path);
    client.socket.write(bytes.slice(0, bytes.length - 10));
    client.socket.end();
    const line = await gateway.log.until(({ msg }) => msg === "request");
    expect(line).toMatchObject({ status: 499, error: "client_closed_request" });
    expect(gateway.upstream.requests).toHaveLength(0);
  });
});

describe.each(contractOperations)("$name: a client that does not read", ({ path, ask, onWire }) => {
  test("and leaves: the upstream's work ends, and the log says 499", async () => {
    const flood = await startFlood();
    const gateway = await startGateway({ env: { UPSTREAM: flood.origin } });
    const client = await rawClient(gateway.url);
    client.socket.pause();
    client.socket.write(chatOnWire({ ...ask("hi"), stream: true }, path));
    await flood.untilStuck();
    client.socket.destroy();
    await flood.untilLeft();
    const line = await gateway.log.until(({ msg }) => msg === "request");
    expect(line).toMatchObject({ status: 499, error: "client_closed_request" });
  });

  test("holds the upstream back: what waits for it is bounded", async () => {
    const flood = await startFlood();
    const gateway = await startGateway({ env: { UPSTREAM: flood.origin } });
    const client = await rawClient(gateway.url);
    client.socket.pause();
    client.socket.write(chatOnWire({ ...ask("hi"), stream: true }, path));
    await flood.untilStuck();
    // Two sockets' worth of the kernel's own buffers, out of 256 MB.
    expect(flood.sentBytes()).toBeLessThan(48 * 1024 * 1024);
    client.socket.resume();
    await client.until(onWire("eeeee"));
    const before = flood.sentBytes();
    await flood.untilPast(before + 1);
  });
});

/** An upstream that streams 256 MB as fast as it is let. */
async function startFlood() {
  const most = 256 * 1024 * 1024;
  let sentBytes = 0;
  let left = (): void => undefined;
  const untilLeft = new Promise<void>((resolve) => {
    left = resolve;
  });
  const upstream = await startUpstream(async (response) => {
    response.once("close", left);
    response.writeHead(200, { "content-type": "text/event-stream" });
    const event = { candidates: [{ content: { role: "model", parts: [{ text: "e".repeat(60_000) }] } }] };
    const frame = Buffer.from(`data: ${JSON.stringify(event)}\r\n\r\n`);
    while (sentBytes < most && !response.destroyed) {
      sentBytes += frame.length;
      if (!response.write(frame)) await Promise.race([once(response, "drain"), untilLeft]);
    }
  });
  const until = async (fits: (before: number) => boolean): Promise<void> => {
    for (let before = -1; !fits(before); ) {
      before = sentBytes;
      await sleep(50);
    }
  };
  return {
    origin: upstream.origin,
    sentBytes: () => sentBytes,
    untilLeft: () => untilLeft,
    untilStuck: () => until((before) => sentBytes > 0 && before === sentBytes),
    untilPast: (bytes: number) => until(() => sentBytes >= bytes),
  };
}

describe("what the operator sees", () => {
  test("headers tell which deployment answered, after how many attempts, and what was changed", async () => {
    const gateway = await startGateway();
    const plain = await gateway.chat(says("hi"));
    expect(plain.headers.get("x-specgate-deployment")).toBe("vertex/gemini-2.5-flash");
    expect(plain.headers.get("x-specgate-attempts")).toBe("1");
    expect(plain.headers.get("x-specgate-changes")).toBeNull();
    expect(plain.headers.get("x-request-id")).toMatch(/^req_[0-9a-f]{24}$/);
    expect(plain.headers.get("openai-version")).toBe("2020-10-01");
    const changed = await gateway.chat({ ...says("hi"), logit_bias: { "1": 1 }, presence_penalty: 2, wörd: 1 });
    expect(changed.headers.get("x-specgate-changes")).toBe(
      "reported:logit_bias, reported:w?rd, clamped:presence_penalty",
    );
  });

  test("a long list of changes is cut at 2 KB and counted", async () => {
    const gateway = await startGateway();
    const odd = Object.fromEntries(Array.from({ length: 300 }, (_, at) => [`odd_member_${at}`, at]));
    const { headers } = await gateway.chat({ ...says("hi"), ...odd });
    const changes = headers.get("x-specgate-changes") ?? "";
    expect(changes.length).toBeLessThanOrEqual(2048);
    const [, more] = /, more:(\d+)$/.exec(changes) ?? [];
    expect(changes.split(", ").length - 1 + Number(more)).toBe(300);
  });

  test("the client's own request id is taken, and an unfit one is not", async () => {
    const gateway = await startGateway();
    const bearer = { authorization: `Bearer ${secrets.key}` };
    const request = { model: "test-model", ...says("hi") };
    const kept = await gateway.post(request, { ...bearer, "x-request-id": "trace-1.a:b_2" });
    expect(kept.headers.get("x-request-id")).toBe("trace-1.a:b_2");
    const made = await gateway.post(request, { ...bearer, "x-request-id": "no spaces, please" });
    expect(made.headers.get("x-request-id")).toMatch(/^req_/);
    expect(gateway.log.lines.map((line) => line.request_id)).toContain("trace-1.a:b_2");
  });

  test("the log has one line per request, with names and counts and nothing of what was said", async () => {
    const script = "answers: [{ text: The moon is made of cheese., usage: { input: 7, output: 5 } }]";
    const gateway = await startGateway({ script });
    await gateway.chat({ ...says("What is the moon made of?"), logit_bias: { "1": 1 } });
    await gateway.stream(says("What is the moon made of?"));
    const lines = gateway.log.lines.filter(({ msg }) => msg === "request");
    expect(lines).toHaveLength(2);
    expect(lines[0]).toMatchObject({
      level: 30,
      method: "POST",
      path: "/v1/chat/completions",
      status: 200,
      model: "test-model",
      stream: false,
      deployment: "vertex/gemini-2.5-flash",
      attempts: 1,
      changes: "reported:logit_bias",
      tokens_in: 7,
      tokens_cached: 0,
      tokens_out: 5,
      tokens_reasoning: 0,
    });
    expect(lines[1]).toMatchObject({ stream: true, tokens_in: 7, tokens_out: 5 });
    expect(gateway.log.text()).not.toContain("moon");
  });

  test("a failure's line says where and after how many attempts it failed", async () => {
    const gateway = await startGateway({
      script: "answers: [{ error: { status: 503 } }]",
      planned: ["overloaded"],
    });
    await gateway.post({ model: "test-model", ...says("hi") });
    expect(gateway.log.lines.find(({ msg }) => msg === "request")).toMatchObject({
      status: 503,
      error: "overloaded",
      deployment: "vertex/gemini-2.5-flash",
      attempts: 1,
    });
  });
});

describe("a model's entry", () => {
  const one = (more: string): string => `models: { test-model: { deployments: [vertex/gemini-2.5-flash], ${more} } }`;

  test("unsupported: refuse turns what would be reported into a 400", async () => {
    const gateway = await startGateway(one("unsupported: refuse"));
    const known = await gateway.post({ model: "test-model", ...says("hi"), logit_bias: { "1": 1 } });
    expect(known.status).toBe(400);
    expect(known.body).toMatchObject({ error: { param: "logit_bias", code: "unsupported_parameter" } });
    const unknown = await gateway.post({ model: "test-model", ...says("hi"), moon: 1 });
    expect(unknown.body).toMatchObject({
      error: { message: "Unknown parameter: 'moon'.", param: "moon", code: "unknown_parameter" },
    });
    expect(gateway.upstream.requests).toHaveLength(0);
  });

  test("unsupported: ignore says nothing", async () => {
    const gateway = await startGateway(one("unsupported: ignore"));
    const { headers } = await gateway.chat({ ...says("hi"), logit_bias: { "1": 1 }, moon: 1 });
    expect(headers.get("x-specgate-changes")).toBeNull();
  });

  test("params_deny takes a parameter away and says so", async () => {
    const gateway = await startGateway(one("params_deny: [temperature]"));
    const { headers } = await gateway.chat({ ...says("hi"), temperature: 0.5 });
    expect(headers.get("x-specgate-changes")).toBe("reported:temperature");
    expect(gateway.upstream.requests[0]?.body).not.toHaveProperty("generationConfig");
  });

  test("the answer bears the name the client asked for", async () => {
    const gateway = await startGateway(`${one("conformance: enforce")}\naliases: { gpt-4o: test-model }`);
    expect((await gateway.chat({ ...says("hi"), model: "gpt-4o" })).body.model).toBe("gpt-4o");
    expect((await gateway.stream({ ...says("hi"), model: "gpt-4o" })).chunks[0]?.model).toBe("gpt-4o");
  });

  test("response_model: upstream bears the upstream's", async () => {
    const gateway = await startGateway(one("response_model: upstream"));
    expect((await gateway.chat(says("hi"))).body.model).toBe("gemini-2.5-flash");
    expect((await gateway.stream(says("hi"))).chunks[0]?.model).toBe("gemini-2.5-flash");
  });
});

test("requests at once keep apart: each client gets its own answer", async () => {
  const gateway = await startGateway();
  const names = Array.from({ length: 40 }, (_, at) => `client number ${at}`);
  const answers = await Promise.all(
    names.map(async (name, at) => {
      if (at % 2 === 0) return (await gateway.chat(says(name))).body.choices[0]?.message.content;
      const { chunks } = await gateway.stream(says(name));
      return chunks.map((chunk) => chunk.choices[0]?.delta.content ?? "").join("");
    }),
  );
  for (const [at, answer] of answers.entries()) expect(answer).toContain(`You said: ${names[at]}.`);
});

test("a stream's events leave as they come, not at the end", async () => {
  const gateway = await startGateway({ script: "answers: [{ words: 60, chunks: 3, delay: { between: 200ms } }]" });
  const began = performance.now();
  const stream = await gateway.client.chat.completions.create({ model: "test-model", ...says("hi"), stream: true });
  let firstMs = Number.POSITIVE_INFINITY;
  for await (const chunk of stream) {
    if (chunk.choices[0]?.delta.content) firstMs = Math.min(firstMs, performance.now() - began);
  }
  expect(firstMs).toBeLessThan(200);
  expect(performance.now() - began).toBeGreaterThan(390);
});
