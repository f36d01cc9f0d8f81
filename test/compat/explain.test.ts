import { describe, expect, test } from "vitest";
import { explain } from "../../src/compat/explain.ts";
import { parseRoutes } from "../../src/config/load.ts";
import { GatewayError } from "../../src/errors.ts";
import { says, secrets, startGateway, type TestGateway } from "../_setup.ts";
import { embeddingProviders, embeddingSetup } from "../contract/_embedding-providers.ts";
import { contractProviders, setupOf } from "../contract/_providers.ts";

const bytes = (value: unknown): Uint8Array => Buffer.from(typeof value === "string" ? value : JSON.stringify(value));
const paths = { chat: "/v1/chat/completions", completions: "/v1/completions", embeddings: "/v1/embeddings" } as const;

/** What a gateway's upstream was sent, in the same words as an explanation. */
function sentTo({ upstream }: TestGateway): readonly object[] {
  return upstream.requests.map(({ path, body }) => ({ url: new URL(path, upstream.url).href, body }));
}

const tools = [
  { type: "function", function: { name: "get_time", strict: true, parameters: { type: "object", properties: {} } } },
];

/** Names of the headers that an upstream got, but for those of the connection. */
function headersOf({ upstream }: TestGateway): readonly string[] {
  const own = new Set(["host", "connection", "content-length"]);
  return Object.keys(upstream.requests[0]?.headers ?? {})
    .filter((name) => !own.has(name))
    .toSorted();
}

const plain = [{ type: "function", function: { name: "get_time" } }];

const requests: readonly (readonly [keyof typeof paths, object])[] = [
  [
    "chat",
    { ...says("Hello!"), temperature: 0.5, seed: 3, logit_bias: { 50256: -100 }, best_friend: true, top_p: null },
  ],
  ["chat", { ...says("Hello!"), stream: true, stream_options: { include_usage: true }, tools }],
  ["chat", { ...says("Hello!"), n: 3, max_tokens: 20, parallel_tool_calls: false, tools: plain }],
  ["completions", { prompt: ["Once", "Twice"], max_tokens: 9, stop: "\n", best_of: 1 }],
  ["completions", { prompt: "Once", suffix: ".", user: "u" }],
];

describe.each(contractProviders)("what is explained of $name is what is sent", (provider) => {
  test.each(requests)("%s %j", async (operation, request) => {
    const gateway = await startGateway(setupOf(provider));
    const asked = { model: "test-model", ...request };
    const explained = await explain(gateway.config, bytes(asked));
    const { headers, status } = await gateway.post(asked, undefined, paths[operation]);
    const [target] = explained.targets;
    const calls = target?.requests.flatMap(({ url, body, times }) => Array(times).fill({ url, body }));
    const text = (list: readonly unknown[] = []): readonly string[] =>
      list.map((one) => JSON.stringify(one)).toSorted();
    expect(text(calls)).toEqual(text(sentTo(gateway)));
    expect(Object.keys(target?.requests[0]?.headers ?? {}).toSorted()).toEqual(headersOf(gateway));
    expect(explained).toMatchObject({ operation, path: paths[operation], calls: gateway.upstream.requests.length });
    if (status === 200) expect(target?.changes.join(", ") ?? "").toBe(headers.get("x-specgate-changes") ?? "");
    expect(target?.deployment).toBe(provider.use);
    expect(JSON.stringify(explained)).not.toContain(secrets.token);
    const told = target?.fields.filter(({ kind }) => kind === "reported").map(({ path }) => `reported:${path}`);
    expect(target?.changes).toEqual(expect.arrayContaining(told ?? []));
  });
});

describe.each(embeddingProviders)("what is explained of vectors of $name is what is sent", (provider) => {
  test("in batches", async () => {
    const gateway = await startGateway(embeddingSetup(provider));
    const input = Array.from({ length: 3 }, (_, at) => `text ${at}`);
    const asked = { model: "test-model", input, dimensions: 8, user: "u" };
    const { calls, targets } = await explain(gateway.config, bytes(asked));
    await gateway.post(asked, undefined, paths.embeddings);
    const bodies = targets[0]?.requests.map(({ url, body }) => JSON.stringify({ url, body })) ?? [];
    expect(bodies.toSorted()).toEqual(
      sentTo(gateway)
        .map((one) => JSON.stringify(one))
        .toSorted(),
    );
    expect(calls).toBe(gateway.upstream.requests.length);
    expect(targets[0]?.estimate).toMatchObject({ output_tokens: 0 });
  });
});

