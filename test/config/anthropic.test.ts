import { describe, expect, test } from "vitest";
import { configOf, mistakesOf } from "./_load.ts";

const anthropic = 'providers: { a: { type: anthropic, auth: { api_key: "${TOKEN}" } } }\n';
const behind = 'providers: { a: { type: anthropic, base_url: "https://corp.example" } }\n';
const vertex = "providers: { v: { type: vertex, project: p, location: global } }\n";
const express = 'providers: { v: { type: vertex, auth: { api_key: "${TOKEN}" } } }\n';

describe("a provider of type anthropic", () => {
  test.each([
    ["a key", 'auth: { api_key: "${TOKEN}" }', "api_key", undefined],
    ["a token", 'auth: { bearer: "${TOKEN}" }', "bearer", undefined],
    ["a header", 'auth: { header: { name: x-api-key, value: "${TOKEN}" } }', "header", undefined],
    ["a command", "auth: { command: [print-token], ttl: 600s }", "command", undefined],
    ["what is said to be enough", "auth: none", "none", undefined],
    ["a base URL", 'base_url: "https://corp.example/claude/"', "none", "https://corp.example/claude"],
    [
      "Google's credential before a gateway",
      'base_url: "https://corp.example", auth: adc',
      "adc",
      "https://corp.example",
    ],
  ])("is content with %s", (_name, members, kind, baseUrl) => {
    const [provider] = configOf(`providers: { a: { type: anthropic, ${members} } }\nmodels: { m: a/x }`).providers;
    expect(provider).toMatchObject({ type: "anthropic", auth: { kind }, baseUrl });
  });

  test("has headers of its own, in lower case", () => {
    const members = 'auth: none, headers: { Anthropic-Version: "2026-10-21", anthropic-beta: "a,b" }';
    const [provider] = configOf(`providers: { a: { type: anthropic, ${members} } }\nmodels: { m: a/x }`).providers;
    expect(provider?.headers).toEqual({ "anthropic-version": "2026-10-21", "anthropic-beta": "a,b" });
  });
});

interface Row {
  readonly name: string;
  readonly text: string;
  readonly want: readonly (readonly [place: string, message: string, suggestion?: string])[];
}

const needsKey = "`a` needs `auth`, as in { api_key: ${ANTHROPIC_API_KEY} }; only `base_url` can do without";
const isGoogles =
  "`auth` is a credential of Google's, which Anthropic does not know; give it its own, as in { api_key: ${ANTHROPIC_API_KEY} }";
const needsPlace = "Claude needs `project` and `location` at `v`; without them there are Google's own models only";
const afterPrefix = "`base_url` ends before `/v1/messages`, which is appended to it";

