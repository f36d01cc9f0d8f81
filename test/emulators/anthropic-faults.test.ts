import {
  APIConnectionError,
  APIError,
  AuthenticationError,
  InternalServerError,
  NotFoundError,
  OverloadedError,
  RateLimitError,
} from "@anthropic-ai/sdk";
import { describe, expect, test } from "vitest";
import { collect, failureOf } from "../_promises.ts";
import { apiError, ask, clientOf, emulate, post, usual } from "./_anthropic.ts";

type Kind = abstract new (...args: never[]) => Error;

describe("errors of a script, as Anthropic's SDK reads them", () => {
  test.each<[string, string, Kind, object]>([
    [
      "overload",
      "status: 529",
      OverloadedError,
      { status: 529, type: "overloaded_error", error: { error: { message: "Overloaded" } } },
    ],
    [
      "a limit",
      "status: 429, retry_after: 1.5s, message: Slow down.",
      RateLimitError,
      { status: 429, type: "rate_limit_error", error: { error: { message: "Slow down." } } },
    ],
    ["its own fault", "status: 500", InternalServerError, { type: "api_error" }],
    ["a time that ran out", "status: 504", InternalServerError, { type: "timeout_error" }],
    ["no money", "status: 402", APIError, { status: 402, type: "billing_error" }],
    [
      "a cause in one word",
      "status: 400, code: spend_limit, reason: billing_error, details: [{ limit: 5 }]",
      APIError,
      {
        status: 400,
        type: "billing_error",
        errorCode: "spend_limit",
        details: { limit: 5, error_code: "spend_limit" },
      },
    ],
  ])("%s", async (_name, members, kind, want) => {
    const client = clientOf(await emulate(`answers: [{ error: { ${members} } }]`));
    for (const attempt of [client.messages.create(ask("Hi")), client.messages.stream(ask("Hi")).finalMessage()]) {
      const error = await apiError(attempt);
      expect(error).toBeInstanceOf(kind);
      expect(error).toMatchObject(want);
      expect(error.requestID).toMatch(/^req_011C/);
      expect(error.error).toMatchObject({ type: "error", request_id: error.requestID });
    }
  });

  test("limits are in the headers, spent where one is reached", async () => {
    const emulator = await emulate("answers: [{ times: 1, error: { status: 429, retry_after: 1.5s } }]");
    const refused = await post(emulator, ask("Hi"));
    const answered = await post(emulator, ask("Hi"));
    const left = "anthropic-ratelimit-requests-remaining";
    expect([refused.headers.get("retry-after"), answered.headers.get("retry-after")]).toEqual(["2", null]);
    expect([refused.headers.get(left), answered.headers.get(left)]).toEqual(["0", "3999"]);
    for (const kind of ["requests", "tokens", "input-tokens", "output-tokens"]) {
      expect(Number(answered.headers.get(`anthropic-ratelimit-${kind}-limit`))).toBeGreaterThan(0);
      expect(answered.headers.get(`anthropic-ratelimit-${kind}-reset`)).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:00Z$/);
    }
    expect(answered.headers.get("request-id")).toMatch(/^req_011C/);
    expect(answered.headers.get("anthropic-organization-id")).not.toBeNull();
  });

  test("a header of a script tells that a retry helps", async () => {
    const script = "answers: [{ times: 1, headers: { x-should-retry: 'true' }, error: { status: 400 } }]";
    const emulator = await emulate(script);
    const client = clientOf(emulator).withOptions({ maxRetries: 1 });
    expect((await client.messages.create(ask("Hi"))).stop_reason).toBe("end_turn");
    expect(emulator.requests).toHaveLength(2);
  });

  test("no answer is left", async () => {
    const error = await apiError(
      clientOf(await emulate("{ answers: [], otherwise: fail }")).messages.create(ask("Hi")),
    );
    expect(error).toMatchObject({ status: 500, apiMessage: "The script has no answer for this request." });
  });

  test("a count fails, and says what a script wants", async () => {
    const counting = async (script: string) =>
      clientOf(await emulate(script)).messages.countTokens({
        model: "claude-opus-5",
        messages: [{ role: "user", content: "Hi" }],
      });
    expect(await apiError(counting("answers: [{ error: { status: 529 } }]"))).toBeInstanceOf(OverloadedError);
    expect(await counting("answers: [{ usage: { input: 77 } }]")).toEqual({ input_tokens: 77 });
  });
});

