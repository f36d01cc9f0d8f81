import { describe, expect, test } from "vitest";
import { parseRoutes } from "../../src/config/load.ts";
import { formatMistakes } from "../../src/config/mistakes.ts";
import { env, mistakesOf } from "./_load.ts";

const provider = "providers: { v: { type: vertex, project: p, location: global } }\n";
const model = "models: { m: v/gemini-2.5-flash }\n";
const both = provider + model;

interface Row {
  readonly name: string;
  readonly text: string;
  /** `line:column`, message and suggestion of every mistake, in the order of the file. */
  readonly want: readonly (readonly [place: string, message: string, suggestion?: string])[];
}

const rows: readonly Row[] = [
  // syntax
  {
    name: "a tab as indentation",
    text: `server:\n\tport: 1\n${both}`,
    want: [["2:1", "YAML is not indented with tabs; use spaces"]],
  },
  {
    name: "a colon in plain text",
    text: `server:\n  host: a: b\n${both}`,
    want: [["2:9", "text with `: ` in it needs quotes; a nested map begins on a line of its own"]],
  },
  {
    name: "a missing colon",
    text: `server:\n  port: 4000\n  host\n${both}`,
    want: [["3:3", "expected `key: value` here, and the `:` is missing"]],
  },
  {
    name: "a bracket that is never closed",
    text: `server: { port: 4000\n${both}`,
    want: [["2:1", "a `{` or `[` above is not closed before this line"]],
  },
  {
    name: "a quote that is never closed",
    text: `server:\n  host: "127.0.0.1\n${both}`,
    want: [["2:9", "this text begins with a quote that is never closed"]],
  },
  {
    name: "a second document",
    text: `${both}---\nmore: 1\n`,
    want: [["3:1", "the file holds one document only; remove this `---` and what follows"]],
  },
  {
    name: "a line with odd indentation",
    text: `server:\n  port: 4000\n host: localhost\n${both}`,
    want: [["3:1", "this line is indented differently from those it belongs with"]],
  },
  {
    name: "text that begins with @",
    text: `server:\n  host: @home\n${both}`,
    want: [["2:9", "text that begins with this character needs quotes"]],
  },
  {
    name: "a variable between braces without quotes",
    text: `server: { default_model: \${MODEL} }\n${both}`,
    want: [["1:27", 'between { } or [ ], a `${NAME}` needs quotes: "${NAME}"']],
  },
  {
    name: "a tag",
    text: `server:\n  host: !local x\n${both}`,
    want: [["2:9", "tags, as this `!`, mean nothing here; remove it, or put the text in quotes"]],
  },
  {
    name: "an alias without an anchor",
    text: `${provider}models:\n  m: *all\n`,
    want: [["3:6", "no anchor of this name above; text that begins with `*` needs quotes"]],
  },
  {
    name: "an anchor that contains itself",
    text: `${provider}models:\n  m: &a { deployments: *a }\n`,
    want: [["3:24", "this anchor contains itself"]],
  },
  {
    name: "a key that is here twice",
    text: `${provider}models:\n  m: v/a\n  n: v/b\n  m: v/c\n`,
    want: [["5:3", "`m` is here twice; the first is on line 3"]],
  },
  {
    name: "a section that is here twice",
    text: `${both}models:\n  n: v/b\n`,
    want: [["3:1", "`models` is here twice; the first is on line 2"]],
  },
  {
    name: "an empty file",
    text: "",
    want: [["1:1", "expected a map with `providers` and `models`; `specgate init` writes one to begin with"]],
  },
  {
    name: "a list in place of a map",
    text: `- a\n- b\n`,
    want: [["1:1", "expected a map with `providers` and `models`; `specgate init` writes one to begin with"]],
  },
  // variables
  {
    name: "a variable that is not set",
    text: `${provider}models:\n  m: v/\${MODLE}\n`,
    want: [["3:8", "the environment variable MODLE is not set; set it, or write a default as ${MODLE:-…}", "MODEL"]],
  },
  {
    name: "a variable that is empty",
    text: `server:\n  host: \${EMPTY}\n${both}`,
    want: [["2:9", "the environment variable EMPTY is empty; set it, or write a default as ${EMPTY:-…}"]],
  },
  {
    name: "two variables in one value",
    text: `providers:\n  v:\n    type: vertex\n    base_url: https://\${HOST_A}/\${HOST_B}\n${model}`,
    want: [
      ["4:23", "the environment variable HOST_A is not set; set it, or write a default as ${HOST_A:-…}", "HOST"],
      ["4:33", "the environment variable HOST_B is not set; set it, or write a default as ${HOST_B:-…}", "HOST"],
    ],
  },
  {
    name: "a variable that is never closed",
    text: `server:\n  host: \${HOST\n${both}`,
    want: [["2:9", "this `${` is never closed; write `$${` for a plain `${`"]],
  },
  {
    name: "something else in braces",
    text: `server:\n  host: \${HOST:?missing}\n${both}`,
    want: [["2:9", "expected a variable as `${NAME}` or `${NAME:-default}`"]],
  },
  {
    name: "a default within a default",
    text: `server:\n  host: \${HOST:-\${OTHER}}\n${both}`,
    want: [["2:9", "a default is plain text and cannot hold another `${`"]],
  },
  {
    name: "a variable in a key",
    text: `${provider}models:\n  \${MODEL}: v/a\n`,
    want: [["3:3", "variables are not put into keys, only into values; write the name itself"]],
  },
  // units
  {
    name: "a duration without a unit",
    text: `timeouts:\n  connect: 10\n${both}`,
    want: [["2:12", "`connect` needs a unit, one of ms, s, m, h, d, as in 10s"]],
  },
  {
    name: "a duration with a unit in words",
    text: `timeouts:\n  total: 20 minutes\n${both}`,
    want: [["2:10", "`total` is a duration: a number and one of ms, s, m, h, d, as in 10s", "20m"]],
  },
  {
    name: "a duration that is none",
    text: `timeouts:\n  idle: soon\n${both}`,
    want: [["2:9", "`idle` is a duration: a number and one of ms, s, m, h, d, as in 10s"]],
  },
  {
    name: "a size in small letters",
    text: `server:\n  max_body: 20mb\n${both}`,
    want: [["2:13", "`max_body` is a size: a number and one of B, KB, MB, GB, as in 100MB", "20MB"]],
  },
  {
    name: "a size without a unit",
    text: `server:\n  max_body: "1000"\n${both}`,
    want: [["2:13", "`max_body` needs a unit, one of B, KB, MB, GB, as in 100MB"]],
  },
  {
    name: "a timeout of nothing",
    text: `timeouts: { connect: 0s }\n${both}`,
    want: [["1:22", "`connect` must be more than zero"]],
  },
  {
    name: "a timeout that no timer takes",
    text: `timeouts: { total: 30d }\n${both}`,
    want: [["1:20", "`total` is at most 24d"]],
  },
  // shape
  {
    name: "an unknown key near a known one",
    text: `server:\n  hots: 127.0.0.1\n${both}`,
    want: [["2:3", "unknown key `hots`", "host"]],
  },
  {
    name: "an unknown key near none",
    text: `server:\n  colour: blue\n${both}`,
    want: [
      [
        "2:3",
        "unknown key `colour`; `server` takes host, port, auth, default_model, max_body, drain, master_key, secret, default_key, admin and cors",
      ],
    ],
  },
  {
    name: "a key in camel case",
    text: `server:\n  defaultModel: m\n${both}`,
    want: [["2:3", "unknown key `defaultModel`", "default_model"]],
  },
  {
    name: "a misspelled section, and a mistake inside it",
    text: `timeout:\n  conect: 5\n${both}`,
    want: [
      ["1:1", "unknown key `timeout`", "timeouts"],
      ["2:3", "unknown key `conect`", "connect"],
      ["2:11", "`conect` needs a unit, one of ms, s, m, h, d, as in 10s"],
    ],
  },
  {
    name: "a section without a value",
    text: `server:\n${both}`,
    want: [["1:1", "`server` has no value; write one or remove the line"]],
  },
  {
    name: "a missing section",
    text: provider,
    want: [["1:1", "the file needs `models`"]],
  },
  {
    name: "empty sections",
    text: `providers: {}\nmodels: {}\n`,
    want: [
      ["1:1", "`providers` must not be empty: nothing could answer"],
      ["2:1", "`models` must not be empty: nothing could be asked for"],
    ],
  },
  {
    name: "a wrong word",
    text: `log:\n  level: warning\n${both}`,
    want: [["2:10", "`level` is trace, debug, info, warn, error, fatal or silent, not `warning`", "warn"]],
  },
  {
    name: "a word unlike any other",
    text: `log:\n  format: xml\n${both}`,
    want: [["2:11", "`format` is json or pretty, not `xml`"]],
  },
  {
    name: "a number in quotes",
    text: `server:\n  port: "4000"\n${both}`,
    want: [["2:9", "`port` takes a whole number, not text; remove the quotes"]],
  },
  {
    name: "a port that is none",
    text: `server:\n  port: 70000\n${both}`,
    want: [["2:9", "`port` is at most 65535"]],
  },
  {
    name: "a number where text is expected",
    text: `providers:\n  v: { type: vertex, project: 1234, location: global }\n${model}`,
    want: [["2:31", "`project` takes text; write it in quotes", '"1234"']],
  },
  {
    name: "a price without quotes",
    text: `${provider}models:\n  m:\n    deployments: [v/a]\n    price: { input: 3.00 }\n`,
    want: [["5:21", "`input` takes text; write it in quotes", '"3.00"']],
  },
  {
    name: "a price that is none",
    text: `${provider}models:\n  m:\n    deployments: [v/a]\n    price: { input: "$3", output: free }\n`,
    want: [
      ["5:21", '`input` is US dollars per million tokens as plain digits, as in "3.00"'],
      ["5:35", '`output` is US dollars per million tokens as plain digits, as in "3.00"'],
    ],
  },
  {
    name: "a missing provider type",
    text: `providers:\n  v: { project: p, location: global }\n${model}`,
    want: [["2:3", "`v` needs `type`: vertex, gemini, anthropic, bedrock, azure or openai"]],
  },
  {
    name: "a misspelled provider type",
    text: `providers:\n  v: { typ: vertx, project: p, location: global }\n${model}`,
    want: [
      ["2:8", "unknown key `typ`", "type"],
      ["2:13", "`type` is vertex, gemini, anthropic, bedrock, azure or openai, not `vertx`", "vertex"],
    ],
  },
  {
    name: "a list of models",
    text: `${provider}models:\n  - m: v/a\n`,
    want: [["2:1", "`models` takes a map, not a list"]],
  },
  {
    name: "a model without deployments",
    text: `${provider}models:\n  m: { strategy: fallback }\n`,
    want: [["3:3", "`m` needs `deployments`"]],
  },
  {
    name: "no deployments",
    text: `${provider}models:\n  m: { deployments: [] }\n`,
    want: [["3:8", "`deployments` must not be empty"]],
  },
  {
    name: "a weight below one",
    text: `${provider}models:\n  m:\n    deployments:\n      - { use: v/a, weight: 0 }\n`,
    want: [["5:29", "`weight` is at least 1"]],
  },
  {
    name: "a denied parameter that every request needs",
    text: `${provider}models:\n  m: { deployments: [v/a], params_deny: [seed, messages] }\n`,
    want: [["3:48", "a request is nothing without `messages`, so it cannot be denied"]],
  },
  {
    name: "a denied parameter below the top",
    text: `${provider}models:\n  m: { deployments: [v/a], params_deny: [response_format.type] }\n`,
    want: [["3:42", "`params_deny` takes names from the top of a request, as logit_bias, not `response_format.type`"]],
  },
  // auth
  {
    name: "a misspelled auth",
    text: `providers:\n  v: { type: vertex, base_url: "https://h", auth: ADC! }\n${model}`,
    want: [["2:51", "`auth` is none, adc, aws or entra, or a map, not `ADC!`", "adc"]],
  },
  {
    name: "an auth of two kinds",
    text: `providers:\n  v:\n    type: vertex\n    base_url: https://h.example\n    auth:\n      bearer: \${TOKEN}\n      api_key: \${TOKEN}\n${model}`,
    want: [["6:7", "`auth` has api_key and bearer; keep one of them"]],
  },
  {
    name: "an auth of no kind",
    text: `providers:\n  v: { type: vertex, base_url: "https://h.example", auth: { ttl: 5m } }\n${model}`,
    want: [["2:53", "`auth` needs one of service_account, api_key, bearer, bearer_file, header or command"]],
  },
  {
    name: "an empty auth",
    text: `providers:\n  v: { type: vertex, base_url: "https://h.example", auth: {} }\n${model}`,
    want: [
      [
        "2:53",
        "`auth` must not be empty; it takes service_account, api_key, bearer, bearer_file, header, command, ttl, refresh_margin and timeout",
      ],
    ],
  },
  {
    name: "a ttl that does nothing",
    text: `providers:\n  v: { type: vertex, base_url: "https://h.example", auth: { bearer: "\${TOKEN}", ttl: 5m } }\n${model}`,
    want: [["2:81", "`ttl` belongs to `command` and does nothing here"]],
  },
  {
    name: "a command in one text",
    text: `providers:\n  v: { type: vertex, base_url: "https://h.example", auth: { command: gcloud auth print-access-token } }\n${model}`,
    want: [
      ["2:70", "`command` takes a list, not `gcloud auth print-access-token`", "[gcloud, auth, print-access-token]"],
    ],
  },
  {
    name: "a token that is over when it comes",
    text: `providers:\n  v: { type: vertex, base_url: "https://h.example", auth: { command: [t], ttl: 30s } }\n${model}`,
    want: [
      ["2:80", "`ttl` must be longer than `refresh_margin` (60s by default), or the command runs for every request"],
    ],
  },
  {
    name: "a token with a line break",
    text: `providers:\n  v: { type: vertex, base_url: "https://h.example", auth: { bearer: "\${LINE}" } }\n${model}`,
    want: [["2:69", "this value holds a line break, a space at its end or another character that no header can carry"]],
  },
  // providers
  {
    name: "a vertex provider without a project",
    text: `providers:\n  v: { type: vertex, location: global }\n${model}`,
    want: [
      ["2:3", "`v` needs `project`, the Google Cloud project to call; only `base_url` or an `api_key` can do without"],
    ],
  },
  {
    name: "a vertex provider without a location",
    text: `providers:\n  v: { type: vertex, project: p }\n${model}`,
    want: [["2:3", "`v` needs `location`, as in us-central1 or global"]],
  },
  {
    name: "a location that is none",
    text: `providers:\n  v: { type: vertex, project: p, location: US Central }\n${model}`,
    want: [["2:44", "`location` cannot be `US Central`; write it as in us-central1 or global"]],
  },
  {
    name: "a base URL without a scheme",
    text: `providers:\n  v: { type: vertex, base_url: "host.example/v1" }\n${model}`,
    want: [["2:32", "`base_url` is a whole URL, as in https://host.example/prefix"]],
  },
  {
    name: "a base URL with a password",
    text: `providers:\n  v: { type: vertex, base_url: "https://me:hunter2@host.example" }\n${model}`,
    want: [["2:32", "`base_url` holds no user or password; put the credential under `auth`"]],
  },
  {
    name: "a base URL with a query",
    text: `providers:\n  v: { type: vertex, base_url: "https://host.example/?a=1" }\n${model}`,
    want: [["2:32", "`base_url` ends before `?` and `#`; the API path is appended to it"]],
  },
  {
    name: "a header twice",
    text: `providers:\n  v: { type: vertex, base_url: "https://h.example", headers: { X-A: a, x-a: b } }\n${model}`,
    want: [["2:72", "the header `x-a` is here twice; case does not count"]],
  },
  {
    name: "a header of the client's own",
    text: `providers:\n  v: { type: vertex, base_url: "https://h.example", headers: { Host: a, "x y": b } }\n${model}`,
    want: [
      ["2:64", "the header `host` is set by the gateway itself"],
      ["2:73", "a header's name is letters, digits and `-`, without spaces"],
    ],
  },
  {
    name: "a slash in a provider's name",
    text: `providers:\n  a/b: { type: vertex, project: p, location: global }\n  v: { type: vertex, project: p, location: global }\n${model}`,
    want: [["2:3", "a provider's name is not empty and holds no `/`"]],
  },
  // models and aliases
  {
    name: "an unknown provider",
    text: `${provider}models:\n  m: vv/gemini\n`,
    want: [["3:6", "no provider is named `vv`", "v/gemini"]],
  },
  {
    name: "a model without a provider",
    text: `${provider}models:\n  m: gemini-2.5-pro\n`,
    want: [
      [
        "3:6",
        "expected provider/upstream model, as in vertex/gemini-2.5-flash, not `gemini-2.5-pro`",
        "v/gemini-2.5-pro",
      ],
    ],
  },
  {
    name: "a star in the middle",
    text: `${provider}models:\n  "a*b": v/x\n  "a/*": v/*-x\n`,
    want: [
      ["3:3", "a `*` stands only at the end of a model's name"],
      ["4:10", "a `*` stands only at the end of an upstream model"],
    ],
  },
  {
    name: "a star upstream only",
    text: `${provider}models:\n  m: v/*\n`,
    want: [["3:6", "a `*` here needs one at the end of the model's own name too"]],
  },
  {
    name: "an alias of nothing",
    text: `${both}aliases:\n  gpt-4o: gemini\n`,
    want: [["4:11", "no model is named `gemini`; there is m"]],
  },
  {
    name: "an alias with a typo",
    text: `${provider}models: { gemini-2.5-flash: v/x }\naliases:\n  gpt-4o: gemini-2.5-flahs\n`,
    want: [["4:11", "no model is named `gemini-2.5-flahs`", "gemini-2.5-flash"]],
  },
  {
    name: "aliases in a circle",
    text: `${both}aliases:\n  a: b\n  b: c\n  c: a\n  d: a\n`,
    want: [["4:6", "these aliases go round in a circle: a → b → c → a"]],
  },
  {
    name: "an alias of itself",
    text: `${both}aliases: { a: a }\n`,
    want: [["3:15", "these aliases go round in a circle: a → a"]],
  },
  {
    name: "an alias that is a model",
    text: `${both}aliases: { m: m }\n`,
    want: [["3:12", "`m` is a model already; an alias needs a name of its own"]],
  },
  {
    name: "an alias of a wildcard",
    text: `${provider}models: { "o/*": v/* }\naliases: { a: o/* }\n`,
    want: [["3:15", "an alias leads to one model, and this names many; write one of their names"]],
  },
  {
    name: "a default model that is not there",
    text: `server: { default_model: n }\n${both}`,
    want: [["1:26", "no model or alias is named `n`; there is m"]],
  },
  // keys and host
  {
    name: "a host without keys",
    text: `server:\n  host: 0.0.0.0\n${both}`,
    want: [
      [
        "2:9",
        "`0.0.0.0` can be reached from other machines, and no keys are configured; add `keys`, or write `auth: none` under `server` to let anybody in",
      ],
    ],
  },
  {
    name: "keys that are asked for and not there",
    text: `server: { auth: keys }\n${both}`,
    want: [["1:17", "`auth: keys` needs at least one key under `keys`, or a database that holds some"]],
  },
  {
    name: "a key with two secrets",
    text: `keys:\n  - { name: a, key: "\${TOKEN}", digest: ab }\n${both}`,
    want: [["2:33", "the key `a` has `key` and `digest`; keep one"]],
  },
  {
    name: "a key without a secret",
    text: `keys:\n  - { name: a }\n${both}`,
    want: [["2:5", "the key `a` needs `key` or `digest`"]],
  },
  {
    name: "a key without a name",
    text: `keys:\n  - { key: "\${TOKEN}" }\n${both}`,
    want: [["2:5", "`keys[0]` needs `name`"]],
  },
  {
    name: "two keys of one name",
    text: `keys:\n  - { name: a, key: "\${TOKEN}" }\n  - { name: a, key: "\${TOKEN}x" }\n${both}`,
    want: [["3:13", "two keys are named `a`"]],
  },
  {
    name: "one key under two names",
    text: `keys:\n  - { name: a, key: "\${TOKEN}" }\n  - { name: b, key: "\${TOKEN}" }\n${both}`,
    want: [["3:5", "this is the same key as keys[0]"]],
  },
  {
    name: "a key with a line break",
    text: `keys:\n  - { name: a, key: "\${LINE}" }\n${both}`,
    want: [["2:21", "the key `a` holds a space, a line break or another character that no header can carry"]],
  },
  {
    name: "a digest that is none",
    text: `keys:\n  - { name: a, digest: 12ab }\n${both}`,
    want: [["2:24", "`digest` is the SHA-256 of the key: 64 hex digits"]],
  },
  // where state is kept
  {
    name: "Redis without a secret",
    text: `redis: { url: "redis://h" }\n${both}`,
    want: [
      [
        "1:1",
        "`redis` keeps what clients said for longer than the process lives; add `server.secret`, which encrypts it",
      ],
    ],
  },
  {
    name: "a database without a secret",
    text: `database: { url: "sqlite:/tmp/a.db" }\n${both}`,
    want: [
      [
        "1:1",
        "`database` keeps what clients said for longer than the process lives; add `server.secret`, which encrypts it",
      ],
    ],
  },
  {
    name: "a short secret in a list",
    text: `server: { secret: ["\${TOKEN}", short] }\n${both}`,
    want: [
      ["1:32", "`secret` is shorter than 16 characters; write a long random one, as `openssl rand -base64 32` prints"],
    ],
  },
  {
    name: "an address that is not Redis'",
    text: `server: { secret: "\${TOKEN}" }\nredis: { url: "http://127.0.0.1:6379" }\n${both}`,
    want: [["2:15", "`url` must look like redis://USER:PASSWORD@HOST:PORT/DATABASE"]],
  },
  {
    name: "a database that is not SQLite's",
    text: `server: { secret: "\${TOKEN}" }\ndatabase: { url: "mysql://127.0.0.1" }\n${both}`,
    want: [["2:18", "`url` must look like sqlite:FILE, or postgres://USER:PASSWORD@HOST:PORT/DATABASE"]],
  },
  // planned
  {
    name: "a planned section",
    text: `${provider}models:\n  m: { deployments: [v/a], cache: { ttl: 1h } }\n`,
    want: [["3:28", "`cache` is part of the format, but this version does not act on it yet; remove it"]],
  },
  {
    name: "a planned member",
    text: `server: { trust_proxy: true }\n${both}`,
    want: [["1:11", "`trust_proxy` is part of the format, but this version does not act on it yet; remove it"]],
  },
  {
    name: "a planned word",
    text: `${provider}models:\n  m: { strategy: latency, deployments: [v/a] }\n`,
    want: [
      ["3:18", "`latency` is part of the format, but this version does not act on it yet; write fallback or weighted"],
    ],
  },
  {
    name: "a planned member of a deployment",
    text: `${provider}models:\n  m:\n    deployments:\n      - { use: v/a, unsupported: refuse }\n`,
    want: [["5:21", "`unsupported` is part of the format, but this version does not act on it yet; remove it"]],
  },
  // credentials, certificates and connections
  {
    name: "a token and a token's file",
    text: `providers: { v: { type: vertex, project: p, location: global, auth: { bearer: "\${TOKEN}", bearer_file: t } } }\n${model}`,
    want: [["1:91", "`auth` has bearer and bearer_file; keep one of them"]],
  },
  {
    name: "a certificate without its key",
    text: `providers: { v: { type: vertex, project: p, location: global, tls: { cert_file: c.pem } } }\n${model}`,
    want: [["1:70", "`cert_file` needs `key_file` beside it"]],
  },
  {
    name: "a key without its certificate",
    text: `providers: { v: { type: vertex, project: p, location: global, tls: { key_file: k.pem } } }\n${model}`,
    want: [["1:70", "`key_file` needs `cert_file` beside it"]],
  },
  {
    name: "a misspelled file of tls",
    text: `providers: { v: { type: vertex, project: p, location: global, tls: { cert_file: c, keyfile: k } } }\n${model}`,
    want: [["1:84", "unknown key `keyfile`", "key_file"]],
  },
  {
    name: "no connections at all",
    text: `providers: { v: { type: vertex, project: p, location: global, connections: 0 } }\n${model}`,
    want: [["1:76", "`connections` is at least 1"]],
  },
  {
    name: "half a connection",
    text: `providers: { v: { type: vertex, project: p, location: global, connections: 1.5 } }\n${model}`,
    want: [["1:76", "`connections` takes a whole number, not `1.5`"]],
  },
];

