import { validateCreateCompletionRequest } from "../../../generated/validators/openai.received.mjs";
import type { GatewayError } from "../../errors.ts";
import type { ToClientPath } from "../client-paths.ts";
import { refuse, toInvalidRequest, tooLittle, tooMuch, wrongLength } from "../invalid.ts";
import type { CompletionRequest } from "../types.ts";
import { isMarker } from "./gap.ts";
import { toOwnParam } from "./paths.ts";
import { endOfText, type Prompt, promptsOf } from "./prompts.ts";
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

/** How a model's upstreams want their prompts. */
export interface CompletionOptions {
  /** An upstream may answer that takes no token ids. */
  readonly asText: boolean;
  /** The vocabulary the client's ids are of; `cl100k_base` unless told. */
  readonly tokenizer?: Tokenizer | undefined;
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
  { asText, tokenizer = "cl100k_base" }: CompletionOptions,
): CompletionCall | Promise<CompletionCall> {
  const request: unknown = withModel(asText ? withoutMarkers(body) : body, model);
  if (!validateCreateCompletionRequest(request)) {
    throw toInvalidRequest(validateCreateCompletionRequest.errors?.[0], request);
  }
  checkCounts(request);
  checkRules(request);
  const stream = request.stream === true;
  const includeUsage = stream && request.stream_options?.include_usage === true;
  const call = { request, stream, includeUsage, toClientPath: (path: string) => toOwnParam(path, request) };
  if (request.prompt === null) return { ...call, request: { ...request, prompt: endOfText } };
  const inTokens = promptsOf(request.prompt).some((prompt) => typeof prompt !== "string");
  if (!asText || !inTokens) return call;
  return loadDecode(tokenizer).then((decode) => ({ ...call, request: toText(request, decode, tokenizer) }));
}

function withModel(body: object, model: string): object {
  return "model" in body && body.model !== null && body.model !== "" ? body : { ...body, model };
}

/**
 * Autocomplete clients end answers at every marker their templates know, more than four. A chat model says none of
 * them, so that a list which is too long may lose them.
 */
function withoutMarkers(body: object): object {
  const stop: unknown = Reflect.get(body, "stop");
  if (!Array.isArray(stop) || stop.length <= maxStops) return body;
  const kept = stop.filter((word) => !isMarker(word));
  return { ...body, stop: kept.length === 0 ? null : kept };
}

const maxStops = 4;

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
