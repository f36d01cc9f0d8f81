import { cyclesIn } from "../../schema/cycles.ts";
import type { Definition } from "../../schema/definitions.ts";
import { isObject, type JsonObject, own, put } from "../../schema/json.ts";

/** The client's path to a schema of a definition. */
type PathOf = (schema: JsonObject) => string | undefined;

/**
 * Definitions that Gemini can unroll: it demands that a reference within a cycle stands under a property that is not
 * required. Where it stands under required ones only, the nearest becomes optional; where it stands under none, it is
 * cut, and any value fits there. Both let in more than before, and both are told.
 *
 * @see reference: openai-chat-to-gemini §6.2
 */
export function loosenCycles(
  definitions: ReadonlyMap<string, Definition>,
  pathOf: PathOf,
  lost: (path: string) => void,
): ReadonlyMap<string, Definition> {
  const cycles = cyclesIn(definitions);
  if (cycles.size === 0) return definitions;
  const loosened = new Map(definitions);
  for (const [name, definition] of definitions) {
    const cycle = cycles.get(name);
    if (cycle === undefined) continue;
    loosened.set(name, { ...definition, schema: loosen(definition, cycle, pathOf, lost) });
  }
  return loosened;
}

/** Where a walk through a definition is. */
interface Place {
  readonly path: string;
  /** Under a property that may be left out. */
  readonly isOptional: boolean;
  /** Under a property. */
  readonly isInProperty: boolean;
}

function loosen(
  definition: Definition,
  cycle: ReadonlySet<string>,
  pathOf: PathOf,
  tell: (path: string) => void,
): JsonObject {
  let isChanged = false;
  const lost = (path: string): void => {
    isChanged = true;
    tell(path);
  };
  /** References met so far that the nearest property above must make room for. */
  let demands = 0;

  function walk(schema: unknown, place: Place): unknown {
    if (Array.isArray(schema)) return schema.map((one) => walk(one, place));
    if (!isObject(schema)) return schema;
    const here = { ...place, path: pathOf(schema) ?? place.path };
    const reference = own(schema, "$ref");
    if (typeof reference === "string") {
      if (here.isOptional || !cycle.has(reference.slice("#/$defs/".length))) return schema;
      if (here.isInProperty) demands++;
      else lost(`${here.path}.$ref`);
      return here.isInProperty ? schema : {};
    }
    const copy: Record<string, unknown> = {};
    for (const keyword of Object.keys(schema)) {
      const isHolder = keyword === "items" || keyword === "additionalProperties" || lists.has(keyword);
      put(copy, keyword, isHolder ? walk(schema[keyword], here) : schema[keyword]);
    }
    walkProperties(copy, here);
    return copy;
  }

  function walkProperties(copy: Record<string, unknown>, here: Place): void {
    const properties = copy["properties"];
    if (!isObject(properties)) return;
    const before = demands;
    const given: unknown = copy["required"];
    const required = new Set<unknown>(Array.isArray(given) ? given : []);
    const size = required.size;
    const walked: Record<string, unknown> = {};
    for (const [name, property] of Object.entries(properties)) {
      const path = `${here.path}.properties.${name}`;
      const isOptional = here.isOptional || !required.has(name);
      put(walked, name, walk(property, { path, isOptional, isInProperty: true }));
      if (demands > before) required.delete(name);
      demands = before;
    }
    copy["properties"] = walked;
    if (required.size === size) return;
    lost(`${here.path}.required`);
    if (required.size > 0) copy["required"] = [...required];
    else delete copy["required"];
  }

  const walked = walk(definition.schema, { path: definition.path, isOptional: false, isInProperty: false });
  if (!isChanged) return definition.schema;
  return isObject(walked) ? walked : {};
}

const lists: ReadonlySet<string> = new Set(["anyOf", "prefixItems"]);
