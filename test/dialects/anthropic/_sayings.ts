import fc from "../../_fc.ts";

type Json = Readonly<Record<string, unknown>>;

const said = fc.oneof(
  { weight: 3, arbitrary: fc.string({ unit: "grapheme", minLength: 1, maxLength: 12 }) },
  { weight: 1, arbitrary: fc.constantFrom("Grüße, 世界! ", "👩‍👩‍👧", "\n\n", "a\u2028b", "```json\n", "\n```", "`") },
);
const base64 = fc.uint8Array({ minLength: 1, maxLength: 9 }).map((bytes) => Buffer.from(bytes).toString("base64"));
const input = fc.dictionary(fc.string({ maxLength: 5 }), fc.jsonValue({ maxDepth: 2 }));

const citation = fc.constantFrom<Json>(
  {
    type: "web_search_result_location",
    cited_text: "…",
    url: "https://example.com/a",
    title: "A",
    encrypted_index: "eA==",
  },
  {
    type: "web_search_result_location",
    cited_text: "…",
    url: "https://example.com/b",
    title: null,
    encrypted_index: "eA==",
  },
  {
    type: "char_location",
    cited_text: "…",
    document_index: 0,
    document_title: null,
    start_char_index: 0,
    end_char_index: 1,
    file_id: null,
  },
);
const citations = fc.option(fc.array(citation, { maxLength: 2 }), { freq: 2, nil: null });

const text = fc
  .record({ text: fc.oneof(said, fc.constant("")), citations })
  .map((one): Json => ({ type: "text", ...one }));
const thinking = fc
  .record({ thinking: fc.oneof(said, fc.constant("")), signature: base64 })
  .map((one): Json => ({ type: "thinking", ...one }));
const redacted = base64.map((data): Json => ({ type: "redacted_thinking", data }));
const caller = { type: "direct" };
const call = fc
  .record({ name: fc.constantFrom("find", "get_weather", "renamed", "free", "json"), input, id: fc.uuid() })
  .map(({ name, input: given, id }): Json => {
    const own = name === "free" && Object.keys(given).length > 0 ? { input: JSON.stringify(given) } : given;
    return { type: "tool_use", id: `toolu_${id}`, name, input: own, caller };
  });
const search = said.map(
  (query): Json => ({ type: "server_tool_use", id: "srvtoolu_1", name: "web_search", input: { query }, caller }),
);
const results = fc.constant<Json>({ type: "web_search_tool_result", tool_use_id: "srvtoolu_1", content: [], caller });

const count = fc.nat(500);
const detail = fc.option(fc.record({ thinking_tokens: fc.nat(90) }), { nil: null });
const counts = fc.record({
  input_tokens: count,
  output_tokens: count,
  cache_creation_input_tokens: fc.option(count, { nil: null }),
  cache_read_input_tokens: fc.option(count, { nil: null }),
  output_tokens_details: detail,
});

/** What Claude says, before it is put into one answer or into events. */
export interface Saying {
  readonly content: readonly Json[];
  readonly stop_reason: string;
  readonly stop_details: Json | null;
  readonly usage: Json;
}

const reasons = ["end_turn", "tool_use", "max_tokens", "stop_sequence", "pause_turn", "refusal"];

export const saying: fc.Arbitrary<Saying> = fc.record({
  content: fc.array(
    fc.oneof(
      { weight: 4, arbitrary: text },
      { weight: 2, arbitrary: thinking },
      { weight: 1, arbitrary: redacted },
      { weight: 3, arbitrary: call },
      { weight: 1, arbitrary: search },
      { weight: 1, arbitrary: results },
    ),
    { maxLength: 7 },
  ),
  stop_reason: fc.constantFrom(...reasons),
  stop_details: fc.option(fc.constant({ type: "refusal", category: "cyber", explanation: "No." }), { nil: null }),
  usage: counts,
});

const envelope = { id: "msg_1", type: "message", role: "assistant", model: "claude-x" };
const unsaid = { container: null, diagnostics: null };
const unspoken = {
  cache_creation: null,
  server_tool_use: null,
  service_tier: "standard",
  speed: null,
  inference_geo: null,
};

