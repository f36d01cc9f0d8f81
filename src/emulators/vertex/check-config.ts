import { isObject } from "../json.ts";
import { repeated, wrongSchema } from "./check-tools.ts";
import type { Thinking } from "./families.ts";
import type { Checked, Rule } from "./rule.ts";
import { texts } from "./texts.ts";
import type { GenerationConfig } from "./types.ts";

interface Range {
  readonly name:
    | "temperature"
    | "topP"
    | "topK"
    | "presencePenalty"
    | "frequencyPenalty"
    | "candidateCount"
    | "logprobs";
  readonly from: number;
  readonly to: number;
  /** How the text writes the two ends. */
  readonly ends: readonly [string, string];
}

const ranges: readonly Range[] = [
  { name: "temperature", from: 0, to: 2, ends: ["0 (inclusive)", "2.0001 (exclusive)"] },
  { name: "topP", from: 0, to: 1, ends: ["0 (inclusive)", "1.0001 (exclusive)"] },
  { name: "topK", from: 1, to: Infinity, ends: ["1 (inclusive)", "infinity"] },
  { name: "presencePenalty", from: -2, to: 2, ends: ["-2 (inclusive)", "2.0001 (exclusive)"] },
  { name: "frequencyPenalty", from: -2, to: 2, ends: ["-2 (inclusive)", "2.0001 (exclusive)"] },
  { name: "candidateCount", from: 1, to: 8, ends: ["1 (inclusive)", "9 (exclusive)"] },
  { name: "logprobs", from: 1, to: 20, ends: ["1 (inclusive)", "21 (exclusive)"] },
];

const mimeTypes: readonly (string | undefined)[] = [
  undefined,
  ...["text/plain", "application/json", "application/xml", "application/yaml", "text/x.enum"],
];

/** Rules about generationConfig and the settings beside it. */
export const configRules: readonly Rule[] = [
  ...ranges.map(
    ({ name, from, to, ends }): Rule =>
      config((settings) => {
        const value = settings[name];
        return value === undefined || (value >= from && value <= to) ? undefined : texts.range(name, value, ...ends);
      }),
  ),
  config(({ maxOutputTokens = 1 }, { family }) => {
    if (maxOutputTokens >= 1 && maxOutputTokens <= family.maxOutputTokens) return undefined;
    const end = `${family.maxOutputTokens + 1} (exclusive)`;
    return texts.range("maxOutputTokens", maxOutputTokens, "1 (inclusive)", end);
  }),
  config(({ stopSequences = [] }) =>
    stopSequences.length > 5 ? texts.stopSequences(stopSequences.length) : undefined,
  ),
  config(({ stopSequences = [] }) => (stopSequences.includes("") ? texts.emptyStopSequence() : undefined)),
  config(({ candidateCount = 1 }, { family }) =>
    candidateCount > 1 && family.generation >= 3 ? texts.candidates() : undefined,
  ),
  // Zero is not looked at by the server.
  config(({ presencePenalty = 0, frequencyPenalty = 0 }, { family }) =>
    family.generation >= 3 && (presencePenalty !== 0 || frequencyPenalty !== 0) ? texts.penalty() : undefined,
  ),
  config(({ responseLogprobs, logprobs }, { family }) =>
    family.generation >= 3 && (responseLogprobs === true || logprobs !== undefined) ? texts.logprobs() : undefined,
  ),
  config(({ responseLogprobs, logprobs }) =>
    logprobs !== undefined && responseLogprobs !== true ? texts.logprobsAlone() : undefined,
  ),
  config(({ responseMimeType }) => (mimeTypes.includes(responseMimeType) ? undefined : texts.mimeType())),
  config(({ responseSchema, responseJsonSchema }) =>
    responseSchema !== undefined && responseJsonSchema !== undefined ? texts.bothSchemas() : undefined,
  ),
  config(({ responseSchema, responseJsonSchema, responseMimeType = "text/plain" }) => {
    const set = responseSchema !== undefined || responseJsonSchema !== undefined;
    return set && responseMimeType === "text/plain" ? texts.schemaWithoutJson() : undefined;
  }),
  config(({ responseSchema }) =>
    responseSchema === undefined ? undefined : wrongSchema(responseSchema, "generation_config.response_schema"),
  ),
  config(({ responseJsonSchema }) => {
    const wrong = responseJsonSchema === undefined ? undefined : unsupported(responseJsonSchema);
    return wrong === undefined ? undefined : texts.responseSchema(wrong);
  }),
  config(({ responseModalities = [] }, { family }) => {
    const others = responseModalities.filter((modality) => modality !== "TEXT");
    return others.length > 0 && !family.media ? texts.modalities(responseModalities.join(", ")) : undefined;
  }),
  config(({ thinkingConfig }, { family }) => {
    if (thinkingConfig === undefined) return undefined;
    const { thinkingBudget, thinkingLevel } = thinkingConfig;
    if (thinkingBudget !== undefined && thinkingLevel !== undefined) return texts.thinkingBoth();
    return wrongThinking(family.thinking, thinkingBudget, thinkingLevel);
  }),
  ({ request: { safetySettings = [] } }) => {
    const twice = repeated(safetySettings.map(({ category }) => category));
    return twice === undefined ? undefined : texts.duplicateSafety(twice);
  },
  ({ request }) => (request.safetySettings?.length && request.modelArmorConfig ? texts.safetyWithArmor() : undefined),
  ({ request: { labels = {} } }) => {
    const wrong = Object.entries(labels).find(
      ([key, value]) => !/^[a-z][a-z0-9_-]{0,62}$/.test(key) || !/^[a-z0-9_-]{0,63}$/.test(value),
    );
    return wrong === undefined ? undefined : texts.label(wrong[0]);
  },
  ({ request, family }) =>
    request.cachedContent !== undefined && family.generation >= 4 ? texts.cacheUnsupported() : undefined,
  ({ request: { cachedContent, tools, toolConfig, systemInstruction } }) =>
    cachedContent !== undefined && (tools ?? toolConfig ?? systemInstruction) !== undefined
      ? texts.cacheWithTools()
      : undefined,
];

