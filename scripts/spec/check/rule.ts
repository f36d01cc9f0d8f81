import { type Raw, rawOf } from "../readers/json.ts";
import { membersOf, type Schema, type Spec } from "../schema.ts";

/** A house rule: what it finds wrong in a spec, one line each. */
export type Rule = (spec: Spec, name: string) => readonly string[];

/** A schema and where it stands, such as `Health.status`. */
export interface Placed {
  readonly place: string;
  readonly schema: Schema;
  /** Whether a property's name leads here. */
  readonly property: boolean;
}

/** Every schema under the components of a spec, outermost first. */
export function schemasOf(spec: Spec): readonly Placed[] {
  const components = Object.entries(spec.components.schemas);
  return components.flatMap(([name, schema]) => within({ place: name, schema, property: false }));
}

/** A schema and all below it, outermost first. */
export function within(placed: Placed): readonly Placed[] {
  const { place, schema } = placed;
  const { items, additionalProperties: additional } = schema;
  const below: Placed[] = Object.entries(schema.properties ?? {}).map(([name, property]) => {
    return { place: `${place}.${name}`, schema: property, property: true };
  });
  if (items !== undefined) below.push({ place: `${place}[]`, schema: items, property: false });
  if (typeof additional === "object") below.push({ place: `${place}.{}`, schema: additional, property: false });
  for (const [index, member] of (membersOf(schema) ?? []).entries()) {
    below.push({ place: `${place}|${index}`, schema: member, property: false });
  }
  return [placed, ...below.flatMap(within)];
}

/** Every `$ref` anywhere in a value. */
export function refsIn(value: unknown): readonly string[] {
  if (Array.isArray(value)) return value.flatMap(refsIn);
  return Object.entries(rawOf(value)).flatMap(([key, one]) =>
    key === "$ref" && typeof one === "string" ? [one] : refsIn(one),
  );
}

/** The operations of a spec, each with its place. */
export function operationsOf(spec: Spec): readonly { readonly place: string; readonly operation: Raw }[] {
  const methods = ["get", "put", "post", "delete", "options", "head", "patch"];
  return Object.entries(spec.paths ?? {}).flatMap(([path, item]) =>
    methods.flatMap((method) =>
      item[method] === undefined ? [] : [{ place: `${method.toUpperCase()} ${path}`, operation: rawOf(item[method]) }],
    ),
  );
}
