import type { Identity } from "../dialect.ts";

/** How a model family is told to think. */
export type Thinking =
  | { readonly style: "none" }
  | {
      readonly style: "budget";
      readonly min: number;
      readonly max: number;
      readonly canDisable: boolean;
      /** Thinks only where it is told to. */
      readonly offByDefault?: boolean;
    }
  | { readonly style: "level"; readonly levels: readonly ThinkingLevel[] };

export type ThinkingLevel = "MINIMAL" | "LOW" | "MEDIUM" | "HIGH" | "XHIGH";

/** The host that is not Vertex AI: the Gemini Developer API. */
export const developerApi = "gemini";

/** The form a model reads schemas in: JSON Schema, or the older subset of OpenAPI as one of the two hosts has it. */
export type SchemaForm = "json-schema" | "openapi-vertex" | "openapi-developer";

/** What a model family takes at a host. An unknown newer Gemini is treated as the newest known. */
export interface ModelFacts {
  readonly thinking: Thinking;
  /** Honours temperature, topP and topK. */
  readonly sampling: boolean;
  readonly penalties: boolean;
  readonly logprobs: boolean;
  /** Takes functions together with `responseMimeType: application/json`, and with tools that run at Google's side. */
  readonly jsonWithTools: boolean;
  /** How it wants to be told of parameters and of the form of an answer. */
  readonly schemas: SchemaForm;
  /** Holds itself to a form of the answer. */
  readonly structuredOutput: boolean;
  /** Answers a conversation that ends with its own turn. */
  readonly trailingModelTurn: boolean;
  /** What becomes of thought signatures: demanded back, taken where there are any, or unknown. */
  readonly signatures: "demanded" | "taken" | "none";
  /** Gives function calls ids and wants them back. */
  readonly callIds: boolean;
  /** Reads media within the result of a function. */
  readonly resultMedia: boolean;
  /** Takes a resolution per media part. */
  readonly partResolution: boolean;
  /** Has a system instruction. */
  readonly systemInstruction: boolean;
  /** What it can answer with besides text. */
  readonly speaks: boolean;
  readonly draws: boolean;
  /** May be asked for 65,536 tokens. The pages of 2.5 name that limit, and its hosts refuse it: there it is one less. */
  readonly takes65536: boolean;
  /** Reads prepared caches. */
  readonly caches: boolean;
  /** Which addresses the host fetches by itself. */
  readonly fetches: "gs-and-web" | "web" | "own-files";
}

const budget = (min: number, max: number, canDisable: boolean) =>
  ({ style: "budget", min, max, canDisable }) satisfies Thinking;
const level = (...levels: ThinkingLevel[]): Thinking => ({ style: "level", levels });

/** Thinking by family, first match wins. Google's model pages, November 2026. */
const thinkingByFamily: readonly (readonly [RegExp, Thinking])[] = [
  [/-(?:image|tts|live|native-audio)\b|^gemma|-embedding\b/, { style: "none" }],
  [/^gemini-2\.5-pro/, budget(128, 32_768, false)],
  [/^gemini-2\.5-flash-lite/, { ...budget(512, 24_576, true), offByDefault: true }],
  [/^gemini-2\.5/, budget(1, 24_576, true)],
  [/^gemini-[12](?![0-9])/, { style: "none" }],
  [/^gemini-3-pro/, level("LOW", "HIGH")],
  [/^gemini-3\.1-pro/, level("LOW", "MEDIUM", "HIGH")],
  [/^gemini-3-flash|^gemini-3\.[156]-flash/, level("MINIMAL", "LOW", "MEDIUM", "HIGH")],
  [/^gemini-4(?:\.\d+)?-hydrogen/, level("LOW", "MEDIUM", "HIGH", "XHIGH")],
];

const newestThinking = level("LOW", "MEDIUM", "HIGH");

/** Facts by host and name: every request asks for those of the same few models. Bounded, for wildcards bring any name. */
const known = new Map<string, Map<string, ModelFacts>>();
const maxKnown = 1000;

/**
 * Facts about an upstream model from its name and its host.
 * Names of tuned endpoints say no family: they count as the newest.
 *
 * @see reference: openai-chat-to-gemini §§2, 8, 14
 */
function factsOf(upstreamModel: string, host: string): ModelFacts {
  const atHost = known.get(host) ?? new Map<string, ModelFacts>();
  const found = atHost.get(upstreamModel);
  if (found !== undefined) return found;
  const facts = toFacts(upstreamModel, host === developerApi);
  if (atHost.size < maxKnown) known.set(host, atHost.set(upstreamModel, facts));
  return facts;
}

/** The same for a request: by the family that the config names, else by the model's own name. */
export function modelOf({ family, upstreamModel, host }: Identity): ModelFacts {
  return factsOf(family ?? upstreamModel, host);
}

/** The effort, in OpenAI's words, with which a model thinks least; undefined for one that does not think. */
export function leastEffort({ thinking }: ModelFacts): "none" | "minimal" | "low" | undefined {
  if (thinking.style === "none") return undefined;
  if (thinking.style === "budget") return thinking.canDisable ? "none" : "minimal";
  return thinking.levels.includes("MINIMAL") ? "minimal" : "low";
}

function toFacts(upstreamModel: string, developer: boolean): ModelFacts {
  // `google/gemini-2.5-flash`, `models/…` and `publishers/google/models/…` are the same model.
  const name = upstreamModel.split("/").at(-1) ?? upstreamModel;
  const version = versionOf(name);
  const since3 = version >= 3;
  const samples = version <= 3.5 && !/^gemini-3\.5-flash-lite/.test(name);
  const draws = /-image\b/.test(name);
  const speaks = /-(?:tts|live|audio|native-audio)\b/.test(name);
  return {
    thinking: thinkingByFamily.find(([pattern]) => pattern.test(name))?.[1] ?? newestThinking,
    sampling: samples,
    penalties: developer ? version < 2.5 : !since3,
    logprobs: !developer && !since3,
    jsonWithTools: since3,
    schemas: version >= 2 ? "json-schema" : developer ? "openapi-developer" : "openapi-vertex",
    structuredOutput: !draws && !speaks,
    trailingModelTurn: samples,
    signatures: version < 2.5 ? "none" : since3 && !draws ? "demanded" : "taken",
    callIds: since3,
    resultMedia: since3,
    partResolution: since3,
    systemInstruction: !name.startsWith("gemma"),
    speaks,
    draws,
    takes65536: version < 2.5 || version >= 3,
    caches: version < 4,
    fetches: developer ? (version < 2.5 ? "own-files" : "web") : "gs-and-web",
  };
}

function versionOf(name: string): number {
  if (name.startsWith("gemma")) return 2;
  const version = /^gemini-(\d+(?:\.\d+)?)/.exec(name)?.[1];
  return version === undefined ? Number.POSITIVE_INFINITY : Number(version);
}
