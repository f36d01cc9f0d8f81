import type { ValidationError, Validator } from "../../../generated/validators/validator.ts";
import { type HostFacts, hostFacts } from "./hosts.ts";
import { isJson, type Json, put } from "./json.ts";

/** Says the class of service in OpenAI's word, in place; true where the server said it in one of its own. */
export function nameTier(answer: Json, tiers: HostFacts["tiers"]): boolean {
  const word = tiers.get(answer["service_tier"]);
  return word !== undefined && put(answer, "service_tier", word);
}

/**
 * A check of a server's answers: OpenAI's own, or one for which the words of the server's are as good as OpenAI's.
 * What is checked is left as it is.
 */
export function toleratingTiers<T>(validate: Validator<T>, host: string): Validator<unknown> {
  const { tiers } = hostFacts(host);
  if (tiers.size === 0) return validate;
  const tolerant = (value: unknown): value is unknown => {
    const word = isJson(value) ? tiers.get(value["service_tier"]) : undefined;
    const isFine = validate(word === undefined ? value : Object.assign({}, value, { service_tier: word }));
    check.errors = validate.errors ?? null;
    return isFine;
  };
  const check: typeof tolerant & { errors?: readonly ValidationError[] | null } = tolerant;
  return check;
}
