import type { Field } from "../../scripts/spec/fields.ts";
import fc from "../_fc.ts";
import { objectOf } from "./_arbitrary.ts";

/** Fields from the root of a message down to one: properties, items of lists and variants. */
export type Chain = readonly Field[];

/** Stands for a field that is left out, or an item that is. */
export const absent: unique symbol = Symbol("absent");

/** Members of objects on the way to a field, by their path. */
export type Beside = Readonly<Record<string, object>>;

/** What stands on the way to a field. */
export interface Around {
  readonly beside: Beside;
  /** Items that a list on the way holds already. */
  readonly siblings: (list: string) => readonly object[];
}

/** The fields from the root down to a path. */
export function chainTo(root: Field, path: string): Chain {
  const chain: Field[] = [root];
  for (let at = root; at.path !== path; ) {
    const children = [...at.properties.values(), ...(at.items ? [at.items] : []), ...at.variants.values()];
    const next = children.find(
      (child) => path === child.path || (/^[.<[]/.test(path.slice(child.path.length)) && path.startsWith(child.path)),
    );
    if (next === undefined) throw new Error(`no field ${path}`);
    chain.push(next);
    at = next;
  }
  return chain;
}

/**
 * Builds the value of the first field of a chain so that the last one holds the value, with what the objects on the way
 * must have.
 *
 * @param steps where the last field stands in it: `[1]`, `.text`
 */
export function fill(chain: Chain, value: unknown, around: Around, steps: string[], parent?: Field): unknown {
  const [field, ...rest] = chain;
  if (field === undefined) return value;
  steps.push(stepOf(field, parent, around));
  if (field.kind === "variant") return fillVariant(field, rest, value, around, steps);
  if (rest.length === 0) return value;
  const [next] = rest;
  if (next?.kind === "item") {
    const item = fill(rest, value, around, steps, field);
    const others = around.siblings(field.path);
    return item === absent ? others : [...others, item];
  }
  if (next?.kind === "variant") return fillTagged(field, rest, value, around, steps);
  return fillMember(field, rest, value, around, steps);
}

function stepOf(field: Field, parent: Field | undefined, around: Around): string {
  if (field.kind === "item") return `[${parent === undefined ? 0 : around.siblings(parent.path).length}]`;
  if (field.kind === "variant" || field.kind === "root") return "";
  const name = field.path.split(".").at(-1) ?? field.path;
  return field.path.includes(".") ? `.${name}` : name;
}

function fillTagged(field: Field, rest: Chain, value: unknown, around: Around, steps: string[]): unknown {
  const variant = fill(rest, value, around, steps);
  if (variant === absent || typeof variant !== "object") return absent;
  const tag = /<([^<>]*)>$/.exec(rest[0]?.path ?? "")?.[1];
  return { [field.tag ?? "type"]: tag, ...variant };
}

function fillVariant(field: Field, rest: Chain, value: unknown, around: Around, steps: string[]): unknown {
  if (rest.length > 0) return fillMember(field, rest, value, around, steps);
  return value === absent ? absent : { ...(isObject(value) ? value : {}), ...around.beside[field.path] };
}

function fillMember(field: Field, rest: Chain, value: unknown, around: Around, steps: string[]): unknown {
  const [next] = rest;
  const name = [...field.properties].find(([, member]) => member === next)?.[0] ?? "";
  const member = fill(rest, value, around, steps);
  const object: Record<string, unknown> = { ...minimalOf(field), ...around.beside[field.path] };
  if (member === absent) Reflect.deleteProperty(object, name);
  else object[name] = member;
  return object;
}

const minimals = new Map<Field, object>();

/** An object with what it must have, always the same. */
function minimalOf(field: Field): object {
  const properties = new Map([...field.properties].filter(([, member]) => member.required));
  if (properties.size === 0) return {};
  const known = minimals.get(field);
  if (known !== undefined) return known;
  const [made = {}] = fc.sample(objectOf({ ...field, properties }), { numRuns: 1, seed: 7 });
  minimals.set(field, made);
  return made;
}

export function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}
