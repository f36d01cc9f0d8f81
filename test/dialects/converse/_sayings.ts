import fc from "../../_fc.ts";
import { called, delta, end, start, stop, usage } from "./_reading.ts";

type Json = Readonly<Record<string, unknown>>;

const text = fc.oneof(
  fc.string({ unit: "grapheme", maxLength: 20 }),
  fc.constantFrom("```json\n{}\n```", "Hi.", "Grüße, 世界! 👩‍👩‍👧", "```", "\n", "{"),
);
const base64 = fc.uint8Array({ minLength: 1, maxLength: 9 }).map((bytes) => Buffer.from(bytes).toString("base64"));
/** As it comes over the wire, which knows no -0. */
const input = fc
  .dictionary(fc.string({ maxLength: 5 }), fc.jsonValue({ maxDepth: 2 }), { maxKeys: 3 })
  .map((one): Json => JSON.parse(JSON.stringify(one)));

/** A block of an answer, and what it is called by. */
const block = fc.oneof(
  { weight: 4, arbitrary: text.map((one): Json => ({ text: one })) },
  {
    weight: 2,
    arbitrary: fc.tuple(text, fc.option(base64)).map(
      ([thought, signature]): Json => ({
        reasoningContent: { reasoningText: { text: thought, ...(signature !== null && { signature }) } },
      }),
    ),
  },
  { weight: 1, arbitrary: base64.map((one): Json => ({ reasoningContent: { redactedContent: one } })) },
  {
    weight: 3,
    arbitrary: fc
      .tuple(fc.constantFrom("find", "renamed", "free", "json"), input)
      .map(([name, args]): Json => ({ toolUse: { toolUseId: "", name, input: args } })),
  },
);

/** What a model says, and why it ends. */
export interface Saying {
  readonly blocks: readonly Json[];
  readonly reason: string;
}

const reasons = [
  ...["end_turn", "tool_use", "max_tokens", "stop_sequence", "guardrail_intervened", "content_filtered"],
  ...["model_context_window_exceeded", "a_new_word"],
];

export const saying: fc.Arbitrary<Saying> = fc
  .tuple(fc.array(block, { maxLength: 5 }), fc.constantFrom(...reasons))
  .map(([blocks, reason]) => ({
    blocks: blocks.map((one, at) => {
      const { toolUse } = one;
      return toolUse === undefined ? one : { toolUse: { ...Object(toolUse), toolUseId: `tooluse_${at}` } };
    }),
    reason,
  }));

/** Where texts are cut into events. */
export const cutting: fc.Arbitrary<readonly number[]> = fc.array(fc.nat(9), { minLength: 1, maxLength: 5 });

/** The whole answer. */
export const whole = ({ blocks, reason }: Saying): object => ({
  output: { message: { role: "assistant", content: blocks } },
  stopReason: reason,
  usage,
  metrics: { latencyMs: 7 },
});

/** The same in events. */
export function events({ blocks, reason }: Saying, cut: readonly number[]): readonly object[] {
  return [start, ...blocks.flatMap((one, at) => eventsOf(one, at, cut)), ...end(reason)];
}

function eventsOf({ text: said, toolUse, reasoningContent }: Json, at: number, cut: readonly number[]): object[] {
  if (toolUse !== undefined) {
    const { toolUseId, name, input: args } = Object(toolUse);
    return [...called(at, String(name), pieces(JSON.stringify(args), cut), String(toolUseId))];
  }
  const { reasoningText, redactedContent } = Object(reasoningContent);
  if (redactedContent !== undefined) return [delta(at, { reasoningContent: { redactedContent } }), stop(at)];
  if (reasoningText === undefined)
    return [...pieces(String(said), cut).map((one) => delta(at, { text: one })), stop(at)];
  const thoughts = pieces(String(reasoningText.text), cut).map((one) => delta(at, { reasoningContent: { text: one } }));
  const { signature } = reasoningText;
  return [...thoughts, ...(signature === undefined ? [] : [delta(at, { reasoningContent: { signature } })]), stop(at)];
}

/** A text in pieces of these lengths, over and over; empty ones too. */
function pieces(said: string, cut: readonly number[]): readonly string[] {
  const rest = [...said];
  const made: string[] = [];
  for (let at = 0; rest.length > 0; at++)
    made.push(rest.splice(0, Math.max(cut[at % cut.length] ?? 1, at % 2)).join(""));
  return made;
}
