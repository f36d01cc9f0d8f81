import { describe, expect, onTestFinished, test } from "vitest";
import { loadDialects } from "../../src/dialects/index.ts";
import { startVertexEmulator } from "../../src/emulators/vertex.ts";
import { createNoCredential } from "../../src/upstream/auth/none.ts";
import { prepareTarget, type Target } from "../../src/upstream/target.ts";
import { secret } from "../_canary.ts";
import { says, startGateway } from "../_setup.ts";
import { configOf } from "../config/_load.ts";

await loadDialects();

/** What a provider's entry and a model's name come to: the server that is known of it, and where calls go. */
interface Row {
  readonly name: string;
  /** The provider's entry. */
  readonly entry: string;
  readonly model: string;
  readonly host: string;
  readonly origin: string;
  /** Path and query, of whole answers and of streams. */
  readonly paths: readonly [whole: string, stream: string];
  readonly headers?: Readonly<Record<string, string>>;
}

function targetOf(entry: string, model: string): Target {
  const deployment = configOf(`providers: { up: ${entry} }\nmodels: { m: "up/${model}" }`).models[0]?.deployments[0];
  if (deployment === undefined) throw new Error("no deployment");
  return prepareTarget(deployment, deployment.upstreamModel, createNoCredential());
}

const google = (start: string, model = "gemini-2.5-flash"): Row["paths"] => [
  `${start}/${model}:generateContent`,
  `${start}/${model}:streamGenerateContent?alt=sse`,
];
const same = (path: string): Row["paths"] => [path, path];
const located = (location: string): string => `/v1beta1/projects/p/locations/${location}/publishers/google/models`;
const vertex = (more: string): string => `{ type: vertex, project: p, location: us-central1, auth: none, ${more} }`;

/** @see reference: openai-chat-to-gemini §1 */
const vertexRows: readonly Row[] = [
  ...[
    ["us-central1", "us-central1-aiplatform.googleapis.com"],
    ["europe-west4", "europe-west4-aiplatform.googleapis.com"],
    ["global", "aiplatform.googleapis.com"],
    ["us", "aiplatform.us.rep.googleapis.com"],
    ["eu", "aiplatform.eu.rep.googleapis.com"],
  ].map(
    ([location = "", name = ""]): Row => ({
      name: `a project in ${location}`,
      entry: `{ type: vertex, project: p, location: ${location}, auth: none }`,
      model: "gemini-2.5-flash",
      host: "vertex",
      origin: `https://${name}`,
      paths: google(located(location)),
    }),
  ),
  ...["google/gemini-2.5-flash", "publishers/google/models/gemini-2.5-flash", "google/models/gemini-2.5-flash"].map(
    (model): Row => ({
      name: `a model that names its publisher: ${model}`,
      entry: vertex("api_version: v1"),
      model,
      host: "vertex",
      origin: "https://us-central1-aiplatform.googleapis.com",
      paths: google(located("us-central1").replace("v1beta1", "v1")),
    }),
  ),
  {
    name: "a tuned model's endpoint",
    entry: vertex(""),
    model: "endpoints/1234567890",
    host: "vertex",
    origin: "https://us-central1-aiplatform.googleapis.com",
    paths: google("/v1beta1/projects/p/locations/us-central1/endpoints", "1234567890"),
  },
  {
    name: "express mode",
    entry: '{ type: vertex, auth: { api_key: "${TOKEN}" } }',
    model: "gemini-2.5-flash",
    host: "vertex",
    origin: "https://aiplatform.googleapis.com",
    paths: google("/v1beta1/publishers/google/models"),
  },
  ...["https://corp.example/ai/vertex", "https://corp.example/ai/vertex/"].map(
    (base): Row => ({
      name: `a gateway of one's own, whose path stays: ${base}`,
      entry: vertex(`base_url: "${base}", headers: { X-Custom-Userid: "\${HOST}", x-team: ai }`),
      model: "gemini-2.5-flash",
      host: "vertex",
      origin: "https://corp.example",
      paths: google(`/ai/vertex${located("us-central1")}`),
      headers: { "content-type": "application/json", "x-custom-userid": "localhost", "x-team": "ai" },
    }),
  ),
  {
    name: "a private address of Google's",
    entry: vertex('base_url: "https://us-central1-aiplatform.p.googleapis.com"'),
    model: "gemini-2.5-flash",
    host: "vertex",
    origin: "https://us-central1-aiplatform.p.googleapis.com",
    paths: google(located("us-central1")),
  },
  {
    name: "a model's name that would leave its place",
    entry: vertex(""),
    model: "../../x?y=#z",
    host: "vertex",
    origin: "https://us-central1-aiplatform.googleapis.com",
    paths: google(located("us-central1"), "..%2F..%2Fx%3Fy%3D%23z"),
  },
];

