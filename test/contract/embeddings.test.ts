import { describe, expect, test } from "vitest";
import { failureOf, startGateway, type TestGateway } from "../_setup.ts";
import { type EmbeddingProvider, embeddingProviders, embeddingSetup, expectedVector } from "./_embedding-providers.ts";
import { verdictOf } from "./_fates.ts";
import { sentBodies } from "./_providers.ts";

const model = "test-model";
const path = "/v1/embeddings";

const post = (gateway: TestGateway, body: object) => gateway.post({ model, ...body }, undefined, path);

/** Equal but for the last digits that a float of 32 bits has not. */
function mustBeClose(found: readonly number[] | undefined, wanted: readonly number[]): void {
  expect(found).toHaveLength(wanted.length);
  for (const [at, value] of wanted.entries()) expect(found?.[at]).toBeCloseTo(value, 5);
}

const texts = ["A ripe pear.", "An old house by the river.", "Grüße, 世界 👋"];

/** @see reference: openai-surface §6, openai-chat-to-gemini §13 */
describe.each(embeddingProviders)("vectors of $name", (provider) => {
  const { dimensions, perCall } = provider;

  test("§6 the SDK asks for base64 and decodes the upstream's own numbers", async () => {
    const gateway = await startGateway(embeddingSetup(provider));
    const { data, usage, object, ...rest } = await gateway.client.embeddings.create({ model, input: texts });
    expect([object, rest.model, data.map(({ index }) => index)]).toEqual(["list", model, [0, 1, 2]]);
    for (const [at, text] of texts.entries()) mustBeClose(data[at]?.embedding, expectedVector(text, dimensions));
    expect(usage.prompt_tokens).toBeGreaterThan(10);
    expect(usage.total_tokens).toBe(usage.prompt_tokens);
    expect(gateway.upstream.requests).toHaveLength(perCall === 1 ? 3 : 1);
  });

  test("§6 numbers and base64 say the same", async () => {
    const gateway = await startGateway(embeddingSetup(provider));
    const [input = ""] = texts;
    const floats = await post(gateway, { input });
    const packed = await post(gateway, { input, encoding_format: "base64" });
    const numbers: number[] = Object(floats.body).data[0].embedding;
    const bytes = Buffer.from(Object(packed.body).data[0].embedding, "base64");
    expect(bytes).toHaveLength(4 * dimensions);
    mustBeClose(
      Array.from({ length: dimensions }, (_, at) => bytes.readFloatLE(at * 4)),
      numbers,
    );
    mustBeClose(numbers, expectedVector(input, dimensions));
    expect(Math.hypot(...numbers)).toBeCloseTo(1, 4);
  });

  test("§13 a shorter vector has the length one too, or is not to be had by its table", async () => {
    const gateway = await startGateway(embeddingSetup(provider));
    const { shorter = 64 } = provider;
    const asked = { model, input: "A ripe pear.", dimensions: shorter };
    const { status, headers, body } = await post(gateway, asked);
    const verdict = verdictOf(provider, "embeddings", asked);
    if (verdict.kind === "refused") {
      expect({ status, body }).toMatchObject({ status: 400, body: { error: { param: "dimensions" } } });
      return;
    }
    const told = [
      ...(verdict.kind === "reported" ? verdict.changes : []),
      ...(provider.counts ? [] : ["estimated:usage"]),
    ];
    expect([status, headers.get("x-specgate-changes")?.split(", ") ?? []]).toEqual([200, told]);
    const numbers: number[] = Object(body).data[0].embedding;
    expect(numbers).toHaveLength(verdict.kind === "reported" ? dimensions : shorter);
    expect(Math.hypot(...numbers)).toBeCloseTo(1, 4);
  });

  test("§6 token ids are taken, or made text", async () => {
    const gateway = await startGateway(embeddingSetup(provider));
    // "Once upon a time" and "pear" in cl100k_base.
    const { body } = await post(gateway, { input: [[12805, 5304, 264, 892]] });
    expect(Object(body).data).toHaveLength(1);
    const sent = JSON.stringify(sentBodies(gateway));
    if (provider.tokens) expect(sent).toContain("[12805,5304,264,892]");
    else {
      expect(sent).toContain("Once upon a time");
      mustBeClose(Object(body).data[0].embedding, expectedVector("Once upon a time", dimensions));
    }
    const one = await post(gateway, { input: [12805, 5304, 264, 892] });
    expect(Object(one.body).data).toHaveLength(1);
  });

  test("what is known of a request is told: who answered, in how many attempts, and the tokens", async () => {
    const gateway = await startGateway(embeddingSetup(provider, { script: "answers: [{ usage: { input: 7 } }]" }));
    const { headers, body } = await post(gateway, { input: "A ripe pear." });
    expect(headers.get("x-specgate-deployment")).toBe(provider.use);
    expect(headers.get("x-specgate-attempts")).toBe("1");
    // Twelve bytes are about three tokens.
    const tokens = provider.counts ? 7 : 3;
    expect(headers.get("x-specgate-changes")).toBe(provider.counts ? null : "estimated:usage");
    expect(Object(body).usage).toEqual({ prompt_tokens: tokens, total_tokens: tokens });
    const line = await gateway.log.until((one) => one.path === path);
    expect(line).toMatchObject({ model, stream: false, tokens_in: tokens, tokens_out: 0, deployment: provider.use });
    const { text } = await gateway.get("/metrics");
    expect(text).toMatch(
      /specgate_requests_total\{operation="embeddings",provider="up",model="test-model",status="200"/,
    );
    expect(text).toMatch(new RegExp(`specgate_tokens_total\\{[^}]*type="input"[^}]*\\} ${tokens}\\b`));
  });

  test("there is no stream: the member is one that nobody knows", async () => {
    const gateway = await startGateway(embeddingSetup(provider));
    const { status, headers } = await post(gateway, { input: "A ripe pear.", stream: true });
    expect(headers.get("content-type")).toBe("application/json");
    if (!provider.isOpenAI) expect(headers.get("x-specgate-changes")).toContain("reported:stream");
    else expect(status).toBe(provider.strict ? 400 : 200);
  });

  test.each([
    ["a quota", { status: 429, retry_after: "2s" }, 429, "rate_limit_exceeded"],
    ["an overload", { status: 503 }, 503, "overloaded"],
    ["wrong credentials", { status: 401 }, 502, "upstream_auth_error"],
    ["a crash", { status: 500 }, 500, "server_error"],
  ])("%s of the upstream is told as ours", async (_name, error, status, code) => {
    const script = JSON.stringify({ answers: [{ error }] });
    const planned = ["rate_limit_exceeded", "overloaded", "upstream_auth_error", "upstream_error"] as const;
    const gateway = await startGateway(embeddingSetup(provider, { script, planned }));
    const { status: seen, body, headers } = await post(gateway, { input: texts });
    expect(seen).toBe(status);
    expect([Object(body).error.code ?? Object(body).error.type]).toEqual([code]);
    if (status === 429 && provider.isOpenAI) expect(headers.get("retry-after")).toBe("2");
  });

  test("a text that is too long is refused, and named", async () => {
    const script = JSON.stringify({ answers: [{ when: { says: "old house" }, error: provider.tooLong }] });
    const gateway = await startGateway(embeddingSetup(provider, { script }));
    const { status, body } = await post(gateway, { input: texts });
    const { code, message, param } = Object(body).error;
    expect([status, code]).toEqual([400, "context_length_exceeded"]);
    expect(message).toContain("2048");
    expect(param).toBe(perCall === 1 ? "input[1]" : "input");
  });

  test("an answer that makes no sense gets another try", async () => {
    const script = 'answers: [{ times: 1, raw: { type: application/json, body: "{}" } }]';
    const gateway = await startGateway(embeddingSetup(provider, { script }));
    const { status, headers } = await post(gateway, { input: "A ripe pear." });
    expect([status, headers.get("x-specgate-attempts")]).toEqual([200, "2"]);
  });

  test("a client that leaves ends what is under way", async () => {
    const script = "answers: [{ delay: { headers: 30s } }]";
    const gateway = await startGateway(embeddingSetup(provider, { script }));
    const left = new AbortController();
    const asked = gateway.client.embeddings.create({ model, input: texts }, { signal: left.signal });
    await gateway.upstream.untilRequested(perCall === 1 ? 3 : 1);
    left.abort();
    await failureOf(asked);
    await gateway.upstream.untilAborted(perCall === 1 ? 3 : 1);
    expect(await gateway.log.until((line) => line.path === path)).toMatchObject({ status: 499 });
  });

  test("an upstream that says nothing is a timeout", async () => {
    const script = "answers: [{ delay: { headers: 30s } }]";
    const more = {
      script,
      planned: ["upstream_first_byte_timeout"],
      routes: "timeouts: { first_byte: 50ms }",
    } as const;
    const gateway = await startGateway(embeddingSetup(provider, more));
    const { status, body } = await post(gateway, { input: texts });
    expect([status, Object(body).error.code]).toEqual([504, "upstream_first_byte_timeout"]);
  });
});

describe("a model with aliases and denied members", () => {
  const [provider] = embeddingProviders;

  async function start(model = ""): Promise<TestGateway> {
    if (provider === undefined) throw new Error("no provider");
    const routes = "aliases: { text-embedding-3-small: test-model }";
    return startGateway(embeddingSetup(provider, { routes, ...(model !== "" && { model }) }));
  }

  test("answers by the name that was asked for", async () => {
    const { client } = await start();
    expect(await client.embeddings.create({ model: "text-embedding-3-small", input: "Pear." })).toMatchObject({
      model: "text-embedding-3-small",
    });
  });

  test("tells what is taken out, or refuses it", async () => {
    const told = await start("params_deny: [dimensions]");
    const { headers, body } = await post(told, { input: "Pear.", dimensions: 8 });
    expect([headers.get("x-specgate-changes"), Object(body).data[0].embedding.length]).toEqual([
      "reported:dimensions",
      768,
    ]);
    const refusing = await start("params_deny: [dimensions], unsupported: refuse");
    expect(await post(refusing, { input: "Pear.", dimensions: 8 })).toMatchObject({ status: 400 });
    expect(await post(refusing, { input: "Pear.", options: { a: 1 } })).toMatchObject({
      status: 400,
      body: { error: { param: "options", code: "unsupported_parameter" } },
    });
  });

  test("is asked by Azure's path too", async () => {
    const gateway = await start();
    const azure = "/openai/deployments/test-model/embeddings?api-version=2024-10-21";
    expect(await gateway.post({ input: "Pear." }, undefined, azure)).toMatchObject({ status: 200 });
  });
});

test("a model that makes no vectors says so", async () => {
  const gateway = await startGateway();
  const { status, body } = await post(gateway, { input: "Pear." });
  expect([status, Object(body).error.param]).toEqual([404, "model"]);
});

/** What is common to all rows, so that a row cannot leave a provider out of the suite unseen. */
test("every provider has a name of its own", () => {
  const names = embeddingProviders.map(({ name }: EmbeddingProvider) => name);
  expect(new Set(names).size).toBe(names.length);
});
