import type { Row } from "./alteration.ts";

const gemini = "src/dialects/gemini/embeddings";
const openai = "src/dialects/openai/embeddings";
const batches = "src/operations/embeddings/batches.ts";

/** Lines of the way from texts to vectors and back, taken out or turned around. */
export const embeddingRows: readonly Row[] = [
  ["the model's own name is not sent", `${openai}/request.ts`, ", model: facts.upstreamModel };", " };"],
  [
    "what a server lacks is sent",
    `${openai}/request.ts`,
    "for (const name in body) if (lacks.embeddings.has(name)) delete body[name];",
    "void lacks;",
  ],
  ["what a server lacks goes unmentioned", `${openai}/index.ts`, 'lacking: lackingAt("embeddings"),', ""],
  ["numbers are read for nothing", `${openai}/index.ts`, "parse: peel,", ""],
  [
    "the order is as it came",
    `${openai}/response.ts`,
    "Object.keys(ordered).length === count ? ordered : items",
    "items",
  ],
  ["indexes are as they came", `${openai}/response.ts`, 'mended = put(item, "index", at) || mended;', ""],
  ["base64 stays base64", `${openai}/response.ts`, 'format === "float" && typeof', 'format === "flat" && typeof'],
  ["numbers stay numbers", `${openai}/response.ts`, 'if (format === "base64") {', 'if (format === "base32") {'],
  ["numbers left as text are lost", `${openai}/response.ts`, "list === undefined ? [] : [{ item, list }]", "[]"],
  ["an answer of too few vectors is one", `${openai}/response.ts`, "if (items.length !== count) return undefined;", ""],
  ["an error inside a 200 is an answer", `${openai}/response.ts`, "if (failure !== undefined) return failure;", ""],
  ["estimates are not told", `${openai}/response.ts`, '[{ verb: "estimated", path: "usage" }]', "[]"],
  ["the model is named as it names itself", `${openai}/response.ts`, "facts.responseModel ?? (", "("],
  [
    "any list is left as text",
    `${openai}/lists.ts`,
    "if (end < 0 || !numbers.test(list)) return JSON.parse(text);",
    "",
  ],
  ["one call fits all", `${gemini}/forms.ts`, 'host === developerApi ? "batchEmbedContents" : ', ""],
  ["a call takes many texts", `${gemini}/forms.ts`, "const one = { maxInputs: 1,", "const one = { maxInputs: 2,"],
  ["tokens of a call are not bounded", `${gemini}/forms.ts`, 'form === "predict" ? 20_000 : Infinity', "Infinity"],
  ["a batch names no model", `${gemini}/request.ts`, "{ model, content:", "{ content:"],
  ["the task is not sent", `${gemini}/request.ts`, "...(tasks && taskType !== undefined && { taskType }),", ""],
  [
    "models are told tasks they read in the text",
    `${gemini}/request.ts`,
    "...(tasks && taskType !==",
    "...(taskType !==",
  ],
  ["titles go with any task", `${gemini}/request.ts`, 'taskType === "RETRIEVAL_DOCUMENT" && ', ""],
  [
    "dimensions are not sent",
    `${gemini}/request.ts`,
    "...(dimensions != null && { outputDimensionality: dimensions }),",
    "",
  ],
  [
    "texts are cut unless told otherwise",
    `${gemini}/tasks.ts`,
    "return truncate === true;",
    "return truncate !== false;",
  ],
  ["a client's word on cutting is not heard", `${gemini}/tasks.ts`, "if (said != null) return said;", ""],
  [
    "shortened vectors are not brought to length one",
    `${gemini}/response.ts`,
    "isShortened ? toUnitLength(values) : values",
    "values",
  ],
  [
    "all vectors are brought to length one",
    `${gemini}/response.ts`,
    "isShortened ? toUnitLength(values) : values",
    "toUnitLength(values)",
  ],
  ["nothing is packed", `${gemini}/response.ts`, "isPacked ? packVector(vector) : [...vector]", "[...vector]"],
  [
    "cut texts go unmentioned",
    `${gemini}/response.ts`,
    'truncated ? [{ verb: "truncated"',
    'truncated && isList ? [{ verb: "clamped"',
  ],
  [
    "estimates of Google's counts are not told",
    `${gemini}/response.ts`,
    '[...cut, { verb: "estimated", path: "usage" }]',
    "[...cut]",
  ],
  [
    "fewer vectors than texts are enough",
    `${gemini}/response.ts`,
    "read.vectors.length !== texts.length",
    "read.vectors.length > texts.length",
  ],
  [
    "a text that is too long is any mistake",
    `${gemini}/errors.ts`,
    'if (error.errorName === "context_length_exceeded") {',
    'if (error.errorName === "request_too_large") {',
  ],
  ["the lowest byte comes last", "src/dialects/vectors.ts", "bytes.writeFloatLE(", "bytes.writeFloatBE("],
  ["batches are too long", batches, "last.length >= maxInputs", "last.length > maxInputs"],
  ["batches have too many tokens", batches, " || tokens + more > maxTokens", ""],
  ["batches forget where they begin", batches, "firstIndex += batch.length;", "firstIndex += 1;"],
  ["vectors of different models are one answer", batches, ".size > 1)", ".size > 2)"],
];
