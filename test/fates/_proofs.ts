import { expect } from "vitest";
import { secrets, startGateway, type TestGateway } from "../_setup.ts";
import { type ContractProvider, contractProviders, sentBodies } from "../contract/_providers.ts";
import { provesPairing, resultsOfClaude } from "./_pairing.ts";
import { provesHiddenThoughts, resultsOfConverse } from "./_proofs-converse.ts";
import type { Row } from "./_rows.ts";

/** Shows that a field makes a difference where no single upstream body can. */
export type Proof = () => Promise<void> | void;

/** Starts a gateway with `test-model` and `other-model`; without a script the emulator's small model answers. */
type Start = (script?: string) => Promise<TestGateway>;

const messages = [{ role: "user", content: "Hi there." }];
const tools = [{ type: "function", function: { name: "look_up", parameters: { type: "object", properties: {} } } }];
/** Not even `parallel_tool_calls: false` keeps the upstream from making both. */
const twoCalls = `
answers:
  - calls: [{ name: look_up, args: { q: one } }, { name: look_up, args: { q: two } }]
`;

const startGemini = starting("Gemini 2.5 on Vertex AI", "gemini-2.5-flash", "gemini-2.5-pro");
const startClaude = starting("Claude Opus 5", "claude-opus-5", "claude-sonnet-4-5");
const startNova = starting("Nova on Bedrock", "us.amazon.nova-pro-v1:0", "us.amazon.nova-lite-v1:0");
const startTitan = starting("Nova on Bedrock", "amazon.titan-embed-text-v2:0", "amazon.titan-embed-text-v1");
const startClaudeOnBedrock = starting(
  "Nova on Bedrock",
  "us.anthropic.claude-sonnet-4-5-20250929-v1:0",
  "us.anthropic.claude-haiku-4-5-20251001-v1:0",
);
const startSpeech = starting("Gemini 2.5 on Vertex AI", "gemini-2.5-flash-preview-tts", "gemini-2.5-pro");
const startServer = starting("vLLM", "llama-3.1-8b", "qwen3-8b");
const startMistral = starting("Mistral", "mistral-large-latest", "mistral-small-latest");
const startGoogleVectors = starting("Gemini 2.5 on Vertex AI", "text-embedding-005", "text-multilingual-embedding-002");
const startServerVectors = starting("vLLM", "nomic-embed-text", "bge-m3");

/** By row, and there by the name that a fate gives its case, or by the field that a step of the gateway consumes. */
const proofs: Readonly<Record<Row["name"], Readonly<Record<string, Proof>>>> = {
  "anthropic chat": {
    ...chatProofs(startClaude, "claude-sonnet-4-5"),
    "chat/parallel_tool_calls": () => provesFirstCall(startClaudeOnBedrock, false),
    "chat/tool-results": () => provesPairing(resultsOfClaude),
  },
  "converse chat": {
    ...chatProofs(startNova, "us.amazon.nova-lite-v1:0"),
    "chat/tool-results": () => provesPairing(resultsOfConverse),
    "chat/hidden-thoughts": provesHiddenThoughts,
  },
  "converse embeddings": {
    model: () => provesModel(startTitan, askVectors, "amazon.titan-embed-text-v1"),
    "embeddings/encoding_format": () => provesPacking(startTitan),
  },
  "gemini chat": {
    ...chatProofs(startGemini, "gemini-2.5-pro"),
    "chat/tool-results": () => provesPairing(),
    "chat/audio-format": provesAudioFormat,
  },
  "openai chat": {
    ...chatProofs(startServer, "qwen3-8b"),
    "chat/parallel_tool_calls": () => provesFirstCall(startServer, true),
    "chat/call-ids": provesShortIds,
  },
  "openai completions": completionProofs(startServer, "qwen3-8b"),
  "gemini embeddings": {
    model: () => provesModel(startGoogleVectors, askVectors, "text-multilingual-embedding-002"),
    "embeddings/encoding_format": () => provesPacking(startGoogleVectors),
  },
  "openai embeddings": { model: () => provesModel(startServerVectors, askVectors, "bge-m3") },
};

/** The proof of a name, where there is one. */
export function proofOf(row: Row, name: string): Proof | undefined {
  return proofs[row.name][name];
}

