import type { Config } from "../../src/config/config.ts";
import type { GaugeDeps } from "../../src/metrics/gauges.ts";
import { createMetrics, type Metrics, type RequestOutcome } from "../../src/metrics/metrics.ts";
import { parseMetrics, type Sample } from "../_metrics.ts";
import { configOf } from "../config/_load.ts";

/** Two providers at one place, one at Google's, and every way to name a model. */
export const config: Config = configOf(`
providers:
  corp: { type: vertex, project: p, location: us-central1, base_url: "https://corp.example/vertex", auth: none }
  lab: { type: vertex, project: p, location: us-central1, base_url: "https://corp.example/lab", auth: none }
  google: { type: vertex, project: p, location: europe-west4, auth: none }
models:
  fast: corp/gemini-2.5-flash
  "say \\"hi\\"\\\\n": lab/gemini-2.5-flash
  "g/*": google/*
  "g/pro-*": google/gemini-2.5-pro
aliases: { gpt-4o: fast, gpt-5: g/pro-7 }
`);

/** Metrics of {@link config}. */
export function metricsWith(deps: Partial<GaugeDeps> = {}): Metrics {
  return createMetrics(config, { version: "1.2.3", inFlight: () => 0, pools: () => [], ...deps });
}

/** A chat request that went well. */
export const fine: RequestOutcome = {
  operation: "chat",
  model: "fast",
  provider: "corp",
  status: 200,
  stream: false,
  errorName: undefined,
  durationMs: 1500,
  firstByteMs: 1400,
  attempts: 1,
  usage: undefined,
  changes: [],
};

/** What is read of metrics; without those of the process. */
export async function samplesOf(metrics: Metrics): Promise<readonly Sample[]> {
  const { text } = await metrics.scrape();
  return parseMetrics(text).filter(({ name }) => name.startsWith("specgate_"));
}
