import { isCount, isFiniteNumber, isObject, type JsonObject } from "../../schema/json.ts";
import { deepest } from "../../schema/rewrite.ts";
import { isType } from "../../schema/values.ts";

/**
 * Whether Gemini honours every word of a schema as it is written, so that rewriting would give the same object back and
 * lose nothing: types said by one word, with what goes with that type. Most tools are declared so, and a large request
 * holds many of them. One look at each member, and nothing is made; a no is no more than that a closer look is needed.
 *
 * @param depth levels above it
 */
export function isPlain(schema: unknown, depth: number): schema is JsonObject {
  if (!isObject(schema) || depth >= deepest) return false;
  const { type } = schema;
  if (type !== undefined && !isType(type)) return false;
  for (const keyword in schema) if (!isPlainMember(schema, keyword, type, depth)) return false;
  return true;
}

function isPlainMember(schema: JsonObject, keyword: string, type: unknown, depth: number): boolean {
  const value = schema[keyword];
  switch (keyword) {
    case "type":
      return true;
    case "description":
    case "title":
    case "format":
      return typeof value === "string";
    case "enum":
      return type === "string" && Array.isArray(value) && areDistinctTexts(value);
    case "minimum":
    case "maximum":
      return (type === "integer" || type === "number") && isFiniteNumber(value);
    case "minItems":
    case "maxItems":
      return type === "array" && isCount(value);
    case "items":
      return type === "array" && isPlain(value, depth + 1);
    case "properties":
      return type === "object" && arePlain(value, depth + 1);
    case "required":
      return type === "object" && Array.isArray(value) && areDistinctTexts(value) && areIn(schema["properties"], value);
    case "additionalProperties":
      return type === "object" && (typeof value === "boolean" || isPlain(value, depth + 1));
    default:
      return false;
  }
}

function arePlain(properties: unknown, depth: number): boolean {
  if (!isObject(properties)) return false;
  for (const name in properties) if (!isPlain(properties[name], depth)) return false;
  return true;
}

function areIn(properties: unknown, names: readonly string[]): boolean {
  return isObject(properties) && names.every((name) => Object.hasOwn(properties, name));
}

/** Up to here each is compared with all before it, which needs no set. */
const fewTexts = 8;

function areDistinctTexts(list: readonly unknown[]): list is readonly string[] {
  if (list.length === 0 || !list.every((one) => typeof one === "string")) return false;
  if (list.length > fewTexts) return new Set(list).size === list.length;
  return list.every((one, i) => list.indexOf(one) === i);
}
