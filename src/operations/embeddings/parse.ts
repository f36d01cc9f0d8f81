import { validateCreateEmbeddingRequest } from "../../../generated/validators/openai.received.mjs";
import { type Input, inputsOf, isSingle } from "../../usage/inputs.ts";
import type { ToClientPath } from "../client-paths.ts";
import { type Decode, loadDecode, type Tokenizer } from "../completions/tokens.ts";
import { refuse, toInvalidRequest, wrongLength, wrongType } from "../invalid.ts";
import type { EmbeddingHabits, EmbeddingRequest } from "../types.ts";

/** A request for vectors that has the right shape. It is never streamed. */
export interface EmbeddingCall {
  readonly request: EmbeddingRequest;
  readonly stream: false;
  readonly includeUsage: false;
  /** Upstreams that chat too speak of `messages`. */
  readonly toClientPath: ToClientPath;
}

/** How a model's upstreams want their requests. */
export interface EmbeddingOptions {
  /** What all of them take that may answer. */
  readonly takes: Pick<EmbeddingHabits, "tokens">;
  /** The vocabulary the client's ids are of. */
  readonly tokenizer: Tokenizer;
}

/**
 * Checks a body against the compiled spec and what the spec cannot say: a list holds texts, ids or lists of ids, and one
 * kind alone; no text is empty.
 *
 * @param model the resolved client-facing name, for requests that left theirs out
 * Fails: throws a 400 that names the parameter; where ids are to be made text, rejects with it.
 *
 * @see reference: openai-surface §6
 */
export function parseEmbeddings(
  body: object,
  model: string,
  { takes, tokenizer }: EmbeddingOptions,
): EmbeddingCall | Promise<EmbeddingCall> {
  const request: unknown = withModel(body, model);
  if (!validateCreateEmbeddingRequest(request)) {
    throw toInvalidRequest(validateCreateEmbeddingRequest.errors?.[0], request);
  }
  checkInput(request.input);
  const call = { request, stream: false, includeUsage: false, toClientPath } as const;
  const inTokens = inputsOf(request.input).some((input) => typeof input !== "string");
  if (takes.tokens || !inTokens) return call;
  return loadDecode(tokenizer).then((decode) => ({ ...call, request: toText(request, decode, tokenizer) }));
}

function withModel(body: object, model: string): object {
  return "model" in body && body.model !== null && body.model !== "" ? body : { ...body, model };
}

const toClientPath: ToClientPath = (path) => (path === "messages" ? "input" : path);

const kinds: Readonly<Record<string, string>> = {
  string: "a string",
  number: "an integer",
  object: "an array of integers",
};

/** The compiled check looks at each item by itself, and lets an empty text pass. */
function checkInput(input: EmbeddingRequest["input"]): void {
  if (input === "") throw wrongLength("string", "minLength", "input", 0, 1);
  if (typeof input === "string") return;
  const items: readonly (Input | number)[] = input;
  const expected = kinds[typeof items[0]] ?? "";
  for (const [at, item] of items.entries()) {
    if (kinds[typeof item] !== expected) throw wrongType(`input[${at}]`, expected, item);
    if (item === "") throw wrongLength("string", "minLength", `input[${at}]`, 0, 1);
  }
}

function toText(request: EmbeddingRequest, decode: Decode, tokenizer: Tokenizer): EmbeddingRequest {
  const read = (input: Input, place: string): string => {
    if (typeof input === "string") return input;
    const text = decode(input);
    if (typeof text === "string") return text;
    const param = `${place}[${text.at}]`;
    throw refuse("invalid_value", param, `Invalid value for '${param}': ${text.unknown} is no token of ${tokenizer}.`);
  };
  const inputs = inputsOf(request.input);
  const [first] = inputs;
  if (isSingle(request.input) && first !== undefined) return { ...request, input: read(first, "input") };
  return { ...request, input: inputs.map((input, at) => read(input, `input[${at}]`)) };
}
