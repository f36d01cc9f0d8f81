import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, describe, expect, type TestContext, test } from "vitest";
import { until } from "../store/_key-value.ts";
import { postgresDatabase, sqliteDatabase } from "../store/sql/_databases.ts";
import { type FaultyGateway, startFaulty, startHeld } from "./_faults.ts";

/** A thousand nanodollars a token in, two thousand a token out. */
const price = 'price: { input: "1", output: "2" }';
const messages = [{ role: "user", content: "Hi" }];
/** What a whole answer of the upstream costs. */
const whole = 1_000n * 1_000n + 10n * 2_000n;

const routes = (origin: string, more = "") => `
timeouts: { first_byte: 300ms, idle: 300ms }
providers: { up: { type: openai, base_url: "${origin}/v1", auth: none } }
models: { test-model: { deployments: [up/gpt-4o], ${price} } }
keys: [{ name: alice, key: "\${KEY}", user: ann, team: red, budget: { max: "10" } }]
${more}`;

const reserved = async ({ store }: FaultyGateway) => (await store.accounting.budgets({}))[0]?.reservedNanoUsd ?? 0n;

describe.each([sqliteDatabase(), postgresDatabase()])("accounting on $name", (database) => {
  afterAll(() => database.drop(), 60_000);

  test("of a client that leaves in the midst of a stream: what it heard, and nothing stays reserved", async (context) => {
    const upstream = await startHeld();
    const gateway = await startFaulty(database, context, routes(upstream.origin));
    const leaving = new AbortController();
    const response = await gateway.post({ messages, stream: true }, { signal: leaving.signal });
    await response.body?.getReader().read();
    expect(await reserved(gateway)).toBeGreaterThan(0n);
    leaving.abort();
    const [row] = await gateway.settled(1);
    expect(row).toMatchObject({ status: "aborted", httpStatus: 499, provenance: "estimated" });
    expect(row?.tokens.output).toBeGreaterThan(0);
    expect(await gateway.spent()).toBe(row?.costNanoUsd);
  });

  test("of a client that leaves before the first byte: its prompt", async (context) => {
    const upstream = await startHeld();
    const gateway = await startFaulty(database, context, routes(upstream.origin));
    const leaving = new AbortController();
    const asking = gateway.post({ messages }, { signal: leaving.signal });
    await until(() => upstream.asked() > 0);
    leaving.abort();
    await expect(asking).rejects.toThrow();
    const [row] = await gateway.settled(1);
    expect(row).toMatchObject({ status: "aborted", errorCode: "client_closed_request" });
    expect(await gateway.spent()).toBe(row?.costNanoUsd);
  });

  test("of an upstream that is cut in the stream: an error event, and what was heard", async (context) => {
    const upstream = await startHeld();
    const gateway = await startFaulty(database, context, routes(upstream.origin));
    const response = await gateway.post({ messages, stream: true });
    await until(() => upstream.waiting.length > 0);
    await sleep(20);
    upstream.waiting[0]?.cut();
    const text = await response.text();
    expect(text).toContain('"upstream_stream_cut"');
    expect(text).not.toContain("[DONE]");
    const [row] = await gateway.settled(1);
    expect(row).toMatchObject({ status: "failed", errorCode: "upstream_stream_cut", provenance: "estimated" });
    expect(await gateway.spent()).toBe(row?.costNanoUsd);
  });

  test.for<[name: string, stream: boolean, errorCode: string]>([
    ["before its first byte", false, "upstream_first_byte_timeout"],
    ["in its midst", true, "upstream_idle_timeout"],
  ])("of an upstream that is silent %s", async ([, stream, errorCode], context) => {
    const upstream = await startHeld();
    const gateway = await startFaulty(database, context, routes(upstream.origin));
    const response = await gateway.post({ messages, stream });
    expect(await response.text()).toContain(errorCode);
    const [row] = await gateway.settled(1);
    expect(row).toMatchObject({ status: "failed", errorCode });
    expect(row?.costNanoUsd).toBeGreaterThan(0n);
    expect(await gateway.spent()).toBe(row?.costNanoUsd);
  });

  test("of a gateway that is stopped in the midst of streams: their rows are there", async (context) => {
    const upstream = await startHeld();
    const gateway = await startFaulty(database, context, routes(upstream.origin));
    const asking = Array.from({ length: 10 }, async () => {
      const response = await gateway.post({ messages, stream: true });
      await response.text().catch(() => "");
    });
    await until(() => upstream.waiting.length === 10);
    await gateway.close();
    await Promise.allSettled(asking);
    const rows = await gateway.settled(10);
    expect(rows.map(({ status }) => status)).toEqual(Array(10).fill("aborted"));
  });

  test("of a dearer second deployment: no more than was reserved", async (context) => {
    const [cheap, dear] = [await startHeld(), await startHeld()];
    const gateway = await startFaulty(
      database,
      context,
      `
providers:
  cheap: { type: openai, base_url: "${cheap.origin}/v1", auth: none }
  dear: { type: openai, base_url: "${dear.origin}/v1", auth: none }
models:
  test-model:
    deployments:
      - { use: cheap/gpt-4o-mini, ${price} }
      - { use: dear/gpt-4o, price: { input: "100", output: "200" } }
keys: [{ name: alice, key: "\${KEY}", budget: { max: "10" } }]
`,
    );
    const asking = gateway.post({ messages: [{ role: "user", content: "x".repeat(1_000) }], max_tokens: 10 });
    await until(() => cheap.waiting.length > 0);
    cheap.waiting[0]?.fail(503);
    await until(() => dear.waiting.length > 0);
    const most = await reserved(gateway);
    dear.waiting[0]?.end();
    expect((await asking).status).toBe(200);
    const [row] = await gateway.settled(1);
    expect(row).toMatchObject({ provider: "dear", attempts: 2, costNanoUsd: whole * 100n });
    expect(most).toBeGreaterThanOrEqual(whole * 100n);
    expect(await gateway.spent()).toBe(whole * 100n);
  });
});

