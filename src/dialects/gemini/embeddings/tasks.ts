import { GatewayError } from "../../../errors.ts";
import type { EmbeddingRequest } from "../../../operations/types.ts";
import type { TaskType } from "./types.ts";

const tasks: readonly TaskType[] = [
  "RETRIEVAL_QUERY",
  "RETRIEVAL_DOCUMENT",
  "SEMANTIC_SIMILARITY",
  "CLASSIFICATION",
  "CLUSTERING",
  "QUESTION_ANSWERING",
  "FACT_VERIFICATION",
  "CODE_RETRIEVAL_QUERY",
];

/** What Cohere, Voyage and NVIDIA call the same things. */
const byInputType: ReadonlyMap<string, TaskType> = new Map([
  ["query", "RETRIEVAL_QUERY"],
  ["document", "RETRIEVAL_DOCUMENT"],
  ["passage", "RETRIEVAL_DOCUMENT"],
  ["search_query", "RETRIEVAL_QUERY"],
  ["search_document", "RETRIEVAL_DOCUMENT"],
  ["classification", "CLASSIFICATION"],
  ["clustering", "CLUSTERING"],
]);

/** The words of each member that says what vectors are for; Google's own members come before those of others. */
const wordsOf: Readonly<Record<"task_type" | "taskType" | "input_type", ReadonlyMap<string, TaskType>>> = {
  task_type: new Map(tasks.map((task) => [task.toLowerCase(), task])),
  taskType: new Map(tasks.map((task) => [task.toLowerCase(), task])),
  input_type: byInputType,
};

/** Which member says what the vectors are for. */
export function taskNameIn(request: EmbeddingRequest): keyof typeof wordsOf | undefined {
  return (["task_type", "taskType", "input_type"] as const).find(
    (name) => request[name] != null && request[name] !== "",
  );
}

/**
 * What the vectors are for, in Google's words; undefined where the client does not say.
 * Fails: throws `invalid_value` for a word that has none of Google's.
 */
export function taskOf(request: EmbeddingRequest): TaskType | undefined {
  const name = taskNameIn(request);
  if (name === undefined) return undefined;
  const word = request[name] ?? "";
  const found = wordsOf[name].get(word.toLowerCase());
  return found ?? unknownWord(name, word, name === "input_type" ? [...byInputType.keys()] : tasks);
}

/**
 * Whether a text that is too long may be cut. OpenAI would refuse it, so unless told otherwise it is refused.
 * Fails: throws `invalid_value` for another end than Google cuts at.
 */
export function truncates({ auto_truncate, autoTruncate, truncate }: EmbeddingRequest): boolean {
  const said = auto_truncate ?? autoTruncate;
  if (said != null) return said;
  if (typeof truncate !== "string" || truncate === "") return truncate === true;
  if (truncate === "END" || truncate === "NONE") return truncate === "END";
  return unknownWord("truncate", truncate, ["END", "NONE"]);
}

function unknownWord(param: string, word: string, known: readonly string[]): never {
  const list = known.map((one) => `'${one}'`).join(", ");
  throw new GatewayError("invalid_value", `Invalid value: '${word.slice(0, 100)}'. Supported values are: ${list}.`, {
    param,
  });
}
