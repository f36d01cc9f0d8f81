import OpenAI, { AzureOpenAI } from "openai";
import { describe, expect, onTestFinished, test } from "vitest";
import { type AzureEmulator, type AzureEmulatorOptions, startAzureEmulator } from "../../src/emulators/azure.ts";
import { parseScript } from "../../src/emulators/script.ts";
import { apiError, eventsIn, type Posted, posted, weather } from "./_openai.ts";

const version = "2024-10-21";
const messages = [{ role: "user" as const, content: "Hi" }];
const ofDeployment = `/openai/deployments/gpt-4o/chat/completions?api-version=${version}`;

async function emulate(
  script = "answers: []",
  options: Omit<AzureEmulatorOptions, "script"> = {},
): Promise<AzureEmulator> {
  const emulator = await startAzureEmulator({ ...options, script: parseScript(script) });
  onTestFinished(() => emulator.close());
  return emulator;
}

async function post(
  { url }: AzureEmulator,
  body: unknown,
  path = ofDeployment,
  headers: Record<string, string> = {},
): Promise<Posted> {
  return posted(await fetch(url + path, { method: "POST", headers, body: JSON.stringify(body) }));
}

const legacy = ({ url }: AzureEmulator, apiKey = "right", apiVersion = version): AzureOpenAI =>
  new AzureOpenAI({ endpoint: url, apiKey, apiVersion, maxRetries: 0 });
const v1 = ({ url }: AzureEmulator, apiKey = "right"): OpenAI =>
  new OpenAI({ baseURL: `${url}/openai/v1`, apiKey, maxRetries: 0 });

describe.each([
  ["AzureOpenAI, by the URL of a deployment", legacy],
  ["OpenAI, by the v1 surface", v1],
])("%s", (_name, clientOf) => {
  test("chats, streams, calls and makes vectors", async () => {
    const client = clientOf(await emulate("answers: []", { token: "right" }));
    const { choices, model } = await client.chat.completions.create({ model: "gpt-4o", messages });
    expect(model).toBe("gpt-4o-2024-08-06");
    expect(choices[0]).toMatchObject({
      finish_reason: "stop",
      content_filter_results: { hate: { filtered: false, severity: "safe" } },
    });
    const asked = {
      model: "gpt-4o",
      messages: [{ role: "user" as const, content: "Weather in Paris?" }],
      tools: [weather],
    };
    const streamed = await client.chat.completions.stream(asked).finalChatCompletion();
    expect(streamed.choices[0]?.message.tool_calls?.[0]).toMatchObject({ function: { name: "get_weather" } });
    const vectors = await client.embeddings.create({ model: "text-embedding-3-small", input: ["a", "b"] });
    expect(vectors.data.map(({ embedding }) => embedding.length)).toEqual([1536, 1536]);
  });

  test("is told of a deployment that is not there", async () => {
    const failure = await apiError(clientOf(await emulate()).chat.completions.create({ model: "mine", messages }));
    expect(failure).toMatchObject({ status: 404, code: "DeploymentNotFound" });
  });

  test("is told of a prompt that the filter blocks", async () => {
    const client = clientOf(await emulate("answers: [{ blocked: content_filter }]"));
    const failure = await apiError(client.chat.completions.create({ model: "gpt-4o", messages }));
    expect(failure).toMatchObject({
      status: 400,
      code: "content_filter",
      param: "prompt",
      error: {
        innererror: { code: "ResponsibleAIPolicyViolation", content_filter_result: { hate: { filtered: true } } },
      },
    });
  });

  test("is told of an operation that the model does not have", async () => {
    const client = clientOf(await emulate());
    const failure = await apiError(client.chat.completions.create({ model: "text-embedding-3-small", messages }));
    expect(failure).toMatchObject({ status: 400, code: "OperationNotSupported" });
  });
});

describe("who is let in", () => {
  test.each<[headers: Record<string, string>, status: number, body: unknown]>([
    [{ "api-key": "right" }, 200, { object: "chat.completion" }],
    [{ authorization: "Bearer right" }, 200, { object: "chat.completion" }],
    [{ "api-key": "wrong" }, 401, { error: { code: "401" } }],
    [{ authorization: "Bearer wrong" }, 401, { statusCode: 401 }],
    [{ "api-key": "wrong", authorization: "Bearer right" }, 401, { error: { code: "401" } }],
    [{}, 401, { error: { code: "401" } }],
  ])("%j: %i", async (headers, status, body) => {
    const emulator = await emulate("answers: []", { token: "right" });
    expect(await post(emulator, { messages }, ofDeployment, headers)).toMatchObject({ status, body });
  });

  test("a token of Entra ID, by the SDK", async () => {
    const { url } = await emulate("answers: []", { token: (token) => token === "of-entra" });
    const azureADTokenProvider = () => Promise.resolve("of-entra");
    const client = new AzureOpenAI({ endpoint: url, apiVersion: version, azureADTokenProvider, maxRetries: 0 });
    expect((await client.chat.completions.create({ model: "gpt-4o", messages })).object).toBe("chat.completion");
  });
});

