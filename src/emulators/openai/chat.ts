import type { JsonObject } from "../json.ts";
import { splitText } from "../text.ts";
import { callDeltas, callMembers } from "./calls.ts";
import { chatLogprobs } from "./logprobs.ts";
import type { Counts } from "./personality.ts";
import { bendAnswer, bendChunks } from "./quirks.ts";
import { type ChatCase, choicesOf, citationsOf, dressingOf, mediaMembers, type Said, thoughtMember } from "./turn.ts";
import type { ChatChoice, ChatChunk, ChatResponse, ChunkChoice, Delta } from "./types.ts";
import { countsOf, nothing, type Said as Spoken } from "./usage.ts";

/** A chat answer in one piece. */
export function wholeChat(one: ChatCase): JsonObject {
  const { answer, head, personality, quirks, switches, tokens } = one;
  const choices = choicesOf(one);
  const counts = countsOf(tokens, choices, answer.usage);
  const body: ChatResponse = {
    id: head.id,
    object: "chat.completion",
    created: head.created,
    model: head.model,
    choices: choices.map((said, index) => wholeChoice(said, index, one)),
    usage: personality.usage(counts, { switches }),
  };
  return bendAnswer(personality.chat.dressAnswer(body, dressingOf(one, counts)), quirks);
}

function wholeChoice(said: Said, index: number, one: ChatCase): ChatChoice {
  const media = mediaMembers(said);
  const silent = said.text === "" || media.audio !== undefined;
  const annotations = citationsOf(said);
  return {
    index,
    message: {
      role: "assistant",
      content: silent ? null : said.text,
      refusal: null,
      ...thoughtMember(said.showsAs, said.thoughts),
      ...callMembers(said.made),
      ...media,
      ...(annotations.length > 0 && { annotations }),
    },
    logprobs: logprobsOf(said.text, one),
    finish_reason: said.finish,
  };
}

/** Likelihoods for a text, where the request asks for them and the server has them. */
function logprobsOf(text: string, { request, personality }: ChatCase): ChatChoice["logprobs"] {
  if (request.logprobs !== true || !personality.chat.logprobs) return null;
  return { content: [...chatLogprobs(text, request.top_logprobs ?? 0)], refusal: null };
}

/** What one event of a stream says of one choice. */
interface Step {
  readonly index: number;
  readonly delta: Delta;
  readonly says: Spoken;
  readonly finish: string | null;
}

/** A chat answer as the bodies of a stream's events; `[DONE]` is not among them. */
export function chatChunks(one: ChatCase): readonly JsonObject[] {
  const { answer, personality, quirks, request, tokens } = one;
  const { stream } = personality;
  const asked = request.stream_options?.include_usage === true;
  const mode = stream.usage(one.switches);
  const everywhere = quirks.has("usage_everywhere") || request.stream_options?.continuous_usage_stats === true;
  const choices = choicesOf(one);
  // Hidden thoughts take no event, but they count.
  const spoken: Spoken[] = choices.flatMap(({ showsAs, thoughts }) =>
    showsAs === undefined ? [{ ...nothing, thoughts }] : [],
  );
  const chunks = interleave(choices.map((said, index) => stepsOf(said, index, one))).map((step) => {
    spoken.push(step.says);
    const counts = countsOf(tokens, spoken, answer.usage);
    return chunkOf(
      [chunkChoice(step, one)],
      one,
      counts,
      everywhere ? "counts" : asked && stream.usageNull ? "null" : "none",
    );
  });
  const sends = !quirks.has("no_usage") && (mode === "always" || (mode === "asked" && asked));
  const counts = countsOf(tokens, spoken, answer.usage);
  return bendChunks(sends ? withCounts(chunks, one, counts) : chunks, quirks);
}

/** The counts in a chunk of their own, or in the one that is last anyway. */
function withCounts(chunks: readonly JsonObject[], one: ChatCase, counts: Counts): readonly JsonObject[] {
  const { stream, usage } = one.personality;
  const last = chunks.at(-1);
  if (stream.usageChoices !== "last" || last === undefined)
    return [...chunks, chunkOf(usageChoices(one), one, counts, "counts")];
  return [...chunks.slice(0, -1), { ...last, usage: usage(counts, { switches: one.switches }) }];
}

