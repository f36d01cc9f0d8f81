import { describe, expect, test } from "vitest";
import { configOf, mistakesOf } from "./_load.ts";

const bedrock = "providers: { b: { type: bedrock, region: us-east-1 } }\n";
const arn = "arn:aws:bedrock:us-east-1:123456789012";

describe("a provider of type bedrock", () => {
  test.each([
    ["a region", "", { kind: "aws", region: "us-east-1" }],
    ["its word for keys", ", auth: aws", { kind: "aws", region: "us-east-1" }],
    ["a key of Bedrock's", ', auth: { api_key: "${TOKEN}" }', { kind: "api_key" }],
    ["a token", ', auth: { bearer: "${TOKEN}" }', { kind: "bearer" }],
    ["a token's file", ", auth: { bearer_file: t }", { kind: "bearer_file" }],
    ["a command", ", auth: { command: [print-token], ttl: 600s }", { kind: "command" }],
    ["what is said to be enough", ", auth: none", { kind: "none" }],
  ])("is content with %s", (_name, members, auth) => {
    const text = `providers: { b: { type: bedrock, region: us-east-1${members} } }\nmodels: { m: b/x.y }\n`;
    const { providers, warnings } = configOf(text);
    expect(providers[0]).toMatchObject({ type: "bedrock", region: "us-east-1", auth });
    expect(warnings).toEqual([]);
  });

  test("has a guardrail", () => {
    const guardrail = { identifier: "gr-1", version: "DRAFT", trace: "enabled" };
    const text = `providers: { b: { type: bedrock, region: us-east-1, guardrail: ${JSON.stringify(guardrail)} } }\n`;
    expect(configOf(`${text}models: { m: b/x.y }\n`).providers[0]?.guardrail).toEqual(guardrail);
  });

  test.each([
    "anthropic.claude-3-haiku-20240307-v1:0",
    "us.anthropic.claude-sonnet-4-5-20250929-v1:0",
    "amazon.nova-pro-v1:0",
    "meta.llama3-3-70b-instruct-v1:0",
    `${arn}:inference-profile/us.anthropic.claude-opus-4-8`,
    "arn:aws:bedrock:us-east-1::foundation-model/amazon.nova-lite-v1:0",
  ])("has %s", (model) => {
    const { models, warnings } = configOf(`${bedrock}models: { m: "b/${model}" }\n`);
    expect(models[0]?.deployments[0]?.upstreamModel).toBe(model);
    expect(warnings).toEqual([]);
  });

  test("behind a base URL any name will do", () => {
    const text = 'providers: { b: { type: bedrock, region: us-east-1, base_url: "https://corp.example" } }\n';
    expect(configOf(`${text}models: { m: b/claude-opus-4-8, n: b/team/fast@1 }\n`).warnings).toEqual([]);
  });
});

interface Row {
  readonly name: string;
  readonly text: string;
  readonly want: readonly (readonly [place: string, message: string, suggestion?: string])[];
}

const models = "models: { m: b/x.y }\n";
const foreign =
  "`auth` is a credential that Amazon does not know; take aws, or a Bedrock API key as in { api_key: ${AWS_BEARER_TOKEN_BEDROCK} }";
const named = (shown: string, place: string): string =>
  `\`${shown}\` has no name of Bedrock's, which has the vendor in front and a version behind, as in b/${place}anthropic.claude-sonnet-4-5-20250929-v1:0`;

