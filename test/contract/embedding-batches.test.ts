import { describe, expect, test } from "vitest";
import type { RequestRecord } from "../../src/emulators/record.ts";
import { failureOf, startGateway, startOpenAIServer, type TestGateway } from "../_setup.ts";
import { type EmbeddingProvider, embeddingProviders, embeddingSetup, expectedVector } from "./_embedding-providers.ts";
import { sentBodies } from "./_providers.ts";

const model = "test-model";
const path = "/v1/embeddings";

function providerOf(name: string): EmbeddingProvider {
  const found = embeddingProviders.find((one) => one.name === name);
  if (found === undefined) throw new Error(`no provider ${name}`);
  return found;
}

const inBatches = providerOf("text-embedding-005 on Vertex AI");
const oneByOne = providerOf("gemini-embedding-001 on Vertex AI");

const textsOf = (count: number): string[] => Array.from({ length: count }, (_, at) => `text ${at}`);
const sizesOf = (gateway: TestGateway): number[] => sentBodies(gateway).map((body) => Object(body).instances.length);
const post = (gateway: TestGateway, body: object) => gateway.post({ model, ...body }, undefined, path);

/** The most requests that an upstream had at one time. */
function mostAtOnce(requests: readonly RequestRecord[]): number {
  return Math.max(
    ...requests.map(
      ({ receivedAt }) =>
        requests.filter((one) => one.receivedAt <= receivedAt && (one.endedAt ?? Infinity) > receivedAt).length,
    ),
  );
}

