import OpenAI from "openai";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { parseMetrics, valueAt } from "../_metrics.ts";
import { collect, failureOf } from "../_promises.ts";
import { says, secrets, startGateway, startOpenAIServer, type TestGateway } from "../_setup.ts";
import { forgetCounts, ownName, storeEnv, stores } from "./_stores.ts";

afterAll(forgetCounts);

const rateHeaders = ["limit", "remaining", "reset"].flatMap((what) => [
  `x-ratelimit-${what}-requests`,
  `x-ratelimit-${what}-tokens`,
]);

/** The six headers, those that are not there left out; of the times only whether they look like one. */
function limitsIn(headers: Headers | undefined): object {
  const found = rateHeaders.flatMap((name) => {
    const value = headers?.get(name);
    if (value == null) return [];
    const isTime = name.includes("-reset-");
    return [[name.slice("x-ratelimit-".length), isTime ? /^(?:[\dhm.]+s|\d+ms)$/.test(value) : value]];
  });
  return Object.fromEntries(found);
}

/** An answer of 20 tokens to a prompt of 30, for the emulator. */
const fifty = "answers: [{ text: All is well., usage: { input: 30, output: 20 } }]";
const asked = { model: "test-model", ...says("hi") };

describe.each(stores)("limits that are counted $name", ({ routes, need }) => {
  beforeEach(need);

  /** A gateway with one key and one model. `limits` are members of each. */
  const start = (ofKey: string, ofModel = "", more: { script?: string; planned?: "upstream_error"[] } = {}) => {
    const [key, model] = [ownName("alice"), ownName("m")];
    const text = `
${routes}
keys: [{ name: ${key}, key: "\${KEY}"${ofKey} }]
models:
  ${model}: { deployments: [vertex/gemini-2.5-flash], conformance: enforce${ofModel} }
  free: { deployments: [vertex/gemini-2.5-flash] }
aliases: { test-model: ${model} }
`;
    const { script = fifty, planned = [] } = more;
    return startGateway({ routes: text, env: storeEnv, script, planned }).then((gateway) => ({ gateway, key, model }));
  };
  const ask = (gateway: TestGateway, more: object = {}) => gateway.post({ ...asked, ...more });
  const statuses = async (gateway: TestGateway, times: number): Promise<readonly number[]> => {
    const all: number[] = [];
    for (let at = 0; at < times; at++) all.push((await ask(gateway)).status);
    return all;
  };

  test("a key's requests are refused in OpenAI's words, and its own SDK knows what they are", async () => {
    const { gateway, key } = await start(", rpm: 2");
    expect(await statuses(gateway, 2)).toEqual([200, 200]);
    const thrown = await failureOf(gateway.client.chat.completions.create(asked));
    if (!(thrown instanceof OpenAI.RateLimitError)) throw thrown;
    expect(thrown).toMatchObject({ status: 429, type: "requests", code: "rate_limit_exceeded", param: null });
    expect(thrown.message).toMatch(
      new RegExp(
        `^429 Rate limit reached for \`test-model\` by the key \`${key}\` on requests per min \\(RPM\\): Limit 2, Used 2, Requested 1\\. Please try again in (?:59\\.\\d+s|1m0s|5\\d(?:\\.\\d+)?s)\\.$`,
      ),
    );
    expect(thrown.requestID).toMatch(/^req_/);
    expect(limitsIn(thrown.headers)).toEqual({
      "limit-requests": "2",
      "remaining-requests": "0",
      "reset-requests": true,
    });
    const waitMs = Number(thrown.headers?.get("retry-after-ms"));
    expect(waitMs).toBeGreaterThan(50_000);
    expect(waitMs).toBeLessThanOrEqual(60_000);
    expect(thrown.headers?.get("retry-after")).toBe(String(Math.ceil(waitMs / 1_000)));
  });

  test("a refusal reaches no upstream, and is counted", async () => {
    const { gateway, model } = await start(", rpm: 1");
    expect(await statuses(gateway, 3)).toEqual([200, 429, 429]);
    expect(gateway.upstream.requests).toHaveLength(1);
    const samples = parseMetrics((await gateway.get("/metrics")).text);
    expect(valueAt(samples, "specgate_limit_refusals_total", { model, subject: "key", limit: "rpm" })).toBe(2);
  });

  test("tokens are refused as such, and where waiting does not help the client is told not to", async () => {
    const { gateway } = await start(", tpm: 100");
    const large = await failureOf(gateway.client.chat.completions.create({ ...asked, max_tokens: 200 }));
    if (!(large instanceof OpenAI.RateLimitError)) throw large;
    expect(large).toMatchObject({ type: "tokens", code: "rate_limit_exceeded" });
    expect(large.message).toMatch(
      /^429 Request too large for `test-model` by the key .* Limit 100, Used 0, Requested 2/,
    );
    expect(large.headers?.get("x-should-retry")).toBe("false");
    expect(large.headers?.get("retry-after")).toBeNull();
    // 50 are used, and 8 of the prompt and 50 of the output are wanted.
    expect((await ask(gateway)).status).toBe(200);
    const thrown = await failureOf(gateway.client.chat.completions.create({ ...asked, max_tokens: 50 }));
    if (!(thrown instanceof OpenAI.RateLimitError)) throw thrown;
    expect(thrown.message).toMatch(
      /on tokens per min \(TPM\): Limit 100, Used 50, Requested \d+\. Please try again in /,
    );
    expect(limitsIn(thrown.headers)).toEqual({ "limit-tokens": "100", "remaining-tokens": "50", "reset-tokens": true });
  });

  test.each<[name: string, more: object, script: string, left: number]>([
    ["in one piece", {}, fifty, 950],
    ["in a stream", { stream: true }, fifty, 950],
    ["of which more was allowed than came", { max_tokens: 500 }, fifty, 950],
    ["in a stream of which more was allowed", { max_tokens: 500, stream: true }, fifty, 950],
    ["of several choices", { n: 3, max_tokens: 100 }, fifty, 850],
    ["of several choices in a stream", { n: 3, max_tokens: 100, stream: true }, fifty, 850],
    ["that failed", { max_tokens: 500 }, "answers: [{ error: { status: 500 }, times: 1 }]", 1000],
    ["that failed before a stream", { stream: true }, "answers: [{ error: { status: 500 }, times: 1 }]", 1000],
  ])("the tokens of an answer %s are what it took", async (_name, more, script, left) => {
    const { gateway } = await start(", tpm: 1000", "", { script, planned: ["upstream_error"] });
    await ask(gateway, more);
    const { headers } = await ask(gateway, { max_tokens: 1 });
    const estimate = 1 + promptOfAsked;
    expect(headers.get("x-ratelimit-remaining-tokens")).toBe(String(left - estimate));
  });

  test("every kind of answer says how the limits stand", async () => {
    const { gateway } = await start(", rpm: 5, tpm: 10000", "", {
      script: "answers: [{ error: { status: 500 }, times: 1 }]",
      planned: ["upstream_error"],
    });
    const want = (remaining: string) => ({
      "limit-requests": "5",
      "limit-tokens": "10000",
      "remaining-requests": remaining,
      "remaining-tokens": expect.stringMatching(/^9[89]\d\d$/),
      "reset-requests": true,
      "reset-tokens": true,
    });
    const failed = await ask(gateway);
    expect([failed.status, limitsIn(failed.headers)]).toEqual([500, want("4")]);
    expect(limitsIn((await ask(gateway)).headers)).toEqual(want("3"));
    const stream = await gateway.stream(says("hi"));
    expect([stream.done, limitsIn(stream.headers)]).toEqual([true, want("2")]);
    const { response } = await gateway.client.chat.completions.create(asked).withResponse();
    expect(limitsIn(response.headers)).toEqual(want("1"));
    await ask(gateway);
    const refused = await ask(gateway, { stream: true });
    expect([refused.status, limitsIn(refused.headers)]).toEqual([429, want("0")]);
    expect(refused.headers.get("content-type")).toBe("application/json");
  });

  test("OpenAI's own client waits as long as it is told, and is let in", async () => {
    const { gateway } = await start(", parallel: 1", "", {
      script: "answers: [{ times: 1, text: A long answer., chunks: 3, delay: { between: 150ms } }]",
    });
    const stream = await gateway.client.chat.completions.create({ ...asked, stream: true });
    const waiting = gateway.clientWith({ maxRetries: 1 }).chat.completions.create(asked);
    await collect(stream);
    expect((await waiting).choices).toHaveLength(1);
  });

  test("a model's limits hold for all its names, and the tightest limit is told", async () => {
    const { gateway, model } = await start(", rpm: 10", ", rpm: 3");
    expect(limitsIn((await ask(gateway)).headers)).toMatchObject({ "limit-requests": "3", "remaining-requests": "2" });
    expect((await ask(gateway, { model })).status).toBe(200);
    expect((await ask(gateway)).status).toBe(200);
    const refused = await ask(gateway);
    expect(refused.text).toContain("for all callers together on requests per min (RPM): Limit 3, Used 3, Requested 1.");
    // Another model has no limit of its own: four of the key's ten are taken, the refusal is not.
    expect(limitsIn((await ask(gateway, { model: "free" })).headers)).toMatchObject({
      "limit-requests": "10",
      "remaining-requests": "6",
    });
  });

  test("what is refused before its limits are looked at takes nothing of them", async () => {
    const { gateway } = await start(", rpm: 2");
    expect((await ask(gateway, { temperature: "hot" })).status).toBe(400);
    expect((await ask(gateway, { model: "nobody" })).status).toBe(404);
    expect((await gateway.post("{")).status).toBe(400);
    expect((await gateway.get("/v1/models")).status).toBe(200);
    expect((await ask(gateway)).headers.get("x-ratelimit-remaining-requests")).toBe("1");
  });

  test("legacy completions and vectors are limited alike", async () => {
    const { gateway } = await start(", rpm: 2");
    const legacy = await gateway.post({ model: "test-model", prompt: "hi" }, undefined, "/v1/completions");
    expect([legacy.status, legacy.headers.get("x-ratelimit-remaining-requests")]).toEqual([200, "1"]);
    const vectors = await gateway.post({ model: "test-model", input: "hi" }, undefined, "/v1/embeddings");
    expect(vectors.headers.get("x-ratelimit-remaining-requests")).toBe("0");
    const refused = await gateway.post({ model: "test-model", input: "hi" }, undefined, "/v1/embeddings");
    expect(refused.status).toBe(429);
  });

  test("a slot is held while an answer is on its way, and free when the client has its end", async () => {
    const { gateway } = await start(", parallel: 1", "", {
      script: "answers: [{ text: A long answer of many words., chunks: 6, delay: { between: 20ms } }]",
    });
    const { client } = gateway;
    for (let turn = 0; turn < 3; turn++) {
      const stream = await client.chat.completions.create({ ...asked, stream: true });
      const refused = await failureOf(client.chat.completions.create(asked));
      expect(refused).toBeInstanceOf(OpenAI.RateLimitError);
      expect(String(refused)).toContain("on parallel requests: Limit 1, Used 1, Requested 1. Please try again in 1s.");
      await collect(stream);
      await client.chat.completions.create(asked);
    }
  });
});