function starting(provider: ContractProvider["name"], ...models: readonly [one: string, other: string]): Start {
  return (script) => {
    const found = contractProviders.find(({ name }) => name === provider);
    if (found === undefined) throw new Error(`no provider called ${provider}`);
    const [one, other] = models.map((model) => `{ deployments: [up/${model}], conformance: enforce }`);
    const routes = `models: { test-model: ${one}, other-model: ${other} }`;
    return startGateway({ upstream: found.start, providers: found.providers, routes, ...(script && { script }) });
  };
}

/** Asks for a vector; what is read of the answer is its bytes. */
async function askVectors(gateway: TestGateway, body: object): Promise<Told> {
  const request = { model: "test-model", input: "Hi there.", ...body };
  const { status, text } = await gateway.post(request, undefined, "/v1/embeddings");
  expect(status).toBe(200);
  return { object: text, choices: [] };
}

async function provesPacking(start: Start): Promise<void> {
  const gateway = await start();
  const numbers = await askVectors(gateway, { encoding_format: "float" });
  const packed = await askVectors(gateway, { encoding_format: "base64" });
  expect((await askVectors(gateway, {})).object).toBe(numbers.object);
  expect(numbers.object).toMatch(/"embedding":\[-?\d/);
  expect(packed.object).toMatch(/"embedding":"[\w+/]+=*"/);
  const [first, second] = sentBodies(gateway);
  expect(second).toEqual(first);
}

function chatProofs(start: Start, other: string): Readonly<Record<string, Proof>> {
  const counts = () => provesUsageChunk(start, (gateway, body) => askStream(gateway, "/v1/chat/completions", body));
  const choices = () => provesChoices(start, (gateway, body) => ask(gateway, "/v1/chat/completions", body));
  return {
    model: () => provesModel(start, (gateway, body) => ask(gateway, "/v1/chat/completions", body), other),
    stream: () => provesStream(start, "/v1/chat/completions"),
    stream_options: counts,
    "stream_options.include_usage": counts,
    n: choices,
    "chat/n": choices,
    "chat/parallel_tool_calls": () => provesFirstCall(start, false),
  };
}

function completionProofs(start: Start, other: string): Readonly<Record<string, Proof>> {
  const counts = () => provesUsageChunk(start, (gateway, body) => askStream(gateway, "/v1/completions", body));
  return {
    model: () => provesModel(start, (gateway, body) => ask(gateway, "/v1/completions", body), other),
    stream: () => provesStream(start, "/v1/completions"),
    stream_options: counts,
    "stream_options.include_usage": counts,
    n: () => provesChoices(start, (gateway, body) => ask(gateway, "/v1/completions", body)),
  };
}

/** What every operation's answer or chunk has. */
interface Told {
  readonly object: string;
  readonly choices: readonly { readonly index: number }[];
  readonly usage?: { readonly prompt_tokens: number; readonly total_tokens: number };
}

type Ask = (gateway: TestGateway, body: object) => Promise<Told>;
type AskStream = (gateway: TestGateway, body: object) => Promise<readonly Told[]>;

async function post(gateway: TestGateway, path: string, body: object): Promise<Response> {
  const headers = { authorization: `Bearer ${secrets.key}`, "content-type": "application/json" };
  const question = path.endsWith("/chat/completions") ? { messages } : { prompt: "Hi there." };
  const request = JSON.stringify({ model: "test-model", ...question, ...body });
  const response = await gateway.fetch(path, { method: "POST", headers, body: request });
  expect(response.status).toBe(200);
  return response;
}

async function ask(gateway: TestGateway, path: string, body: object): Promise<Told> {
  // The watch has held it against the spec.
  const told: Told = JSON.parse(await (await post(gateway, path, body)).text());
  return told;
}

async function askStream(gateway: TestGateway, path: string, body: object): Promise<readonly Told[]> {
  const text = await (await post(gateway, path, { stream: true, ...body })).text();
  const events = text.split("\n\n").filter((event) => event.startsWith("data: {"));
  return events.map((event): Told => JSON.parse(event.slice("data: ".length)));
}

/** Of two models each asks its own. */
async function provesModel(start: Start, ask: Ask, other: string): Promise<void> {
  const gateway = await start();
  await ask(gateway, {});
  await ask(gateway, { model: "other-model" });
  const [first, second] = gateway.upstream.requests.map(({ path, body }) =>
    JSON.stringify([decodeURIComponent(path), body]),
  );
  expect(first).not.toContain(other);
  expect(second).toContain(other);
}

async function provesStream(start: Start, path: string): Promise<void> {
  const gateway = await start();
  const whole = await post(gateway, path, { stream: false });
  const streamed = await post(gateway, path, { stream: true });
  expect(whole.headers.get("content-type")).toBe("application/json");
  expect(streamed.headers.get("content-type")).toContain("text/event-stream");
  expect(await streamed.text()).toContain("data: [DONE]");
}

async function provesUsageChunk(start: Start, ask: AskStream): Promise<void> {
  const gateway = await start();
  const without = await ask(gateway, {});
  const withIt = await ask(gateway, { stream_options: { include_usage: true } });
  expect(without.some((chunk) => chunk.usage != null)).toBe(false);
  expect(withIt.at(-1)?.choices).toEqual([]);
  expect(withIt.at(-1)?.usage?.total_tokens).toBeGreaterThan(0);
}

/** Each choice is an upstream call of its own, which knows nothing of the others. */
async function provesChoices(start: Start, ask: Ask): Promise<void> {
  const gateway = await start();
  const one = await ask(gateway, {});
  const callsForOne = gateway.upstream.requests.length;
  const three = await ask(gateway, { n: 3 });
  expect(one.choices).toHaveLength(1);
  expect(three.choices.map((choice) => choice.index)).toEqual([0, 1, 2]);
  expect(callsForOne).toBe(1);
  expect(gateway.upstream.requests).toHaveLength(4);
  for (const body of sentBodies(gateway)) expect(body).not.toHaveProperty("n");
  expect(three.usage?.prompt_tokens).toBe(3 * (one.usage?.prompt_tokens ?? 0));
}

/** Samples come back bare, or as a file that says what they are. */
async function provesAudioFormat(): Promise<void> {
  const gateway = await startSpeech(`
answers:
  - media: [{ mime_type: "audio/L16;codec=pcm;rate=24000", data: AAEAAgAD }]
`);
  const dataOf = async (format: string): Promise<string> => {
    const audio = { voice: "Kore", format };
    const { body } = await gateway.chat({ messages, modalities: ["text", "audio"], audio });
    return body.choices[0]?.message.audio?.data ?? "";
  };
  expect(await dataOf("pcm16")).toBe("AAEAAgAD");
  const wav = Buffer.from(await dataOf("wav"), "base64");
  expect(wav.subarray(0, 4).toString("latin1")).toBe("RIFF");
  expect(wav.subarray(-6).toString("base64")).toBe("AAEAAgAD");
}

/** The server refuses any other ids, and each result is still that of its own call. */
async function provesShortIds(): Promise<void> {
  const gateway = await startMistral();
  const callOf = (id: string, name: string) => ({ id, type: "function", function: { name, arguments: "{}" } });
  const ids = ["call_a", "toolu_01ABC", "Ab3dEf6hI"];
  const history = [
    ...messages,
    { role: "assistant", content: null, tool_calls: ids.map((id, at) => callOf(id, `look_${at}`)) },
    ...ids.toReversed().map((tool_call_id) => ({ role: "tool", tool_call_id, content: "found" })),
  ];
  await gateway.chat({ messages: history });
  await gateway.chat({ messages: history });
  const [one, again] = sentBodies(gateway).map((body) => JSON.stringify(body).match(/"(?:id|tool_call_id)":"\w+"/g));
  const sent = (one ?? []).map((pair) => pair.replace(/.*:/, ""));
  expect(sent.slice(0, 3)).toEqual(sent.slice(3).toReversed());
  expect(new Set(sent).size).toBe(3);
  // What is short already stays, and an id is the same one in every request.
  expect(sent[2]).toBe('"Ab3dEf6hI"');
  expect(again).toEqual(one);
}

async function provesFirstCall(start: Start, isSent: boolean): Promise<void> {
  const gateway = await start(twoCalls);
  const both = await gateway.chat({ messages, tools });
  const first = await gateway.chat({ messages, tools, parallel_tool_calls: false });
  expect(both.body.choices[0]?.message.tool_calls).toHaveLength(2);
  expect(first.body.choices[0]?.message.tool_calls).toHaveLength(1);
  expect(first.body.choices[0]?.finish_reason).toBe("tool_calls");
  const streamed = await gateway.stream({ messages, tools, parallel_tool_calls: false });
  const calls = streamed.chunks.flatMap(({ choices }) => choices.flatMap(({ delta }) => delta.tool_calls ?? []));
  expect(new Set(calls.map((call) => call.index))).toEqual(new Set([0]));
  // Servers that honour it need not make the others.
  const sent = sentBodies(gateway).map((body) => JSON.stringify(body).includes('"parallel_tool_calls":false'));
  expect(sent).toEqual([false, isSent, isSent]);
}
