import { describe, expect, test } from "vitest";
import { Secret } from "../../src/secret.ts";
import { configOf, fatesOf, imported, modelsOf, oneModel, routesOf, saidOf } from "./_import.ts";

/** A team on three clouds: Anthropic, Bedrock and Vertex AI. */
const clouds = `
model_list:
  - model_name: claude-sonnet-4-5
    litellm_params:
      model: anthropic/claude-sonnet-4-5-20250929
      api_key: os.environ/ANTHROPIC_API_KEY
      max_tokens: 8192
    model_info:
      mode: chat
      input_cost_per_token: 3e-06
      output_cost_per_token: 1.5e-05
      cache_read_input_token_cost: 3e-07
      cache_creation_input_token_cost: 3.75e-06
  - model_name: claude-sonnet-4-5-bedrock
    litellm_params:
      model: bedrock/converse/us.anthropic.claude-sonnet-4-5-20250929-v1:0
      aws_access_key_id: os.environ/AWS_ACCESS_KEY_ID
      aws_secret_access_key: os.environ/AWS_SECRET_ACCESS_KEY
      aws_region_name: us-east-1
  - model_name: nova-pro
    litellm_params: { model: bedrock/eu.amazon.nova-pro-v1:0, aws_region_name: eu-central-1 }
  - model_name: claude-sonnet-4-5-vertex
    litellm_params:
      model: vertex_ai/claude-sonnet-4-5@20250929
      vertex_project: os.environ/VERTEX_PROJECT
      vertex_location: us-east5
  - model_name: gemini-2.5-pro
    litellm_params: { model: vertex_ai/gemini-2.5-pro, vertex_project: os.environ/VERTEX_PROJECT, vertex_location: global }
  - model_name: llama-3.3
    litellm_params:
      model: vertex_ai/meta/llama-3.3-70b-instruct-maas
      vertex_project: os.environ/VERTEX_PROJECT
      vertex_location: us-east5
  - model_name: text-embedding
    litellm_params: { model: vertex_ai/text-embedding-005, vertex_project: os.environ/VERTEX_PROJECT, vertex_location: us-east5 }
    model_info: { mode: embedding }
litellm_settings: { drop_params: true, success_callback: [langfuse], max_end_user_budget: 1.5 }
general_settings:
  master_key: os.environ/LITELLM_MASTER_KEY
  database_url: os.environ/DATABASE_URL
`;

/** Azure in two regions and OpenAI behind them. */
const balanced = `
model_list:
  - model_name: gpt-4o
    litellm_params:
      model: azure/gpt-4o-eastus
      api_base: https://acme-eastus.openai.azure.com/
      api_key: os.environ/AZURE_EASTUS_API_KEY
      api_version: "2024-10-21"
      rpm: 900
      tpm: 100000
  - model_name: gpt-4o
    litellm_params:
      model: azure/gpt-4o-swedencentral
      api_base: https://acme-swedencentral.openai.azure.com/
      api_key: os.environ/AZURE_SWEDEN_API_KEY
      api_version: "2024-10-21"
      rpm: 300
  - model_name: gpt-4o-openai
    litellm_params: { model: gpt-4o, api_key: os.environ/OPENAI_API_KEY, timeout: 120 }
  - model_name: gpt-4o-mini
    litellm_params: { model: gpt-4o-mini, api_key: os.environ/OPENAI_API_KEY }
router_settings:
  routing_strategy: simple-shuffle
  num_retries: 2
  timeout: 300
  allowed_fails: 3
  cooldown_time: 30
  model_group_alias: { gpt-4: gpt-4o, "gpt-4-turbo": { model: gpt-4o, hidden: true }, old: gone }
  fallbacks:
    - gpt-4o: [gpt-4o-openai]
  default_fallbacks: [gpt-4o-mini]
  context_window_fallbacks: [{ gpt-4o: [gpt-4o-mini] }]
  redis_host: os.environ/REDIS_HOST
  redis_port: os.environ/REDIS_PORT
  redis_password: os.environ/REDIS_PASSWORD
litellm_settings: { json_logs: true, set_verbose: true, num_retries: 3 }
general_settings: { completion_model: gpt-4o-mini, max_request_size_mb: 20, alerting: [slack] }
`;