function config(rule: (settings: GenerationConfig, checked: Checked) => string | undefined): Rule {
  return (checked) => rule(checked.request.generationConfig ?? {}, checked);
}

function wrongThinking(thinking: Thinking, budget: number | undefined, level: string | undefined): string | undefined {
  switch (thinking.by) {
    case "unknown":
      return undefined;
    case "none":
      return texts.thinkingNone();
    case "budget":
      return level === undefined ? wrongBudget(thinking, budget) : texts.levelOnBudgetModel();
    case "level":
      if (budget !== undefined) return texts.budgetUnsupported();
      return level === undefined || thinking.levels.some((one) => one === level)
        ? undefined
        : texts.levelUnsupported(level);
    default:
      return thinking satisfies never;
  }
}

function wrongBudget(
  { min, max, canBeOff }: Thinking & { by: "budget" },
  budget: number | undefined,
): string | undefined {
  if (budget === undefined || budget === -1 || (budget === 0 && canBeOff)) return undefined;
  return budget >= min && budget <= max ? undefined : texts.budgetRange(min, max);
}

/** What real JSON Schema may hold that Google's output cannot follow. §6.2 */
function unsupported(schema: unknown): string | undefined {
  if (Array.isArray(schema)) return schema.map(unsupported).find((text) => text !== undefined);
  if (!isObject(schema)) return typeof schema === "boolean" ? undefined : "it is no JSON Schema";
  if ("const" in schema) return "const is no keyword it knows";
  for (const [key, value] of Object.entries(schema)) {
    if (["properties", "$defs"].includes(key) && isObject(value)) {
      const text = unsupported(Object.values(value));
      if (text !== undefined) return text;
    } else if (["items", "anyOf", "oneOf", "prefixItems", "additionalProperties"].includes(key)) {
      const text = unsupported(value);
      if (text !== undefined) return text;
    }
  }
  return undefined;
}
