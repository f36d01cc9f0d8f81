import type { ValidationError } from "../../generated/validators/validator.ts";
import { type ErrorName, GatewayError } from "../errors.ts";

/**
 * A failed check of a compiled validator as OpenAI's own answer: status 400, the parameter's path, one precise sentence.
 *
 * @param body what was checked; the offending value is looked up in it
 * @param toClientPath a path in what was checked as the client's own, where a body was mended before
 *
 * @see reference: openai-surface §3
 */
export function toInvalidRequest(
  error: ValidationError | undefined,
  body: unknown,
  toClientPath: (path: string) => string = (path) => path,
): GatewayError {
  if (error === undefined) return new GatewayError("invalid_request", "The request is invalid.");
  const { path, value } = locate(body, error.instancePath);
  const paramOf = (name: unknown): string => toClientPath(join(path, String(name)));
  const { params } = error;
  switch (error.keyword) {
    case "required":
      return missing(paramOf(params["missingProperty"]));
    case "tagged":
      return wrongTag(paramOf(params["tag"]), params["value"], wordsIn(params["allowed"]));
    case "type":
      return wrongType(toClientPath(path), toExpected(params["type"], error.parentSchema), value);
    case "enum":
      return wrongTag(toClientPath(path), value, wordsIn(params["allowedValues"]));
    case "additionalProperties": {
      const param = paramOf(params["additionalProperty"]);
      return refuse("unknown_parameter", param, `Unknown parameter: '${cut(param, maxPath)}'.`);
    }
    default:
      return outOfBounds(error, toClientPath(path), value, Number(params["limit"]));
  }
}

/** A member that must be there is not. */
export function missing(param: string): GatewayError {
  return refuse("missing_required_parameter", param, `Missing required parameter: '${cut(param, maxPath)}'.`);
}

function wrongTag(param: string, value: unknown, allowed: readonly string[]): GatewayError {
  if (value === undefined) return missing(param);
  return typeof value === "string" ? wrongWord(param, value, allowed) : wrongType(param, names["string"] ?? "", value);
}

/** A word that is none of those allowed. */
export function wrongWord(param: string, word: string, allowed: readonly string[]): GatewayError {
  const list = listed(
    allowed.map((one) => `'${one}'`),
    "and",
  );
  return refuse("invalid_value", param, `Invalid value: '${cut(word, maxValue)}'. Supported values are: ${list}.`);
}

function wordsIn(allowed: unknown): readonly string[] {
  return Array.isArray(allowed) ? allowed.filter((word) => word !== null).map(String) : [];
}

/** `'a'`, `'a' and 'b'`, `'a', 'b', and 'c'`. */
function listed(words: readonly string[], joint: "and" | "or"): string {
  const last = words.at(-1) ?? "";
  if (words.length < 2) return last;
  return `${words.slice(0, -1).join(", ")}${words.length > 2 ? "," : ""} ${joint} ${last}`;
}

const names: Readonly<Record<string, string>> = {
  string: "a string",
  number: "a decimal",
  integer: "an integer",
  boolean: "a boolean",
  object: "an object",
  array: "an array",
};

/** A value of another type than `expected`, which is in OpenAI's words: `an integer`. */
export function wrongType(param: string, expected: string, value: unknown): GatewayError {
  const message = `Invalid type for '${cut(param, maxPath)}': expected ${expected}, but got ${typeOf(value)} instead.`;
  return refuse("invalid_type", param, message);
}

/** The types a schema allows, in words: `one of a string or array of objects`. Only the first bears an article. */
function toExpected(allowed: unknown, schema: ValidationError["parentSchema"]): string {
  const types = (Array.isArray(allowed) ? allowed : [allowed]).map(String).filter((type) => type !== "null");
  const wanted = types.map((type) => (names[type] ?? type) + (type === "array" ? ofItems(schema?.["items"]) : ""));
  if (wanted.length < 2) return wanted.join("");
  const bare = wanted.map((one, i) => (i === 0 ? one : one.replace(/^an? /, "")));
  return `one of ${listed(bare, "or")}`;
}

/** What the items of a list are. A component that lists are made of is an object; a test holds the spec to it. */
function ofItems(items: unknown): string {
  if (typeof items !== "object" || items === null) return "";
  if ("$ref" in items || "tagged" in items) return " of objects";
  const type = "type" in items && typeof items.type === "string" ? items.type : "";
  return type in names ? ` of ${(names[type] ?? "").replace(/^an? /, "")}s` : "";
}

