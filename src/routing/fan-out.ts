import type { Answer, AnyBody, Part } from "../operations/types.ts";
import { toChatUsage } from "../usage/chat-usage.ts";
import { addUsage, type Usage } from "../usage/usage.ts";

/**
 * One request per choice: dialects see one choice each. A request for one choice is passed on as it is.
 *
 * Costs: `n` upstream calls, each billing the whole prompt.
 */
export function fanOut<Request extends { n?: number | null | undefined }>(request: Request): readonly Part<Request>[] {
  const n = request.n ?? 1;
  if (n <= 1) return [{ request, firstIndex: 0 }];
  const single = { ...request };
  Reflect.deleteProperty(single, "n");
  return Array.from({ length: n }, (_, firstIndex) => ({ request: single, firstIndex }));
}

/** The answers of the calls as one: choices in order, usage summed. One answer is passed on as it is. */
export function joinAnswers<Body extends AnyBody>(answers: readonly Answer<Body>[]): Answer<Body> {
  const [first] = answers;
  if (first === undefined) throw new Error("a request has at least one answer");
  if (answers.length === 1) return first;
  const choices = answers.flatMap((answer) => answer.body.choices).map((choice, index) => ({ ...choice, index }));
  const body: Body = { ...first.body, choices };
  const usage = joinUsage(answers.map((answer) => answer.usage));
  if (usage !== undefined) body.usage = toChatUsage(usage);
  return { body, usage, changes: answers.flatMap((answer) => answer.changes) };
}

/**
 * Takes a step for each item, so many at a time, and gives what came of them in the items' order. Fails as the first
 * step that fails; after that no other begins.
 */
export async function mapAtMost<Item, Result>(
  items: readonly Item[],
  atOnce: number,
  step: (item: Item) => Promise<Result>,
): Promise<readonly Result[]> {
  const [first] = items;
  if (first !== undefined && items.length === 1) return [await step(first)];
  if (items.length <= atOnce) return Promise.all(items.map(step));
  const results: Result[] = [];
  const waiting = items.entries();
  let failed = false;
  const work = async (): Promise<void> => {
    for (const [at, item] of waiting) {
      if (failed) return;
      try {
        results[at] = await step(item);
      } catch (thrown) {
        failed = true;
        throw thrown;
      }
    }
  };
  await Promise.all(Array.from({ length: Math.max(1, atOnce) }, work));
  return results;
}

/** What the calls used together, as far as they told. */
export function joinUsage(usages: readonly (Usage | undefined)[]): Usage | undefined {
  const known = usages.filter((usage) => usage !== undefined);
  return known.length > 0 ? known.reduce(addUsage) : undefined;
}
