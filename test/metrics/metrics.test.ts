import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { describe, expect, test } from "vitest";
import { chatRequestShape } from "../../generated/fields/openai.ts";
import { loadDialects } from "../../src/dialects/index.ts";
import type { RequestOutcome } from "../../src/metrics/metrics.ts";
import { toField } from "../../src/metrics/places.ts";
import fc from "../_fc.ts";
import { rowsOf } from "../_markdown.ts";
import { parseMetrics, valueAt } from "../_metrics.ts";
import { root } from "../_repository.ts";
import { newFolder, runModule } from "../_specgate.ts";
import { fine, metricsWith, samplesOf } from "./_metrics.ts";

await loadDialects();

const at = { operation: "chat", provider: "corp", model: "fast" };

describe("a request", () => {
  test("is counted with its duration and its first byte, by operation, provider, model and status", async () => {
    const metrics = metricsWith();
    metrics.request(fine);
    metrics.request({ ...fine, stream: true, durationMs: 30_000, firstByteMs: 240 });
    const samples = await samplesOf(metrics);
    const labels = { ...at, status: "200" };
    expect(valueAt(samples, "specgate_requests_total", labels)).toBe(2);
    const duration = "specgate_request_duration_seconds";
    expect(valueAt(samples, `${duration}_count`, labels)).toBe(2);
    expect(valueAt(samples, `${duration}_sum`, labels)).toBe(31.5);
    expect(valueAt(samples, `${duration}_bucket`, { ...labels, le: "2.5" })).toBe(1);
    expect(valueAt(samples, `${duration}_bucket`, { ...labels, le: "30" })).toBe(2);
    const firstByte = "specgate_time_to_first_byte_seconds";
    expect(valueAt(samples, `${firstByte}_sum`, { ...labels, stream: "false" })).toBe(1.4);
    expect(valueAt(samples, `${firstByte}_sum`, { ...labels, stream: "true" })).toBe(0.24);
  });

  test("adds its tokens by type, the types being disjoint", async () => {
    const metrics = metricsWith();
    const usage = { uncachedInput: 10, cacheRead: 20, output: 3, reasoning: 4 };
    metrics.request({ ...fine, usage });
    metrics.request({ ...fine, usage: { ...usage, output: 1 } });
    metrics.request({ ...fine, usage: { uncachedInput: -5, cacheRead: Number.NaN, output: Infinity, reasoning: 0.5 } });
    const samples = await samplesOf(metrics);
    const count = (type: string) => valueAt(samples, "specgate_tokens_total", { ...at, status: "200", type });
    expect(["input", "cache_read", "output", "reasoning"].map(count)).toEqual([20, 40, 4, 8]);
  });

  test("adds what went into a cache, for upstreams that say so", async () => {
    const metrics = metricsWith();
    const usage = { uncachedInput: 10, cacheRead: 0, output: 3, reasoning: 0 };
    metrics.request({ ...fine, usage });
    const counts = async () => {
      const samples = await samplesOf(metrics);
      return ["cache_write_5m", "cache_write_1h"].map((type) =>
        valueAt(samples, "specgate_tokens_total", { ...at, status: "200", type }),
      );
    };
    expect(await counts()).toEqual([undefined, undefined]);
    metrics.request({ ...fine, usage: { ...usage, cacheWrite: { fiveMinutes: 4, oneHour: 5 } } });
    expect(await counts()).toEqual([4, 5]);
  });

  test("adds results of tools, sound and pictures, for upstreams that tell them apart", async () => {
    const metrics = metricsWith();
    const media = {
      audioInput: 1,
      imageInput: 2,
      audioCacheRead: 3,
      imageCacheRead: 4,
      audioOutput: 5,
      imageOutput: 6,
    };
    const usage = { uncachedInput: 10, cacheRead: 0, output: 3, reasoning: 0, toolPrompt: 7, media };
    metrics.request({ ...fine, usage });
    metrics.request({ ...fine, usage });
    const tokens = (await samplesOf(metrics)).filter(({ name }) => name === "specgate_tokens_total");
    expect(Object.fromEntries(tokens.map(({ labels, value }) => [labels["type"], value]))).toEqual({
      input: 20,
      cache_read: 0,
      tool_prompt: 14,
      output: 6,
      reasoning: 0,
      audio_input: 2,
      image_input: 4,
      audio_cache_read: 6,
      image_cache_read: 8,
      audio_output: 10,
      image_output: 12,
    });
  });

  test("adds its dollars, where there are any", async () => {
    const metrics = metricsWith();
    metrics.request(fine);
    metrics.request({ ...fine, costNanoUsd: 0 });
    const dollars = async () => valueAt(await samplesOf(metrics), "specgate_cost_usd_total", { ...at, status: "200" });
    expect(await dollars()).toBeUndefined();
    metrics.request({ ...fine, costNanoUsd: 1_500_000_001 });
    metrics.request({ ...fine, costNanoUsd: 2 });
    expect(await dollars()).toBe(1.500000003);
  });

  test("counts upstream calls whose tokens do not add up", async () => {
    const metrics = metricsWith();
    const where = { operation: "chat", model: "gpt-4o", provider: "corp" } as const;
    metrics.mismatch({ ...where, kind: "parts_above_total" });
    metrics.mismatch({ ...where, kind: "parts_above_total" });
    const labels = { ...at, kind: "parts_above_total" };
    expect(valueAt(await samplesOf(metrics), "specgate_usage_mismatch_total", labels)).toBe(2);
  });

  test("that was refused before an upstream was asked has neither calls nor tokens nor a first byte", async () => {
    const metrics = metricsWith();
    const nowhere = { provider: undefined, attempts: 0, firstByteMs: undefined } as const;
    metrics.request({ ...fine, ...nowhere, status: 400, errorName: "invalid_value" });
    const samples = await samplesOf(metrics);
    const where = { ...at, provider: "other" };
    expect(valueAt(samples, "specgate_requests_total", { ...where, status: "400" })).toBe(1);
    expect(valueAt(samples, "specgate_request_errors_total", { ...where, code: "invalid_value" })).toBe(1);
    expect(samples.filter(({ name }) => /tokens|attempts|first_byte/.test(name))).toEqual([]);
  });

  test("adds the upstream calls it took", async () => {
    const metrics = metricsWith();
    metrics.request({ ...fine, attempts: 3 });
    metrics.request(fine);
    expect(valueAt(await samplesOf(metrics), "specgate_upstream_attempts_total", { ...at, status: "200" })).toBe(4);
  });

  test("costs nothing when a measurement is no number", async () => {
    const metrics = metricsWith();
    metrics.request({ ...fine, durationMs: Number.NaN, firstByteMs: Infinity, status: Number.NaN });
    const samples = await samplesOf(metrics);
    expect(valueAt(samples, "specgate_requests_total", { ...at, status: "other" })).toBe(1);
    expect(samples.filter(({ name }) => name.endsWith("_seconds_count"))).toEqual([]);
  });
});

