/** A call that a result may answer, by what results go by. */
interface Named {
  readonly id: string;
  readonly name: string;
}

/** A result: of a tool it goes by the call's id, of the deprecated functions by the function's name. */
interface AnyResult {
  readonly role: "tool" | "function";
}

/**
 * Finds the call that a result answers: of several that go by one word, the next one that waits.
 *
 * @param keyOf the word that a result goes by
 */
export function createCallFinder<Call extends Named, Result extends AnyResult>(
  open: readonly Call[],
  keyOf: (result: Result) => string,
): (result: Result) => Call | undefined {
  const [only] = open;
  if (only !== undefined && open.length === 1) {
    return (result) => (keyOf(result) === (result.role === "tool" ? only.id : only.name) ? only : undefined);
  }
  const byId = Map.groupBy(open, (call) => call.id);
  const byName = Map.groupBy(open, (call) => call.name);
  return (result) => {
    const waiting = (result.role === "tool" ? byId : byName).get(keyOf(result)) ?? [];
    return waiting.length > 1 ? waiting.shift() : waiting[0];
  };
}
