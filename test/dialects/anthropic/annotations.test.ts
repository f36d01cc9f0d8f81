import { describe, expect, test } from "vitest";
import {
  answerOf,
  block,
  call,
  choiceOf,
  contextFor,
  deltasOf,
  end,
  start,
  streamed,
  text,
  textDelta,
  toldOf,
} from "./_reading.ts";

const page = (url = "https://example.com/a", title: string | null = "A"): object => ({
  type: "web_search_result_location",
  cited_text: "…",
  url,
  title,
  encrypted_index: "eA==",
});
const found = (source: string): object => ({
  type: "search_result_location",
  cited_text: "…",
  search_result_index: 0,
  source,
  title: null,
  start_block_index: 0,
  end_block_index: 1,
});
const cited = (said: string, ...citations: readonly object[]): object => text(said, { citations });
const remark = (start_index: number, end_index: number, url = "https://example.com/a", title = "A"): object => ({
  type: "url_citation",
  url_citation: { start_index, end_index, url, title },
});

/** Blocks, and the remarks on what they say. */
const rows: readonly (readonly [name: string, blocks: readonly object[], want: readonly object[]])[] = [
  ["speak of their block", [text("Hi. "), cited("It rains.", page()), text(" Bye.")], [remark(4, 13)]],
  [
    "are one per source",
    [cited("ab", page(), page("https://example.com/b", "B"))],
    [remark(0, 2), remark(0, 2, "https://example.com/b", "B")],
  ],
  ["are said once", [cited("ab", page(), page())], [remark(0, 2)]],
  ["count as JavaScript does", [text("Grüße 👩‍👩‍👧 "), cited("界", page())], [remark(15, 16)]],
  [
    "name the address where there is no title",
    [cited("a", page("https://example.com/a", null))],
    [remark(0, 1, "https://example.com/a", "https://example.com/a")],
  ],
  [
    "of what the client itself found have its address",
    [cited("a", found("https://example.com/a"))],
    [remark(0, 1, "https://example.com/a", "https://example.com/a")],
  ],
];

describe("§9 annotations", () => {
  test.each(rows)("%s", (_, blocks, want) => {
    const { message } = choiceOf(answerOf(blocks));
    expect(message.annotations).toEqual(want);
    for (const { url_citation: at } of message.annotations ?? []) {
      expect(message.content?.slice(at.start_index, at.end_index)).not.toBe("");
    }
    const events = blocks.flatMap((one, index) => {
      const { text: said, citations } = { text: "", citations: [], ...one };
      const deltas = (citations ?? []).map((citation) => ({ type: "citations_delta", citation }));
      return block(index, text(""), [...deltas, ...[...said].map(textDelta)]);
    });
    const deltas = deltasOf(streamed([start(), ...events, ...end()]));
    expect(deltas.flatMap(({ annotations }) => annotations ?? [])).toEqual(want);
    expect(deltas.at(-2)?.annotations).toEqual(want);
  });

  const documents = [
    {
      type: "char_location",
      cited_text: "…",
      document_index: 0,
      document_title: null,
      start_char_index: 0,
      end_char_index: 1,
    },
    {
      type: "page_location",
      cited_text: "…",
      document_index: 0,
      document_title: null,
      start_page_number: 1,
      end_page_number: 2,
    },
    {
      type: "content_block_location",
      cited_text: "…",
      document_index: 0,
      document_title: null,
      start_block_index: 0,
      end_block_index: 1,
    },
    found("shelf 3"),
    page(""),
  ];

  test.each(documents)("of sources without an address are told of: $type", (citation) => {
    const { type }: { type?: string } = citation;
    expect(choiceOf(answerOf([cited("a", citation)])).message.annotations).toEqual([]);
    expect(toldOf(answerOf([cited("a", citation)]))).toEqual([`reported:content[]<text>.citations[]<${type}>`]);
    const { told } = streamed([start(), ...block(0, text(""), [{ type: "citations_delta", citation }]), ...end()]);
    expect(told).toEqual([`reported:<content_block_delta>.delta<citations_delta>.citation<${type}>`]);
    const whole = streamed([start(), ...block(0, cited("a", citation)), ...end()]);
    expect(whole.told).toEqual([`reported:<content_block_start>.content_block<text>.citations[]<${type}>`]);
  });

  test("of a kind nobody knows are told of", () => {
    expect(toldOf(answerOf([cited("a", { type: "of_tomorrow" })]))).toEqual(["reported:content[]<text>.citations[]"]);
  });

  test("go with the text that a stand-in for the answer replaces", () => {
    const body = answerOf([cited("a", page()), call("json", { a: 1 })]);
    expect(choiceOf(body, contextFor({ answerTool: "json" })).message.annotations).toEqual([]);
  });

  test("move with the text where fences are taken away", () => {
    const body = answerOf([text("```json\n"), cited("[1]", page()), text("\n```")]);
    const { message } = choiceOf(body, contextFor({ fenced: true }));
    expect([message.content, message.annotations]).toEqual(["[1]", [remark(0, 3)]]);
    const all = choiceOf(answerOf([cited("```json\n[1]\n```", page())]), contextFor({ fenced: true })).message;
    expect([all.content, all.annotations]).toEqual(["[1]", [remark(0, 3)]]);
  });
});
