import { describe, expect, test } from "vitest";
import { createAnswerText } from "../../../src/dialects/gemini/chat/answer-text.ts";
import fc from "../../_fc.ts";
import { answerOf, choiceOf, contextFor, deltasOf, eventOf, finishesOf, streamed, toldOf } from "./_reading.ts";

type Json = Readonly<Record<string, unknown>>;
type Cited = readonly [start: number, end: number, url: string, title: string];

const page = { web: { uri: "https://a.example/1", title: "One" } };
const other = { web: { uri: "https://b.example/2", title: "Two" } };
const one = ["https://a.example/1", "One"] as const;
const two = ["https://b.example/2", "Two"] as const;

/** Supports of the first chunk. */
const grounded = (segments: readonly (Json | undefined)[], chunks: readonly Json[] = [page]): Json => ({
  groundingMetadata: {
    groundingChunks: chunks,
    groundingSupports: segments.map((segment) => ({ ...(segment && { segment }), groundingChunkIndices: [0] })),
  },
});

const toAnnotation = ([start_index, end_index, url, title]: Cited): Json => ({
  type: "url_citation",
  url_citation: { start_index, end_index, url, title },
});

/** Parts of an answer, what it says of its sources, and what the client reads. */
const rows: readonly (readonly [name: string, parts: readonly Json[], sources: Json, cited: readonly Cited[]])[] = [
  ["bytes of ASCII", [{ text: "Hello there." }], grounded([{ startIndex: 6, endIndex: 11 }]), [[6, 11, ...one]]],
  ["a start that is absent is 0", [{ text: "Hello there." }], grounded([{ endIndex: 5 }]), [[0, 5, ...one]]],
  ["an end that is absent is the end", [{ text: "Hello." }], grounded([{ startIndex: 3 }]), [[3, 6, ...one]]],
  [
    "an end that is null is the end",
    [{ text: "Hello." }],
    grounded([{ startIndex: 3, endIndex: null }]),
    [[3, 6, ...one]],
  ],
  [
    "an index that is absent is the first part",
    [{ text: "Hello. " }, { text: "Yes." }],
    grounded([{ startIndex: 1 }]),
    [[1, 7, ...one]],
  ],
  ["no segment is all of it", [{ text: "Hello." }], grounded([undefined]), [[0, 6, ...one]]],
  [
    "bytes of two, three and four to a character",
    [{ text: "Grüße, 世界 👋 there" }],
    grounded([
      { startIndex: 0, endIndex: 7 },
      { startIndex: 9, endIndex: 15 },
      { startIndex: 16, endIndex: 20 },
      { startIndex: 21, endIndex: 26 },
    ]),
    [
      [0, 5, ...one],
      [7, 9, ...one],
      [10, 12, ...one],
      [13, 18, ...one],
    ],
  ],
  [
    "a byte inside of a character is where the character begins",
    [{ text: "aüb" }],
    grounded([{ startIndex: 2, endIndex: 4 }]),
    [[1, 3, ...one]],
  ],
  [
    "an end beyond the text is its end",
    [{ text: "Hello." }],
    grounded([{ startIndex: 2, endIndex: 99 }]),
    [[2, 6, ...one]],
  ],
  [
    "a start beyond the text is its end",
    [{ text: "Hi." }],
    grounded([{ startIndex: 50, endIndex: 99 }]),
    [[3, 3, ...one]],
  ],
  [
    "an end before the start is the start",
    [{ text: "Hello." }],
    grounded([{ startIndex: 4, endIndex: 2 }]),
    [[4, 4, ...one]],
  ],
  ["a start below 0 is 0", [{ text: "Hello." }], grounded([{ startIndex: -3, endIndex: 2 }]), [[0, 2, ...one]]],
  [
    "each part counts its own bytes",
    [{ text: "Grüß " }, { text: "Gott, " }, { text: "Welt." }],
    grounded([
      { partIndex: 1, endIndex: 4 },
      { partIndex: 2, startIndex: 1, endIndex: 4 },
    ]),
    [
      [5, 9, ...one],
      [12, 15, ...one],
    ],
  ],
  [
    "thoughts are parts and no content",
    [{ text: "Hmmm.", thought: true }, { text: "Hello." }],
    grounded([{ partIndex: 1, startIndex: 1, endIndex: 3 }]),
    [[1, 3, ...one]],
  ],
  [
    "an index that is absent, where the first part is a thought, counts over the text",
    [{ text: "Hmmm.", thought: true }, { text: "Hello." }],
    grounded([{ startIndex: 1, endIndex: 3 }]),
    [[1, 3, ...one]],
  ],
  [
    "calls, pictures and empty parts are parts too",
    [
      { text: "" },
      { inlineData: { mimeType: "image/png", data: "AAAA" } },
      { functionCall: { name: "f" } },
      { text: "Hello." },
    ],
    grounded([{ partIndex: 3, startIndex: 1, endIndex: 3 }]),
    [[1, 3, ...one]],
  ],
  [
    "and behind a text too",
    [
      { text: "Grüße. " },
      { text: "Hm.", thought: true },
      { text: "Hm.", thought: true },
      { text: "", thought: true },
      { functionCall: { name: "f" } },
      { inlineData: { mimeType: "image/png", data: "AAAA" } },
      { text: "Hello." },
    ],
    grounded([{ partIndex: 6, startIndex: 1, endIndex: 3 }]),
    [[8, 10, ...one]],
  ],
  [
    "a part that there is not counts over the text",
    [{ text: "Hello." }],
    grounded([{ partIndex: 7, endIndex: 2 }]),
    [[0, 2, ...one]],
  ],
  [
    "the passage tells where positions do not fit it",
    [{ text: "Grüße. " }, { text: "Yes, 7 degrees." }],
    grounded([
      { startIndex: 9, endIndex: 12, text: "Yes" },
      { startIndex: 1, endIndex: 3, text: "7 degrees" },
      { startIndex: 0, endIndex: 7, text: "not said" },
    ]),
    [
      [7, 10, ...one],
      [12, 21, ...one],
      [0, 5, ...one],
    ],
  ],
  [
    "a passage that is said twice is the one at its position",
    [{ text: "Yes. Yes." }],
    grounded([{ startIndex: 5, endIndex: 8, text: "Yes" }]),
    [[5, 8, ...one]],
  ],
  [
    "each passage with each of its sources",
    [{ text: "Hello." }],
    {
      groundingMetadata: {
        groundingChunks: [page, other],
        groundingSupports: [
          { segment: { endIndex: 2 }, groundingChunkIndices: [0, 1] },
          { segment: { startIndex: 2, endIndex: 6 }, groundingChunkIndices: [1] },
          { segment: { startIndex: 2, endIndex: 6 } },
          { segment: { endIndex: 6 }, groundingChunkIndices: [9, -1] },
        ],
      },
    },
    [
      [0, 2, ...one],
      [0, 2, ...two],
      [2, 6, ...two],
    ],
  ],
  [
    "what is said twice is said once",
    [{ text: "Hello." }],
    grounded([{ endIndex: 2 }, { startIndex: 0, endIndex: 2 }]),
    [[0, 2, ...one]],
  ],
  [
    "sources without passages stand behind the whole answer",
    [{ text: "Hello." }],
    { groundingMetadata: { groundingChunks: [page, other] } },
    [
      [0, 6, ...one],
      [0, 6, ...two],
    ],
  ],
  ["no sources are none", [{ text: "Hello." }], { groundingMetadata: { webSearchQueries: ["q"] } }, []],
  ["an empty object says nothing", [{ text: "Hello." }], { groundingMetadata: {}, citationMetadata: {} }, []],
  [
    "a page is named by its title",
    [{ text: "Hi." }],
    grounded([{ endIndex: 2 }], [{ web: { ...page.web, domain: "a.example" } }]),
    [[0, 2, ...one]],
  ],
  [
    "a page without a title is named by its site, else by its address",
    [{ text: "Hi." }],
    grounded([{ endIndex: 2 }], [{ web: { uri: "https://a.example/1", domain: "a.example" } }]),
    [[0, 2, "https://a.example/1", "a.example"]],
  ],
  [
    "a page without any name",
    [{ text: "Hi." }],
    grounded([{ endIndex: 2 }], [{ web: { uri: "https://a.example/1" } }]),
    [[0, 2, "https://a.example/1", "https://a.example/1"]],
  ],
  [
    "a place on a map",
    [{ text: "Hi." }],
    grounded([{ endIndex: 2 }], [{ maps: { uri: "https://maps.example/p", title: "Café" } }]),
    [[0, 2, "https://maps.example/p", "Café"]],
  ],
  [
    "a document",
    [{ text: "Hi." }],
    grounded([{ endIndex: 2 }], [{ retrievedContext: { uri: "gs://bucket/a.pdf", title: "A" } }]),
    [[0, 2, "gs://bucket/a.pdf", "A"]],
  ],
  [
    "a picture, by the page that shows it",
    [{ text: "Hi." }],
    grounded(
      [{ endIndex: 2 }],
      [{ image: { sourceUri: "https://p.example", imageUri: "https://p.example/i.png", title: "P" } }],
    ),
    [[0, 2, "https://p.example", "P"]],
  ],
  [
    "a picture, by itself",
    [{ text: "Hi." }],
    grounded([{ endIndex: 2 }], [{ image: { imageUri: "https://p.example/i.png", domain: "p.example" } }]),
    [[0, 2, "https://p.example/i.png", "p.example"]],
  ],
  ["a source without an address", [{ text: "Hi." }], grounded([{ endIndex: 2 }], [{ web: { title: "A" } }]), []],
  [
    "quotations of the Developer API",
    [{ text: "Grüße there." }],
    { citationMetadata: { citationSources: [{ startIndex: 8, endIndex: 13, uri: "https://a.example/1" }] } },
    [[6, 11, "https://a.example/1", "https://a.example/1"]],
  ],
  [
    "quotations",
    [{ text: "Grüße there." }],
    {
      citationMetadata: {
        citations: [
          { startIndex: 8, endIndex: 13, uri: "https://a.example/1", title: "One" },
          { endIndex: 7, uri: "https://b.example/2", title: "" },
          { endIndex: 7, license: "mit" },
        ],
      },
    },
    [
      [6, 11, ...one],
      [0, 5, "https://b.example/2", "https://b.example/2"],
    ],
  ],
];

