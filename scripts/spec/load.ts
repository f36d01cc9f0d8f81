import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { bundle } from "./bundle.ts";
import type { Schema, Schemas, Spec } from "./schema.ts";

/** The repository's root, with a trailing separator. */
export const root: string = join(import.meta.dirname, "..", "..", "/");

interface Extension {
  schemas?: Schemas;
  /** By component, or by component and the property that holds the object: `Part.image`. */
  properties?: Record<string, Record<string, Schema>>;
  /** More members of a component that is a union. */
  variants?: Record<string, Schema[]>;
}

const mark = { "x-specgate-extension": true } as const;

/** Reads `specs/<name>.yaml` as it was written, with the components of other specs that it refers to. */
export function readSpec(name: string): Spec {
  return bundle(readFile(name), name, readFile);
}

function readFile(name: string): Spec {
  return JSON.parse(jsonOf(name));
}

/** YAML's text → JSON's. Specs refer to each other, and YAML is slow to read; whoever asks gets a copy of their own. */
const jsonByText = new Map<string, string>();

function jsonOf(name: string): string {
  const text = readFileSync(join(root, "specs", `${name}.yaml`), "utf8");
  const json = jsonByText.get(text) ?? JSON.stringify(parse(text));
  jsonByText.set(text, json);
  return json;
}

/**
 * Reads a spec and merges what `specs/extensions.yaml` adds to it.
 *
 * Fails: an extension of a component or a union that does not exist, or of a property the spec has by now.
 */
export function loadSpec(name: string): Spec {
  const spec = readSpec(name);
  const extensions: Record<string, Extension> = JSON.parse(jsonOf("extensions")) ?? {};
  const extension = extensions[name];
  return extension === undefined ? spec : extend(spec, extension);
}

function extend(spec: Spec, extension: Extension): Spec {
  const schemas: Schemas = { ...spec.components.schemas };
  for (const [name, schema] of Object.entries(extension.schemas ?? {})) {
    if (schemas[name] !== undefined) throw new Error(`specs/extensions.yaml: ${name} is in the spec already`);
    schemas[name] = schema;
  }
  for (const [path, properties] of Object.entries(extension.properties ?? {})) {
    const [name = path, ...below] = path.split(".");
    schemas[name] = withPropertiesAt(path, schemas[name], below, properties);
  }
  for (const [name, variants] of Object.entries(extension.variants ?? {})) {
    schemas[name] = withVariants(name, schemas[name], variants);
  }
  return { ...spec, components: { ...spec.components, schemas } };
}

/** Extends the object that a property of a component holds. */
function withPropertiesAt(
  path: string,
  schema: Schema | undefined,
  below: readonly string[],
  added: Record<string, Schema>,
): Schema {
  const [step, ...rest] = below;
  if (step === undefined) return withProperties(path, schema, added);
  const properties = { ...schema?.properties };
  properties[step] = withPropertiesAt(path, properties[step], rest, added);
  return { ...schema, properties };
}

function withVariants(name: string, schema: Schema | undefined, added: readonly Schema[]): Schema {
  if (schema?.oneOf === undefined) throw new Error(`specs/extensions.yaml: no union ${name} to extend`);
  return { ...schema, oneOf: [...schema.oneOf, ...added.map((variant) => ({ ...variant, ...mark }))] };
}

function withProperties(name: string, schema: Schema | undefined, added: Record<string, Schema>): Schema {
  if (schema?.properties === undefined) throw new Error(`specs/extensions.yaml: no object ${name} to extend`);
  const twice = Object.keys(added).filter((key) => schema.properties?.[key] !== undefined);
  if (twice.length > 0) throw new Error(`specs/extensions.yaml: ${name}.${twice[0]} is in the spec already`);
  const marked = Object.entries(added).map(([key, value]) => [key, { ...value, ...mark }]);
  return { ...schema, properties: { ...schema.properties, ...Object.fromEntries(marked) } };
}
