import { type Charge, costOf } from "./cost.ts";
import type { Price } from "./price.ts";
import type { Usage } from "./usage.ts";

/**
 * What a token is taken to be: three bytes of UTF-8. English has four to a token and Chinese three to a sign, so that
 * an estimate is rather too high than too low. Only for what no upstream has counted; clients never see it.
 */
const bytesPerToken = 3;

/** What frames a message: roles and marks that are no text of it. */
const tokensPerMessage = 4;

/** What a picture, a piece of sound or a file takes where nobody has looked into it: a large picture at Anthropic's. */
const tokensPerMedium = 1600;

/** The members of a request that a model reads. */
const read = ["messages", "prompt", "suffix", "input", "tools", "functions", "response_format"] as const;

/** Members that hold media: URLs of any length, and bytes in base64. */
const media: ReadonlySet<string> = new Set(["image_url", "input_audio", "file", "video_url", "audio"]);

/** How many tokens so many bytes of text are, at the most usual. */
export function tokensOfBytes(bytes: number): number {
  return Math.ceil(bytes / bytesPerToken);
}

/**
 * How many tokens the prompt of a request has, rather too many than too few: its text by {@link tokensOfBytes}, a few
 * for each message, and a fixed number for each medium. Prompts in token ids are counted exactly.
 */
export function estimatePrompt(request: object): number {
  const tally: Tally = { bytes: 0, tokens: 0 };
  for (const name of read) tallyValue(Reflect.get(request, name), tally);
  const messages: unknown = Reflect.get(request, "messages");
  const frames = Array.isArray(messages) ? messages.length * tokensPerMessage : 0;
  return tokensOfBytes(tally.bytes) + tally.tokens + frames;
}

interface Tally {
  bytes: number;
  tokens: number;
}

function tallyValue(value: unknown, tally: Tally): void {
  if (typeof value === "string") tally.bytes += Buffer.byteLength(value);
  else if (typeof value === "number") tally.tokens += 1;
  else if (Array.isArray(value)) for (const item of value) tallyValue(item, tally);
  else if (typeof value === "object" && value !== null) tallyMembers(value, tally);
}

/** Names count too: those of a schema are read by the model. */
function tallyMembers(value: object, tally: Tally): void {
  for (const [name, member] of Object.entries(value)) {
    if (member == null) continue;
    if (media.has(name) && typeof member !== "number") tally.tokens += tokensPerMedium;
    else {
      tally.bytes += name.length;
      tallyValue(member, tally);
    }
  }
}

/** What a request is estimated to cost, and of how many tokens. */
export interface CostEstimate {
  readonly promptTokens: number;
  readonly outputTokens: number;
  /** Whole nanodollars, rounded up; undefined where no price is known. */
  readonly costNanoUsd: number | undefined;
}

/** What an answer may take where neither the request nor the model says: as much as most answers do not. */
export const defaultOutputTokens = 4096;

/**
 * What a request costs at the most usual, before anybody has answered it: the prompt by {@link estimatePrompt}, nothing
 * of it cached, and as much output as the request allows, for each of its prompts and choices. Pure.
 *
 * @param outputTokens what an answer may take where the request does not say, as the model's own limit
 */
export function estimateCost(
  request: object,
  price: Price | undefined,
  outputTokens: number = defaultOutputTokens,
): CostEstimate {
  const promptTokens = estimatePrompt(request);
  const isEmbedding = Reflect.has(request, "input") && !Reflect.has(request, "messages");
  const each = countIn(request, "max_completion_tokens", "max_tokens") ?? outputTokens;
  const most = isEmbedding ? 0 : each * promptsIn(request);
  const choices = Math.max(countIn(request, "n") ?? 1, countIn(request, "best_of") ?? 1);
  const usage: Usage = {
    uncachedInput: promptTokens,
    cacheRead: 0,
    output: most,
    reasoning: 0,
    provenance: "estimated",
  };
  const tier = tierIn(request);
  // Each choice may be a call of its own, which pays for the prompt again.
  const charge = price && { usage, price, tier };
  const charges = charge === undefined ? undefined : Array.from({ length: choices }, (): Charge => charge);
  return {
    promptTokens: promptTokens * choices,
    outputTokens: most * choices,
    costNanoUsd: charges && costOf(charges),
  };
}

/** Each of several prompts has an answer of its own; a list of numbers is one prompt, in its tokens. */
function promptsIn(request: object): number {
  const prompt: unknown = Reflect.get(request, "prompt");
  return Array.isArray(prompt) && typeof prompt[0] !== "number" ? Math.max(1, prompt.length) : 1;
}

function tierIn(request: object): string | undefined {
  const tier: unknown = Reflect.get(request, "service_tier");
  return typeof tier === "string" ? tier : undefined;
}

/** The first of some members that is a whole number above zero. */
function countIn(request: object, ...names: readonly string[]): number | undefined {
  return names
    .map((name): unknown => Reflect.get(request, name))
    .find((value): value is number => typeof value === "number" && Number.isSafeInteger(value) && value > 0);
}