/** Everything of a vendor under its own name. */
const wild = `
model_list:
  - model_name: "anthropic/*"
    litellm_params: { model: "anthropic/*", api_key: os.environ/ANTHROPIC_API_KEY }
  - model_name: "claude-*"
    litellm_params: { model: "anthropic/claude-*", api_key: os.environ/ANTHROPIC_API_KEY }
  - model_name: "openai/*"
    litellm_params: { model: "openai/*", api_key: os.environ/OPENAI_API_KEY }
  - model_name: "*"
    litellm_params: { model: "openrouter/*", api_key: os.environ/OPENROUTER_API_KEY }
  - model_name: best
    litellm_params: { model: gpt-5 }
litellm_settings:
  drop_params: false
  fallbacks: [{ best: [claude-opus-4-1] }]
`;

describe("a whole config", () => {
  test("of Anthropic, Bedrock and Vertex AI", () => {
    const env = {
      ANTHROPIC_API_KEY: "a",
      VERTEX_PROJECT: "acme",
      LITELLM_MASTER_KEY: "m",
      DATABASE_URL: "postgresql://u:p@db.example:5432/litellm?connection_limit=5",
    };
    const config = configOf(clouds, env);
    expect(modelsOf(config)).toEqual([
      "claude-sonnet-4-5: fallback anthropic/claude-sonnet-4-5-20250929",
      "claude-sonnet-4-5-bedrock: fallback bedrock-us-east-1/us.anthropic.claude-sonnet-4-5-20250929-v1:0",
      "nova-pro: fallback bedrock-eu-central-1/eu.amazon.nova-pro-v1:0",
      "claude-sonnet-4-5-vertex: fallback vertex-us-east5/claude-sonnet-4-5@20250929",
      "gemini-2.5-pro: fallback vertex-global/gemini-2.5-pro",
      "llama-3.3: fallback vertex-us-east5/meta/llama-3.3-70b-instruct-maas",
      "text-embedding: fallback vertex-us-east5/text-embedding-005",
    ]);
    expect(config.providers).toMatchObject([
      { name: "anthropic", type: "anthropic", auth: { kind: "api_key" } },
      { name: "bedrock-us-east-1", type: "bedrock", region: "us-east-1", auth: { kind: "aws", region: "us-east-1" } },
      { name: "bedrock-eu-central-1", type: "bedrock", region: "eu-central-1" },
      { name: "vertex-us-east5", type: "vertex", project: "acme", location: "us-east5", auth: { kind: "adc" } },
      { name: "vertex-global", type: "vertex", project: "acme", location: "global" },
    ]);
    expect(config.models[0]?.deployments[0]?.price).toEqual({
      input: "3",
      output: "15",
      cache_read: "0.3",
      cache_write: "3.75",
    });
    expect(config.keys).toEqual([]);
    expect(config.server).toMatchObject({ auth: "keys", masterKey: new Secret("m"), secrets: [] });
    expect(config.database).toEqual({ kind: "postgres", url: new Secret(env.DATABASE_URL), autoMigrate: true });
    expect(config.endUsers?.budget?.maxNanoUsd).toBe(1_500_000_000n);
    const { lines, variables } = imported(clouds);
    expect(variables.map(({ name }) => name)).toEqual([
      "DATABASE_URL",
      "LITELLM_MASTER_KEY",
      "ANTHROPIC_API_KEY",
      "VERTEX_PROJECT",
    ]);
    expect(lines.filter(({ fate }) => fate === "left").map(({ path }) => path)).toEqual([
      "model_list[0].litellm_params.max_tokens",
      "litellm_settings.success_callback[0]",
    ]);
  });

  test("of a group over two regions, with others behind it", () => {
    const env = {
      AZURE_EASTUS_API_KEY: "a",
      AZURE_SWEDEN_API_KEY: "b",
      OPENAI_API_KEY: "c",
      REDIS_HOST: "redis.example",
      REDIS_PORT: "6380",
      REDIS_PASSWORD: "d",
      SPECGATE_SECRET: "a-long-random-text-of-32-letters",
    };
    const config = configOf(balanced, env);
    expect(modelsOf(config)).toEqual([
      "gpt-4o: weighted azure-acme-eastus/gpt-4o-eastus×999999 azure-acme-swedencentral/gpt-4o-swedencentral×333333 openai/gpt-4o",
      "gpt-4o-openai: fallback openai/gpt-4o openai/gpt-4o-mini",
      "gpt-4o-mini: fallback openai/gpt-4o-mini",
    ]);
    expect(config.models[0]?.timeouts).toMatchObject({ firstByteMs: 300_000, idleMs: 300_000, totalMs: 1_200_000 });
    expect(config.models[1]?.timeouts).toMatchObject({ firstByteMs: 120_000 });
    expect([...config.aliases]).toEqual([
      ["gpt-4", "gpt-4o"],
      ["gpt-4-turbo", "gpt-4o"],
    ]);
    expect(config.redis?.url.reveal()).toBe("redis://:d@redis.example:6380");
    expect(config.log).toEqual({ level: "debug", format: "json" });
    expect(config.server).toMatchObject({ defaultModel: "gpt-4o-mini", maxBodyBytes: 20 * 1024 * 1024 });
    const { lines } = imported(balanced);
    expect(lines.filter(({ fate }) => fate === "left").map(({ path }) => path)).toEqual([
      "model_list[0].litellm_params.tpm",
      "router_settings.num_retries",
      "router_settings.allowed_fails",
      "router_settings.cooldown_time",
      "router_settings.model_group_alias.gpt-4-turbo.hidden",
      "router_settings.model_group_alias.old",
      "router_settings.context_window_fallbacks",
      "litellm_settings.num_retries",
      "general_settings.alerting",
    ]);
  });

  test("with wildcards", () => {
    const config = configOf(wild, { ANTHROPIC_API_KEY: "a", OPENAI_API_KEY: "b", OPENROUTER_API_KEY: "c" });
    expect(modelsOf(config)).toEqual([
      "anthropic/*: fallback anthropic/*",
      "claude-*: fallback anthropic/claude-*",
      "openai/*: fallback openai/*",
      "*: fallback openrouter/*",
      "best: fallback openai/gpt-5 anthropic/claude-opus-4-1",
    ]);
    expect(config.models.map(({ unsupported }) => unsupported)).toEqual([
      "refuse",
      "refuse",
      "refuse",
      "refuse",
      "refuse",
    ]);
  });
});