test("of several prompts each is spoken of, and what becomes of it", async () => {
  const prompt = ["Once", "Twice"];
  const config = configOf("vertex: { type: vertex, project: p, location: us-central1, auth: none }");
  const { targets } = await explain(config, bytes({ model: "m", prompt, max_tokens: 9, stop: "x" }));
  const alone = await explain(config, bytes({ model: "m", prompt: "Once", max_tokens: 9, stop: "x" }));
  const [first, ...others] = alone.targets[0]?.fields.filter(({ path }) => path === "prompt") ?? [];
  const rest = alone.targets[0]?.fields.filter(({ path }) => path !== "prompt") ?? [];
  expect(first?.kind).toBe("mapped");
  expect(others).toEqual([]);
  expect(targets[0]?.fields).toEqual(
    expect.arrayContaining([{ ...first, path: "prompt[0]" }, { ...first, path: "prompt[1]" }, ...rest]),
  );
});

describe("headers", () => {
  test.each([
    ["auth: { api_key: k-1234567890 }", { "x-goog-api-key": "[secret]" }],
    ["auth: { bearer: k-1234567890 }", { authorization: "[secret]" }],
    ["auth: { header: { name: X-Team, value: k-1234567890 } }", { "x-team": "[secret]" }],
    ["auth: { command: [/no/such/program], ttl: 120s }", { authorization: "[secret]" }],
    ["auth: none, headers: { x-user: k-1234567890 }", { "x-user": "[secret]" }],
    ['auth: none, headers: { X-Title: our team, User-Agent: "a/1" }', { "x-title": "our team", "user-agent": "a/1" }],
    ["auth: none, headers: { x-title: '${SET}' }", { "x-title": "[secret]" }],
    ["auth: none, headers: { HTTP-Referer: '${UNSET:-k-1234567890}' }", { "http-referer": "[secret]" }],
  ])("with %s nothing secret is shown, and nothing is fetched", async (auth, headers) => {
    const config = configOf(`vertex: { type: vertex, project: p, location: us-central1, ${auth} }`);
    const { targets } = await explain(config, bytes({ model: "m", ...says("hi") }));
    expect(targets[0]?.requests[0]?.headers).toEqual({
      "content-type": "application/json",
      "accept-encoding": "identity",
      ...headers,
    });
    expect(JSON.stringify(targets)).not.toContain("k-1234567890");
  });
});

test("a signature is not made for a request that is not sent", async () => {
  const config = configOf("aws: { type: bedrock, region: us-east-1, auth: aws }", "aws/us.amazon.nova-pro-v1:0");
  const { targets } = await explain(config, bytes({ model: "m", ...says("hi") }));
  expect(targets[0]?.requests[0]?.headers).toMatchObject({ authorization: "[secret]", "x-amz-date": "[secret]" });
});

test("what a provider says in each body is in it", async () => {
  const guardrail = 'guardrail: { identifier: gr-1, version: "2" }';
  const config = configOf(
    `aws: { type: bedrock, region: us-east-1, auth: aws, ${guardrail} }`,
    "aws/us.amazon.nova-pro-v1:0",
  );
  const { targets } = await explain(config, bytes({ model: "m", ...says("hi") }));
  expect(targets[0]?.requests[0]?.body).toMatchObject({
    guardrailConfig: { guardrailIdentifier: "gr-1", guardrailVersion: "2" },
    messages: [{ role: "user" }],
  });
});

