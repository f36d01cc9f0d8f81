import { expect, test } from "vitest";
import { configOf, imported, modelsOf, oneModel, routesOf, saidOf } from "./_import.ts";

const anchored = `
model_list:
  - model_name: a
    litellm_params: &own
      model: openai/gpt-4o
      api_key: os.environ/K
      api_base: https://own.example/v1
  - model_name: b
    litellm_params: { <<: *own, model: openai/gpt-4o-mini }
  - model_name: c
    litellm_params:
      model: openai/gpt-4.1
      <<: [{ api_base: "https://first.example/v1" }, *own]
  - model_name: d
    litellm_params: { <<: { <<: *own }, api_key: os.environ/K2 }
`;

test("merge keys bring in what a map does not say itself, as LiteLLM's parser has it", () => {
  const { models } = configOf(anchored, { K: "k", K2: "k2" });
  expect(models.map(({ name, deployments: [first] }) => [name, first?.upstreamModel, first?.provider.baseUrl])).toEqual(
    [
      ["a", "gpt-4o", "https://own.example/v1"],
      ["b", "gpt-4o-mini", "https://own.example/v1"],
      ["c", "gpt-4.1", "https://first.example/v1"],
      ["d", "gpt-4o", "https://own.example/v1"],
    ],
  );
  expect(imported(anchored).variables.map(({ name }) => name)).toEqual(["K", "K2"]);
});

test("a merge key that leads to no map is told of", () => {
  const { lines } = imported(oneModel("model: openai/gpt-4o, <<: 1"));
  expect(saidOf(lines, 'model_list[0].litellm_params["<<"]')).toEqual([
    "left LiteLLM is not known to have such a setting",
  ]);
});

test("names that JavaScript's objects have are names like any other", () => {
  const text = oneModel(
    "model: openai/gpt-4o, api_key: os.environ/K, extra_headers: { __proto__: canary-a, constructor: canary-b }",
  );
  expect(imported(text).variables.map(({ name }) => name)).toEqual(["K", "HEADER_PROTO", "HEADER_CONSTRUCTOR"]);
  expect(imported(text).routes).not.toContain("canary");
});

test("a model stays when one that stands in for it cannot", () => {
  const text = `
model_list:
  - model_name: good
    litellm_params: { model: openai/gpt-4o, api_key: os.environ/K }
  - model_name: odd
    litellm_params:
      { model: openai/gpt-4o, api_key: os.environ/K, input_cost_per_token: 1e-6, input_cost_per_token_above_0k_tokens: 2e-6 }
  - model_name: other
    litellm_params: { model: openai/gpt-4o-mini, api_key: os.environ/K }
litellm_settings: { fallbacks: [{ good: [odd, other] }] }
`;
  const { lines } = imported(text);
  expect(modelsOf(configOf(text, { K: "k" }))).toEqual([
    "good: fallback openai/gpt-4o openai/gpt-4o-mini",
    "other: fallback openai/gpt-4o-mini",
  ]);
  expect(saidOf(lines, "model_list[1]")).toEqual(["left left out: `tokens` is at least 1"]);
});

test("requests never go to the account of another entry", () => {
  const entry = (name: string, credential: string): string =>
    `  - model_name: ${name}\n    litellm_params: { model: bedrock/amazon.nova-lite-v1:0, aws_region_name: us-east-1, ${credential} }\n`;
  const one = "aws_access_key_id: AKIAONE, aws_secret_access_key: s1";
  const two = "aws_access_key_id: os.environ/OTHER_ID, aws_secret_access_key: os.environ/OTHER_SECRET";
  const text = `model_list:\n${entry("a", one)}${entry("b", two)}${entry("c", one)}`;
  expect(routesOf(text)).toMatchObject({ models: { a: expect.any(String), c: expect.any(String) } });
  expect(routesOf(text)).not.toHaveProperty("models.b");
  expect(saidOf(imported(text).lines, "model_list[1]").join()).toMatch(/AWS_ACCESS_KEY_ID.*another entry/);
});