/** Entry beside the type, host, and the address of chat. @see reference: upstream-auth §§5–8 */
const openaiRows: readonly (readonly [entry: string, host: string, url: string])[] = [
  ["", "openai", "https://api.openai.com/v1/chat/completions"],
  ['base_url: "https://api.openai.com/v1"', "openai", "https://api.openai.com/v1/chat/completions"],
  ['base_url: "https://eu.api.openai.com/v1/"', "openai", "https://eu.api.openai.com/v1/chat/completions"],
  ['base_url: "https://openrouter.ai/api/v1"', "openrouter", "https://openrouter.ai/api/v1/chat/completions"],
  ['base_url: "https://openrouter.ai"', "openrouter", "https://openrouter.ai/api/v1/chat/completions"],
  ['base_url: "http://127.0.0.1:8000/v1"', "vllm", "http://127.0.0.1:8000/v1/chat/completions"],
  ['base_url: "http://localhost:11434"', "ollama", "http://localhost:11434/v1/chat/completions"],
  ['base_url: "http://ollama:11434/v1"', "ollama", "http://ollama:11434/v1/chat/completions"],
  ['base_url: "https://ollama.com/v1"', "ollama", "https://ollama.com/v1/chat/completions"],
  ['base_url: "http://localhost:1234/v1"', "lmstudio", "http://localhost:1234/v1/chat/completions"],
  ['base_url: "http://[::1]:8080/v1"', "llamacpp", "http://[::1]:8080/v1/chat/completions"],
  ['base_url: "http://10.1.2.3:8000/v1"', "vllm", "http://10.1.2.3:8000/v1/chat/completions"],
  ['base_url: "https://llm.example.com:8000/v1"', "other", "https://llm.example.com:8000/v1/chat/completions"],
  ['base_url: "https://llm.example.com/team/a"', "other", "https://llm.example.com/team/a/chat/completions"],
  ['base_url: "https://llm.example.com/v1", server: vllm', "vllm", "https://llm.example.com/v1/chat/completions"],
  ['base_url: "https://llm.example.com", server: vllm', "vllm", "https://llm.example.com/v1/chat/completions"],
  ['base_url: "https://notopenai.com/v1"', "other", "https://notopenai.com/v1/chat/completions"],
];

describe("a provider's entry says where its calls go", () => {
  const rows = [
    ...vertexRows,
    ...openaiRows.map(([entry, host, url]): Row => {
      const { origin, pathname } = new URL(url);
      const name = entry === "" ? "nothing but its type" : entry;
      return { name, entry: `{ type: openai, auth: none, ${entry} }`, model: "m", host, origin, paths: same(pathname) };
    }),
  ];

  test.each(rows)("$name", ({ entry, model, host, origin, paths, headers }) => {
    const target = targetOf(entry, model);
    expect(target.host).toBe(host);
    const { unary, stream } = target.chat?.calls ?? {};
    expect([unary?.origin, stream?.origin]).toEqual([origin, origin]);
    expect([unary?.path, stream?.path]).toEqual(paths);
    expect(unary?.headers).toEqual(headers ?? { "content-type": "application/json" });
    expect(stream?.headers).toEqual(unary?.headers);
  });

  test.each([
    ["gpt-3.5-turbo-instruct", "/v1/completions"],
    ["davinci-002", "/v1/completions"],
    ["gpt-4o", "/v1/chat/completions"],
  ])("OpenAI's %s completes texts at %s", (model, path) => {
    expect(targetOf("{ type: openai, auth: none }", model).completions?.calls.unary.path).toBe(path);
  });
});

test("a whole gateway keeps the path of its base URL, and sends the headers of its entry and of the environment", async () => {
  const user = secret("user-id");
  const gateway = await startGateway({
    env: { WHO: user },
    upstream: async (script) => {
      const upstream = await startVertexEmulator({ script, prefix: "/corp/ai" });
      onTestFinished(() => upstream.close());
      return upstream;
    },
    providers: `
providers:
  corp:
    type: vertex
    project: p
    location: us-central1
    base_url: "\${UPSTREAM}/corp/ai"
    auth: { bearer: "\${TOKEN}" }
    headers: { x-custom-userid: "\${WHO}" }
`,
    routes: "models: { test-model: { deployments: [corp/gemini-2.5-flash], conformance: enforce } }",
  });
  expect((await gateway.chat(says("hi"))).status).toBe(200);
  expect((await gateway.stream(says("hi"))).done).toBe(true);
  const [whole, stream] = gateway.upstream.requests;
  expect(whole?.path).toBe(`/corp/ai${google(located("us-central1"))[0]}`);
  expect(stream?.path).toBe(`/corp/ai${google(located("us-central1"))[1]}`);
  for (const request of [whole, stream]) expect(request?.headers["x-custom-userid"]).toBe(user);
});
