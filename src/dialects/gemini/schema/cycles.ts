import type { Definition } from "./definitions.ts";
import { isObject, type JsonObject, own, put } from "./json.ts";

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

/** By definition, those that lead back to it, itself among them. */
function cyclesIn(definitions: ReadonlyMap<string, Definition>): ReadonlyMap<string, ReadonlySet<string>> {
  const cycles = new Map<string, ReadonlySet<string>>();
  for (const part of stronglyConnected(definitions)) {
    const [only] = part;
    const isCycle = part.size > 1 || (only !== undefined && definitions.get(only)?.refersTo.has(only));
    if (isCycle) for (const name of part) cycles.set(name, part);
  }
  return cycles;
}

/** Tarjan's algorithm, without recursion: a document may hold thousands of definitions in a row. */
function stronglyConnected(definitions: ReadonlyMap<string, Definition>): readonly ReadonlySet<string>[] {
  const found: ReadonlySet<string>[] = [];
  const index = new Map<string, number>();
  const low = new Map<string, number>();
  const open: string[] = [];
  const isOpen = new Set<string>();
  for (const start of definitions.keys()) {
    if (index.has(start)) continue;
    const path: { readonly name: string; readonly next: Iterator<string> }[] = [];
    const enter = (name: string): void => {
      index.set(name, index.size);
      low.set(name, index.size - 1);
      open.push(name);
      isOpen.add(name);
      path.push({ name, next: (definitions.get(name)?.refersTo ?? new Set<string>()).values() });
    };
    enter(start);
    for (let at = path.at(-1); at !== undefined; at = path.at(-1)) {
      const step = at.next.next();
      if (step.done !== true) {
        if (!index.has(step.value)) enter(step.value);
        else if (isOpen.has(step.value)) lower(low, at.name, index.get(step.value));
        continue;
      }
      path.pop();
      const above = path.at(-1);
      if (above !== undefined) lower(low, above.name, low.get(at.name));
      if (low.get(at.name) === index.get(at.name)) found.push(close(open, isOpen, at.name));
    }
  }
  return found;
}

function lower(low: Map<string, number>, name: string, to = Infinity): void {
  low.set(name, Math.min(low.get(name) ?? Infinity, to));
}

function close(open: string[], isOpen: Set<string>, first: string): ReadonlySet<string> {
  const part = new Set(open.splice(open.lastIndexOf(first)));
  for (const name of part) isOpen.delete(name);
  return part;
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
