import { validateCreateCompletionRequest } from "../../../generated/validators/openai.received.mjs";
import type { GatewayError } from "../../errors.ts";
import type { ToClientPath } from "../client-paths.ts";
import { refuse, toInvalidRequest, tooLittle, tooMuch, wrongLength, wrongType } from "../invalid.ts";
import type { CompletionHabits, CompletionRequest } from "../types.ts";
import { toOwnParam } from "./paths.ts";
import { endOfText, type Prompt, promptsOf } from "./prompts.ts";
import { maxStops } from "./stops.ts";
import { type Decode, loadDecode, type Tokenizer } from "./tokens.ts";

/** A request for legacy completions that has the right shape, and how it wants to be answered. */
export interface CompletionCall {
  readonly request: CompletionRequest;
  readonly stream: boolean;
  /** The client wants a last chunk with the counts. */
  readonly includeUsage: boolean;
  /** Where chat stands in for completions, upstreams speak of chat's fields. */
  readonly toClientPath: ToClientPath;
}

/** How a model's upstreams want their requests. */
export interface CompletionOptions {
  /** What all of them take that may answer. */
  readonly takes: CompletionHabits;
  /** The vocabulary the client's ids are of. */
  readonly tokenizer: Tokenizer;
}

/**
 * Checks a body against the compiled spec and what the spec cannot say. No prompt is the prompt `<|endoftext|>`.
 *
 * @param model the resolved client-facing name, for requests that left theirs out
 * Fails: throws a 400 that names the parameter; where ids are to be made text, rejects with it.
 *
 * @see reference: openai-surface §5
 */
export function parseCompletion(
  body: object,
  model: string,
  { takes, tokenizer }: CompletionOptions,
): CompletionCall | Promise<CompletionCall> {
  const named = withModel(body, model);
  const stop = takes.manyStops ? manyStops(body) : undefined;
  const request: unknown = stop === undefined ? named : { ...named, stop: null };
  if (!validateCreateCompletionRequest(request)) {
    throw toInvalidRequest(validateCreateCompletionRequest.errors?.[0], request);
  }
  if (stop !== undefined) request.stop = toTexts(stop);
  checkAlike(request);
  checkCounts(request);
  checkRules(request);
  const stream = request.stream === true;
  const includeUsage = stream && request.stream_options?.include_usage === true;
  const call = { request, stream, includeUsage, toClientPath: (path: string) => toOwnParam(path, request) };
  if (request.prompt === null) return { ...call, request: { ...request, prompt: endOfText } };
  const inTokens = promptsOf(request.prompt).some((prompt) => typeof prompt !== "string");
  if (takes.tokens || !inTokens) return call;
  return loadDecode(tokenizer).then((decode) => ({ ...call, request: toText(request, decode, tokenizer) }));
}

function withModel(body: object, model: string): object {
  return "model" in body && body.model !== null && body.model !== "" ? body : { ...body, model };
}

/** As many texts to stop at as any client sends. */
const mostStops = 64;

/** The texts to stop at, where they are more than OpenAI takes: autocomplete clients send every marker they know. */
function manyStops(body: object): readonly unknown[] | undefined {
  const stop: unknown = Reflect.get(body, "stop");
  if (!Array.isArray(stop) || stop.length <= maxStops) return undefined;
  if (stop.length > mostStops) throw wrongLength("array", "maxItems", "stop", stop.length, mostStops);
  return stop;
}

function toTexts(stop: readonly unknown[]): string[] {
  return stop.map((word, at) => {
    if (typeof word === "string") return word;
    throw wrongType(`stop[${at}]`, "a string", word);
  });
}

/** The compiled check looks at each item by itself; a list holds texts, ids or lists of ids, and one kind alone. */
function checkAlike({ prompt }: CompletionRequest): void {
  if (!Array.isArray(prompt)) return;
  const items: readonly (Prompt | number)[] = prompt;
  const expected = kinds[typeof items[0]];
  const at = items.findIndex((item) => kinds[typeof item] !== expected);
  if (at >= 0 && expected !== undefined) throw wrongType(`prompt[${at}]`, expected, items[at]);
}

const kinds: Readonly<Record<string, string>> = {
  string: "a string",
  number: "an integer",
  object: "an array of integers",
};

/** Each prompt and choice is an upstream call, so that one request makes no more of them than `n` alone may ask for. */
const maxAnswers = 128;

function checkCounts({ prompt, n, best_of, stream }: CompletionRequest): void {
  const { length } = promptsOf(prompt);
  if (length === 0) throw wrongLength("array", "minItems", "prompt", 0, 1);
  if (length > maxAnswers) throw wrongLength("array", "maxItems", "prompt", length, maxAnswers);
  const wanted = n ?? 1;
  if (length * wanted > maxAnswers) {
    const message = `Invalid 'n': ${length} prompts with ${wanted} choices each are ${length * wanted} answers, and one request may ask for ${maxAnswers}.`;
    throw refuse("invalid_value", "n", message);
  }
  if (best_of == null) return;
  if (n != null && best_of < n) {
    throw refuse("invalid_value", "best_of", `Invalid 'best_of': expected at least 'n' (${n}), but got ${best_of}.`);
  }
  if (stream === true && best_of > wanted) {
    throw refuse("invalid_value", "best_of", "The 'best_of' parameter cannot be above 'n' when 'stream' is enabled.");
  }
}

/** What OpenAI refuses beyond the types and bounds of its spec. */
function checkRules({ logit_bias }: CompletionRequest): void {
  for (const [token, bias] of Object.entries(logit_bias ?? {})) {
    if (bias > 100) throw tooMuch("integer", `logit_bias.${token}`, bias, 100);
    if (bias < -100) throw tooLittle("integer", `logit_bias.${token}`, bias, -100);
  }
}

function toText(request: CompletionRequest, decode: Decode, tokenizer: Tokenizer): CompletionRequest {
  const read = (prompt: Prompt, place: string): string => {
    if (typeof prompt === "string") return prompt;
    const text = decode(prompt);
    if (typeof text !== "string") throw unknownToken(`${place}[${text.at}]`, text.unknown, tokenizer);
    return text;
  };
  const prompts = promptsOf(request.prompt);
  const [first] = prompts;
  const single = Array.isArray(request.prompt) && typeof request.prompt[0] === "number";
  if (single && first !== undefined) return { ...request, prompt: read(first, "prompt") };
  return { ...request, prompt: prompts.map((prompt, at) => read(prompt, `prompt[${at}]`)) };
}

function unknownToken(param: string, id: number, tokenizer: Tokenizer): GatewayError {
  return refuse("invalid_value", param, `Invalid value for '${param}': ${id} is no token of ${tokenizer}.`);
}
