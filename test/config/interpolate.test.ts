import { describe, expect, test } from "vitest";
import { expand } from "../../src/config/interpolate.ts";
import { configOf, mistakesOf } from "./_load.ts";

const provider = "providers: { v: { type: vertex, project: p, location: global } }\n";
const both = `${provider}models: { m: v/x }\n`;

describe("a reference in a text", () => {
  test.each([
    ["${A}", "a"],
    ["x-${A}-y-${B}", "x-a-y-b"],
    ["${NONE:-d}", "d"],
    ["${NONE:-}", ""],
    ["${EMPTY:-d}", "d"],
    ["${A:-d}", "a"],
    ["${NONE:-a:-b}", "a:-b"],
    ["$${A}", "${A}"],
    ["$$A $A {A}", "$$A $A {A}"],
    ["${NESTED}", "${A}"],
  ])("%s gives %s", (text, value) => {
    expect(expand(text, { A: "a", B: "b", EMPTY: "", NESTED: "${A}" })).toMatchObject({ value, unresolved: [] });
  });

  test.each([
    "${NONE}",
    "${EMPTY}",
    "${}",
    "${1}",
    "${A",
    "${A:?x}",
    "${A-x}",
    "${A:-${B}}",
    "${toString}",
    "${__proto__}",
  ])("%s cannot be replaced", (text) => {
    expect(expand(text, { A: "a", B: "b", EMPTY: "" }).unresolved).toHaveLength(1);
  });

  test("every variable that is missing is told", () => {
    expect(expand("${X}${Y}", {}).unresolved.map(({ message }) => message.split(";")[0])).toEqual([
      "the environment variable X is not set",
      "the environment variable Y is not set",
    ]);
  });
});

describe("a variable in the file", () => {
  test("becomes a number or a boolean where the format wants one", () => {
    expect(configOf(`server: { port: "\${PORT}" }\n${both}`, { PORT: "8080" }).server.port).toBe(8080);
  });

  test("stays text where the format wants text, whatever it looks like", () => {
    const text =
      "providers: { v: { type: vertex, project: p, base_url: 'https://h', headers: { a: '${N}' } } }\nmodels: { m: v/x }\n";
    expect(configOf(text, { N: "007" }).providers[0]?.headers).toEqual({ a: "007" });
  });

  test("is not a way to write YAML", () => {
    const config = configOf(`${provider}models:\n  m: v/\${MODEL}\n`, { MODEL: "x\n  n: v/y" });
    expect(config.models.map(({ name }) => name)).toEqual(["m"]);
  });

  test("is marked at its own place within a longer value", () => {
    const [mistake] = mistakesOf(`${provider}models:\n  m: "v/a-\${NO_SUCH}"\n`, {});
    expect(mistake).toMatchObject({ line: 3, column: 11, path: "models.m" });
  });

  test("does not matter in a comment", () => {
    expect(configOf(`# \${NO_SUCH}\n${both}`, {}).models).toHaveLength(1);
  });

  test.each([
    ["a number", "server: { port: '${S}' }"],
    ["a word", "log: { level: '${S}' }"],
    ["a planned word", "server: { auth: '${S}' }"],
    ["a duration", "server: { drain: '${S}' }"],
    ["a size", "server: { max_body: '${S}' }"],
    ["a host", "server: { host: '${S}' }"],
    ["a default model", "server: { default_model: '${S}' }"],
    ["an alias", "aliases: { a: '${S}' }"],
    ["a key name", "keys: [{ name: '${S}' }]"],
    ["a digest", "keys: [{ name: a, digest: '${S}' }]"],
  ])("is not shown when it is wrong as %s", (_, section) => {
    expect(JSON.stringify(mistakesOf(`${section}\n${both}`, { S: "hush-hush" }))).not.toContain("hush-hush");
  });

  test("is not shown when it closes a circle of aliases", () => {
    const [mistake] = mistakesOf(`${both}aliases: { a: b, b: "\${S}" }\n`, { S: "a" });
    expect(mistake?.message).toBe("these aliases go round in a circle");
  });

  test.each([
    ["a provider's type", "type: '${S}'"],
    ["an auth", "type: vertex, project: p, location: global, auth: '${S}'"],
    ["a project", "type: vertex, project: '${S}', location: global"],
    ["a location", "type: vertex, project: p, location: '${S}'"],
    ["a base URL", "type: vertex, base_url: '${S}'"],
    ["a bearer token", "type: vertex, base_url: 'https://h', auth: { bearer: '${S}' }"],
    ["a header", "type: vertex, base_url: 'https://h', headers: { a: '${S}' }"],
    ["a command", "type: vertex, base_url: 'https://h', auth: { command: '${S}' }"],
  ])("is not shown when it is wrong as %s", (_, members) => {
    const found = mistakesOf(`providers: { v: { ${members} } }\nmodels: { m: v/x }\n`, { S: "hush hush\n" });
    expect(JSON.stringify(found)).not.toContain("hush");
  });

  test.each([
    "'${S}'",
    "{ deployments: ['${S}'] }",
    "{ deployments: [{ use: '${S}' }] }",
    "'${S}/x'",
    "'${S}/*'",
    "'v/*${S}'",
  ])("is not shown when it is wrong in the model %s", (model) => {
    expect(JSON.stringify(mistakesOf(`${provider}models: { m: ${model} }\n`, { S: "hush" }))).not.toContain("hush");
  });

  test.each([
    ["auth: '${S}'", "kyes"],
    ["auth: '${S}', host: '::1'", "nonee"],
    ["drain: '${S}'", "5 min"],
    ["default_model: '${S}'", "mm"],
  ])("gives no hint of itself by what it is near to: %s", (members, value) => {
    const found = mistakesOf(`server: { ${members} }\n${both}`, { S: value });
    expect(found).toHaveLength(1);
    expect(found[0]?.suggestion).toBeUndefined();
  });

  test.each(["auth: { command: '${S}' }", "type: '${S}'"])("gives no hint of itself in a provider: %s", (members) => {
    const type = members.startsWith("type") ? "" : "type: vertex, ";
    const text = `providers: { v: { ${type}project: p, location: global, ${members} } }\nmodels: { m: v/x }\n`;
    const found = mistakesOf(text, { S: "vertx" });
    expect(found).toHaveLength(1);
    expect(found[0]?.suggestion).toBeUndefined();
  });

  test("is not named when it holds a word that is planned", () => {
    const text = `${provider}models: { m: { strategy: "\${S}", deployments: [v/x] } }\n`;
    const [mistake] = mistakesOf(text, { S: "latency" });
    expect(mistake?.message).toMatch(/^this value is part of the format/);
  });
});