describe("paths and versions", () => {
  test.each<[path: string, status: number, code: string]>([
    ["/openai/deployments/gpt-4o/chat/completions", 404, "404"],
    ["/openai/deployments/gpt-4o/chat/completions?api-version=v1", 404, "404"],
    ["/openai/deployments/gpt-4o/chat/completions?api-version=2021-01-01", 404, "404"],
    [`/openai/deployments/gpt-4o/images/generations?api-version=${version}`, 404, "404"],
    ["/v1/chat/completions", 404, "404"],
    [`/openai/v1/chat/completions?api-version=${version}`, 400, "BadRequest"],
  ])("%s is %i", async (path, status, code) => {
    expect(await post(await emulate(), { model: "gpt-4o", messages }, path)).toMatchObject({
      status,
      body: { error: { code } },
    });
  });

  test.each(["", "?api-version=v1", "?api-version=preview"])("the v1 surface takes '%s'", async (query) => {
    const path = `/openai/v1/chat/completions${query}`;
    expect(await post(await emulate(), { model: "gpt-4o", messages }, path)).toMatchObject({ status: 200 });
  });

  test.each<[version: string, more: object, status: number]>([
    ["2024-10-21", { stream: true, stream_options: { include_usage: true } }, 200],
    ["2024-08-01-preview", { stream: true, stream_options: { include_usage: true } }, 400],
    ["2024-10-21", { max_completion_tokens: 9 }, 200],
    ["2024-06-01", { max_completion_tokens: 9 }, 400],
    ["2024-06-01", { max_tokens: 9 }, 200],
    ["2024-06-01", { parallel_tool_calls: false, tools: [weather] }, 400],
    ["2024-10-21", { reasoning_effort: "low" }, 400],
    ["2024-10-21", { messages: [{ role: "developer", content: "Be brief." }, ...messages] }, 400],
    ["2025-04-01-preview", { messages: [{ role: "developer", content: "Be brief." }, ...messages] }, 200],
    ["2024-10-21", { data_sources: [{ type: "azure_search", parameters: {} }] }, 200],
    ["2024-10-21", { top_k: 4 }, 400],
  ])("%s with %j is %i", async (date, more, status) => {
    const path = `/openai/deployments/gpt-4o/chat/completions?api-version=${date}`;
    expect((await post(await emulate(), { messages, ...more }, path)).status).toBe(status);
  });

  test.each([
    ["2023-05-15", 16, 200],
    ["2023-05-15", 17, 400],
    ["2024-06-01", 17, 200],
    ["2024-06-01", 2049, 400],
  ])("vectors under %s of %i texts are %i", async (date, count, status) => {
    const path = `/openai/deployments/text-embedding-ada-002/embeddings?api-version=${date}`;
    const input = Array.from({ length: count }, () => "a");
    expect((await post(await emulate(), { input }, path)).status).toBe(status);
  });
});

test("the path names the model, whatever the body says", async () => {
  const { body } = await post(await emulate(), { model: "gpt-9", messages });
  expect(body).toMatchObject({ model: "gpt-4o-2024-08-06" });
});

test("deployments have names of their own where they are told", async () => {
  const emulator = await emulate("answers: []", { deployments: new Map([["mine", "gpt-4o-mini"]]) });
  const path = (name: string) => `/openai/deployments/${name}/chat/completions?api-version=${version}`;
  expect((await post(emulator, { messages }, path("mine"))).body).toMatchObject({ model: "gpt-4o-mini-2024-07-18" });
  expect((await post(emulator, { messages }, path("gpt-4o-mini"))).status).toBe(404);
  const listed = await posted(await fetch(`${emulator.url}/openai/v1/models`));
  expect(listed.body).toMatchObject({ data: [{ id: "mine" }] });
});

test("a stream says first what was found in the prompt, and of each piece what was found in it", async () => {
  const emulator = await emulate("answers: [{ text: Hello there. }]");
  const { text } = await post(emulator, { messages, stream: true, stream_options: { include_usage: true } });
  const [first, ...others] = eventsIn(text);
  expect(first).toMatchObject({ choices: [], id: "", model: "", prompt_filter_results: [{ prompt_index: 0 }] });
  expect(others.at(0)).toMatchObject({ choices: [{ delta: { role: "assistant" }, content_filter_results: {} }] });
  expect(others.at(1)).toMatchObject({ choices: [{ content_filter_results: { violence: { severity: "safe" } } }] });
  expect(others.at(-1)).toMatchObject({ choices: [], usage: { prompt_tokens: expect.any(Number) } });
});

test("an overload says how long to wait", async () => {
  const emulator = await emulate("answers: [{ error: { status: 429, retry_after: 1500ms } }]");
  const { status, headers, body } = await post(emulator, { messages });
  expect([status, headers.get("retry-after-ms"), headers.get("retry-after")]).toEqual([429, "1500", "2"]);
  expect(body).toMatchObject({ error: { code: "429", message: expect.stringContaining("Please retry after") } });
});
