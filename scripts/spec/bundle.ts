import type { Spec } from "./schema.ts";

/** Reads another spec by its name, as it was written. */
export type ReadSpec = (name: string) => Spec;

/** `vertex.yaml#/components/schemas/Content` */
const foreignRef = /^([\w-]+)\.yaml#\/components\/(\w+)\/(\w+)$/;
const localRef = /^#\/components\/(\w+)\/(\w+)$/;

/**
 * A spec by itself: components of other specs that it refers to come into it, with all that those refer to, and keep
 * their names.
 *
 * Fails: a reference that leads nowhere, and a component whose name the spec has for one of its own. Two meanings of a
 * name would be hard to tell apart.
 */
export function bundle(spec: Spec, name: string, read: ReadSpec): Spec {
  const copy = structuredClone(spec);
  const waiting = importsIn(copy, undefined);
  if (waiting.length === 0) return spec;
  const imported = new Map<string, string>();
  const files = new Map<string, Spec>();
  const opened = (file: string): Spec => {
    const found = files.get(file) ?? read(file);
    files.set(file, found);
    return found;
  };
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { file, section, component } = next;
    const place = `${section}/${component}`;
    const known = imported.get(place);
    if (known === file) continue;
    const members = sectionOf(copy, section);
    if (known !== undefined || members[component] !== undefined) {
      throw new Error(`specs/${name}.yaml: ${place} is a component of its own, or of two others, and of ${file}.yaml`);
    }
    const found: unknown = structuredClone(sectionOf(opened(file), section)[component]);
    if (found === undefined) throw new Error(`specs/${name}.yaml: ${file}.yaml#/components/${place} points nowhere`);
    imported.set(place, file);
    members[component] = found;
    waiting.push(...importsIn(found, file));
  }
  return copy;
}

interface Import {
  readonly file: string;
  readonly section: string;
  readonly component: string;
}

/** References into other files, made local on the way. Inside of what came from a file, its local ones are such. */
function importsIn(value: unknown, file: string | undefined): Import[] {
  if (Array.isArray(value)) return value.flatMap((one) => importsIn(one, file));
  if (!isMap(value)) return [];
  const inner = Object.values(value).flatMap((one) => importsIn(one, file));
  const ref = value["$ref"];
  if (typeof ref !== "string") return inner;
  const [, from = file, section, component] = foreignRef.exec(ref) ?? withoutFile(localRef.exec(ref));
  if (from === undefined || section === undefined || component === undefined) return inner;
  value["$ref"] = `#/components/${section}/${component}`;
  return [...inner, { file: from, section, component }];
}

const withoutFile = (found: RegExpExecArray | null): readonly (string | undefined)[] =>
  found === null ? [] : [found[0], undefined, found[1], found[2]];

function sectionOf({ components }: Spec, section: string): Record<string, unknown> {
  const members = components[section];
  if (isMap(members)) return members;
  const empty: Record<string, unknown> = {};
  components[section] = empty;
  return empty;
}

const isMap = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