describe.each([sqliteDatabase(), postgresDatabase()])("a request of several parts on $name", (database) => {
  afterAll(() => database.drop(), 60_000);

  /** Asks for three answers, each a call of its own. */
  async function askThree(context: TestContext) {
    const upstream = await startHeld();
    const gateway = await startFaulty(
      database,
      context,
      `
providers: { up: { type: anthropic, base_url: "${upstream.origin}", auth: none } }
models: { test-model: { deployments: [up/claude-sonnet-4-5], ${price} } }
keys: [{ name: alice, key: "\${KEY}", budget: { max: "10" } }]
`,
    );
    const content = "x".repeat(300);
    const asking = gateway.post({ messages: [{ role: "user", content }], n: 3, max_tokens: 4096 });
    await until(() => upstream.waiting.length === 3);
    return { upstream, gateway, asking };
  }

  test("of which the third fails costs what the two others did", async (context) => {
    const { upstream, gateway, asking } = await askThree(context);
    for (const at of [0, 1]) upstream.waiting[at]?.end();
    await sleep(100);
    upstream.waiting[2]?.fail(400);
    expect((await asking).status).toBe(400);
    const [row] = await gateway.settled(1);
    expect(row).toMatchObject({ status: "failed", httpStatus: 400, attempts: 3, costNanoUsd: whole * 2n });
    expect(await gateway.spent()).toBe(whole * 2n);
  });

  test("of which one fails while others are under way: their prompts were read, and are paid for", async (context) => {
    const { upstream, gateway, asking } = await askThree(context);
    upstream.waiting[0]?.end();
    await sleep(100);
    upstream.waiting[2]?.fail(400);
    expect((await asking).status).toBe(400);
    const [row] = await gateway.settled(1);
    // What was told of one, and the prompt of the other; who refused is not paid.
    const prompt = (row?.tokens.uncachedInput ?? 0) - 1_000;
    expect(prompt).toBeGreaterThanOrEqual(100);
    expect(prompt).toBeLessThan(200);
    expect(row).toMatchObject({ status: "failed", costNanoUsd: whole + BigInt(prompt) * 1_000n });
    expect(await gateway.spent()).toBe(row?.costNanoUsd);
  });

  test("that is for vectors and fails in one of its batches costs what the others did", async (context) => {
    const upstream = await startHeld();
    const gateway = await startFaulty(
      database,
      context,
      routes(upstream.origin)
        .replace("type: openai", "type: gemini")
        .replace("gpt-4o", "gemini-embedding-001")
        .replace("/v1", ""),
    );
    const input = Array.from({ length: 150 }, () => "one two three");
    const asking = gateway.post({ input }, { path: "/v1/embeddings" });
    await until(() => upstream.waiting.length === 2);
    upstream.waiting[0]?.end();
    await sleep(200);
    upstream.waiting[1]?.fail(400);
    expect((await asking).status).toBe(400);
    const [row] = await gateway.settled(1);
    // A hundred texts, at four tokens each.
    expect(row).toMatchObject({ operation: "embeddings", status: "failed", costNanoUsd: 400n * 1_000n });
    expect(await gateway.spent()).toBe(row?.costNanoUsd);
  });
});
