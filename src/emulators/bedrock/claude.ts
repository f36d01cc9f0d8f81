import { validateBedrockMessageRequest } from "../../../generated/validators/anthropic.closed.mjs";
import { checkBetas, checkVersion, isNewer } from "../anthropic/auth.ts";
import { checkRequest } from "../anthropic/check.ts";
import { familyOf } from "../anthropic/families.ts";
import { readAs } from "../anthropic/read.ts";
import type { Checked } from "../anthropic/rule.ts";
import { bedrockSurface } from "../anthropic/surface.ts";
import { texts } from "../anthropic/texts.ts";
import type { MessageRequest } from "../anthropic/types.ts";
import type { Script } from "../script.ts";

/** A request that Claude takes, or what Claude says against it. */
export type Opened = { readonly checked: Checked } | { readonly wrong: string };

/** Reads a request in Claude's own form, and holds it against Claude's rules. */
export function openClaude(body: unknown, model: string, stream: boolean, script: Script): Opened {
  const read = readAs(body, validateBedrockMessageRequest);
  if ("wrong" in read) return read;
  const { anthropic_version: version, anthropic_beta: betas = [], user_profile_id: _profile, ...rest } = read.request;
  const early = checkVersion(version, bedrockSurface) ?? checkBetas(betas, bedrockSurface);
  if (early !== undefined) return { wrong: early.message };
  const checked: Checked = {
    request: { ...rest, model, stream },
    family: familyOf(model),
    model,
    surface: bedrockSurface,
    betas: new Set(betas),
    newerVersion: isNewer(version),
    scripted: new Set(script.answers.flatMap(({ signature = "" }) => (signature === "" ? [] : [signature]))),
    olderAccount: script.server?.includes("older") === true,
  };
  const refused = notOnBedrock(checked.request) ?? checkRequest(checked)?.message;
  return refused === undefined ? { checked } : { wrong: refused };
}

const longestName = 64;

/** What Anthropic's own API takes and Bedrock does not. */
function notOnBedrock({ tools = [], tool_choice: choice, thinking }: MessageRequest): string | undefined {
  if (choice !== undefined && "disable_parallel_tool_use" in choice) {
    return texts.unknown(`tool_choice.${choice.type}.disable_parallel_tool_use`);
  }
  const eager = tools.findIndex((tool) => "eager_input_streaming" in tool);
  if (eager >= 0) return texts.unknown(`tools.${eager}.custom.eager_input_streaming`);
  const long = tools.findIndex((tool) => "name" in tool && tool.name.length > longestName);
  if (long >= 0) return texts.longText(`tools.${long}.custom.name`, longestName);
  const binding = thinking !== undefined && "block_binding" in thinking ? thinking.block_binding : undefined;
  return binding?.prefix_mismatch_behavior === undefined
    ? undefined
    : texts.unknown(`thinking.${thinking?.type}.block_binding.prefix_mismatch_behavior`);
}
