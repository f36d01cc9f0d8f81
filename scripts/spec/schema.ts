/** The part of JSON Schema our specs use, after YAML parsing and before any generator. */
export interface Schema {
  type?: string | string[];
  enum?: (string | number | boolean | null)[];
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
  additionalProperties?: boolean | Schema;
  oneOf?: Schema[];
  anyOf?: Schema[];
  $ref?: string;
  default?: unknown;
  minimum?: number;
  maximum?: number;
  minLength?: number;
  maxLength?: number;
  minItems?: number;
  maxItems?: number;
  minProperties?: number;
  maxProperties?: number;
  title?: string;
  description?: string;
  format?: string;
  deprecated?: boolean;
  examples?: unknown[];
  [extension: `x-${string}`]: unknown;
}

/** Component schemas by name. */
export type Schemas = Record<string, Schema>;

/** An OpenAPI document, as far as our tools look into it. */
export interface Spec {
  openapi: string;
  info: { title: string; version: string; description?: string };
  paths?: Record<string, PathItem>;
  components: { schemas: Schemas; [section: string]: unknown };
  [section: string]: unknown;
}

/** The operations under one path, by lower-case method; `parameters` are shared. */
export interface PathItem {
  parameters?: unknown[];
  [method: string]: unknown;
}

const refPrefix = "#/components/schemas/";

/** The component name a `$ref` points at. */
export function nameOfRef(ref: string): string {
  if (!ref.startsWith(refPrefix)) throw new Error(`only ${refPrefix}… references are used here, not ${ref}`);
  return ref.slice(refPrefix.length);
}

/** A reference to a component. */
export function refTo(name: string): Schema {
  return { $ref: refPrefix + name };
}

/** Follows `$ref`s until a schema of its own stands there. */
export function resolve(schema: Schema, schemas: Schemas): Schema {
  let current = schema;
  for (let hops = 0; current.$ref !== undefined; hops++) {
    const target: Schema | undefined = schemas[nameOfRef(current.$ref)];
    if (target === undefined) throw new Error(`${current.$ref} points nowhere`);
    if (hops > 50) throw new Error(`${current.$ref} never ends`);
    current = target;
  }
  return current;
}

/** The JSON types a schema names, `[]` when it leaves them open. */
export function typesOf(schema: Schema): readonly string[] {
  if (schema.type === undefined) return [];
  return typeof schema.type === "string" ? [schema.type] : schema.type;
}

/** The members of a union, or undefined where the schema is none. */
export function membersOf(schema: Schema): readonly Schema[] | undefined {
  return schema.oneOf ?? schema.anyOf;
}

/** Whether a schema is `{type: null}` and nothing else. */
export function isNull(schema: Schema): boolean {
  return schema.type === "null";
}
