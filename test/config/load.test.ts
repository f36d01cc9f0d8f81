import { createHash } from "node:crypto";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inspect } from "node:util";
import { describe, expect, test } from "vitest";
import type { AuthConfig } from "../../src/config/config.ts";
import { loadRoutes, parseRoutes } from "../../src/config/load.ts";
import { isLoopback } from "../../src/config/loopback.ts";
import { Secret } from "../../src/secret.ts";
import { secret } from "../_canary.ts";
import { configOf, mistakesOf } from "./_load.ts";

const provider = "providers: { v: { type: vertex, project: p, location: global } }\n";
const both = `${provider}models: { m: v/x }\n`;

describe("a good routes.yaml", () => {
  test("needs a provider and a model, the rest has defaults", () => {
    const timeouts = { connectMs: 10_000, firstByteMs: 120_000, idleMs: 120_000, totalMs: 1_200_000 };
    const v = {
      name: "v",
      type: "vertex",
      project: "p",
      location: "global",
      apiVersion: "v1beta1",
      baseUrl: undefined,
      auth: { kind: "adc" },
      headers: {},
      headersFromEnv: [],
      caFile: undefined,
      timeouts,
    };
    expect(configOf(both)).toEqual({
      file: "/etc/specgate/routes.yaml",
      server: {
        host: "127.0.0.1",
        port: 4000,
        auth: "none",
        defaultModel: undefined,
        maxBodyBytes: 104_857_600,
        drainMs: 30_000,
        corsOrigins: [],
        secrets: [],
      },
      redis: undefined,
      database: undefined,
      ledger: { durability: "committed", windowMs: 200, fsync: false },
      keys: [],
      users: [],
      teams: [],
      keyDefaults: {},
      onStoreFailure: "closed",
      log: { level: "info", format: undefined },
      providers: [v],
      models: [
        {
          name: "m",
          strategy: "fallback",
          deployments: [{ provider: v, upstreamModel: "x", weight: 1, timeouts, fetchMedia: false }],
          unsupported: "report",
          conformance: "observe",
          responseModel: "requested",
          paramsDeny: [],
          tokenizer: "cl100k_base",
          price: undefined,
          timeouts,
        },
      ],
      aliases: new Map(),
      warnings: [],
    });
  });

  test("may say everything this version acts on", () => {
    const config = configOf(`
server: { host: 0.0.0.0, port: 0, default_model: gpt, max_body: 1GB, drain: 0s, auth: keys }
keys:
  - { name: a, key: "\${TOKEN}" }
  - { name: b, digest: ${"AB".repeat(32)} }
log: { level: debug, format: json }
timeouts: { connect: 1s, idle: 2s }
providers:
  v:
    type: vertex
    project: example.com:p-1
    location: us-central1
    api_version: v1
    base_url: https://corp.example/vertex/
    auth: none
    headers: { X-Team: "\${HOST}" }
    tls: { ca_file: ./ca.pem }
    timeouts: { idle: 3s }
models:
  m:
    strategy: weighted
    deployments:
      - v/a@1:0
      - { use: v/publishers/google/b, weight: 3 }
    price: { input: "3.00", output: "15", cache_read: "0.30", cache_write: "3.75" }
    unsupported: refuse
    conformance: off
    response_model: upstream
    params_deny: [logit_bias]
    timeouts: { total: 5m }
aliases: { gpt: m }
`);
    expect(config.server).toMatchObject({ host: "0.0.0.0", port: 0, auth: "keys", defaultModel: "gpt", drainMs: 0 });
    const digest = createHash("sha256").update(secret("interpolated")).digest("hex");
    expect(config.keys[0]).toEqual({ name: "a", digest, keepsContent: false });
    expect(config.keys[1]).toEqual({ name: "b", digest: "ab".repeat(32), keepsContent: false });
    expect(config.providers[0]).toMatchObject({
      apiVersion: "v1",
      baseUrl: "https://corp.example/vertex",
      auth: { kind: "none" },
      headers: { "x-team": "localhost" },
      caFile: "/etc/specgate/ca.pem",
      timeouts: { connectMs: 1_000, firstByteMs: 120_000, idleMs: 3_000, totalMs: 1_200_000 },
    });
    const [model] = config.models;
    expect(model).toMatchObject({
      strategy: "weighted",
      unsupported: "refuse",
      conformance: "off",
      responseModel: "upstream",
      paramsDeny: ["logit_bias"],
      tokenizer: "cl100k_base",
      price: { input: "3.00", output: "15", cache_read: "0.30", cache_write: "3.75" },
      timeouts: { connectMs: 1_000, firstByteMs: 120_000, idleMs: 3_000, totalMs: 300_000 },
    });
    expect(model?.deployments.map(({ upstreamModel, weight }) => [upstreamModel, weight])).toEqual([
      ["a@1:0", 1],
      ["publishers/google/b", 3],
    ]);
  });

  test("serves wildcards", () => {
    const config = configOf(`${provider}models: { "o/*": v/*, "gpt-*": v/one }\naliases: { a: o/llama3 }\n`);
    expect(config.models.map(({ name, deployments }) => [name, deployments[0]?.upstreamModel])).toEqual([
      ["o/*", "*"],
      ["gpt-*", "one"],
    ]);
    expect(config.aliases).toEqual(new Map([["a", "o/llama3"]]));
  });

  test("follows aliases of aliases to the model", () => {
    const config = configOf(`${both}aliases: { a: b, b: c, c: m }\n`);
    expect([...config.aliases]).toEqual([
      ["a", "m"],
      ["b", "m"],
      ["c", "m"],
    ]);
  });

  test("takes an alias or a wildcard's name as default model", () => {
    expect(configOf(`server: { default_model: a }\n${both}aliases: { a: m }\n`).server.defaultModel).toBe("a");
    const wildcard = `server: { default_model: o/x }\n${provider}models: { "o/*": v/* }\n`;
    expect(configOf(wildcard).server.defaultModel).toBe("o/x");
  });

  test("shares sections through anchors", () => {
    const config = configOf(
      `timeouts: &t { idle: 7s }\n${provider}models: { m: { deployments: [v/x], timeouts: *t } }\n`,
    );
    expect(config.models[0]?.timeouts.idleMs).toBe(7_000);
  });

  test("may have names that JavaScript knows too", () => {
    const config = configOf(
      `${provider}models: { constructor: v/a, __proto__: v/b, toString: v/c }\naliases: { valueOf: __proto__ }\n`,
    );
    expect(config.models.map(({ name }) => name)).toEqual(["constructor", "__proto__", "toString"]);
    expect(config.aliases.get("valueOf")).toBe("__proto__");
  });

  test("may leave secrets empty", () => {
    const config = configOf(`server: { master_key: "\${NONE:-}", secret: "" }\n${both}`);
    expect(config.models).toHaveLength(1);
  });

  test("needs neither project nor location in express mode, or behind a base URL", () => {
    const express = "providers: { v: { type: vertex, auth: { api_key: '${TOKEN}' } } }\nmodels: { m: v/x }\n";
    const proxied = "providers: { v: { type: vertex, base_url: 'http://10.0.0.1:8080' } }\nmodels: { m: v/x }\n";
    expect(configOf(express).providers[0]).toMatchObject({ project: undefined, location: undefined });
    expect(configOf(proxied).providers[0]?.baseUrl).toBe("http://10.0.0.1:8080");
  });
});

