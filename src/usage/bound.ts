import { picoPerNano } from "./decimal.ts";
import { limitsOf } from "./model-limits.ts";
import type { Price, Rates, Schedule } from "./price.ts";

/** An upstream model that may answer, and what it costs. */
export interface Bidder {
  readonly upstreamModel: string;
  /** Undefined where nobody knows: then nothing bounds its cost. */
  readonly price: Price | undefined;
}

/** The most that a request can cost. */
export interface Bound {
  /** Each of its answers can be no longer, by the client's limit or else by the models'. */
  readonly outputTokens: number;
  /**
   * The most it costs where each answer is at most so long, in nano-dollars.
   * Undefined where a model that may answer has no price.
   */
  readonly costAt: (outputTokens: number) => bigint | undefined;
  /** The longest answers that so much money pays for, each alike; below 0 where it does not pay for the prompt. */
  readonly outputFor: (nanoUsd: bigint) => number;
}

/** What frames a prompt: marks of roles, and the sentences that providers put in front. */
const frameTokens = 64;
const messageTokens = 32;
/** Providers explain to their models how tools are called. */
const toolsTokens = 1_500;
const toolTokens = 64;

/** A provider's own searches put pages into the prompt, as long as it may be. */
const mostSearches = 64;

/** What has been found in a request. */
interface Tally {
  /** A token is at least a byte long. */
  tokens: number;
  /** Of an answer that the client predicts: what is not taken from it is paid for as output. */
  predicted: number;
  images: number;
  /** Its length cannot be told: an address, a file's id. */
  isOpen: boolean;
  hasMedia: boolean;
  hasSearch: boolean;
  /** It asks to be kept in a cache for longer than usual, which costs more. */
  isKeptLong: boolean;
}

/**
 * The most that a request can cost, whoever of the bidders answers: an upper bound, never an estimate. Pure.
 *
 * The prompt has no more tokens than bytes, a picture what the model takes for its largest, other media no more than
 * their bytes, and what lies at an address as much as the model can read. Of rates that may hold, the dearest does.
 *
 * @param calls how many upstream calls the request becomes
 */
export function boundOf(request: object, bidders: readonly Bidder[], calls: number): Bound {
  const tally = tallyOf(request);
  const outputTokens = outputOf(request, bidders);
  const bids = bidders.map((bidder) => toBid(bidder, tally, tierIn(request)));
  const choices = choicesIn(request);
  const answers = BigInt(choices * promptsIn(request));
  const fixed = bids.map((bid) => bid && fixedOf(bid, calls, choices, tally.predicted));
  return {
    outputTokens,
    costAt(output) {
      let most = 0n;
      for (const [at, bid] of bids.entries()) {
        const prompt = fixed[at];
        if (bid === undefined || prompt === undefined) return undefined;
        const nano = toNano(prompt + answers * BigInt(Math.ceil(output)) * bid.outputPico);
        if (nano > most) most = nano;
      }
      return most;
    },
    outputFor(nanoUsd) {
      let least = outputTokens;
      for (const [at, bid] of bids.entries()) {
        const prompt = fixed[at];
        if (bid === undefined || prompt === undefined) return -1;
        const rest = nanoUsd * pico - prompt;
        if (rest < 0n) return -1;
        const each = answers * bid.outputPico;
        if (each > 0n) least = Math.min(least, Number(rest / each));
      }
      return least;
    },
  };
}

/** What a request costs before its answer is any longer than the prediction, in pico-dollars. */
function fixedOf({ promptPico, callPico, outputPico }: Bid, calls: number, choices: number, predicted: number): bigint {
  return BigInt(choices) * (promptPico + BigInt(predicted) * outputPico) + BigInt(calls) * callPico;
}

const pico = BigInt(picoPerNano);
const toNano = (amount: bigint): bigint => (amount + pico - 1n) / pico;

/** What a bidder wants: for the prompt, for each call, and for a token of an answer. In pico-dollars. */
interface Bid {
  readonly promptPico: bigint;
  readonly callPico: bigint;
  readonly outputPico: bigint;
}

