import type { Prompt } from "./prompt.ts";
import type { Answer, Script } from "./script.ts";

/** Picks the answer of a script for each request and counts what is used up. */
export interface Rules {
  /** The first answer that fits and is not used up. */
  pick(prompt: Prompt): Answer | undefined;
}

/** Makes fresh counters for a script. */
export function createRules(script: Script): Rules {
  const used = new Map<Answer, number>();
  return {
    pick(prompt) {
      const answer = script.answers.find((one) => (used.get(one) ?? 0) < (one.times ?? Infinity) && fits(one, prompt));
      if (answer !== undefined) used.set(answer, (used.get(answer) ?? 0) + 1);
      return answer;
    },
  };
}

function fits({ when }: Answer, prompt: Prompt): boolean {
  if (when === undefined) return true;
  const same = (wanted: boolean | undefined, actual: boolean): boolean => wanted === undefined || wanted === actual;
  return (
    (when.model === undefined || matchesName(when.model, prompt.model)) &&
    (when.says === undefined || prompt.says.toLowerCase().includes(when.says.toLowerCase())) &&
    same(when.stream, prompt.stream) &&
    same(when.tool_result, prompt.results.length > 0) &&
    same(when.tools, prompt.hasFunctions) &&
    same(when.json, prompt.json)
  );
}

/** A name against a pattern in which `*` stands for any text. */
function matchesName(pattern: string, name: string): boolean {
  const source = pattern.split("*").map((piece) => piece.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${source.join(".*")}$`).test(name);
}
