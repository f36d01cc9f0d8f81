import { blocksOf, type Checked, eachBlock, type PlacedBlock, type Rule } from "./rule.ts";
import { judge, type Prefix, prefixOf } from "./signature.ts";
import { texts } from "./texts.ts";

const bindingBeta = "thinking-binding-controls-2026-08-01";

/** Rules about thinking, how it is set and how it comes back. */
export const thinkingRules: readonly Rule[] = [
  ({ request: { thinking }, betas }) =>
    bindingOf(thinking) !== undefined && !betas.has(bindingBeta)
      ? texts.unknown(`thinking.${thinking?.type}.block_binding`)
      : undefined,
  wrongMode,
  ({ request: { thinking, max_tokens } }) =>
    thinking?.type === "enabled" && max_tokens !== undefined && thinking.budget_tokens >= max_tokens
      ? texts.budget()
      : undefined,
  wrongEffort,
  missingThought,
  eachBlock(wrongBlock),
];

type Thinking = Checked["request"]["thinking"];

const bindingOf = (thinking: Thinking) =>
  thinking !== undefined && "block_binding" in thinking ? (thinking.block_binding ?? undefined) : undefined;

function wrongMode({ request: { thinking }, family, model }: Checked): string | undefined {
  const { modes, off } = family.thinking;
  if (thinking === undefined) return undefined;
  if (thinking.type === "disabled") return off === "never" ? texts.noMode("disabled") : undefined;
  if (modes.includes(thinking.type)) return undefined;
  if (modes.length === 0) return texts.noThinking(model);
  if (thinking.type === "enabled") return texts.noEnabled();
  return thinking.type === "adaptive" ? texts.noAdaptive() : texts.noMode(thinking.type);
}

function wrongEffort({ request: { thinking, output_config }, family }: Checked): string | undefined {
  const effort = output_config?.effort;
  if (effort == null) return undefined;
  if (family.efforts.length === 0) return texts.noEffort();
  if (!family.efforts.includes(effort)) return texts.effortLevel(effort, family.efforts);
  if (effort !== "xhigh" && effort !== "max") return undefined;
  if (thinking?.type === "between_tools") return texts.effortBetween(effort);
  return thinking?.type === "disabled" && family.thinking.off === "upToHigh" ? texts.effortOff(effort) : undefined;
}

/** With a budget the assistant's last message begins with its thinking, while calls are open or it is to be gone on with. */
function missingThought({ request: { messages, thinking } }: Checked): string | undefined {
  if (thinking?.type !== "enabled") return undefined;
  const index = messages.findLastIndex(({ role }) => role === "assistant");
  const message = messages[index];
  if (message === undefined) return undefined;
  const behind = messages.slice(index + 1).flatMap(blocksOf);
  const isOpen = behind.length === 0 || behind.some(({ type }) => type === "tool_result");
  const opening = blocksOf(message)[0]?.type ?? "text";
  const sound = opening === "thinking" || opening === "redacted_thinking";
  return isOpen && !sound ? texts.noThought(index, opening) : undefined;
}

function wrongBlock({ block, index, path }: PlacedBlock, checked: Checked): string | undefined {
  if (block.type !== "thinking" && block.type !== "redacted_thinking") return undefined;
  const { request, model, scripted } = checked;
  const carried = block.type === "thinking" ? block.signature : block.data;
  if (scripted.has(carried)) return undefined;
  const verdict = judge(block, model, isBound(checked) ? prefixOf(request, index) : undefined);
  switch (verdict) {
    case "sound":
      return undefined;
    case "foreign":
      return texts.wrongSignature(path, block.type);
    case "altered": {
      const isLatest = index === request.messages.findLastIndex(({ role }) => role === "assistant");
      return isLatest ? texts.alteredThought(path) : texts.wrongSignature(path, block.type);
    }
    default:
      return texts.boundThought(path, block.type, changes[verdict]);
  }
}

const changes: Readonly<Record<keyof Prefix, string>> = {
  system: "The `system` prompt differs",
  tools: "The `tools` differ",
  messages: "The earlier `messages` differ",
};

/** Whether thinking only holds behind the conversation it was made in, and is not to be dropped otherwise. */
function isBound({ request, family, olderAccount }: Checked): boolean {
  const control = bindingOf(request.thinking);
  if (!family.thinking.bound || (olderAccount && control === undefined)) return false;
  return (control?.prefix_mismatch_behavior ?? control?.mismatch_behavior) !== "drop_block";
}
