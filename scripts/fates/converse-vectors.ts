import type { Row } from "./alteration.ts";

const dialect = "src/dialects/converse";

/** Lines of the translators of vectors by Titan and Cohere, taken out or turned around. */
export const converseVectorRows: readonly Row[] = [
  [
    "texts have no use of their own",
    `${dialect}/embeddings/tasks.ts`,
    'if (name === undefined) return "search_document";',
    'if (name === undefined) return "search_query";',
  ],
  ["uses are read as they are written", `${dialect}/embeddings/tasks.ts`, "word.toLowerCase()", "word"],
  [
    "an empty use is one",
    `${dialect}/embeddings/tasks.ts`,
    'request[name] != null && request[name] !== ""',
    "request[name] != null",
  ],
  [
    "Cohere's own member counts less",
    `${dialect}/embeddings/tasks.ts`,
    'const names = ["input_type", "task_type", "taskType"] as const;',
    'const names = ["taskType", "task_type", "input_type"] as const;',
  ],
  [
    "later versions have the older words",
    `${dialect}/embeddings/tasks.ts`,
    'if (form === "cohere-v4") return',
    'if (form === "titan-v1") return',
  ],
  ["an empty end is one", `${dialect}/embeddings/tasks.ts`, 'truncate === "" ? null : truncate', "truncate"],
  ["to cut means nothing", `${dialect}/embeddings/tasks.ts`, 'said === true ? "end" : "none"', '"none"'],
  ["ends are read as they are written", `${dialect}/embeddings/tasks.ts`, "said.toUpperCase()", "said"],
  [
    "any length is taken",
    `${dialect}/embeddings/request.ts`,
    "if (found !== undefined) return found;",
    "return lengths[0];",
  ],
  [
    "vectors are never packed",
    `${dialect}/embeddings/request.ts`,
    'request.encoding_format === "base64"',
    'request.encoding_format === "float"',
  ],
  ["a vector may lack", `${dialect}/embeddings/response.ts`, " || read.vectors.length !== texts.length", ""],
  [
    "vectors may be empty",
    `${dialect}/embeddings/response.ts`,
    "if (read.vectors.some((vector) => vector.length === 0)) return unusable();",
    "",
  ],
  ["headers count nothing", `${dialect}/embeddings/response.ts`, "read.tokens ?? countIn(headers)", "read.tokens"],
  ["estimates go unmentioned", `${dialect}/embeddings/response.ts`, "tokens === undefined ? estimated : []", "[]"],
  ["lists of lists alone are vectors", `${dialect}/embeddings/response.ts`, "(embeddings?.float ?? [])", "[]"],
  [
    "headers may say anything",
    `${dialect}/embeddings/response.ts`,
    'typeof said === "string" && /^\\d+$/.test(said)',
    'typeof said === "string"',
  ],
  [
    "vectors have their place in messages",
    `${dialect}/embeddings/errors.ts`,
    "toConverseError(failure, requested, () => undefined)",
    "toConverseError(failure, requested)",
  ],
  [
    "texts that are too long are messages",
    `${dialect}/embeddings/errors.ts`,
    'return error.with({ param: "input", message });',
    "return error;",
  ],
  [
    "bad requests name no member",
    `${dialect}/embeddings/errors.ts`,
    "about === undefined ? error : error.with({ param: about, message: error.message })",
    "error",
  ],
  [
    "Titan reads many texts",
    `${dialect}/embeddings/forms.ts`,
    "{ maxInputs: 1, isSized: true, tasks: false }",
    "{ maxInputs: 96, isSized: true, tasks: false }",
  ],
  [
    "families that are told make no vectors",
    `${dialect}/embeddings/forms.ts`,
    "embedderOf(family ?? upstreamModel)",
    "embedderOf(upstreamModel)",
  ],
  [
    "models in capitals make no vectors",
    `${dialect}/embeddings/forms.ts`,
    "upstreamModel.toLowerCase()",
    "upstreamModel",
  ],
];
