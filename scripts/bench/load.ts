import { readFileSync } from "node:fs";
import { join } from "node:path";
import { interleave } from "./figures.ts";
import { portkeyHeaders } from "./portkey.ts";
import { run, type Server } from "./processes.ts";
import { writeRequest } from "./requests.ts";
import { type Setting, startForwarder, startPortkey, startSpecgate } from "./setting.ts";
import { streamEvents } from "./streams.ts";

/** One of those that are measured, with the work it is given. */
export interface Contender {
  readonly name: string;
  readonly server: Server;
  readonly headers: Readonly<Record<string, string>>;
  /** The file with the request. */
  readonly body: string;
  /** Where it is sent; to chat completions unless told. */
  readonly path?: string;
  /** Whether an answer is all of it. */
  readonly isWhole?: (answer: string) => boolean;
  /** Whether the others are measured all the same where this one fails. */
  readonly mayFail?: boolean;
}

/** What one of them did in a round. */
export interface Result {
  readonly perSecond: number;
  readonly medianUs: number;
  readonly cpuUs: number;
}

/** What each did, by its name, round by round. */
export type Results = ReadonlyMap<string, readonly Result[]>;

/** What was measured, and why some were not. */
export interface Outcome {
  readonly results: Results;
  readonly failed: ReadonlyMap<string, string>;
}

const chatPath = "/v1/chat/completions";

/** What is sent to Specgate or the forwarder: the model says what becomes of it. */
export function contender(name: string, { folder }: Setting, server: Server, model: string, stream = false): Contender {
  return { name, server, headers: {}, body: writeRequest(folder, model, stream) };
}

/** The same through Portkey, which is told by headers where it goes. */
export function portkeyContender(
  name: string,
  setting: Setting,
  server: Server,
  model: string,
  stream = false,
): Contender {
  const headers = portkeyHeaders(model, setting.upstreamPort);
  return { ...contender(name, setting, server, model, stream), headers, mayFail: true };
}

/** Starts the forwarder, Specgate, and Portkey on each Node; `use` them, and they are gone. */
export async function withServers<T>(setting: Setting, use: (servers: Servers) => Promise<T>): Promise<T> {
  const started: Server[] = [];
  const keep = async (starting: Promise<Server>): Promise<Server> => {
    const server = await starting;
    started.push(server);
    return server;
  };
  try {
    const forwarder = await keep(startForwarder(setting));
    const specgate = await keep(startSpecgate(setting));
    const portkeys = new Map<string, Server>();
    for (const node of setting.tools.nodes) portkeys.set(node.version, await keep(startPortkey(setting, node)));
    return await use({ forwarder, specgate, portkeys });
  } finally {
    await Promise.all(started.map((server) => server.stop()));
  }
}

export interface Servers {
  readonly forwarder: Server;
  readonly specgate: Server;
  /** By the version of their Node. */
  readonly portkeys: ReadonlyMap<string, Server>;
}

/**
 * Lets all of them work in turn, so many connections at a time, after a look at an answer and a warm-up.
 * Fails: rejects when one answers wrongly that may not fail.
 */
export async function measure(
  { root, effort }: Setting,
  contenders: readonly Contender[],
  connections: number,
): Promise<Outcome> {
  const script = join(root, "bench/chat.lua");
  const failed = new Map<string, string>();
  const results = new Map<string, Result[]>();
  const attempt = async (one: Contender, work: () => Promise<void>): Promise<void> => {
    if (failed.has(one.name)) return;
    try {
      await work();
    } catch (error) {
      if (one.mayFail !== true) throw error;
      failed.set(one.name, error instanceof Error ? error.message : String(error));
      results.delete(one.name);
    }
  };
  for (const one of contenders) {
    await attempt(one, async () => {
      await checkAnswer(one);
      await load(one, connections, effort.warmUpSeconds, script);
      results.set(one.name, []);
    });
  }
  for (const round of interleave(contenders, effort.rounds)) {
    for (const one of round) {
      await attempt(one, async () => {
        const result = await load(one, connections, effort.seconds, script);
        results.get(one.name)?.push(result);
      });
    }
  }
  return { results, failed };
}

async function load(one: Contender, connections: number, seconds: number, script: string): Promise<Result> {
  const { requests, durationUs, medianUs, cpuUs } = await wrk(one, connections, seconds, script);
  return { perSecond: requests / (durationUs / 1e6), medianUs, cpuUs: cpuUs / requests };
}

/** What wrk said at the end: bench/chat.lua. */
interface Said {
  readonly requests: number;
  readonly durationUs: number;
  readonly errors: number;
  readonly medianUs: number;
}

/** One run of wrk, with the CPU time the server took for it. */
export async function wrk(
  { name, server, headers, body, path = chatPath }: Contender,
  connections: number,
  seconds: number,
  script: string,
): Promise<Said & { readonly cpuUs: number }> {
  const url = `http://127.0.0.1:${server.port}${path}`;
  const args = ["-t1", `-c${connections}`, `-d${seconds}s`, "--timeout", "10s", "--latency", "-s", script, url];
  const lines = Object.entries(headers).map(([header, value]) => `${header}: ${value}`);
  const before = server.cpuUs();
  const out = await run(
    { command: "wrk", args, env: { BODY: body, HEADERS: lines.join("\n") } },
    seconds * 1000 + 30_000,
  );
  const cpuUs = server.cpuUs() - before;
  const said: Said = JSON.parse(out.split("\n").find((line) => line.startsWith("{")) ?? "{}");
  if (said.errors !== 0 || said.requests === 0) throw new Error(`${name} answered with errors under load: ${out}`);
  return { ...said, cpuUs };
}

/** Who answers, and what is wrong with the others. */
export interface Answering {
  readonly able: readonly Contender[];
  readonly failed: ReadonlyMap<string, string>;
}

/** Looks at one answer of each. */
export async function answering(contenders: readonly Contender[]): Promise<Answering> {
  const failed = new Map<string, string>();
  for (const one of contenders) {
    await checkAnswer(one).catch((error: unknown) => {
      failed.set(one.name, error instanceof Error ? error.message : String(error));
    });
  }
  return { able: contenders.filter(({ name }) => !failed.has(name)), failed };
}

/** Asks for one answer and looks whether it is whole: what answers wrongly is quick at it. Fails: rejects if not. */
async function checkAnswer({ name, server, headers, body, path = chatPath, isWhole }: Contender): Promise<void> {
  const request = readFileSync(body, "utf8");
  const answer = await fetch(`http://127.0.0.1:${server.port}${path}`, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: request,
    signal: AbortSignal.timeout(20_000),
  });
  const text = await answer.text();
  const look = isWhole ?? (request.includes('"stream":true') ? isWholeStream : isWholeAnswer);
  if (answer.status !== 200 || !look(text)) throw new Error(`${name}: ${answer.status} ${text.slice(0, 300)}`);
}

const isWholeAnswer = (text: string): boolean => text.includes("Hello there");

function isWholeStream(text: string): boolean {
  const chunks = text.split("\n").filter((line) => line.startsWith("data: {")).length;
  return chunks >= streamEvents && text.includes(`chunk ${streamEvents - 1} `);
}
