import { onTestFinished } from "vitest";
import { type ServerName, startOpenAIEmulator } from "../../src/emulators/openai.ts";
import type { Script } from "../../src/emulators/script.ts";
import { type GatewayOptions, startGateway, type TestGateway, type Upstream } from "../_setup.ts";
import type { Streamed } from "../_wire.ts";
import { seenStreamed } from "./_seen.ts";

/** A server that can be played, and a model it has. */
export interface Server {
  readonly name: ServerName;
  readonly model: string;
  /** A model that shows its thoughts; undefined where none does. */
  readonly thinker?: string;
  /** Where its API begins at a bare host; `/v1` unless told. */
  readonly root?: string;
}

export const servers: readonly Server[] = [
  { name: "openai", model: "gpt-4o" },
  { name: "openrouter", model: "openai/gpt-4o-mini", thinker: "deepseek/deepseek-r1:free", root: "/api/v1" },
  { name: "deepseek", model: "deepseek-chat", thinker: "deepseek-reasoner" },
  { name: "groq", model: "llama-3.3-70b-versatile", thinker: "openai/gpt-oss-120b", root: "/openai/v1" },
  { name: "mistral", model: "mistral-large-latest", thinker: "magistral-medium-latest" },
  { name: "xai", model: "grok-3", thinker: "grok-4" },
  { name: "vllm", model: "llama-3.1-8b", thinker: "Qwen/Qwen3-8B" },
  { name: "ollama", model: "llama3.2:latest", thinker: "qwen3:8b" },
  { name: "lmstudio", model: "google/gemma-3-4b", thinker: "qwen/qwen3-8b" },
  { name: "llamacpp", model: "any.gguf", thinker: "qwen3-8b-q4_k_m.gguf" },
];

/** One of them. */
export function named(name: ServerName): Server {
  const found = servers.find((server) => server.name === name);
  if (found === undefined) throw new Error(`no server called ${name}`);
  return found;
}

/** A tool. */
export const weather = {
  type: "function",
  function: {
    name: "get_weather",
    parameters: { type: "object", properties: { city: { type: "string" } }, required: ["city"] },
  },
} as const;

/** Starts a server that lets everybody in, or wants the right token; gone when the test is. */
export async function startServer(name: ServerName, script: Script, token?: string): Promise<Upstream> {
  const withTools = (one: Script): Script => ({
    ...one,
    server: [...new Set(["auto_tools" as const, ...(one.server ?? [])])],
  });
  const emulator = await startOpenAIEmulator({ script: withTools(script), personality: name, token });
  onTestFinished(() => emulator.close());
  return { ...emulator, use: (next) => emulator.use(withTools(next)) };
}

/** How a test changes the gateway before a server. */
export interface Before extends Pick<GatewayOptions, "planned"> {
  /** Members of the provider beside `type`, `server` and `base_url`. */
  readonly provider?: string;
  readonly baseUrl?: string;
  readonly model?: string;
  /** Members of the model beside `deployments`. */
  readonly more?: string;
  readonly token?: string;
}

/** A gateway before one server, whose model is `test-model`; answers are held against the spec. */
export function before(server: Server, answer: object | string, options: Before = {}): Promise<TestGateway> {
  const { provider = "", baseUrl = "${UPSTREAM}/v1", model = server.model, more = "", token, planned } = options;
  return startGateway({
    upstream: (script) => startServer(server.name, script, token),
    providers: `providers: { up: { type: openai, server: ${server.name}, base_url: "${baseUrl}"${provider} } }`,
    routes: `models: { test-model: { deployments: ["up/${model}"], conformance: enforce${more} } }`,
    script: typeof answer === "string" ? answer : JSON.stringify({ answers: [answer] }),
    ...(planned && { planned }),
  });
}

/** What the gateway's own counts say of the tokens of its requests, once there are any. */
export async function countedTokens(gateway: TestGateway): Promise<Readonly<Record<string, number>>> {
  const { text } = await gateway.get("/metrics");
  const samples = text.matchAll(/^specgate_tokens_total\{.*type="(\w+)".*\} (\d+)$/gm);
  return Object.fromEntries([...samples].map(([, type = "", count]) => [type, Number(count)]));
}

/** What a client puts together of a stream: words, thoughts, calls, and why it ended. */
export function heardIn({ chunks }: Streamed): object {
  const deltas = chunks.flatMap(({ choices }) =>
    choices.map(({ delta }): Readonly<Record<string, unknown>> => ({ ...delta })),
  );
  const thoughts = deltas.map((delta) => delta["reasoning_content"] ?? "").join("");
  const [choice] = seenStreamed(chunks);
  return { content: choice?.content, thoughts, calls: choice?.calls, finish: choice?.finish };
}
