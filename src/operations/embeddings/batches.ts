import { GatewayError } from "../../errors.ts";
import { toEmbeddingUsage } from "../../usage/embedding-usage.ts";
import { type Input, inputsOf, isSingle, mostTokens } from "../../usage/inputs.ts";
import { addUsage } from "../../usage/usage.ts";
import type { Answer, Change, EmbeddingHabits, EmbeddingList, EmbeddingRequest, Part } from "../types.ts";

/**
 * One request per upstream call: as many texts as one takes, in their order. A request that fits is passed on as it is.
 * A text that is too long for a call by itself gets one of its own, for only the upstream knows its tokens.
 *
 * @param takes what all upstreams take that may answer
 *
 * @see reference: openai-chat-to-gemini §13
 */
export function fanOutInputs(
  request: EmbeddingRequest,
  takes: Pick<EmbeddingHabits, "maxInputs" | "maxTokens">,
): readonly Part<EmbeddingRequest>[] {
  if (isSingle(request.input)) return [{ request, firstIndex: 0 }];
  const batches = batchesOf(inputsOf(request.input), takes);
  if (batches.length === 1) return [{ request, firstIndex: 0 }];
  let firstIndex = 0;
  return batches.map((batch) => {
    const first = firstIndex;
    firstIndex += batch.length;
    const input = toInput(batch);
    return { request: { ...request, input }, firstIndex: first, toWholePath: toWholePath(first, batch.length) };
  });
}

function batchesOf(
  inputs: readonly Input[],
  { maxInputs, maxTokens }: Pick<EmbeddingHabits, "maxInputs" | "maxTokens">,
): readonly (readonly Input[])[] {
  const batches: Input[][] = [];
  let tokens = 0;
  for (const input of inputs) {
    const more = mostTokens(input);
    const last = batches.at(-1);
    if (last === undefined || last.length >= maxInputs || tokens + more > maxTokens) {
      batches.push([input]);
      tokens = more;
    } else {
      last.push(input);
      tokens += more;
    }
  }
  return batches;
}

/** A list holds texts alone or token ids alone: so it was checked. */
function toInput(batch: readonly Input[]): EmbeddingRequest["input"] {
  const texts = batch.filter((one) => typeof one === "string");
  return texts.length > 0 ? texts : batch.filter((one) => typeof one !== "string");
}

/** Places in a batch as places in the whole list; what is said of a batch of one is said of its text. */
function toWholePath(first: number, length: number): (path: string) => string {
  return (path) => {
    if (path === "input" && length === 1) return `input[${first}]`;
    return path.replace(/^input\[(\d+)\]/, (_, at: string) => `input[${first + Number(at)}]`);
  };
}

/** What all of several upstreams take, so that a batch fits whichever of them answers. */
export function commonBatches(habits: readonly EmbeddingHabits[]): EmbeddingHabits {
  const least = (of: (one: EmbeddingHabits) => number): number => Math.min(...habits.map(of));
  return {
    tokens: habits.every((one) => one.tokens),
    maxInputs: least((one) => one.maxInputs),
    maxTokens: least((one) => one.maxTokens),
    maxCalls: least((one) => one.maxCalls),
  };
}

/**
 * The answers of the calls as one: vectors in the order of their texts, tokens summed, each notice once. One answer is
 * passed on as it is.
 * Fails: throws where vectors are of different lengths, as those of different models are: they cannot be compared.
 */
export function joinVectors(answers: readonly Answer<EmbeddingList>[]): Answer<EmbeddingList> {
  const [first] = answers;
  if (first === undefined) throw new Error("a request has at least one answer");
  if (answers.length === 1) return first;
  const data = answers.flatMap((answer) => wholeBody(answer).data).map((one, index) => ({ ...one, index }));
  if (new Set(data.map(({ embedding }) => embedding.length)).size > 1) {
    throw new GatewayError("upstream_invalid_response", "The upstreams' vectors are of different lengths.");
  }
  const usages = answers.flatMap(({ usage }) => usage ?? []);
  const usage = usages.length > 0 ? usages.reduce(addUsage) : undefined;
  const body: EmbeddingList = { ...first.body, data, ...(usage && { usage: toEmbeddingUsage(usage) }) };
  return { body, usage, changes: unique(answers.flatMap(({ changes }) => changes)) };
}

/** Numbers that were left in the text are read here. */
function wholeBody({ body, text }: Answer<EmbeddingList>): EmbeddingList {
  if (text === undefined) return body;
  const whole: EmbeddingList = JSON.parse(text);
  return whole;
}

function unique(changes: readonly Change[]): readonly Change[] {
  return [...new Map(changes.map((change) => [`${change.verb}:${change.path}`, change])).values()];
}
