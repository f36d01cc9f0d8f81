import { wrongJsonSchema } from "./check-json-schema.ts";
import { wrongSchema } from "./check-schema.ts";
import { repeated } from "./check-tools.ts";
import type { Thinking } from "./families.ts";
import type { Checked, Rule } from "./rule.ts";
import type { Texts } from "./texts.ts";
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
      config((settings, { surface: { texts } }) => {
        const value = settings[name];
        return value === undefined || (value >= from && value <= to) ? undefined : texts.range(name, value, ...ends);
      }),
  ),
  config(({ maxOutputTokens = 1 }, { family, surface: { texts } }) => {
    if (maxOutputTokens >= 1 && maxOutputTokens <= family.maxOutputTokens) return undefined;
    const end = `${family.maxOutputTokens + 1} (exclusive)`;
    return texts.range("maxOutputTokens", maxOutputTokens, "1 (inclusive)", end);
  }),
  config(({ stopSequences = [] }, { surface: { texts } }) =>
    stopSequences.length > 5 ? texts.stopSequences(stopSequences.length) : undefined,
  ),
  config(({ stopSequences = [] }, { surface: { texts } }) =>
    stopSequences.includes("") ? texts.emptyStopSequence() : undefined,
  ),
  config(({ candidateCount = 1 }, { family, surface: { texts } }) =>
    candidateCount > 1 && family.generation >= 3 ? texts.candidates() : undefined,
  ),
  // Zero is not looked at by the server.
  config(({ presencePenalty = 0, frequencyPenalty = 0 }, { family, surface: { name, texts } }) =>
    family.generation >= (name === "vertex" ? 3 : 2.5) && (presencePenalty !== 0 || frequencyPenalty !== 0)
      ? texts.penalty()
      : undefined,
  ),
  config(({ responseLogprobs, logprobs }, { family, model, surface: { name, texts } }) =>
    family.generation >= (name === "vertex" ? 3 : 2.5) && (responseLogprobs === true || logprobs !== undefined)
      ? texts.logprobs(model)
      : undefined,
  ),
  config(({ responseLogprobs, logprobs }, { surface: { texts } }) =>
    logprobs !== undefined && responseLogprobs !== true ? texts.logprobsAlone() : undefined,
  ),
  config(({ responseMimeType }, { surface: { texts } }) =>
    mimeTypes.includes(responseMimeType) ? undefined : texts.mimeType(),
  ),
  config(({ responseSchema, responseJsonSchema }, { surface: { texts } }) =>
    responseSchema !== undefined && responseJsonSchema !== undefined ? texts.bothSchemas() : undefined,
  ),
  config(({ responseSchema, responseJsonSchema, responseMimeType = "text/plain" }, { surface: { texts } }) => {
    const set = responseSchema !== undefined || responseJsonSchema !== undefined;
    return set && responseMimeType === "text/plain" ? texts.schemaWithoutJson() : undefined;
  }),
  config(({ responseSchema }, checked) =>
    responseSchema === undefined
      ? undefined
      : wrongSchema(responseSchema, "generation_config.response_schema", checked),
  ),
  config(({ responseJsonSchema }, { family, surface: { texts } }) => {
    if (responseJsonSchema === undefined) return undefined;
    const place = "generation_config.response_json_schema";
    if (family.generation < 2) return texts.noJsonSchema(place);
    return wrongJsonSchema(responseJsonSchema, place, "answer", texts);
  }),
  config(({ responseModalities = [] }, { family, surface: { texts } }) => {
    const others = responseModalities.filter((modality) => modality !== "TEXT");
    return others.length > 0 && !family.media ? texts.modalities(responseModalities.join(", ")) : undefined;
  }),
  config(({ thinkingConfig }, { family, surface: { texts } }) => {
    if (thinkingConfig === undefined) return undefined;
    const { thinkingBudget, thinkingLevel } = thinkingConfig;
    if (thinkingBudget !== undefined && thinkingLevel !== undefined) return texts.thinkingBoth();
    return wrongThinking(family.thinking, thinkingBudget, thinkingLevel, texts);
  }),
  ({ request: { safetySettings = [] }, surface: { texts } }) => {
    const twice = repeated(safetySettings.map(({ category }) => category));
    return twice === undefined ? undefined : texts.duplicateSafety(twice);
  },
  ({ request, surface: { texts } }) =>
    request.safetySettings?.length && request.modelArmorConfig ? texts.safetyWithArmor() : undefined,
  ({ request: { labels = {} }, surface: { texts } }) => {
    const wrong = Object.entries(labels).find(
      ([key, value]) => !/^[a-z][a-z0-9_-]{0,62}$/.test(key) || !/^[a-z0-9_-]{0,63}$/.test(value),
    );
    return wrong === undefined ? undefined : texts.label(wrong[0]);
  },
  ({ request, family, surface: { texts } }) =>
    request.cachedContent !== undefined && family.generation >= 4 ? texts.cacheUnsupported() : undefined,
  ({ request: { cachedContent, tools, toolConfig, systemInstruction }, surface: { texts } }) =>
    cachedContent !== undefined && (tools ?? toolConfig ?? systemInstruction) !== undefined
      ? texts.cacheWithTools()
      : undefined,
];

function config(rule: (settings: GenerationConfig, checked: Checked) => string | undefined): Rule {
  return (checked) => rule(checked.request.generationConfig ?? {}, checked);
}

function wrongThinking(
  thinking: Thinking,
  budget: number | undefined,
  level: string | undefined,
  texts: Texts,
): string | undefined {
  switch (thinking.by) {
    case "unknown":
      return undefined;
    case "none":
      return texts.thinkingNone();
    case "budget":
      return level === undefined ? wrongBudget(thinking, budget, texts) : texts.levelOnBudgetModel();
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
  texts: Texts,
): string | undefined {
  if (budget === undefined || budget === -1 || (budget === 0 && canBeOff)) return undefined;
  return budget >= min && budget <= max ? undefined : texts.budgetRange(min, max);
}
