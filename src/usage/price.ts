import type { components } from "../../generated/types/routes.closed.ts";
import { feeDigits, parseDecimal, priceDigits } from "./decimal.ts";

/** A price as routes.yaml and the list of prices write it: decimal text, US dollars per million tokens. */
export type PriceText = components["schemas"]["Price"];

type RatesText = Omit<components["schemas"]["PriceStep"], "tokens">;

/** What a token costs, by bucket: whole picodollars, or undefined where no price is known, as of output of vectors. */
export interface Rates {
  readonly input: number | undefined;
  readonly output: number | undefined;
  readonly reasoning: number | undefined;
  readonly cacheRead: number | undefined;
  readonly cacheWriteFiveMinutes: number | undefined;
  readonly cacheWriteOneHour: number | undefined;
  readonly toolPrompt: number | undefined;
  readonly audioInput: number | undefined;
  readonly imageInput: number | undefined;
  readonly audioCacheRead: number | undefined;
  readonly imageCacheRead: number | undefined;
  readonly audioOutput: number | undefined;
  readonly imageOutput: number | undefined;
}

/** Rates that hold for prompts of more than so many tokens: the whole request is charged by them. */
interface Step {
  readonly aboveTokens: number;
  readonly rates: Rates;
}

/** One class of service: what it costs, and from which length of prompt on it costs something else. */
export interface Schedule {
  readonly rates: Rates;
  /** The longest prompts first. */
  readonly steps: readonly Step[];
}

/** A price made ready for arithmetic. */
export interface Price {
  readonly standard: Schedule;
  /** By the class of service as the client sees it; one that is not here costs what the standard does. */
  readonly tiers: ReadonlyMap<string, Schedule>;
  /** Picodollars for each upstream call, and for each search it made. */
  readonly request: number;
  readonly search: number;
}

/**
 * Makes a price ready: every text becomes a whole number of picodollars, once.
 *
 * What is not said costs as much as what it is a kind of: thinking as output, reading from a cache and writing to it as
 * input, an hour in the cache as five minutes, results of tools and media as the text around them. Long prompts and
 * other classes of service cost what the price itself says, wherever they do not say it anew; long prompts of a class
 * without steps of its own cost the dearer of both.
 * Fails: throws for text that is no price; the config and the list of prices are checked before.
 */
export function compilePrice(price: PriceText): Price {
  const standard = toSchedule(price);
  const { service_tiers = {}, above: _, ...base } = price;
  const tiers = Object.entries(service_tiers).map(([name, one]) => {
    const schedule = toSchedule({ ...base, ...one });
    return [
      name,
      one.above === undefined ? { ...schedule, steps: dearerSteps(schedule, standard) } : schedule,
    ] as const;
  });
  return { standard, tiers: new Map(tiers), request: fee(price.request), search: fee(price.search) };
}

function toSchedule(text: Pick<PriceText, "above"> & RatesText): Schedule {
  const steps = (text.above ?? []).map(({ tokens, ...rates }) => ({
    aboveTokens: tokens,
    rates: toRates({ ...text, ...rates }),
  }));
  return { rates: toRates(text), steps: steps.sort((a, b) => b.aboveTokens - a.aboveTokens) };
}

/** The steps of a price for a class of service that has none: nothing gets cheaper by them. */
function dearerSteps({ rates }: Schedule, { steps }: Schedule): readonly Step[] {
  return steps.map(({ aboveTokens, rates: long }) => ({ aboveTokens, rates: dearer(rates, long) }));
}

function dearer(a: Rates, b: Rates): Rates {
  const most = (kind: keyof Rates): number | undefined => {
    const [one, other] = [a[kind], b[kind]];
    return one === undefined || other === undefined ? (one ?? other) : Math.max(one, other);
  };
  return {
    input: most("input"),
    output: most("output"),
    reasoning: most("reasoning"),
    cacheRead: most("cacheRead"),
    cacheWriteFiveMinutes: most("cacheWriteFiveMinutes"),
    cacheWriteOneHour: most("cacheWriteOneHour"),
    toolPrompt: most("toolPrompt"),
    audioInput: most("audioInput"),
    imageInput: most("imageInput"),
    audioCacheRead: most("audioCacheRead"),
    imageCacheRead: most("imageCacheRead"),
    audioOutput: most("audioOutput"),
    imageOutput: most("imageOutput"),
  };
}

function toRates(text: RatesText): Rates {
  const input = perToken(text.input);
  const output = perToken(text.output);
  const cacheRead = perToken(text.cache_read) ?? input;
  const cacheWriteFiveMinutes = perToken(text.cache_write) ?? input;
  return {
    input,
    output,
    reasoning: perToken(text.reasoning) ?? output,
    cacheRead,
    cacheWriteFiveMinutes,
    cacheWriteOneHour: perToken(text.cache_write_1h) ?? cacheWriteFiveMinutes,
    toolPrompt: perToken(text.tool_prompt) ?? input,
    audioInput: perToken(text.audio_input) ?? input,
    imageInput: perToken(text.image_input) ?? input,
    audioCacheRead: perToken(text.audio_cache_read) ?? cacheRead,
    imageCacheRead: cacheRead,
    audioOutput: perToken(text.audio_output) ?? output,
    imageOutput: perToken(text.image_output) ?? output,
  };
}

function perToken(text: string | undefined): number | undefined {
  return text === undefined ? undefined : parsed(text, priceDigits);
}

function fee(text: string | undefined): number {
  return text === undefined ? 0 : parsed(text, feeDigits);
}

function parsed(text: string, digits: number): number {
  const units = parseDecimal(text, digits);
  if (units === undefined) throw new Error(`${text} is no price`);
  return units;
}