test("§10.4 quotations count over all parts of the text", () => {
  const parts = [{ text: "Grüße " }, { text: "Hm.", thought: true }, { text: "there." }];
  const sources = { citationMetadata: { citations: [{ startIndex: 8, endIndex: 13, uri: one[0], title: one[1] }] } };
  expect(choiceOf(answerOf(parts, sources)).message.annotations).toEqual([toAnnotation([6, 11, ...one])]);
});

describe("§10.4 sources of an answer are annotations", () => {
  test.each(rows)("%s", (_, parts, sources, cited) => {
    expect(choiceOf(answerOf(parts, sources)).message.annotations).toEqual(cited.map(toAnnotation));
  });

  test("beside code that Gemini does not count", () => {
    const parts = [{ text: "Grüße. " }, { executableCode: { language: "PYTHON", code: "1" } }, { text: "One." }];
    const { message } = choiceOf(
      answerOf(parts, grounded([{ partIndex: 2, endIndex: 3 }])),
      contextFor({ codeExecution: true }),
    );
    const [annotation] = message.annotations ?? [];
    const { start_index, end_index } = annotation?.url_citation ?? { start_index: 0, end_index: 0 };
    expect(message.content?.slice(start_index, end_index)).toBe("One");
  });
});

test("§10.4 quotations beside code begin and end with the text, not with the code", () => {
  const parts = [{ text: "One. " }, { executableCode: { language: "PYTHON", code: "1" } }, { text: "Two." }];
  const citations = [
    { endIndex: 5, uri: one[0] },
    { startIndex: 5, endIndex: 9, uri: one[0] },
  ];
  const given = contextFor({ codeExecution: true });
  const { message } = choiceOf(answerOf(parts, { citationMetadata: { citations } }), given);
  const passages = (message.annotations ?? []).map(({ url_citation: { start_index, end_index } }) =>
    message.content?.slice(start_index, end_index),
  );
  expect(passages).toEqual(["One. ", "Two."]);
});

