import { callRules } from "./check-calls.ts";
import { configRules } from "./check-config.ts";
import { contentRules } from "./check-contents.ts";
import { toolRules } from "./check-tools.ts";
import { wireViolations } from "./check-wire.ts";
import type { Family } from "./families.ts";
import { badRequest, invalidArgument, type Refusal } from "./refusals.ts";
import type { Rule } from "./rule.ts";
import type { GenerateContentRequest } from "./types.ts";

const rules: readonly Rule[] = [...contentRules, ...callRules, ...toolRules, ...configRules];

/** The refusal of a request that has the right shape but breaks a rule. The first broken rule speaks. */
export function checkRequest(request: GenerateContentRequest, family: Family): Refusal | undefined {
  const violations = wireViolations(request, family);
  if (violations.length > 0) return badRequest(violations);
  for (const rule of rules) {
    const text = rule({ request, family });
    if (text !== undefined) return invalidArgument(text);
  }
  return undefined;
}
