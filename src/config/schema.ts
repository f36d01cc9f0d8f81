import document from "../../generated/routes.schema.json" with { type: "json" };
import { type Entry, presentItems, presentMembers } from "./tree.ts";

/** The part of the generated JSON Schema that the loader looks into. What it allows is the validator's business. */
export interface Schema {
  readonly $ref?: string | undefined;
  readonly type?: string | readonly string[] | undefined;
  readonly enum?: readonly string[] | undefined;
  readonly properties?: Readonly<Record<string, Schema | undefined>> | undefined;
  readonly additionalProperties?: boolean | Schema | undefined;
  readonly items?: Schema | undefined;
  readonly oneOf?: readonly Schema[] | undefined;
  /** The union this schema was picked from, by {@link walk}. */
  readonly union?: readonly Schema[] | undefined;
  readonly "x-specgate-unit"?: string | undefined;
  readonly "x-specgate-secret"?: boolean | undefined;
  readonly "x-specgate-planned"?: boolean | undefined;
  readonly "x-specgate-planned-values"?: readonly string[] | undefined;
}

interface SchemaDocument {
  readonly $ref: string;
  readonly definitions: Readonly<Record<string, Schema>>;
}

const { $ref, definitions }: SchemaDocument = document;

/** The schema of the whole file. */
export const rootSchema: Schema = resolve({ $ref });

/** What a schema refers to. Keywords beside the `$ref` win, as `x-specgate-planned` at one place of use. */
export function resolve(schema: Schema): Schema {
  if (schema.$ref === undefined) return schema;
  const target = definitions[schema.$ref.replace("#/definitions/", "")];
  if (target === undefined) throw new Error(`routes.schema.json: ${schema.$ref} points nowhere`);
  return { ...resolve(target), ...schema, $ref: undefined };
}

/**
 * Calls `see` for an entry and all entries inside it, outer ones first, each with the schema that holds for it.
 *
 * Of a union it is the member of the entry's kind and tag; the union itself where no member fits. What is removed
 * on the way is not entered, and neither are members the format does not know.
 */
export function walk(entry: Entry, declared: Schema, see: (entry: Entry, schema: Schema) => void): void {
  if (entry.removed) return;
  const schema = variantFor(entry, resolve(declared));
  see(entry, schema);
  if (entry.removed) return;
  if (entry.kind === "list") for (const item of presentItems(entry)) walk(item, schema.items ?? {}, see);
  if (entry.kind !== "map") return;
  for (const [name, member] of presentMembers(entry)) {
    const inner = memberSchema(schema, name);
    if (inner !== undefined) walk(member, inner, see);
  }
}

function memberSchema(schema: Schema, name: string): Schema | undefined {
  const { properties, additionalProperties } = schema;
  if (properties !== undefined && Object.hasOwn(properties, name)) return properties[name];
  return typeof additionalProperties === "object" ? additionalProperties : undefined;
}

function variantFor(entry: Entry, schema: Schema): Schema {
  const { oneOf, ...beside } = schema;
  const variant = oneOf?.map(resolve).find((member) => fits(entry, member));
  return variant === undefined ? schema : { ...beside, ...variant, union: oneOf };
}

function fits(entry: Entry, schema: Schema): boolean {
  if (entry.kind === "list") return schema.type === "array";
  if (entry.kind === "scalar") return schema.type !== "array" && schema.type !== "object";
  const tag = tagOf(schema);
  if (tag === undefined) return schema.type === "object";
  const word = entry.members.get("type");
  return word?.kind === "scalar" && word.value === tag;
}

/** The one word that a schema's `type` allows: what tells the members of a union of maps apart. */
export function tagOf(schema: Schema): string | undefined {
  const tag = schema.properties?.["type"];
  const words = tag === undefined ? undefined : resolve(tag).enum;
  return words?.length === 1 ? words[0] : undefined;
}

/** The words this version acts on: of a list of words, or of the tags of a union. */
export function wordsOf(schema: Schema): readonly string[] {
  const planned = new Set(schema["x-specgate-planned-values"]);
  if (schema.enum !== undefined) return schema.enum.filter((word) => !planned.has(word));
  const acting = (schema.oneOf ?? []).map(resolve).filter((member) => !member["x-specgate-planned"]);
  return acting.map(tagOf).filter((tag) => tag !== undefined);
}

/** The members of a map that this version acts on. */
export function keysOf(schema: Schema): readonly string[] {
  const entries = Object.entries(schema.properties ?? {});
  return entries.filter(([, one]) => one !== undefined && !resolve(one)["x-specgate-planned"]).map(([name]) => name);
}