/** What the prompt of `asked` is estimated at. */
const promptOfAsked = Math.ceil(("role".length + "user".length + "content".length + "hi".length) / 3) + 4;

test("callers and models without limits have no headers of them", async () => {
  const gateway = await startGateway('keys: [{ name: alice, key: "${KEY}" }]');
  expect(limitsIn((await gateway.post(asked)).headers)).toEqual({});
  expect(limitsIn((await gateway.stream(says("hi"))).headers)).toEqual({});
});

test.each([
  ["of an upstream are not shown as the gateway's own", "", {}],
  ["of the gateway are shown, whatever the upstream says of its own", ", rpm: 7", { "limit-requests": "7" }],
])("headers of rate limits %s", async (_name, limits, want) => {
  const gateway = await startGateway({
    providers:
      'providers: { up: { type: openai, server: openai, base_url: "${UPSTREAM}/v1", auth: { bearer: "${TOKEN}" } } }',
    routes: `keys: [{ name: alice, key: "\${KEY}"${limits} }]\nmodels: { test-model: up/gpt-4o }`,
    upstream: (script) => startOpenAIServer(script, "openai"),
    script: "answers: [{ when: { says: slow }, error: { status: 429 } }]",
  });
  const upstream = await fetch(`${gateway.upstream.url}/v1/chat/completions`, {
    method: "POST",
    headers: { authorization: `Bearer ${secrets.token}`, "content-type": "application/json" },
    body: JSON.stringify({ model: "gpt-4o", ...says("hi") }),
  });
  expect(upstream.headers.get("x-ratelimit-limit-tokens")).toBe("2000000");
  for (const text of ["hi", "slow"]) {
    const { status, headers } = await gateway.post({ model: "test-model", ...says(text) });
    expect(status).toBe(text === "slow" ? 429 : 200);
    const found = { ...limitsIn(headers) };
    expect(found).toMatchObject(want);
    expect(Object.keys(found)).toHaveLength(limits === "" ? 0 : 3);
  }
});
