import type { CompletionHabits, CompletionRequest, Part } from "../types.ts";

/** One prompt: a text, or the ids of its tokens. */
export type Prompt = string | number[];

/** What stands for no prompt at all: the token between two documents. */
export const endOfText = "<|endoftext|>";

/** The prompts of a request, each of which is answered on its own. */
export function promptsOf(prompt: CompletionRequest["prompt"]): readonly Prompt[] {
  if (prompt === null) return [endOfText];
  if (typeof prompt === "string") return [prompt];
  const items: readonly (Prompt | number)[] = prompt;
  const several = items.filter((item) => typeof item !== "number");
  // Numbers are the tokens of one prompt.
  const tokens = items.filter((item) => typeof item === "number");
  return tokens.length > 0 ? [tokens] : several;
}

/**
 * One request per prompt and choice; the answers' indexes count the choices of the first prompt first. A request for
 * one choice of one prompt is passed on as it is.
 *
 * @param takes what all upstreams take that may answer. Where they rank candidates, a request for more of them than
 * choices (`best_of` > `n`) stays one request per prompt, for only the upstream can tell the best.
 *
 * Costs: an upstream call for each part, each billing its whole prompt.
 *
 * @see reference: openai-surface §5
 */
export function fanOutPrompts(
  request: CompletionRequest,
  takes: Pick<CompletionHabits, "ranking">,
): readonly Part<CompletionRequest>[] {
  const prompts = promptsOf(request.prompt);
  const n = request.n ?? 1;
  const ranks = (request.best_of ?? 0) > n;
  const perPrompt = ranks && takes.ranking ? 1 : n;
  const one = !Array.isArray(request.prompt) || typeof request.prompt[0] === "number";
  if (one && perPrompt === 1) return [{ request, firstIndex: 0 }];
  const rest = perPrompt === 1 ? request : withoutChoices(request, ranks, n);
  return prompts.flatMap((prompt, at) => {
    const part = { ...rest, prompt };
    return Array.from({ length: perPrompt }, (_, k) => ({ request: part, firstIndex: at * n + k }));
  });
}

/** What all of several upstreams take, so that a request fits whichever of them answers. */
export function commonHabits(habits: readonly CompletionHabits[]): CompletionHabits {
  return {
    tokens: habits.every((one) => one.tokens),
    ranking: habits.every((one) => one.ranking),
    manyStops: habits.every((one) => one.manyStops),
  };
}

/** A request for one of several choices. Candidates to choose from are shared out, so that no more are made. */
function withoutChoices(request: CompletionRequest, ranks: boolean, n: number): CompletionRequest {
  const single = { ...request };
  Reflect.deleteProperty(single, "n");
  if (ranks) single.best_of = Math.ceil((request.best_of ?? 0) / n);
  else Reflect.deleteProperty(single, "best_of");
  return single;
}
