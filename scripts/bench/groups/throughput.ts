import { bestOf, compare } from "../compare.ts";
import { answering, type Contender, contender, measure, portkeyContender, type Servers, withServers } from "../load.ts";
import type { Measured, RowName } from "../rows.ts";
import { type Setting, streamModels } from "../setting.ts";
import { streams } from "../streams.ts";

/** Requests per second at 32 connections, beside the bare forwarder and beside Portkey on its better Node. */
export function measureUnary(setting: Setting): Promise<readonly Measured[]> {
  return withServers(setting, async (servers) => {
    const { forwarder, specgate } = servers;
    const own = [
      contender("limit", setting, forwarder, "gpt-4o"),
      contender("passed through", setting, specgate, "gpt-4o"),
      contender("gemini", setting, specgate, "gemini-2.5-flash"),
    ];
    const passing = portkeysOf(setting, servers, "gpt-4o", false);
    const translating = portkeysOf(setting, servers, "gemini-2.5-flash", false);
    const { results, failed } = await measure(setting, [...own, ...passing, ...translating], 32);
    const [bestPassing, bestTranslating] = [bestOf(results, namesOf(passing)), bestOf(results, namesOf(translating))];
    return [
      compare("passThrough", results, ["passed through", "limit"], "perSecond"),
      compare("gemini", results, ["gemini", "limit"], "perSecond"),
      {
        ...compare("passThroughPortkey", results, ["passed through", bestPassing], "perSecond"),
        note: noteOn(bestPassing, passing, failed),
      },
      {
        ...compare("geminiPortkey", results, ["gemini", bestTranslating], "perSecond"),
        note: noteOn(bestTranslating, translating, failed),
      },
    ];
  });
}

/** The rows of each kind of stream, and where its upstream is called for it. */
const streamed = {
  gemini: { rows: ["stream32", "stream1"], path: "/v1beta1/models/m:streamGenerateContent" },
  claude: { rows: ["claude32", "claude1"], path: "/v1/messages" },
  invoked: { rows: ["invoked32", "invoked1"], path: "/model/m/invoke-with-response-stream" },
  conversed: { rows: ["conversed32", "conversed1"], path: "/model/m/converse-stream" },
} as const;

/** Streams per second at 32 connections and at one. */
export function measureStreams(setting: Setting): Promise<readonly Measured[]> {
  return withServers({ ...setting, routes: setting.streamRoutes }, async (servers) => {
    const measured: Measured[] = [];
    for (const kind of ["gemini", "claude", "invoked", "conversed"] as const) {
      const [at32, at1] = streamed[kind].rows;
      measured.push(await measureStream(setting, servers, kind, at32, 32));
      measured.push(await measureStream(setting, servers, kind, at1, 1));
    }
    return measured;
  });
}

/** Beside Portkey; where it does not answer on any Node, beside the limit with the same bytes. */
async function measureStream(
  setting: Setting,
  servers: Servers,
  kind: keyof typeof streamed,
  row: RowName,
  connections: number,
): Promise<Measured> {
  const model = streamModels[kind];
  const own = contender("specgate", setting, servers.specgate, model, true);
  const portkeys = portkeysOf(setting, servers, model, true);
  const { able, failed } = await answering(portkeys);
  if (able.length > 0) {
    const { results, failed } = await measure(setting, [own, ...portkeys], connections);
    const best = bestOf(results, namesOf(portkeys));
    return { ...compare(row, results, ["specgate", best], "perSecond"), note: noteOn(best, portkeys, failed) };
  }
  const { path } = streamed[kind];
  const isWhole = (answer: string) => Buffer.byteLength(answer) >= streams[kind].bytes.length;
  const limit = { ...contender("limit", setting, servers.forwarder, model, true), path, isWhole };
  const { results } = await measure(setting, [own, limit], connections);
  const note = `the limit passes the upstream's bytes on; ${[...failed.values()].join("; ")}`;
  return { ...compare(row, results, ["specgate", "limit"], "perSecond"), beside: "the limit", note };
}

/** Median latency at one connection, beside the bare forwarder. */
export function measureLatency(setting: Setting): Promise<readonly Measured[]> {
  return withServers(setting, async ({ forwarder, specgate }) => {
    const contenders = [
      contender("limit", setting, forwarder, "gpt-4o"),
      contender("passed through", setting, specgate, "gpt-4o"),
      contender("gemini", setting, specgate, "gemini-2.5-flash"),
    ];
    const { results } = await measure(setting, contenders, 1);
    return [
      compare("latencyPassThrough", results, ["passed through", "limit"], "medianUs"),
      compare("latencyGemini", results, ["gemini", "limit"], "medianUs"),
    ];
  });
}

function portkeysOf(setting: Setting, { portkeys }: Servers, model: string, stream: boolean): readonly Contender[] {
  return [...portkeys].map(([version, server]) =>
    portkeyContender(`Portkey on Node ${version} (${model})`, setting, server, model, stream),
  );
}

function namesOf(contenders: readonly Contender[]): readonly string[] {
  return contenders.map(({ name }) => name);
}

/** Which one counted, and what was wrong with the others. */
function noteOn(best: string, all: readonly Contender[], failed: ReadonlyMap<string, string>): string {
  const wrong = namesOf(all).flatMap((name) => (failed.has(name) ? [`${name} failed: ${failed.get(name)}`] : []));
  return [`${best} counts`, ...wrong].join("; ");
}
