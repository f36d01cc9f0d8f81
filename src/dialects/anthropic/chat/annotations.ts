import type { ChatCompletion } from "../../../operations/types.ts";
import type { Citation } from "../types.ts";
import type { AnswerText } from "./answer-text.ts";

/** A place of the answer and the source it rests on. */
export type Annotation = NonNullable<ChatCompletion["choices"][number]["message"]["annotations"]>[number];

/** A source the client can open. */
interface Source {
  readonly url: string;
  readonly title: string;
}

/** The text of a block, and what it cites. */
interface Passage {
  readonly start: number;
  end: number;
  readonly sources: Source[];
}

/** A block of text that may cite something. */
export interface OpenPassage {
  /** A citation → whether the client gets to see it. */
  readonly add: (citation: Citation) => boolean;
  /** The block ends there. */
  readonly close: (at: number) => void;
}

/** What the blocks of an answer cite. */
export interface Citations {
  /** A block of text begins there. */
  readonly open: (at: number) => OpenPassage;
  /** One remark per block and source, each said once. The text must be complete. */
  readonly annotations: (text: AnswerText) => readonly Annotation[];
}

/**
 * Collects citations, to be placed in the content once it is complete. Claude cites by block: what a block says is the
 * passage. `end_index` is exclusive, as in OpenAI's own answers.
 */
export function createCitations(): Citations {
  const passages: Passage[] = [];
  return {
    open(start) {
      const passage: Passage = { start, end: start, sources: [] };
      passages.push(passage);
      return {
        add(citation) {
          const source = sourceOf(citation);
          if (source !== undefined) passage.sources.push(source);
          return source !== undefined;
        },
        close(at) {
          passage.end = at;
        },
      };
    },
    annotations(text) {
      const made = new Map<string, Annotation>();
      for (const { start, end, sources } of passages) {
        const from = text.placeOf(start);
        const to = text.placeOf(end);
        if (from === undefined || to === undefined) break;
        for (const source of sources) {
          const annotation = toAnnotation(from, to, source);
          made.set(JSON.stringify(annotation), annotation);
        }
      }
      return [...made.values()];
    },
  };
}

function toAnnotation(start_index: number, end_index: number, { url, title }: Source): Annotation {
  return { type: "url_citation", url_citation: { start_index, end_index, url, title } };
}

/** A source's address and name. Documents of the client's own have no address, and what it searched need not have one. */
function sourceOf(citation: Citation): Source | undefined {
  switch (citation.type) {
    case "web_search_result_location":
      return toSource(citation.url, citation.title);
    case "search_result_location":
      return toSource(citation.source, citation.title);
    default:
      return undefined;
  }
}

function toSource(url: string | null | undefined, title: string | null | undefined): Source | undefined {
  return url && URL.canParse(url) ? { url, title: title || url } : undefined;
}
