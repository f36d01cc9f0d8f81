import type { JsonObject } from "../../json.ts";
import type { ChatChoice, ChatChunk, ChatResponse, ChunkChoice } from "../types.ts";

/** A whole answer whose choices are changed one by one. */
export const withChoices = (answer: ChatResponse, change: (choice: ChatChoice) => JsonObject): JsonObject => ({
  ...answer,
  choices: answer.choices.map(change),
});

/** A chunk whose choices are changed one by one. */
export const withChunkChoices = (chunk: ChatChunk, change: (choice: ChunkChoice) => JsonObject): JsonObject => ({
  ...chunk,
  choices: chunk.choices.map(change),
});

/** Open models go by these names; what comes before a slash is whose they are, what comes after a colon the size. */
const families =
  /^(llama|qwen|qwq|gemma|mistral|mixtral|magistral|codestral|devstral|ministral|phi|deepseek|gpt-oss|granite|smollm|tinyllama|codellama|starcoder|command-r|yi|glm|kimi|minimax|nemotron|olmo|falcon|vicuna|nomic-embed|mxbai-embed|bge|snowflake-arctic-embed|text-embedding-nomic|all-minilm|e5|jina-embed)/i;

/** The last part of a model's name: `Qwen/Qwen3-8B` → `Qwen3-8B`. */
const baseName = (model: string): string => model.split("/").at(-1) ?? model;

/** Whether a name is that of an open model. */
export const isOpenModel = (model: string): boolean => families.test(baseName(model).replace(/^meta-/i, ""));

/** Whether a model makes vectors instead of texts. */
export const isEmbedder = (model: string): boolean => /embed|bge|minilm|^e5/i.test(baseName(model));

/** Whether a model thinks before it answers. */
export const isThinker = (model: string): boolean =>
  /qwen3|qwq|deepseek-(r1|v3\.[12]|v4)|gpt-oss|magistral|thinking|reasoning|glm-4\.[5-9]|kimi-k2/i.test(model);

/** Length of the vectors of open models. */
export const openDimensions = 768;
