/** How many questions one request asks the database at a time: it also has to account for what models are asked. */
const atOnce = 4;

/** Asks about each of many, some at a time, in their order. Fails: as the first that fails; the rest is not asked. */
export async function inTurns<From, To>(items: readonly From[], ask: (item: From) => Promise<To>): Promise<To[]> {
  const answers: To[] = [];
  for (let at = 0; at < items.length; at += atOnce) {
    answers.push(...(await Promise.all(items.slice(at, at + atOnce).map((item) => ask(item)))));
  }
  return answers;
}
