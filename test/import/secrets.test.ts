import { describe, expect, test } from "vitest";
import { importLiteLLM } from "../../src/import/litellm/index.ts";
import { expectHidden, secret } from "../_canary.ts";
import { imported, oneModel } from "./_import.ts";

const hidden = secret("source");

/** Everywhere that a secret may stand: beside a model, or under a section. */
const params: readonly string[] = [
  `model: openai/x, api_key: ${hidden}`,
  `model: openai/x, api_key: "os.environ/not-a-name-${hidden}"`,
  `model: openai/x, api_key: "os.environ/two words ${hidden}"`,
  `model: openai/x, api_base: "https://user:${hidden}@host.example/v1"`,
  `model: openai/x, api_base: "https://host.example/v1?key=${hidden}"`,
  `model: openai/x, api_base: "https://host.example/v1#${hidden}"`,
  `model: openai/x, extra_headers: { Authorization: "Bearer ${hidden}", X-Any: ${hidden} }`,
  `model: openai/x, headers: { cookie: ${hidden} }`,
  `model: openai/x, temperature: ${hidden}, zzz: ${hidden}, extra_body: { key: ${hidden} }`,
  `model: openai/x, timeout: ${hidden}, weight: ${hidden}, rpm: ${hidden}, order: ${hidden}, drop_params: ${hidden}`,
  `model: openai/x, input_cost_per_token: ${hidden}, output_cost_per_second: ${hidden}`,
  `model: cohere/x, api_key: ${hidden}`,
  `model: anthropic/x, api_key: ${hidden}`,
  `model: gemini/x, api_key: ${hidden}`,
  `model: hosted_vllm/x, api_key: ${hidden}, api_base: "http://user:${hidden}@box:8000/v1"`,
  `model: azure/x, api_base: "https://r.openai.azure.com/?sig=${hidden}", api_key: ${hidden}`,
  `model: azure/x, api_base: "https://r.openai.azure.com", azure_ad_token: ${hidden}`,
  `model: azure/x, api_base: "https://r.openai.azure.com", tenant_id: t, client_id: c, client_secret: ${hidden}, azure_password: ${hidden}`,
  `model: bedrock/amazon.nova-lite-v1:0, aws_region_name: us-east-1, aws_access_key_id: ${hidden}, aws_secret_access_key: ${hidden}, aws_session_token: ${hidden}, aws_web_identity_token: ${hidden}, aws_role_name: ${hidden}, aws_profile_name: ${hidden}`,
  `model: bedrock/amazon.nova-lite-v1:0, aws_region_name: us-east-1, api_key: ${hidden}, aws_bedrock_runtime_endpoint: "https://user:${hidden}@vpce.example?x=${hidden}"`,
  `model: vertex_ai/gemini-2.5-pro, vertex_project: p, vertex_location: global, vertex_credentials: '{"private_key":"${hidden}"}'`,
  `model: vertex_ai/gemini-2.5-pro, vertex_project: p, vertex_location: global, vertex_credentials: { private_key: ${hidden} }`,
];

const sections: readonly string[] = [
  `general_settings: { master_key: ${hidden}, database_url: "postgres://u:${hidden}@h/d", alert_to_webhook_url: { x: "https://hooks.example/${hidden}" }, zzz: ${hidden} }`,
  `router_settings: { redis_host: h, redis_port: 6379, redis_password: ${hidden}, redis_username: u }`,
  `router_settings: { redis_url: "redis://:${hidden}@h:6379", redis_password: ${hidden} }`,
  `router_settings: { redis_host: "redis://:${hidden}@h:6379" }`,
  `litellm_settings: { cache_params: { type: redis, password: ${hidden} }, api_key: ${hidden}, request_timeout: ${hidden}, callbacks: [${hidden}], zzz: ${hidden} }`,
  `environment_variables: { OPENAI_API_KEY: ${hidden}, LANGFUSE_SECRET_KEY: ${hidden} }`,
  `guardrails: [{ guardrail_name: g, litellm_params: { api_key: ${hidden} } }]`,
  `mcp_servers: { a: { auth_value: ${hidden} } }`,
  `credential_list: [{ credential_values: { api_key: ${hidden} } }]`,
  `include: [${hidden}]`,
];