describe("a broken routes.yaml", () => {
  test.each(rows)("$name", ({ text, want }) => {
    const found = mistakesOf(text).map(({ line, column, message, suggestion }) =>
      suggestion === undefined ? [`${line}:${column}`, message] : [`${line}:${column}`, message, suggestion],
    );
    expect(found).toEqual(want);
  });

  test.each(rows)("$name: nothing from the environment is shown", ({ text }) => {
    const shown = formatMistakes(mistakesOf(text), "routes.yaml") + JSON.stringify(mistakesOf(text));
    expect(shown).not.toContain("interpolated");
  });

  test("all stages are reported together, in the order of the file", () => {
    // In this order: shape, meaning, units, variables, meaning.
    const text = `server:
  hots: 0.0.0.0
  drain: 30
providers:
  v: { type: vertex, project: "\${NO_SUCH}", location: global }
models:
  m: w/x
`;
    expect(mistakesOf(text).map(({ line, message }) => `${line} ${message.slice(0, 30)}`)).toEqual([
      "2 unknown key `hots`",
      "2 `0.0.0.0` can be reached from ",
      "3 `drain` needs a unit, one of m",
      "5 the environment variable NO_SU",
      "7 no provider is named `w`; ther",
    ]);
  });

  test("a mistake in an anchored section is told once, where it is written", () => {
    const text = `timeouts: &t\n  conect: 5s\n${provider}models:\n  a: { deployments: [v/a], timeouts: *t }\n  b: { deployments: [v/a], timeouts: *t }\n`;
    expect(mistakesOf(text).map(({ line, column, suggestion }) => [line, column, suggestion])).toEqual([
      [2, 3, "connect"],
    ]);
  });

  test("anchors that multiply without end are refused at once", () => {
    const levels = Array.from(
      { length: 12 },
      (_, n) => `l${n + 1}: &l${n + 1} [${Array(9).fill(`*l${n}`).join(", ")}]`,
    );
    const found = mistakesOf(["l0: &l0 x", ...levels].join("\n"));
    expect(found.map(({ message }) => message)).toContain("anchors (`&`, `*`) make this file too large");
  });
});

