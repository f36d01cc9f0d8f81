import { describe, expect, test } from "vitest";
import { toParameters } from "../../../src/dialects/gemini/schema/index.ts";
import { type OlderRow, older } from "./_older.ts";

const str = { type: "string" };
const STR = { type: "STRING" };
const int = { type: "integer" };
const INT = { type: "INTEGER" };
const bool = { type: "boolean" };
const BOOL = { type: "BOOLEAN" };

const defs = { $defs: { A: str } };
const list = (a: string, b: string) => ({ type: "object", properties: { a: { $ref: a }, b: { $ref: b } } });

const rows: readonly OlderRow[] = [
  ["references are copied", { $ref: "#/$defs/A" }, STR, [], { $defs: { A: str } }],
  ["from definitions too", { $ref: "#/definitions/a~1b" }, STR, [], { definitions: { "a/b": str } }],
  ["with percent signs", { $ref: "#/$defs/A%5BB%5D" }, STR, [], { $defs: { "A[B]": str } }],
  ["with tildes", { $ref: "#/$defs/a~0b" }, STR, [], { $defs: { "a~b": str } }],
  ["each use is a copy", list("#/$defs/A", "#/$defs/A"), { type: "OBJECT", properties: { a: STR, b: STR } }, [], defs],
  ["a reference that leads nowhere", { $ref: "#/$defs/Z" }, STR, [".$ref", ""]],
  [
    "siblings override",
    { $ref: "#/$defs/A", description: "D" },
    { ...STR, description: "D" },
    [],
    { $defs: { A: { ...str, description: "E" } } },
  ],
  [
    "cycles are cut",
    { $ref: "#/$defs/A" },
    { type: "OBJECT", properties: { a: { type: "OBJECT", description: "A A as above." } } },
    [".$defs.A.properties.a.$ref"],
    { $defs: { A: { type: "object", properties: { a: { $ref: "#/$defs/A" } } } } },
  ],
  [
    "two definitions in a cycle",
    { $ref: "#/$defs/A" },
    {
      type: "OBJECT",
      properties: { b: { type: "OBJECT", properties: { a: { type: "OBJECT", description: "A A as above." } } } },
    },
    [".$defs.B.properties.a.$ref"],
    {
      $defs: {
        A: { type: "object", properties: { b: { $ref: "#/$defs/B" } } },
        B: { type: "object", properties: { a: { $ref: "#/$defs/A" } } },
      },
    },
  ],
  ["or null", { type: ["string", "null"] }, { ...STR, nullable: true }],
  ["two types", { type: ["string", "number"] }, { anyOf: [STR, { type: "NUMBER" }] }],
  [
    "two types or null",
    { type: ["string", "number", "null"] },
    {
      anyOf: [
        { ...STR, nullable: true },
        { type: "NUMBER", nullable: true },
      ],
    },
  ],
  ["null alone", { type: "null" }, { ...STR, nullable: true }, [""]],
  ["one branch or null", { anyOf: [str, { type: "null" }] }, { ...STR, nullable: true }],
  [
    "branches stand alone",
    { description: "D", anyOf: [str, { type: "integer" }] },
    {
      anyOf: [
        { ...STR, description: "D" },
        { type: "INTEGER", description: "D" },
      ],
    },
  ],
  ["oneOf", { oneOf: [str, { type: "integer" }] }, { anyOf: [STR, { type: "INTEGER" }] }],
  ["one branch of oneOf or null", { oneOf: [str, { type: "null" }] }, { ...STR, nullable: true }],
  ["a union of unions is one", { anyOf: [{ anyOf: [str, int] }, bool] }, { anyOf: [STR, INT, BOOL] }],
  [
    "a union or null: null is said in each branch, for nothing stands beside them",
    { anyOf: [{ type: ["string", "integer"] }, { type: "null" }] },
    {
      anyOf: [
        { ...STR, nullable: true },
        { ...INT, nullable: true },
      ],
    },
  ],
  [
    "a reference to a union or null",
    { anyOf: [{ $ref: "#/$defs/U" }, { type: "null" }] },
    {
      anyOf: [
        { ...STR, nullable: true },
        { ...INT, nullable: true },
      ],
    },
    [],
    { $defs: { U: { anyOf: [str, int] } } },
  ],
  [
    "a union of what may be null and what may not",
    { anyOf: [{ $ref: "#/$defs/U" }, int] },
    { anyOf: [{ ...STR, nullable: true }, INT] },
    [],
    { $defs: { U: { anyOf: [str, { type: "null" }] } } },
  ],
  [
    "descriptions of branches stay behind the one around them",
    { title: "T", description: "Either.", anyOf: [{ ...str, title: "U", description: "A name." }, int] },
    {
      anyOf: [
        { ...STR, title: "T", description: "Either.\nA name." },
        { ...INT, title: "T", description: "Either." },
      ],
    },
  ],
  [
    "members beside branches are members of each",
    {
      ...{ type: "object", properties: { k: str }, required: ["k"] },
      anyOf: [{ properties: { a: int }, required: ["a"] }, { title: "T" }],
    },
    {
      anyOf: [
        { type: "OBJECT", properties: { k: STR, a: INT }, required: ["k", "a"] },
        { type: "OBJECT", title: "T", properties: { k: STR }, required: ["k"] },
      ],
    },
  ],
  [
    "also where a branch is a reference to a reference",
    { type: "object", properties: { k: str }, anyOf: [{ $ref: "#/$defs/A" }, { properties: { c: int } }] },
    {
      anyOf: [
        { type: "OBJECT", properties: { k: STR, b: STR } },
        { type: "OBJECT", properties: { k: STR, c: INT } },
      ],
    },
    [],
    { $defs: { A: { $ref: "#/$defs/B" }, B: { type: "object", properties: { b: str } } } },
  ],
  [
    "a member that a branch says more of",
    { type: "object", properties: { k: str }, anyOf: [{ properties: { k: { const: "x" } } }, {}] },
    {
      anyOf: [
        { type: "OBJECT", properties: { k: { ...STR, enum: ["x"] } } },
        { type: "OBJECT", properties: { k: STR } },
      ],
    },
  ],
  [
    "a member that a branch says something else of",
    {
      ...{ type: "object", properties: { j: int, k: { ...str, maxLength: 3 } } },
      anyOf: [{ properties: { k: { const: "x" }, j: int } }, {}],
    },
    {
      anyOf: [
        { type: "OBJECT", properties: { j: INT, k: { ...STR, enum: ["x"] } } },
        { type: "OBJECT", properties: { j: INT, k: { ...STR, maxLength: "3" } } },
      ],
    },
    [""],
  ],
  [
    "a type that a branch narrows",
    { type: ["string", "null"], anyOf: [{ ...str, maxLength: 3 }, { type: "null" }] },
    { ...STR, maxLength: "3", nullable: true },
  ],
  [
    "null in a branch that the type around it forbids",
    { type: "string", anyOf: [{ maxLength: 3 }, { type: "null" }] },
    { ...STR, maxLength: "3" },
  ],
  [
    "bounds that a branch has too",
    { type: "integer", minimum: 1, anyOf: [{ minimum: 5 }, { maximum: 9 }] },
    {
      anyOf: [
        { ...INT, minimum: 5 },
        { ...INT, minimum: 1, maximum: 9 },
      ],
    },
    [""],
  ],
  [
    "allOf",
    { allOf: [{ type: "string", minLength: 1 }, { maxLength: 5 }] },
    { ...STR, minLength: "1", maxLength: "5" },
  ],
  ["what cannot be merged is the first", { allOf: [str, int] }, STR, [".allOf[1].type"]],
  [
    "allOf of objects",
    {
      allOf: [
        { type: "object", properties: { a: str }, required: ["a"] },
        { properties: { b: int }, required: ["b"] },
      ],
    },
    { type: "OBJECT", properties: { a: STR, b: INT }, required: ["a", "b"] },
  ],
  [
    "allOf takes the tightest bounds",
    { allOf: [{ type: "integer", minimum: 1, maximum: 9 }, { minimum: 3 }] },
    { ...INT, minimum: 3, maximum: 9 },
  ],
];