describe("a secret of the source shows nowhere", () => {
  test.each(params.map((one, at) => [at, one] as const))("beside a model, %i", (_at, one) => {
    const text = oneModel(one, "  - { model_name: other, litellm_params: { model: gpt-4o } }\n");
    const { routes, lines, variables } = imported(text);
    expectHidden([routes, lines, variables]);
  });

  test.each(sections.map((one, at) => [at, one] as const))("under a section, %i", (_at, one) => {
    const { routes, lines, variables } = imported(`${oneModel("model: gpt-4o")}${one}\n`);
    expectHidden([routes, lines, variables]);
  });

  test.each([
    `${oneModel("model: gpt-4o")}general_settings: { master_key: "${hidden} }\n`,
    `${oneModel("model: gpt-4o")}general_settings:\n\tmaster_key: ${hidden}\n`,
    `${oneModel("model: gpt-4o")}general_settings: { aws_secret_access_key: ${hidden}, aws_secret_access_key: ${hidden} }\n`,
    `- ${hidden}\n`,
    `api_key: ${hidden}\n`,
    `model_list: ${hidden}\n`,
    `model_list: [{ model_name: m, litellm_params: { model: cohere/x, api_key: ${hidden} } }]\n`,
    hidden,
  ])("of a text that cannot be imported", (text) => {
    const result = importLiteLLM(text, "config.yaml");
    expect("routes" in result).toBe(false);
    expectHidden(result);
  });
});

describe("a secret of the source", () => {
  test("becomes a variable, and the account says which", () => {
    const { routes, variables, lines } = imported(oneModel(`model: openai/x, api_key: ${hidden}`));
    expect(routes).toContain('auth: { bearer: "${OPENAI_API_KEY}" }');
    expect(variables).toEqual([
      { name: "OPENAI_API_KEY", from: { line: 3, path: "model_list[0].litellm_params.api_key" }, isNew: false },
    ]);
    expect(lines.find(({ path }) => path.endsWith("api_key"))).toMatchObject({
      fate: "changed",
      text: "the value stays out of the file: put it into OPENAI_API_KEY",
      to: { path: "providers.openai.auth.bearer" },
    });
  });

  test("has one variable wherever it stands, and another secret another one", () => {
    const text = `model_list:
  - { model_name: a, litellm_params: { model: openai/a, api_key: ${hidden}1 } }
  - { model_name: b, litellm_params: { model: openai/b, api_key: ${hidden}2 } }
  - { model_name: c, litellm_params: { model: openai/c, api_key: ${hidden}1 } }
`;
    const { routes, variables } = imported(text);
    expect(variables.map(({ name }) => name)).toEqual(["OPENAI_API_KEY", "OPENAI_API_KEY_2"]);
    expect(routes).toContain("a: openai/a\n  b: openai-2/b\n  c: openai/c\n");
  });

  test.each([
    [
      "another entry reads",
      "  - { model_name: b, litellm_params: { model: openai/b, api_key: os.environ/OPENAI_API_KEY } }\n",
    ],
    ["LiteLLM reads by itself", "  - { model_name: b, litellm_params: { model: openai/b } }\n"],
    ["the file sets", "environment_variables: { OPENAI_API_KEY: x }\n"],
  ])("takes no name that %s", (_who, more) => {
    const { variables } = imported(oneModel(`model: openai/a, api_key: ${hidden}`, more));
    expect(variables.find(({ from }) => from !== undefined)?.name).toBe("OPENAI_API_KEY_2");
  });
});

describe("what cannot be imported", () => {
  test.each([
    ["an empty file", "", 1, /no `model_list`/],
    ["a text", "hello", 1, /no `model_list`/],
    ["another map", "services: {}\n", 1, /no `model_list`/],
    ["a routes.yaml", "providers: {}\nmodels: {}\n", 1, /a routes\.yaml already/],
    ["an empty list", "a: 1\nmodel_list: []\n", 2, /`model_list` is empty/],
    ["no list", "model_list: { a: b }\n", 1, /is a list of models/],
    ["bad YAML", "model_list:\n  - model_name: [\n", 3, /is not closed/],
    ["a key twice", "model_list: []\nmodel_list: []\n", 2, /here twice/],
    [
      "no model that is left",
      "model_list:\n  - { model_name: m, litellm_params: { model: cohere/x } }\n",
      1,
      /no model could/,
    ],
  ])("%s", (_name, text, line, message) => {
    const result = importLiteLLM(text, "config.yaml");
    if ("routes" in result) throw new Error(result.routes);
    expect(result.mistakes[0]).toMatchObject({ line, message: expect.stringMatching(message) });
  });
});