test("§10.4 sources of the call that stands in for structured output stand behind all of it", () => {
  const sources = { groundingMetadata: { groundingChunks: [page] } };
  const call = { functionCall: { name: "answer", args: { a: 1 } } };
  const { message } = choiceOf(answerOf([call], sources), contextFor({ answerTool: "answer" }));
  expect(message).toMatchObject({ content: '{"a":1}', annotations: [toAnnotation([0, 7, ...one])] });
});

/** What has no place among annotations. */
test.each([
  ["groundingMetadata.webSearchQueries", { groundingMetadata: { webSearchQueries: ["q"] } }],
  ["groundingMetadata.imageSearchQueries", { groundingMetadata: { imageSearchQueries: ["q"] } }],
  ["groundingMetadata.retrievalQueries", { groundingMetadata: { retrievalQueries: ["q"] } }],
  ["groundingMetadata.searchEntryPoint", { groundingMetadata: { searchEntryPoint: { renderedContent: "<p>" } } }],
  ["groundingMetadata.googleMapsWidgetContextToken", { groundingMetadata: { googleMapsWidgetContextToken: "t" } }],
  ["groundingMetadata.sourceFlaggingUris", { groundingMetadata: { sourceFlaggingUris: [{ sourceId: "1" }] } }],
  ["groundingMetadata.groundingChunks", grounded([{ endIndex: 2 }], [{ web: { title: "A" } }])],
  [
    "groundingMetadata.groundingChunks[].retrievedContext.text",
    grounded([{ endIndex: 2 }], [{ retrievedContext: { text: "A passage.", title: "A" } }]),
  ],
  ["citationMetadata.citations", { citationMetadata: { citations: [{ endIndex: 2 }] } }],
  [
    "citationMetadata.citations[].license",
    { citationMetadata: { citations: [{ endIndex: 2, uri: "https://a.example", license: "mit" }] } },
  ],
  [
    "citationMetadata.citationSources[].license",
    { citationMetadata: { citationSources: [{ endIndex: 2, uri: "https://a.example", license: "mit" }] } },
  ],
  [
    "citationMetadata.citations[].publicationDate",
    { citationMetadata: { citations: [{ endIndex: 2, uri: "https://a.example", publicationDate: { year: 2020 } }] } },
  ],
  ["urlContextMetadata", { urlContextMetadata: { urlMetadata: [{ retrievedUrl: "https://a.example" }] } }],
])("§10.4 %s is told", (path, sources) => {
  const told = [`reported:candidates[].${path}`];
  expect(toldOf(answerOf([{ text: "Hi." }], sources))).toEqual(told);
  expect(
    streamed([eventOf([{ text: "Hi." }], sources), eventOf([], { ...sources, finishReason: "STOP" })]).told,
  ).toEqual(told);
});

