import type { ValidationError, Validator } from "../../../generated/validators/validator.ts";
import { isObject } from "../json.ts";
import { invalid, type Refusal, unreadable } from "./refusals.ts";
import { texts } from "./texts.ts";

/** A request of the right shape, or why it is none. */
export type Read<Request> = { readonly request: Request } | { readonly refused: Refusal };

/** Reads a body. The service itself passes over members it does not know; they are refused here, to be noticed. */
export function readAs<Request>(body: unknown, validate: Validator<Request>): Read<Request> {
  if (!isObject(body)) return { refused: unreadable(texts.noJson()) };
  if (validate(body)) return { request: body };
  const error = validate.errors?.find(({ keyword }) => keyword !== "if");
  return { refused: error === undefined ? unreadable(texts.noJson()) : describe(error, body) };
}

/** What the parts of JSON are called where they are of the wrong kind. */
const kinds: Readonly<Record<string, string>> = {
  string: "String",
  integer: "Integer",
  number: "Double",
  boolean: "Boolean",
  array: "List",
  object: "Structure",
};

function describe(error: ValidationError, body: unknown): Refusal {
  const { keyword, params } = error;
  const steps = error.instancePath
    .split("/")
    .slice(1)
    .map((step) => step.replaceAll("~1", "/").replaceAll("~0", "~"));
  const place = placeOf(steps);
  const value = valueAt(body, steps);
  const wrong = (constraint: string): Refusal => invalid(texts.wrongValue(shown(value), place, constraint));
  const limit = String(params["limit"]);
  switch (keyword) {
    case "required": {
      const member = [place, params["missingProperty"]].filter((part) => part !== "").join(".");
      return invalid(texts.wrongValue("null", member, "Member must not be null"));
    }
    case "additionalProperties":
      return unreadable(texts.unknownMember(place, String(params["additionalProperty"])));
    case "type":
      return unreadable(
        texts.wrongType(kindOf(value), kinds[[params["type"]].flat().map(String)[0] ?? ""] ?? "Structure"),
      );
    case "enum":
      return wrong(`Member must satisfy enum value set: [${[params["allowedValues"]].flat().map(String).join(", ")}]`);
    case "minimum":
      return wrong(`Member must have value greater than or equal to ${limit}`);
    case "maximum":
      return wrong(`Member must have value less than or equal to ${limit}`);
    case "minLength":
    case "minItems":
      return wrong(`Member must have length greater than or equal to ${limit}`);
    default:
      return wrong(`Member must have length less than or equal to ${limit}`);
  }
}

/** `messages.1.member.content`: items of lists are counted from 1. */
const placeOf = (steps: readonly string[]): string =>
  steps.map((step) => (/^\d+$/.test(step) ? `${Number(step) + 1}.member` : step)).join(".");

const valueAt = (root: unknown, steps: readonly string[]): unknown =>
  steps.reduce<unknown>(
    (at, step) => (Array.isArray(at) ? at[Number(step)] : isObject(at) ? at[step] : undefined),
    root,
  );

const shown = (value: unknown): string =>
  typeof value === "object" && value !== null ? "at" : `'${String(value).slice(0, 100)}'`;

function kindOf(value: unknown): string {
  if (value === null) return "NULL_VALUE";
  if (Array.isArray(value)) return "START_ARRAY";
  if (typeof value === "object") return "START_OBJECT";
  if (typeof value === "boolean") return `${String(value).toUpperCase()}_VALUE`;
  return typeof value === "number" ? "NUMBER_VALUE" : "STRING_VALUE";
}
