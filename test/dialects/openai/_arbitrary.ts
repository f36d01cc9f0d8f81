import fc from "../../_fc.ts";
import { chunkOf, done, ending, head, opening, saying } from "./_chunks.ts";

type Json = Readonly<Record<string, unknown>>;
type Event = object | string;

const word: fc.Arbitrary<string> = fc.string({ unit: "grapheme", minLength: 1, maxLength: 12 });
/** Names that mean nothing to anybody. */
const extraName: fc.Arbitrary<string> = word.map((name) => `x-${name}`);
const extras: fc.Arbitrary<Json> = fc.dictionary(extraName, fc.jsonValue({ maxDepth: 2 }), { maxKeys: 2 });

const token = fc.record({
  token: word,
  logprob: fc.double({ max: 0, noNaN: true, noDefaultInfinity: true }),
  bytes: fc.option(fc.array(fc.nat(255), { maxLength: 3 })),
  top_logprobs: fc.constant([]),
});
const logprobs = fc.option(
  fc.record({ content: fc.option(fc.array(token, { maxLength: 2 })), refusal: fc.constant(null) }),
);

/** Deltas that are fine as they are: words, thoughts, refusals. */
const words: fc.Arbitrary<readonly object[]> = fc.array(
  fc
    .tuple(fc.constantFrom("content", "refusal", "reasoning_content"), word, extras, logprobs, extras, extras)
    .map(([name, text, inDelta, odds, inChoice, inChunk]) => ({
      ...saying({ [name]: text, ...inDelta }, { logprobs: odds, ...inChoice }),
      ...inChunk,
    })),
  { maxLength: 5 },
);

/** Calls, each with its arguments in pieces. */
const calls: fc.Arbitrary<readonly object[]> = fc
  .array(fc.tuple(word, fc.array(word, { minLength: 1, maxLength: 3 })), { maxLength: 3 })
  .map((made) =>
    made.flatMap(([name, pieces], index) => {
      const first = { index, id: `call_${index}`, type: "function", function: { name, arguments: "" } };
      const later = pieces.map((text) => ({ index, function: { arguments: text } }));
      return [first, ...later].map((call) => saying({ tool_calls: [call] }));
    }),
  );

/** A stream that keeps to every rule, `[DONE]` left out. */
export const validStream: fc.Arbitrary<readonly object[]> = fc
  .tuple(words, calls, fc.constantFrom("stop", "length", "content_filter"), extras)
  .map(([said, called, reason, inChunk]) => [
    saying(opening),
    ...said,
    ...called,
    { ...ending(called.length > 0 && reason === "stop" ? "tool_calls" : reason), ...inChunk },
  ]);

/** A whole answer that keeps to every rule. */
export const validAnswer: fc.Arbitrary<Json> = fc
  .tuple(fc.option(word), fc.array(word, { maxLength: 2 }), logprobs, extras, extras, fc.boolean())
  .map(([content, names, odds, inMessage, inAnswer, counted]) => {
    const tool_calls = names.map((name, at) => ({
      id: `call_${at}`,
      type: "function",
      function: { name, arguments: "{}" },
    }));
    const message = {
      role: "assistant",
      content,
      refusal: null,
      ...(names.length > 0 && { tool_calls }),
      ...inMessage,
    };
    const finish_reason = names.length > 0 ? "tool_calls" : "stop";
    return {
      ...head,
      object: "chat.completion",
      choices: [{ index: 0, message, logprobs: odds, finish_reason }],
      ...(counted && { usage: { prompt_tokens: 5, completion_tokens: 2, total_tokens: 7 } }),
      ...inAnswer,
    };
  });

/** A stream of legacy completions. */
export const validTexts: fc.Arbitrary<readonly object[]> = fc
  .array(fc.tuple(word, extras), { maxLength: 4 })
  .map((said) => {
    const choice = { index: 0, logprobs: null, finish_reason: null };
    const texts = said.map(([text, inChunk]) => ({ ...chunkOf([{ ...choice, text }]), ...inChunk }));
    return [...texts, chunkOf([{ ...choice, text: "", finish_reason: "stop" }])].map((chunk) => ({
      ...chunk,
      object: "text_completion",
    }));
  });

/** What servers put where something else should stand. */
const odd: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom<unknown>(undefined, null, "", "x", "stop", "error", 0, 1, -1, 1.5, 1e300, true, false, [], {}),
  fc.constantFrom<unknown>([null], [1, "x"], ["x", "y"], [[]], [{}], { x: 1 }, { type: "text", text: "t" }),
  fc.constantFrom<unknown>(
    [{ type: "thinking", thinking: "t" }],
    [{ index: 3 }],
    { name: "f" },
    { message: "m", code: 429 },
  ),
  fc.jsonValue({ maxDepth: 2 }),
);
/** Members that may turn up anywhere. */
const members: fc.Arbitrary<string> = fc.constantFrom(
  ...[
    "usage",
    "reasoning",
    "tool_calls",
    "function_call",
    "content",
    "role",
    "index",
    "id",
    "type",
    "function",
    "custom",
  ],
  ...["name", "arguments", "delta", "message", "logprobs", "finish_reason", "choices", "service_tier", "__proto__"],
);

type Path = readonly (string | number)[];

function pathsIn(value: unknown, path: Path = []): readonly Path[] {
  if (typeof value !== "object" || value === null) return [path];
  const below = Object.entries(value).map(([name, one]) =>
    pathsIn(one, [...path, Array.isArray(value) ? Number(name) : name]),
  );
  return [path, ...below.flat()];
}

function replaced(value: unknown, [step, ...rest]: Path, change: (old: unknown) => unknown): unknown {
  if (step === undefined) return change(value);
  if (Array.isArray(value)) return value.map((one, at) => (at === step ? replaced(one, rest, change) : one));
  const object: Json = { ...Object(value) };
  return { ...object, [step]: replaced(object[step], rest, change) };
}

/** The same JSON with a few things in it that are not as they should be. */
export function spoiled<T extends object>(value: fc.Arbitrary<T>): fc.Arbitrary<unknown> {
  const change = fc.tuple(fc.nat(), odd, fc.option(members));
  return fc.tuple(value, fc.array(change, { minLength: 1, maxLength: 4 })).map(([whole, changes]) =>
    changes.reduce<unknown>((now, [at, what, member]) => {
      const paths = pathsIn(now);
      return replaced(now, paths[at % paths.length] ?? [], (old) =>
        member === null || typeof old !== "object" || old === null || Array.isArray(old)
          ? what
          : { ...old, [member]: what },
      );
    }, whole),
  );
}

/** The events of a stream, some of them spoiled, left out, said twice or out of order. */
export const spoiledEvents = (stream: fc.Arbitrary<readonly object[]>): fc.Arbitrary<readonly Event[]> =>
  fc
    .tuple(spoiled(stream), fc.array(fc.tuple(fc.nat(), fc.nat()), { maxLength: 2 }), fc.boolean())
    .map(([events, moves, ends]) => {
      const list: unknown[] = Array.isArray(events) ? [...events] : [events];
      for (const [from, to] of moves) list.splice(to % (list.length + 1), 0, list[from % Math.max(1, list.length)]);
      const texts = list.map((event) => JSON.stringify(event) ?? "");
      return ends ? [...texts, done] : texts;
    });