const rows: readonly Row[] = [
  {
    name: "no key",
    text: "providers:\n  a: { type: anthropic }\nmodels: { m: a/x }\n",
    want: [["2:3", needsKey]],
  },
  {
    name: "a mistaken type",
    text: "providers:\n  a: { type: antropic, auth: none }\nmodels: { m: a/x }\n",
    want: [["2:14", "`type` is vertex, gemini, anthropic, bedrock, azure or openai, not `antropic`", "anthropic"]],
  },
  {
    name: "a mistaken member",
    text: "providers:\n  a: { type: anthropic, aut: none }\nmodels: { m: a/x }\n",
    want: [["2:25", "unknown key `aut`", "auth"]],
  },
  {
    name: "a member of others",
    text: "providers:\n  a: { type: anthropic, auth: none, project: p }\nmodels: { m: a/x }\n",
    want: [["2:37", "unknown key `project`; `a` takes type, base_url, auth, headers, tls, connections and timeouts"]],
  },
  {
    name: "Google's credential by its word",
    text: "providers:\n  a: { type: anthropic, auth: adc }\nmodels: { m: a/x }\n",
    want: [["2:25", isGoogles]],
  },
  {
    name: "Google's credential in a file",
    text: "providers:\n  a: { type: anthropic, auth: { service_account: key.json } }\nmodels: { m: a/x }\n",
    want: [["2:25", isGoogles]],
  },
  {
    name: "a base URL with the version in it",
    text: 'providers:\n  a: { type: anthropic, base_url: "https://api.anthropic.com/v1" }\nmodels: { m: a/x }\n',
    want: [["2:35", afterPrefix, "https://api.anthropic.com"]],
  },
  {
    name: "a base URL with the whole path in it",
    text: 'providers:\n  a: { type: anthropic, base_url: "https://corp.example/ai/v1/messages/" }\nmodels: { m: a/x }\n',
    want: [["2:35", afterPrefix, "https://corp.example/ai"]],
  },
  {
    name: "a base URL with the version in it, from the environment",
    text: 'providers:\n  a: { type: anthropic, base_url: "https://${HOST}/v1" }\nmodels: { m: a/x }\n',
    want: [["2:35", afterPrefix]],
  },
  ...["anthropic/", "models/", "publishers/anthropic/models/"].map((text) => ({
    name: `${text} without a name`,
    text: `${anthropic}models:\n  m: a/${text}\n`,
    want: [["3:6", `\`a/${text}\` ends before the name of a model`]] as const,
  })),
  {
    name: "a name behind a base URL that is none",
    text: `${behind}models:\n  m: a/anthropic/\n`,
    want: [["3:6", "`a/anthropic/` ends before the name of a model"]],
  },
  {
    name: "a date as Vertex AI has it",
    text: `${anthropic}models:\n  m: { deployments: [{ use: a/anthropic/claude-sonnet-4-5@20250929 }] }\n`,
    want: [
      ["3:29", "`a/anthropic/claude-sonnet-4-5@20250929` is named as on Vertex AI", "a/claude-sonnet-4-5-20250929"],
    ],
  },
  {
    name: "names as Bedrock has them",
    text: `${anthropic}models:\n  m: a/us.anthropic.claude-sonnet-4-5-20250929-v1:0\n  n: a/anthropic.claude-opus-5\n  "o-*": a/eu.anthropic.claude-*\n`,
    want: [
      [
        "3:6",
        "`a/us.anthropic.claude-sonnet-4-5-20250929-v1:0` is named as on Bedrock",
        "a/claude-sonnet-4-5-20250929",
      ],
      ["4:6", "`a/anthropic.claude-opus-5` is named as on Bedrock", "a/claude-opus-5"],
      ["5:10", "`a/eu.anthropic.claude-*` is named as on Bedrock", "a/claude-*"],
    ],
  },
  {
    name: "a name of Vertex AI's, from the environment",
    text: `${anthropic}models:\n  m: a/claude-\${MODEL}@20250929\n`,
    want: [["3:6", "`a/claude-${MODEL}@20250929` is named as on Vertex AI"]],
  },
  {
    name: "a model of somebody else's",
    text: `${anthropic}models:\n  m: a/google/gemini-2.5-flash\n`,
    want: [["3:6", "`a/google/gemini-2.5-flash` is a model of google's: Anthropic has its own models only"]],
  },
  {
    name: "on Vertex AI, a date as Anthropic has it",
    text: `${vertex}models:\n  m: v/claude-sonnet-4-5-20250929\n  n: v/publishers/anthropic/models/claude-opus-4-5-20251101\n`,
    want: [
      [
        "3:6",
        "Vertex AI has the date of a Claude behind an `@`, not as `v/claude-sonnet-4-5-20250929` has it",
        "v/claude-sonnet-4-5@20250929",
      ],
      [
        "4:6",
        "Vertex AI has the date of a Claude behind an `@`, not as `v/publishers/anthropic/models/claude-opus-4-5-20251101` has it",
        "v/claude-opus-4-5@20251101",
      ],
    ],
  },
  {
    name: "on Vertex AI, a date as Anthropic has it, from the environment",
    text: `${vertex}models:\n  m: v/claude-\${MODEL}-20250929\n`,
    want: [["3:6", "Vertex AI has the date of a Claude behind an `@`, not as `v/claude-${MODEL}-20250929` has it"]],
  },
  {
    name: "in express mode",
    text: `${express}models:\n  m: v/claude-opus-5\n  n: v/anthropic/claude-opus-5\n`,
    want: [
      ["3:6", needsPlace],
      ["4:6", needsPlace],
    ],
  },
  {
    name: "behind a base URL without a project",
    text: 'providers: { v: { type: vertex, base_url: "https://corp.example" } }\nmodels:\n  m: v/claude-opus-5\n',
    want: [["3:6", needsPlace]],
  },
  {
    name: "on Vertex AI without a name",
    text: `${vertex}models:\n  m: v/anthropic/\n`,
    want: [["3:6", "`v/anthropic/` ends before the name of a model"]],
  },
  {
    name: "in another location of Vertex AI's",
    text: `${vertex}models:\n  m: v/projects/p/locations/us-east5/publishers/anthropic/models/claude-opus-5\n`,
    want: [
      [
        "3:6",
        "`v/projects/p/locations/us-east5/publishers/anthropic/models/claude-opus-5` is in another project or location than `v`; name it without them, or give it a provider of its own",
        "v/publishers/anthropic/models/claude-opus-5",
      ],
    ],
  },
];

describe("what is wrong with Claude", () => {
  test.each(rows)("$name", ({ text, want }) => {
    const found = mistakesOf(text).map(({ line, column, message, suggestion }) =>
      suggestion === undefined ? [`${line}:${column}`, message] : [`${line}:${column}`, message, suggestion],
    );
    expect(found).toEqual(want);
  });
});

test.each([
  ["Anthropic", anthropic, "a/claude-sonnet-4-5-20250929"],
  ["Anthropic", anthropic, "a/claude-opus-5"],
  ["Anthropic", anthropic, "a/anthropic/claude-opus-5"],
  ["Anthropic", anthropic, "a/models/claude-opus-5"],
  ["Anthropic", anthropic, "a/publishers/anthropic/models/claude-opus-5"],
  ["a gateway", behind, "a/google/gemini-2.5-flash"],
  ["a gateway", behind, "a/us.anthropic.claude-sonnet-4-5-20250929-v1:0"],
  ["Vertex AI", vertex, "v/claude-sonnet-4-5@20250929"],
  ["Vertex AI", vertex, "v/anthropic/claude-opus-5"],
  ["Vertex AI", vertex, "v/publishers/anthropic/models/claude-opus-5"],
  ["Vertex AI", vertex, "v/projects/p/locations/global/publishers/anthropic/models/claude-opus-5"],
])("at %s %s%s is fine", (_place, providers, model) => {
  expect(configOf(`${providers}models: { m: "${model}" }`).models).toHaveLength(1);
});

test.each([
  ["a/claude-*", anthropic],
  ["a/*", anthropic],
  ["v/claude-*", vertex],
  ["v/anthropic/*", vertex],
])("every model of %s is fine", (use, providers) => {
  expect(configOf(`${providers}models: { "x/*": "${use}" }`).models).toHaveLength(1);
});
