import type { Facts } from "../dialect.ts";

/** The effort with which OpenAI's own thinking models think least, by family; first match wins. */
const families: readonly (readonly [RegExp, "none" | "minimal" | "low" | undefined])[] = [
  // They know one effort, or none to speak of.
  [/^(?:o1-(?:mini|preview)|gpt-5.*-(?:chat|pro))/, undefined],
  [/^o\d|^gpt-5.*-codex/, "low"],
  [/^gpt-5\.\d/, "none"],
  [/^gpt-5/, "minimal"],
];

/** The least effort of a model; undefined where it does not think, or where a server of another kind has it. */
export function leastEffort({ host, upstreamModel }: Facts): "none" | "minimal" | "low" | undefined {
  if (host !== "openai") return undefined;
  return families.find(([family]) => family.test(upstreamModel))?.[1];
}
