import { jsonTypeOf, type Mistake, paramOf } from "./mistake.ts";
import { badRequest, type Problem } from "./problem.ts";
import { article, texts } from "./texts.ts";

/** A wrong member of a request in OpenAI's words. */
export function sayMistake(mistake: Mistake): Problem {
  const { keyword, path, value, limit } = mistake;
  const param = paramOf(path);
  switch (keyword) {
    case "required":
      return badRequest(texts.missing(param), param, "missing_required_parameter");
    case "type":
      return badRequest(texts.wrongType(param, wanted(mistake), got(value)), param, "invalid_type");
    case "tagged":
    case "enum":
      return badRequest(texts.wrongWord(String(value), quoted(mistake.words)), param, "invalid_value");
    case "unknown":
      return badRequest(texts.unknown(param), param, "unknown_parameter");
    case "minimum":
    case "maximum":
      return sayBound(param, keyword, value, limit);
    case "minItems":
      return badRequest(texts.empty(param, "array"), param, "empty_array");
    case "minLength":
      return badRequest(texts.empty(param, "string"), param, "empty_string");
    case "maxItems":
      return sayTooLong(param, "array", limit, Array.isArray(value) ? value.length : 0);
    case "maxLength":
      return sayTooLong(param, "string", limit, typeof value === "string" ? value.length : 0);
    default:
      return badRequest(`Invalid '${param}'.`, param, "invalid_value");
  }
}

/** A list or text that is too long, in OpenAI's words. */
export const sayTooLong = (param: string, kind: "array" | "string", limit: number, length: number): Problem =>
  badRequest(texts.tooLong(param, kind, limit, length), param, `${kind}_above_max_length`);

/** The members whose numbers are whole. */
const integers: ReadonlySet<string> = new Set([
  ...["n", "best_of", "logprobs", "top_logprobs", "max_tokens", "max_completion_tokens", "seed", "dimensions"],
]);

/** A number out of bounds, in OpenAI's words. */
export function sayBound(param: string, keyword: "minimum" | "maximum", value: unknown, limit: number): Problem {
  const kind = integers.has(param) ? "integer" : "decimal";
  return keyword === "maximum"
    ? badRequest(texts.bound(param, kind, "above maximum", "<=", limit, value), param, `${kind}_above_max_value`)
    : badRequest(texts.bound(param, kind, "below minimum", ">=", limit, value), param, `${kind}_below_min_value`);
}

/** `'a', 'b', and 'c'` */
export function quoted(words: readonly string[]): string {
  const marked = words.map((word) => `'${word}'`);
  if (marked.length < 3) return marked.join(" and ");
  return `${marked.slice(0, -1).join(", ")}, and ${marked.at(-1)}`;
}

const typeNames: Readonly<Record<string, string>> = { number: "decimal", array: "array" };
const nameOf = (type: string): string => article(typeNames[type] ?? type);

function wanted({ types, path }: Mistake): string {
  if (types.length < 2) return types.map(nameOf).join("");
  // Lists of messages' contents hold objects, and the text says so.
  const names = types.map((type) => (type === "array" && path.at(-1) === "content" ? "array of objects" : type));
  return `one of ${names.map((name, at) => (at === 0 ? nameOf(name) : (typeNames[name] ?? name))).join(" or ")}`;
}

function got(value: unknown): string {
  return value === null ? "null" : nameOf(jsonTypeOf(value));
}
