import { bestOf, compare } from "../compare.ts";
import { type Contender, contender, measure, portkeyContender, type Servers, withServers } from "../load.ts";
import type { Measured } from "../rows.ts";
import type { Setting } from "../setting.ts";

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

/** Streams per second at 32 connections and at one. */
export function measureStreams(setting: Setting): Promise<readonly Measured[]> {
  return withServers(setting, async (servers) => {
    const own = [contender("specgate", setting, servers.specgate, "gemini-2.5-flash", true)];
    const portkeys = portkeysOf(setting, servers, "gemini-2.5-flash", true);
    const measured: Measured[] = [];
    for (const [row, connections] of [
      ["stream32", 32],
      ["stream1", 1],
    ] as const) {
      const { results, failed } = await measure(setting, [...own, ...portkeys], connections);
      const best = bestOf(results, namesOf(portkeys));
      const note = noteOn(best, portkeys, failed);
      measured.push({ ...compare(row, results, ["specgate", best], "perSecond"), note });
    }
    return measured;
  });
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