function toBid({ upstreamModel, price }: Bidder, tally: Tally, tier: string | undefined): Bid | undefined {
  if (price === undefined) return undefined;
  const { context, image } = limitsOf(upstreamModel);
  const all = tally.isOpen || tally.hasSearch ? context : tally.tokens + tally.images * image;
  // A prompt that is longer than the model can read is refused, and costs nothing.
  const promptTokens = Math.min(all, context);
  let input = 0;
  let output = 0;
  for (const rates of ratesWithin(price, promptTokens, tier)) {
    const asInput = inputRates(rates, tally);
    if (asInput.includes(undefined) && promptTokens > 0) return undefined;
    input = Math.max(input, ...asInput.map((rate) => rate ?? 0));
    output = Math.max(output, rates.output ?? 0, rates.reasoning ?? 0, rates.audioOutput ?? 0, rates.imageOutput ?? 0);
  }
  const searches = tally.hasSearch ? mostSearches : 0;
  return {
    promptPico: BigInt(promptTokens) * BigInt(input),
    callPico: BigInt(frameTokens) * BigInt(input) + BigInt(price.request + searches * price.search),
    outputPico: BigInt(output),
  };
}

/** What a token of the prompt may cost. */
function inputRates(rates: Rates, { hasMedia, isKeptLong }: Tally): readonly (number | undefined)[] {
  const text = [rates.input, rates.cacheRead, rates.cacheWriteFiveMinutes, rates.toolPrompt];
  const kept = isKeptLong ? [...text, rates.cacheWriteOneHour] : text;
  return hasMedia ? [...kept, rates.audioInput, rates.imageInput] : kept;
}

/** The rates that may hold: of the class of service that was named, or of any, and of prompts up to this length. */
function ratesWithin(price: Price, promptTokens: number, tier: string | undefined): readonly Rates[] {
  const named = tier === undefined || tier === "auto" ? [...price.tiers.values()] : [price.tiers.get(tier)];
  const schedules = [price.standard, ...named.filter((one): one is Schedule => one !== undefined)];
  return schedules.flatMap(({ rates, steps }) => [
    rates,
    ...steps.filter(({ aboveTokens }) => promptTokens > aboveTokens).map((step) => step.rates),
  ]);
}

function outputOf(request: object, bidders: readonly Bidder[]): number {
  // Vectors have no output.
  if (Reflect.has(request, "input") && !Reflect.has(request, "messages")) return 0;
  const most = Math.max(1, ...bidders.map(({ upstreamModel }) => limitsOf(upstreamModel).output));
  const asked = countIn(request, "max_completion_tokens") ?? countIn(request, "max_tokens");
  if (asked !== undefined) return asked;
  return most;
}

function tierIn(request: object): string | undefined {
  const tier: unknown = Reflect.get(request, "service_tier");
  return typeof tier === "string" ? tier : undefined;
}

/** Answers to each prompt. Each may be a call of its own, which pays for the prompt again. */
function choicesIn(request: object): number {
  return Math.max(countIn(request, "n") ?? 1, countIn(request, "best_of") ?? 1);
}

/** Each of several prompts has answers of its own; a list of numbers is one prompt, in its tokens. */
function promptsIn(request: object): number {
  const prompt: unknown = Reflect.get(request, "prompt");
  return Array.isArray(prompt) && typeof prompt[0] !== "number" ? Math.max(1, prompt.length) : 1;
}

function countIn(request: object, name: string): number | undefined {
  const value: unknown = Reflect.get(request, name);
  return typeof value === "number" && Number.isSafeInteger(value) && value > 0 ? value : undefined;
}