function typeOf(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "an array";
  if (typeof value === "number") return Number.isInteger(value) ? "an integer" : "a decimal number";
  return names[typeof value] ?? typeof value;
}

function outOfBounds(error: ValidationError, param: string, value: unknown, limit: number): GatewayError {
  switch (error.keyword) {
    case "maximum":
      return tooMuch(isWhole(error.parentSchema) ? "integer" : "decimal", param, Number(value), limit);
    case "minimum":
      return tooLittle(isWhole(error.parentSchema) ? "integer" : "decimal", param, Number(value), limit);
    case "minItems":
    case "maxItems":
      return wrongLength("array", error.keyword, param, Array.isArray(value) ? value.length : 0, limit);
    case "minLength":
    case "maxLength":
      return wrongLength("string", error.keyword, param, typeof value === "string" ? value.length : 0, limit);
    default:
      return refuse("invalid_value", param, `Invalid '${cut(param, maxPath)}'.`);
  }
}

/** Whether the schema whose bound was broken takes whole numbers only. */
function isWhole(schema: ValidationError["parentSchema"]): boolean {
  const type = schema?.["type"];
  return Array.isArray(type) ? type.includes("integer") : type === "integer";
}

/** A number above its greatest. */
export function tooMuch(kind: "integer" | "decimal", param: string, value: number, limit: number): GatewayError {
  const bound = `${kind} above maximum value. Expected a value <= ${limit}, but got ${value} instead.`;
  return refuse(`${kind}_above_max_value`, param, `Invalid '${cut(param, maxPath)}': ${bound}`);
}

/** A number below its least. */
export function tooLittle(kind: "integer" | "decimal", param: string, value: number, limit: number): GatewayError {
  const bound = `${kind} below minimum value. Expected a value >= ${limit}, but got ${value} instead.`;
  return refuse(`${kind}_below_min_value`, param, `Invalid '${cut(param, maxPath)}': ${bound}`);
}

/** A list or a text of the wrong length. */
export function wrongLength(
  kind: "array" | "string",
  keyword: string,
  param: string,
  length: number,
  limit: number,
): GatewayError {
  const article = names[kind] ?? kind;
  const place = `Invalid '${cut(param, maxPath)}'`;
  const long = keyword.startsWith("max");
  if (!long && length === 0) {
    const message = `${place}: empty ${kind}. Expected ${article} with minimum length ${limit}, but got an empty ${kind} instead.`;
    return refuse(`empty_${kind}`, param, message);
  }
  const message = `${place}: ${kind} too ${long ? "long" : "short"}. Expected ${article} with ${long ? "maximum" : "minimum"} length ${limit}, but got ${article} with length ${length} instead.`;
  return refuse(long ? `${kind}_above_max_length` : `${kind}_below_min_length`, param, message);
}

/** The most of a client's own text that an answer repeats: a value, and a path, which may hold names of theirs. */
export const maxValue = 100;
const maxPath = 300;

/** A text no longer than so many UTF-16 units. */
export function cut(text: string, length: number): string {
  // A pair of code units may be cut in two; half of one is no text.
  return text.length > length ? `${text.slice(0, length).toWellFormed()}…` : text;
}

/** A 400 that names a parameter, neither of them longer than a person reads. */
export function refuse(errorName: ErrorName, param: string, message: string): GatewayError {
  return new GatewayError(errorName, message, { param: cut(param, maxPath) });
}

function join(path: string, name: string): string {
  return path === "" ? name : `${path}.${name}`;
}

/** What a JSON pointer leads to, and its path as OpenAI writes it: `/messages/0/content` is `messages[0].content`. */
function locate(body: unknown, pointer: string): { readonly path: string; readonly value: unknown } {
  let path = "";
  let value = body;
  for (const step of pointer.split("/").slice(1).map(unescapePointer)) {
    path = Array.isArray(value) ? `${path}[${step}]` : join(path, step);
    value = typeof value === "object" && value !== null ? Reflect.get(value, step) : undefined;
  }
  return { path, value };
}

function unescapePointer(step: string): string {
  return step.replaceAll("~1", "/").replaceAll("~0", "~");
}
