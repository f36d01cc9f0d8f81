import type { ValidationError, Validator } from "../../../generated/validators/validator.ts";
import { isObject } from "../json.ts";
import { placeName, stepsOf, valueAt } from "./place.ts";
import { texts } from "./texts.ts";

/** A request of the right shape, or what is wrong with it. */
export type Read<Request> = { readonly request: Request } | { readonly wrong: string };

/** Reads a body as Anthropic does: no member it does not know, nothing of another type. */
export function readAs<Request>(body: unknown, validate: Validator<Request>): Read<Request> {
  if (validate(body)) return { request: body };
  const error = validate.errors?.find(({ keyword }) => keyword !== "if");
  return { wrong: error === undefined ? texts.noJson() : describe(error, body) };
}

const typeNames: Readonly<Record<string, string>> = {
  string: "string",
  integer: "integer",
  number: "number",
  boolean: "boolean",
  array: "list",
};

function describe(error: ValidationError, body: unknown): string {
  const { keyword, params } = error;
  const path = stepsOf(error.instancePath);
  const place = placeName(body, path, keyword === "tagged");
  const limit = Number(params["limit"]);
  switch (keyword) {
    case "required":
      return texts.missing(inside(place, params["missingProperty"]));
    case "additionalProperties":
      return texts.unknown(inside(place, params["additionalProperty"]));
    case "type":
      return wrongType(place, [params["type"]].flat().map(String));
    case "enum":
      return texts.words(place, wordsOf(params["allowedValues"]));
    case "tagged":
      return wrongTag(place, valueAt(body, path), params);
    case "minimum":
      return texts.atLeast(place, limit);
    case "maximum":
      return texts.atMost(place, limit);
    case "minLength":
      return texts.shortText(place, limit);
    case "maxLength":
      return texts.longText(place, limit);
    default:
      return texts.invalid(place);
  }
}

const inside = (place: string, name: unknown): string => (place === "" ? String(name) : `${place}.${String(name)}`);

const wordsOf = (words: unknown): readonly string[] =>
  Array.isArray(words) ? words.filter((word) => word !== null).map(String) : [];

function wrongType(place: string, types: readonly string[]): string {
  const type = typeNames[types.findLast((one) => one !== "null") ?? ""];
  if (place === "") return texts.noJson();
  return type === undefined ? texts.object(place) : texts.type(place, type);
}

function wrongTag(place: string, value: unknown, params: ValidationError["params"]): string {
  const tag = params["value"];
  const name = String(params["tag"]);
  if (!isObject(value)) return texts.object(place);
  if (name === "role") return typeof tag === "string" ? texts.role(tag) : texts.missing(`${place}.role`);
  return typeof tag === "string" ? texts.tag(place, tag, wordsOf(params["allowed"])) : texts.noTag(place);
}
