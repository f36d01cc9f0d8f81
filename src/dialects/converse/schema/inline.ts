import { cyclesIn } from "../../schema/cycles.ts";
import type { Definition } from "../../schema/definitions.ts";
import { isObject, type JsonObject, own, put, without } from "../../schema/json.ts";

/** Keywords that hold a schema, several, or some by name. */
const single = ["items", "additionalProperties", "not", "if", "then", "else", "contains", "propertyNames"];
const others = ["unevaluatedItems", "unevaluatedProperties", "contentSchema"];
const lists = ["anyOf", "oneOf", "allOf", "prefixItems"];
const byName = ["properties", "patternProperties", "dependentSchemas"];

/** So many schemas one document may become: references to references grow beyond measure. */
const maxSchemas = 5000;

const reference: ReadonlySet<string> = new Set(["$ref"]);

/**
 * A schema with what it refers to in place of the references, for models that do not follow them. A reference that
 * leads back to itself, or that there is no room for, lets anything in; that is told by the client's path to what it
 * leads to.
 */
export function inlined(
  root: JsonObject,
  definitions: ReadonlyMap<string, Definition>,
  lost: (path: string) => void,
): JsonObject {
  if (definitions.size === 0) return root;
  const cycles = cyclesIn(definitions);
  let left = maxSchemas;

  function rewrite(schema: unknown): unknown {
    if (!isObject(schema)) return schema;
    const pointer = own(schema, "$ref");
    return typeof pointer === "string" ? follow(pointer, schema) : rewriteParts(schema);
  }

  function follow(pointer: string, schema: JsonObject): JsonObject {
    const name = pointer.slice("#/$defs/".length);
    const definition = definitions.get(name);
    const beside = rewriteParts(without(schema, reference));
    if (definition === undefined) return beside;
    if (cycles.has(name) || left <= 0) {
      lost(definition.path);
      return beside;
    }
    const target = rewrite(definition.schema);
    return isObject(target) ? joined(target, beside) : beside;
  }

  function rewriteParts(schema: JsonObject): JsonObject {
    left--;
    const made: Record<string, unknown> = {};
    for (const keyword of Object.keys(schema)) {
      const value = schema[keyword];
      if (single.includes(keyword) || others.includes(keyword)) put(made, keyword, rewrite(value));
      else if (lists.includes(keyword) && Array.isArray(value)) put(made, keyword, value.map(rewrite));
      else if (byName.includes(keyword) && isObject(value)) put(made, keyword, rewriteMembers(value));
      else put(made, keyword, value);
    }
    return made;
  }

  function rewriteMembers(members: JsonObject): JsonObject {
    const made: Record<string, unknown> = {};
    for (const name of Object.keys(members)) put(made, name, rewrite(members[name]));
    return made;
  }

  return rewriteParts(root);
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