function tallyOf(request: object): Tally {
  const tally: Tally = {
    tokens: 0,
    predicted: 0,
    images: 0,
    isOpen: false,
    hasMedia: false,
    hasSearch: Reflect.get(request, "web_search_options") != null,
    isKeptLong: Reflect.get(request, "prompt_cache_retention") != null || Reflect.get(request, "cache_control") != null,
  };
  // All members, for servers read some that nobody here knows.
  for (const [name, member] of Object.entries(request)) {
    const isSetting = typeof member === "number" || typeof member === "boolean" || asides.has(name);
    if (!isSetting) addValue(member, tally);
  }
  tally.predicted = bytesIn(Reflect.get(request, "prediction"));
  const messages: unknown = Reflect.get(request, "messages");
  if (Array.isArray(messages)) tally.tokens += messages.length * messageTokens;
  const tools: unknown = Reflect.get(request, "tools") ?? Reflect.get(request, "functions");
  if (Array.isArray(tools) && tools.length > 0) {
    tally.tokens += toolsTokens + tools.length * toolTokens;
    tally.hasSearch ||= tools.some(runsAtTheUpstream);
  }
  return tally;
}

/** Members that are read by nobody as text, and the prediction, which is counted apart. */
const asides: ReadonlySet<string> = new Set(["model", "user", "metadata", "logit_bias", "prediction", "audio"]);

function bytesIn(value: unknown): number {
  return value == null ? 0 : Buffer.byteLength(JSON.stringify(value));
}

/** A tool that the upstream calls by itself, and whose results it reads. */
function runsAtTheUpstream(tool: unknown): boolean {
  if (typeof tool !== "object" || tool === null) return false;
  const type: unknown = Reflect.get(tool, "type");
  // Google's tools have no type: their name is a member.
  if (type === undefined || type === null) return !Reflect.has(tool, "function") && !Reflect.has(tool, "name");
  return type !== "function" && type !== "custom";
}

function addValue(value: unknown, tally: Tally): void {
  if (typeof value === "string") tally.tokens += Buffer.byteLength(value);
  else if (typeof value === "number" || typeof value === "boolean") tally.tokens += 24;
  else if (Array.isArray(value)) addItems(value, tally);
  else if (typeof value === "object" && value !== null) addMembers(value, tally);
}

/** A prompt in its tokens has one of each number; anything else may need a mark between two. */
function addItems(items: readonly unknown[], tally: Tally): void {
  if (items.length > 0 && items.every((item) => typeof item === "number")) tally.tokens += items.length;
  else {
    for (const item of items) {
      tally.tokens += 2;
      addValue(item, tally);
    }
  }
}

function addMembers(value: object, tally: Tally): void {
  for (const [name, member] of Object.entries(value)) {
    if (member == null) continue;
    tally.tokens += name.length + 6;
    if (name === "cache_control" || name === "ttl") tally.isKeptLong = true;
    if (name === "image_url") addImage(member, tally);
    else if (media.has(name)) addMedium(member, tally);
    else addValue(member, tally);
  }
}

/** Members that hold sound, films and documents: addresses, ids, or bytes in base64. */
const media: ReadonlySet<string> = new Set(["input_audio", "file", "video_url", "audio"]);

function addImage(member: unknown, tally: Tally): void {
  tally.hasMedia = true;
  const url: unknown = typeof member === "object" && member !== null ? Reflect.get(member, "url") : member;
  // Some clients send documents and films as if they were pictures.
  const isPicture = typeof url === "string" && /^(?:data:image\/|https?:)/i.test(url) && !looksLikeFilm.test(url);
  if (isPicture) tally.images += 1;
  else tally.isOpen = true;
}

const looksLikeFilm = /^https?:.*(?:\.(?:pdf|mp4|mov|webm|mpe?g|mp3|wav)|youtu\.?be)/i;

/** Of sound a token is longer than a byte. A document has many pages in few bytes, and a film many pictures. */
function addMedium(member: unknown, tally: Tally): void {
  tally.hasMedia = true;
  const data: unknown = typeof member === "object" && member !== null ? Reflect.get(member, "data") : undefined;
  if (typeof data === "string" && !/^https?:/i.test(data)) tally.tokens += data.length;
  else tally.isOpen = true;
}
