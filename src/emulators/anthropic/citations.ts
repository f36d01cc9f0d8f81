import type { Answer } from "../script.ts";
import { splitText } from "../text.ts";
import type { TextBlock, TextCitation } from "./types.ts";

type Source = NonNullable<Answer["sources"]>[number];

/** A passage of the answer, and what it rests on. */
interface Passage {
  readonly text: string;
  readonly citations: readonly TextCitation[];
}

/** A text as blocks. What is quoted is a block of its own. */
export function textBlocks(
  text: string,
  { sources = [], citations = [], text_parts = 1 }: Pick<Answer, "sources" | "citations" | "text_parts">,
): readonly TextBlock[] {
  if (text === "") return [];
  const cited = [
    ...sources.map((source, index) => ({ source, toCitation: () => searched(source, index, text) })),
    ...citations.map((source, index) => ({ source, toCitation: () => quoted(source, index, text) })),
  ];
  const whole: readonly Passage[] = splitText(text, text_parts).map((piece) => ({ text: piece, citations: [] }));
  const passages = cited.reduce(
    (before, { source, toCitation }) => before.flatMap((passage) => cite(passage, source, toCitation())),
    whole,
  );
  return passages.map((passage) => ({
    type: "text",
    text: passage.text,
    citations: passage.citations.length > 0 ? [...passage.citations] : null,
  }));
}

/** Cuts a passage out of a longer one; without a quote all of it is meant. */
function cite(passage: Passage, { quote }: Source, citation: TextCitation): readonly Passage[] {
  const { text, citations } = passage;
  if (quote === undefined) return [{ text, citations: [...citations, citation] }];
  const start = text.indexOf(quote);
  if (start < 0) return [passage];
  const pieces = [
    { text: text.slice(0, start), citations },
    { text: quote, citations: [...citations, citation] },
    { text: text.slice(start + quote.length), citations },
  ];
  return pieces.filter((piece) => piece.text !== "");
}

/** A page that a search of the web found, or a document of the request. */
function searched({ uri, title, quote, kind }: Source, index: number, text: string): TextCitation {
  const cited_text = quote ?? text;
  if (kind !== "document") {
    const encrypted_index = encrypted(`${uri}#${index}`);
    return { type: "web_search_result_location", cited_text, url: uri, title: title ?? null, encrypted_index };
  }
  return {
    type: "char_location",
    cited_text,
    document_index: index,
    document_title: title ?? null,
    start_char_index: 0,
    end_char_index: cited_text.length,
    file_id: null,
  };
}

/** A passage that the caller's own search found. */
function quoted({ uri, title, quote }: Source, index: number, text: string): TextCitation {
  return {
    type: "search_result_location",
    cited_text: quote ?? text,
    search_result_index: index,
    source: uri,
    title: title ?? null,
    start_block_index: 0,
    end_block_index: 1,
  };
}

/** What only the model can read. */
export const encrypted = (text: string): string => Buffer.from(`specgate-encrypted:${text}`).toString("base64");
