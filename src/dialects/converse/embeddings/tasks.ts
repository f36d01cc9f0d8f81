import { GatewayError } from "../../../errors.ts";
import type { EmbeddingRequest } from "../../../operations/types.ts";
import type { EmbeddingForm } from "./forms.ts";
import type { CohereRequest } from "./types.ts";

type InputType = Exclude<CohereRequest["input_type"], "image">;
type Truncate = NonNullable<CohereRequest["truncate"]>;

/** Cohere's own words, and those of Voyage and NVIDIA. */
const byInputType: ReadonlyMap<string, InputType> = new Map<string, InputType>([
  ["search_query", "search_query"],
  ["search_document", "search_document"],
  ["classification", "classification"],
  ["clustering", "clustering"],
  ["query", "search_query"],
  ["document", "search_document"],
  ["passage", "search_document"],
]);

/** Google's words. */
const byTask: ReadonlyMap<string, InputType> = new Map<string, InputType>([
  ["retrieval_query", "search_query"],
  ["retrieval_document", "search_document"],
  ["semantic_similarity", "clustering"],
  ["classification", "classification"],
  ["clustering", "clustering"],
  ["question_answering", "search_query"],
  ["fact_verification", "search_query"],
  ["code_retrieval_query", "search_query"],
]);

/** The members that say what vectors are for, Cohere's own first. */
const members = { input_type: byInputType, task_type: byTask, taskType: byTask } as const;

/** Which member says what the vectors are for. */
export function taskNameIn(request: EmbeddingRequest): "input_type" | "task_type" | "taskType" | undefined {
  const names = ["input_type", "task_type", "taskType"] as const;
  return names.find((name) => request[name] != null && request[name] !== "");
}

/**
 * What the vectors are for, which Cohere must be told: texts to be found where the client does not say.
 * Fails: throws `invalid_value` for a word that has none of Cohere's.
 */
export function inputTypeOf(request: EmbeddingRequest): InputType {
  const name = taskNameIn(request);
  if (name === undefined) return "search_document";
  const word = request[name] ?? "";
  const words = members[name];
  return words.get(word.toLowerCase()) ?? unknownWord(name, word, [...words.keys()]);
}

/** The ends of a text that may be cut; later versions have other words for the same ends. */
const ends: ReadonlyMap<string, "none" | "start" | "end"> = new Map<string, "none" | "start" | "end">([
  ["NONE", "none"],
  ["START", "start"],
  ["LEFT", "start"],
  ["END", "end"],
  ["RIGHT", "end"],
]);

/**
 * Which end of a text that is too long may be cut. OpenAI would refuse it, so unless told otherwise it is refused.
 * Fails: throws `invalid_value` for another end than there is.
 */
export function truncationOf(request: EmbeddingRequest, form: EmbeddingForm): Truncate {
  const end = endOf(request);
  if (end === "none") return "NONE";
  if (form === "cohere-v4") return end === "start" ? "LEFT" : "RIGHT";
  return end === "start" ? "START" : "END";
}

function endOf({ auto_truncate, autoTruncate, truncate }: EmbeddingRequest): "none" | "start" | "end" {
  const said = auto_truncate ?? autoTruncate ?? (truncate === "" ? null : truncate);
  if (typeof said !== "string") return said === true ? "end" : "none";
  return ends.get(said.toUpperCase()) ?? unknownWord("truncate", said, [...ends.keys()]);
}

function unknownWord(param: string, word: string, known: readonly string[]): never {
  const list = known.map((one) => `'${one}'`).join(", ");
  throw new GatewayError("invalid_value", `Invalid value: '${word.slice(0, 100)}'. Supported values are: ${list}.`, {
    param,
  });
}
