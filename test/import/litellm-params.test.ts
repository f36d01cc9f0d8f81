import { describe, expect, test } from "vitest";
import { fatesOf, imported, oneModel, routesOf, saidOf } from "./_import.ts";

const key = "api_key: os.environ/K";

/** What stands in the source, the one provider and the one model of the new file. */
const hosts: readonly (readonly [params: string, provider: object, model: unknown])[] = [
  [`model: openai/gpt-4o, ${key}`, { openai: { type: "openai", auth: { bearer: "${K}" } } }, "openai/gpt-4o"],
  [`model: gpt-4o, ${key}`, { openai: { type: "openai", auth: { bearer: "${K}" } } }, "openai/gpt-4o"],
  ["model: o3-mini", { openai: { type: "openai", auth: { bearer: "${OPENAI_API_KEY}" } } }, "openai/o3-mini"],
  [`model: openai/responses/gpt-5, ${key}`, { openai: { type: "openai", auth: { bearer: "${K}" } } }, "openai/gpt-5"],
  [
    `model: openai/qwen3, api_base: "https://llm.corp.example/v1", ${key}`,
    { corp: { type: "openai", base_url: "https://llm.corp.example/v1", auth: { bearer: "${K}" } } },
    "corp/qwen3",
  ],
  [
    `model: openai/qwen3, api_base: "http://127.0.0.1:8000/v1", api_key: none`,
    { local: { type: "openai", base_url: "http://127.0.0.1:8000/v1" } },
    "local/qwen3",
  ],
  [
    `model: openai/qwen3, api_base: os.environ/CORP_API_BASE, ${key}`,
    { corp: { type: "openai", base_url: "${CORP_API_BASE}", auth: { bearer: "${K}" } } },
    "corp/qwen3",
  ],
  [
    `model: qwen3, custom_llm_provider: openai, api_base: "http://127.0.0.1:8000/v1", ${key}`,
    { local: { type: "openai", base_url: "http://127.0.0.1:8000/v1", auth: { bearer: "${K}" } } },
    "local/qwen3",
  ],
  [
    `model: openai/gpt-4o, ${key}, organization: org-1`,
    { openai: { type: "openai", auth: { bearer: "${K}" }, headers: { "OpenAI-Organization": "org-1" } } },
    "openai/gpt-4o",
  ],
  [
    `model: anthropic/claude-sonnet-4-5, ${key}`,
    { anthropic: { type: "anthropic", auth: { api_key: "${K}" } } },
    "anthropic/claude-sonnet-4-5",
  ],
  [
    "model: claude-3-5-haiku-20241022",
    { anthropic: { type: "anthropic", auth: { api_key: "${ANTHROPIC_API_KEY}" } } },
    "anthropic/claude-3-5-haiku-20241022",
  ],
  [
    `model: anthropic/claude-opus-4-1, api_base: "https://claude.corp.example/v1/messages", ${key}`,
    { anthropic: { type: "anthropic", base_url: "https://claude.corp.example", auth: { api_key: "${K}" } } },
    "anthropic/claude-opus-4-1",
  ],
  [
    `model: azure/my-gpt, api_base: "https://r.openai.azure.com/", api_version: 2024-10-21, ${key}`,
    {
      azure: {
        type: "azure",
        base_url: "https://r.openai.azure.com",
        api_version: "2024-10-21",
        auth: { api_key: "${K}" },
      },
    },
    "azure/my-gpt",
  ],
  [
    `model: azure/my-gpt, api_base: os.environ/AZURE_API_BASE, api_version: os.environ/AZURE_API_VERSION`,
    {
      azure: {
        type: "azure",
        base_url: "${AZURE_API_BASE}",
        api_version: "${AZURE_API_VERSION}",
        auth: { api_key: "${AZURE_API_KEY}" },
      },
    },
    "azure/my-gpt",
  ],
  [
    `model: azure/o_series/mini, api_base: "https://r.openai.azure.com/openai/deployments/mini?api-version=x", api_version: latest, tenant_id: t, client_id: c, client_secret: s`,
    { azure: { type: "azure", base_url: "https://r.openai.azure.com", api_version: "preview", auth: "entra" } },
    { deployments: [{ use: "azure/mini", family: "o3" }] },
  ],
  [
    `model: azure/my-gpt, api_base: "https://r.openai.azure.com", azure_ad_token: os.environ/T`,
    { azure: { type: "azure", base_url: "https://r.openai.azure.com", auth: { bearer: "${T}" } } },
    "azure/my-gpt",
  ],
  [
    "model: bedrock/anthropic.claude-3-haiku-20240307-v1:0, aws_region_name: eu-west-1",
    { bedrock: { type: "bedrock", region: "eu-west-1", auth: "aws" } },
    "bedrock/anthropic.claude-3-haiku-20240307-v1:0",
  ],
  [
    "model: bedrock/converse/us.amazon.nova-pro-v1:0, aws_region_name: os.environ/R",
    { bedrock: { type: "bedrock", region: "${R}", auth: "aws" } },
    "bedrock/us.amazon.nova-pro-v1:0",
  ],
  [
    "model: bedrock/invoke/us.anthropic.claude-sonnet-4-5-20250929-v1:0",
    { bedrock: { type: "bedrock", region: "${AWS_REGION:-us-west-2}", auth: "aws" } },
    "bedrock/us.anthropic.claude-sonnet-4-5-20250929-v1:0",
  ],
  [
    "model: bedrock/us-east-1/anthropic.claude-3-haiku-20240307-v1:0",
    { bedrock: { type: "bedrock", region: "us-east-1", auth: "aws" } },
    "bedrock/anthropic.claude-3-haiku-20240307-v1:0",
  ],
  [
    'model: "bedrock/converse/arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/a1", aws_region_name: us-east-1',
    { bedrock: { type: "bedrock", region: "us-east-1", auth: "aws" } },
    "bedrock/arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/a1",
  ],
  [
    "model: bedrock/amazon.nova-lite-v1:0, aws_region_name: us-east-1, api_key: os.environ/BK, aws_bedrock_runtime_endpoint: https://vpce.example/, guardrailConfig: { guardrailIdentifier: g, guardrailVersion: DRAFT, trace: enabled }",
    {
      bedrock: {
        type: "bedrock",
        region: "us-east-1",
        base_url: "https://vpce.example",
        auth: { api_key: "${BK}" },
        guardrail: { identifier: "g", version: "DRAFT", trace: "enabled" },
      },
    },
    "bedrock/amazon.nova-lite-v1:0",
  ],
  [
    "model: vertex_ai/gemini-2.5-pro, vertex_project: p, vertex_location: global",
    { vertex: { type: "vertex", project: "p", location: "global", auth: "adc" } },
    "vertex/gemini-2.5-pro",
  ],
  [
    "model: gemini-2.5-pro",
    {
      vertex: {
        type: "vertex",
        project: "${VERTEXAI_PROJECT}",
        location: "${VERTEXAI_LOCATION:-us-central1}",
        auth: "adc",
      },
    },
    "vertex/gemini-2.5-pro",
  ],
  [
    "model: vertex_ai/claude-sonnet-4-5@20250929, vertex_ai_project: p, vertex_ai_location: us-east5, vertex_credentials: os.environ/GOOGLE_APPLICATION_CREDENTIALS",
    { vertex: { type: "vertex", project: "p", location: "us-east5", auth: "adc" } },
    "vertex/claude-sonnet-4-5@20250929",
  ],
  [
    "model: vertex_ai/claude-sonnet-4-5-20250929, vertex_project: p, vertex_location: us-east5, vertex_credentials: ./key.json",
    { vertex: { type: "vertex", project: "p", location: "us-east5", auth: { service_account: "./key.json" } } },
    "vertex/claude-sonnet-4-5@20250929",
  ],
  [
    "model: vertex_ai/meta/llama-3.3-70b-instruct-maas, vertex_project: p, vertex_location: us-central1, vertex_credentials: os.environ/VK",
    { vertex: { type: "vertex", project: "p", location: "us-central1", auth: { service_account: "${VK}" } } },
    "vertex/meta/llama-3.3-70b-instruct-maas",
  ],
  [
    "model: vertex_ai/gemini/1234567890, vertex_project: p, vertex_location: us-central1",
    { vertex: { type: "vertex", project: "p", location: "us-central1", auth: "adc" } },
    "vertex/endpoints/1234567890",
  ],
  [
    `model: gemini/gemini-2.5-flash, ${key}`,
    { gemini: { type: "gemini", auth: { api_key: "${K}" } } },
    "gemini/gemini-2.5-flash",
  ],
  ...(["openrouter", "groq", "mistral", "deepseek", "xai"] as const).map(
    (server) =>
      [
        `model: ${server}/vendor/x`,
        { [server]: { type: "openai", server, auth: { bearer: `\${${server.toUpperCase()}_API_KEY}` } } },
        `${server}/vendor/x`,
      ] as const,
  ),
  [
    'model: ollama/llama3.2, api_base: "http://box:11434"',
    { ollama: { type: "openai", server: "ollama", base_url: "http://box:11434/v1" } },
    "ollama/llama3.2",
  ],
  [
    "model: ollama_chat/llama3.2",
    { ollama: { type: "openai", server: "ollama", base_url: "http://127.0.0.1:11434/v1" } },
    "ollama/llama3.2",
  ],
  [
    'model: hosted_vllm/Qwen/Qwen3-8B, api_base: "http://gpu:8000/v1"',
    { vllm: { type: "openai", server: "vllm", base_url: "http://gpu:8000/v1" } },
    "vllm/Qwen/Qwen3-8B",
  ],
  [
    "model: lm_studio/qwen3",
    { lmstudio: { type: "openai", server: "lmstudio", base_url: "${LM_STUDIO_API_BASE}" } },
    "lmstudio/qwen3",
  ],
  [
    `model: together_ai/meta-llama/Llama-3.3-70B, ${key}`,
    { together: { type: "openai", base_url: "https://api.together.xyz/v1", auth: { bearer: "${K}" } } },
    "together/meta-llama/Llama-3.3-70B",
  ],
  [
    `model: fireworks_ai/llama-v3, ${key}`,
    { fireworks: { type: "openai", base_url: "https://api.fireworks.ai/inference/v1", auth: { bearer: "${K}" } } },
    "fireworks/accounts/fireworks/models/llama-v3",
  ],
  [
    `model: openai/gpt-4o, ${key}, ssl_verify: ./ca.pem, headers: { anthropic-beta: b }, extra_headers: { X-Team: os.environ/TEAM }`,
    {
      openai: {
        type: "openai",
        auth: { bearer: "${K}" },
        headers: { "anthropic-beta": "b", "X-Team": "${TEAM}" },
        tls: { ca_file: "./ca.pem" },
      },
    },
    "openai/gpt-4o",
  ],
];

