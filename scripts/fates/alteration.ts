/** One thing made wrong: a text that stands once in a file, and what it becomes. */
export interface Alteration {
  readonly name: string;
  /** From the repository's root. */
  readonly file: string;
  readonly text: string;
  readonly becomes: string;
}
