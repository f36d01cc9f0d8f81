import type { Facts } from "../dialect.ts";
import { hostFacts } from "./hosts.ts";

/** The effort with which OpenAI's own thinking models think least, by family; first match wins. */
const families: readonly (readonly [RegExp, "none" | "minimal" | "low" | undefined])[] = [
  // They know one effort, or none to speak of.
  [/^(?:o1-(?:mini|preview)|gpt-5.*-(?:chat|pro))/, undefined],
  [/^o\d|^gpt-5.*-codex/, "low"],
  [/^gpt-5\.\d/, "none"],
  [/^gpt-5/, "minimal"],
];

/** Places that have OpenAI's own models. */
const atOpenAI: ReadonlySet<string> = new Set(["openai", "azure"]);

/** The least effort of a model; undefined where it does not think, or where a server of another kind has it. */
export function leastEffort(facts: Facts): "none" | "minimal" | "low" | undefined {
  if (!atOpenAI.has(facts.host)) return undefined;
  return families.find(([family]) => family.test(modelOf(facts)))?.[1];
}

/** Whether it is a thinking model, which refuses `max_tokens`, at a place whose names for models clients do not know. */
export function wantsNewerLimit(facts: Facts): boolean {
  return hostFacts(facts.host).renamesLimit && /^(?:o\d|gpt-5(?!.*-chat))/.test(modelOf(facts));
}

/** A deployment is called as its owner likes. */
const modelOf = ({ family, upstreamModel }: Facts): string => family ?? upstreamModel;
