import type { Form, Word } from "../../schema/form.ts";
import type { JsonObject } from "../../schema/json.ts";
import { type Rewritten, rewriteDocument as rewriteInForm } from "../../schema/rewrite.ts";

/** How a document is to be rewritten. */
export interface Wish {
  /** The client's path to the document. */
  readonly path: string;
  /** For the older form, which takes the bounds of texts, but no references: paths are kept for what comes after. */
  readonly older: boolean;
  readonly lost: (path: string) => void;
}

const words: readonly Word[] = ["minimum", "maximum", "maxItems", "propertyOrdering"];
const olderWords: readonly Word[] = ["pattern", "minLength", "maxLength", "minProperties", "maxProperties"];

const current: Form = {
  words: new Set(words),
  leastItems: Infinity,
  formats: undefined,
  listsFlags: false,
  takesAnything: true,
  quotes: false,
};
const older: Form = { ...current, words: new Set([...words, ...olderWords]), takesAnything: false };

/**
 * Rewrites a JSON Schema of any draft, or of OpenAPI 3, in the words that Gemini honours.
 *
 * @see reference: openai-chat-to-gemini §6.2
 */
export function rewriteDocument(document: JsonObject, wish: Wish): Rewritten {
  const { path, lost } = wish;
  return rewriteInForm(document, { path, form: wish.older ? older : current, keepsPaths: wish.older, lost });
}
