/** The most a model takes and gives, in tokens. Upper bounds: what is not known exactly is rather too high. */
export interface ModelLimits {
  /** The longest prompt. */
  readonly context: number;
  /** The longest answer, thinking among it. */
  readonly output: number;
  /** What one picture takes at most. */
  readonly image: number;
}

/** For models that nobody here knows. */
const unknown: ModelLimits = { context: 2_000_000, output: 262_144, image: 50_000 };

const claude: ModelLimits = { context: 1_000_000, output: 128_000, image: 5_000 };
const gemini: ModelLimits = { context: 2_097_152, output: 65_536, image: 10_000 };
const gpt: ModelLimits = { context: 1_100_000, output: 128_000, image: 50_000 };
const nova: ModelLimits = { context: 1_000_000, output: 65_536, image: 10_000 };

/** By a part of the upstream model's name; the first that fits holds. */
const families: readonly (readonly [pattern: RegExp, limits: ModelLimits])[] = [
  [/claude-3-5|claude-3\.5/, { ...claude, context: 200_000, output: 8_192 }],
  [/claude-3-(?:opus|sonnet|haiku)|claude-(?:2|instant)/, { ...claude, context: 200_000, output: 4_096 }],
  [/claude-opus-4(?:@|$|-(?:0|1|2\d{7}))/, { ...claude, context: 200_000, output: 32_000 }],
  [/claude-(?:sonnet-4(?:@|$|-0|-2\d{7}|-5)|opus-4-5|haiku-4-5)/, { ...claude, output: 64_000 }],
  [/claude/, claude],
  [/gemini-(?:1\.|2\.0)/, { ...gemini, output: 8_192 }],
  [/gemini/, gemini],
  [/gpt-3\.5|gpt-4-|gpt-4$/, { ...gpt, context: 128_000, output: 8_192 }],
  [/gpt-4o|chatgpt-4o/, { ...gpt, context: 128_000, output: 16_384 }],
  [/gpt-4\.1/, { ...gpt, output: 32_768 }],
  [/(?:^|[/.])o[134](?:-|$)/, { ...gpt, context: 200_000, output: 100_000 }],
  [/gpt-5/, gpt],
  [/gpt-oss/, { ...gpt, context: 131_072, output: 131_072 }],
  [/nova-(?:micro|lite|pro)-v1/, { ...nova, output: 10_000 }],
  [/nova/, nova],
];

const mostKnown = 1_000;
const known = new Map<string, ModelLimits>();

/** The limits of an upstream model, by its name. */
export function limitsOf(upstreamModel: string): ModelLimits {
  const found = known.get(upstreamModel);
  if (found !== undefined) return found;
  const [, limits] = families.find(([pattern]) => pattern.test(upstreamModel.toLowerCase())) ?? [undefined, unknown];
  if (known.size < mostKnown) known.set(upstreamModel, limits);
  return limits;
}
