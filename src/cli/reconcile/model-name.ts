/** Hosts and makers that stand before the names of models. */
const prefixes =
  /^(?:(?:us|eu|apac|global|jp|au|ca|us-gov)\.)?(?:(?:anthropic|amazon|meta|mistral|cohere|deepseek|openai|qwen|ai21|google)\.)?/;

/** What stands behind them: Amazon's versions, days, and numbers of versions. */
const suffixes = /(?:-v\d+(?::\d+)?|[-@](?:\d{8}|\d{4}-\d{2}-\d{2}|\d{3,4}|latest|default))$/;

/**
 * The name that a model has in a bill and on the ledger alike, whoever wrote it: `us.anthropic.claude-sonnet-4-5-20250929-v1:0`,
 * `claude-sonnet-4-5@20250929` and `Claude 4.5 Sonnet` are one.
 */
export function modelKey(name: string): string {
  const last = name.trim().toLowerCase().split("/").at(-1) ?? "";
  let plain = last.replace(prefixes, "");
  for (let before = ""; before !== plain; ) {
    before = plain;
    plain = plain.replace(suffixes, "");
  }
  const words = plain.split(/[^a-z0-9]+/).filter((word) => word !== "");
  const isNumber = (word: string): boolean => /^\d+$/.test(word);
  // Some write the number before the kind, some behind it.
  return [...words.filter((word) => !isNumber(word)), ...words.filter(isNumber)].join("-");
}

const family =
  /\b(?:gemini|claude|gemma|llama|mistral|codestral|ministral|magistral|nova|titan|deepseek|qwen|gpt|jamba|command|imagen|veo)\b/;

/** Words that a model's name goes on with. */
const kinds = new Set(
  "pro flash lite ultra nano micro premier opus sonnet haiku instant instruct maverick scout large small medium embedding embed text r oss mini".split(
    " ",
  ),
);

/**
 * The model that a description of goods speaks of: `Gemini 2.5 Flash GA Text Input - Predictions`,
 * `USE1-Claude3.5Sonnet-input-tokens`. Without a known family it is the description itself.
 */
export function modelIn(description: string): string {
  const spaced = description
    .replace(/([a-z])(?=[A-Z])|([a-zA-Z])(?=\d)|(\d)(?=[A-Z])/g, "$& ")
    .toLowerCase()
    .replace(/[-_:()]+/g, " ");
  const found = family.exec(spaced);
  if (found === null) return description;
  const [first = "", ...rest] = spaced.slice(found.index).split(/\s+/);
  const end = rest.findIndex(
    (word, at) => !(/^\d+(?:\.\d+)*b?$/.test(word) || (kinds.has(word) && !isKindOfGoods(rest, at))),
  );
  return [first, ...rest.slice(0, end === -1 ? rest.length : end)].join(" ");
}

/** `Text Input` is what is sold, and no part of the name. */
function isKindOfGoods(words: readonly string[], at: number): boolean {
  return words[at] === "text" && !/^embed/.test(words[at + 1] ?? "");
}
