import type { Facts } from "../dialect.ts";

export type Effort = "low" | "medium" | "high" | "xhigh" | "max";

/** How a model family is told to think. */
export type Thinking =
  | { readonly style: "none" }
  /** Thinks up to a number of tokens, where it is told to. */
  | { readonly style: "budget" }
  /** Decides itself how much it thinks, within an effort. */
  | {
      readonly style: "adaptive";
      /** Takes budgets besides. */
      readonly budgets: boolean;
      /** Thinks where nothing is said. */
      readonly onWhenOmitted: boolean;
      /** The least it can be told. */
      readonly least: "disabled" | "between_tools" | "low";
      /** Has an effort between high and max. */
      readonly xhigh: boolean;
    };

/** What a model family takes. An unknown newer Claude is treated like Opus 5. */
export interface ModelFacts {
  /** Most tokens of an answer, and what is asked for where the client says nothing. */
  readonly maxOutput: number;
  /** Answers of more tokens may take longer than a connection is kept on which nothing is said. */
  readonly longAnswer: number;
  readonly thinking: Thinking;
  /** Honours temperature, top_p and top_k. */
  readonly sampling: boolean;
  /** Takes temperature and top_p together. */
  readonly bothSamplers: boolean;
  /** Holds answers and calls to a schema, where the host lets it. */
  readonly schemas: boolean;
  /** Can be made to call a tool. */
  readonly forcedCalls: boolean;
  /** Goes on with an answer that the client has begun. */
  readonly prefill: boolean;
  /** Takes instructions in the middle of a conversation. */
  readonly midwayInstructions: boolean;
  /** Its thoughts are good behind the very conversation only that they were made in. */
  readonly boundThoughts: boolean;
  /** Can be asked to hurry, for a price. */
  readonly fast: boolean;
}

type Adaptive = Extract<Thinking, { style: "adaptive" }>;

const adaptive = (more: Partial<Adaptive> = {}): Thinking => ({
  style: "adaptive",
  budgets: false,
  onWhenOmitted: true,
  least: "disabled",
  xhigh: true,
  ...more,
});

/** Opus 5, and what nobody knows yet. */
const newest: ModelFacts = {
  maxOutput: 128_000,
  // Ten minutes, of the hour that the longest answer takes.
  longAnswer: 21_333,
  thinking: adaptive(),
  sampling: false,
  bothSamplers: false,
  schemas: true,
  forcedCalls: true,
  prefill: false,
  midwayInstructions: true,
  boundThoughts: false,
  fast: false,
};

/** Claude 4, and with less to say Claude 3. */
const four: ModelFacts = {
  ...newest,
  maxOutput: 64_000,
  thinking: { style: "budget" },
  sampling: true,
  bothSamplers: true,
  schemas: false,
  prefill: true,
  midwayInstructions: false,
};
const three: ModelFacts = { ...four, maxOutput: 4096, thinking: { style: "none" } };
const slow = { maxOutput: 32_000, longAnswer: 8192 };
const fourFive: ModelFacts = { ...four, bothSamplers: false, schemas: true };
const fourSix: ModelFacts = {
  ...fourFive,
  maxOutput: 128_000,
  thinking: adaptive({ budgets: true, onWhenOmitted: false, xhigh: false }),
  prefill: false,
};
const fourSeven: ModelFacts = {
  ...newest,
  thinking: adaptive({ onWhenOmitted: false }),
  midwayInstructions: false,
  fast: true,
};
const fable: ModelFacts = { ...newest, thinking: adaptive({ least: "low" }) };
const unforced: ModelFacts = { ...fable, forcedCalls: false, boundThoughts: true };

/**
 * By family, the most specific first: the first match wins. Versions are written with "-" or with "."; the digits of a
 * date behind one are no part of it.
 */
const families: readonly (readonly [RegExp, ModelFacts])[] = [
  [/sonnet-5-5/, { ...unforced, thinking: adaptive({ least: "between_tools" }) }],
  [/opus-5-5/, { ...unforced, fast: true }],
  [/(?:fable|mythos)-5-\d(?!\d)/, unforced],
  [/haiku-5-5/, { ...newest, boundThoughts: true }],
  [/(?:fable|mythos)-5/, fable],
  [/sonnet-5/, { ...newest, midwayInstructions: false }],
  [/opus-5/, { ...newest, fast: true }],
  [/opus-4-8/, { ...fourSeven, midwayInstructions: true }],
  [/opus-4-7/, fourSeven],
  [/opus-4-6/, { ...fourSix, fast: true }],
  [/sonnet-4-6/, fourSix],
  [/(?:sonnet|haiku|opus)-4-5/, fourFive],
  [/opus-4-1/, { ...fourFive, ...slow }],
  [/opus-4/, { ...four, ...slow }],
  [/sonnet-4/, four],
  [/3-7-sonnet/, { ...four, maxOutput: 64_000 }],
  [/3-5-(?:sonnet|haiku)/, { ...three, maxOutput: 8192 }],
  [/claude-(?:3|2|instant)/, three],
];

/** Facts by name: every request asks for those of the same few models. Bounded, for wildcards bring any name. */
const known = new Map<string, ModelFacts>();
const maxKnown = 1000;

/**
 * Facts about an upstream model, by the family that the config names, else by the model's own name, less what its own
 * refusals have told that it does not take. Names may have a publisher, a region, a date and a version around the
 * family: `us.anthropic.claude-sonnet-4-5-20250929-v1:0`.
 *
 * @see reference: openai-chat-to-anthropic §2.1
 */
export function modelOf({
  family,
  upstreamModel,
  learned,
}: Pick<Facts, "family" | "upstreamModel" | "learned">): ModelFacts {
  const facts = factsOf(family ?? upstreamModel);
  return learned?.has(noForcedCalls) === true ? { ...facts, forcedCalls: false } : facts;
}

/** What a refusal may tell of a model: it cannot be made to call a tool, at least not while it thinks. */
export const noForcedCalls = "no-forced-calls";

function factsOf(name: string): ModelFacts {
  const found = known.get(name);
  if (found !== undefined) return found;
  const plain = name.toLowerCase().replaceAll(".", "-");
  const facts = families.find(([pattern]) => pattern.test(plain))?.[1] ?? newest;
  if (known.size < maxKnown) known.set(name, facts);
  return facts;
}

/** The effort, in OpenAI's words, with which a model thinks least; undefined for one that does not think. */
export function leastEffort({ thinking }: ModelFacts): "none" | "low" | undefined {
  if (thinking.style === "none") return undefined;
  return thinking.style === "adaptive" && thinking.least === "low" ? "low" : "none";
}
