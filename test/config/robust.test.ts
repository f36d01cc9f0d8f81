import { describe, expect, test } from "vitest";
import { parseDocument, Scalar, visit } from "yaml";
import { parseRoutes } from "../../src/config/load.ts";
import { formatMistakes } from "../../src/config/mistakes.ts";
import fc from "../_fc.ts";

const file = `server: { host: 127.0.0.1, port: 4000, auth: none, default_model: a, max_body: 1MB, drain: 1s, secret: [x] }
keys:
  - { name: a, key: b }
  - { name: c, digest: ${"ab".repeat(32)} }
log: { level: info, format: json }
timeouts: { connect: 1s, first_byte: 2s, idle: 3s, total: 4s }
providers:
  v: { type: vertex, project: p, location: global, api_version: v1, auth: adc, headers: { x-a: b }, tls: { ca_file: f } }
  w: { type: vertex, base_url: "https://h", auth: { command: [a, b], ttl: 9m, refresh_margin: 1s, timeout: 1s } }
  x: { type: vertex, base_url: "https://h", auth: { header: { name: x, value: y } } }
  y: { type: vertex, base_url: "https://h", auth: { bearer: t } }
  z: { type: anthropic, auth: { api_key: t } }
  b: { type: bedrock, region: us-east-1 }
models:
  m: v/x
  n:
    strategy: weighted
    deployments: [v/x, { use: w/y, weight: 2 }]
    price: { input: "1", output: "2" }
    unsupported: report
    conformance: off
    response_model: upstream
    params_deny: [user]
    fetch_media: true
  "o/*": v/*
aliases: { a: b, b: m }
redis: { url: "redis://h" }
`;

/** The file with one of its values replaced. */
function* variants(value: string): Generator<string> {
  let count = 0;
  visit(parseDocument(file), { Scalar: (key) => void (key !== "key" && count++) });
  for (let chosen = 0; chosen < count; chosen++) {
    const document = parseDocument(file);
    let index = 0;
    visit(document, {
      Scalar: (key, node) => {
        if (key === "key" || index++ !== chosen) return;
        node.value = value;
        node.type = Scalar.QUOTE_DOUBLE;
      },
    });
    yield document.toString();
  }
}

describe("whatever a variable holds and wherever it stands", () => {
  const values = [
    "hush",
    "hush/x",
    "hush/*",
    "hu*sh/hush",
    "hush hush\n",
    "http://hush:hush@hush",
    "99hush",
    " hush",
    "sk-hushhushhush",
  ];

  test.each(values)("%j is not shown", (value) => {
    for (const text of variants("${S}")) {
      const loaded = parseRoutes(text, { file: "routes.yaml", env: { S: value } });
      const found = "config" in loaded ? loaded.config.warnings : [...loaded.mistakes, ...loaded.warnings];
      expect(`${JSON.stringify(found)}${formatMistakes(found, "routes.yaml")}`).not.toContain("hush");
    }
  });
});

describe("a text", () => {
  const parse = (text: string): void => {
    const loaded = parseRoutes(text, { file: "routes.yaml", env: { S: "s" } });
    // Refused without a reason would leave an operator with nothing.
    if ("mistakes" in loaded) expect(loaded.mistakes.length).toBeGreaterThan(0);
  };

  test("never makes the loader fail, with any piece of it missing", () => {
    fc.assert(
      fc.property(fc.nat(file.length), fc.nat(40), (start, length) => {
        parse(file.slice(0, start) + file.slice(start + length));
      }),
      { numRuns: 500 },
    );
  });

  test("never makes the loader fail, with any value of any kind in it", () => {
    const odd = [
      "null",
      "5",
      "-1.5",
      "true",
      "[]",
      "{}",
      "[1, {}]",
      "{ type: {} }",
      '""',
      "'*'",
      "~",
      ".nan",
      "!x y",
      "&a b",
      "*a",
      "${S}",
      "${",
    ];
    const lines = file.split("\n");
    fc.assert(
      fc.property(fc.nat(lines.length - 1), fc.constantFrom(...odd), (index, value) => {
        parse(lines.map((line, at) => (at === index ? line.replace(/:.*/, `: ${value}`) : line)).join("\n"));
      }),
      { numRuns: 500 },
    );
  });

  test("never makes the loader fail, of whatever letters", () => {
    fc.assert(fc.property(fc.string({ unit: "grapheme" }), parse), { numRuns: 300 });
  });
});
