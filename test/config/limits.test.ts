import { describe, expect, test } from "vitest";
import { configOf, mistakesOf } from "./_load.ts";

const provider = "providers: { v: { type: vertex, project: p, location: global } }\n";
const model = "models: { m: v/gemini-2.5-flash }\n";
const key = "keys: [{ name: alice, key: '${TOKEN}'";

describe("limits", () => {
  test("stand on keys and on models, each alone", () => {
    const config = configOf(`${provider}${key}, rpm: 60 }, { name: bob, digest: "${"0".repeat(64)}" }]
models:
  m: { deployments: [v/gemini-2.5-flash], tpm: 1000000000000, parallel: 1 }
  n: v/gemini-2.5-flash
`);
    expect(config.keys.map(({ limits }) => limits)).toEqual([
      { rpm: 60, tpm: undefined, parallel: undefined },
      undefined,
    ]);
    expect(config.models.map(({ limits }) => limits)).toEqual([
      { rpm: undefined, tpm: 1_000_000_000_000, parallel: 1 },
      undefined,
    ]);
  });

  test.each([
    ["", "closed"],
    ["limits: {}", "closed"],
    ["limits: { on_store_failure: closed }", "closed"],
    ["limits: { on_store_failure: open }", "open"],
  ])("%j means %s", (written, want) => {
    expect(configOf(`${provider}${model}${written}\n`).onStoreFailure).toBe(want);
  });

  test.each([
    ["no requests at all", `${key}, rpm: 0 }]\n`, ["3:45", "`rpm` is at least 1"]],
    ["a part of a request", `${key}, rpm: 1.5 }]\n`, ["3:45", "`rpm` takes a whole number, not `1.5`"]],
    ["a text", `${key}, tpm: 10k }]\n`, ["3:45", "`tpm` takes a whole number, not `10k`"]],
    ["more than any", `${key}, parallel: 1000001 }]\n`, ["3:50", "`parallel` is at most 1000000"]],
    ["a misspelt limit", `${key}, prm: 1 }]\n`, ["3:40", "unknown key `prm`"]],
    ["a misspelt word", "limits: { on_store_failure: opn }\n", ["3:29", "`opn`"]],
    ["another member", "limits: { rpm: 1 }\n", ["3:11", "unknown"]],
    [
      "a limit on a key that nobody is asked for",
      `server: { auth: none }\n${key}, parallel: 1 }]\n`,
      ["4:40", "`parallel` would never hold: under `auth: none` no key is asked for"],
    ],
  ])("%s is a mistake, with its place", (_name, text, [place, message]) => {
    const [only, ...more] = mistakesOf(provider + model + text);
    expect(more).toEqual([]);
    expect([`${only?.line}:${only?.column}`, only?.message]).toEqual([place, expect.stringContaining(message ?? "")]);
  });
});
