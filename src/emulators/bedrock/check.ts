import { callRules } from "./check-calls.ts";
import { mediaRules } from "./check-media.ts";
import { messageRules } from "./check-messages.ts";
import { settingRules } from "./check-settings.ts";
import { toolRules } from "./check-tools.ts";
import { invalid, type Refusal } from "./refusals.ts";
import { type Checked, first, type Rule } from "./rule.ts";

const rules: readonly Rule[] = [...messageRules, ...toolRules, ...callRules, ...mediaRules, ...settingRules];

/** The refusal of a request that has the right shape but breaks a rule of Converse. The first broken rule speaks. */
export function checkConverse(checked: Checked): Refusal | undefined {
  const said = first(rules, (rule) => rule(checked));
  return typeof said === "string" ? invalid(said) : said;
}
