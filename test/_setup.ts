import OpenAI, { type ClientOptions } from "openai";
import { onTestFinished } from "vitest";
import { listen } from "../src/cli/listen.ts";
import type { Config, Environment } from "../src/config/config.ts";
import { parseRoutes } from "../src/config/load.ts";
import { formatMistakes } from "../src/config/mistakes.ts";
import { type ServerName, startOpenAIEmulator } from "../src/emulators/openai.ts";
import type { Journal } from "../src/emulators/record.ts";
import { parseScript, type Script } from "../src/emulators/script.ts";
import { startVertexEmulator } from "../src/emulators/vertex.ts";
import type { ErrorName } from "../src/errors.ts";
import { secret, secretForms, secretIn } from "./_canary.ts";
import { captureLog, type Log } from "./_log.ts";
import { type Chunk, type Completion, createWatch, type Streamed, toStreamed } from "./_wire.ts";

/** An emulated upstream on loopback. */
export interface Upstream extends Journal {
  readonly url: string;
  readonly use: (script: Script) => void;
  readonly close: () => Promise<void>;
}

/** What only the gateway's operator may see: it stands in no answer, no log line and no metric. */
export const secrets: { readonly token: string; readonly key: string } = {
  /** What the emulator wants to see. */
  token: secret("upstream-token"),
  /** The key the clients of these tests send. */
  key: secret("sk-client-key"),
};

/** The project the upstream's messages speak of; clients never hear of it. */
export const project = "acme-project-271828";

const vertexProvider = `
providers:
  vertex:
    { type: vertex, project: ${project}, location: us-central1, base_url: "\${UPSTREAM}", auth: { bearer: "\${TOKEN}" } }
`;

const oneModel = `
models:
  test-model: { deployments: [vertex/gemini-2.5-flash], conformance: enforce }
`;

/** How a test wants its gateway. */
export interface GatewayOptions {
  /** The section `providers` of routes.yaml. `${UPSTREAM}` is the emulator's URL, `${TOKEN}` the credential it wants. */
  readonly providers?: string;
  /** The other sections. Without `models` there is one, `test-model`. */
  readonly routes?: string;
  readonly env?: Environment;
  /** What the emulator answers; without one its small model does. */
  readonly script?: string;
  /** Starts the upstream: Vertex AI unless told. */
  readonly upstream?: (script: Script) => Promise<Upstream>;
  /** Errors of status 500 and more that may happen; any other in the log fails the test. */
  readonly planned?: readonly ErrorName[];
}

/** A whole answer as it came, and as JSON. */
export interface Answered<Body = unknown> {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly body: Body;
}

/** A gateway that listens, its upstream, and clients of it that hold every answer against the spec. */
export interface TestGateway {
  readonly url: string;
  /** Where the admin API is, if it has an address of its own. */
  readonly adminUrl: string | undefined;
  readonly config: Config;
  readonly upstream: Upstream;
  readonly log: Log;
  /** OpenAI's SDK. It sends the right key and does not retry. */
  readonly client: OpenAI;
  readonly clientWith: (options: ClientOptions) => OpenAI;
  /** `path` begins with a slash. Without headers of its own a request bears the right key. */
  readonly fetch: (path: string, init?: RequestInit) => Promise<Response>;
  readonly get: (path: string, headers?: Record<string, string>) => Promise<Answered>;
  /** Posts to `/v1/chat/completions` unless told: an object as JSON, a text as it is. */
  readonly post: (body: object | string, headers?: Record<string, string>, path?: string) => Promise<Answered>;
  /** The same with `model: test-model`, for an answer that must be a chat completion. */
  readonly chat: (body: object) => Promise<Answered<Completion>>;
  /** The same, streamed and read to its end. */
  readonly stream: (body: object) => Promise<Streamed>;
  /** Stops as at a signal. Done for every gateway when its test is. */
  readonly close: () => Promise<void>;
}

/** Starts a Vertex AI emulator that wants the right token; gone when the test is. */
export async function startVertex(script: Script): Promise<Upstream> {
  const upstream = await startVertexEmulator({ script, token: secrets.token });
  onTestFinished(() => upstream.close());
  return upstream;
}

/** Starts a server that speaks OpenAI's language and wants the right token; gone when the test is. */
export async function startOpenAIServer(script: Script, personality: ServerName): Promise<Upstream> {
  // vLLM picks tools by itself only where it was started so.
  const withTools = (one: Script): Script => ({ server: ["auto_tools"], ...one });
  const upstream = await startOpenAIEmulator({ script: withTools(script), personality, token: secrets.token });
  onTestFinished(() => upstream.close());
  return { ...upstream, use: (next) => upstream.use(withTools(next)) };
}

