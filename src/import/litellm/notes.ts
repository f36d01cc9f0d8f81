import type { Path } from "../../config/mistakes.ts";
import type { Entry } from "../../config/tree.ts";

/** What became of a line of the source: it means the same, something else was needed, or nothing says it here. */
export type Fate = "carried" | "changed" | "left";

/** Where something stands in the new file. Asked when all names are made; undefined where it is not written. */
export type To = () => Path | undefined;

/** What became of an entry of the source. Says nothing of a value that may be a secret. */
export interface Note {
  readonly fate: Fate;
  readonly entry: Entry;
  readonly text: string | undefined;
  /** The nearest word that LiteLLM knows. */
  readonly suggestion: string | undefined;
  readonly to: To;
}

export interface Notes {
  readonly carried: (entry: Entry, to?: To, text?: string) => void;
  readonly changed: (entry: Entry, text: string, to?: To) => void;
  readonly left: (entry: Entry, text: string, suggestion?: string) => void;
  readonly all: () => readonly Note[];
}

const nowhere: To = () => undefined;

export function createNotes(): Notes {
  const notes: Note[] = [];
  return {
    carried: (entry, to = nowhere, text = undefined) =>
      notes.push({ fate: "carried", entry, text, suggestion: undefined, to }),
    changed: (entry, text, to = nowhere) => notes.push({ fate: "changed", entry, text, suggestion: undefined, to }),
    left: (entry, text, suggestion = undefined) => notes.push({ fate: "left", entry, text, suggestion, to: nowhere }),
    all: () => notes,
  };
}