describe("§6.3 references and branches in the older form", () => {
  test.each<OlderRow>(rows)("%s", (_name, schema, want, losses = [], more = {}) => {
    expect(older(schema, more)).toEqual({ schema: want, losses });
  });

  /** Definitions in a row, each with the next one under so many of its members. */
  const inARow = (length: number, ...names: readonly string[]): Record<string, object> => {
    const member = (i: number): object => (i === length ? str : { $ref: `#/$defs/L${i}` });
    const properties = (i: number): object => Object.fromEntries(names.map((name) => [name, member(i)]));
    return Object.fromEntries(
      Array.from({ length }, (_, i) => [`L${i}`, { type: "object", properties: properties(i + 1) }]),
    );
  };

  test("definitions that take each other in twice are copied 400 times at most", () => {
    const { schema, losses } = older({ $ref: "#/$defs/L0" }, { $defs: inARow(12, "a", "b") });
    const objects = JSON.stringify(schema).split('"OBJECT","properties"').length - 1;
    expect(objects).toBe(400);
    expect(losses).toContain(".$defs.L10.properties.a.$ref");
  });

  test("definitions in a long row are copied 32 levels deep", () => {
    const { schema, losses } = older({ $ref: "#/$defs/L0" }, { $defs: inARow(60, "a") });
    expect(JSON.stringify(schema).split('"OBJECT","properties"').length - 1).toBe(31);
    expect(losses).toEqual([".$defs.L30.properties.a.$ref"]);
  });

  test.each<[name: string, holder: (schema: object) => object, place: string]>([
    ["branches", (schema) => ({ description: "D", anyOf: [schema, str] }), ".anyOf[0]"],
    ["items", (schema) => ({ type: "array", items: schema }), ".items"],
  ])("so are those under %s", (_name, holder, place) => {
    const next = (i: number): object => holder({ $ref: `#/$defs/L${i}` });
    const $defs = Object.fromEntries(Array.from({ length: 60 }, (_, i) => [`L${i}`, next(i + 1)]));
    expect(older(next(0), { $defs: { ...$defs, L60: str } }).losses).toEqual([`.$defs.L29${place}.$ref`]);
  });

  test("a root of branches is one object with the members of all", () => {
    const losses: string[] = [];
    const branch = (name: string) => ({
      type: "object",
      properties: { kind: { const: name }, [name]: str },
      required: ["kind", name],
    });
    const schema = { oneOf: [branch("a"), branch("b")] };
    const said = toParameters({ schema, path: "root", lost: (path) => losses.push(path) }, "openapi-vertex");
    expect(said.older).toEqual({
      type: "OBJECT",
      properties: {
        kind: {
          anyOf: [
            { ...STR, enum: ["a"] },
            { ...STR, enum: ["b"] },
          ],
        },
        a: STR,
        b: STR,
      },
      required: ["kind"],
    });
    expect(losses).toEqual(["root"]);
  });
});