describe("auth", () => {
  const authOf = (text: string): AuthConfig | undefined =>
    configOf(`providers: { v: { type: vertex, project: p, location: global, auth: ${text} } }\nmodels: { m: v/x }\n`)
      .providers[0]?.auth;

  test("of a file and of a command", () => {
    expect(authOf("{ service_account: sa.json }")).toEqual({ kind: "service_account", file: "/etc/specgate/sa.json" });
    expect(authOf("{ service_account: /run/sa.json }")).toEqual({ kind: "service_account", file: "/run/sa.json" });
    expect(authOf("{ command: [helix, auth, -a] }")).toEqual({
      kind: "command",
      argv: ["helix", "auth", "-a"],
      ttlMs: undefined,
      refreshMarginMs: 60_000,
      timeoutMs: 10_000,
    });
    expect(authOf("{ command: [t], ttl: 600s, refresh_margin: 30s, timeout: 5s }")).toMatchObject({
      ttlMs: 600_000,
      refreshMarginMs: 30_000,
      timeoutMs: 5_000,
    });
  });

  test("keeps its secrets sealed", () => {
    const auths = [
      "{ api_key: '${TOKEN}' }",
      "{ bearer: '${TOKEN}' }",
      "{ header: { name: X-Key, value: '${TOKEN}' } }",
    ].map(authOf);
    expect(auths).toEqual([
      { kind: "api_key", key: expect.any(Secret) },
      { kind: "bearer", token: expect.any(Secret) },
      { kind: "header", name: "x-key", value: expect.any(Secret) },
    ]);
    expect(`${JSON.stringify(auths)}${inspect(auths, { depth: 9 })}`).not.toContain(secret("interpolated"));
    const [first] = auths;
    expect(first?.kind === "api_key" && first.key.reveal()).toBe(secret("interpolated"));
  });
});

describe("who is let in", () => {
  test.each(["127.0.0.1", "127.9.9.9", "::1", "[::1]", "localhost", "LocalHost"])("%s is this machine", (host) => {
    expect(isLoopback(host)).toBe(true);
    expect(configOf(`server: { host: "${host}" }\n${both}`).server.auth).toBe("none");
  });

  test.each(["0.0.0.0", "::", "10.0.0.1", "127.0.0.1.example", "localhost.example", "::2"])("%s is not", (host) => {
    expect(isLoopback(host)).toBe(false);
    expect(mistakesOf(`server: { host: "${host}" }\n${both}`)).toHaveLength(1);
  });

  test("anybody, where it is written", () => {
    expect(configOf(`server: { host: 0.0.0.0, auth: none }\n${both}`).server.auth).toBe("none");
  });

  test("those with a key, where there is one", () => {
    const config = configOf(`server: { host: 0.0.0.0 }\nkeys: [{ name: a, key: "\${TOKEN}" }]\n${both}`);
    expect(config.server.auth).toBe("keys");
    expect(JSON.stringify(config)).not.toContain(secret("interpolated"));
  });

  test("keys that nobody asks for are a warning", () => {
    const config = configOf(`server: { auth: none }\nkeys: [{ name: a, key: "\${TOKEN}" }]\n${both}`);
    expect(config.warnings).toMatchObject([{ line: 1, column: 17, path: "server.auth" }]);
  });
});

