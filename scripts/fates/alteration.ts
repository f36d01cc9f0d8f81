/** One thing made wrong: a stretch of a file, and what stands there instead. */
export interface Alteration {
  readonly name: string;
  /** From the repository's root. */
  readonly file: string;
  readonly start: number;
  readonly end: number;
  readonly becomes: string;
  /** Tests that are the first to ask: quicker than a suite, and most likely to notice. */
  readonly first?: Suite | undefined;
}

/** Tests to run: all files whose path holds one of these, and of them only the tests whose name fits. */
export interface Suite {
  readonly files: readonly string[];
  /** Files that are left out, as globs. */
  readonly without?: readonly string[];
  /** A regular expression. */
  readonly names?: string;
}

/** A line of a translator made wrong, by hand: a text that stands once in its file, and what it becomes. */
export type Row = readonly [name: string, file: string, text: string, becomes: string];

/** The source of a file, from the repository's root. */
export type Read = (file: string) => string;

/**
 * Rows as alterations.
 *
 * @param first tests that look at nothing else
 *
 * Fails: throws when a text does not stand in its file exactly once, or would not change; the list has fallen behind
 * the code.
 */
export function toAlterations(rows: readonly Row[], read: Read, first: Suite): readonly Alteration[] {
  return rows.map(([name, file, text, becomes]) => {
    const source = read(file);
    const start = source.indexOf(text);
    const found = source.split(text).length - 1;
    if (found !== 1) throw new Error(`${name}: found ${found} times in ${file}: ${text}`);
    if (text === becomes) throw new Error(`${name}: nothing would change`);
    return { name, file, start, end: start + text.length, becomes, first };
  });
}

/** A source with an alteration. */
export function altered(source: string, { start, end, becomes }: Alteration): string {
  return source.slice(0, start) + becomes + source.slice(end);
}
