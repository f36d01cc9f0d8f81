/** How a model family is told to think. */
export type Thinking =
  | { readonly style: "none" }
  | { readonly style: "budget"; readonly min: number; readonly max: number; readonly canDisable: boolean }
  | { readonly style: "level"; readonly levels: readonly ThinkingLevel[] };

export type ThinkingLevel = "MINIMAL" | "LOW" | "MEDIUM" | "HIGH" | "XHIGH";

/** What a model family takes. An unknown newer Gemini is treated as the newest known. */
export interface ModelFacts {
  readonly thinking: Thinking;
  /** Honours temperature, topP and topK. */
  readonly sampling: boolean;
  readonly penalties: boolean;
  readonly logprobs: boolean;
  /** Takes function declarations together with `responseMimeType: application/json`. */
  readonly jsonWithTools: boolean;
  /** Answers a conversation that ends with its own turn. */
  readonly trailingModelTurn: boolean;
  /** Gives function calls ids and wants them back, with signatures. */
  readonly signatures: boolean;
  /** Takes a resolution per media part. */
  readonly partResolution: boolean;
  /** Has a system instruction. */
  readonly systemInstruction: boolean;
}

const budget = (min: number, max: number, canDisable: boolean): Thinking => ({ style: "budget", min, max, canDisable });
const level = (...levels: ThinkingLevel[]): Thinking => ({ style: "level", levels });

/** Thinking by family, first match wins. Google's model pages, November 2026. */
const thinkingByFamily: readonly (readonly [RegExp, Thinking])[] = [
  [/^gemini-2\.5-pro/, budget(128, 32_768, false)],
  [/^gemini-2\.5-flash-lite/, budget(512, 24_576, true)],
  [/^gemini-2\.5-flash-image/, { style: "none" }],
  [/^gemini-2\.5/, budget(1, 24_576, true)],
  [/^gemini-[12]\.|^gemma/, { style: "none" }],
  [/^gemini-[34].*-image/, { style: "none" }],
  [/^gemini-3-pro/, level("LOW", "HIGH")],
  [/^gemini-3\.1-pro/, level("LOW", "MEDIUM", "HIGH")],
  [/^gemini-3-flash|^gemini-3\.[156]-flash/, level("MINIMAL", "LOW", "MEDIUM", "HIGH")],
  [/^gemini-4-hydrogen/, level("LOW", "MEDIUM", "HIGH", "XHIGH")],
];

const newestThinking = level("LOW", "MEDIUM", "HIGH");

/** Facts by name: every request asks for those of the same few models. Bounded, for wildcards bring any name. */
const known = new Map<string, ModelFacts>();
const maxKnown = 1000;

/**
 * Facts about an upstream model from its name.
 * Names of tuned endpoints say no family: they count as the newest.
 */
export function factsOf(upstreamModel: string): ModelFacts {
  const found = known.get(upstreamModel);
  if (found !== undefined) return found;
  const facts = toFacts(upstreamModel);
  if (known.size < maxKnown) known.set(upstreamModel, facts);
  return facts;
}

/** The effort, in OpenAI's words, with which a model thinks least; undefined for one that does not think. */
export function leastEffort({ thinking }: ModelFacts): "none" | "minimal" | "low" | undefined {
  if (thinking.style === "none") return undefined;
  if (thinking.style === "budget") return thinking.canDisable ? "none" : "minimal";
  return thinking.levels.includes("MINIMAL") ? "minimal" : "low";
}

function toFacts(upstreamModel: string): ModelFacts {
  const name = upstreamModel.split("/").at(-1) ?? upstreamModel;
  const version = versionOf(name);
  const since3 = version >= 3;
  const samples = version <= 3.5 && !/^gemini-3\.5-flash-lite/.test(name);
  return {
    thinking: thinkingByFamily.find(([pattern]) => pattern.test(name))?.[1] ?? newestThinking,
    sampling: samples,
    penalties: !since3,
    logprobs: !since3,
    jsonWithTools: since3,
    trailingModelTurn: samples,
    signatures: since3,
    partResolution: since3,
    systemInstruction: !name.startsWith("gemma"),
  };
}

function versionOf(name: string): number {
  if (name.startsWith("gemma")) return 2;
  const version = /^gemini-(\d+(?:\.\d+)?)/.exec(name)?.[1];
  return version === undefined ? Number.POSITIVE_INFINITY : Number(version);
}
