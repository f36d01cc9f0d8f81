import type { Validator } from "../../../generated/validators/validator.ts";
import { GatewayError } from "../../errors.ts";
import { isJson } from "./json.ts";

/** Members taken out at most; an answer with more of them wrong is no answer. */
const maxTaken = 16;

/**
 * An answer as the spec has it. What the spec knows in another form, as a word it does not list or a null where none
 * may be, is taken out, deepest first: whatever leaves the gateway is valid. The value is changed in place.
 *
 * Fails, as a value, where nothing that could be spared is wrong.
 */
export function fit<T>(
  value: unknown,
  validate: Validator<T>,
): { readonly value: T; readonly taken: boolean } | GatewayError {
  for (let taken = 0; taken <= maxTaken; taken++) {
    if (validate(value)) return { value, taken: taken > 0 };
    const pointer = validate.errors?.[0]?.instancePath ?? "";
    if (!takeOut(value, pointer)) return invalid(pointer);
  }
  return invalid("");
}

/** What an answer is nothing without. */
const needed =
  /^(?:\/choices(?:\/\d+(?:\/(?:delta|message|text|index|finish_reason))?)?|\/id|\/object|\/created|\/model)?$/;

function takeOut(root: unknown, pointer: string): boolean {
  if (needed.test(pointer)) return false;
  const steps = pointer
    .split("/")
    .slice(1)
    .map((step) => step.replaceAll("~1", "/").replaceAll("~0", "~"));
  const last = steps.pop() ?? "";
  const parent = steps.reduce<unknown>(
    (at, step) => (typeof at === "object" && at !== null ? Reflect.get(at, step) : undefined),
    root,
  );
  if (Array.isArray(parent)) {
    parent.splice(Number(last), 1);
    return true;
  }
  return isJson(parent) && Reflect.deleteProperty(parent, last);
}

function invalid(pointer: string): GatewayError {
  return new GatewayError("upstream_invalid_response", "The upstream's answer has an unexpected shape.", {
    cause: `wrong at ${pointer === "" ? "the top" : pointer}`,
  });
}