describe("what else is counted", () => {
  test("upstream calls that failed, by status and code", async () => {
    const metrics = metricsWith();
    metrics.upstream({ ...fine, status: 429, errorName: "rate_limit_exceeded" });
    metrics.upstream({ ...fine, status: undefined, errorName: "upstream_connect_timeout" });
    metrics.upstream({ ...fine, status: 999, errorName: undefined });
    const samples = await samplesOf(metrics);
    const count = (status: string, code: string) =>
      valueAt(samples, "specgate_upstream_errors_total", { ...at, status, code });
    expect(count("429", "rate_limit_exceeded")).toBe(1);
    expect(count("other", "upstream_connect_timeout")).toBe(1);
    expect(count("other", "other")).toBe(1);
  });

  test("changes, by verb and field, whatever their indexes", async () => {
    const metrics = metricsWith();
    metrics.request({
      ...fine,
      changes: [
        { verb: "reported", path: "messages[0].name" },
        { verb: "reported", path: "messages[12].name" },
        { verb: "clamped", path: "temperature" },
        { verb: "reported", path: "a_word_of_the_clients_own" },
      ],
    });
    const samples = await samplesOf(metrics);
    const count = (verb: string, field: string) => valueAt(samples, "specgate_changes_total", { ...at, verb, field });
    expect(count("reported", "messages[].name")).toBe(2);
    expect(count("clamped", "temperature")).toBe(1);
    expect(count("reported", "other")).toBe(1);
  });

  test("answers that broke the spec, by their place", async () => {
    const metrics = metricsWith();
    metrics.violation({ ...fine, pointer: "/choices/*/message/content" });
    metrics.violation({ ...fine, pointer: "/choices/7/message/content" });
    metrics.violation({ ...fine, pointer: "" });
    metrics.violation({ ...fine, pointer: "/an/upstreams/own" });
    const samples = await samplesOf(metrics);
    const count = (pointer: string) => valueAt(samples, "specgate_conformance_violations_total", { ...at, pointer });
    expect(["/choices/*/message/content", "/", "other"].map(count)).toEqual([2, 1, 1]);
  });
});

