import { isObject, parseJson } from "../json.ts";
import { type Checked, first, type Rule } from "./rule.ts";
import { texts } from "./texts.ts";

const metadataPattern = "[a-zA-Z0-9\\s:_@$#=/+,.-]{1,256}";

/** Rules about settings. */
export const settingRules: readonly Rule[] = [
  ({ request: { inferenceConfig }, family }) =>
    (inferenceConfig?.maxTokens ?? 0) > family.maxTokens ? texts.maxTokens(family.maxTokens) : undefined,
  ({ request: { inferenceConfig }, family: { maxStops } }) => {
    const count = inferenceConfig?.stopSequences?.length ?? 0;
    if (count <= maxStops) return undefined;
    return maxStops === 0 ? texts.unsupported("stopSequences") : texts.manyStops(maxStops, count);
  },
  wrongExtras,
  wrongFormat,
  ({ request: { requestMetadata } }) =>
    first(Object.keys(requestMetadata ?? {}), (key) =>
      new RegExp(`^${metadataPattern}$`).test(key)
        ? undefined
        : texts.wrongValue(`'${key}'`, "requestMetadata", `Map keys must satisfy constraint: ${metadataPattern}`),
    ),
  ({ request: { guardrailConfig } }) =>
    guardrailConfig !== undefined && !(guardrailConfig.guardrailIdentifier && guardrailConfig.guardrailVersion)
      ? texts.noGuardrail()
      : undefined,
];

/** Claude's own rules look at what is meant for Claude. */
function wrongExtras({ request: { additionalModelRequestFields: fields }, family }: Checked): string | undefined {
  if (fields === undefined || fields === null) return undefined;
  if (!isObject(fields)) return texts.notJson("additionalModelRequestFields");
  if (family.reasoning === "signed") return undefined;
  const strange = Object.keys(fields).find((key) => !family.extras.includes(key));
  return strange === undefined ? undefined : texts.extraKey(strange);
}

function wrongFormat({ request: { outputConfig }, family }: Checked): string | undefined {
  if (outputConfig === undefined) return undefined;
  const { textFormat, effort } = outputConfig;
  if (effort !== undefined && family.reasoning !== "signed") return texts.unsupported("outputConfig.effort");
  if (textFormat === undefined) return undefined;
  if (!family.structured) return texts.unsupported("outputConfig.textFormat");
  return isObject(parseJson(textFormat.structure.jsonSchema?.schema ?? "")) ? undefined : texts.wrongSchema();
}