/**
 * Starts an upstream and a gateway before it, both real servers on loopback, both gone when the test is.
 *
 * The test fails at its end, whatever it looked at, when an answer broke the spec, when an error was logged that was
 * not planned, or when a secret of any test showed up in an answer, the log or the metrics.
 */
export async function startGateway(options: GatewayOptions | string = {}): Promise<TestGateway> {
  const {
    env = {},
    script = "answers: []",
    planned = [],
    ...rest
  } = typeof options === "string" ? { routes: options } : options;
  const upstream = await (rest.upstream ?? startVertex)(parseScript(script));
  const variables = { UPSTREAM: upstream.url, TOKEN: secrets.token, KEY: secrets.key, ...env };
  const config = toConfig(toText(rest), variables);
  const log = captureLog(config.log);
  const listening = await listen(config, log.logger);
  const watch = createWatch([...secretForms, project, new URL(upstream.url).host]);
  let closing: Promise<void> | undefined;
  const close = (): Promise<void> => {
    closing ??= listening.close();
    return closing;
  };
  onTestFinished(async () => {
    const counted = closing === undefined ? await problemsInMetrics(listening.url) : [];
    await close();
    const problems = [...watch.problems, ...counted, ...log.problems(planned, secretForms)];
    if (problems.length > 0) throw new Error(problems.join("\n"));
  });
  const { adminUrl } = listening;
  return { config, upstream, log, close, adminUrl, ...createClients(listening.url, watch.fetch) };
}

/** What a gateway's metrics show that they should not. */
export async function problemsInMetrics(url: string): Promise<readonly string[]> {
  // Kept open, the connection would be waited for when the gateway closes.
  const headers = { authorization: `Bearer ${secrets.key}`, connection: "close" };
  const response = await fetch(`${url}/metrics`, { headers, signal: AbortSignal.timeout(5_000) });
  const shown = secretIn(await response.text());
  return shown === undefined ? [] : [`a secret in the metrics: ${shown}`];
}

function toText({ providers = vertexProvider, routes = "" }: GatewayOptions): string {
  return `${providers}\n${routes}\n${/^models:/m.test(routes) ? "" : oneModel}`;
}

/** The config of a routes.yaml, on any free port; unless it says so it does not wait for what still runs at the end. */
function toConfig(text: string, env: Environment): Config {
  const loaded = parseRoutes(text, { file: "/etc/specgate/routes.yaml", env });
  if (!("config" in loaded)) throw new Error(formatMistakes(loaded.mistakes, "routes.yaml"));
  const { config } = loaded;
  const drainMs = /\bdrain:/.test(text) ? config.server.drainMs : 100;
  return { ...config, server: { ...config.server, port: 0, drainMs } };
}

type Fetch = typeof globalThis.fetch;
type Clients = Omit<TestGateway, "adminUrl" | "config" | "upstream" | "log" | "close">;

function createClients(url: string, watched: Fetch): Clients {
  const bearer = { authorization: `Bearer ${secrets.key}` };
  const clientWith = (options: ClientOptions): OpenAI =>
    new OpenAI({ baseURL: `${url}/v1`, apiKey: secrets.key, maxRetries: 0, fetch: watched, ...options });
  const fetch = (path: string, init: RequestInit = {}): Promise<Response> =>
    watched(`${url}${path}`, { headers: bearer, ...init });
  const get: TestGateway["get"] = async (path, headers = bearer) => toAnswered(await fetch(path, { headers }));
  const post: TestGateway["post"] = async (body, headers = bearer, path = "/v1/chat/completions") => {
    const text = typeof body === "string" ? body : JSON.stringify(body);
    const init = { method: "POST", headers: { "content-type": "application/json", ...headers }, body: text };
    return toAnswered(await fetch(path, init));
  };
  return {
    url,
    client: clientWith({}),
    clientWith,
    fetch,
    get,
    post,
    async chat(request) {
      const answered = await post({ model: "test-model", ...request });
      // The watch has held it against the spec.
      const body: Completion = JSON.parse(answered.text);
      if (answered.status !== 200) throw new Error(`${answered.status}: ${answered.text}`);
      return { ...answered, body };
    },
    async stream(request) {
      return toStreamed(await post({ model: "test-model", stream: true, ...request }));
    },
  };
}

async function toAnswered(response: Response): Promise<Answered> {
  const { status, headers } = response;
  const text = await response.text();
  const isJson = headers.get("content-type") === "application/json" && text !== "";
  const body: unknown = isJson ? JSON.parse(text) : undefined;
  return { status, headers, text, body };
}

/** A user's text, the shortest conversation there is. */
export const says = (content: string): { messages: { role: "user"; content: string }[] } => ({
  messages: [{ role: "user", content }],
});

export { collect, failureOf } from "./_promises.ts";
export type { Chunk, Completion };
