import { describe, expect, test } from "vitest";
import { configOf, mistakesOf } from "./_load.ts";

const vertex = "providers: { v: { type: vertex, project: p, location: us-central1 } }\n";
const express = 'providers: { v: { type: vertex, auth: { api_key: "${TOKEN}" } } }\n';
const gemini = 'providers: { g: { type: gemini, auth: { api_key: "${TOKEN}" } } }\n';

/** The provider of a file that is fine. */
function providerIn(text: string) {
  const [provider] = configOf(text).providers;
  if (provider === undefined) throw new Error("no provider");
  return provider;
}

describe("a provider of type gemini", () => {
  test("takes a key, and speaks to v1beta", () => {
    const { type, apiVersion, auth, baseUrl } = providerIn(`${gemini}models: { m: g/gemini-2.5-flash }`);
    expect({ type, apiVersion, baseUrl, kind: auth.kind }).toEqual({
      type: "gemini",
      apiVersion: "v1beta",
      baseUrl: undefined,
      kind: "api_key",
    });
  });

  test.each([
    ["v1", "v1"],
    ["v1beta", "v1beta"],
  ])("api_version: %s", (word, want) => {
    const text = `providers: { g: { type: gemini, api_version: ${word}, auth: none } }\nmodels: { m: g/x }`;
    expect(providerIn(text).apiVersion).toBe(want);
  });

  test.each([
    ["a base URL", 'base_url: "https://corp.example/gemini"', "none"],
    ["what is said to be enough", "auth: none", "none"],
    ["a token", 'auth: { bearer: "${TOKEN}" }', "bearer"],
    ["a header", 'auth: { header: { name: x-key, value: "${TOKEN}" } }', "header"],
  ])("is content with %s", (_name, members, kind) => {
    const text = `providers: { g: { type: gemini, ${members} } }\nmodels: { m: g/x }`;
    expect(providerIn(text).auth.kind).toBe(kind);
  });
});

test("Vertex AI's own version stays what it was", () => {
  expect(providerIn(`${vertex}models: { m: v/x }`).apiVersion).toBe("v1beta1");
});

interface Row {
  readonly name: string;
  readonly text: string;
  readonly want: readonly (readonly [place: string, message: string, suggestion?: string])[];
}

const foreign = (shown: string, publisher: string): string =>
  `\`${shown}\` is a model of ${publisher}'s: Vertex AI has it in that publisher's own language, which this version does not speak there yet`;

