import { nameOfRef, type Schema, typesOf } from "../schema.ts";

/** Looks a component up. */
type Lookup = (name: string) => Schema;

/**
 * One schema for all parts at once. A single part stays what it is, a reference included.
 *
 * Fails: never. Parts that exclude each other leave `{type: []}`, which allows nothing.
 */
export function meet(parts: readonly Schema[], lookup: Lookup): Schema {
  const [first = {}, ...others] = parts;
  return others.reduce((met, part) => meetTwo(met, part, lookup, 0), first);
}

function meetTwo(a: Schema, b: Schema, lookup: Lookup, depth: number): Schema {
  if (Object.keys(a).length === 0 || JSON.stringify(a) === JSON.stringify(b)) return b;
  if (Object.keys(b).length === 0 || depth > 20) return a; // deeper down both are the same recursive component
  if (a.$ref !== undefined) return meetTwo(lookup(nameOfRef(a.$ref)), b, lookup, depth + 1);
  if (b.$ref !== undefined) return meetTwo(a, lookup(nameOfRef(b.$ref)), lookup, depth + 1);
  if (a.oneOf) return meetMembers(a, a.oneOf, b, lookup, depth);
  if (b.oneOf) return meetMembers(b, b.oneOf, a, lookup, depth);
  return meetPlain(a, b, lookup, depth);
}

function meetMembers(union: Schema, members: readonly Schema[], other: Schema, lookup: Lookup, depth: number): Schema {
  const met = members.map((member) => meetTwo(member, other, lookup, depth + 1)).filter(allowsSomething);
  const [only] = met;
  return met.length === 1 && only !== undefined ? only : { ...union, oneOf: met };
}

function allowsSomething(schema: Schema): boolean {
  return !Array.isArray(schema.type) || schema.type.length > 0;
}

function meetPlain(a: Schema, b: Schema, lookup: Lookup, depth: number): Schema {
  const met: Schema = { ...a, ...b };
  const types = commonTypes(typesOf(a), typesOf(b));
  if (types !== undefined) met.type = types.length === 1 && types[0] !== undefined ? types[0] : types;
  if (a.enum && b.enum) met.enum = a.enum.filter((word) => b.enum?.includes(word));
  if (a.properties && b.properties) met.properties = meetProperties(a.properties, b.properties, lookup, depth);
  if (a.required && b.required) met.required = [...new Set([...a.required, ...b.required])];
  if (a.items && b.items) met.items = meetTwo(a.items, b.items, lookup, depth + 1);
  return met;
}

/** The types both lists allow; an empty list allows any. */
function commonTypes(a: readonly string[], b: readonly string[]): string[] | undefined {
  if (a.length === 0 || b.length === 0) return undefined;
  const allows = (types: readonly string[], type: string): boolean =>
    types.includes(type) || (type === "integer" && types.includes("number"));
  return [...new Set([...a, ...b])].filter((type) => allows(a, type) && allows(b, type));
}

function meetProperties(
  a: Readonly<Record<string, Schema>>,
  b: Readonly<Record<string, Schema>>,
  lookup: Lookup,
  depth: number,
): Record<string, Schema> {
  const met: Record<string, Schema> = { ...a };
  for (const [name, schema] of Object.entries(b)) {
    const before = a[name];
    met[name] = before === undefined ? schema : meetTwo(before, schema, lookup, depth + 1);
  }
  return met;
}
