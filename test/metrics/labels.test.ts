import { expect, test } from "vitest";
import { createLabels } from "../../src/metrics/labels.ts";
import { configOf } from "../config/_load.ts";

test("an origin is its provider's, whatever the models there are for", () => {
  const { providersAt } = createLabels(
    configOf(`
providers:
  aws: { type: bedrock, region: us-east-1, auth: { api_key: "\${KEY:-k}" } }
  google: { type: vertex, project: p, location: europe-west4, auth: none }
  texts: { type: openai, base_url: "https://texts.example/v1", auth: none }
models:
  vectors: aws/amazon.titan-embed-text-v2:0
  others: google/text-embedding-005
  chat: texts/any
`),
  );
  expect(
    [
      "https://bedrock-runtime.us-east-1.amazonaws.com",
      "https://europe-west4-aiplatform.googleapis.com",
      "https://texts.example",
      "https://elsewhere.example",
    ].map(providersAt),
  ).toEqual(["aws", "google", "texts", "other"]);
});
