import { describe, expect, test } from "vitest";
import { toOutputSchema } from "../../src/dialects/anthropic/schema/output.ts";
import { toInputSchema } from "../../src/dialects/anthropic/schema/parameters.ts";
import { toInputSchema as toToolSchema } from "../../src/dialects/converse/schema/parameters.ts";
import { toAnswerSchema, toParameters } from "../../src/dialects/gemini/schema/index.ts";
import { GatewayError } from "../../src/errors.ts";
import fc from "../_fc.ts";

type Schema = Readonly<Record<string, unknown>>;

/** Every form that a client's schema is brought into, and what of it was told as lost. */
const forms: readonly (readonly [string, (schema: Schema) => { readonly said: unknown; readonly lost: string[] }])[] = [
  ...(["json-schema", "openapi-vertex", "openapi-developer"] as const).flatMap((form) =>
    ([toParameters, toAnswerSchema] as const).map((to) => {
      const say = (schema: Schema) => {
        const lost: string[] = [];
        return { said: to({ schema, path: "p", lost: (path) => lost.push(path) }, form), lost };
      };
      return [`Gemini's ${form} by ${to.name}`, say] as const;
    }),
  ),
  ["Claude's arguments", (schema) => told(toInputSchema(schema, "p", { strict: false }))],
  ["Claude's strict arguments", (schema) => told(toInputSchema(schema, "p", { strict: true }))],
  ["Claude's answers", (schema) => told(toOutputSchema(schema, "p"))],
  ["Converse's arguments", (schema) => told(toToolSchema(schema, "p", { strict: false, plain: false }))],
  ["Converse's strict arguments", (schema) => told(toToolSchema(schema, "p", { strict: true, plain: false }))],
  [
    "Converse's arguments without references",
    (schema) => told(toToolSchema(schema, "p", { strict: false, plain: true })),
  ],
];

function told(made: { readonly schema: unknown; readonly changes: readonly { readonly path: string }[] }) {
  return { said: made.schema, lost: made.changes.map(({ path }) => path) };
}

/** A schema within itself, some levels deep. */
const nest = (levels: number, around: (inner: Schema) => Schema): Schema =>
  levels === 0 ? { type: "string" } : around(nest(levels - 1, around));
const words = (count: number): readonly string[] => Array.from({ length: count }, (_, i) => `n${i}`);
const list = <T>(count: number, make: (i: number) => T): readonly T[] =>
  Array.from({ length: count }, (_, i) => make(i));
const pair = { allOf: [{ $ref: "#/$defs/A" }, { $ref: "#/$defs/B" }] };

/** Definitions of which each refers to the next one so many times, and the last one. */
function inARow(count: number, times: number, last: Schema): Schema {
  const entries = list(count, (i) => {
    const members = list(times, (j) => [`m${j}`, { $ref: `#/$defs/D${i + 1}` }] as const);
    return [`D${i}`, i === count - 1 ? last : { type: "object", properties: Object.fromEntries(members) }] as const;
  });
  return Object.fromEntries(entries);
}

const growing: Readonly<Record<string, Schema>> = {
  "records over words, in each other": nest(8, (inner) => ({
    type: "object",
    propertyNames: { enum: words(60) },
    additionalProperties: inner,
  })),
  "required names that are no properties, in each other": nest(8, (inner) => ({
    type: "object",
    required: words(60),
    additionalProperties: inner,
  })),
  "definitions that take each other in twice": {
    type: "object",
    properties: { a: pair },
    $defs: {
      A: { required: ["a", "b"], additionalProperties: pair },
      B: { properties: { a: pair, b: { anyOf: [pair, { $ref: "#/$defs/A" }], properties: { c: pair } } } },
    },
  },
  "definitions in a row, each twice in the one before": {
    type: "object",
    properties: { a: { $ref: "#/$defs/D0" } },
    $defs: inARow(28, 2, { type: "string" }),
  },
  "a long text behind them": {
    type: "object",
    properties: { a: { $ref: "#/$defs/D0" } },
    $defs: inARow(14, 2, { type: "string", description: "long ".repeat(2_000) }),
  },
  "thousands of definitions in a row": {
    type: "object",
    properties: { a: { $ref: "#/$defs/D0" } },
    required: ["a"],
    additionalProperties: false,
    $defs: Object.fromEntries(
      list(5_000, (i) => [
        `D${i}`,
        i === 4_999
          ? { type: "string" }
          : {
              type: "object",
              properties: { l: { $ref: `#/$defs/D${i + 1}` } },
              required: ["l"],
              additionalProperties: false,
            },
      ]),
    ),
  },
  "members beside unions, in each other": nest(9, (inner) => ({
    properties: { p: inner },
    anyOf: [{ properties: { q: { type: "string" } } }, { properties: { p: { type: "object" } } }],
  })),
  "two long lists of words that both hold": {
    type: "object",
    properties: { a: { allOf: [{ enum: words(40_000) }, { enum: words(40_000).toReversed() }] } },
  },
  "thousands of schemas that all hold": {
    type: "object",
    properties: { a: { allOf: list(8_000, (i) => ({ properties: { [`p${i}`]: { type: "string" } } })) } },
  },
};

