import type { Price } from "../../config/config.ts";

/** Members of a price that hold one amount. */
type Rate = Exclude<keyof Price, "above" | "service_tiers">;

/** Where an amount of LiteLLM's belongs in a price. */
export interface CostPlace {
  readonly rate: Rate;
  /** Tokens of the prompt above which it holds. */
  readonly above: number | undefined;
  readonly tier: string | undefined;
  /** US dollars for each, in place of for each million tokens. */
  readonly each: boolean;
}

const rates: ReadonlyMap<string, Rate> = new Map([
  ["input_cost_per_token", "input"],
  ["output_cost_per_token", "output"],
  ["cache_read_input_token_cost", "cache_read"],
  ["cache_creation_input_token_cost", "cache_write"],
  ["cache_creation_input_token_cost_above_1hr", "cache_write_1h"],
  ["output_cost_per_reasoning_token", "reasoning"],
  ["input_cost_per_audio_token", "audio_input"],
  ["output_cost_per_audio_token", "audio_output"],
  ["cache_read_input_audio_token_cost", "audio_cache_read"],
  ["input_cost_per_image_token", "image_input"],
  ["output_cost_per_image_token", "image_output"],
  ["input_cost_per_request", "request"],
]);

/** Names of costs that a price of Specgate's has a place for. */
export const costNames: readonly string[] = [...rates.keys()];

/** Where a cost belongs, by LiteLLM's name of it; undefined for what is counted in other things, as seconds. */
export function costPlace(name: string): CostPlace | undefined {
  const [, base = "", thousands, tier] = /^(.+?)(?:_above_(\d{1,6})k_tokens)?(?:_(priority|flex))?$/.exec(name) ?? [];
  const rate = rates.get(base);
  if (rate === undefined) return undefined;
  const each = rate === "request";
  if (each && base !== name) return undefined;
  return { rate, above: thousands === undefined ? undefined : Number(thousands) * 1000, tier, each };
}

/** Looks like a cost, whether or not there is a place for it. */
export function isCost(name: string): boolean {
  return /(?:^|_)cost(?:_|$)/.test(name);
}

/**
 * US dollars per token → per million tokens, as decimal text, exactly: `3e-06` → `3`, `1.25E-7` → `0.125`.
 *
 * `shift` is how many places the point moves. Undefined for what is no number, is below zero or out of all proportion.
 */
export function shiftPoint(text: string, shift: number): string | undefined {
  const [whole, before = "", after = "", exponent = "0"] = /^\+?(\d*)\.?(\d*)(?:[eE]([+-]?\d+))?$/.exec(text) ?? [];
  const digits = `${before}${after}`;
  const point = before.length + Number(exponent) + shift;
  if (whole === undefined || digits === "" || Math.abs(point) > 60) return undefined;
  const padded = `${"0".repeat(Math.max(0, -point))}${digits}${"0".repeat(Math.max(0, point - digits.length))}`;
  const at = Math.max(0, point);
  const integer = padded.slice(0, at).replace(/^0+(?=\d)/, "") || "0";
  const fraction = padded.slice(at).replace(/0+$/, "");
  return fraction === "" ? integer : `${integer}.${fraction}`;
}

/** An amount that a price may hold: six digits behind the point, twelve for what is counted in things. */
export function isPriceText(text: string, each: boolean): boolean {
  return (each ? /^\d{1,3}(?:\.\d{1,12})?$/ : /^\d{1,6}(?:\.\d{1,6})?$/).test(text);
}

type Amounts = Partial<Record<Rate, string>>;
type Schedule = Amounts & { above?: (Amounts & { tokens: number })[] };
type Draft = Schedule & { service_tiers?: Record<string, Schedule> };

/** Puts amounts together to a price. */
export function toPrice(amounts: readonly (readonly [CostPlace, string])[]): Draft {
  const price: Draft = {};
  for (const [{ rate, above, tier }, amount] of amounts) {
    const schedule = tier === undefined ? price : tierOf(price, tier);
    (above === undefined ? schedule : stepOf(schedule, above))[rate] = amount;
  }
  return price;
}

function tierOf(price: Draft, tier: string): Schedule {
  price.service_tiers ??= {};
  price.service_tiers[tier] ??= {};
  return price.service_tiers[tier];
}

function stepOf(schedule: Schedule, tokens: number): Amounts {
  schedule.above ??= [];
  const known = schedule.above.find((step) => step.tokens === tokens);
  if (known !== undefined) return known;
  const step: Amounts & { tokens: number } = { tokens };
  schedule.above.push(step);
  return step;
}
