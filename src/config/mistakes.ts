/** Something in routes.yaml that an operator should know of, and where it stands. */
export interface Mistake {
  /** From 1; 0 when it concerns no place in the file. */
  readonly line: number;
  /** From 1, in characters; 0 when it concerns no place in the file. */
  readonly column: number;
  /** As `providers.vertex.auth.command[0]`. Empty for the file itself. */
  readonly path: string;
  /** What is wrong and what was expected. Never holds a value that came from the environment. */
  readonly message: string;
  /** What was probably meant. */
  readonly suggestion?: string | undefined;
  /** The line of the file with a mark under the place; secrets are blotted out. */
  readonly excerpt?: string | undefined;
}

/** A place in the data: keys of maps and indexes of lists, from the root. */
export type Path = readonly (string | number)[];

/** In the order of the file; the same words about the same place are said once. */
export function sortMistakes(mistakes: readonly Mistake[]): readonly Mistake[] {
  const once = new Map(mistakes.map((one) => [`${one.line}:${one.column} ${one.message}`, one]));
  return [...once.values()].sort((a, b) => a.line - b.line || a.column - b.column);
}

/** `routes.yaml:12:5  message`, then the line of the file with a mark under the place. */
export function formatMistake(mistake: Mistake, file: string): string {
  const place = mistake.line === 0 ? file : `${file}:${mistake.line}:${mistake.column}`;
  const hint = mistake.suggestion === undefined ? "" : `; did you mean \`${mistake.suggestion}\`?`;
  const head = `${place}  ${mistake.message}${hint}`;
  return mistake.excerpt === undefined ? head : `${head}\n${mistake.excerpt}`;
}

/** Every mistake, a blank line between two. */
export function formatMistakes(mistakes: readonly Mistake[], file: string): string {
  return mistakes.map((mistake) => formatMistake(mistake, file)).join("\n\n");
}

/** A path as people write it: `models["ollama/*"].deployments[0]`. */
export function formatPath(path: Path): string {
  const parts = path.map((step) => (typeof step === "number" ? `[${step}]` : formatKey(step)));
  return parts.join("").replace(/^\./, "");
}

function formatKey(key: string): string {
  return /^[\w-]+$/.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`;
}

/** A list in a sentence: `a`, `a or b`, `a, b or c`. */
export function listOf(words: readonly string[], conjunction: "or" | "and"): string {
  const last = words.at(-1) ?? "";
  return words.length < 2 ? last : `${words.slice(0, -1).join(", ")} ${conjunction} ${last}`;
}