describe("how a mistake is shown", () => {
  test("with file, line, column, the line itself and a mark under the place", () => {
    const shown = formatMistakes(mistakesOf(`server:\n  hots: localhost\n${both}`), "routes.yaml");
    expect(shown).toBe(
      ["routes.yaml:2:3  unknown key `hots`; did you mean `host`?", "  2 |   hots: localhost", "    |   ^^^^"].join(
        "\n",
      ),
    );
  });

  test("its path says where it is in the data", () => {
    const text = `${provider}models:\n  "o/*": { deployments: [v/*, { use: v/*, weight: 0 }] }\n`;
    expect(mistakesOf(text).map(({ path }) => path)).toEqual(['models["o/*"].deployments[1].weight']);
  });

  test("a key written into the file is blotted out, in its own line and in others' mistakes", () => {
    const literal = "abcdefghijklmnopqrstuvwxyz0123456789";
    const text = `keys:\n  - { name: a, kee: ${literal}, key: ${literal} }\n${both}`;
    const loaded = parseRoutes(text, { file: "routes.yaml", env });
    if ("config" in loaded) throw new Error("expected mistakes");
    expect(loaded.warnings).toHaveLength(1);
    expect(formatMistakes([...loaded.warnings, ...loaded.mistakes], "routes.yaml")).toContain("key: ***");
    expect(formatMistakes(loaded.warnings, "routes.yaml")).not.toContain(`key: ${literal}`);
  });

  test("a key on a line of its own is blotted out too", () => {
    const auth = "    auth:\n      api_key:\n        hunter2-hunter2-hunter2\n";
    const text = `providers:\n  v:\n    type: vertex\n${auth}${model}`;
    const loaded = parseRoutes(text, { file: "routes.yaml", env });
    const shown = "config" in loaded ? formatMistakes(loaded.config.warnings, "routes.yaml") : "";
    expect(shown).toContain("  6 |         ***********************\n");
    expect(shown).not.toContain("hunter2");
  });

  test("a key is blotted out to its end", () => {
    const shown = formatMistakes(mistakesOf(`keys:\n  - { name: a, key: "hunter2 hunter3" }\n${both}`), "routes.yaml");
    expect(shown).toContain("2 |   - { name: a, key: ******** ******** }");
  });

  test("a key in a text that does not parse is blotted out too", () => {
    const shown = formatMistakes(mistakesOf("auth: { api_key: hunter2hunter2, x: a: b }\n"), "routes.yaml");
    expect(shown).toContain("api_key: ***");
    expect(shown).not.toContain("hunter2");
  });

  test("tabs and line ends of Windows do not move the mark", () => {
    const shown = formatMistakes(mistakesOf(`server:\r\n  hots:\tlocalhost\r\n${both}`), "routes.yaml");
    expect(shown).toContain("  2 |   hots:\tlocalhost\n    |   ^^^^");
  });
});