describe("what is read when somebody asks", () => {
  const idle = { connected: 0, free: 0, pending: 0, running: 0, queued: 0 };

  test("requests in flight and the version", async () => {
    let inFlight = 3;
    const metrics = metricsWith({ inFlight: () => inFlight });
    expect(valueAt(await samplesOf(metrics), "specgate_in_flight_requests")).toBe(3);
    inFlight = 1;
    const samples = await samplesOf(metrics);
    expect(valueAt(samples, "specgate_in_flight_requests")).toBe(1);
    expect(valueAt(samples, "specgate_build_info", { version: "1.2.3" })).toBe(1);
  });

  test("connections, by the providers behind them and never by where they lead", async () => {
    let pools = [
      { origin: "https://corp.example", connected: 4, free: 1, pending: 2, running: 3, queued: 1 },
      { origin: "https://corp.example", ...idle, connected: 1 },
      { origin: "https://europe-west4-aiplatform.googleapis.com", ...idle, connected: 7 },
      { origin: "https://elsewhere.example", ...idle, connected: 9 },
    ];
    const metrics = metricsWith({ pools: () => pools });
    const samples = await samplesOf(metrics);
    const both = { provider: "corp,lab" };
    expect(valueAt(samples, "specgate_pool_connections", both)).toBe(5);
    expect(valueAt(samples, "specgate_pool_free_connections", both)).toBe(1);
    expect(valueAt(samples, "specgate_pool_pending_requests", both)).toBe(2);
    expect(valueAt(samples, "specgate_pool_running_requests", both)).toBe(3);
    expect(valueAt(samples, "specgate_pool_queued_requests", both)).toBe(1);
    expect(valueAt(samples, "specgate_pool_connections", { provider: "google" })).toBe(7);
    expect(valueAt(samples, "specgate_pool_connections", { provider: "other" })).toBe(9);
    expect((await metrics.scrape()).text).not.toMatch(/corp\.example|googleapis|elsewhere/);
    pools = [];
    expect(valueAt(await samplesOf(metrics), "specgate_pool_connections", both)).toBeUndefined();
  });

  test("the process's own figures, once for all gateways in it", async () => {
    const [one, two] = await Promise.all([metricsWith().scrape(), metricsWith().scrape()]);
    for (const { text, contentType } of [one, two]) {
      expect(contentType).toBe("text/plain; version=0.0.4; charset=utf-8");
      const names = parseMetrics(text).map(({ name }) => name);
      expect(names).toContain("process_start_time_seconds");
      expect(names).toContain("process_cpu_seconds_total");
      expect(names).toContain("nodejs_eventloop_lag_p99_seconds");
    }
  });

  test("two gateways in one process count apart", async () => {
    const [one, two] = [metricsWith(), metricsWith()];
    one.request(fine);
    expect(valueAt(await samplesOf(one), "specgate_requests_total", { ...at, status: "200" })).toBe(1);
    expect(valueAt(await samplesOf(two), "specgate_requests_total", { ...at, status: "200" })).toBeUndefined();
  });

  test("docs/metrics.md lists every metric, with its type and its labels", async () => {
    const metrics = metricsWith({ pools: () => [{ origin: "https://corp.example", ...idle }] });
    const usage = { uncachedInput: 1, cacheRead: 1, output: 1, reasoning: 1 };
    metrics.request({
      ...fine,
      usage,
      costNanoUsd: 1,
      errorName: "invalid_value",
      changes: [{ verb: "reported", path: "seed" }],
    });
    metrics.upstream(fine);
    metrics.violation({ ...fine, pointer: "" });
    metrics.oddity({ ...fine, pointer: "" });
    metrics.mismatch({ ...fine, kind: "parts_above_total" });
    metrics.continuity({ ...fine, outcome: "found", turns: 1 });
    metrics.limitRefusal({ model: at.model, subject: "key", limit: "rpm" });
    metrics.limitStoreFailure("passed");
    metrics.budgetRefusal({ model: at.model, kind: "key" });
    metrics.accountingFailure("passed");
    const { text } = await metrics.scrape();
    const samples = parseMetrics(text);
    const actual = [...text.matchAll(/^# TYPE (specgate_\S+) (\S+)$/gm)].map(([, name = "", type = ""]) => {
      const { labels } = samples.find((sample) => sample.name.replace(/_bucket$/, "") === name) ?? { labels: {} };
      return [
        `\`${name}\``,
        type,
        Object.keys(labels)
          .filter((label) => label !== "le")
          .join(", "),
      ];
    });
    const documented = rowsOf("docs/metrics.md", 4).map(([name, type, labels]) => [name, type, labels]);
    expect(documented.sort()).toEqual(actual.sort());
  });

  test("every name is a Prometheus name of ours, and counters end in _total", async () => {
    const metrics = metricsWith({ pools: () => [{ origin: "https://corp.example", ...idle }] });
    metrics.request({ ...fine, errorName: "invalid_value", changes: [{ verb: "reported", path: "seed" }] });
    metrics.upstream(fine);
    metrics.violation({ ...fine, pointer: "" });
    const { text } = await metrics.scrape();
    const types = [...text.matchAll(/^# TYPE (specgate_\S+) (\S+)$/gm)].map(([, name = "", type]) => [name, type]);
    expect(types.length).toBeGreaterThan(12);
    for (const [name = "", type] of types) expect([name, /_total$/.test(name)]).toEqual([name, type === "counter"]);
    expect([...text.matchAll(/^# HELP (specgate_\S+) ./gm)].map(([, name]) => name)).toEqual(
      types.map(([name]) => name),
    );
  });
});

describe("labels come from the config", () => {
  test.each([
    ["fast", "fast"],
    ["gpt-4o", "fast"],
    ["gpt-5", "g/pro-*"],
    ["g/flash", "g/*"],
    ["g/pro-1", "g/pro-*"],
    ['say "hi"\\n', 'say "hi"\\n'],
    ["Fast", "other"],
    ["g", "other"],
    ["__proto__", "other"],
    ["constructor", "other"],
    [undefined, "other"],
  ])("model %j is %j", async (model, label) => {
    const metrics = metricsWith();
    metrics.request({ ...fine, model });
    const labels = { ...at, model: label, status: "200" };
    expect(valueAt(await samplesOf(metrics), "specgate_requests_total", labels)).toBe(1);
  });

  /** What a client or an upstream may bring, marked so that it is known again. */
  const mark = "zq7x";
  const foreign = fc.string({ unit: "binary", maxLength: 40 }).map((text) => `${text}${mark}`);
  const name = fc.oneof(
    foreign,
    foreign.map((text) => `g/${text}`),
    foreign.map((text) => `fast${text}`),
  );
  const path = fc.oneof(
    foreign,
    foreign.map((text) => `messages[3].${text}`),
    foreign.map((text) => `metadata.${text}`),
    foreign.map((text) => `tools[0].function.parameters.${text}`),
    foreign.map((text) => `${text}.${text}[0]`),
  );
  const outcome: fc.Arbitrary<RequestOutcome> = fc.record({
    operation: fc.constantFrom("chat", "completions", "models", "other"),
    model: name,
    provider: fc.oneof(name, fc.constantFrom("corp", "lab", "google", undefined)),
    status: fc.constantFrom(200, 400, 401, 404, 429, 499, 500, 502, 503, 504),
    stream: fc.boolean(),
    errorName: fc.constantFrom(undefined, "invalid_value", "upstream_error"),
    durationMs: fc.integer({ min: 0, max: 1_000_000 }),
    firstByteMs: fc.option(fc.integer({ min: 0, max: 1_000_000 }), { nil: undefined }),
    attempts: fc.nat(3),
    usage: fc.constant(undefined),
    changes: fc.array(fc.record({ verb: fc.constantFrom("reported", "renamed"), path }), { maxLength: 3 }),
  });

  test("whatever clients and upstreams say, none of it is ever shown", async () => {
    const property = fc.asyncProperty(fc.array(outcome, { minLength: 1, maxLength: 20 }), path, async (all, words) => {
      const metrics = metricsWith();
      for (const one of all) {
        metrics.request(one);
        metrics.upstream(one);
        metrics.violation({ ...one, pointer: `/choices/0/${words.replaceAll(".", "/")}` });
        metrics.violation({ ...one, pointer: words });
      }
      const { text } = await metrics.scrape();
      expect(text).not.toContain(mark);
      for (const { labels } of parseMetrics(text).filter((sample) => sample.name.startsWith("specgate_"))) {
        expect(["fast", "g/*", "g/pro-*", "other", undefined]).toContain(labels["model"]);
        expect(["corp", "lab", "google", "corp,lab", "other", undefined]).toContain(labels["provider"]);
      }
    });
    await fc.assert(property, { numRuns: 50 });
  });

  test("ten thousand requests of ten thousand names make no more series than the first hundred kinds", async () => {
    const metrics = metricsWith();
    const ask = (from: number, to: number): void => {
      for (let i = from; i < to; i++) {
        const words = `${mark}${i}`;
        const one: RequestOutcome = {
          ...fine,
          model: i % 2 === 0 ? words : `g/${words}`,
          provider: i % 3 === 0 ? words : "google",
          status: i % 5 === 0 ? 404 : 200,
          stream: i % 7 === 0,
          changes: [
            { verb: "reported", path: words },
            { verb: "reported", path: `metadata.${words}` },
          ],
        };
        metrics.request(one);
        metrics.upstream(one);
        metrics.violation({ ...one, pointer: `/${words}` });
      }
    };
    // All combinations of the remainders above.
    ask(0, 210);
    const before = (await samplesOf(metrics)).length;
    ask(210, 10_000);
    const samples = await samplesOf(metrics);
    expect(samples).toHaveLength(before);
    const requests = samples.filter((sample) => sample.name === "specgate_requests_total");
    expect(requests.reduce((sum, { value }) => sum + value, 0)).toBe(10_000);
  });

  test("the specs' own fields and places are told apart up to 200 only", async () => {
    const metrics = metricsWith();
    const fields = new Set([...keysOf(chatRequestShape)].map((key) => toField(key.replace(/<[^>]*>/g, ""))));
    expect(fields.size).toBeGreaterThan(200);
    for (const path of fields) metrics.request({ ...fine, changes: [{ verb: "reported", path }] });
    const samples = await samplesOf(metrics);
    expect(samples.filter((sample) => sample.name === "specgate_changes_total")).toHaveLength(201);
  });
});

interface Keyed {
  readonly key: string;
  readonly properties?: Readonly<Record<string, Keyed>>;
  readonly items?: Keyed;
  readonly variants?: Readonly<Record<string, Keyed>>;
}

function* keysOf(shape: Keyed): Generator<string> {
  yield shape.key;
  if (shape.items !== undefined) yield* keysOf(shape.items);
  for (const below of Object.values({ ...shape.properties, ...shape.variants })) yield* keysOf(below);
}

test("watching the process does not keep it alive", async () => {
  const file = join(newFolder(), "scrape.mjs");
  const module = JSON.stringify(pathToFileURL(join(root, "src/metrics/process.ts")).href);
  writeFileSync(file, `const { readProcess } = await import(${module}); console.log((await readProcess()).length);`);
  const { code, stdout, stderr } = await runModule(file);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(Number(stdout)).toBeGreaterThan(1000);
});
