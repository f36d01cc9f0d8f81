import { callRules } from "./check-calls.ts";
import { mediaRules } from "./check-media.ts";
import { messageRules } from "./check-messages.ts";
import { settingRules } from "./check-settings.ts";
import { structureRules } from "./check-structure.ts";
import { thinkingRules } from "./check-thinking.ts";
import { toolRules } from "./check-tools.ts";
import { badRequest, fromGoogle, type Refusal } from "./refusals.ts";
import type { Checked, Rule } from "./rule.ts";
import { texts } from "./texts.ts";

const rules: readonly Rule[] = [
  ...[...settingRules, ...toolRules, ...structureRules],
  ...[...messageRules, ...mediaRules, ...callRules, ...thinkingRules],
];

/** The refusal of a request that has the right shape but breaks a rule. The first broken rule speaks. */
export function checkRequest(checked: Checked): Refusal | undefined {
  if (!checked.surface.structured && usesStructure(checked)) {
    return fromGoogle(400, texts.structureOff(), "FAILED_PRECONDITION");
  }
  for (const rule of rules) {
    const text = rule(checked);
    if (text !== undefined) return badRequest(text);
  }
  return undefined;
}

const usesStructure = ({ request: { output_config, tools = [] } }: Checked): boolean =>
  output_config?.format != null || tools.some((tool) => "strict" in tool && tool.strict === true);
