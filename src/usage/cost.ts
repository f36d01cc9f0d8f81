import { picoPerNano, toSafe } from "./decimal.ts";
import type { Price, Rates } from "./price.ts";
import { inputOf, type Usage } from "./usage.ts";

/** An upstream call that was answered: what it used, and by which price. */
export interface Charge {
  readonly usage: Usage;
  readonly price: Price;
  /** The class of service that answered, in the client's words; undefined where nobody said. */
  readonly tier: string | undefined;
}

/**
 * What one request costs, over all its upstream calls: whole nanodollars, rounded up once.
 *
 * Undefined where a bucket that holds tokens has no price. Counts that are none, as of an upstream that says a negative
 * number, cost nothing. Numbers are enough for what fits into them, up to 9,000 dollars; beyond, it is done again with
 * big ones.
 */
export function costOf(charges: readonly Charge[]): number | undefined {
  let pico = 0;
  for (const charge of charges) {
    const one = picoOf(charge);
    if (one === undefined) return undefined;
    pico += one;
  }
  if (Number.isSafeInteger(pico) && pico >= 0) return Math.ceil(pico / picoPerNano);
  const exact = charges.reduce((sum, charge) => sum + bigPicoOf(charge), 0n);
  return toSafe((exact + BigInt(picoPerNano - 1)) / BigInt(picoPerNano));
}

/** The rates by which a call is charged: those of its class of service and of the length of its prompt. */
export function ratesOf({ usage, price, tier }: Charge): Rates {
  const { rates, steps } = (tier === undefined ? undefined : price.tiers.get(tier)) ?? price.standard;
  if (steps.length === 0) return rates;
  const prompt = inputOf(usage);
  return steps.find(({ aboveTokens }) => prompt > aboveTokens)?.rates ?? rates;
}

/** NaN where no price is known for tokens that were used: it goes through every sum. */
function times(tokens: number | undefined, rate: number | undefined): number {
  return tokens === undefined || !(tokens > 0) ? 0 : tokens * (rate ?? Number.NaN);
}

function picoOf(charge: Charge): number | undefined {
  const { usage, price } = charge;
  const { cacheWrite, media } = usage;
  const rates = ratesOf(charge);
  let pico =
    price.request +
    times(usage.uncachedInput, rates.input) +
    times(usage.cacheRead, rates.cacheRead) +
    times(usage.output, rates.output) +
    times(usage.reasoning, rates.reasoning);
  if (usage.toolPrompt !== undefined) pico += times(usage.toolPrompt, rates.toolPrompt);
  if (usage.searches !== undefined) pico += times(usage.searches, price.search);
  if (cacheWrite !== undefined) {
    pico += times(cacheWrite.fiveMinutes, rates.cacheWriteFiveMinutes);
    pico += times(cacheWrite.oneHour, rates.cacheWriteOneHour);
  }
  if (media !== undefined) {
    pico += times(media.audioInput, rates.audioInput) + times(media.imageInput, rates.imageInput);
    pico += times(media.audioCacheRead, rates.audioCacheRead) + times(media.imageCacheRead, rates.imageCacheRead);
    pico += times(media.audioOutput, rates.audioOutput) + times(media.imageOutput, rates.imageOutput);
  }
  return Number.isNaN(pico) ? undefined : pico;
}

/** The same without a limit, for what no number holds exactly; all buckets that hold anything have a price here. */
function bigPicoOf(charge: Charge): bigint {
  const { usage, price } = charge;
  const rates = ratesOf(charge);
  const parts: readonly (readonly [number | undefined, number | undefined])[] = [
    [1, price.request],
    [usage.uncachedInput, rates.input],
    [usage.cacheRead, rates.cacheRead],
    [usage.output, rates.output],
    [usage.reasoning, rates.reasoning],
    [usage.toolPrompt, rates.toolPrompt],
    [usage.searches, price.search],
    [usage.cacheWrite?.fiveMinutes, rates.cacheWriteFiveMinutes],
    [usage.cacheWrite?.oneHour, rates.cacheWriteOneHour],
    [usage.media?.audioInput, rates.audioInput],
    [usage.media?.imageInput, rates.imageInput],
    [usage.media?.audioCacheRead, rates.audioCacheRead],
    [usage.media?.imageCacheRead, rates.imageCacheRead],
    [usage.media?.audioOutput, rates.audioOutput],
    [usage.media?.imageOutput, rates.imageOutput],
  ];
  return parts.reduce((sum, [tokens, rate = 0]) => sum + toBigCount(tokens) * BigInt(rate), 0n);
}

/** A count as a whole number; what is none counts nothing, and a part of a token is one. */
function toBigCount(tokens: number | undefined): bigint {
  return tokens !== undefined && Number.isFinite(tokens) && tokens > 0 ? BigInt(Math.ceil(tokens)) : 0n;
}