/** The answer in one piece. */
export function whole({ usage, ...one }: Saying): Json {
  return { ...envelope, ...one, stop_sequence: null, ...unsaid, usage: { ...usage, ...unspoken } };
}

/** How an answer may come in pieces. */
export interface Cutting {
  /** A text or an input is told in so many pieces. */
  readonly pieces: number;
  /** Signs of life come between the events. */
  readonly pings: boolean;
  /** Inputs stand in the start of their block. */
  readonly wholeInputs: boolean;
  /** All counts are told at the start, or at the end. */
  readonly earlyCounts: boolean;
  /** The start is said twice. */
  readonly twice: boolean;
}

export const cutting: fc.Arbitrary<Cutting> = fc.record({
  pieces: fc.integer({ min: 1, max: 4 }),
  pings: fc.boolean(),
  wholeInputs: fc.boolean(),
  earlyCounts: fc.boolean(),
  twice: fc.boolean(),
});

function cut(whole: string, pieces: number): readonly string[] {
  const characters = Array.from(whole);
  const size = Math.max(1, Math.ceil(characters.length / pieces));
  return Array.from({ length: Math.ceil(characters.length / size) }, (_, at) =>
    characters.slice(at * size, (at + 1) * size).join(""),
  );
}

/** How a block begins, and what comes to it. */
function inPieces(block: Json, { pieces, wholeInputs }: Cutting): readonly [start: Json, deltas: readonly Json[]] {
  const said = (member: string): readonly string[] => cut(String(block[member]), pieces);
  switch (block["type"]) {
    case "text": {
      const cited: readonly unknown[] = Array.isArray(block["citations"]) ? block["citations"] : [];
      const deltas = said("text").map((one): Json => ({ type: "text_delta", text: one }));
      const citing = cited.map((one): Json => ({ type: "citations_delta", citation: one }));
      return [{ ...block, text: "", citations: null }, [...deltas.slice(0, 1), ...citing, ...deltas.slice(1)]];
    }
    case "thinking": {
      const deltas = said("thinking").map((one): Json => ({ type: "thinking_delta", thinking: one }));
      const signed = { type: "signature_delta", signature: block["signature"] };
      return [{ ...block, thinking: "", signature: "" }, [...deltas, signed]];
    }
    case "tool_use":
    case "server_tool_use": {
      if (wholeInputs) return [block, []];
      const json = cut(JSON.stringify(block["input"]), pieces);
      return [
        { ...block, input: {} },
        ["", ...json].map((partial_json): Json => ({ type: "input_json_delta", partial_json })),
      ];
    }
    default:
      return [block, []];
  }
}

/** The same answer in events. */
export function events(one: Saying, cutting: Cutting): readonly Json[] {
  const { pings, earlyCounts, twice } = cutting;
  const all = { ...one.usage, ...unspoken };
  const early = {
    ...all,
    ...(!earlyCounts && { output_tokens: 1, cache_read_input_tokens: null, output_tokens_details: null }),
  };
  const message = { ...envelope, content: [], stop_reason: null, stop_sequence: null, stop_details: null, ...unsaid };
  const start: Json = { type: "message_start", message: { ...message, usage: early } };
  const blocks = one.content.flatMap((block, index) => {
    const [content_block, deltas] = inPieces(block, cutting);
    return [
      { type: "content_block_start", index, content_block },
      ...deltas.map((delta): Json => ({ type: "content_block_delta", index, delta })),
      { type: "content_block_stop", index },
    ];
  });
  const late = { ...one.usage, server_tool_use: null };
  const { stop_reason, stop_details } = one;
  const told = [
    start,
    ...(twice ? [start] : []),
    ...blocks,
    { type: "message_delta", delta: { stop_reason, stop_sequence: null, stop_details, container: null }, usage: late },
    { type: "message_stop" },
  ];
  return pings ? told.flatMap((event) => [event, { type: "ping" }]) : told;
}
