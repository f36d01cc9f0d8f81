import { bound, missing, type Refused, wrongType } from "./_schema.ts";

const input = "A ripe pear";

const empty = (name: string, input: unknown, param: string): Refused => ({
  name,
  request: { input },
  param,
  code: "empty_string",
  message: `Invalid '${param}': empty string. Expected a string with minimum length 1, but got an empty string instead.`,
});

const emptyList = (name: string, input: unknown, param: string): Refused => ({
  name,
  request: { input },
  param,
  code: "empty_array",
  message: `Invalid '${param}': empty array. Expected an array with minimum length 1, but got an empty array instead.`,
});

const item = (name: string, input: unknown, param: string, got: string): Refused =>
  wrongType(name, { input }, param, "one of a string, integer, or array of integers", got);

/** @see reference: openai-surface §§3, 6 */
export const embeddingRefusals: readonly Refused[] = [
  missing("no input", {}, "input"),
  wrongType("input of null", { input: null }, "input", "one of a string or array", "null"),
  wrongType("input as a number", { input: 5 }, "input", "one of a string or array", "an integer"),
  wrongType("input as an object", { input: { text: input } }, "input", "one of a string or array", "an object"),
  wrongType("input of true", { input: true }, "input", "one of a string or array", "a boolean"),
  empty("an empty text", "", "input"),
  empty("an empty text in a list", [input, input, input, ""], "input[3]"),
  emptyList("an empty list", [], "input"),
  emptyList("an empty list of tokens", [[1, 2], []], "input[1]"),
  item("a null in a list", [input, null], "input[1]", "null"),
  item("an object in a list", [{ text: input }], "input[0]", "an object"),
  item("half a token", [1, 1.5], "input[1]", "a decimal number"),
  wrongType("a text among tokens", { input: [[1, "a"]] }, "input[0][1]", "an integer", "a string"),
  wrongType("a token among texts", { input: [input, 5] }, "input[1]", "a string", "an integer"),
  wrongType("a text behind a token", { input: [5, input] }, "input[1]", "an integer", "a string"),
  wrongType("a list among texts", { input: [input, input, [5]] }, "input[2]", "a string", "an array"),
  wrongType("a text behind a list", { input: [[5], input] }, "input[1]", "an array of integers", "a string"),
  {
    name: "2049 texts",
    request: { input: Array(2049).fill("a") },
    param: "input",
    code: "array_above_max_length",
    message:
      "Invalid 'input': array too long. Expected an array with maximum length 2048, but got an array with length 2049 instead.",
  },
  {
    name: "a token that the vocabulary does not have",
    request: { input: [[9906], [1, 200_000]] },
    param: "input[1][1]",
    code: "invalid_value",
    message: "Invalid value for 'input[1][1]': 200000 is no token of cl100k_base.",
  },
  {
    name: "an unknown format",
    request: { input, encoding_format: "int8" },
    param: "encoding_format",
    code: "invalid_value",
    message: "Invalid value: 'int8'. Supported values are: 'float', 'base64'.",
  },
  {
    name: "an unknown task",
    request: { input, task_type: "BAKING" },
    param: "task_type",
    code: "invalid_value",
    message:
      "Invalid value: 'BAKING'. Supported values are: 'RETRIEVAL_QUERY', 'RETRIEVAL_DOCUMENT', 'SEMANTIC_SIMILARITY', 'CLASSIFICATION', 'CLUSTERING', 'QUESTION_ANSWERING', 'FACT_VERIFICATION', 'CODE_RETRIEVAL_QUERY'.",
  },
  wrongType("encoding_format as a number", { input, encoding_format: 5 }, "encoding_format", "a string", "an integer"),
  wrongType("dimensions as a text", { input, dimensions: "8" }, "dimensions", "an integer", "a string"),
  wrongType("dimensions of 1.5", { input, dimensions: 1.5 }, "dimensions", "an integer", "a decimal number"),
  wrongType("user as a number", { input, user: 5 }, "user", "a string", "an integer"),
  bound("dimensions of 0", { input, dimensions: 0 }, "dimensions", "integer", ["below minimum", ">=", 1], 0),
  bound("dimensions of -1", { input, dimensions: -1 }, "dimensions", "integer", ["below minimum", ">=", 1], -1),
];