const rows: readonly Row[] = [
  {
    name: "the Developer API without a key",
    text: "providers:\n  g: { type: gemini }\nmodels: { m: g/x }\n",
    want: [["2:3", "`g` needs `auth`, as in { api_key: ${GEMINI_API_KEY} }; only `base_url` can do without"]],
  },
  {
    name: "Vertex AI's version at the Developer API",
    text: 'providers: { g: { type: gemini, api_version: v1beta1, auth: { api_key: "${TOKEN}" } } }\nmodels: { m: g/x }\n',
    want: [["1:46", "`api_version` is v1 or v1beta, not `v1beta1`", "v1beta"]],
  },
  {
    name: "a project at the Developer API",
    text: 'providers: { g: { type: gemini, project: p, auth: { api_key: "${TOKEN}" } } }\nmodels: { m: g/x }\n',
    want: [
      [
        "1:33",
        "unknown key `project`; `g` takes type, api_version, base_url, auth, headers, tls, connections and timeouts",
      ],
    ],
  },
  {
    name: "Mistral, whose language is another one too",
    text: `${vertex}models:\n  m: v/mistralai/mistral-medium-3\n`,
    want: [["3:6", foreign("v/mistralai/mistral-medium-3", "mistralai")]],
  },
  {
    name: "every Mistral",
    text: `${vertex}models:\n  "mistral-*": v/mistral-*\n`,
    want: [["3:16", foreign("v/mistral-*", "mistralai")]],
  },
  {
    name: "AI21",
    text: `${vertex}models:\n  j: { deployments: [{ use: v/publishers/ai21/models/jamba-1.5-large }] }\n`,
    want: [["3:29", foreign("v/publishers/ai21/models/jamba-1.5-large", "ai21")]],
  },
  {
    name: "an open model without its publisher",
    text: `${vertex}models:\n  l: v/llama-3.3-70b-instruct-maas\n`,
    want: [["3:6", "an open model is named with its publisher, as in v/meta/llama-3.3-70b-instruct-maas"]],
  },
  {
    name: "an open model in express mode",
    text: `${express}models:\n  l: v/meta/llama-3.3-70b-instruct-maas\n`,
    want: [
      ["3:6", "an open model needs `project` and `location` at `v`; without them there are Google's own models only"],
    ],
  },
  {
    name: "an open model that makes vectors, in express mode",
    text: `${express}models:\n  l: v/intfloat/multilingual-e5-small-maas\n`,
    want: [
      ["3:6", "an open model needs `project` and `location` at `v`; without them there are Google's own models only"],
    ],
  },
  {
    name: "a tuned endpoint in express mode",
    text: `${express}models:\n  t: v/endpoints/123\n`,
    want: [
      ["3:6", "an endpoint needs `project` and `location` at `v`; without them there are Google's own models only"],
    ],
  },
  {
    name: "an endpoint of another project",
    text: `${vertex}models:\n  t: v/projects/q/locations/us-central1/endpoints/123\n`,
    want: [
      [
        "3:6",
        "`v/projects/q/locations/us-central1/endpoints/123` is in another project or location than `v`; name it without them, or give it a provider of its own",
        "v/endpoints/123",
      ],
    ],
  },
  ...[
    ["an endpoint", "endpoints/"],
    ["a model", "google/"],
    ["a model as the API names it", "models/"],
    ["a resource", "publishers/google/models/"],
    ["an open model", "openapi/"],
    ["an open model of a publisher", "openapi/meta/"],
  ].map(([what, text]) => ({
    name: `${what} without a name`,
    text: `${vertex}models:\n  m: v/${text}\n`,
    want: [["3:6", `\`v/${text}\` ends before the name of a model`]] as const,
  })),
  {
    name: "a model of the Developer API without a name",
    text: `${gemini}models: { m: g/models/, n: g/tunedModels/, o: g/google/models/ }\n`,
    want: [
      ["2:14", "`g/models/` ends before the name of a model"],
      ["2:28", "`g/tunedModels/` ends before the name of a model"],
      ["2:47", "`g/google/models/` ends before the name of a model"],
    ],
  },
  {
    name: "other publishers' models at the Developer API",
    text: `${gemini}models: { m: g/claude-sonnet-4-5, n: g/meta/llama-3.3-70b-instruct-maas }\n`,
    want: [
      ["2:14", "`g/claude-sonnet-4-5` is a model of anthropic's: the Developer API has Google's own models only"],
      [
        "2:38",
        "`g/meta/llama-3.3-70b-instruct-maas` is a model of meta's: the Developer API has Google's own models only",
      ],
    ],
  },
  {
    name: "an open model beside a provider that lacks more",
    text: "providers:\n  v: { type: vertex, location: global }\nmodels:\n  l: v/meta/llama-4-maas\n",
    want: [
      ["2:3", "`v` needs `project`, the Google Cloud project to call; only `base_url` or an `api_key` can do without"],
    ],
  },
];

test.each([
  ["project", "project: p", "location"],
  ["location", "location: global", "project"],
])("a %s alone is told of, behind a base URL", (said, member, other) => {
  const text = `providers:\n  v: { type: vertex, ${member}, base_url: "http://a.example" }\nmodels: { m: v/x }\n`;
  expect(configOf(text).warnings).toEqual([
    expect.objectContaining({
      line: 2,
      column: 22,
      message: expect.stringContaining(`\`${said}\` is not sent without \`${other}\``),
    }),
  ]);
});

describe("what Google's providers cannot do", () => {
  test.each(rows)("$name", ({ text, want }) => {
    const found = mistakesOf(text).map(({ line, column, message, suggestion }) =>
      suggestion === undefined ? [`${line}:${column}`, message] : [`${line}:${column}`, message, suggestion],
    );
    expect(found).toEqual(want);
  });

  test("what is from the environment is not shown", () => {
    const text = `${vertex}models:\n  m: v/mistral-\${TOKEN}\n  n: v/projects/\${TOKEN}/locations/global/endpoints/\${TOKEN}\n`;
    expect(mistakesOf(text).map(({ message, suggestion }) => [message.split(" is ")[0], suggestion])).toEqual([
      ["`v/mistral-${TOKEN}`", undefined],
      ["`v/projects/${TOKEN}/locations/global/endpoints/${TOKEN}`", undefined],
    ]);
  });
});

test.each([
  ["gemini-2.5-flash"],
  ["google/gemini-2.5-flash"],
  ["endpoints/123"],
  ["projects/p/locations/us-central1/endpoints/123"],
  ["meta/llama-3.3-70b-instruct-maas"],
  ["openapi/google/gemini-2.5-flash"],
  ["intfloat/multilingual-e5-large-instruct-maas"],
])("%s is fine on Vertex AI", (model) => {
  expect(configOf(`${vertex}models: { m: v/${model} }`).models).toHaveLength(1);
});