describe("where a model is", () => {
  test.each(hosts)("%s", (params, providers, model) => {
    expect(routesOf(oneModel(params))).toEqual({ providers, models: { m: model } });
  });

  test.each([
    ["model: cohere/command-r", /speaks the language of `cohere`/],
    ["model: sagemaker/x", /speaks the language of `sagemaker`/],
    ["model: somebody/else", /does not tell which host/],
    ['model: "*"', /a line for each host/],
    ["model: bedrock/agent/A/B", /agents/],
    [
      "model: vertex_ai/mistral-large@2411, vertex_project: p, vertex_location: us-east5",
      /`mistral-large@2411` is a model of mistralai/,
    ],
    ['model: azure_ai/x, api_base: "https://x.eastus.models.ai.azure.com"', /serverless/],
    ["model: os.environ/MODEL", /named in the file/],
    ['model: "openai/*"', /needs one at the end of the model's own name/],
    ["api_key: k", /has a `model_name`/],
  ])("%s is left out, and the others stay", (params, why) => {
    const { lines, routes } = imported(
      oneModel(params, "  - { model_name: other, litellm_params: { model: gpt-4o } }\n"),
    );
    expect(saidOf(lines, "model_list[0]").join("\n")).toMatch(why);
    expect(lines.filter(({ path }) => path.startsWith("model_list[0].") && path.endsWith(".model"))).toEqual([]);
    expect(routes).toContain("other: openai/gpt-4o");
    expect(routes).not.toContain("  m: ");
  });

  test.each(["image_generation", "audio_transcription", "rerank", "moderation", "realtime"])(
    "a model of the mode %s is left out",
    (mode) => {
      const text = oneModel(
        "model: openai/x",
        `    model_info: { mode: ${mode} }\n  - { model_name: o, litellm_params: { model: gpt-4o } }\n`,
      );
      expect(saidOf(imported(text).lines, "model_list[0]")).toEqual([
        `left left out: this version does not serve models of the mode \`${mode}\``,
      ]);
    },
  );
});

const aws = "model: bedrock/amazon.nova-lite-v1:0, aws_region_name: us-east-1";

/** A parameter beside a model of OpenAI's, its fate, and the model in the new file. */
const params: readonly (readonly [params: string, name: string, fate: string, model: unknown])[] = [
  ["timeout: 600", "timeout", "changed", { deployments: ["openai/x"], timeouts: { first_byte: "600s", idle: "600s" } }],
  [
    "timeout: 0.5",
    "timeout",
    "changed",
    { deployments: ["openai/x"], timeouts: { first_byte: "500ms", idle: "500ms" } },
  ],
  [
    "timeout: 6000",
    "timeout",
    "changed",
    { deployments: ["openai/x"], timeouts: { first_byte: "6000s", idle: "6000s", total: "6000s" } },
  ],
  ["timeout: os.environ/T", "timeout", "left", "openai/x"],
  ["stream_timeout: 30", "stream_timeout", "left", "openai/x"],
  ["max_retries: 2", "max_retries", "left", "openai/x"],
  ["rpm: 5", "rpm", "left", "openai/x"],
  ["tpm: 5", "tpm", "left", "openai/x"],
  ["max_parallel_requests: 5", "max_parallel_requests", "left", "openai/x"],
  ["weight: 5", "weight", "left", "openai/x"],
  ["order: 1", "order", "changed", "openai/x"],
  ["temperature: 0.2", "temperature", "left", "openai/x"],
  ["max_tokens: 100", "max_tokens", "left", "openai/x"],
  ["drop_params: true", "drop_params", "carried", "openai/x"],
  ["drop_params: false", "drop_params", "carried", { deployments: ["openai/x"], unsupported: "refuse" }],
  ["additional_drop_params: [seed]", "additional_drop_params", "left", "openai/x"],
  [
    "input_cost_per_token: 3e-06",
    "input_cost_per_token",
    "changed",
    { deployments: [{ use: "openai/x", price: { input: "3" } }] },
  ],
  ["output_cost_per_token: 3e-06", "output_cost_per_token", "left", "openai/x"],
  ["input_cost_per_second: 0.01", "input_cost_per_second", "left", "openai/x"],
  ["aws_region_name: us-east-1", "aws_region_name", "left", "openai/x"],
  ["api_version: v1", "api_version", "left", "openai/x"],
  [
    "safety_settings: [{ category: HARM_CATEGORY_HARASSMENT, threshold: BLOCK_NONE }]",
    "safety_settings[0]",
    "carried",
    { deployments: [{ use: "openai/x", safety: { HARM_CATEGORY_HARASSMENT: "BLOCK_NONE" } }] },
  ],
  ["ssl_verify: false", "ssl_verify", "left", "openai/x"],
];

describe("what stands beside a model", () => {
  test.each(params)("%s", (param, name, fate, model) => {
    const text = oneModel(`model: openai/x, ${key}, ${param}`);
    expect(routesOf(text)).toMatchObject({ models: { m: model } });
    expect(fatesOf(imported(text).lines, `model_list[0].litellm_params.${name}`)).toEqual([fate]);
  });

  test.each([
    ["aws_access_key_id: os.environ/AWS_ACCESS_KEY_ID", "carried", /reads AWS_ACCESS_KEY_ID$/],
    ["aws_secret_access_key: os.environ/OTHER", "changed", /put it into AWS_SECRET_ACCESS_KEY$/],
    ["aws_session_token: os.environ/T", "changed", /put it into AWS_SESSION_TOKEN$/],
    ["aws_profile_name: dev", "changed", /put it into AWS_PROFILE$/],
    ["aws_role_name: arn", "left", /profile of ~\/\.aws\/config/],
  ])("at Bedrock: %s", (param, fate, said) => {
    const { lines } = imported(oneModel(`${aws}, ${param}`));
    const [line = ""] = saidOf(lines, `model_list[0].litellm_params.${param.split(":")[0]}`);
    expect(line.startsWith(fate)).toBe(true);
    expect(line).toMatch(said);
  });

  test.each([
    ["mode: chat", "mode", "carried"],
    ["id: a", "id", "left"],
    ["max_tokens: 5", "max_tokens", "left"],
    ["supports_vision: true", "supports_vision", "left"],
    ["access_groups: [beta]", "access_groups", "left"],
  ])("model_info: %s", (info, name, fate) => {
    const { lines } = imported(oneModel("model: gpt-4o", `    model_info: { ${info} }\n`));
    expect(fatesOf(lines, `model_list[0].model_info.${name}`)).toEqual([fate]);
  });

  test("base_model is what a deployment is made of", () => {
    const text = oneModel(
      'model: azure/d, api_base: "https://r.openai.azure.com"',
      "    model_info: { base_model: azure/gpt-4o }\n",
    );
    expect(routesOf(text)).toMatchObject({ models: { m: { deployments: [{ use: "azure/d", family: "gpt-4o" }] } } });
  });

  test.each([
    [
      "litellm_params",
      oneModel("model: gpt-4o, temprature: 1"),
      "model_list[0].litellm_params.temprature",
      "temperature",
    ],
    ["an entry", oneModel("model: gpt-4o", "    modelinfo: {}\n"), "model_list[0].modelinfo", "model_info"],
    [
      "router_settings",
      oneModel("model: gpt-4o", "router_settings: { num_retrys: 1 }\n"),
      "router_settings.num_retrys",
      "num_retries",
    ],
    ["the file", oneModel("model: gpt-4o", "general_setting: {}\n"), "general_setting", "general_settings"],
  ])("a word that nobody knows is told with the nearest one: %s", (_where, text, path, suggestion) => {
    const line = imported(text).lines.find((one) => one.path === path);
    expect(line).toMatchObject({ fate: "left", suggestion });
  });
});

describe("the account", () => {
  test("has every line of the source that says something, once for each fate", () => {
    const { lines } = imported(
      oneModel(`model: openai/x, ${key}, timeout: 5, weight: 1, drop_params: true, seed: 1, zzz: 1`),
    );
    const paths = new Set(lines.map(({ path }) => path.replace("model_list[0].litellm_params.", "")));
    for (const name of ["model", "api_key", "timeout", "weight", "drop_params", "seed", "zzz"])
      expect(paths).toContain(name);
  });

  test("names the line and path of both files", () => {
    const { lines, routes } = imported(oneModel(`model: openai/x, ${key}`));
    const line = lines.find(({ path }) => path.endsWith(".api_key"));
    expect(line).toMatchObject({ fate: "carried", line: 3, to: { path: "providers.openai.auth.bearer" } });
    expect(routes.split("\n")[(line?.to?.line ?? 0) - 1]).toContain("bearer");
  });
});
