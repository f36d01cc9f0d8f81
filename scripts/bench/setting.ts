import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { freePorts, type Server, startServer } from "./processes.ts";
import type { Node, Tools } from "./tools.ts";
import { writeUpstream } from "./upstream.ts";

/** How long and how often things are measured. */
export interface Effort {
  readonly rounds: number;
  readonly seconds: number;
  readonly warmUpSeconds: number;
  /** For the memory rows. */
  readonly requests: number;
  readonly idleStreams: number;
}

/** Where everything is, for the measurements. */
export interface Setting {
  readonly root: string;
  /** For files of this run. */
  readonly folder: string;
  readonly tools: Tools;
  readonly effort: Effort;
  /** The compiled command. */
  readonly built: string;
  /** Where the upstreams listen: fixed answers, and streams with a pace. */
  readonly upstreamPort: number;
  readonly pacedPort: number;
  /** A routes.yaml that leads to them. */
  readonly routes: string;
  /** The same, with Claude and Bedrock. */
  readonly streamRoutes: string;
}

/** The keys that calls to Bedrock are signed with, and where. Whoever hears them here asks for nothing. */
export const awsEnvironment = {
  AWS_ACCESS_KEY_ID: "AKIDEXAMPLE",
  AWS_SECRET_ACCESS_KEY: "secret-of-the-bench",
} as const;
export const awsRegion = "us-east-1";

/** Models of the streams that are measured, as their upstreams call them: clients name them so too. */
export const streamModels = {
  gemini: "gemini-2.5-flash",
  claude: "claude-sonnet-4-5-20250929",
  invoked: "anthropic.claude-sonnet-4-5-20250929-v1:0",
  conversed: "amazon.nova-pro-v1:0",
} as const;

/** Starts the upstreams, which stay for all measurements. */
export async function setUp(about: Pick<Setting, "root" | "folder" | "tools" | "effort" | "built">): Promise<Setting> {
  const { root, folder } = about;
  mkdirSync(folder, { recursive: true });
  const [upstreamPort = 0, pacedPort = 0, idlePort = 0] = await freePorts(3);
  const configuration = writeUpstream(folder, upstreamPort, idlePort);
  const paced = (port: number, intervalMs: number) => ({
    command: process.execPath,
    args: [join(root, "bench/paced-upstream.mjs"), String(port), String(intervalMs)],
  });
  await Promise.all([
    startServer(folder, "nginx", upstreamPort, {
      command: "nginx",
      args: ["-e", "stderr", "-p", folder, "-c", configuration],
    }),
    startServer(folder, "paced", pacedPort, paced(pacedPort, 20)),
    startServer(folder, "idle", idlePort, paced(idlePort, 3_600_000)),
  ]);
  const routes = join(folder, "routes.yaml");
  writeFileSync(routes, routesFor(upstreamPort, pacedPort));
  const streamRoutes = join(folder, "stream-routes.yaml");
  writeFileSync(streamRoutes, streamRoutesFor(upstreamPort));
  return { ...about, upstreamPort, pacedPort, routes, streamRoutes };
}

/** Defaults throughout: validation, ids, metrics and usage are on by themselves; the log goes where output goes. */
function routesFor(upstreamPort: number, pacedPort: number): string {
  const fixed = `http://127.0.0.1:${upstreamPort}`;
  const paced = `http://127.0.0.1:${pacedPort}`;
  const vertex = (url: string) =>
    `{ type: vertex, project: demo, location: us-central1, base_url: "${url}", auth: none }`;
  const openai = (url: string) => `{ type: openai, server: openai, base_url: "${url}/v1" }`;
  return `log: { format: json }
providers:
  vertex: ${vertex(fixed)}
  idle: ${vertex(`${fixed}/idle`)}
  paced-vertex: ${vertex(paced)}
  openai: ${openai(fixed)}
  paced-openai: ${openai(paced)}
models:
  gemini-2.5-flash: vertex/gemini-2.5-flash
  idle: idle/gemini-2.5-flash
  paced-gemini: paced-vertex/gemini-2.5-flash
  gpt-4o: openai/gpt-4o
  paced-gpt-4o: paced-openai/gpt-4o
`;
}

function streamRoutesFor(upstreamPort: number): string {
  const fixed = `http://127.0.0.1:${upstreamPort}`;
  const { gemini, claude, invoked, conversed } = streamModels;
  return `log: { format: json }
providers:
  vertex: { type: vertex, project: demo, location: us-central1, base_url: "${fixed}", auth: none }
  anthropic: { type: anthropic, base_url: "${fixed}", auth: { api_key: demo } }
  bedrock: { type: bedrock, region: ${awsRegion}, base_url: "${fixed}", auth: aws }
models:
  ${gemini}: vertex/${gemini}
  ${claude}: anthropic/${claude}
  "${invoked}": "bedrock/${invoked}"
  "${conversed}": "bedrock/${conversed}"
`;
}

/** How a server is started. */
interface Start {
  /** Node's own words before the program, as `--expose-gc`. */
  readonly options?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/** Starts the bare forwarder. */
export async function startForwarder(setting: Setting, { options = [], env = {} }: Start = {}): Promise<Server> {
  const [port = 0] = await freePorts(1);
  const program = join(setting.root, "bench/forwarder.mjs");
  const args = [...options, program, String(port), String(setting.upstreamPort)];
  return startServer(setting.folder, `forwarder-${port}`, port, { command: process.execPath, args, env });
}

/** Starts the compiled gateway as it is installed: default settings, JSON log in a file. */
export async function startSpecgate(setting: Setting, { options = [], env = {} }: Start = {}): Promise<Server> {
  const [port = 0] = await freePorts(1);
  const args = [...options, setting.built, "serve", "--config", setting.routes, "--port", String(port)];
  const own = { ...awsEnvironment, ...env };
  return startServer(setting.folder, `specgate-${port}`, port, { command: process.execPath, args, env: own });
}

/** Starts Portkey's gateway without its web page, as its image does. */
export async function startPortkey({ folder, tools }: Setting, node: Node): Promise<Server> {
  const [port = 0] = await freePorts(1);
  const args = [tools.portkey.file, "--headless", `--port=${port}`];
  const env = { NODE_ENV: "production" };
  return startServer(folder, `portkey-${port}`, port, { command: node.file, args, env });
}
