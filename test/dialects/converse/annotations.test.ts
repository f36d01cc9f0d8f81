import { describe, expect, test } from "vitest";
import {
  answerOf,
  call,
  choiceOf,
  contextFor,
  deltasOf,
  delta,
  end,
  said,
  start,
  stop,
  streamed,
  toldOf,
} from "./_reading.ts";

const web = (url: string, domain?: string): object => ({
  location: { web: { url, ...(domain !== undefined && { domain }) } },
});
const cited = (text: string, ...citations: readonly object[]): object => ({
  citationsContent: { content: [{ text }], citations },
});
const citing = (index: number, text: string, ...citations: readonly object[]): readonly object[] => [
  delta(index, { text }),
  ...citations.map((citation) => delta(index, { citation })),
  stop(index),
];
const note = (start_index: number, end_index: number, url: string, title: string) => ({
  type: "url_citation",
  url_citation: { start_index, end_index, url, title },
});
const a = "https://example.com/a";
const b = "https://example.org/b";

interface Row {
  readonly name: string;
  readonly blocks: readonly object[];
  readonly events: readonly object[];
  readonly want: readonly object[];
}

const rows: readonly Row[] = [
  {
    name: "a block's text rests on what it cites",
    blocks: [{ text: "So: " }, cited("Rain.", { title: "A", ...web(a, "example.com") }), { text: " End." }],
    events: [...said(0, "So: "), ...citing(1, "Rain.", { title: "A", ...web(a, "example.com") }), ...said(2, " End.")],
    want: [note(4, 9, a, "A")],
  },
  {
    name: "a source without a title goes by its domain, and without that by its address",
    blocks: [cited("x", web(a, "example.com"), web(b), { title: "", ...web(a) })],
    events: citing(0, "x", web(a, "example.com"), web(b), { title: "", ...web(a) }),
    want: [note(0, 1, a, "example.com"), note(0, 1, b, b), note(0, 1, a, a)],
  },
  {
    name: "what is cited twice is told once",
    blocks: [cited("x", { title: "A", ...web(a) }, { title: "A", ...web(a) })],
    events: citing(0, "x", { title: "A", ...web(a) }, { title: "A", ...web(a) }),
    want: [note(0, 1, a, "A")],
  },
  {
    name: "a source may be an address by itself, and the place of its text counts more",
    blocks: [cited("x", { title: "A", source: a }, { title: "B", source: a, ...web(b) })],
    events: citing(0, "x", { title: "A", source: a }, { title: "B", source: a, ...web(b) }),
    want: [note(0, 1, a, "A"), note(0, 1, b, "B")],
  },
  {
    name: "places count as most clients count them",
    blocks: [{ text: "👋 " }, cited("Grüße", { title: "A", ...web(a) })],
    events: [...said(0, "👋 "), ...citing(1, "Grüße", { title: "A", ...web(a) })],
    want: [note(3, 8, a, "A")],
  },
  {
    name: "what has no address is no source",
    blocks: [cited("x", { title: "A", source: "no address" }, { title: "B" }, {})],
    events: citing(0, "x", { title: "A", source: "no address" }, { title: "B" }, {}),
    want: [],
  },
];

describe("sources", () => {
  test.each(rows)("$name, whole and streamed", ({ blocks, events, want }) => {
    expect(choiceOf(answerOf(blocks)).message.annotations).toEqual(want);
    const deltas = deltasOf(streamed([start, ...events, ...end()]));
    expect(deltas.flatMap(({ annotations }) => annotations ?? [])).toEqual(want);
    if (want.length > 0) expect(deltas.at(-2)).toEqual({ annotations: want });
  });

  test("a citation may begin its block", () => {
    const events = [delta(0, { citation: { title: "A", ...web(a) } }), delta(0, { text: "x" }), stop(0)];
    expect(deltasOf(streamed([start, ...events, ...end()]))).toEqual([
      { content: "x" },
      { annotations: [note(0, 1, a, "A")] },
      {},
    ]);
  });

  test("of a text that gave way to the answer are none", () => {
    const context = contextFor({ answerTool: "answer" });
    const blocks = [cited("x", { title: "A", ...web(a) }), call("answer", { a: 1 })];
    expect(choiceOf(answerOf(blocks), context).message).toMatchObject({ content: '{"a":1}', annotations: [] });
  });
});

describe("places in documents have no address, which is told", () => {
  test.each(["documentChar", "documentPage", "documentChunk", "searchResultLocation"])("%s", (place) => {
    const citation = { title: "A", location: { [place]: { start: 0, end: 1 } } };
    const path = `location.${place}`;
    expect(toldOf(answerOf([cited("x", citation)]))).toEqual([
      `reported:output.message.content[].citationsContent.citations[].${path}`,
    ]);
    const stream = streamed([start, ...citing(0, "x", citation), ...end()]);
    expect(stream.told).toEqual([`reported:contentBlockDelta.delta.citation.${path}`]);
    expect(deltasOf(stream)).toEqual([{ content: "x" }, {}]);
  });

  test("beside an address nothing is lost of it", () => {
    const citation = { title: "A", source: a, location: { documentPage: { start: 0, end: 1 } } };
    expect(choiceOf(answerOf([cited("x", citation)])).message.annotations).toEqual([note(0, 1, a, "A")]);
  });
});
