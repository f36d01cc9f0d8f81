import type { ChatAnswer, ChatCompletion, ChatRequest } from "../operations/types.ts";
import { toChatUsage } from "../usage/chat-usage.ts";
import { addUsage, type Usage } from "../usage/usage.ts";

/**
 * One request per choice: dialects see one choice each. A request for one choice is passed on as it is.
 *
 * Costs: `n` upstream calls, each billing the whole prompt.
 */
export function fanOut(request: ChatRequest): readonly ChatRequest[] {
  const n = request.n ?? 1;
  if (n <= 1) return [request];
  const { n: _n, ...single } = request;
  return Array.from({ length: n }, () => single);
}

/** The answers of the calls as one: choices in order, usage summed. One answer is passed on as it is. */
export function joinAnswers(answers: readonly ChatAnswer[]): ChatAnswer {
  const [first] = answers;
  if (first === undefined) throw new Error("a request has at least one answer");
  if (answers.length === 1) return first;
  const choices = answers.flatMap((answer, index) => answer.completion.choices.map((choice) => ({ ...choice, index })));
  const completion: ChatCompletion = { ...first.completion, choices };
  const usage = joinUsage(answers.map((answer) => answer.usage));
  if (usage !== undefined) completion.usage = toChatUsage(usage);
  return { completion, usage, changes: answers.flatMap((answer) => answer.changes) };
}

/** What the calls used together, as far as they told. */
export function joinUsage(usages: readonly (Usage | undefined)[]): Usage | undefined {
  const known = usages.filter((usage) => usage !== undefined);
  return known.length > 0 ? known.reduce(addUsage) : undefined;
}
