import { callRules } from "./check-calls.ts";
import { configRules } from "./check-config.ts";
import { contentRules } from "./check-contents.ts";
import { toolRules } from "./check-tools.ts";
import { wireViolations } from "./check-wire.ts";
import { badRequest, invalidArgument, type Refusal } from "./refusals.ts";
import type { Checked, Rule } from "./rule.ts";

const rules: readonly Rule[] = [...contentRules, ...callRules, ...toolRules, ...configRules];

/** The refusal of a request that has the right shape but breaks a rule. The first broken rule speaks. */
export function checkRequest(checked: Checked): Refusal | undefined {
  const violations = wireViolations(checked);
  if (violations.length > 0) return badRequest(violations);
  for (const rule of rules) {
    const text = rule(checked);
    if (text !== undefined) return invalidArgument(checked.surface.phrase(text));
  }
  return undefined;
}
