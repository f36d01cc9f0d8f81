import type { Schema } from "../types.ts";
import type { Definition } from "./definitions.ts";
import { isCount, isFiniteNumber, isObject, isSame, type JsonObject, own, put } from "./json.ts";
import type { Rewritten } from "./rewrite.ts";
import { describe } from "./values.ts";

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
  let copies = 0;

  function convert({ schema, ...step }: Step): Schema {
    const path = pathOf(schema) ?? step.path;
    const reference = own(schema, "$ref");
    if (typeof reference === "string") return copy(reference.slice("#/$defs/".length), { schema, ...step, path });
    const { anyOf } = schema;
    return Array.isArray(anyOf)
      ? convertUnion(anyOf.filter(isObject), { schema, ...step, path })
      : convertTyped({ schema, ...step, path });
  }

  function find(name: string, { inside, depth, path }: Step): Definition | undefined {
    const definition = definitions.get(name);
    if (definition !== undefined && !inside.has(name) && depth < deepest && copies++ < maxCopies) return definition;
    lost(`${path}.$ref`);
    return undefined;
  }

  function copy(name: string, step: Step): Schema {
    const definition = find(name, step);
    if (definition === undefined) return { type: "OBJECT", description: `A ${name} as above.` };
    const { schema, path } = definition;
    return convert({ schema, path, inside: new Set([...step.inside, name]), depth: step.depth });
  }

  /** Older backends want nothing beside `anyOf`, so what stands there goes into each branch. */
  function convertUnion(branches: readonly JsonObject[], step: Step): Schema {
    const { anyOf: _, ...beside } = step.schema;
    const real = branches.filter((branch) => branch["type"] !== "null");
    const isNullable = real.length < branches.length && allowsNull(beside["type"]);
    const made = real.map((branch) => {
      const { schema, inside, path } = opened(branch, step, beside);
      return convert({ schema: withSiblings(schema, beside, step.path), path, inside, depth: step.depth + 1 });
    });
    const [only, ...more] = made;
    if (only === undefined) return nothing(step);
    if (more.length === 0) return isNullable ? { ...only, nullable: true } : only;
    return { anyOf: isNullable ? made.map((one) => ({ ...one, nullable: true })) : made };
  }

  /** A branch that is a reference, with what it leads to where siblings have to go into it. */
  function opened(branch: JsonObject, step: Step, beside: JsonObject): Pick<Step, "schema" | "inside" | "path"> {
    const reference = own(branch, "$ref");
    const path = pathOf(branch) ?? step.path;
    if (typeof reference !== "string" || Object.keys(beside).length === 0)
      return { schema: branch, inside: step.inside, path };
    const name = reference.slice("#/$defs/".length);
    const definition = find(name, { ...step, path });
    if (definition === undefined) return { schema: { type: "object" }, inside: step.inside, path };
    return { schema: definition.schema, inside: new Set([...step.inside, name]), path: definition.path };
  }

  function withSiblings(branch: JsonObject, beside: JsonObject, path: string): JsonObject {
    const together: Record<string, unknown> = { ...beside, ...branch };
    for (const keyword of Object.keys(beside)) {
      const [outer, inner] = [beside[keyword], own(branch, keyword)];
      if (inner === undefined || isSame(inner, outer)) continue;
      if (keyword === "description" || keyword === "title") together[keyword] = outer;
      else if (keyword === "properties" && isObject(outer) && isObject(inner))
        together[keyword] = { ...outer, ...inner };
      else if (keyword === "required" && Array.isArray(outer) && Array.isArray(inner)) {
        together[keyword] = [...new Set([...outer, ...inner])];
      } else if (keyword !== "type") lost(path);
    }
    return together;
  }

  function convertTyped(step: Step): Schema {
    const given = step.schema["type"];
    const types = (Array.isArray(given) ? given : given === undefined ? guess(step) : [given]).map(String);
    const real = types.filter((type) => type !== "null");
    const made = real.map((type) => convertOne(type, step));
    const [only, ...more] = made;
    if (only === undefined) return nothing(step);
    const nullable = real.length < types.length ? { nullable: true } : {};
    return more.length === 0 ? { ...only, ...nullable } : { anyOf: made.map((one) => ({ ...one, ...nullable })) };
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
    const made: Schema = textsOf(step.schema);
    switch (type) {
      case "string":
        return Object.assign(made, stringMembers(step));
      case "number":
      case "integer":
        return Object.assign(made, numberMembers(type, step));
      case "array":
        return Object.assign(made, arrayMembers(step));
      case "object":
        return Object.assign(made, objectMembers(step));
      default:
        return Object.assign(made, { type: "BOOLEAN" });
    }
  }

  function stringMembers({ schema, path }: Step): Schema {
    const made: Schema = { type: "STRING" };
    const words = wordsOf(schema).filter((word) => typeof word === "string");
    if (words.length > 0) made.enum = words;
    const { format, pattern } = schema;
    if (format === "date-time") made.format = format;
    else if (typeof format === "string" && format !== "enum") {
      lost(`${path}.format`);
      made.description = describe(schema["description"], [`format: ${format}`]);
    }
    if (typeof pattern === "string") made.pattern = pattern;
    if (isCount(schema["minLength"])) made.minLength = String(schema["minLength"]);
    if (isCount(schema["maxLength"])) made.maxLength = String(schema["maxLength"]);
    return made;
  }

  function numberMembers(type: "number" | "integer", { schema, path }: Step): Schema {
    const made: Schema = { type: type === "number" ? "NUMBER" : "INTEGER" };
    const numbers = wordsOf(schema).filter((word) => typeof word === "number");
    const { format, minimum, maximum } = schema;
    if (isFiniteNumber(minimum)) made.minimum = minimum;
    if (isFiniteNumber(maximum)) made.maximum = maximum;
    if (numbers.length > 0 && developer) {
      lost(path);
      made.description = describe(schema["description"], [`one of ${numbers.join(", ")}`]);
    } else if (numbers.length > 0) {
      made.format = "enum";
      made.enum = numbers.map(String);
    } else if (typeof format === "string") {
      if (formats[type].includes(format)) made.format = format;
      else lost(`${path}.format`);
    }
    return made;
  }

  function arrayMembers({ schema, path, ...step }: Step): Schema {
    const made: Schema = { type: "ARRAY", items: { type: "STRING" } };
    const { items, prefixItems } = schema;
    const next = { ...step, depth: step.depth + 1 };
    const first = Array.isArray(prefixItems) ? prefixItems.filter(isObject) : [];
    if (first.length > 0) {
      lost(path);
      const open = isObject(items) ? [...first, items] : first;
      const distinct = open.filter((one, i) => open.findIndex((other) => isSame(one, other)) === i);
      made.items = convert({
        schema: distinct.length > 1 ? { anyOf: distinct } : (distinct[0] ?? {}),
        path,
        ...next,
      });
    } else if (isObject(items)) made.items = convert({ schema: items, path, ...next });
    else lost(path);
    if (isCount(schema["minItems"])) made.minItems = String(schema["minItems"]);
    if (isCount(schema["maxItems"])) made.maxItems = String(schema["maxItems"]);
    return made;
  }

  function objectMembers({ schema, path, ...step }: Step): Schema {
    const made: Schema = { type: "OBJECT" };
    const { properties, required, additionalProperties: rest, propertyOrdering: order } = schema;
    const names = isObject(properties) ? Object.keys(properties) : [];
    if (isObject(properties) && names.length > 0) {
      const converted: Record<string, Schema> = {};
      for (const name of names) {
        const property = own(properties, name);
        const place = { path, ...step, depth: step.depth + 1 };
        put(converted, name, convert({ schema: isObject(property) ? property : {}, ...place }));
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

/** Which keywords speak of which type. */
const signs: readonly (readonly [readonly string[], string])[] = [
  [["properties", "required", "additionalProperties", "minProperties", "maxProperties"], "object"],
  [["items", "prefixItems", "minItems", "maxItems"], "array"],
  [["minimum", "maximum"], "number"],
];

const formats: Readonly<Record<"number" | "integer", readonly string[]>> = {
  number: ["float", "double"],
  integer: ["int32", "int64"],
};

function textsOf({ title, description }: JsonObject): Schema {
  const texts: Schema = {};
  if (typeof title === "string") texts.title = title;
  if (typeof description === "string") texts.description = description;
  return texts;
}

function wordsOf(schema: JsonObject): readonly unknown[] {
  const words = schema["enum"];
  return Array.isArray(words) ? words : [];
}

function allowsNull(type: unknown): boolean {
  return type === undefined || type === "null" || (Array.isArray(type) && type.includes("null"));
}
