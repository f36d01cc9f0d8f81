import fc from "../../_fc.ts";

type Json = Readonly<Record<string, unknown>>;

const said = fc.oneof(
  { weight: 3, arbitrary: fc.string({ unit: "grapheme", minLength: 1, maxLength: 12 }) },
  { weight: 1, arbitrary: fc.constantFrom("Grüße, 世界! ", "👩‍👩‍👧", "\n\n", "a\u2028b") },
);
const base64 = fc.uint8Array({ minLength: 1, maxLength: 9 }).map((bytes) => Buffer.from(bytes).toString("base64"));
const args = fc.option(fc.dictionary(fc.string({ maxLength: 5 }), fc.jsonValue({ maxDepth: 2 })), { nil: undefined });

const textPart = said.map((text): Json => ({ text }));
const thought = said.map((text): Json => ({ text, thought: true }));
const image = base64.map((data): Json => ({ inlineData: { mimeType: "image/png", data } }));
const signed = base64.map((thoughtSignature): Json => ({ text: "", thoughtSignature }));
const call = fc
  .record({ name: fc.constantFrom("find", "get_weather"), args, id: fc.constantFrom("", undefined) })
  .chain(({ name, args: given, id }) =>
    fc.option(base64, { nil: undefined }).map(
      (thoughtSignature): Json => ({
        functionCall: { name, ...(given !== undefined && { args: given }), ...(id !== undefined && { id }) },
        ...(thoughtSignature !== undefined && { thoughtSignature }),
      }),
    ),
  );

/** Parts in an order in which Gemini says them: thoughts, text and pictures, calls, and perhaps a signature at the end. */
const parts: fc.Arbitrary<readonly Json[]> = fc
  .tuple(
    fc.array(thought, { maxLength: 2 }),
    fc.array(fc.oneof({ weight: 4, arbitrary: textPart }, { weight: 1, arbitrary: image }), { maxLength: 5 }),
    fc.array(call, { maxLength: 2 }),
    fc.array(signed, { maxLength: 1 }),
  )
  .map((lists) => lists.flat());

const counts = fc.record({ promptTokenCount: fc.nat(500), candidatesTokenCount: fc.nat(500) }).chain((counted) =>
  fc.record({ thoughtsTokenCount: fc.nat(90), cached: fc.nat(counted.promptTokenCount) }).map(
    ({ thoughtsTokenCount, cached }): Json => ({
      ...counted,
      thoughtsTokenCount,
      cachedContentTokenCount: cached,
      totalTokenCount: counted.promptTokenCount + counted.candidatesTokenCount + thoughtsTokenCount,
      trafficType: "ON_DEMAND",
    }),
  ),
);

/** Pages the answer rests on, some of its bytes each. */
const grounding = fc.array(fc.tuple(fc.nat(40), fc.nat(40)), { maxLength: 2 }).map(
  (spans): Json => ({
    webSearchQueries: ["q"],
    groundingChunks: [{ web: { uri: "https://example.com/a", title: "A" } }],
    groundingSupports: spans.map(([a, b]) => ({
      segment: { startIndex: Math.min(a, b), endIndex: Math.max(a, b) },
      groundingChunkIndices: [0],
    })),
  }),
);

/** What Gemini says, before it is put into one answer or into events. */
export interface Saying {
  readonly parts: readonly Json[];
  readonly finishReason: string;
  readonly usageMetadata: Json;
  readonly groundingMetadata: Json | undefined;
}

export const saying: fc.Arbitrary<Saying> = fc
  .record({
    parts,
    finishReason: fc.constantFrom("STOP", "MAX_TOKENS", "SAFETY", "RECITATION", "OTHER", "A_NEW_WORD"),
    usageMetadata: counts,
    groundingMetadata: fc.option(grounding, { freq: 3, nil: undefined }),
  })
  .map((one) => (one.groundingMetadata === undefined ? one : { ...one, parts: withOneText(one.parts) }));

/** Events do not say where a part of the whole answer ends, so places in it are the same only where there is one. */
function withOneText(all: readonly Json[]): readonly Json[] {
  const isText = (part: Json) => typeof part["text"] === "string" && part["text"] !== "" && part["thought"] !== true;
  const first = all.find(isText);
  return all.filter((part) => part === first || !isText(part));
}

const grounded = ({ groundingMetadata }: Saying): Json =>
  groundingMetadata === undefined ? {} : { groundingMetadata };

/** The answer in one piece. */
export function whole(one: Saying): Json {
  const { finishReason, usageMetadata } = one;
  const content = { role: "model", parts: one.parts };
  return { candidates: [{ content, finishReason, ...grounded(one) }], usageMetadata };
}

/** How an answer may come in pieces. */
export interface Cutting {
  /** A text part is told in so many pieces. */
  readonly pieces: number;
  /** So many parts share an event. */
  readonly together: number;
  /** The end has an event of its own. */
  readonly lateFinish: boolean;
  /** The first event holds a traffic type and nothing else. */
  readonly trafficFirst: boolean;
  /** The first candidate says nothing. */
  readonly emptyParts: boolean;
}

export const cutting: fc.Arbitrary<Cutting> = fc.record({
  pieces: fc.integer({ min: 1, max: 3 }),
  together: fc.integer({ min: 1, max: 3 }),
  lateFinish: fc.boolean(),
  trafficFirst: fc.boolean(),
  emptyParts: fc.boolean(),
});

function inPieces(part: Json, pieces: number): readonly Json[] {
  const { text } = part;
  if (typeof text !== "string" || text === "") return [part];
  const characters = Array.from(text);
  const size = Math.ceil(characters.length / pieces);
  return Array.from({ length: Math.ceil(characters.length / size) }, (_, at) => ({
    ...part,
    text: characters.slice(at * size, (at + 1) * size).join(""),
  }));
}

/** The same answer in events. */
export function events(
  one: Saying,
  { pieces, together, lateFinish, trafficFirst, emptyParts }: Cutting,
): readonly Json[] {
  const all = one.parts.flatMap((part) => inPieces(part, pieces));
  const groups = Array.from({ length: Math.ceil(all.length / together) }, (_, at) =>
    all.slice(at * together, (at + 1) * together),
  );
  const spoken = groups.map((group): Json => ({ content: { role: "model", parts: group } }));
  const end: Json = { finishReason: one.finishReason, ...grounded(one) };
  const last = spoken.at(-1);
  const candidates =
    lateFinish || last === undefined ? [...spoken, end] : [...spoken.slice(0, -1), { ...last, ...end }];
  const told = candidates.map(
    (candidate, at): Json => ({
      candidates: [candidate],
      usageMetadata: at === candidates.length - 1 ? one.usageMetadata : { trafficType: "ON_DEMAND" },
    }),
  );
  return [
    ...(trafficFirst ? [{ usageMetadata: { trafficType: "ON_DEMAND" } }] : []),
    ...(emptyParts ? [{ candidates: [{ content: { role: "model", parts: [{ text: "" }] } }] }] : []),
    ...told,
  ];
}
