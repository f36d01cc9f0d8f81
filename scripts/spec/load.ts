import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import type { Schema, Schemas, Spec } from "./schema.ts";

/** The repository's root, with a trailing separator. */
export const root: string = join(import.meta.dirname, "..", "..", "/");

interface Extension {
  schemas?: Schemas;
  properties?: Record<string, Record<string, Schema>>;
}

/** Reads `specs/<name>.yaml` as it was written. */
export function readSpec(name: string): Spec {
  return parse(readFileSync(join(root, "specs", `${name}.yaml`), "utf8"));
}

/**
 * Reads a spec and merges what `specs/extensions.yaml` adds to it.
 *
 * Fails: an extension of a component that does not exist, or of a property the spec has by now.
 */
export function loadSpec(name: string): Spec {
  const spec = readSpec(name);
  const extensions: Record<string, Extension> = parse(readFileSync(join(root, "specs/extensions.yaml"), "utf8")) ?? {};
  const extension = extensions[name];
  return extension === undefined ? spec : extend(spec, extension);
}

function extend(spec: Spec, extension: Extension): Spec {
  const schemas: Schemas = { ...spec.components.schemas };
  for (const [name, schema] of Object.entries(extension.schemas ?? {})) {
    if (schemas[name] !== undefined) throw new Error(`specs/extensions.yaml: ${name} is in the spec already`);
    schemas[name] = schema;
  }
  for (const [name, properties] of Object.entries(extension.properties ?? {})) {
    schemas[name] = withProperties(name, schemas[name], properties);
  }
  return { ...spec, components: { ...spec.components, schemas } };
}

function withProperties(name: string, schema: Schema | undefined, added: Record<string, Schema>): Schema {
  if (schema?.properties === undefined) throw new Error(`specs/extensions.yaml: no object ${name} to extend`);
  const twice = Object.keys(added).filter((key) => schema.properties?.[key] !== undefined);
  if (twice.length > 0) throw new Error(`specs/extensions.yaml: ${name}.${twice[0]} is in the spec already`);
  const marked = Object.entries(added).map(([key, value]) => [key, { ...value, "x-specgate-extension": true }]);
  return { ...schema, properties: { ...schema.properties, ...Object.fromEntries(marked) } };
}
