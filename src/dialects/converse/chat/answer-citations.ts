import type { AnsweredCitation } from "../types.ts";
import type { OpenPassage } from "../../anthropic/chat/annotations.ts";

/** Places of a document, which have no address. */
const ofDocuments = ["documentChar", "documentPage", "documentChunk", "searchResultLocation"] as const;

/**
 * Adds a citation to the passage that rests on it, where its source has an address.
 *
 * @returns the members of the citation that the client does not get to see, in the words of the spec
 */
export function addCitation(passage: OpenPassage, { title, source, location }: AnsweredCitation): readonly string[] {
  const hidden = ofDocuments.filter((one) => location?.[one] != null).map((one) => `location.${one}`);
  const url = location?.web?.url ?? source;
  if (url == null) return hidden;
  const name = title || location?.web?.domain || null;
  passage.add({ type: "web_search_result_location", url, title: name });
  return hidden;
}
