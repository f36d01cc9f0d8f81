import { describe, expect, onTestFinished, test } from "vitest";
import { startAzureEmulator } from "../../src/emulators/azure.ts";
import type { ErrorName } from "../../src/errors.ts";
import { failureOf, says, secrets, startGateway, type TestGateway } from "../_setup.ts";

interface Before {
  readonly version?: string;
  readonly deployment?: string;
  readonly auth?: string;
  readonly planned?: readonly ErrorName[];
}

/** A gateway before a resource of Azure's, whose model is `test-model`; answers are held against the spec. */
function before(
  script: object,
  { version, deployment = "gpt-4o", auth, planned = [] }: Before = {},
): Promise<TestGateway> {
  const members = [
    ...(version === undefined ? [] : [`api_version: "${version}"`]),
    `auth: ${auth ?? '{ api_key: "${TOKEN}" }'}`,
  ];
  return startGateway({
    upstream: async (parsed) => {
      const emulator = await startAzureEmulator({ script: parsed, token: secrets.token });
      onTestFinished(() => emulator.close());
      return emulator;
    },
    providers: `providers: { up: { type: azure, base_url: "\${UPSTREAM}", ${members.join(", ")} } }`,
    routes: `models: { test-model: { deployments: ["up/${deployment}"], conformance: enforce } }`,
    script: JSON.stringify({ answers: [script] }),
    planned,
  });
}

const surfaces = [undefined, "preview", "2024-10-21", "2024-06-01"] as const;

describe.each(surfaces)("version %s", (version) => {
  const named = version === undefined ? {} : { version };

  test("chats and streams, and what the filter found comes along", async () => {
    const gateway = await before({ text: "Hi there." }, named);
    const { body } = await gateway.chat(says("hi"));
    expect(body).toMatchObject({
      model: "test-model",
      choices: [{ message: { content: "Hi there." }, content_filter_results: { hate: { filtered: false } } }],
      prompt_filter_results: [{ prompt_index: 0 }],
    });
    const { chunks } = await gateway.stream(says("hi"));
    expect(chunks.map(({ choices }) => choices[0]?.delta.content ?? "").join("")).toBe("Hi there.");
    expect(chunks.at(-1)).toMatchObject({ model: "test-model", prompt_filter_results: [{ prompt_index: 0 }] });
    expect(new Set(chunks.map(({ id }) => id)).size).toBe(1);
    expect(gateway.upstream.requests.map(({ headers }) => headers["api-key"])).toEqual(["[masked]", "[masked]"]);
  });

  test("a developer's word, limits and parallel calls in what the version knows", async () => {
    const gateway = await before({ text: "Hi." }, named);
    const messages = [{ role: "developer", content: "Be brief." }, ...says("hi").messages];
    const tools = [{ type: "function", function: { name: "f" } }];
    const asked = { messages, tools, max_completion_tokens: 9, parallel_tool_calls: false };
    expect((await gateway.post({ model: "test-model", ...asked })).status).toBe(200);
    expect((await gateway.stream(asked)).status).toBe(200);
    const [whole, streamed] = gateway.upstream.requests.map(({ body }) => body);
    const older = version === "2024-06-01";
    expect(whole).toMatchObject({ messages: [{ role: "system" }, { role: "user" }] });
    expect(whole).toHaveProperty(older ? "max_tokens" : "max_completion_tokens", 9);
    expect(Reflect.has(Object(whole), "parallel_tool_calls")).toBe(!older);
    expect(Reflect.has(Object(streamed), "stream_options")).toBe(!older);
  });

  test("a prompt that is blocked is a 400 that says so", async () => {
    const gateway = await before({ blocked: "content_filter" }, named);
    for (const stream of [false, true]) {
      const { status, body } = await gateway.post({ model: "test-model", stream, ...says("hi") });
      expect(status).toBe(400);
      expect(body).toMatchObject({ error: { type: "invalid_request_error", code: "content_filter", param: "prompt" } });
    }
  });

  test("an answer that is blocked ends so", async () => {
    const gateway = await before({ text: "Well", finish: "content_filter" }, named);
    const { body } = await gateway.chat(says("hi"));
    expect(body.choices[0]).toMatchObject({
      finish_reason: "content_filter",
      content_filter_results: { hate: { filtered: true } },
    });
    const { chunks } = await gateway.stream(says("hi"));
    expect(chunks.at(-1)?.choices[0]).toMatchObject({
      finish_reason: "content_filter",
      content_filter_results: { hate: { filtered: true } },
    });
  });

  test("a deployment that is not there is no model", async () => {
    const gateway = await before({}, { ...named, deployment: "mine", planned: ["model_not_found"] });
    const { status, body } = await gateway.post({ model: "test-model", ...says("hi") });
    expect(status).toBe(404);
    expect(body).toMatchObject({
      error: { code: "model_not_found", message: expect.stringContaining("`test-model`") },
    });
  });

  test("a deployment of another kind is named as such", async () => {
    const gateway = await before({}, { ...named, deployment: "text-embedding-3-small" });
    const { status, body } = await gateway.post({ model: "test-model", ...says("hi") });
    expect(status).toBe(404);
    expect(body).toMatchObject({ error: { message: expect.stringContaining("chatCompletion operation") } });
  });

  test("vectors of many texts are as many calls as the version takes", async () => {
    const gateway = await before({}, { ...named, deployment: "text-embedding-3-small" });
    const input = Array.from({ length: 20 }, (_, at) => `text ${at}`);
    const { data } = await gateway.client.embeddings.create({ model: "test-model", input });
    expect(data.map(({ index }) => index)).toEqual(input.map((_, at) => at));
    expect(gateway.upstream.requests).toHaveLength(version === "2024-06-01" ? 2 : 1);
  });
});

