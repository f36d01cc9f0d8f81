import { Counter, type Registry } from "prom-client";
import type { MediaTokens, Usage } from "../usage/usage.ts";
import { Distribution, toHistogram, toLabels } from "./histogram.ts";

/** By what requests are told apart. */
export interface RequestLabels {
  readonly operation: string;
  readonly provider: string;
  readonly model: string;
  readonly status: string;
}

/** What is measured of one request. */
export interface Measured {
  readonly stream: boolean;
  readonly durationMs: number;
  /** From the request's arrival to the first byte of the answer's body; undefined where none has left. */
  readonly firstByteMs: number | undefined;
  /** Upstream calls, over all choices. */
  readonly attempts: number;
  readonly usage: Usage | undefined;
  /** Whole nanodollars; absent where no price is known. */
  readonly costNanoUsd?: number | undefined;
}

/** Keeps what is measured of requests. */
export interface Requests {
  readonly add: (labels: RequestLabels, measured: Measured) => void;
  /** The histograms, in Prometheus' text format. The counters are in the registry. */
  readonly histograms: () => string;
}

/** Seconds. A refusal takes milliseconds, a long answer minutes. */
const durationBounds = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 30, 60, 120, 300, 600];
const firstByteBounds = [0.05, 0.1, 0.25, 0.5, 0.75, 1, 2, 3, 5, 10, 20, 30, 60, 120];

/** The buckets of a usage as the label `type` names them; the buckets are disjoint, so the types are too. */
const tokenTypes = [
  "input",
  "cache_read",
  "cache_write_5m",
  "cache_write_1h",
  "tool_prompt",
  "output",
  "reasoning",
  "audio_input",
  "image_input",
  "audio_cache_read",
  "image_cache_read",
  "audio_output",
  "image_output",
] as const;
type TokenType = (typeof tokenTypes)[number];

/** Those that every upstream has. Without any tokens the others are not shown. */
const common: ReadonlySet<TokenType> = new Set(["input", "cache_read", "output", "reasoning"]);

/** Requests that share all labels. */
interface Series {
  readonly labels: RequestLabels;
  requests: number;
  attempts: number;
  readonly tokens: Record<TokenType, number>;
  /** Whole nanodollars of the requests that have a price. */
  costNanoUsd: number;
  readonly duration: Distribution;
  readonly firstByte: { readonly whole: Distribution; readonly streamed: Distribution };
}

/**
 * Registers the counters of requests. They are kept here and handed over when somebody reads them: prom-client makes a
 * text of the labels for every increment.
 */
export function measureRequests(register: Registry): Requests {
  const known = new Map<string, Series>();
  registerCounters(register, known);
  return {
    add(labels, { stream, durationMs, firstByteMs, attempts, usage, costNanoUsd = 0 }) {
      const series = seriesOf(labels, known);
      series.requests++;
      series.attempts += attempts;
      series.costNanoUsd += costNanoUsd;
      series.duration.observe(durationMs / 1000);
      if (firstByteMs !== undefined) series.firstByte[stream ? "streamed" : "whole"].observe(firstByteMs / 1000);
      if (usage !== undefined) addTokens(series.tokens, usage);
    },
    histograms: () => toHistograms([...known.values()]),
  };
}

function seriesOf(labels: RequestLabels, known: Map<string, Series>): Series {
  const key = `${labels.operation} ${labels.status} ${labels.provider} ${labels.model}`;
  const made = known.get(key);
  if (made !== undefined) return made;
  const series: Series = {
    labels,
    requests: 0,
    attempts: 0,
    tokens: noTokens(),
    costNanoUsd: 0,
    duration: new Distribution(durationBounds),
    firstByte: { whole: new Distribution(firstByteBounds), streamed: new Distribution(firstByteBounds) },
  };
  known.set(key, series);
  return series;
}

function noTokens(): Series["tokens"] {
  return {
    input: 0,
    cache_read: 0,
    cache_write_5m: 0,
    cache_write_1h: 0,
    tool_prompt: 0,
    output: 0,
    reasoning: 0,
    audio_input: 0,
    image_input: 0,
    audio_cache_read: 0,
    image_cache_read: 0,
    audio_output: 0,
    image_output: 0,
  };
}

