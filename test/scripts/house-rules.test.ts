import { describe, expect, test } from "vitest";
import { checkHouseRules } from "../../scripts/spec/check/house-rules.ts";
import { parseSources } from "../../scripts/spec/check/sources.ts";
import { loadSpec } from "../../scripts/spec/load.ts";
import type { Schemas, Spec } from "../../scripts/spec/schema.ts";
import { ref, specOf } from "./_spec.ts";

const word = (one: string): Schemas[string] => ({ type: "string", enum: [one], description: "Kind." });

/** A spec that keeps all rules. */
function goodSpec(): Spec {
  return specOf(
    {
      Ask: {
        type: "object",
        required: ["part"],
        properties: {
          part: { description: "A or B.", oneOf: [ref("A"), ref("B")] },
          named: ref("A"),
          maybe: { anyOf: [ref("B"), { type: "null" }] },
        },
      },
      A: { type: "object", description: "A.", properties: { type: { type: "string", enum: ["a"] } } },
      B: { type: "object", description: "B.", properties: { type: word("b") } },
    },
    { "/ask": { post: { operationId: "ask", requestBody: { content: { json: { schema: ref("Ask") } } } } } },
  );
}

/** What the rules say of the good spec with changed schemas. */
function changed(schemas: Schemas, change: Partial<Spec> = {}): readonly string[] {
  const spec = goodSpec();
  const components = { ...spec.components, schemas: { ...spec.components.schemas, ...schemas } };
  return checkHouseRules({ ...spec, ...change, components }, "test");
}

/** Ask with other members than it has. */
function asking(members: object): Schemas {
  const ask = goodSpec().components.schemas["Ask"] ?? {};
  return { Ask: { ...ask, properties: { ...ask.properties, ...Object(members) } } };
}

test("a spec that keeps the rules has no mistake", () => {
  expect(changed({})).toEqual([]);
});

test.each(["openai", "vertex"])("the %s spec keeps them", (name) => {
  expect(checkHouseRules(loadSpec(name), name)).toEqual([]);
});

describe("a spec breaks a rule", () => {
  test.each<[string, readonly string[], string]>([
    ["in its version", changed({}, { openapi: "3.0.3" }), "is OpenAPI 3.0.3, not 3.1"],
    [
      "with a dangling reference",
      changed(asking({ named: ref("Nobody") })),
      "#/components/schemas/Nobody points nowhere",
    ],
    ["with a component nobody uses", changed({ Spare: { type: "object" } }), "schemas/Spare is not used by anything"],
    [
      "with two that use only each other",
      changed({ X: { type: "array", items: ref("Y") }, Y: { type: "array", items: ref("X") } }),
      "schemas/X is not used by anything",
    ],
    [
      "with discriminator",
      changed(asking({ named: { description: "A.", oneOf: [ref("A")], discriminator: {} } })),
      "Ask.named has discriminator",
    ],
    [
      "with nullable",
      changed(asking({ named: { description: "A.", type: "string", nullable: true } })),
      "Ask.named has nullable",
    ],
    ["with allOf", changed(asking({ named: { description: "A.", allOf: [ref("A")] } })), "Ask.named has allOf"],
    [
      "with pattern",
      changed(asking({ named: { description: "A.", type: "string", pattern: "a+" } })),
      "Ask.named has pattern",
    ],
    [
      "with a union without tag",
      changed(asking({ named: { description: "A.", oneOf: [ref("A"), { type: "object" }] } })),
      "Ask.named is a union of objects that no tag tells apart",
    ],
    [
      "with a tag that says a word twice",
      changed(asking({ named: { description: "A.", oneOf: [ref("A"), ref("A")] } })),
      "Ask.named is a union of objects that no tag tells apart",
    ],
    [
      "by requiring a stranger",
      changed({ A: { type: "object", description: "A.", required: ["b"] } }),
      "A requires b, which it does not have",
    ],
    [
      "with enum alone",
      changed(asking({ named: { description: "A.", enum: ["a", "b"] } })),
      "Ask.named has enum without type",
    ],
    ["with a silent member", changed(asking({ named: { type: "string" } })), "Ask.named has no description"],
    [
      "with a silent member of a list's items",
      changed(
        asking({ named: { description: "A.", type: "array", items: { type: "object", properties: { x: {} } } } }),
      ),
      "Ask.named[].x has no description",
    ],
    [
      "with an operation without id",
      changed({}, { paths: { ...goodSpec().paths, "/b": { get: {} } } }),
      "GET /b has no operationId",
    ],
    [
      "with an id twice",
      changed({}, { paths: { ...goodSpec().paths, "/b": { get: { operationId: "ask" } } } }),
      "GET /b has the operationId ask, which another operation has",
    ],
  ])("%s", (_name, mistakes, expected) => {
    expect(mistakes).toContain(expected);
  });

  test("but not with a member that is called like a keyword", () => {
    expect(
      changed(
        asking({ pattern: { type: "string", description: "P." }, nullable: { type: "boolean", description: "N." } }),
      ),
    ).toEqual([]);
  });

  test("but not with a component that generation starts from", () => {
    const spec = loadSpec("emulator");
    expect(checkHouseRules(spec, "emulator")).toEqual([]);
    expect(checkHouseRules(spec, "test")).toContain("schemas/Script is not used by anything");
  });
});

describe("specs/sources.yaml", () => {
  const source = { name: "a", url: "https://example.com", revision: "1", compared: "2026-11-21" };

  test.each<[unknown, readonly string[]]>([
    [{ test: [source] }, []],
    [{ other: [source] }, ["specs/sources.yaml, other: there is no such spec"]],
    [{ test: [] }, ["specs/sources.yaml, test: names no source"]],
    [{ test: [{ ...source, url: undefined }] }, ["specs/sources.yaml, test: url is missing"]],
    [{ test: [{ ...source, by: "me" }] }, ["specs/sources.yaml, test: by means nothing here"]],
    [{ test: [{ ...source, compared: "today" }] }, ["specs/sources.yaml, test: compared is a day, as 2026-11-21"]],
    [[], ["specs/sources.yaml is no mapping of specs"]],
    [{ test: [{ ...source, package: { name: "p", files: ["a.d.ts"], roots: { A: "B" } } }] }, []],
    [{ test: [{ ...source, package: { files: ["a.d.ts"] } }] }, ["specs/sources.yaml, test: package.name is missing"]],
    [{ test: [{ ...source, package: { name: "p" } }] }, ["specs/sources.yaml, test: package.files names no file"]],
    [
      { test: [{ ...source, package: { name: "p", files: ["a"], fetched: "yes", roots: { A: 1 }, by: "me" } }] },
      [
        "specs/sources.yaml, test: by means nothing here",
        "specs/sources.yaml, test: package.fetched is true or false",
        "specs/sources.yaml, test: package.roots names components",
      ],
    ],
  ])("%j", (parsed, mistakes) => {
    expect(parseSources(parsed, ["test"]).mistakes).toEqual(mistakes);
  });
});