test("legacy completions reach a deployment that has them, and any other by a conversation", async () => {
  const complete = async (deployment: string): Promise<readonly string[]> => {
    const gateway = await before({ text: "upon a time." }, { deployment });
    await gateway.client.completions.create({ model: "test-model", prompt: "Once" });
    return gateway.upstream.requests.map(({ path }) => path);
  };
  expect(await complete("gpt-35-turbo-instruct")).toEqual(["/openai/v1/completions"]);
  expect(await complete("gpt-4o")).toEqual(["/openai/v1/chat/completions"]);
});

test("a thinking model gets its limit under the name it knows", async () => {
  const gateway = await before({ text: "Hi." }, { deployment: "o4-mini" });
  expect((await gateway.chat({ ...says("hi"), max_tokens: 50 })).status).toBe(200);
  expect(gateway.upstream.requests[0]?.body).toMatchObject({ max_completion_tokens: 50 });
  expect(gateway.upstream.requests[0]?.body).not.toHaveProperty("max_tokens");
});

test("data_sources pass, and what other servers have does not", async () => {
  const gateway = await before({ text: "Hi." }, { version: "2024-10-21" });
  const data_sources = [{ type: "azure_search", parameters: { endpoint: "https://s.example" } }];
  const { headers } = await gateway.chat({ ...says("hi"), data_sources, top_k: 4 });
  expect(headers.get("x-specgate-changes")).toBe("reported:top_k");
  expect(gateway.upstream.requests[0]?.body).toMatchObject({ data_sources });
});

test.each(["{ api_key: wrong }", "{ bearer: wrong }"])("with %s a 502, and nothing of it", async (auth) => {
  const gateway = await before({}, { auth, planned: ["upstream_auth_error"] });
  const failure = await failureOf(gateway.client.chat.completions.create({ model: "test-model", ...says("hi") }));
  expect(failure).toMatchObject({ status: 502, code: "upstream_auth_error" });
  expect(String(failure)).toContain("The upstream refused the gateway's credentials.");
});

test("an overload says how long to wait", async () => {
  const gateway = await before({ error: { status: 429, retry_after: "1500ms" } }, { planned: ["rate_limit_exceeded"] });
  const { status, headers } = await gateway.post({ model: "test-model", ...says("hi") });
  expect([status, headers.get("retry-after-ms")]).toEqual([429, "1500"]);
});