/** A group of deployments of OpenAI's, by what stands beside each. */
function group(params: readonly string[], more = ""): string {
  const entries = params.map(
    (one, at) => `  - { model_name: m, litellm_params: { model: openai/d${at}${one && `, ${one}`} } }\n`,
  );
  return `model_list:\n${entries.join("")}${more}`;
}

const behind =
  "  - { model_name: b, litellm_params: { model: openai/b } }\nrouter_settings: { fallbacks: [{ m: [b] }] }\n";
const env = { OPENAI_API_KEY: "k" };

describe("how requests are spread", () => {
  test.each([
    ["evenly", ["", ""], "weighted openai/d0 openai/d1"],
    ["by weight", ["weight: 3", "weight: 1.5"], "weighted openai/d0×2 openai/d1"],
    ["by parts of one", ["weight: 0.7", "weight: 0.3"], "weighted openai/d0×7 openai/d1×3"],
    ["by rpm", ["rpm: 900", "rpm: 600"], "weighted openai/d0×3 openai/d1×2"],
    ["by tpm", ["tpm: 1000", "tpm: 3000"], "weighted openai/d0 openai/d1×3"],
    ["by weight before rpm", ["weight: 2, rpm: 1", "weight: 1, rpm: 9"], "weighted openai/d0×2 openai/d1"],
    ["by what the first one has", ["rpm: 2", "weight: 9, rpm: 4"], "weighted openai/d0 openai/d1×2"],
    [
      "never to a weight of none",
      ["weight: 0", "weight: 2", "weight: 4"],
      "weighted openai/d1×500000 openai/d2×1000000 openai/d0",
    ],
    ["in order", ["order: 2", "order: 1"], "fallback openai/d1 openai/d0"],
    [
      "in order, the first ones evenly",
      ["order: 1", "order: 2", "order: 1"],
      "weighted openai/d0×1000000 openai/d2×1000000 openai/d1",
    ],
    ["with the largest weights there are", ["weight: 3000000", "weight: 1000000"], "weighted openai/d0×3 openai/d1"],
    ["alone", ["weight: 5"], "fallback openai/d0"],
  ])("%s", (_name, params, want) => {
    expect(modelsOf(configOf(group(params), env))).toEqual([`m: ${want}`]);
  });

  test("others behind get one request in a million or so", () => {
    expect(modelsOf(configOf(group(["weight: 3", "weight: 1"], behind), env))[0]).toBe(
      "m: weighted openai/d0×999999 openai/d1×333333 openai/b",
    );
    expect(modelsOf(configOf(group([""], behind), env))[0]).toBe("m: fallback openai/d0 openai/b");
  });
});

