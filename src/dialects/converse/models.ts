import type { Facts } from "../dialect.ts";

export type Effort = "none" | "low" | "medium" | "high" | "xhigh" | "max";

/** How a model family is told to think. */
export type Thinking =
  /** Does not think. */
  | { readonly style: "none" }
  /** Thinks, whatever it is told. */
  | { readonly style: "always" }
  /** Nova's `reasoningConfig`: off, or an effort. */
  | { readonly style: "config" }
  /** Qwen's `reasoning_config`: low or high, and never off. */
  | { readonly style: "level" }
  /** A word as OpenAI has it: at the top, or within `reasoning`. */
  | {
      readonly style: "effort";
      readonly place: "reasoning_effort" | "reasoning.effort";
      readonly words: readonly Effort[];
      /** Thinks only where it is told to, and has no word for not at all. */
      readonly rests?: true;
    };

/** What a model family takes through Converse. One that nobody knows is treated like the newest. */
export interface ModelFacts {
  /** Most tokens of an answer; undefined where it is not sure, and the upstream says it. */
  readonly maxOutput: number | undefined;
  /** Has a place for instructions; elsewhere the user's first turn tells them. */
  readonly system: boolean;
  /** Calls tools: not at all, in whole answers only, or in streams too. */
  readonly tools: "none" | "whole" | "streamed";
  /** How it can be made to call one. */
  readonly forced: ReadonlySet<"any" | "tool">;
  /** Results of tools must have a turn to themselves. */
  readonly aloneResults: boolean;
  /** Results are JSON. */
  readonly jsonResults: boolean;
  /** What results may show besides. Other media stand behind the results. */
  readonly shownResults: ReadonlySet<"image" | "document">;
  /** Schemas of tools: nothing but type, properties and required at the top, no references. */
  readonly plainSchemas: boolean;
  /** Can be held to a schema, in answers and in calls. */
  readonly schemas: boolean;
  readonly images: boolean;
  readonly documents: boolean;
  readonly video: boolean;
  readonly audio: boolean;
  /** How many texts that end an answer it takes. */
  readonly maxStops: number;
  /** Where the number of candidates goes, below `additionalModelRequestFields`. */
  readonly topK: "inferenceConfig.topK" | "k" | undefined;
  readonly penalties: boolean;
  readonly seed: boolean;
  readonly thinking: Thinking;
  /** Which of its own earlier thoughts it reads: none, those that are signed or sealed, or any text. */
  readonly replays: "none" | "signed" | "plain";
  /** Caches where the prompt is marked: instructions and turns, for five minutes. */
  readonly caching: boolean;
  /** Goes on with an answer that the client has begun. */
  readonly prefill: boolean;
  /** Has Amazon's own search of the web. */
  readonly searches: boolean;
  /** Has a form that hurries. */
  readonly fast: boolean;
}

const none: ReadonlySet<never> = new Set();
const pictures: ReadonlySet<"image" | "document"> = new Set(["image"]);
const nothing: Thinking = { style: "none" };

/** What nobody knows yet: it may be able to do anything, and what it refuses is learnt from its refusals. */
const newest: ModelFacts = {
  maxOutput: undefined,
  system: true,
  tools: "streamed",
  forced: new Set(["any", "tool"]),
  aloneResults: false,
  jsonResults: false,
  shownResults: pictures,
  plainSchemas: false,
  schemas: false,
  images: true,
  documents: true,
  video: true,
  audio: true,
  maxStops: 4,
  topK: undefined,
  penalties: false,
  seed: false,
  thinking: nothing,
  replays: "signed",
  caching: false,
  prefill: false,
  searches: false,
  fast: false,
};

/** Models that read and write text, and sign no thoughts. */
const text: ModelFacts = {
  ...newest,
  shownResults: none,
  aloneResults: true,
  images: false,
  video: false,
  audio: false,
  replays: "none",
};
const seeing: ModelFacts = { ...text, images: true };
/** Models that came before tools. */
const older: ModelFacts = { ...text, tools: "none", forced: none };
/** Of other models with open weights. */
const open: ModelFacts = { ...text, documents: false, schemas: true };

const nova: ModelFacts = {
  ...seeing,
  maxOutput: 10_000,
  aloneResults: false,
  video: true,
  shownResults: pictures,
  plainSchemas: true,
  topK: "inferenceConfig.topK",
  caching: true,
  prefill: true,
};
const nova2: ModelFacts = {
  ...nova,
  maxOutput: undefined,
  thinking: { style: "config" },
  prefill: false,
  searches: true,
};
const llama: ModelFacts = {
  ...text,
  maxOutput: 8192,
  tools: "whole",
  forced: none,
  plainSchemas: true,
  maxStops: 0,
};
const seeingLlama: ModelFacts = { ...llama, images: true, shownResults: new Set(["image", "document"]) };
const mistral: ModelFacts = {
  ...text,
  maxOutput: 8192,
  tools: "whole",
  forced: new Set(["any"]),
  jsonResults: true,
};
const newerMistral: ModelFacts = { ...mistral, maxOutput: undefined, tools: "streamed", schemas: true, images: true };
const qwen: ModelFacts = { ...open, forced: none };
const efforts: readonly Effort[] = ["low", "medium", "high"];
const gptOss: ModelFacts = {
  ...open,
  forced: none,
  maxStops: 0,
  thinking: { style: "effort", place: "reasoning_effort", words: efforts },
  replays: "plain",
};
const gpt: ModelFacts = {
  ...newest,
  video: false,
  audio: false,
  schemas: true,
  maxStops: 0,
  thinking: { style: "effort", place: "reasoning.effort", words: ["none", ...efforts, "xhigh", "max"] },
};
/** What thinks only when it is asked to. */
const asked: Thinking = { style: "effort", place: "reasoning_effort", words: efforts, rests: true };
const kimi: ModelFacts = { ...open, forced: none, images: true, thinking: asked };