const rows: readonly Row[] = [
  {
    name: "no region",
    text: `providers:\n  b: { type: bedrock }\n${models}`,
    want: [["2:3", "`b` needs `region`, the AWS region to call, as in us-east-1"]],
  },
  {
    name: "no region, with keys by name",
    text: `providers:\n  b: { type: bedrock, auth: aws }\n${models}`,
    want: [["2:3", "`b` needs `region`, the AWS region to call, as in us-east-1"]],
  },
  {
    name: "a misspelled member",
    text: `providers:\n  b: { type: bedrock, regoin: us-east-1 }\n${models}`,
    want: [["2:23", "unknown key `regoin`", "region"]],
  },
  {
    name: "a zone in place of a region",
    text: `providers:\n  b: { type: bedrock, region: us-east-1a }\n${models}`,
    want: [["2:31", "`region` cannot be `us-east-1a`; write it as in us-east-1", "us-east-1"]],
  },
  {
    name: "a region without its number",
    text: `providers:\n  b: { type: bedrock, region: eu_central_1 }\n${models}`,
    want: [["2:31", "`region` cannot be `eu_central_1`; write it as in us-east-1", "eu-central-1"]],
  },
  {
    name: "a region from the environment",
    text: `providers:\n  b: { type: bedrock, region: "\${TOKEN}" }\n${models}`,
    want: [["2:31", "`region` cannot be `${TOKEN}`; write it as in us-east-1"]],
  },
  {
    name: "Google's credential",
    text: `providers:\n  b: { type: bedrock, region: us-east-1, auth: adc }\n${models}`,
    want: [["2:42", foreign]],
  },
  {
    name: "Google's credential in a file",
    text: `providers:\n  b: { type: bedrock, region: us-east-1, auth: { service_account: key.json } }\n${models}`,
    want: [["2:42", foreign]],
  },
  {
    name: "Microsoft's credential",
    text: `providers:\n  b: { type: bedrock, region: us-east-1, auth: entra }\n${models}`,
    want: [["2:42", foreign]],
  },
  {
    name: "keys of AWS's for another host",
    text: 'providers:\n  b: { type: openai, base_url: "https://h.example/v1", auth: aws }\nmodels: { m: b/x }\n',
    want: [["2:62", "`auth: aws` signs requests for Amazon Bedrock; only a provider of type bedrock takes it"]],
  },
  {
    name: "a path in the base URL that is appended",
    text: `providers:\n  b: { type: bedrock, region: us-east-1, base_url: "https://h.example/aws/model/x/invoke" }\n${models}`,
    want: [["2:52", "`base_url` ends before `/model`, which is appended to it", "https://h.example/aws"]],
  },
  {
    name: "a guardrail without its version",
    text: `providers:\n  b: { type: bedrock, region: us-east-1, guardrail: { identifier: gr } }\n${models}`,
    want: [["2:42", "`guardrail` needs `version`"]],
  },
  {
    name: "a version that is a number",
    text: `providers:\n  b: { type: bedrock, region: us-east-1, guardrail: { identifier: gr, version: 1 } }\n${models}`,
    want: [["2:80", "`version` takes text; write it in quotes", '"1"']],
  },
  {
    name: "a trace that is no word",
    text: `providers:\n  b: { type: bedrock, region: us-east-1, guardrail: { identifier: gr, version: "1", trace: enable } }\n${models}`,
    want: [["2:92", "`trace` is disabled, enabled or enabled_full, not `enable`", "enabled"]],
  },
  {
    name: "Claude by Anthropic's name",
    text: `${bedrock}models: { m: b/claude-sonnet-4-5-20250929 }\n`,
    want: [["2:14", named("b/claude-sonnet-4-5-20250929", "us."), "b/us.anthropic.claude-sonnet-4-5-20250929-v1:0"]],
  },
  {
    name: "Claude by Vertex AI's name",
    text: `${bedrock.replace("us-east-1", "eu-west-1")}models: { m: b/claude-sonnet-4-5@20250929 }\n`,
    want: [["2:14", named("b/claude-sonnet-4-5@20250929", "eu."), "b/eu.anthropic.claude-sonnet-4-5-20250929-v1:0"]],
  },
  {
    name: "Claude by OpenRouter's name",
    text: `${bedrock}models: { m: b/anthropic/claude-opus-4.8 }\n`,
    want: [["2:14", named("b/anthropic/claude-opus-4.8", "us.")]],
  },
  {
    name: "a model of another host",
    text: `${bedrock}models: { m: b/meta-llama/llama-3 }\n`,
    want: [["2:14", "`b/meta-llama/llama-3` is no name of Bedrock's, as in b/amazon.nova-pro-v1:0, or an ARN"]],
  },
  {
    name: "an ARN of another region",
    text: `${bedrock.replace("us-east-1", "us-west-2")}models: { m: "b/${arn}:inference-profile/us.anthropic.claude-3" }\n`,
    want: [
      [
        "2:14",
        `\`b/${arn}:inference-profile/us.anthropic.claude-3\` is of the region us-east-1, and \`b\` calls us-west-2; give it a provider of its own`,
      ],
    ],
  },
  {
    name: "no name at all",
    text: `${bedrock}models: { m: b/anthropic/ }\n`,
    want: [["2:14", "`b/anthropic/` ends before the name of a model"]],
  },
];

describe("mistakes", () => {
  test.each(rows)("$name", ({ text, want }) => {
    const found = mistakesOf(text).map(({ line, column, message, suggestion }) =>
      suggestion === undefined ? [`${line}:${column}`, message] : [`${line}:${column}`, message, suggestion],
    );
    expect(found).toEqual(want);
  });
});

describe("warnings", () => {
  test("a region that is nearly one", () => {
    const { warnings } = configOf(`providers:\n  b: { type: bedrock, region: us-esat-1 }\n${models}`);
    const message = "`us-esat-1` is no region of Bedrock's that is known here";
    expect(warnings).toMatchObject([{ line: 2, column: 31, message, suggestion: "us-east-1" }]);
  });

  test.each(["eu-west-9", "zz-moon-central-12"])("not a region that may be new: %s", (region) => {
    expect(configOf(`providers: { b: { type: bedrock, region: ${region} } }\n${models}`).warnings).toEqual([]);
  });

  test("a profile of one's own, unless it is said what it is", () => {
    const use = `b/${arn}:application-inference-profile/a1b2c3`;
    const message =
      "this name does not tell which model it is: say so by `family`, as in { use: …, family: claude-sonnet-4-5 }";
    expect(configOf(`${bedrock}models: { m: "${use}" }\n`).warnings).toMatchObject([{ line: 2, column: 14, message }]);
    const told = configOf(`${bedrock}models: { m: { deployments: [{ use: "${use}", family: claude-opus-4-8 }] } }\n`);
    expect(told.warnings).toEqual([]);
    expect(told.models[0]?.deployments[0]?.family).toBe("claude-opus-4-8");
  });
});
