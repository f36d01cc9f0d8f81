import { among, isFiniteNumber, isObject, isSame, type JsonObject, own, put } from "./json.ts";
import { isAnnotation } from "./keywords.ts";

/** One of several schemas that all hold, with the client's path to it. */
export interface Piece {
  readonly schema: JsonObject;
  readonly path: string;
}

/** Told what merging comes across. */
export interface Merging {
  /** A sub-schema goes to another place: where the client wrote it. */
  readonly moved: (schema: object, path: string) => void;
  /** Something could not be said in one schema. */
  readonly lost: (path: string) => void;
}

/**
 * Schemas that all hold, as one: properties and required names of all, the tightest bounds, the words and types that
 * all allow. What two of them say of the same member becomes an `allOf` there, to be merged when it is looked at.
 * Where they cannot be said together the first stays, and the loss is told.
 */
export function mergePieces(pieces: readonly Piece[], merging: Merging): Merged {
  let schema: JsonObject = {};
  const keywordPaths = new Map<string, string>();
  for (const piece of pieces) {
    move(piece, merging);
    for (const keyword of Object.keys(piece.schema)) {
      if (!Object.hasOwn(schema, keyword)) keywordPaths.set(keyword, `${piece.path}.${keyword}`);
    }
    schema = mergeTwo(schema, piece, merging);
  }
  return { schema, keywordPaths };
}

/** One schema that says what several said, and where each of its keywords was written first. */
export interface Merged {
  readonly schema: JsonObject;
  readonly keywordPaths: ReadonlyMap<string, string>;
}

/** Tells where the sub-schemas of a piece were written; those of a merged one have been told before. */
function move({ schema, path }: Piece, { moved }: Merging): void {
  for (const [keyword, value] of Object.entries(schema)) {
    if (!isObject(value) && !Array.isArray(value)) continue;
    if (holders.has(keyword)) {
      for (const [name, member] of Object.entries(value)) {
        const step = Array.isArray(value) ? `[${name}]` : `.${name}`;
        if (isObject(member)) moved(member, `${path}.${keyword}${step}`);
      }
    } else if (isObject(value)) moved(value, `${path}.${keyword}`);
  }
}

const holders = new Set(["properties", "patternProperties", "anyOf", "oneOf", "prefixItems", "items"]);

function mergeTwo(a: JsonObject, b: Piece, merging: Merging): JsonObject {
  const merged: Record<string, unknown> = {};
  for (const keyword of Object.keys(a)) put(merged, keyword, a[keyword]);
  if (isList(a) && isList(b.schema) && isTuple(a) !== isTuple(b.schema)) merging.lost(`${b.path}.items`);
  for (const keyword of Object.keys(b.schema)) {
    if (objectKeywords.has(keyword)) continue;
    const [one, other] = [own(merged, keyword), b.schema[keyword]];
    if (one === undefined) put(merged, keyword, other);
    else if (!isSame(one, other)) put(merged, keyword, join(keyword, one, other, `${b.path}.${keyword}`, merging));
  }
  mergeObjects(merged, a, b, merging);
  return merged;
}

const isList = (schema: JsonObject): boolean => "items" in schema || "prefixItems" in schema;
const isTuple = (schema: JsonObject): boolean => "prefixItems" in schema || Array.isArray(schema["items"]);

const greatest = new Set(["minimum", "minItems", "minLength", "minProperties"]);
const least = new Set(["maximum", "maxItems", "maxLength", "maxProperties"]);

function join(keyword: string, one: unknown, other: unknown, path: string, merging: Merging): unknown {
  if (isFiniteNumber(one) && isFiniteNumber(other)) {
    if (greatest.has(keyword) || keyword === "exclusiveMinimum") return Math.max(one, other);
    if (least.has(keyword) || keyword === "exclusiveMaximum") return Math.min(one, other);
  }
  if (keyword === "type") return commonTypes(one, other) ?? lose(one, path, merging);
  if (keyword === "enum" && Array.isArray(one) && Array.isArray(other)) {
    const common = one.filter(among(other));
    return common.length > 0 ? common : lose(one, path, merging);
  }
  if (keyword === "items" && isObject(one) && isObject(other)) return { allOf: [one, other] };
  if (keyword === "patternProperties" && isObject(one) && isObject(other)) {
    const names = [...new Set([...Object.keys(one), ...Object.keys(other)])];
    return Object.fromEntries(names.map((name) => [name, both(own(one, name), own(other, name))]));
  }
  if (keyword === "uniqueItems") return one === true || other === true;
  return isAnnotation(keyword) ? one : lose(one, path, merging);
}

function lose<T>(kept: T, path: string, { lost }: Merging): T {
  lost(path);
  return kept;
}

function commonTypes(one: unknown, other: unknown): unknown {
  const [left, right] = [typesOf(one), typesOf(other)];
  const common = left.flatMap((type) => {
    if (right.includes(type)) return [type];
    if (type === "number" && right.includes("integer")) return ["integer"];
    return type === "integer" && right.includes("number") ? ["integer"] : [];
  });
  return common.length > 1 ? [...new Set(common)] : common[0];
}

function typesOf(type: unknown): readonly unknown[] {
  return Array.isArray(type) ? type : [type];
}

const objectKeywords = new Set(["properties", "required", "additionalProperties"]);

function mergeObjects(merged: Record<string, unknown>, a: JsonObject, b: Piece, merging: Merging): void {
  const [left, right] = [propertiesOf(a), propertiesOf(b.schema)];
  if (left !== undefined || right !== undefined) {
    const properties: Record<string, unknown> = {};
    const names = new Set([...Object.keys(left ?? {}), ...Object.keys(right ?? {})]);
    for (const name of names) {
      const one = left && own(left, name);
      const other = right && own(right, name);
      put(properties, name, both(one ?? others(a, name), other ?? others(b.schema, name)));
    }
    merged["properties"] = properties;
  }
  const required = [...listOf(a["required"]), ...listOf(b.schema["required"])];
  if (required.length > 0) merged["required"] = [...new Set(required)];
  // A schema that is closed forbids what only the other one names. Nobody means that, and it can be met only by
  // leaving the member out: it is let in, and said so.
  const opened = isClosedTo(a, right) || isClosedTo(b.schema, left);
  if (opened) merging.lost(`${b.path}.additionalProperties`);
  const rest = both(a["additionalProperties"], b.schema["additionalProperties"]);
  if (rest !== undefined) merged["additionalProperties"] = rest;
}

/** What a schema says of members it does not name. `false` is dealt with apart, and patterns may speak of some. */
function others(schema: JsonObject, name: string): unknown {
  const rest = schema["additionalProperties"];
  const properties = propertiesOf(schema);
  if (!isObject(rest) || schema["patternProperties"] !== undefined) return undefined;
  return properties !== undefined && Object.hasOwn(properties, name) ? undefined : rest;
}

function isClosedTo(schema: JsonObject, properties: JsonObject | undefined): boolean {
  if (schema["additionalProperties"] !== false || properties === undefined) return false;
  const known = propertiesOf(schema) ?? {};
  return Object.keys(properties).some((name) => !Object.hasOwn(known, name));
}

function propertiesOf(schema: JsonObject): JsonObject | undefined {
  const properties = schema["properties"];
  return isObject(properties) ? properties : undefined;
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** What holds where both do. */
function both(one: unknown, other: unknown): unknown {
  if (one === undefined || one === true) return other ?? one;
  if (other === undefined || other === true) return one;
  if (one === false || other === false) return false;
  return isSame(one, other, 4) ? one : { allOf: [one, other] };
}