function addTokens(tokens: Series["tokens"], usage: Usage): void {
  add(tokens, "input", usage.uncachedInput);
  add(tokens, "cache_read", usage.cacheRead);
  add(tokens, "output", usage.output);
  add(tokens, "reasoning", usage.reasoning);
  if (usage.toolPrompt !== undefined) add(tokens, "tool_prompt", usage.toolPrompt);
  if (usage.cacheWrite !== undefined) {
    add(tokens, "cache_write_5m", usage.cacheWrite.fiveMinutes);
    add(tokens, "cache_write_1h", usage.cacheWrite.oneHour);
  }
  if (usage.media !== undefined) addMedia(tokens, usage.media);
}

function addMedia(tokens: Series["tokens"], media: MediaTokens): void {
  add(tokens, "audio_input", media.audioInput);
  add(tokens, "image_input", media.imageInput);
  add(tokens, "audio_cache_read", media.audioCacheRead);
  add(tokens, "image_cache_read", media.imageCacheRead);
  add(tokens, "audio_output", media.audioOutput);
  add(tokens, "image_output", media.imageOutput);
}

/** An upstream's word: what is no count must not spoil the sum. */
function add(tokens: Series["tokens"], type: TokenType, count: number): void {
  if (Number.isSafeInteger(count) && count > 0) tokens[type] += count;
}

const nanoPerUsd = 1_000_000_000;

const labelNames = ["operation", "provider", "model", "status"] as const;

function registerCounters(register: Registry, known: ReadonlyMap<string, Series>): void {
  const registers = [register];
  // What never reached an upstream has neither calls nor tokens to speak of.
  const asked = (): readonly Series[] => [...known.values()].filter(({ attempts }) => attempts > 0);
  new Counter({
    name: "specgate_requests_total",
    help: "Requests that are over.",
    labelNames,
    registers,
    collect() {
      this.reset();
      for (const { labels, requests } of known.values()) this.inc({ ...labels }, requests);
    },
  });
  new Counter({
    name: "specgate_upstream_attempts_total",
    help: "Upstream calls made for requests.",
    labelNames,
    registers,
    collect() {
      this.reset();
      for (const { labels, attempts } of asked()) this.inc({ ...labels }, attempts);
    },
  });
  new Counter({
    name: "specgate_tokens_total",
    help: "Tokens by type. The types are disjoint: their sum is what the upstream counted.",
    labelNames: [...labelNames, "type"],
    registers,
    collect() {
      this.reset();
      for (const { labels, tokens } of asked()) {
        for (const type of tokenTypes) {
          if (tokens[type] > 0 || common.has(type)) this.inc({ ...labels, type }, tokens[type]);
        }
      }
    },
  });
  new Counter({
    name: "specgate_cost_usd_total",
    help: "US dollars, by the prices of routes.yaml or of Specgate's own list. Requests without a price are not in it.",
    labelNames,
    registers,
    collect() {
      this.reset();
      for (const { labels, costNanoUsd } of asked()) {
        if (costNanoUsd > 0) this.inc({ ...labels }, costNanoUsd / nanoPerUsd);
      }
    },
  });
}

function toHistograms(series: readonly Series[]): string {
  const duration = "specgate_request_duration_seconds";
  const firstByte = "specgate_time_to_first_byte_seconds";
  return [
    toHistogram(
      duration,
      "From a request's arrival to the end of its answer.",
      series.flatMap((one) => one.duration.toLines(duration, toLabels({ ...one.labels }))),
    ),
    toHistogram(
      firstByte,
      "From a request's arrival to the first byte of its answer's body.",
      series.flatMap(({ labels, firstByte: { whole, streamed } }) => [
        ...whole.toLines(firstByte, toLabels({ ...labels, stream: "false" })),
        ...streamed.toLines(firstByte, toLabels({ ...labels, stream: "true" })),
      ]),
    ),
  ].join("\n");
}