describe("rpm and tpm", () => {
  const kept = (settings: string): string => `router_settings: { ${settings} }\n`;

  test.each([
    ["usage-based routing keeps them", "routing_strategy: usage-based-routing-v2", { rpm: 30, tpm: 300 }],
    ["its check keeps rpm", "enable_pre_call_checks: true", { rpm: 30 }],
    ["the rate limit check keeps them", "optional_pre_call_checks: [enforce_model_rate_limits]", { rpm: 30, tpm: 300 }],
    ["else they are shares", "num_retries: 1", {}],
  ])("%s", (_name, settings, limits) => {
    const text = group(["rpm: 10, tpm: 100", "rpm: 20, tpm: 200"], kept(settings));
    const { rpm, tpm }: Readonly<Record<string, unknown>> = JSON.parse(
      JSON.stringify(Object(Object(Object(routesOf(text)).models).m)),
    );
    expect(JSON.parse(JSON.stringify({ rpm, tpm }))).toEqual(limits);
  });
});

describe("what holds for all", () => {
  test.each([
    ["litellm_settings: { request_timeout: 60 }", { timeouts: { first_byte: "60s", idle: "60s" } }],
    ["router_settings: { timeout: 0.25 }", { timeouts: { first_byte: "250ms", idle: "250ms" } }],
    ["litellm_settings: { set_verbose: True }", { log: { level: "debug" } }],
    ["litellm_settings: { json_logs: yes }", { log: { format: "json" } }],
    [
      "router_settings: { redis_url: os.environ/REDIS }",
      { redis: { url: "${REDIS}" }, server: { secret: "${SPECGATE_SECRET}" } },
    ],
    [
      "router_settings: { redis_host: localhost, redis_port: 6379, redis_ssl: true }",
      { redis: { url: "rediss://localhost:6379" }, server: { secret: "${SPECGATE_SECRET}" } },
    ],
  ])("%s", (settings, want) => {
    expect(routesOf(`${oneModel("model: gpt-4o")}${settings}\n`)).toMatchObject(want);
  });

  test.each([
    ["litellm_settings: { callbacks: [prometheus] }", "litellm_settings.callbacks[0]", "carried"],
    ["litellm_settings: { callbacks: otel }", "litellm_settings.callbacks", "left"],
    ["litellm_settings: { cache: true }", "litellm_settings.cache", "left"],
    ["litellm_settings: { cache_params: { type: redis, password: x } }", "litellm_settings.cache_params", "left"],
    ["litellm_settings: { modify_params: true }", "litellm_settings.modify_params", "left"],
    ["litellm_settings: { default_internal_user_params: {} }", "litellm_settings.default_internal_user_params", "left"],
    ["litellm_settings: { budget_duration: 30d }", "litellm_settings.budget_duration", "left"],
    ["router_settings: { routing_strategy: least-busy }", "router_settings.routing_strategy", "changed"],
    ["router_settings: { retry_policy: {} }", "router_settings.retry_policy", "left"],
    ["router_settings: { fallbacks: [{ nobody: [m] }] }", "router_settings.fallbacks[0].nobody", "left"],
    ["router_settings: { fallbacks: [{ m: [nobody] }] }", "router_settings.fallbacks[0].m[0]", "left"],
    ["general_settings: { proxy_batch_write_at: 60 }", "general_settings.proxy_batch_write_at", "left"],
    ["general_settings: { store_model_in_db: true }", "general_settings.store_model_in_db", "left"],
    ["environment_variables: { A: b }", "environment_variables.A", "left"],
    ["include: [more.yaml]", "include", "left"],
  ])("%s", (settings, path, fate) => {
    expect(fatesOf(imported(`${oneModel("model: gpt-4o")}${settings}\n`).lines, path)).toEqual([fate]);
  });

  test("fallbacks for * are those of every model without its own", () => {
    const text = `model_list:
  - { model_name: a, litellm_params: { model: openai/a } }
  - { model_name: b, litellm_params: { model: openai/b } }
  - { model_name: c, litellm_params: { model: openai/c } }
litellm_settings: { fallbacks: [{ a: [c] }, { "*": [b] }] }
`;
    expect(modelsOf(configOf(text, env))).toEqual([
      "a: fallback openai/a openai/c",
      "b: fallback openai/b",
      "c: fallback openai/c openai/b",
    ]);
  });

  test("what two entries say of one model differently is told", () => {
    const { lines } = imported(group(["timeout: 5, drop_params: true", "timeout: 9, drop_params: false"]));
    expect(saidOf(lines, "model_list[0].litellm_params.timeout")).toEqual([
      "changed it is how long an upstream may say nothing; it holds for the whole model, so the longest counts",
    ]);
    expect(saidOf(lines, "model_list[1].litellm_params.drop_params")).toEqual([
      "changed another deployment of the model drops them, so all do",
    ]);
  });
});
