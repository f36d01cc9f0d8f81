import { readFile } from "node:fs/promises";
import { type CommandDef, defineCommand } from "citty";
import { suggest } from "../config/suggest.ts";
import { startAnthropicEmulator } from "../emulators/anthropic.ts";
import { startAzureEmulator } from "../emulators/azure.ts";
import { startBedrockEmulator } from "../emulators/bedrock.ts";
import { startGeminiEmulator } from "../emulators/gemini.ts";
import { type ServerName, startOpenAIEmulator } from "../emulators/openai.ts";
import type { Journal } from "../emulators/record.ts";
import { parseScript, type Script, ScriptError } from "../emulators/script.ts";
import type { ListenOptions } from "../emulators/serve.ts";
import { startVertexEmulator } from "../emulators/vertex.ts";
import type { Output } from "./check.ts";

interface Mock extends Journal {
  readonly url: string;
  close(): Promise<void>;
}

/** A provider that can be emulated. */
interface Mockable {
  start(options: ListenOptions & { readonly script: Script }): Promise<Mock>;
  /** The entry under `providers:` that points at it. */
  entry(url: string): string;
}

const servers = [
  ...(["openai", "openrouter", "deepseek", "groq", "mistral", "xai"] as const),
  ...(["vllm", "ollama", "lmstudio", "llamacpp"] as const),
];

/** A server that speaks OpenAI's language; `server` in its entry says which one it is. */
const openaiServer = (name: ServerName): [string, Mockable] => [
  name,
  {
    start: (options) => startOpenAIEmulator({ ...options, personality: name }),
    entry: (url) => `${name}: { type: openai, base_url: "${url}/v1", server: ${name} }`,
  },
];

const mockables: ReadonlyMap<string, Mockable> = new Map([
  [
    "vertex",
    {
      start: (options) => startVertexEmulator({ ...options, auth: "none" }),
      entry: (url) => `vertex: { type: vertex, project: demo, location: us-central1, base_url: "${url}", auth: none }`,
    },
  ],
  [
    "gemini",
    {
      start: (options) => startGeminiEmulator({ ...options, auth: "none" }),
      entry: (url) => `gemini: { type: gemini, base_url: "${url}" }`,
    },
  ],
  [
    "anthropic",
    {
      start: (options) => startAnthropicEmulator({ ...options, auth: "none" }),
      entry: (url) => `anthropic: { type: anthropic, base_url: "${url}" }`,
    },
  ],
  [
    "azure",
    {
      start: (options) => startAzureEmulator(options),
      entry: (url) => `azure: { type: azure, base_url: "${url}" }`,
    },
  ],
  [
    "bedrock",
    {
      start: (options) => startBedrockEmulator({ ...options, auth: "none" }),
      entry: (url) => `bedrock: { type: bedrock, region: us-east-1, base_url: "${url}", auth: none }`,
    },
  ],
  ...servers.map(openaiServer),
]);

const args = {
  provider: {
    type: "positional",
    description:
      "Which upstream to play: vertex, gemini, anthropic, azure, bedrock, openai, openrouter, deepseek, groq, mistral, xai, vllm, ollama, lmstudio or llamacpp.",
    required: false,
  },
  port: { type: "string", description: "Port to listen on; any free one by default.", default: "0" },
  host: { type: "string", description: "Address to listen on.", default: "127.0.0.1" },
  script: { type: "string", description: "Answers and faults, in YAML or JSON; see docs/mock.md." },
} as const;

const usage = "usage: specgate mock PROVIDER [--port N] [--host H] [--script FILE]";

/**
 * `specgate mock PROVIDER`: an offline upstream from the same specs, with faults on demand. It serves until a signal.
 *
 * Exit code: 0 stopped by a signal; 1 the script is wrong or the port is taken; 2 wrong usage.
 */
export function createMockCommand(out: Output = process.stdout): CommandDef<typeof args> {
  return defineCommand({
    meta: { name: "mock", description: "Play an upstream offline, with faults on demand." },
    args,
    run: async ({ args: given }) => {
      const mockable = mockables.get(given.provider ?? "");
      const wrong = mockable === undefined ? wrongProvider(given.provider) : wrongUsage(given);
      if (mockable === undefined || wrong !== undefined) return end(out, 2, `${wrong}\n${usage}`);
      const script = await readScript(given.script);
      if (typeof script === "string") return end(out, 1, script);
      const mock = await tryStart(mockable, { port: Number(given.port), host: given.host, script });
      if (typeof mock === "string") return end(out, 1, mock);
      out.write(
        `${given.provider} emulator on ${mock.url} ; in routes.yaml under providers: ${mockable.entry(mock.url)}\n`,
      );
      await untilSignal();
      await mock.close();
    },
  });
}

function end(out: Output, code: number, text: string): void {
  out.write(`${text}\n`);
  process.exitCode = code;
}

function wrongProvider(name: string | undefined): string {
  if (name === undefined || name === "") return "no provider named";
  const near = suggest(name, mockables.keys());
  const known = `it plays ${[...mockables.keys()].join(", ")}`;
  return `no emulator called ${name}: ${near === undefined ? known : `did you mean ${near}?`}`;
}

function wrongUsage(given: Readonly<Record<string, unknown>> & { readonly _: readonly string[] }): string | undefined {
  const unknown = Object.keys(given).find((name) => name !== "_" && !Object.hasOwn(args, name));
  if (unknown !== undefined) {
    const near = suggest(unknown, Object.keys(args));
    return `unknown option --${unknown}${near === undefined ? "" : `: did you mean --${near}?`}`;
  }
  if (given._.length > 1) return "one provider at a time";
  const port = Number(given["port"]);
  return Number.isInteger(port) && port >= 0 && port < 65_536 ? undefined : "--port takes a number from 0 to 65535";
}

/** The script, or what is wrong with it. */
async function readScript(file: string | undefined): Promise<Script | string> {
  if (file === undefined) return { answers: [] };
  try {
    return parseScript(await readFile(file, "utf8"), file);
  } catch (error) {
    if (error instanceof ScriptError) return error.message;
    return `${file} cannot be read: ${messageOf(error)}`;
  }
}

async function tryStart(
  mockable: Mockable,
  options: ListenOptions & { readonly script: Script },
): Promise<Mock | string> {
  try {
    return await mockable.start(options);
  } catch (error) {
    return `cannot listen on ${options.host}:${options.port}: ${messageOf(error)}`;
  }
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

function untilSignal(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => resolve());
  });
}
