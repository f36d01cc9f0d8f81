import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import type { ServerName } from "../../src/emulators/openai.ts";
import { parseScript } from "../../src/emulators/script.ts";
import { collect, failureOf } from "../_promises.ts";
import { apiError, clientOf, emulate, eventsIn, type Json, mustBeValid, post, says } from "./_openai.ts";

const streamed = { stream: true, stream_options: { include_usage: true } };

interface Bent {
  /** The whole answer. */
  readonly whole: Json;
  readonly text: string;
  /** Data of the stream's events. */
  readonly events: Json[];
  readonly deltas: Json[];
  readonly calls: Json[];
}

/** An answer with a call under some quirks, whole and streamed. */
async function bend(quirks: string, personality: ServerName = "openai"): Promise<Bent> {
  const answer = `{ text: Hello there, thoughts: Hm., chunks: 2, calls: [{ name: f, id: call_1, args: { a: 1 } }], quirks: [${quirks}] }`;
  const emulator = await emulate(`answers: [${answer}]`, { personality, models: ["gpt-4o"] });
  const { body } = await post(emulator, says("Hi"));
  const { text } = await post(emulator, says("Hi", streamed));
  const events = eventsIn(text);
  const deltas = events.flatMap(({ choices }) => Object(choices).map((choice: Json) => choice["delta"]));
  const calls = deltas.flatMap((delta) => Object(delta)?.tool_calls ?? []);
  return { whole: Object(body), text, events, deltas, calls };
}

const message = ({ whole }: Bent): Json => Object(whole["choices"])[0].message;

