import { describe, expect, test } from "vitest";
import { configOf, mistakesOf } from "./_load.ts";

const rest = `providers: { v: { type: vertex, project: p, location: global } }
models: { m: v/gemini-2.5-flash }
`;
const withOrigin = (origin: string, more = ""): string =>
  `server:\n  cors:\n    origins:\n      - ${origin}\n${more}${rest}`;

const slash = "an origin ends with its host or port, without a slash or a path";
const scheme = "an origin begins with its scheme";
const form = "browsers send this origin in another form";
const parts = "an origin is a scheme, a host and perhaps a port";

describe("an origin", () => {
  test.each([
    "https://chat.example.com",
    "http://localhost:3000",
    "http://[::1]:3000",
    "app://obsidian.md",
    "capacitor://localhost",
    "chrome-extension://abcdefgh",
    "file://",
    '"*"',
  ])("may be %s", (origin) => {
    expect(configOf(withOrigin(origin)).server.corsOrigins).toEqual([origin.replaceAll('"', "")]);
  });

  test.each([
    ["https://chat.example.com/", slash, "https://chat.example.com"],
    ["https://chat.example.com:8443/app?x#y", slash, "https://chat.example.com:8443"],
    ["chat.example.com", scheme, "https://chat.example.com"],
    ["chat.example.com/app", scheme, "https://chat.example.com"],
    ["localhost:3000", scheme, "http://localhost:3000"],
    ["127.0.0.1:3000/", scheme, "http://127.0.0.1:3000"],
    ["https://Chat.Example.com", form, "https://chat.example.com"],
    ["https://chat.example.com:443", form, "https://chat.example.com"],
    ["https://bücher.example", form, "https://xn--bcher-kva.example"],
    ["https://", parts, undefined],
    ["https://me@chat.example.com", parts, undefined],
    ["https://chat.example.com:port", parts, undefined],
    ["https://*.example.com", '`*` is no part of an origin; alone, "*" stands for any', undefined],
    ['"null"', '`null` is the origin of any page in a sandbox; write "*" if any page may call', undefined],
    ['""', "an origin must not be empty", undefined],
  ])("may not be %s: %s", (origin, message, suggestion) => {
    expect(mistakesOf(withOrigin(origin))).toMatchObject([{ line: 4, column: 9, message, suggestion }]);
  });

  test("from the environment is not repeated", () => {
    const variables = { ORIGIN: "https://chat.example.com/" };
    expect(mistakesOf(withOrigin("$" + "{ORIGIN}"), variables)).toMatchObject([
      { line: 4, column: 9, message: slash, suggestion: undefined },
    ]);
  });
});

describe("the section", () => {
  test.each([
    ["cors: {}", 11, "`cors` needs `origins`", undefined],
    ["cors: { origins: [] }", 19, "`origins` must not be empty", undefined],
    ["cors: { origin: [https://a.example] }", 19, "unknown key `origin`", "origins"],
    ["cors: { origins: [1] }", 29, "`origins[0]` takes text; write it in quotes", '"1"'],
  ])("may not be %s", (text, column, message, suggestion) => {
    expect(mistakesOf(`server: { ${text} }\n${rest}`)).toMatchObject([{ line: 1, column, message, suggestion }]);
  });

  test("lets no page in when it is not there", () => {
    expect(configOf(rest).server.corsOrigins).toEqual([]);
  });
});

describe("any page", () => {
  const keys = "keys: [{ name: a, digest: 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08 }]\n";

  test.each([
    ["", 1],
    [keys, 0],
    ["log: { level: warn }\n", 1],
  ])("is a warning where no key is asked for: %s", (more, count) => {
    const { warnings } = configOf(withOrigin('"*"', more));
    expect(warnings).toHaveLength(count);
    if (count > 0) expect(warnings).toMatchObject([{ line: 4, column: 9, path: "server.cors.origins[0]" }]);
  });
});