describe("who is asked", () => {
  const two = `
providers:
  first: { type: openai, server: vllm, base_url: "http://127.0.0.1:1/v1" }
  second: { type: vertex, project: p, location: us-central1, auth: none }
models:
  both: { deployments: [first/llama-3.1-8b, second/gemini-2.5-flash] }
  shared: { strategy: weighted, deployments: [{ use: first/llama-3.1-8b, weight: 3 }, second/gemini-2.5-flash] }
  vectors: { deployments: [second/gemini-2.5-flash, first/bge-m3] }
  strict: { deployments: [second/gemini-2.5-flash], unsupported: refuse, params_deny: [seed] }
aliases: { gpt-4o: both }
`;
  const config = configFrom(two);

  test("all deployments, in the order in which they are tried", async () => {
    const { requestedModel, model, strategy, targets } = await explain(
      config,
      bytes({ model: "gpt-4o", ...says("hi") }),
    );
    expect({ requestedModel, model, strategy }).toEqual({
      requestedModel: "gpt-4o",
      model: "both",
      strategy: "fallback",
    });
    expect(targets.map(({ deployment, share }) => [deployment, share])).toEqual([
      ["first/llama-3.1-8b", undefined],
      ["second/gemini-2.5-flash", undefined],
    ]);
  });

  test("each with its share, where weights decide", async () => {
    const { targets } = await explain(config, bytes({ model: "shared", ...says("hi") }));
    expect(targets.map(({ deployment, share }) => [deployment, share])).toEqual([
      ["first/llama-3.1-8b", 0.75],
      ["second/gemini-2.5-flash", 0.25],
    ]);
  });

  test("one that does not serve the operation is passed over", async () => {
    const { targets, refusal } = await explain(config, bytes({ model: "vectors", input: "x" }));
    expect(targets.map(({ serves }) => serves)).toEqual([false, true]);
    expect(refusal).toBeUndefined();
  });

  test("`--model` asks for another one", async () => {
    const { model } = await explain(config, bytes({ model: "nobody", ...says("hi") }), { model: "both" });
    expect(model).toBe("both");
  });

  test("a refusal is the first deployment's, as the client would get it", async () => {
    const { refusal, targets } = await explain(config, bytes({ model: "strict", ...says("hi"), logit_bias: { 5: 1 } }));
    expect(refusal).toMatchObject({
      status: 400,
      body: { error: { param: "logit_bias", code: "unsupported_parameter" } },
    });
    expect(targets[0]).toMatchObject({ refusal, requests: [] });
  });

  test.each([
    ["no JSON", "{", "invalid_json"],
    ["no object", "[]", "invalid_body"],
    ["a model that is not there", { model: "bth", ...says("hi") }, "model_not_found"],
    ["a wrong type", { model: "both", messages: 5 }, "invalid_type"],
    ["a denied field", { model: "strict", ...says("hi"), seed: 1 }, "unsupported_parameter"],
  ])("%s is the client's error", async (_, request, code) => {
    const failed = explain(config, bytes(request));
    await expect(failed).rejects.toBeInstanceOf(GatewayError);
    await expect(failed).rejects.toMatchObject({ errorName: code });
  });

  test("fields that ask for nothing are listed too", async () => {
    const { targets } = await explain(config, bytes({ model: "both", ...says("hi"), top_p: null, n: 1, stop: [] }));
    const nothing = targets[0]?.fields.filter(({ kind }) => kind === "nothing").map(({ path }) => path);
    expect(nothing).toEqual(["top_p", "n", "stop"]);
  });
});

test("a request is priced by the model's entry", async () => {
  const config = configOf(
    "vertex: { type: vertex, project: p, location: us-central1, auth: none }",
    '{ deployments: [vertex/gemini-2.5-flash], price: { input: "1", output: "2" } }',
  );
  const { targets } = await explain(config, bytes({ model: "m", ...says("Hello there!"), max_tokens: 100 }));
  const { prompt_tokens = 0, output_tokens, cost_usd } = targets[0]?.estimate ?? {};
  expect(output_tokens).toBe(100);
  expect(Number(cost_usd)).toBeCloseTo((prompt_tokens + 200) / 1e6, 12);
});

function configOf(provider: string, model = "vertex/gemini-2.5-flash") {
  return configFrom(`providers:\n  ${provider}\nmodels: { m: ${model} }\n`);
}

function configFrom(text: string) {
  const loaded = parseRoutes(text, { file: "routes.yaml", env: { SET: "k-1234567890" } });
  if (!("config" in loaded)) throw new Error(JSON.stringify(loaded.mistakes));
  return loaded.config;
}
