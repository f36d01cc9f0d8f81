import { createBudget } from "../../schema/budget.ts";
import { isCount, isObject, isSame, type JsonObject, own, put } from "../../schema/json.ts";
import { isAnnotation } from "../../schema/keywords.ts";
import type { Rewritten } from "../../schema/rewrite.ts";
import type { Schema } from "../types.ts";
import { toOlderNumber, toOlderString } from "./older-scalars.ts";

/** What the older form is made for. */
export interface OlderWish {
  readonly path: string;
  /** The Developer API knows a type for null, but lists of texts only. */
  readonly developer: boolean;
  /** Whether members are to be written in the order in which they are listed. */
  readonly ordered: boolean;
  /** Told of places by schema: which keyword the client wrote there is not known any more. */
  readonly lost: (path: string) => void;
}

/** A schema on its way to the older form. */
interface Step {
  readonly schema: JsonObject;
  readonly path: string;
  /** Definitions that are being copied around it. */
  readonly inside: ReadonlySet<string>;
  readonly depth: number;
}

/** Copies of definitions in one document: without references each use is a copy. */
const maxCopies = 400;
const deepest = 32;

/**
 * A rewritten document in the older form, a subset of OpenAPI: upper-case types, `nullable`, no references.
 *
 * References are copied, cycles cut; what the form has no word for is told.
 *
 * @see reference: openai-chat-to-gemini §6.3
 */
export function toOlderForm({ root, definitions, pathOf }: Rewritten, wish: OlderWish): Schema {
  const { developer, ordered, lost } = wish;
  const { spend } = createBudget([root, ...definitions.values()]);
  let copies = 0;

  function convert(from: Step): Schema {
    const step = spend(1) ? follow(from) : beyond(from);
    const { anyOf } = step.schema;
    return Array.isArray(anyOf) ? convertUnion(anyOf.filter(isObject), step) : convertTyped(step);
  }

  /** Where a reference leads to in the end. A cycle is cut, and so is a copy too many. */
  function follow(from: Step): Step {
    const step = { ...from, path: pathOf(from.schema) ?? from.path };
    const reference = own(step.schema, "$ref");
    if (typeof reference !== "string") return step;
    const name = reference.slice("#/$defs/".length);
    const definition = definitions.get(name);
    if (definition === undefined || step.inside.has(name) || step.depth >= deepest || copies++ >= maxCopies) {
      lost(`${step.path}.$ref`);
      return { ...step, schema: { type: "object", description: `A ${name} as above.` } };
    }
    const { schema, path } = definition;
    return follow({ schema, path, inside: new Set([...step.inside, name]), depth: step.depth });
  }

  /** What is said more often than a document may grow is said no more. */
  function beyond(from: Step): Step {
    const path = pathOf(from.schema) ?? from.path;
    lost(path);
    return { ...from, path, schema: { type: "object" } };
  }

  /** Older backends want nothing beside `anyOf`, so what stands there goes into each branch. */
  function convertUnion(branches: readonly JsonObject[], step: Step): Schema {
    const { anyOf: _, ...beside } = step.schema;
    const real = branches.filter((branch) => branch["type"] !== "null");
    const made = real.map((schema) => {
      const branch = follow({ ...step, schema, depth: step.depth + 1 });
      return convert({ ...branch, schema: withSiblings(branch.schema, beside, step.path, real.length === 1) });
    });
    return union(made, real.length < branches.length && allowsNull(beside["type"])) ?? nothing(step);
  }

  /** A branch with what stands around the union. Of a keyword that both have, the branch's own counts. */
  function withSiblings(branch: JsonObject, beside: JsonObject, path: string, isOnly: boolean): JsonObject {
    const together: Record<string, unknown> = { ...beside, ...branch };
    for (const keyword of Object.keys(beside)) {
      const [outer, inner] = [beside[keyword], own(branch, keyword)];
      if (inner === undefined || isSame(inner, outer)) continue;
      if (keyword === "title" || (keyword === "description" && isOnly)) together[keyword] = outer;
      else if (keyword === "description") together[keyword] = `${outer}\n${inner}`;
      else if (keyword === "properties" && isObject(outer) && isObject(inner)) {
        together[keyword] = { ...outer, ...inner };
        if (Object.keys(inner).some((name) => !saysAll(inner[name], own(outer, name)))) lost(path);
      } else if (keyword === "required" && Array.isArray(outer) && Array.isArray(inner)) {
        together[keyword] = [...new Set([...outer, ...inner])];
      } else if (keyword !== "type") lost(path);
    }
    return together;
  }

  function convertTyped(step: Step): Schema {
    const given = step.schema["type"];
    const types = (Array.isArray(given) ? given : given === undefined ? guess(step) : [given]).map(String);
    const real = types.filter((type) => type !== "null");
    const made = real.map((type) => ({ ...textsOf(step.schema), ...convertOne(type, step) }));
    return union(made, real.length < types.length) ?? nothing(step);
  }

  /** A schema without a type takes any: the form has no word for that. */
  function guess({ schema, path }: Step): readonly string[] {
    lost(path);
    const sign = signs.find(([keywords]) => keywords.some((keyword) => keyword in schema));
    return [sign?.[1] ?? "string"];
  }

  function nothing({ schema, path }: Step): Schema {
    if (developer) return { ...textsOf(schema), type: "NULL" };
    lost(path);
    return { ...textsOf(schema), type: "STRING", nullable: true };
  }

  function convertOne(type: string, step: Step): Schema {
    switch (type) {
      case "string":
        return toOlderString(step.schema, step.path, wish);
      case "number":
      case "integer":
        return toOlderNumber(type, step.schema, step.path, wish);
      case "array":
        return convertArray(step);
      case "object":
        return convertObject(step);
      default:
        return { type: "BOOLEAN" };
    }
  }

  function convertArray(step: Step): Schema {
    const { schema, path } = step;
    const items = itemsOf(schema);
    if (items === undefined || !isSaidByItems(schema)) lost(path);
    const made: Schema = { type: "ARRAY", items: { type: "STRING" } };
    if (items !== undefined) made.items = convert({ ...step, schema: items, depth: step.depth + 1 });
    if (isCount(schema["minItems"])) made.minItems = String(schema["minItems"]);
    if (isCount(schema["maxItems"])) made.maxItems = String(schema["maxItems"]);
    return made;
  }

  function convertObject(step: Step): Schema {
    const made: Schema = { type: "OBJECT" };
    const { schema, path } = step;
    const { properties, required, additionalProperties: rest, propertyOrdering: order } = schema;
    const names = isObject(properties) ? Object.keys(properties) : [];
    if (isObject(properties) && names.length > 0) {
      const converted: Record<string, Schema> = {};
      for (const name of names) {
        const property = own(properties, name);
        put(converted, name, convert({ ...step, schema: isObject(property) ? property : {}, depth: step.depth + 1 }));
      }
      made.properties = converted;
      if (ordered) made.propertyOrdering = names;
    }
    if (Array.isArray(order)) made.propertyOrdering = order.filter((name) => typeof name === "string");
    const known = new Set<unknown>(names);
    const kept = Array.isArray(required) ? required.filter((name) => typeof name === "string" && known.has(name)) : [];
    if (kept.length > 0) made.required = kept;
    // A closed object is what the form means anyway; an open one cannot be said.
    if (isObject(rest) && Object.keys(rest).length > 0) lost(`${path}.additionalProperties`);
    if (isCount(schema["minProperties"])) made.minProperties = String(schema["minProperties"]);
    if (isCount(schema["maxProperties"])) made.maxProperties = String(schema["maxProperties"]);
    return made;
  }

  return convert({ schema: root, path: wish.path, inside: new Set(), depth: 0 });
}

