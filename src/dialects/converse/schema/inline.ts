import { createBudget } from "../../schema/budget.ts";
import { cyclesIn } from "../../schema/cycles.ts";
import type { Definition } from "../../schema/definitions.ts";
import { isObject, type JsonObject, own, put, without } from "../../schema/json.ts";
import { deepest } from "../../schema/rewrite.ts";

/** Keywords that hold a schema, several, or some by name. */
const single = ["items", "additionalProperties", "not", "if", "then", "else", "contains", "propertyNames"];
const others = ["unevaluatedItems", "unevaluatedProperties", "contentSchema"];
const lists = ["anyOf", "oneOf", "allOf", "prefixItems"];
const byName = ["properties", "patternProperties", "dependentSchemas"];

/** Characters of a schema of the usual size: a copy of much text costs as much as one of many schemas. */
const charsOfOne = 50;

const reference: ReadonlySet<string> = new Set(["$ref"]);

/**
 * A schema with what it refers to in place of the references, for models that do not follow them. A reference that
 * leads back to itself, that lies too deep or that there is no room for, lets anything in; that is told by the client's
 * path to what it leads to.
 */
export function inlined(
  root: JsonObject,
  definitions: ReadonlyMap<string, Definition>,
  lost: (path: string) => void,
): JsonObject {
  if (definitions.size === 0) return root;
  const cycles = cyclesIn(definitions);
  const affords = createPurse(definitions);

  function rewrite(schema: unknown, depth: number): unknown {
    if (!isObject(schema)) return schema;
    const pointer = own(schema, "$ref");
    return typeof pointer === "string" ? follow(pointer, schema, depth) : rewriteParts(schema, depth);
  }

  function follow(pointer: string, schema: JsonObject, depth: number): JsonObject {
    const name = pointer.slice("#/$defs/".length);
    const definition = definitions.get(name);
    const beside = rewriteParts(without(schema, reference), depth);
    if (definition === undefined) return beside;
    if (cycles.has(name) || depth >= deepest || !affords(name, definition.schema)) {
      lost(definition.path);
      return beside;
    }
    // One level more even where a definition is nothing but a reference: thousands of those may stand in a row.
    const target = rewrite(definition.schema, depth + 1);
    return isObject(target) ? joined(target, beside) : beside;
  }

  function rewriteParts(schema: JsonObject, depth: number): JsonObject {
    const made: Record<string, unknown> = {};
    const inner = (value: unknown): unknown => rewrite(value, depth + 1);
    for (const keyword of Object.keys(schema)) {
      const value = schema[keyword];
      if (single.includes(keyword) || others.includes(keyword)) put(made, keyword, inner(value));
      else if (lists.includes(keyword) && Array.isArray(value)) put(made, keyword, value.map(inner));
      else if (byName.includes(keyword) && isObject(value)) put(made, keyword, membersOf(value, inner));
      else put(made, keyword, value);
    }
    return made;
  }

  return rewriteParts(root, 0);
}

function membersOf(members: JsonObject, rewrite: (schema: unknown) => unknown): JsonObject {
  const made: Record<string, unknown> = {};
  for (const name of Object.keys(members)) put(made, name, rewrite(members[name]));
  return made;
}

/** Whether a definition may be copied once more. Its first place costs nothing: there it only moves. */
function createPurse(definitions: ReadonlyMap<string, Definition>): (name: string, schema: JsonObject) => boolean {
  const { spend } = createBudget([...definitions.values()].map(({ schema }) => schema));
  const costs = new Map<string, number>();
  return (name, schema) => {
    const cost = costs.get(name);
    if (cost !== undefined) return spend(cost);
    costs.set(name, Math.ceil(JSON.stringify(schema).length / charsOfOne));
    return true;
  };
}

/** What stands beside a reference says more; where both say the same keyword, both hold. */
function joined(target: JsonObject, beside: JsonObject): JsonObject {
  const names = Object.keys(beside);
  if (names.length === 0) return target;
  const texts = names.every((name) => name === "description" || name === "title" || name === "default");
  return texts || names.every((name) => !Object.hasOwn(target, name))
    ? { ...target, ...beside }
    : { allOf: [target, beside] };
}