describe("a key in the file", () => {
  const warningsOf = (key: string) => configOf(`keys:\n  - { name: a, key: "${key}" }\n${both}`).warnings;

  test.each([
    "sk-abcdef123456",
    "AIzaSyA1234567890abcdefghij",
    "AKIAIOSFODNN7EXAMPLE",
    "0123456789abcdef0123456789abcdef",
    "${NONE:-sk-abcdef123456}",
  ])("%s is a warning at its place, without the key itself", (key) => {
    const warnings = warningsOf(key);
    expect(warnings).toMatchObject([{ line: 2, column: 21, path: "keys[0].key" }]);
    expect(JSON.stringify(warnings)).not.toContain(key.slice(4, 12));
  });

  test.each(["${TOKEN}", "dev", "local-key"])("%s is none", (key) => {
    expect(warningsOf(key)).toEqual([]);
  });

  test("is found in headers too", () => {
    const text =
      "providers: { v: { type: vertex, base_url: 'https://h', headers: { x-key: sk-abcdef123456 } } }\nmodels: { m: v/x }\n";
    expect(configOf(text).warnings).toHaveLength(1);
  });
});

describe("a config", () => {
  test("cannot be written to, at any depth", () => {
    const config = configOf(`keys: [{ name: a, key: "\${TOKEN}" }]\n${both}aliases: { a: m }\n`);
    const objects: object[] = [];
    const collect = (value: unknown): void => {
      if (typeof value !== "object" || value === null) return;
      objects.push(value);
      for (const inner of Object.values(value)) collect(inner);
    };
    collect(config);
    expect(objects.length).toBeGreaterThan(15);
    for (const one of objects) {
      expect(() => Object.assign(one, { added: 1 })).toThrow(TypeError);
    }
    const { aliases } = config;
    expect(() => aliases instanceof Map && aliases.set("b", "m")).toThrow("frozen");
    expect(() => aliases instanceof Map && aliases.delete("a")).toThrow("frozen");
    expect(() => aliases instanceof Map && aliases.clear()).toThrow("frozen");
    expect(aliases.get("a")).toBe("m");
  });
});

describe("loading a file", () => {
  const folder = mkdtempSync(join(tmpdir(), "specgate-"));
  const write = (name: string, text: string): string => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };

  test("gives its config", async () => {
    const loaded = await loadRoutes(write("good.yaml", both), {});
    expect("config" in loaded && loaded.config.file).toBe(join(folder, "good.yaml"));
  });

  test("that does not exist names the command that writes one", async () => {
    expect(await loadRoutes(join(folder, "none.yaml"), {})).toMatchObject({
      mistakes: [{ line: 0, message: expect.stringContaining("`specgate init`") }],
    });
  });

  test("that is a folder says so", async () => {
    expect(await loadRoutes(folder, {})).toMatchObject({ mistakes: [{ message: "this is a folder, not a file" }] });
  });

  test("looks for the files it names, from its own folder", async () => {
    write("ca.pem", "");
    const text = (ca: string): string =>
      `providers: { v: { type: vertex, base_url: "https://h", tls: { ca_file: ${ca} }, auth: { service_account: sa.json } } }\nmodels: { m: v/x }\n`;
    const loaded = await loadRoutes(write("files.yaml", text("ca.pem")), {});
    expect(loaded).toMatchObject({
      mistakes: [
        { path: "providers.v.auth.service_account", message: expect.stringContaining("`sa.json` does not exist") },
      ],
    });
    expect("mistakes" in loaded && loaded.mistakes).toHaveLength(1);
  });

  test("does not look for files when only a text is given", () => {
    const text =
      "providers: { v: { type: vertex, base_url: 'https://h', auth: { service_account: sa.json } } }\nmodels: { m: v/x }\n";
    expect(parseRoutes(text, { file: "routes.yaml", env: {} })).toHaveProperty("config");
  });
});

test.each([
  ["fallback, by default", "", 1],
  ["fallback", "strategy: fallback, ", 1],
  ["weighted", "strategy: weighted, ", 0],
])("weights are a warning where they do nothing: %s", (_name, strategy, count) => {
  const provider = 'providers: { v: { type: vertex, base_url: "https://h.example" } }';
  const text = `${provider}\nmodels: { m: { ${strategy}deployments: [v/a, { use: v/b, weight: 2 }] } }\n`;
  const { warnings } = configOf(text);
  expect(warnings.map(({ path }) => path)).toEqual(count === 0 ? [] : ["models.m.deployments[1].weight"]);
});