const usageChoices = ({ personality, quirks }: ChatCase): readonly ChunkChoice[] =>
  personality.stream.usageChoices === "one" || quirks.has("usage_with_choices")
    ? [{ index: 0, delta: personality.stream.everyDelta ?? {}, logprobs: null, finish_reason: null }]
    : [];

function chunkOf(
  choices: readonly ChunkChoice[],
  one: ChatCase,
  counts: Counts,
  usage: "counts" | "null" | "none",
): JsonObject {
  const { head, personality, switches } = one;
  const chunk: ChatChunk = {
    id: head.id,
    object: "chat.completion.chunk",
    created: head.created,
    model: head.model,
    choices: [...choices],
    ...(usage !== "none" && { usage: usage === "null" ? null : personality.usage(counts, { switches }) }),
  };
  return personality.chat.dressChunk(chunk, dressingOf(one, counts));
}

function chunkChoice({ index, delta, says, finish }: Step, one: ChatCase): ChunkChoice {
  return {
    index,
    delta,
    logprobs: says.text === "" ? null : logprobsOf(says.text, one),
    finish_reason: finish,
  };
}

/** The deltas of all choices, one of each in turn. */
function interleave(lists: readonly (readonly Step[])[]): readonly Step[] {
  const longest = Math.max(...lists.map((list) => list.length));
  return Array.from({ length: longest }, (_, at) => lists.flatMap((list) => list[at] ?? [])).flat();
}

/** The way a choice comes out: who speaks, thoughts, words, media, calls, sources, and at last why it ends. */
function stepsOf(said: Said, index: number, one: ChatCase): readonly Step[] {
  const { opening, firstDelta, everyDelta, closing } = one.personality.stream;
  const step = (delta: Delta, says: Spoken = nothing, finish: string | null = null): Step => ({
    index,
    delta: { ...everyDelta, ...delta },
    says,
    finish,
  });
  const silent = said.text === "" && said.calls.length > 0;
  const opened = opening === undefined ? [] : [step(opening(silent))];
  const [first, ...others] = contentSteps(said, one, step);
  const led = first === undefined ? [] : [{ ...first, delta: { ...firstDelta, ...first.delta } }];
  const ended = said.finish === null ? [] : [step(closing, nothing, said.finish)];
  return [...opened, ...led, ...others, ...ended];
}

function contentSteps(said: Said, one: ChatCase, step: (delta: Delta, says?: Spoken) => Step): readonly Step[] {
  const { answer, personality, quirks } = one;
  const { audio, images } = mediaMembers(said);
  const annotations = citationsOf(said);
  // Quirks of later deltas need some.
  const split = quirks.has("repeated_ids") || quirks.has("empty_ids") || quirks.has("no_ids");
  const cut = {
    pieces: Math.max(personality.stream.callPieces, split ? 3 : 1),
    repeat: quirks.has("repeated_ids"),
  };
  return [
    ...pieces(said.showsAs === undefined ? "" : said.thoughts, 2).map((text) =>
      step(thoughtMember(said.showsAs, text), { ...nothing, thoughts: text }),
    ),
    ...(audio === undefined
      ? pieces(said.text, answer.chunks ?? usualCount(said.text)).map((text) =>
          step({ content: text }, { ...nothing, text }),
        )
      : [step({ audio }, { ...nothing, text: said.text })]),
    ...(images === undefined ? [] : [step({ images })]),
    ...said.made.flatMap((call, at) =>
      callDeltas(call, at, cut).map((delta, part) =>
        step(delta, part === 0 ? { ...nothing, calls: said.calls.slice(at, at + 1) } : nothing),
      ),
    ),
    ...(annotations.length > 0 ? [step({ annotations })] : []),
  ];
}

const usualCount = (text: string): number => Math.min(50, Math.max(3, Math.ceil(text.length / 32)));

const pieces = (text: string, count: number): readonly string[] => (text === "" ? [] : splitText(text, count));