/** Schemas of which one holds, or null; undefined where there are none. Unions among them are taken apart. */
function union(schemas: readonly Schema[], isNullable: boolean): Schema | undefined {
  const branches = schemas.flatMap((schema) => schema.anyOf ?? [schema]);
  const said = isNullable ? branches.map((branch) => ({ ...branch, nullable: true })) : branches;
  return said.length > 1 ? { anyOf: said } : said[0];
}

/** Whether what is said of a value holds all that something else says of it. */
function saysAll(inner: unknown, outer: unknown): boolean {
  if (!isObject(outer) || !isObject(inner)) return true;
  return Object.keys(outer).every((keyword) => isAnnotation(keyword) || isSame(own(inner, keyword), outer[keyword]));
}

/** What an item may be at any place; undefined where that is anything. */
function itemsOf({ items, prefixItems }: JsonObject): JsonObject | undefined {
  const places = [...(Array.isArray(prefixItems) ? prefixItems : []), items].filter(isObject);
  const distinct = [...new Map(places.map((place) => [JSON.stringify(place), place])).values()];
  return distinct.length > 1 ? { anyOf: distinct } : distinct[0];
}

/** Whether one schema says it of all items: of those that a tuple has, and of those behind it, if there may be any. */
function isSaidByItems({ items, prefixItems, maxItems }: JsonObject): boolean {
  if (!Array.isArray(prefixItems)) return true;
  const isClosed = isCount(maxItems) && maxItems <= prefixItems.length;
  return (isClosed || isObject(items)) && itemsOf({ items, prefixItems })?.["anyOf"] === undefined;
}

/** Which keywords speak of which type. */
const signs: readonly (readonly [readonly string[], string])[] = [
  [["properties", "required", "additionalProperties", "minProperties", "maxProperties"], "object"],
  [["items", "prefixItems", "minItems", "maxItems"], "array"],
  [["minimum", "maximum"], "number"],
];

function textsOf({ title, description }: JsonObject): Schema {
  const texts: Schema = {};
  if (typeof title === "string") texts.title = title;
  if (typeof description === "string") texts.description = description;
  return texts;
}

function allowsNull(type: unknown): boolean {
  return type === undefined || type === "null" || (Array.isArray(type) && type.includes("null"));
}