describe("broken streams", () => {
  const stream = async (script: string) => clientOf(await emulate(script)).messages.stream(ask("Hi"));

  test("an error after the status", async () => {
    const script = "answers: [{ text: Hi there, stream_error: { after_events: 4 } }]";
    const made = await stream(script);
    const seen: string[] = [];
    made.on("streamEvent", ({ type }) => seen.push(type));
    const error = await apiError(made.finalMessage());
    expect(error).toMatchObject({ status: undefined, type: "overloaded_error", apiMessage: "Overloaded" });
    expect(seen).toEqual(["message_start", "content_block_start", "content_block_delta"]);
    const { text } = await post(await emulate(script), ask("Hi", { stream: true }));
    expect(text.split("\n\n").at(-2)).toMatch(
      /^event: error\ndata: {"type":"error","error":{"type":"overloaded_error"/,
    );
  });

  test("an error in other words, and one that has no frame", async () => {
    const own = "{ after_events: 1, status: 500, message: Oops., reason: api_error }";
    const error = await apiError((await stream(`answers: [{ stream_error: ${own} }]`)).finalMessage());
    expect(error).toMatchObject({ type: "api_error", apiMessage: "Oops." });
    const bare = await emulate("answers: [{ stream_error: { after_events: 1, bare: true } }]");
    const { text } = await post(bare, ask("Hi", { stream: true }));
    expect(text.split("\n\n").at(-1)).toMatch(/^{"type":"error"/);
  });

  test.each<[string, string]>([
    ["breaks off", "cut: { after_events: 3 }"],
    ["just ends", "cut: { after_events: 3, clean: true }"],
    ["breaks within an event", "cut: { after_bytes: 700 }"],
  ])("a connection that %s", async (_name, members) => {
    const error = await failureOf((await stream(`answers: [{ text: Hi, ${members} }]`)).finalMessage());
    expect(error).toBeInstanceOf(Error);
  });

  test("a connection that breaks before the headers", async () => {
    const client = clientOf(await emulate("answers: [{ cut: {} }]"));
    expect(await failureOf(client.messages.create(ask("Hi")))).toBeInstanceOf(APIConnectionError);
  });

  test("bytes one by one", async () => {
    const message = await (await stream("answers: [{ text: Grüße 👋, write_bytes: 1 }]")).finalMessage();
    expect(message.content).toMatchObject([{ text: "Grüße 👋" }]);
  });

  test("a client that leaves", async () => {
    const emulator = await emulate("answers: [{ words: 300, chunks: 100, delay: { between: 20ms } }]");
    const made = clientOf(emulator).messages.stream(ask("Hi"));
    made.on("text", () => made.abort());
    await failureOf(made.done());
    expect((await emulator.untilAborted()).path).toBe("/v1/messages");
  });

  test("events as a script writes them, broken JSON too", async () => {
    const script = `answers: [{ events: [{ type: message_start, message: {} }, { type: news }, { odd: 1 }, "{half"] }]`;
    const { text } = await post(await emulate(script), ask("Hi", { stream: true }));
    expect(text.split("\n\n")).toEqual([
      'event: message_start\ndata: {"type":"message_start","message":{}}',
      'event: news\ndata: {"type":"news"}',
      'data: {"odd":1}',
      "data: {half",
      "",
    ]);
  });

  test("a page in place of an answer", async () => {
    const emulator = await emulate("answers: [{ raw: { status: 502, body: <html>Bad gateway</html> } }]");
    const { status, text } = await post(emulator, ask("Hi"));
    expect([status, text]).toEqual([502, "<html>Bad gateway</html>"]);
  });

  test("events of a stream one by one, by their type", async () => {
    const client = clientOf(await emulate("answers: [{ text: Hi, chunks: 1 }]"));
    const events = await collect(await client.messages.create({ ...ask("Hi"), stream: true }));
    expect(events.map(({ type }) => type)).toEqual([
      ...["message_start", "content_block_start", "content_block_delta", "content_block_stop"],
      ...["message_delta", "message_stop"],
    ]);
  });
});

describe("who is let in", () => {
  const open = { "anthropic-version": "2023-06-01" };

  test.each<[name: string, headers: Record<string, string>, status: number, message: string]>([
    ["the key", { "x-api-key": "right" }, 200, ""],
    ["the key as a bearer", { authorization: "Bearer right" }, 200, ""],
    ["no key", {}, 401, "x-api-key header is required"],
    ["an empty key", { "x-api-key": "" }, 401, "x-api-key header is required"],
    ["a wrong key", { "x-api-key": "wrong" }, 401, "invalid x-api-key"],
    ["a wrong bearer", { authorization: "Bearer wrong" }, 401, "Invalid bearer token"],
  ])("%s", async (_name, headers, status, message) => {
    const emulator = await emulate("answers: []", { token: "right" });
    const posted = await post(emulator, ask("Hi"), { headers: { ...open, ...headers } });
    expect(posted.status).toBe(status);
    if (status === 401) expect(posted.body).toMatchObject({ error: { type: "authentication_error", message } });
    expect(JSON.stringify(emulator.requests[0]?.headers)).not.toMatch(/right|wrong/);
  });

  test("anybody, where nothing is asked for", async () => {
    const emulator = await emulate("answers: []", { auth: "none" });
    expect((await post(emulator, ask("Hi"), { headers: open })).status).toBe(200);
  });

  test("a wrong key, as the SDK reads it", async () => {
    const client = clientOf(await emulate("answers: []", { token: (key) => key === "other" }));
    expect(await apiError(client.messages.create(ask("Hi")))).toBeInstanceOf(AuthenticationError);
    expect(await apiError(client.models.list())).toBeInstanceOf(AuthenticationError);
  });
});

describe("paths and headers", () => {
  test.each<[string, Record<string, string>, string]>([
    ["no version", { "x-api-key": "k" }, "anthropic-version: header is required"],
    ["an unknown version", { ...usual, "anthropic-version": "2024-01-01" }, '"2024-01-01" is not a valid version'],
    [
      "an unknown beta feature",
      { ...usual, "anthropic-beta": "files-api-2025-04-14, foo-2025-01-01,bar" },
      "Unexpected value(s) `foo-2025-01-01`, `bar` for the `anthropic-beta` header.",
    ],
  ])("%s", async (_name, headers, message) => {
    const emulator = await emulate();
    const want = { type: "invalid_request_error", message: expect.stringContaining(message) };
    expect((await post(emulator, ask("Hi"), { headers })).body).toMatchObject({ error: want });
    const listed = await fetch(`${emulator.url}/v1/models`, { headers });
    expect(await listed.json()).toMatchObject({ error: want });
  });

  test("known beta features pass", async () => {
    const headers = { ...usual, "anthropic-beta": "context-1m-2025-08-07,interleaved-thinking-2025-05-14" };
    expect((await post(await emulate(), ask("Hi"), { headers })).status).toBe(200);
  });

  test("a path there is not, and a method", async () => {
    const { url } = await emulate();
    const other = await fetch(`${url}/v1/complete`, { method: "POST", headers: usual });
    expect([other.status, await other.json()]).toMatchObject([404, { error: { type: "not_found_error" } }]);
    expect((await fetch(`${url}/v1/messages`, { headers: usual })).status).toBe(405);
  });

  test.each([
    ["gpt-5", "model: gpt-5"],
    ["claude-sonnet-4-5@20250929", "model: claude-sonnet-4-5@20250929"],
    ["anthropic.claude-opus-4-6-v1:0", "model: anthropic.claude-opus-4-6-v1:0"],
  ])("there is no model %s", async (model, message) => {
    const error = await apiError(clientOf(await emulate()).messages.create(ask("Hi", { model })));
    expect(error).toBeInstanceOf(NotFoundError);
    expect(error.error).toMatchObject({ error: { type: "not_found_error", message } });
  });

  test.each([
    ["limit=0", "limit: Input should be greater than or equal to 1"],
    ["limit=1001", "limit: Input should be less than or equal to 1000"],
    ["limit=few", "limit: Input should be a valid integer"],
  ])("a page of models with %s", async (query, message) => {
    const response = await fetch(`${(await emulate()).url}/v1/models?${query}`, { headers: usual });
    expect(await response.json()).toMatchObject({ error: { message } });
  });

  test("a body that is too large", async () => {
    const { status, body } = await post(await emulate(), ask("a".repeat(33 * 1024 * 1024)));
    expect([status, body]).toMatchObject([413, { error: { type: "request_too_large" } }]);
  });
});