test.each([
  ["queries", { groundingMetadata: { webSearchQueries: [], searchEntryPoint: {}, googleMapsWidgetContextToken: "" } }],
  ["pages", { urlContextMetadata: {} }],
])("§10.4 %s that are empty are not told", (_, sources) => {
  expect(toldOf(answerOf([{ text: "Hi." }], sources))).toEqual([]);
});

describe("§10.4 in streams", () => {
  const texts = ["Grü", "ße, ", "世界 ", "👋."].map((text) => eventOf([{ text }]));
  const last = (sources: Json): object => ({ candidates: [{ finishReason: "STOP", ...sources }] });

  test("positions count over all of the text, and the annotations come before the end", () => {
    const { chunks } = streamed([...texts, last(grounded([{ startIndex: 9, endIndex: 15 }]))]);
    expect(deltasOf({ chunks }).slice(-2)).toEqual([{ annotations: [toAnnotation([7, 9, ...one])] }, {}]);
    expect(finishesOf({ chunks })).toEqual([[0, "stop"]]);
  });

  test("sources may come before the text they speak of, and again", () => {
    const early = eventOf([{ text: "Grü" }], grounded([{ startIndex: 9, endIndex: 15 }]));
    const { chunks } = streamed([
      early,
      ...texts.slice(1),
      last(grounded([{ startIndex: 9, endIndex: 15 }, { endIndex: 7 }])),
    ]);
    expect(deltasOf({ chunks }).at(-2)).toEqual({
      annotations: [toAnnotation([7, 9, ...one]), toAnnotation([0, 5, ...one])],
    });
  });

  test("passages may come after the chunks they name", () => {
    const chunksFirst = { candidates: [{ groundingMetadata: { groundingChunks: [page] } }] };
    const supports = {
      groundingMetadata: { groundingSupports: [{ segment: { endIndex: 7 }, groundingChunkIndices: [0] }] },
    };
    const { chunks } = streamed([chunksFirst, ...texts, last(supports)]);
    expect(deltasOf({ chunks }).at(-2)).toEqual({ annotations: [toAnnotation([0, 5, ...one])] });
  });

  test("pieces of a kind count as one part, and thoughts as another", () => {
    const events = [
      eventOf([{ text: "Hm", thought: true }]),
      eventOf([{ text: "m.", thought: true }]),
      eventOf([{ text: "" }]),
      ...texts,
    ];
    const { chunks } = streamed([...events, last(grounded([{ partIndex: 1, startIndex: 9, endIndex: 15 }]))]);
    expect(deltasOf({ chunks }).at(-2)).toEqual({ annotations: [toAnnotation([7, 9, ...one])] });
  });

  test("a passage without an index counts over all of the text, also where a thought or a call cuts it", () => {
    const [first = {}, second = {}, ...others] = texts;
    const cut = [
      { text: "", thought: true },
      { functionCall: { name: "f" } },
      { functionCall: { name: "g" } },
      { text: "Hm.", thought: true },
      { inlineData: { mimeType: "image/png", data: "AAAA" } },
    ];
    const { chunks } = streamed([
      first,
      second,
      ...cut.map((part) => eventOf([part])),
      ...others,
      last(
        grounded([
          { startIndex: 9, endIndex: 15 },
          { partIndex: 6, endIndex: 6 },
        ]),
      ),
    ]);
    expect(deltasOf({ chunks }).at(-2)).toEqual({ annotations: [toAnnotation([7, 9, ...one])] });
  });

  test("an event with passages and an empty list of chunks speaks of those before", () => {
    const supports = {
      groundingChunks: [],
      groundingSupports: [{ segment: { endIndex: 7 }, groundingChunkIndices: [0] }],
    };
    const chunksFirst = { candidates: [{ groundingMetadata: { groundingChunks: [page] } }] };
    const { chunks } = streamed([chunksFirst, ...texts, last({ groundingMetadata: supports })]);
    expect(deltasOf({ chunks }).at(-2)).toEqual({ annotations: [toAnnotation([0, 5, ...one])] });
  });

  test("each choice has its own", () => {
    const sources = grounded([{ endIndex: 2 }]);
    const { chunks } = streamed([
      {
        candidates: [{ content: { parts: [{ text: "Hello." }] } }, { index: 1, content: { parts: [{ text: "Hi." }] } }],
      },
      { candidates: [{ finishReason: "STOP" }, { index: 1, finishReason: "STOP", ...sources }] },
    ]);
    expect(deltasOf({ chunks }, 0).at(-2)).toEqual({ content: "Hello." });
    expect(deltasOf({ chunks }, 1).at(-2)).toEqual({ annotations: [toAnnotation([0, 2, ...one])] });
  });

  test("an answer without sources has no such chunk", () => {
    expect(deltasOf(streamed([...texts, last({})])).filter((delta) => "annotations" in delta)).toEqual([]);
  });
});

test("§10.4 any passage of any text is found by its bytes, however the text is cut", () => {
  const text = fc.string({ unit: "grapheme", minLength: 1, maxLength: 12 });
  const cutText = fc.array(text, { minLength: 1, maxLength: 4 });
  fc.assert(
    fc.property(cutText, fc.nat(), fc.nat(), fc.boolean(), (pieces, a, b, inStream) => {
      const whole = pieces.join("");
      const points = Array.from(whole);
      const [from = 0, to = 0] = [a % (points.length + 1), b % (points.length + 1)].toSorted((x, y) => x - y);
      const passage = points.slice(from, to).join("");
      const startIndex = Buffer.byteLength(points.slice(0, from).join(""));
      const known = createAnswerText(true);
      if (inStream) for (const piece of pieces) known.add(piece);
      else known.add(whole);
      const { start, end } = known.spanOf({ startIndex, endIndex: startIndex + Buffer.byteLength(passage) });
      expect(known.content().slice(start, end)).toBe(passage);
    }),
    { numRuns: 1000 },
  );
});
