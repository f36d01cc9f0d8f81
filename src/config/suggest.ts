/**
 * The word a reader most likely meant, or undefined when none is near.
 *
 * Case, `-` and `_` do not count, so `apiKey` finds `api_key`. Otherwise one slip per three letters is forgiven,
 * and two letters that changed places are one slip. Where nothing is that near, one word that continues the other
 * will do, as `warning` and `warn`. The first of equals wins.
 */
export function suggest(word: string, candidates: Iterable<string>): string | undefined {
  const plain = simplify(word);
  const limit = Math.max(1, Math.floor(plain.length / 3));
  let best: string | undefined;
  let bestDistance = limit + 1;
  for (const candidate of candidates) {
    if (Math.abs(simplify(candidate).length - plain.length) >= bestDistance) continue;
    const distance = slips(plain, simplify(candidate));
    if (distance < bestDistance) [best, bestDistance] = [candidate, distance];
  }
  // Sharing no letter is no likeness: `x` is not a typo of `y`.
  return best !== undefined && bestDistance < plain.length ? best : continued(plain, candidates);
}

/** The word that begins with the other; a short beginning says nothing. */
function continued(plain: string, candidates: Iterable<string>): string | undefined {
  for (const candidate of candidates) {
    const [short = "", long = ""] = [plain, simplify(candidate)].sort((a, b) => a.length - b.length);
    if (short.length >= 3 && short.length * 2 >= long.length && long.startsWith(short)) return candidate;
  }
  return undefined;
}

function simplify(word: string): string {
  return word.toLowerCase().replaceAll(/[-_]/g, "");
}

/** Damerau-Levenshtein distance in its restricted form: no part is edited twice. */
function slips(a: string, b: string): number {
  let beforeLast: readonly number[] = [];
  let last: readonly number[] = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let column = 1; column <= b.length; column++) {
      const same = a[row - 1] === b[column - 1];
      const swapped = row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
      const edited = Math.min(at(last, column) + 1, at(current, column - 1) + 1, at(last, column - 1) + (same ? 0 : 1));
      current.push(swapped ? Math.min(edited, at(beforeLast, column - 2) + 1) : edited);
    }
    [beforeLast, last] = [last, current];
  }
  return at(last, b.length);
}

function at(row: readonly number[], column: number): number {
  return row[column] ?? Number.POSITIVE_INFINITY;
}
