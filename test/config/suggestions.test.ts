import { expect, test } from "vitest";
import { formatMistakes } from "../../src/config/mistakes.ts";
import { mistakesOf } from "./_load.ts";

const provider = "providers: { v: { type: vertex, project: p, location: global } }\n";
const model = "models: { m: v/gemini-2.5-flash }\n";
const both = provider + model;
const vertex = "type: vertex, project: p, location: global";
const of = (members: string): string => `providers: { v: { ${members} } }\n${model}`;

/** What is misspelled, a routes.yaml in which it is, and the one line that says where and what was meant. */
const rows: readonly (readonly [name: string, text: string, want: string])[] = [
  ["a section", `sever: { port: 4000 }\n${both}`, "routes.yaml:1:1  unknown key `sever`; did you mean `server`?"],
  [
    "the section of providers",
    `provider: { v: { type: vertex, project: p, location: global } }\n${model}`,
    "routes.yaml:1:1  unknown key `provider`; did you mean `providers`?",
  ],
  [
    "the section of models",
    `${provider}model: { m: v/gemini-2.5-flash }\n`,
    "routes.yaml:2:1  unknown key `model`; did you mean `models`?",
  ],
  [
    "the section of aliases",
    `alias: { a: m }\n${both}`,
    "routes.yaml:1:1  unknown key `alias`; did you mean `aliases`?",
  ],
  [
    "the section of keys",
    `key: [{ name: a, key: x }]\n${both}`,
    "routes.yaml:1:1  unknown key `key`; did you mean `keys`?",
  ],
  [
    "the section of timeouts",
    `timeout: { connect: 1s }\n${both}`,
    "routes.yaml:1:1  unknown key `timeout`; did you mean `timeouts`?",
  ],
  [
    "the server's host",
    `server: { hots: localhost }\n${both}`,
    "routes.yaml:1:11  unknown key `hots`; did you mean `host`?",
  ],
  [
    "the server's port",
    `server: { prot: 4000 }\n${both}`,
    "routes.yaml:1:11  unknown key `prot`; did you mean `port`?",
  ],
  [
    "the default model's key",
    `server: { default_modle: m }\n${both}`,
    "routes.yaml:1:11  unknown key `default_modle`; did you mean `default_model`?",
  ],
  [
    "the default model's name",
    `server: { default_model: mm }\n${both}`,
    "routes.yaml:1:26  no model or alias is named `mm`; did you mean `m`?",
  ],
  [
    "the body's limit",
    `server: { max_bdy: 1MB }\n${both}`,
    "routes.yaml:1:11  unknown key `max_bdy`; did you mean `max_body`?",
  ],
  [
    "a word for auth",
    `server: { auth: non }\n${both}`,
    "routes.yaml:1:17  `auth` is keys or none, not `non`; did you mean `none`?",
  ],
  [
    "the pages that may call",
    `server: { cors: { origin: ["https://a.example"] } }\n${both}`,
    "routes.yaml:1:19  unknown key `origin`; did you mean `origins`?",
  ],
  [
    "an origin with a slash at its end",
    `server: { cors: { origins: ["https://a.example/"] } }\n${both}`,
    "routes.yaml:1:29  an origin ends with its host or port, without a slash or a path; did you mean `https://a.example`?",
  ],
  [
    "an origin without a scheme",
    `server: { cors: { origins: [a.example] } }\n${both}`,
    "routes.yaml:1:29  an origin begins with its scheme; did you mean `https://a.example`?",
  ],
  [
    "a provider's type",
    of("type: vertx, project: p, location: global"),
    "routes.yaml:1:25  `type` is vertex, gemini, anthropic, bedrock, azure or openai, not `vertx`; did you mean `vertex`?",
  ],
  [
    "a provider's type, openai",
    of("type: openia"),
    "routes.yaml:1:25  `type` is vertex, gemini, anthropic, bedrock, azure or openai, not `openia`; did you mean `openai`?",
  ],
  [
    "a provider's type, anthropic",
    of("type: antropic, auth: none"),
    "routes.yaml:1:25  `type` is vertex, gemini, anthropic, bedrock, azure or openai, not `antropic`; did you mean `anthropic`?",
  ],
  [
    "the key of a type",
    of("typ: vertex, project: p, location: global"),
    "routes.yaml:1:19  unknown key `typ`; did you mean `type`?",
  ],
  [
    "the project",
    of("type: vertex, projct: p, location: global"),
    "routes.yaml:1:33  unknown key `projct`; did you mean `project`?",
  ],
  [
    "the location",
    of("type: vertex, project: p, locaton: global"),
    "routes.yaml:1:45  unknown key `locaton`; did you mean `location`?",
  ],
  [
    "the version in the URL",
    of(`${vertex}, api_version: v1beta`),
    "routes.yaml:1:76  `api_version` is v1 or v1beta1, not `v1beta`; did you mean `v1beta1`?",
  ],
  [
    "the base URL",
    of("type: openai, baseurl: 'http://127.0.0.1:8000/v1'"),
    "routes.yaml:1:33  unknown key `baseurl`; did you mean `base_url`?",
  ],
  [
    "a server that is known",
    of("type: openai, base_url: 'http://127.0.0.1:8000/v1', server: olama"),
    "routes.yaml:1:79  `server` is openai, openrouter, deepseek, groq, mistral, xai, vllm, ollama, lmstudio, llamacpp or other, not `olama`; did you mean `ollama`?",
  ],
  [
    "the server's key",
    of("type: openai, base_url: 'http://127.0.0.1:8000/v1', sever: ollama"),
    "routes.yaml:1:71  unknown key `sever`; did you mean `server`?",
  ],
  [
    "the connections of a pool",
    of(`${vertex}, conections: 8`),
    "routes.yaml:1:63  unknown key `conections`; did you mean `connections`?",
  ],
  [
    "a way to authenticate",
    of(`${vertex}, auth: acd`),
    "routes.yaml:1:69  `auth` is none, adc, aws or entra, or a map, not `acd`; did you mean `adc`?",
  ],
  [
    "a kind of credential",
    of(`${vertex}, auth: { beerer: x }`),
    "routes.yaml:1:71  unknown key `beerer`; did you mean `bearer`?",
  ],
  [
    "a token's file",
    of(`${vertex}, auth: { barer_file: ./x }`),
    "routes.yaml:1:71  unknown key `barer_file`; did you mean `bearer_file`?",
  ],
  [
    "a command's time to live",
    of(`${vertex}, auth: { command: [x], tll: 600s }`),
    "routes.yaml:1:85  unknown key `tll`; did you mean `ttl`?",
  ],
  [
    "a command's margin",
    of(`${vertex}, auth: { command: [x], refresh_margn: 5s }`),
    "routes.yaml:1:85  unknown key `refresh_margn`; did you mean `refresh_margin`?",
  ],
  [
    "a header's value",
    of(`${vertex}, auth: { header: { name: a, vale: x } }`),
    "routes.yaml:1:90  unknown key `vale`; did you mean `value`?",
  ],
  [
    "the CA file",
    of(`${vertex}, tls: { cafile: ./ca.pem }`),
    "routes.yaml:1:70  unknown key `cafile`; did you mean `ca_file`?",
  ],
  [
    "a timeout",
    of(`${vertex}, timeouts: { firstbyte: 5s }`),
    "routes.yaml:1:75  unknown key `firstbyte`; did you mean `first_byte`?",
  ],
  [
    "a unit of time",
    `timeouts: { connect: 5sec }\n${both}`,
    "routes.yaml:1:22  `connect` is a duration: a number and one of ms, s, m, h, d, as in 10s; did you mean `5s`?",
  ],
  [
    "a unit of size",
    `server: { max_body: 5MiB }\n${both}`,
    "routes.yaml:1:21  `max_body` is a size: a number and one of B, KB, MB, GB, as in 100MB; did you mean `5MB`?",
  ],
  [
    "a strategy",
    `${provider}models: { m: { deployments: [v/a], strategy: fallbck } }\n`,
    "routes.yaml:2:46  `strategy` is fallback or weighted, not `fallbck`; did you mean `fallback`?",
  ],
  [
    "the deployments",
    `${provider}models: { m: { deployment: [v/a] } }\n`,
    "routes.yaml:2:16  unknown key `deployment`; did you mean `deployments`?",
  ],
  [
    "what is used",
    `${provider}models: { m: { deployments: [{ us: v/a }] } }\n`,
    "routes.yaml:2:32  unknown key `us`; did you mean `use`?",
  ],
  [
    "a deployment's provider",
    `providers: { vertex: { type: vertex, project: p, location: global } }\nmodels: { m: vertx/a }\n`,
    "routes.yaml:2:14  no provider is named `vertx`; did you mean `vertex/a`?",
  ],
  [
    "a weight",
    `${provider}models: { m: { deployments: [{ use: v/a, wieght: 2 }] } }\n`,
    "routes.yaml:2:42  unknown key `wieght`; did you mean `weight`?",
  ],
  [
    "what happens to the unsupported",
    `${provider}models: { m: { deployments: [v/a], unsupported: refused } }\n`,
    "routes.yaml:2:49  `unsupported` is report, refuse or ignore, not `refused`; did you mean `refuse`?",
  ],
  [
    "how answers are checked",
    `${provider}models: { m: { deployments: [v/a], conformance: enforced } }\n`,
    "routes.yaml:2:49  `conformance` is off, observe or enforce, not `enforced`; did you mean `enforce`?",
  ],
  [
    "whose name answers bear",
    `${provider}models: { m: { deployments: [v/a], response_model: request } }\n`,
    "routes.yaml:2:52  `response_model` is requested or upstream, not `request`; did you mean `requested`?",
  ],
  [
    "a price",
    `${provider}models: { m: { deployments: [v/a], price: { inputs: "1" } } }\n`,
    "routes.yaml:2:45  unknown key `inputs`; did you mean `input`?",
  ],
  [
    "an alias's model",
    `aliases: { a: gemini }\n${provider}models: { gemini-2.5: v/a }\n`,
    "routes.yaml:1:15  no model is named `gemini`; did you mean `gemini-2.5`?",
  ],
  [
    "a form of the log",
    `log: { format: jsn }\n${both}`,
    "routes.yaml:1:16  `format` is json or pretty, not `jsn`; did you mean `json`?",
  ],
  [
    "a tokenizer",
    `${provider}models: { m: { deployments: [v/a], tokenizer: cl100k } }\n`,
    "routes.yaml:2:47  `tokenizer` is cl100k_base or o200k_base, not `cl100k`; did you mean `cl100k_base`?",
  ],
];

test.each(rows)("%s, misspelled: file, line, column and the word that was meant", (_name, text, want) => {
  const shown = formatMistakes(mistakesOf(text), "routes.yaml");
  expect(shown.split("\n").filter((line) => line.startsWith("routes.yaml:"))).toEqual([want]);
});
