import fc from "../_fc.ts";

type JsonObject = Readonly<Record<string, unknown>>;

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Values of every type, for whatever schema. */
const anything: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom(null, true, false, "", "a", "ab", "x", 0, 1, -1, 2, 0.5, 1e9),
  fc.array(fc.constantFrom<unknown>("a", 1, null, {}), { maxLength: 3 }),
  fc.dictionary(fc.constantFrom("a", "b", "c", "x-y"), fc.constantFrom<unknown>("a", 1, null, true, {}, []), {
    maxKeys: 3,
    noNullPrototype: true,
  }),
);

/**
 * Values that a schema takes, or nearly: each place is filled as the schema wants it, and now and then otherwise. A
 * schema that says little gets anything.
 *
 * @param document what references lead into
 */
export function valuesFor(schema: unknown, document: unknown, depth = 0): fc.Arbitrary<unknown> {
  if (!isObject(schema) || depth > 6) return anything;
  const usual = usualValues(schema, document, depth);
  return usual === undefined
    ? anything
    : fc.oneof({ arbitrary: usual, weight: 20 }, { arbitrary: anything, weight: 1 });
}

function usualValues(schema: JsonObject, document: unknown, depth: number): fc.Arbitrary<unknown> | undefined {
  const reference = schema["$ref"];
  if (typeof reference === "string") return valuesFor(targetOf(reference, document), document, depth + 1);
  if ("const" in schema) return fc.constant(schema["const"]);
  const words = schema["enum"];
  if (Array.isArray(words) && words.length > 0) return fc.constantFrom<unknown>(...words);
  const several = listOf(schema["allOf"]);
  if (several.length > 0) return together([{ ...schema, allOf: undefined }, ...several], document, depth);
  const branches = [...listOf(schema["anyOf"]), ...listOf(schema["oneOf"])];
  if (branches.length > 0) {
    const rest = { ...schema, anyOf: undefined, oneOf: undefined };
    return fc.oneof(...branches.map((branch) => together([rest, branch], document, depth)));
  }
  const types = schema["type"] === undefined ? guess(schema) : [schema["type"]].flat();
  const options = types.flatMap((type) => byType(type, schema, document, depth) ?? []);
  return options.length > 0 ? fc.oneof(...options) : undefined;
}

/** Members of all; where one of them wants no object its value alone. */
function together(schemas: readonly unknown[], document: unknown, depth: number): fc.Arbitrary<unknown> {
  return fc.tuple(...schemas.map((schema) => valuesFor(schema, document, depth + 1))).map((values) => {
    const objects = values.filter(isObject);
    const last = values.at(-1);
    return objects.length > 0 && isObject(last) ? Object.assign({}, ...objects) : last;
  });
}

function guess(schema: JsonObject): readonly string[] {
  if ("properties" in schema || "required" in schema || "additionalProperties" in schema) return ["object"];
  return "items" in schema || "prefixItems" in schema ? ["array"] : [];
}

function byType(
  type: unknown,
  schema: JsonObject,
  document: unknown,
  depth: number,
): fc.Arbitrary<unknown> | undefined {
  switch (type) {
    case "string":
      return fc.constantFrom("", "a", "abc", "card", "#00ff00", "12345", "x".repeat(30));
    case "number":
    case "integer":
      return fc.constantFrom(...numbersFor(schema));
    case "boolean":
      return fc.boolean();
    case "null":
      return fc.constant(null);
    case "array":
      return arrays(schema, document, depth);
    case "object":
      return objects(schema, document, depth);
    default:
      return undefined;
  }
}

function numbersFor(schema: JsonObject): readonly number[] {
  const bounds = ["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"].map((keyword) => schema[keyword]);
  const near = bounds.filter((n) => typeof n === "number").flatMap((n) => [n - 1, n - 0.5, n, n + 0.5, n + 1]);
  return [0, 1, 2, 3.5, ...near];
}

function arrays(schema: JsonObject, document: unknown, depth: number): fc.Arbitrary<unknown> {
  const items = schema["items"];
  const first = [...listOf(Array.isArray(items) ? items : undefined), ...listOf(schema["prefixItems"])];
  const rest = Array.isArray(items) ? schema["additionalItems"] : items;
  const end = fc.array(valuesFor(rest, document, depth + 1), { maxLength: 3 });
  return fc
    .tuple(fc.tuple(...first.map((item) => valuesFor(item, document, depth + 1))), end, fc.nat(6))
    .map(([start, more, length]) => (length === 0 ? start.slice(0, 1) : [...start, ...more]));
}

function objects(schema: JsonObject, document: unknown, depth: number): fc.Arbitrary<unknown> {
  const properties = isObject(schema["properties"]) ? schema["properties"] : {};
  const required = new Set(listOf(schema["required"]));
  const members = Object.entries(properties).map(([name, property]) =>
    fc
      .tuple(valuesFor(property, document, depth + 1), fc.nat(required.has(name) ? 11 : 1))
      .map(([value, chance]) => (chance === 0 ? [] : [[name, value] as const])),
  );
  const others = [...listOf(schema["required"]).map(String), "extra", "x-a", "cpu"];
  const rest = schema["additionalProperties"];
  const more = fc
    .array(fc.tuple(fc.constantFrom(...others), valuesFor(rest, document, depth + 1)), { maxLength: 2 })
    .map((entries) => (rest === false && entries.length < 2 ? [] : entries));
  return fc.tuple(more, fc.tuple(...members)).map(([extra, named]) => Object.fromEntries([...extra, ...named.flat()]));
}

function targetOf(reference: string, document: unknown): unknown {
  if (!reference.startsWith("#")) return undefined;
  let at = document;
  for (const step of decodeURIComponent(reference).split("/").slice(1)) {
    const name = step.replaceAll("~1", "/").replaceAll("~0", "~");
    at = Array.isArray(at) ? at[Number(name)] : isObject(at) && Object.hasOwn(at, name) ? at[name] : undefined;
  }
  return at;
}

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