/**
 * By family, the most specific first: the first match wins. Versions are written with "-" or with ".".
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/conversation-inference-supported-models-features.html
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/structured-output.html
 */
const families: readonly (readonly [RegExp, ModelFacts])[] = [
  [/nova-2-(?:omni|sonic)/, { ...nova2, audio: true }],
  [/nova-2/, nova2],
  [/nova-micro/, { ...nova, images: false, documents: false, video: false, shownResults: none }],
  [/nova-premier/, { ...nova, maxOutput: undefined, searches: true }],
  [/nova-pro/, { ...nova, fast: true }],
  [/nova/, nova],
  [/titan/, { ...older, system: false }],
  [/llama3-(?:8|70)b/, { ...llama, tools: "none", maxOutput: 2048 }],
  [/llama3-2-[13]b/, { ...llama, tools: "none" }],
  [/llama3-2-(?:11|90)b/, seeingLlama],
  [/llama-?4/, seeingLlama],
  [/llama3-1-(?:70|405)b/, { ...llama, fast: true }],
  [/llama/, llama],
  [/mistral-7b|mixtral/, { ...older, system: false }],
  [/pixtral/, { ...mistral, images: true, shownResults: new Set(["document"]) }],
  [/voxtral/, { ...newerMistral, images: false, audio: true }],
  [/mistral-large-3|ministral-3|magistral-small/, newerMistral],
  [/mistral|magistral|devstral/, mistral],
  [/gpt-oss/, gptOss],
  [/openai-|gpt-/, gpt],
  [/deepseek-r1/, { ...older, thinking: { style: "always" } }],
  [/deepseek/, { ...open, forced: none, thinking: asked }],
  [/qwen.*vl/, { ...qwen, images: true }],
  [/qwen3-(?:coder|next)/, qwen],
  [/qwen3|qwq/, { ...qwen, thinking: { style: "level" } }],
  [/qwen/, { ...qwen, schemas: false }],
  [/command-r/, { ...text, forced: none, topK: "k", penalties: true, seed: true }],
  [/cohere/, { ...older, system: false, topK: "k" }],
  [/jamba-1-5/, { ...text, forced: none, penalties: true }],
  [/jamba/, { ...older, documents: false }],
  [/ai21/, { ...older, system: false }],
  [/palmyra|writer/, { ...text, forced: none }],
  [/kimi.*thinking/, { ...kimi, images: false, thinking: { style: "always" } }],
  [/kimi/, kimi],
  [/minimax/, { ...open, forced: none, thinking: { style: "always" } }],
  [/glm/, { ...open, forced: none }],
  [/gemma/, { ...seeing, forced: none, schemas: true }],
  [/nemotron-nano-12b/, { ...open, forced: none, images: true }],
  [/nemotron/, { ...open, forced: none }],
];

/** Facts by name: every request asks for those of the same few models. Bounded, for wildcards bring any name. */
const known = new Map<string, ModelFacts>();
const maxKnown = 1000;

/**
 * Facts about an upstream model, by the family that the config names, else by the model's own name, less what its own
 * refusals have told that it does not take. Names may have a region, a maker and a version around the family, or be
 * ARNs: `us.amazon.nova-pro-v1:0`.
 */
export function modelOf({
  family,
  upstreamModel,
  learned,
}: Pick<Facts, "family" | "upstreamModel" | "learned">): ModelFacts {
  const facts = factsOf(family ?? upstreamModel);
  return learned === undefined || learned.size === 0 ? facts : withLearned(facts, learned);
}

function factsOf(name: string): ModelFacts {
  const found = known.get(name);
  if (found !== undefined) return found;
  const plain = name.toLowerCase().replaceAll(".", "-");
  const facts = families.find(([pattern]) => pattern.test(plain))?.[1] ?? newest;
  if (known.size < maxKnown) known.set(name, facts);
  return facts;
}

/** What a refusal may tell that a model does not take. */
export type Lesson =
  | "no-system"
  | "no-streamed-tools"
  | "no-tools"
  | "no-any"
  | "no-tool"
  | "no-stops"
  | "no-schemas"
  | "no-thoughts"
  | "no-caching"
  | "no-prefill";

function withLearned(facts: ModelFacts, learned: ReadonlySet<string>): ModelFacts {
  const without = (lesson: Lesson): boolean => learned.has(lesson);
  const streamed = facts.tools === "streamed" && !without("no-streamed-tools");
  return {
    ...facts,
    system: facts.system && !without("no-system"),
    tools: without("no-tools") || facts.tools === "none" ? "none" : streamed ? "streamed" : "whole",
    forced: new Set([...facts.forced].filter((one) => !without(`no-${one}`))),
    maxStops: without("no-stops") ? 0 : facts.maxStops,
    schemas: facts.schemas && !without("no-schemas"),
    replays: without("no-thoughts") ? "none" : facts.replays,
    caching: facts.caching && !without("no-caching"),
    prefill: facts.prefill && !without("no-prefill"),
  };
}

/** The effort, in OpenAI's words, with which a model thinks least; undefined for one that cannot be told. */
export function leastEffort({ thinking }: ModelFacts): "none" | "low" | undefined {
  switch (thinking.style) {
    case "config":
      return "none";
    case "level":
      return "low";
    case "effort":
      return thinking.rests === true || thinking.words.includes("none") ? "none" : "low";
    default:
      return undefined;
  }
}
