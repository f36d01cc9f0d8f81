import type { ChatCompletion } from "../../../operations/types.ts";
import type { Candidate, CitationMetadata, GroundingMetadata } from "../types.ts";
import type { AnswerText, Span } from "./answer-text.ts";

/** A place of the answer and the source it rests on. */
export type Annotation = NonNullable<ChatCompletion["choices"][number]["message"]["annotations"]>[number];

type Chunk = NonNullable<GroundingMetadata["groundingChunks"]>[number];

/** A source the client can open. */
interface Source {
  readonly url: string;
  readonly title: string;
}

/** What an answer says of its sources, over all events of a stream or from one answer. */
export interface Sources {
  readonly add: (candidate: Candidate) => void;
  /** One remark per passage and source, each said once. The text must be complete. */
  readonly annotations: (text: AnswerText) => readonly Annotation[];
}

/**
 * Whether a candidate says anything of its sources.
 */
export function hasSources({ groundingMetadata, citationMetadata }: Candidate): boolean {
  return groundingMetadata != null || citationMetadata != null;
}

/**
 * Collects grounding and citations, to be placed in the content once it is complete: in streams they come late or
 * early, and an event may speak of chunks that an earlier one brought.
 *
 * Sources without any passage stand behind the whole answer. `end_index` is exclusive, as in OpenAI's own answers.
 */
export function createSources(): Sources {
  const groundings: GroundingMetadata[] = [];
  const citations: NonNullable<CitationMetadata["citations"]>[number][] = [];
  return {
    add({ groundingMetadata, citationMetadata }) {
      if (groundingMetadata != null) groundings.push(groundingMetadata);
      citations.push(...(citationMetadata?.citations ?? []), ...(citationMetadata?.citationSources ?? []));
    },
    annotations(text) {
      const made = new Map<string, Annotation>();
      const add = (span: Span, source: Source | undefined): void => {
        if (source === undefined) return;
        const annotation = toAnnotation(span, source);
        made.set(JSON.stringify(annotation), annotation);
      };
      for (const [span, chunk] of supported(groundings, text)) add(span, sourceOf(chunk));
      for (const { startIndex = 0, endIndex = null, uri, title } of citations) {
        if (uri) add(text.spanOfAll({ startIndex, endIndex }), { url: uri, title: title || uri });
      }
      return [...made.values()];
    },
  };
}

/** Each passage with each of its chunks. */
function* supported(groundings: readonly GroundingMetadata[], text: AnswerText): Generator<readonly [Span, Chunk]> {
  let chunks: readonly Chunk[] = [];
  const supports = groundings.some((one) => (one.groundingSupports?.length ?? 0) > 0);
  for (const { groundingChunks, groundingSupports } of groundings) {
    if (groundingChunks != null && groundingChunks.length > 0) chunks = groundingChunks;
    if (!supports) for (const chunk of groundingChunks ?? []) yield [text.spanOf(undefined), chunk];
    for (const { segment, groundingChunkIndices } of groundingSupports ?? []) {
      for (const index of groundingChunkIndices ?? []) {
        const chunk = chunks[index];
        if (chunk !== undefined) yield [text.spanOf(segment), chunk];
      }
    }
  }
}

function toAnnotation({ start, end }: Span, { url, title }: Source): Annotation {
  return { type: "url_citation", url_citation: { start_index: start, end_index: end, url, title } };
}

/** A source's address and name; without an address there is nothing to cite. */
export function sourceOf({ web, maps, retrievedContext, image }: Chunk): Source | undefined {
  const url = web?.uri || maps?.uri || retrievedContext?.uri || image?.sourceUri || image?.imageUri;
  if (!url) return undefined;
  const title = web?.title || maps?.title || retrievedContext?.title || image?.title || web?.domain || image?.domain;
  return { url, title: title || url };
}
