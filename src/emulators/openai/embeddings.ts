import type { JsonObject } from "../json.ts";
import { type Prompt, plainPrompt } from "../prompt.ts";
import type { Answer } from "../script.ts";
import { countTokens } from "../text.ts";
import { vectorOf } from "../vectors.ts";
import type { Mistake } from "./mistake.ts";
import type { EmbeddingForm, Personality } from "./personality.ts";
import type { Quirks } from "./quirks.ts";

/** A request for vectors, read. */
export interface EmbeddingRequest {
  readonly model: string;
  /** Texts, or how many tokens each input has. */
  readonly inputs: readonly (string | number)[];
  readonly dimensions: number | undefined;
  readonly base64: boolean;
}

const usualForm: EmbeddingForm = {
  members: new Set(["model", "input", "dimensions", "encoding_format", "user"]),
  dimensions: "dimensions",
  tokens: true,
};

/** Reads a request for vectors, or tells what is wrong with it. */
export function readEmbeddings(
  body: JsonObject,
  model: string,
  strict: boolean,
  form: EmbeddingForm = usualForm,
): EmbeddingRequest | Mistake {
  const { input, encoding_format: format, [form.dimensions]: dimensions } = body;
  const stranger = Object.keys(body).find((name) => !form.members.has(name));
  if (strict && stranger !== undefined) return mistake("unknown", stranger, body[stranger]);
  const inputs = readInputs(input, form);
  if ("keyword" in inputs) return inputs;
  if (dimensions != null && !Number.isInteger(dimensions))
    return { ...mistake("type", "dimensions", dimensions), types: ["integer"] };
  if (typeof dimensions === "number" && dimensions < 1)
    return { ...mistake("minimum", "dimensions", dimensions), limit: 1 };
  if (format != null && format !== "float" && format !== "base64")
    return { ...mistake("enum", "encoding_format", format), words: ["float", "base64"] };
  return {
    model,
    inputs,
    dimensions: typeof dimensions === "number" ? dimensions : undefined,
    base64: format === "base64",
  };
}

const mistake = (keyword: string, name: string, value: unknown): Mistake => ({
  keyword,
  path: [name],
  value,
  types: [],
  words: [],
  limit: 0,
});

function readInputs(
  input: unknown,
  { tokens, maxInputs = 2048 }: EmbeddingForm,
): readonly (string | number)[] | Mistake {
  if (input === undefined || input === null) return mistake("required", "input", input);
  const wrong = { ...mistake("type", "input", input), types: ["string", "array"] };
  if (typeof input === "string") return input === "" ? mistake("minLength", "input", input) : [input];
  if (!Array.isArray(input)) return wrong;
  const list: readonly unknown[] = input;
  if (list.length === 0) return mistake("minItems", "input", input);
  if (!tokens && list.some((one) => typeof one !== "string")) return { ...wrong, types: ["string"] };
  if (list.every((one) => typeof one === "number")) return [list.length];
  if (list.length > maxInputs) return { ...mistake("maxItems", "input", input), limit: maxInputs };
  const read = list.map((one) => (Array.isArray(one) ? one.length : typeof one === "string" ? one : undefined));
  const at = read.findIndex((one) => one === undefined || one === "" || one === 0);
  if (at === -1) return read.flatMap((one) => one ?? []);
  const keyword = read[at] === undefined ? "type" : read[at] === "" ? "minLength" : "minItems";
  return { ...mistake(keyword, "input", list[at]), path: ["input", String(at)], types: ["string"] };
}

/** What rules look at: the last text. */
export function embeddingPrompt({ model, inputs }: EmbeddingRequest): Prompt {
  return plainPrompt(model, inputs.map((one) => (typeof one === "string" ? one : "")).join(" "));
}

/** The answer with its vectors. Equal texts have equal vectors, in any server. */
export function embeddingAnswer(
  request: EmbeddingRequest,
  answer: Answer,
  personality: Personality,
  quirks: Quirks,
): JsonObject {
  const { model, inputs, dimensions, base64 } = request;
  const native = personality.embeddings.dimensions(model) ?? 0;
  // Servers that do not refuse a longer one give what there is.
  const length = Math.min(dimensions ?? native, native);
  const estimate = inputs.reduce<number>((total, one) => total + (typeof one === "string" ? countTokens(one) : one), 0);
  const tokens = answer.usage?.input ?? estimate;
  const asked = base64 && personality.embeddings.base64;
  const packed = quirks.has("packed_vectors") || (asked && !quirks.has("plain_vectors"));
  const data = inputs.map((input, index) => {
    const vector = vectorOf(String(input), length);
    const embedding = packed ? Buffer.from(vector.buffer).toString("base64") : [...vector];
    return { object: "embedding", ...(!quirks.has("no_index") && { index }), embedding };
  });
  return {
    ...(!quirks.has("no_head") && { object: "list" }),
    data: quirks.has("shuffled") ? data.toReversed() : data,
    ...(!quirks.has("no_head") && { model: answer.model_version ?? personality.models.answersAs(model) }),
    ...(!quirks.has("no_usage") && { usage: { prompt_tokens: tokens, total_tokens: tokens } }),
  };
}
