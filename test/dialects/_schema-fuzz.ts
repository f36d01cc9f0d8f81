import fc from "../_fc.ts";

const name = fc.constantFrom("a", "b", "c", "kind", "const", "type", "__proto__", "constructor", "x-y", "ü");
const text = fc.constantFrom("", "a", "b", "word", "^a", "#/$defs/A", "#/definitions/B", "#", "#/properties/a", "date");
const number = fc.constantFrom(0, 1, 2, 3, -1, 1.5, 1e21);
const type = fc.constantFrom("string", "number", "integer", "boolean", "array", "object", "null");
const scalar = fc.oneof(text, number, fc.boolean(), fc.constant(null));

/** Keywords with values that the drafts allow there. */
function keywords(schema: fc.Arbitrary<unknown>): readonly (readonly [string, fc.Arbitrary<unknown>])[] {
  const schemas = fc.array(schema, { minLength: 1, maxLength: 3 });
  const byName = fc.dictionary(name, schema, { maxKeys: 3 });
  const count = fc.nat(3);
  const names = fc.uniqueArray(name, { maxLength: 3 });
  const value = fc.oneof(scalar, fc.array(scalar, { maxLength: 2 }), fc.dictionary(name, scalar, { maxKeys: 2 }));
  return [
    ["type", fc.oneof(type, fc.uniqueArray(type, { minLength: 1, maxLength: 3 }))],
    ["properties", byName],
    ["required", names],
    ["additionalProperties", fc.oneof(fc.boolean(), schema)],
    ["patternProperties", fc.dictionary(fc.constantFrom("^a", ".*", "^x-"), schema, { maxKeys: 2 })],
    ["propertyNames", fc.oneof(schema, fc.record({ enum: fc.uniqueArray(name, { minLength: 1, maxLength: 2 }) }))],
    ["minProperties", count],
    ["maxProperties", count],
    ["items", schema],
    ["prefixItems", schemas],
    ["minItems", count],
    ["maxItems", count],
    ["uniqueItems", fc.boolean()],
    ["contains", schema],
    ["enum", fc.array(value, { minLength: 1, maxLength: 4 })],
    ["const", value],
    ["minimum", number],
    ["maximum", number],
    ["exclusiveMinimum", number],
    ["exclusiveMaximum", number],
    ["multipleOf", fc.constantFrom(1, 2, 0.5)],
    ["minLength", count],
    ["maxLength", count],
    ["pattern", fc.constantFrom("^a", "b$")],
    ["format", text],
    ["anyOf", schemas],
    ["oneOf", schemas],
    ["allOf", schemas],
    ["not", schema],
    ["if", schema],
    ["then", schema],
    ["else", schema],
    ["$ref", fc.constantFrom("#/$defs/A", "#/$defs/B", "#/$defs/C~1d", "#")],
    ["unevaluatedProperties", fc.oneof(fc.boolean(), schema)],
    ["unevaluatedItems", fc.oneof(fc.boolean(), schema)],
    ["dependentRequired", fc.dictionary(name, names, { maxKeys: 1 })],
    ["dependentSchemas", byName],
    ["title", text],
    ["description", text],
    ["default", value],
    ["x-unknown", value],
  ];
}

/** Schemas by the drafts, mostly of a few keywords, with references to definitions that are there. */
export const soundSchema: fc.Arbitrary<Readonly<Record<string, unknown>>> = documents((schema) =>
  fc.oneof({ weight: 9, arbitrary: someOf(keywords(schema), 3) }, { weight: 1, arbitrary: fc.boolean() }),
);

/** Objects that only look like schemas: any keyword may hold anything. */
export const brokenSchema: fc.Arbitrary<Readonly<Record<string, unknown>>> = documents((schema) => {
  const junk = fc.oneof(scalar, fc.array(schema, { maxLength: 2 }), fc.dictionary(name, schema, { maxKeys: 2 }));
  const more = ["$dynamicRef", "$id", "$anchor", "nullable", "examples", "dependencies", "additionalItems", "$defs"];
  const all = [...keywords(schema), ...more.map((keyword) => [keyword, junk] as const)];
  const twisted = all.map(([keyword, sound]) => [keyword, fc.oneof(sound, junk)] as const);
  return fc.oneof({ weight: 6, arbitrary: someOf(twisted, 4) }, { weight: 1, arbitrary: junk });
});

function someOf(
  all: readonly (readonly [string, fc.Arbitrary<unknown>])[],
  most: number,
): fc.Arbitrary<Readonly<Record<string, unknown>>> {
  const one = fc.oneof(...all.map(([keyword, value]) => value.map((made) => [keyword, made] as const)));
  return fc.array(one, { maxLength: most }).map((entries) => Object.fromEntries(entries));
}

/** As it comes off the wire: every object is an ordinary one. */
export function asRead<T>(value: T): T {
  return JSON.parse(JSON.stringify(value));
}

function documents(
  schemas: (schema: fc.Arbitrary<unknown>) => fc.Arbitrary<unknown>,
): fc.Arbitrary<Readonly<Record<string, unknown>>> {
  const { schema } = fc.letrec<{ schema: unknown }>((tie) => ({
    schema: fc.oneof({ maxDepth: 4, depthSize: "small" }, fc.constant({ type: "string" }), schemas(tie("schema"))),
  }));
  const part = schema.map((made) => (typeof made === "object" && made !== null && !Array.isArray(made) ? made : {}));
  return fc.tuple(part, part, part, part).map(([root, A, B, Cd]) => asRead({ ...root, $defs: { A, B, "C/d": Cd } }));
}
