/** Keywords that some forms of schemas have and others have not. */
export type Word =
  | "minimum"
  | "maximum"
  | "pattern"
  | "minLength"
  | "maxLength"
  | "maxItems"
  | "minProperties"
  | "maxProperties"
  | "propertyOrdering";

/** What a form of schemas has words for, beyond those that all have. What it has no word for is told, and hinted at. */
export interface Form {
  readonly words: ReadonlySet<Word>;
  /** The greatest `minItems` that it takes. */
  readonly leastItems: number;
  /** The formats of texts that it knows; undefined where it takes any word, of any type. */
  readonly formats: ReadonlySet<string> | undefined;
  /** Whether true and false may be listed as texts and numbers are. */
  readonly listsFlags: boolean;
  /** Whether a required name that is no property becomes one that takes any value. */
  readonly takesAnything: boolean;
  /** Whether the description quotes conditions and the like, which no words of ours can say. */
  readonly quotes: boolean;
}
