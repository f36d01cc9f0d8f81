import type { ValidationError } from "../../generated/validators/validator.ts";
import { type ErrorName, GatewayError } from "../errors.ts";

/**
 * A failed check of a compiled validator as OpenAI's own answer: status 400, the parameter's path, one precise sentence.
 *
 * @param body what was checked; the offending value's type is looked up in it
 */
export function toInvalidRequest(error: ValidationError | undefined, body: unknown): GatewayError {
  if (error === undefined) return new GatewayError("invalid_request", "The request is invalid.");
  const pointer = error.instancePath;
  const value = valueAt(body, pointer);
  const path = toParam(pointer);
  const { params } = error;
  switch (error.keyword) {
    case "required":
      return missing(join(path, String(params["missingProperty"])));
    case "tagged":
      return wrongTag(join(path, String(params["tag"])), params["value"], params["allowed"]);
    case "type":
      return wrongType(path, params["type"], value);
    case "enum":
      return wrongWord(path, value, params["allowedValues"]);
    case "additionalProperties": {
      const param = join(path, String(params["additionalProperty"]));
      return refuse("unknown_parameter", param, `Unknown parameter: '${param}'.`);
    }
    default:
      return outOfBounds(error.keyword, path, value, Number(params["limit"]));
  }
}

function missing(param: string): GatewayError {
  return refuse("missing_required_parameter", param, `Missing required parameter: '${param}'.`);
}

function wrongTag(param: string, value: unknown, allowed: unknown): GatewayError {
  if (value === undefined) return missing(param);
  return typeof value === "string" ? wrongWord(param, value, allowed) : wrongType(param, "string", value);
}

function wrongWord(param: string, value: unknown, allowed: unknown): GatewayError {
  const words = (Array.isArray(allowed) ? allowed : []).filter((word) => word !== null).map((word) => `'${word}'`);
  const list =
    words.length > 1
      ? `${words.slice(0, -1).join(", ")}${words.length > 2 ? "," : ""} and ${words.at(-1)}`
      : words.join("");
  const shown = typeof value === "string" ? value : JSON.stringify(value);
  return refuse("invalid_value", param, `Invalid value: '${shown}'. Supported values are: ${list}.`);
}

const names: Readonly<Record<string, string>> = {
  string: "a string",
  number: "a decimal",
  integer: "an integer",
  boolean: "a boolean",
  object: "an object",
  array: "an array",
};

function wrongType(param: string, expected: unknown, value: unknown): GatewayError {
  const types = (Array.isArray(expected) ? expected : [expected]).filter((type) => type !== "null");
  const wanted = types.map((type) => names[String(type)] ?? String(type));
  const list = wanted.length > 1 ? `one of ${wanted.join(" or ")}` : wanted.join("");
  return refuse(
    "invalid_type",
    param,
    `Invalid type for '${param}': expected ${list}, but got ${typeOf(value)} instead.`,
  );
}

function typeOf(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "an array";
  if (typeof value === "number") return Number.isInteger(value) ? "an integer" : "a decimal";
  return names[typeof value] ?? typeof value;
}

/** Bounded members that take whole numbers only. The failed check does not say what type its bound belongs to. */
const integers: ReadonlySet<string> = new Set(["n", "seed", "top_logprobs"]);

function outOfBounds(keyword: string, param: string, value: unknown, limit: number): GatewayError {
  const kind = integers.has(param) ? "integer" : "decimal";
  switch (keyword) {
    case "maximum":
      return refuse(
        `${kind}_above_max_value`,
        param,
        `Invalid '${param}': ${kind} above maximum value. Expected a value <= ${limit}, but got ${value} instead.`,
      );
    case "minimum":
      return refuse(
        `${kind}_below_min_value`,
        param,
        `Invalid '${param}': ${kind} below minimum value. Expected a value >= ${limit}, but got ${value} instead.`,
      );
    case "minItems":
    case "maxItems":
      return wrongLength("array", "array", keyword, param, Array.isArray(value) ? value.length : 0, limit);
    case "minLength":
    case "maxLength":
      return wrongLength("string", "string", keyword, param, typeof value === "string" ? value.length : 0, limit);
    default:
      return refuse("invalid_value", param, `Invalid '${param}'.`);
  }
}

function wrongLength(
  kind: "array" | "string",
  name: string,
  keyword: string,
  param: string,
  length: number,
  limit: number,
): GatewayError {
  const long = keyword.startsWith("max");
  if (!long && length === 0) {
    const message = `Invalid '${param}': empty ${name}. Expected ${names[name]} with minimum length ${limit}, but got an empty ${name} instead.`;
    return refuse(`empty_${kind}`, param, message);
  }
  const message = `Invalid '${param}': ${name} too ${long ? "long" : "short"}. Expected ${names[name]} with ${long ? "maximum" : "minimum"} length ${limit}, but got ${names[name]} with length ${length} instead.`;
  return refuse(long ? `${kind}_above_max_length` : `${kind}_below_min_length`, param, message);
}

function refuse(errorName: ErrorName, param: string, message: string): GatewayError {
  return new GatewayError(errorName, message, { param });
}

function join(path: string, name: string): string {
  return path === "" ? name : `${path}.${name}`;
}

/** A JSON pointer as OpenAI writes paths: `/messages/0/content` is `messages[0].content`. */
function toParam(pointer: string): string {
  const steps = pointer.split("/").slice(1).map(unescapePointer);
  return steps.reduce((path, step) => (/^\d+$/.test(step) ? `${path}[${step}]` : join(path, step)), "");
}

function valueAt(body: unknown, pointer: string): unknown {
  return pointer.split("/").slice(1).map(unescapePointer).reduce(memberOf, body);
}

function memberOf(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;
}

function unescapePointer(step: string): string {
  return step.replaceAll("~1", "/").replaceAll("~0", "~");
}