describe("quirks", () => {
  const table: Readonly<Record<string, (bent: Bent) => void>> = {
    no_index: ({ calls }) => {
      expect(calls.length).toBeGreaterThan(2);
      expect(calls.every((call) => !("index" in call))).toBe(true);
      expect(calls[0]).toMatchObject({ id: "call_1", function: { name: "f" } });
    },
    no_ids: (bent) => {
      expect(bent.calls.every((call) => !("id" in call))).toBe(true);
      expect(message(bent)["tool_calls"]).toEqual([
        { type: "function", function: { name: "f", arguments: '{"a":1}' } },
      ]);
    },
    empty_ids: ({ calls }) => {
      expect(calls.map(({ id }) => id)).toEqual(["call_1", ...calls.slice(1).map(() => "")]);
      expect(calls.length).toBeGreaterThan(2);
    },
    repeated_ids: ({ calls }) => {
      expect(calls.length).toBeGreaterThan(2);
      expect(calls.every((call) => call["id"] === "call_1" && Object(call["function"]).name === "f")).toBe(true);
      expect(calls.map((call) => Object(call["function"]).arguments).join("")).toBe('{"a":1}');
    },
    no_head: ({ events, whole }) => {
      for (const body of [whole, ...events]) {
        expect(["id", "object", "created", "model"].filter((name) => name in body)).toEqual([]);
      }
    },
    azure_first: ({ events }) => {
      expect(events[0]).toMatchObject({ choices: [], prompt_filter_results: [{ prompt_index: 0 }] });
      expect(events[1]).toMatchObject({ choices: [{ delta: { role: "assistant" } }] });
    },
    null_delta: ({ deltas }) => {
      expect(deltas.at(-1)).toBe(null);
      expect(deltas.filter((delta) => delta === null)).toHaveLength(1);
    },
    content_parts: (bent) => {
      const thinking = { type: "thinking", thinking: [{ type: "text", text: "Hm." }] };
      expect(message(bent)["content"]).toEqual([thinking, { type: "text", text: "Hello there" }]);
      const parts = bent.deltas.flatMap(({ content }) => (Array.isArray(content) ? content : []));
      expect(parts.map(({ type }) => type)).toEqual(["thinking", "thinking", "text", "text"]);
    },
    no_usage: ({ events, whole }) => {
      expect("usage" in whole).toBe(false);
      expect(events.every(({ usage }) => usage === null)).toBe(true);
    },
    usage_everywhere: ({ events }) => {
      const totals = events.map(({ usage }) => Object(usage).total_tokens);
      expect(totals.every((total) => total > 0)).toBe(true);
      expect(totals).toEqual(totals.toSorted((a, b) => a - b));
    },
    usage_with_choices: ({ events }) => {
      expect(events.at(-1)).toMatchObject({
        choices: [{ index: 0, delta: {}, finish_reason: null }],
        usage: { total_tokens: expect.any(Number) },
      });
    },
    no_done: ({ text, events }) => {
      expect(text).not.toContain("[DONE]");
      expect(events.at(-1)).toMatchObject({ usage: {} });
    },
    comments: ({ text, events }) => {
      expect(text.split(": ping\n\n")).toHaveLength(events.length + 2);
    },
    pings: ({ text }) => {
      expect(text).toMatch(/^event: ping\ndata: \{"type":"ping"\}\n\ndata: \{"id"/);
    },
    crlf: ({ text }) => {
      expect(text.endsWith("data: [DONE]\r\n\r\n")).toBe(true);
      expect(text.replaceAll("\r\n", "")).not.toContain("\n");
    },
    no_space: ({ text }) => {
      expect(text).toMatch(/^data:\{"id"/);
      expect(text.endsWith("data:[DONE]\n\n")).toBe(true);
    },
  };

  test.each(Object.entries(table))("%s", async (quirk, check) => {
    check(await bend(quirk));
    // Without it, the same check fails.
    const plain = await bend("");
    expect(() => check(plain)).toThrow();
  });

  test.each(Object.keys(table))("%s leaves the rest as it was", async (quirk) => {
    const bent = await bend(quirk);
    const words = (one: Bent): string =>
      one.deltas.map((delta) => JSON.stringify(Object(delta)?.content ?? "").replaceAll(/[^A-Za-z ]/g, "")).join("");
    if (quirk !== "content_parts") expect(words(bent)).toBe("Hello there");
    if (!["pings", "no_ids"].includes(quirk)) expect(JSON.stringify(bent.calls)).toContain('"id":"call_1"');
    expect(bent.text).toContain('"finish_reason":"tool_calls"');
  });

  test("several go together", async () => {
    const bent = await bend("no_index, empty_ids, no_head, usage_everywhere, crlf, no_space, no_done");
    expect(bent.text).toMatch(/^data:\{"choices"/);
    expect(bent.calls.at(-1)).toEqual({ id: "", function: { arguments: expect.any(String) } });
  });

  test("other servers show them too, Ollama by cutting its calls", async () => {
    const { calls } = await bend("empty_ids", "ollama");
    expect(calls.map(({ id }) => id)).toEqual(["call_1", "", "", ""]);
  });

  test("thoughts come as parts even from OpenAI", async () => {
    expect(message(await bend("content_parts"))["reasoning_content"]).toBeUndefined();
    expect(JSON.stringify(await bend("content_parts", "vllm"))).not.toContain('"reasoning":"');
  });

  const broken = (quirks: string): string =>
    `answers: [{ error: { status: 429, message: Slow. }, quirks: [${quirks}] }]`;

  test.each<[string, number, unknown]>([
    ["integer_codes", 429, { error: { message: "Slow.", type: "requests", param: null, code: 429 } }],
    ["string_errors", 429, { error: "Slow." }],
    ["ok_errors", 200, { error: { message: "Slow.", code: "rate_limit_exceeded" } }],
    ["ok_errors, integer_codes", 200, { error: { message: "Slow.", code: 429 } }],
  ])("%s", async (quirks, status, body) => {
    const refused = await post(await emulate(broken(quirks)), says("Hi"));
    expect(refused).toMatchObject({ status, body });
  });

  test("ok_errors fails a stream in its first event", async () => {
    const emulator = await emulate(broken("ok_errors, string_errors"));
    const refused = await post(emulator, says("Hi", streamed));
    expect(refused.status).toBe(200);
    expect(refused.text).toBe('data: {"error":"Slow."}\n\n');
  });

  test("codes and texts of errors within a stream are bent as well", async () => {
    const error = "stream_error: { after_events: 1, status: 502, message: Gone. }";
    const emulator = await emulate(`answers: [{ ${error}, quirks: [integer_codes] }]`);
    expect(eventsIn((await post(emulator, says("Hi", streamed))).text).at(-1)).toMatchObject({ error: { code: 502 } });
  });

  test("every word of the spec has its row, and a line in the docs", () => {
    const spec = parse(readFileSync(new URL("../../specs/emulator.yaml", import.meta.url), "utf8"));
    const words: readonly string[] = spec.components.schemas.Quirk.enum;
    const rows = [...Object.keys(table), ...Object.keys(ofVectors), "integer_codes", "string_errors", "ok_errors"];
    expect(rows.toSorted()).toEqual(words.toSorted());
    const page = readFileSync(new URL("../../docs/mock.md", import.meta.url), "utf8");
    expect(words.filter((word) => !page.includes(`\`${word}\``))).toEqual([]);
    const switches: readonly string[] = spec.components.schemas.Script.properties.server.items.enum;
    expect(switches.filter((word) => !page.includes(`\`${word}\``))).toEqual([]);
  });
});

/** Habits that answers with vectors alone can have. */
const ofVectors: Readonly<Record<string, (data: readonly Json[]) => void>> = {
  plain_vectors: (data) => expect(data.every(({ embedding }) => Array.isArray(embedding))).toBe(true),
  packed_vectors: (data) => expect(data.every(({ embedding }) => typeof embedding === "string")).toBe(true),
  shuffled: (data) => expect(data.map(({ index }) => index)).toEqual([2, 1, 0]),
};

describe("quirks of vectors", () => {
  const input = ["One.", "Two.", "Three."];
  const ask = async (quirks: string, encoding_format: string): Promise<Json> => {
    const emulator = await emulate(`answers: [{ quirks: [${quirks}] }]`);
    const body = { model: "text-embedding-3-small", input, encoding_format, dimensions: 2 };
    return Object((await post(emulator, body, "/v1/embeddings")).body);
  };

  test.each(Object.entries(ofVectors))("%s", async (quirk, check) => {
    const format = quirk === "plain_vectors" ? "base64" : "float";
    check(Object((await ask(quirk, format))["data"]));
    const plain = Object((await ask("", format))["data"]);
    expect(() => check(plain)).toThrow();
  });

  test("no head, no counts, no numbers", async () => {
    const answer = await ask("no_head, no_usage, no_index", "float");
    expect(Object.keys(answer)).toEqual(["data"]);
    expect(Object(answer["data"])[0]).toEqual({
      object: "embedding",
      embedding: [expect.any(Number), expect.any(Number)],
    });
  });
});

describe("members of a script that bend as well", () => {
  test("an unknown reason, and none at all", async () => {
    const emulator = await emulate("answers: [{ times: 2, text: Hi., finish: tired }, { text: Hi., finish: '' }]");
    expect((await post(emulator, says("Hi"))).body).toMatchObject({ choices: [{ finish_reason: "tired" }] });
    expect((await post(emulator, says("Hi", streamed))).text).toContain('"finish_reason":"tired"');
    expect((await post(emulator, says("Hi"))).body).toMatchObject({ choices: [{ finish_reason: null }] });
    const { text } = await post(emulator, says("Hi", streamed));
    expect(eventsIn(text).flatMap(({ choices }) => Object(choices)[0]?.finish_reason ?? [])).toEqual([]);
    expect(text.endsWith("data: [DONE]\n\n")).toBe(true);
  });

  test("the same of the older completions", async () => {
    const emulator = await emulate("answers: [{ text: Hi., finish: '', quirks: [no_head, no_usage, no_done] }]");
    const body = { model: "davinci-002", prompt: "x" };
    const whole = await post(emulator, body, "/v1/completions");
    expect(whole.body).toEqual({ choices: [{ text: "Hi.", index: 0, logprobs: null, finish_reason: null }] });
    const { text } = await post(emulator, { ...body, ...streamed }, "/v1/completions");
    expect(text).not.toMatch(/DONE|"id"|"finish_reason":"/);
    expect(eventsIn(text).every(({ usage }) => usage === null)).toBe(true);
  });

  test("events go out as they are, texts among them", async () => {
    const events = `[{ any: thing }, "[DONE]", "{ broken"]`;
    const emulator = await emulate(`answers: [{ events: ${events} }]`);
    const { text } = await post(emulator, says("Hi", { stream: true }));
    expect(text).toBe('data: {"any":"thing"}\n\ndata: [DONE]\n\ndata: { broken\n\n');
    expect((await post(emulator, says("Hi"))).body).toEqual({ any: "thing" });
  });

  test("a raw body is sent as it is, for every operation", async () => {
    const emulator = await emulate("answers: [{ raw: { status: 502, body: <html>Bad gateway</html> } }]");
    const html = { status: 502, text: "<html>Bad gateway</html>" };
    expect(await post(emulator, says("Hi"))).toMatchObject(html);
    expect(await post(emulator, { model: "davinci-002", prompt: "x" }, "/v1/completions")).toMatchObject(html);
    expect(await post(emulator, { model: "text-embedding-3-small", input: "x" }, "/v1/embeddings")).toMatchObject(html);
  });
});

describe("faults on the wire", () => {
  const hi = { model: "gpt-4o", messages: [{ role: "user" as const, content: "Hi" }] };

  test("the first byte can be late", async () => {
    const client = clientOf(await emulate("answers: [{ text: Late., delay: { first_byte: 150ms } }]"));
    const before = performance.now();
    expect((await client.chat.completions.create(hi)).choices[0]?.message.content).toBe("Late.");
    expect(performance.now() - before).toBeGreaterThan(140);
  });

  test("a connection can break before the headers", async () => {
    const emulator = await emulate("answers: [{ cut: {} }]");
    expect(await failureOf(post(emulator, says("Hi")))).toBeInstanceOf(TypeError);
  });

  test("a stream can break after some events, or just end", async () => {
    const emulator = await emulate(
      "answers: [{ times: 1, words: 50, cut: { after_events: 3 } }, { words: 50, cut: { after_events: 3, clean: true } }]",
    );
    expect(await failureOf(post(emulator, says("Hi", { stream: true })))).toBeInstanceOf(TypeError);
    const { text } = await post(emulator, says("Hi", { stream: true }));
    expect(eventsIn(text, true)).toHaveLength(3);
    expect(text).not.toContain("[DONE]");
  });

  test("a stream can end in an error, framed or not; the SDK throws", async () => {
    const error = "{ after_events: 2, message: Overloaded. }";
    const emulator = await emulate(
      `answers: [{ times: 1, stream_error: ${error} }, { stream_error: { after_events: 1, bare: true } }]`,
    );
    const thrown = await apiError(
      (async () => {
        await collect(await clientOf(emulator).chat.completions.create({ ...hi, stream: true }));
      })(),
    );
    expect(thrown.message).toContain("Overloaded.");
    const { text } = await post(emulator, says("Hi", { stream: true }));
    const bare: unknown = JSON.parse(text.split("\n\n").at(-1) ?? "");
    expect(bare).toMatchObject({ error: { type: "server_error" } });
    mustBeValid(bare);
  });

  test("bytes can come one by one, and no character breaks", async () => {
    const emulator = await emulate("answers: [{ text: 'Grüße 👋🏽 aus Köln', chunks: 5, write_bytes: 1 }]");
    const chunks = await collect(await clientOf(emulator).chat.completions.create({ ...hi, stream: true }));
    expect(chunks.map(({ choices }) => choices[0]?.delta.content ?? "").join("")).toBe("Grüße 👋🏽 aus Köln");
  });

  test("headers can be added and changed", async () => {
    const emulator = await emulate("answers: [{ text: Hi, headers: { x-extra: '1', x-request-id: mine } }]");
    const { headers } = await post(emulator, says("Hi"));
    expect([headers.get("x-extra"), headers.get("x-request-id")]).toEqual(["1", "mine"]);
  });

  test("another script takes over, with its counters at zero", async () => {
    const emulator = await emulate("answers: [{ times: 1, text: One. }]");
    expect((await post(emulator, says("Hi"))).text).toContain("One.");
    emulator.use(parseScript("answers: [{ times: 1, text: Two. }]"));
    expect((await post(emulator, says("Hi"))).text).toContain("Two.");
  });

  test("the journal tells when a client left", async () => {
    const emulator = await emulate("answers: [{ words: 1000, chunks: 100, delay: { between: 20ms } }]");
    const stream = await clientOf(emulator).chat.completions.create({ ...hi, stream: true });
    for await (const _chunk of stream) break;
    const record = await emulator.untilAborted();
    expect(record).toMatchObject({ path: "/v1/chat/completions", status: 200, body: { model: "gpt-4o" } });
    expect(emulator.active.size).toBe(0);
  });
});
