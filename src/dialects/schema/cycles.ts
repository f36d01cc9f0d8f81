import type { Definition } from "./definitions.ts";
import { without } from "./json.ts";

/** By definition, those that lead back to it, itself among them. */
export function cyclesIn(definitions: ReadonlyMap<string, Definition>): ReadonlyMap<string, ReadonlySet<string>> {
  const cycles = new Map<string, ReadonlySet<string>>();
  for (const part of stronglyConnected(definitions)) {
    const [only] = part;
    const isCycle = part.size > 1 || (only !== undefined && definitions.get(only)?.refersTo.has(only));
    if (isCycle) for (const name of part) cycles.set(name, part);
  }
  return cycles;
}

/**
 * Definitions of which none is itself by way of references alone: such a ring says nothing, and a validator would follow
 * it without end. It is cut where it closes, and that is told.
 */
export function withoutRings(
  definitions: ReadonlyMap<string, Definition>,
  lost: (path: string) => void,
): ReadonlyMap<string, Definition> {
  const made = new Map(definitions);
  const sound = new Set<string>();
  for (const start of definitions.keys()) {
    const way = new Set<string>();
    let last = start;
    for (let name: string | undefined = start; name !== undefined && !sound.has(name); name = leadsTo(made.get(name))) {
      if (way.has(name)) {
        cut(made, last, lost);
        break;
      }
      way.add(name);
      last = name;
    }
    for (const name of way) sound.add(name);
  }
  return made;
}

const pointerToDefinition = "#/$defs/";
const reference: ReadonlySet<string> = new Set(["$ref"]);

/** The definition that another one is, or is with more beside. */
function leadsTo(definition: Definition | undefined): string | undefined {
  const pointer = definition?.schema["$ref"];
  return typeof pointer === "string" ? pointer.slice(pointerToDefinition.length) : undefined;
}

function cut(made: Map<string, Definition>, name: string, lost: (path: string) => void): void {
  const definition = made.get(name);
  if (definition === undefined) return;
  lost(`${definition.path}.$ref`);
  made.set(name, { ...definition, schema: without(definition.schema, reference) });
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
