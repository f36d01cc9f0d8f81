import type { Change } from "../../operations/types.ts";
import type { HostFacts } from "./hosts.ts";
import { isJson, type Json } from "./json.ts";

/** The nearest word a server knows, in OpenAI's member and in OpenRouter's; in place of a body of its own. */
export function clampEffort(body: Json, { efforts }: HostFacts): readonly Change[] {
  if (efforts === undefined) return [];
  const changes: Change[] = [];
  const effort = nearestEffort(body["reasoning_effort"], efforts);
  if (effort !== body["reasoning_effort"]) {
    body["reasoning_effort"] = effort;
    changes.push({ verb: "clamped", path: "reasoning_effort" });
  }
  const { reasoning } = body;
  if (!isJson(reasoning)) return changes;
  const nested = nearestEffort(reasoning["effort"], efforts);
  if (nested === reasoning["effort"]) return changes;
  body["reasoning"] = { ...reasoning, effort: nested };
  return [...changes, { verb: "clamped", path: "reasoning.effort" }];
}

/** All words there are, from the least to the most. */
const scale = ["none", "minimal", "low", "medium", "high", "xhigh", "max"];

/** Of two that are as near the higher one; a word that nobody knows is much. */
function nearestEffort(effort: unknown, efforts: readonly string[]): unknown {
  if (typeof effort !== "string" || efforts.includes(effort)) return effort;
  const at = scale.indexOf(effort);
  const wanted = at < 0 ? scale.length : at;
  const distance = (word: string): number => Math.abs(scale.indexOf(word) - wanted);
  return efforts.toReversed().reduce((best, word) => (distance(word) < distance(best) ? word : best));
}
