import type { ValidationError } from "../../../generated/validators/validator.ts";
import { isObject, type JsonObject } from "../json.ts";

/** A member of a request that is not as the spec says. */
export interface Mistake {
  readonly keyword: string;
  /** Steps to the member at fault: `["messages", "0", "role"]`. Of a missing one, where it should be. */
  readonly path: readonly string[];
  /** Undefined where it is missing. */
  readonly value: unknown;
  /** JSON types that fit, null left out; empty unless the type is wrong. */
  readonly types: readonly string[];
  /** Words that fit; empty unless a word is wrong. */
  readonly words: readonly string[];
  /** The bound that is broken; 0 where it is none. */
  readonly limit: number;
}

/** What a validator's failed check says. */
export function toMistake(error: ValidationError, body: JsonObject): Mistake {
  const steps = error.instancePath
    .split("/")
    .slice(1)
    .map((step) => step.replaceAll("~1", "/").replaceAll("~0", "~"));
  const below = error.params["missingProperty"] ?? error.params["tag"];
  const path = typeof below === "string" ? [...steps, below] : steps;
  const value = path.reduce<unknown>(memberOf, body);
  const missing = value === undefined || error.keyword === "required";
  const wrongTag = error.keyword === "tagged" && typeof value !== "string";
  return {
    keyword: missing ? "required" : wrongTag ? "type" : error.keyword,
    path,
    value,
    types: missing ? [] : wrongTag ? ["string"] : listOf(error.params["type"]).filter((type) => type !== "null"),
    words: listOf(error.params["allowed"] ?? error.params["allowedValues"]).filter(
      (word) => !isForeign(word, path, body),
    ),
    limit: Number(error.params["limit"] ?? 0),
  };
}

/** Whether a tag is one of specs/extensions.yaml, which OpenAI does not know: videos, and what tools show. */
function isForeign(word: string, [list = "", at = "", content]: readonly string[], body: JsonObject): boolean {
  if (word === "video_url") return true;
  const ofTool = content === "content" && memberOf(memberOf(memberOf(body, list), at), "role") === "tool";
  return ofTool && word !== "text";
}

const listOf = (value: unknown): readonly string[] =>
  value === undefined ? [] : (Array.isArray(value) ? value : [value]).filter((one) => one !== null).map(String);

/** A member of an object or an item of a list. */
export function memberOf(holder: unknown, step: string): unknown {
  if (Array.isArray(holder)) return holder[Number(step)];
  return isObject(holder) ? holder[step] : undefined;
}

/** A path as OpenAI writes it: `messages[0].content`. */
export const paramOf = (path: readonly string[]): string =>
  path.reduce((text, step) => (/^\d+$/.test(step) ? `${text}[${step}]` : text === "" ? step : `${text}.${step}`), "");

/** The JSON type of a value, in JSON Schema's words. */
export function jsonTypeOf(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "array";
  return typeof value === "number" ? (Number.isInteger(value) ? "integer" : "number") : typeof value;
}