/** What the longest of them may become. Each used to fill the memory, or to take minutes. */
const bound = 3_000_000;

describe.each(Object.entries(growing))("%s", (_name, schema) => {
  test.each(forms)("stay small in %s", (_form, say) => {
    const { said } = say(schema);
    expect(JSON.stringify(said).length).toBeLessThan(bound);
  });
});

describe("what a schema may not grow to", () => {
  test.each([
    ["records over words", "p.additionalProperties.additionalProperties.propertyNames"],
    ["required names", "p.additionalProperties.additionalProperties.required"],
  ])("is told: %s", (name, place) => {
    const [, schema] = Object.entries(growing).find(([title]) => title.startsWith(name)) ?? [];
    const lost: string[] = [];
    toParameters({ schema: schema ?? {}, path: "p", lost: (path) => lost.push(path) }, "json-schema");
    expect(
      lost.some((path) => place.startsWith(path) || path.startsWith(place)),
      lost.join(" "),
    ).toBe(true);
  });

  test("is more than a schema of that many members needs, which loses nothing", () => {
    const properties = Object.fromEntries(
      words(30_000).map((name) => [name, { type: "array", items: { type: "string" }, uniqueItems: false }]),
    );
    const lost: string[] = [];
    const schema = { type: "object", properties, examples: [] };
    const { json } = toParameters({ schema, path: "p", lost: (path) => lost.push(path) }, "json-schema");
    expect(lost).toEqual([]);
    expect(Object.keys(Object(json).properties)).toHaveLength(30_000);
  });
});

describe("copies in place of references", () => {
  const copied = (schema: Schema) => told(toToolSchema(schema, "p", { strict: false, plain: true }));
  const within = (definitions: Schema): Schema => ({
    type: "object",
    properties: { a: { $ref: "#/$defs/D0" } },
    $defs: definitions,
  });

  test("do not go down thousands of levels, and it is told where they end", () => {
    const { said, lost } = copied(within(inARow(5_000, 1, { type: "string" })));
    expect(lost).toHaveLength(1);
    expect(lost[0]).toMatch(/^p\.\$defs\.D\d\d$/);
    expect(JSON.stringify(said)).not.toContain("$ref");
  });

  test("are told where there is no room for more of them", () => {
    const text = "long ".repeat(2_000);
    const { said, lost } = copied(within(inARow(14, 2, { type: "string", description: text })));
    expect(lost).toContain("p.$defs.D13");
    expect(JSON.stringify(said).split(text).length).toBeGreaterThan(10);
  });

  test("lose nothing where each definition stands in one place, however long it is", () => {
    const words = list(100_000, (i) => `n${i}`);
    const { said, lost } = copied(within({ D0: { type: "string", enum: words } }));
    expect(lost).toEqual([]);
    expect(said).toEqual({ type: "object", properties: { a: { type: "string", enum: words } } });
  });

  test("lose nothing where a small definition stands in hundreds of places", () => {
    const members = Object.fromEntries(list(500, (i) => [`m${i}`, { $ref: "#/$defs/Id" }]));
    const { said, lost } = copied({ type: "object", properties: members, $defs: { Id: { type: "string" } } });
    expect(lost).toEqual([]);
    expect(said).toEqual({
      type: "object",
      properties: Object.fromEntries(list(500, (i) => [`m${i}`, { type: "string" }])),
    });
  });
});

/** Schemas that lead to each other all the time, and say much beside it. */
const tangled = fc.letrec<{ schema: Schema }>((tie) => {
  const reference = fc.constantFrom("#", "#/$defs/A", "#/$defs/B", "#/$defs/C").map(($ref) => ({ $ref }));
  const one = fc.oneof({ maxDepth: 3 }, reference, tie("schema"));
  const several = fc.array(one, { minLength: 1, maxLength: 3 });
  const members = fc.dictionary(fc.constantFrom("a", "b", "c"), one, { minKeys: 1, maxKeys: 3 });
  const some = <T>(values: fc.Arbitrary<T>) => fc.option(values, { nil: undefined, freq: 2 });
  const schema = fc
    .record({
      properties: some(members),
      additionalProperties: some(one),
      required: some(fc.constantFrom(["a"], ["a", "b"], ["b", "c", "d"])),
      allOf: some(several),
      anyOf: some(several),
      oneOf: some(several),
      propertyNames: some(fc.constant({ enum: ["a", "b", "c"] })),
      patternProperties: some(one.map((made) => ({ "^a": made }))),
      items: some(one),
      $ref: some(reference.map(({ $ref }) => $ref)),
    })
    .map((made) => Object.fromEntries(Object.entries(made).filter(([, value]) => value !== undefined)));
  return { schema };
}).schema;

describe("schemas that lead to each other all the time", () => {
  test.each(forms)("stay small in %s", (_form, say) => {
    fc.assert(
      fc.property(tangled, tangled, tangled, tangled, (root, A, B, C) => {
        const schema = { ...root, type: "object", $defs: { A, B, C } };
        try {
          expect(JSON.stringify(say(schema).said).length).toBeLessThan(bound);
        } catch (thrown) {
          if (!(thrown instanceof GatewayError)) throw thrown;
        }
      }),
      { numRuns: 50, interruptAfterTimeLimit: 5_000 },
    );
  });
});
