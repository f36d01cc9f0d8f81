import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { modelOf as factsOf } from "../../../src/dialects/converse/models.ts";
import { type Family, familyOf, modelOf } from "../../../src/emulators/bedrock/families.ts";
import { served } from "./_models.ts";

/** What a request to a model may hold, in words that both descriptions of Bedrock can be put into. */
interface Described {
  readonly tools: string;
  readonly forced: readonly string[];
  readonly resultsAlone: boolean;
  readonly system: boolean;
  readonly media: readonly string[];
  readonly prefill: boolean;
  readonly stops: number;
  readonly replays: string;
  readonly caches: boolean;
  readonly schemas: boolean;
  readonly own: readonly string[];
}

/** No request of a client's has more texts that end an answer. */
const mostStops = 4;

/** Settings of the models' own that no chat request can ask for, or can ask for by another name. */
const unasked: readonly (readonly [family: RegExp, settings: readonly string[]])[] = [
  [/deepseek\.v/, ["thinking"]],
  [/command-r/, ["p", "search_queries_only"]],
  [/command-text/, ["p"]],
  [/qwen3-32b/, ["reasoning_effort"]],
];

const unaskedOf = (id: string): readonly string[] => unasked.find(([family]) => family.test(id))?.[1] ?? [];

function familyFor(id: string): Family {
  const family = familyOf(modelOf(id).id);
  if (family === undefined) throw new Error(`the emulator does not play ${id}`);
  return family;
}

function byEmulator(id: string): Described {
  const family = familyFor(id);
  const { tools, reasoning } = family;
  return {
    tools: tools === "all" ? "streamed" : tools,
    forced: family.choices.filter((one) => one !== "auto"),
    resultsAlone: !family.mixesResults,
    system: family.system,
    media: [...family.media].toSorted(),
    prefill: family.prefill,
    stops: Math.min(mostStops, family.maxStops),
    replays: reasoning === undefined || reasoning === "oneWay" ? "none" : reasoning,
    caches: family.caches,
    schemas: family.structured,
    own: family.extras.filter((one) => !unaskedOf(id).includes(one)).toSorted(),
  };
}

function byDialect(id: string): Described {
  const facts = factsOf({ upstreamModel: id });
  const { thinking, topK } = facts;
  const media = { image: facts.images, document: facts.documents, video: facts.video, audio: facts.audio };
  const own: Readonly<Record<string, boolean>> = {
    inferenceConfig: topK === "inferenceConfig.topK",
    k: topK === "k",
    presence_penalty: facts.penalties,
    frequency_penalty: facts.penalties,
    seed: facts.seed,
    reasoningConfig: thinking.style === "config",
    reasoning_config: thinking.style === "level",
    reasoning_effort: thinking.style === "effort" && thinking.place === "reasoning_effort",
    reasoning: thinking.style === "effort" && thinking.place === "reasoning.effort",
  };
  return {
    tools: facts.tools,
    forced: [...facts.forced].toSorted(),
    resultsAlone: facts.aloneResults,
    system: facts.system,
    media: namesIn(media),
    prefill: facts.prefill,
    stops: facts.maxStops,
    replays: facts.replays,
    caches: facts.caching,
    schemas: facts.schemas,
    own: namesIn(own),
  };
}

const namesIn = (flags: Readonly<Record<string, boolean>>): readonly string[] =>
  Object.keys(flags)
    .filter((name) => flags[name])
    .toSorted();

/** The patterns that a file tells families apart by, in their order. */
function patternsIn(file: string): readonly RegExp[] {
  const source = readFileSync(new URL(`../../../src/${file}`, import.meta.url), "utf8");
  const [, list = ""] = /^const families\b[^=]*= \[\n([\s\S]*?)^\];/m.exec(source) ?? [];
  return [...list.matchAll(/^\s{2,4}(?:\[)?\/(.+)\/,/gm)].map(([, pattern = ""]) => new RegExp(pattern));
}

describe("the emulated Bedrock and the dialect", () => {
  test.each(served)("say the same of %s", (id) => {
    expect(byDialect(id)).toEqual(byEmulator(id));
  });

  test.each(served)("know the same limit of %s, or the upstream tells it", (id) => {
    const { maxOutput } = factsOf({ upstreamModel: id });
    if (maxOutput !== undefined) expect(maxOutput).toBe(familyFor(id).maxTokens);
  });

  test.each(served)("agree whether %s thinks unasked", (id) => {
    const { style } = factsOf({ upstreamModel: id }).thinking;
    const { alwaysReasons, reasoning } = familyFor(id);
    if (style === "always") expect(alwaysReasons).toBe(true);
    if (style === "none") expect(alwaysReasons).toBe(false);
    if (style !== "none") expect(reasoning).toBeDefined();
  });

  test.each([
    // Claude is spoken to in its own language.
    ["emulators/bedrock/families.ts", (id: string) => modelOf(id).id, ["^anthropic\\.claude-"]],
    // These are not played.
    [
      "dialects/converse/models.ts",
      (id: string) => id.toLowerCase().replaceAll(".", "-"),
      ["openai-|gpt-", "qwen", "ai21", "palmyra|writer"],
    ],
  ] as const)("have each family of %s among these models", (file, nameOf, others) => {
    const patterns = patternsIn(file);
    expect(patterns.length).toBeGreaterThan(25);
    const met = new Set(served.map((id) => patterns.find((one) => one.test(nameOf(id)))?.source));
    const unmet = patterns.map(({ source }) => source).filter((one) => !met.has(one));
    expect(unmet).toEqual(others);
  });
});