/** @see reference: openai-chat-to-gemini §13 */
describe("§13 a request of many texts", () => {
  test("is split into calls of as many as one takes, in order, and its tokens are summed", async () => {
    const gateway = await startGateway(embeddingSetup(inBatches));
    const input = textsOf(2048);
    const { data, usage } = await gateway.client.embeddings.create({ model, input, dimensions: 16 });
    expect(sizesOf(gateway).toSorted((a, b) => b - a)).toEqual([...Array(8).fill(250), 48]);
    expect(data.map(({ index }) => index)).toEqual(input.map((_, at) => at));
    // Each text has its own vector: the same as if it had been asked for alone.
    for (const at of [0, 249, 250, 1999, 2047]) {
      const whole = expectedVector(`text ${at}`, 768).slice(0, 16);
      const length = Math.hypot(...whole);
      expect(data[at]?.embedding).toEqual(whole.map((value) => expect.closeTo(value / length, 5)));
    }
    // A token has about four characters.
    expect(usage.prompt_tokens).toBe(input.reduce((sum, text) => sum + Math.ceil(text.length / 4), 0));
    expect(mostAtOnce(gateway.upstream.requests)).toBeLessThanOrEqual(8);
  });

  test("is asked one by one where a call takes one text, eight at a time", async () => {
    const script = "answers: [{ delay: { headers: 150ms } }]";
    const gateway = await startGateway(embeddingSetup(oneByOne, { script }));
    const { headers, body } = await post(gateway, { input: textsOf(40), dimensions: 8 });
    expect(Object(body).data).toHaveLength(40);
    expect(sizesOf(gateway)).toEqual(Array(40).fill(1));
    expect(mostAtOnce(gateway.upstream.requests)).toBe(8);
    expect(headers.get("x-specgate-attempts")).toBe("40");
    expect(headers.get("x-specgate-deployment")).toBe("up/gemini-embedding-001");
  });

  test("is split by its tokens too, of which no text has more than bytes", async () => {
    const gateway = await startGateway(embeddingSetup(inBatches));
    const input = textsOf(20).map((text) => text.padEnd(6000, " word"));
    expect(await post(gateway, { input, dimensions: 4 })).toMatchObject({ status: 200 });
    expect(sizesOf(gateway).toSorted((a, b) => b - a)).toEqual([3, 3, 3, 3, 3, 3, 2]);
  });

  test("fails as its first part that fails, and the tokens of the others are counted", async () => {
    const script = "answers: [{ when: { says: text 20 }, error: { status: 400, message: No pears. } }]";
    const gateway = await startGateway(embeddingSetup(oneByOne, { script }));
    const { status, body } = await post(gateway, { input: textsOf(40) });
    expect([status, Object(body).error.message]).toEqual([400, "No pears."]);
    const line = await gateway.log.until((one) => one.path === path);
    expect(line.tokens_in).toBeGreaterThanOrEqual(2 * 13);
    // What had not begun by then never did.
    expect(gateway.upstream.requests.length).toBeLessThan(40);
    await gateway.upstream.untilIdle();
  });

  test("is finished by the next deployment where one fails for a while", async () => {
    const script = "answers: [{ when: { says: text 3 }, times: 1, error: { status: 503 } }]";
    const deployments = 'deployments: ["up/text-embedding-005", "up/text-multilingual-embedding-002"]';
    const gateway = await startGateway({
      ...embeddingSetup(inBatches, { script }),
      routes: `models: { test-model: { ${deployments}, strategy: fallback, conformance: enforce } }`,
    });
    const { status, headers } = await post(gateway, { input: textsOf(5) });
    expect([status, headers.get("x-specgate-attempts")]).toEqual([200, "2"]);
    expect(headers.get("x-specgate-deployment")).toBe("up/text-multilingual-embedding-002");
  });

  test("fits the smallest of all deployments that may answer", async () => {
    const deployments = 'deployments: ["up/text-embedding-005", "up/gemini-embedding-001"]';
    const gateway = await startGateway({
      ...embeddingSetup(inBatches),
      routes: `models: { test-model: { ${deployments}, strategy: fallback, conformance: enforce } }`,
    });
    expect(await post(gateway, { input: textsOf(3) })).toMatchObject({ status: 200 });
    expect(sizesOf(gateway)).toEqual([1, 1, 1]);
  });

  test("whose vectors would be of different models fails", async () => {
    const script = "answers: [{ when: { says: text 2, model: text-* }, error: { status: 503 } }]";
    const deployments = 'deployments: ["up/text-embedding-005", "up/gemini-embedding-001"]';
    const gateway = await startGateway({
      ...embeddingSetup(inBatches, { script, planned: ["upstream_invalid_response"] }),
      routes: `models: { test-model: { ${deployments}, strategy: fallback, conformance: enforce } }`,
    });
    const { status, body } = await post(gateway, { input: textsOf(3) });
    expect([status, Object(body).error.code]).toEqual([502, "upstream_invalid_response"]);
  });

  test("ends all calls where its client leaves, and begins no other", async () => {
    const script = "answers: [{ delay: { headers: 30s } }]";
    const gateway = await startGateway(embeddingSetup(oneByOne, { script }));
    const left = new AbortController();
    const asked = gateway.client.embeddings.create({ model, input: textsOf(40) }, { signal: left.signal });
    await gateway.upstream.untilRequested(8);
    left.abort();
    await failureOf(asked);
    await gateway.upstream.untilAborted(8);
    await gateway.log.until((line) => line.status === 499);
    expect(gateway.upstream.requests).toHaveLength(8);
  });

  test("names the text that was cut among all", async () => {
    const gateway = await startGateway(embeddingSetup(oneByOne));
    const input = [...textsOf(4), "word ".repeat(2000)];
    const { headers } = await post(gateway, { input, auto_truncate: true });
    expect(headers.get("x-specgate-changes")).toBe("truncated:input[4]");
    const { status, body } = await post(gateway, { input });
    expect([status, Object(body).error]).toEqual([
      400,
      {
        message:
          "This model's maximum context length is 2048 tokens, however 'input[4]' has 2500 tokens. Please reduce its length.",
        type: "invalid_request_error",
        param: "input[4]",
        code: "context_length_exceeded",
      },
    ]);
  });

  test("tells each notice once", async () => {
    const gateway = await startGateway(embeddingSetup(oneByOne));
    const { headers } = await post(gateway, { input: textsOf(9), truncate_prompt_tokens: 5, auto_truncate: true });
    expect(headers.get("x-specgate-changes")).toBe("reported:truncate_prompt_tokens");
  });
});

/** Habits of servers that no client may see. */
describe("§6 servers with habits", () => {
  const habits = ["plain_vectors", "packed_vectors", "shuffled", "no_index", "no_head", "no_usage"] as const;
  const bundles = [
    ...habits.map((one) => [one]),
    ["plain_vectors", "shuffled", "no_head"],
    ["packed_vectors", "shuffled"],
  ];
  const input = ["One.", "Two.", "Three."];

  async function start(quirks: readonly string[]): Promise<TestGateway> {
    const provider = providerOf("vLLM");
    return startGateway(
      embeddingSetup(
        { ...provider, upstream: (script) => startOpenAIServer(script, "vllm") },
        { script: `answers: [{ quirks: [${quirks.join(", ")}] }]` },
      ),
    );
  }

  test.each(bundles.map((bundle) => [bundle.join(" and "), bundle] as const))("%s", async (_name, quirks) => {
    const [plain, bent] = [await start([]), await start(quirks)];
    for (const encoding_format of ["float", "base64"] as const) {
      const wanted = await post(plain, { input, encoding_format });
      const seen = await post(bent, { input, encoding_format });
      expect(Object(seen.body).data).toEqual(Object(wanted.body).data);
      const isCounted = !quirks.some((one) => one === "no_usage");
      expect(seen.headers.get("x-specgate-changes")).toBe(isCounted ? null : "estimated:usage");
      expect(Object(seen.body).usage.prompt_tokens).toBeGreaterThan(0);
    }
  });
});
